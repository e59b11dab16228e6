//! Documents from a module's call to whoever checks them: filled in by the host, numbered without gaps, seen by nobody who may not.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use anyhow::{Context, Result, anyhow, ensure};
use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use vatra_core::audit::AuditKind;
use vatra_core::call::Tenant;
use vatra_core::documents::SERVICE;
use vatra_core::ids::{Name, SubjectId};
use vatra_core::manifest::Language;
use vatra_core::register::{Query, Reach};
use vatra_core::store::AuditFilter;
use vatra_core::unit::{Subject, Unit};
use vatra_core::value::Value;
use vatra_core::view::{Block, Words};
use vatra_documents::job::Limits;
use vatra_documents::{Renderer, Settings};
use vatra_hosting_tests::{House, NOON};
use vatra_runtime::{CallError, File};
use vatra_server::app::{Act, By, Carried, Carrier, DocumentFile, GrantChange, Outcome};
use vatra_server::carriers::Maker;
use vatra_view::pages::check::Holds;

const BASE: &str = "https://vatra.example.md";
const NAME: &str = "Țurcanu Ștefan-Ioniță";
const IDNP: &str = "2000000000014";
const PHONE: &str = "+37369123456";

/// A host that makes documents for its module, and a person whom it knows.
async fn scribe() -> Result<(House, SubjectId)> {
    let house = House::open().await?;
    house.install(&house.sculeni, "scribe").await?;
    house.app.add_carrier(Arc::new(maker(&house)?));
    let person = SubjectId::fresh();
    let mut unit = Unit::new(NOON, None, Name::new("scribe")?);
    unit.subjects.push(Subject { id: person, company: false, idn: Some(IDNP.into()), name: NAME.into() });
    house.app.store.commit(house.sculeni.id, unit).await?;
    Ok((house, person))
}

fn maker(house: &House) -> Result<Maker> {
    let limits = Limits { cpu_seconds: 1, ..Limits::default() };
    Ok(Maker::new(&house.app, Renderer::new(Settings { limits, ..Settings::beside_this_program()? }), BASE)?)
}

async fn act(house: &House, action: &str, inputs: &[(&str, &str)]) -> Result<serde_json::Value> {
    house.report(&house.sculeni, "scribe", action, inputs, None).await
}

fn text<'a>(report: &'a serde_json::Value, name: &str) -> Result<&'a str> {
    report.get(name).and_then(serde_json::Value::as_str).ok_or_else(|| anyhow!("no {name} in {report}"))
}

/// What the module says of a document: where it stands, its versions, its code.
async fn told(house: &House, tenant: &Tenant, document: &str) -> Result<Vec<String>> {
    let shown = house.show(tenant, "scribe", "home", &[("document", document)]).await?.map_err(|error| anyhow!("{error}"))?;
    let text = |block: &Block| if let Block::Text(Words::Plain(text)) = block { Some(text.clone()) } else { None };
    Ok(shown.screen.blocks.iter().filter_map(text).collect())
}

/// Asks for its bytes as the official `ana`.
async fn file(house: &House, tenant: &Tenant, document: &str) -> Result<Result<Option<DocumentFile>, CallError>> {
    let ctx = house.context(tenant, "scribe").await?;
    let binding = house.app.runtime.binding(tenant.id, &ctx.module).await.map_err(|error| anyhow!("{error}"))?;
    Ok(house.app.document(&ctx, &binding, document).await)
}

async fn pdf(house: &House, document: &str) -> Result<String> {
    let file = file(house, &house.sculeni, document).await?.map_err(|error| anyhow!("{error}"))?.context("it is made")?;
    ensure!(file.media_type == "application/pdf" && file.name.ends_with(".pdf"));
    read(&file.bytes)
}

/// The rule that an action's input broke.
async fn broken(house: &House, action: &str, inputs: &[(&str, &str)]) -> Result<String> {
    let acted = house.act(&house.sculeni, "scribe", action, inputs, None).await?.map_err(|error| anyhow!("{error}"))?;
    match acted.outcome {
        Outcome::Rejected(complaints) => Ok(complaints.iter().map(|complaint| format!("{complaint:?}")).collect()),
        _ => Err(anyhow!("{action} was not refused")),
    }
}

