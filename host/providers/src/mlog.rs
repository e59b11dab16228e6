//! MLog: events as JSON lines, signed together as one JWS (compact, RS256); and the forwarder that brings a trail there row by row, none twice.
//!
//! MLog keeps what it gets. So a batch has a name, which is noted durably before it leaves and stands in each of its events. When the answer was lost,
//! MLog is asked which events of that name it has, and only the others are sent again.

use crate::rest::{json, refused, unexpected, with_query};
use crate::transport::{Call, Client as Transport, Method, StatusCode, System};
use async_trait::async_trait;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde_json::{Map, Value};
use std::collections::BTreeSet;
use std::sync::Arc;
use vatra_core::clock::Instant;
use vatra_core::providers::{AuditSink, LogCursor, LogCursors, LogEvent, LogSource, ProviderError, Registered};
use vatra_xmlsec::Suite;

/// How the service is called in messages and metrics.
pub const SERVICE: &str = "MLog";
/// One request, in bytes.
pub const LARGEST: usize = 256 * 1024;
/// A string, in bytes.
const LONGEST: usize = 32_766;
/// What a signature and its header take, generously; and base64 makes four bytes of three.
const PAYLOAD: usize = (LARGEST - 2_048) / 4 * 3;
/// The field that holds a batch's name.
const BATCH: &str = "vatra_batch";
/// Events in a batch at most.
const MOST: usize = 200;
const A_PAGE: usize = 500;
/// MLog answers with no more than this of a search.
const SEARCH_LIMIT: usize = 10_000;

/// MLog's client.
pub struct Client {
    /// To MLog.
    pub transport: Arc<Transport>,
    /// Our certificate, whose key signs.
    pub system: Arc<System>,
    /// On what legal basis we look up what we registered.
    pub search_basis: String,
}

#[derive(Deserialize)]
struct Acknowledged {
    status: Value,
    #[serde(rename = "UID")]
    uid: String,
}

#[derive(Deserialize)]
struct Found {
    #[serde(default)]
    result: Vec<Map<String, Value>>,
}

/// An event as a line of JSON.
fn line(event: &LogEvent) -> Result<String, ProviderError> {
    let mut fields: Map<String, Value> = event.fields.iter().map(|(name, value)| (name.clone(), Value::from(value.as_str()))).collect();
    if fields.keys().any(|name| name.starts_with(['_', '@'])) {
        return Err(refused(SERVICE, "an event has a field whose name is reserved"));
    }
    for (name, value) in [("event_id", event.id.clone()), ("event_time", event.time.rfc3339()), ("event_type", event.kind.clone())] {
        fields.insert(name.to_owned(), Value::from(value));
    }
    if fields.values().any(|value| value.as_str().is_some_and(|text| text.len() > LONGEST)) {
        return Err(refused(SERVICE, "an event has a text of more than 32 KB"));
    }
    Ok(Value::Object(fields).to_string())
}

impl Client {
    /// Compact JWS over some lines.
    fn signed(&self, payload: &str) -> Result<String, ProviderError> {
        let key = self.system.signing();
        let serial: String = key.certificate().serial().iter().map(|byte| format!("{byte:02x}")).collect();
        let header = serde_json::json!({ "alg": "RS256", "kid": serial }).to_string();
        let signed = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(payload));
        let signature = key.sign(Suite::RsaSha256, signed.as_bytes()).map_err(|_| refused(SERVICE, "the events could not be signed"))?;
        Ok(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }
}

#[async_trait]
impl AuditSink for Client {
    async fn register(&self, events: &[LogEvent]) -> Result<Registered, ProviderError> {
        let lines = events.iter().map(line).collect::<Result<Vec<_>, _>>()?;
        let body = self.signed(&lines.join("\n"))?;
        if body.len() > LARGEST {
            return Err(refused(SERVICE, "the events are larger than 256 KB together"));
        }
        let call = Call::new(Method::POST, "/register").body("application/jose", body).repeatable(false);
        let answer = self.transport.send(call).await?;
        match answer.status {
            StatusCode::OK => {}
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => return Err(refused(SERVICE, "it does not accept our signature or system")),
            StatusCode::BAD_REQUEST => return Err(refused(SERVICE, "it does not accept the events")),
            StatusCode::PAYLOAD_TOO_LARGE => return Err(refused(SERVICE, "the events are too large")),
            _ => return Err(unexpected(SERVICE, &answer)),
        }
        let Acknowledged { status, uid } = json(SERVICE, &answer)?;
        let good = status == "200" || status == 200;
        if good { Ok(Registered { uid }) } else { Err(refused(SERVICE, "it does not acknowledge the events")) }
    }

