//! What other institutions tell over MConnect, for the modules that listen; and what modules tell them.

use crate::app::{App, Carried, Carrier, OTHERS, done};
use async_trait::async_trait;
use serde_json::{Map, Value as Json, json};
use sha2::{Digest, Sha256};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Instant as Moment;
use vatra_capabilities::mconnect::{Announcement, DataEvent};
use vatra_core::audit::AuditKind;
use vatra_core::call::{Channel, Tenant};
use vatra_core::grants::{Allowed, Ask};
use vatra_core::ids::{InboxId, Name, TenantId};
use vatra_core::providers::{Event, EventBus, EventInbox, Place, Places, ProviderError, Taken};
use vatra_core::store::{InboxItem, InboxState, OutboxItem, Store, StoreError};
use vatra_core::value::{Fields, Value};
use vatra_runtime::CallError;

fn failed(error: StoreError) -> ProviderError {
    ProviderError::Unavailable { service: "storage", cause: error.to_string() }
}

/// Where the consumer is, in storage.
pub struct Bookmarks(pub Arc<dyn Store>);

#[async_trait]
impl Places for Bookmarks {
    async fn load(&self, group: &str) -> Result<Option<Place>, ProviderError> {
        let text = self.0.bookmark(&format!("mconnect-events:{group}")).await.map_err(failed)?;
        let place = text.and_then(|text| serde_json::from_str::<(String, Option<String>)>(&text).ok());
        Ok(place.map(|(instance, kept)| Place { instance, kept }))
    }
    async fn save(&self, group: &str, place: Option<&Place>) -> Result<(), ProviderError> {
        let text = place.map(|place| json!([place.instance, place.kept]).to_string());
        self.0.set_bookmark(&format!("mconnect-events:{group}"), text.as_deref()).await.map_err(failed)
    }
}

/// Puts events of other institutions into the inbox of every module that may hear of them.
pub struct Listeners {
    app: Arc<App>,
    known: Mutex<Option<(Moment, Arc<Vec<Listener>>)>>,
}

/// A module that asks MConnect, and what it may.
struct Listener {
    tenant: TenantId,
    module: Name,
    allowed: Allowed,
}

impl Listeners {
    /// Of this host.
    #[must_use]
    pub fn new(app: Arc<App>) -> Self {
        Self { app, known: Mutex::default() }
    }

    /// Everybody who may listen, read anew after [`OTHERS`]: not for each event of the country. Whether the grant still holds is asked again
    /// when the module is told.
    async fn all(&self) -> Result<Arc<Vec<Listener>>, ProviderError> {
        let fresh = |known: &Option<(Moment, Arc<Vec<Listener>>)>| {
            known.as_ref().filter(|(read, _)| read.elapsed() < OTHERS).map(|(_, all)| all.clone())
        };
        if let Some(all) = fresh(&self.known.lock().unwrap_or_else(PoisonError::into_inner)) {
            return Ok(all);
        }
        let read = Moment::now();
        let mut all = Vec::new();
        for (tenant, modules) in self.app.store.installations().await.map_err(failed)? {
            for (installed, given) in modules.into_iter().filter(|(installed, _)| installed.disabled_at.is_none()) {
                if !given.iter().any(|grant| grant.capability.as_str() == "mconnect") {
                    continue;
                }
                let binding = match self.app.runtime.binding(tenant.id, &installed.module).await {
                    Ok(binding) => binding,
                    // The event is told again.
                    Err(CallError::Store(error)) => return Err(failed(error)),
                    // One broken module does not keep events from all others.
                    Err(error) => {
                        tracing::error!(tenant = %tenant.slug, module = %installed.module, "it hears no events: {}", error.code());
                        continue;
                    }
                };
                let Some(Ok(allowed)) = binding.capabilities.get("mconnect") else { continue };
                if allowed.parameters.contains_key("listens") {
                    all.push(Listener { tenant: tenant.id, module: installed.module, allowed: allowed.clone() });
                }
            }
        }
        let all = Arc::new(all);
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = Some((read, all.clone()));
        Ok(all)
    }
}

