//! Decisions of the local council: drafted, voted, countersigned for legality by the secretary, signed by the mayor, published.
//!
//! Law no. 436/2006 on local public administration, articles 19, 20 and 39: a decision is signed by whoever presided and countersigned by the secretary, and is
//! in force once it is published.

use crate::{history, holds, home_link};
use vatra_sdk::contract::vatra::msign::types::{Signing, Standing};
use vatra_sdk::contract::vatra::types::values::DocumentRef;
use vatra_sdk::contract::vatra::view::view;
use vatra_sdk::host::acts::{self, Act};
use vatra_sdk::host::documents::{self, Making};
use vatra_sdk::host::registers::Entry;
use vatra_sdk::host::requests::{self, Request, Signer, Who};
use vatra_sdk::prelude::*;

/// Characters of a title, by the contract's limits for documents and acts.
const TITLE: usize = 200;

struct Decision {
    at: EntryRef,
    version: u32,
    title: String,
    state: String,
    document: DocumentRef,
    document_version: u32,
    entry: Entry,
}

impl Decision {
    fn get(at: &EntryRef) -> Result<Self, Failure> {
        Self::read(registers::get(at)?)
    }

    fn read(entry: Entry) -> Result<Self, Failure> {
        Ok(Self {
            at: entry.ref_.clone(),
            version: entry.version,
            title: entry.text("title")?,
            state: entry.text("state")?,
            document: entry.need("document")?,
            document_version: u32::try_from(entry.integer("document-version")?).unwrap_or(1),
            entry,
        })
    }

    fn votes(&self) -> Option<(i64, i64, i64)> {
        let of = |name| self.entry.maybe::<i64>(name).ok().flatten();
        Some((of("for")?, of("against")?, of("abstained")?))
    }
}

fn making(title: &str, text: &str, sitting: Date, at: Option<&EntryRef>, votes: Option<(i64, i64, i64)>) -> Result<Making, Failure> {
    let holder = |role: &str| -> Result<Value, Failure> {
        Ok(vatra_sdk::host::tasks::holders(role)?.first().map_or(Value::None, |person| person.into()))
    };
    let (yes, no, abstained) = votes.map_or((None, None, None), |(yes, no, abstained)| (Some(yes), Some(no), Some(abstained)));
    Ok(Making {
        template: "decision".into(),
        language: "ro".into(),
        title: title.into(),
        subject: None,
        entry: at.cloned(),
        pays: None,
        fields: fields![
            "title" => title,
            "text" => text,
            "sitting" => sitting,
            "for" => yes,
            "against" => no,
            "abstained" => abstained,
            "mayor" => holder("mayor")?,
            "secretary" => holder("secretary")?,
        ],
        tables: Vec::new(),
        listings: Vec::new(),
    })
}

/// The screen `decisions`.
pub(crate) fn list() -> Screen {
    let links = if holds(&["secretary"]) { vec![Link::to("draft", "draft-title")] } else { Vec::new() };
    let table = BoundTable::of(Query::of("decisions").sort_down("sitting"), "decisions", "decisions-all", "decisions-empty")
        .column_opening("title", "field-title", "decision")
        .column("document", "field-number")
        .column("sitting", "field-sitting")
        .column("state", "field-state")
        .searchable()
        .exportable();
    Screen::titled("decisions-title").under(home_link()).links(links).bound(table)
}

/// The screen `draft`.
pub(crate) fn draft_screen() -> Screen {
    let form = Form::posts("draft-decision", "draft-title", "draft-submit")
        .input(Input::of("title", "field-title").hint("draft-title-hint"))
        .input(Input::of("text", "field-text").hint("draft-text-hint"))
        .input(Input::of("sitting", "field-sitting"));
    Screen::titled("draft-title").under(home_link()).under(Link::to("decisions", "decisions-title")).form(form)
}

/// The action `draft-decision`.
pub(crate) fn draft(inputs: &[Field]) -> Result<Answer, Failure> {
    let (title, text, sitting) = (inputs.text("title")?, inputs.text("text")?, inputs.date("sitting")?);
    if title.chars().count() > TITLE {
        return Ok(Answer::rejected(vec![("title".into(), "wrong-title-long".into())]));
    }
    let document = documents::make(&making(&title, &text, sitting, None, None)?)?;
    let decision = registers::add(
        "decisions",
        &fields![
            "title" => title,
            "text" => text,
            "sitting" => sitting,
            "document" => document,
            "document-version" => 1_i64,
            "state" => Choice("draft"),
        ],
    )?;
    Ok(Answer::go(Link::to("decision", "decision-open").with("entry", &decision)).report("decision", decision))
}

/// The draft is drawn up anew.
fn redraw(
    decision: &Decision,
    title: &str,
    text: &str,
    sitting: Date,
    votes: Option<(i64, i64, i64)>,
    because: &str,
) -> Result<u32, Failure> {
    let making = making(title, text, sitting, Some(&decision.at), votes)?;
    documents::remake(&decision.document, decision.document_version, &making, because)
}

