//! A municipality's data: core's trait over the rooms.

use crate::audit;
use crate::db::{Param, params};
use crate::shared::{Storage, write};
use crate::snapshot::TenantSnapshot;
use crate::{commit, inbox, jobs, modules, outbox, payments, people, refunds, settings, tasks, timers};
use async_trait::async_trait;
use vatra_core::audit::{AuditEntry, AuditRow, Verification};
use vatra_core::call::Official;
use vatra_core::clock::Instant;
use vatra_core::grants::Grant;
use vatra_core::ids::{InboxId, JobId, Name, OutboxId, SubjectId, SubmissionId, TenantId};
use vatra_core::jobs::{Job, Round};
use vatra_core::providers::Confirmation;
use vatra_core::settings::Enacted;
use vatra_core::store::{
    AuditFilter, CommitError, InboxItem, Installed, Municipal, OutboxItem, Payment, Recorded, Refund, RefundRecorded, Settled, Snapshot,
    StoreError,
};
use vatra_core::unit::{Committed, Subject, Unit};

/// Payments of one query.
const CHUNK: usize = 512;

#[async_trait]
impl Municipal for Storage {
    async fn officials(&self, tenant: TenantId) -> Result<Vec<Official>, StoreError> {
        let rows = self.shared.pools.read_once(people::OFFICIALS, params![tenant.0]).await?;
        Ok(people::officials(&rows)?)
    }
    async fn drop_official(&self, tenant: TenantId, handle: &Name, audit: AuditEntry) -> Result<bool, StoreError> {
        let handle = handle.clone();
        write!(self, tenant, [handle, audit], tx, {
            let dropped = people::drop_official(tx, tenant, &handle).await?;
            Ok((dropped, if dropped { vec![audit] } else { vec![] }))
        })
    }
    async fn put_official(&self, tenant: TenantId, official: &Official) -> Result<(), StoreError> {
        let official = official.clone();
        write!(self, tenant, [official], tx, Ok((people::put_official(tx, tenant, &official).await?, vec![])))
    }

    async fn installed(&self, tenant: TenantId) -> Result<Vec<Installed>, StoreError> {
        let rows = self.shared.pools.read_once(modules::INSTALLED, params![tenant.0]).await?;
        Ok(rows.iter().map(|row| modules::installed(row, 0)).collect::<Result<_, _>>()?)
    }
    async fn put_installed(&self, tenant: TenantId, installed: &Installed, audit: AuditEntry) -> Result<(), StoreError> {
        let installed = installed.clone();
        write!(self, tenant, [installed, audit], tx, Ok((modules::put_installed(tx, tenant, &installed).await?, vec![audit])))
    }
    async fn grants(&self, tenant: TenantId, module: &Name) -> Result<Vec<Grant>, StoreError> {
        let rows = self.shared.pools.read_once(modules::GRANTS, params![tenant.0, module.as_str()]).await?;
        Ok(rows.iter().map(|row| row.json(0)).collect::<Result<_, _>>()?)
    }
    async fn put_grant(&self, tenant: TenantId, module: &Name, grant: &Grant, audit: AuditEntry) -> Result<(), StoreError> {
        let (module, grant) = (module.clone(), grant.clone());
        write!(self, tenant, [module, grant, audit], tx, Ok((modules::put_grant(tx, tenant, &module, &grant).await?, vec![audit])))
    }

    async fn settings(&self, tenant: TenantId) -> Result<Vec<Enacted>, StoreError> {
        let rows = self.shared.pools.read_once(settings::ALL, params![tenant.0]).await?;
        Ok(rows.iter().map(settings::enacted).collect::<Result<_, _>>()?)
    }
    async fn enact(&self, tenant: TenantId, enacted: &Enacted, audit: AuditEntry) -> Result<(), StoreError> {
        let enacted = enacted.clone();
        write!(self, tenant, [enacted, audit], tx, Ok((settings::enact(tx, tenant, &enacted).await?, vec![audit])))
    }

    async fn people(&self, tenant: TenantId, ids: &[SubjectId]) -> Result<Vec<Subject>, StoreError> {
        let mut found = people::load_now(&self.shared.pools, tenant, ids).await?;
        Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
    }

    async fn snapshot(&self, tenant: TenantId) -> Result<Box<dyn Snapshot>, StoreError> {
        Ok(Box::new(TenantSnapshot::take(&self.shared, tenant).await?))
    }
    async fn commit(&self, tenant: TenantId, unit: Unit) -> Result<Committed, CommitError> {
        Ok(commit::commit(&self.shared, tenant, unit).await?)
    }
    async fn submission(&self, tenant: TenantId, id: SubmissionId) -> Result<Option<String>, StoreError> {
        let rows = self.shared.pools.read_once(commit::SUBMISSION, params![tenant.0, id.0]).await?;
        Ok(rows.first().map(|row| row.get(0)).transpose()?)
    }

    async fn know(&self, tenant: TenantId, people: &[Subject]) -> Result<Vec<SubjectId>, StoreError> {
        let people = people.to_vec();
        write!(self, tenant, [people], tx, Ok((people::know(tx, tenant, &people).await?, vec![])))
    }

