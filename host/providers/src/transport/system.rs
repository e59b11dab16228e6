//! The system certificate, with which the host speaks to every service, and the certificates by which services sign.

use super::tls;
use super::watched::{Looked, Reloads, Unusable, Watched};
use crate::settings::SystemFiles;
use chrono::{DateTime, Utc};
use rustls::RootCertStore;
use rustls::client::WebPkiServerVerifier;
use rustls::sign::CertifiedKey;
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, CertificateRevocationListDer, PrivateKeyDer};
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use vatra_pki::{Certificate, RevocationList};
use vatra_xmlsec::{KeyHint, SigningKey, Trust};

/// What there is to know of a certificate in use, for the admin page and the metrics.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CertificateFacts {
    /// Whose: a system's name.
    pub subject: String,
    /// Its number at the authority, in hexadecimal digits.
    pub serial: String,
    /// SHA-256, in hexadecimal digits.
    pub fingerprint: String,
    /// When it begins to hold.
    pub from: DateTime<Utc>,
    /// When it ends.
    pub until: DateTime<Utc>,
    /// Why the files as they are now are not in use, if they are not.
    pub trouble: Option<String>,
}

impl CertificateFacts {
    /// Days until it ends, rounded down; negative when it has ended.
    #[must_use]
    pub fn days_left(&self, now: DateTime<Utc>) -> i64 {
        (self.until - now).num_seconds().div_euclid(24 * 60 * 60)
    }
}

pub(super) struct Loaded {
    pub(super) pair: Arc<CertifiedKey>,
    pub(super) verifier: Arc<WebPkiServerVerifier>,
    signing: Arc<SigningKey>,
    certificate: Certificate,
}

/// The system certificate with its key, and the authorities that we trust, as the files have them now. Shared by all clients.
pub struct System {
    files: Watched<Loaded>,
}

impl fmt::Debug for System {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "System({:?})", self.files.now().certificate)
    }
}

impl System {
    /// Reads the files; relative paths begin at `folder`.
    ///
    /// # Errors
    /// [`Unusable`]: also when key and certificate are not a pair, or the key is not RSA.
    pub fn load(files: &SystemFiles, folder: &Path) -> Result<System, Unusable> {
        let paths = [&files.certificate, &files.key, &files.authorities].map(|path| folder.join(path));
        Ok(System { files: Watched::load(paths.into(), read)? })
    }

    pub(super) fn now(&self) -> Arc<Loaded> {
        self.files.now()
    }

    /// The key that signs our messages, RSA-SHA1 too if the service's profile wants it.
    #[must_use]
    pub fn signing(&self) -> Arc<SigningKey> {
        self.files.now().signing.clone()
    }

    /// The certificate in use.
    #[must_use]
    pub fn certificate(&self) -> Certificate {
        self.files.now().certificate.clone()
    }

    /// What there is to know of it.
    #[must_use]
    pub fn facts(&self) -> CertificateFacts {
        let certificate = self.certificate();
        let (from, until) = certificate.validity();
        CertificateFacts {
            subject: certificate.subject(),
            serial: certificate.serial(),
            fingerprint: hex::encode(certificate.fingerprint()),
            from,
            until,
            trouble: self.files.trouble().map(|trouble| trouble.to_string()),
        }
    }
}

impl Reloads for System {
    fn look(&self) -> Result<Looked, Unusable> {
        self.files.look()
    }
}

fn read(files: &[(String, Vec<u8>)]) -> Result<Loaded, Unusable> {
    let [(certificate_file, certificate), (key_file, key), (authorities_file, authorities)] = files else {
        return Err(Unusable { file: "the system certificate".to_owned(), cause: "three files make it".to_owned() });
    };
    let unusable = |file: &String, cause: &str| Unusable { file: file.clone(), cause: cause.to_owned() };

    let chain = certificates(certificate_file, certificate)?;
    let key = PrivateKeyDer::from_pem_slice(key).map_err(|_| unusable(key_file, "no private key in PEM"))?;
    let PrivateKeyDer::Pkcs8(pkcs8) = &key else {
        return Err(unusable(key_file, "the key is not in PKCS #8; `openssl pkcs8 -topk8 -nocrypt` makes it so"));
    };
    let first = chain.first().ok_or_else(|| unusable(certificate_file, "no certificate in PEM"))?;
    let own = Certificate::from_der(first).map_err(|error| unusable(certificate_file, &error.to_string()))?;
    let signed = vatra_xmlsec::Certificate::from_der(first).map_err(|error| unusable(certificate_file, &error.to_string()))?;
    let signing = SigningKey::new(signed, pkcs8.secret_pkcs8_der()).and_then(|made| made.with_sha1(pkcs8.secret_pkcs8_der()));
    let signing = signing.map_err(|error| unusable(key_file, &error.to_string()))?;
    let pair = CertifiedKey::from_der(chain, key.clone_key(), &tls::provider());
    let pair = pair.map_err(|_| unusable(key_file, "the key cannot be used for TLS"))?;

    let mut roots = RootCertStore::empty();
    for authority in certificates(authorities_file, authorities)? {
        roots.add(authority).map_err(|_| unusable(authorities_file, "a certificate cannot be read"))?;
    }
    let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), tls::provider()).build();
    let verifier = verifier.map_err(|_| unusable(authorities_file, "there is no authority in it"))?;
    Ok(Loaded { pair: Arc::new(pair), verifier, signing: Arc::new(signing), certificate: own })
}

