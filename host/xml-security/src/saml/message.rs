//! What all messages have in common: who made it, when, for which address, and the signature over all of it.

use crate::dsig::{Offered, verify};
use crate::names::{DS, SAML, SAMLP};
use crate::xml::{Element, Sequence, Xml};
use crate::{Policy, Refusal, Suite, time};
use chrono::{DateTime, TimeDelta, Utc};
use std::fmt;

/// How fresh a message must be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Rules {
    /// By how much clocks may differ.
    pub skew: TimeDelta,
    /// How far IssueInstant may be from now, either way.
    pub age: TimeDelta,
}

impl Rules {
    pub(super) fn fresh(&self, issued: DateTime<Utc>, now: DateTime<Utc>) -> Result<(), Refusal> {
        time::recent(issued, now, TimeDelta::zero(), self.age)
    }
}

impl Default for Rules {
    /// IssueInstant within ten minutes either way (MPass), other moments with two minutes of skew.
    fn default() -> Rules {
        Rules { skew: TimeDelta::minutes(2), age: TimeDelta::minutes(10) }
    }
}

/// What a message from the partner must say.
#[derive(Clone, Copy, Debug)]
pub struct Expected<'e> {
    /// The partner's entity ID: the Issuer.
    pub partner: &'e str,
    /// Our entity ID: the Audience.
    pub us: &'e str,
    /// Our address that the message was posted to: Destination, Recipient.
    pub address: &'e str,
    /// By what its signature is judged.
    pub policy: Policy<'e>,
    /// How fresh it must be.
    pub rules: Rules,
}

/// Whom a message is about. MPass: the IDNP, or a username.
#[derive(Clone, PartialEq, Eq)]
pub struct NameId {
    /// The name itself.
    pub value: String,
    /// Its format, when it is said.
    pub format: Option<String>,
}

impl fmt::Debug for NameId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("NameId(…)")
    }
}

/// A message whose signature holds and that is meant for us.
pub(super) struct Received<'x> {
    pub(super) root: Element<'x>,
    pub(super) id: String,
    pub(super) issued: DateTime<Utc>,
    /// The children after Issuer and Signature.
    pub(super) rest: Sequence<'x>,
}

/// Checks what all messages have in common.
pub(super) fn receive<'x>(xml: &'x Xml<'_>, name: &'static str, expected: &Expected<'_>) -> Result<Received<'x>, Refusal> {
    let root = xml.root()?;
    if !root.is(SAMLP, name) {
        return Err(Refusal::Missing(name));
    }
    let mut rest = root.sequence(name)?;
    let issuer = rest.required(SAML, "Issuer")?;
    let signature = rest.optional(DS, "Signature").ok_or(Refusal::NotSigned)?;
    let id = signed_whole(root, signature, &expected.policy)?;
    if root.attribute("Version") != Some("2.0") {
        return Err(Refusal::Malformed("Version"));
    }
    if issuer.text("Issuer")? != expected.partner {
        return Err(Refusal::Issuer);
    }
    if root.attribute("Destination").ok_or(Refusal::Missing("Destination"))? != expected.address {
        return Err(Refusal::Destination);
    }
    let issued = moment(root, "IssueInstant")?.ok_or(Refusal::Missing("IssueInstant"))?;
    expected.rules.fresh(issued, expected.policy.now)?;
    Ok(Received { root, id, issued, rest })
}

/// Whether the signature, a child of the element, covers the whole element and nothing else. Gives back the element's ID.
pub(super) fn signed_whole(element: Element<'_>, signature: Element<'_>, policy: &Policy<'_>) -> Result<String, Refusal> {
    let id = element.attribute("ID").filter(|id| !id.is_empty()).ok_or(Refusal::Missing("ID"))?;
    // One element is offered and one reference at least is demanded: what holds covers it.
    verify(signature, &[Offered { id: Some(id), element }], true, None, policy)?;
    Ok(id.to_owned())
}

/// An attribute that holds a moment.
pub(super) fn moment(element: Element<'_>, name: &'static str) -> Result<Option<DateTime<Utc>>, Refusal> {
    element.attribute(name).map(|text| time::read(text, name)).transpose()
}

/// A NameID: not empty, without white space or control characters, which no name of ours has and which tricks are made of.
pub(super) fn name_id(element: Element<'_>) -> Result<NameId, Refusal> {
    let value = element.text("NameID")?;
    if value.is_empty() || value.len() > 256 || value.chars().any(|letter| letter.is_whitespace() || letter.is_control()) {
        return Err(Refusal::Malformed("NameID"));
    }
    Ok(NameId { value, format: element.attribute("Format").map(str::to_owned) })
}

/// The key of a message in the replay cache.
pub(super) fn replay_key(partner: &str, id: &str) -> String {
    format!("saml:{}", hex::encode(Suite::RsaSha256.digest(format!("{partner}\n{id}").as_bytes())))
}

/// Status codes: the first and, if there is one, the second.
pub(super) fn status<'x>(status: Element<'x>) -> Result<(&'x str, Option<&'x str>), Refusal> {
    let mut parts = status.sequence("Status")?;
    let code = parts.required(SAMLP, "StatusCode")?;
    let first = code.attribute("Value").ok_or(Refusal::Malformed("StatusCode"))?;
    let mut inner = code.sequence("StatusCode")?;
    let second = inner.optional(SAMLP, "StatusCode").and_then(|code| code.attribute("Value"));
    inner.end()?;
    Ok((first, second))
}

/// Who a message says it is from, to find the partner by. Nothing is checked: the partner's keys then say whether it is true.
///
/// # Errors
/// When the message has no issuer.
pub fn claimed_issuer(xml: &Xml<'_>) -> Result<String, Refusal> {
    let issuer = xml.root()?.elements().next().filter(|first| first.is(SAML, "Issuer"));
    issuer.ok_or(Refusal::Missing("Issuer"))?.text("Issuer")
}
