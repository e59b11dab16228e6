//! Storage, as the other rooms see it. Every method over a municipality's data takes the tenant first: there is no other way to it.

use crate::acts::{Act, ActQuery};
use crate::appointments::{Appointment, Ticket, Week};
pub use crate::audit::AuditFilter;
use crate::audit::{AuditEntry, AuditRow, Verification};
use crate::blobs::Address;
use crate::bulk::{BulkRow, Came};
use crate::call::{Official, Tenant};
use crate::clock::Instant;
use crate::documents::{Document, DocumentVersion, Finished};
use crate::grants::Grant;
use crate::ids::{
    AppointmentId, CallId, DocumentId, InboxId, JobId, Name, OutboxId, SigningId, SubjectId, SubmissionId, TaskId, TenantId, TicketId,
};
use crate::jobs::{Job, Round};
use crate::packages::{InstallStore, PackageStore, RestsOn};
use crate::providers::{ByLine, Confirmation};
use crate::register::{Aggregate, Bucket, Change, Entry, EntryPage, Query, Reach, RegisterSchema};
use crate::settings::Enacted;
use crate::signing::SigningRequest;
use crate::tasks::{Task, TaskQuery, TaskTurn};
use crate::timers::Timer;
use crate::unit::{Committed, NewOrder, Outgoing, Subject, Unit};
use crate::value::{EntryRef, Money, Value};
use crate::view::OrderStatus;
use async_trait::async_trait;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Why storage did not do it.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database cannot be reached or failed.
    #[error("storage: {0}")]
    Database(String),
    /// What is stored cannot be read back.
    #[error("stored data cannot be read: {0}")]
    Corrupt(String),
    /// It exists already.
    #[error("{0} exists already")]
    Exists(String),
    /// It does not exist.
    #[error("{0} does not exist")]
    Missing(String),
}

/// Why a unit of work was not kept. Nothing of it remains.
#[derive(Debug, thiserror::Error)]
pub enum CommitError {
    /// Something that it read or wrote changed meanwhile: replay the call.
    #[error("something changed meanwhile")]
    Conflict,
    /// The form was performed before; with the answer given then.
    #[error("the form was performed before")]
    Repeated(String),
    /// The event was handled before.
    #[error("the event was handled before")]
    Handled,
    /// Storage failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A module installed in a municipality.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Installed {
    /// The module.
    pub module: Name,
    /// SHA-256 of its component, in hexadecimal.
    pub digest: String,
    /// Its version.
    pub version: String,
    /// Since when it is disabled.
    pub disabled_at: Option<Instant>,
    /// When it was installed.
    pub installed_at: Instant,
    /// What a call may use where that is not the host's usual limit: values by the budget's code.
    pub budgets: BTreeMap<String, u64>,
    /// Its papers and its approval. Without them it is not run: it was installed before packages were signed.
    pub rests_on: Option<RestsOn>,
}

/// An MPay order as stored.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Order {
    /// As it was created.
    pub order: NewOrder,
    /// Where it stands: never `Expired`, which depends on today.
    pub status: OrderStatus,
    /// In all.
    pub due: Money,
    /// So far, less what was given back.
    pub paid: Money,
}

impl Order {
    /// Where it stands on this day.
    pub fn status_on(&self, today: chrono::NaiveDate) -> OrderStatus {
        let lapsed = self.order.expires.is_some_and(|last| last < today);
        match self.status {
            OrderStatus::Active | OrderStatus::PartiallyPaid if lapsed => OrderStatus::Expired,
            status => status,
        }
    }
}

/// A payment as stored.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Payment {
    /// MPay's PaymentID.
    pub id: String,
    /// The order.
    pub number: String,
    /// In bani.
    pub amount: Money,
    /// When it was paid.
    pub paid_at: Instant,
    /// How it falls upon the order's lines, in their order.
    pub lines: ByLine,
}

/// Money of a payment that is, or is to be, given back.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Refund {
    /// Its id here.
    pub id: String,
    /// MPay's PaymentID.
    pub payment: String,
    /// The order.
    pub number: String,
    /// Above zero.
    pub amount: Money,
    /// How it is taken back from the order's lines.
    pub lines: ByLine,
    /// When it was asked for, or told of without being asked for.
    pub asked_at: Instant,
    /// MPay's RefundID and when the money was given back; none as long as it was not.
    pub told: Option<(String, Instant)>,
    /// Why; nothing personal.
    pub reason: String,
}

