//! Applications for public services: handed in through one module, decided by another, followed by whoever applied; everybody else gets nothing.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use anyhow::{Context, Result, anyhow};
use vatra_core::call::CallContext;
use vatra_core::clock::{Clock as _, Instant};
use vatra_core::ids::{Name, SubjectId};
use vatra_core::manifest::Language;
use vatra_core::providers::{Confirmation, OrderDesk as _};
use vatra_core::value::Money;
use vatra_core::view::{Block, Words};
use vatra_hosting_tests::{House, NOON, Said, package};
use vatra_server::app::Desk;

const DAY: i64 = 86_400_000;

struct Hall {
    house: House,
}

impl Hall {
    async fn open(house: House) -> Result<Self> {
        house.install(&house.sculeni, "reception").await?;
        house.install(&house.sculeni, "petitions").await?;
        Ok(Self { house })
    }

    /// An official at work in a module.
    async fn ana(&self, module: &str) -> Result<CallContext> {
        self.house.context(&self.house.sculeni, module).await
    }

    /// Somebody with the app on their phone.
    async fn citizen(&self, handle: &str) -> Result<CallContext> {
        let idnp = format!("20000000002{:02}", handle.bytes().map(u32::from).sum::<u32>() % 100);
        self.house.citizen("petitions", handle, idnp).await
    }

    async fn act(&self, who: &CallContext, action: &str, inputs: &[(&str, &str)]) -> Said {
        self.house.said_to(who, action, inputs).await
    }

    /// Applies for the certificate: the case, and its code.
    async fn apply(&self, who: &CallContext, more: &[(&str, &str)]) -> Result<(String, String)> {
        let inputs = [&[("service", "family-certificate"), ("purpose", "Pentru școală"), ("phone", "069 123 456")], more].concat();
        let report = self.act(who, "apply", &inputs).await.map_err(|code| anyhow!("apply: {code}"))?;
        let text = |name: &str| report[name].as_str().unwrap_or_default().to_owned();
        Ok((text("case"), text("code")))
    }

    /// Something that reception does with a case; the version afterwards.
    async fn handle(&self, action: &str, case: &str, version: &str, more: &[(&str, &str)]) -> Said {
        self.act(&self.ana("reception").await.unwrap(), action, &[&[("case", case), ("version", version)], more].concat()).await
    }

    async fn shown(&self, who: &CallContext, show: &str, query: &[(&str, &str)]) -> Result<Vec<String>> {
        Ok(self.house.shown_to(who, show, query).await?.iter().map(|text| text.trim().to_owned()).collect())
    }

    /// What reception noted, after telling it everything.
    async fn told(&self) -> Result<Vec<String>> {
        self.house.app.wake_due().await?;
        self.house.app.deliver_due().await?;
        self.house.notes("reception", "visits-told").await
    }

    /// What applicants are to be written, all of them this one: the Romanian words.
    async fn letters(&self, to: &CallContext) -> Result<Vec<String>> {
        let letters = self.house.letters().await?;
        assert!(letters.iter().all(|(who, _)| *who == person(to)));
        Ok(letters.into_iter().map(|(_, text)| text).collect())
    }

    fn pass(&self, days: i64) {
        self.house.clock.set(Instant(self.house.clock.now().0 + days * DAY));
    }
}

