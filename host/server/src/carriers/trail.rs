//! The audit trails of the municipalities, brought to MLog: every row once, whatever happens in between.

use crate::app::App;
use async_trait::async_trait;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use vatra_core::audit::{AuditKind, AuditRow};
use vatra_core::call::Tenant;
use vatra_core::ids::SubjectId;
use vatra_core::providers::{AuditSink, LogCursor, LogCursors, LogEvent, LogSource, ProviderError};
use vatra_core::store::{Store, StoreError};
use vatra_providers::mlog::Forwarder;

/// For how long a host brings trails alone, in seconds: longer than one batch takes.
const ALONE: i64 = 240;
/// How long it waits when everything is there.
const ROUND: Duration = Duration::from_secs(15);
/// How long after a failure.
const AFTER_FAILURE: Duration = Duration::from_secs(60);
/// How many people are named in one event.
const NAMED: usize = 1_000;

fn failed(error: StoreError) -> ProviderError {
    ProviderError::Unavailable { service: "storage", cause: error.to_string() }
}

/// How far each trail is, in storage.
struct Places(Arc<dyn Store>);

#[async_trait]
impl LogCursors for Places {
    async fn load(&self, trail: &str) -> Result<LogCursor, ProviderError> {
        let Some(text) = self.0.bookmark(&format!("mlog:{trail}")).await.map_err(failed)? else { return Ok(LogCursor::default()) };
        let unreadable = |_| ProviderError::Unavailable { service: "storage", cause: "how far the trail is at MLog cannot be read".into() };
        let (done, begun) = serde_json::from_str(&text).map_err(unreadable)?;
        Ok(LogCursor { done, begun })
    }
    async fn save(&self, trail: &str, cursor: &LogCursor) -> Result<(), ProviderError> {
        let text = serde_json::json!([cursor.done, cursor.begun]).to_string();
        self.0.set_bookmark(&format!("mlog:{trail}"), Some(&text)).await.map_err(failed)
    }
}

/// One municipality's trail.
struct Trail {
    store: Arc<dyn Store>,
    tenant: Tenant,
}

#[async_trait]
impl LogSource for Trail {
    async fn after(&self, _: &str, place: u64, most: usize) -> Result<Vec<(u64, LogEvent)>, ProviderError> {
        let limit = u32::try_from(most).unwrap_or(u32::MAX);
        let rows = self.store.audit_after(self.tenant.id, place, limit).await.map_err(failed)?;
        let mut ids: Vec<SubjectId> =
            rows.iter().flat_map(|row| row.entry.actor.into_iter().chain(row.entry.about.iter().copied())).collect();
        ids.sort_unstable();
        ids.dedup();
        let mut people = BTreeMap::new();
        for some in ids.chunks(500) {
            let found = self.store.people(self.tenant.id, some).await.map_err(failed)?;
            people.extend(found.into_iter().filter_map(|subject| Some((subject.id, subject.idn?))));
        }
        Ok(rows.iter().map(|row| (row.sequence, event(&self.tenant, row, &people))).collect())
    }
}

/// A row as MLog has it: looks at people under the types that the state keeps for them, everything else under our own.
fn event(tenant: &Tenant, row: &AuditRow, people: &BTreeMap<SubjectId, String>) -> LogEvent {
    let entry = &row.entry;
    let idn = |id: &SubjectId| people.get(id).cloned();
    let kind = match entry.kind {
        AuditKind::Look => "System.PersonalData.Access".to_owned(),
        AuditKind::Export => "System.PersonalData.Export".to_owned(),
        kind => format!("Vatra.{}", kind.code()),
    };
    let mut fields = BTreeMap::new();
    let mut put = |name: &str, value: String| {
        if !value.is_empty() {
            fields.insert(name.to_owned(), value);
        }
    };
    put("event_source", "vatra".into());
    put("event_correlation", entry.call.to_string());
    put("event_message", entry.what.clone());
    put("event_details", entry.detail.clone());
    put("legal_entity", tenant.idno.clone());
    put("legal_basis", entry.legal_basis.clone());
    put("vatra_channel", entry.channel.code().to_owned());
    put("vatra_hash", hex::encode(row.hash));
    put("object", entry.module.as_ref().map(|module| module.to_string()).unwrap_or_default());
    put("user", entry.actor.as_ref().and_then(idn).unwrap_or_default());
    match entry.about.as_slice() {
        [] => {}
        [one] => put("subject", idn(one).unwrap_or_default()),
        several => {
            let named: Vec<String> = several.iter().take(NAMED).filter_map(idn).collect();
            put("vatra_subjects", named.join(" "));
            put("vatra_subjects_count", several.len().to_string());
        }
    }
    LogEvent { id: format!("{}-{}", tenant.id, row.sequence), time: entry.at, kind, fields }
}

impl App {
    /// Brings what MLog does not have yet, unless another host does; how many rows that were.
    ///
    /// # Errors
    /// The first municipality's failure, after the others were tried.
    pub async fn forward_trails(&self, sink: &Arc<dyn AuditSink>) -> Result<usize, ProviderError> {
        let mut brought = 0;
        let mut first = None;
        for tenant in self.store.tenants().await.map_err(failed)? {
            let trail = tenant.id.to_string();
            let forwarder = Forwarder {
                sink: sink.clone(),
                source: Arc::new(Trail { store: self.store.clone(), tenant }),
                cursors: Arc::new(Places(self.store.clone())),
                trail,
            };
            loop {
                if !self.alone_for("mlog", ALONE).await.map_err(failed)? {
                    return Ok(brought);
                }
                match forwarder.step().await {
                    Ok(0) => break,
                    Ok(rows) => brought += rows,
                    Err(error) => {
                        let down = matches!(error, ProviderError::Unavailable { .. });
                        first.get_or_insert(error);
                        if down {
                            return first.map_or(Ok(brought), Err);
                        }
                        break;
                    }
                }
            }
        }
        first.map_or(Ok(brought), Err)
    }

    /// Keeps bringing the trails to MLog, for ever.
    pub(crate) async fn keep_forwarding(self: Arc<Self>, sink: Arc<dyn AuditSink>) {
        loop {
            let wait = match self.forward_trails(&sink).await {
                Ok(_) => ROUND,
                Err(error) => {
                    tracing::error!("the audit trail waits for MLog: {error}");
                    AFTER_FAILURE
                }
            };
            tokio::time::sleep(wait).await;
        }
    }
}
