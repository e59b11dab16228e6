//! MConnect Events over HTTP: events are produced in batches and consumed by long polling (CloudEvents 1.0, JSON format).
//!
//! An event is confirmed after the host has kept it. A crash in between has it told again, and the host knows it by source and id: told at
//! least once, kept once. What can never be acted upon is reported as dead and confirmed; what fails for technical reasons is not.

use crate::rest::{refused, unexpected};
use crate::settings::Address;
use crate::transport::{Call, Client as Transport, HeaderName, HeaderValue, Method, StatusCode, header};
use async_trait::async_trait;
use chrono::DateTime;
use serde_json::{Map, Value, json};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use vatra_core::clock::Instant;
use vatra_core::providers::{Event, EventBus, EventInbox, Place, Places, ProviderError, Taken};

/// How the service is called in messages and metrics.
pub const SERVICE: &str = "MConnect Events";
/// One event, in bytes.
pub const LARGEST_EVENT: usize = 64 * 1024;
/// One request, in bytes.
pub const LARGEST_REQUEST: usize = 1024 * 1024;
/// How long a poll may take: the service holds it until there is something.
const POLL: Duration = Duration::from_secs(70);
/// How long making an instance may take; usually up to 30 seconds.
const MAKING: Duration = Duration::from_secs(45);
const BATCH: &str = "application/cloudevents-batch+json";

/// Produces events.
pub struct Producer {
    /// To MConnect Events.
    pub transport: Arc<Transport>,
}

#[async_trait]
impl EventBus for Producer {
    async fn publish(&self, events: &[Event]) -> Result<(), ProviderError> {
        let mut batches: Vec<Vec<u8>> = Vec::new();
        for event in events {
            let bytes = serde_json::to_vec(&written(event)).map_err(|_| refused(SERVICE, "an event cannot be written"))?;
            if bytes.len() > LARGEST_EVENT {
                return Err(refused(SERVICE, "an event is larger than 64 KB"));
            }
            match batches.last_mut().filter(|batch| batch.len() + bytes.len() + 2 <= LARGEST_REQUEST) {
                Some(batch) => {
                    batch.push(b',');
                    batch.extend(bytes);
                }
                None => batches.push([b"[".as_slice(), &bytes].concat()),
            }
        }
        for mut batch in batches {
            batch.push(b']');
            // Told twice is told once: events are known by source and id.
            let call = Call::new(Method::POST, "/ce/produce/events").body(BATCH, batch).repeatable(true);
            let answer = self.transport.send(call).await?;
            match answer.status {
                status if status.is_success() => {}
                StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
                    return Err(refused(SERVICE, "we may not produce an event of this type or source"));
                }
                StatusCode::UNPROCESSABLE_ENTITY => return Err(refused(SERVICE, "an event is not what its type's schema says")),
                StatusCode::PAYLOAD_TOO_LARGE => return Err(refused(SERVICE, "a batch of events is too large")),
                _ => return Err(unexpected(SERVICE, &answer)),
            }
        }
        Ok(())
    }
}

/// An event in CloudEvents' JSON format.
fn written(event: &Event) -> Value {
    let mut out = json!({
        "specversion": "1.0",
        "source": event.source,
        "id": event.id,
        "type": event.kind,
        "time": event.time.rfc3339(),
        "datacontenttype": "application/json",
        "data": event.data,
    });
    for (name, value) in [("subject", &event.subject), ("partitionkey", &event.partition_key)] {
        if let (Some(value), Some(out)) = (value, out.as_object_mut()) {
            out.insert(name.to_owned(), Value::from(value.as_str()));
        }
    }
    out
}