fn person(who: &CallContext) -> SubjectId {
    who.caller.person.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn from_application_to_decision_with_a_paid_order() -> Result<()> {
    let hall = Hall::open(House::patient().await?).await?;
    let (ion, reception) = (hall.citizen("ion").await?, hall.ana("reception").await?);
    let (case, code) = hall.apply(&ion, &[]).await?;
    // Thursday and five working days.
    assert_eq!(hall.shown(&ion, "case", &[("case", &case)]).await?, ["C-2026-00001 v1 Standing::Submitted due 8.10"]);
    assert_eq!(hall.told().await?, ["C-2026-00001 v1 CaseTurn::Submitted Standing::Submitted"]);
    assert_eq!(hall.shown(&reception, "fields", &[("case", &case)]).await?, ["purpose Pentru școală", "phone sealed"]);
    let followed = hall.house.app.follow(&hall.house.sculeni, "C-2026-00001", &code.replace('-', ""), Language::Ro).await?;
    assert_eq!(followed.context("followed")?.service, "Certificat despre componența familiei");

    assert_eq!(hall.handle("attach", &case, "1", &[("note", "dosar")]).await, Ok(serde_json::json!({ "version": 2 })));
    let billed = hall.handle("bill", &case, "2", &[]).await.map_err(|code| anyhow!(code))?;
    let order = billed["order"].as_str().unwrap().to_owned();
    let again = [("order", order.as_str())];
    assert_eq!(hall.handle("bill", &case, "3", &again).await, Err("invalid:order:duplicate".into()));
    assert_eq!(hall.handle("bill", &case, "3", &[("order", "1234")]).await, Err("invalid:order:unknown-order".into()));
    let followed = hall.house.app.follow(&hall.house.sculeni, "C-2026-00001", &code.replace('-', ""), Language::Ro).await?.unwrap();
    assert_eq!((followed.standing.as_str(), followed.to_pay[0].1), ("waiting-payment", Money(2_500)));
    let paid = Confirmation { payment: "p-1".into(), number: order.clone(), amount: Money(2_500), paid_at: NOON, lines: vec![] };
    Desk(hall.house.app.clone()).confirm(paid).await?;
    assert!(hall.told().await?.contains(&"paid 2500".to_owned()));
    // Nobody was at work: the event itself moved the case on.
    assert_eq!(hall.shown(&ion, "case", &[("case", &case)]).await?, ["C-2026-00001 v4 Standing::InWork due 8.10 Achitat"]);
    assert_eq!(hall.handle("decide", &case, "4", &[("approved", "no")]).await, Err("invalid:note:required".into()));
    assert_eq!(
        hall.handle("decide", &case, "4", &[("approved", "yes"), ("result", "0199aaaa-0000-7000-8000-000000000001")]).await,
        Err("not-found".into())
    );
    assert_eq!(hall.handle("decide", &case, "4", &[("approved", "yes"), ("note", "Gata")]).await, Ok(serde_json::json!({ "version": 5 })));
    assert_eq!(hall.shown(&reception, "case", &[("case", &case)]).await?, ["v5 Standing::Approved entry 1 results, rated None"]);
    let base = [("case", case.as_str()), ("version", "5")];
    assert_eq!(hall.act(&ion, "withdraw", &[&base[..], &[("reason", "Nu")]].concat()).await, Err("invalid:decided".into()));
    let rate = |stars: &'static str| [&base[..], &[("stars", stars), ("comment", "Repede")]].concat();
    assert_eq!(hall.act(&ion, "rate", &rate("6")).await, Err("invalid:stars:range".into()));
    assert_eq!(hall.act(&ion, "rate", &rate("5")).await, Ok(serde_json::json!({ "version": 6 })));
    assert_eq!(hall.shown(&reception, "case", &[("case", &case)]).await?, ["v6 Standing::Approved entry 1 results, rated Some(5)"]);
    let steps =
        ["Submitted", "WaitingPayment", "InWork Achitat", "Approved Gata", "Approved Repede"].map(|step| format!("Standing::{step}"));
    assert_eq!(hall.shown(&ion, "steps", &[("case", &case)]).await?, steps);
    assert!(hall.told().await?.contains(&"C-2026-00001 v6 CaseTurn::Rated Standing::Approved Repede".to_owned()));
    // The applicant's own words are for the town hall.
    let followed = hall.house.app.follow(&hall.house.sculeni, "C-2026-00001", &code.replace('-', ""), Language::Ro).await?.unwrap();
    assert!(followed.to_pay.is_empty() && followed.due.is_none());
    assert_eq!(followed.steps.iter().map(|(_, _, note)| note.as_str()).collect::<Vec<_>>(), ["", "", "Achitat", "Gata", ""]);
    let letters = hall.letters(&ion).await?;
    assert_eq!(letters.len(), 3, "{letters:?}");
    assert!(letters[0].starts_with("Aveți de plătit pentru cerere: C-2026-00001") && letters[0].contains(&order));
    assert!(letters[1].starts_with("Cererea a fost aprobată: C-2026-00001, „Certificat despre componența familiei”. Gata"));
    assert!(letters[2].contains(&code) && letters[2].contains("până la 08.10.2026"));
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_clock_stands_still_while_the_applicant_is_asked_and_overdue_is_told_once() -> Result<()> {
    let hall = Hall::open(House::patient().await?).await?;
    let (ion, maria) = (hall.citizen("ion").await?, hall.citizen("maria").await?);
    let (case, _) = hall.apply(&ion, &[]).await?;
    let (other, _) = hall.apply(&maria, &[]).await?;
    hall.pass(1);
    let until = [("fields", "purpose phone"), ("note", "Pentru care școală?"), ("until", "2026-10-30")];
    let unknown = [("fields", "income"), ("note", "Venitul"), ("until", "2026-10-30")];
    assert_eq!(hall.handle("ask", &case, "1", &unknown).await, Err("invalid:unknown-field".into()));
    assert_eq!(hall.handle("ask", &case, "1", &until).await, Ok(serde_json::json!({ "version": 2 })));
    hall.pass(13);
    // It is the 15th: the other one should have been decided by the 8th, this one waits.
    let overdue = async |number: &str| -> Result<usize> {
        Ok(hall.told().await?.iter().filter(|line| line.starts_with(number) && line.contains("Overdue")).count())
    };
    assert_eq!((overdue("C-2026-00001").await?, overdue("C-2026-00002").await?, overdue("C-2026-00002").await?), (0, 1, 1));
    let base = [("case", case.as_str()), ("version", "2")];
    let part = [&base[..], &[("purpose", "Școala nr. 2")]].concat();
    assert_eq!(hall.act(&ion, "supply", &part).await, Err("invalid:phone:required".into()));
    let whole = [&part[..], &[("phone", "069 765 432")]].concat();
    assert_eq!(hall.act(&maria, "supply", &whole).await, Err("not-found".into()));
    assert_eq!(hall.act(&ion, "supply", &whole).await, Ok(serde_json::json!({ "version": 3 })));
    assert_eq!(hall.act(&ion, "supply", &whole).await, Err("conflict".into()));
    // Asked on Friday 2 October with four working days left: on the 15th there are four again.
    assert_eq!(hall.shown(&ion, "case", &[("case", &case)]).await?, ["C-2026-00001 v3 Standing::InWork due 21.10"]);
    assert_eq!(hall.shown(&hall.ana("reception").await?, "fields", &[("case", &case)]).await?, ["purpose Școala nr. 2", "phone sealed"]);
    let later = [("until", "2026-11-20"), ("note", "Se cere arhiva")];
    assert_eq!(hall.handle("extend", &case, "3", &later).await, Ok(serde_json::json!({ "version": 4 })));
    hall.pass(10);
    assert_eq!(overdue("C-2026-00001").await?, 0);
    hall.pass(30);
    assert_eq!((overdue("C-2026-00001").await?, overdue("C-2026-00001").await?), (1, 1));
    // Taken back: it is nobody's concern any more.
    assert_eq!(
        hall.act(&maria, "withdraw", &[("case", &other), ("version", "1"), ("reason", "Nu mai trebuie")]).await,
        Ok(serde_json::json!({ "version": 2 }))
    );
    assert!(hall.told().await?.contains(&"C-2026-00002 v2 CaseTurn::Withdrawn Standing::Withdrawn Nu mai trebuie".to_owned()));
    assert_eq!(hall.shown(&hall.ana("reception").await?, "open", &[]).await?, ["C-2026-00001 Standing::InWork"]);
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_else_gets_anything() -> Result<()> {
    let hall = Hall::open(House::patient().await?).await?;
    let (ion, maria, counter, reception) =
        (hall.citizen("ion").await?, hall.citizen("maria").await?, hall.ana("petitions").await?, hall.ana("reception").await?);
    let (case, _) = hall.apply(&ion, &[]).await?;
    let for_ion = person(&ion).to_string();
    let service = |service: &'static str| [("service", service), ("purpose", "Test")];
    assert_eq!(
        hall.act(&maria, "apply", &[&service("family-certificate")[..], &[("applicant", &for_ion)]].concat()).await,
        Err("denied:cases:others".into())
    );
    assert_eq!(hall.act(&ion, "apply", &service("passport")).await, Err("not-found".into()), "nobody handles it");
    assert_eq!(hall.act(&ion, "apply", &[("service", "family-certificate")]).await, Err("invalid:purpose:required".into()));
    let other = [&service("family-certificate")[..], &[("other", "x")]].concat();
    assert_eq!(hall.act(&ion, "apply", &other).await, Err("invalid:other:unknown-field".into()));
    // Another person; the official at the counter of the same module, who hands in for him; the same person in another municipality.
    for show in ["case", "steps"] {
        assert_eq!(hall.shown(&maria, show, &[("case", &case)]).await?, ["not-found"]);
    }
    assert_eq!(hall.shown(&maria, "mine", &[]).await?, ["0 in all"]);
    assert_eq!(hall.shown(&maria, "mine", &[("applicant", &for_ion)]).await?, ["denied cases others"]);
    // Of the same moment they would have no order.
    hall.house.clock.set(Instant(hall.house.clock.now().0 + 1));
    hall.apply(&counter, &[("applicant", &for_ion)]).await?;
    let mine = hall.shown(&ion, "mine", &[]).await?;
    assert_eq!(mine, ["C-2026-00002 v1 Standing::Submitted due 8.10 by", "C-2026-00001 v1 Standing::Submitted due 8.10", "2 in all"]);
    assert_eq!(hall.shown(&counter, "mine", &[("applicant", &for_ion)]).await?.last().unwrap(), "2 in all");
    hall.house.install(&hall.house.lozova, "reception").await?;
    let lozova = hall.house.context(&hall.house.lozova, "reception").await?;
    assert_eq!(hall.shown(&lozova, "case", &[("case", &case)]).await?, ["not-found"]);
    assert!(hall.shown(&lozova, "open", &[]).await?.is_empty());
    // The handler on somebody's phone, and after its grant was taken away.
    let phone = CallContext { module: Name::new("reception")?, ..ion.clone() };
    assert_eq!(hall.shown(&phone, "open", &[]).await?, ["denied cases officials"]);
    let both =
        futures::future::join(hall.handle("advance", &case, "1", &[]), hall.handle("decide", &case, "1", &[("approved", "yes")])).await;
    let outcomes = [both.0, both.1];
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1, "{outcomes:?}");
    assert!(outcomes.contains(&Err("conflict".into())), "{outcomes:?}");
    hall.house.set_revoked(&hall.house.sculeni, "reception", "cases", true).await?;
    assert_eq!(hall.shown(&reception, "case", &[("case", &case)]).await?, ["denied cases revoked"]);
    hall.house.set_revoked(&hall.house.sculeni, "petitions", "cases", true).await?;
    assert_eq!(hall.shown(&ion, "mine", &[]).await?, ["denied cases revoked"]);
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_view_offers_the_form_and_shows_the_case_to_its_own() -> Result<()> {
    let hall = Hall::open(House::patient().await?).await?;
    let (ion, maria, counter) = (hall.citizen("ion").await?, hall.citizen("maria").await?, hall.ana("petitions").await?);
    let show = async |who: &CallContext, screen: &str, query: &[(&str, &str)]| {
        let query = query.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        hall.house.app.show(who, screen, &query).await.map_err(|error| anyhow!("{error}"))
    };
    let form = show(&ion, "apply", &[("service", "family-certificate")]).await?;
    let Some(Block::Stepped(stepped)) = form.screen.blocks.first() else { return Err(anyhow!("{:?}", form.screen.blocks)) };
    let labels: Vec<&Words> = stepped.pages[0].inputs.iter().map(|input| &input.label).collect();
    assert_eq!(labels, [&Words::Plain("Pentru ce este nevoie de certificat".into()), &Words::Plain("Telefonul".into())]);
    assert!(form.manifest().action(&stepped.action).is_some() && form.binding.manifest.action(&stepped.action).is_none());
    for unserved in ["passport", "land"] {
        let none = show(&ion, "apply", &[("service", unserved)]).await?;
        assert!(matches!(none.screen.blocks.as_slice(), [Block::Application(_)]));
    }
    let (case, _) = hall.apply(&ion, &[]).await?;
    let asked = [("fields", "purpose"), ("note", "Care școală?"), ("until", "2026-10-30")];
    hall.handle("ask", &case, "1", &asked).await.map_err(|code| anyhow!(code))?;
    let seen = show(&ion, "case", &[("case", &case)]).await?;
    assert_eq!(seen.resolved.cases[&case].number.as_deref(), Some("C-2026-00001"));
    assert!(matches!(seen.screen.blocks.as_slice(), [Block::Case(_), Block::Stepped(form)] if form.pages[0].inputs.len() == 1));
    // Maria and a counter through which it was not handed in see none; reception sees it, and is asked nothing.
    assert!(show(&maria, "case", &[("case", &case)]).await?.resolved.cases.is_empty());
    assert!(!show(&counter, "case", &[("case", &case)]).await?.resolved.cases.is_empty(), "it was handed in through this module");
    let handled = show(&hall.ana("reception").await?, "case", &[("case", &case)]).await?;
    assert!(handled.resolved.cases.contains_key(&case) && handled.screen.blocks.len() == 1);
    Ok(())
}

#[tokio::test]
async fn a_service_that_asks_for_a_file_is_refused_by_name() -> Result<()> {
    let bytes = package("reception")?;
    let read = vatra_registry::Package::read(&bytes)?;
    let mut manifest = read.manifest;
    manifest.services[0].fields.push(serde_json::from_str(r#"{"name": "scan", "type": "file:pdf"}"#)?);
    let problems = manifest.problems();
    assert!(problems.iter().any(|problem| problem.what.contains("family-certificate") && problem.what.contains("'scan'")), "{problems:?}");
    assert_eq!(NOON.civil_date().to_string(), "2026-10-01");
    Ok(())
}
