//! MNotify's addresses for information systems. Paths are taken in lower case as well, and in the plural.

use super::templates::{self, Words};
use super::{Emulator, Fault, Letter, Record, within};
use crate::fault::Emulated;
use crate::web::{Pairs, field};
use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, Query, Request, State};
use axum::http::StatusCode;
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Json, Response};
use axum::routing::get;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use uuid::Uuid;
use vatra_core::clock::Instant;
use vatra_core::providers::NoticeStanding;

const LARGEST_ATTACHMENTS: usize = 10 * 1024 * 1024;
const EXTENSIONS: [&str; 7] = ["jpeg", "jpg", "png", "txt", "pdf", "csv", "xls"];

pub(super) fn routes() -> Router<Emulator> {
    let mut router = Router::new();
    for (notification, template) in
        [("/api/Notification", "/api/Template"), ("/api/notification", "/api/template"), ("/api/Notifications", "/api/Templates")]
    {
        router = router
            .route(notification, get(list).post(send))
            .route(&format!("{notification}/{{id}}"), get(show).delete(cancel))
            .route(template, get(templates::list).post(templates::create))
            .route(&format!("{template}/{{id}}"), get(templates::show).put(templates::change).delete(templates::delete))
            .route(&format!("{template}/{{id}}/check"), get(templates::check).post(templates::check));
    }
    router.layer(middleware::from_fn(lose_answers)).layer(DefaultBodyLimit::max(16 * 1024 * 1024))
}

/// A response that the fault switch loses after the work was done is marked by an extension.
#[derive(Clone)]
struct Loses;