/// The action `edit-decision`: as long as it is a draft.
pub(crate) fn edit(inputs: &[Field]) -> Result<Answer, Failure> {
    let decision = Decision::get(&inputs.entry("entry")?)?;
    let (title, text, sitting) = (inputs.text("title")?, inputs.text("text")?, inputs.date("sitting")?);
    if decision.state != "draft" {
        return Ok(Answer::rejected(vec![("title".into(), "wrong-not-draft".into())]));
    }
    if title.chars().count() > TITLE {
        return Ok(Answer::rejected(vec![("title".into(), "wrong-title-long".into())]));
    }
    let reason = inputs.text("reason")?;
    let version = redraw(&decision, &title, &text, sitting, decision.votes(), &reason)?;
    let changed = fields!["title" => title, "text" => text, "sitting" => sitting, "document-version" => version];
    registers::correct(&decision.at, decision.version, &changed, &reason)?;
    Ok(Answer::done(view::Notice::of(Tone::Success, "decision-edited")))
}

/// The action `record-vote`.
pub(crate) fn vote(inputs: &[Field]) -> Result<Answer, Failure> {
    let decision = Decision::get(&inputs.entry("entry")?)?;
    if decision.state != "draft" {
        return Ok(Answer::rejected(vec![("for".into(), "wrong-not-draft".into())]));
    }
    let votes = (inputs.integer("for")?, inputs.integer("against")?, inputs.integer("abstained")?);
    let wrong: Vec<(String, Words)> = [("for", votes.0), ("against", votes.1), ("abstained", votes.2)]
        .into_iter()
        .filter(|(_, number)| !(0..=100).contains(number))
        .map(|(name, _)| (name.to_owned(), "wrong-votes".into()))
        .collect();
    if !wrong.is_empty() {
        return Ok(Answer::rejected(wrong));
    }
    let (text, sitting) = (decision.entry.text("text")?, decision.entry.date("sitting")?);
    let version = redraw(&decision, &decision.title, &text, sitting, Some(votes), "decision-voted")?;
    let changed = fields!["for" => votes.0, "against" => votes.1, "abstained" => votes.2, "document-version" => version];
    registers::correct(&decision.at, decision.version, &changed, "decision-voted")?;
    Ok(Answer::done(view::Notice::of(Tone::Success, "decision-vote-recorded")))
}

/// What stands in the way of sending a draft to be signed.
fn unready(decision: &Decision) -> Option<&'static str> {
    match decision.votes() {
        _ if decision.state != "draft" => Some("wrong-not-draft"),
        None => Some("wrong-no-vote"),
        Some((yes, no, abstained)) if yes <= no + abstained => Some("wrong-not-adopted"),
        Some(_) => None,
    }
}

/// The action `send-decision`: its number, then the secretary's countersignature, then the mayor's signature.
pub(crate) fn send(at: &EntryRef) -> Result<Answer, Failure> {
    let decision = Decision::get(at)?;
    if let Some(why) = unready(&decision) {
        return Ok(Answer::rejected(vec![("entry".into(), why.into())]));
    }
    let version = documents::issue(&decision.document, decision.document_version, None)?;
    let signer = |role: &str, reason: &str| Signer { who: Who::Role(role.into()), reason: reason.into() };
    let signing = requests::open(&Request {
        contents: vec![requests::Content::Document(decision.document.clone())],
        signers: vec![signer("secretary", "Contrasemnat pentru legalitate"), signer("mayor", "Decizia consiliului local")],
        in_order: true,
        title: decision.title.chars().take(90).collect(),
        description: String::new(),
        until: None,
    })?;
    let changed = fields!["document-version" => version, "signing" => signing, "state" => Choice("to-countersign")];
    registers::correct(at, decision.version, &changed, "decision-sent")?;
    Ok(Answer::done(view::Notice::of(Tone::Success, "decision-was-sent")))
}

/// Somebody signed, or did not.
pub(crate) fn heard(signing: &Signing) -> Result<(), Failure> {
    let Some(entry) = registers::lookup("decisions", "signing", &Value::Text(signing.request.clone()))? else { return Ok(()) };
    let decision = Decision::read(entry)?;
    let (state, because) = match (signing.standing, decision.state.as_str()) {
        (Standing::Signed, "to-countersign") if signing.signer == 0 => ("to-sign", "decision-countersigned".to_owned()),
        (Standing::Signed, "to-countersign" | "to-sign") => ("signed", "decision-signed".to_owned()),
        (Standing::Signed, _) => return Ok(()),
        (_, "to-countersign" | "to-sign") => ("refused", history::unsigned(signing, "decision-refused")),
        _ => return Ok(()),
    };
    registers::correct(&decision.at, decision.version, &fields!["state" => Choice(state), "note" => history::refusal(signing)], &because)?;
    Ok(())
}

