//! MPower over its REST API for information systems. It reads only: mandates are given, accepted and revoked on MPower's own pages.

use crate::rest::{json, refused, unexpected, with_query};
use crate::transport::{Answer, Call, Client as Transport, Method, StatusCode};
use async_trait::async_trait;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, NaiveDateTime};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::cmp::Reverse;
use std::sync::Arc;
use vatra_core::clock::{Clock, Instant};
use vatra_core::providers::{Mandate, MandateFile, MandateSide, MandateStanding, Mandates, Party, ProviderError};

/// How the service is called in messages and metrics.
pub const SERVICE: &str = "MPower";
const BASE: &str = "/clients-api/api/Authorization";
/// Pages of a list that are read at most.
const MOST_PAGES: usize = 20;
const A_PAGE: usize = 100;

/// MPower's client.
pub struct Client {
    /// To MPower.
    pub transport: Arc<Transport>,
    /// The time.
    pub clock: Arc<dyn Clock>,
}

#[derive(Deserialize)]
struct Envelope<T> {
    data: Option<T>,
    success: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Valid {
    authorization_code: Option<String>,
    is_valid: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Details {
    authorization_code: String,
    authorization_type_code: String,
    authorizing_party_type: u8,
    authorizing_idn: String,
    authorizing_party_name: Option<String>,
    authorized_party_type: u8,
    authorized_idn: String,
    authorized_party_name: Option<String>,
    from_date: String,
    to_date: Option<String>,
    is_valid: bool,
    authorization_type_name: Option<String>,
    service_provider_idno: Option<String>,
    service_provider_name: Option<String>,
    /// Not among the published members; read when it is there.
    status: Option<u8>,
}

#[derive(Deserialize)]
struct File {
    content: String,
    #[serde(rename = "content-type")]
    content_type: Option<String>,
}

impl Client {
    /// Asks; nothing for 404, and for an answer without data.
    async fn get<T: DeserializeOwned>(&self, path: &str, fields: &[(&str, &str)]) -> Result<Option<T>, ProviderError> {
        let answer = self.transport.send(Call::new(Method::GET, with_query(&format!("{BASE}/{path}"), fields))).await?;
        match answer.status {
            StatusCode::OK => {}
            StatusCode::NOT_FOUND => return Ok(None),
            StatusCode::FORBIDDEN => return Err(refused(SERVICE, "the system's settings do not allow this question")),
            StatusCode::UNAUTHORIZED => return Err(refused(SERVICE, "it does not know our system certificate")),
            StatusCode::BAD_REQUEST => return Err(refused(SERVICE, "it does not accept the question")),
            _ => return Err(unexpected(SERVICE, &answer)),
        }
        // Its messages may name somebody.
        opened(&answer)
    }

    fn mandate(&self, details: Details) -> Result<Mandate, ProviderError> {
        let wrong = || refused(SERVICE, "its answer is not what its contract says");
        let from = moment(&details.from_date).ok_or_else(wrong)?;
        let until = match details.to_date.as_deref() {
            None | Some("" | "null") => None,
            Some(text) => Some(moment(text).ok_or_else(wrong)?),
        };
        let told = details.status.and_then(MandateStanding::from_code);
        let standing = match (details.is_valid, told) {
            (true, _) => MandateStanding::Valid,
            // Whatever else it says, it is not in force.
            (false, Some(told)) if told != MandateStanding::Valid => told,
            (false, _) if from > self.clock.now() => MandateStanding::Pending,
            (false, _) => MandateStanding::Cancelled,
        };
        let party = |idn, kind: u8, name: Option<String>| Party { idn, legal: kind == 2, name: name.unwrap_or_default() };
        Ok(Mandate {
            code: details.authorization_code,
            kind: details.authorization_type_code,
            kind_name: details.authorization_type_name.unwrap_or_default(),
            principal: party(details.authorizing_idn, details.authorizing_party_type, details.authorizing_party_name),
            agent: party(details.authorized_idn, details.authorized_party_type, details.authorized_party_name),
            from,
            until,
            standing,
            provider: (details.service_provider_idno.unwrap_or_default(), details.service_provider_name.unwrap_or_default()),
        })
    }
}

fn opened<T: DeserializeOwned>(answer: &Answer) -> Result<Option<T>, ProviderError> {
    let envelope: Envelope<T> = json(SERVICE, answer)?;
    if envelope.success { Ok(envelope.data) } else { Err(refused(SERVICE, "it answered without success")) }
}

/// MPower writes UTC without saying so (`2020-09-22T14:16:06.0932925`).
fn moment(text: &str) -> Option<Instant> {
    if let Ok(moment) = DateTime::parse_from_rfc3339(text) {
        return Some(Instant(moment.timestamp_millis()));
    }
    text.parse::<NaiveDateTime>().ok().map(|moment| Instant(moment.and_utc().timestamp_millis()))
}

fn digits(text: &str, length: usize) -> bool {
    text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// What cannot be a code is known to nobody: it is not sent.
fn is_code(text: &str) -> bool {
    digits(text, 16)
}

fn is_kind(text: &str) -> bool {
    text.strip_prefix("AT-").is_some_and(|rest| digits(rest, 7))
}

#[async_trait]
impl Mandates for Client {
    async fn is_valid(&self, code: &str) -> Result<Option<bool>, ProviderError> {
        if !is_code(code) {
            return Ok(None);
        }
        self.get("check/Code-True-One", &[("AuthorizationCode", code)]).await
    }

    async fn details(&self, code: &str) -> Result<Option<Mandate>, ProviderError> {
        if !is_code(code) {
            return Ok(None);
        }
        let found: Option<Details> = self.get("check/Code-Details-One", &[("AuthorizationCode", code)]).await?;
        let found = found.map(|details| self.mandate(details)).transpose()?;
        if found.as_ref().is_some_and(|found| found.code != code) {
            return Err(refused(SERVICE, "it answered about another code"));
        }
        Ok(found)
    }

    async fn between(&self, kind: &str, principal: &str, agent: &str) -> Result<Option<Mandate>, ProviderError> {
        if !is_kind(kind) || !digits(principal, 13) || !digits(agent, 13) {
            return Ok(None);
        }
        let fields = [("AuthorizationTypeCode", kind), ("AuthorizingIdn", principal), ("AuthorizedIdn", agent)];
        let found: Option<Valid> = self.get("check/TypeCode-Valid-One", &fields).await?;
        let Some(code) = found.filter(|found| found.is_valid).and_then(|found| found.authorization_code) else { return Ok(None) };
        let Some(mandate) = self.details(&code).await? else { return Ok(None) };
        // It may have been revoked since; and what it is about is checked, not believed.
        let fits = mandate.kind == kind && mandate.principal.idn == principal && mandate.agent.idn == agent;
        if !fits {
            return Err(refused(SERVICE, "it answered about others"));
        }
        Ok(Some(mandate).filter(Mandate::is_valid))
    }

    async fn list(&self, idn: &str, side: MandateSide) -> Result<Vec<Mandate>, ProviderError> {
        if !digits(idn, 13) {
            return Ok(Vec::new());
        }
        let mut all = Vec::new();
        for page in 1..=MOST_PAGES {
            let (page, size) = (page.to_string(), A_PAGE.to_string());
            let mut fields = vec![("IDNx", idn), ("ItemsPerPage", size.as_str()), ("Page", page.as_str())];
            match side {
                MandateSide::Given => fields.push(("GrantedByIdn", idn)),
                MandateSide::Received => fields.push(("GrantedToIdn", idn)),
                MandateSide::Both => {}
            }
            let found: Vec<Details> = self.get("check/Idn-Details-List", &fields).await?.unwrap_or_default();
            let last = found.len() < A_PAGE;
            for details in found {
                let mandate = self.mandate(details)?;
                let (given, received) = (mandate.principal.idn == idn, mandate.agent.idn == idn);
                let fits = match side {
                    MandateSide::Given => given,
                    MandateSide::Received => received,
                    MandateSide::Both => given || received,
                };
                // A service that does not know pages answers the same again.
                if fits && !all.iter().any(|known: &Mandate| known.code == mandate.code) {
                    all.push(mandate);
                }
            }
            if last {
                break;
            }
        }
        all.sort_by_key(|mandate| Reverse(mandate.from));
        Ok(all)
    }

    async fn file(&self, code: &str) -> Result<Option<MandateFile>, ProviderError> {
        if !is_code(code) {
            return Ok(None);
        }
        let found: Option<File> = self.get("file", &[("AuthorizationCode", code)]).await?;
        let Some(File { content, content_type }) = found else { return Ok(None) };
        let content = STANDARD.decode(content).map_err(|_| refused(SERVICE, "its file cannot be read"))?;
        Ok(Some(MandateFile { content, media_type: content_type.unwrap_or_else(|| "application/pdf".to_owned()) }))
    }
}