    async fn audit(&self, tenant: TenantId, entries: Vec<AuditEntry>) -> Result<(), StoreError> {
        Ok(self.shared.append(tenant, entries).await?)
    }
    async fn audit_rows(&self, tenant: TenantId, filter: &AuditFilter) -> Result<Vec<AuditRow>, StoreError> {
        let (sql, given) = audit::rows(tenant, filter);
        audit::read_rows(&self.shared.pools.read_once(&sql, given).await?).map_err(StoreError::from)
    }
    async fn audit_after(&self, tenant: TenantId, sequence: u64, limit: u32) -> Result<Vec<AuditRow>, StoreError> {
        let (sql, given) = audit::after(tenant, sequence, limit);
        audit::read_rows(&self.shared.pools.read_once(&sql, given).await?).map_err(StoreError::from)
    }
    async fn verify_audit(&self, tenant: TenantId) -> Result<Verification, StoreError> {
        Ok(audit::verify::verify(&self.shared, tenant).await?)
    }

    async fn record_payment(&self, tenant: TenantId, confirmation: &Confirmation, audit: AuditEntry) -> Result<Recorded, StoreError> {
        let told = confirmation.clone();
        write!(self, tenant, [told, audit], tx, {
            let recorded = payments::record(tx, tenant, &told, audit.at).await?;
            Ok((recorded, if recorded == Recorded::New { vec![audit] } else { vec![] }))
        })
    }
    async fn payments_between(&self, tenant: TenantId, from: Instant, until: Instant) -> Result<Vec<Payment>, StoreError> {
        let rows = self.shared.pools.read_once(&payments::between(), params![tenant.0, from.0, until.0]).await?;
        Ok(rows.iter().map(payments::payment).collect::<Result<_, _>>()?)
    }
    async fn refunds_about(&self, tenant: TenantId, payments: &[String], from: Instant, until: Instant) -> Result<Vec<Refund>, StoreError> {
        let mut rows = self.shared.pools.read_once(&refunds::between(), params![tenant.0, from.0, until.0]).await?;
        for some in payments.chunks(CHUNK) {
            let given = vec![tenant.0.into(), Param::Texts(some.to_vec())];
            rows.extend(self.shared.pools.read_once(&refunds::of_payments(), given).await?);
        }
        let mut found: Vec<Refund> = rows.iter().map(refunds::refund).collect::<Result<_, _>>()?;
        found.sort_by(|one, other| (one.asked_at, &one.id).cmp(&(other.asked_at, &other.id)));
        found.dedup_by(|one, other| one.id == other.id);
        Ok(found)
    }
    async fn record_refund(&self, tenant: TenantId, refund: &Refund, audit: AuditEntry) -> Result<RefundRecorded, StoreError> {
        let refund = refund.clone();
        write!(self, tenant, [refund, audit], tx, {
            let recorded = refunds::record(tx, tenant, &refund).await?;
            Ok((recorded, if recorded == RefundRecorded::New { vec![audit] } else { vec![] }))
        })
    }
    async fn withdraw_refund(&self, tenant: TenantId, id: &str, audit: AuditEntry) -> Result<bool, StoreError> {
        let id = id.to_owned();
        write!(self, tenant, [id, audit], tx, {
            let withdrawn = refunds::withdraw(tx, tenant, &id).await?;
            Ok((withdrawn, if withdrawn { vec![audit] } else { vec![] }))
        })
    }
    async fn keep_message(&self, tenant: TenantId, payment: &str, received: Instant, message: &[u8]) -> Result<(), StoreError> {
        let (payment, message) = (payment.to_owned(), message.to_vec());
        write!(self, tenant, [payment, message], tx, {
            payments::keep(tx, tenant, &payment, received, message).await?;
            Ok(((), vec![]))
        })
    }
    async fn kept_messages(&self, tenant: TenantId, payment: &str) -> Result<Vec<(Instant, Vec<u8>)>, StoreError> {
        let rows = self.shared.pools.read_once(payments::KEPT, params![tenant.0, payment]).await?;
        let read = |row: &crate::db::Row| Ok::<_, crate::fault::Fault>((Instant(row.get(0)?), row.get(1)?));
        Ok(rows.iter().map(read).collect::<Result<_, _>>()?)
    }
    async fn inbox_put(&self, tenant: TenantId, events: &[InboxItem], audit: Vec<AuditEntry>) -> Result<u64, StoreError> {
        let events = events.to_vec();
        write!(self, tenant, [events, audit], tx, {
            let new = inbox::put(tx, tenant, &events).await?;
            Ok((new, if new > 0 { audit } else { vec![] }))
        })
    }
    async fn inbox_due(&self, tenant: TenantId, now: Instant, limit: u32) -> Result<Vec<InboxItem>, StoreError> {
        let rows = self.shared.pools.read_once(&inbox::due(), params![tenant.0, now.0, limit]).await?;
        Ok(rows.iter().map(inbox::item).collect::<Result<_, _>>()?)
    }
    async fn inbox_open(&self, tenant: TenantId) -> Result<Vec<InboxItem>, StoreError> {
        let rows = self.shared.pools.read_once(&inbox::open(), params![tenant.0]).await?;
        Ok(rows.iter().map(inbox::item).collect::<Result<_, _>>()?)
    }
    async fn inbox_retry(&self, tenant: TenantId, id: InboxId, next: Option<Instant>, counts: bool) -> Result<(), StoreError> {
        write!(self, tenant, [], tx, Ok((inbox::retry(tx, tenant, id, next, counts).await?, vec![])))
    }
    async fn inbox_wake(&self, tenant: TenantId, module: &Name, now: Instant) -> Result<u64, StoreError> {
        let module = module.clone();
        write!(self, tenant, [module], tx, Ok((inbox::wake(tx, tenant, &module, now).await?, vec![])))
    }

