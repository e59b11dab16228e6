//! Certification paths, judged at a moment.

use crate::certificate::Certificate;
use crate::revocation::{self, RevocationList};
use crate::{Refusal, oid};
use chrono::{DateTime, Utc};
use rustls_pki_types::{CertificateDer, UnixTime};
use std::time::Duration;
use webpki::{ALL_VERIFICATION_ALGS, EndEntityCert, ExtendedKeyUsageValidator, KeyPurposeIdIter, KeyUsage, anchor_from_trusted_cert};
use x509_cert::ext::pkix::{ExtendedKeyUsage, KeyUsages};

/// `id-kp-timeStamping`, encoded.
const TIME_STAMPING: &[u8] = &[0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x08];

/// What a certificate is to be good for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Purpose {
    /// Signing documents: `digitalSignature` or `nonRepudiation`, and not the key of a time-stamp authority or an OCSP responder.
    Documents,
    /// Time stamps: `timeStamping` as the only and critical extended key usage (RFC 3161, 2.3).
    TimeStamps,
}

/// Whose certificates count.
#[derive(Clone, Default, Debug)]
pub struct Trust {
    /// The authorities at whom a path may end, chosen by the operator.
    pub anchors: Vec<Certificate>,
    /// Certificates that may stand in between, trusted for nothing.
    pub intermediates: Vec<Certificate>,
    /// The revocation lists at hand. Every certificate of a path must be spoken of, but for the anchor.
    pub lists: Vec<RevocationList>,
}

/// No extended use stands for signed documents everywhere: `of_a_service` says which may not.
struct AnyUse;

impl ExtendedKeyUsageValidator for AnyUse {
    fn validate(&self, mut uses: KeyPurposeIdIter<'_, '_>) -> Result<(), webpki::Error> {
        uses.try_for_each(|one| one.map(|_| ()))
    }
}

impl Trust {
    /// Builds the path from a certificate to an anchor and judges it as at `moment`; `given` and `lists` came with the signature and help to find
    /// the path and what was revoked.
    ///
    /// # Errors
    /// Why there is no path that holds.
    pub fn check(
        &self,
        certificate: &Certificate,
        purpose: Purpose,
        given: &[Certificate],
        lists: &[RevocationList],
        moment: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<(), Refusal> {
        let path = self.path(certificate, purpose, given, moment)?;
        let lists: Vec<&RevocationList> = self.lists.iter().chain(lists).collect();
        // From the authorities down: a revoked authority's own lists are worth nothing.
        for pair in path.windows(2).rev() {
            let [one, issuer] = pair else { continue };
            if !issuer.may(&[KeyUsages::KeyCertSign]) {
                return Err(Refusal::Path);
            }
            revocation::check(one, issuer, &lists, moment, now)?;
        }
        let fits = match purpose {
            Purpose::Documents => certificate.may(&[KeyUsages::DigitalSignature, KeyUsages::NonRepudiation]) && !of_a_service(certificate),
            Purpose::TimeStamps => only_stamps(certificate),
        };
        if fits { Ok(()) } else { Err(Refusal::Usage) }
    }

    /// From the certificate to the anchor.
    fn path(
        &self,
        certificate: &Certificate,
        purpose: Purpose,
        given: &[Certificate],
        moment: DateTime<Utc>,
    ) -> Result<Vec<Certificate>, Refusal> {
        let own = CertificateDer::from(certificate.der());
        let own = EndEntityCert::try_from(&own).map_err(refusal)?;
        let roots: Vec<CertificateDer<'_>> = self.anchors.iter().map(|one| CertificateDer::from(one.der())).collect();
        let anchors = roots.iter().map(anchor_from_trusted_cert).collect::<Result<Vec<_>, _>>().map_err(refusal)?;
        let between = self.intermediates.iter().chain(given).filter(|one| *one != certificate && !self.anchors.contains(one));
        let between: Vec<CertificateDer<'_>> = between.map(|one| CertificateDer::from(one.der())).collect();
        let seconds = u64::try_from(moment.timestamp()).map_err(|_| Refusal::NotYetValid)?;
        let time = UnixTime::since_unix_epoch(Duration::from_secs(seconds));
        let algorithms = ALL_VERIFICATION_ALGS;
        let found = match purpose {
            Purpose::Documents => own.verify_for_usage(algorithms, &anchors, &between, time, AnyUse, None, None),
            Purpose::TimeStamps => {
                own.verify_for_usage(algorithms, &anchors, &between, time, KeyUsage::required_if_present(TIME_STAMPING), None, None)
            }
        };
        let found = found.map_err(refusal)?;
        let mut path = vec![certificate.clone()];
        for one in found.intermediate_certificates() {
            path.push(Certificate::from_der(&one.der())?);
        }
        let anchor = anchors.iter().zip(&self.anchors).find(|(one, _)| *one == found.anchor()).map(|(_, whole)| whole);
        let anchor = anchor.ok_or(Refusal::UnknownIssuer)?;
        let (from, until) = anchor.validity();
        if moment < from {
            return Err(Refusal::NotYetValid);
        }
        if moment > until {
            return Err(Refusal::Expired);
        }
        path.push(anchor.clone());
        Ok(path)
    }
}

fn only_stamps(certificate: &Certificate) -> bool {
    let found = certificate.parsed().tbs_certificate.get::<ExtendedKeyUsage>();
    let only = matches!(found, Ok(Some((true, uses))) if uses.0.as_slice() == [oid::KP_TIME_STAMPING]);
    only && certificate.may(&[KeyUsages::DigitalSignature, KeyUsages::NonRepudiation])
}

fn of_a_service(certificate: &Certificate) -> bool {
    match certificate.parsed().tbs_certificate.get::<ExtendedKeyUsage>() {
        Ok(Some((_, uses))) => uses.0.iter().any(|one| [oid::KP_TIME_STAMPING, oid::KP_OCSP_SIGNING].contains(one)),
        Ok(None) => false,
        Err(_) => true,
    }
}

fn refusal(error: webpki::Error) -> Refusal {
    use webpki::Error as E;
    match error {
        E::UnknownIssuer | E::InvalidSignatureForPublicKey => Refusal::UnknownIssuer,
        E::CertExpired { .. } => Refusal::Expired,
        E::CertNotValidYet { .. } => Refusal::NotYetValid,
        E::RequiredEkuNotFoundContext(_) | E::CaUsedAsEndEntity | E::EmptyEkuExtension => Refusal::Usage,
        E::UnsupportedSignatureAlgorithmContext(_) | E::UnsupportedSignatureAlgorithmForPublicKeyContext(_) => Refusal::Algorithm,
        _ => Refusal::Path,
    }
}
