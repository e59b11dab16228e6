//! MPower, emulated: the register of mandates, with the public page where anyone verifies a code.
//!
//! The API for information systems is MPower's published one. Giving, accepting, suspending and revoking happen on the real one's pages; here they are
//! methods, and both parties get a notice of every change.

mod api;
mod faults;
mod pages;
mod text;

pub use faults::Fault;

use crate::fault::{Emulated, Switches};
use axum::Router;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use vatra_core::clock::{Clock, Instant};
use vatra_core::providers::{MandateStanding, Party};

/// Where its pages are.
pub const BASE: &str = "/emulators/mpower";

/// A type of mandate. Codes are invented.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Kind {
    /// `AT-` and 7 digits.
    pub code: &'static str,
    /// In Romanian, Russian, English.
    pub names: [&'static str; 3],
}

/// The types that can be given.
pub static KINDS: [Kind; 4] = [
    Kind {
        code: "AT-2100025",
        names: ["Ridicarea documentului original", "Получение оригинала документа", "Collecting an original document"],
    },
    Kind {
        code: "AT-2100101",
        names: ["Plata impozitelor și taxelor locale", "Уплата местных налогов и сборов", "Paying local taxes and duties"],
    },
    Kind {
        code: "AT-2100102", names: ["Depunerea cererilor la primărie", "Подача заявлений в примэрию", "Applying to the town hall"]
    },
    Kind {
        code: "AT-2100103",
        names: ["Obținerea certificatelor de la primărie", "Получение справок в примэрии", "Getting certificates from the town hall"],
    },
];

/// What is given.
#[derive(Clone, PartialEq, Eq)]
pub struct Grant {
    /// One of [`KINDS`].
    pub kind: String,
    /// Who gives.
    pub principal: Party,
    /// Who may act.
    pub agent: Party,
    /// From when.
    pub from: Instant,
    /// Until when.
    pub until: Option<Instant>,
    /// Whether the agent has to accept it first.
    pub acceptance: bool,
    /// IDNO and name of the institution for whose service it is.
    pub provider: (String, String),
}

#[derive(Clone)]
struct Record {
    code: String,
    grant: Grant,
    accepted: bool,
    suspended: Option<Instant>,
    cancelled: Option<Instant>,
    /// Whether its end was told to the parties.
    ended: bool,
}

/// What a party is told.
#[derive(Clone, PartialEq, Eq)]
pub struct Notice {
    /// To whom.
    pub to: String,
    /// About which mandate.
    pub code: String,
    /// Where it stands since.
    pub standing: MandateStanding,
    /// When.
    pub at: Instant,
}

/// Why something cannot be done with a mandate.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Refusal {
    /// No mandate has the code.
    #[error("no mandate has this code")]
    Unknown,
    /// There is no such type.
    #[error("there is no such type of mandate")]
    Kind,
    /// It ends before it begins, or is given to oneself.
    #[error("it ends before it begins, or is given to oneself")]
    Senseless,
    /// Only one of the parties may do this.
    #[error("only the other party, or one of them, may do this")]
    NotYours,
    /// Not as it stands.
    #[error("a mandate that stands so cannot be changed so")]
    Standing,
}

/// The emulator. Clones are the same register.
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
    mandates: BTreeMap<String, Record>,
    notices: Vec<Notice>,
}

impl Record {
    fn standing(&self, now: Instant) -> MandateStanding {
        if self.cancelled.is_some() || self.grant.until.is_some_and(|until| until <= now) {
            MandateStanding::Cancelled
        } else if !self.accepted {
            MandateStanding::PendingAcceptance
        } else if self.suspended.is_some() {
            MandateStanding::Suspended
        } else if self.grant.from > now {
            MandateStanding::Pending
        } else {
            MandateStanding::Valid
        }
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
    /// An empty register.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { inner: Arc::new(Inner { clock, state: Mutex::default(), switches: Switches::default() }) }
    }

    /// Its page, for the portal's router.
    pub fn pages(&self) -> Router {
        crate::pages(pages::routes(self.clone()))
    }

