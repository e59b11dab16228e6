//! Authorities for the emulators and the tests: a root, an issuing authority, a time-stamp authority, people, revocation lists. Keys are made on
//! the spot and are worth nothing anywhere else.

use crate::{Certificate, RevocationList, SignError};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use rcgen::{
    BasicConstraints, CertificateParams, CertificateRevocationListParams, CustomExtension, DnType, DnValue, ExtendedKeyUsagePurpose, IsCa,
    Issuer, KeyIdMethod, KeyPair, KeyUsagePurpose, PKCS_RSA_SHA256, RevokedCertParams, RsaKeySize, SanType, SerialNumber,
};
use time::OffsetDateTime;
use vatra_xmlsec::SigningKey;

const CERTIFICATE: SignError = SignError::Writing("the certificate");
/// `id-ce-extKeyUsage`, and its value for time stamps alone.
const EXTENDED_KEY_USAGE: &[u64] = &[2, 5, 29, 37];
const TIME_STAMPING: [u8; 12] = [0x30, 0x0a, 0x06, 0x08, 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x08];

/// The first and the last moment of a certificate or a list.
pub type Validity = (DateTime<Utc>, DateTime<Utc>);

/// An authority that issues certificates and revocation lists.
pub struct Authority {
    key: KeyPair,
    params: CertificateParams,
    certificate: Certificate,
}

/// Whom a certificate is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Subject<'a> {
    /// A person who signs documents.
    Person {
        /// As in the documents.
        name: &'a str,
        /// Thirteen digits.
        idnp: &'a str,
    },
    /// A time-stamp authority.
    TimeStamps {
        /// Its name.
        name: &'a str,
    },
    /// A system: it speaks TLS from either side, and signs messages.
    System {
        /// Its name.
        name: &'a str,
        /// Host names and IP addresses under which it serves; none for one that only asks.
        hosts: &'a [&'a str],
    },
}

/// Someone with a key and a certificate.
#[derive(Debug)]
pub struct Holder {
    /// Signs.
    pub key: SigningKey,
    /// The certificate.
    pub certificate: Certificate,
    /// The key in PKCS #8.
    pub pkcs8: Vec<u8>,
}

impl Holder {
    /// The key in PEM.
    #[must_use]
    pub fn key_pem(&self) -> String {
        pem("PRIVATE KEY", &self.pkcs8)
    }
}

/// Text as RFC 7468 writes it.
pub(crate) fn pem(label: &str, der: &[u8]) -> String {
    let text = STANDARD.encode(der);
    let mut out = format!("-----BEGIN {label}-----\n");
    let mut rest = text.as_str();
    while !rest.is_empty() {
        let (line, after) = rest.split_at(rest.len().min(64));
        out.push_str(line);
        out.push('\n');
        rest = after;
    }
    out.push_str(&format!("-----END {label}-----\n"));
    out
}

fn time(moment: DateTime<Utc>) -> Result<OffsetDateTime, SignError> {
    OffsetDateTime::from_unix_timestamp(moment.timestamp()).map_err(|_| CERTIFICATE)
}

fn pair() -> Result<KeyPair, SignError> {
    KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048).map_err(|_| CERTIFICATE)
}

fn serial() -> Result<SerialNumber, SignError> {
    let mut bytes = [0_u8; 16];
    aws_lc_rs::rand::fill(&mut bytes).map_err(|_| CERTIFICATE)?;
    if let Some(first) = bytes.first_mut() {
        *first = (*first & 0x7f) | 0x40;
    }
    Ok(SerialNumber::from_slice(&bytes))
}

fn params(name: &str, valid: Validity) -> Result<CertificateParams, SignError> {
    let mut params = CertificateParams::default();
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.distinguished_name.push(DnType::CountryName, DnValue::PrintableString("MD".try_into().map_err(|_| CERTIFICATE)?));
    params.distinguished_name.push(DnType::CommonName, name);
    params.not_before = time(valid.0)?;
    params.not_after = time(valid.1)?;
    params.serial_number = Some(serial()?);
    params.use_authority_key_identifier_extension = true;
    Ok(params)
}

impl Authority {
    /// A root.
    ///
    /// # Errors
    /// When no key or certificate could be made.
    pub fn root(name: &str, valid: Validity) -> Result<Authority, SignError> {
        let (key, mut params) = (pair()?, params(name, valid)?);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let made = params.self_signed(&key).map_err(|_| CERTIFICATE)?;
        Ok(Authority { key, params, certificate: Certificate::from_der(made.der())? })
    }

