//! Sessions: kept in the platform's database under a hash of their id, so that the database alone opens none of them.

use super::WebConfig;
use crate::app::App;
use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant as Moment};
use tower_sessions::SessionStore;
use tower_sessions::cookie::time::OffsetDateTime;
use tower_sessions::session::{Id, Record};
use tower_sessions::session_store::{Error, Result};
use vatra_core::clock::{Clock, Instant};
use vatra_core::store::{SessionRow, Store, StoreError};
use vatra_core::view::Tone;
use vatra_view::ui::Said;

/// The cookie's name.
pub(crate) const COOKIE: &str = "vatra";
/// A sign-in that was begun and not finished is forgotten after so many seconds.
pub(crate) const PENDING_SECONDS: i64 = 600;

/// In a session: who signed in.
pub(crate) const LOGIN: &str = "login";
/// In a session: what the next page says.
pub(crate) const FLASH: &str = "flash";

/// Who signed in. No `Debug`: an IDNP never reaches a log that way.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Login {
    pub(crate) idnp: String,
    pub(crate) name: String,
    pub(crate) since: Instant,
    /// When the session was last written for being used.
    pub(crate) seen: Instant,
    /// How MPass calls the session.
    #[serde(default)]
    pub(crate) session_index: Option<String>,
    /// For whom they act.
    #[serde(default)]
    pub(crate) acting: Option<super::acting::Chosen>,
}

/// What the next page says, once.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Flash {
    tone: String,
    title: String,
    text: Option<String>,
}

impl From<Said> for Flash {
    fn from(said: Said) -> Self {
        let tone = match said.tone {
            Tone::Neutral => "neutral",
            Tone::Success => "success",
            Tone::Warning => "warning",
            Tone::Danger => "danger",
        };
        Self { tone: tone.to_owned(), title: said.title, text: said.text }
    }
}

impl From<Flash> for Said {
    fn from(flash: Flash) -> Self {
        let tone = match flash.tone.as_str() {
            "success" => Tone::Success,
            "warning" => Tone::Warning,
            "danger" => Tone::Danger,
            _ => Tone::Neutral,
        };
        Self { tone, title: flash.title, text: flash.text }
    }
}

/// The session library's store over ours. Expiry goes by the host's clock, not by the library's.
#[derive(Clone)]
pub(crate) struct Sessions {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    inactivity_seconds: i64,
    session_seconds: i64,
    kept: Arc<Kept>,
}

impl fmt::Debug for Sessions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sessions")
    }
}

impl Sessions {
    pub(crate) fn new(app: &App, config: &WebConfig) -> Self {
        Self {
            store: app.store.clone(),
            clock: app.clock.clone(),
            inactivity_seconds: config.inactivity_seconds,
            session_seconds: config.session_seconds,
            kept: Arc::new(Kept { stale_after: app.stale_after(), sessions: Mutex::default() }),
        }
    }

    /// Who signed in, when the session was read before and has nothing to say: what most requests need, without a copy of the session.
    pub(crate) fn quiet(&self, session: &tower_sessions::Session) -> Option<Login> {
        let key = key(&session.id()?);
        self.kept.get(&key, self.clock.now(), |session| session.quiet.clone())?
    }

    /// Remembers under which name MPass will end this session.
    pub(crate) async fn known_as(&self, id: &Id, index: &str) -> std::result::Result<(), StoreError> {
        let expires = self.clock.now().plus_seconds(self.session_seconds);
        self.store.save_session(&SessionRow { key: hashed("mpass", index), data: key(id), expires }).await
    }

    /// Ends the session that MPass calls so, if there is one.
    pub(crate) async fn end(&self, index: &str) -> std::result::Result<(), StoreError> {
        let name = hashed("mpass", index);
        if let Some(row) = self.store.session(&name, self.clock.now()).await? {
            self.store.drop_session(&row.data).await?;
            self.kept.forget(&row.data);
            self.store.drop_session(&name).await?;
        }
        Ok(())
    }

