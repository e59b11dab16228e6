//! Making an answer, right or wrong on purpose.

use super::fault::Fault;
use super::{Asked, Emulator, Identity, refused};
use crate::web;
use chrono::TimeDelta;
use vatra_core::providers::{Posting, ProviderError, SignInMethod};
use vatra_xmlsec::saml::{self, Issue, NameId};
use vatra_xmlsec::{SigningKey, fresh_id};

/// How long an answer may be presented (the published sample lives as long).
const PRESENTED: TimeDelta = TimeDelta::minutes(10);

/// A session that an answer begins.
pub(super) struct Begun {
    pub(super) posting: Posting,
    /// SessionIndex; none when nobody signed in.
    pub(super) index: Option<String>,
    /// The IDs of response and assertion.
    pub(super) ids: (String, String),
}

impl Emulator {
    /// The answer to a request: who is there, or that nobody is. `used` are the IDs of the answer before.
    pub(super) fn make(
        &self,
        asked: &Asked,
        who: Option<(&Identity, SignInMethod)>,
        fault: Option<Fault>,
        used: Option<(String, String)>,
    ) -> Result<Begun, ProviderError> {
        let unable = |error: vatra_xmlsec::KeyError| refused(error.to_string());
        let now = self.inner.clock.now().utc();
        let (mut id, mut assertion_id) = (fresh_id().map_err(unable)?, fresh_id().map_err(unable)?);
        if let (Some(Fault::Replayed), Some(used)) = (fault, used) {
            (id, assertion_id) = used;
        }
        let entity = self.entity();
        let key = match fault {
            Some(Fault::WrongCertificate) => self.stranger()?,
            _ => &*self.inner.key,
        };
        let who = who.filter(|_| fault != Some(Fault::Declined));
        let Some((who, method)) = who else {
            let message = saml::failure(&id, &entity, &asked.answer_to, &asked.id, now);
            return Ok(Begun { posting: self.post_answer(asked, &message, Some(key))?, index: None, ids: (id, assertion_id) });
        };
        let index = web::token();
        let name_id = match fault {
            Some(Fault::Username) => NameId { value: "ana.popescu".to_owned(), format: None },
            _ => NameId { value: who.idnp.clone(), format: None },
        };
        let other = fresh_id().map_err(unable)?;
        let mut message = saml::issue(&Issue {
            id: &id,
            assertion_id: &assertion_id,
            issuer: &entity,
            audience: if fault == Some(Fault::WrongAudience) { "https://alt-serviciu.test" } else { &asked.partner },
            destination: (fault != Some(Fault::NoDestination)).then_some(asked.answer_to.as_str()),
            recipient: &asked.answer_to,
            in_response_to: if fault == Some(Fault::WrongInResponseTo) { &other } else { &asked.id },
            name_id: &name_id,
            session_index: &index,
            method: method.class(),
            attributes: &attributes(who, method),
            now,
            lifetime: if fault == Some(Fault::Expired) { -PRESENTED } else { PRESENTED },
        });
        if fault == Some(Fault::LocalTime) {
            let local = now.with_timezone(&chrono::FixedOffset::east_opt(7200).unwrap_or(chrono::offset::Offset::fix(&chrono::Utc)));
            let right = format!("IssueInstant=\"{}\"", now.to_rfc3339_opts(chrono::SecondsFormat::Millis, true));
            message = message.replacen(&right, &format!("IssueInstant=\"{}\"", local.format("%Y-%m-%dT%H:%M:%S%.3f")), 1);
        }
        let key = (fault != Some(Fault::Unsigned)).then_some(key);
        Ok(Begun { posting: self.post_answer(asked, &message, key)?, index: Some(index), ids: (id, assertion_id) })
    }

    fn post_answer(&self, asked: &Asked, message: &str, key: Option<&SigningKey>) -> Result<Posting, ProviderError> {
        let signed = match key {
            Some(key) => saml::sign(message, key).map_err(|error| refused(error.to_string()))?,
            None => message.to_owned(),
        };
        Ok(posting(&asked.answer_to, "SAMLResponse", &signed, &asked.relay_state))
    }
}

pub(super) fn posting(address: &str, field: &'static str, message: &str, relay_state: &str) -> Posting {
    let mut fields = vec![(field, saml::to_field(message))];
    if !relay_state.is_empty() {
        fields.push(("RelayState", relay_state.to_owned()));
    }
    Posting { address: address.to_owned(), fields }
}

/// The attributes of the published table that an invented person has.
fn attributes(who: &Identity, method: SignInMethod) -> Vec<(&'static str, Vec<String>)> {
    let one = |text: &str| vec![text.to_owned()];
    let mut attributes = vec![
        ("IsResident", one("true")),
        ("FirstName", one(&who.first_name)),
        ("LastName", one(&who.last_name)),
        ("Gender", one("0")),
        ("Language", one(who.language.code())),
    ];
    if !who.represents.is_empty() {
        let entities = who.represents.iter().map(|entity| format!("{} {}", entity.name, entity.idno)).collect();
        attributes.push(("AdministeredLegalEntity", entities));
    }
    // Only a certificate names a company.
    if let (SignInMethod::Token, Some(first)) = (method, who.represents.first()) {
        attributes.push(("IDNO", one(&first.idno)));
        attributes.push(("CompanyName", one(&first.name)));
    }
    attributes
}
