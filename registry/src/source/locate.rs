//! From a place in a manifest to the bytes of its text.

use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};
use vatra_core::manifest::{At, Step};

/// Where it stands; of what is not there, what it should be in. None of the manifest itself.
pub(super) fn span(root: &Spanned<DeTable<'_>>, at: &At) -> Option<Range<usize>> {
    let mut found = None;
    let mut value: Option<&Spanned<DeValue<'_>>> = None;
    for step in at.steps() {
        let next = match (step, value.map(Spanned::get_ref)) {
            (Step::Key(key), None) => entry(root.get_ref(), key),
            (Step::Key(key), Some(DeValue::Table(table))) => entry(table, key),
            (Step::Index(index), Some(DeValue::Array(list))) => list.get(*index).map(|value| (value.span(), value)),
            (Step::Member(text), Some(DeValue::Array(list))) => {
                let same = |value: &&Spanned<DeValue<'_>>| value.get_ref().as_str() == Some(text);
                list.iter().find(same).map(|value| (value.span(), value))
            }
            _ => None,
        };
        let Some((span, beneath)) = next else { break };
        found = Some(span);
        value = Some(beneath);
    }
    found
}

/// A key's value. Of a short one the value is shown, of a table or list the key that leads to it.
fn entry<'a, 'i>(table: &'a DeTable<'i>, key: &str) -> Option<(Range<usize>, &'a Spanned<DeValue<'i>>)> {
    let (name, value) = table.iter().find(|(name, _)| name.get_ref() == key)?;
    let long = matches!(value.get_ref(), DeValue::Table(_) | DeValue::Array(_));
    Some((if long { name.span() } else { value.span() }, value))
}
