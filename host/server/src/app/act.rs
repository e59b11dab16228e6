//! Performing an action: inputs are checked before the module sees them, and what it answers is made ready to be shown.

use super::App;
use super::entries::Clash;
use super::screen::{Pairs, Shown};
use super::signing::Wanted;
use serde_json::{Map, Value as Json, json};
use std::collections::BTreeMap;
use vatra_capabilities::uploads::FileError;
use vatra_core::call::CallContext;
use vatra_core::ids::{DocumentId, JobId, OutboxId, SubmissionId};
use vatra_core::manifest::{InputSchema, Manifest};
use vatra_core::value::{Fields, Value};
use vatra_core::view::{self, Answer, Block, Errand, Notice, Words};
use vatra_runtime::{CallError, File, ModuleFault, Performed, Request};

/// Documents of one errand.
const MOST_SIGNED: usize = 500;

/// An action that somebody asks for.
pub struct Act {
    /// Which.
    pub action: String,
    /// Inputs as posted.
    pub form: BTreeMap<String, Vec<String>>,
    /// Files as posted; empty ones count as none.
    pub files: Vec<File>,
    /// The form that it came from.
    pub submission: Option<SubmissionId>,
    /// The screen that it stood on: where an errand comes back to; empty when it is not known.
    pub back: String,
}

/// What is wrong with an input.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Complaint {
    /// A rule's code; the host has words for each.
    Rule(String),
    /// The file cannot be taken.
    File(FileError),
    /// The module's own words.
    Words(Words),
}

/// What an action came to.
pub enum Outcome {
    /// Show this screen.
    Show(Box<Shown>),
    /// Go to a screen with these parameters.
    Go {
        /// Which.
        screen: String,
        /// With what.
        parameters: Fields,
    },
    /// Back where the person came from, with this said.
    Done(Notice),
    /// Pay this order there.
    Pay {
        /// Its number.
        number: String,
        /// Where.
        url: String,
    },
    /// A job of the module was started: its page.
    Job(JobId),
    /// Sign: the errand to go on with, or none when nothing waits for the person.
    Sign(Option<OutboxId>),
    /// A document of the module, by its id.
    Download(String),
    /// The form again. Nothing was kept.
    Rejected(Vec<(String, Complaint)>),
    /// It corrects an entry that somebody else changed since the person saw it. Nothing was kept.
    Clash(Box<Clash>),
    /// The same form was performed before: where it led then, if to a screen. Nothing was done twice.
    Before(Option<(String, Pairs)>),
}

/// An outcome with its result as data.
pub struct Acted {
    /// What it came to.
    pub outcome: Outcome,
    /// The module's report as JSON, dotted names nested; empty when it gave none.
    pub report: Json,
}

impl App {
    /// Performs an action as the caller.
    ///
    /// # Errors
    /// [`CallError`]; nothing of the action was kept. Inputs that break a rule are an [`Outcome::Rejected`], not an error.
    pub async fn act(&self, ctx: &CallContext, act: Act) -> Result<Acted, CallError> {
        self.runtime.fairly(ctx.tenant.id, self.act_in_turn(ctx, act)).await
    }

