//! Folding for search and sorting: case and diacritics do not count (ș = ş = s, ă = a, î = i, ё = е).

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Lower case, without diacritics.
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    text.nfd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).map(|c| if c == 'ё' { 'е' } else { c }).collect()
}

/// The words of a text for the search index or a query: folded runs of letters and digits, each at most 64 characters.
pub fn words(text: &str) -> Vec<String> {
    fold(text).split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(|word| word.chars().take(64).collect()).collect()
}

/// Romanian as it is written today: the cedilla letters of old code pages (ş ţ) become ș ț; white space is trimmed and collapsed.
pub fn tidy(text: &str) -> String {
    let mended: String = text
        .nfc()
        .map(|c| match c {
            'ş' => 'ș',
            'Ş' => 'Ș',
            'ţ' => 'ț',
            'Ţ' => 'Ț',
            other => other,
        })
        .collect();
    mended.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A person's name: tidied, and no longer in capitals throughout.
pub fn person_name(text: &str) -> String {
    let text = tidy(text);
    if text.chars().any(char::is_lowercase) {
        return text;
    }
    let mut begins = true;
    text.chars()
        .flat_map(|c| {
            let out: Vec<char> = if begins { vec![c] } else { c.to_lowercase().collect() };
            begins = !c.is_alphabetic();
            out
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_spellings_fold_alike() {
        assert_eq!(fold("Pîslaru"), "pislaru");
        assert_eq!(fold("Știrbu"), fold("ştirbu"));
        assert_eq!(fold("ȚÎMBALIUC"), "timbaliuc");
        assert_eq!(words("9256201248.04, Căldare-Știrbu"), ["9256201248", "04", "caldare", "stirbu"]);
    }

    #[test]
    fn names_are_tidied() {
        assert_eq!(person_name("  BEJENARI ŞTEFAN "), "Bejenari Ștefan");
        assert_eq!(person_name("POPA-LUNGU  ana"), "POPA-LUNGU ana");
        assert_eq!(person_name("POPA-LUNGU ANA"), "Popa-Lungu Ana");
        assert_eq!(tidy("SRL „Agro\u{a0}Sud”"), "SRL „Agro Sud”");
    }
}
