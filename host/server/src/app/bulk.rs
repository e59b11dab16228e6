//! An action on many entries of a register: begun by an official who has seen how many they are, made entry by entry in the background.

use super::resolve::reader_query;
use super::{Act, App, AppError, By, Complaint, Outcome, Shown};
use serde_json::json;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use vatra_core::audit::AuditKind;
use vatra_core::bulk::{BulkChange, BulkRow, Came, JOB, MOST_REASON, MOST_ROWS, Plan, STEP_ROWS};
use vatra_core::call::{CallContext, Channel, Official, Tenant};
use vatra_core::ids::{CallId, EntryId, JobId, Name, SubmissionId};
use vatra_core::jobs::{Job, JobChange, Progress, Standing, Starter};
use vatra_core::manifest::Language;
use vatra_core::register::Reach;
use vatra_core::store::CommitError;
use vatra_core::unit::Unit;
use vatra_core::value::EntryRef;
use vatra_core::view::{BoundTable, Resolved, TableRequest};
use vatra_runtime::CallError;
use vatra_view::{Wording, explain, say};

/// Whom a step's failure is waited for, in seconds, while the module is withheld.
const HELD_SECONDS: i64 = 60;

/// What came of the entries of a job, for its page.
#[derive(Clone, Debug, Default)]
pub struct BulkView {
    /// Performed.
    pub done: u64,
    /// Refused.
    pub refused: u64,
    /// Some of them, in their order.
    pub rows: Vec<BulkRow>,
    /// Their numbers.
    pub numbers: BTreeMap<EntryId, String>,
    /// Where an entry is shown, for whoever may open it.
    pub screen: Option<Name>,
}

impl App {
    /// Every entry that a bound table shows to this reader, with the reader's search; at most one more than a job takes.
    ///
    /// # Errors
    /// Storage.
    pub(crate) async fn bulk_entries(
        &self,
        ctx: &CallContext,
        shown: &Shown,
        table: &BoundTable,
        request: &TableRequest,
    ) -> Result<Vec<EntryId>, CallError> {
        let missing = || CallError::NotFound(format!("register {}", table.query.register));
        let schema = shown.binding.manifest.register(table.query.register.as_str()).ok_or_else(missing)?;
        let query = reader_query(schema, table, &mut request.clone());
        let mut snapshot = self.store.snapshot(ctx.tenant.id).await?;
        let mut entries: Vec<EntryId> = Vec::new();
        loop {
            let page = snapshot.find(schema, &query, Reach::Host, entries.len() as u64, 1_000).await?;
            let got = page.entries.len();
            entries.extend(page.entries.into_iter().map(|entry| entry.at.id));
            if got == 0 || entries.len() as u64 >= page.total.min(MOST_ROWS + 1) {
                return Ok(entries);
            }
        }
    }

    /// Of these, the entries that the register has, each once and in this order.
    ///
    /// # Errors
    /// Storage.
    pub(crate) async fn bulk_known(&self, ctx: &CallContext, register: &Name, asked: &[EntryId]) -> Result<Vec<EntryId>, CallError> {
        let refs: Vec<EntryRef> = asked.iter().map(|id| EntryRef { register: register.clone(), id: *id }).collect();
        let known = self.store.snapshot(ctx.tenant.id).await?.entries(&refs).await?;
        let known: BTreeSet<EntryId> = known.into_iter().filter(|entry| entry.at.register == *register).map(|entry| entry.at.id).collect();
        let mut seen = BTreeSet::new();
        Ok(asked.iter().copied().filter(|id| known.contains(id) && seen.insert(*id)).collect())
    }

