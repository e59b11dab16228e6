//! AuthnRequest: the service provider asks the identity provider to sign someone in.

use super::message::{Expected, receive, replay_key};
use crate::names::{POST, SAML, SAMLP};
use crate::replay::Once;
use crate::xml::Xml;
use crate::{Refusal, time};
use chrono::{DateTime, Utc};
use uppsala::XmlWriter;

/// A request to sign in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct AuthnRequest<'a> {
    /// Its ID, which the answer must name.
    pub id: &'a str,
    /// Our entity ID.
    pub issuer: &'a str,
    /// The identity provider's address.
    pub destination: &'a str,
    /// Our address for the answer.
    pub answer_to: &'a str,
    /// The person must prove anew who they are.
    pub force: bool,
    /// Nobody may be asked anything.
    pub passive: bool,
    /// IssueInstant.
    pub now: DateTime<Utc>,
}

/// The request as XML, not yet signed.
#[must_use]
pub fn authn_request(request: &AuthnRequest<'_>) -> String {
    let mut out = XmlWriter::new();
    let instant = time::write(request.now);
    let mut attributes = vec![
        ("xmlns:samlp", SAMLP),
        ("xmlns:saml", SAML),
        ("ID", request.id),
        ("Version", "2.0"),
        ("IssueInstant", &instant),
        ("Destination", request.destination),
        ("ProtocolBinding", POST),
        ("AssertionConsumerServiceURL", request.answer_to),
    ];
    attributes.extend(request.force.then_some(("ForceAuthn", "true")));
    attributes.extend(request.passive.then_some(("IsPassive", "true")));
    out.start_element("samlp:AuthnRequest", &attributes);
    out.start_element("saml:Issuer", &[]);
    out.text(request.issuer);
    out.end_element("saml:Issuer");
    out.empty_element("samlp:NameIDPolicy", &[("AllowCreate", "true")]);
    out.end_element("samlp:AuthnRequest");
    out.into_string()
}

/// What a service provider asks of the identity provider.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SignInAsked {
    /// The request's ID, for InResponseTo.
    pub id: String,
    /// Where the answer goes: one of the addresses in the service provider's metadata.
    pub answer_to: String,
    /// The person must prove anew who they are.
    pub force: bool,
    /// Nobody may be asked anything.
    pub passive: bool,
}

/// Accepts a request, as an identity provider. `addresses` are those of the service provider's metadata, the usual one first.
///
/// # Errors
/// The first reason why it is not acceptable.
pub fn accept_authn_request(xml: &Xml<'_>, addresses: &[String], expected: &Expected<'_>) -> Result<Once<SignInAsked>, Refusal> {
    let mut received = receive(xml, "AuthnRequest", expected)?;
    received.rest.optional(SAMLP, "NameIDPolicy");
    received.rest.optional(SAMLP, "RequestedAuthnContext");
    received.rest.end()?;
    let answer_to = match received.root.attribute("AssertionConsumerServiceURL") {
        Some(asked) => addresses.iter().find(|known| *known == asked).ok_or(Refusal::Destination)?,
        None => addresses.first().ok_or(Refusal::Missing("AssertionConsumerServiceURL"))?,
    };
    let truth = |name| matches!(received.root.attribute(name), Some("true" | "1"));
    let asked =
        SignInAsked { id: received.id.clone(), answer_to: answer_to.clone(), force: truth("ForceAuthn"), passive: truth("IsPassive") };
    let until = received.issued + expected.rules.age;
    Ok(Once::new(asked, vec![replay_key(expected.partner, &received.id)], until))
}
