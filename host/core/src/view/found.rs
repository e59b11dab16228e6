//! What the host found out for a screen before rendering it.

use super::{BoundData, DocumentData, OrderData, PersonData, QrContent};
use crate::geo::Geometry;
use crate::ids::{EntryId, Name, SubjectId};
use crate::value::{EntryRef, Value};
use chrono::NaiveDate;
use std::collections::BTreeMap;

/// All that the host found out.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Resolved {
    /// Bound tables by id.
    pub tables: BTreeMap<String, BoundData>,
    /// People named anywhere on the screen.
    pub people: BTreeMap<SubjectId, PersonData>,
    /// Numbers of entries named anywhere on the screen; absent while pending.
    pub numbers: BTreeMap<EntryId, String>,
    /// Orders named by payment blocks.
    pub orders: BTreeMap<String, OrderData>,
    /// Documents of the module named anywhere on the screen, by id.
    pub documents: BTreeMap<String, DocumentData>,
    /// Maps by id.
    pub maps: BTreeMap<String, MapData>,
    /// What QR codes say; absent when there is nothing to say (any longer).
    pub codes: BTreeMap<QrContent, String>,
    /// Drafts of stepped forms by id: what was answered so far.
    pub drafts: BTreeMap<String, DraftData>,
    /// Worklists by id.
    pub worklists: BTreeMap<String, WorklistData>,
    /// What waits for the reader's signature; none when that was not asked.
    pub signing: Option<Vec<SigningItem>>,
    /// Cases by id.
    pub cases: BTreeMap<String, CaseData>,
}

/// The entries of a map.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct MapData {
    /// In the order of the query.
    pub features: Vec<Feature>,
    /// How many match in all.
    pub total: u64,
}

/// The most entries that a map draws.
pub const MAP_FEATURES: u32 = 300;

/// An entry on a map.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Feature {
    /// Its entry.
    pub entry: EntryRef,
    /// Where it is; none when its field is empty or cannot be read.
    pub geometry: Option<Geometry>,
    /// As many as the columns.
    pub cells: Vec<Value>,
}

/// A draft of a stepped form.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct DraftData {
    /// Names and texts, as they were typed.
    pub answers: BTreeMap<String, Vec<String>>,
    /// The last day on which it can be resumed.
    pub until: Option<NaiveDate>,
}

/// How pressing a task is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Priority {
    /// When there is time.
    Low,
    /// As usual.
    Normal,
    /// First.
    High,
}

/// A task in a worklist.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WorkRow {
    /// Its id.
    pub id: String,
    /// What the reader saw of it: sent along when it is claimed.
    pub version: u32,
    /// What is to be done, in the reader's language.
    pub title: String,
    /// The module's title.
    pub module: String,
    /// Where it is done.
    pub href: String,
    /// By when.
    pub due: Option<NaiveDate>,
    /// Past its due date.
    pub overdue: bool,
    /// How pressing.
    pub priority: Priority,
    /// Who has taken it.
    pub assignee: Option<SubjectId>,
    /// The reader may take it.
    pub may_claim: bool,
    /// The reader may give it to somebody.
    pub may_assign: bool,
}

/// A worklist, looked up.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct WorklistData {
    /// Soonest due first.
    pub rows: Vec<WorkRow>,
    /// How many there are in all.
    pub total: u64,
    /// Where all of them are.
    pub more: Option<String>,
}

/// A request that waits for the reader's signature.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SigningItem {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// The module that asks, in words.
    pub module: String,
    /// What the signature will say.
    pub reason: String,
    /// Its documents: what they are called and where they are.
    pub documents: Vec<(String, String)>,
    /// Last day.
    pub until: Option<NaiveDate>,
    /// Its documents are there.
    pub ready: bool,
    /// The reader was sent to MSign with it: where they go on.
    pub errand: Option<String>,
    /// Why it waits again: a code, empty for the first time.
    pub note: String,
}

/// A case, as its applicant may see it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CaseData {
    /// Its reference number.
    pub number: Option<String>,
    /// What the service is called.
    pub service: String,
    /// Where it stands: a code of the contract.
    pub standing: Name,
    /// For whom.
    pub applicant: SubjectId,
    /// When it was handed in.
    pub submitted_on: Option<NaiveDate>,
    /// By when it is decided.
    pub due: Option<NaiveDate>,
    /// What happened, oldest first: when, its standing then, and the note for the applicant.
    pub steps: Vec<(Value, Name, String)>,
    /// What is asked of the applicant, and until when.
    pub asked: Option<(String, NaiveDate)>,
    /// What it came to: documents by id.
    pub results: Vec<String>,
    /// What is to be paid: orders by number.
    pub orders: Vec<String>,
}
