//! A consistent view of one municipality's data: a read transaction, bound to its tenant.

use crate::codec;
use crate::db::{Param, Tx, params};
use crate::fault::Fault;
use crate::find::{self, Counts, Matches};
use crate::shared::Shared;
use crate::totals::{LARGE, Question, Total};
use crate::{
    acts, appointments, bulk, documents, index, jobs, outbox, payments, people, refunds, reindex, settings, signing, summarise, tasks,
    timers,
};
use async_trait::async_trait;
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;
use uuid::Uuid;
use vatra_core::acts::{Act, ActQuery};
use vatra_core::appointments::{Appointment, Ticket, Week};
use vatra_core::blobs::Address;
use vatra_core::bulk::{BulkRow, Came};
use vatra_core::clock::Instant;
use vatra_core::documents::{Document, DocumentVersion};
use vatra_core::ids::{AppointmentId, DocumentId, JobId, Name, OutboxId, SigningId, SubjectId, TaskId, TenantId, TicketId};
use vatra_core::jobs::Job;
use vatra_core::register::{Aggregate, Bucket, Change, Entry, EntryPage, Query, Reach, RegisterSchema};
use vatra_core::settings::Enacted;
use vatra_core::signing::SigningRequest;
use vatra_core::store::{Order, OutboxItem, Payment, Refund, Snapshot, StoreError};
use vatra_core::tasks::{Task, TaskQuery, TaskTurn};
use vatra_core::timers::Timer;
use vatra_core::unit::Subject;
use vatra_core::value::{EntryRef, Value};

/// A whole register is indexed anew in a transaction of its own.
const REINDEX_WEIGHT: usize = 100_000;

#[derive(Debug)]
struct Register {
    state: u64,
    counts: Counts,
    /// JSON: a call reads few of its municipality's registers.
    schema: String,
}

/// See [`Snapshot`]. Dropping it frees its connection.
#[derive(Debug)]
pub(crate) struct TenantSnapshot {
    shared: Arc<Shared>,
    tenant: TenantId,
    tx: Tx,
    registers: BTreeMap<Name, Register>,
}

impl TenantSnapshot {
    pub(crate) async fn take(shared: &Arc<Shared>, tenant: TenantId) -> Result<Self, Fault> {
        let (tx, registers) = begin(shared, tenant).await?;
        Ok(Self { shared: Arc::clone(shared), tenant, tx, registers })
    }

    /// A register whose index was built with another schema (its module was upgraded since) is indexed anew, once. What is seen then
    /// may be newer than what this snapshot saw before: a commit finds that out from its read set, as it does any change.
    async fn follow(&mut self, schema: &RegisterSchema) -> Result<(), Fault> {
        let Some(register) = self.registers.get(&schema.name) else { return Ok(()) };
        if self.shared.fingerprints.of(&register.schema)? == index::fingerprint(schema) {
            return Ok(());
        }
        let (tenant, schema) = (self.tenant, Arc::new(schema.clone()));
        let write = self.shared.write(tenant, REINDEX_WEIGHT, move |tx| {
            let schema = Arc::clone(&schema);
            Box::pin(async move { Ok((reindex::register(tx, tenant, &schema).await?, vec![])) })
        });
        write.await?;
        (self.tx, self.registers) = begin(&self.shared, tenant).await?;
        Ok(())
    }

    /// The running total of a question to a large register, read anew if need be; none of a small one.
    async fn total(&mut self, schema: &RegisterSchema, matches: &Matches<'_>, question: Question) -> Result<Option<Total>, Fault> {
        let Some(register) = self.registers.get(&schema.name).filter(|register| register.counts.all >= LARGE) else { return Ok(None) };
        let (state, totals) = (register.state, &self.shared.totals);
        if let Some(total) = totals.answer(self.tenant, &schema.name, &question, state) {
            return Ok(Some(total));
        }
        let gate = totals.gate(self.tenant, &schema.name);
        let _turn = gate.lock().await;
        if let Some(total) = totals.answer(self.tenant, &schema.name, &question, state) {
            return Ok(Some(total));
        }
        let total = summarise::total(&mut self.tx, self.tenant, schema, matches, &question.sums).await?;
        totals.keep(self.tenant, &schema.name, question, state, total.clone());
        Ok(Some(total))
    }

    /// What reads of other parts of storage need.
    pub(crate) fn parts(&mut self) -> (&mut Tx, TenantId) {
        (&mut self.tx, self.tenant)
    }

