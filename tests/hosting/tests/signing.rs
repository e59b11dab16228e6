//! Signatures from a module's request to the signed version: asked for, sent to MSign over mutual TLS, checked, and kept only if every bit is right.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod support;

use anyhow::{Context, Result, anyhow, ensure};
use std::sync::Arc;
use support::{Served, served};
use vatra_core::audit::AuditKind;
use vatra_core::call::{Official, Tenant};
use vatra_core::clock::Instant;
use vatra_core::documents::Document;
use vatra_core::ids::{Name, OutboxId, SubjectId};
use vatra_core::manifest::Language;
use vatra_core::register::{Query, Reach};
use vatra_core::store::AuditFilter;
use vatra_core::value::{Money, Value};
use vatra_core::view::{Block, Words};
use vatra_documents::{Renderer, Settings};
use vatra_emulators::fault::{Emulated as _, Trouble};
use vatra_emulators::msign::Fault;
use vatra_hosting_tests::NOON;
use vatra_runtime::CallError;
use vatra_server::app::{By, Outcome, Stage, Wanted};
use vatra_server::carriers::Maker;
use vatra_view::pages::check::{Holds, Signed};

const BOB: &str = "2000000000014";

impl Served {
    async fn open(&self, inputs: &[(&str, &str)]) -> Result<serde_json::Value> {
        self.house.report(&self.house.sculeni, "scribe", "sign", inputs, None).await
    }

    /// One document, for whoever holds the role: begun by Ana.
    async fn one(&self, inputs: &[(&str, &str)]) -> Result<(serde_json::Value, OutboxId)> {
        let report = self.open(inputs).await?;
        let begun = self.begin(&self.ana).await?;
        Ok((report, *begun.first().context("it is begun")?))
    }

    async fn document(&self, report: &serde_json::Value) -> Result<(Document, Vec<u8>)> {
        let id = report["document0"].as_str().context("a document")?.parse()?;
        let sculeni = self.house.sculeni.id;
        let document = self.house.app.store.snapshot(sculeni).await?.document(id).await?.context("it is kept")?;
        let address = document.kept.as_ref().and_then(|kept| kept.address).context("it has bytes")?;
        let bytes = self.house.app.blobs.get(sculeni, address).await?;
        Ok((document, bytes))
    }

    async fn shown(&self, query: &[(&str, &str)]) -> Result<Vec<String>> {
        let shown = self.house.show(&self.house.sculeni, "scribe", "home", query).await?.map_err(|error| anyhow!("{error}"))?;
        let text = |block: &Block| if let Block::Text(Words::Plain(text)) = block { Some(text.clone()) } else { None };
        Ok(shown.screen.blocks.iter().filter_map(text).collect())
    }

    async fn state(&self, report: &serde_json::Value) -> Result<Vec<String>> {
        self.shown(&[("request", report["request"].as_str().context("a request")?)]).await
    }

    /// What the module noted of what it was told, sorted.
    async fn told(&self) -> Result<Vec<String>> {
        let (app, tenant) = (&self.house.app, self.house.sculeni.id);
        app.deliver_due().await?;
        let binding = app.runtime.binding(tenant, &Name::new("scribe")?).await.map_err(|error| anyhow!("{error}"))?;
        let schema = binding.manifest.register("scribe-told").context("the register")?.clone();
        let query = Query { register: schema.name.clone(), all_of: Vec::new(), search: None, sort: Vec::new(), include_closed: true };
        let page = app.store.snapshot(tenant).await?.find(&schema, &query, Reach::Host, 0, 500).await?;
        let text = |value: Option<&Value>| if let Some(Value::Text(text)) = value { text.clone() } else { String::new() };
        let mut told: Vec<String> = page.entries.iter().map(|entry| text(entry.fields.get("what"))).collect();
        told.sort();
        Ok(told)
    }

    async fn rows(&self, kind: AuditKind) -> Result<Vec<String>> {
        let filter = AuditFilter { kinds: vec![kind], limit: 100, ..AuditFilter::default() };
        Ok(self.house.app.audit(&self.house.sculeni, &filter).await?.into_iter().map(|row| row.entry.what).collect())
    }