    /// Begins the job; the same form begins it once.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn start_bulk(
        &self,
        ctx: &CallContext,
        plan: Plan,
        entries: Vec<EntryId>,
        submission: Option<SubmissionId>,
    ) -> Result<JobId, CallError> {
        let before = |kept: &str| {
            let kept: serde_json::Value = serde_json::from_str(kept).unwrap_or_default();
            kept.pointer("/job").and_then(|job| job.as_str()).and_then(|job| job.parse().ok()).ok_or(CallError::Conflict)
        };
        if let Some(id) = submission
            && let Some(kept) = self.store.submission(ctx.tenant.id, id).await?
        {
            return before(&kept);
        }
        let name = Name::new(JOB).map_err(|error| CallError::Host(error.to_string()))?;
        let register = plan.register.clone();
        let cursor = serde_json::to_string(&plan).map_err(|error| CallError::Host(error.to_string()))?;
        let by = Starter { person: ctx.caller.person, language: ctx.caller.language, acting: ctx.caller.acting.clone() };
        let id = JobId::fresh();
        let job = Job::new(id, ctx.module.clone(), name, by, Some(cursor), ctx.now);
        let mut unit = Unit::new(ctx.now, ctx.caller.person, ctx.module.clone());
        let who = By { person: ctx.caller.person, channel: ctx.caller.channel };
        let detail = json!({ "job": id, "register": plan.register, "entries": entries.len() });
        unit.audit.push(self.row(who, AuditKind::Job, Some(&ctx.module), plan.action.as_str(), &detail));
        unit.jobs.push(JobChange::Start { job: Box::new(job), alone: false, round: None });
        let rows = entries.into_iter().map(|entry| EntryRef { register: register.clone(), id: entry });
        unit.bulk.push(BulkChange::Rows(id, rows.collect()));
        unit.submission = submission.map(|form| (form, json!({ "go": null, "job": id, "report": {} }).to_string()));
        match self.store.commit(ctx.tenant.id, unit).await {
            Ok(_) => {
                self.runtime.nudge();
                Ok(id)
            }
            Err(CommitError::Repeated(kept)) => before(&kept),
            Err(CommitError::Store(error)) => Err(error.into()),
            Err(CommitError::Conflict | CommitError::Handled) => Err(CallError::Conflict),
        }
    }

    /// The job's next entries; whether the step was kept. Each entry is performed as a form of its own that belongs to its place in the job: killed
    /// in between, the step is made again and what was kept is not done twice.
    pub(super) async fn step_bulk(&self, tenant: &Tenant, job: &Job) -> Result<bool, AppError> {
        let Some(plan) = job.cursor.as_deref().and_then(Plan::read) else {
            self.end(tenant, job, Standing::Failed, "broken").await?;
            return Ok(false);
        };
        let officials = self.store.officials(tenant.id).await?;
        let Some(official) = officials.into_iter().find(|official| Some(official.person) == job.by.person) else {
            self.end(tenant, job, Standing::Failed, "denied:role:role").await?;
            return Ok(false);
        };
        let now = self.clock.now();
        let made = self.bulk_rows_made(tenant, job, &plan, &official).await;
        let rows = match made {
            Ok(rows) => rows,
            Err(CallError::Store(error)) => return Err(error.into()),
            Err(error @ CallError::NotFound(_)) => {
                self.store.job_retry(tenant.id, job.id, now.plus_seconds(HELD_SECONDS), &error.code(), false).await?;
                return Ok(false);
            }
            Err(error) => {
                let outside = matches!(error, CallError::Unavailable(_) | CallError::Conflict);
                match Job::patience(job.attempts, outside) {
                    Some(wait) => self.store.job_retry(tenant.id, job.id, now.plus_seconds(wait), &error.code(), true).await?,
                    None => self.end(tenant, job, Standing::Failed, &error.code()).await?,
                }
                return Ok(false);
            }
        };
        let next = plan.next.saturating_add(STEP_ROWS).min(plan.total);
        let after = Plan { next, ..plan.clone() };
        let cursor = (next < plan.total).then(|| serde_json::to_string(&after).unwrap_or_default());
        let progress = Progress { cursor, done: u64::from(next), total: Some(u64::from(plan.total)), note: plan.label };
        let mut unit = Unit::new(now, job.by.person, job.module.clone());
        unit.bulk.push(BulkChange::Came(job.id, rows));
        unit.jobs.push(JobChange::Step { id: job.id, steps: job.steps, progress });
        match self.store.commit(tenant.id, unit).await {
            Ok(_) => Ok(true),
            Err(CommitError::Store(error)) => Err(error.into()),
            // Another host was quicker.
            Err(_) => Ok(false),
        }
    }

    async fn bulk_rows_made(&self, tenant: &Tenant, job: &Job, plan: &Plan, official: &Official) -> Result<Vec<BulkRow>, CallError> {
        let binding = self.runtime.binding(tenant.id, &job.module).await?;
        let words = self.words_of_binding(&binding)?;
        let resolved = Resolved::default();
        let language = job.by.language;
        let wording = Wording { language, catalogue: &words.catalogue, resolved: &resolved };
        let due = self.store.snapshot(tenant.id).await?.bulk_rows(job.id, None, plan.next, STEP_ROWS).await?;
        let tenant = Arc::new(tenant.clone());
        let mut made = Vec::with_capacity(due.len());
        for row in due {
            let mut ctx = self.context_of(CallId::fresh(), tenant.clone(), &job.module, official, Channel::Job, language);
            ctx.caller.acting.clone_from(&job.by.acting);
            let mut form: BTreeMap<String, Vec<String>> = BTreeMap::new();
            for (name, value) in &plan.parameters {
                form.entry(name.clone()).or_default().push(value.clone());
            }
            form.insert("entry".to_owned(), vec![row.entry.id.to_string()]);
            let submission = Some(submission(job.id, row.place));
            let act = Act { action: plan.action.to_string(), form, files: Vec::new(), submission, back: String::new() };
            let (came, reason) = match self.act(&ctx, act).await {
                Ok(acted) => match acted.outcome {
                    Outcome::Rejected(complaints) => (Came::Refused, complained(&complaints, &wording)),
                    _ => (Came::Done, String::new()),
                },
                Err(error @ (CallError::Store(_) | CallError::Unavailable(_) | CallError::Conflict | CallError::Host(_))) => {
                    return Err(error);
                }
                Err(error) => (Came::Refused, refused(&error, language)),
            };
            made.push(BulkRow { came, reason: reason.chars().take(MOST_REASON).collect(), ..row });
        }
        Ok(made)
    }

    /// What came of a job's entries, from a place on.
    ///
    /// # Errors
    /// [`AppError::Store`].
    pub async fn bulk_view(
        &self,
        tenant: &Tenant,
        official: &Official,
        job: &Job,
        manifest: &vatra_core::manifest::Manifest,
        (came, from, limit): (Option<Came>, u32, u32),
    ) -> Result<BulkView, AppError> {
        let mut snapshot = self.store.snapshot(tenant.id).await?;
        let done = snapshot.bulk_count(job.id, Came::Done).await?;
        let refused = snapshot.bulk_count(job.id, Came::Refused).await?;
        let rows = snapshot.bulk_rows(job.id, came, from, limit).await?;
        let refs: Vec<EntryRef> = rows.iter().map(|row| row.entry.clone()).collect();
        let numbers = snapshot.entries(&refs).await?.into_iter().filter_map(|entry| Some((entry.at.id, entry.number?))).collect();
        let register = rows.first().map(|row| row.entry.register.as_str());
        let screen = register.and_then(|register| manifest.entry_screen(register, &official.roles)).cloned();
        Ok(BulkView { done, refused, rows, numbers, screen })
    }
}

/// The form that an entry's action is performed as: always the same for the same place of the same job.
fn submission(job: JobId, place: u32) -> SubmissionId {
    let digest = Sha256::new().chain_update(job.0.as_bytes()).chain_update(place.to_be_bytes()).finalize();
    let mut bytes = [0; 16];
    bytes.iter_mut().zip(digest).for_each(|(to, from)| *to = from);
    SubmissionId(uuid::Builder::from_custom_bytes(bytes).into_uuid())
}

fn complained(complaints: &[(String, Complaint)], wording: &Wording<'_>) -> String {
    let words = complaints.iter().map(|(_, complaint)| match complaint {
        Complaint::Rule(code) => explain::rule(code, wording.language),
        Complaint::Words(words) => wording.words(words),
        Complaint::File(_) => say(wording.language, "job-broke"),
    });
    words.collect::<Vec<_>>().join(" ")
}

fn refused(error: &CallError, language: Language) -> String {
    match error {
        CallError::Denied(denial) => explain::explain(denial, &explain::capability_title(&denial.capability, language), language),
        CallError::Invalid { rule, .. } => explain::rule(rule, language),
        CallError::NotFound(_) => say(language, "job-not-found"),
        _ => say(language, "job-broke"),
    }
}
