//! Addresses: the query part of a screen's address, and where screens, actions and exports of a module are.
//!
//! A screen is `GET {base}/{screen}?…`, an action `POST {base}/actions/{action}`, where base is `/{municipality}/{module}`. Names in
//! a query that belong to the host have a dot (`taxpayers.q`, `confirm.entry`) or are reserved; screens' parameters never have one.

use crate::format::strip_controls;
use crate::limits;
use std::collections::BTreeMap;
use vatra_core::ids::Name;
use vatra_core::manifest::Manifest;
use vatra_core::value::{Fields, Value};
use vatra_core::view::TableRequest;

/// Names and values of a query or form, in their order.
pub type Pairs = Vec<(String, String)>;

/// Names that forms and addresses keep for the host: no input may be called so.
pub const RESERVED: [&str; 16] = [
    "lang",
    "confirm",
    "export",
    "submission",
    "vatra-from",
    "vatra-check",
    "vatra-change",
    "vatra-with",
    "vatra-row",
    "vatra-more",
    "vatra-less",
    "vatra-step",
    "vatra-bulk",
    "vatra-all",
    "vatra-count",
    "vatra-preview",
];

/// In a form: the screen that it stood on, as `screen?query`.
pub const FROM: &str = "vatra-from";
/// In a form: show the answers (or ask for confirmation) before performing.
pub const CHECK: &str = "vatra-check";
/// In a form: show the form again with the answers in it.
pub const CHANGE: &str = "vatra-change";
/// In a form over ticked rows: the table, `TABLE`; in its preview, `TABLE:go`.
pub const BULK: &str = "vatra-bulk";
/// In a form over ticked rows: every entry that the reader's search finds, ticked or not.
pub const ALL: &str = "vatra-all";
/// In a preview: how many entries it spoke of.
pub const COUNT: &str = "vatra-count";
/// On a button: further fields, as a query.
pub const WITH: &str = "vatra-with";
/// On a button of a form: one more of this group.
pub const MORE: &str = "vatra-more";
/// On a button of a form: without this one of a group, `GROUP.NUMBER`.
pub const LESS: &str = "vatra-less";
/// In a form: which step of a stepped form it is, `FORM:STEP`.
pub const STEP: &str = "vatra-step";
/// In a form with a table: show how it will be read before performing.
pub const PREVIEW: &str = "vatra-preview";
/// In a form: its submission id, by which it is performed once.
pub const SUBMISSION: &str = "submission";

/// Percent-encodes a text for a query or path (RFC 3986: all but unreserved characters).
pub fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    encode_into(&mut out, text);
    out
}

fn encode_into(out: &mut String, text: &str) {
    let digit = |half: u8| char::from(if half < 10 { b'0' + half } else { b'A' + half - 10 });
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            out.push(char::from(byte));
        } else {
            out.extend(['%', digit(byte >> 4), digit(byte & 15)]);
        }
    }
}

/// Decodes a part of a query or of an urlencoded form; broken escapes stay as they are, broken UTF-8 becomes U+FFFD.
pub fn decode(text: &str) -> String {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let escaped = (*first == b'%').then(|| after.split_first_chunk::<2>()).flatten().and_then(|(digits, after)| {
            Some((u8::from_str_radix(std::str::from_utf8(digits).ok().filter(|d| !d.starts_with('+'))?, 16).ok()?, after))
        });
        match escaped {
            Some((byte, after)) => {
                out.push(byte);
                rest = after;
            }
            None => {
                out.push(if *first == b'+' { b' ' } else { *first });
                rest = after;
            }
        }
    }
    String::from_utf8(out).unwrap_or_else(|broken| String::from_utf8_lossy(broken.as_bytes()).into_owned())
}

/// The pairs of a query (without `?`) or of an urlencoded form.
pub fn parse_query(query: &str) -> Pairs {
    query
        .split('&')
        .filter(|part| !part.is_empty())
        .map(|part| {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            (decode(name), decode(value))
        })
        .collect()
}

/// The inverse of [`parse_query`].
pub fn to_query<N: AsRef<str>, V: AsRef<str>>(pairs: impl IntoIterator<Item = (N, V)>) -> String {
    let mut out = String::new();
    query_into(&mut out, "", pairs);
    out
}

/// Writes the pairs, `first` before them if there are any.
fn query_into<N: AsRef<str>, V: AsRef<str>>(out: &mut String, first: &str, pairs: impl IntoIterator<Item = (N, V)>) {
    let mut between = first;
    for (name, value) in pairs {
        out.push_str(between);
        between = "&";
        encode_into(out, name.as_ref());
        out.push('=');
        encode_into(out, value.as_ref());
    }
}

/// A path with its query; just the path when there is none.
pub fn with_query<N: AsRef<str>, V: AsRef<str>>(path: &str, pairs: impl IntoIterator<Item = (N, V)>) -> String {
    // Room for a short query.
    let mut out = String::with_capacity(path.len() + 64);
    out.push_str(path);
    query_into(&mut out, "?", pairs);
    out
}

/// Pairs by name, as [`crate::parse_inputs`] takes them. What a button added under [`WITH`] is unfolded.
pub fn form_fields(pairs: impl IntoIterator<Item = (String, String)>) -> BTreeMap<String, Vec<String>> {
    let mut out: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, value) in pairs {
        if name == WITH {
            for (name, value) in parse_query(&value) {
                out.entry(name).or_default().push(value);
            }
        } else {
            out.entry(name).or_default().push(value);
        }
    }
    out
}

