//! Certificates of family composition, from the application to the signed paper: the case is the host's, what the secretary does about it stands here.
//!
//! Applied for on the phone or at the counter; paid when the council set a fee; issued from what the household register says; signed; sent.

use crate::{history, holds, home_link};
use vatra_sdk::contract::events::exports::vatra::modules::events::{CaseChange, CaseTurn};
use vatra_sdk::contract::vatra::cases::types::{ApplicationCase, Standing};
use vatra_sdk::contract::vatra::mpay::types::{Line, Payment};
use vatra_sdk::contract::vatra::msign::types::{Signing, Standing as SigningStanding};
use vatra_sdk::contract::vatra::tasks::types::{Opening, Priority};
use vatra_sdk::contract::vatra::view::view;
use vatra_sdk::host::documents::{self, Making, Table as Rows};
use vatra_sdk::host::orders::Order;
use vatra_sdk::host::registers::Entry;
use vatra_sdk::host::requests::{self, Request, Signer, Who};
use vatra_sdk::host::{handling, settings, tasks};
use vatra_sdk::prelude::*;

/// The public service.
pub(crate) const SERVICE: &str = "family-composition";
const TASK: &str = "certificate";
/// Where the fee is paid: the payment service and the account's name that the manifest asks for.
const PAID_AS: &str = "certificates";
const BUDGET: &str = "local-budget";
/// Days for which a certificate holds.
const HOLDS: u32 = 90;
/// Members that an application may name.
const MEMBERS: usize = 20;

/// The fee that the council set; none when it set none.
fn fee() -> Result<Bani, Failure> {
    match settings::get("certificate-fee", clock::today()) {
        Ok(fee) => Ok(fee.as_ref().and_then(Bani::from_value).unwrap_or_default()),
        Err(Failure::Denied(_) | Failure::NotFound) => Ok(Bani(0)),
        Err(other) => Err(other),
    }
}

fn of_case(id: &str) -> Result<Option<Entry>, Failure> {
    registers::lookup("certificates", "case", &Value::Text(id.to_owned()))
}

/// A case of the service was handed in, supplied, withdrawn, or is late.
pub(crate) fn changed(change: &CaseChange) -> Result<(), Failure> {
    let case = &change.case;
    if case.service != SERVICE {
        return Ok(());
    }
    match (change.turn, of_case(&case.id)?) {
        (CaseTurn::Submitted, None) => taken_up(case),
        (CaseTurn::Withdrawn, Some(entry)) => {
            done_with(&entry)?;
            registers::correct(&entry.ref_, entry.version, &fields!["state" => Choice("withdrawn")], "certificate-withdrawn").map(drop)
        }
        (CaseTurn::Supplied, Some(entry)) => {
            registers::correct(&entry.ref_, entry.version, &fields!["state" => Choice("in-work")], "certificate-supplied").map(drop)
        }
        _ => Ok(()),
    }
}

/// The entry, the fee to be paid or else the task at once.
fn taken_up(case: &ApplicationCase) -> Result<(), Failure> {
    let fee = fee()?;
    let state = if fee > Bani(0) { "to-pay" } else { "in-work" };
    let number = case.number.clone().unwrap_or_default();
    let entry = registers::add(
        "certificates",
        &fields![
            "case" => &case.id,
            "case-number" => &number,
            "applicant" => &case.applicant,
            "received-on" => case.submitted_on,
            "due" => case.due,
            "state" => Choice(state),
        ],
    )?;
    let version = handling::attach(&case.id, case.version, &entry)?;
    if fee > Bani(0) {
        let reason: String = format!("Certificat, cererea {number}").chars().take(50).collect();
        let order = orders::create_order(&Order {
            service: PAID_AS.into(),
            customer: Some(case.applicant.clone()),
            lines: vec![Line { id: "1".into(), amount: fee.0, account: BUDGET.into(), reason: reason.clone() }],
            due: None,
            expires: None,
            partial: false,
            advance: false,
            reason,
        })?;
        registers::correct(&entry, 1, &fields!["order" => &order], "")?;
        handling::bill(&case.id, version, &order)?;
    } else {
        handling::advance(&case.id, version, "")?;
        to_do(&entry, 1, case.due)?;
    }
    Ok(())
}

