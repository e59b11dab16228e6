//! MConnect: data of other institutions, over SOAP 1.1 with WS-Security. Which data sets there are and how they are asked for is in
//! [`vatra_core::catalogue`]; nothing here knows one of them by name.
//!
//! Body, Timestamp and the four Calling headers are signed; so must the answer be. A fault without a signature counts as a refusal and says
//! nothing else.

mod answer;
pub mod events;
mod question;

pub use answer::{Told, read as read_answer};
pub use question::{Asked, Question, question};

use crate::rest::{refused, unexpected};
use crate::transport::{Call, Client as Transport, HeaderName, HeaderValue, Method, StatusCode, System};
use async_trait::async_trait;
use chrono::TimeDelta;
use std::sync::Arc;
use vatra_core::catalogue::Catalogue;
use vatra_core::clock::Clock;
use vatra_core::providers::{DataAnswer, DataExchange, DataRequest, ProviderError};
use vatra_xmlsec::wss::{Header, KeyReference, Rules, Sealing, open, secure};
use vatra_xmlsec::xml::{Limits, Xml};
use vatra_xmlsec::{Accepts, Policy, Refusal, ReplayCache, Suite, Trust};

/// How the service is called in messages and metrics.
pub const SERVICE: &str = "MConnect";
/// The namespace of the Calling headers.
pub const NAMESPACE: &str = "https://mconnect.gov.md";

/// MConnect's client.
pub struct Client {
    /// To MConnect, in the style of SOAP.
    pub transport: Arc<Transport>,
    /// Our certificate, whose key signs the questions.
    pub system: Arc<System>,
    /// Which data sets there are.
    pub catalogue: Arc<Catalogue>,
    /// CallingUser where nobody is at a screen (jobs, events): the IDNP of the official who answers for the system. Without it such questions
    /// are refused before they leave.
    pub system_user: Option<String>,
    /// Whose signatures on answers count.
    pub trust: Arc<dyn Trust>,
    /// Remembers answers: each is good once.
    pub replay: Arc<dyn ReplayCache>,
    /// Whether RSA-SHA1 is used and accepted, which published samples have.
    pub sha1: bool,
    /// The time.
    pub clock: Arc<dyn Clock>,
}

#[async_trait]
impl DataExchange for Client {
    async fn ask(&self, request: &DataRequest) -> Result<Option<DataAnswer>, ProviderError> {
        let set = self.catalogue.find(&request.data_set).ok_or_else(|| refused(SERVICE, "the catalogue has no such data set"))?;
        if request.entity.is_empty() {
            return Err(refused(SERVICE, "the municipality's IDNO is not set"));
        }
        let user = request
            .user
            .as_deref()
            .or(self.system_user.as_deref())
            .ok_or_else(|| refused(SERVICE, "nobody asks: there is no CallingUser"))?;
        let asked = question(&Question { set, request, user })?;
        let now = self.clock.now();
        let suite = if self.sha1 { Suite::RsaSha1 } else { Suite::RsaSha256 };
        let key = self.system.signing();
        let sealing = Sealing { key: &key, suite, reference: KeyReference::Token, now: now.utc(), lifetime: TimeDelta::minutes(5) };
        let headers: Vec<Header<'_>> = asked.headers.iter().map(|(name, value)| Header { namespace: NAMESPACE, name, value }).collect();
        // The reason may lie in the question's own characters: it is not repeated.
        let message = secure(&asked.payload, &headers, &sealing).map_err(|_| refused(SERVICE, "the question could not be signed"))?;
        let action = HeaderValue::from_str(&format!("\"{}\"", set.contract.action))
            .map_err(|_| refused(SERVICE, "the contract's action is none"))?;
        let call = Call::new(Method::POST, set.contract.path.clone()).body("text/xml; charset=utf-8", message);
        let call = call.header(HeaderName::from_static("soapaction"), action).repeatable(true);
        let answer = self.transport.send(call).await?;
        if !matches!(answer.status, StatusCode::OK | StatusCode::INTERNAL_SERVER_ERROR) {
            return Err(unexpected(SERVICE, &answer));
        }
        let not_acceptable = |refusal: Refusal| refused(SERVICE, format!("its answer is not acceptable: {refusal}"));
        let xml = Xml::from_bytes(&answer.body, &Limits::SOAP).map_err(not_acceptable)?;
        let now = self.clock.now();
        let accepts = if self.sha1 { Accepts::Sha1Too } else { Accepts::Sha256 };
        let policy = Policy { trust: &*self.trust, accepts, now: now.utc() };
        let opened = match open(&xml, &policy, &Rules::default()) {
            Err(Refusal::NotSigned) if answer.status == StatusCode::INTERNAL_SERVER_ERROR => {
                return Err(refused(SERVICE, "it answered with a fault that it did not sign"));
            }
            opened => opened.map_err(not_acceptable)?.first(&*self.replay).await.map_err(not_acceptable)?,
        };
        match read_answer(opened.payload, set, &request.fields)? {
            Told::Rows(rows) => Ok(Some(DataAnswer { rows, at: vatra_core::clock::Instant(opened.created.timestamp_millis()) })),
            Told::NotFound => Ok(None),
        }
    }
}
