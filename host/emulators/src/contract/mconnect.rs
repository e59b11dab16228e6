//! The contract of [`DataExchange`] and [`EventBus`].

use super::{Broken, holds};
use vatra_core::ids::CallId;
use vatra_core::providers::{DataExchange, DataRequest, Event, EventBus, ProviderError};
use vatra_core::value::{Fields, Value};

/// What the exchange under test knows.
#[derive(Clone)]
pub struct KnownPerson {
    /// An IDNP.
    pub idnp: String,
    /// The family name that goes with it.
    pub family_name: String,
    /// An IDNP that nobody bears.
    pub nobody: String,
    /// Whose IDNP stands as CallingUser.
    pub user: String,
    /// Whose IDNO stands as CallingEntity.
    pub entity: String,
    /// The legal basis that the installation was granted.
    pub legal_basis: String,
}

/// A question for the data set `person`.
#[must_use]
pub fn about_person(known: &KnownPerson, idnp: &str, fields: &[&str]) -> DataRequest {
    DataRequest {
        call: CallId::fresh(),
        entity: known.entity.clone(),
        user: Some(known.user.clone()),
        legal_basis: known.legal_basis.clone(),
        reason: "Verificarea contractului".to_owned(),
        data_set: "person".to_owned(),
        about: Some(idnp.to_owned()),
        parameters: Fields::new(),
        fields: fields.iter().map(|field| (*field).to_owned()).collect(),
    }
}

/// Everything about questions.
///
/// # Errors
/// [`Broken`], with the first sentence that does not hold.
pub async fn data_exchange<D: DataExchange + ?Sized>(exchange: &D, known: &KnownPerson) -> Result<(), Broken> {
    let ask = async |idnp: &str, fields: &[&str]| {
        exchange.ask(&about_person(known, idnp, fields)).await.map_err(|error| Broken(format!("a good question is answered: {error}")))
    };
    let answer = ask(&known.idnp, &["family-name", "birth-date"]).await?;
    let rows = answer.ok_or(Broken("a known person is found".to_owned()))?.rows;
    let (part, fields) = rows.first().ok_or(Broken("an answer has a row".to_owned()))?;
    holds(part.is_empty(), "what is not part of a list has no part")?;
    holds(fields.get("family-name") == Some(&Value::Personal(known.family_name.clone())), "names are personal values")?;
    holds(fields.keys().all(|name| name == "family-name" || name == "birth-date"), "only what was asked for is answered")?;
    let again = ask(&known.idnp, &["family-name", "birth-date"]).await?;
    holds(again.is_some_and(|again| again.rows == rows), "asking twice gives the same")?;
    holds(ask(&known.nobody, &["family-name"]).await?.is_none(), "nobody is nothing, not an error")?;

    let mut wrong = Vec::new();
    for change in 0..6 {
        let mut request = about_person(known, &known.idnp, &["family-name"]);
        match change {
            0 => request.legal_basis = " ".to_owned(),
            1 => request.legal_basis = "x".repeat(257),
            2 => request.reason = String::new(),
            3 => request.reason = "x".repeat(513),
            4 => request.data_set = "secrets".to_owned(),
            _ => request.fields.push("salary".to_owned()),
        }
        wrong.push(request);
    }
    for request in wrong {
        match exchange.ask(&request).await {
            Err(ProviderError::Refused { cause, .. }) => holds(!cause.contains(&known.idnp), "a refusal names nobody")?,
            _ => return Err(Broken("what MConnect's limits or the catalogue do not allow is refused".to_owned())),
        }
    }
    Ok(())
}

/// Everything about telling; `source` and `kind` are such as the installation may produce.
///
/// # Errors
/// [`Broken`], with the first sentence that does not hold.
pub async fn event_bus<B: EventBus + ?Sized>(bus: &B, source: &str, kind: &str, now: vatra_core::clock::Instant) -> Result<(), Broken> {
    let event = |id: &str, size: usize| Event {
        source: source.to_owned(),
        id: id.to_owned(),
        kind: kind.to_owned(),
        subject: None,
        time: now,
        partition_key: Some("contract:1".to_owned()),
        data: serde_json::json!({ "text": "x".repeat(size) }),
    };
    let id = uuid::Uuid::now_v7().to_string();
    let took = |result: Result<(), ProviderError>, sentence: &str| result.map_err(|error| Broken(format!("{sentence}: {error}")));
    took(bus.publish(&[]).await, "no events are no fault")?;
    took(bus.publish(&[event(&id, 10)]).await, "an event is taken")?;
    took(bus.publish(&[event(&id, 10)]).await, "the same event is taken again")?;
    let many: Vec<Event> = (0..40).map(|at| event(&format!("{id}-{at}"), 50_000)).collect();
    took(bus.publish(&many).await, "two megabytes of events are taken, in several requests")?;
    let large = bus.publish(&[event(&format!("{id}-large"), 65_536)]).await;
    holds(matches!(large, Err(ProviderError::Refused { .. })), "an event of more than 64 KB is refused")
}
