//! A tax year through the module: rates, assessment, notices in bulk, letters, reminders; and books that balance whatever happens in whichever order.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use anyhow::{Context, Result, anyhow};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, TestRunner};
use serde_json::Value as Json;
use std::sync::Arc;
use vatra_core::clock::{Clock, Instant};
use vatra_core::providers::{Confirmation, OrderDesk};
use vatra_core::register::Entry;
use vatra_core::value::{Decimal, Fields, Money, Value};
use vatra_documents::{Renderer, Settings};
use vatra_hosting_tests::{House, On, on_both};
use vatra_server::app::{By, Carrier, Desk, Outcome};
use vatra_server::carriers::Maker;

const MODULE: &str = "tax-collector";
const ROLL: &str = include_str!("../data/tax-roll-sculeni.csv");

/// The head and the first rows of the roll.
fn roll(rows: usize) -> Vec<u8> {
    ROLL.split_inclusive('\n').take(rows + 1).collect::<String>().into_bytes()
}

struct Office {
    house: House,
}

impl Office {
    async fn open(on: On, rows: usize) -> Result<Self> {
        let house = House::on_either(on).await?;
        house.install(&house.sculeni, MODULE).await?;
        let office = Self { house };
        office.import(rows).await?;
        Ok(office)
    }

    async fn report(&self, action: &str, inputs: &[(&str, &str)]) -> Result<Json> {
        self.house.report(&self.house.sculeni, MODULE, action, inputs, None).await
    }

    async fn import(&self, rows: usize) -> Result<Json> {
        let bytes = roll(rows);
        self.house.report(&self.house.sculeni, MODULE, "import-roll", &[], Some(("roll", &bytes))).await
    }

    /// Whether the form comes back, and with which complaints.
    async fn refused(&self, action: &str, inputs: &[(&str, &str)]) -> Result<bool> {
        let acted = self.house.act(&self.house.sculeni, MODULE, action, inputs, None).await?.map_err(|error| anyhow!("{error}"))?;
        Ok(matches!(acted.outcome, Outcome::Rejected(_)))
    }

    async fn work(&self) -> Result<()> {
        while self.house.app.step_due().await? > 0 {}
        Ok(())
    }

    async fn enact(&self, setting: &str, since: &str, rows: &[&[(&str, Value)]]) -> Result<()> {
        let rows: Vec<Fields> =
            rows.iter().map(|row| row.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect()).collect();
        self.house.app.enact(&self.house.sculeni, setting, since.parse()?, rows, "Decizia nr. 7/4", By::OPERATOR).await?;
        Ok(())
    }

    async fn rates(&self, since: &str) -> Result<()> {
        let choice = |code: &str| Value::Choice(code.into());
        let rate = |category: &str, unit: &str, rate: &str| {
            [("category", choice(category)), ("unit", choice(unit)), ("rate", Decimal::new(rate).map_or(Value::None, Value::Decimal))]
        };
        let rows = [
            rate("agricultural-land", "lei-per-hectare", "110"),
            rate("building-land", "percent", "0.3"),
            rate("dwelling", "percent", "0.1"),
            rate("commercial", "percent", "0.3"),
            rate("garden", "lei-per-hectare", "100"),
        ];
        let rows: Vec<&[(&str, Value)]> = rows.iter().map(|row| row.as_slice()).collect();
        self.enact("tax-rates", since, &rows).await
    }

    async fn entries(&self, register: &str) -> Result<Vec<Entry>> {
        self.house.entries(MODULE, register).await
    }

    async fn sum(&self, register: &str, field: &str) -> Result<i64> {
        Ok(self.entries(register).await?.iter().filter_map(|entry| entry.fields.get(field).and_then(Value::number)).sum())
    }

    async fn ids(&self, register: &str) -> Result<Vec<String>> {
        Ok(self.entries(register).await?.iter().map(|entry| entry.at.id.to_string()).collect())
    }

    /// The version of an entry, as whoever corrects it saw it.
    async fn version(&self, register: &str, id: &str) -> Result<String> {
        let entries = self.entries(register).await?;
        Ok(entries.iter().find(|entry| entry.at.id.to_string() == id).context("the entry")?.version.to_string())
    }

