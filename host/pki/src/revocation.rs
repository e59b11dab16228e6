//! Certificate revocation lists (RFC 5280, section 5), asked about a moment in the past.

use crate::certificate::{Certificate, instant};
use crate::{Refusal, signature};
use chrono::{DateTime, Utc};
use der::{Decode, Encode};
use std::fmt;
use std::sync::Arc;
use x509_cert::crl::CertificateList;
use x509_cert::ext::pkix::KeyUsages;

/// A revocation list of one authority, read. It counts only with that authority's signature.
#[derive(Clone)]
pub struct RevocationList {
    parsed: Arc<CertificateList>,
    signed: Arc<[u8]>,
    from: DateTime<Utc>,
    until: DateTime<Utc>,
    der: Arc<[u8]>,
}

impl RevocationList {
    /// Reads a list in DER. Lists without an end and lists of only some certificates or reasons are not read.
    ///
    /// # Errors
    /// [`Refusal::Unreadable`].
    pub fn from_der(der: &[u8]) -> Result<RevocationList, Refusal> {
        const WHAT: Refusal = Refusal::Unreadable("the revocation list");
        let parsed = CertificateList::from_der(der).map_err(|_| WHAT)?;
        let list = &parsed.tbs_cert_list;
        let entries = list.revoked_certificates.iter().flatten().filter_map(|entry| entry.crl_entry_extensions.as_ref());
        // The critical ones narrow a list down, or move an entry to another authority.
        if list.crl_extensions.iter().chain(entries).flatten().any(|extension| extension.critical) {
            return Err(WHAT);
        }
        let (from, until) = (instant(list.this_update).ok_or(WHAT)?, list.next_update.and_then(instant).ok_or(WHAT)?);
        let signed = list.to_der().map_err(|_| WHAT)?.into();
        Ok(RevocationList { parsed: Arc::new(parsed), signed, from, until, der: der.into() })
    }

    /// The list in DER.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// When it was issued, and when the next one is due.
    #[must_use]
    pub fn validity(&self) -> (DateTime<Utc>, DateTime<Utc>) {
        (self.from, self.until)
    }

    /// Whether the list is this issuer's and speaks about this moment: it had not ended then. One that was issued later knows more.
    fn speaks(&self, issuer: &Certificate, moment: DateTime<Utc>, now: DateTime<Utc>) -> bool {
        let key = &issuer.parsed().tbs_certificate;
        let list = &self.parsed;
        self.from <= now
            && self.until >= moment
            && list.tbs_cert_list.issuer == key.subject
            && list.tbs_cert_list.signature == list.signature_algorithm
            && issuer.may(&[KeyUsages::CRLSign])
            && signature::holds(&key.subject_public_key_info, list.signature_algorithm.oid, None, &self.signed, list.signature.raw_bytes())
                .is_ok()
    }

    fn revoked(&self, certificate: &Certificate) -> Option<DateTime<Utc>> {
        let serial = &certificate.parsed().tbs_certificate.serial_number;
        let mut entries = self.parsed.tbs_cert_list.revoked_certificates.iter().flatten();
        // An entry whose moment cannot be read counts from the beginning.
        entries.find(|entry| entry.serial_number == *serial).map(|entry| instant(entry.revocation_date).unwrap_or_default())
    }
}

/// Whether a certificate was revoked at a moment, by all lists that speak of it. A later revocation does not undo what was signed before.
pub(crate) fn check(
    certificate: &Certificate,
    issuer: &Certificate,
    lists: &[&RevocationList],
    moment: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<(), Refusal> {
    let mut known = false;
    for list in lists.iter().filter(|list| list.speaks(issuer, moment, now)) {
        known = true;
        if let Some(since) = list.revoked(certificate).filter(|since| *since <= moment) {
            return Err(Refusal::Revoked(since));
        }
    }
    if known { Ok(()) } else { Err(Refusal::RevocationUnknown) }
}

impl fmt::Debug for RevocationList {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "RevocationList({} to {})", self.from, self.until)
    }
}