/// What recording a refund came to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RefundRecorded {
    /// For the first time.
    New,
    /// It was known before; nothing changed.
    Again,
    /// There is no such payment of this order.
    UnknownPayment,
    /// More than was paid and not given back yet.
    TooMuch,
    /// The same id with another payment or amount.
    Contradiction,
}

/// Whether an event waits.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum InboxState {
    /// For its next attempt.
    Waiting,
    /// For an operator.
    Parked,
    /// No longer.
    Done,
}

/// Something that arrived from outside.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct InboxItem {
    /// Its id.
    pub id: InboxId,
    /// The module that it is for.
    pub module: Name,
    /// `mpay.paid`
    pub kind: String,
    /// JSON.
    pub payload: String,
    /// When it arrived.
    pub received_at: Instant,
    /// Attempts so far.
    pub attempts: u32,
    /// Whether it waits.
    pub state: InboxState,
}

/// How far something is that leaves for a service.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum OutboxState {
    /// To be sent at its next attempt.
    Waiting,
    /// Sent; the service is asked later what became of it.
    Sent,
    /// Waits for an operator.
    Parked,
    /// Nothing remains to be done.
    Done,
}

/// Something that leaves for a service.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OutboxItem {
    /// What it is.
    pub outgoing: Outgoing,
    /// The module whose call it came from.
    pub module: Name,
    /// When that was kept.
    pub created_at: Instant,
    /// Failed attempts so far.
    pub attempts: u32,
    /// How far it is.
    pub state: OutboxState,
    /// What the service answered last: JSON, empty before.
    pub answer: String,
}

/// What the service answered.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Settled {
    /// JSON; replaces the answer before.
    pub answer: String,
    /// When to ask what became of it; none when nothing remains to be done.
    pub again: Option<Instant>,
    /// By what name the service knows it; none leaves what was noted before.
    pub reference: Option<String>,
    /// What the service was asked for is not needed any more: it is forgotten, since it may be personal.
    pub forget: bool,
    /// What the module is told.
    pub events: Vec<InboxItem>,
    /// What became of a document.
    pub document: Option<Finished>,
    /// Rows for the trail.
    pub audit: Vec<AuditEntry>,
}

/// What recording a payment came to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Recorded {
    /// For the first time.
    New,
    /// It was told before; nothing changed.
    Again,
    /// There is no such order.
    UnknownOrder,
    /// The same PaymentID with another order or amount.
    Contradiction,
}

/// A session of the portal, as the session library stores it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SessionRow {
    /// A hash of the cookie's id: the database alone opens no session.
    pub key: String,
    /// JSON.
    pub data: String,
    /// After which it is gone.
    pub expires: Instant,
}

/// What was changed by some host on the same database, this one included.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Changed {
    /// This module of this municipality: installed, upgraded, enabled, disabled, or a grant to it.
    Module(TenantId, Name),
    /// Whom the host trusts, or what is stopped.
    Trust,
    /// Perhaps anything: the connection was lost for a while, or a notice was.
    Everything,
}

/// Notices of changes, as long as this lives.
#[async_trait]
pub trait Changes: Send {
    /// The next one. Never ends, and never fails: it connects anew by itself. Dropped before it is ready, nothing is missed.
    async fn next(&mut self) -> Changed;
}

/// A municipality with its modules, by name, each with the grants to it, by capability and revoked ones too.
pub type Installations = (Tenant, Vec<(Installed, Vec<Grant>)>);

