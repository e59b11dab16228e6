//! What an emulator can be told to do wrong: one switch for every service, turned by tests and by the control page.

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// How a service behaves.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Mode {
    /// As it should.
    #[default]
    Well,
    /// It takes so long before it begins.
    Slow(Duration),
    /// It turns everyone away (503) and does nothing.
    Down,
    /// It does what was asked, and the answer does not arrive (504).
    Lost,
    /// What it answers does not hold: a bad signature, a body that is none.
    Wrong,
    /// It knows who asks and does not allow it.
    Deny,
}

impl Mode {
    /// All of them, slow by two seconds.
    pub const ALL: [Self; 6] = [Self::Well, Self::Slow(Duration::from_secs(2)), Self::Down, Self::Lost, Self::Wrong, Self::Deny];

    /// `well`, `slow`…
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Well => "well",
            Self::Slow(_) => "slow",
            Self::Down => "down",
            Self::Lost => "lost",
            Self::Wrong => "wrong",
            Self::Deny => "deny",
        }
    }

    /// From its code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.code() == code)
    }
}

/// A service's switch. Clones are the same switch.
#[derive(Clone, Debug, Default)]
pub struct Switch(Arc<Mutex<Turned>>);

#[derive(Debug, Default)]
struct Turned {
    mode: Mode,
    /// For so many requests; without a number until turned again.
    remaining: Option<u32>,
}

impl Switch {
    /// From now on, until turned again.
    pub fn set(&self, mode: Mode) {
        *self.turned() = Turned { mode, remaining: None };
    }

    /// For the next requests only.
    pub fn set_for(&self, mode: Mode, requests: u32) {
        *self.turned() = Turned { mode, remaining: Some(requests) };
    }

    /// How it stands.
    #[must_use]
    pub fn mode(&self) -> Mode {
        self.turned().mode
    }

    /// Counts a request and says how it fares.
    fn next(&self) -> Mode {
        let mut turned = self.turned();
        match &mut turned.remaining {
            Some(0) => {
                *turned = Turned::default();
                Mode::Well
            }
            Some(remaining) => {
                *remaining -= 1;
                turned.mode
            }
            None => turned.mode,
        }
    }

    fn turned(&self) -> MutexGuard<'_, Turned> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// In front of a service's API: does what concerns every service alike, and hands the mode on as an extension.
pub(crate) async fn before(State(switch): State<Switch>, mut request: Request, next: Next) -> Response {
    let mode = switch.next();
    match mode {
        Mode::Down => return StatusCode::SERVICE_UNAVAILABLE.into_response(),
        Mode::Slow(long) => tokio::time::sleep(long).await,
        _ => {}
    }
    request.extensions_mut().insert(mode);
    let response = next.run(request).await;
    if mode == Mode::Lost { StatusCode::GATEWAY_TIMEOUT.into_response() } else { response }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_switch_for_some_requests_turns_itself_back() {
        let switch = Switch::default();
        switch.set_for(Mode::Down, 2);
        assert_eq!([switch.next(), switch.next(), switch.next()], [Mode::Down, Mode::Down, Mode::Well]);
        switch.set(Mode::Deny);
        assert_eq!([switch.next(), switch.next()], [Mode::Deny, Mode::Deny]);
        assert!(Mode::ALL.into_iter().all(|mode| Mode::from_code(mode.code()) == Some(mode)));
    }
}