    /// Another official of the same municipality.
    async fn bob(&self) -> Result<Official> {
        let bob = Official {
            person: SubjectId::fresh(),
            handle: Name::new("bob")?,
            name: "Bob Primar".into(),
            idnp: BOB.into(),
            roles: [Name::new("mayor")?].into(),
        };
        self.house.app.put_official(&self.house.sculeni, &bob, By::OPERATOR).await?;
        Ok(self.house.app.official(&self.house.sculeni, "bob").await?)
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_document_is_signed_and_everybody_can_check_it() -> Result<()> {
    let served = served("scribe").await?;
    let acted = served.house.act(&served.house.sculeni, "scribe", "sign", &[("errand", "true")], None).await?;
    let acted = acted.map_err(|error| anyhow!("{error}"))?;
    let Outcome::Sign(Some(posting)) = acted.outcome else { return Err(anyhow!("no errand")) };
    let report = acted.report;
    let (before, unsigned) = served.document(&report).await?;
    assert!(matches!(served.stage(&served.ana, posting).await?, Some(Stage::Preparing)));
    served.house.app.carry_due().await?;
    assert_eq!(served.state(&report).await?, ["Standing::Signing 0 signatures", "Standing::Signing 0 by"]);
    // Whoever posts to the return address proves nothing.
    served.back(posting).await?;
    assert_eq!(served.state(&report).await?[0], "Standing::Signing 0 signatures");
    served.decide(&served.ana, posting, true).await?;
    served.back(posting).await?;
    assert_eq!(served.state(&report).await?, ["Standing::Signed 0 signatures", "Standing::Signed 0 by"]);
    let (after, signed) = served.document(&report).await?;
    assert_eq!((before.signatures, after.signatures, after.version), (0, 1, before.version + 1));
    assert!(signed.starts_with(&unsigned) && signed.len() > unsigned.len());
    let (id, told) = (report["document0"].as_str().unwrap(), ["signed Standing::Signed 0 by"]);
    assert_eq!(served.told().await?, told);
    assert_eq!(served.shown(&[("document", id), ("verify", "true")]).await?, ["true true Semnătura este valabilă"]);
    assert!(matches!(served.stage(&served.ana, posting).await?, Some(Stage::Ended(code, _)) if code == "signed"));
    // Told again, however often: nothing is done twice.
    served.back(posting).await?;
    served.back(posting).await?;
    assert_eq!((served.document(&report).await?.0, served.told().await?), (after, told.map(str::to_owned).to_vec()));
    assert_eq!((served.msign.taken(), served.rows(AuditKind::Document).await?), (1, vec!["sign".to_owned(), "sign-begun".to_owned()]));
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn three_hundred_documents_are_one_errand_and_one_request_of_msign() -> Result<()> {
    let served = served("scribe").await?;
    for number in 0..6 {
        served.open(&[("count", "50"), ("each", "true"), ("number", &(number * 50).to_string())]).await?;
    }
    let begun = served.begin(&served.ana).await?;
    assert_eq!((begun.len(), served.msign.taken()), (1, 1));
    let clock = std::time::Instant::now();
    served.decide(&served.ana, begun[0], true).await?;
    let signed = clock.elapsed();
    served.back(begun[0]).await?;
    println!("300 documents: {signed:?} at the emulator, {:?} checked and kept", clock.elapsed() - signed);
    assert!(served.house.app.to_sign(&served.house.sculeni, &served.ana).await?.is_empty());
    // A hundred events at a time are told.
    let mut told = served.told().await?;
    for _ in 0..5 {
        told = served.told().await?;
    }
    ensure!(told.len() == 300 && told.iter().all(|line| line == "signed Standing::Signed 0 by"), "{} {told:?}", told.len());
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn anyone_checks_a_signed_certificate_and_an_altered_one_fails() -> Result<()> {
    let served = served("scribe").await?;
    let Served { house, msign, .. } = &served;
    let renderer = Renderer::new(Settings::beside_this_program()?);
    house.app.add_carrier(Arc::new(Maker::new(&house.app, renderer, "https://vatra.example.md")?));
    let about = served.ana.person.to_string();
    let inputs = [("template", "certificate"), ("issue", "true"), ("about", about.as_str()), ("phone", "+37369123456")];
    let made = house.report(&house.sculeni, "scribe", "make", &inputs, None).await?;
    let id = made["document"].as_str().context("a document")?;
    house.app.carry_due().await?;
    let said = served.shown(&[("document", id)]).await?;
    ensure!(said.first().is_some_and(|line| line.starts_with("Standing::Issued")), "{said:?}");
    let code = said.get(2).context("a code")?.replace('-', "");
    let signed =
        async || -> Result<Option<Signed>> { Ok(house.app.check_document(&code, Language::Ro).await?.context("it is known")?.signed) };
    let holds = async || -> Result<Holds> { Ok(house.app.check_document(&code, Language::Ro).await?.context("it is known")?.holds) };
    assert_eq!((signed().await?, holds().await?), (None, Holds::Valid), "nobody is to sign it");
    let (report, posting) = served.one(&[("document", id)]).await?;
    assert_eq!((signed().await?, holds().await?), (None, Holds::Unsigned), "it waits for a signature");
    served.decide(&served.ana, posting, true).await?;
    assert_eq!(holds().await?, Holds::Unsigned, "what is signed at MSign counts when it has come back");
    served.back(posting).await?;
    assert_eq!((signed().await?, holds().await?), (Some(Signed::Hold(1)), Holds::Valid));
    // What the lists said of the moment of signing stays said, whether MSign answers later or not.
    msign.trouble().set(Some(Trouble::Unavailable));
    house.clock.set(NOON.plus_seconds(30 * 86_400));
    assert_eq!(signed().await?, Some(Signed::Hold(1)));
    msign.trouble().set(None);
    // A byte of what is kept is not as it was signed.
    let document = house.app.store.snapshot(house.sculeni.id).await?.document(id.parse()?).await?.context("it is kept")?;
    let address = document.kept.as_ref().and_then(|kept| kept.address).context("bytes")?;
    let mut bytes = house.app.blobs.get(house.sculeni.id, address).await?;
    let at = bytes.windows(9).position(|part| part == b"/Contents").context("it is a PDF")?;
    bytes[at + 1] ^= 1;
    let altered = house.app.blobs.put(house.sculeni.id, &bytes).await?;
    let url = format!("sqlite://{}", house.folder.path().join("data/vatra.sqlite").display());
    let database = sqlx::SqlitePool::connect(&url).await?;
    let sql = "UPDATE document_versions SET address = ? WHERE address = ?";
    sqlx::query(sql).bind(altered.to_string()).bind(address.to_string()).execute(&database).await?;
    database.close().await;
    assert_eq!(signed().await?, Some(Signed::Fail));
    let _ = report;
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rate_is_changed_on_the_strength_of_a_signed_decision_alone() -> Result<()> {
    let served = served("scribe").await?;
    let Served { house, .. } = &served;
    let renderer = Renderer::new(Settings::beside_this_program()?);
    house.app.add_carrier(Arc::new(Maker::new(&house.app, renderer, "https://vatra.example.md")?));
    let about = served.ana.person.to_string();
    let inputs = [("template", "certificate"), ("issue", "true"), ("about", about.as_str()), ("phone", "+37369123456")];
    let made = house.report(&house.sculeni, "scribe", "make", &inputs, None).await?;
    let id = made["document"].as_str().context("a document")?;
    house.app.carry_due().await?;
    let enact = async |setting: &str, since: &str, number: &str| {
        let inputs = [("setting", setting), ("until", since), ("number", number), ("document", id)];
        house.act(&house.sculeni, "scribe", "enact", &inputs, None).await
    };
    let rule = async |setting: &str, since: &str| -> Result<String> {
        Ok(match enact(setting, since, "7,50").await? {
            Ok(acted) => match acted.outcome {
                Outcome::Rejected(wrong) => format!("{wrong:?}"),
                _ => "kept".to_owned(),
            },
            Err(CallError::Denied(denial)) => denial.rule,
            Err(error) => format!("{error:?}"),
        })
    };
    assert!(rule("fee", "2026-11-01").await?.contains("unsigned"));
    let (_, posting) = served.one(&[("document", id)]).await?;
    served.decide(&served.ana, posting, true).await?;
    served.back(posting).await?;
    assert!(rule("fee", "2026-09-30").await?.contains("past"));
    assert_eq!(rule("rates", "2026-11-01").await?, "enacts", "the manifest asks to read them only");
    assert_eq!((rule("fee", "2026-11-02").await?, rule("fee", "2026-12-02").await?), ("kept".into(), "kept".into()));
    let by = By::OPERATOR;
    let row = |zone: &str, rate| [("zone".to_owned(), Value::Choice(zone.into())), ("rate".to_owned(), Value::Money(Money(rate)))].into();
    let rows = vec![row("centre", 100), row("edge", 50)];
    house.app.enact(&house.sculeni, "rates", NOON.civil_date(), rows, "Decizia 7/4", by).await?;
    let day_off = [("date".to_owned(), Value::Date("2026-11-03".parse()?)), ("reason".to_owned(), Value::Text("Hramul".into()))].into();
    house.app.enact(&house.sculeni, "days-off", NOON.civil_date(), vec![day_off], "", by).await?;
    let see = async |setting, on| served.shown(&[("setting", setting), ("on", on)]).await;
    assert_eq!(see("fee", "2026-11-01").await?[..2], ["None", "2 times"]);
    assert_eq!(see("fee", "2026-11-02").await?, ["Some(Value::Money(750))", "2 times", "2026-11-4", "9256000"], "the third is a day off");
    assert_eq!(see("rates", "2026-11-02").await?[..2], ["centre Value::Money(100)", "edge Value::Money(50)"]);
    assert!(served.shown(&[("setting", "days-off"), ("on", "2026-11-02")]).await.is_err(), "the host's own are not for modules");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_sign_in_their_order() -> Result<()> {
    let served = served("scribe").await?;
    let bob = served.bob().await?;
    let (to, second) = (served.ana.person.to_string(), bob.person.to_string());
    let (report, first) = served.one(&[("to", &to), ("second", &second)]).await?;
    assert!(served.begin(&bob).await?.is_empty(), "it is not his turn");
    served.decide(&served.ana, first, true).await?;
    served.back(first).await?;
    assert_eq!(served.state(&report).await?, ["Standing::Waiting 0 signatures", "Standing::Signed 0 by", "Standing::Waiting 1 by"]);
    let posting = *served.begin(&bob).await?.first().context("his turn")?;
    assert!(served.stage(&served.ana, posting).await?.is_none(), "somebody else's errand does not exist");
    served.decide(&bob, posting, true).await?;
    served.back(posting).await?;
    assert_eq!(served.state(&report).await?[0], "Standing::Signed 0 signatures");
    assert_eq!(served.document(&report).await?.0.signatures, 2);
    let id = report["document0"].as_str().unwrap();
    assert_eq!(served.shown(&[("document", id), ("verify", "true")]).await?.len(), 2);
    assert_eq!(served.told().await?, ["signed Standing::Signed 0 by", "signed Standing::Signed 1 by"]);
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_does_not_fit_is_never_kept_as_signed() -> Result<()> {
    let served = served("scribe").await?;
    let wrongs = [
        (Fault::WrongSignerUnnoticed, "wrong-signer"),
        (Fault::Revoked, "revoked"),
        (Fault::ExpiredCertificate, "expired"),
        (Fault::UnknownAuthority, "untrusted"),
        (Fault::NoTimeStamp, "no-stamp"),
        (Fault::OtherDocument, "other-document"),
        (Fault::Missing, "other-results"),
    ];
    for (number, (fault, code)) in wrongs.into_iter().enumerate() {
        let (report, posting) = served.one(&[("number", &number.to_string())]).await?;
        let before = served.document(&report).await?;
        served.msign.fault().set(Some(fault));
        served.decide(&served.ana, posting, true).await?;
        served.back(posting).await?;
        served.msign.fault().set(None);
        assert_eq!(served.state(&report).await?, ["Standing::Failed 0 signatures".to_owned(), format!("Standing::Failed 0 by {code}")]);
        assert_eq!(served.document(&report).await?, before, "{code}");
        assert!(matches!(served.stage(&served.ana, posting).await?, Some(Stage::Ended(ended, _)) if ended == code));
    }
    assert_eq!(served.rows(AuditKind::Parked).await?, vec!["msign.sign"; wrongs.len()], "an operator sees it");
    let told = served.told().await?;
    assert!(told.len() == wrongs.len() && told.iter().all(|line| line.starts_with("refused Standing::Failed 0 by ")), "{told:?}");
    // Results of two documents under each other's names.
    let (report, posting) = served.one(&[("number", "50"), ("count", "2")]).await?;
    served.msign.fault().set(Some(Fault::Mixed));
    served.decide(&served.ana, posting, true).await?;
    served.back(posting).await?;
    assert_eq!(served.state(&report).await?[1], "Standing::Failed 0 by other-document");
    assert_eq!(served.document(&report).await?.0.signatures, 0);
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn refused_expired_and_taken_back() -> Result<()> {
    let served = served("scribe").await?;
    // At MSign, and in the queue.
    let (report, posting) = served.one(&[]).await?;
    served.decide(&served.ana, posting, false).await?;
    served.back(posting).await?;
    assert_eq!(served.state(&report).await?, ["Standing::Refused 0 signatures", "Standing::Refused 0 by msign"]);
    let report = served.open(&[("number", "1")]).await?;
    let id = report["request"].as_str().unwrap().parse()?;
    assert_eq!(served.house.app.refuse_signing(&served.house.sculeni, &served.ana, &[id], "Suma e greșită").await?, 1);
    assert_eq!(served.state(&report).await?[1], "Standing::Refused 0 by Suma e greșită");
    assert_eq!(served.told().await?, ["refused Standing::Refused 0 by Suma e greșită", "refused Standing::Refused 0 by msign"]);

    // Too late at MSign: it waits again. Too late altogether: it is over.
    let (report, posting) = served.one(&[("number", "2"), ("until", "2026-10-02")]).await?;
    served.msign.fault().set(Some(Fault::Expired));
    served.decide(&served.ana, posting, true).await?;
    served.back(posting).await?;
    served.msign.fault().set(None);
    assert_eq!(served.state(&report).await?, ["Standing::Waiting 0 signatures", "Standing::Waiting 0 nobody expired"]);
    served.house.clock.set(Instant(NOON.0 + 2 * 86_400_000));
    served.house.app.carry_due().await?;
    assert_eq!(served.state(&report).await?[0], "Standing::Expired 0 signatures");
    assert!(served.told().await?.contains(&"refused Standing::Expired 0 nobody".to_owned()));

    // Taken back while the person is at MSign: what they sign is not kept.
    let (report, posting) = served.one(&[("number", "3")]).await?;
    let request = report["request"].as_str().unwrap();
    served.house.report(&served.house.sculeni, "scribe", "take-back", &[("request", request)], None).await?;
    served.decide(&served.ana, posting, true).await?;
    served.back(posting).await?;
    assert_eq!(served.state(&report).await?, ["Standing::Cancelled 0 signatures", "Standing::Cancelled 0 by"]);
    assert_eq!(served.document(&report).await?.0.signatures, 0);
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn msign_is_down_and_back_and_the_browser_never_returns() -> Result<()> {
    let served = served("scribe").await?;
    served.msign.trouble().set(Some(Trouble::Unavailable));
    let (report, posting) = served.one(&[]).await?;
    assert!(matches!(served.stage(&served.ana, posting).await?, Some(Stage::Preparing)));
    served.msign.trouble().set(None);
    served.house.clock.set(NOON.plus_seconds(60));
    served.house.app.carry_due().await?;
    served.decide(&served.ana, posting, true).await?;
    // Nobody comes back: it is asked for anyhow, and while MSign is down it waits.
    served.msign.trouble().set(Some(Trouble::Unavailable));
    served.house.clock.set(NOON.plus_seconds(120));
    served.house.app.carry_due().await?;
    assert_eq!(served.state(&report).await?[0], "Standing::Signing 0 signatures");
    served.msign.trouble().set(None);
    served.house.clock.set(NOON.plus_seconds(600));
    served.house.app.carry_due().await?;
    assert_eq!(served.state(&report).await?[0], "Standing::Signed 0 signatures");
    assert_eq!(served.msign.taken(), 1);
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_digest_is_signed_and_what_is_withheld_is_not() -> Result<()> {
    let served = served("scribe").await?;
    let Served { house, .. } = &served;
    let (report, posting) = served.one(&[("digest", "Registrul 7")]).await?;
    served.decide(&served.ana, posting, true).await?;
    served.back(posting).await?;
    assert_eq!(served.state(&report).await?[0], "Standing::Signed 1 signatures");

    // A role that the grant does not list; a document that holds still; another municipality.
    let denied = house.act(&house.sculeni, "scribe", "sign", &[("role", "mayor")], None).await?;
    assert!(matches!(denied, Err(CallError::Denied(ref denial)) if denial.rule == "roles"));
    let report = served.open(&[("number", "9")]).await?;
    let request = report["request"].as_str().unwrap();
    house.install(&house.lozova, "scribe").await?;
    let elsewhere = async |tenant: &Tenant| -> Result<usize> {
        let ana = house.app.official(tenant, "ana").await?;
        Ok(house.app.to_sign(tenant, &ana).await?.len())
    };
    assert_eq!((elsewhere(&house.sculeni).await?, elsewhere(&house.lozova).await?), (1, 0));
    let other = house.act(&house.lozova, "scribe", "take-back", &[("request", request)], None).await?;
    assert!(matches!(other, Err(CallError::NotFound(_))), "it does not exist there");
    let lozovan = house.app.official(&house.lozova, "ana").await?;
    let wanted = Wanted::Requests(vec![request.parse()?]);
    assert!(house.app.begin_signing(&house.lozova, &lozovan, &wanted, "").await?.is_empty());

    // Withheld: nothing is asked for, and what was asked for before is not sent.
    house.set_revoked(&house.sculeni, "scribe", "msign", true).await?;
    let denied = house.act(&house.sculeni, "scribe", "sign", &[], None).await?;
    assert!(matches!(denied, Err(CallError::Denied(ref denial)) if denial.rule == "revoked"));
    assert!(served.begin(&served.ana).await?.is_empty());
    assert_eq!(served.msign.taken(), 1);
    Ok(())
}