/// What belongs to the host as a whole, and to no municipality.
#[async_trait]
pub trait Platform: Send + Sync {
    /// All municipalities, by slug.
    async fn tenants(&self) -> Result<Vec<Tenant>, StoreError>;
    /// The municipality with this slug.
    async fn tenant_by_slug(&self, slug: &str) -> Result<Option<Tenant>, StoreError>;
    /// Adds a municipality. [`StoreError::Exists`] when the slug is taken.
    async fn add_tenant(&self, tenant: &Tenant) -> Result<(), StoreError>;
    /// Changes what a municipality is called and known by, never its slug. [`StoreError::Missing`] when there is none.
    async fn change_tenant(&self, tenant: &Tenant) -> Result<(), StoreError>;
    /// In which municipalities this IDNP is an official: sign-in asks before any municipality is chosen.
    async fn municipalities_of(&self, idnp: &str) -> Result<Vec<TenantId>, StoreError>;
    /// Whose order this is: MPay knows only the number.
    async fn home_of_order(&self, number: &str) -> Result<Option<TenantId>, StoreError>;
    /// Whose document this verification code is on: whoever checks it knows nothing else.
    async fn home_of_document(&self, code: &str) -> Result<Option<(TenantId, DocumentId)>, StoreError>;
    /// Reads a session that has not expired.
    async fn session(&self, key: &str, now: Instant) -> Result<Option<SessionRow>, StoreError>;
    /// Writes a session, new or not.
    async fn save_session(&self, row: &SessionRow) -> Result<(), StoreError>;
    /// Forgets a session.
    async fn drop_session(&self, key: &str) -> Result<(), StoreError>;
    /// Forgets the expired ones, and messages that cannot be used again anyhow.
    async fn sweep_sessions(&self, now: Instant) -> Result<u64, StoreError>;
    /// Whether a message of another system is used for the first time; it is remembered until then. Asking and remembering are one step.
    async fn first_use(&self, key: &str, until: Instant) -> Result<bool, StoreError>;
    /// All municipalities, by slug, with their modules and grants, in one consistent view and three queries however many there are.
    async fn installations(&self) -> Result<Vec<Installations>, StoreError>;
    /// Notices of modules and grants that any host changes from now on. Ask before reading what they are about. Where hosts share a
    /// PostgreSQL database; on SQLite, which has one host, there never is one.
    async fn changes(&self) -> Result<Box<dyn Changes>, StoreError>;
    /// Municipalities that have events waiting whose next attempt is due.
    async fn inbox_waiting(&self, now: Instant) -> Result<Vec<TenantId>, StoreError>;
    /// Whether anything that left for this service is known by this name there.
    async fn outbox_knows(&self, service: &str, reference: &str) -> Result<bool, StoreError>;
    /// How far somebody has come who reads on where they stopped; none before they began.
    async fn bookmark(&self, name: &str) -> Result<Option<String>, StoreError>;
    /// Remembers it, or forgets it. Durable when this returns.
    async fn set_bookmark(&self, name: &str, place: Option<&str>) -> Result<(), StoreError>;
    /// Whether this holder may do, until then, what only one host of an installation does at a time. Whoever has it may take it again.
    async fn lease(&self, name: &str, holder: uuid::Uuid, now: Instant, until: Instant) -> Result<bool, StoreError>;
    /// Municipalities that have visitors to remind by now.
    async fn reminders_waiting(&self, now: Instant) -> Result<Vec<TenantId>, StoreError>;
    /// Municipalities that have a case which was due before this day and whose module was not told so.
    async fn cases_overdue(&self, today: NaiveDate) -> Result<Vec<TenantId>, StoreError>;
    /// Municipalities that have something for this service, sent or not, whose next attempt is due.
    async fn outbox_waiting(&self, service: &str, now: Instant) -> Result<Vec<TenantId>, StoreError>;
    /// Municipalities that have a timer that is due.
    async fn timers_waiting(&self, now: Instant) -> Result<Vec<TenantId>, StoreError>;
    /// Municipalities that have an open job whose next step is due.
    async fn jobs_waiting(&self, now: Instant) -> Result<Vec<TenantId>, StoreError>;
    /// Municipalities that have a task which was due before this day and whose module was not told so.
    async fn tasks_overdue(&self, today: NaiveDate) -> Result<Vec<TenantId>, StoreError>;
    /// Every municipality's audit rows of this call, in their order. Found without an index: rows are in the order of their calls but for
    /// the time that a call takes, so those written more than an hour after the call began are not found.
    async fn audit_of_call(&self, call: CallId) -> Result<Vec<(TenantId, AuditRow)>, StoreError>;
    /// Waits for what is being written and closes the database; nothing can be read or written after.
    async fn close(&self);
}

/// A municipality's data.
#[async_trait]
pub trait Municipal: Send + Sync {
    /// Officials, by handle.
    async fn officials(&self, tenant: TenantId) -> Result<Vec<Official>, StoreError>;
    /// Takes the office from somebody; whether anybody held this handle. The person stays, with all that they did.
    async fn drop_official(&self, tenant: TenantId, handle: &Name, audit: AuditEntry) -> Result<bool, StoreError>;
    /// Adds an official, and the person if the municipality does not know them; replaces roles when the handle exists.
    async fn put_official(&self, tenant: TenantId, official: &Official) -> Result<(), StoreError>;