/// An event as it arrived, with its offset; what is wrong with it otherwise.
fn read(value: &Value) -> Result<(Event, String), &'static str> {
    let text = |name: &str| value.get(name).and_then(Value::as_str).filter(|text| !text.is_empty()).map(str::to_owned);
    if text("specversion").as_deref() != Some("1.0") {
        return Err("specversion");
    }
    let time = match text("time") {
        None => return Err("time"),
        Some(time) => DateTime::parse_from_rfc3339(&time).map_err(|_| "time")?.timestamp_millis(),
    };
    let event = Event {
        source: text("source").ok_or("source")?,
        id: text("id").ok_or("id")?,
        kind: text("type").ok_or("type")?,
        subject: text("subject"),
        time: Instant(time),
        partition_key: text("partitionkey"),
        data: value.get("data").cloned().unwrap_or_default(),
    };
    Ok((event, text("offset").ok_or("offset")?))
}

/// Consumes events for one group: call [`Consumer::step`] again and again.
pub struct Consumer {
    /// To MConnect Events.
    pub transport: Arc<Transport>,
    /// Its address, by which instances are known as its own.
    pub address: Address,
    /// The consumer group; one for an installation.
    pub group: String,
    /// Where events go.
    pub inbox: Arc<dyn EventInbox>,
    /// Where the place is remembered.
    pub places: Arc<dyn Places>,
    /// The instance all of whose events this process has seen and had kept; none at first.
    pub sure: Mutex<Option<String>>,
}

/// What a step did.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Step {
    /// Events that are kept for the first time.
    pub new: usize,
    /// Events that were known.
    pub known: usize,
    /// Events reported as dead.
    pub dead: usize,
}

impl Consumer {
    /// Waits for events, has them kept, and confirms them. Nothing at all when none came within the time of a poll.
    ///
    /// # Errors
    /// When MConnect or the inbox fails; what was kept is confirmed at the next step, what was not is told again.
    pub async fn step(&self) -> Result<Step, ProviderError> {
        let mut place = self.instance().await?;
        // Confirming an event confirms those before it. Of an instance that may have told something that never arrived, nothing more is asked.
        *self.sure() = None;
        let poll = Call::new(Method::GET, format!("{}/events", place.instance)).patience(POLL).repeatable(false);
        let answer = self.transport.send(poll).await?;
        let batch: Vec<Value> = match answer.status {
            StatusCode::OK => serde_json::from_slice(&answer.body).map_err(|_| refused(SERVICE, "its answer is not a batch of events"))?,
            StatusCode::NO_CONTENT => {
                *self.sure() = Some(place.instance);
                return Ok(Step::default());
            }
            // The instance expired, or its bridge is gone.
            StatusCode::NOT_FOUND => {
                self.places.save(&self.group, None).await?;
                return Ok(Step::default());
            }
            _ => return Err(unexpected(SERVICE, &answer)),
        };
        let mut step = Step::default();
        let mut failed = None;
        for value in &batch {
            match self.one(&place.instance, value, &mut step).await {
                Ok(offset) => place.kept = offset.or(place.kept),
                Err(error) => {
                    failed = Some(error);
                    break;
                }
            }
        }
        self.places.save(&self.group, Some(&place)).await?;
        if let Some(error) = failed {
            // An instance tells an event once: the rest is told again by another.
            self.leave(&place).await?;
            return Err(error);
        }
        self.confirm(&place).await?;
        *self.sure() = Some(place.instance);
        Ok(step)
    }

    fn sure(&self) -> MutexGuard<'_, Option<String>> {
        self.sure.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes one event; its offset.
    async fn one(&self, instance: &str, value: &Value, step: &mut Step) -> Result<Option<String>, ProviderError> {
        let (taken, offset) = match read(value) {
            Ok((event, offset)) => (self.inbox.take(&event).await?, Some(offset)),
            Err(what) => (Taken::Dead(what), value.get("offset").and_then(Value::as_str).map(str::to_owned)),
        };
        match taken {
            Taken::New => step.new += 1,
            Taken::Known => step.known += 1,
            Taken::Dead(rule) => {
                self.bury(instance, value, rule).await?;
                step.dead += 1;
            }
        }
        Ok(offset)
    }

