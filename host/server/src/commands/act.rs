//! `vatra act`: performs an action of a module with the checks of the portal.

use super::fault::Refusal;
use super::{FILE_BYTES, Reply, Result, name, text};
use crate::app::imports::upload_of;
use crate::app::{self, App, Complaint, Outcome, Shown};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;
use vatra_capabilities::uploads::{self, Mapping, Outline};
use vatra_core::call::{CallContext, Channel};
use vatra_core::fold;
use vatra_core::manifest::{ActionSchema, Language, UploadSchema};
use vatra_core::view::{Block, Notice, Screen, Words};
use vatra_runtime::File;
use vatra_view::{Wording, explain};

/// An action that the operator performs as a person.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Act {
    /// The municipality's slug.
    pub municipality: String,
    /// The module.
    pub module: String,
    /// The action.
    pub action: String,
    /// As whom.
    pub person: String,
    /// The language of messages.
    pub language: Language,
    /// Inputs: name and value.
    pub values: Vec<(String, String)>,
    /// Files.
    pub files: Vec<Sent>,
    /// Columns of tables that have another heading than the module's: heading and field.
    #[serde(default)]
    pub maps: Vec<(String, String)>,
}

/// A file on its way to the host.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Sent {
    /// The input that it is for.
    pub input: String,
    /// Its name, without folders.
    pub name: String,
    /// Its size, in bytes.
    pub size: u64,
    /// Its content in Base64; empty when it is too large to be taken anyway.
    pub content: String,
}

impl Sent {
    /// A file with its content.
    pub fn new(input: &str, name: &str, bytes: &[u8]) -> Self {
        Self { input: input.to_owned(), name: name.to_owned(), size: bytes.len() as u64, content: STANDARD.encode(bytes) }
    }
}

pub(super) async fn run(app: &App, act: Act) -> Result<Reply> {
    let tenant = app.tenant(&act.municipality).await?;
    let official = app.official(&tenant, &act.person).await?;
    let module = name(&act.module)?;
    // Verified here, so that a tampered package is refused by its own name and not as a failure of the host.
    let manifest = app.module(&tenant, &module).await?.manifest;
    let ctx = app.context(&tenant, &module, &official, Channel::CommandLine, act.language);
    let schema = manifest.action(&act.action).ok_or_else(|| {
        let known: Vec<&str> = manifest.actions.iter().map(|action| action.name.as_str()).collect();
        app::AppError::NotFound(format!("{module} has no action '{}'; it has {}", act.action, known.join(", ")))
    })?;
    let binding = app.runtime.binding(tenant.id, &module).await?;
    app.runtime.require_role(&ctx, &act.action, &schema.roles).await?;
    known(schema, &act)?;

    let mut complaints: Vec<(String, Complaint)> = Vec::new();
    let mut files = Vec::new();
    for file in &act.files {
        if file.size > FILE_BYTES {
            complaints.push((file.input.clone(), Complaint::Rule("file-too-large".into())));
            continue;
        }
        let bytes = STANDARD.decode(&file.content).map_err(|error| Refusal::Usage(format!("file of '{}': {error}", file.input)))?;
        let mapping = match upload_of(&binding, &act.action, &file.input).filter(|_| !act.maps.is_empty()) {
            Some(upload) => match app.look(upload, bytes.clone(), None).await? {
                Ok(looked) => Some(mapped(upload, &looked.outline, &act.maps)?),
                // Performing it says what is wrong with it.
                Err(_) => None,
            },
            None => None,
        };
        files.push(File { input: file.input.clone(), name: file.name.clone(), bytes, mapping });
    }
    if !complaints.is_empty() {
        return rejected(app, &ctx, complaints, json!({})).await;
    }
    let mut form: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (input, value) in act.values {
        form.entry(input).or_default().push(value);
    }
    let asked = app::Act { action: act.action, form, files, submission: None, back: String::new() };
    let acted = app.act(&ctx, asked).await?;
    // Events that the action or its grant released do not wait for a host to be started.
    app.deliver_due().await?;
    reply(app, &ctx, acted.outcome, acted.report).await
}

