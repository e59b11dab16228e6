//! A certificate and its facts.

use crate::{Refusal, oid};
use aws_lc_rs::digest;
use chrono::{DateTime, Utc};
use der::asn1::{ObjectIdentifier, PrintableStringRef, TeletexStringRef, Utf8StringRef};
use der::{Decode, DecodePem, Encode};
use std::fmt;
use std::sync::Arc;
use x509_cert::ext::pkix::{KeyUsage, KeyUsages};

/// An X.509 certificate, read. Nothing is said about whether it is to be trusted: [`crate::Trust`] does.
#[derive(Clone)]
pub struct Certificate {
    der: Arc<[u8]>,
    parsed: Arc<x509_cert::Certificate>,
    valid: (DateTime<Utc>, DateTime<Utc>),
    usage: Option<KeyUsage>,
}

impl Certificate {
    /// Reads a certificate in DER.
    ///
    /// # Errors
    /// [`Refusal::Unreadable`].
    pub fn from_der(der: &[u8]) -> Result<Certificate, Refusal> {
        const WHAT: Refusal = Refusal::Unreadable("the certificate");
        let parsed = x509_cert::Certificate::from_der(der).map_err(|_| WHAT)?;
        let validity = parsed.tbs_certificate.validity;
        let valid = (instant(validity.not_before).ok_or(WHAT)?, instant(validity.not_after).ok_or(WHAT)?);
        let usage = parsed.tbs_certificate.get::<KeyUsage>().map_err(|_| WHAT)?.map(|(_, usage)| usage);
        Ok(Certificate { der: der.into(), parsed: Arc::new(parsed), valid, usage })
    }

    /// Reads the certificate of a PEM text.
    ///
    /// # Errors
    /// [`Refusal::Unreadable`].
    pub fn from_pem(pem: &str) -> Result<Certificate, Refusal> {
        let wrong = |_| Refusal::Unreadable("the certificate");
        let parsed = x509_cert::Certificate::from_pem(pem).map_err(wrong)?;
        Certificate::from_der(&parsed.to_der().map_err(wrong)?)
    }

    pub(crate) fn from_parsed(parsed: &x509_cert::Certificate) -> Result<Certificate, Refusal> {
        Certificate::from_der(&parsed.to_der().map_err(|_| Refusal::Unreadable("the certificate"))?)
    }

    /// The certificate in DER.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// The certificate in PEM.
    #[must_use]
    pub fn pem(&self) -> String {
        crate::authority::pem("CERTIFICATE", &self.der)
    }

    pub(crate) fn parsed(&self) -> &x509_cert::Certificate {
        &self.parsed
    }

    /// The subject as RFC 4514 writes it. Personal data when it is a person.
    #[must_use]
    pub fn subject(&self) -> String {
        self.parsed.tbs_certificate.subject.to_string()
    }

    /// The subject's common name. Personal data when it is a person.
    #[must_use]
    pub fn common_name(&self) -> Option<String> {
        self.named(oid::COMMON_NAME)
    }

    /// The subject's personal code: thirteen digits in its `serialNumber`, with or without the prefix `IDNMD-` or `PNOMD-` (ETSI EN 319 412-1).
    #[must_use]
    pub fn idnp(&self) -> Option<String> {
        let value = self.named(oid::SERIAL_NUMBER)?;
        let digits = value.strip_prefix("IDNMD-").or_else(|| value.strip_prefix("PNOMD-")).unwrap_or(&value);
        (digits.len() == 13 && digits.bytes().all(|byte| byte.is_ascii_digit())).then(|| digits.to_owned())
    }

    /// The first and the last moment of its validity.
    #[must_use]
    pub fn validity(&self) -> (DateTime<Utc>, DateTime<Utc>) {
        self.valid
    }

    /// The serial number that the authority gave, in hexadecimal digits.
    #[must_use]
    pub fn serial(&self) -> String {
        hex::encode(self.parsed.tbs_certificate.serial_number.as_bytes())
    }

    /// SHA-256 of the certificate.
    #[must_use]
    pub fn fingerprint(&self) -> [u8; 32] {
        let mut out = [0; 32];
        out.copy_from_slice(digest::digest(&digest::SHA256, &self.der).as_ref());
        out
    }

    /// Whether its key may do one of these; a certificate that does not say may do everything (RFC 5280, 4.2.1.3).
    pub(crate) fn may(&self, uses: &[KeyUsages]) -> bool {
        self.usage.is_none_or(|usage| uses.iter().any(|one| usage.0.contains(*one)))
    }

    fn named(&self, kind: ObjectIdentifier) -> Option<String> {
        let mut names = self.parsed.tbs_certificate.subject.0.iter().flat_map(|part| part.0.iter());
        let value = &names.find(|name| name.oid == kind)?.value;
        let utf8 = value.decode_as::<Utf8StringRef<'_>>().map(|text| text.as_str().to_owned());
        let printable = || value.decode_as::<PrintableStringRef<'_>>().map(|text| text.as_str().to_owned());
        let teletex = || value.decode_as::<TeletexStringRef<'_>>().map(|text| text.as_str().to_owned());
        utf8.or_else(|_| printable()).or_else(|_| teletex()).ok()
    }
}

impl PartialEq for Certificate {
    fn eq(&self, other: &Certificate) -> bool {
        self.der == other.der
    }
}

impl Eq for Certificate {}

impl fmt::Debug for Certificate {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The subject may be a person.
        write!(out, "Certificate({})", hex::encode(self.fingerprint()))
    }
}

pub(crate) fn instant(time: x509_cert::time::Time) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp(i64::try_from(time.to_unix_duration().as_secs()).ok()?, 0)
}
