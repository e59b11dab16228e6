//! Certificates and the keys behind them.

use aws_lc_rs::digest;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RsaKeyPair, UnparsedPublicKey,
};
use chrono::{DateTime, Utc};
use rsa::pkcs8::DecodePrivateKey;
use std::fmt;
use x509_cert::der::{Decode, DecodePem, Encode, SecretDocument};
use x509_cert::ext::pkix::SubjectKeyIdentifier;

use crate::dsig::Suite;

/// Why a key or a certificate cannot be used. Never holds a part of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum KeyError {
    /// Not an X.509 certificate.
    #[error("the certificate cannot be read")]
    Certificate,
    /// Not an RSA key in PKCS #8, or one shorter than 2048 bits.
    #[error("the private key cannot be read: PKCS #8, RSA of 2048 bits or more is expected")]
    PrivateKey,
    /// Key and certificate are not a pair.
    #[error("the private key does not belong to the certificate")]
    NotAPair,
    /// The key was not loaded for this algorithm.
    #[error("the key may not sign with this algorithm")]
    Algorithm,
    /// The cryptographic library failed.
    #[error("signing failed")]
    Failed,
}

/// An X.509 certificate and what signature checks need of it. Whether it is to be trusted is said by [`crate::Trust`].
#[derive(Clone, PartialEq, Eq)]
pub struct Certificate {
    der: Vec<u8>,
    key: Vec<u8>,
    serial: Vec<u8>,
    subject_key: Option<Vec<u8>>,
    valid: (DateTime<Utc>, DateTime<Utc>),
}

impl Certificate {
    /// Reads a certificate in DER.
    ///
    /// # Errors
    /// [`KeyError::Certificate`].
    pub fn from_der(der: &[u8]) -> Result<Certificate, KeyError> {
        let certificate = x509_cert::Certificate::from_der(der).map_err(|_| KeyError::Certificate)?;
        Certificate::from_parsed(&certificate)
    }

    /// Reads the certificate of a PEM text.
    ///
    /// # Errors
    /// [`KeyError::Certificate`].
    pub fn from_pem(pem: &str) -> Result<Certificate, KeyError> {
        let certificate = x509_cert::Certificate::from_pem(pem).map_err(|_| KeyError::Certificate)?;
        Certificate::from_parsed(&certificate)
    }

    fn from_parsed(certificate: &x509_cert::Certificate) -> Result<Certificate, KeyError> {
        let facts = &certificate.tbs_certificate;
        let instant = |time: x509_cert::time::Time| {
            i64::try_from(time.to_unix_duration().as_secs()).ok().and_then(|seconds| DateTime::from_timestamp(seconds, 0))
        };
        let from = instant(facts.validity.not_before).ok_or(KeyError::Certificate)?;
        let until = instant(facts.validity.not_after).ok_or(KeyError::Certificate)?;
        let subject_key = facts.get::<SubjectKeyIdentifier>().map_err(|_| KeyError::Certificate)?;
        Ok(Certificate {
            der: certificate.to_der().map_err(|_| KeyError::Certificate)?,
            key: facts.subject_public_key_info.subject_public_key.raw_bytes().to_vec(),
            serial: facts.serial_number.as_bytes().iter().copied().skip_while(|byte| *byte == 0).collect(),
            subject_key: subject_key.map(|(_, found)| found.0.as_bytes().to_vec()),
            valid: (from, until),
        })
    }

    /// The certificate in DER.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// The serial number, most significant byte first, without leading zeros.
    #[must_use]
    pub fn serial(&self) -> &[u8] {
        &self.serial
    }

    /// The SubjectKeyIdentifier extension.
    #[must_use]
    pub fn subject_key(&self) -> Option<&[u8]> {
        self.subject_key.as_deref()
    }

    /// The first and the last moment of its validity.
    #[must_use]
    pub fn validity(&self) -> (DateTime<Utc>, DateTime<Utc>) {
        self.valid
    }

    /// Whether a moment lies within its validity.
    #[must_use]
    pub fn is_valid_at(&self, moment: DateTime<Utc>) -> bool {
        self.valid.0 <= moment && moment <= self.valid.1
    }

    /// SHA-256 of the certificate.
    #[must_use]
    pub fn fingerprint(&self) -> [u8; 32] {
        let mut out = [0; 32];
        out.copy_from_slice(digest::digest(&digest::SHA256, &self.der).as_ref());
        out
    }

    /// Whether the certificate's key made this signature (PKCS #1 v1.5) over this message. RSA of 2048 bits and more only.
    #[must_use]
    pub fn made(&self, suite: Suite, message: &[u8], signature: &[u8]) -> bool {
        let algorithm = match suite {
            Suite::RsaSha256 => &RSA_PKCS1_2048_8192_SHA256,
            Suite::RsaSha1 => &RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY,
        };
        UnparsedPublicKey::new(algorithm, &self.key).verify(message, signature).is_ok()
    }
}

