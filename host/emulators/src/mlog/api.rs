//! MLog's addresses: `/register` and `/query`.

use super::{Emulator, Fault};
use crate::fault::Emulated;
use crate::web::{Pairs, field};
use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Json, Response};
use axum::routing::{get, post};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use serde_json::{Map, Value, json};
use vatra_xmlsec::{KeyHint, Suite};

/// One request, in bytes.
const LARGEST: usize = 256 * 1024;
const LONGEST: usize = 32_766;

pub(super) fn routes() -> Router<Emulator> {
    Router::new()
        .route("/register", post(register))
        .route("/query", get(query))
        .route("/query/{uid}", get(by_uid))
        .layer(DefaultBodyLimit::max(LARGEST))
}

/// `YYYY-MM-dd[THH:mm:ss[.SSS][Z|±HH[mm]]]`
fn moment(text: &str) -> Option<DateTime<Utc>> {
    if let Ok(moment) = DateTime::parse_from_rfc3339(text) {
        return Some(moment.with_timezone(&Utc));
    }
    let time = text.parse::<NaiveDateTime>().ok();
    time.or_else(|| text.parse::<NaiveDate>().ok()?.and_hms_opt(0, 0, 0)).map(|moment| moment.and_utc())
}

impl Emulator {
    /// The payload of a compact JWS that one of our clients signed.
    fn opened(&self, jws: &str) -> Option<String> {
        let (signed, signature) = jws.rsplit_once('.')?;
        let (header, payload) = signed.split_once('.')?;
        let header: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(header).ok()?).ok()?;
        if header.get("alg").and_then(Value::as_str) != Some("RS256") {
            return None;
        }
        let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
        let known = self.inner.clients.candidates(&KeyHint::None, self.inner.clock.now().utc());
        let good = known.iter().any(|certificate| certificate.made(Suite::RsaSha256, signed.as_bytes(), &signature));
        good.then(|| URL_SAFE_NO_PAD.decode(payload).ok().and_then(|bytes| String::from_utf8(bytes).ok())).flatten()
    }

    /// The events of a request: plain JSON and signed lines, each perhaps of several.
    fn read(&self, body: &str) -> Result<Vec<Map<String, Value>>, StatusCode> {
        let mut events = Vec::new();
        for line in body.lines().map(str::trim).filter(|line| !line.is_empty()) {
            let text = if line.starts_with('{') { line.to_owned() } else { self.opened(line).ok_or(StatusCode::UNAUTHORIZED)? };
            for line in text.lines().filter(|line| !line.trim().is_empty()) {
                let event: Map<String, Value> = serde_json::from_str(line).map_err(|_| StatusCode::BAD_REQUEST)?;
                let time = event.get("event_time").and_then(Value::as_str).and_then(moment);
                let reserved = event.keys().any(|name| name.starts_with(['_', '@']));
                let long = event.values().any(|value| value.as_str().is_some_and(|text| text.len() > LONGEST));
                if time.is_none() || event.get("event_type").and_then(Value::as_str).is_none_or(str::is_empty) || reserved || long {
                    return Err(StatusCode::BAD_REQUEST);
                }
                events.push(event);
            }
        }
        if events.is_empty() { Err(StatusCode::BAD_REQUEST) } else { Ok(events) }
    }

    fn stamp(&self) -> String {
        self.inner.clock.now().0.to_string()
    }
}

async fn register(State(emulator): State<Emulator>, body: Bytes) -> Response {
    let fault = emulator.fault().get();
    let events = match std::str::from_utf8(&body).map_err(|_| StatusCode::BAD_REQUEST).and_then(|body| emulator.read(body)) {
        _ if fault == Some(Fault::Unauthorized) => return StatusCode::UNAUTHORIZED.into_response(),
        Ok(events) => events,
        Err(status) => return status.into_response(),
    };
    let uid = uuid::Uuid::now_v7().to_string();
    let taken = if fault == Some(Fault::HalfDone) { events.len() / 2 } else { events.len() };
    {
        let mut kept = emulator.kept();
        for mut event in events.into_iter().take(taken) {
            event.insert("@uid".to_owned(), Value::from(uid.as_str()));
            kept.push(event);
        }
    }
    if matches!(fault, Some(Fault::AnswerLost | Fault::HalfDone)) {
        return StatusCode::GATEWAY_TIMEOUT.into_response();
    }
    Json(json!({ "status": "200", "message": "OK", "timestamp": emulator.stamp(), "UID": uid })).into_response()
}

async fn query(State(emulator): State<Emulator>, Query(query): Query<Pairs>) -> Response {
    let (from, to) = (moment(field(&query, "event_time_from")), moment(field(&query, "event_time_to")));
    let (Some(from), Some(to)) = (from, to) else { return StatusCode::BAD_REQUEST.into_response() };
    let size = field(&query, "page_size").parse::<usize>().unwrap_or(50).max(1);
    let page = field(&query, "page").parse::<usize>().unwrap_or(0);
    if field(&query, "legal_basis").is_empty() || page.saturating_mul(size) > 10_000 {
        return StatusCode::BAD_REQUEST.into_response();
    }
    let filter: Vec<(&str, &str)> = field(&query, "filter").split(',').filter_map(|pair| pair.split_once('=')).collect();
    let fits = |event: &&Map<String, Value>| {
        let time = event.get("event_time").and_then(Value::as_str).and_then(moment);
        time.is_some_and(|time| from <= time && time < to)
            && filter.iter().all(|(name, value)| event.get(*name).and_then(Value::as_str) == Some(*value))
    };
    let kept = emulator.kept();
    let found: Vec<Value> = kept.iter().filter(fits).cloned().map(Value::Object).collect();
    drop(kept);
    told(&emulator, found, page, size)
}

async fn by_uid(State(emulator): State<Emulator>, Path(uid): Path<String>) -> Response {
    let kept = emulator.kept();
    let found =
        kept.iter().filter(|event| event.get("@uid").and_then(Value::as_str) == Some(uid.as_str())).cloned().map(Value::Object).collect();
    drop(kept);
    told(&emulator, found, 0, 50)
}

fn told(emulator: &Emulator, found: Vec<Value>, page: usize, size: usize) -> Response {
    if found.is_empty() {
        return StatusCode::NOT_FOUND.into_response();
    }
    let count = found.len();
    let shown: Vec<Value> = found.into_iter().skip(page * size).take(size).collect();
    let body = json!({
        "status": "200",
        "message": "OK",
        "timestamp": emulator.stamp(),
        "result": shown,
        "pagination": { "record-count": count, "page-size": size },
    });
    Json(body).into_response()
}
