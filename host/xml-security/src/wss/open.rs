//! Opening a signed SOAP message.

use crate::dsig::{Offered, Verified, verify};
use crate::key::Certificate;
use crate::names::{DS, SOAP, WSA, WSA_2004, WSSE, WSU};
use crate::replay::Once;
use crate::xml::{Element, Xml};
use crate::{Policy, Refusal, Suite, time};
use chrono::{DateTime, TimeDelta, Utc};

/// How fresh a message must be, and what of it must be signed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Rules {
    /// By how much clocks may differ.
    pub skew: TimeDelta,
    /// How old a message may be, whatever its own end says.
    pub age: TimeDelta,
    /// WS-Addressing headers may be unsigned. They are not handed out then.
    pub unsigned_addressing: bool,
}

impl Default for Rules {
    /// Two minutes of skew, five minutes of age, as the published samples live; addressing is signed.
    fn default() -> Rules {
        Rules { skew: TimeDelta::minutes(2), age: TimeDelta::minutes(5), unsigned_addressing: false }
    }
}

/// What was signed of a message, and by whom.
#[derive(Clone, Debug)]
pub struct Opened<'x> {
    /// The one element in the Body.
    pub payload: Element<'x>,
    /// The signed header blocks.
    pub headers: Vec<Element<'x>>,
    /// Whose signature it is.
    pub signer: Certificate,
    /// With which algorithms: the answer uses the same.
    pub suite: Suite,
    /// When the message was made.
    pub created: DateTime<Utc>,
}

impl Opened<'_> {
    /// The text of a signed header block.
    ///
    /// # Errors
    /// [`Refusal::Missing`] when there is none, [`Refusal::Repeated`] when there are two.
    pub fn header(&self, namespace: &str, name: &'static str) -> Result<String, Refusal> {
        let mut found = self.headers.iter().filter(|header| header.is(namespace, name));
        let header = found.next().ok_or(Refusal::Missing(name))?;
        if found.next().is_some() { Err(Refusal::Repeated(name)) } else { header.text(name) }
    }
}

/// The parts of `wsse:Security`.
struct Security<'x> {
    timestamp: Element<'x>,
    signature: Element<'x>,
    token: Option<Element<'x>>,
}

/// Opens a message: its shape, its signature, its time. What it says can be had once it is held against the replay cache.
///
/// # Errors
/// The first reason why the message is not acceptable.
pub fn open<'x>(message: &'x Xml<'_>, policy: &Policy<'_>, rules: &Rules) -> Result<Once<Opened<'x>>, Refusal> {
    let envelope = message.root()?;
    if !envelope.is(SOAP, "Envelope") {
        return Err(Refusal::Missing("Envelope"));
    }
    let mut parts = envelope.sequence("Envelope")?;
    let header = parts.optional(SOAP, "Header").ok_or(Refusal::NotSigned)?;
    let body = parts.required(SOAP, "Body")?;
    parts.end()?;

    let mut blocks = header.sequence("Header")?;
    let (mut found, mut headers) = (None, Vec::new());
    while let Some(block) = blocks.any() {
        if block.is(WSSE, "Security") {
            if found.replace(block).is_some() {
                return Err(Refusal::Repeated("Security"));
            }
        } else {
            headers.push(block);
        }
    }
    let security = security(found.ok_or(Refusal::NotSigned)?)?;

    // The agency's own signing program writes `Id` without a namespace.
    let offer = |element: Element<'x>| Offered { id: element.attribute_of(WSU, "Id").or_else(|| element.attribute("Id")), element };
    let mut offered = vec![offer(body), offer(security.timestamp)];
    offered.extend(headers.iter().copied().map(offer));
    offered.extend(security.token.map(offer));
    let Verified { signer, covered, value, suite } = verify(security.signature, &offered, false, security.token, policy)?;
    if !covered.contains(&0) {
        return Err(Refusal::Uncovered("Body"));
    }
    if !covered.contains(&1) {
        return Err(Refusal::Uncovered("Timestamp"));
    }
    let (signed, unsigned): (Vec<_>, Vec<_>) = headers.into_iter().enumerate().partition(|(place, _)| covered.contains(&(place + 2)));
    let addressing = |header: &Element<'_>| matches!(header.namespace(), WSA | WSA_2004);
    if !rules.unsigned_addressing && unsigned.iter().any(|(_, header)| addressing(header)) {
        return Err(Refusal::Uncovered("a WS-Addressing header"));
    }

    let (created, until) = timestamp(security.timestamp, policy.now, rules)?;
    let mut payload = body.sequence("Body")?;
    let only = payload.any().ok_or(Refusal::Missing("the payload"))?;
    payload.end()?;
    let headers = signed.into_iter().map(|(_, header)| header).collect();
    let key = format!("wss:{}", hex::encode(Suite::RsaSha256.digest(&value)));
    Ok(Once::new(Opened { payload: only, headers, signer, suite, created }, vec![key], until))
}

fn security(security: Element<'_>) -> Result<Security<'_>, Refusal> {
    if security.attribute_of(SOAP, "actor").is_some() {
        return Err(Refusal::Unexpected("Security"));
    }
    let mut parts = security.sequence("Security")?;
    let (mut timestamp, mut signature, mut token) = (None, None, None);
    while let Some(part) = parts.any() {
        let (place, what) = match (part.namespace(), part.name()) {
            (WSU, "Timestamp") => (&mut timestamp, "Timestamp"),
            (DS, "Signature") => (&mut signature, "Signature"),
            (WSSE, "BinarySecurityToken") => (&mut token, "BinarySecurityToken"),
            _ => return Err(Refusal::Unexpected("Security")),
        };
        if place.replace(part).is_some() {
            return Err(Refusal::Repeated(what));
        }
    }
    let timestamp = timestamp.ok_or(Refusal::Missing("Timestamp"))?;
    Ok(Security { timestamp, signature: signature.ok_or(Refusal::NotSigned)?, token })
}

/// When the message was made, and until when it could be used again.
fn timestamp(timestamp: Element<'_>, now: DateTime<Utc>, rules: &Rules) -> Result<(DateTime<Utc>, DateTime<Utc>), Refusal> {
    let mut parts = timestamp.sequence("Timestamp")?;
    let created = time::read(&parts.required(WSU, "Created")?.text("Created")?, "Created")?;
    let expires = time::read(&parts.required(WSU, "Expires")?.text("Expires")?, "Expires")?;
    parts.end()?;
    if expires < created {
        return Err(Refusal::Malformed("Timestamp"));
    }
    time::recent(created, now, rules.age, rules.skew)?;
    time::before(now, expires, rules.skew)?;
    Ok((created, expires.min(created + rules.age) + rules.skew))
}
