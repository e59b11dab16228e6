//! MSign over SOAP 1.1: signature requests, their answers, verification; and the form that sends a person to its pages.
//!
//! MSign knows its callers by the certificate of their connection, and by nothing else: its guide ("Security considerations") and its samples
//! have no WS-Security. What it sends back is trusted no further than its signatures carry: hold it against [`check`].

mod check;
mod judge;
mod wire;

pub use check::{Checked, Mismatch, check};
pub use judge::Judge;

use crate::settings::{Endpoint, Site};
use crate::transport::{Call, Client, HeaderName, HeaderValue, Method, StatusCode};
use async_trait::async_trait;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use vatra_core::manifest::Language;
use vatra_core::providers::{
    BrowserForm, ContentKind, Errand, ProviderError, SignFault, SignRequest, SignResponse, Signatures, Verification, VerificationContent,
};
use vatra_xmlsec::Accepts;

/// The service, beneath its address.
const PATH: &str = "/MSign.svc";
/// Hundreds of documents go back and forth.
const PATIENCE: Duration = Duration::from_secs(120);

/// `[msign]` of `services.toml`.
#[derive(Clone, PartialEq, Eq, Debug, serde::Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Settings {
    /// Where people sign: `https://msign.gov.md`; for the emulator, its pages at the portal.
    pub pages: Site,
    /// The service: `https://msign.gov.md:8443`. Its `sha1` is about contents: whether digests of 20 bytes, which are all that the contract
    /// publishes, are sent and count.
    pub service: Endpoint,
    /// The authorities by which signatures and their time stamps are judged, in PEM: of STISC and whoever else is recognised. Without any no
    /// signature counts.
    #[serde(default)]
    pub authorities: Vec<PathBuf>,
    /// Their revocation lists, in DER or PEM, which the operator brings up to date.
    #[serde(default)]
    pub lists: Vec<PathBuf>,
    /// Revocation lists that the service itself hands out: paths beneath its address [ours, of the emulator].
    #[serde(default)]
    pub service_lists: Vec<String>,
}

impl Settings {
    /// Which contents count.
    #[must_use]
    pub fn accepts(&self) -> Accepts {
        if self.service.sha1.unwrap_or(true) { Accepts::Sha1Too } else { Accepts::Sha256 }
    }
}

/// MSign's client.
#[derive(Debug)]
pub struct MSign {
    http: Arc<Client>,
    pages: String,
}

fn refused(cause: impl Into<String>) -> SignFault {
    SignFault::Provider(ProviderError::Refused { service: "MSign", cause: cause.into() })
}

impl MSign {
    /// Over this connection ([`crate::transport::Style::Soap`]); `pages` is where people sign, without `/` at its end: `https://msign.gov.md`.
    #[must_use]
    pub fn new(http: Arc<Client>, pages: impl Into<String>) -> MSign {
        MSign { http, pages: pages.into() }
    }

    /// Asks one operation; its answer's element goes to `read`.
    async fn ask<T>(
        &self,
        operation: &str,
        payload: String,
        repeatable: bool,
        read: impl FnOnce(&[u8]) -> Result<T, wire::Unusable>,
    ) -> Result<T, SignFault> {
        let action = HeaderValue::from_str(&format!("\"{}/IMSign/{operation}\"", wire::NS)).map_err(|_| refused("no such operation"))?;
        let call = Call::new(Method::POST, PATH)
            .header(HeaderName::from_static("soapaction"), action)
            .body("text/xml; charset=utf-8", vatra_xmlsec::wss::plain(&payload))
            .patience(PATIENCE)
            .repeatable(repeatable);
        let answer = self.http.send(call).await.map_err(ProviderError::from)?;
        if answer.status == StatusCode::INTERNAL_SERVER_ERROR {
            return Err(fault(&answer.body));
        }
        if !answer.status.is_success() {
            return Err(refused(format!("it answered with status {}", answer.status.as_u16())));
        }
        read(&answer.body).map_err(|why| refused(format!("its answer cannot be used: {why}")))
    }
}

/// What a fault means. Its words are MSign's; they are told to nobody who would log them but for
/// `InvalidParameter`, which is about our request; its numbers are taken out, since one may be a signer's.
fn fault(body: &[u8]) -> SignFault {
    match wire::fault(body) {
        Ok((code, _)) if code == "RequestNotFound" => SignFault::RequestNotFound,
        Ok((code, why)) if code == "InvalidParameter" => {
            SignFault::InvalidParameter(why.chars().take(200).map(|c| if c.is_ascii_digit() { '#' } else { c }).collect())
        }
        Ok((code, _)) => refused(format!("fault {}", code.chars().filter(char::is_ascii_alphanumeric).take(40).collect::<String>())),
        // An error of the server itself, not of the service.
        Err(_) => SignFault::Provider(ProviderError::Unavailable { service: "MSign", cause: "it answered with status 500".to_owned() }),
    }
}

#[async_trait]
impl Signatures for MSign {
    async fn post(&self, request: &SignRequest) -> Result<String, SignFault> {
        self.ask("PostSignRequest", wire::post(request), false, wire::posted).await
    }

    async fn response(&self, request: &str, language: Language) -> Result<SignResponse, SignFault> {
        self.ask("GetSignResponse", wire::get(request, language), true, wire::response).await
    }

    async fn verify(
        &self,
        kind: ContentKind,
        contents: &[VerificationContent],
        language: Language,
    ) -> Result<Vec<Verification>, SignFault> {
        self.ask("VerifySignatures", wire::verify(kind, contents, language), true, wire::verified).await
    }

    fn form(&self, request: &str, errand: &Errand) -> BrowserForm {
        let mut fields = vec![("ReturnUrl", errand.return_url.clone()), ("lang", errand.language.code().to_owned())];
        fields.extend(errand.instrument.map(|instrument| ("Instrument", instrument.code().to_owned())));
        fields.extend(errand.telephone.clone().map(|telephone| ("MSISDN", telephone)));
        if !errand.relay_state.is_empty() {
            fields.push(("RelayState", errand.relay_state.clone()));
        }
        BrowserForm { action: format!("{}/{request}", self.pages), fields }
    }
}
