//! The bus' addresses: producing in three forms, consuming by long polling.

use super::{Emulator, Fault, Instance, LARGEST_EVENT, LARGEST_REQUEST};
use crate::fault::Emulated;
use crate::web::{Pairs, field};
use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, Query, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, post};
use serde_json::{Map, Value};
use std::sync::PoisonError;

const BRIDGE: &str = "b1";

pub(super) fn routes() -> Router<Emulator> {
    Router::new()
        .route("/ce/produce/raw", post(produce_raw))
        .route("/ce/produce/event", post(produce_event))
        .route("/ce/produce/events", post(produce_events))
        .route("/ce/consumers", post(create))
        .route("/b1/ce/consumers/{group}/instances/{instance}", delete(remove))
        .route("/b1/ce/consumers/{group}/instances/{instance}/{what}", get(poll).post(confirm_or_bury))
        .layer(DefaultBodyLimit::max(LARGEST_REQUEST))
        .layer(middleware::from_fn(lose_answers))
}

/// A response that the fault switch loses after the work was done is marked by an extension.
#[derive(Clone)]
struct Loses;

async fn lose_answers(request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    if response.extensions().get::<Loses>().is_some() { StatusCode::GATEWAY_TIMEOUT.into_response() } else { response }
}

impl Emulator {
    fn answer(&self, response: impl IntoResponse) -> Response {
        let mut response = response.into_response();
        if self.fault().get() == Some(Fault::AnswerLost) {
            response.extensions_mut().insert(Loses);
        }
        response
    }

    fn unauthorized(&self) -> bool {
        self.fault().get() == Some(Fault::Unauthorized)
    }

    fn produce(&self, events: Vec<Value>) -> Response {
        if self.unauthorized() {
            return StatusCode::UNAUTHORIZED.into_response();
        }
        if events.iter().any(|event| event.to_string().len() > LARGEST_EVENT) {
            return StatusCode::PAYLOAD_TOO_LARGE.into_response();
        }
        match self.keep(events) {
            Ok(()) => self.answer(StatusCode::ACCEPTED),
            Err(wrong) => (StatusCode::UNPROCESSABLE_ENTITY, wrong).into_response(),
        }
    }
}

/// The attributes in `ce-` headers, and the data.
fn raw(headers: &HeaderMap, body: &[u8]) -> Option<Value> {
    let kind = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    let mut event = Map::new();
    for (name, value) in headers {
        if let Some(name) = name.as_str().strip_prefix("ce-") {
            event.insert(name.to_owned(), Value::from(value.to_str().ok()?));
        }
    }
    if kind.starts_with("application/json") {
        event.insert("data".to_owned(), serde_json::from_slice(body).ok()?);
    } else if kind.starts_with("text/plain") {
        event.insert("data".to_owned(), Value::from(std::str::from_utf8(body).ok()?));
    } else if kind.starts_with("application/octet-stream") {
        use base64::Engine;
        event.insert("data_base64".to_owned(), Value::from(base64::engine::general_purpose::STANDARD.encode(body)));
        event.insert("data".to_owned(), Value::Null);
    } else {
        return None;
    }
    Some(Value::Object(event))
}

fn is(headers: &HeaderMap, kind: &str) -> bool {
    headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).is_some_and(|value| value.split(';').next() == Some(kind))
}

async fn produce_raw(State(emulator): State<Emulator>, headers: HeaderMap, body: Bytes) -> Response {
    match raw(&headers, &body) {
        Some(event) => emulator.produce(vec![event]),
        None => StatusCode::BAD_REQUEST.into_response(),
    }
}

async fn produce_event(State(emulator): State<Emulator>, headers: HeaderMap, body: Bytes) -> Response {
    match serde_json::from_slice::<Value>(&body) {
        Ok(event) if event.is_object() && is(&headers, "application/cloudevents+json") => emulator.produce(vec![event]),
        _ => StatusCode::BAD_REQUEST.into_response(),
    }
}

