//! One service's client.

use super::breaker::{Breaker, Standing};
use super::failure::{Failure, Fate, reason};
use super::system::System;
use super::tls;
use crate::settings::{Address, Endpoint};
use backon::{BackoffBuilder, ExponentialBuilder};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, StatusCode};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::{Instant, timeout_at};
use vatra_core::clock::Clock;

/// How long a connection may take to be made.
const CONNECT: Duration = Duration::from_secs(5);
/// Connections that nobody uses are closed after so long: a changed certificate is in use everywhere soon.
const IDLE: Duration = Duration::from_secs(20);
/// The longest wait for a place.
const WAIT: Duration = Duration::from_secs(2);
/// The longest answer, in bytes; documents are the longest.
const LARGEST: usize = 32 * 1024 * 1024;

/// What a status of 500 means.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Style {
    /// The service failed.
    Rest,
    /// It answers with a fault (SOAP 1.1, 6.2).
    Soap,
}

/// A request to a service. `Debug` shows neither path nor body: both may name a person.
#[derive(Clone)]
pub struct Call {
    method: Method,
    path: String,
    headers: HeaderMap,
    body: Vec<u8>,
    repeatable: bool,
    patience: Option<Duration>,
    budget: Duration,
}

impl Call {
    /// A request; `path` follows the service's address, begins with `/`, and is encoded. It may be repeated when its method says so (GET, HEAD,
    /// PUT, DELETE).
    #[must_use]
    pub fn new(method: Method, path: impl Into<String>) -> Call {
        let repeatable = method.is_idempotent();
        Call { method, path: path.into(), headers: HeaderMap::new(), body: Vec::new(), repeatable, patience: None, budget: Duration::MAX }
    }

    /// With a header.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Call {
        self.headers.insert(name, value);
        self
    }

    /// With a body of this type.
    #[must_use]
    pub fn body(self, content_type: &'static str, body: impl Into<Vec<u8>>) -> Call {
        let mut call = self.header(reqwest::header::CONTENT_TYPE, HeaderValue::from_static(content_type));
        call.body = body.into();
        call
    }

    /// Whether doing it twice is as doing it once, whatever its method says (a SOAP query is posted).
    #[must_use]
    pub fn repeatable(mut self, repeatable: bool) -> Call {
        self.repeatable = repeatable;
        self
    }

    /// An answer may take longer, or less long, than the service's usually may (a long poll).
    #[must_use]
    pub fn patience(mut self, patience: Duration) -> Call {
        self.patience = Some(patience);
        self
    }

    /// What is left of the caller's time, for all tries together.
    #[must_use]
    pub fn within(mut self, budget: Duration) -> Call {
        self.budget = budget;
        self
    }
}

impl fmt::Debug for Call {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Call({}, …)", self.method)
    }
}

/// What a service answered. Statuses of 502 to 504 and 429 are failures, as is 500 to [`Style::Rest`]; the others are for whoever asked.
#[derive(Clone)]
pub struct Answer {
    /// Status.
    pub status: StatusCode,
    /// Headers.
    pub headers: HeaderMap,
    /// Body.
    pub body: Vec<u8>,
}

impl fmt::Debug for Answer {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Answer({}, {} bytes)", self.status, self.body.len())
    }
}

/// How a service's client fares.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Health {
    /// Which service.
    pub service: &'static str,
    /// Whether requests go out.
    pub standing: Standing,
    /// Requests under way.
    pub under_way: usize,
}

/// A service's client. Share it: limits hold per client.
pub struct Client {
    service: &'static str,
    style: Style,
    address: Address,
    http: reqwest::Client,
    timeout: Duration,
    tries: usize,
    at_once: usize,
    places: Semaphore,
    breaker: Breaker,
    clock: Arc<dyn Clock>,
}

impl fmt::Debug for Client {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Client({})", self.service)
    }
}