    async fn act_in_turn(&self, ctx: &CallContext, act: Act) -> Result<Acted, CallError> {
        let binding = self.runtime.binding(ctx.tenant.id, &ctx.module).await?;
        let schema = binding.manifest.action(&act.action).ok_or_else(|| CallError::NotFound(format!("action {}", act.action)))?;
        self.runtime.require_role(ctx, &act.action, &schema.roles).await?;

        let files: Vec<File> = act.files.into_iter().filter(|file| !file.bytes.is_empty() || !file.name.is_empty()).collect();
        let mut complaints: Vec<(String, Complaint)> = Vec::new();
        let inputs = match vatra_view::parse_inputs(&schema.inputs, &act.form) {
            Ok(inputs) => inputs,
            Err(wrong) => {
                complaints.extend(wrong.into_iter().map(|(input, rule)| (input, Complaint::Rule(rule.to_owned()))));
                Vec::new()
            }
        };
        let asked = |input: &InputSchema| vatra_view::is_asked(input, &schema.inputs, &act.form);
        for input in schema.inputs.iter().filter(|input| input.kind.is_file() && asked(input)) {
            match files.iter().filter(|file| file.input == input.name).count() {
                0 if input.required => complaints.push((input.name.clone(), Complaint::Rule("required".into()))),
                0 | 1 => {}
                _ => complaints.push((input.name.clone(), Complaint::Rule("single".into()))),
            }
        }
        if let Some(file) = files.iter().find(|file| !schema.inputs.iter().any(|input| input.name == file.input)) {
            complaints.push((file.input.clone(), Complaint::Rule("unknown-field".into())));
        }
        if !complaints.is_empty() {
            return Ok(Acted { outcome: Outcome::Rejected(complaints), report: json!({}) });
        }

        let seen = match self.seen(ctx, &binding, schema, &inputs).await? {
            Ok(seen) => seen,
            Err(clash) => return Ok(Acted { outcome: Outcome::Clash(clash), report: json!({}) }),
        };
        let back = act.back;
        let remember = |answer: &Answer| remembered(answer).to_string();
        let check = |answer: &Answer| offered(&answer.outcome, &binding.manifest);
        let request =
            Request { action: &act.action, inputs, files, submission: act.submission, corrects: seen, check: &check, remember: &remember };
        let entered = request.corrects.is_some().then(|| request.inputs.clone());
        let answer = match self.runtime.perform(ctx, request).await {
            Ok(Performed::Now { answer, .. }) => answer,
            Ok(Performed::Before(remembered)) => return Ok(before(&remembered)),
            Err(CallError::File { field, error }) => {
                return Ok(Acted { outcome: Outcome::Rejected(vec![(field, Complaint::File(error))]), report: json!({}) });
            }
            // A rule that the form's own input breaks is shown at the input.
            Err(CallError::Invalid { field, rule }) if schema.inputs.iter().any(|input| input.name == field) => {
                return Ok(Acted { outcome: Outcome::Rejected(vec![(field, Complaint::Rule(rule))]), report: json!({}) });
            }
            // Somebody was quicker while the module worked.
            Err(CallError::Conflict) if let Some(entered) = &entered => match self.seen(ctx, &binding, schema, entered).await? {
                Ok(_) => return Err(CallError::Conflict),
                Err(clash) => return Ok(Acted { outcome: Outcome::Clash(clash), report: json!({}) }),
            },
            Err(error) => return Err(error),
        };
        let report = nested(&answer.report);
        let outcome = match answer.outcome {
            view::Outcome::Show(screen) => Outcome::Show(Box::new(self.shown(ctx, "", screen, &Pairs::new()).await?)),
            view::Outcome::Go(link) => Outcome::Go { screen: link.screen, parameters: link.parameters },
            view::Outcome::Done(notice) => Outcome::Done(notice),
            view::Outcome::Errand(Errand::Pay(number)) => Outcome::Pay { url: self.pay_url(&number), number },
            view::Outcome::Download(document) => Outcome::Download(document),
            view::Outcome::Rejected(inputs) => {
                Outcome::Rejected(inputs.into_iter().map(|(input, words)| (input, Complaint::Words(words))).collect())
            }
            view::Outcome::Errand(Errand::Sign(documents)) => Outcome::Sign(self.sign(ctx, &documents, back).await?),
            view::Outcome::Job(job) => Outcome::Job(job.parse().map_err(|_| CallError::Host("a job without an id".into()))?),
        };
        Ok(Acted { outcome, report })
    }
}

impl App {
    /// Begins to sign what waits for the caller of these documents.
    /// What waits for the caller's signature; nothing for who is no official.
    pub(super) async fn signing_of(&self, ctx: &CallContext) -> Result<Vec<view::SigningItem>, CallError> {
        let officials = self.store.officials(ctx.tenant.id).await?;
        let Some(official) = officials.into_iter().find(|official| Some(official.person) == ctx.caller.person) else {
            return Ok(Vec::new());
        };
        Ok(self.signing_items(&ctx.tenant, &official, ctx.caller.language).await?)
    }

    async fn sign(&self, ctx: &CallContext, documents: &[String], back: String) -> Result<Option<OutboxId>, CallError> {
        let officials = self.store.officials(ctx.tenant.id).await?;
        let Some(official) = officials.into_iter().find(|official| Some(official.person) == ctx.caller.person) else { return Ok(None) };
        let documents: Vec<DocumentId> = documents.iter().filter_map(|id| id.parse().ok()).collect();
        let wanted = Wanted::Documents(ctx.module.clone(), documents);
        let begun = self.begin_signing(&ctx.tenant, &official, &wanted, &back).await;
        Ok(begun.map_err(|error| CallError::Host(error.to_string()))?.first().copied())
    }
}