/// The columns of a file: by their headings, but for those of which the operator said which they are.
fn mapped(upload: &UploadSchema, outline: &Outline, maps: &[(String, String)]) -> Result<Mapping> {
    let refused = |text: String| Refusal::Other("unknown-column", "The file or the module has no such column".into(), text);
    let same = |a: &str, b: &str| fold::fold(&fold::tidy(a)) == fold::fold(&fold::tidy(b));
    let mut mapping = outline.mapping();
    let targets = uploads::targets(upload);
    for target in &targets {
        let at = outline.headings.iter().position(|heading| same(heading, target.heading));
        mapping.places.extend(at.map(|at| (target.key.clone(), at)));
    }
    for (heading, field) in maps {
        let Some(at) = outline.headings.iter().position(|own| same(own, heading)) else {
            return Err(refused(format!("'{heading}'; the file has {}", outline.headings.join(", "))));
        };
        if !targets.iter().any(|target| target.key == *field) {
            let keys: Vec<&str> = targets.iter().map(|target| target.key.as_str()).collect();
            return Err(refused(format!("'{field}'; the module has {}", keys.join(", "))));
        }
        mapping.places.insert(field.clone(), at);
    }
    match mapping.problems(upload, outline).as_slice() {
        [] => Ok(mapping),
        wrong => {
            let wrong: Vec<String> = wrong.iter().map(|(key, rule)| format!("{key}: {rule}")).collect();
            Err(refused(wrong.join(", ")))
        }
    }
}

/// Refuses inputs that the action does not have, and files and values in each other's place.
fn known(schema: &ActionSchema, act: &Act) -> Result<()> {
    let form = act.values.iter().map(|(name, _)| (name.clone(), Vec::new())).collect();
    let is_file = |input: &str| schema.inputs.iter().any(|known| known.name == input && known.kind.is_file());
    let mut unknown = vatra_view::unknown_inputs(&schema.inputs, &form);
    unknown.extend(act.values.iter().map(|(name, _)| name).filter(|name| vatra_view::urls::RESERVED.contains(&name.as_str())).cloned());
    unknown
        .extend(act.files.iter().map(|file| &file.input).filter(|input| !schema.inputs.iter().any(|known| known.name == **input)).cloned());
    let words = |text: String| Err(Refusal::Other("unknown-input", "The action has no such input".into(), text));
    if !unknown.is_empty() {
        let known: Vec<String> =
            schema.inputs.iter().map(|input| format!("{}{}", input.name, if is_file(&input.name) { "=@FILE" } else { "" })).collect();
        let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
        return words(format!("unknown: {}; inputs of '{}': {known}", unknown.join(", "), schema.name));
    }
    if let Some((input, _)) = act.values.iter().find(|(input, _)| is_file(input)) {
        return words(format!("'{input}' takes a file: -F {input}=@FILE"));
    }
    match act.files.iter().find(|file| !is_file(&file.input)) {
        Some(file) => words(format!("'{0}' takes a value, not a file: -F {0}=VALUE", file.input)),
        None => Ok(()),
    }
}

