//! The contract of [`AuditSink`].

use super::{Broken, holds};
use std::collections::BTreeMap;
use vatra_core::clock::Instant;
use vatra_core::providers::{AuditSink, LogEvent, ProviderError};

/// An event of the contract's run.
#[must_use]
pub fn event(run: &str, at: u64, time: Instant) -> LogEvent {
    let fields = [("event_correlation", run), ("legal_basis", "Legea nr. 133/2011"), ("legal_reason", "Verificarea contractului")];
    LogEvent {
        id: format!("{run}-{at}"),
        time,
        kind: "Vatra.Contract.Checked".to_owned(),
        fields: fields.map(|(name, value)| (name.to_owned(), value.to_owned())).into(),
    }
}

/// Everything; registers three events.
///
/// # Errors
/// [`Broken`], with the first sentence that does not hold.
pub async fn audit_sink<S: AuditSink + ?Sized>(sink: &S, now: Instant) -> Result<(), Broken> {
    let failed = |error: ProviderError| Broken(format!("a good request is done: {error}"));
    let run = uuid::Uuid::now_v7().simple().to_string();
    let events: Vec<LogEvent> = (0..3).map(|at| event(&run, at, now.plus_seconds(-10))).collect();
    let registered = sink.register(&events).await.map_err(failed)?;
    holds(!registered.uid.is_empty(), "what was registered has a UID")?;
    let (from, to) = (now.plus_seconds(-60), now);
    let mut found = sink.registered("event_correlation", &run, from, to).await.map_err(failed)?;
    found.sort();
    holds(found == events.iter().map(|event| event.id.clone()).collect::<Vec<_>>(), "what was registered is found, once")?;
    holds(sink.registered("event_correlation", &run, to, to.plus_seconds(60)).await.map_err(failed)?.is_empty(), "and at its time only")?;
    holds(sink.registered("event_correlation", "another", from, to).await.map_err(failed)?.is_empty(), "and by its own fields")?;
    let reserved = LogEvent { fields: BTreeMap::from([("_index".to_owned(), "x".to_owned())]), ..event(&run, 9, now) };
    let long = LogEvent { fields: BTreeMap::from([("event_message".to_owned(), "x".repeat(32_767))]), ..event(&run, 9, now) };
    let many = (0..3_000).map(|at| event(&run, at, now)).collect::<Vec<_>>();
    for wrong in [vec![reserved], vec![long], many] {
        holds(matches!(sink.register(&wrong).await, Err(ProviderError::Refused { .. })), "what MLog does not take is refused")?;
    }
    holds(matches!(sink.registered("event_id", "a,b=c", from, to).await, Err(ProviderError::Refused { .. })), "a filter cannot be widened")
}
