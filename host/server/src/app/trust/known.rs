//! Whom the host trusts and what is stopped, as the database has it: read when the host starts and whenever it changes, by whichever host.

use std::collections::{BTreeMap, HashMap};
use vatra_core::clock::Instant;
use vatra_core::ids::{Name, TenantId};
use vatra_core::packages::{Stop, Stopped};
use vatra_core::store::{Store, StoreError};
use vatra_trust::{Envelope, KeyId, Keyring, Publication, Publisher, Refusal, Revocations};

/// What was found of a package that a municipality runs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Facts {
    /// What its publisher signed.
    pub(crate) publication: Publication,
    /// By which key.
    pub(crate) key: KeyId,
}

/// Since when something is stopped, and why.
type Since = (Instant, String);

/// Publishers, withdrawals and stops.
#[derive(Default)]
pub(crate) struct Known {
    publishers: BTreeMap<Name, (Keyring, Publisher)>,
    revoked: Revocations,
    modules: HashMap<Name, Since>,
    stopped_publishers: HashMap<Name, Since>,
    municipalities: HashMap<TenantId, Since>,
}

impl Known {
    /// As it is kept now. A publisher's keys that cannot be read are said in the log, and nobody's.
    pub(super) async fn read(store: &dyn Store) -> Result<Self, StoreError> {
        let mut known = Self::default();
        for trusted in store.publishers().await? {
            let read = Keyring::read(trusted.keyring.as_bytes()).and_then(|keyring| Ok((keyring.verify()?, keyring)));
            match read {
                Ok((publisher, keyring)) => {
                    known.publishers.insert(trusted.name, (keyring, publisher));
                }
                Err(error) => tracing::error!(publisher = %trusted.name, "its keys do not count: {error}"),
            }
        }
        for Stop { what, reason, at } in store.stops().await? {
            match what {
                Stopped::Withdrawn { publisher, envelope } => known.withdraw(&publisher, &envelope, at),
                Stopped::Package { digest } => known.revoked.add_digest(digest, &reason, at),
                Stopped::Module { module } => {
                    known.modules.insert(module, (at, reason));
                }
                Stopped::Publisher { publisher } => {
                    known.stopped_publishers.insert(publisher, (at, reason));
                }
                Stopped::Municipality { tenant } => {
                    known.municipalities.insert(tenant, (at, reason));
                }
            }
        }
        Ok(known)
    }

    /// Whatever a publisher signed was checked when it was taken in; somebody may have written into the database since.
    fn withdraw(&mut self, publisher: &Name, envelope: &str, at: Instant) {
        let Some((_, trusted)) = self.publishers.get(publisher) else { return };
        let read = Envelope::read(envelope.as_bytes()).and_then(|envelope| trusted.revocation(&envelope, at, &self.revoked));
        match read {
            Ok(revocation) => self.revoked.add(&revocation),
            Err(error) => tracing::error!(%publisher, "a withdrawal does not count: {error}"),
        }
    }

    /// Publishers that are trusted, by name, each with its keys as they were brought.
    pub(crate) fn publishers(&self) -> impl Iterator<Item = &(Keyring, Publisher)> {
        self.publishers.values()
    }

    /// A publisher's keys as they were brought.
    pub(crate) fn keyring(&self, name: &Name) -> Option<&Keyring> {
        self.publishers.get(name).map(|(keyring, _)| keyring)
    }

    /// A trusted publisher that is not stopped.
    ///
    /// # Errors
    /// [`Refusal::UnknownPublisher`], [`Refusal::Stopped`].
    pub(crate) fn publisher(&self, name: &Name) -> Result<&Publisher, Refusal> {
        let (_, publisher) = self.publishers.get(name).ok_or_else(|| Refusal::UnknownPublisher(name.clone()))?;
        match self.stopped_publishers.get(name) {
            Some(since) => Err(stop(format!("publisher '{name}'"), since)),
            None => Ok(publisher),
        }
    }

    /// What is withdrawn.
    pub(crate) fn revoked(&self) -> &Revocations {
        &self.revoked
    }

    /// Whether a kill switch stands against this module in this municipality.
    ///
    /// # Errors
    /// [`Refusal::Stopped`].
    pub(crate) fn stopped(&self, tenant: TenantId, module: &Name) -> Result<(), Refusal> {
        if let Some(since) = self.municipalities.get(&tenant) {
            return Err(stop("every module of this municipality".to_owned(), since));
        }
        self.modules.get(module).map_or(Ok(()), |since| Err(stop(format!("module {module}"), since)))
    }

    /// Whether what was found good would be found so again: its publisher is trusted, with that key, and nothing of it is withdrawn.
    ///
    /// # Errors
    /// [`Refusal`].
    pub(crate) fn holds(&self, facts: &Facts) -> Result<(), Refusal> {
        let Facts { publication, key } = facts;
        let publisher = self.publisher(&publication.publisher)?;
        if !publisher.keys().iter().any(|known| known.key.id() == *key) {
            return Err(Refusal::UnknownKey { key: key.clone(), publisher: publisher.name.clone() });
        }
        let withdrawn = self.revoked.of_key(&publication.publisher, key).or_else(|| self.revoked.of_publication(publication));
        withdrawn.map_or(Ok(()), |withdrawn| Err(withdrawn.refusal()))
    }
}

fn stop(what: String, (at, reason): &Since) -> Refusal {
    Refusal::Stopped { what, at: *at, reason: reason.clone() }
}