    async fn lookup_all(&mut self, schema: &RegisterSchema, key: &str, values: &[Value]) -> Result<Vec<Entry>, Fault> {
        if !schema.unique.iter().any(|unique| unique == key) {
            return Err(StoreError::Missing(format!("a unique key '{key}' of register '{}'", schema.name)).into());
        }
        self.follow(schema).await?;
        let keys: Vec<String> = values.iter().filter_map(codec::unique_key).collect();
        let mut found = Vec::with_capacity(keys.len());
        for chunk in keys.chunks(512) {
            // In this order: from the key to its entry.
            let sql = format!(
                "SELECT {} FROM unique_keys u CROSS JOIN entries e WHERE u.tenant = ? AND u.register = ? AND u.field = ? \
                 AND u.key IN (??) AND e.tenant = u.tenant AND e.id = u.entry",
                codec::ENTRY
            );
            let mut given = params![self.tenant.0, schema.name.as_str(), key];
            given.push(Param::Texts(chunk.to_vec()));
            for row in self.tx.rows(&sql, given).await? {
                found.push(codec::entry(&row)?);
            }
        }
        Ok(found)
    }

    async fn versions(&mut self, entry: &EntryRef) -> Result<Vec<Change>, Fault> {
        let sql = "SELECT v.version, v.changed_at, v.changed_by, v.reason, v.fields, v.personal FROM entry_versions v \
             JOIN entries e ON e.tenant = v.tenant AND e.id = v.entry \
             WHERE v.tenant = ? AND v.entry = ? AND e.register = ? ORDER BY v.version";
        let rows = self.tx.rows(sql, params![self.tenant.0, entry.id.0, entry.register.as_str()]).await?;
        rows.iter().map(codec::change).collect()
    }
}

/// The first query fixes what is seen.
async fn begin(shared: &Shared, tenant: TenantId) -> Result<(Tx, BTreeMap<Name, Register>), Fault> {
    let sql = "SELECT name, state, entries, open, schema FROM registers WHERE tenant = ?";
    let (tx, rows) = shared.pools.read(sql, params![tenant.0]).await?;
    let mut registers = BTreeMap::new();
    for row in rows {
        let counts = Counts { all: row.count(2)?, open: row.count(3)? };
        registers.insert(row.name(0)?, Register { state: row.count(1)?, counts, schema: row.get(4)? });
    }
    Ok((tx, registers))
}

#[async_trait]
impl Snapshot for TenantSnapshot {
    async fn register_state(&mut self, register: &Name) -> Result<u64, StoreError> {
        Ok(self.registers.get(register).map_or(0, |register| register.state))
    }
    async fn entries(&mut self, refs: &[EntryRef]) -> Result<Vec<Entry>, StoreError> {
        let ids: Vec<Uuid> = refs.iter().map(|entry| entry.id.0).collect();
        let found = find::in_order(&mut self.tx, self.tenant, &ids).await?;
        let wanted: HashSet<&EntryRef> = refs.iter().collect();
        Ok(found.into_iter().filter(|entry| wanted.contains(&entry.at)).collect())
    }
    async fn lookup(&mut self, schema: &RegisterSchema, key: &str, values: &[Value]) -> Result<Vec<Entry>, StoreError> {
        Ok(self.lookup_all(schema, key, values).await?)
    }
    async fn find(
        &mut self,
        schema: &RegisterSchema,
        query: &Query,
        reach: Reach,
        offset: u64,
        limit: u32,
    ) -> Result<EntryPage, StoreError> {
        self.follow(schema).await?;
        let matches = Matches::new(&mut self.tx, self.tenant, schema, query, reach).await?;
        let Some(register) = self.registers.get(&schema.name) else { return Ok(EntryPage::default()) };
        let counts = register.counts;
        let total = match Question::of(schema, query, &[], &[]).filter(|_| !query.all_of.is_empty()) {
            Some(question) => self.total(schema, &matches, question).await?.map(|total| u64::try_from(total.count).unwrap_or_default()),
            None => None,
        };
        Ok(find::find(&mut self.tx, &matches, counts, total, offset, limit).await?)
    }
    async fn summarise(
        &mut self,
        schema: &RegisterSchema,
        query: &Query,
        group_by: &[String],
        aggregates: &[Aggregate],
    ) -> Result<Vec<Bucket>, StoreError> {
        self.follow(schema).await?;
        // Sums are made for modules: personal words are out of reach.
        let matches = Matches::new(&mut self.tx, self.tenant, schema, query, Reach::Module).await?;
        if let Some(question) = Question::of(schema, query, group_by, aggregates) {
            summarise::check(schema, aggregates)?;
            if let Some(total) = self.total(schema, &matches, question).await? {
                return Ok(summarise::of_total(schema, aggregates, &total));
            }
        }
        Ok(summarise::summarise(&mut self.tx, self.tenant, schema, &matches, group_by, aggregates).await?)
    }
    async fn history(&mut self, entry: &EntryRef) -> Result<Vec<Change>, StoreError> {
        Ok(self.versions(entry).await?)
    }