/// Somebody has to make it.
fn to_do(entry: &EntryRef, version: u32, due: Option<Date>) -> Result<(), Failure> {
    let task = tasks::open(&Opening {
        kind: TASK.into(),
        title: "task-certificate".into(),
        opens: Link::to("certificate", "task-certificate-open").with("entry", entry),
        about: Some(entry.clone()),
        role: "secretary".into(),
        assignee: None,
        due,
        priority: Priority::Normal,
    })?;
    registers::correct(entry, version, &fields!["task" => task], "").map(drop)
}

fn done_with(entry: &Entry) -> Result<(), Failure> {
    if let Some(id) = entry.maybe::<String>("task")? {
        let task = tasks::get(&id)?;
        if task.closed_at.is_none() {
            tasks::complete(&id, task.version, "")?;
        }
    }
    Ok(())
}

/// The fee was paid.
pub(crate) fn paid(payment: &Payment) -> Result<(), Failure> {
    let Some(entry) = registers::lookup("certificates", "order", &Value::Text(payment.order.clone()))? else { return Ok(()) };
    if entry.text("state")? != "to-pay" {
        return Ok(());
    }
    let case = handling::get(&entry.text("case")?)?;
    if case.standing == Standing::WaitingPayment {
        handling::advance(&case.id, case.version, "")?;
    }
    let version = registers::correct(&entry.ref_, entry.version, &fields!["state" => Choice("in-work")], "certificate-paid")?;
    to_do(&entry.ref_, version, case.due)
}

/// The screen `certificates`.
pub(crate) fn list() -> Screen {
    let table = BoundTable::of(Query::of("certificates").sort_down("opened"), "certificates", "certificates-all", "certificates-empty")
        .column_opening("case-number", "field-case-number", "certificate")
        .column_opening("applicant.name", "field-applicant", "certificate")
        .column("received-on", "field-received-on")
        .column("due", "field-due")
        .column("state", "field-state")
        .searchable()
        .exportable();
    let screen = Screen::titled("certificates-title").under(home_link()).text("certificates-text");
    let screen = if holds(&["secretary", "specialist"]) { screen.form(at_counter()) } else { screen };
    screen.bound(table)
}

/// Whom an official helps at the counter.
fn at_counter() -> Form {
    Form::posts("apply-for", "apply-title", "apply-submit").input(Input::of("applicant", "field-applicant").hint("apply-hint"))
}

/// The action `apply-for`: to the application form, for this person.
pub(crate) fn apply_for(inputs: &[Field]) -> Result<Answer, Failure> {
    Ok(Answer::go(Link::to("apply", "apply-title").with("applicant", inputs.subject("applicant")?)))
}

/// The screen `apply`.
pub(crate) fn apply(parameters: &[Field]) -> Result<Screen, Failure> {
    let applicant = parameters.subject("applicant")?;
    let application = view::Application {
        service: SERVICE.into(),
        applicant: Some(applicant.clone()),
        then: Link::to("certificates", "certificates-title"),
    };
    Ok(Screen::titled("apply-title")
        .under(home_link())
        .under(Link::to("certificates", "certificates-title"))
        .person(applicant)
        .block(Block::Application(application)))
}

/// The members that were named: the rows of the group `members`.
fn members(given: &[Field]) -> Vec<Vec<Field>> {
    (1..=MEMBERS)
        .filter_map(|number| {
            let row: Vec<Field> = ["name", "relation", "born"]
                .into_iter()
                .filter_map(|name| given.value(&format!("members.{number}.{name}")).map(|value| field(name, value.clone())))
                .filter(|field| !matches!(field.value, Value::None))
                .collect();
            (!row.is_empty()).then_some(row)
        })
        .collect()
}