/// The action `publish-decision`: on the town hall's page, for everybody.
pub(crate) fn publish(inputs: &[Field]) -> Result<Answer, Failure> {
    let decision = Decision::get(&inputs.entry("entry")?)?;
    if decision.state != "signed" {
        return Ok(Answer::rejected(vec![("in-force".into(), "wrong-not-signed".into())]));
    }
    acts::publish(&Act {
        kind: acts::Kind::Decision,
        document: decision.document.clone(),
        public_version: None,
        title: decision.title.clone(),
        in_force_from: inputs.maybe("in-force")?,
    })?;
    registers::correct(&decision.at, decision.version, &fields!["state" => Choice("published")], "decision-published")?;
    Ok(Answer::done(view::Notice::of(Tone::Success, "decision-was-published").text("decision-was-published-text")))
}

/// The action `drop-decision`. One that was numbered is annulled: its number is not given again.
pub(crate) fn dropped(inputs: &[Field]) -> Result<Answer, Failure> {
    let decision = Decision::get(&inputs.entry("entry")?)?;
    let reason = inputs.text("reason")?;
    match decision.state.as_str() {
        "draft" => {}
        "refused" => documents::annul(&decision.document, &reason)?,
        _ => return Ok(Answer::rejected(vec![("reason".into(), "wrong-not-draft".into())])),
    }
    registers::correct(&decision.at, decision.version, &fields!["state" => Choice("dropped")], &reason)?;
    Ok(Answer::done(view::Notice::of(Tone::Success, "decision-dropped")))
}

/// The screen `decision`.
pub(crate) fn one(at: &EntryRef) -> Result<Screen, Failure> {
    let decision = Decision::get(at)?;
    let names = ["sitting", "for", "against", "abstained", "state", "note"];
    let items =
        names.into_iter().filter_map(|name| decision.entry.value(name).map(|value| Item::of(format!("field-{name}"), value.clone())));
    let mut screen = Screen::titled(plain(&decision.title))
        .under(home_link())
        .under(Link::to("decisions", "decisions-title"))
        .block(Block::Steps(steps(&decision.state)))
        .summary("decision-details", items.collect())
        .block(Block::Document(decision.document.clone()));
    if holds(&["secretary"]) {
        screen = match decision.state.as_str() {
            "draft" => drafted(screen, &decision)?,
            "signed" => screen.form(
                Form::posts("publish-decision", "publish-title", "publish-submit")
                    .input(Input::of("in-force", "publish-in-force").hint("publish-in-force-hint"))
                    .with("entry", at),
            ),
            "refused" => screen.form(drop_form(at)),
            _ => screen,
        };
    }
    history::told(screen, at)
}

fn drop_form(at: &EntryRef) -> Form {
    Form::posts("drop-decision", "drop-title", "drop-submit").input(Input::of("reason", "drop-reason")).with("entry", at)
}

fn drafted(screen: Screen, decision: &Decision) -> Result<Screen, Failure> {
    let at = &decision.at;
    let number = |name: &str| decision.entry.value(name).cloned().unwrap_or(Value::None);
    let vote = Form::posts("record-vote", "vote-title", "vote-submit")
        .input(Input::of("for", "field-for").filled(number("for")))
        .input(Input::of("against", "field-against").filled(number("against")))
        .input(Input::of("abstained", "field-abstained").filled(number("abstained")))
        .with("entry", at);
    let edit = Form::posts("edit-decision", "edit-title", "edit-submit")
        .input(Input::of("title", "field-title").filled(decision.title.as_str()))
        .input(Input::of("text", "field-text").filled(decision.entry.text("text")?.as_str()))
        .input(Input::of("sitting", "field-sitting").filled(decision.entry.date("sitting")?))
        .input(Input::of("reason", "edit-reason"))
        .with("entry", at)
        .with("version", i64::from(decision.version));
    let screen = match unready(decision) {
        None => screen.buttons(vec![Button::performs("send-decision", "send-decision").with("entry", at).confirm("send-decision-confirm")]),
        Some(_) => screen,
    };
    Ok(screen.form(vote).form(edit).form(drop_form(at)))
}

/// Where it stands on its way.
fn steps(state: &str) -> Vec<view::Step> {
    let way = ["draft", "to-countersign", "to-sign", "signed", "published"];
    let at = way.iter().position(|step| *step == state);
    way.iter()
        .enumerate()
        .map(|(number, step)| view::Step {
            title: format!("step-{step}").as_str().into(),
            progress: match at {
                Some(at) if number < at || state == "published" => view::Progress::Done,
                Some(at) if number == at => view::Progress::Current,
                _ => view::Progress::ToDo,
            },
            text: None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_lead_to_publication() {
        let of = |state: &str| steps(state).iter().map(|step| step.progress).collect::<Vec<_>>();
        use view::Progress::{Current, Done, ToDo};
        assert_eq!(of("draft"), [Current, ToDo, ToDo, ToDo, ToDo]);
        assert_eq!(of("to-sign"), [Done, Done, Current, ToDo, ToDo]);
        assert_eq!(of("published"), [Done; 5]);
        assert_eq!(of("refused"), [ToDo; 5]);
    }
}