    /// Gives a mandate, signed; its code.
    ///
    /// # Errors
    /// [`Refusal`].
    pub fn grant(&self, grant: Grant) -> Result<String, Refusal> {
        if !KINDS.iter().any(|kind| kind.code == grant.kind) {
            return Err(Refusal::Kind);
        }
        if grant.until.is_some_and(|until| until <= grant.from) || grant.principal.idn == grant.agent.idn {
            return Err(Refusal::Senseless);
        }
        // Whoever holds a code may read the mandate: it cannot be guessed.
        let code = format!("02{:014}", rand::random::<u64>() % 100_000_000_000_000);
        let accepted = !grant.acceptance;
        let record = Record { code: code.clone(), grant, accepted, suspended: None, cancelled: None, ended: false };
        let now = self.inner.clock.now();
        let mut state = self.state();
        state.tell(&record, now);
        state.mandates.insert(code.clone(), record);
        Ok(code)
    }

    /// The agent accepts.
    ///
    /// # Errors
    /// [`Refusal`].
    pub fn accept(&self, code: &str, by: &str) -> Result<(), Refusal> {
        self.change(code, |record, now| {
            if record.grant.agent.idn != by {
                return Err(Refusal::NotYours);
            }
            if record.standing(now) != MandateStanding::PendingAcceptance {
                return Err(Refusal::Standing);
            }
            record.accepted = true;
            Ok(())
        })
    }

    /// The principal revokes, or the agent renounces, at any time.
    ///
    /// # Errors
    /// [`Refusal`].
    pub fn revoke(&self, code: &str, by: &str) -> Result<(), Refusal> {
        self.change(code, |record, now| {
            if record.grant.agent.idn != by && record.grant.principal.idn != by {
                return Err(Refusal::NotYours);
            }
            if record.standing(now) == MandateStanding::Cancelled {
                return Err(Refusal::Standing);
            }
            record.cancelled = Some(now);
            Ok(())
        })
    }

    /// The principal suspends it, or lets it go on.
    ///
    /// # Errors
    /// [`Refusal`].
    pub fn suspend(&self, code: &str, by: &str, suspended: bool) -> Result<(), Refusal> {
        self.change(code, |record, now| {
            if record.grant.principal.idn != by {
                return Err(Refusal::NotYours);
            }
            let standing = record.standing(now);
            let may = if suspended {
                matches!(standing, MandateStanding::Valid | MandateStanding::Pending)
            } else {
                standing == MandateStanding::Suspended
            };
            if !may {
                return Err(Refusal::Standing);
            }
            record.suspended = suspended.then_some(now);
            Ok(())
        })
    }

    /// Notices to somebody, oldest first.
    #[must_use]
    pub fn notices(&self, to: &str) -> Vec<Notice> {
        self.state().notices.iter().filter(|notice| notice.to == to).cloned().collect()
    }

    fn change(&self, code: &str, change: impl FnOnce(&mut Record, Instant) -> Result<(), Refusal>) -> Result<(), Refusal> {
        let now = self.inner.clock.now();
        let mut state = self.state();
        let record = state.mandates.get_mut(code).ok_or(Refusal::Unknown)?;
        change(record, now)?;
        let record = record.clone();
        state.tell(&record, now);
        Ok(())
    }

    fn find(&self, code: &str) -> Option<(Record, Instant)> {
        let now = self.inner.clock.now();
        self.state().mandates.get(code).cloned().map(|record| (record, now))
    }

    /// The state, after those whose time has come were told so.
    fn state(&self) -> MutexGuard<'_, State> {
        let now = self.inner.clock.now();
        let mut state = self.inner.state.lock().unwrap_or_else(PoisonError::into_inner);
        let ended: Vec<Record> = state
            .mandates
            .values_mut()
            .filter(|record| !record.ended && record.cancelled.is_none() && record.standing(now) == MandateStanding::Cancelled)
            .map(|record| {
                record.ended = true;
                record.clone()
            })
            .collect();
        for record in ended {
            state.tell(&record, now);
        }
        state
    }
}

impl State {
    fn tell(&mut self, record: &Record, at: Instant) {
        for party in [&record.grant.principal, &record.grant.agent] {
            self.notices.push(Notice { to: party.idn.clone(), code: record.code.clone(), standing: record.standing(at), at });
        }
    }
}