    async fn outbox_take(
        &self,
        tenant: TenantId,
        service: &str,
        now: Instant,
        until: Instant,
        limit: u32,
    ) -> Result<Vec<OutboxItem>, StoreError> {
        let service = service.to_owned();
        write!(self, tenant, [service], tx, Ok((outbox::take(tx, tenant, &service, now, until, limit).await?, vec![])))
    }
    async fn outbox_open(&self, tenant: TenantId) -> Result<Vec<OutboxItem>, StoreError> {
        let rows = self.shared.pools.read_once(&outbox::open(), params![tenant.0]).await?;
        Ok(rows.iter().map(outbox::item).collect::<Result<_, _>>()?)
    }
    async fn outbox_note(&self, tenant: TenantId, id: OutboxId, answer: &str) -> Result<bool, StoreError> {
        let answer = answer.to_owned();
        write!(self, tenant, [answer], tx, Ok((outbox::note(tx, tenant, id, &answer).await?, vec![])))
    }
    async fn outbox_settle(&self, tenant: TenantId, id: OutboxId, settled: &Settled) -> Result<bool, StoreError> {
        let settled = settled.clone();
        write!(self, tenant, [settled], tx, {
            let changed = outbox::settle(tx, tenant, id, &settled).await?;
            Ok((changed, if changed { settled.audit } else { vec![] }))
        })
    }
    async fn outbox_hasten(&self, tenant: TenantId, id: OutboxId, now: Instant) -> Result<(), StoreError> {
        write!(self, tenant, [], tx, Ok((outbox::hasten(tx, tenant, id, now).await?, vec![])))
    }
    async fn outbox_retry(&self, tenant: TenantId, id: OutboxId, next: Option<Instant>) -> Result<(), StoreError> {
        write!(self, tenant, [], tx, Ok((outbox::retry(tx, tenant, id, next).await?, vec![])))
    }
    async fn outbox_wake(&self, tenant: TenantId, service: &str, now: Instant) -> Result<u64, StoreError> {
        let service = service.to_owned();
        write!(self, tenant, [service], tx, Ok((outbox::wake(tx, tenant, &service, now).await?, vec![])))
    }

    async fn timers_fire(&self, tenant: TenantId, now: Instant, limit: u32) -> Result<u64, StoreError> {
        write!(self, tenant, [], tx, Ok((timers::fire(tx, tenant, now, limit).await?, vec![])))
    }
    async fn jobs_due(&self, tenant: TenantId, now: Instant, limit: u32) -> Result<Vec<Job>, StoreError> {
        let rows = self.shared.pools.read_once(&jobs::due(), params![tenant.0, now.0, limit]).await?;
        Ok(rows.iter().map(jobs::job).collect::<Result<_, _>>()?)
    }
    async fn job_retry(&self, tenant: TenantId, id: JobId, next: Instant, failure: &str, counts: bool) -> Result<(), StoreError> {
        let failure = failure.to_owned();
        write!(self, tenant, [failure], tx, Ok((jobs::retry(tx, tenant, id, next, &failure, counts).await?, vec![])))
    }
    async fn jobs_wake(&self, tenant: TenantId, module: &Name, now: Instant) -> Result<(), StoreError> {
        let module = module.clone();
        write!(self, tenant, [module], tx, Ok((jobs::wake(tx, tenant, &module, now).await?, vec![])))
    }
    async fn rounds(&self, tenant: TenantId) -> Result<Vec<Round>, StoreError> {
        let rows = self.shared.pools.read_once(jobs::ROUNDS, params![tenant.0]).await?;
        Ok(rows.iter().map(jobs::round).collect::<Result<_, _>>()?)
    }
    async fn put_round(&self, tenant: TenantId, round: &Round) -> Result<(), StoreError> {
        let round = round.clone();
        write!(self, tenant, [round], tx, Ok((jobs::put_round(tx, tenant, &round).await?, vec![])))
    }
    async fn tasks_tell_overdue(&self, tenant: TenantId, today: chrono::NaiveDate, now: Instant, limit: u32) -> Result<u64, StoreError> {
        write!(self, tenant, [], tx, Ok((tasks::tell_overdue(tx, tenant, today, now, limit).await?, vec![])))
    }
}