    /// Installed modules, by name.
    async fn installed(&self, tenant: TenantId) -> Result<Vec<Installed>, StoreError>;
    /// Installs or replaces a module.
    async fn put_installed(&self, tenant: TenantId, installed: &Installed, audit: AuditEntry) -> Result<(), StoreError>;
    /// Grants to a module, revoked ones too.
    async fn grants(&self, tenant: TenantId, module: &Name) -> Result<Vec<Grant>, StoreError>;
    /// Gives, changes, revokes or restores a grant (one a capability).
    async fn put_grant(&self, tenant: TenantId, module: &Name, grant: &Grant, audit: AuditEntry) -> Result<(), StoreError>;

    /// Subjects by id as they are now (a merged one answers as what it was merged into), those that exist. For whoever needs nothing else:
    /// cheaper than a snapshot.
    async fn people(&self, tenant: TenantId, ids: &[SubjectId]) -> Result<Vec<Subject>, StoreError>;

    /// A consistent view of the municipality's data as it stands now.
    async fn snapshot(&self, tenant: TenantId) -> Result<Box<dyn Snapshot>, StoreError>;
    /// Keeps a unit of work, or nothing of it.
    async fn commit(&self, tenant: TenantId, unit: Unit) -> Result<Committed, CommitError>;
    /// The answer that was given to this form, if it was performed.
    async fn submission(&self, tenant: TenantId, id: SubmissionId) -> Result<Option<String>, StoreError>;

    /// Everything that the municipality settled, by name, oldest first.
    async fn settings(&self, tenant: TenantId) -> Result<Vec<Enacted>, StoreError>;
    /// Settles something from a date on.
    async fn enact(&self, tenant: TenantId, enacted: &Enacted, audit: AuditEntry) -> Result<(), StoreError>;

    /// The ids of people by IDNP or IDNO, in their order; those that are not known are added. A person without one is added always.
    async fn know(&self, tenant: TenantId, people: &[Subject]) -> Result<Vec<SubjectId>, StoreError>;

    /// Writes audit rows, durable when this returns.
    async fn audit(&self, tenant: TenantId, entries: Vec<AuditEntry>) -> Result<(), StoreError>;
    /// Reads the trail.
    async fn audit_rows(&self, tenant: TenantId, filter: &AuditFilter) -> Result<Vec<AuditRow>, StoreError>;
    /// Rows after this one, oldest first.
    async fn audit_after(&self, tenant: TenantId, sequence: u64, limit: u32) -> Result<Vec<AuditRow>, StoreError>;
    /// Proves the trail unbroken, or says where it is not.
    async fn verify_audit(&self, tenant: TenantId) -> Result<Verification, StoreError>;

    /// Records a payment, brings its order up to date and puts the event into the inbox, in one transaction.
    async fn record_payment(&self, tenant: TenantId, confirmation: &Confirmation, audit: AuditEntry) -> Result<Recorded, StoreError>;
    /// Payments made from this moment to before that one, oldest first.
    async fn payments_between(&self, tenant: TenantId, from: Instant, until: Instant) -> Result<Vec<Payment>, StoreError>;
    /// Refunds of these payments, and those given back from this moment to before that one; oldest first.
    async fn refunds_about(&self, tenant: TenantId, payments: &[String], from: Instant, until: Instant) -> Result<Vec<Refund>, StoreError>;
    /// Records a refund that is asked for (`told` is none) or was given back, and brings its order up to date, in one transaction. One that was given
    /// back settles the oldest of the same amount that was asked for of its payment. Without lines it is taken back from the payment's last ones.
    async fn record_refund(&self, tenant: TenantId, refund: &Refund, audit: AuditEntry) -> Result<RefundRecorded, StoreError>;
    /// Forgets a refund that was asked for and not given back, and brings its order up to date. False when there is none such.
    async fn withdraw_refund(&self, tenant: TenantId, id: &str, audit: AuditEntry) -> Result<bool, StoreError>;
    /// Keeps a signed message about a payment, as it came; the same one twice is one. Durable when this returns.
    async fn keep_message(&self, tenant: TenantId, payment: &str, received: Instant, message: &[u8]) -> Result<(), StoreError>;
    /// The messages kept about a payment, with when they came, oldest first.
    async fn kept_messages(&self, tenant: TenantId, payment: &str) -> Result<Vec<(Instant, Vec<u8>)>, StoreError>;
    /// Puts events in that were not there, by their ids; how many were not.
    async fn inbox_put(&self, tenant: TenantId, events: &[InboxItem], audit: Vec<AuditEntry>) -> Result<u64, StoreError>;
    /// Events that wait and whose next attempt is due, oldest first.
    async fn inbox_due(&self, tenant: TenantId, now: Instant, limit: u32) -> Result<Vec<InboxItem>, StoreError>;
    /// Everything in the inbox that is not done, oldest first.
    async fn inbox_open(&self, tenant: TenantId) -> Result<Vec<InboxItem>, StoreError>;
    /// After a failed attempt: tries again at `next`, or parks it. `counts` is false when the module could not even be asked
    /// (its grant or the module itself is withheld).
    async fn inbox_retry(&self, tenant: TenantId, id: InboxId, next: Option<Instant>, counts: bool) -> Result<(), StoreError>;
    /// Makes everything that waits or is parked for this module due at once.
    async fn inbox_wake(&self, tenant: TenantId, module: &Name, now: Instant) -> Result<u64, StoreError>;

