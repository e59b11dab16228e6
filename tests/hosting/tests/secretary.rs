//! The secretary's work through the module: letters with terms and answers, decisions from draft to the public page.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod support;

use anyhow::{Context, Result, anyhow};
use std::sync::Arc;
use support::{Served, served};
use vatra_core::acts::ActQuery;
use vatra_core::audit::AuditKind;
use vatra_core::call::Official;
use vatra_core::documents::Standing;
use vatra_core::ids::{Name, SubjectId};
use vatra_core::manifest::Language;
use vatra_core::providers::{Confirmation, OrderDesk as _};
use vatra_core::register::Entry;
use vatra_core::store::AuditFilter;
use vatra_core::tasks::Scope;
use vatra_core::unit::{Subject, Unit};
use vatra_core::value::{Money, Value};
use vatra_core::view::Block;
use vatra_documents::{Renderer, Settings};
use vatra_hosting_tests::NOON;
use vatra_runtime::CallError;
use vatra_server::app::{By, HostFormDone, Outcome};
use vatra_server::carriers::Maker;

const MODULE: &str = "secretary";

struct Office {
    served: Served,
    mayor: Official,
    citizen: SubjectId,
}

impl Office {
    async fn open() -> Result<Self> {
        let mut served = served(MODULE).await?;
        let house = &served.house;
        let renderer = Renderer::new(Settings::beside_this_program()?);
        house.app.add_carrier(Arc::new(Maker::new(&house.app, renderer, "https://vatra.example.md")?));
        let mut ana = served.ana.clone();
        ana.roles.insert(Name::new("secretary")?);
        house.app.put_official(&house.sculeni, &ana, By::OPERATOR).await?;
        let mayor = Official {
            person: SubjectId::fresh(),
            handle: Name::new("bob")?,
            name: "Bob Primar".into(),
            idnp: "2000000000014".into(),
            roles: [Name::new("mayor")?].into(),
        };
        house.app.put_official(&house.sculeni, &mayor, By::OPERATOR).await?;
        let mayor = house.app.official(&house.sculeni, "bob").await?;
        let ana = house.app.official(&house.sculeni, "ana").await?;
        let citizen = SubjectId::fresh();
        let mut unit = Unit::new(NOON, None, Name::new(MODULE)?);
        unit.subjects.push(Subject { id: citizen, company: false, idn: Some("2000000000022".into()), name: "Țurcanu Ion".into() });
        house.app.store.commit(house.sculeni.id, unit).await?;
        served.ana = ana;
        Ok(Self { served, mayor, citizen })
    }

    async fn act(&self, action: &str, inputs: &[(&str, &str)]) -> Result<Outcome> {
        let house = &self.served.house;
        let acted = house.act(&house.sculeni, MODULE, action, inputs, None).await?;
        Ok(acted.map_err(|error| anyhow!("{action}: {error}"))?.outcome)
    }

    async fn done(&self, action: &str, inputs: &[(&str, &str)]) -> Result<()> {
        match self.act(action, inputs).await? {
            Outcome::Rejected(wrong) => Err(anyhow!("{action}: {wrong:?}")),
            _ => Ok(()),
        }
    }

    async fn refused(&self, action: &str, inputs: &[(&str, &str)]) -> Result<bool> {
        Ok(matches!(self.act(action, inputs).await?, Outcome::Rejected(_)))
    }

    async fn entries(&self, register: &str) -> Result<Vec<Entry>> {
        let mut entries = self.served.house.entries(MODULE, register).await?;
        entries.sort_by_key(|entry| entry.number.clone());
        Ok(entries)
    }

    async fn last(&self, register: &str) -> Result<(String, Entry)> {
        let entry = self.entries(register).await?.pop().context("an entry")?;
        Ok((entry.at.id.to_string(), entry))
    }

