//! The unit of work: everything one call wants kept, committed at once or not at all.

use crate::acts::ActChange;
use crate::appointments::AppointmentChange;
use crate::audit::AuditEntry;
use crate::bulk::BulkChange;
use crate::cases::CaseChange;
use crate::clock::Instant;
use crate::documents::DocumentChange;
use crate::ids::{CaseId, EntryId, InboxId, Name, OutboxId, SubjectId, SubmissionId};
use crate::jobs::JobChange;
use crate::register::RegisterSchema;
use crate::settings::Enacted;
use crate::signing::SigningChange;
use crate::tasks::TaskChange;
use crate::timers::TimerChange;
use crate::value::{EntryRef, Fields, Money};
use chrono::NaiveDate;
use std::collections::BTreeMap;

/// A person or company as the municipality knows it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Subject {
    /// Its id.
    pub id: SubjectId,
    /// A company.
    pub company: bool,
    /// IDNP or IDNO; none for people without. Unique in the municipality.
    pub idn: Option<String>,
    /// The name.
    pub name: String,
}

/// A new entry.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewEntry {
    /// Its place.
    pub at: EntryRef,
    /// All its fields, opened.
    pub fields: Fields,
}

/// A correction of an entry.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Correction {
    /// Which entry.
    pub at: EntryRef,
    /// The version that was read; the commit conflicts when it moved on.
    pub version: u32,
    /// Only the fields that change; [`crate::value::Value::None`] empties one.
    pub fields: Fields,
    /// Why.
    pub reason: String,
    /// Closes the entry.
    pub close: bool,
}

/// A line of an order.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize, serde::Deserialize)]
pub struct OrderLine {
    /// Unique in the order, at most 36 characters.
    pub id: String,
    /// In bani.
    pub amount: Money,
    /// The beneficiary's IBAN, from the grant.
    pub iban: String,
    /// The name of that account in the grant.
    pub account: String,
    /// What for, at most 50 characters.
    pub reason: String,
}

/// A new MPay order.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewOrder {
    /// Unique in the country.
    pub number: String,
    /// Whose order it is.
    pub module: Name,
    /// The payment service.
    pub service: String,
    /// For whom.
    pub customer: Option<SubjectId>,
    /// At least one; amounts above zero.
    pub lines: Vec<OrderLine>,
    /// When it is due.
    pub due: Option<NaiveDate>,
    /// Not payable after this date.
    pub expires: Option<NaiveDate>,
    /// In parts.
    pub partial: bool,
    /// Before it is due.
    pub advance: bool,
    /// What for, at most 50 characters.
    pub reason: String,
}

/// Something that leaves for a service when the unit of work is kept, and never otherwise.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Outgoing {
    /// Its id; the same however often it has to be sent.
    pub id: OutboxId,
    /// `mnotify`, `mconnect`…
    pub service: Name,
    /// What the service is asked for.
    pub kind: String,
    /// JSON.
    pub payload: String,
}

/// What was read, so that the commit can tell whether it still holds.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ReadSet {
    /// Registers that were searched, with the state that was seen (see [`crate::store::Snapshot::register_state`]).
    pub registers: BTreeMap<Name, u64>,
    /// Entries that were read one by one, with their version; none for one that was not there.
    pub entries: BTreeMap<EntryId, Option<u32>>,
}

/// Everything that one call wants kept.
#[derive(Clone, Debug)]
pub struct Unit {
    /// When the call was made.
    pub at: Instant,
    /// Who made it.
    pub by: Option<SubjectId>,
    /// The module whose registers are written.
    pub module: Name,
    /// Schemas of the registers that are written.
    pub schemas: BTreeMap<Name, RegisterSchema>,
    /// What was read.
    pub reads: ReadSet,
    /// New subjects; an IDNP or IDNO that someone else added meanwhile is a conflict.
    pub subjects: Vec<Subject>,
    /// New entries, in order: numbers are given in this order.
    pub entries: Vec<NewEntry>,
    /// Corrections, at most one an entry, never of a new one.
    pub corrections: Vec<Correction>,
    /// New orders.
    pub orders: Vec<NewOrder>,
    /// Orders to cancel: refused as a conflict when anything was paid meanwhile.
    pub cancelled_orders: Vec<(String, String)>,
    /// What happens to appointments, in this order.
    pub appointments: Vec<AppointmentChange>,
    /// What happens to cases, in this order and after the documents.
    pub cases: Vec<CaseChange>,
    /// What happens to documents, in this order.
    pub documents: Vec<DocumentChange>,
    /// What happens to signing requests, in this order and after the documents.
    pub signing: Vec<SigningChange>,
    /// What happens to published acts, in this order and after the documents.
    pub acts: Vec<ActChange>,
    /// What happens to entries of jobs that perform an action on many, in this order.
    pub bulk: Vec<BulkChange>,
    /// Settings of the municipality that hold from a date on.
    pub enacted: Vec<Enacted>,
    /// What leaves for the services.
    pub outgoing: Vec<Outgoing>,
    /// What happens to the module's timers, in this order.
    pub timers: Vec<TimerChange>,
    /// What happens to jobs, in this order.
    pub jobs: Vec<JobChange>,
    /// What happens to tasks, in this order.
    pub tasks: Vec<TaskChange>,
    /// Audit rows that stand or fall with it.
    pub audit: Vec<AuditEntry>,
    /// The form it came from, with the answer to give when the form comes again.
    pub submission: Option<(SubmissionId, String)>,
    /// The event that it handles.
    pub handled: Option<InboxId>,
}

impl Unit {
    /// An empty one.
    pub fn new(at: Instant, by: Option<SubjectId>, module: Name) -> Self {
        Self {
            at,
            by,
            module,
            schemas: BTreeMap::new(),
            reads: ReadSet::default(),
            subjects: Vec::new(),
            entries: Vec::new(),
            corrections: Vec::new(),
            orders: Vec::new(),
            cancelled_orders: Vec::new(),
            appointments: Vec::new(),
            cases: Vec::new(),
            documents: Vec::new(),
            signing: Vec::new(),
            acts: Vec::new(),
            bulk: Vec::new(),
            enacted: Vec::new(),
            outgoing: Vec::new(),
            timers: Vec::new(),
            jobs: Vec::new(),
            tasks: Vec::new(),
            audit: Vec::new(),
            submission: None,
            handled: None,
        }
    }
    /// Whether there is nothing to keep but audit rows.
    pub fn is_empty(&self) -> bool {
        self.subjects.is_empty()
            && self.entries.is_empty()
            && self.corrections.is_empty()
            && self.orders.is_empty()
            && self.cancelled_orders.is_empty()
            && self.appointments.is_empty()
            && self.cases.is_empty()
            && self.documents.is_empty()
            && self.signing.is_empty()
            && self.acts.is_empty()
            && self.enacted.is_empty()
            && self.outgoing.is_empty()
            && self.timers.is_empty()
            && self.jobs.is_empty()
            && self.bulk.is_empty()
            && self.tasks.is_empty()
    }
}

/// What the commit gave.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Committed {
    /// Numbers of new entries.
    pub numbers: BTreeMap<EntryId, String>,
    /// Reference numbers of new cases.
    pub cases: BTreeMap<CaseId, String>,
}
