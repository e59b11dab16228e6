//! The applicant's side of public services, for citizens and for officials at a counter.
#![cfg_attr(target_arch = "wasm32", no_std)]

use vatra_guest_kit::*;
use vatra_sdk::contract::vatra::cases::applications;
use vatra_sdk::contract::vatra::cases::types::ApplicationCase;
use vatra_sdk::contract::vatra::view::view::{Application, Link};

struct Petitions;

fn subject(inputs: &[Field]) -> Option<Subject> {
    inputs.iter().find(|field| field.name == "applicant").and_then(|field| match &field.value {
        Value::Subject(subject) => Some(subject.clone()),
        _ => None,
    })
}

fn line(case: &ApplicationCase) -> String {
    let asked = case
        .asked
        .as_ref()
        .map_or(String::new(), |asked| format!(" asked {} until {}.{}", asked.fields.join(","), asked.until.day, asked.until.month));
    let due = case.due.map_or("-".to_owned(), |due| format!("{}.{}", due.day, due.month));
    let by = if case.by.is_some() { " by" } else { "" };
    let entry = if case.entry.is_some() { " entry" } else { "" };
    format!("{} v{} {:?} due {due}{by}{entry}{asked} {}", case.number.as_deref().unwrap_or("-"), case.version, case.standing, case.note)
}

fn lines(parameters: &[Field]) -> Result<Vec<String>, Failure> {
    let case = given_text(parameters, "case");
    Ok(match given_text(parameters, "show") {
        "mine" => {
            let page = applications::mine(subject(parameters).as_ref(), 100, None)?;
            let mut lines: Vec<String> = page.cases.iter().map(line).collect();
            lines.push(format!("{} in all", page.total));
            lines
        }
        "case" => vec![line(&applications::describe(case)?)],
        "steps" => applications::timeline(case)?.iter().map(|step| format!("{:?} {}", step.standing, step.note)).collect(),
        _ => vec!["Petitions".to_owned()],
    })
}

impl Guest for Petitions {
    fn render(name: String, parameters: Vec<Field>) -> Result<Screen, Failure> {
        match name.as_str() {
            "apply" => {
                let then = Link { label: plain("Case"), screen: "case".to_owned(), parameters: Vec::new() };
                let service = given_text(&parameters, "service").to_owned();
                Ok(screen(vec![Block::Application(Application { service, applicant: subject(&parameters), then })]))
            }
            "case" => Ok(screen(vec![Block::Case(given_text(&parameters, "case").to_owned())])),
            _ => Ok(page(lines(&parameters).unwrap_or_else(|failure| vec![words(&failure)]))),
        }
    }

    fn perform(action: String, inputs: Vec<Field>) -> Result<Answer, Failure> {
        let (case, reason) = (given_text(&inputs, "case"), given_text(&inputs, "reason"));
        let version = u32::try_from(given_number(&inputs, "version", 1)).unwrap_or_default();
        let versioned = |version: u32| vec![field("version", Value::Integer(version.into()))];
        let fields: Vec<Field> =
            inputs.iter().filter(|field| ["purpose", "phone", "other"].contains(&field.name.as_str())).cloned().collect();
        Ok(done(match action.as_str() {
            "apply" => {
                let receipt = applications::apply(given_text(&inputs, "service"), subject(&inputs).as_ref(), &fields)?;
                vec![text("case", receipt.id), text("code", receipt.code)]
            }
            "supply" => versioned(applications::supply(case, version, &fields)?),
            "withdraw" => versioned(applications::withdraw(case, version, reason)?),
            _ => {
                let stars = u8::try_from(given_number(&inputs, "stars", 0)).unwrap_or_default();
                versioned(applications::rate(case, version, stars, given_text(&inputs, "comment"))?)
            }
        }))
    }
}

module!(Petitions);
