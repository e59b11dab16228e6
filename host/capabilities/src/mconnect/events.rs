//! Telling other institutions, and being told (CloudEvents 1.0).
//!
//! Parameters of the grant: `publishes` (types that the module may announce), `listens` (types that it is told), `event-fields`
//! (`TYPE.FIELD`: words of such an event that the module may read; all others come sealed).

use crate::bindings::events::exports::vatra::modules::events as exported;
use crate::bindings::vatra::mconnect::events as wit;
use crate::bindings::vatra::types::values::Failure;
use crate::convert;
use crate::registers::{Stop, counted};
use crate::state::{CallState, invalid};
use serde::{Deserialize, Serialize};
use vatra_core::clock::Instant;
use vatra_core::grants::Ask;
use vatra_core::ids::{Name, SubjectId};
use vatra_core::seal::{Origin, Sealer};
use vatra_core::value::{Fields, Value};

/// The service's name in the outbox.
pub const EVENTS: &str = "mconnect-events";
/// What is asked of it there.
const PUBLISH: &str = "publish";
/// One event, in bytes: with room for its envelope.
const LARGEST: usize = 60 * 1024;

/// What a module announces, as it waits in the outbox.
#[derive(Serialize, Deserialize)]
pub struct Announcement {
    /// `Organization.System.Entity.Action`
    pub kind: String,
    /// Whom it is about.
    pub about: Option<SubjectId>,
    /// What happened.
    pub data: Fields,
}

/// What another institution told, as it waits in the inbox.
#[derive(Serialize, Deserialize)]
pub struct DataEvent {
    /// Its id at its source.
    pub id: String,
    /// Its source.
    pub source: String,
    /// `Organization.System.Entity.Action`
    pub kind: String,
    /// Whom it is about, if the municipality knows them.
    pub about: Option<SubjectId>,
    /// When it happened.
    pub at: Instant,
    /// What happened; what is not open to the module is personal.
    pub data: Fields,
}

/// It for the module.
pub fn data_event(sealer: &Sealer, told: &DataEvent) -> exported::DataEvent {
    exported::DataEvent {
        id: told.id.clone(),
        source: told.source.clone(),
        type_: told.kind.clone(),
        about: told.about.map(|id| convert::subject(sealer, id)),
        at: u64::try_from(told.at.0).unwrap_or_default(),
        data: convert::fields_to_guest(sealer, Origin::Stored, |_| false, &told.data),
    }
}

impl wit::Host for CallState {
    async fn publish(&mut self, announcement: wit::Announcement) -> wasmtime::Result<Result<(), Failure>> {
        counted!(self, "mconnect.publish", async { publish(self, announcement) })
    }
}

fn publish(state: &mut CallState, announcement: wit::Announcement) -> Result<(), Stop> {
    state.writable("mconnect")?;
    state.allow("mconnect", &[Ask::Member("publishes", &announcement.type_)])?;
    let token = |_| invalid("about", "token");
    let about = announcement.about.map(|subject| state.binding.sealer.subject(&subject.token)).transpose().map_err(token)?;
    let mut data = Fields::new();
    for field in announcement.data {
        let (value, _) = convert::from_guest(&state.binding.sealer, field.value).map_err(|rule| invalid(&field.name, rule))?;
        if data.insert(field.name, value).is_some() {
            return Err(invalid("data", "twice").into());
        }
    }
    state.work.reached.extend(about);
    state.work.reached.extend(data.values().filter_map(|value| match value {
        Value::Subject(id) => Some(*id),
        _ => None,
    }));
    state.used.write(1, &state.limits)?;
    let service = Name::new(EVENTS).map_err(|_| Failure::Unavailable("mconnect".into()))?;
    let announcement = Announcement { kind: announcement.type_, about, data };
    state.work.leave(&service, PUBLISH, &announcement)?;
    if state.work.outgoing.last().is_some_and(|outgoing| outgoing.payload.len() > LARGEST) {
        state.work.outgoing.pop();
        return Err(invalid("data", "too-long").into());
    }
    Ok(())
}
