//! Who certifies, who stamps and who signs: an authority of the emulator's own, with a time-stamp authority and a certificate for each person who
//! ever signed. All keys are made on the spot and are worth nothing anywhere else.

use crate::NotOpened;
use crate::house::{certificate_file, key_file, put};
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use vatra_core::clock::Clock;
use vatra_core::providers::{ContentKind, SignContent};
use vatra_pki::authority::{Authority, Holder, Subject, Validity};
use vatra_pki::xades::Hash;
use vatra_pki::{Certificate, RevocationList, SignError, Trust, pades, stamp, xades};
use vatra_xmlsec::{Accepts, SigningKey};

/// Files of the authorities that are kept.
pub(crate) const ROOT: &str = "msign-root";
const ISSUING: &str = "msign-people";
const STAMPS: &str = "msign-stamps";
/// How long kept authorities must hold at least.
const MARGIN: TimeDelta = TimeDelta::days(800);

/// Who signs, and what is wrong with their certificate.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) struct Signer {
    pub(super) idnp: String,
    pub(super) name: String,
    pub(super) flaw: Option<Flaw>,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) enum Flaw {
    /// Revoked a day ago.
    Revoked,
    /// Ended a day ago.
    Expired,
    /// Issued by somebody whom nobody knows.
    Stranger,
}

/// The authorities and everybody's keys.
pub(super) struct Keys {
    root: Authority,
    issuing: Authority,
    stamps: stamp::Authority,
    /// Made when it is wanted.
    strangers: OnceLock<Authority>,
    clock: Arc<dyn Clock>,
    people: Mutex<HashMap<Signer, Arc<Holder>>>,
}

/// What is signed with.
pub(super) struct Pen {
    holder: Arc<Holder>,
    chain: Vec<Certificate>,
    stamped: bool,
    moment: DateTime<Utc>,
}

impl Keys {
    pub(super) fn new(clock: Arc<dyn Clock>) -> Result<Self, SignError> {
        let now = clock.now().utc();
        let (root, issuing, tsa) = Self::make(now)?;
        Ok(Self::with(root, issuing, tsa.key, clock))
    }

    /// The authorities of this folder, so that what was signed before a restart is judged by the same ones after it; new ones when there are none, or
    /// they do not hold at present.
    pub(super) fn kept(folder: &Path, clock: Arc<dyn Clock>) -> Result<Self, NotOpened> {
        let now = clock.now().utc();
        if let Some(keys) = Self::read(folder, &clock) {
            let (from, until) = keys.anchor().validity();
            if from <= now && now + MARGIN <= until {
                return Ok(keys);
            }
        }
        let (root, issuing, tsa) = Self::make(now)?;
        let pairs = [
            (ROOT, root.certificate().pem(), root.key_pem()),
            (ISSUING, issuing.certificate().pem(), issuing.key_pem()),
            (STAMPS, tsa.certificate.pem(), tsa.key_pem()),
        ];
        for (name, certificate, key) in pairs {
            put(folder, &certificate_file(name), &certificate)?;
            put(folder, &key_file(name), &key)?;
        }
        Ok(Self::with(root, issuing, tsa.key, clock))
    }

    /// None when the files are not there, or are of no use.
    fn read(folder: &Path, clock: &Arc<dyn Clock>) -> Option<Self> {
        let text = |name: String| std::fs::read_to_string(folder.join(name)).ok();
        let pair = |name: &str| text(certificate_file(name)).zip(text(key_file(name)));
        let authority = |name: &str| pair(name).and_then(|(certificate, key)| Authority::kept(&certificate, &key).ok());
        let (certificate, key) = pair(STAMPS)?;
        let tsa = SigningKey::from_pem(&certificate, &key).ok()?;
        Some(Self::with(authority(ROOT)?, authority(ISSUING)?, tsa, clock.clone()))
    }

    fn make(now: DateTime<Utc>) -> Result<(Authority, Authority, Holder), SignError> {
        let long = (now - TimeDelta::days(400), now + TimeDelta::days(3_650));
        let root = Authority::root("Emulated signature authority", long)?;
        let issuing = root.subordinate("Emulated signature authority: people", long)?;
        let tsa = root.issue(Subject::TimeStamps { name: "Emulated time-stamp authority" }, long)?;
        Ok((root, issuing, tsa))
    }

    fn with(root: Authority, issuing: Authority, tsa: SigningKey, clock: Arc<dyn Clock>) -> Self {
        let stamps = stamp::Authority { key: tsa, chain: vec![root.certificate().clone()] };
        Self { root, issuing, stamps, strangers: OnceLock::new(), clock, people: Mutex::default() }
    }

