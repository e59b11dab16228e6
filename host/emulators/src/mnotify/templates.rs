//! Templates with variables: `{{name}}`.

use super::Emulator;
use crate::web::{Pairs, field};
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use uuid::Uuid;
use vatra_core::clock::Instant;
use vatra_core::manifest::Language;

/// Words in three languages.
#[derive(Clone, Deserialize, Default)]
pub(super) struct Words {
    #[serde(alias = "Ro")]
    pub(super) ro: String,
    #[serde(default, alias = "Ru")]
    pub(super) ru: Option<String>,
    #[serde(default, alias = "En")]
    pub(super) en: Option<String>,
}

impl Words {
    pub(super) fn get(&self, language: Language) -> &str {
        let wanted = match language {
            Language::Ro => None,
            Language::Ru => self.ru.as_deref(),
            Language::En => self.en.as_deref(),
        };
        wanted.filter(|text| !text.is_empty()).unwrap_or(&self.ro)
    }

    pub(super) fn filled(&self, variables: &Map<String, Value>) -> Words {
        let fill = |text: &str| {
            variables.iter().fold(text.to_owned(), |text, (name, value)| {
                let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                text.replace(&format!("{{{{{name}}}}}"), &value)
            })
        };
        Words { ro: fill(&self.ro), ru: self.ru.as_deref().map(fill), en: self.en.as_deref().map(fill) }
    }

    fn json(&self) -> Value {
        json!({ "ro": self.ro, "ru": self.ru, "en": self.en })
    }
}

#[derive(Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Template {
    pub(super) name: String,
    #[serde(default)]
    pub(super) description: String,
    pub(super) subject: Words,
    pub(super) body: Words,
    #[serde(default)]
    pub(super) body_short: Words,
    #[serde(skip)]
    pub(super) created: Option<Instant>,
}

impl Template {
    pub(super) fn filled(&self, variables: &Map<String, Value>) -> Self {
        Self {
            subject: self.subject.filled(variables),
            body: self.body.filled(variables),
            body_short: self.body_short.filled(variables),
            ..self.clone()
        }
    }

    fn json(&self, id: Uuid) -> Value {
        let created = self.created.map(Instant::rfc3339);
        json!({
            "id": id,
            "name": self.name,
            "description": self.description,
            "subject": self.subject.json(),
            "body": self.body.json(),
            "bodyShort": self.body_short.json(),
            "createdAt": created,
            "lastUpdatedAt": created,
            "createdBy": "system",
            "lastUpdatedBy": "system",
        })
    }
}

fn read(body: &[u8]) -> Option<Template> {
    serde_json::from_slice::<Template>(body)
        .ok()
        .filter(|each| !each.name.is_empty() && each.name.chars().count() <= 50 && !each.subject.ro.is_empty())
}

pub(super) async fn create(State(emulator): State<Emulator>, body: Bytes) -> Response {
    let Some(mut template) = read(&body) else { return StatusCode::BAD_REQUEST.into_response() };
    template.created = Some(emulator.inner.clock.now());
    let id = Uuid::now_v7();
    emulator.state().templates.insert(id, template);
    Json(id).into_response()
}

pub(super) async fn list(State(emulator): State<Emulator>) -> Response {
    let all: Vec<Value> = emulator.state().templates.iter().map(|(id, template)| template.json(*id)).collect();
    Json(all).into_response()
}

pub(super) async fn show(State(emulator): State<Emulator>, Path(id): Path<Uuid>) -> Response {
    match emulator.state().templates.get(&id) {
        Some(template) => Json(template.json(id)).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

pub(super) async fn change(State(emulator): State<Emulator>, Path(id): Path<Uuid>, body: Bytes) -> Response {
    let Some(mut template) = read(&body) else { return StatusCode::BAD_REQUEST.into_response() };
    let mut state = emulator.state();
    let Some(known) = state.templates.get_mut(&id) else { return StatusCode::NOT_FOUND.into_response() };
    template.created = known.created;
    *known = template;
    Json(id).into_response()
}

pub(super) async fn delete(State(emulator): State<Emulator>, Path(id): Path<Uuid>) -> Response {
    match emulator.state().templates.remove(&id) {
        Some(_) => Json(id).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// By GET with the variables in the query, or by POST with them in the body: the guide has both.
pub(super) async fn check(State(emulator): State<Emulator>, Path(id): Path<Uuid>, Query(query): Query<Pairs>, body: Bytes) -> Response {
    let posted =
        serde_json::from_slice::<Value>(&body).ok().and_then(|body| body.get("variables").and_then(Value::as_str).map(str::to_owned));
    let text = posted.unwrap_or_else(|| field(&query, "variables").to_owned());
    let variables: Map<String, Value> = if text.is_empty() { Map::new() } else { serde_json::from_str(&text).unwrap_or_default() };
    match emulator.state().templates.get(&id) {
        Some(template) => Json(template.filled(&variables).json(id)).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
