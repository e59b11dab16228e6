//! The unit of work while a call builds it: writes are buffered, reads are remembered.

use crate::state::HostError;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;
use vatra_core::acts::ActChange;
use vatra_core::appointments::{Appointment, AppointmentChange};
use vatra_core::audit::AuditEntry;
use vatra_core::call::CallContext;
use vatra_core::cases::{Case, CaseChange};
use vatra_core::documents::{Document, DocumentChange};
use vatra_core::ids::{
    AppointmentId, CaseId, ClosureId, DocumentId, EntryId, JobId, Name, OutboxId, SigningId, SubjectId, TaskId, TicketId,
};
use vatra_core::jobs::{Job, JobChange};
use vatra_core::register::{Entry, RegisterSchema};
use vatra_core::settings::Enacted;
use vatra_core::signing::{SigningChange, SigningRequest};
use vatra_core::store::StoreError;
use vatra_core::tasks::{Task, TaskChange};
use vatra_core::timers::TimerChange;
use vatra_core::unit::{Correction, NewEntry, NewOrder, Outgoing, ReadSet, Subject, Unit};
use vatra_core::value::{EntryRef, Fields, Value};

/// Longest reason of a correction, in bytes.
pub(crate) const MAX_REASON: usize = 1_000;

/// Buffered writes of a call.
#[derive(Debug, Default)]
pub struct Work {
    /// What was read.
    pub reads: ReadSet,
    /// New people (from uploaded tables).
    pub subjects: Vec<Subject>,
    order: Vec<EntryId>,
    added: BTreeMap<EntryId, NewEntry>,
    corrected: BTreeMap<EntryId, Correction>,
    /// New orders.
    pub orders: Vec<NewOrder>,
    /// Orders to cancel, with reasons.
    pub cancelled: Vec<(String, String)>,
    /// What happens to appointments, in order.
    pub appointments: Vec<AppointmentChange>,
    /// Appointments as this call leaves them.
    pub(crate) appointed: BTreeMap<AppointmentId, Appointment>,
    /// What happens to cases, in order.
    pub cases: Vec<CaseChange>,
    /// Cases as this call leaves them.
    pub(crate) cased: BTreeMap<CaseId, Case>,
    /// What happens to documents, in order.
    pub documents: Vec<DocumentChange>,
    /// Documents as this call leaves them.
    pub(crate) touched: BTreeMap<DocumentId, Document>,
    /// Rows for the trail that stand or fall with the work.
    pub audit: Vec<AuditEntry>,
    /// What happens to signing requests, in order.
    pub signing: Vec<SigningChange>,
    /// Signing requests as this call leaves them.
    pub(crate) requested: BTreeMap<SigningId, SigningRequest>,
    /// What happens to published acts, in order.
    pub acts: Vec<ActChange>,
    /// What is settled from a date on.
    pub enacted: Vec<Enacted>,
    /// What leaves for the services.
    pub outgoing: Vec<Outgoing>,
    /// People whom something that leaves is for or about.
    pub reached: BTreeSet<SubjectId>,
    /// What happens to timers, in order.
    pub timers: Vec<TimerChange>,
    /// How many timers of the module are pending, once they were counted.
    pub(crate) timers_pending: Option<u64>,
    /// What happens to jobs, in order.
    pub jobs: Vec<JobChange>,
    /// What happens to tasks, in order.
    pub tasks: Vec<TaskChange>,
    /// Tasks as this call leaves them.
    pub(crate) tasked: BTreeMap<TaskId, Task>,
    schemas: BTreeMap<Name, RegisterSchema>,
    made: u64,
    seed: [u8; 32],
    at: i64,
}

impl Work {
    pub(crate) fn new(ctx: &CallContext) -> Self {
        Self { seed: ctx.seed, at: ctx.now.0, ..Self::default() }
    }

    /// An id for something new: of the call's moment and randomness, so that a replay gives the same ids.
    fn next_uuid(&mut self, what: &'static [u8]) -> Uuid {
        self.made += 1;
        let random = crate::base::draw(&self.seed, what, self.made);
        let mut ten = [0u8; 10];
        ten.iter_mut().zip(random).for_each(|(slot, byte)| *slot = byte);
        let millis = u64::try_from(self.at).unwrap_or_default();
        uuid::Builder::from_unix_timestamp_millis(millis, &ten).into_uuid()
    }

    /// An id for a new entry.
    pub(crate) fn next_id(&mut self) -> EntryId {
        EntryId(self.next_uuid(b"entry"))
    }

    /// An id for a new signing request.
    pub(crate) fn next_signing(&mut self) -> SigningId {
        SigningId(self.next_uuid(b"signing"))
    }

    /// An id for a new appointment.
    pub(crate) fn next_appointment(&mut self) -> AppointmentId {
        AppointmentId(self.next_uuid(b"appointment"))
    }

    /// An id for a new case.
    pub(crate) fn next_case(&mut self) -> CaseId {
        CaseId(self.next_uuid(b"case"))
    }

    /// An id for a new closure.
    pub(crate) fn next_closure(&mut self) -> ClosureId {
        ClosureId(self.next_uuid(b"closure"))
    }

    /// An id for a new ticket.
    pub(crate) fn next_ticket(&mut self) -> TicketId {
        TicketId(self.next_uuid(b"ticket"))
    }