    /// Reports an event as dead, with the reason as an attribute of its own.
    async fn bury(&self, instance: &str, value: &Value, rule: &'static str) -> Result<(), ProviderError> {
        let data = serde_json::to_vec(value.get("data").unwrap_or(&Value::Null))
            .map_err(|_| refused(SERVICE, "a dead event cannot be written"))?;
        let mut call = Call::new(Method::POST, format!("{instance}/dead")).body("application/json", data).repeatable(true);
        let empty = Map::new();
        let mut attributes: Vec<(String, String)> = vec![("ce-specversion".into(), "1.0".into()), ("ce-deadreason".into(), rule.into())];
        for (name, attribute) in
            value.as_object().unwrap_or(&empty).iter().filter(|(name, _)| !matches!(name.as_str(), "data" | "specversion"))
        {
            attributes.extend(attribute.as_str().map(|text| (format!("ce-{name}"), text.to_owned())));
        }
        for (name, text) in attributes {
            // What no header can hold is left out: the event is dead all the same.
            if let (Ok(name), Ok(text)) = (HeaderName::try_from(name), HeaderValue::from_str(&text)) {
                call = call.header(name, text);
            }
        }
        let answer = self.transport.send(call).await?;
        if answer.status.is_success() { Ok(()) } else { Err(unexpected(SERVICE, &answer)) }
    }

    /// The instance in use. After a restart or an interruption the old one is left, once what was kept of it is confirmed: what it told besides is
    /// told again by the new one.
    async fn instance(&self) -> Result<Place, ProviderError> {
        if let Some(place) = self.places.load(&self.group).await? {
            if self.sure().as_ref() == Some(&place.instance) {
                return Ok(place);
            }
            self.leave(&place).await?;
        }
        let path = crate::rest::with_query("/ce/consumers", &[("group", &self.group), ("test", "false")]);
        let answer = self.transport.send(Call::new(Method::POST, path).patience(MAKING)).await?;
        if answer.status != StatusCode::CREATED {
            return Err(match answer.status {
                StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => refused(SERVICE, "we may not consume events"),
                _ => unexpected(SERVICE, &answer),
            });
        }
        let location = answer.headers.get(header::LOCATION).and_then(|location| location.to_str().ok()).unwrap_or_default();
        // Ours or nobody's: an address elsewhere would get what we confirm, under our certificate.
        let instance = location.strip_prefix(self.address.as_str()).filter(|path| path.starts_with('/'));
        let instance = instance.ok_or_else(|| refused(SERVICE, "the consumer instance is at another address"))?;
        let place = Place { instance: instance.trim_end_matches('/').to_owned(), kept: None };
        self.places.save(&self.group, Some(&place)).await?;
        *self.sure() = Some(place.instance.clone());
        Ok(place)
    }

    /// Confirms what was kept. Where the instance is no longer there, it is told again and known.
    async fn confirm(&self, place: &Place) -> Result<(), ProviderError> {
        let Some(kept) = &place.kept else { return Ok(()) };
        let path = crate::rest::with_query(&format!("{}/confirm", place.instance), &[("offset", kept)]);
        let answer = self.transport.send(Call::new(Method::POST, path).repeatable(true)).await?;
        match answer.status {
            status if status.is_success() => self.places.save(&self.group, Some(&Place { kept: None, ..place.clone() })).await,
            StatusCode::NOT_FOUND => self.places.save(&self.group, None).await,
            _ => Err(unexpected(SERVICE, &answer)),
        }
    }

    async fn leave(&self, place: &Place) -> Result<(), ProviderError> {
        self.confirm(place).await?;
        let answer = self.transport.send(Call::new(Method::DELETE, place.instance.clone())).await?;
        if !answer.status.is_success() && answer.status != StatusCode::NOT_FOUND {
            return Err(unexpected(SERVICE, &answer));
        }
        self.places.save(&self.group, None).await
    }

    /// Closes the consumer: to be called before the host stops.
    ///
    /// # Errors
    /// When MConnect cannot be told; the instance then expires by itself.
    pub async fn close(&self) -> Result<(), ProviderError> {
        match self.places.load(&self.group).await? {
            Some(place) => self.leave(&place).await,
            None => Ok(()),
        }
    }
}
