//! Every word that the screens use exists in the three languages, with the same arguments.

use std::collections::{BTreeMap, BTreeSet};

/// Messages of a Fluent text by key, each with all its lines.
fn messages(text: &str) -> BTreeMap<&str, String> {
    let mut out: BTreeMap<&str, String> = BTreeMap::new();
    let mut current = None;
    for line in text.lines() {
        if line.starts_with(|c: char| c.is_ascii_lowercase())
            && let Some((key, rest)) = line.split_once(" = ")
        {
            assert!(out.insert(key, rest.to_owned()).is_none(), "{key} is there twice");
            current = Some(key);
        } else if let Some(message) = current.and_then(|key| out.get_mut(key))
            && line.starts_with(' ')
        {
            message.push_str(line);
        }
    }
    out
}

fn arguments(message: &str) -> BTreeSet<&str> {
    message.split('$').skip(1).filter_map(|rest| rest.split(|c: char| !c.is_ascii_alphanumeric() && c != '-').next()).collect()
}

fn languages() -> [(&'static str, BTreeMap<&'static str, String>); 3] {
    [
        ("ro", messages(include_str!("../translations/ro.ftl"))),
        ("ru", messages(include_str!("../translations/ru.ftl"))),
        ("en", messages(include_str!("../translations/en.ftl"))),
    ]
}

const SOURCES: [&str; 12] = [
    include_str!("../src/accounts.rs"),
    include_str!("../src/certificates.rs"),
    include_str!("../src/history.rs"),
    include_str!("../src/home.rs"),
    include_str!("../src/import.rs"),
    include_str!("../src/notices.rs"),
    include_str!("../src/payments.rs"),
    include_str!("../src/penalty.rs"),
    include_str!("../src/receipts.rs"),
    include_str!("../src/report.rs"),
    include_str!("../src/tally.rs"),
    include_str!("../src/taxpayer.rs"),
];

/// Beginnings of this module's keys; whatever else is quoted in the source is a field, a rule or a code.
const PREFIXES: [&str; 22] = [
    "home-",
    "total-",
    "accounts-",
    "account-",
    "taxpayer-",
    "notices-",
    "notice-",
    "issue-notice-",
    "wrong-",
    "mpay-",
    "journal-",
    "receipt-",
    "year-",
    "certificates-",
    "certificate-",
    "issue-certificate-",
    "history-",
    "reason-",
    "import-",
    "imports-",
    "report-",
    "field-",
];

/// Names of the contract and the manifest that begin like keys.
const OTHERS: [&str; 8] = [
    "account-number",
    "account-duplicate",
    "import-roll",
    "import-report",
    "import-problems",
    "notice-cancelled",
    "taxpayer.name",
    "reason-{code}",
];

#[test]
fn the_three_languages_say_the_same_things() {
    let [(_, ro), others @ ..] = languages();
    assert!(ro.len() > 130);
    for (language, other) in others {
        assert_eq!(ro.keys().collect::<Vec<_>>(), other.keys().collect::<Vec<_>>(), "{language}");
        for (key, message) in &ro {
            let there = other.get(key).map(|message| arguments(message)).unwrap_or_default();
            assert_eq!(arguments(message), there, "{key} in {language}");
        }
    }
}

#[test]
fn every_key_that_a_screen_uses_has_words() {
    let [(_, ro), ..] = languages();
    let mut used = BTreeSet::new();
    for source in SOURCES {
        let source = source.split("#[cfg(test)]").next().unwrap_or_default();
        used.extend(source.split('"').skip(1).step_by(2).filter(|text| {
            PREFIXES.iter().any(|prefix| text.starts_with(prefix) && text.len() > prefix.len())
                && text.chars().all(|c| c.is_ascii_lowercase() || c == '-')
                && !OTHERS.contains(text)
        }));
    }
    assert!(used.len() > 90, "{}", used.len());
    let missing: Vec<_> = used.iter().filter(|key| !ro.contains_key(**key)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn every_field_rule_and_status_of_the_manifest_has_words() {
    let [(_, ro), ..] = languages();
    let manifest = include_str!("../manifest.toml");
    let (_, registers) = manifest.split_once("[[registers]]").unwrap_or_default();
    let (registers, _) = registers.split_once("[[uploads]]").unwrap_or_default();
    let mut fields = 0;
    for line in registers.lines().filter_map(|line| line.trim().strip_prefix("{ name = \"")) {
        let name = line.split('"').next().unwrap_or_default();
        assert!(ro.contains_key(format!("field-{name}").as_str()), "field-{name}");
        fields += 1;
        let (_, choices) = line.split_once("\"choice:").unwrap_or_default();
        for code in choices.split('"').next().unwrap_or_default().split('|').filter(|code| !code.is_empty()) {
            assert!(ro.contains_key(format!("choice-{code}").as_str()), "choice-{code}");
        }
    }
    assert!(fields > 35, "{fields}");
}

#[test]
fn romanian_is_written_with_comma_letters_and_russian_in_cyrillic() {
    let [(_, ro), (_, ru), _] = languages();
    assert!(ro.values().all(|message| !message.contains(['ş', 'ţ', 'Ş', 'Ţ'])));
    for (key, message) in &ru {
        let names = arguments(message);
        let words = names.iter().fold(message.clone(), |text, name| text.replace(&format!("${name}"), ""));
        let cyrillic = words.chars().any(|c| ('а'..='я').contains(&c.to_lowercase().next().unwrap_or(c)));
        assert!(cyrillic || words.trim_matches(['{', '}', ' ']).is_empty(), "{key}: {message}");
    }
}