/// A PDF's text, blanks and line ends as one space.
fn read(pdf: &[u8]) -> Result<String> {
    let mut file = tempfile::NamedTempFile::new()?;
    file.write_all(pdf)?;
    let done = Command::new("pdftotext").args(["-enc", "UTF-8", "-layout"]).arg(file.path()).arg("-").stderr(Stdio::null()).output();
    let text = String::from_utf8(done.context("poppler-utils is installed")?.stdout)?;
    Ok(text.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// Whether any file below the folder holds these bytes.
fn holds(folder: &Path, needle: &[u8]) -> Result<bool> {
    for path in walk(folder)? {
        if std::fs::read(&path)?.windows(needle.len()).any(|part| part == needle) {
            return Ok(true);
        }
    }
    Ok(false)
}

async fn rows(house: &House, kind: AuditKind, about: Option<SubjectId>) -> Result<Vec<String>> {
    let filter = AuditFilter { kinds: vec![kind], about, limit: 100, ..AuditFilter::default() };
    Ok(house.app.audit(&house.sculeni, &filter).await?.into_iter().map(|row| row.entry.what).collect())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_document_is_made_issued_downloaded_checked_and_annulled() -> Result<()> {
    let (house, person) = scribe().await?;
    let about = person.to_string();
    let noted = act(&house, "note", &[("who", &about), ("words", "Cuvinte ascunse")]).await?;
    let entry = format!("scribe-people/{}", text(&noted, "entry")?);
    let entry = entry.trim_start_matches("scribe-people/");
    let made = act(&house, "make", &[("template", "certificate"), ("about", &about), ("phone", PHONE), ("entry", entry)]).await?;
    let document = text(&made, "document")?;
    assert_eq!(told(&house, &house.sculeni, document).await?, ["Standing::Making 1 - empty", "1 versions, 0 kept", ""]);
    assert!(matches!(file(&house, &house.sculeni, document).await?, Ok(None)), "there is nothing of it yet");
    assert!(!holds(house.folder.path(), b"69123456")?, "what came sealed through the call is not readable at rest");

    assert_eq!(house.app.carry_due().await?, 1);
    assert_eq!(told(&house, &house.sculeni, document).await?, ["Standing::Draft 1 - kept", "1 versions, 1 kept", ""]);
    let draft = pdf(&house, document).await?;
    for words in [NAME, IDNP, PHONE, "la cerere", "123,50", "Cuvinte ascunse"] {
        assert!(draft.contains(words), "{words} in {draft}");
    }
    assert!(!draft.contains("Nr.") && !draft.contains("/check/"), "{draft}");
    for secret in ["Cuvinte ascunse", NAME] {
        assert!(!holds(&house.folder.path().join("data/blobs"), secret.as_bytes())?, "{secret} is readable at rest");
    }

    // What comes between draft and issue is in neither.
    act(&house, "note", &[("who", &about), ("words", "Adăugat târziu")]).await?;
    assert_eq!(act(&house, "issue", &[("document", document), ("version", "1"), ("until", "2026-12-31")]).await?["version"], 2);
    assert_eq!(told(&house, &house.sculeni, document).await?[0], "Standing::Making 2 C-2026-001 empty");
    house.app.carry_due().await?;
    let said = told(&house, &house.sculeni, document).await?;
    assert_eq!(said[..2], ["Standing::Issued 2 C-2026-001 kept", "2 versions, 2 kept"]);
    let code = said[2].clone();
    let issued = pdf(&house, document).await?;
    for words in [NAME, IDNP, "Nr. C-2026-001 din 1 octombrie 2026", "Cuvinte ascunse", code.as_str(), "/check/"] {
        assert!(issued.contains(words), "{words} in {issued}");
    }
    assert!(!issued.contains("Adăugat"), "{issued}");

    let plain = code.replace('-', "");
    let verdict = house.app.check_document(&plain, Language::En).await?.context("a verdict")?;
    assert_eq!((verdict.holds, verdict.kind.as_str(), verdict.number.as_deref()), (Holds::Valid, "Certificate", Some("C-2026-001")));
    assert_eq!(verdict.shown, [("Purpose".to_owned(), "la cerere".to_owned())], "what its type shows, and nothing else");
    assert_eq!(house.app.check_document("000000000000", Language::En).await?, None);
    house.clock.set(NOON.plus_seconds(120 * 86_400));
    assert_eq!(house.app.check_document(&plain, Language::En).await?.map(|verdict| verdict.holds), Some(Holds::Expired));
    house.clock.set(NOON);
    act(&house, "annul", &[("document", document)]).await?;
    assert_eq!(house.app.check_document(&plain, Language::En).await?.map(|verdict| verdict.holds), Some(Holds::Annulled));
    assert_eq!(rows(&house, AuditKind::Document, Some(person)).await?, ["annul", "issue"]);
    assert_eq!(rows(&house, AuditKind::Look, Some(person)).await?.iter().filter(|what| *what == "document").count(), 2, "each download");
    house.app.deliver_due().await?;
    assert_eq!(heard(&house).await?, ["Standing::Annulled 2 C-2026-001 kept Decizia 7"; 2], "what is told is how it stands then");
    let of_entry = house.show(&house.sculeni, "scribe", "home", &[("entry", entry)]).await?.map_err(|error| anyhow!("{error}"))?;
    assert_eq!(of_entry.screen.blocks.len(), 1, "by the entry that it belongs to");
    Ok(())
}

/// What somebody sends with a form is what its first bytes say, whatever it is called, and is given back as a download.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_sent_with_a_form_is_kept_as_what_it_is() -> Result<()> {
    let (house, _) = scribe().await?;
    let send = async |name: &str, bytes: &[u8]| -> Result<Result<vatra_server::app::Acted, CallError>> {
        let ctx = house.context(&house.sculeni, "scribe").await?;
        let files = vec![File { input: "scan".into(), name: name.into(), bytes: bytes.to_vec(), mapping: None }];
        let act = Act { action: "attach".into(), form: BTreeMap::new(), files, submission: None, back: String::new() };
        Ok(house.app.act(&ctx, act).await)
    };
    let pdf = b"%PDF-1.4 <script>alert(1)</script>";
    let sent = send("C:\\Users\\ana\\ce\u{202e}re\r\nre.pdf", pdf).await?.map_err(|error| anyhow!("{error}"))?;
    let document = text(&sent.report, "document")?.to_owned();
    assert_eq!(text(&sent.report, "told")?, "Standing::Received 1 - kept");
    let kept = file(&house, &house.sculeni, &document).await?.map_err(|error| anyhow!("{error}"))?.context("it is kept")?;
    assert_eq!((kept.media_type.as_str(), kept.bytes.as_slice()), ("application/pdf", pdf.as_slice()));
    assert!(!kept.name.chars().any(|c| c.is_control()) && !kept.name.contains(['/', '\\']), "{:?}", kept.name);
    assert!(file(&house, &house.lozova, &document).await.is_err() || file(&house, &house.lozova, &document).await?.is_err());

    for (name, bytes) in [("a.pdf", b"<html>".as_slice()), ("a.png", b"\xff\xd8\xff\xe0"), ("a.pdf", b"MZ\x90"), ("a.svg", b"<svg")] {
        let refused = send(name, bytes).await?;
        let at_input = match refused {
            Ok(acted) => matches!(acted.outcome, Outcome::Rejected(wrong) if wrong.iter().any(|(input, _)| input == "scan")),
            Err(_) => false,
        };
        assert!(at_input, "{name}");
    }
    house.set_revoked(&house.sculeni, "scribe", "documents", true).await?;
    assert!(matches!(send("a.pdf", pdf).await?, Err(CallError::Denied(denial)) if denial.capability == "documents"));
    assert_eq!(rows(&house, AuditKind::Denial, None).await?, ["documents"], "the trail says so");
    Ok(())
}

/// What the module was told of its documents.
async fn heard(house: &House) -> Result<Vec<String>> {
    let binding = house.app.runtime.binding(house.sculeni.id, &Name::new("scribe")?).await.map_err(|error| anyhow!("{error}"))?;
    let schema = binding.manifest.register("scribe-told").context("the register")?.clone();
    let query = Query { register: schema.name.clone(), all_of: Vec::new(), search: None, sort: Vec::new(), include_closed: true };
    let page = house.app.store.snapshot(house.sculeni.id).await?.find(&schema, &query, Reach::Host, 0, 100).await?;
    let what = |value: Option<&Value>| if let Some(Value::Text(text)) = value { text.clone() } else { String::new() };
    Ok(page.entries.iter().map(|entry| what(entry.fields.get("what"))).collect())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn numbers_have_no_gaps_however_many_are_issued_at_once() -> Result<()> {
    let (house, person) = scribe().await?;
    let about = person.to_string();
    let inputs = [("template", "certificate"), ("about", about.as_str()), ("issue", "true"), ("count", "3")];
    let all = futures::future::join_all((0..4).map(|_| act(&house, "make", &inputs))).await;
    let mut documents = Vec::new();
    for report in all {
        let report = report?;
        for name in ["document", "document1", "document2"] {
            documents.push(text(&report, name)?.to_owned());
        }
    }
    let missing = house
        .act(&house.sculeni, "scribe", "issue", &[("document", "0199aaaa-0000-7000-8000-000000000001"), ("version", "1")], None)
        .await?;
    assert!(matches!(missing, Err(CallError::NotFound(_))), "and nothing is numbered");
    house.app.carry_due().await?;
    let mut numbers = Vec::new();
    for document in &documents {
        let said = told(&house, &house.sculeni, document).await?;
        ensure!(said[0].starts_with("Standing::Issued 1 C-2026-") && said[1] == "1 versions, 1 kept", "{said:?}");
        numbers.push(said[0].split(' ').nth(2).unwrap_or_default().to_owned());
    }
    numbers.sort();
    let expected: Vec<String> = (1..=12).map(|number| format!("C-2026-{number:03}")).collect();
    assert_eq!(numbers, expected);
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_template_that_never_ends_is_stopped_and_its_module_is_told() -> Result<()> {
    let (house, person) = scribe().await?;
    let about = person.to_string();
    let endless = act(&house, "make", &[("template", "looping"), ("about", &about)]).await?;
    let good = act(&house, "make", &[("template", "certificate"), ("about", &about)]).await?;
    let (endless, good) = (text(&endless, "document")?, text(&good, "document")?);
    house.app.carry_due().await?;
    assert_eq!(told(&house, &house.sculeni, good).await?[0], "Standing::Draft 1 - kept", "the other one is made");
    // The machine may have been busy: it is tried once more.
    house.clock.set(NOON.plus_seconds(60));
    house.app.carry_due().await?;
    let said = told(&house, &house.sculeni, endless).await?;
    assert_eq!(said[0], "Standing::Failed 1 - empty the template took too long and was stopped");
    house.app.deliver_due().await?;
    assert!(heard(&house).await?.contains(&said[0]));
    assert!(matches!(file(&house, &house.sculeni, endless).await?, Err(CallError::NotFound(_))));
    let refused = broken(&house, "issue", &[("document", endless), ("version", "1")]).await?;
    assert!(refused.contains("standing"), "what failed is not issued: {refused}");

    assert_eq!(act(&house, "remake", &[("document", endless), ("version", "1"), ("template", "looping")]).await?["version"], 2);
    let again =
        house.act(&house.sculeni, "scribe", "remake", &[("document", endless), ("version", "1"), ("template", "looping")], None).await?;
    assert!(matches!(again, Err(CallError::Conflict)), "it moved on");
    let refused = broken(&house, "remake", &[("document", good), ("version", "1"), ("template", "looping")]).await?;
    assert!(refused.contains("kind"), "of another type: {refused}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_not_granted_leaves_nothing() -> Result<()> {
    let (house, person) = scribe().await?;
    let about = person.to_string();
    let (module, capability) = (Name::new("scribe")?, Name::new("documents")?);
    let mut change = GrantChange::default();
    change.parameters.insert("templates".into(), vatra_core::manifest::Param::Set(["certificate".to_owned()].into()));
    house.app.grant(&house.sculeni, &module, &capability, change, By::OPERATOR).await?;
    let denied = async |action: &'static str, inputs: &[(&str, &str)]| {
        let outcome = house.act(&house.sculeni, "scribe", action, inputs, None).await?;
        match outcome {
            Err(CallError::Denied(denial)) => Ok(format!("{} {}", denial.rule, denial.detail)),
            _ => Err(anyhow!("{action} was not denied")),
        }
    };
    assert_eq!(denied("make", &[("template", "looping"), ("about", &about)]).await?, "templates looping");
    assert_eq!(denied("store", &[("type", "text/html")]).await?, "media-types text/html");
    let stored = act(&house, "store", &[("type", "text/csv")]).await?;
    let stored = text(&stored, "document")?;
    assert_eq!(told(&house, &house.sculeni, stored).await?[0], "Standing::Received 1 - kept");
    let kept = file(&house, &house.sculeni, stored).await?.map_err(|error| anyhow!("{error}"))?.context("it is kept")?;
    assert_eq!(
        (kept.name.as_str(), kept.media_type.as_str(), kept.bytes.as_slice()),
        ("datorii.csv", "text/csv", b"a;b\n1;2\n".as_slice())
    );
    house.set_revoked(&house.sculeni, "scribe", "documents", true).await?;
    assert_eq!(denied("make", &[("template", "certificate"), ("about", &about)]).await?, "revoked ");
    assert!(house.app.store.outbox_open(house.sculeni.id).await?.is_empty());
    assert_eq!(rows(&house, AuditKind::Denial, None).await?.len(), 3);
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_made_twice_is_one_and_another_municipality_s_does_not_exist() -> Result<()> {
    let (house, person) = scribe().await?;
    let about = person.to_string();
    let made = act(&house, "make", &[("template", "certificate"), ("about", &about)]).await?;
    let document = text(&made, "document")?;
    let (app, maker) = (&house.app, maker(&house)?);
    let taken = app.store.outbox_take(house.sculeni.id, SERVICE, NOON, NOON.plus_seconds(60), 10).await?;
    let [item] = taken.as_slice() else { return Err(anyhow!("{} items", taken.len())) };
    // As a host does that ended before it noted the first one's end.
    let (first, second) = tokio::join!(maker.carry(&house.sculeni, item), maker.carry(&house.sculeni, item));
    let done = [&first, &second].into_iter().filter(|carried| matches!(carried, Carried::Done)).count();
    assert_eq!(done, 1, "{first:?} {second:?}");
    let kept = app.store.snapshot(house.sculeni.id).await?.document(document.parse()?).await?.and_then(|document| document.kept);
    let third = maker.carry(&house.sculeni, item).await;
    assert!(matches!(&third, Carried::Settled(settled) if settled.document.is_none()), "{third:?}");
    let after = app.store.snapshot(house.sculeni.id).await?.document(document.parse()?).await?.and_then(|document| document.kept);
    assert_eq!((kept.is_some(), after), (true, kept));
    assert_eq!(app.store.inbox_open(house.sculeni.id).await?.len(), 1, "told once");

    house.install(&house.lozova, "scribe").await?;
    assert_eq!(told(&house, &house.lozova, document).await?, ["not-found"]);
    assert!(matches!(file(&house, &house.lozova, document).await?, Err(CallError::NotFound(_))));
    let shown = house.show(&house.lozova, "scribe", "home", &[("document", document)]).await?.map_err(|error| anyhow!("{error}"))?;
    assert!(shown.resolved.documents.is_empty(), "its block shows nothing");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_past_its_time_is_destroyed_on_the_strength_of_a_signed_act() -> Result<()> {
    let (house, person) = scribe().await?;
    let about = person.to_string();
    let made = act(&house, "make", &[("template", "certificate"), ("about", &about), ("issue", "true"), ("count", "2")]).await?;
    let (document, decision) = (text(&made, "document")?, text(&made, "document1")?);
    house.app.carry_due().await?;
    let destroy = [("document", document), ("act", decision)];
    assert!(broken(&house, "retain", &[("document", document), ("until", "2030-01-01")]).await?.contains("retention"), "never shorter");
    let refused = house.act(&house.sculeni, "scribe", "destroy", &destroy, None).await?.map_err(|error| anyhow!("{error}"))?;
    assert!(
        matches!(&refused.outcome, Outcome::Rejected(complaints) if format!("{complaints:?}").contains("unsigned")),
        "an act is signed"
    );
    // As a signature leaves it.
    let url = format!("sqlite://{}", house.folder.path().join("data/vatra.sqlite").display());
    let database = sqlx::SqlitePool::connect(&url).await?;
    sqlx::query("UPDATE document_versions SET signatures = 1").execute(&database).await?;
    database.close().await;
    let early = house.act(&house.sculeni, "scribe", "destroy", &destroy, None).await?;
    assert!(matches!(&early, Err(CallError::Invalid { rule, .. }) if rule == "retention"), "its last day has not passed");

    house.clock.set(NOON.plus_seconds(6 * 366 * 86_400));
    let blobs = house.folder.path().join("data/blobs");
    let count = || walk(&blobs).map(|files| files.len());
    let before = count()?;
    act(&house, "destroy", &destroy).await?;
    assert!(matches!(file(&house, &house.sculeni, document).await?, Err(CallError::NotFound(_))), "at once, before its bytes are erased");
    house.app.carry_due().await?;
    assert_eq!(count()?, before - 2, "the PDF and what it was made from");
    let said = told(&house, &house.sculeni, document).await?;
    assert_eq!(said[..2], ["Standing::Destroyed 1 C-2026-001 kept", "1 versions, 1 kept"], "its digest stays");
    assert_eq!(house.app.check_document(&said[2].replace('-', ""), Language::Ro).await?, None);
    assert!(pdf(&house, decision).await?.contains(NAME), "the other one is there");
    let rows =
        house.app.audit(&house.sculeni, &AuditFilter { kinds: vec![AuditKind::Document], limit: 1, ..AuditFilter::default() }).await?;
    assert_eq!((rows[0].entry.what.as_str(), rows[0].entry.detail.contains(decision)), ("destroy", true), "with the act");
    Ok(())
}

/// The files below a folder.
fn walk(folder: &Path) -> Result<Vec<std::path::PathBuf>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() { files.extend(walk(&path)?) } else { files.push(path) }
    }
    Ok(files)
}
