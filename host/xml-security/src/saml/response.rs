//! Response: the identity provider's answer to a request to sign in.

use super::message::{Expected, NameId, moment, name_id, receive, replay_key, signed_whole, status};
use crate::names::{BEARER, DS, SAML, SAMLP, SUCCESS};
use crate::replay::Once;
use crate::xml::{Element, Xml};
use crate::{Refusal, time};
use chrono::{DateTime, Utc};
use std::collections::BTreeMap;
use std::fmt;

/// Who has signed in.
#[derive(Clone, PartialEq, Eq)]
pub struct SignedIn {
    /// Whom the assertion is about.
    pub name_id: NameId,
    /// SessionIndex, for single logout.
    pub session_index: String,
    /// When the person proved who they are.
    pub authenticated: DateTime<Utc>,
    /// By which method (AuthnContextClassRef).
    pub method: String,
    /// SessionNotOnOrAfter: our session must end by then.
    pub session_end: Option<DateTime<Utc>>,
    /// The attributes by name; values that are not text are left out.
    pub attributes: BTreeMap<String, Vec<String>>,
}

impl fmt::Debug for SignedIn {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("SignedIn(…)")
    }
}

/// Accepts the answer to our request with this ID. What it says can be had once it is held against the replay cache.
///
/// # Errors
/// The first reason why it is not acceptable; [`Refusal::NotSuccess`] when the identity provider says so.
pub fn accept_response(xml: &Xml<'_>, request: &str, expected: &Expected<'_>) -> Result<Once<SignedIn>, Refusal> {
    let mut received = receive(xml, "Response", expected)?;
    if received.root.attribute("InResponseTo").ok_or(Refusal::Missing("InResponseTo"))? != request {
        return Err(Refusal::Request);
    }
    if status(received.rest.required(SAMLP, "Status")?)? != (SUCCESS, None) {
        return Err(Refusal::NotSuccess);
    }
    let assertion = received.rest.required(SAML, "Assertion")?;
    received.rest.end()?;
    let (signed_in, id, end) = read(assertion, request, expected)?;
    let until = end.max(received.issued + expected.rules.age) + expected.rules.skew;
    let keys = vec![replay_key(expected.partner, &received.id), replay_key(expected.partner, &id)];
    Ok(Once::new(signed_in, keys, until))
}

/// The assertion: what it says, its ID, and when it ends.
fn read(assertion: Element<'_>, request: &str, expected: &Expected<'_>) -> Result<(SignedIn, String, DateTime<Utc>), Refusal> {
    let (now, skew) = (expected.policy.now, expected.rules.skew);
    assertion.only_attributes(&["ID", "Version", "IssueInstant"], "Assertion")?;
    if assertion.attribute("Version") != Some("2.0") {
        return Err(Refusal::Malformed("Version"));
    }
    let id = assertion.attribute("ID").ok_or(Refusal::Missing("ID"))?.to_owned();
    let issued = moment(assertion, "IssueInstant")?.ok_or(Refusal::Missing("IssueInstant"))?;
    expected.rules.fresh(issued, now)?;

    let mut parts = assertion.sequence("Assertion")?;
    if parts.required(SAML, "Issuer")?.text("Issuer")? != expected.partner {
        return Err(Refusal::Issuer);
    }
    if let Some(signature) = parts.optional(DS, "Signature") {
        signed_whole(assertion, signature, &expected.policy)?;
    }
    let (name_id, confirmed_until) = subject(parts.required(SAML, "Subject")?, request, expected)?;
    let end = conditions(parts.required(SAML, "Conditions")?, expected)?;
    let (mut authentication, mut attributes) = (None, BTreeMap::new());
    while let Some(statement) = parts.any() {
        match (statement.namespace(), statement.name()) {
            (SAML, "AuthnStatement") => {
                if authentication.replace(statement).is_some() {
                    return Err(Refusal::Repeated("AuthnStatement"));
                }
            }
            (SAML, "AttributeStatement") => read_attributes(statement, &mut attributes)?,
            _ => return Err(Refusal::Unexpected("Assertion")),
        }
    }
    let authentication = authentication.ok_or(Refusal::Missing("AuthnStatement"))?;
    let session_index = authentication.attribute("SessionIndex").filter(|index| !index.is_empty());
    let session_index = session_index.ok_or(Refusal::Missing("SessionIndex"))?.to_owned();
    let authenticated = moment(authentication, "AuthnInstant")?.ok_or(Refusal::Missing("AuthnInstant"))?;
    time::since(authenticated, now, skew)?;
    let session_end = moment(authentication, "SessionNotOnOrAfter")?;
    if let Some(end) = session_end {
        time::before(now, end, skew)?;
    }
    let mut parts = authentication.sequence("AuthnStatement")?;
    parts.optional(SAML, "SubjectLocality");
    let context = parts.required(SAML, "AuthnContext")?;
    parts.end()?;
    let mut parts = context.sequence("AuthnContext")?;
    let method = parts.optional(SAML, "AuthnContextClassRef").map(|class| class.text("AuthnContextClassRef")).transpose()?;
    let method = method.unwrap_or_default().trim().to_owned();
    let signed_in = SignedIn { name_id, session_index, authenticated, method, session_end, attributes };
    Ok((signed_in, id, end.max(confirmed_until)))
}