/// What is kept of an answer for the case that the same form comes again: where it led, and the numbers of its report.
fn remembered(answer: &Answer) -> Json {
    let go = match &answer.outcome {
        view::Outcome::Go(link) => json!({ "screen": link.screen, "parameters": vatra_view::urls::parameters_to_pairs(&link.parameters) }),
        _ => Json::Null,
    };
    let job = if let view::Outcome::Job(job) = &answer.outcome { Some(job) } else { None };
    json!({ "go": go, "job": job, "report": nested(&answer.report) })
}

/// Whether the answer can be shown: asked before anything of the action is kept.
fn offered(outcome: &view::Outcome, manifest: &Manifest) -> Result<(), CallError> {
    let wrong = |detail: String| Err(CallError::Module { fault: ModuleFault::Contract, detail });
    // What leads elsewhere or is said there has to be as good as on a screen.
    let shown = |blocks: Vec<Block>| {
        let screen = view::Screen { title: Words::Plain(String::new()), breadcrumbs: Vec::new(), blocks };
        super::screen::valid(&screen, manifest)
    };
    match outcome {
        // The search, pages and export of a bound table need an address, which the answer to an action does not have; so does all that is turned
        // or moved by its address.
        view::Outcome::Show(screen) if screen.blocks.iter().any(needs_an_address) => {
            wrong("an action showed a table of a register, a map, a calendar or a form of several pages: go to a screen that has it".into())
        }
        view::Outcome::Show(screen) => super::screen::valid(screen, manifest),
        view::Outcome::Go(link) => shown(vec![Block::Links(vec![link.clone()])]),
        view::Outcome::Rejected(inputs) => shown(inputs.iter().map(|(_, words)| Block::Text(words.clone())).collect()),
        view::Outcome::Done(notice) => shown(vec![Block::Notice(notice.clone())]),
        view::Outcome::Download(document) => shown(vec![Block::Document(document.clone())]),
        view::Outcome::Job(job) if job.parse::<JobId>().is_err() => wrong("the outcome 'job' names no job".into()),
        view::Outcome::Errand(Errand::Sign(documents)) if documents.is_empty() || documents.len() > MOST_SIGNED => {
            wrong(format!("an action has between 1 and {MOST_SIGNED} documents signed"))
        }
        _ => Ok(()),
    }
}

fn needs_an_address(block: &Block) -> bool {
    matches!(block, Block::Bound(_) | Block::Map(_) | Block::Calendar(_) | Block::Stepped(_) | Block::Application(_))
}

fn before(text: &str) -> Acted {
    let kept: Json = serde_json::from_str(text).unwrap_or_default();
    let screen = kept.pointer("/go/screen").and_then(Json::as_str).map(str::to_owned);
    let parameters = kept.pointer("/go/parameters").cloned().and_then(|pairs| serde_json::from_value(pairs).ok()).unwrap_or_default();
    let report = kept.get("report").cloned().unwrap_or_else(|| json!({}));
    if let Some(job) = kept.pointer("/job").and_then(Json::as_str).and_then(|job| job.parse().ok()) {
        return Acted { outcome: Outcome::Job(job), report };
    }
    Acted { outcome: Outcome::Before(screen.map(|screen| (screen, parameters))), report }
}

/// A report as JSON: `reasons.overpaid` becomes `{"reasons": {"overpaid": …}}`; amounts are bani.
fn nested(report: &Fields) -> Json {
    let mut out = Map::new();
    for (name, value) in report {
        let value = match value {
            Value::None => Json::Null,
            Value::Flag(flag) => json!(flag),
            Value::Integer(number) => json!(number),
            Value::Money(money) => json!(money.0),
            Value::Instant(at) => json!(at.rfc3339()),
            other => json!(vatra_view::urls::value_text(other)),
        };
        let mut at = &mut out;
        let mut parts = name.split('.').peekable();
        while let Some(part) = parts.next() {
            if parts.peek().is_none() {
                at.insert(part.to_owned(), value);
                break;
            }
            let inner = at.entry(part).or_insert_with(|| Json::Object(Map::new()));
            if !inner.is_object() {
                *inner = Json::Object(Map::new());
            }
            let Json::Object(map) = inner else { break };
            at = map;
        }
    }
    Json::Object(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dotted_names_nest() {
        let fields: Fields = [("rows", 3), ("reasons.a", 1), ("reasons.b", 2)]
            .into_iter()
            .map(|(name, number)| (name.to_owned(), Value::Integer(number)))
            .collect();
        assert_eq!(nested(&fields), json!({ "rows": 3, "reasons": { "a": 1, "b": 2 } }));
    }
}
