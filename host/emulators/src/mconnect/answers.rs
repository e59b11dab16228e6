//! A question comes in, an answer goes out, both signed.

use super::shape::Shape;
use super::world::{self, Fact, Facts};
use super::{Emulator, Fault, KEPT};
use crate::fault::Emulated;
use crate::population::Holder;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::TimeDelta;
use std::sync::PoisonError;
use vatra_core::catalogue::{About, DataSet, Kind};
use vatra_core::clock::Instant;
use vatra_xmlsec::names::SOAP;
use vatra_xmlsec::wss::{KeyReference, Opened, Rules, Sealing, fault, open, plain, secure};
use vatra_xmlsec::xml::{Element, Limits, Writer, Xml};
use vatra_xmlsec::{Policy, Suite};

/// The namespace of the Calling headers.
const NAMESPACE: &str = "https://mconnect.gov.md";

/// Somebody looked at somebody's data. No `Debug`: it names both.
#[derive(Clone, PartialEq, Eq)]
pub struct Look {
    /// When.
    pub at: Instant,
    /// The data set.
    pub data_set: String,
    /// Whose data, IDNP or IDNO; none where nobody was named.
    pub subject: Option<String>,
    /// CallingUser.
    pub user: String,
    /// CallingEntity.
    pub entity: String,
    /// CallBasis.
    pub basis: String,
    /// CallReason.
    pub reason: String,
}

/// A fault of MConnect (invented: MPay's codes, and NotFound).
#[derive(Clone, Copy, PartialEq, Eq)]
struct Refused(&'static str, &'static str);

pub(super) async fn ask(State(emulator): State<Emulator>, at: usize, headers: HeaderMap, body: Bytes) -> Response {
    let Some(set) = emulator.inner.catalogue.sets().get(at) else { return StatusCode::NOT_FOUND.into_response() };
    let wrong = emulator.fault().get();
    let (payload, status) = match answer(&emulator, set, wrong, &headers, &body).await {
        Ok(payload) => (payload, StatusCode::OK),
        Err(Refused(code, reason)) => {
            // Who asked and about whom is not for the log.
            tracing::debug!(set = %set.name, code, "MConnect's emulator refused");
            (fault(code, reason), StatusCode::INTERNAL_SERVER_ERROR)
        }
    };
    let now = emulator.inner.clock.now().utc();
    let suite = Suite::RsaSha256;
    let sealing = Sealing { key: &emulator.inner.key, suite, reference: KeyReference::Token, now, lifetime: TimeDelta::minutes(5) };
    let message = match wrong {
        Some(Fault::Unsigned) => plain(&payload),
        _ => secure(&payload, &[], &sealing).unwrap_or_else(|_| plain(&fault("InternalError", "the answer could not be signed"))),
    };
    let message = if wrong == Some(Fault::Altered) { spoilt(&message, &set.contract.answer) } else { message };
    (status, [(header::CONTENT_TYPE, "text/xml; charset=utf-8")], message).into_response()
}

/// Another element inside the answer than was signed.
fn spoilt(message: &str, answer: &str) -> String {
    match message.rfind(&format!("</{answer}>")) {
        Some(at) => [message.get(..at).unwrap_or_default(), "<Spoilt/>", message.get(at..).unwrap_or_default()].concat(),
        None => message.replacen("<faultstring>", "<faultstring>Spoilt: ", 1),
    }
}

