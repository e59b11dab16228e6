//! MNotify, emulated: takes messages, moves them through its statuses, and shows each recipient's inboxes.
//!
//! Statuses move with the clock, a step every [`STEP`] seconds, until a message is delivered; reading it on the page makes it read. Channels, language
//! and hours are the recipient's: until they choose, a rule of thumb (invented) gives each a channel.

mod api;
mod faults;
mod pages;
mod templates;
mod text;

pub use faults::Fault;

use crate::fault::{Emulated, Switches};
use axum::Router;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use templates::Template;
use uuid::Uuid;
use vatra_core::clock::{Clock, Instant};
use vatra_core::manifest::Language;
use vatra_core::providers::NoticeStanding;

/// Where its pages are.
pub const BASE: &str = "/emulators/mnotify";
/// Seconds from one status to the next.
pub const STEP: i64 = 2;

/// The channels.
pub const CHANNELS: [&str; 5] = ["Email", "MCabinet", "SMS", "Viber", "Web push"];

/// What a recipient chose.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Preference {
    /// One of [`CHANNELS`].
    pub channel: &'static str,
    /// In which language they read.
    pub language: Language,
    /// Hours of the day, in Chișinău, from and until which messages may come.
    pub hours: (u32, u32),
}

/// A message on its way to one recipient.
#[derive(Clone)]
struct Letter {
    id: Uuid,
    /// `IDNP`, `IDNO`, `Email`, `Telephone`.
    kind: String,
    value: String,
    channel: &'static str,
    subject: String,
    text: String,
    /// When it may be handed to the channel.
    from: Instant,
    read: Option<Instant>,
}

#[derive(Clone)]
struct Record {
    created: Instant,
    letters: Vec<Letter>,
    attachments: Vec<(String, usize)>,
    cancelled: Option<Instant>,
    fails: bool,
}

/// The emulator. Clones are the same service.
#[derive(Clone)]
pub struct Emulator {
    inner: Arc<Inner>,
}

struct Inner {
    clock: Arc<dyn Clock>,
    state: Mutex<State>,
    switches: Switches<Fault>,
}

#[derive(Default)]
struct State {
    records: BTreeMap<Uuid, Record>,
    templates: BTreeMap<Uuid, Template>,
    preferences: HashMap<String, Preference>,
}

impl Record {
    fn standing_of(&self, letter: &Letter, now: Instant) -> (NoticeStanding, Instant) {
        if let Some(at) = self.cancelled {
            return (NoticeStanding::Cancelled, at);
        }
        if let Some(at) = letter.read {
            return (NoticeStanding::Read, at);
        }
        let since = |steps: i64, from: Instant| from.plus_seconds(steps * STEP);
        let sent = since(3, self.created).max(letter.from);
        let steps = [
            (self.created, NoticeStanding::Pending),
            (since(1, self.created), NoticeStanding::Resolving),
            (since(2, self.created), NoticeStanding::Sending),
            (sent, if self.fails { NoticeStanding::Failed } else { NoticeStanding::Sent }),
            (since(1, sent), if self.fails { NoticeStanding::Failed } else { NoticeStanding::Delivered }),
        ];
        steps.into_iter().rev().find(|(at, _)| *at <= now).map_or((NoticeStanding::Pending, self.created), |(at, standing)| (standing, at))
    }

    /// As a whole it is where the recipient is who is least far.
    fn standing(&self, now: Instant) -> NoticeStanding {
        let order = |standing: &NoticeStanding| NoticeStanding::ALL.iter().position(|each| each == standing);
        let all = self.letters.iter().map(|letter| self.standing_of(letter, now).0);
        all.min_by_key(order).unwrap_or(NoticeStanding::Pending)
    }
}

impl Emulated for Emulator {
    type Fault = Fault;

    fn switches(&self) -> &Switches<Fault> {
        &self.inner.switches
    }

    fn routes(&self) -> Router {
        api::routes().with_state(self.clone())
    }
}

impl Emulator {
    /// A service without messages.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { inner: Arc::new(Inner { clock, state: Mutex::default(), switches: Switches::default() }) }
    }

    /// Its pages, for the portal's router.
    pub fn pages(&self) -> Router {
        crate::pages(pages::routes(self.clone()))
    }

    /// A recipient chooses.
    pub fn prefer(&self, recipient: &str, preference: Preference) {
        self.state().preferences.insert(recipient.to_owned(), preference);
    }

    /// How many messages were taken.
    #[must_use]
    pub fn taken(&self) -> usize {
        self.state().records.len()
    }

    /// What a recipient got, newest first: channel, subject and text.
    #[must_use]
    pub fn inbox(&self, recipient: &str) -> Vec<(&'static str, String, String)> {
        let now = self.inner.clock.now();
        let state = self.state();
        let mut letters: Vec<(Instant, &Letter)> = Vec::new();
        for record in state.records.values() {
            let arrived = |letter: &&Letter| matches!(record.standing_of(letter, now).0, NoticeStanding::Delivered | NoticeStanding::Read);
            letters.extend(
                record.letters.iter().filter(|letter| letter.value == recipient).filter(arrived).map(|letter| (record.created, letter)),
            );
        }
        letters.sort_by_key(|(created, _)| std::cmp::Reverse(*created));
        letters.into_iter().map(|(_, letter)| (letter.channel, letter.subject.clone(), letter.text.clone())).collect()
    }

    /// Names and sizes of the files that went along with the messages taken so far, oldest message first.
    #[must_use]
    pub fn attached(&self) -> Vec<(String, usize)> {
        let state = self.state();
        let mut records: Vec<&Record> = state.records.values().collect();
        records.sort_by_key(|record| record.created);
        records.into_iter().flat_map(|record| record.attachments.clone()).collect()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.inner.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// What a recipient chose, or the rule of thumb: e-mail for companies and addresses, for people by the last digit of their number.
    fn preference(&self, kind: &str, value: &str) -> Preference {
        if let Some(chosen) = self.preferences.get(value) {
            return chosen.clone();
        }
        let channel = match (kind, value.bytes().last().map(|byte| byte % 5)) {
            ("Telephone", _) => "SMS",
            ("IDNP", Some(1)) => "SMS",
            ("IDNP", Some(2)) => "Viber",
            ("IDNP", Some(3)) => "MCabinet",
            _ => "Email",
        };
        Preference { channel, language: Language::Ro, hours: (0, 24) }
    }
}

/// The first moment from now on that lies within the hours.
fn within(hours: (u32, u32), now: Instant) -> Instant {
    use chrono::Timelike;
    (0..24 * 4)
        .map(|quarter| now.plus_seconds(quarter * 900))
        .find(|at| {
            let hour = at.utc().with_timezone(&chrono_tz::Europe::Chisinau).hour();
            hours.0 <= hour && hour < hours.1
        })
        .unwrap_or(now)
}