    /// Takes what is due for this service, sent or not, oldest first: nobody else is given it before `until`, on any host.
    async fn outbox_take(
        &self,
        tenant: TenantId,
        service: &str,
        now: Instant,
        until: Instant,
        limit: u32,
    ) -> Result<Vec<OutboxItem>, StoreError>;
    /// Everything in the outbox that is not done, oldest first.
    async fn outbox_open(&self, tenant: TenantId) -> Result<Vec<OutboxItem>, StoreError>;
    /// Notes, durably, what is known so far: what was tried is not tried again before it is found out what became of it. Empty: it did
    /// not leave. False, with nothing changed, when nothing remains to be done.
    async fn outbox_note(&self, tenant: TenantId, id: OutboxId, answer: &str) -> Result<bool, StoreError>;
    /// Keeps what the service answered, with the events that it makes and what became of a document, in one transaction. False, with nothing
    /// changed, when it was done before, or when the document has moved on since the making was begun.
    async fn outbox_settle(&self, tenant: TenantId, id: OutboxId, settled: &Settled) -> Result<bool, StoreError>;
    /// Makes one that was sent due now: news of it is to be had. Nothing when it is not.
    async fn outbox_hasten(&self, tenant: TenantId, id: OutboxId, now: Instant) -> Result<(), StoreError>;
    /// After a failed attempt: tries again at `next`, or parks it.
    async fn outbox_retry(&self, tenant: TenantId, id: OutboxId, next: Option<Instant>) -> Result<(), StoreError>;
    /// Makes everything for this service due at once, what is parked too.
    async fn outbox_wake(&self, tenant: TenantId, service: &str, now: Instant) -> Result<u64, StoreError>;

    /// Takes timers that are due and puts an event for each into the inbox, in one transaction; how many there were, at most `limit`.
    async fn timers_fire(&self, tenant: TenantId, now: Instant, limit: u32) -> Result<u64, StoreError>;
    /// Open jobs whose next step is due, first the one that has waited longest.
    async fn jobs_due(&self, tenant: TenantId, now: Instant, limit: u32) -> Result<Vec<Job>, StoreError>;
    /// After a step that was not kept: tried again at `next`. `failure` is why, as a code; the attempt counts unless the module could not even be asked.
    async fn job_retry(&self, tenant: TenantId, id: JobId, next: Instant, failure: &str, counts: bool) -> Result<(), StoreError>;
    /// Makes every open job of this module due at once.
    async fn jobs_wake(&self, tenant: TenantId, module: &Name, now: Instant) -> Result<(), StoreError>;
    /// When the jobs of this municipality come round that have a schedule.
    async fn rounds(&self, tenant: TenantId) -> Result<Vec<Round>, StoreError>;
    /// Notes when a job comes round; a schedule that changed begins anew.
    async fn put_round(&self, tenant: TenantId, round: &Round) -> Result<(), StoreError>;
    /// Tells the modules of tasks that were due before this day and are open, each once; how many, at most `limit`.
    async fn tasks_tell_overdue(&self, tenant: TenantId, today: NaiveDate, now: Instant, limit: u32) -> Result<u64, StoreError>;
}

