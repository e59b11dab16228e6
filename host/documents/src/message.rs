//! Messages between the host and a worker: a length of four bytes (little endian), then parts, each with its own length before it.

use std::io::{self, Read, Write};

/// A message longer than this is refused unread: a template's files, its data and a PDF are far below.
pub const LONGEST: usize = 64 << 20;

fn invalid(words: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, words)
}

/// A message of these parts, with its length before it.
///
/// # Errors
/// When it is longer than [`LONGEST`].
pub fn join(parts: &[&[u8]]) -> io::Result<Vec<u8>> {
    let total: usize = parts.iter().map(|part| part.len() + 4).sum();
    let length = |bytes: usize| u32::try_from(bytes).ok().filter(|_| bytes <= LONGEST).ok_or_else(|| invalid("the message is too long"));
    let mut out = Vec::with_capacity(total + 4);
    out.extend_from_slice(&length(total)?.to_le_bytes());
    for part in parts {
        out.extend_from_slice(&length(part.len())?.to_le_bytes());
        out.extend_from_slice(part);
    }
    Ok(out)
}

/// How long the message is whose length was read.
///
/// # Errors
/// When it is longer than [`LONGEST`].
pub fn length(bytes: [u8; 4]) -> io::Result<usize> {
    usize::try_from(u32::from_le_bytes(bytes)).ok().filter(|bytes| *bytes <= LONGEST).ok_or_else(|| invalid("the message is too long"))
}

/// The parts of a message whose length was taken off.
///
/// # Errors
/// When the lengths do not add up.
pub fn split(mut message: &[u8]) -> io::Result<Vec<&[u8]>> {
    let mut parts = Vec::new();
    while !message.is_empty() {
        let cut = || invalid("the message is cut short");
        let (size, rest) = message.split_first_chunk::<4>().ok_or_else(cut)?;
        let (part, rest) = rest.split_at_checked(length(*size)?).ok_or_else(cut)?;
        parts.push(part);
        message = rest;
    }
    Ok(parts)
}

/// Reads one message; nothing at the end of the stream.
///
/// # Errors
/// When the stream breaks within a message, or the message is too long.
pub fn read(from: &mut impl Read) -> io::Result<Option<Vec<u8>>> {
    let mut size = [0; 4];
    match from.read_exact(&mut size) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        outcome => outcome?,
    }
    let mut message = vec![0; length(size)?];
    from.read_exact(&mut message)?;
    Ok(Some(message))
}

/// Writes one message and waits until it is out.
///
/// # Errors
/// When the stream breaks, or the message is too long.
pub fn write(to: &mut impl Write, parts: &[&[u8]]) -> io::Result<()> {
    to.write_all(&join(parts)?)?;
    to.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_joined_is_split_again() {
        let parts: [&[u8]; 3] = [b"{}", b"", &[7; 300]];
        let joined = join(&parts).unwrap();
        let mut stream = joined.as_slice();
        let message = read(&mut stream).unwrap().unwrap();
        assert_eq!(split(&message).unwrap(), parts);
        assert!(read(&mut stream).unwrap().is_none());
    }

    #[test]
    fn false_lengths_are_refused_before_anything_is_taken() {
        assert!(read(&mut [0xff; 8].as_slice()).is_err(), "four gigabytes");
        assert!(read(&mut [9, 0, 0, 0, 1].as_slice()).is_err(), "cut off");
        for spoilt in [vec![1, 0, 0], vec![2, 0, 0, 0, 1], vec![255; 4]] {
            assert!(split(&spoilt).is_err(), "{spoilt:?}");
        }
    }
}
