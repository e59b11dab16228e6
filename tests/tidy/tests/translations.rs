//! Three languages say the same things: the same messages, with the same arguments, in the right letters.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use vatra_tidy::{Source, sources, verdict};

type Outcome = Result<(), Box<dyn Error>>;

const LANGUAGES: [&str; 3] = ["ro", "ru", "en"];

/// Translations of one owner (`host/view/locales`, `plugins/…/translations`) by language: `LANGUAGE.ftl` or `LANGUAGE/….ftl`. Those that
/// tests make up are left out.
fn translations() -> std::io::Result<BTreeMap<String, BTreeMap<String, Vec<Source>>>> {
    let mut owners: BTreeMap<String, BTreeMap<String, Vec<Source>>> = BTreeMap::new();
    for source in sources()?.into_iter().filter(|source| source.extension() == "ftl" && !source.path.contains("/tests/")) {
        let place = ["/locales/", "/translations/"].iter().find_map(|between| {
            let (before, after) = source.path.split_once(between)?;
            Some((format!("{before}{between}"), after.split(['/', '.']).next()?.to_owned()))
        });
        let (owner, language) = place.unwrap_or_else(|| (source.path.clone(), String::new()));
        owners.entry(owner).or_default().entry(language).or_default().push(source);
    }
    Ok(owners)
}

/// Messages, terms and their attributes, each with the arguments that it takes.
fn messages(files: &[Source]) -> BTreeMap<String, BTreeSet<String>> {
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for file in files {
        let (mut message, mut key) = (String::new(), String::new());
        for line in file.words().lines().filter(|line| !line.starts_with('#')) {
            let indented = line.starts_with(char::is_whitespace);
            let name = line.trim_start().split_once('=').map(|(name, _)| name.trim_end());
            let plain = |name: &&str| !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c));
            match name.filter(plain) {
                Some(name) if !indented => {
                    name.clone_into(&mut message);
                    key.clone_from(&message);
                }
                Some(name) if name.starts_with('.') => key = format!("{message}{name}"),
                _ => {}
            }
            if !key.is_empty() {
                let arguments =
                    line.split('$').skip(1).map(|rest| rest.split(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_').next());
                found.entry(key.clone()).or_default().extend(arguments.flatten().map(str::to_owned));
            }
        }
    }
    found
}

#[test]
fn the_three_languages_have_the_same_messages() -> Outcome {
    let owners = translations()?;
    assert!(owners.keys().any(|owner| owner.starts_with("host/view/")) && owners.keys().any(|owner| owner.starts_with("plugins/")));
    let mut findings = Vec::new();
    for (owner, languages) in &owners {
        let told: BTreeMap<&str, _> =
            LANGUAGES.iter().map(|code| (*code, messages(languages.get(*code).map_or(&[][..], Vec::as_slice)))).collect();
        let all: BTreeSet<&String> = told.values().flat_map(BTreeMap::keys).collect();
        for key in all {
            let missing: Vec<&str> = told.iter().filter(|(_, messages)| !messages.contains_key(key)).map(|(code, _)| *code).collect();
            if !missing.is_empty() {
                findings.push(format!("{owner}: '{key}' is missing in {}", missing.join(", ")));
                continue;
            }
            let arguments: BTreeSet<_> = told.values().filter_map(|messages| messages.get(key)).collect();
            if arguments.len() > 1 {
                findings.push(format!("{owner}: '{key}' takes other arguments in other languages: {arguments:?}"));
            }
        }
        findings
            .extend(languages.keys().filter(|code| !LANGUAGES.contains(&code.as_str())).map(|code| format!("{owner}: language '{code}'")));
    }
    Ok(verdict("Romanian, Russian and English have the same messages", findings)?)
}

#[test]
fn romanian_is_written_with_commas_below() -> Outcome {
    let mut findings = Vec::new();
    for (owner, languages) in translations()? {
        for file in languages.get("ro").into_iter().flatten() {
            for (number, line) in file.words().lines().enumerate() {
                if line.contains(['ş', 'ţ', 'Ş', 'Ţ', 'ã']) {
                    findings.push(format!("{owner}: {}:{}", file.path, number + 1));
                }
            }
        }
    }
    Ok(verdict("ș and ț have a comma, not a cedilla", findings)?)
}

#[test]
fn messages_are_read_as_fluent_means_them() {
    let file = Source {
        path: "x.ftl".into(),
        text: Some("# a comment = no\nfirst = A { $who }\n    and { $count ->\n        [one] x = y\n       *[other] z\n    }\nsecond =\n    B\n    .label = { $where }\n".into()),
    };
    let found = messages(&[file]);
    let names: Vec<(&str, Vec<&str>)> = found.iter().map(|(key, set)| (key.as_str(), set.iter().map(String::as_str).collect())).collect();
    assert_eq!(names, [("first", vec!["count", "who"]), ("second", vec![]), ("second.label", vec!["where"])]);
}
