//! Fault switches, the same for every emulator: a service is told to misbehave by a test, or by whoever shows a demo.

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use vatra_core::manifest::Language;

/// A way to misbehave.
pub trait Fault: Copy + Eq + Send + Sync + 'static {
    /// All of the service's.
    const ALL: &'static [Self];
    /// `wrong-certificate`
    fn code(self) -> &'static str;
    /// For the control page.
    fn words(self, language: Language) -> &'static str;
    /// From its code.
    #[must_use]
    fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|fault| fault.code() == code)
    }
}

/// Whether a service misbehaves at present, and how. Clones are the same switch.
#[derive(Debug)]
pub struct Switch<F>(Arc<Mutex<Option<F>>>);

impl<F> Clone for Switch<F> {
    fn clone(&self) -> Switch<F> {
        Switch(self.0.clone())
    }
}

impl<F> Default for Switch<F> {
    fn default() -> Switch<F> {
        Switch(Arc::new(Mutex::new(None)))
    }
}

impl<F: Fault> Switch<F> {
    /// From now on this fault, or none.
    pub fn set(&self, fault: Option<F>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = fault;
    }

    /// The fault at present.
    #[must_use]
    pub fn get(&self) -> Option<F> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A switch as the control page sees it.
pub trait Control: Send + Sync {
    /// Codes and words of all faults.
    fn choices(&self, language: Language) -> Vec<(&'static str, &'static str)>;
    /// The code of the fault at present.
    fn chosen(&self) -> Option<&'static str>;
    /// Switches to the fault of this code, or off; false when there is no such fault.
    fn choose(&self, code: Option<&str>) -> bool;
}

impl<F: Fault> Control for Switch<F> {
    fn choices(&self, language: Language) -> Vec<(&'static str, &'static str)> {
        F::ALL.iter().map(|fault| (fault.code(), fault.words(language))).collect()
    }

    fn chosen(&self) -> Option<&'static str> {
        self.get().map(F::code)
    }

    fn choose(&self, code: Option<&str>) -> bool {
        let fault = code.map(F::from_code);
        if fault == Some(None) {
            return false;
        }
        self.set(fault.flatten());
        true
    }
}

/// What goes wrong before a service reads a request.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Trouble {
    /// Answers come three seconds late.
    Slow,
    /// No answer comes.
    Silent,
    /// 503.
    Unavailable,
    /// 500 without a word.
    Failing,
    /// An answer that is none: HTML with a status of 200, as a proxy in between gives.
    Garbled,
}

impl Fault for Trouble {
    const ALL: &'static [Trouble] = &[Trouble::Slow, Trouble::Silent, Trouble::Unavailable, Trouble::Failing, Trouble::Garbled];

    fn code(self) -> &'static str {
        match self {
            Trouble::Slow => "slow",
            Trouble::Silent => "silent",
            Trouble::Unavailable => "unavailable",
            Trouble::Failing => "failing",
            Trouble::Garbled => "garbled",
        }
    }

    fn words(self, language: Language) -> &'static str {
        let [ro, ru, en] = match self {
            Trouble::Slow => ["Răspunde cu trei secunde întârziere", "Отвечает с опозданием на три секунды", "Answers three seconds late"],
            Trouble::Silent => ["Nu răspunde deloc", "Не отвечает вовсе", "Does not answer at all"],
            Trouble::Unavailable => ["Este indisponibil (503)", "Недоступен (503)", "Is unavailable (503)"],
            Trouble::Failing => ["Dă eroare (500)", "Выдаёт ошибку (500)", "Fails (500)"],
            Trouble::Garbled => {
                ["Răspunde cu altceva decât trebuie", "Отвечает не тем, чем следует", "Answers with something other than it should"]
            }
        };
        match language {
            Language::Ro => ro,
            Language::Ru => ru,
            Language::En => en,
        }
    }
}

/// The switches of a service.
#[derive(Debug)]
pub struct Switches<F> {
    /// What goes wrong before a request to its API is read.
    pub trouble: Switch<Trouble>,
    /// What goes wrong afterwards.
    pub fault: Switch<F>,
}

impl<F> Default for Switches<F> {
    fn default() -> Switches<F> {
        Switches { trouble: Switch::default(), fault: Switch::default() }
    }
}

impl<F> Clone for Switches<F> {
    fn clone(&self) -> Switches<F> {
        Switches { trouble: self.trouble.clone(), fault: self.fault.clone() }
    }
}

/// An emulated service with an API for systems.
pub trait Emulated {
    /// Its own ways to misbehave.
    type Fault: Fault;

    /// Its switches.
    fn switches(&self) -> &Switches<Self::Fault>;

    /// Its API without troubles.
    fn routes(&self) -> Router;

    /// What goes wrong before a request is read.
    fn trouble(&self) -> &Switch<Trouble> {
        &self.switches().trouble
    }

    /// What goes wrong afterwards.
    fn fault(&self) -> &Switch<Self::Fault> {
        &self.switches().fault
    }

    /// Its API, to be served beneath its address.
    fn api(&self) -> Router {
        self.routes().layer(middleware::from_fn_with_state(self.trouble().clone(), trouble))
    }
}

async fn trouble(State(switch): State<Switch<Trouble>>, request: Request, next: Next) -> Response {
    match switch.get() {
        None => {}
        Some(Trouble::Slow) => tokio::time::sleep(Duration::from_secs(3)).await,
        Some(Trouble::Silent) => std::future::pending().await,
        Some(Trouble::Unavailable) => return StatusCode::SERVICE_UNAVAILABLE.into_response(),
        Some(Trouble::Failing) => return StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        Some(Trouble::Garbled) => {
            return ([(header::CONTENT_TYPE, "text/html")], "<html><body>Maintenance</body></html>").into_response();
        }
    }
    next.run(request).await
}
