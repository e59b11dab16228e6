//! MLog: a trail is brought there row by row, whatever happens on the way.

use crate::house::House;
use async_trait::async_trait;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use vatra_core::clock::{Clock, Instant};
use vatra_core::providers::{AuditSink, LogCursor, LogCursors, LogEvent, LogSource, ProviderError};
use vatra_emulators::contract::audit_sink;
use vatra_emulators::fault::Emulated as _;
use vatra_emulators::fault::Trouble;
use vatra_emulators::mlog::Fault;
use vatra_providers::mlog::Forwarder;

/// A trail of so many rows, and the place that is remembered.
struct Trail {
    rows: u64,
    at: Instant,
    cursors: Mutex<HashMap<String, LogCursor>>,
    /// The next write of the cursor fails, as when the host is killed.
    killed: Mutex<bool>,
}

#[async_trait]
impl LogSource for Trail {
    async fn after(&self, _: &str, place: u64, most: usize) -> Result<Vec<(u64, LogEvent)>, ProviderError> {
        let row = |place: u64| {
            let fields = [("legal_entity", "1000000000007"), ("subject", "2900000000000"), ("event_message", "Fișa contribuabilului")];
            let event = LogEvent {
                id: format!("sculeni-{place}"),
                time: self.at.plus_seconds(i64::try_from(place).unwrap()),
                kind: "Vatra.PersonalData.Access".to_owned(),
                fields: fields.map(|(name, value)| (name.to_owned(), value.to_owned())).into(),
            };
            (place, event)
        };
        Ok((place + 1..=self.rows).take(most).map(row).collect())
    }
}

#[async_trait]
impl LogCursors for Trail {
    async fn load(&self, trail: &str) -> Result<LogCursor, ProviderError> {
        Ok(self.cursors.lock().unwrap().get(trail).cloned().unwrap_or_default())
    }
    async fn save(&self, trail: &str, cursor: &LogCursor) -> Result<(), ProviderError> {
        if cursor.begun.is_none() && std::mem::take(&mut *self.killed.lock().unwrap()) {
            return Err(ProviderError::Unavailable { service: "storage", cause: "killed".into() });
        }
        self.cursors.lock().unwrap().insert(trail.to_owned(), cursor.clone());
        Ok(())
    }
}

#[tokio::test]
async fn it_keeps_the_contract() {
    let house = House::new().await;
    audit_sink(&house.log(), house.clock.now()).await.unwrap();
    assert_eq!(house.mlog.events().len(), 3);
}

#[tokio::test]
async fn a_trail_arrives_whole_and_once_whatever_fails() {
    let house = House::new().await;
    let at = house.clock.now().plus_seconds(-86_400);
    let trail = Arc::new(Trail { rows: 5_150, at, cursors: Mutex::default(), killed: Mutex::new(false) });
    let forwarder =
        || Forwarder { sink: Arc::new(house.log()), source: trail.clone(), cursors: trail.clone(), trail: "sculeni".to_owned() };
    let mut failures = 0;
    for round in 0..60 {
        // Every fault in turn, each followed by a time without one; and a host that is killed before it notes what it did.
        let (fault, trouble) = match round % 10 {
            1 => (Some(Fault::AnswerLost), None),
            3 => (Some(Fault::HalfDone), None),
            5 => (Some(Fault::Unauthorized), None),
            7 => (None, Some(Trouble::Garbled)),
            _ => (None, None),
        };
        house.mlog.fault().set(fault);
        house.mlog.trouble().set(trouble);
        *trail.killed.lock().unwrap() = round % 10 == 9;
        // Each round is another process.
        failures += usize::from(forwarder().step().await.is_err());
    }
    let events = house.mlog.events();
    let ids: Vec<&str> = events.iter().map(|event| event["event_id"].as_str().unwrap()).collect();
    let mut sorted: Vec<u64> = ids.iter().map(|id| id.strip_prefix("sculeni-").unwrap().parse().unwrap()).collect();
    sorted.sort_unstable();
    assert_eq!(sorted, (1..=5_150).collect::<Vec<u64>>(), "nothing is lost and nothing doubled");
    assert_eq!(trail.load("sculeni").await.unwrap(), LogCursor { done: 5_150, begun: None });
    assert!(failures >= 10, "{failures}");
}

#[tokio::test]
async fn what_a_stranger_signed_or_changed_is_refused() {
    use vatra_providers::transport::{Call, Method, Style};
    let house = House::new().await;
    let transport = house.transport("MLog", "mlog", Style::Rest);
    let send = async |body: String| {
        transport.send(Call::new(Method::POST, "/register").body("application/jose", body)).await.unwrap().status.as_u16()
    };
    let plain = r#"{"event_type":"Vatra.Test.Done","event_time":"2026-09-01T10:00:00Z"}"#;
    assert_eq!(send(plain.to_owned()).await, 200, "plain events are taken by the contract");
    let event =
        vatra_core::providers::LogEvent { id: "1".into(), time: house.clock.now(), kind: "Vatra.Test.Done".into(), fields: [].into() };
    house.log().register(std::slice::from_ref(&event)).await.unwrap();
    // A line as ours, with a signature of nobody's.
    let forged = "eyJhbGciOiJSUzI1NiJ9.eyJldmVudF90eXBlIjoiWC5ZLloiLCJldmVudF90aW1lIjoiMjAyNi0wOS0wMSJ9.AAAA";
    assert_eq!(send(forged.to_owned()).await, 401);
    assert_eq!(send(format!("{plain}\n{forged}")).await, 401, "and with it the whole request");
    // «none» is no algorithm.
    assert_eq!(send("eyJhbGciOiJub25lIn0.eyJldmVudF90eXBlIjoiWC5ZLloiLCJldmVudF90aW1lIjoiMjAyNi0wOS0wMSJ9.".to_owned()).await, 401);
    assert_eq!(send("{".to_owned()).await, 400);
    assert_eq!(send(r#"{"event_type":"X.Y.Z"}"#.to_owned()).await, 400);
    assert_eq!(send(format!("{plain}\n").repeat(4_000)).await, 413);
    assert_eq!(house.mlog.events().len(), 2);
}