async fn lose_answers(request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    if response.extensions().get::<Loses>().is_some() { StatusCode::GATEWAY_TIMEOUT.into_response() } else { response }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Notification {
    #[serde(default)]
    subject: Option<Words>,
    #[serde(default)]
    body: Option<Words>,
    #[serde(default)]
    body_short: Option<Words>,
    priority: String,
    #[serde(default)]
    template: Option<TemplateUse>,
    recipients: Vec<Recipient>,
    #[serde(default)]
    resolution_policy: Option<Policy>,
    #[serde(default)]
    attachments: Vec<Attachment>,
}

#[derive(Deserialize)]
struct TemplateUse {
    id: Uuid,
    #[serde(default)]
    variables: Option<String>,
}

#[derive(Deserialize)]
struct Recipient {
    #[serde(rename = "type")]
    kind: String,
    value: String,
}

#[derive(Deserialize)]
struct Policy {
    #[serde(rename = "type")]
    kind: String,
    parameters: Parameters,
}

#[derive(Deserialize)]
struct Parameters {
    direction: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Attachment {
    file_name: String,
    base64: String,
}

impl Notification {
    /// What is wrong with it.
    fn check(&self) -> Result<Vec<(String, usize)>, &'static str> {
        if !["Low", "Medium", "High"].contains(&self.priority.as_str()) {
            return Err("priority");
        }
        let valid = |recipient: &Recipient| match recipient.kind.as_str() {
            "IDNP" | "IDNO" => recipient.value.len() == 13 && recipient.value.bytes().all(|byte| byte.is_ascii_digit()),
            "Email" => recipient.value.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.')),
            "Telephone" => recipient.value.len() >= 8,
            _ => false,
        };
        if self.recipients.is_empty() || !self.recipients.iter().all(valid) {
            return Err("recipients");
        }
        let policy = |policy: &Policy| {
            ["IDNO", "IDNV", "CadastralNumber", "PlateNumber"].contains(&policy.kind.as_str())
                && ["Owner", "Administrator", "Founder"].contains(&policy.parameters.direction.as_str())
        };
        if self.resolution_policy.as_ref().is_some_and(|given| !policy(given)) {
            return Err("resolutionPolicy");
        }
        let texts = [&self.subject, &self.body, &self.body_short];
        if self.template.is_none() && texts.iter().any(|text| text.as_ref().is_none_or(|words| words.ro.is_empty())) {
            return Err("subject, body, bodyShort");
        }
        let mut files = Vec::new();
        for file in &self.attachments {
            let known = file.file_name.rsplit_once('.').is_some_and(|(_, kind)| EXTENSIONS.contains(&kind.to_ascii_lowercase().as_str()));
            let bytes = STANDARD.decode(&file.base64).map_err(|_| "attachments")?;
            if !known {
                return Err("attachments");
            }
            files.push((file.file_name.clone(), bytes.len()));
        }
        if files.iter().map(|(_, size)| size).sum::<usize>() > LARGEST_ATTACHMENTS { Err("attachments") } else { Ok(files) }
    }
}

async fn send(State(emulator): State<Emulator>, body: Bytes) -> Response {
    if emulator.fault().get() == Some(Fault::Forbidden) {
        return StatusCode::FORBIDDEN.into_response();
    }
    let Ok(notification) = serde_json::from_slice::<Notification>(&body) else { return StatusCode::BAD_REQUEST.into_response() };
    let attachments = match notification.check() {
        Ok(attachments) => attachments,
        Err(what) => return (StatusCode::BAD_REQUEST, what).into_response(),
    };
    let now = emulator.inner.clock.now();
    let mut state = emulator.state();
    let (subject, body, short) = match &notification.template {
        Some(used) => {
            let Some(template) = state.templates.get(&used.id) else { return (StatusCode::BAD_REQUEST, "template").into_response() };
            let variables: Map<String, Value> = match used.variables.as_deref().map(serde_json::from_str).transpose() {
                Ok(variables) => variables.unwrap_or_default(),
                Err(_) => return (StatusCode::BAD_REQUEST, "variables").into_response(),
            };
            let filled = template.filled(&variables);
            (filled.subject, filled.body, filled.body_short)
        }
        None => {
            (notification.subject.unwrap_or_default(), notification.body.unwrap_or_default(), notification.body_short.unwrap_or_default())
        }
    };
    let letter = |Recipient { kind, value }: Recipient| {
        let preference = state.preference(&kind, &value);
        let brief = matches!(preference.channel, "SMS" | "Viber" | "Web push");
        let text = if brief { &short } else { &body };
        Letter {
            id: Uuid::now_v7(),
            channel: preference.channel,
            subject: subject.get(preference.language).to_owned(),
            text: text.get(preference.language).to_owned(),
            from: within(preference.hours, now),
            read: None,
            kind,
            value,
        }
    };
    let letters = notification.recipients.into_iter().map(letter).collect();
    let id = Uuid::now_v7();
    let fails = emulator.fault().get() == Some(Fault::Undeliverable);
    state.records.insert(id, Record { created: now, letters, attachments, cancelled: None, fails });
    let mut response = Json(id).into_response();
    if emulator.fault().get() == Some(Fault::AnswerLost) {
        response.extensions_mut().insert(Loses);
    }
    response
}

async fn list(State(emulator): State<Emulator>, Query(query): Query<Pairs>) -> Response {
    let page: usize = field(&query, "Page").parse().unwrap_or(1);
    let size: usize = field(&query, "ItemsPerPage").parse().unwrap_or(10);
    let now = emulator.inner.clock.now();
    let state = emulator.state();
    let mut all: Vec<(&Uuid, &Record)> = state.records.iter().collect();
    if field(&query, "OrderField").to_ascii_lowercase().contains("desc") {
        all.reverse();
    }
    let shown: Vec<Value> = all
        .into_iter()
        .skip(page.saturating_sub(1) * size)
        .take(size)
        .map(|(id, record)| {
            let created = record.created.rfc3339();
            json!({ "id": id, "status": record.standing(now).name(), "createdAt": created, "lastUpdatedAt": created, "createdBy": "system", "lastUpdatedBy": "system" })
        })
        .collect();
    Json(shown).into_response()
}

async fn show(State(emulator): State<Emulator>, Path(id): Path<Uuid>) -> Response {
    let now = emulator.inner.clock.now();
    let state = emulator.state();
    let Some(record) = state.records.get(&id) else { return StatusCode::NOT_FOUND.into_response() };
    let standing = record.standing(now);
    // Before they are resolved, recipients are not told.
    let told = if standing == NoticeStanding::Pending { &[][..] } else { record.letters.as_slice() };
    let recipients: Vec<Value> = told.iter().map(|letter| recipient(record, letter, now)).collect();
    Json(json!({ "id": id, "status": standing.name(), "recipients": recipients })).into_response()
}

fn recipient(record: &Record, letter: &Letter, now: Instant) -> Value {
    let (standing, at) = record.standing_of(letter, now);
    json!({
        "value": letter.value,
        "type": letter.kind,
        "isLegal": letter.kind == "IDNO",
        "messages": [{
            "messageId": letter.id,
            "subject": letter.subject,
            "status": standing.name(),
            "channel": letter.channel,
            "createdAt": record.created.rfc3339(),
            "lastUpdatedAt": at.rfc3339(),
            "createdBy": "system",
            "lastUpdatedBy": "system",
        }],
    })
}

async fn cancel(State(emulator): State<Emulator>, Path(id): Path<Uuid>) -> Response {
    let now = emulator.inner.clock.now();
    let mut state = emulator.state();
    let Some(record) = state.records.get_mut(&id) else { return StatusCode::NOT_FOUND.into_response() };
    let left = |letter: &Letter| {
        !matches!(record.standing_of(letter, now).0, NoticeStanding::Pending | NoticeStanding::Resolving | NoticeStanding::Sending)
    };
    if record.letters.iter().any(left) {
        return StatusCode::CONFLICT.into_response();
    }
    record.cancelled = Some(now);
    Json(id).into_response()
}