/// The screen `certificate`.
pub(crate) fn one(at: &EntryRef) -> Result<Screen, Failure> {
    let entry = registers::get(at)?;
    let case = entry.text("case")?;
    let given = handling::fields(&case)?;
    let state = entry.text("state")?;
    let mut screen = Screen::titled(words!("certificate-title", number = entry.text("case-number")?))
        .under(home_link())
        .under(Link::to("certificates", "certificates-title"))
        .person(entry.subject("applicant")?)
        .block(Block::Case(case));
    let heads = ["field-member", "field-relation", "field-born"];
    let rows = members(&given).into_iter().map(|row| {
        let cell = |name: &str| row.as_slice().value(name).cloned().unwrap_or(Value::None);
        vec![cell("name"), cell("relation"), cell("born")]
    });
    let purpose = given.as_slice().value("purpose").cloned().unwrap_or(Value::None);
    screen = screen
        .summary("certificate-application", vec![Item::of("field-purpose", purpose), Item::of("field-state", Choice(&state))])
        .table(rows.fold(Table::of("certificate-members", heads), Table::row));
    if let Some(document) = entry.maybe("document")? {
        screen = screen.block(Block::Document(document));
    }
    if holds(&["secretary"]) && state == "in-work" {
        let issue = Form::posts("issue-certificate", "issue-title", "issue-submit")
            .input(Input::of("checked", "issue-checked").hint("issue-checked-hint"))
            .input(Input::of("language", "field-language").filled(Choice("ro")))
            .with("entry", at);
        let ask = Form::posts("ask-applicant", "ask-title", "ask-submit")
            .input(Input::of("what", "ask-what"))
            .input(Input::of("until", "ask-until").filled(clock::today().plus_days(10)))
            .with("entry", at);
        let refuse = Form::posts("refuse-certificate", "refuse-title", "refuse-submit")
            .input(Input::of("reason", "refuse-reason"))
            .with("entry", at);
        screen = screen.form(issue).form(ask).form(refuse);
    }
    history::told(screen, at)
}

/// The entry, if something may still be done about it.
fn open(at: &EntryRef) -> Result<Option<Entry>, Failure> {
    let entry = registers::get(at)?;
    Ok(Some(entry).filter(|entry| entry.text("state").is_ok_and(|state| state == "in-work")))
}

/// The action `issue-certificate`: on paper with its number, waiting for the signature.
pub(crate) fn issue(inputs: &[Field]) -> Result<Answer, Failure> {
    let at = inputs.entry("entry")?;
    let Some(entry) = open(&at)? else { return Ok(Answer::rejected(vec![("checked".into(), "wrong-certificate-done".into())])) };
    if !inputs.maybe::<bool>("checked")?.unwrap_or_default() {
        return Ok(Answer::rejected(vec![("checked".into(), "wrong-not-checked".into())]));
    }
    let language = inputs.text("language")?;
    let applicant = entry.subject("applicant")?;
    let given = handling::fields(&entry.text("case")?)?;
    let document = documents::make(&Making {
        template: "family-certificate".into(),
        language: language.clone(),
        title: if language == "ru" {
            "Справка о составе семьи".into()
        } else {
            "Certificat privind componența familiei".into()
        },
        subject: Some(applicant.clone()),
        entry: Some(at.clone()),
        pays: None,
        fields: fields![
            "applicant" => &applicant,
            "purpose" => given.as_slice().value("purpose").cloned().unwrap_or(Value::None),
            "secretary" => caller::current().person.as_ref(),
        ],
        tables: vec![Rows { name: "members".into(), rows: members(&given) }],
        listings: Vec::new(),
    })?;
    documents::issue(&document, 1, Some(clock::today().plus_days(HOLDS)))?;
    let signing = requests::open(&Request {
        contents: vec![requests::Content::Document(document.clone())],
        signers: vec![Signer { who: Who::Role("secretary".into()), reason: "Certificat privind componența familiei".into() }],
        in_order: true,
        title: format!("Certificat, cererea {}", entry.text("case-number")?).chars().take(90).collect(),
        description: String::new(),
        until: None,
    })?;
    let changed = fields!["document" => document.clone(), "signing" => signing, "state" => Choice("to-sign")];
    registers::correct(&at, entry.version, &changed, "certificate-issued")?;
    Ok(Answer::errand(view::Errand::Sign(vec![document.clone()])).report("document", document.id))
}