    /// An authority beneath this one that issues to people.
    ///
    /// # Errors
    /// As [`Authority::root`].
    pub fn subordinate(&self, name: &str, valid: Validity) -> Result<Authority, SignError> {
        let (key, mut params) = (pair()?, params(name, valid)?);
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let made = params.signed_by(&key, &self.issuer()).map_err(|_| CERTIFICATE)?;
        Ok(Authority { key, params, certificate: Certificate::from_der(made.der())? })
    }

    /// An authority that was kept, from its certificate and [`Authority::key_pem`].
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn kept(certificate: &str, key: &str) -> Result<Authority, SignError> {
        let certificate = Certificate::from_pem(certificate)?;
        let name = certificate.common_name().ok_or(CERTIFICATE)?;
        let mut params = params(&name, certificate.validity())?;
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let key = KeyPair::from_pem_and_sign_algo(key, &PKCS_RSA_SHA256).map_err(|_| CERTIFICATE)?;
        Ok(Authority { key, params, certificate })
    }

    /// The key in PEM.
    #[must_use]
    pub fn key_pem(&self) -> String {
        pem("PRIVATE KEY", &self.key.serialize_der())
    }

    /// A certificate and its key.
    ///
    /// # Errors
    /// As [`Authority::root`].
    pub fn issue(&self, subject: Subject<'_>, valid: Validity) -> Result<Holder, SignError> {
        let (Subject::Person { name, .. } | Subject::TimeStamps { name } | Subject::System { name, .. }) = subject;
        let (key, mut params) = (pair()?, params(name, valid)?);
        match subject {
            Subject::Person { idnp, .. } => {
                let code = format!("IDNMD-{idnp}");
                let code = code.as_str().try_into().map_err(|_| CERTIFICATE)?;
                params.distinguished_name.push(DnType::CustomDnType(vec![2, 5, 4, 5]), DnValue::PrintableString(code));
                params.key_usages = vec![KeyUsagePurpose::DigitalSignature, KeyUsagePurpose::ContentCommitment];
            }
            Subject::TimeStamps { .. } => {
                params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
                // RFC 3161 demands the extension critical, which the library's own field is not.
                let mut only = CustomExtension::from_oid_content(EXTENDED_KEY_USAGE, TIME_STAMPING.to_vec());
                only.set_criticality(true);
                params.custom_extensions.push(only);
            }
            Subject::System { hosts, .. } => {
                params.key_usages = vec![KeyUsagePurpose::DigitalSignature, KeyUsagePurpose::KeyEncipherment];
                params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth, ExtendedKeyUsagePurpose::ClientAuth];
                let names = hosts.iter().map(|host| match host.parse() {
                    Ok(address) => Ok(SanType::IpAddress(address)),
                    Err(_) => Ok(SanType::DnsName((*host).try_into().map_err(|_| CERTIFICATE)?)),
                });
                params.subject_alt_names = names.collect::<Result<_, SignError>>()?;
                // Messages may name its key by the identifier, which only those say that say what they are not.
                params.is_ca = IsCa::ExplicitNoCa;
            }
        }
        let made = params.signed_by(&key, &self.issuer()).map_err(|_| CERTIFICATE)?;
        let pkcs8 = key.serialize_der();
        let own = vatra_xmlsec::Certificate::from_der(made.der())?;
        Ok(Holder { key: SigningKey::new(own, &pkcs8)?, certificate: Certificate::from_der(made.der())?, pkcs8 })
    }

    /// The list of what this authority revoked and when, issued and to be replaced at these moments.
    ///
    /// # Errors
    /// When it could not be made.
    pub fn revoke(&self, revoked: &[(&Certificate, DateTime<Utc>)], valid: Validity) -> Result<RevocationList, SignError> {
        const LIST: SignError = SignError::Writing("the revocation list");
        let entries = revoked.iter().map(|(certificate, since)| {
            let serial = certificate.parsed().tbs_certificate.serial_number.as_bytes();
            Ok(RevokedCertParams {
                serial_number: SerialNumber::from_slice(serial),
                revocation_time: time(*since)?,
                reason_code: None,
                invalidity_date: None,
            })
        });
        let list = CertificateRevocationListParams {
            this_update: time(valid.0)?,
            next_update: time(valid.1)?,
            crl_number: serial()?,
            issuing_distribution_point: None,
            revoked_certs: entries.collect::<Result<_, SignError>>()?,
            key_identifier_method: KeyIdMethod::Sha256,
        };
        let made = list.signed_by(&self.issuer()).map_err(|_| LIST)?;
        Ok(RevocationList::from_der(made.der())?)
    }

    /// The authority's certificate.
    #[must_use]
    pub fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    fn issuer(&self) -> Issuer<'_, &KeyPair> {
        Issuer::from_params(&self.params, &self.key)
    }
}

impl std::fmt::Debug for Authority {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Authority({:?})", self.certificate)
    }
}
