//! Handles two public services: visits for them are booked and applications handed in through other modules, and it notes what it is told of them.
#![cfg_attr(target_arch = "wasm32", no_std)]

use vatra_guest_kit::*;
use vatra_sdk::contract::vatra::appointments::booking;
use vatra_sdk::contract::vatra::cases::handling;
use vatra_sdk::contract::vatra::cases::types::Standing;
use vatra_sdk::contract::vatra::clock::clock;
use vatra_sdk::contract::vatra::documents::documents;
use vatra_sdk::contract::vatra::mpay::orders::{self, Line, Order};
use vatra_sdk::contract::vatra::types::values::{Date, DocumentRef};
use vatra_sdk::prelude::{Event, Events};

struct Reception;

fn date(inputs: &[Field], name: &str) -> Date {
    let given = inputs.iter().find(|field| field.name == name).and_then(|field| match field.value {
        Value::Date(date) => Some(date),
        _ => None,
    });
    given.unwrap_or_else(clock::today)
}

fn shown(value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        Value::Sealed(_) => "sealed".to_owned(),
        other => format!("{other:?}"),
    }
}

fn lines(parameters: &[Field]) -> Result<Vec<String>, Failure> {
    let case = given_text(parameters, "case");
    Ok(match given_text(parameters, "show") {
        "open" | "approved" => {
            let standing = (given_text(parameters, "show") == "approved").then_some(Standing::Approved);
            let page = handling::find(standing, 100, None)?;
            page.cases.iter().map(|case| format!("{} {:?}", case.number.as_deref().unwrap_or("-"), case.standing)).collect()
        }
        "case" => {
            let case = handling::get(case)?;
            let entry = if case.entry.is_some() { "entry" } else { "no entry" };
            vec![format!("v{} {:?} {entry} {} results, rated {:?}", case.version, case.standing, case.results.len(), case.rating)]
        }
        "fields" => handling::fields(case)?.iter().map(|field| format!("{} {}", field.name, shown(&field.value))).collect(),
        "steps" => handling::timeline(case)?.iter().map(|step| format!("{:?} {}", step.standing, step.note)).collect(),
        _ => vec![format!("{} counters", booking::counters("family-certificate")?.len())],
    })
}

impl Guest for Reception {
    fn render(name: String, parameters: Vec<Field>) -> Result<Screen, Failure> {
        if name == "case" {
            return Ok(screen(vec![Block::Case(given_text(&parameters, "case").to_owned())]));
        }
        Ok(page(lines(&parameters).unwrap_or_else(|failure| vec![words(&failure)])))
    }

    fn perform(action: String, inputs: Vec<Field>) -> Result<Answer, Failure> {
        let (case, note) = (given_text(&inputs, "case"), given_text(&inputs, "note"));
        let version = u32::try_from(given_number(&inputs, "version", 1)).unwrap_or_default();
        let version = match action.as_str() {
            "attach" => {
                let entry = registers::add("visits-told", &[text("what", note)])?;
                handling::attach(case, version, &entry)?
            }
            "advance" => handling::advance(case, version, note)?,
            "ask" => {
                let fields: Vec<String> = given_text(&inputs, "fields").split_whitespace().map(ToOwned::to_owned).collect();
                handling::ask(case, version, &fields, note, date(&inputs, "until"))?
            }
            "bill" => {
                let reason = "Certificat".to_owned();
                let line = Line { id: "fee".to_owned(), amount: 2_500, account: "fees".to_owned(), reason: reason.clone() };
                let order = Order {
                    service: "certificates".to_owned(),
                    customer: None,
                    lines: vec![line],
                    due: None,
                    expires: None,
                    partial: false,
                    advance: false,
                    reason,
                };
                let number = match given_text(&inputs, "order") {
                    "" => orders::create_order(&order)?,
                    given => given.to_owned(),
                };
                let version = handling::bill(case, version, &number)?;
                return Ok(done(vec![text("order", number), field("version", Value::Integer(version.into()))]));
            }
            "extend" => handling::extend(case, version, date(&inputs, "until"), note)?,
            _ => {
                let approved = given_text(&inputs, "approved") == "yes";
                let mut results = Vec::new();
                if approved {
                    let content = b"<p>Certificat</p>".to_vec();
                    let file = documents::File {
                        kind: "certificate".to_owned(),
                        title: "Certificat".to_owned(),
                        media_type: "text/plain".to_owned(),
                        name: "certificat.txt".to_owned(),
                        content,
                        subject: None,
                        entry: None,
                    };
                    results.push(documents::store(&file)?);
                }
                if !given_text(&inputs, "result").is_empty() {
                    results.push(DocumentRef { id: given_text(&inputs, "result").to_owned() });
                }
                handling::decide(case, version, approved, &results, note)?
            }
        };
        Ok(done(vec![field("version", Value::Integer(version.into()))]))
    }
}

impl Events for Reception {
    fn handle(event: Event) -> Result<(), Failure> {
        let what = match event {
            Event::AppointmentChanged(visit) => {
                let number = visit.number.unwrap_or_default();
                format!("{number} v{} {:?} {} {}", visit.version, visit.standing, visit.counter, visit.note)
            }
            Event::CaseChanged(change) => {
                let case = change.case;
                format!("{} v{} {:?} {:?} {}", case.number.unwrap_or_default(), case.version, change.turn, case.standing, case.note)
            }
            // Nobody needs to be at work for it: the fee of a case is there.
            Event::Paid(payment) => {
                let waiting = handling::find(Some(Standing::WaitingPayment), 100, None)?;
                let Some(case) = waiting.cases.iter().find(|case| case.orders.contains(&payment.order)) else { return Ok(()) };
                handling::advance(&case.id, case.version, "Achitat").map(|_| ())?;
                format!("paid {}", payment.amount)
            }
            _ => return Ok(()),
        };
        registers::add("visits-told", &[text("what", what)]).map(|_| ())
    }
}

module!(Reception);
vatra_sdk::events!(Reception);