    async fn state(&self, register: &str) -> Result<String> {
        match self.last(register).await?.1.fields.get("state") {
            Some(Value::Choice(state)) => Ok(state.clone()),
            other => Err(anyhow!("{other:?}")),
        }
    }

    /// Everything that leaves, and everything that is told.
    async fn settle(&self) -> Result<()> {
        let app = &self.served.house.app;
        for _ in 0..3 {
            while app.carry_due().await? > 0 {}
            while app.deliver_due().await? > 0 {}
        }
        Ok(())
    }

    async fn signs(&self, official: &Official, signs: bool) -> Result<()> {
        let posting = *self.served.begin(official).await?.first().context("nothing waits for them")?;
        self.served.decide(official, posting, signs).await?;
        self.served.back(posting).await?;
        self.settle().await
    }

    /// Refuses in the queue what waits for them, with these words.
    async fn refuses(&self, official: &Official, words: &str) -> Result<()> {
        let (app, place) = (&self.served.house.app, &self.served.house.sculeni);
        let items = app.signing_items(place, official, Language::Ro).await?;
        let id = items.first().context("nothing waits for them")?.id.parse()?;
        assert_eq!(app.refuse_signing(place, official, &[id], words).await?, 1);
        self.settle().await
    }

    /// Why the last entry of a register was last changed, as it is stored.
    async fn why(&self, register: &str) -> Result<String> {
        let (_, entry) = self.last(register).await?;
        let house = &self.served.house;
        let changes = house.app.store.snapshot(house.sculeni.id).await?.history(&entry.at).await?;
        Ok(changes.into_iter().max_by_key(|change| change.version).context("a change")?.reason)
    }

    /// Where the document of the last entry of a register stands.
    async fn paper(&self, register: &str) -> Result<Standing> {
        let (_, entry) = self.last(register).await?;
        let Some(Value::Document(id)) = entry.fields.get("document") else { return Err(anyhow!("a document")) };
        let house = &self.served.house;
        Ok(house.app.store.snapshot(house.sculeni.id).await?.document(id.parse()?).await?.context("it is kept")?.standing)
    }

    /// The form that the host put on a screen, filled in.
    async fn host_form(&self, screen: &str, query: &[(&str, &str)], inputs: &[(&str, &str)]) -> Result<()> {
        let house = &self.served.house;
        let shown = house.show(&house.sculeni, MODULE, screen, query).await?.map_err(|error| anyhow!("{screen}: {error}"))?;
        let form = shown.screen.blocks.iter().find_map(|block| if let Block::Stepped(form) = block { Some(form) } else { None });
        let asked = form.context("a form of the host's")?;
        let mut posted = vatra_view::Posted::new();
        for (name, value) in inputs {
            posted.entry((*name).to_owned()).or_default().push((*value).to_owned());
        }
        let ctx = Arc::new(house.context(&house.sculeni, MODULE).await?);
        match house.app.perform_host_form(&ctx, &shown, asked, &posted, None).await.map_err(|error| anyhow!("{error}"))? {
            HostFormDone::Rejected(wrong) => Err(anyhow!("{wrong:?}")),
            HostFormDone::Go(..) | HostFormDone::Back(_) => Ok(()),
        }
    }

    async fn case(&self, entry: &Entry) -> Result<vatra_core::cases::Case> {
        let Some(Value::Text(id)) = entry.fields.get("case") else { return Err(anyhow!("a case")) };
        let mut snapshot = self.served.house.app.store.snapshot(self.served.house.sculeni.id).await?;
        snapshot.case(id.parse()?).await?.context("the case")
    }

