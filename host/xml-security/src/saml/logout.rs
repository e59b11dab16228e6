//! Single logout, both ways: whoever ends a session tells the other.

use super::issue::text;
use super::message::{Expected, NameId, name_id, receive, replay_key, status};
use crate::names::{PARTIAL_LOGOUT, REQUESTER, RESPONDER, SAML, SAMLP, SUCCESS};
use crate::replay::Once;
use crate::xml::Xml;
use crate::{Refusal, time};
use chrono::{DateTime, Utc};
use uppsala::XmlWriter;

/// A request to end a session.
#[derive(Clone, Copy, Debug)]
pub struct LogoutRequest<'a> {
    /// Its ID, which the answer must name.
    pub id: &'a str,
    /// Who asks: an entity ID.
    pub issuer: &'a str,
    /// The other's address.
    pub destination: &'a str,
    /// Whose session.
    pub name_id: &'a NameId,
    /// Which session.
    pub session_index: &'a str,
    /// IssueInstant.
    pub now: DateTime<Utc>,
}

/// How a logout ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LogoutDone {
    /// Everywhere.
    Everywhere,
    /// Some participants could not be told (PartialLogout).
    Partially,
}

/// A session that someone else has ended.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SignOut {
    /// The request's ID, for InResponseTo.
    pub id: String,
    /// Whose session.
    pub name_id: NameId,
    /// Which sessions; all of the person's when there is none.
    pub session_indexes: Vec<String>,
}

/// The request as XML, not yet signed.
#[must_use]
pub fn logout_request(request: &LogoutRequest<'_>) -> String {
    let mut out = XmlWriter::new();
    open(&mut out, "samlp:LogoutRequest", request.id, None, request.destination, request.issuer, request.now);
    let format: Vec<_> = request.name_id.format.iter().map(|format| ("Format", format.as_str())).collect();
    text(&mut out, "saml:NameID", &format, &request.name_id.value);
    text(&mut out, "samlp:SessionIndex", &[], request.session_index);
    out.end_element("samlp:LogoutRequest");
    out.into_string()
}

/// The answer as XML, not yet signed.
#[must_use]
pub fn logout_response(id: &str, issuer: &str, destination: &str, request: &str, done: LogoutDone, now: DateTime<Utc>) -> String {
    let mut out = XmlWriter::new();
    open(&mut out, "samlp:LogoutResponse", id, Some(request), destination, issuer, now);
    out.start_element("samlp:Status", &[]);
    match done {
        LogoutDone::Everywhere => out.empty_element("samlp:StatusCode", &[("Value", SUCCESS)]),
        LogoutDone::Partially => {
            out.start_element("samlp:StatusCode", &[("Value", RESPONDER)]);
            out.empty_element("samlp:StatusCode", &[("Value", PARTIAL_LOGOUT)]);
            out.end_element("samlp:StatusCode");
        }
    }
    out.end_element("samlp:Status");
    out.end_element("samlp:LogoutResponse");
    out.into_string()
}

/// Accepts a request to end a session.
///
/// # Errors
/// The first reason why it is not acceptable.
pub fn accept_logout_request(xml: &Xml<'_>, expected: &Expected<'_>) -> Result<Once<SignOut>, Refusal> {
    let mut received = receive(xml, "LogoutRequest", expected)?;
    if let Some(end) = super::message::moment(received.root, "NotOnOrAfter")? {
        time::before(expected.policy.now, end, expected.rules.skew)?;
    }
    let name_id = name_id(received.rest.required(SAML, "NameID")?)?;
    let sessions = received.rest.many(SAMLP, "SessionIndex").into_iter().map(|session| session.text("SessionIndex"));
    let session_indexes = sessions.collect::<Result<Vec<_>, _>>()?;
    received.rest.end()?;
    let until = received.issued + expected.rules.age;
    let key = replay_key(expected.partner, &received.id);
    Ok(Once::new(SignOut { id: received.id, name_id, session_indexes }, vec![key], until))
}

/// Accepts the answer to our request with this ID.
///
/// # Errors
/// The first reason why it is not acceptable; [`Refusal::NotSuccess`] when the session was not ended.
pub fn accept_logout_response(xml: &Xml<'_>, request: &str, expected: &Expected<'_>) -> Result<Once<LogoutDone>, Refusal> {
    let mut received = receive(xml, "LogoutResponse", expected)?;
    if received.root.attribute("InResponseTo").ok_or(Refusal::Missing("InResponseTo"))? != request {
        return Err(Refusal::Request);
    }
    let code = status(received.rest.required(SAMLP, "Status")?)?;
    received.rest.end()?;
    let done = match code {
        (SUCCESS, None) => LogoutDone::Everywhere,
        (SUCCESS | REQUESTER | RESPONDER, Some(PARTIAL_LOGOUT)) | (PARTIAL_LOGOUT, None) => LogoutDone::Partially,
        _ => return Err(Refusal::NotSuccess),
    };
    let until = received.issued + expected.rules.age;
    Ok(Once::new(done, vec![replay_key(expected.partner, &received.id)], until))
}

fn open(out: &mut XmlWriter, name: &str, id: &str, request: Option<&str>, destination: &str, issuer: &str, now: DateTime<Utc>) {
    let instant = time::write(now);
    let mut attributes = vec![
        ("xmlns:samlp", SAMLP),
        ("xmlns:saml", SAML),
        ("ID", id),
        ("Version", "2.0"),
        ("IssueInstant", &instant),
        ("Destination", destination),
    ];
    attributes.extend(request.map(|request| ("InResponseTo", request)));
    out.start_element(name, &attributes);
    text(out, "saml:Issuer", &[], issuer);
}
