//! Certificates of no arrears: issued when nothing is overdue, with a number and a code that anyone checks.

use crate::home::overdue_of;
use crate::home_link;
use vatra_sdk::contract::vatra::view::view;
use vatra_sdk::host::documents::{self, Making};
use vatra_sdk::prelude::*;

/// Days for which a certificate holds.
const HOLDS: u32 = 15;

/// What a taxpayer owes past its date.
fn overdue(taxpayer: &Subject) -> Result<Bani, Failure> {
    Ok(overdue_of(|query| query.equal("taxpayer", taxpayer))?.1)
}

/// The block that offers one to whoever may issue it, or says why none can be issued.
pub(crate) fn offered(taxpayer: &Subject, overdue: Bani) -> Block {
    if overdue > Bani(0) {
        return Block::Notice(view::Notice::of(Tone::Neutral, words!("wrong-overdue", owed = overdue)));
    }
    let form = Form::posts("issue-certificate", "issue-certificate-title", "issue-certificate-submit")
        .input(Input::of("language", "issue-certificate-language").filled(Choice("ro")))
        .with("taxpayer", taxpayer);
    Block::Form(form)
}

/// The action `issue-certificate`.
pub(crate) fn issue(inputs: &[Field]) -> Result<Answer, Failure> {
    let (taxpayer, language) = (inputs.subject("taxpayer")?, inputs.text("language")?);
    let owed = overdue(&taxpayer)?;
    if owed > Bani(0) {
        return Ok(Answer::rejected(vec![("language".into(), words!("wrong-overdue", owed = owed))]));
    }
    let today = clock::today();
    let by = caller::current().person;
    let document = documents::make(&Making {
        template: "no-arrears".into(),
        language: language.clone(),
        title: match language.as_str() {
            "ru" => "Справка об отсутствии недоимок".into(),
            "en" => "Certificate of no arrears".into(),
            _ => "Certificat privind lipsa restanțelor".into(),
        },
        subject: Some(taxpayer.clone()),
        entry: None,
        pays: None,
        fields: fields!["taxpayer" => &taxpayer, "on" => today, "collector" => by.as_ref()],
        tables: Vec::new(),
        listings: Vec::new(),
    })?;
    documents::issue(&document, 1, Some(today.plus_days(HOLDS)))?;
    let entry = registers::add(
        "arrears-certificates",
        &fields!["taxpayer" => &taxpayer, "document" => document.clone(), "issued-on" => today, "language" => Choice(&language)],
    )?;
    Ok(Answer::go(Link::to("certificate", "certificate-open").with("entry", &entry))
        .report("certificate", entry)
        .report("document", document.id))
}

/// The screen `certificate`.
pub(crate) fn one(at: &EntryRef) -> Result<Screen, Failure> {
    let entry = registers::get(at)?;
    let document = entry.need("document")?;
    Ok(Screen::titled("certificate-title")
        .under(home_link())
        .under(Link::to("certificates", "certificates-title"))
        .person(entry.subject("taxpayer")?)
        .block(Block::Document(document)))
}

/// The screen `certificates`.
pub(crate) fn list() -> Result<Screen, Failure> {
    let table =
        BoundTable::of(Query::of("arrears-certificates").sort_down("opened"), "certificates", "certificates-all", "certificates-empty")
            .column_opening("taxpayer.name", "field-taxpayer", "certificate")
            .column("issued-on", "field-issued-on")
            .column("language", "issue-certificate-language")
            .searchable()
            .exportable();
    Ok(Screen::titled("certificates-title").under(home_link()).text("certificates-how").bound(table))
}
