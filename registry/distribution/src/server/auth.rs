//! Who asks, and whether they may. Credentials come as HTTP Basic, which docker, skopeo, oras, wkg and oci-client all speak; whether a
//! credential is good and what it opens is the embedding host's affair.

use super::Settings;
use super::errors::{Code, Failure};
use crate::names::Repository;
use async_trait::async_trait;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use base64::Engine;
use sha2::{Digest as _, Sha256};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::time::Instant;

/// What someone sent to say who they are.
#[derive(Clone, PartialEq, Eq)]
pub struct Credential {
    /// The name.
    pub user: String,
    /// The password or token. Compare it in constant time, keep only its hash.
    pub secret: String,
}

impl std::fmt::Debug for Credential {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Credential({}, …)", self.user)
    }
}

/// Who it was found to be. Uploads belong to identities.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Identity(pub String);

/// What is to be done to a repository.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Action {
    /// Read.
    Pull,
    /// Add, or move a tag.
    Push,
    /// Take away.
    Delete,
}

/// Whether it may be done.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Decision {
    /// Yes.
    Allow,
    /// Say first who you are (401).
    Challenge,
    /// No (403).
    Deny,
}

/// The embedding host's word on who may do what.
#[async_trait]
pub trait Policy: Send + Sync {
    /// Who this is; nothing if the credential is not good. May take its time (a hash made slow on purpose): few run at once, and what was
    /// found good is not asked again for [`Settings::remember_seconds`].
    async fn authenticate(&self, credential: &Credential) -> Option<Identity>;

    /// Whether they may. Asked at every request, before the store is looked at; a mount asks for [`Action::Pull`] of its source too.
    async fn decide(&self, who: Option<&Identity>, repository: &Repository, action: Action) -> Decision;
}

/// Slow hashes at once: each may take tens of MiB.
const AT_ONCE: usize = 2;
/// Good credentials that are remembered.
const REMEMBERED: usize = 1_024;

pub(super) struct Door {
    policy: Arc<dyn Policy>,
    challenge: HeaderValue,
    places: Semaphore,
    remember: Duration,
    /// Credentials are known by a hash under this key, which is nowhere else.
    key: [u8; 32],
    known: Mutex<HashMap<[u8; 32], (Identity, Instant)>>,
}

impl Door {
    pub(super) fn new(policy: Arc<dyn Policy>, settings: &Settings) -> Self {
        let realm: String = settings.realm.chars().filter(|c| c.is_ascii_graphic() || *c == ' ').filter(|c| !"\"\\".contains(*c)).collect();
        let challenge = HeaderValue::from_str(&format!("Basic realm=\"{realm}\", charset=\"UTF-8\""));
        Self {
            policy,
            challenge: challenge.unwrap_or(HeaderValue::from_static("Basic")),
            places: Semaphore::new(AT_ONCE),
            remember: Duration::from_secs(settings.remember_seconds),
            key: rand::random(),
            known: Mutex::default(),
        }
    }

    fn unauthorized(&self, message: &str) -> Failure {
        Failure::new(StatusCode::UNAUTHORIZED, Code::Unauthorized, message).with(header::WWW_AUTHENTICATE, self.challenge.clone())
    }

    /// Who asks; nobody when no credential was sent. A bad one is refused even where none is needed: whoever sends it believes it counts.
    async fn who(&self, headers: &HeaderMap) -> Result<Option<Identity>, Failure> {
        let mut sent = headers.get_all(header::AUTHORIZATION).iter();
        let Some(value) = sent.next() else { return Ok(None) };
        let credential = value.to_str().ok().filter(|_| sent.next().is_none()).and_then(read_basic);
        let credential = credential.ok_or_else(|| self.unauthorized("expected is one Authorization header, of HTTP Basic"))?;
        // What skopeo sends when it has nothing to say.
        if credential.user.is_empty() && credential.secret.is_empty() {
            return Ok(None);
        }
        let key = self.key_of(&credential);
        let now = Instant::now();
        if let Some((identity, until)) = self.known().get(&key)
            && *until > now
        {
            return Ok(Some(identity.clone()));
        }
        let _place = self.places.acquire().await;
        let identity = self.policy.authenticate(&credential).await;
        let identity = identity.ok_or_else(|| self.unauthorized("the name or the password is wrong, expired or revoked"))?;
        let mut known = self.known();
        if known.len() >= REMEMBERED {
            known.retain(|_, (_, until)| *until > now);
        }
        if known.len() < REMEMBERED {
            known.insert(key, (identity.clone(), now + self.remember));
        }
        Ok(Some(identity))
    }

    fn known(&self) -> std::sync::MutexGuard<'_, HashMap<[u8; 32], (Identity, Instant)>> {
        self.known.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn key_of(&self, credential: &Credential) -> [u8; 32] {
        let mut hasher = Sha256::new_with_prefix(self.key);
        hasher.update(credential.user.len().to_le_bytes());
        hasher.update(&credential.user);
        hasher.update(&credential.secret);
        hasher.finalize().into()
    }

    /// `GET /v2/`: clients send it to learn whether, and how, to say who they are. Without the challenge here most never would.
    pub(super) async fn known_or_challenge(&self, headers: &HeaderMap) -> Result<(), Failure> {
        match self.who(headers).await? {
            Some(_) => Ok(()),
            None => Err(self.unauthorized("say who you are to push; public repositories are pulled without")),
        }
    }

    pub(super) async fn admit(&self, headers: &HeaderMap, repository: &Repository, action: Action) -> Result<Option<Identity>, Failure> {
        let who = self.who(headers).await?;
        match self.policy.decide(who.as_ref(), repository, action).await {
            Decision::Allow => Ok(who),
            Decision::Challenge => Err(self.unauthorized("say who you are: this needs a credential")),
            Decision::Deny => {
                let (what, preposition) = match action {
                    Action::Pull => ("pull", "from"),
                    Action::Push => ("push", "to"),
                    Action::Delete => ("delete", "from"),
                };
                let message = format!("this credential may not {what} {preposition} {repository}");
                Err(Failure::new(StatusCode::FORBIDDEN, Code::Denied, message))
            }
        }
    }

    /// Whether these may also do that.
    pub(super) async fn may(&self, who: Option<&Identity>, repository: &Repository, action: Action) -> bool {
        self.policy.decide(who, repository, action).await == Decision::Allow
    }
}

fn read_basic(value: &str) -> Option<Credential> {
    let (scheme, encoded) = value.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = base64::engine::general_purpose::STANDARD.decode(encoded.trim()).ok()?;
    let decoded = String::from_utf8(decoded).ok()?;
    let (user, secret) = decoded.split_once(':')?;
    Some(Credential { user: user.to_owned(), secret: secret.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn basic_is_read_and_nothing_else() {
        let credential = read_basic("Basic YW5hOnM6ZWNyZXQ=").unwrap();
        assert_eq!((credential.user.as_str(), credential.secret.as_str()), ("ana", "s:ecret"));
        assert_eq!(format!("{credential:?}"), "Credential(ana, …)");
        for bad in ["", "Basic", "Bearer YW5hOnM6ZWNyZXQ=", "Basic !!!", "Basic YW5h"] {
            assert!(read_basic(bad).is_none(), "{bad}");
        }
    }
}
