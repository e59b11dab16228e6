//! Whom the host trusts, and kill switches. The operator's: every host on the database obeys within seconds, and hosts that start later.

use super::super::{App, AppError};
use vatra_core::ids::Name;
use vatra_core::packages::{Stop, Stopped, TrustedPublisher};
use vatra_trust::{Envelope, KeyId, Keyring, Publisher, Refusal};

/// What can be stopped, as the operator names it.
pub type Switch = Stopped;

impl App {
    /// Trusts a publisher by its keys, once the first one's fingerprint was compared; or takes its further keys, which have to follow from the ones that are
    /// trusted.
    ///
    /// # Errors
    /// [`AppError::Usage`] when the fingerprint is another; [`AppError::Trust`] when the keys do not follow from each other.
    pub async fn trust_publisher(&self, keyring: &[u8], fingerprint: Option<&KeyId>) -> Result<Publisher, AppError> {
        let keyring = Keyring::read(keyring)?;
        let (known, now) = (self.trust.known(), self.clock.now());
        let publisher = match known.keyring(&keyring.publisher) {
            Some(before) => Publisher::updated(before, &keyring, known.revoked(), now)?,
            None => keyring.verify()?,
        };
        let first = publisher.fingerprint();
        let differs = fingerprint.is_some_and(|wanted| first.as_ref() != Some(wanted));
        if differs || (fingerprint.is_none() && known.keyring(&keyring.publisher).is_none()) {
            let found = first.map(|first| first.grouped()).unwrap_or_default();
            return Err(AppError::Usage(format!(
                "the first key of '{}' is {found}: compare it with the publisher by another way, and give it as the fingerprint",
                publisher.name
            )));
        }
        let json = String::from_utf8(keyring.to_json()).map_err(|error| AppError::Usage(error.to_string()))?;
        let trusted = TrustedPublisher { name: publisher.name.clone(), keyring: json, trusted_at: now };
        self.store.put_publisher(&trusted).await?;
        tracing::info!(publisher = %publisher.name, "the publisher is trusted");
        self.trust_changed().await?;
        Ok(publisher)
    }

    /// Trusts a publisher no longer: what it published is not run any more.
    ///
    /// # Errors
    /// [`AppError::NotFound`].
    pub async fn drop_publisher(&self, name: &Name) -> Result<(), AppError> {
        let dropped = self.store.drop_publisher(name).await?;
        tracing::warn!(publisher = %name, "the publisher is trusted no more");
        self.trust_changed().await?;
        if dropped { Ok(()) } else { Err(AppError::NotFound(format!("publisher '{name}' is not trusted here"))) }
    }

    /// Publishers that are trusted.
    pub fn publishers(&self) -> Vec<Publisher> {
        self.trust.known().publishers().map(|(_, publisher)| publisher.clone()).collect()
    }

    /// Stops something, or takes in what a publisher withdrew; false when it was stopped already.
    ///
    /// # Errors
    /// [`AppError::Trust`] when a withdrawal is not the publisher's; [`AppError::Usage`] when no reason is given.
    pub async fn stop(&self, what: Switch, reason: &str) -> Result<bool, AppError> {
        let now = self.clock.now();
        let mut stop = Stop { what, reason: reason.trim().to_owned(), at: now };
        if let Stopped::Withdrawn { publisher, envelope } = &stop.what {
            let known = self.trust.known();
            let revocation = known.publisher(publisher)?.revocation(&Envelope::read(envelope.as_bytes())?, now, known.revoked())?;
            stop.reason = revocation.reason;
        }
        if stop.reason.is_empty() {
            return Err(AppError::Usage("say why: the town halls that use it will read it".to_owned()));
        }
        let fresh = self.store.put_stop(&stop).await?;
        tracing::warn!(what = stop.what.key(), reason = stop.reason, "stopped");
        self.trust_changed().await?;
        Ok(fresh)
    }

    /// Takes in what a publisher withdrew, by its signed statement.
    ///
    /// # Errors
    /// As [`Self::stop`].
    pub async fn withdraw(&self, envelope: &[u8]) -> Result<bool, AppError> {
        let read = Envelope::read(envelope)?;
        let publisher = match read.claimed::<vatra_trust::Statement>()? {
            vatra_trust::Statement::Revocation(revocation) => revocation.publisher,
            other => return Err(Refusal::OtherStatement { found: other.kind(), wanted: "revocation" }.into()),
        };
        let envelope = String::from_utf8(envelope.to_vec()).map_err(|error| AppError::Usage(error.to_string()))?;
        self.stop(Stopped::Withdrawn { publisher, envelope }, "").await
    }

    /// Lifts a stop; what a publisher withdrew stays so.
    ///
    /// # Errors
    /// [`AppError::NotFound`]; [`AppError::Usage`] for a withdrawal.
    pub async fn lift(&self, what: &Switch) -> Result<(), AppError> {
        if matches!(what, Stopped::Withdrawn { .. }) {
            return Err(AppError::Usage("what a publisher withdrew stays withdrawn: it publishes a new version".to_owned()));
        }
        let lifted = self.store.lift_stop(&what.key()).await?;
        tracing::warn!(what = what.key(), "the stop is lifted");
        self.trust_changed().await?;
        if lifted { Ok(()) } else { Err(AppError::NotFound(format!("nothing is stopped as '{}'", what.key()))) }
    }

    /// What is stopped, oldest first.
    ///
    /// # Errors
    /// [`AppError::Store`].
    pub async fn stops(&self) -> Result<Vec<Stop>, AppError> {
        Ok(self.store.stops().await?)
    }

    /// Takes in what changed; returns how many installs are not run any more because of it.
    ///
    /// # Errors
    /// [`AppError::Store`].
    pub(crate) async fn trust_changed(&self) -> Result<usize, AppError> {
        self.trust.reload().await?;
        let stopped = self.runtime.recheck();
        self.directory.forget_all();
        Ok(stopped)
    }
}