#[async_trait]
impl EventInbox for Listeners {
    /// An event about a person reaches only the municipalities that know them: the others learn nothing of it.
    async fn take(&self, event: &Event) -> Result<Taken, ProviderError> {
        let app = &self.app;
        let idn = about(event);
        let mut new = 0;
        for Listener { tenant, module, allowed } in self.all().await?.iter() {
            if allowed.check("mconnect", &[Ask::Member("listens", &event.kind)]).is_err() {
                continue;
            }
            let subject = match &idn {
                None => None,
                Some(idn) => {
                    let mut snapshot = app.store.snapshot(*tenant).await.map_err(failed)?;
                    let Some(known) = snapshot.subjects_by_idn(std::slice::from_ref(idn)).await.map_err(failed)?.into_iter().next() else {
                        continue;
                    };
                    Some(known.id)
                }
            };
            let open = |name: &str| allowed.check("mconnect", &[Ask::Member("event-fields", &format!("{}.{name}", event.kind))]).is_ok();
            let data = fields(&event.data, open);
            let told = DataEvent {
                id: event.id.clone(),
                source: event.source.clone(),
                kind: event.kind.clone(),
                about: subject,
                at: event.time,
                data,
            };
            let item = InboxItem {
                id: same(*tenant, module, event),
                module: module.clone(),
                kind: "mconnect.data".into(),
                payload: serde_json::to_string(&told).unwrap_or_default(),
                received_at: app.clock.now(),
                attempts: 0,
                state: InboxState::Waiting,
            };
            let by = crate::app::By { person: None, channel: Channel::Event };
            let mut row = app.row(by, AuditKind::Received, Some(module), "mconnect.data", &json!({ "type": event.kind, "event": item.id }));
            row.about = subject.into_iter().collect();
            new += app.store.inbox_put(*tenant, &[item], vec![row]).await.map_err(failed)?;
        }
        if new > 0 {
            app.tell_arrived();
        }
        // When nobody listens, or nobody who knows the person, that is no fault of the event's.
        Ok(if new > 0 { Taken::New } else { Taken::Known })
    }
}

/// Whom an event is about, by IDNP or IDNO.
fn about(event: &Event) -> Option<String> {
    let key = event.partition_key.as_deref().or(event.subject.as_deref())?;
    let idn = key.strip_prefix("idnp:").or_else(|| key.strip_prefix("idno:"))?;
    (idn.len() == 13 && idn.bytes().all(|byte| byte.is_ascii_digit())).then(|| idn.to_owned())
}

/// The same id for the same event, module and municipality, however often it is told.
fn same(tenant: TenantId, module: &Name, event: &Event) -> InboxId {
    let mut hasher = Sha256::new();
    for part in [tenant.0.as_bytes().as_slice(), module.as_str().as_bytes(), event.source.as_bytes(), event.id.as_bytes()] {
        hasher.update((part.len() as u64).to_be_bytes());
        hasher.update(part);
    }
    let mut bytes = [0; 16];
    bytes.iter_mut().zip(hasher.finalize()).for_each(|(slot, byte)| *slot = byte);
    InboxId(uuid::Builder::from_custom_bytes(bytes).into_uuid())
}

/// An event's data as fields. Words are personal unless the grant opens them: nobody told us what they are.
fn fields(data: &Json, open: impl Fn(&str) -> bool) -> Fields {
    let words = |name: &str, text: String| if open(name) { Value::Text(text) } else { Value::Personal(text) };
    let value = |name: &str, value: &Json| match value {
        Json::Null => Value::None,
        Json::Bool(flag) => Value::Flag(*flag),
        Json::Number(number) => match number.as_i64() {
            Some(number) => Value::Integer(number),
            None => vatra_core::value::Decimal::new(&number.to_string()).map_or_else(|| words(name, number.to_string()), Value::Decimal),
        },
        Json::String(text) => words(name, text.clone()),
        Json::Array(_) | Json::Object(_) => words(name, value.to_string()),
    };
    let empty = Map::new();
    data.as_object().unwrap_or(&empty).iter().map(|(name, json)| (name.clone(), value(name, json))).collect()
}

/// Brings what modules announce to MConnect Events.
pub struct Announcer {
    app: Weak<App>,
    service: Name,
    bus: Arc<dyn EventBus>,
}