    async fn write(&self, record: &Record) -> Result<()> {
        let data = serde_json::to_string(&record.data).map_err(|error| Error::Encode(error.to_string()))?;
        let now = self.clock.now();
        let login = record.data.get(LOGIN).cloned().and_then(|login| serde_json::from_value::<Login>(login).ok());
        let expires = match login {
            Some(login) => now.plus_seconds(self.inactivity_seconds).min(login.since.plus_seconds(self.session_seconds)),
            None => now.plus_seconds(PENDING_SECONDS),
        };
        let key = key(&record.id);
        let written = self.store.save_session(&SessionRow { key: key.clone(), data, expires }).await.map_err(failed);
        self.kept.forget(&key);
        written
    }
}

type Data = HashMap<String, serde_json::Value>;

fn record(id: Id, data: Data, expires: Instant) -> Record {
    let expiry_date = OffsetDateTime::from_unix_timestamp(expires.0.div_euclid(1000)).unwrap_or(OffsetDateTime::UNIX_EPOCH);
    Record { id, data, expiry_date }
}

/// Sessions read before: forgotten when this host changes or ends them, before that is answered. On PostgreSQL, where another host may end
/// them, they are read anew after [`OTHERS`](crate::app::OTHERS).
struct Kept {
    /// None where there is no other host.
    stale_after: Option<Duration>,
    sessions: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    /// Counts what was forgotten: what was being read meanwhile is not kept.
    forgotten: u64,
    by_key: HashMap<String, Session>,
}

struct Session {
    data: Arc<Data>,
    /// Who signed in, read once; none too when the next page has something to say.
    quiet: Option<Login>,
    expires: Instant,
    read: Moment,
}

/// Sessions kept at most, of some hundred bytes each.
const MOST: usize = 4_096;

impl Kept {
    fn lock(&self) -> MutexGuard<'_, Known> {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn forgotten(&self) -> u64 {
        self.lock().forgotten
    }

    fn get<T>(&self, key: &str, now: Instant, what: impl FnOnce(&Session) -> T) -> Option<T> {
        let known = self.lock();
        let session = known.by_key.get(key).filter(|session| session.expires > now)?;
        let fresh = self.stale_after.is_none_or(|limit| session.read.elapsed() < limit);
        fresh.then(|| what(session))
    }

    fn keep(&self, key: String, forgotten: u64, session: Session) {
        let mut known = self.lock();
        if known.forgotten != forgotten {
            return;
        }
        if known.by_key.len() >= MOST {
            known.by_key.clear();
        }
        known.by_key.insert(key, session);
    }

    fn forget(&self, key: &str) {
        let mut known = self.lock();
        known.forgotten += 1;
        known.by_key.remove(key);
    }
}

fn failed(error: StoreError) -> Error {
    Error::Backend(error.to_string())
}

/// A key of the same table for something else than a session.
pub(crate) fn hashed(what: &str, secret: &str) -> String {
    hex::encode(Sha256::new().chain_update(what).chain_update([0]).chain_update(secret).finalize())
}

fn key(id: &Id) -> String {
    hex::encode(Sha256::digest(id.0.to_le_bytes()))
}

#[async_trait]
impl SessionStore for Sessions {
    async fn create(&self, record: &mut Record) -> Result<()> {
        self.write(record).await
    }

    async fn save(&self, record: &Record) -> Result<()> {
        // A request that was under way while its person signed out must not bring the session back.
        match self.store.session(&key(&record.id), self.clock.now()).await.map_err(failed)? {
            Some(_) => self.write(record).await,
            None => Ok(()),
        }
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        let (key, now) = (key(id), self.clock.now());
        if let Some((data, expires)) = self.kept.get(&key, now, |session| (session.data.clone(), session.expires)) {
            return Ok(Some(record(*id, Data::clone(&data), expires)));
        }
        let (forgotten, read) = (self.kept.forgotten(), Moment::now());
        let Some(row) = self.store.session(&key, now).await.map_err(failed)? else { return Ok(None) };
        let data: Data = serde_json::from_str(&row.data).map_err(|error| Error::Decode(error.to_string()))?;
        let login = data.get(LOGIN).filter(|_| !data.contains_key(FLASH));
        let quiet = login.and_then(|login| serde_json::from_value(login.clone()).ok());
        self.kept.keep(key, forgotten, Session { data: Arc::new(data.clone()), quiet, expires: row.expires, read });
        Ok(Some(record(*id, data, row.expires)))
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        let key = key(id);
        let dropped = self.store.drop_session(&key).await.map_err(failed);
        self.kept.forget(&key);
        dropped
    }
}
