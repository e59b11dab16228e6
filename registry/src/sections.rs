//! Custom sections at the top of a component: how they are framed in the binary format (id 0, size, name, payload).

use crate::error::PackageError;

/// `\0asm`, version 13, layer 1: a component. Core modules have version 1, layer 0.
const COMPONENT: [u8; 8] = [0x00, 0x61, 0x73, 0x6d, 0x0d, 0x00, 0x01, 0x00];
const CORE_MODULE: [u8; 8] = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];

/// Custom sections at the top of a component: a manifest, three languages, templates of at most 64 files, and what tools leave.
pub(crate) const MOST_SECTIONS: usize = 2_000;
/// Bytes of a custom section's name.
pub(crate) const MOST_NAME: usize = 512;

/// Whether the bytes begin as a component does.
pub(crate) fn is_component(bytes: &[u8]) -> bool {
    bytes.starts_with(&COMPONENT)
}

/// Whether the bytes begin as a core module does.
pub(crate) fn is_core_module(bytes: &[u8]) -> bool {
    bytes.starts_with(&CORE_MODULE)
}

/// Appends a custom section.
pub(crate) fn append(component: &mut Vec<u8>, name: &str, payload: &[u8]) -> Result<(), PackageError> {
    let too_long = |_| PackageError::TooLong(name.to_owned());
    let mut content = leb(u32::try_from(name.len()).map_err(too_long)?);
    content.extend_from_slice(name.as_bytes());
    content.extend_from_slice(payload);
    component.push(0);
    component.extend(leb(u32::try_from(content.len()).map_err(too_long)?));
    component.extend(content);
    Ok(())
}

/// The custom sections at the top of a component, in their order. Nested modules and components are passed over.
pub(crate) fn custom(component: &[u8]) -> Result<Vec<(&str, &[u8])>, PackageError> {
    let cut = || PackageError::NotComponent("it ends in the middle of a section".to_owned());
    let mut rest = component.get(COMPONENT.len()..).ok_or_else(cut)?;
    let mut out = Vec::new();
    while let Some((id, after)) = rest.split_first() {
        let (size, after) = read_leb(after).ok_or_else(cut)?;
        let (content, after) = after.split_at_checked(size).ok_or_else(cut)?;
        rest = after;
        if *id == 0 {
            let (length, content) = read_leb(content).ok_or_else(cut)?;
            let (name, payload) = content.split_at_checked(length).ok_or_else(cut)?;
            if out.len() >= MOST_SECTIONS {
                return Err(PackageError::TooMuch { what: "custom sections", limit: MOST_SECTIONS });
            }
            if name.len() > MOST_NAME {
                return Err(PackageError::TooMuch { what: "bytes in the name of a custom section", limit: MOST_NAME });
            }
            let name = std::str::from_utf8(name).map_err(|_| PackageError::NotComponent("a custom section's name is not UTF-8".into()))?;
            out.push((name, payload));
        }
    }
    Ok(out)
}

fn leb(mut number: u32) -> Vec<u8> {
    let mut out = Vec::new();
    loop {
        let byte = (number & 0x7f) as u8;
        number >>= 7;
        if number == 0 {
            out.push(byte);
            return out;
        }
        out.push(byte | 0x80);
    }
}

fn read_leb(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let mut number = 0u64;
    for (index, byte) in bytes.iter().enumerate().take(5) {
        number |= u64::from(byte & 0x7f) << (7 * index);
        if byte & 0x80 == 0 {
            let number = u32::try_from(number).ok()?;
            return Some((usize::try_from(number).ok()?, bytes.get(index + 1..)?));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_appended_is_found() -> Result<(), PackageError> {
        let mut component = COMPONENT.to_vec();
        append(&mut component, "a", b"")?;
        append(&mut component, "vatra:manifest", &[7; 300])?;
        assert_eq!(custom(&component)?, [("a", &[][..]), ("vatra:manifest", &[7; 300][..])]);
        Ok(())
    }

    #[test]
    fn a_cut_file_is_refused() -> Result<(), PackageError> {
        let mut component = COMPONENT.to_vec();
        append(&mut component, "a", &[1; 200])?;
        for end in COMPONENT.len() + 1..component.len() {
            assert!(custom(component.get(..end).unwrap_or_default()).is_err(), "cut at {end}");
        }
        assert!(custom(&[]).is_err());
        Ok(())
    }

    #[test]
    fn sizes_beyond_the_format_are_refused() {
        assert_eq!(read_leb(&[0xff, 0xff, 0xff, 0xff, 0xff]), None);
        assert_eq!(read_leb(&[0xff, 0xff, 0xff, 0xff, 0x7f]), None);
        assert_eq!(read_leb(&leb(u32::MAX)), Some((u32::MAX as usize, &[][..])));
    }
}