/// A consistent view of one municipality's data. Bound to its tenant when it was taken.
#[async_trait]
pub trait Snapshot: crate::cases::CaseSnapshot + Send {
    /// Counts changes of a register; equal states mean that nothing was written in between. 0 for an empty one.
    async fn register_state(&mut self, register: &Name) -> Result<u64, StoreError>;
    /// Entries by id, those that exist.
    async fn entries(&mut self, refs: &[EntryRef]) -> Result<Vec<Entry>, StoreError>;
    /// Entries whose unique key has one of these values.
    async fn lookup(&mut self, schema: &RegisterSchema, key: &str, values: &[Value]) -> Result<Vec<Entry>, StoreError>;
    /// A page of a query. `offset` counts entries.
    async fn find(
        &mut self,
        schema: &RegisterSchema,
        query: &Query,
        reach: Reach,
        offset: u64,
        limit: u32,
    ) -> Result<EntryPage, StoreError>;
    /// Groups and functions over a query.
    async fn summarise(
        &mut self,
        schema: &RegisterSchema,
        query: &Query,
        group_by: &[String],
        aggregates: &[Aggregate],
    ) -> Result<Vec<Bucket>, StoreError>;
    /// An entry's changes, oldest first.
    async fn history(&mut self, entry: &EntryRef) -> Result<Vec<Change>, StoreError>;

    /// Subjects by id (a merged one answers as what it was merged into), those that exist.
    async fn subjects(&mut self, ids: &[SubjectId]) -> Result<Vec<Subject>, StoreError>;
    /// Subjects by IDNP or IDNO.
    async fn subjects_by_idn(&mut self, idns: &[String]) -> Result<Vec<Subject>, StoreError>;

    /// What the municipality settled under this name, oldest first.
    async fn setting(&mut self, name: &str) -> Result<Vec<Enacted>, StoreError>;

    /// An appointment of any module.
    async fn appointment(&mut self, id: AppointmentId) -> Result<Option<Appointment>, StoreError>;
    /// Appointments that begin from this moment to before that one, at this counter or at any, in their order; cancelled ones too.
    async fn appointments(&mut self, counter: Option<&Name>, from: Instant, to: Instant) -> Result<Vec<Appointment>, StoreError>;
    /// A visitor's appointments that begin from this moment on, latest first.
    async fn appointments_of(&mut self, visitor: SubjectId, since: Instant, limit: u32) -> Result<Vec<Appointment>, StoreError>;
    /// Appointments whose visitors are to be reminded by now, oldest first.
    async fn appointments_to_remind(&mut self, now: Instant, limit: u32) -> Result<Vec<Appointment>, StoreError>;
    /// When counters are open: every week that was ever set, and closures that meet these moments.
    async fn counter_weeks(&mut self, from: Instant, to: Instant, today: chrono::NaiveDate) -> Result<Week, StoreError>;
    /// A ticket.
    async fn ticket(&mut self, id: TicketId) -> Result<Option<Ticket>, StoreError>;
    /// A day's tickets, called ones too, in the order in which they were taken.
    async fn tickets(&mut self, day: chrono::NaiveDate) -> Result<Vec<Ticket>, StoreError>;

    /// Orders of this module by number.
    async fn order(&mut self, module: &Name, number: &str) -> Result<Option<Order>, StoreError>;
    /// An order of any module: what MPay and the host's own pages may see.
    async fn any_order(&mut self, number: &str) -> Result<Option<Order>, StoreError>;
    /// What left, or is to leave, from this module.
    async fn outgoing(&mut self, module: &Name, id: OutboxId) -> Result<Option<OutboxItem>, StoreError>;

    /// The same of any module: what the host's own pages may see.
    async fn any_outgoing(&mut self, id: OutboxId) -> Result<Option<OutboxItem>, StoreError>;
    /// Signing requests of any module, those that exist.
    async fn signing(&mut self, ids: &[SigningId]) -> Result<Vec<SigningRequest>, StoreError>;
    /// Open requests that wait for this person, or for one of these roles, or that the person was sent to MSign with; oldest first, after this one.
    async fn signing_waiting(
        &mut self,
        person: SubjectId,
        roles: &BTreeSet<Name>,
        after: Option<SigningId>,
        limit: u32,
    ) -> Result<Vec<SigningRequest>, StoreError>;
    /// The open requests that these documents hold still for.
    async fn signing_of(&mut self, documents: &[DocumentId]) -> Result<Vec<SigningId>, StoreError>;