    async fn subjects(&mut self, ids: &[SubjectId]) -> Result<Vec<Subject>, StoreError> {
        let mut found = people::load(&mut self.tx, self.tenant, ids.iter().copied().collect()).await?;
        Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
    }
    async fn subjects_by_idn(&mut self, idns: &[String]) -> Result<Vec<Subject>, StoreError> {
        Ok(people::by_idn(&mut self.tx, self.tenant, idns).await?)
    }

    async fn setting(&mut self, name: &str) -> Result<Vec<Enacted>, StoreError> {
        Ok(settings::one(&mut self.tx, self.tenant, name).await?)
    }

    async fn appointment(&mut self, id: AppointmentId) -> Result<Option<Appointment>, StoreError> {
        Ok(appointments::one(&mut self.tx, self.tenant, id).await?)
    }
    async fn appointments(&mut self, counter: Option<&Name>, from: Instant, to: Instant) -> Result<Vec<Appointment>, StoreError> {
        Ok(appointments::between(&mut self.tx, self.tenant, counter, from, to).await?)
    }
    async fn appointments_of(&mut self, visitor: SubjectId, since: Instant, limit: u32) -> Result<Vec<Appointment>, StoreError> {
        Ok(appointments::of_visitor(&mut self.tx, self.tenant, visitor, since, limit).await?)
    }
    async fn appointments_to_remind(&mut self, now: Instant, limit: u32) -> Result<Vec<Appointment>, StoreError> {
        Ok(appointments::to_remind(&mut self.tx, self.tenant, now, limit).await?)
    }
    async fn counter_weeks(&mut self, from: Instant, to: Instant, today: NaiveDate) -> Result<Week, StoreError> {
        Ok(appointments::week(&mut self.tx, self.tenant, from, to, today).await?)
    }
    async fn ticket(&mut self, id: TicketId) -> Result<Option<Ticket>, StoreError> {
        Ok(appointments::ticket_of(&mut self.tx, self.tenant, id).await?)
    }
    async fn tickets(&mut self, day: NaiveDate) -> Result<Vec<Ticket>, StoreError> {
        Ok(appointments::tickets(&mut self.tx, self.tenant, day).await?)
    }

