//! What becomes of registers. What they hold stays the municipality's: a change that does not fit what is there already is not additive, and is refused.

use serde::Serialize;
use std::collections::BTreeSet;
use vatra_core::ids::Name;
use vatra_core::manifest::Manifest;
use vatra_core::register::{FieldSchema, FieldType, RegisterSchema};

/// What becomes of one field, key or numbering.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum FieldChange {
    /// A new field that may be empty.
    Added,
    /// A new field that may not: the entries that are there have none.
    AddedRequired,
    /// A field is gone: what it holds would lie where nobody sees it.
    Removed,
    /// A choice has further codes, or a text may be longer.
    KindWidened,
    /// It is of another type: what is there would not fit.
    KindChanged,
    /// It becomes personal: what is there was not sealed.
    Sealed,
    /// It is personal no more: what is sealed would be shown.
    Unsealed,
    /// It may be empty.
    Optional,
    /// It may not be empty any more: entries that are there may be.
    Required,
    /// It is found and sorted by: an index is built.
    Indexed,
    /// It is not found and sorted by any more.
    NotIndexed,
    /// The search finds its words: they are gathered.
    Searchable,
    /// The search does not find its words any more.
    NotSearchable,
    /// It becomes a unique key: entries that are there may have the same value.
    Unique,
    /// It is a unique key no more.
    NotUnique,
    /// Further entries are numbered otherwise.
    Numbering,
}

impl FieldChange {
    /// Whether entries that are there already stay as they are, and are found.
    pub fn is_additive(self) -> bool {
        !matches!(
            self,
            Self::AddedRequired | Self::Removed | Self::KindChanged | Self::Sealed | Self::Unsealed | Self::Required | Self::Unique
        )
    }
    /// `added`, `kind-changed`…
    pub fn code(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::AddedRequired => "added-required",
            Self::Removed => "removed",
            Self::KindWidened => "kind-widened",
            Self::KindChanged => "kind-changed",
            Self::Sealed => "sealed",
            Self::Unsealed => "unsealed",
            Self::Optional => "optional",
            Self::Required => "required",
            Self::Indexed => "indexed",
            Self::NotIndexed => "not-indexed",
            Self::Searchable => "searchable",
            Self::NotSearchable => "not-searchable",
            Self::Unique => "unique",
            Self::NotUnique => "not-unique",
            Self::Numbering => "numbering",
        }
    }
    /// All of them.
    pub const ALL: [Self; 16] = [
        Self::Added,
        Self::AddedRequired,
        Self::Removed,
        Self::KindWidened,
        Self::KindChanged,
        Self::Sealed,
        Self::Unsealed,
        Self::Optional,
        Self::Required,
        Self::Indexed,
        Self::NotIndexed,
        Self::Searchable,
        Self::NotSearchable,
        Self::Unique,
        Self::NotUnique,
        Self::Numbering,
    ];
}

/// What becomes of a register.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RegisterTurn {
    /// The municipality gets a new one.
    Added,
    /// The module keeps it no more. What it holds stays.
    Removed,
    /// Some of its fields change: the field (empty for the numbering), and what becomes of it.
    Changed(Vec<(String, FieldChange)>),
}

/// A register that is not as it was.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct RegisterChange {
    /// Which.
    pub name: Name,
    /// What becomes of it.
    pub turn: RegisterTurn,
}

impl RegisterChange {
    /// Whether entries that are there already stay as they are, and are found.
    pub fn is_additive(&self) -> bool {
        self.obstacles().next().is_none()
    }
    /// What is not additive.
    pub fn obstacles(&self) -> impl Iterator<Item = &(String, FieldChange)> {
        let changes = if let RegisterTurn::Changed(changes) = &self.turn { changes.as_slice() } else { &[] };
        changes.iter().filter(|(_, change)| !change.is_additive())
    }
}

/// Between two manifests, by the registers' names.
pub(super) fn between(old: &Manifest, new: &Manifest) -> Vec<RegisterChange> {
    let names: BTreeSet<&Name> = old.registers.iter().chain(&new.registers).map(|register| &register.name).collect();
    let turn = |name: &Name| match (old.register(name.as_str()), new.register(name.as_str())) {
        (None, _) => Some(RegisterTurn::Added),
        (_, None) => Some(RegisterTurn::Removed),
        (Some(old), Some(new)) => {
            let changes = changes(old, new);
            (!changes.is_empty()).then_some(RegisterTurn::Changed(changes))
        }
    };
    names.into_iter().filter_map(|name| turn(name).map(|turn| RegisterChange { name: name.clone(), turn })).collect()
}

/// What is different in a register. Storage asks too: what holds between two modules of the same register holds between two versions.
pub fn changes(old: &RegisterSchema, new: &RegisterSchema) -> Vec<(String, FieldChange)> {
    let mut out = Vec::new();
    for field in &new.fields {
        match old.field(&field.name) {
            None if field.required => out.push((field.name.clone(), FieldChange::AddedRequired)),
            None => out.push((field.name.clone(), FieldChange::Added)),
            Some(before) => out.extend(of_field(before, field).into_iter().map(|change| (field.name.clone(), change))),
        }
    }
    let gone = old.fields.iter().filter(|field| new.field(&field.name).is_none());
    out.extend(gone.map(|field| (field.name.clone(), FieldChange::Removed)));
    let keys = |of: &RegisterSchema| of.unique.iter().cloned().collect::<BTreeSet<_>>();
    let (before, after) = (keys(old), keys(new));
    out.extend(after.difference(&before).map(|key| (key.clone(), FieldChange::Unique)));
    out.extend(before.difference(&after).map(|key| (key.clone(), FieldChange::NotUnique)));
    if old.numbering != new.numbering {
        out.push((String::new(), FieldChange::Numbering));
    }
    out
}

fn of_field(old: &FieldSchema, new: &FieldSchema) -> Vec<FieldChange> {
    let mut out = Vec::new();
    if old.kind != new.kind {
        out.push(if widens(&old.kind, &new.kind) { FieldChange::KindWidened } else { FieldChange::KindChanged });
    }
    let mut turned = |before: bool, after: bool, on, off| {
        if before != after {
            out.push(if after { on } else { off });
        }
    };
    turned(old.is_personal(), new.is_personal(), FieldChange::Sealed, FieldChange::Unsealed);
    turned(old.required, new.required, FieldChange::Required, FieldChange::Optional);
    turned(old.indexed, new.indexed, FieldChange::Indexed, FieldChange::NotIndexed);
    turned(old.searchable, new.searchable, FieldChange::Searchable, FieldChange::NotSearchable);
    out
}

/// Whether every value of the old type is one of the new, and kept in the same way.
fn widens(old: &FieldType, new: &FieldType) -> bool {
    match (old, new) {
        (FieldType::Choice(old), FieldType::Choice(new)) => old.iter().all(|code| new.contains(code)),
        (FieldType::Text, FieldType::LongText) => true,
        _ => false,
    }
}
