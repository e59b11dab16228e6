//! MNotify over its REST API, and how a message is found again whose answer was lost.

mod seeker;

pub use seeker::{Known, Seeker, Sought};

use crate::rest::{json, refused, unexpected, with_query};
use crate::transport::{Answer, Call, Client as Transport, Fate, Method, StatusCode};
use async_trait::async_trait;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, NaiveDateTime};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;
use uuid::Uuid;
use vatra_core::clock::Instant;
use vatra_core::providers::{
    CalledBack, NotSent, NoticeContent, NoticeDelivery, NoticeListed, NoticeMessage, NoticePriority, NoticeReader, NoticeRecipient,
    NoticeStanding, NoticeStatus, Notices, ProviderError, Texts,
};

/// How the service is called in messages and metrics.
pub const SERVICE: &str = "MNotify";
/// All attachments together, in bytes.
const LARGEST_ATTACHMENTS: usize = 10 * 1024 * 1024;
const EXTENSIONS: [&str; 7] = ["jpeg", "jpg", "png", "txt", "pdf", "csv", "xls"];
/// Pages of a list that are read at most.
const MOST_PAGES: usize = 20;
const A_PAGE: usize = 50;

/// MNotify's client.
pub struct Client {
    /// To MNotify.
    pub transport: Arc<Transport>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Listed {
    id: Uuid,
    created_at: String,
}

#[derive(Deserialize)]
struct Status {
    status: String,
    #[serde(default)]
    recipients: Vec<Recipient>,
}

#[derive(Deserialize)]
struct Recipient {
    value: String,
    #[serde(default)]
    messages: Vec<Message>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Message {
    status: String,
    channel: String,
    #[serde(default)]
    subject: String,
    last_updated_at: String,
}

fn texts(texts: &Texts) -> Value {
    let mut out = json!({ "ro": texts.ro });
    for (language, text) in [("ru", &texts.ru), ("en", &texts.en)] {
        if let (Some(text), Some(out)) = (text, out.as_object_mut()) {
            out.insert(language.to_owned(), Value::from(text.as_str()));
        }
    }
    out
}

/// The request's body.
fn written(message: &NoticeMessage) -> Result<Value, ProviderError> {
    let size: usize = message.attachments.iter().map(|file| file.content.len()).sum();
    if size > LARGEST_ATTACHMENTS {
        return Err(refused(SERVICE, "the attachments are larger than 10 MB"));
    }
    let known =
        |name: &str| name.rsplit_once('.').is_some_and(|(_, extension)| EXTENSIONS.contains(&extension.to_ascii_lowercase().as_str()));
    if message.attachments.iter().any(|file| !known(&file.name)) {
        return Err(refused(SERVICE, "an attachment is of a type that it does not take"));
    }
    if message.recipients.is_empty() {
        return Err(refused(SERVICE, "a message has a recipient"));
    }
    let recipients: Vec<Value> =
        message.recipients.iter().map(NoticeRecipient::parts).map(|(kind, value)| json!({ "type": kind, "value": value })).collect();
    let attachments: Vec<Value> =
        message.attachments.iter().map(|file| json!({ "fileName": file.name, "base64": STANDARD.encode(&file.content) })).collect();
    let priority = match message.priority {
        NoticePriority::Low => "Low",
        NoticePriority::Medium => "Medium",
        NoticePriority::High => "High",
    };
    let mut body = json!({ "priority": priority, "recipients": recipients });
    let mut put = |name: &str, value: Value| {
        if let Some(body) = body.as_object_mut() {
            body.insert(name.to_owned(), value);
        }
    };
    match &message.content {
        NoticeContent::Template { id, variables } => {
            // Its variables travel as a text that holds JSON.
            let variables = serde_json::to_string(variables).map_err(|_| refused(SERVICE, "the variables cannot be written"))?;
            put("template", json!({ "id": id, "variables": variables }));
        }
        NoticeContent::Text { subject, body, short } => {
            for (name, text) in [("subject", subject), ("body", body), ("bodyShort", short)] {
                put(name, texts(text));
            }
        }
    }
    if message.recipients.iter().any(|recipient| matches!(recipient, NoticeRecipient::Company(_))) {
        let direction = match message.reader {
            NoticeReader::Owner => "Owner",
            NoticeReader::Administrator => "Administrator",
            NoticeReader::Founder => "Founder",
        };
        put("resolutionPolicy", json!({ "type": "IDNO", "parameters": { "direction": direction } }));
    }
    if !attachments.is_empty() {
        put("attachments", Value::Array(attachments));
    }
    Ok(body)
}

fn moment(text: &str) -> Result<Instant, ProviderError> {
    let aware = DateTime::parse_from_rfc3339(text).map(|moment| moment.timestamp_millis());
    let moment = aware.or_else(|_| text.parse::<NaiveDateTime>().map(|moment| moment.and_utc().timestamp_millis()));
    moment.map(Instant).map_err(|_| refused(SERVICE, "its answer is not what its contract says"))
}

fn standing(text: &str) -> Result<NoticeStanding, ProviderError> {
    NoticeStanding::from_name(text).ok_or_else(|| refused(SERVICE, "it has a status that is not known"))
}

/// Statuses that mean the same everywhere.
fn checked(answer: Answer) -> Result<Answer, ProviderError> {
    match answer.status {
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Err(refused(SERVICE, "it does not let our system in")),
        // What it says may repeat what was sent.
        StatusCode::BAD_REQUEST => Err(refused(SERVICE, "it does not accept the request")),
        StatusCode::PAYLOAD_TOO_LARGE => Err(refused(SERVICE, "the message is too large")),
        _ => Ok(answer),
    }
}

/// Its ids are UUIDs; anything else could lead to another address.
fn path(id: &str) -> Option<String> {
    Uuid::parse_str(id).ok().map(|id| format!("/api/Notification/{id}"))
}

#[async_trait]
impl Notices for Client {
    async fn send(&self, message: &NoticeMessage) -> Result<String, NotSent> {
        let body = written(message)?.to_string();
        let call = Call::new(Method::POST, "/api/Notification").body("application/json", body).repeatable(false);
        let answer = self.transport.send(call).await.map_err(|failure| {
            if failure.fate == Fate::Unknown {
                NotSent::Perhaps { service: SERVICE, cause: failure.cause }
            } else {
                NotSent::Not(failure.into())
            }
        })?;
        let answer = checked(answer)?;
        if !answer.status.is_success() {
            return Err(unexpected(SERVICE, &answer).into());
        }
        // In JSON, or as it is.
        let text = String::from_utf8_lossy(&answer.body);
        match Uuid::parse_str(text.trim().trim_matches('"')) {
            Ok(id) => Ok(id.to_string()),
            Err(_) => Err(NotSent::Perhaps { service: SERVICE, cause: "it answered without an id".to_owned() }),
        }
    }