    /// Who issues to this signer.
    fn authority(&self, signer: &Signer) -> Result<&Authority, SignError> {
        if signer.flaw != Some(Flaw::Stranger) {
            return Ok(&self.issuing);
        }
        if let Some(made) = self.strangers.get() {
            return Ok(made);
        }
        let made = Authority::root("Another authority", self.anchor().validity())?;
        Ok(self.strangers.get_or_init(|| made))
    }

    /// The anchor of all genuine signatures.
    pub(super) fn anchor(&self) -> &Certificate {
        self.root.certificate()
    }

    /// The revocation lists as they are now: of the root and of the authority for people.
    pub(super) fn lists(&self) -> Result<Vec<RevocationList>, SignError> {
        let now = self.clock.now().utc();
        let valid = (now - TimeDelta::hours(1), now + TimeDelta::days(7));
        let people = self.people.lock().unwrap_or_else(PoisonError::into_inner);
        let revoked = people.iter().filter(|(signer, _)| signer.flaw == Some(Flaw::Revoked));
        let revoked: Vec<_> = revoked.map(|(_, holder)| (holder.certificate.clone(), now - TimeDelta::days(1))).collect();
        let revoked: Vec<_> = revoked.iter().map(|(certificate, since)| (certificate, *since)).collect();
        Ok(vec![self.root.revoke(&[], valid)?, self.issuing.revoke(&revoked, valid)?])
    }

    pub(super) fn trust(&self) -> Result<Trust, SignError> {
        Ok(Trust { anchors: vec![self.anchor().clone()], intermediates: vec![], lists: self.lists()? })
    }

    /// A pen of this person, whose key is made when they sign first. Without `stamped` nothing proves when it was signed.
    pub(super) fn pen(&self, signer: &Signer, stamped: bool) -> Result<Pen, SignError> {
        let moment = self.clock.now().utc();
        let kept = self.people.lock().unwrap_or_else(PoisonError::into_inner).get(signer).cloned();
        let holder = match kept {
            Some(holder) => holder,
            None => {
                let made = Arc::new(self.issue(signer, moment)?);
                let mut people = self.people.lock().unwrap_or_else(PoisonError::into_inner);
                people.entry(signer.clone()).or_insert(made).clone()
            }
        };
        Ok(Pen { holder, chain: vec![self.authority(signer)?.certificate().clone()], stamped, moment })
    }

    fn issue(&self, signer: &Signer, now: DateTime<Utc>) -> Result<Holder, SignError> {
        let valid: Validity = match signer.flaw {
            Some(Flaw::Expired) => (now - TimeDelta::days(366), now - TimeDelta::days(1)),
            _ => (now - TimeDelta::days(30), now + TimeDelta::days(700)),
        };
        self.authority(signer)?.issue(Subject::Person { name: &signer.name, idnp: &signer.idnp }, valid)
    }

    /// Answers a time-stamp request (RFC 3161).
    pub(super) fn stamp(&self, request: &[u8]) -> Result<Vec<u8>, SignError> {
        self.stamps.answer(request, rand::random(), self.clock.now().utc())
    }

    fn token(&self, over: &[u8]) -> Result<Vec<u8>, SignError> {
        let request = stamp::Request::over(over, rand::random())?;
        Ok(request.accept(&self.stamp(&request.to_der()?)?)?)
    }

    /// Signs one content: the signed PDF, or the detached signature.
    pub(super) fn sign(&self, pen: &Pen, kind: ContentKind, content: &SignContent, reason: &str) -> Result<Vec<u8>, SignError> {
        match kind {
            ContentKind::Pdf => {
                let name = pen.holder.certificate.common_name();
                let reason = Some(reason).filter(|reason| !reason.is_empty());
                let field = pades::Field { name: name.as_deref(), reason, location: None, moment: pen.moment };
                let signed = pades::prepare(&content.content, &field)?.sign(&pen.holder.key, &pen.chain)?;
                if !pen.stamped {
                    return signed.without_stamp();
                }
                let token = self.token(signed.value())?;
                signed.finish(&token)
            }
            ContentKind::Hash => {
                let hash = Hash::from_bytes(&content.content, Accepts::Sha1Too)?;
                let signed = xades::sign(&hash, Accepts::Sha1Too, &pen.holder.key, &pen.chain, pen.moment)?;
                let text = if pen.stamped { signed.finish(&self.token(signed.value())?) } else { signed.without_stamp() };
                Ok(text.into_bytes())
            }
        }
    }
}

impl Pen {
    pub(super) fn certificate(&self) -> &Certificate {
        &self.holder.certificate
    }
}