async fn produce_events(State(emulator): State<Emulator>, headers: HeaderMap, body: Bytes) -> Response {
    match serde_json::from_slice::<Vec<Value>>(&body) {
        Ok(events) if events.iter().all(Value::is_object) && is(&headers, "application/cloudevents-batch+json") => emulator.produce(events),
        _ => StatusCode::BAD_REQUEST.into_response(),
    }
}

async fn create(State(emulator): State<Emulator>, Query(query): Query<Pairs>, headers: HeaderMap) -> Response {
    if emulator.unauthorized() {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let group = match field(&query, "group") {
        "" => "~default",
        group => group,
    };
    let id = uuid::Uuid::now_v7().simple().to_string();
    let polled = emulator.inner.clock.now();
    emulator.state().instances.insert(id.clone(), Instance { group: group.to_owned(), told: Vec::new(), polled });
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or("localhost");
    let location = format!("https://{host}/mconnect-events/{BRIDGE}/ce/consumers/{group}/instances/{id}");
    emulator.answer((StatusCode::CREATED, [(header::LOCATION, location)]))
}

async fn remove(State(emulator): State<Emulator>, Path((_, id)): Path<(String, String)>) -> Response {
    match emulator.state().instances.remove(&id) {
        Some(_) => emulator.answer(StatusCode::NO_CONTENT),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn poll(
    State(emulator): State<Emulator>,
    Path((_, id, what)): Path<(String, String, String)>,
    Query(query): Query<Pairs>,
) -> Response {
    if what != "events" && what != "event" {
        return StatusCode::NOT_FOUND.into_response();
    }
    if field(&query, "confirm") == "true" {
        confirm(&emulator, &id, usize::MAX);
    }
    let until = tokio::time::Instant::now() + emulator.inner.hold;
    loop {
        let arrived = emulator.inner.arrived.notified();
        let again = emulator.fault().get() == Some(Fault::Twice);
        let now = emulator.inner.clock.now();
        let Some(mut events) = emulator.state().next(&id, now, again) else { return StatusCode::NOT_FOUND.into_response() };
        if !events.is_empty() {
            if what == "events" {
                let kind = [(header::CONTENT_TYPE, "application/cloudevents-batch+json")];
                return emulator.answer((kind, Value::Array(events).to_string()));
            }
            // One at a time: the others are not told.
            let mut state = emulator.state();
            if let Some(instance) = state.instances.get_mut(&id) {
                instance.told.truncate(instance.told.len() + 1 - events.len());
            }
            let kind = [(header::CONTENT_TYPE, "application/cloudevents+json")];
            return emulator.answer((kind, events.swap_remove(0).to_string()));
        }
        if tokio::time::timeout_at(until, arrived).await.is_err() {
            return emulator.answer(StatusCode::NO_CONTENT);
        }
    }
}

fn confirm(emulator: &Emulator, id: &str, offset: usize) -> bool {
    let mut state = emulator.state();
    let Some(instance) = state.instances.get(id) else { return false };
    let (group, told): (String, Vec<u64>) = (instance.group.clone(), instance.told.iter().take(offset).copied().collect());
    state.done.entry(group).or_default().extend(told);
    true
}

async fn confirm_or_bury(
    State(emulator): State<Emulator>,
    Path((_, id, what)): Path<(String, String, String)>,
    Query(query): Query<Pairs>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    match what.as_str() {
        "confirm" => {
            let offset = match field(&query, "offset") {
                "" => Ok(usize::MAX),
                offset => offset.parse(),
            };
            match offset {
                Err(_) => StatusCode::BAD_REQUEST.into_response(),
                Ok(offset) if confirm(&emulator, &id, offset) => emulator.answer(StatusCode::NO_CONTENT),
                Ok(_) => StatusCode::NOT_FOUND.into_response(),
            }
        }
        "dead" => match raw(&headers, &body) {
            None => StatusCode::BAD_REQUEST.into_response(),
            Some(event) => {
                emulator.inner.state.lock().unwrap_or_else(PoisonError::into_inner).dead.push(event);
                emulator.answer(StatusCode::ACCEPTED)
            }
        },
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}