    async fn status(&self, id: &str) -> Result<Option<NoticeStatus>, ProviderError> {
        let Some(path) = path(id) else { return Ok(None) };
        let answer = checked(self.transport.send(Call::new(Method::GET, path)).await?)?;
        let status: Status = match answer.status {
            StatusCode::OK => json(SERVICE, &answer)?,
            StatusCode::NOT_FOUND => return Ok(None),
            _ => return Err(unexpected(SERVICE, &answer)),
        };
        let mut deliveries = Vec::new();
        for Recipient { value, messages } in status.recipients {
            for message in messages {
                deliveries.push(NoticeDelivery {
                    recipient: value.clone(),
                    channel: message.channel,
                    standing: standing(&message.status)?,
                    at: moment(&message.last_updated_at)?,
                    subject: message.subject,
                });
            }
        }
        Ok(Some(NoticeStatus { standing: standing(&status.status)?, deliveries }))
    }

    async fn cancel(&self, id: &str) -> Result<CalledBack, ProviderError> {
        let Some(path) = path(id) else { return Ok(CalledBack::Unknown) };
        let answer = checked(self.transport.send(Call::new(Method::DELETE, path)).await?)?;
        match answer.status {
            StatusCode::NOT_FOUND => Ok(CalledBack::Unknown),
            // Also when it was called back already, by a request whose answer was lost.
            StatusCode::CONFLICT => {
                let standing = self.status(id).await?.map(|status| status.standing);
                let back = matches!(standing, Some(NoticeStanding::Cancelled | NoticeStanding::Cancelling));
                Ok(if back { CalledBack::Done } else { CalledBack::TooLate })
            }
            status if status.is_success() => Ok(CalledBack::Done),
            _ => Err(unexpected(SERVICE, &answer)),
        }
    }

    async fn listed_since(&self, since: Instant) -> Result<Vec<NoticeListed>, ProviderError> {
        let mut all: Vec<NoticeListed> = Vec::new();
        for page in 1..=MOST_PAGES {
            let (page, size) = (page.to_string(), A_PAGE.to_string());
            let fields = [("Page", page.as_str()), ("ItemsPerPage", size.as_str()), ("OrderField", "createdAt desc")];
            let answer = checked(self.transport.send(Call::new(Method::GET, with_query("/api/Notification", &fields))).await?)?;
            if answer.status != StatusCode::OK {
                return Err(unexpected(SERVICE, &answer));
            }
            let listed: Vec<Listed> = json(SERVICE, &answer)?;
            let mut over = listed.len() < A_PAGE;
            for Listed { id, created_at } in listed {
                let created = moment(&created_at)?;
                over |= created < since;
                let id = id.to_string();
                if created >= since && !all.iter().any(|known| known.id == id) {
                    all.push(NoticeListed { id, created });
                }
            }
            if over {
                return Ok(all);
            }
        }
        Err(refused(SERVICE, "too many messages since then to look through"))
    }
}