    async fn pay(&self, payment: &str, order: &str, bani: i64) -> Result<()> {
        let (number, paid_at) = (order.to_owned(), self.house.app.clock.now());
        let told = Confirmation { payment: payment.into(), number, amount: Money(bani), paid_at, lines: vec![] };
        let desk = Desk(self.house.app.clone());
        desk.confirm(told.clone()).await?;
        desk.confirm(told).await?;
        while self.house.app.deliver_due().await? > 0 {}
        Ok(())
    }

    fn set_day(&self, day: &str) -> Result<()> {
        self.house.clock.set(Instant::first_of(day.parse()?).plus_seconds(12 * 3_600));
        Ok(())
    }

    /// Every account says what was assessed, paid and is left; every bani that MPay took is in the books once.
    async fn balances(&self) -> Result<()> {
        let money = |fields: &Fields, name: &str| fields.get(name).and_then(Value::number).unwrap_or_default();
        let accounts = self.entries("accounts").await?;
        for account in &accounts {
            let of = |name| money(&account.fields, name);
            assert_eq!(of("outstanding"), of("due") - of("paid-before") - of("paid-mpay"), "{:?}", account.fields);
            assert!(of("arrears") >= 0 && of("arrears") <= of("outstanding").max(0), "{:?}", account.fields);
        }
        let all = |name: &str| accounts.iter().map(|entry| money(&entry.fields, name)).sum::<i64>();
        let receipts = self.sum("receipts", "tax").await?;
        assert_eq!(all("paid-mpay"), receipts);
        assert_eq!(receipts, self.sum("notices", "paid").await?);
        let assessments = self.entries("assessments").await?;
        let applied = assessments.iter().filter(|entry| entry.fields.get("applied") == Some(&Value::Flag(true)));
        assert_eq!(all("assessed-tax"), applied.map(|entry| money(&entry.fields, "amount")).sum::<i64>());
        let mut snapshot = self.house.app.store.snapshot(self.house.sculeni.id).await?;
        let mut taken = 0;
        for notice in self.entries("notices").await? {
            let Some(Value::Text(order)) = notice.fields.get("order") else { anyhow::bail!("a notice without an order") };
            taken += snapshot.payments(order).await?.iter().map(|payment| payment.amount.0).sum::<i64>();
        }
        assert_eq!(taken, receipts + self.sum("receipts", "penalty").await?);
        Ok(())
    }
}

fn text<'a>(report: &'a Json, name: &str) -> Result<&'a str> {
    report.get(name).and_then(Json::as_str).ok_or_else(|| anyhow!("no {name} in {report}"))
}

