//! Verification codes: twelve letters and digits that people can type (Crockford's base 32), 60 random bits.

const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Letters and digits in a code.
const LENGTH: usize = 12;

/// A code of these random bytes, of which it takes twelve.
pub fn code(random: &[u8; 32]) -> String {
    random.iter().take(LENGTH).filter_map(|byte| LETTERS.get(usize::from(byte % 32))).map(|letter| char::from(*letter)).collect()
}

/// As it is printed: `7K2M-9QXD-44TH`.
pub fn spelled(code: &str) -> String {
    let letters: Vec<char> = code.chars().collect();
    letters.chunks(4).map(|part| part.iter().collect::<String>()).collect::<Vec<_>>().join("-")
}

/// A code as somebody typed it: case, spaces and hyphens do not count, letters that look like a digit are that digit. None when it cannot
/// be one.
pub fn typed(text: &str) -> Option<String> {
    if text.len() > 100 {
        return None;
    }
    let letters = text.chars().filter(|c| !c.is_whitespace() && *c != '-').map(|c| match c.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    });
    let code: String = letters.collect();
    let good = code.len() == LENGTH && code.bytes().all(|byte| LETTERS.contains(&byte));
    good.then_some(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_as_it_is_printed_and_as_people_type_it() {
        let made = code(&[7; 32]);
        assert_eq!((made.as_str(), spelled(&made).as_str()), ("777777777777", "7777-7777-7777"));
        for text in ["7K2M-9QXD-441H", "7k2m 9qxd 44lh", "7K2M9QXD44IH"] {
            assert_eq!(typed(text).as_deref(), Some("7K2M9QXD441H"), "{text}");
        }
        for text in ["", "7K2M-9QXD-44T", "7K2M-9QXD-44TU", "7K2M-9QXD-44THH", "Ș7K2M9QXD44T", "../../etc/pass"] {
            assert_eq!(typed(text), None, "{text}");
        }
    }
}