    /// An id for a new job.
    pub(crate) fn next_job(&mut self) -> JobId {
        JobId(self.next_uuid(b"job"))
    }

    /// An id for a new task.
    pub(crate) fn next_task(&mut self) -> TaskId {
        TaskId(self.next_uuid(b"task"))
    }

    /// Jobs that the call starts, in order.
    pub(crate) fn started(&self) -> impl Iterator<Item = &Job> {
        self.jobs.iter().filter_map(|change| if let JobChange::Start { job, .. } = change { Some(&**job) } else { None })
    }

    /// Has something leave for a service when the call is kept; its id.
    pub(crate) fn leave(&mut self, service: &Name, kind: &str, payload: &impl Serialize) -> Result<OutboxId, HostError> {
        let payload = serde_json::to_string(payload).map_err(|_| StoreError::Corrupt("what leaves cannot be written".into()))?;
        let outgoing = Outgoing { payload, ..self.leaving(service, kind) };
        let id = outgoing.id;
        self.outgoing.push(outgoing);
        Ok(id)
    }

    /// Something that is to leave for a service, without what it says.
    pub(crate) fn leaving(&mut self, service: &Name, kind: &str) -> Outgoing {
        let id = OutboxId(self.next_uuid(b"outgoing"));
        Outgoing { id, service: service.clone(), kind: kind.to_owned(), payload: String::new() }
    }

    pub(crate) fn is_new(&self, id: EntryId) -> bool {
        self.added.contains_key(&id)
    }

    pub(crate) fn added(&self, id: EntryId) -> Option<&NewEntry> {
        self.added.get(&id)
    }

    /// New entries of a register, in the order they were added.
    pub(crate) fn added_to(&self, register: &Name) -> impl Iterator<Item = &NewEntry> {
        self.order.iter().filter_map(|id| self.added.get(id)).filter(move |entry| entry.at.register == *register)
    }

    pub(crate) fn add(&mut self, schema: &RegisterSchema, fields: Fields) -> EntryRef {
        let at = EntryRef { register: schema.name.clone(), id: self.next_id() };
        self.schemas.entry(schema.name.clone()).or_insert_with(|| schema.clone());
        self.order.push(at.id);
        self.added.insert(at.id, NewEntry { at: at.clone(), fields });
        at
    }

    /// The entry as this call left it.
    pub(crate) fn overlay(&self, mut entry: Entry) -> Entry {
        if let Some(correction) = self.corrected.get(&entry.at.id) {
            entry.version = correction.version + 1;
            entry.closed |= correction.close;
            apply(&mut entry.fields, &correction.fields);
        }
        entry
    }

    /// Corrects an entry that was read at `stored_version` (or was added in this call).
    pub(crate) fn correct(
        &mut self,
        schema: &RegisterSchema,
        at: &EntryRef,
        stored_version: u32,
        fields: Fields,
        reason: &str,
        close: bool,
    ) {
        self.schemas.entry(schema.name.clone()).or_insert_with(|| schema.clone());
        if let Some(new) = self.added.get_mut(&at.id) {
            apply(&mut new.fields, &fields);
            return;
        }
        match self.corrected.get_mut(&at.id) {
            Some(earlier) => {
                earlier.fields.extend(fields);
                earlier.close |= close;
                // As long as one reason may be: thousands of corrections would otherwise make one of megabytes.
                if !reason.is_empty() && earlier.reason != reason && earlier.reason.len() + reason.len() < MAX_REASON {
                    if !earlier.reason.is_empty() {
                        earlier.reason.push_str("; ");
                    }
                    earlier.reason.push_str(reason);
                }
            }
            None => {
                self.corrected
                    .insert(at.id, Correction { at: at.clone(), version: stored_version, fields, reason: reason.to_owned(), close });
            }
        }
    }

    /// Remembers that an entry was read by itself.
    pub(crate) fn saw(&mut self, id: EntryId, version: Option<u32>) {
        self.reads.entries.entry(id).or_insert(version);
    }

    /// Everything, ready to commit.
    pub fn into_unit(self, ctx: &CallContext) -> Unit {
        let mut unit = Unit::new(ctx.now, ctx.caller.person, ctx.module.clone());
        let mut added = self.added;
        unit.schemas = self.schemas;
        unit.reads = self.reads;
        unit.subjects = self.subjects;
        unit.entries = self.order.iter().filter_map(|id| added.remove(id)).collect();
        unit.corrections = self.corrected.into_values().collect();
        unit.orders = self.orders;
        unit.cancelled_orders = self.cancelled;
        unit.appointments = self.appointments;
        unit.cases = self.cases;
        unit.documents = self.documents;
        unit.signing = self.signing;
        unit.acts = self.acts;
        unit.enacted = self.enacted;
        unit.outgoing = self.outgoing;
        unit.timers = self.timers;
        unit.jobs = self.jobs;
        unit.tasks = self.tasks;
        unit.audit = self.audit;
        unit
    }
}

/// Puts changed fields over an entry's; an empty value takes the field away.
fn apply(fields: &mut Fields, changes: &Fields) {
    for (name, value) in changes {
        match value {
            Value::None => fields.remove(name),
            value => fields.insert(name.clone(), value.clone()),
        };
    }
}
