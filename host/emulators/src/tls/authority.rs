//! The certificate authority of the emulators, in the place of STISC. Its keys are made on the spot and are worth nothing anywhere else.

use chrono::{DateTime, TimeDelta, Utc};
use vatra_core::clock::Clock;
use vatra_pki::SignError;
use vatra_pki::authority::{Authority, Subject, Validity};

/// A certificate and its key, in PEM. `Debug` does not show the key.
#[derive(Clone, PartialEq, Eq)]
pub struct Pair {
    /// The certificate.
    pub certificate: String,
    /// The key: RSA, PKCS #8.
    pub key: String,
}

impl std::fmt::Debug for Pair {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Pair(…)")
    }
}

/// The authority, and the certificate under which the emulators serve.
#[derive(Debug)]
pub struct Keys {
    /// The authority's certificate, in PEM.
    authority: String,
    /// With its key; none once it was kept in files, which hold none.
    issuing: Option<Authority>,
    server: Pair,
    valid: Validity,
}

impl Keys {
    /// A new authority; all it issues is valid for two years.
    ///
    /// # Errors
    /// When no key could be made.
    pub fn new(clock: &dyn Clock) -> Result<Keys, SignError> {
        let now = clock.now().utc();
        Keys::valid((now - TimeDelta::days(1), now + TimeDelta::days(730)))
    }

    /// A new authority whose certificates are valid so long.
    ///
    /// # Errors
    /// When no key could be made.
    pub fn valid(valid: Validity) -> Result<Keys, SignError> {
        let authority = Authority::root("Emulated system authority", valid)?;
        let server = issue(&authority, "emulators", &["localhost", "127.0.0.1", "::1"], valid)?;
        Ok(Keys { authority: authority.certificate().pem(), issuing: Some(authority), server, valid })
    }

    /// What was kept of an authority: it issues no more.
    #[must_use]
    pub fn kept(authority: String, server: Pair, valid: Validity) -> Keys {
        Keys { authority, issuing: None, server, valid }
    }

    /// A system certificate, such as a municipality's host has.
    ///
    /// # Errors
    /// When no key could be made, or the authority issues no more.
    pub fn system(&self, name: &str) -> Result<Pair, SignError> {
        self.system_until(name, self.valid.1)
    }

    /// The same with another end.
    ///
    /// # Errors
    /// As [`Keys::system`].
    pub fn system_until(&self, name: &str, until: DateTime<Utc>) -> Result<Pair, SignError> {
        let authority = self.issuing.as_ref().ok_or(SignError::Writing("a certificate of an authority that issues no more"))?;
        issue(authority, name, &[], (self.valid.0, until))
    }

    /// The authority's certificate, in PEM.
    #[must_use]
    pub fn authority_pem(&self) -> String {
        self.authority.clone()
    }

    pub(crate) fn server(&self) -> &Pair {
        &self.server
    }
}

fn issue(authority: &Authority, name: &str, hosts: &[&str], valid: Validity) -> Result<Pair, SignError> {
    let made = authority.issue(Subject::System { name, hosts }, valid)?;
    Ok(Pair { certificate: made.certificate.pem(), key: made.key_pem() })
}