/// Whom it is about, and until when it may be presented: by its bearer, to our address, as the answer to our request.
fn subject(subject: Element<'_>, request: &str, expected: &Expected<'_>) -> Result<(NameId, DateTime<Utc>), Refusal> {
    let mut parts = subject.sequence("Subject")?;
    let name_id = name_id(parts.required(SAML, "NameID")?)?;
    let confirmation = parts.required(SAML, "SubjectConfirmation")?;
    parts.end()?;
    if confirmation.attribute("Method") != Some(BEARER) {
        return Err(Refusal::Malformed("SubjectConfirmation"));
    }
    let mut parts = confirmation.sequence("SubjectConfirmation")?;
    let data = parts.required(SAML, "SubjectConfirmationData")?;
    parts.end()?;
    data.sequence("SubjectConfirmationData")?.end()?;
    if data.attribute("Recipient").ok_or(Refusal::Missing("Recipient"))? != expected.address {
        return Err(Refusal::Destination);
    }
    if data.attribute("InResponseTo").ok_or(Refusal::Missing("InResponseTo"))? != request {
        return Err(Refusal::Request);
    }
    // A bearer assertion is good from the start (SAML profiles, 4.1.4.2).
    if data.attribute("NotBefore").is_some() {
        return Err(Refusal::Unexpected("SubjectConfirmationData"));
    }
    let end = moment(data, "NotOnOrAfter")?.ok_or(Refusal::Missing("NotOnOrAfter"))?;
    time::before(expected.policy.now, end, expected.rules.skew)?;
    Ok((name_id, end))
}

/// When and for whom it is good; gives back its end.
fn conditions(conditions: Element<'_>, expected: &Expected<'_>) -> Result<DateTime<Utc>, Refusal> {
    let (now, skew) = (expected.policy.now, expected.rules.skew);
    if let Some(start) = moment(conditions, "NotBefore")? {
        time::since(start, now, skew)?;
    }
    let end = moment(conditions, "NotOnOrAfter")?.ok_or(Refusal::Missing("NotOnOrAfter"))?;
    time::before(now, end, skew)?;
    let mut for_us = false;
    let mut parts = conditions.sequence("Conditions")?;
    while let Some(condition) = parts.any() {
        match (condition.namespace(), condition.name()) {
            (SAML, "AudienceRestriction") => {
                let mut inner = condition.sequence("AudienceRestriction")?;
                let audiences = inner.many(SAML, "Audience").into_iter().map(|audience| audience.text("Audience"));
                let audiences = audiences.collect::<Result<Vec<_>, _>>()?;
                inner.end()?;
                if !audiences.iter().any(|audience| audience == expected.us) {
                    return Err(Refusal::Audience);
                }
                for_us = true;
            }
            // Every assertion is good once here; and we issue none of our own from it.
            (SAML, "OneTimeUse" | "ProxyRestriction") => {}
            // A condition that is not understood makes the assertion worthless (SAML core, 2.5.1).
            _ => return Err(Refusal::Unexpected("Conditions")),
        }
    }
    if for_us { Ok(end) } else { Err(Refusal::Missing("AudienceRestriction")) }
}

fn read_attributes(statement: Element<'_>, attributes: &mut BTreeMap<String, Vec<String>>) -> Result<(), Refusal> {
    let mut parts = statement.sequence("AttributeStatement")?;
    let found = parts.many(SAML, "Attribute");
    parts.end()?;
    for attribute in found {
        let name = attribute.attribute("Name").ok_or(Refusal::Malformed("Attribute"))?.to_owned();
        let mut parts = attribute.sequence("Attribute")?;
        // MPass may give structured values to services that asked for them; none of ours does.
        let values = parts.many(SAML, "AttributeValue").into_iter().filter(|value| value.elements().next().is_none());
        let values = values.map(|value| value.text("AttributeValue")).collect::<Result<Vec<_>, _>>()?;
        parts.end()?;
        if attributes.insert(name, values).is_some() {
            return Err(Refusal::Repeated("Attribute"));
        }
    }
    Ok(())
}