impl Announcer {
    /// For this host and this bus.
    #[must_use]
    pub fn new(app: &Arc<App>, bus: Arc<dyn EventBus>, service: Name) -> Self {
        Self { app: Arc::downgrade(app), service, bus }
    }
}

#[async_trait]
impl Carrier for Announcer {
    fn service(&self) -> &Name {
        &self.service
    }
    fn at_once(&self) -> u32 {
        8
    }

    async fn carry(&self, tenant: &Tenant, item: &OutboxItem) -> Carried {
        let Some(app) = self.app.upgrade() else { return Carried::Later("the host ends".into()) };
        let Ok(announced) = serde_json::from_str::<Announcement>(&item.outgoing.payload) else { return Carried::Parked("unreadable") };
        let mut ids: Vec<_> = announced.about.into_iter().collect();
        ids.extend(announced.data.values().filter_map(|value| match value {
            Value::Subject(id) => Some(*id),
            _ => None,
        }));
        let people = match app.store.people(tenant.id, &ids).await {
            Ok(people) => people,
            Err(error) => return Carried::Later(error.to_string()),
        };
        let idn = |id| people.iter().find(|subject| subject.id == id);
        let key = announced.about.and_then(idn).and_then(|subject| {
            let kind = if subject.company { "idno" } else { "idnp" };
            Some(format!("{kind}:{}", subject.idn.as_ref()?))
        });
        let data: Map<String, Json> = announced.data.iter().map(|(name, value)| (name.clone(), plain(value, &idn))).collect();
        let event = Event {
            source: format!("urn:md:idno:{}", tenant.idno),
            // Told twice it is the same event.
            id: item.outgoing.id.to_string(),
            kind: announced.kind,
            subject: key.clone(),
            time: item.created_at,
            partition_key: key,
            data: Json::Object(data),
        };
        match self.bus.publish(&[event]).await {
            Ok(()) => Carried::Settled(done("\"published\"".into())),
            Err(ProviderError::Refused { cause, .. }) => {
                tracing::warn!(tenant = %tenant.slug, module = %item.module, item = %item.outgoing.id, "an event was refused: {cause}");
                Carried::Parked("refused")
            }
            Err(error) => Carried::Later(error.to_string()),
        }
    }
}

fn plain<'a>(value: &Value, who: &impl Fn(vatra_core::ids::SubjectId) -> Option<&'a vatra_core::unit::Subject>) -> Json {
    match value {
        Value::None => Json::Null,
        Value::Flag(flag) => json!(flag),
        Value::Integer(number) => json!(number),
        Value::Money(money) => json!(money.0),
        Value::Decimal(decimal) => json!(decimal.as_str()),
        Value::Text(text) | Value::Choice(text) | Value::Personal(text) | Value::Cadastral(text) | Value::Iban(text) => json!(text),
        Value::Date(date) => json!(date.to_string()),
        Value::Instant(at) => json!(at.rfc3339()),
        Value::Subject(id) => json!(who(*id).and_then(|subject| subject.idn.clone())),
        Value::Entry(entry) => json!(entry.id),
        Value::Document(id) => json!(id),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use vatra_core::clock::Instant;

    #[test]
    fn words_of_others_are_sealed_unless_the_grant_opens_them() {
        let data = json!({ "name": "Ion", "kind": "birth", "count": 2, "parts": [1], "gone": null });
        let found = fields(&data, |name| name == "kind");
        assert_eq!(found.get("name"), Some(&Value::Personal("Ion".into())));
        assert_eq!(found.get("kind"), Some(&Value::Text("birth".into())));
        assert_eq!(found.get("count"), Some(&Value::Integer(2)));
        assert_eq!(found.get("parts"), Some(&Value::Personal("[1]".into())));
        assert!(fields(&json!("a text"), |_| true).is_empty());
    }

    #[test]
    fn an_event_is_about_whom_its_key_names() {
        let of = |key: &str| {
            about(&Event {
                source: "s".into(),
                id: "1".into(),
                kind: "k".into(),
                subject: None,
                time: Instant(0),
                partition_key: Some(key.to_owned()),
                data: Json::Null,
            })
        };
        assert_eq!(of("idnp:2001234567890").as_deref(), Some("2001234567890"));
        assert_eq!((of("idnp:200"), of("person:2001234567890"), of("idnp:200123456789'")), (None, None, None));
    }
}
