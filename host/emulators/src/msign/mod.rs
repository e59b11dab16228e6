//! MSign, emulated: the service through which people sign.
//!
//! Two faces, as the real one has. [Its API](Emulated::api) speaks SOAP 1.1 over mutual TLS (`/MSign.svc`, `?singleWsdl`): a system posts PDFs or digests, asks how
//! far they are, has signatures verified. The pages ask the person, whose browser the system sent to `/emulators/msign/REQUEST`, for an
//! instrument and a PIN, and send them back by a form to `ReturnUrl`.
//!
//! It signs truly: PAdES-B-T in PDFs, XAdES-B-T over digests, under an authority of its own that stamps the time as well. What verifies
//! signatures must trust [`Emulator::trust`] – here and nowhere else.
//!
//! Ours, since nothing is published: requests expire after a day; beside the service stand its authority's certificate (`/authority.pem`), its
//! revocation lists (`/lists/0.crl`, `/lists/1.crl`) and its time-stamp authority (`/tsa`, RFC 3161).

mod api;
mod authority;
mod fault;
mod pages;
mod text;
mod wire;

pub(crate) use authority::ROOT;
pub use fault::Fault;

use crate::NotOpened;
use crate::fault::{Emulated, Switches};
use crate::mpass::People;
use authority::{Flaw, Keys, Signer};
use axum::Router;
use std::collections::{BTreeSet, HashMap};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use text::Reason;
use vatra_core::clock::{Clock, Instant};
use vatra_core::manifest::Language;
use vatra_core::providers::{ContentKind, SignContent, SignRequest, SignResponse, SignStatus, Signed};
use vatra_pki::{SignError, Trust};
use wire::{Code, Problem, invalid};

/// Where its pages are.
pub const BASE: &str = "/emulators/msign";
/// How long a request waits for its person, in seconds.
pub const LIFETIME: i64 = 24 * 3600;
/// Requests kept at most; the oldest go first.
const KEPT: usize = 1_000;
/// Bytes of contents and signatures kept at most.
const KEPT_BYTES: usize = 1 << 30;

/// The emulator. Clones are the same service.
#[derive(Clone)]
pub struct Emulator {
    inner: Arc<Inner>,
}

struct Inner {
    keys: Keys,
    people: Arc<dyn People>,
    clock: Arc<dyn Clock>,
    switches: Switches<Fault>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    requests: HashMap<String, Entry>,
}

#[derive(Clone)]
struct Entry {
    /// The system that posted it: its certificate's digest.
    owner: String,
    posted: Instant,
    request: Arc<SignRequest>,
    outcome: Outcome,
}

#[derive(Clone)]
enum Outcome {
    Waiting,
    Signed(Arc<Vec<Signed>>),
    Failed(Reason),
}

/// What a person does about a request. No `Debug`: an IDNP never reaches a log that way.
#[derive(Clone, PartialEq, Eq)]
pub enum Decision {
    /// Signs, as this person.
    Sign {
        /// IDNP of whose certificate it is.
        idnp: String,
        /// The name in the certificate.
        name: String,
    },
    /// Refuses.
    Refuse,
}

/// Nobody waits for this decision: the request is unknown, old, or decided.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("no such request waits")]
pub struct NotWaiting;