    /// Timers of this module about an entry, by name.
    async fn timers_about(&mut self, module: &Name, about: &EntryRef) -> Result<Vec<Timer>, StoreError>;
    /// How many timers of this module are pending; counted no further than this.
    async fn timers_pending(&mut self, module: &Name, at_most: u64) -> Result<u64, StoreError>;
    /// A job of any module.
    async fn job(&mut self, id: JobId) -> Result<Option<Job>, StoreError>;
    /// Jobs of this module, or of all, of this name if one is given; newest first.
    async fn jobs(&mut self, module: Option<&Name>, name: Option<&Name>, limit: u32) -> Result<Vec<Job>, StoreError>;
    /// Entries of a job that performs an action on many, from a place on and in their order; only those of which this came, if it is said.
    async fn bulk_rows(&mut self, job: JobId, came: Option<Came>, from: u32, limit: u32) -> Result<Vec<BulkRow>, StoreError>;
    /// Of how many of them this came.
    async fn bulk_count(&mut self, job: JobId, came: Came) -> Result<u64, StoreError>;
    /// Whether a job of this name is open.
    async fn job_open(&mut self, module: &Name, name: &Name) -> Result<bool, StoreError>;
    /// A task of any module.
    async fn task(&mut self, id: TaskId) -> Result<Option<Task>, StoreError>;
    /// A page of a worklist. `offset` counts tasks.
    async fn tasks(&mut self, query: &TaskQuery, offset: u64, limit: u32) -> Result<Vec<Task>, StoreError>;
    /// How many tasks a worklist has; counted no further than this.
    async fn tasks_count(&mut self, query: &TaskQuery, at_most: u64) -> Result<u64, StoreError>;
    /// Tasks of these modules about an entry, done ones too, oldest first.
    async fn tasks_of(&mut self, modules: &BTreeSet<Name>, about: &EntryRef) -> Result<Vec<Task>, StoreError>;
    /// What was done to a task, oldest first.
    async fn task_turns(&mut self, id: TaskId) -> Result<Vec<TaskTurn>, StoreError>;
    /// Orders of these modules that can be paid, soonest due first. `offset` counts orders.
    async fn orders_unpaid(
        &mut self,
        modules: &BTreeSet<Name>,
        today: NaiveDate,
        offset: u64,
        limit: u32,
    ) -> Result<Vec<Order>, StoreError>;
    /// How many there are; counted no further than this.
    async fn orders_unpaid_count(&mut self, modules: &BTreeSet<Name>, today: NaiveDate, at_most: u64) -> Result<u64, StoreError>;

    /// A published act.
    async fn act(&mut self, document: DocumentId) -> Result<Option<Act>, StoreError>;
    /// A page of published acts, latest first, and how many there are.
    async fn acts(&mut self, query: &ActQuery, offset: u64, limit: u32) -> Result<(Vec<Act>, u64), StoreError>;

    /// A document of any module: what the host's own pages and whoever makes it may see.
    async fn document(&mut self, id: DocumentId) -> Result<Option<Document>, StoreError>;
    /// Documents of these modules whose numbers begin so, in the order of their numbers; ASCII letters as they stand.
    async fn documents_numbered(&mut self, modules: &BTreeSet<Name>, number: &str, limit: u32) -> Result<Vec<Document>, StoreError>;
    /// Documents of this module about an entry, oldest first.
    async fn documents_of(&mut self, module: &Name, entry: &EntryRef) -> Result<Vec<Document>, StoreError>;
    /// Whether a document other than this one has its bytes here.
    async fn is_kept_elsewhere(&mut self, address: Address, than: DocumentId) -> Result<bool, StoreError>;
    /// A document's versions, oldest first.
    async fn document_versions(&mut self, id: DocumentId) -> Result<Vec<DocumentVersion>, StoreError>;

    /// An order's payments, oldest first.
    async fn payments(&mut self, number: &str) -> Result<Vec<Payment>, StoreError>;
    /// An order's refunds, asked for or given back, oldest first.
    async fn refunds(&mut self, number: &str) -> Result<Vec<Refund>, StoreError>;
}

/// All of storage.
pub trait Store: Platform + Municipal + PackageStore + InstallStore {}
impl<T: Platform + Municipal + PackageStore + InstallStore> Store for T {}