async fn reply(app: &App, ctx: &CallContext, outcome: Outcome, report: Json) -> Result<Reply> {
    let (mut words, mut json) = match outcome {
        Outcome::Show(shown) => {
            let screen = text::screen_json(&shown, ctx.caller.language);
            (text::screen(&screen), json!({ "outcome": "show", "screen": screen }))
        }
        Outcome::Go { screen, parameters } => {
            let pairs = vatra_view::urls::parameters_to_pairs(&parameters);
            let query: Vec<String> = pairs.iter().map(|(name, value)| format!(" --query {name}={value}")).collect();
            let words = format!("Done. Next: vatra show {} {} {screen}{}", ctx.tenant.slug, ctx.module, query.concat());
            (words, json!({ "outcome": "go", "screen": screen, "parameters": text::object(pairs) }))
        }
        Outcome::Done(notice) => {
            let shown = spoken(app, ctx, vec![Block::Notice(notice.clone())]).await?;
            let wording = Wording { language: ctx.caller.language, catalogue: shown.catalogue(), resolved: &shown.resolved };
            let (title, text) = said(&notice, &wording);
            let words = text.iter().fold(title.clone(), |words, text| format!("{words}\n{text}"));
            (words, json!({ "outcome": "done", "notice": { "tone": notice.tone, "title": title, "text": text } }))
        }
        Outcome::Download(document) => {
            (format!("To be downloaded: document {document}"), json!({ "outcome": "download", "document": document }))
        }
        Outcome::Job(job) => (format!("Started: job {job}"), json!({ "outcome": "job", "job": job })),
        Outcome::Sign(errand) => {
            // Signing goes on in a browser.
            let errand = errand.map(|errand| errand.to_string());
            let words = if errand.is_some() { "To be signed: go on in the portal" } else { "Nothing waits for your signature" };
            (words.to_owned(), json!({ "outcome": "sign", "errand": errand }))
        }
        Outcome::Pay { number, url } => {
            (format!("To be paid: order {number}\n{url}"), json!({ "outcome": "pay", "order": number, "url": url }))
        }
        Outcome::Rejected(complaints) => return rejected(app, ctx, complaints, report).await,
        // There is nobody to choose between two values here.
        Outcome::Clash(_) => return Err(vatra_runtime::CallError::Conflict.into()),
        Outcome::Before(screen) => {
            let (screen, pairs) = screen.map_or((Json::Null, Vec::new()), |(screen, pairs)| (json!(screen), pairs));
            let words = "This form was performed before; nothing was done twice.".to_owned();
            (words, json!({ "outcome": "before", "screen": screen, "parameters": text::object(pairs) }))
        }
    };
    if report.as_object().is_some_and(|report| !report.is_empty()) {
        words.push_str(&format!("\n\n{}", text::report(&report)));
    }
    if let Some(json) = json.as_object_mut() {
        json.insert("report".into(), report);
    }
    Ok(Reply::done(words, json))
}

/// Blocks as a screen with everything that their words name.
async fn spoken(app: &App, ctx: &CallContext, blocks: Vec<Block>) -> Result<Shown> {
    let screen = Screen { title: Words::Plain(ctx.module.to_string()), breadcrumbs: Vec::new(), blocks };
    Ok(app.shown(ctx, "", screen, &Vec::new()).await?)
}

fn said(notice: &Notice, wording: &Wording<'_>) -> (String, Option<String>) {
    (wording.words(&notice.title), notice.text.as_ref().map(|text| wording.words(text)))
}

async fn rejected(app: &App, ctx: &CallContext, complaints: Vec<(String, Complaint)>, report: Json) -> Result<Reply> {
    let language = ctx.caller.language;
    let named = complaints.iter().filter_map(|(_, complaint)| match complaint {
        Complaint::Words(words) => Some(Block::Text(words.clone())),
        Complaint::Rule(_) | Complaint::File(_) => None,
    });
    let shown = spoken(app, ctx, named.collect()).await?;
    let wording = Wording { language, catalogue: shown.catalogue(), resolved: &shown.resolved };
    let errors: Vec<(String, String, String)> = complaints
        .into_iter()
        .map(|(input, complaint)| match complaint {
            Complaint::Rule(rule) => (input, rule.clone(), ruled(&rule, "", language)),
            Complaint::File(error) => (input, error.code().to_owned(), ruled(error.code(), &error.detail(), language)),
            Complaint::Words(words) => (input, "rejected".to_owned(), wording.words(&words)),
        })
        .collect();
    let lines: Vec<String> =
        errors.iter().map(|(input, _, text)| if input.is_empty() { format!("  {text}") } else { format!("  {input}: {text}") }).collect();
    let title = match language {
        Language::Ro => "Respins, nu s-a schimbat nimic",
        Language::Ru => "Отклонено, ничего не изменено",
        Language::En => "Rejected, nothing was changed",
    };
    let code = errors.first().map_or("rejected", |(_, code, _)| code.as_str());
    let detail = errors.iter().map(|(_, _, text)| text.as_str()).collect::<Vec<_>>().join("; ");
    let json = json!({
        "outcome": "rejected",
        "report": report,
        "errors": errors.iter().map(|(input, code, text)| json!({ "input": input, "code": code, "text": text })).collect::<Vec<_>>(),
        "error": { "code": code, "title": title, "detail": detail },
    });
    Ok(Reply { code: 1, text: format!("{title}\n{}", lines.join("\n")), json })
}

/// A broken rule in words, with its particulars.
fn ruled(code: &str, detail: &str, language: Language) -> String {
    let detail = if code == "file-too-large" { format!("{} MiB", FILE_BYTES >> 20) } else { detail.to_owned() };
    explain::rule_about(code, &detail, language)
}