/// A value as it stands in an address or hidden input; [`crate::parse_inputs`] reads it back. None for an empty value.
pub fn value_text(value: &Value) -> Option<String> {
    Some(match value {
        Value::None => return None,
        Value::Flag(flag) => if *flag { "yes" } else { "no" }.to_owned(),
        Value::Integer(number) => number.to_string(),
        Value::Money(money) => {
            let total = money.0.unsigned_abs();
            format!("{}{}.{:02}", if money.0 < 0 { "-" } else { "" }, total / 100, total % 100)
        }
        Value::Decimal(decimal) => decimal.as_str().to_owned(),
        Value::Text(text) | Value::Personal(text) => text.clone(),
        Value::Choice(text) | Value::Document(text) | Value::Cadastral(text) | Value::Iban(text) => text.clone(),
        Value::Date(date) => date.format("%Y-%m-%d").to_string(),
        Value::Instant(instant) => instant.0.to_string(),
        Value::Subject(id) => id.to_string(),
        Value::Entry(entry) => entry.id.to_string(),
    })
}

/// Fields as pairs, empty ones left out.
pub fn parameters_to_pairs(fields: &Fields) -> Pairs {
    fields.iter().filter_map(|(name, value)| Some((name.clone(), value_text(value)?))).collect()
}

/// Fields as a query, empty ones left out.
pub fn parameters_to_query(fields: &Fields) -> String {
    to_query(parameters_to_pairs(fields))
}

/// The address of a screen.
pub fn screen_url(base: &str, screen: &str, parameters: &Fields) -> String {
    with_query(&format!("{base}/{}", encode(screen)), parameters_to_pairs(parameters))
}

/// The address that an action is posted to.
pub fn action_url(base: &str, action: &str) -> String {
    format!("{base}/actions/{}", encode(action))
}

/// The history of an entry; `base` is `/{municipality}/{module}`.
pub fn history_url(base: &str, register: &str, entry: &str) -> String {
    format!("{base}/registers/{}/{}/history", encode(register), encode(entry))
}

/// The screen that a posted form stood on: its name and query. None when it names no declared screen, so that nobody is sent
/// elsewhere by a forged form.
pub fn origin(form: &BTreeMap<String, Vec<String>>, manifest: &Manifest) -> Option<(Name, Pairs)> {
    let from = form.get(FROM)?.first()?;
    let (screen, query) = from.split_once('?').unwrap_or((from, ""));
    Some((manifest.screen(screen)?.name.clone(), parse_query(query)))
}

/// How the reader asks for the bound table `id`: `id.q` (search words), `id.sort` (a column, with `-` before it for the largest
/// first) and `id.page` (from 1).
pub fn table_request(id: &str, query: &[(String, String)]) -> TableRequest {
    let find = |what: &str| {
        query
            .iter()
            .rev()
            .find(|(name, _)| name.strip_prefix(id).and_then(|rest| rest.strip_prefix('.')) == Some(what))
            .map(|(_, value)| value)
    };
    let search = find("q").map(|text| strip_controls(text).split_whitespace().collect::<Vec<_>>().join(" "));
    TableRequest {
        search: search.map(|text| text.chars().take(limits::SEARCH_CHARS).collect::<String>()).filter(|text| !text.is_empty()),
        sort: find("sort").filter(|text| !text.is_empty() && text.len() <= limits::LABEL_BYTES).map(|text| match text.strip_prefix('-') {
            Some(column) => (column.to_owned(), true),
            None => (text.clone(), false),
        }),
        page: find("page").and_then(|text| text.parse().ok()).unwrap_or(1).clamp(1, limits::PAGES),
    }
}

/// Which bound table the reader wants as a file: `?export=ID`.
pub fn export_request(query: &[(String, String)]) -> Option<&str> {
    query.iter().find(|(name, _)| name == "export").map(|(_, value)| value.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn requests_of_two_tables_do_not_meet() {
        let query = parse_query("t.q=%C8%98tirbu++a&t.sort=-due&t.page=3&t2.page=0&x=1&t.page=zz");
        assert_eq!(table_request("t", &query), TableRequest { search: Some("Știrbu a".into()), sort: Some(("due".into(), true)), page: 1 });
        assert_eq!(table_request("t2", &query), TableRequest { search: None, sort: None, page: 1 });
    }

    #[test]
    fn broken_escapes_stay() {
        assert_eq!(decode("100%+%zz%4"), "100% %zz%4");
        assert_eq!(decode("%+1%FF"), "% 1\u{fffd}");
    }

    #[test]
    fn a_button_s_own_fields_are_unfolded() {
        let form = form_fields([("entry".into(), "a".into()), ("entry".into(), "b".into()), (WITH.into(), "year=2026&note=a%26b".into())]);
        assert_eq!(form.get("entry").map(Vec::len), Some(2));
        assert_eq!(form.get("note"), Some(&vec!["a&b".to_owned()]));
    }

    proptest! {
        #[test]
        fn queries_come_back(pairs in proptest::collection::vec((".{1,8}", ".{0,12}"), 0..5)) {
            prop_assert_eq!(parse_query(&to_query(pairs.clone())), pairs);
        }
    }
}