async fn a_year_is_assessed_looked_over_and_entered_once(on: On) -> Result<()> {
    let office = Office::open(on, 60).await?;
    let accounts = office.entries("accounts").await?.len() as u64;
    let inputs = [("year", "2027"), ("due-date", "25.09.2027")];
    assert!(office.refused("prepare-assessment", &inputs).await?, "no rates yet");
    office.rates("2027-01-01").await?;
    let (due, owed) = (office.sum("accounts", "due").await?, office.sum("accounts", "outstanding").await?);

    let run = office.report("prepare-assessment", &inputs).await?;
    let run = text(&run, "run")?.to_owned();
    assert!(office.refused("prepare-assessment", &inputs).await?, "one is open");
    office.work().await?;
    let shown = office.house.show(&office.house.sculeni, MODULE, "assessment", &[("entry", &run)]).await?;
    assert!(shown.is_ok(), "{:?}", shown.err().map(|error| error.to_string()));
    let of_run = office.entries("assessment-runs").await?.remove(0);
    let number = |name: &str| of_run.fields.get(name).and_then(Value::number).unwrap_or_default();
    assert_eq!(of_run.fields.get("run-standing"), Some(&Value::Choice("prepared".into())));
    let (assessed, amount) = (office.entries("assessments").await?.len() as u64, office.sum("assessments", "amount").await?);
    assert_eq!((number("assessed"), number("amount")), (i64::try_from(assessed)?, amount));
    assert_eq!(u64::try_from(number("assessed") + number("unassessed"))?, accounts);
    assert!(amount > 0 && number("unassessed") > 0, "orchards have no rate");
    assert_eq!(office.sum("accounts", "due").await?, due, "nothing changes before it is entered");
    office.balances().await?;

    // An amount is corrected before, and one after, with a reason each.
    let one = office.ids("assessments").await?.remove(0);
    let version = office.version("assessments", &one).await?;
    let correct = [("entry", one.as_str()), ("version", &version), ("amount", "123,45"), ("reason", "valoarea greșită")];
    office.house.act(&office.house.sculeni, MODULE, "correct-assessment", &correct, None).await?.map_err(|error| anyhow!("{error}"))?;
    let amount = office.sum("assessments", "amount").await?;
    assert_eq!(office.sum("assessment-runs", "amount").await?, amount);
    office.report("apply-assessment", &[("entry", &run)]).await?;
    office.work().await?;
    assert_eq!(office.sum("accounts", "due").await?, due + amount);
    assert_eq!(office.sum("accounts", "assessed-tax").await?, amount);
    assert_eq!(office.sum("accounts", "outstanding").await?, owed + amount);
    assert!(office.sum("accounts", "arrears").await? > 0, "what was owed of 2026 is owed of 2026");
    let version = office.version("assessments", &one).await?;
    let correct = [("entry", one.as_str()), ("version", &version), ("amount", "100,00"), ("reason", "scutire")];
    office.house.act(&office.house.sculeni, MODULE, "correct-assessment", &correct, None).await?.map_err(|error| anyhow!("{error}"))?;
    assert_eq!(office.sum("accounts", "due").await?, due + amount - 2_345);
    office.balances().await?;

    assert!(office.refused("apply-assessment", &[("entry", &run)]).await?, "once");
    assert!(office.refused("drop-assessment", &[("entry", &run)]).await?);
    // Once more for the same year: every account has it already, or still has no rate.
    office.report("prepare-assessment", &inputs).await?;
    office.work().await?;
    assert_eq!(office.entries("assessments").await?.len() as u64, assessed);
    // The same roll changes nothing.
    let again = office.import(60).await?;
    assert_eq!((again.get("added"), again.get("corrected")), (Some(&Json::from(0)), Some(&Json::from(0))), "{again}");
    // Who owes of earlier years is late whatever this year's date, and is told with those whose date has passed; nobody else is.
    let today = office.house.app.clock.now().civil_date();
    let entries = office.entries("accounts").await?;
    let of = |fields: &Fields, name: &str| fields.get(name).and_then(Value::number).unwrap_or_default();
    let passed = |fields: &Fields| matches!(fields.get("due-date"), Some(Value::Date(date)) if *date < today);
    let late = entries.iter().map(|entry| &entry.fields);
    let late = late.filter(|fields| of(fields, "arrears") > 0 || (of(fields, "outstanding") > 0 && passed(fields))).count();
    let owing = entries.iter().filter(|entry| of(&entry.fields, "outstanding") > 0).count();
    assert!(late > 0 && late < owing, "{late} of {owing}");
    office.report("issue-notices", &[("whom", "late-only"), ("due-date", "25.12.2027")]).await?;
    office.work().await?;
    assert_eq!(office.entries("notices").await?.len(), late);
    office.balances().await
}

