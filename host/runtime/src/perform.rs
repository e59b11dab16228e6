//! `perform`: an action as one unit of work. The audit trail knows of it before its effects exist; on conflict it is replayed with the
//! same clock and randomness.

use crate::call::{Call, Runtime, Turn};
use crate::compose::Ready;
use crate::failure::CallError;
use crate::usage::Kind;
use serde_json::json;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use vatra_capabilities::bindings::vatra::types::values as wit;
use vatra_capabilities::uploads::{self, Mapping, ParsedTable};
use vatra_capabilities::{CallState, Mode, Outside, convert, uploaded, view};
use vatra_core::audit::{AuditEntry, AuditKind};
use vatra_core::call::CallContext;
use vatra_core::ids::{EntryId, SubmissionId};
use vatra_core::register::{FieldType, FileKind};
use vatra_core::seal::Origin;
use vatra_core::store::CommitError;
use vatra_core::unit::Unit;
use vatra_core::value::{EntryRef, Value};
use vatra_core::view::{Answer, Outcome};

/// How often a call is replayed before the person is told that somebody else is faster.
pub(crate) const ATTEMPTS: u32 = 8;

/// A file that came with an action.
#[derive(Clone)]
pub struct File {
    /// The input that it came in.
    pub input: String,
    /// Its name, as the person's machine calls it.
    pub name: String,
    /// Its content.
    pub bytes: Vec<u8>,
    /// Which of its columns is what, where somebody said so; otherwise its headings say it.
    pub mapping: Option<Mapping>,
}

/// An action that somebody performs.
pub struct Request<'a> {
    /// Which.
    pub action: &'a str,
    /// Checked inputs, in order; several of one name for ticked rows.
    pub inputs: Vec<(String, Value)>,
    /// Files.
    pub files: Vec<File>,
    /// The form that it came from, if it may be performed only once.
    pub submission: Option<SubmissionId>,
    /// The entry that it corrects, as the person saw it.
    pub corrects: Option<Seen>,
    /// Whether the answer can be shown; asked before anything is kept.
    pub check: &'a (dyn Fn(&Answer) -> Result<(), CallError> + Send + Sync),
    /// What to remember as the answer to that form.
    pub remember: &'a (dyn Fn(&Answer) -> String + Send + Sync),
}

/// Files as they are given to the module.
struct Sent<'a> {
    /// Read as tables.
    tables: Vec<(String, ParsedTable)>,
    /// Kept as documents.
    papers: Vec<(&'a File, FileKind)>,
}

/// What a file for an input of the type `file` is, by its content; none for other inputs.
fn paper(ready: &Ready, action: &str, file: &File) -> Result<Option<FileKind>, CallError> {
    let inputs = ready.binding.manifest.action(action).map(|action| action.inputs.as_slice()).unwrap_or_default();
    let Some(FieldType::File(kinds)) = inputs.iter().find(|input| input.name == file.input).map(|input| &input.kind) else {
        return Ok(None);
    };
    let found = FileKind::of(&file.bytes).filter(|kind| kinds.contains(kind));
    let refused = || CallError::Invalid { field: file.input.clone(), rule: "file-kind".into() };
    found.map(Some).ok_or_else(refused)
}

/// An entry that somebody corrects, as they saw it, and why.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Seen {
    /// Which.
    pub entry: EntryRef,
    /// Its version then: nothing is kept when it has another one.
    pub version: u32,
    /// Kept in its history.
    pub reason: String,
}

/// What came of an action.
#[derive(Debug)]
pub enum Performed {
    /// It was performed, and kept unless it rejected its input.
    Now {
        /// What the module answered.
        answer: Answer,
        /// Numbers given to new entries.
        numbers: BTreeMap<EntryId, String>,
    },
    /// The form was performed before; what was remembered then.
    Before(String),
}

impl Runtime {
    /// Performs an action. The caller's role is checked against the manifest; inputs are checked by whoever parsed them.
    ///
    /// # Errors
    /// [`CallError`]: nothing of the action was kept, and the audit trail says that it failed.
    pub async fn perform(&self, ctx: &CallContext, request: Request<'_>) -> Result<Performed, CallError> {
        let ready = self.ready(ctx.tenant.id, &ctx.module).await?;
        let schema =
            ready.binding.manifest.action(request.action).ok_or_else(|| CallError::NotFound(format!("action {}", request.action)))?;
        self.require_role(ctx, request.action, &schema.roles).await?;
        let store = &self.services.store;
        if let Some(id) = request.submission
            && let Some(answer) = store.submission(ctx.tenant.id, id).await?
        {
            return Ok(Performed::Before(answer));
        }
        // Nothing is begun while there is no place for it.
        let turn = self.turn(ctx, false).await?;
        store.audit(ctx.tenant.id, vec![self.row(ctx, AuditKind::ActionBegun, request.action, &json!({}))]).await?;
        let result = self.attempts(&Arc::new(ctx.clone()), &ready, &request, turn).await;
        if let Err(error) = &result {
            let row = self.row(ctx, AuditKind::ActionFailed, request.action, &error.detail().into());
            store.audit(ctx.tenant.id, vec![row]).await?;
        }
        result
    }