impl Client {
    /// A client of `service` (its name in messages and metrics) with the host's certificates.
    ///
    /// # Errors
    /// When the TLS library does not start.
    pub fn new(
        service: &'static str,
        style: Style,
        endpoint: &Endpoint,
        system: &Arc<System>,
        clock: Arc<dyn Clock>,
    ) -> Result<Client, Failure> {
        let failed = |cause: &str| Failure { service, cause: cause.to_owned(), fate: Fate::NotDone, lasting: true };
        let config = tls::config(system).map_err(|_| failed("TLS does not start"))?;
        let http = reqwest::Client::builder()
            .tls_backend_preconfigured(config)
            .https_only(true)
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .connect_timeout(CONNECT)
            .pool_idle_timeout(IDLE)
            .user_agent(concat!("vatra/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|_| failed("the HTTP client does not start"))?;
        let at_once = usize::from(endpoint.at_once.max(1));
        Ok(Client {
            service,
            style,
            address: endpoint.address.clone(),
            http,
            timeout: Duration::from_secs(endpoint.timeout_seconds.into()),
            tries: usize::from(endpoint.tries.max(1)),
            at_once,
            places: Semaphore::new(at_once),
            breaker: Breaker::default(),
            clock,
        })
    }

    /// How it fares.
    #[must_use]
    pub fn health(&self) -> Health {
        let under_way = self.at_once.saturating_sub(self.places.available_permits());
        Health { service: self.service, standing: self.breaker.standing(), under_way }
    }

    /// The service's address.
    #[must_use]
    pub fn address(&self) -> &Address {
        &self.address
    }

    /// Sends a request and waits for its answer, again if it failed, may be repeated and there is time left.
    ///
    /// # Errors
    /// [`Failure`], of the last try.
    pub async fn send(&self, call: Call) -> Result<Answer, Failure> {
        let begun = Instant::now();
        let deadline = begun.checked_add(call.budget);
        let retries = if call.repeatable { self.tries - 1 } else { 0 };
        let pauses = ExponentialBuilder::default()
            .with_min_delay(Duration::from_millis(100))
            .with_max_delay(Duration::from_secs(2))
            .with_max_times(retries)
            .with_jitter();
        let mut pauses = pauses.build();
        loop {
            let failure = match self.attempt(&call, deadline).await {
                Ok(answer) => return Ok(answer),
                Err(failure) => failure,
            };
            let Some(pause) = pauses.next().filter(|_| !failure.lasting) else { return Err(failure) };
            let resumed = Instant::now() + pause;
            if deadline.is_some_and(|deadline| resumed >= deadline) {
                return Err(failure);
            }
            tokio::time::sleep_until(resumed).await;
        }
    }

    async fn attempt(&self, call: &Call, deadline: Option<Instant>) -> Result<Answer, Failure> {
        let _place = self.place(deadline).await?;
        let Ok(pass) = self.breaker.enter(self.clock.now()) else {
            return Err(self.failure("it did not answer lately and is left alone for a while", Fate::NotDone));
        };
        let patience = Instant::now() + call.patience.unwrap_or(self.timeout);
        let ours = deadline.is_none_or(|deadline| patience <= deadline);
        let until = deadline.map_or(patience, |deadline| deadline.min(patience));
        match timeout_at(until, self.exchange(call)).await {
            Ok(Ok(answer)) if self.is_answer(answer.status) => {
                pass.answered();
                Ok(answer)
            }
            Ok(Ok(answer)) => {
                pass.failed(self.clock.now());
                // Whoever answers 429 or 503 has not done it; the others may have.
                let refused = matches!(answer.status, StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE);
                let fate = if refused { Fate::NotDone } else { Fate::Unknown };
                Err(self.failure(format!("it answered with status {}", answer.status.as_u16()), fate))
            }
            Ok(Err(failure)) => {
                pass.failed(self.clock.now());
                Err(failure)
            }
            Err(_) if ours => {
                pass.failed(self.clock.now());
                Err(self.failure("it did not answer in time", Fate::Unknown))
            }
            // That our caller had no more time says nothing of the service.
            Err(_) => Err(self.failure("the caller's time ended before the answer", Fate::Unknown)),
        }
    }

    async fn place(&self, deadline: Option<Instant>) -> Result<SemaphorePermit<'_>, Failure> {
        let patience = Instant::now() + WAIT;
        let until = deadline.map_or(patience, |deadline| deadline.min(patience));
        match timeout_at(until, self.places.acquire()).await {
            Ok(Ok(place)) => Ok(place),
            _ => Err(self.failure("too many requests to it are under way", Fate::NotDone)),
        }
    }

    async fn exchange(&self, call: &Call) -> Result<Answer, Failure> {
        let request = self.http.request(call.method.clone(), self.address.join(&call.path));
        let request = request.headers(call.headers.clone()).body(call.body.clone());
        let mut response = request.send().await.map_err(|error| self.lost(&error))?;
        let (status, headers) = (response.status(), response.headers().clone());
        let mut body = Vec::new();
        while let Some(part) = response.chunk().await.map_err(|error| self.lost(&error))? {
            if body.len() + part.len() > LARGEST {
                return Err(self.failure("its answer is too long", Fate::Unknown));
            }
            body.extend_from_slice(&part);
        }
        Ok(Answer { status, headers, body })
    }

    fn is_answer(&self, status: StatusCode) -> bool {
        match status {
            StatusCode::INTERNAL_SERVER_ERROR => self.style == Style::Soap,
            StatusCode::TOO_MANY_REQUESTS => false,
            _ => !status.is_server_error() || status == StatusCode::NOT_IMPLEMENTED,
        }
    }

    fn lost(&self, error: &reqwest::Error) -> Failure {
        let (cause, lasting) = reason(error);
        let fate = if error.is_connect() || error.is_builder() || lasting { Fate::NotDone } else { Fate::Unknown };
        Failure { service: self.service, cause, fate, lasting: lasting || error.is_builder() }
    }

    fn failure(&self, cause: impl Into<String>, fate: Fate) -> Failure {
        Failure { service: self.service, cause: cause.into(), fate, lasting: false }
    }
}
