//! From a table to a manifest. Keys that nobody knows are told all at once, each with the known one that is nearest.

use serde::Deserialize;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue, Deserializer};
use vatra_core::manifest::Manifest;

/// What keeps a table from being a manifest.
pub(super) struct Complaint {
    pub(super) code: &'static str,
    pub(super) span: Option<Range<usize>>,
    pub(super) message: String,
    pub(super) help: String,
    /// The known key that an unknown one is nearest to.
    meant: Option<String>,
}

/// The manifest, or why there is none. An unknown key is taken for the known one that is nearest, or taken out, and the rest looked at again.
pub(super) fn manifest(table: &Spanned<DeTable<'_>>, most: usize) -> (Option<Manifest>, Vec<Complaint>) {
    let mut table = table.clone();
    let mut complaints = Vec::new();
    while complaints.len() < most {
        let error = match Manifest::deserialize(Deserializer::from(table.clone())) {
            Ok(manifest) => return (complaints.is_empty().then_some(manifest), complaints),
            Err(error) => error,
        };
        let complaint = complaint(error.message(), error.span());
        let meant = complaint.meant.as_deref();
        let goes_on = complaint.code == "unknown-key" && complaint.span.as_ref().is_some_and(|span| mend(table.get_mut(), span, meant));
        complaints.push(complaint);
        if !goes_on {
            break;
        }
    }
    (None, complaints)
}

fn complaint(message: &str, span: Option<Range<usize>>) -> Complaint {
    let quoted = |text: &str| text.split('`').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>();
    let known = |list: &str| {
        let all = quoted(list);
        if all.is_empty() { "nothing is expected here".to_owned() } else { format!("known here: {}", all.join(", ")) }
    };
    let near = |word: &str, list: &str| {
        let all = quoted(list);
        nearest(word, all.iter().map(String::as_str)).map_or_else(|| known(list), |near| format!("did you mean '{near}'? {}", known(list)))
    };
    let say = |code, message: String, help: String| Complaint { code, span: span.clone(), message, help, meant: None };
    let word = || quoted(message).into_iter().next().unwrap_or_default();
    if let Some(rest) = message.strip_prefix("unknown field `") {
        let (word, list) = (word(), rest.split_once(',').map_or("", |(_, list)| list));
        let meant = nearest(&word, quoted(list).iter().map(String::as_str)).map(str::to_owned);
        return Complaint { meant, ..say("unknown-key", format!("there is no key '{word}' here"), near(&word, list)) };
    }
    if message.starts_with("missing field `") {
        let word = word();
        return say("missing-key", format!("the key '{word}' is missing here"), format!("add `{word} = …`"));
    }
    if let Some(rest) = message.strip_prefix("unknown variant `") {
        let word = word();
        let help = near(&word, rest.split_once(',').map_or("", |(_, list)| list));
        return say("unknown-value", format!("'{word}' cannot stand here"), help);
    }
    if message.starts_with("invalid type: ") || message.starts_with("invalid value: ") {
        return say("wrong-type", message.to_owned(), "the schema says what may stand here: registry/vatra.schema.json".to_owned());
    }
    say("value", message.to_owned(), String::new())
}

/// The known word that was probably meant.
pub(super) fn nearest<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let close = |other: &&str| strsim::jaro_winkler(word, other);
    known
        .map(|other| (close(&other), other))
        .filter(|(close, _)| *close > 0.8)
        .max_by(|(one, _), (other, _)| one.total_cmp(other))
        .map(|(_, other)| other)
}

/// Gives what the key that stands there leads to the key that was meant, if that is free; otherwise takes it out. False when no key stands there.
fn mend(table: &mut DeTable<'_>, span: &Range<usize>, meant: Option<&str>) -> bool {
    let found = table.iter().find(|(name, _)| name.span() == *span).map(|(name, _)| name.clone());
    let Some(name) = found else {
        return table.iter_mut().any(|(_, value)| within(value.get_mut(), span, meant));
    };
    let Some(value) = table.remove(name.get_ref().as_ref()) else { return false };
    if let Some(meant) = meant.filter(|meant| !table.contains_key(*meant)) {
        table.insert(Spanned::new(span.clone(), meant.to_owned().into()), value);
    }
    true
}

fn within(value: &mut DeValue<'_>, span: &Range<usize>, meant: Option<&str>) -> bool {
    match value {
        DeValue::Table(table) => mend(table, span, meant),
        DeValue::Array(list) => list.iter_mut().any(|value| within(value.get_mut(), span, meant)),
        _ => false,
    }
}
