//! Why a service gave no answer. The words are ours and fixed: what a library says could quote an address, and with it a person's code.

use vatra_core::providers::ProviderError;

/// What may have become of a request that was not answered.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fate {
    /// It never left, or was turned away before it was read.
    NotDone,
    /// It may have been carried out.
    Unknown,
}

/// No answer.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{service}: {cause}")]
pub struct Failure {
    /// Which service.
    pub service: &'static str,
    /// For the operator. Never personal.
    pub cause: String,
    /// What may have become of the request.
    pub fate: Fate,
    /// It will not mend by itself: trying again is of no use before somebody changes something.
    pub lasting: bool,
}

impl From<Failure> for ProviderError {
    fn from(failure: Failure) -> ProviderError {
        let Failure { service, cause, lasting, .. } = failure;
        if lasting { ProviderError::Refused { service, cause } } else { ProviderError::Unavailable { service, cause } }
    }
}

/// Why, of all that can go wrong on the way; and whether it will pass.
pub(super) fn reason(error: &reqwest::Error) -> (String, bool) {
    let mut inner: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(found) = inner {
        if let Some(tls) = found.downcast_ref::<rustls::Error>() {
            return of_tls(tls);
        }
        if let Some(io) = found.downcast_ref::<std::io::Error>() {
            match io.get_ref() {
                // What one of input and output wraps does not count among its sources.
                Some(inside) => {
                    inner = Some(inside);
                    continue;
                }
                None => return (format!("the connection failed ({})", io.kind()), false),
            }
        }
        inner = found.source();
    }
    let words = if error.is_connect() {
        "it cannot be reached"
    } else if error.is_timeout() {
        "it did not answer in time"
    } else {
        "the connection ended before the answer"
    };
    (words.to_owned(), false)
}

fn of_tls(error: &rustls::Error) -> (String, bool) {
    use rustls::{AlertDescription as Alert, Error};
    match error {
        Error::InvalidCertificate(why) => (format!("its certificate is not trusted: {}", short(why)), true),
        Error::AlertReceived(
            Alert::BadCertificate
            | Alert::CertificateExpired
            | Alert::CertificateRequired
            | Alert::CertificateRevoked
            | Alert::CertificateUnknown
            | Alert::DecryptError
            | Alert::UnknownCA
            | Alert::UnsupportedCertificate
            | Alert::AccessDenied,
        ) => ("it does not accept our system certificate".to_owned(), true),
        _ => ("the TLS handshake failed".to_owned(), false),
    }
}

/// The kind of fault alone; certificates name systems, but names belong on the admin page and not into logs.
fn short(error: &rustls::CertificateError) -> &'static str {
    use rustls::CertificateError as Why;
    match error {
        Why::Expired | Why::ExpiredContext { .. } => "it has expired",
        Why::NotValidYet | Why::NotValidYetContext { .. } => "it is not valid yet",
        Why::Revoked => "it was revoked",
        // An authority of the same name with another key.
        Why::UnknownIssuer | Why::BadSignature => "no authority of ours issued it",
        Why::NotValidForName | Why::NotValidForNameContext { .. } => "it is for another name",
        _ => "it is not a server's or cannot be read",
    }
}