async fn notices_go_out_in_bulk_once_with_paper_and_letters(on: On) -> Result<()> {
    let office = Office::open(on, 40).await?;
    let app = &office.house.app;
    let maker = Maker::new(app, Renderer::new(Settings::beside_this_program()?), "https://vatra.example.md")?;
    let maker: Arc<dyn Carrier> = Arc::new(maker);
    app.add_carrier(maker);
    let owing = office.entries("accounts").await?;
    let owing = owing.iter().filter(|entry| entry.fields.get("outstanding").and_then(Value::number).unwrap_or_default() > 0).count();
    let inputs = [("whom", "all-owing"), ("due-date", "25.12.2026"), ("paper", "on"), ("tell", "on")];
    office.report("issue-notices", &inputs).await?;
    assert!(office.refused("issue-notices", &inputs).await?, "they are being issued");
    office.work().await?;
    let notices = office.entries("notices").await?;
    assert_eq!(notices.len(), owing);
    assert_eq!(office.sum("mailings", "issued").await?, i64::try_from(owing)?);
    assert_eq!(office.sum("mailings", "amount").await?, office.sum("notices", "amount").await?);
    let letters = office.entries("messages").await?;
    assert_eq!(letters.len(), owing, "a letter each");
    let leaving = app.store.outbox_open(office.house.sculeni.id).await?;
    let of = |service: &str| leaving.iter().filter(|item| item.outgoing.service.as_str() == service).count();
    assert_eq!((of("mnotify"), of("documents")), (owing, owing));

    // The paper of one: the order to be paid, by number and by QR.
    let notice = notices.first().context("a notice")?;
    let (Some(Value::Document(document)), Some(Value::Text(order))) = (notice.fields.get("document"), notice.fields.get("order")) else {
        anyhow::bail!("no document or order: {:?}", notice.fields)
    };
    while app.carry_due().await? > 0 {}
    let found = app.store.snapshot(office.house.sculeni.id).await?.document(document.parse()?).await?.context("the document")?;
    assert_eq!(found.standing, vatra_core::documents::Standing::Issued, "{}", found.note);
    assert!(found.number.as_deref().is_some_and(|number| number.starts_with("AP-2026-")), "{:?}", found.number);
    let kept = found.recipe.and_then(|recipe| recipe.pays);
    assert_eq!(kept.as_deref(), Some(order.as_str()));

    // Once more: everything is covered.
    office.report("issue-notices", &inputs).await?;
    office.work().await?;
    assert_eq!(office.entries("notices").await?.len(), owing);
    assert_eq!(office.sum("mailings", "covered").await?, i64::try_from(owing)?);
    for screen in ["mailings", "guide", "assessments", "home", "year"] {
        let shown = office.house.show(&office.house.sculeni, MODULE, screen, &[]).await?;
        assert!(shown.is_ok(), "{screen}: {:?}", shown.err().map(|error| error.to_string()));
    }

    // Reminders: seven days before and one day after, each once, also a day late; not to those who paid.
    let days = |days, when: &str| [("days", Value::Integer(days)), ("when", Value::Choice(when.into()))];
    office.enact("reminders", "2026-10-01", &[&days(7, "before"), &days(1, "after")]).await?;
    let amount = notice.fields.get("amount").and_then(Value::number).unwrap_or_default();
    office.pay("P-1", order, amount).await?;
    for (day, expected) in [("2026-12-10", 0), ("2026-12-19", owing - 1), ("2026-12-20", owing - 1), ("2026-12-27", 2 * (owing - 1))] {
        office.set_day(day)?;
        app.go_rounds().await?;
        office.work().await?;
        assert_eq!(office.entries("messages").await?.len(), owing + expected, "{day}");
    }
    office.balances().await
}

/// Something that happens in a town hall. Numbers choose among what there is.
#[derive(Clone, Debug)]
enum Happening {
    Import,
    Assess(u16),
    Notice { account: usize, permille: i64 },
    Notices,
    Pay { notice: usize, permille: i64 },
    Cancel(usize),
    Correct { assessment: usize, bani: i64 },
    Days(i64),
}

fn happening() -> impl Strategy<Value = Happening> {
    prop_oneof![
        1 => Just(Happening::Import),
        1 => (2026_u16..2030).prop_map(Happening::Assess),
        3 => (any::<usize>(), 1_i64..=1_000).prop_map(|(account, permille)| Happening::Notice { account, permille }),
        1 => Just(Happening::Notices),
        6 => (any::<usize>(), 1_i64..1_500).prop_map(|(notice, permille)| Happening::Pay { notice, permille }),
        2 => any::<usize>().prop_map(Happening::Cancel),
        2 => (any::<usize>(), 0_i64..500_000).prop_map(|(assessment, bani)| Happening::Correct { assessment, bani }),
        2 => (1_i64..120).prop_map(Happening::Days),
    ]
}