fn certificates(file: &str, pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, Unusable> {
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    match found {
        Ok(found) if !found.is_empty() => Ok(found),
        _ => Err(Unusable { file: file.to_owned(), cause: "no certificate in PEM".to_owned() }),
    }
}

/// Authorities whose signatures on documents count, and their revocation lists, given by the operator.
pub struct Authorities {
    files: Watched<vatra_pki::Trust>,
}

impl Authorities {
    /// Reads the files, which tell by themselves what they hold; relative paths begin at `folder`.
    ///
    /// # Errors
    /// [`Unusable`].
    pub fn load<'f>(files: impl IntoIterator<Item = &'f PathBuf>, folder: &Path) -> Result<Authorities, Unusable> {
        let paths = files.into_iter().map(|path| folder.join(path)).collect();
        Ok(Authorities { files: Watched::load(paths, read_authorities)? })
    }

    /// What signatures are judged by.
    #[must_use]
    pub fn trust(&self) -> vatra_pki::Trust {
        self.files.now().as_ref().clone()
    }
}

impl Reloads for Authorities {
    fn look(&self) -> Result<Looked, Unusable> {
        self.files.look()
    }
}

fn read_authorities(files: &[(String, Vec<u8>)]) -> Result<vatra_pki::Trust, Unusable> {
    let mut trust = vatra_pki::Trust::default();
    for (file, content) in files {
        let unusable = |error: vatra_pki::Refusal| Unusable { file: file.clone(), cause: error.to_string() };
        if content.windows(17).any(|part| part == b"BEGIN CERTIFICATE") {
            for found in certificates(file, content)? {
                trust.anchors.push(Certificate::from_der(&found).map_err(unusable)?);
            }
            continue;
        }
        let pem = CertificateRevocationListDer::from_pem_slice(content);
        let list = pem.as_ref().map_or(content.as_slice(), |list| list.as_ref());
        trust.lists.push(RevocationList::from_der(list).map_err(unusable)?);
    }
    Ok(trust)
}

/// The certificates by which a service signs its messages: one, or two while it changes them. Given by the operator, one or more in a file.
pub struct Pinned {
    files: Watched<Vec<vatra_xmlsec::Certificate>>,
}

impl fmt::Debug for Pinned {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Pinned({:?})", self.files.now())
    }
}

impl Pinned {
    /// Reads the files; relative paths begin at `folder`.
    ///
    /// # Errors
    /// [`Unusable`].
    pub fn load(files: &[PathBuf], folder: &Path) -> Result<Pinned, Unusable> {
        let paths = files.iter().map(|path| folder.join(path)).collect();
        Ok(Pinned { files: Watched::load(paths, read_pinned)? })
    }

    /// The certificates.
    #[must_use]
    pub fn certificates(&self) -> Arc<Vec<vatra_xmlsec::Certificate>> {
        self.files.now()
    }
}

impl Reloads for Pinned {
    fn look(&self) -> Result<Looked, Unusable> {
        self.files.look()
    }
}

impl Trust for Pinned {
    fn candidates(&self, hint: &KeyHint, moment: DateTime<Utc>) -> Vec<vatra_xmlsec::Certificate> {
        vatra_xmlsec::Pinned(self.files.now().as_ref().clone()).candidates(hint, moment)
    }
}

fn read_pinned(files: &[(String, Vec<u8>)]) -> Result<Vec<vatra_xmlsec::Certificate>, Unusable> {
    let mut all = Vec::new();
    for (file, pem) in files {
        for found in certificates(file, pem)? {
            let read = vatra_xmlsec::Certificate::from_der(&found);
            all.push(read.map_err(|error| Unusable { file: file.clone(), cause: error.to_string() })?);
        }
    }
    Ok(all)
}