    async fn order(&mut self, module: &Name, number: &str) -> Result<Option<Order>, StoreError> {
        let order = payments::order(&mut self.tx, self.tenant, number).await?;
        Ok(order.filter(|order| order.order.module == *module))
    }
    async fn any_order(&mut self, number: &str) -> Result<Option<Order>, StoreError> {
        Ok(payments::order(&mut self.tx, self.tenant, number).await?)
    }
    async fn outgoing(&mut self, module: &Name, id: OutboxId) -> Result<Option<OutboxItem>, StoreError> {
        Ok(outbox::one(&mut self.tx, self.tenant, module, id).await?)
    }
    async fn any_outgoing(&mut self, id: OutboxId) -> Result<Option<OutboxItem>, StoreError> {
        Ok(outbox::any(&mut self.tx, self.tenant, id).await?)
    }
    async fn signing(&mut self, ids: &[SigningId]) -> Result<Vec<SigningRequest>, StoreError> {
        Ok(signing::all(&mut self.tx, self.tenant, ids).await?)
    }
    async fn signing_waiting(
        &mut self,
        person: SubjectId,
        roles: &BTreeSet<Name>,
        after: Option<SigningId>,
        limit: u32,
    ) -> Result<Vec<SigningRequest>, StoreError> {
        Ok(signing::waiting(&mut self.tx, self.tenant, person, roles, after, limit).await?)
    }
    async fn signing_of(&mut self, documents: &[DocumentId]) -> Result<Vec<SigningId>, StoreError> {
        Ok(signing::of(&mut self.tx, self.tenant, documents).await?)
    }
    async fn timers_about(&mut self, module: &Name, about: &EntryRef) -> Result<Vec<Timer>, StoreError> {
        Ok(timers::about(&mut self.tx, self.tenant, module, about).await?)
    }
    async fn timers_pending(&mut self, module: &Name, at_most: u64) -> Result<u64, StoreError> {
        Ok(timers::pending(&mut self.tx, self.tenant, module, at_most).await?)
    }
    async fn job(&mut self, id: JobId) -> Result<Option<Job>, StoreError> {
        Ok(jobs::one(&mut self.tx, self.tenant, id).await?)
    }
    async fn bulk_rows(&mut self, job: JobId, came: Option<Came>, from: u32, limit: u32) -> Result<Vec<BulkRow>, StoreError> {
        Ok(bulk::rows(&mut self.tx, self.tenant, job, came, from, limit).await?)
    }
    async fn bulk_count(&mut self, job: JobId, came: Came) -> Result<u64, StoreError> {
        Ok(bulk::count(&mut self.tx, self.tenant, job, came).await?)
    }
    async fn jobs(&mut self, module: Option<&Name>, name: Option<&Name>, limit: u32) -> Result<Vec<Job>, StoreError> {
        Ok(jobs::latest(&mut self.tx, self.tenant, module, name, limit).await?)
    }
    async fn job_open(&mut self, module: &Name, name: &Name) -> Result<bool, StoreError> {
        Ok(jobs::is_open(&mut self.tx, self.tenant, module, name).await?)
    }
    async fn act(&mut self, document: DocumentId) -> Result<Option<Act>, StoreError> {
        Ok(acts::one(&mut self.tx, self.tenant, document).await?)
    }
    async fn acts(&mut self, query: &ActQuery, offset: u64, limit: u32) -> Result<(Vec<Act>, u64), StoreError> {
        Ok(acts::page(&mut self.tx, self.tenant, query, offset, limit).await?)
    }
    async fn task(&mut self, id: TaskId) -> Result<Option<Task>, StoreError> {
        Ok(tasks::one(&mut self.tx, self.tenant, id).await?)
    }
    async fn tasks(&mut self, query: &TaskQuery, offset: u64, limit: u32) -> Result<Vec<Task>, StoreError> {
        Ok(tasks::page(&mut self.tx, self.tenant, query, offset, limit).await?)
    }
    async fn tasks_count(&mut self, query: &TaskQuery, at_most: u64) -> Result<u64, StoreError> {
        Ok(tasks::count(&mut self.tx, self.tenant, query, at_most).await?)
    }
    async fn tasks_of(&mut self, modules: &BTreeSet<Name>, about: &EntryRef) -> Result<Vec<Task>, StoreError> {
        Ok(tasks::about(&mut self.tx, self.tenant, modules, about).await?)
    }
    async fn task_turns(&mut self, id: TaskId) -> Result<Vec<TaskTurn>, StoreError> {
        Ok(tasks::turns(&mut self.tx, self.tenant, id).await?)
    }
    async fn orders_unpaid(
        &mut self,
        modules: &BTreeSet<Name>,
        today: NaiveDate,
        offset: u64,
        limit: u32,
    ) -> Result<Vec<Order>, StoreError> {
        Ok(payments::unpaid_page(&mut self.tx, self.tenant, modules, today, offset, limit).await?)
    }
    async fn orders_unpaid_count(&mut self, modules: &BTreeSet<Name>, today: NaiveDate, at_most: u64) -> Result<u64, StoreError> {
        Ok(payments::unpaid_count(&mut self.tx, self.tenant, modules, today, at_most).await?)
    }
    async fn document(&mut self, id: DocumentId) -> Result<Option<Document>, StoreError> {
        Ok(documents::one(&mut self.tx, self.tenant, id).await?)
    }
    async fn documents_numbered(&mut self, modules: &BTreeSet<Name>, number: &str, limit: u32) -> Result<Vec<Document>, StoreError> {
        Ok(documents::numbered(&mut self.tx, self.tenant, modules, number, limit).await?)
    }
    async fn documents_of(&mut self, module: &Name, entry: &EntryRef) -> Result<Vec<Document>, StoreError> {
        Ok(documents::of_entry(&mut self.tx, self.tenant, module, entry).await?)
    }
    async fn is_kept_elsewhere(&mut self, address: Address, than: DocumentId) -> Result<bool, StoreError> {
        Ok(documents::kept_elsewhere(&mut self.tx, self.tenant, address, than).await?)
    }
    async fn document_versions(&mut self, id: DocumentId) -> Result<Vec<DocumentVersion>, StoreError> {
        Ok(documents::versions(&mut self.tx, self.tenant, id).await?)
    }

    async fn payments(&mut self, number: &str) -> Result<Vec<Payment>, StoreError> {
        Ok(payments::payments(&mut self.tx, self.tenant, number).await?)
    }
    async fn refunds(&mut self, number: &str) -> Result<Vec<Refund>, StoreError> {
        Ok(refunds::refunds(&mut self.tx, self.tenant, number).await?)
    }
}