impl Office {
    /// Whatever is refused is refused: the books are what is looked at.
    async fn happens(&self, number: usize, happening: &Happening) -> Result<()> {
        let act = async |action: &str, inputs: &[(&str, &str)]| -> Result<()> {
            let _ = self.house.act(&self.house.sculeni, MODULE, action, inputs, None).await?;
            Ok(())
        };
        let lei = |bani: i64| format!("{},{:02}", bani / 100, bani % 100);
        let due = Instant(self.house.app.clock.now().0 + 30 * 86_400_000).civil_date().format("%d.%m.%Y").to_string();
        match happening {
            Happening::Import => drop(self.import(25).await?),
            Happening::Assess(year) => {
                let (year, date) = (year.to_string(), format!("25.09.{year}"));
                act("prepare-assessment", &[("year", &year), ("due-date", &date)]).await?;
                self.work().await?;
                if let Some(run) = self.ids("assessment-runs").await?.last() {
                    act("apply-assessment", &[("entry", run)]).await?;
                }
            }
            Happening::Notice { account, permille } => {
                let accounts = self.entries("accounts").await?;
                let account = &accounts[account % accounts.len()];
                let owed = account.fields.get("outstanding").and_then(Value::number).unwrap_or_default();
                let (id, amount) = (account.at.id.to_string(), lei((owed * permille / 1_000).max(0)));
                act("issue-notice", &[("entry", &id), ("amount", &amount), ("due-date", &due)]).await?;
            }
            Happening::Notices => act("issue-notices", &[("whom", "all-owing"), ("due-date", &due)]).await?,
            Happening::Pay { notice, permille } => {
                let notices = self.entries("notices").await?;
                let Some(notice) = notices.get(notice % notices.len().max(1)) else { return Ok(()) };
                let amount = notice.fields.get("amount").and_then(Value::number).unwrap_or_default();
                let Some(Value::Text(order)) = notice.fields.get("order") else { anyhow::bail!("no order") };
                // MPay refuses what it refuses.
                let _ = self.pay(&format!("P-{number}"), order, (amount * permille / 1_000).max(1)).await;
            }
            Happening::Cancel(notice) => {
                let notices = self.ids("notices").await?;
                let Some(notice) = notices.get(notice % notices.len().max(1)) else { return Ok(()) };
                act("cancel-notice", &[("entry", notice)]).await?;
            }
            Happening::Correct { assessment, bani } => {
                let assessments = self.ids("assessments").await?;
                let Some(assessment) = assessments.get(assessment % assessments.len().max(1)) else { return Ok(()) };
                let version = self.version("assessments", assessment).await?;
                let inputs = [("entry", assessment.as_str()), ("version", &version), ("amount", &lei(*bani)), ("reason", "verificat")];
                act("correct-assessment", &inputs).await?;
            }
            Happening::Days(days) => self.house.clock.set(self.house.clock.now().plus_seconds(days * 86_400)),
        }
        self.work().await
    }
}

/// Fewer, longer histories: each opens a host. A failing one is printed whole.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn books_balance_whatever_happens() -> Result<()> {
    let mut runner = TestRunner::new(Config { failure_persistence: None, ..Config::default() });
    for _ in 0..3 {
        let office = Office::open(On::Sqlite, 25).await?;
        office.rates("2026-01-01").await?;
        let story = proptest::collection::vec(happening(), 30).new_tree(&mut runner).map_err(|error| anyhow!("{error}"))?.current();
        for (number, happening) in story.iter().enumerate() {
            office.happens(number, happening).await.with_context(|| format!("{number} of {story:?}"))?;
            office.balances().await.with_context(|| format!("{number} of {story:?}"))?;
        }
        assert!(office.house.app.verify_audit(&office.house.sculeni).await?.faults.is_empty());
    }
    Ok(())
}

on_both!(a_year_is_assessed_looked_over_and_entered_once, notices_go_out_in_bulk_once_with_paper_and_letters);