impl fmt::Debug for Certificate {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The subject may be a person.
        write!(out, "Certificate({})", hex::encode(self.fingerprint()))
    }
}

/// A private RSA key with its certificate.
pub struct SigningKey {
    pair: RsaKeyPair,
    sha1: Option<Box<rsa::RsaPrivateKey>>,
    certificate: Certificate,
}

/// DER of `DigestInfo` for SHA-1 up to the digest (RFC 8017, 9.2).
const SHA1_DIGEST_INFO: [u8; 15] = [0x30, 0x21, 0x30, 0x09, 0x06, 0x05, 0x2b, 0x0e, 0x03, 0x02, 0x1a, 0x05, 0x00, 0x04, 0x14];

impl SigningKey {
    /// A key that signs with RSA-SHA256.
    ///
    /// # Errors
    /// When the key is not RSA in PKCS #8 of 2048 bits or more, or does not belong to the certificate.
    pub fn new(certificate: Certificate, pkcs8: &[u8]) -> Result<SigningKey, KeyError> {
        let pair = RsaKeyPair::from_pkcs8(pkcs8).map_err(|_| KeyError::PrivateKey)?;
        let key = SigningKey { pair, sha1: None, certificate };
        let probe = b"a key and its certificate";
        if !key.certificate.made(Suite::RsaSha256, probe, &key.sign(Suite::RsaSha256, probe)?) {
            return Err(KeyError::NotAPair);
        }
        Ok(key)
    }

    /// The same from PEM texts.
    ///
    /// # Errors
    /// As [`SigningKey::new`].
    pub fn from_pem(certificate: &str, key: &str) -> Result<SigningKey, KeyError> {
        let certificate = Certificate::from_pem(certificate)?;
        let (label, document) = SecretDocument::from_pem(key).map_err(|_| KeyError::PrivateKey)?;
        if label != "PRIVATE KEY" {
            return Err(KeyError::PrivateKey);
        }
        SigningKey::new(certificate, document.as_bytes())
    }

    /// Lets the key sign with RSA-SHA1 too, for the contracts that still publish it.
    ///
    /// # Errors
    /// When the key cannot be read.
    pub fn with_sha1(mut self, pkcs8: &[u8]) -> Result<SigningKey, KeyError> {
        let key = rsa::RsaPrivateKey::from_pkcs8_der(pkcs8).map_err(|_| KeyError::PrivateKey)?;
        self.sha1 = Some(Box::new(key));
        let probe = b"a key and its certificate";
        if !self.certificate.made(Suite::RsaSha1, probe, &self.sign(Suite::RsaSha1, probe)?) {
            return Err(KeyError::NotAPair);
        }
        Ok(self)
    }

    /// The certificate.
    #[must_use]
    pub fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    /// A signature (PKCS #1 v1.5) over a message, also for what is not XML: audit rows as JWS, documents.
    ///
    /// # Errors
    /// [`KeyError::Algorithm`] for SHA-1 with a key that was not loaded for it.
    pub fn sign(&self, suite: Suite, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        match suite {
            Suite::RsaSha256 => {
                let mut signature = vec![0; self.pair.public_modulus_len()];
                self.pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature).map_err(|_| KeyError::Failed)?;
                Ok(signature)
            }
            Suite::RsaSha1 => {
                let key = self.sha1.as_ref().ok_or(KeyError::Algorithm)?;
                let scheme = rsa::Pkcs1v15Sign { hash_len: Some(20), prefix: SHA1_DIGEST_INFO.into() };
                let hashed = suite.digest(message);
                // Blinded: the time it takes tells nothing of the key.
                key.sign_with_rng(&mut Blinding, scheme, &hashed).map_err(|_| KeyError::Failed)
            }
        }
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "SigningKey({:?})", self.certificate)
    }
}

/// The cryptographic library's randomness as the RSA library wants it.
struct Blinding;

impl rsa::rand_core::RngCore for Blinding {
    fn next_u32(&mut self) -> u32 {
        rsa::rand_core::impls::next_u32_via_fill(self)
    }
    fn next_u64(&mut self) -> u64 {
        rsa::rand_core::impls::next_u64_via_fill(self)
    }
    fn fill_bytes(&mut self, bytes: &mut [u8]) {
        // The library fails only when the operating system has no randomness; the bytes then blind nothing, but sign nothing wrong.
        let _ = aws_lc_rs::rand::fill(bytes);
    }
    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), rsa::rand_core::Error> {
        aws_lc_rs::rand::fill(bytes).map_err(|_| rsa::rand_core::Error::new("no randomness"))
    }
}

impl rsa::rand_core::CryptoRng for Blinding {}
