//! What an entry is found by: its keys and its words, from its schema.

use crate::dialect::EntryWords;
use crate::fault::Fault;
use rustc_hash::FxHashMap;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Mutex, MutexGuard, PoisonError};
use uuid::Uuid;
use vatra_core::clock::Instant;
use vatra_core::fold::words;
use vatra_core::ids::{Name, SubjectId, TenantId};
use vatra_core::register::{FieldSchema, FieldType, RegisterSchema};
use vatra_core::unit::Subject;
use vatra_core::value::{Fields, Value};

/// The people that entries refer to.
pub(crate) type People = std::collections::HashMap<SubjectId, Subject>;

/// The pseudo field under which a subject field's folded name is kept.
pub(crate) fn name_field(field: &str) -> String {
    format!("{field}.name")
}

/// What stands before every word of a register's open (or closed) entries in the word index, so that a search reads only those.
/// 50 bits of a hash: a collision within a municipality would show only in a count.
pub(crate) fn scope(tenant: TenantId, register: &Name, closed: bool) -> String {
    const DIGITS: &[u8; 32] = b"0123456789abcdefghijklmnopqrstuv";
    let mut hasher = Sha256::new();
    hasher.update(tenant.0.as_bytes());
    hasher.update(register.as_str().as_bytes());
    let digest = hasher.finalize();
    let digits = digest.iter().take(10).map(|byte| char::from(DIGITS.get(usize::from(byte & 31)).copied().unwrap_or(b'0')));
    std::iter::once(if closed { 'c' } else { 'o' }).chain(digits).collect()
}

/// An entry's state, as far as the index minds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Indexable<'a> {
    pub(crate) id: Uuid,
    pub(crate) number: Option<&'a str>,
    pub(crate) opened: Instant,
    pub(crate) closed: bool,
    pub(crate) fields: &'a Fields,
}

/// Keys by field; an empty key for an empty field, so that every entry has a row for every keyed field.
pub(crate) fn keys(schema: &RegisterSchema, entry: Indexable<'_>, people: &People) -> BTreeMap<String, String> {
    let mut out = BTreeMap::new();
    for field in schema.fields.iter().filter(|field| schema.is_keyed(field)) {
        let value = entry.fields.get(&field.name).unwrap_or(&Value::None);
        out.insert(field.name.clone(), value.sort_key().unwrap_or_default());
        if field.kind == FieldType::Subject {
            let person = if let Value::Subject(id) = value { people.get(id) } else { None };
            let name = person.and_then(|person| Value::Text(person.name.clone()).sort_key()).unwrap_or_default();
            out.insert(name_field(&field.name), name);
        }
    }
    out.insert("number".to_owned(), entry.number.map(number_key).unwrap_or_default());
    out.insert("opened".to_owned(), Value::Instant(entry.opened).sort_key().unwrap_or_default());
    out
}

/// A number's key.
pub(crate) fn number_key(number: &str) -> String {
    Value::Text(number.to_owned()).sort_key().unwrap_or_default()
}

/// Fields that an index of this schema can be asked for.
pub(crate) fn keyed(schema: &RegisterSchema, name: &str) -> bool {
    if matches!(name, "number" | "opened") {
        return true;
    }
    match name.strip_suffix(".name").and_then(|field| schema.field(field)) {
        Some(field) => field.kind == FieldType::Subject,
        None => schema.field(name).is_some_and(|field| schema.is_keyed(field)),
    }
}

/// Words for the search.
pub(crate) fn entry_words(tenant: TenantId, schema: &RegisterSchema, entry: Indexable<'_>, people: &People) -> EntryWords {
    let mut plain: BTreeSet<String> = entry.number.map(words).unwrap_or_default().into_iter().collect();
    let mut personal = BTreeSet::new();
    for field in schema.fields.iter().filter(|field| field.searchable) {
        let Some(value) = entry.fields.get(&field.name) else { continue };
        if let Value::Subject(id) = value {
            if let Some(person) = people.get(id) {
                personal.extend(words(&person.name));
                personal.extend(person.idn.iter().flat_map(|idn| words(idn)));
            }
            continue;
        }
        let found = value_words(value);
        if field.is_personal() { personal.extend(found) } else { plain.extend(found) }
    }
    let scope = scope(tenant, &schema.name, entry.closed);
    let prefixed = |found: BTreeSet<String>| found.into_iter().map(|word| format!("{scope}{word}")).collect();
    EntryWords { entry: entry.id, plain: prefixed(plain), personal: prefixed(personal) }
}

/// A value's words, as people write it.
fn value_words(value: &Value) -> Vec<String> {
    match value {
        Value::Text(text)
        | Value::Choice(text)
        | Value::Personal(text)
        | Value::Cadastral(text)
        | Value::Iban(text)
        | Value::Document(text) => words(text),
        Value::Integer(number) => vec![number.unsigned_abs().to_string()],
        Value::Money(money) => vec![(money.0.unsigned_abs() / 100).to_string(), format!("{:02}", money.0.unsigned_abs() % 100)],
        Value::Decimal(decimal) => words(decimal.as_str()),
        Value::Date(date) => words(&date.format("%d.%m.%Y").to_string()),
        Value::Instant(instant) => words(&instant.local_text()),
        Value::None | Value::Flag(_) | Value::Subject(_) | Value::Entry(_) => Vec::new(),
    }
}

/// People that these fields refer to.
pub(crate) fn referred(fields: &Fields) -> impl Iterator<Item = SubjectId> + '_ {
    fields.values().filter_map(|value| if let Value::Subject(id) = value { Some(*id) } else { None })
}

/// What a register's keys and words depend on, in a number: equal for schemas whose index is the same.
pub(crate) fn fingerprint(schema: &RegisterSchema) -> u64 {
    let of = |field: &FieldSchema| {
        let (subject, unique) = (field.kind == FieldType::Subject, schema.unique.contains(&field.name));
        let (keyed, searchable, personal) = (schema.is_keyed(field), field.searchable, field.is_personal());
        let counts = subject || unique || keyed || searchable || personal;
        counts.then(|| {
            let mut hasher = DefaultHasher::new();
            (&field.name, subject, unique, keyed, searchable, personal).hash(&mut hasher);
            hasher.finish()
        })
    };
    schema.fields.iter().filter_map(of).fold(0, u64::wrapping_add)
}

/// Fingerprints of schemas as they are kept, by their text: the same few are read by every call.
#[derive(Debug, Default)]
pub(crate) struct Fingerprints(Mutex<FxHashMap<String, u64>>);

impl Fingerprints {
    /// Schemas remembered at most, of a few KiB each.
    const MOST: usize = 4_096;

    /// Of this schema, as JSON.
    pub(crate) fn of(&self, text: &str) -> Result<u64, Fault> {
        if let Some(known) = self.lock().get(text) {
            return Ok(*known);
        }
        let fingerprint = fingerprint(&crate::db::parse(text)?);
        let mut known = self.lock();
        if known.len() >= Self::MOST {
            known.clear();
        }
        known.insert(text.to_owned(), fingerprint);
        Ok(fingerprint)
    }

    fn lock(&self) -> MutexGuard<'_, FxHashMap<String, u64>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