    async fn registered(&self, field: &str, value: &str, from: Instant, to: Instant) -> Result<Vec<String>, ProviderError> {
        let plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'));
        if !plain(field) || !plain(value) {
            return Err(refused(SERVICE, "a filter has letters, digits, '_', '-' and '.' only"));
        }
        let (from, to, filter) = (from.rfc3339(), to.rfc3339(), format!("{field}={value}"));
        let mut ids = Vec::new();
        for page in 0..SEARCH_LIMIT / A_PAGE {
            let (page, size) = (page.to_string(), A_PAGE.to_string());
            let fields = [
                ("event_time_from", from.as_str()),
                ("event_time_to", to.as_str()),
                ("legal_basis", self.search_basis.as_str()),
                ("filter", filter.as_str()),
                ("page", page.as_str()),
                ("page_size", size.as_str()),
            ];
            let answer = self.transport.send(Call::new(Method::GET, with_query("/query", &fields))).await?;
            let found: Found = match answer.status {
                StatusCode::OK => json(SERVICE, &answer)?,
                // «No data found for provided parameters.»
                StatusCode::NOT_FOUND => Found { result: Vec::new() },
                StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => return Err(refused(SERVICE, "it does not let us search")),
                _ => return Err(unexpected(SERVICE, &answer)),
            };
            let last = found.result.len() < A_PAGE;
            ids.extend(found.result.iter().filter_map(|event| event.get("event_id").and_then(Value::as_str)).map(str::to_owned));
            if last {
                return Ok(ids);
            }
        }
        Err(refused(SERVICE, "too many events to look through"))
    }
}

/// Brings a trail to MLog.
pub struct Forwarder {
    /// MLog.
    pub sink: Arc<dyn AuditSink>,
    /// Our trail.
    pub source: Arc<dyn LogSource>,
    /// How far it is.
    pub cursors: Arc<dyn LogCursors>,
    /// The trail's name; one forwarder for each.
    pub trail: String,
}

impl Forwarder {
    /// Brings the next batch; how many rows are at MLog for certain that were not before.
    ///
    /// # Errors
    /// When MLog or our own storage fails. Nothing is lost by it, and nothing is there twice: the next step goes on where this one was interrupted.
    pub async fn step(&self) -> Result<usize, ProviderError> {
        let cursor = self.cursors.load(&self.trail).await?;
        match cursor.begun.clone() {
            Some((end, name)) => self.finish(&cursor, end, &name).await,
            None => self.begin(cursor).await,
        }
    }

    async fn begin(&self, cursor: LogCursor) -> Result<usize, ProviderError> {
        let rows = self.source.after(&self.trail, cursor.done, MOST).await?;
        let mut batch = Vec::new();
        let (mut size, mut end) = (0, cursor.done);
        for (place, event) in rows {
            // With room for the batch's name.
            let length = line(&event)?.len() + 128;
            if size + length > PAYLOAD && !batch.is_empty() {
                break;
            }
            size += length;
            end = place;
            batch.push(event);
        }
        if batch.is_empty() {
            return Ok(0);
        }
        // Said anew for each try, so that what an older one brought is not taken for this one's.
        let name = format!("b{}-{end}-{}", cursor.done, uuid::Uuid::now_v7().simple());
        let begun = LogCursor { begun: Some((end, name.clone())), ..cursor };
        self.cursors.save(&self.trail, &begun).await?;
        self.send(batch, end, &name).await
    }

    /// What became of a batch whose answer was lost, or before which we were killed.
    async fn finish(&self, cursor: &LogCursor, end: u64, name: &str) -> Result<usize, ProviderError> {
        let rows = self.source.after(&self.trail, cursor.done, MOST).await?;
        let batch: Vec<LogEvent> = rows.into_iter().filter(|(place, _)| *place <= end).map(|(_, event)| event).collect();
        let count = batch.len();
        let times = batch.iter().map(|event| event.time);
        let (Some(first), Some(last)) = (times.clone().min(), times.max()) else {
            return Err(refused(SERVICE, "rows of our trail that began to leave are no longer there"));
        };
        let there: BTreeSet<String> = self.sink.registered(BATCH, name, first, last.plus_seconds(1)).await?.into_iter().collect();
        let missing: Vec<LogEvent> = batch.into_iter().filter(|event| !there.contains(&event.id)).collect();
        if missing.is_empty() {
            self.cursors.save(&self.trail, &LogCursor { done: end, begun: None }).await?;
            return Ok(count);
        }
        self.send(missing, end, name).await?;
        Ok(count)
    }

    async fn send(&self, mut batch: Vec<LogEvent>, end: u64, name: &str) -> Result<usize, ProviderError> {
        for event in &mut batch {
            event.fields.insert(BATCH.to_owned(), name.to_owned());
        }
        self.sink.register(&batch).await?;
        self.cursors.save(&self.trail, &LogCursor { done: end, begun: None }).await?;
        Ok(batch.len())
    }
}