    async fn attempts<'a>(
        &'a self,
        ctx: &Arc<CallContext>,
        ready: &Ready,
        request: &Request<'_>,
        turn: Turn<'a>,
    ) -> Result<Performed, CallError> {
        let mut tables = Vec::new();
        let mut papers = Vec::new();
        for file in &request.files {
            match paper(ready, request.action, file)? {
                Some(kind) => papers.push((file, kind)),
                None => tables.push(self.table(ready, request.action, file).await?),
            }
        }
        let mut sent = Sent { tables, papers };
        let mut turn = Some(turn);
        let mut outside = Outside::default();
        for attempt in 0..ATTEMPTS {
            let turn = match turn.take() {
                Some(turn) => turn,
                None => self.turn(ctx, true).await?,
            };
            match self.attempt(ctx, ready, request, &mut sent, (attempt, &mut outside), turn).await {
                Ok(Some(performed)) => return Ok(performed),
                Ok(None) => tokio::time::sleep(std::time::Duration::from_millis(u64::from(attempt) * 5)).await,
                Err(error) => return Err(error),
            }
        }
        Err(CallError::Conflict)
    }

    async fn table(&self, ready: &Ready, action: &str, file: &File) -> Result<(String, ParsedTable), CallError> {
        let manifest = &ready.binding.manifest;
        let input = manifest.action(action).and_then(|action| action.inputs.iter().find(|input| input.name == file.input));
        let upload = input.and_then(|input| match &input.kind {
            FieldType::TableFile(name) => manifest.upload(name.as_str()),
            _ => None,
        });
        let upload = upload.ok_or_else(|| CallError::Invalid { field: file.input.clone(), rule: "unknown-field".into() })?.clone();
        let File { input, name, bytes, mapping } = file.clone();
        // Reading a large file takes a good part of a second of a thread.
        let read = tokio::task::spawn_blocking(move || {
            let digest = hex::encode(Sha256::digest(&bytes));
            match mapping {
                Some(mapping) => uploads::read_mapped(&upload, (&name, digest), &uploads::Source::open(&bytes)?, &mapping, &mut |_, _| {}),
                None => uploads::read_table(&upload, &name, &bytes, digest),
            }
        });
        let table = read.await.map_err(|error| CallError::Host(error.to_string()))?;
        Ok((input.clone(), table.map_err(|error| CallError::File { field: input, error })?))
    }

    /// One attempt; nothing when it has to be replayed.
    async fn attempt(
        &self,
        ctx: &Arc<CallContext>,
        ready: &Ready,
        request: &Request<'_>,
        sent: &mut Sent<'_>,
        (attempt, outside): (u32, &mut Outside),
        turn: Turn<'_>,
    ) -> Result<Option<Performed>, CallError> {
        let call = Call { ctx, ready, kind: Kind::Perform, what: request.action };
        let mut store = self.store(ctx, ready, Mode::Write);
        let mut inputs = self.inputs(ready, request);
        let state = store.data_mut();
        state.attempt = attempt;
        outside.rewind();
        state.outside = std::mem::take(outside);
        for (file, kind) in &sent.papers {
            let kept = uploaded(state, *kind, &file.name, &file.bytes).await;
            let document = match kept.map_err(|error| CallError::Host(error.to_string()))? {
                Ok(document) => document,
                Err(failure) => {
                    let denials = self.denial_rows(ctx, state, request.action);
                    self.keep_denials(ctx, denials).await?;
                    return Err(failure.into());
                }
            };
            inputs.push(wit::Field { name: file.input.clone(), value: wit::Value::Document(document) });
        }
        for (input, table) in sent.tables.iter_mut() {
            uploads::resolve(table, state.snapshot().await?.as_mut(), ctx.now, &ctx.seed).await?;
            let handle = format!("upload-{}", state.uploads.len() + 1);
            state.uploads.insert(handle.clone(), Arc::new(table.clone()));
            inputs.push(wit::Field { name: input.clone(), value: wit::Value::Text(handle) });
        }
        let (ran, mut state, spent) =
            self.run(&call, turn, store, async |store| ready.linked.screens.perform(store, request.action, &inputs).await).await;
        *outside = std::mem::take(&mut state.outside);
        let answer = match ran {
            Ok(Ok(answer)) => {
                view::answer(&mut state, answer).map_err(CallError::from).and_then(|answer| (request.check)(&answer).map(|()| answer))
            }
            Ok(Err(failure)) => Err(failure.into()),
            Err(error) => Err(error),
        };
        self.count(&call, &state, spent, answer.as_ref().err());
        let denials = self.denial_rows(ctx, &state, request.action);
        let answer = match answer {
            Ok(answer) => answer,
            Err(error) => {
                self.keep_denials(ctx, denials).await?;
                return Err(error);
            }
        };
        if matches!(answer.outcome, Outcome::Rejected(_)) {
            let mut rows = denials;
            rows.push(self.row(ctx, AuditKind::ActionFailed, request.action, &json!({ "reason": "rejected" })));
            self.keep_denials(ctx, rows).await?;
            return Ok(Some(Performed::Now { answer, numbers: BTreeMap::new() }));
        }
        let kept = json!({ "attempt": attempt, "report": report(&answer) });
        let row = self.row(ctx, AuditKind::ActionKept, request.action, &kept);
        let mut unit = unit(ctx, state, row, denials.clone());
        if let Some(seen) = &request.corrects
            && !hold(&mut unit, seen)
        {
            self.keep_denials(ctx, denials).await?;
            return Err(CallError::Conflict);
        }
        unit.submission = request.submission.map(|id| (id, (request.remember)(&answer)));
        match self.commit(ctx.tenant.id, unit).await {
            Ok(committed) => Ok(Some(Performed::Now { answer, numbers: committed.numbers })),
            Err(CommitError::Conflict) => Ok(None),
            Err(CommitError::Repeated(answer)) => Ok(Some(Performed::Before(answer))),
            Err(CommitError::Handled) => Err(CallError::Conflict),
            Err(CommitError::Store(error)) => {
                self.keep_denials(ctx, denials).await?;
                Err(error.into())
            }
        }
    }

    async fn keep_denials(&self, ctx: &CallContext, rows: Vec<AuditEntry>) -> Result<(), CallError> {
        if rows.is_empty() {
            return Ok(());
        }
        Ok(self.services.store.audit(ctx.tenant.id, rows).await?)
    }

    fn inputs(&self, ready: &Ready, request: &Request<'_>) -> Vec<wit::Field> {
        let schema = ready.binding.manifest.action(request.action);
        let personal =
            |name: &str| schema.is_some_and(|schema| schema.inputs.iter().any(|input| input.name == name && input.is_personal()));
        let sealer = &ready.binding.sealer;
        request
            .inputs
            .iter()
            .map(|(name, value)| {
                let value = match value {
                    Value::Text(text) if personal(name) => convert::to_guest(sealer, Origin::Sent, &Value::Personal(text.clone())),
                    value => convert::to_guest(sealer, Origin::Sent, value),
                };
                wit::Field { name: name.clone(), value }
            })
            .collect()
    }
}

