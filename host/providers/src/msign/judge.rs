//! Signatures judged by this host: by the authorities that its operator trusts, and by their revocation lists.

use super::{Mismatch, Settings, check};
use crate::transport::{Authorities, Call, Client, Method};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use std::sync::Arc;
use tokio::sync::Mutex;
use vatra_core::clock::{Clock, Instant};
use vatra_core::providers::{SignRequest, Signed};
use vatra_core::signing::{Judged, SignatureJudge, Unfit};
use vatra_pki::xades::Hash;
use vatra_pki::{Refusal, RevocationList, Trust, Valid, pades, xades};
use vatra_xmlsec::Accepts;

/// For how long, in seconds, lists of the service are good for what was signed before. For a new signature they are asked for anew.
const FRESH: i64 = 600;

/// See [`SignatureJudge`].
pub struct Judge {
    authorities: Arc<Authorities>,
    lists: Vec<String>,
    http: Arc<Client>,
    accepts: Accepts,
    clock: Arc<dyn Clock>,
    fetched: Mutex<Option<(Instant, Vec<RevocationList>)>>,
}

impl Judge {
    /// By these files, and by the lists that the service hands out over `http`.
    #[must_use]
    pub fn new(settings: &Settings, authorities: Arc<Authorities>, http: Arc<Client>, clock: Arc<dyn Clock>) -> Judge {
        let (lists, accepts) = (settings.service_lists.clone(), settings.accepts());
        Judge { authorities, lists, http, accepts, clock, fetched: Mutex::default() }
    }

    /// What signatures are judged by, and whether the service's lists are no older than this, in seconds.
    async fn trust(&self, age: i64) -> (Trust, bool) {
        let mut trust = self.authorities.trust();
        if self.lists.is_empty() {
            return (trust, true);
        }
        let mut fetched = self.fetched.lock().await;
        let now = self.clock.now();
        let mut fresh = fetched.as_ref().is_some_and(|(at, _)| now < at.plus_seconds(age));
        if !fresh && let Some(lists) = self.fetch().await {
            *fetched = Some((now, lists));
            fresh = true;
        }
        trust.lists.extend(fetched.iter().flat_map(|(_, lists)| lists.iter().cloned()));
        (trust, fresh)
    }

    async fn fetch(&self) -> Option<Vec<RevocationList>> {
        let mut lists = Vec::with_capacity(self.lists.len());
        for path in &self.lists {
            let read = match self.http.send(Call::new(Method::GET, path.clone())).await {
                Ok(answer) if answer.status.is_success() => RevocationList::from_der(&answer.body).map_err(|error| error.to_string()),
                Ok(answer) => Err(format!("status {}", answer.status.as_u16())),
                Err(failure) => Err(failure.to_string()),
            };
            match read {
                Ok(list) => lists.push(list),
                Err(cause) => {
                    tracing::warn!("the revocation list {path} of MSign cannot be had: {cause}");
                    return None;
                }
            }
        }
        Some(lists)
    }

    fn now(&self) -> DateTime<Utc> {
        self.clock.now().utc()
    }
}

/// Reading and judging takes a while of a processor.
async fn aside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    tokio::task::spawn_blocking(work).await.ok()
}

fn unknown(refusal: &Refusal) -> bool {
    match refusal {
        Refusal::RevocationUnknown => true,
        Refusal::Stamp(inner) => unknown(inner),
        _ => false,
    }
}

/// A refusal as a code.
fn code(refusal: &Refusal) -> &'static str {
    match refusal {
        Refusal::Unreadable(_) => "unreadable",
        Refusal::Changed | Refusal::ChangedLater(_) | Refusal::NotCovered | Refusal::Misplaced | Refusal::Signature => "changed",
        Refusal::Stamp(inner) if unknown(inner) => "revocation-unknown",
        Refusal::NoTimeStamp | Refusal::StampOfAnother | Refusal::StampInFuture | Refusal::Stamp(_) | Refusal::StampNotGranted => {
            "no-stamp"
        }
        Refusal::UnknownIssuer | Refusal::Path | Refusal::Usage | Refusal::NoCertificate | Refusal::CertificateNotBound => "untrusted",
        Refusal::Expired | Refusal::NotYetValid => "expired",
        Refusal::Revoked(_) => "revoked",
        Refusal::RevocationUnknown => "revocation-unknown",
        Refusal::Algorithm | Refusal::WeakDigest => "weak",
    }
}

fn judged(outcome: Result<Valid, Refusal>) -> Judged {
    match outcome {
        Ok(valid) => Judged {
            idnp: valid.signer.idnp(),
            name: valid.signer.common_name().unwrap_or_default(),
            signed_at: Some(Instant(valid.signed_at.timestamp_millis())),
            fault: None,
        },
        Err(refusal) => Judged { idnp: None, name: String::new(), signed_at: None, fault: Some(code(&refusal)) },
    }
}

#[async_trait]
impl SignatureJudge for Judge {
    async fn check(&self, request: SignRequest, results: Vec<Signed>) -> Result<Vec<(Instant, Vec<u8>)>, Unfit> {
        // A certificate that was revoked a minute ago signs nothing.
        let (trust, fresh) = self.trust(0).await;
        if !fresh {
            return Err(Unfit::NotNow);
        }
        let (accepts, now) = (self.accepts, self.now());
        let checked = aside(move || check(&request, &results, accepts, &trust, now)).await.ok_or(Unfit::NotNow)?;
        match checked {
            Ok(all) => Ok(all.into_iter().map(|one| (Instant(one.signed_at.timestamp_millis()), one.signature)).collect()),
            Err(Mismatch::Results) => Err(Unfit::No("other-results")),
            Err(Mismatch::WrongSigner) => Err(Unfit::No("wrong-signer")),
            Err(Mismatch::OtherDocument(_)) => Err(Unfit::No("other-document")),
            Err(Mismatch::Signature(refusal)) if unknown(&refusal) => Err(Unfit::NotNow),
            Err(Mismatch::Signature(refusal)) => Err(Unfit::No(code(&refusal))),
        }
    }

    async fn judge(&self, pdf: Vec<u8>) -> Result<Vec<Judged>, &'static str> {
        let ((trust, _), now) = (self.trust(FRESH).await, self.now());
        let verdicts = aside(move || pades::verify(&pdf, &trust, now)).await.ok_or("unreadable")?;
        let verdicts = verdicts.map_err(|refusal| code(&refusal))?;
        Ok(verdicts.into_iter().filter(|one| one.kind == pades::Kind::Signature).map(|one| judged(one.outcome)).collect())
    }

    async fn judge_digest(&self, digest: Vec<u8>, signature: Vec<u8>) -> Judged {
        let ((trust, _), now, accepts) = (self.trust(FRESH).await, self.now(), self.accepts);
        let work = move || {
            let hash = Hash::from_bytes(&digest, accepts)?;
            let text = std::str::from_utf8(&signature).map_err(|_| Refusal::Unreadable("the signature"))?;
            xades::verify(text, &hash, accepts, &trust, now)
        };
        judged(aside(work).await.unwrap_or(Err(Refusal::Unreadable("the signature"))))
    }
}