    async fn opens(&self, screen: &str, query: &[(&str, &str)]) -> Result<()> {
        let house = &self.served.house;
        let shown = house.show(&house.sculeni, MODULE, screen, query).await?;
        shown.map(|_| ()).map_err(|error| anyhow!("{screen}: {error}"))
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_petition_is_registered_answered_signed_and_sent() -> Result<()> {
    let office = Office::open().await?;
    let (house, citizen) = (&office.served.house, office.citizen.to_string());
    let petition = |received: &'static str, due: &'static str| {
        vec![
            ("kind", "petition"),
            ("from", "person"),
            ("sender", citizen.as_str()),
            ("subject", "Iluminarea străzii"),
            ("received-on", received),
            ("due", due),
            ("role", "secretary"),
        ]
    };
    assert!(office.refused("register-letter", &petition("02.10.2026", "")).await?, "not before it came");
    assert!(office.refused("register-letter", &petition("01.10.2026", "15.11.2026")).await?, "not after the law's term");
    let inputs = petition("01.10.2026", "");
    let scan = b"%PDF-1.4 scan";
    let acted = house.act(&house.sculeni, MODULE, "register-letter", &inputs, Some(("scan", scan))).await?;
    let acted = acted.map_err(|error| anyhow!("{error}"))?;
    assert!(matches!(acted.outcome, Outcome::Go { .. }));
    let (letter, entry) = office.last("incoming").await?;
    assert_eq!(entry.number.as_deref(), Some("I-2026-00001"));
    // 31 October 2026 is a Saturday.
    assert_eq!(entry.fields.get("due"), Some(&Value::Date("2026-11-02".parse()?)));
    assert!(matches!(entry.fields.get("scan"), Some(Value::Document(_))));
    for (screen, query) in
        [("home", vec![]), ("incoming", vec![("filter", "open")]), ("letter-in", vec![("entry", letter.as_str())]), ("guide", vec![])]
    {
        office.opens(screen, &query).await?;
    }
    let at = house.app.municipality("sculeni").await?.context("the municipality")?;
    let work = async || -> Result<usize> {
        let part = vatra_server::app::Part::Tasks(Scope::All);
        Ok(house.app.worklist(&at, &office.served.ana, part, 0, 10).await?.0.tasks.len())
    };
    assert_eq!(work().await?, 1);

    let answer = [("entry", letter.as_str()), ("text", "Iluminatul se repară.\nPână vineri."), ("language", "ro")];
    office.done("answer-letter", &answer).await?;
    office.settle().await?;
    assert!(office.refused("answer-letter", &answer).await?, "one answer at a time");
    assert_eq!((office.state("incoming").await?.as_str(), office.state("outgoing").await?.as_str()), ("answering", "to-sign"));
    // The mayor refuses the first one, and both letters say why.
    office.refuses(&office.mayor, "Lipsește: termenul").await?;
    for register in ["incoming", "outgoing"] {
        assert_eq!(office.why(register).await?, "answer-refused-because: Lipsește: termenul");
    }
    assert_eq!((office.state("incoming").await?.as_str(), office.state("outgoing").await?.as_str()), ("open", "refused"));
    assert_eq!(office.paper("outgoing").await?, Standing::Annulled, "what nobody signed proves nothing");
    assert_eq!(work().await?, 1, "whoever had it has it again");
    office.done("answer-letter", &answer).await?;
    office.settle().await?;
    office.signs(&office.mayor, true).await?;
    assert_eq!((office.state("incoming").await?.as_str(), office.state("outgoing").await?.as_str()), ("answered", "sent"));
    assert_eq!(work().await?, 0);
    let leaving = house.app.store.outbox_open(house.sculeni.id).await?;
    assert_eq!(leaving.iter().filter(|item| item.outgoing.service.as_str() == "mnotify").count(), 1, "told with the letter attached");
    let (out, entry) = office.last("outgoing").await?;
    assert_eq!(entry.number.as_deref(), Some("E-2026-00002"));
    office.opens("letter-out", &[("entry", &out)]).await?;

    // The history of an entry is withheld with its register, and the trail says so.
    let ctx = house.context(&house.sculeni, MODULE).await?;
    let history = async || -> Result<Result<usize, CallError>> {
        let binding = house.app.runtime.binding(house.sculeni.id, &ctx.module).await.map_err(|error| anyhow!("{error}"))?;
        Ok(house.app.history(&ctx, &binding, "outgoing", &out).await.map(|found| found.by.len()))
    };
    assert!(history().await?.is_ok_and(|people| people > 0));
    house.set_revoked(&house.sculeni, MODULE, "registers", true).await?;
    assert!(matches!(history().await?, Err(CallError::Denied(denial)) if denial.capability == "registers"));
    let filter = AuditFilter { kinds: vec![AuditKind::Denial], limit: 1, ..AuditFilter::default() };
    let denial = house.app.audit(&house.sculeni, &filter).await?.pop().context("a row")?;
    assert_eq!(denial.entry.what, "registers");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_institution_is_answered_on_paper_and_terms_can_move() -> Result<()> {
    let office = Office::open().await?;
    let letter = [
        ("kind", "institution"),
        ("from", "institution"),
        ("institution", "Consiliul raional Ungheni"),
        ("subject", "Date despre drumuri"),
        ("received-on", "01.10.2026"),
        ("role", "specialist"),
    ];
    assert!(office.refused("register-letter", &letter).await?, "by when?");
    let letter = [letter.as_slice(), &[("due", "10.10.2026")]].concat();
    office.done("register-letter", &letter).await?;
    let (id, _) = office.last("incoming").await?;
    let extend = [("entry", id.as_str()), ("due", "20.10.2026"), ("reason", "se adună date")];
    office.done("extend-letter", &extend).await?;
    office.done("answer-letter", &[("entry", &id), ("text", "Drumurile sunt bune."), ("language", "ro")]).await?;
    office.settle().await?;
    office.signs(&office.mayor, true).await?;
    assert_eq!(office.state("outgoing").await?, "to-post");
    let (out, _) = office.last("outgoing").await?;
    office.done("handed-over", &[("entry", &out)]).await?;
    assert_eq!(office.state("outgoing").await?, "sent");
    assert!(office.refused("close-letter", &[("entry", &id), ("reason", "x")]).await?, "it was answered");
    // What needs no answer is registered and closed; terms are the municipality's.
    let notice = letter.iter().copied().map(|(name, value)| if name == "kind" { (name, "notice") } else { (name, value) });
    office.done("register-letter", &notice.collect::<Vec<_>>()).await?;
    assert_eq!(office.state("incoming").await?, "closed");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_decision_is_voted_countersigned_signed_and_published() -> Result<()> {
    let office = Office::open().await?;
    let (house, ana) = (&office.served.house, office.served.ana.clone());
    let draft = [("title", "Cu privire la impozite"), ("text", "Art. 1. Se aprobă.\nArt. 2. Se publică."), ("sitting", "30.09.2026")];
    office.done("draft-decision", &draft).await?;
    office.settle().await?;
    let (id, _) = office.last("decisions").await?;
    let entry = [("entry", id.as_str())];
    assert!(office.refused("send-decision", &entry).await?, "no vote");
    let vote = |yes: &'static str, no: &'static str| [("entry", id.as_str()), ("for", yes), ("against", no), ("abstained", "1")];
    office.done("record-vote", &vote("3", "4")).await?;
    office.settle().await?;
    assert!(office.refused("send-decision", &entry).await?, "not adopted");
    office.done("record-vote", &vote("7", "1")).await?;
    office.settle().await?;
    office.opens("decision", &entry).await?;
    office.done("send-decision", &entry).await?;
    office.settle().await?;
    assert!(office.refused("record-vote", &vote("9", "0")).await?, "it has its number");
    assert!(office.served.begin(&office.mayor).await?.is_empty(), "the secretary first");
    office.signs(&ana, true).await?;
    assert_eq!(office.state("decisions").await?, "to-sign");
    assert!(office.refused("publish-decision", &entry).await?, "not signed yet");
    office.signs(&office.mayor, true).await?;
    assert_eq!(office.state("decisions").await?, "signed");

    let none = house.app.acts(&house.sculeni, &ActQuery::default(), 0, 10).await?;
    assert_eq!(none.1, 0);
    house.set_revoked(&house.sculeni, MODULE, "opendata", true).await?;
    let denied = house.act(&house.sculeni, MODULE, "publish-decision", &entry, None).await?;
    assert!(denied.is_err(), "without the grant nothing is published");
    house.set_revoked(&house.sculeni, MODULE, "opendata", false).await?;
    office.done("publish-decision", &entry).await?;
    assert!(office.refused("publish-decision", &entry).await?, "once");
    let query = ActQuery { words: vec!["impozite".into()], ..ActQuery::default() };
    let (acts, total) = house.app.acts(&house.sculeni, &query, 0, 10).await?;
    assert_eq!((total, acts[0].number.as_str(), acts[0].title.as_str()), (1, "1/2026", "Cu privire la impozite"));
    let file = house.app.act_file(&house.sculeni, &acts[0].document.to_string()).await?;
    assert!(file.bytes.starts_with(b"%PDF"));
    // Another municipality published nothing, and this address is nobody's there.
    assert_eq!(house.app.acts(&house.lozova, &ActQuery::default(), 0, 10).await?.1, 0);
    assert!(house.app.act_file(&house.lozova, &acts[0].document.to_string()).await.is_err());
    // What is not published is not given, whatever its id.
    office.done("draft-decision", &draft).await?;
    office.settle().await?;
    let draft = Value::Choice("draft".into());
    let hidden =
        office.entries("decisions").await?.into_iter().find(|entry| entry.fields.get("state") == Some(&draft)).context("a draft")?;
    let Some(Value::Document(hidden)) = hidden.fields.get("document") else { return Err(anyhow!("a document")) };
    assert!(house.app.act_file(&house.sculeni, hidden).await.is_err());
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_decision_that_is_not_countersigned_is_annulled_with_its_number() -> Result<()> {
    let office = Office::open().await?;
    let draft = [("title", "Cu privire la buget"), ("text", "Art. 1."), ("sitting", "30.09.2026")];
    office.done("draft-decision", &draft).await?;
    office.settle().await?;
    let (id, _) = office.last("decisions").await?;
    office.done("record-vote", &[("entry", &id), ("for", "7"), ("against", "0"), ("abstained", "0")]).await?;
    office.settle().await?;
    office.done("send-decision", &[("entry", &id)]).await?;
    office.settle().await?;
    office.signs(&office.served.ana.clone(), false).await?;
    assert_eq!(office.state("decisions").await?, "refused");
    // Nobody is asked for words at MSign, and no code is shown for them.
    assert_eq!(office.why("decisions").await?, "decision-refused");
    let note = office.last("decisions").await?.1.fields.get("note").cloned();
    assert!(!matches!(&note, Some(Value::Text(words)) if !words.is_empty()), "{note:?}");
    assert_eq!(office.paper("decisions").await?, Standing::Annulled);
    office.done("drop-decision", &[("entry", &id), ("reason", "contravine legii")]).await?;
    assert_eq!(office.state("decisions").await?, "dropped");
    office.done("draft-decision", &draft).await?;
    Ok(())
}

/// A certificate from the counter to the paper: the fee, the question while the term stands still, the signature, the page where anyone with number and code
/// follows it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_certificate_is_applied_for_paid_asked_about_signed_and_handed_out() -> Result<()> {
    let office = Office::open().await?;
    let (house, ana) = (&office.served.house, office.served.ana.clone());
    let fee = vec![[("value".to_owned(), Value::Money(Money(2_500)))].into()];
    house.app.enact(&house.sculeni, "certificate-fee", "2026-01-01".parse()?, fee, "Decizia nr. 7/4", By::OPERATOR).await?;
    let citizen = office.citizen.to_string();
    office.opens("apply", &[("applicant", &citizen)]).await?;
    let applied = [
        ("applicant", citizen.as_str()),
        ("purpose", "bursă"),
        ("members.1.name", "Țurcanu Ion"),
        ("members.1.relation", "solicitant"),
        ("members.1.born", "1980"),
        ("members.2.name", "Țurcanu Maria"),
        ("members.2.relation", "soție"),
    ];
    assert!(office.host_form("apply", &applied[..1], &applied[2..]).await.is_err(), "what for?");
    office.host_form("apply", &applied[..1], &applied[1..]).await?;
    let filter = AuditFilter {
        kinds: vec![AuditKind::ActionBegun, AuditKind::ActionKept, AuditKind::ActionFailed],
        limit: 4,
        ..AuditFilter::default()
    };
    let trail: Vec<AuditKind> = house.app.audit(&house.sculeni, &filter).await?.into_iter().map(|row| row.entry.kind).collect();
    // Newest first.
    assert_eq!(trail, [AuditKind::ActionKept, AuditKind::ActionBegun, AuditKind::ActionFailed, AuditKind::ActionBegun]);
    office.settle().await?;
    let (id, entry) = office.last("certificates").await?;
    assert_eq!(office.state("certificates").await?, "to-pay");
    assert_eq!(entry.fields.get("case-number"), Some(&Value::Text("C-2026-00001".into())));
    let at = [("entry", id.as_str())];
    office.opens("certificate", &at).await?;
    assert!(office.refused("issue-certificate", &[at[0], ("checked", "on"), ("language", "ro")]).await?, "not before it is paid");

    let Some(Value::Text(order)) = entry.fields.get("order") else { return Err(anyhow!("an order")) };
    let desk = vatra_server::app::Desk(house.app.clone());
    let told = Confirmation { payment: "P-1".into(), number: order.clone(), amount: Money(2_500), paid_at: NOON, lines: vec![] };
    for _ in 0..2 {
        desk.confirm(told.clone()).await?;
        office.settle().await?;
    }
    assert_eq!(office.state("certificates").await?, "in-work");
    // The entry is corrected twice in this call, once without a word.
    assert_eq!(office.why("certificates").await?, "certificate-paid");
    office.done("ask-applicant", &[at[0], ("what", "Lipsește anul nașterii"), ("until", "20.10.2026")]).await?;
    office.settle().await?;
    assert_eq!(office.state("certificates").await?, "waiting");
    assert!(office.refused("issue-certificate", &[at[0], ("checked", "on"), ("language", "ro")]).await?, "it waits for the applicant");
    office.host_form("certificate", &at, &applied[1..]).await?;
    office.settle().await?;
    assert_eq!(office.state("certificates").await?, "in-work");

    assert!(office.refused("issue-certificate", &[at[0], ("language", "ro")]).await?, "the register was not looked at");
    // What is not signed is annulled, and made anew under the next number.
    for (signs, state) in [(false, "in-work"), (true, "handed")] {
        office.done("issue-certificate", &[at[0], ("checked", "on"), ("language", "ro")]).await?;
        office.settle().await?;
        office.signs(&ana, signs).await?;
        assert_eq!(office.state("certificates").await?, state);
    }
    let (_, entry) = office.last("certificates").await?;
    let Some(Value::Document(document)) = entry.fields.get("document") else { return Err(anyhow!("a document")) };
    let document = house.app.store.snapshot(house.sculeni.id).await?.document(document.parse()?).await?.context("the document")?;
    assert_eq!((document.number.as_deref(), document.signatures), (Some("CF-2026-0002"), 1));
    let address = document.kept.and_then(|kept| kept.address).context("bytes")?;
    let pdf = house.app.blobs.get(house.sculeni.id, address).await?;
    assert!(pdf.starts_with(b"%PDF"));
    let case = office.case(&entry).await?;
    assert_eq!((case.standing.code(), case.results.len()), ("approved", 1));
    office.opens("certificate", &at).await
}