async fn answer(emulator: &Emulator, set: &DataSet, wrong: Option<Fault>, headers: &HeaderMap, body: &[u8]) -> Result<String, Refused> {
    let inner = &emulator.inner;
    let unreadable = |_| Refused("AuthenticationFailed", "the message or its signature is not acceptable");
    let xml = Xml::from_bytes(body, &Limits::SOAP).map_err(unreadable)?;
    let policy = Policy { trust: &*inner.clients, accepts: inner.accepts, now: inner.clock.now().utc() };
    let opened = open(&xml, &policy, &Rules::default()).map_err(unreadable)?.first(&inner.replay).await.map_err(unreadable)?;
    if wrong == Some(Fault::Denied) {
        return Err(Refused("AuthorizationFailed", "the system may not ask for this"));
    }
    let calling = |name: &'static str, most: usize| calling(emulator, &xml, &opened, name, most);
    let (user, entity) = (calling("CallingUser", 13)?, calling("CallingEntity", 13)?);
    let (basis, reason) = (calling("CallBasis", 256)?, calling("CallReason", 512)?);
    let contract = &set.contract;
    let action = headers.get("soapaction").and_then(|value| value.to_str().ok()).unwrap_or_default();
    if action.trim_matches('"') != contract.action || !opened.payload.is(&contract.namespace, &contract.operation) {
        return Err(Refused("InvalidParameter", "the operation is not this contract's"));
    }
    if wrong == Some(Fault::HolderSilent) {
        return Err(Refused("Unavailable", "the institution that holds the data does not answer"));
    }
    let (subject, facts) = facts(emulator, set, opened.payload)?;
    let look = Look { at: inner.clock.now(), data_set: set.name.to_string(), subject, user, entity, basis, reason };
    {
        let mut looks = inner.looks.lock().unwrap_or_else(PoisonError::into_inner);
        if looks.len() >= KEPT {
            looks.remove(0);
        }
        looks.push(look);
    }
    let set = match wrong {
        // What another institution would say.
        Some(Fault::AnotherAnswer) => inner.catalogue.sets().iter().find(|other| other.name != set.name).unwrap_or(set),
        _ => set,
    };
    Ok(written(set, &facts))
}

/// A Calling header: signed, there once, not empty, not too long.
fn calling(emulator: &Emulator, xml: &Xml<'_>, opened: &Opened<'_>, name: &'static str, most: usize) -> Result<String, Refused> {
    let missing =
        Refused("InvalidParameter", "CallingUser, CallingEntity, CallBasis and CallReason are required, signed and limited in length");
    let text = match opened.header(NAMESPACE, name) {
        Ok(text) => text,
        Err(_) if emulator.fault().get() == Some(Fault::UnsignedHeaders) => {
            let blocks = xml.root().map_err(|_| missing)?.elements().filter(|part| part.is(SOAP, "Header")).flat_map(Element::elements);
            // Other programs leave the namespace off.
            let mut found = blocks.filter(|block| block.name() == name && matches!(block.namespace(), NAMESPACE | ""));
            found.next().and_then(|block| block.text(name).ok()).ok_or(missing)?
        }
        Err(_) => return Err(missing),
    };
    let length = text.chars().count();
    if text.trim().is_empty() || length > most { Err(missing) } else { Ok(text) }
}

fn facts(emulator: &Emulator, set: &DataSet, question: Element<'_>) -> Result<(Option<String>, Facts), Refused> {
    let population = &emulator.inner.population;
    let not_found = Refused("NotFound", "the register knows no such subject");
    let within = |name: &str| question.elements().find(|part| part.name() == name).and_then(|part| part.text("a parameter").ok());
    let Some(element) = &set.contract.subject else {
        let by_number = set.parameters.iter().find(|parameter| parameter.kind == Kind::Cadastral);
        let number =
            by_number.and_then(|parameter| within(&parameter.path)).ok_or(Refused("InvalidParameter", "a parameter is missing"))?;
        return Ok((None, world::under(population, number.trim()).ok_or(not_found)?));
    };
    let idn = within(element).ok_or(Refused("InvalidParameter", "the subject is missing"))?;
    let holder = population.holder(idn.trim()).ok_or(not_found)?;
    match (set.about, holder) {
        (About::Person, Holder::Company(_)) | (About::LegalEntity, Holder::Person(_)) => return Err(not_found),
        _ => {}
    }
    Ok((Some(idn.trim().to_owned()), world::about(population, holder).ok_or(not_found)?))
}

/// The answer's element with what the data set's paths pick out, in the order of its contract.
fn written(set: &DataSet, facts: &Facts) -> String {
    let mut out = Writer::new();
    out.start_element(&set.contract.answer, &[("xmlns", &set.contract.namespace)]);
    write(&mut out, facts, &Shape::answer(set));
    out.end_element(&set.contract.answer);
    out.into_string()
}

fn write(out: &mut Writer, facts: &Facts, shape: &Shape) {
    for (name, inside) in &shape.inside {
        for (_, fact) in facts.iter().filter(|(known, _)| known == name) {
            match fact {
                Fact::Text(text) if inside.kind.is_some() => {
                    out.start_element(name, &[]);
                    out.text(text);
                    out.end_element(name);
                }
                Fact::Parts(parts) if inside.kind.is_none() => {
                    out.start_element(name, &[]);
                    write(out, parts, inside);
                    out.end_element(name);
                }
                _ => {}
            }
        }
    }
}