/// Binds the unit to the entry's version that was seen, and its corrections to the person's reason; false when the module read another version.
fn hold(unit: &mut Unit, seen: &Seen) -> bool {
    for correction in unit.corrections.iter_mut().filter(|correction| correction.at == seen.entry) {
        correction.reason.clone_from(&seen.reason);
    }
    let read = unit.reads.entries.entry(seen.entry.id).or_insert(Some(seen.version));
    *read == Some(seen.version)
}

/// What a call wants kept, with its audit rows. Of people named by an uploaded table only those that something kept refers to.
pub(crate) fn unit(ctx: &CallContext, state: CallState, row: AuditEntry, denials: Vec<AuditEntry>) -> Unit {
    let reached = state.work.reached.clone();
    let candidates: Vec<_> = state.uploads.values().flat_map(|table| table.new_subjects.iter().cloned()).collect();
    let mut unit = state.work.into_unit(ctx);
    let values = unit.entries.iter().flat_map(|entry| entry.fields.values()).chain(unit.corrections.iter().flat_map(|c| c.fields.values()));
    let mut named: BTreeSet<_> = values
        .filter_map(|value| match value {
            Value::Subject(id) => Some(*id),
            _ => None,
        })
        .collect();
    named.extend(unit.orders.iter().filter_map(|order| order.customer));
    named.extend(reached);
    unit.subjects.extend(candidates.into_iter().filter(|subject| named.contains(&subject.id)));
    unit.audit.extend(denials);
    let mut row = row;
    if named.len() <= 100 {
        row.about.extend(named);
    }
    unit.audit.push(row);
    unit
}

/// The numbers of a report, for the audit trail: nothing that could be personal.
fn report(answer: &Answer) -> serde_json::Map<String, serde_json::Value> {
    answer
        .report
        .iter()
        .filter_map(|(name, value)| match value {
            Value::Flag(flag) => Some((name.clone(), json!(flag))),
            value => value.number().map(|number| (name.clone(), json!(number))),
        })
        .collect()
}