/// The action `ask-applicant`.
pub(crate) fn ask(inputs: &[Field]) -> Result<Answer, Failure> {
    let at = inputs.entry("entry")?;
    let Some(entry) = open(&at)? else { return Ok(Answer::rejected(vec![("what".into(), "wrong-certificate-done".into())])) };
    let until = inputs.date("until")?;
    if until <= clock::today() {
        return Ok(Answer::rejected(vec![("until".into(), "wrong-due-past".into())]));
    }
    let case = handling::get(&entry.text("case")?)?;
    handling::ask(&case.id, case.version, &["purpose".to_owned(), "members".to_owned()], &inputs.text("what")?, until)?;
    registers::correct(&at, entry.version, &fields!["state" => Choice("waiting")], "certificate-asked")?;
    Ok(Answer::done(view::Notice::of(Tone::Success, "certificate-was-asked")))
}

/// The action `refuse-certificate`.
pub(crate) fn refuse(inputs: &[Field]) -> Result<Answer, Failure> {
    let at = inputs.entry("entry")?;
    let Some(entry) = open(&at)? else { return Ok(Answer::rejected(vec![("reason".into(), "wrong-certificate-done".into())])) };
    let case = handling::get(&entry.text("case")?)?;
    handling::decide(&case.id, case.version, false, &[], &inputs.text("reason")?)?;
    done_with(&entry)?;
    registers::correct(&at, entry.version, &fields!["state" => Choice("refused")], "certificate-refused")?;
    Ok(Answer::done(view::Notice::of(Tone::Success, "certificate-was-refused")))
}

/// It was signed, or was not; whether it was about a certificate.
pub(crate) fn heard(signing: &Signing) -> Result<bool, Failure> {
    let Some(entry) = registers::lookup("certificates", "signing", &Value::Text(signing.request.clone()))? else { return Ok(false) };
    if entry.text("state")? != "to-sign" {
        return Ok(true);
    }
    let document = entry.need("document")?;
    if signing.standing != SigningStanding::Signed {
        // Its number is used up; it is made anew.
        documents::annul(&document, "nesemnat")?;
        let changed = fields!["state" => Choice("in-work"), "document" => Value::None, "signing" => Value::None];
        registers::correct(&entry.ref_, entry.version, &changed, &history::unsigned(signing, "certificate-not-signed"))?;
        return Ok(true);
    }
    let case = handling::get(&entry.text("case")?)?;
    // Withdrawn meanwhile: the certificate is not handed out.
    if matches!(case.standing, Standing::InWork | Standing::Submitted) {
        handling::decide(&case.id, case.version, true, &[document], "")?;
    }
    done_with(&entry)?;
    registers::correct(&entry.ref_, entry.version, &fields!["state" => Choice("handed")], "certificate-signed")?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_the_rows_of_the_group() {
        let given = fields!["purpose" => "bursă", "members.1.name" => "A", "members.1.born" => 1990_i64, "members.3.name" => "B", "members.4.name" => Value::None];
        let names: Vec<_> = members(&given).iter().map(|row| (row.as_slice().text("name"), row.len())).collect();
        assert_eq!(names, [(Ok("A".to_owned()), 2), (Ok("B".to_owned()), 1)]);
    }
}