impl Entry {
    fn bytes(&self) -> usize {
        let signed = if let Outcome::Signed(results) = &self.outcome { results.iter().map(|one| one.signature.len()).sum() } else { 0 };
        self.request.contents.iter().map(|content| content.content.len()).sum::<usize>() + signed
    }
    fn is_old(&self, now: Instant) -> bool {
        now >= self.posted.plus_seconds(LIFETIME)
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
    /// An emulator whose people's names come live from `people`. Makes its authorities' keys, which takes a moment.
    ///
    /// # Errors
    /// When no keys could be made.
    pub fn new(people: Arc<dyn People>, clock: Arc<dyn Clock>) -> Result<Self, SignError> {
        Ok(Self::with(Keys::new(clock.clone())?, people, clock))
    }

    /// The same with authorities that are kept in this folder.
    ///
    /// # Errors
    /// When no keys could be made or kept.
    pub(crate) fn kept(folder: &Path, people: Arc<dyn People>, clock: Arc<dyn Clock>) -> Result<Self, NotOpened> {
        Ok(Self::with(Keys::kept(folder, clock.clone())?, people, clock))
    }

    fn with(keys: Keys, people: Arc<dyn People>, clock: Arc<dyn Clock>) -> Self {
        Self { inner: Arc::new(Inner { keys, people, clock, switches: Switches::default(), state: Mutex::default() }) }
    }

    /// Its pages, for the portal's router.
    pub fn pages(&self) -> Router {
        crate::pages(pages::routes(self.clone()))
    }

    /// How many requests were posted, as far as they are kept.
    #[must_use]
    pub fn taken(&self) -> usize {
        self.state().requests.len()
    }

    /// By what its signatures are judged: its authority, and the revocation lists of this moment.
    ///
    /// # Errors
    /// When the lists could not be made.
    pub fn trust(&self) -> Result<Trust, SignError> {
        self.inner.keys.trust()
    }

    /// What the pages do when the person has decided.
    ///
    /// # Errors
    /// [`NotWaiting`].
    pub async fn decide(&self, request: &str, decision: Decision) -> Result<(), NotWaiting> {
        let entry = self.waiting(request).ok_or(NotWaiting)?;
        let fault = self.fault().get();
        let outcome = match decision {
            _ if fault == Some(Fault::Expired) => Outcome::Failed(Reason::Expired),
            Decision::Refuse => Outcome::Failed(Reason::Refused),
            Decision::Sign { idnp, name } => {
                let emulator = self.clone();
                let signed = tokio::task::spawn_blocking(move || emulator.sign(&entry.request, idnp, name, fault)).await;
                signed.unwrap_or(Outcome::Failed(Reason::Broken))
            }
        };
        let mut state = self.state();
        let entry = state.requests.get_mut(request).filter(|entry| matches!(entry.outcome, Outcome::Waiting)).ok_or(NotWaiting)?;
        entry.outcome = outcome;
        Ok(())
    }

    /// A request that waits for its person.
    fn waiting(&self, request: &str) -> Option<Entry> {
        let now = self.inner.clock.now();
        let entry = self.state().requests.get(request).cloned()?;
        (matches!(entry.outcome, Outcome::Waiting) && !entry.is_old(now)).then_some(entry)
    }

    fn sign(&self, request: &SignRequest, idnp: String, name: String, fault: Option<Fault>) -> Outcome {
        let keys = &self.inner.keys;
        let flaw = match fault {
            Some(Fault::Revoked) => Some(Flaw::Revoked),
            Some(Fault::ExpiredCertificate) => Some(Flaw::Expired),
            Some(Fault::UnknownAuthority) => Some(Flaw::Stranger),
            _ => None,
        };
        let mut signer = Signer { idnp, name, flaw };
        if matches!(fault, Some(Fault::WrongSigner | Fault::WrongSignerUnnoticed)) {
            signer = Signer { idnp: "2999999999997".to_owned(), name: "Alt Semnatar".to_owned(), flaw };
        }
        let expected = request.signer.as_ref().map(|expected| expected.idnp.as_str());
        if expected.is_some_and(|expected| expected != signer.idnp) && fault != Some(Fault::WrongSignerUnnoticed) {
            return Outcome::Failed(Reason::WrongSigner);
        }
        let work = || -> Result<Vec<Signed>, SignError> {
            let pen = keys.pen(&signer, fault != Some(Fault::NoTimeStamp))?;
            let others = request.contents.iter().cycle().skip(1);
            let mut results = Vec::new();
            for (content, other) in request.contents.iter().zip(others) {
                let signed = match fault {
                    Some(Fault::OtherDocument) => keys.sign(&pen, request.kind, &other_than(request.kind, content), &request.reason)?,
                    Some(Fault::Mixed) => keys.sign(&pen, request.kind, other, &request.reason)?,
                    _ => keys.sign(&pen, request.kind, content, &request.reason)?,
                };
                let certificate = pen.certificate().der().to_vec();
                results.push(Signed { correlation: content.correlation.clone(), certificate, signature: signed });
            }
            if fault == Some(Fault::Missing) {
                results.pop();
            }
            Ok(results)
        };
        match work() {
            Ok(results) => Outcome::Signed(Arc::new(results)),
            Err(cause) => {
                tracing::warn!(%cause, "the emulated MSign could not sign");
                Outcome::Failed(Reason::Broken)
            }
        }
    }

    /// PostSignRequest.
    fn post(&self, owner: &str, request: SignRequest) -> Result<String, Problem> {
        check(&request)?;
        let now = self.inner.clock.now();
        let id = hex::encode(rand::random::<[u8; 16]>());
        let entry = Entry { owner: owner.to_owned(), posted: now, request: Arc::new(request), outcome: Outcome::Waiting };
        let mut state = self.state();
        state.make_room(entry.bytes());
        state.requests.insert(id.clone(), entry);
        Ok(id)
    }

    /// GetSignResponse.
    fn response(&self, owner: &str, request: &str, language: Language) -> Result<SignResponse, Problem> {
        let now = self.inner.clock.now();
        let state = self.state();
        let entry = state.requests.get(request).ok_or_else(|| Problem(Code::RequestNotFound, "Cannot find such request".to_owned()))?;
        if entry.owner != owner {
            return Err(Problem(Code::AuthorizationFailed, "This signature request was not initiated by this system".to_owned()));
        }
        let none = |status, reason: Option<Reason>| {
            let message = reason.map(|reason| text::message(reason, language).to_owned()).unwrap_or_default();
            SignResponse { status, message, results: Vec::new() }
        };
        Ok(match &entry.outcome {
            _ if self.fault().get() == Some(Fault::Pending) => none(SignStatus::Pending, None),
            Outcome::Signed(results) => SignResponse { status: SignStatus::Success, message: String::new(), results: results.to_vec() },
            Outcome::Failed(Reason::Expired) => none(SignStatus::Expired, Some(Reason::Expired)),
            Outcome::Failed(reason) => none(SignStatus::Failure, Some(*reason)),
            Outcome::Waiting if entry.is_old(now) => none(SignStatus::Expired, Some(Reason::Expired)),
            Outcome::Waiting => none(SignStatus::Pending, None),
        })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.inner.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Drops the oldest until so many bytes more fit.
    fn make_room(&mut self, bytes: usize) {
        while self.requests.len() >= KEPT || self.requests.values().map(Entry::bytes).sum::<usize>() + bytes > KEPT_BYTES {
            let Some(oldest) = self.requests.iter().min_by_key(|(_, entry)| entry.posted).map(|(id, _)| id.clone()) else { return };
            self.requests.remove(&oldest);
        }
    }
}

/// A content like this one that is another.
fn other_than(kind: ContentKind, content: &SignContent) -> SignContent {
    let mut other = content.clone();
    match kind {
        ContentKind::Hash => other.content.iter_mut().for_each(|byte| *byte = !*byte),
        // The comment after the first line, by which programs see that the file is binary.
        ContentKind::Pdf => {
            let comment = other.content.iter().position(|byte| *byte == b'\n').map_or(0, |end| end + 2);
            if let Some(byte) = other.content.get_mut(comment) {
                *byte ^= 1;
            }
        }
    }
    other
}

/// What MSign's contract demands of a request.
fn check(request: &SignRequest) -> Result<(), Problem> {
    if request.contents.is_empty() {
        return Err(invalid("Contents has at least one element"));
    }
    let mut seen = BTreeSet::new();
    for content in &request.contents {
        if !content.correlation.is_empty() && !seen.insert(content.correlation.as_str()) {
            return Err(invalid("CorrelationID must be unique within a request"));
        }
        match request.kind {
            ContentKind::Hash if content.content.len() != 20 => return Err(invalid("a Hash is a SHA-1 digest of 20 bytes")),
            ContentKind::Pdf if !content.content.starts_with(b"%PDF-") => return Err(invalid("a Pdf is a PDF document")),
            _ => {}
        }
    }
    Ok(())
}
