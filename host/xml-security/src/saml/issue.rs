//! Making a Response, as an identity provider.

use super::message::NameId;
use crate::names::{AUTHN_FAILED, BASIC, BEARER, RESPONDER, SAML, SAMLP, SUCCESS};
use crate::time;
use chrono::{DateTime, TimeDelta, Utc};
use std::fmt;
use uppsala::XmlWriter;

/// An answer that says who has signed in.
#[derive(Clone)]
pub struct Issue<'a> {
    /// The response's ID.
    pub id: &'a str,
    /// The assertion's ID.
    pub assertion_id: &'a str,
    /// The identity provider's entity ID.
    pub issuer: &'a str,
    /// The service provider's entity ID.
    pub audience: &'a str,
    /// The service provider's address. Without it the answer is worthless, which an emulator may want.
    pub destination: Option<&'a str>,
    /// The service provider's address again, in the confirmation.
    pub recipient: &'a str,
    /// The ID of the request.
    pub in_response_to: &'a str,
    /// Who.
    pub name_id: &'a NameId,
    /// SessionIndex.
    pub session_index: &'a str,
    /// AuthnContextClassRef: by which method.
    pub method: &'a str,
    /// Attributes with their values.
    pub attributes: &'a [(&'a str, Vec<String>)],
    /// IssueInstant.
    pub now: DateTime<Utc>,
    /// How long it may be presented.
    pub lifetime: TimeDelta,
}

impl fmt::Debug for Issue<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Issue({}, …)", self.id)
    }
}

/// The answer as XML, not yet signed.
#[must_use]
pub fn issue(issue: &Issue<'_>) -> String {
    let instant = time::write(issue.now);
    let end = time::write(issue.now + issue.lifetime);
    let mut out = XmlWriter::new();
    open(&mut out, issue.id, issue.in_response_to, issue.destination, issue.issuer, &instant);
    out.start_element("samlp:Status", &[]);
    out.empty_element("samlp:StatusCode", &[("Value", SUCCESS)]);
    out.end_element("samlp:Status");
    out.start_element(
        "saml:Assertion",
        &[("xmlns:saml", SAML), ("ID", issue.assertion_id), ("Version", "2.0"), ("IssueInstant", &instant)],
    );
    text(&mut out, "saml:Issuer", &[], issue.issuer);
    out.start_element("saml:Subject", &[]);
    let format: Vec<_> = issue.name_id.format.iter().map(|format| ("Format", format.as_str())).collect();
    text(&mut out, "saml:NameID", &format, &issue.name_id.value);
    out.start_element("saml:SubjectConfirmation", &[("Method", BEARER)]);
    out.empty_element(
        "saml:SubjectConfirmationData",
        &[("NotOnOrAfter", &end), ("Recipient", issue.recipient), ("InResponseTo", issue.in_response_to)],
    );
    out.end_element("saml:SubjectConfirmation");
    out.end_element("saml:Subject");
    out.start_element("saml:Conditions", &[("NotBefore", &instant), ("NotOnOrAfter", &end)]);
    out.start_element("saml:AudienceRestriction", &[]);
    text(&mut out, "saml:Audience", &[], issue.audience);
    out.end_element("saml:AudienceRestriction");
    out.end_element("saml:Conditions");
    out.start_element("saml:AuthnStatement", &[("AuthnInstant", &instant), ("SessionIndex", issue.session_index)]);
    out.start_element("saml:AuthnContext", &[]);
    text(&mut out, "saml:AuthnContextClassRef", &[], issue.method);
    out.end_element("saml:AuthnContext");
    out.end_element("saml:AuthnStatement");
    if !issue.attributes.is_empty() {
        out.start_element("saml:AttributeStatement", &[]);
        for (name, values) in issue.attributes {
            out.start_element("saml:Attribute", &[("Name", name), ("NameFormat", BASIC)]);
            for value in values {
                text(&mut out, "saml:AttributeValue", &[], value);
            }
            out.end_element("saml:Attribute");
        }
        out.end_element("saml:AttributeStatement");
    }
    out.end_element("saml:Assertion");
    out.end_element("samlp:Response");
    out.into_string()
}

/// An answer that nobody has signed in (refused, given up), not yet signed.
#[must_use]
pub fn failure(id: &str, issuer: &str, destination: &str, in_response_to: &str, now: DateTime<Utc>) -> String {
    let mut out = XmlWriter::new();
    open(&mut out, id, in_response_to, Some(destination), issuer, &time::write(now));
    out.start_element("samlp:Status", &[]);
    out.start_element("samlp:StatusCode", &[("Value", RESPONDER)]);
    out.empty_element("samlp:StatusCode", &[("Value", AUTHN_FAILED)]);
    out.end_element("samlp:StatusCode");
    out.end_element("samlp:Status");
    out.end_element("samlp:Response");
    out.into_string()
}

fn open(out: &mut XmlWriter, id: &str, in_response_to: &str, destination: Option<&str>, issuer: &str, instant: &str) {
    let mut attributes = vec![
        ("xmlns:samlp", SAMLP),
        ("xmlns:saml", SAML),
        ("ID", id),
        ("Version", "2.0"),
        ("IssueInstant", instant),
        ("InResponseTo", in_response_to),
    ];
    attributes.extend(destination.map(|address| ("Destination", address)));
    out.start_element("samlp:Response", &attributes);
    text(out, "saml:Issuer", &[], issuer);
}

pub(super) fn text(out: &mut XmlWriter, name: &str, attributes: &[(&str, &str)], content: &str) {
    out.start_element(name, attributes);
    out.text(content);
    out.end_element(name);
}
