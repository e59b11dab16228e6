//! The tax collector's work from the roll to the payment, through the module, on SQLite and on PostgreSQL.

use anyhow::{Result, anyhow};
use serde_json::Value as Json;
use std::sync::Arc;
use vatra_core::clock::Instant;
use vatra_core::providers::{Confirmation, MPayFault, OrderDesk};
use vatra_core::value::{Decimal, Money, Value};
use vatra_hosting_tests::{House, NOON, On, on_both};
use vatra_runtime::CallError;
use vatra_server::app::{By, Desk};

const ROLL: &[u8] = include_bytes!("../data/tax-roll-sculeni.csv");
const EXPECTED: &str = include_str!("../data/tax-roll-sculeni.expected.json");

async fn import(house: &House) -> Result<Json> {
    house.report(&house.sculeni, "tax-collector", "import-roll", &[], Some(("roll", ROLL))).await
}

fn number(report: &Json, name: &str) -> i64 {
    report.pointer(&format!("/{}", name.replace('.', "/"))).and_then(Json::as_i64).unwrap_or(-1)
}

async fn house(on: On) -> Result<House> {
    let house = House::on_either(on).await?;
    house.install(&house.sculeni, "tax-collector").await?;
    Ok(house)
}

async fn the_report_says_what_is_expected_and_a_second_import_changes_nothing(on: On) -> Result<()> {
    let house = house(on).await?;
    let first = import(&house).await?;
    let expected: serde_json::Map<String, Json> = serde_json::from_str(EXPECTED)?;
    for (name, value) in &expected {
        assert_eq!(first.get(name), Some(value), "{name}");
    }
    assert_eq!((number(&first, "added"), number(&first, "corrected")), (2_761, 0));
    let accounts = vatra_core::ids::Name::new("accounts")?;
    let before = house.app.store.snapshot(house.sculeni.id).await?.register_state(&accounts).await?;
    let second = import(&house).await?;
    for (name, value) in &expected {
        assert_eq!(second.get(name), Some(value), "{name}, the second time");
    }
    assert_eq!((number(&second, "added"), number(&second, "corrected"), number(&second, "unchanged")), (0, 0, 2_761));
    assert_eq!(house.app.store.snapshot(house.sculeni.id).await?.register_state(&accounts).await?, before, "the register was written to");
    assert!(house.app.verify_audit(&house.sculeni).await?.faults.is_empty());
    Ok(())
}

/// A row of the accounts' table that a search finds: its entry's id.
async fn find_account(house: &House, words: &str) -> Result<(String, u64)> {
    let shown =
        house.show(&house.sculeni, "tax-collector", "accounts", &[("accounts.q", words)]).await?.map_err(|error| anyhow!("{error}"))?;
    let table = shown.resolved.tables.values().next().ok_or_else(|| anyhow!("a table"))?;
    let row = table.rows.first().ok_or_else(|| anyhow!("nothing found for {words}"))?;
    Ok((row.entry.id.to_string(), table.total))
}

async fn people_are_found_however_their_names_are_written(on: On) -> Result<()> {
    let house = house(on).await?;
    import(&house).await?;
    let (_, pislaru) = find_account(&house, "pislaru").await?;
    assert_eq!(find_account(&house, "PÎSLARU").await?.1, pislaru);
    assert!(pislaru > 1);
    assert_eq!(find_account(&house, "ştirbu").await?.1, find_account(&house, "Știrbu").await?.1);
    assert_eq!(find_account(&house, "9256000-000014").await?.1, 1);
    assert_eq!(find_account(&house, "9256201442.03").await?.1, 1);
    Ok(())
}

async fn a_notice_is_paid_once_however_often_the_payment_is_told(on: On) -> Result<()> {
    let house = house(on).await?;
    import(&house).await?;
    let (account, _) = find_account(&house, "9256000-000014").await?;
    let inputs = [("entry", account.as_str()), ("amount", "2000,00"), ("due-date", "25.12.2026")];
    let issued = house.report(&house.sculeni, "tax-collector", "issue-notice", &inputs, None).await?;
    let order = issued.get("order").and_then(Json::as_str).ok_or_else(|| anyhow!("an order's number: {issued}"))?.to_owned();

    let desk = Desk(house.app.clone());
    let details = desk.order_details(&order).await?;
    assert_eq!((details.due, details.paid, details.customer.as_str()), (Money(200_000), Money(0), "C. L."));
    let part = Confirmation { payment: "P-1".into(), number: order.clone(), amount: Money(50_000), paid_at: NOON, lines: vec![] };
    desk.confirm(part.clone()).await?;
    desk.confirm(part.clone()).await?;
    house.app.deliver_due().await?;
    house.app.deliver_due().await?;
    desk.confirm(part.clone()).await?;
    house.app.deliver_due().await?;
    assert_eq!(desk.order_details(&order).await?.paid, Money(50_000));
    assert_eq!(paid_on_account(&house, &account).await?, 50_000);
    let contradicting = Confirmation { amount: Money(60_000), ..part.clone() };
    assert_eq!(desk.confirm(contradicting).await, Err(MPayFault::InvalidParameter));
    assert_eq!(desk.confirm(Confirmation { number: "1".into(), ..part.clone() }).await, Err(MPayFault::UnknownOrder));

    // A payment that arrives while the grant is revoked is kept, and applied when it is restored.
    house.set_revoked(&house.sculeni, "tax-collector", "mpay", true).await?;
    let rest = Confirmation { payment: "P-2".into(), amount: Money(150_000), ..part };
    desk.confirm(rest).await?;
    house.app.deliver_due().await?;
    assert_eq!(paid_on_account(&house, &account).await?, 50_000);
    assert_eq!(house.app.store.inbox_open(house.sculeni.id).await?.len(), 1);
    let inputs = [("entry", account.as_str()), ("amount", "10,00"), ("due-date", "25.12.2026")];
    let refused = house.act(&house.sculeni, "tax-collector", "issue-notice", &inputs, None).await?;
    assert!(matches!(refused, Err(CallError::Denied(denial)) if denial.capability == "mpay" && denial.rule == "revoked"));
    for screen in ["home", "accounts", "notices"] {
        assert!(house.show(&house.sculeni, "tax-collector", screen, &[]).await?.is_ok(), "{screen} does not open");
    }
    house.set_revoked(&house.sculeni, "tax-collector", "mpay", false).await?;
    house.app.deliver_due().await?;
    assert_eq!(paid_on_account(&house, &account).await?, 200_000);
    assert!(house.app.store.inbox_open(house.sculeni.id).await?.is_empty());

    // Importing the same roll after payments changes nothing.
    let again = import(&house).await?;
    assert_eq!((number(&again, "added"), number(&again, "corrected")), (0, 0));
    assert_eq!(paid_on_account(&house, &account).await?, 200_000);
    assert!(house.app.verify_audit(&house.sculeni).await?.faults.is_empty());
    Ok(())
}

async fn paid_on_account(house: &House, id: &str) -> Result<i64> {
    let register = vatra_core::ids::Name::new("accounts")?;
    let at = vatra_core::value::EntryRef { register, id: id.parse()? };
    let mut snapshot = house.app.store.snapshot(house.sculeni.id).await?;
    let entry = snapshot.entries(&[at]).await?.into_iter().next().ok_or_else(|| anyhow!("the account"))?;
    Ok(entry.fields.get("paid-mpay").and_then(vatra_core::value::Value::number).unwrap_or_default())
}

/// A dozen at once: every notice has its own number, none is missing.
async fn numbers_have_no_gaps_under_haste(on: On) -> Result<()> {
    let house = Arc::new(house(on).await?);
    import(&house).await?;
    let (account, _) = find_account(&house, "9256000-000014").await?;
    let tasks: Vec<_> = (0..12)
        .map(|_| {
            let (house, account) = (house.clone(), account.clone());
            tokio::spawn(async move {
                let inputs = [("entry", account.as_str()), ("amount", "1,00"), ("due-date", "25.12.2026")];
                house.report(&house.sculeni, "tax-collector", "issue-notice", &inputs, None).await.is_ok()
            })
        })
        .collect();
    let mut done = 0;
    for task in tasks {
        done += usize::from(task.await?);
    }
    let binding =
        house.app.runtime.binding(house.sculeni.id, &vatra_core::ids::Name::new("tax-collector")?).await.map_err(|e| anyhow!("{e}"))?;
    let schema = binding.manifest.register("notices").ok_or_else(|| anyhow!("the register"))?;
    let query = vatra_core::register::Query {
        register: schema.name.clone(),
        all_of: Vec::new(),
        search: None,
        sort: Vec::new(),
        include_closed: true,
    };
    let page = house.app.store.snapshot(house.sculeni.id).await?.find(schema, &query, vatra_core::register::Reach::Host, 0, 100).await?;
    let mut numbers: Vec<String> = page.entries.into_iter().filter_map(|entry| entry.number).collect();
    numbers.sort();
    let expected: Vec<String> = (1..=done).map(|sequence| format!("IP-2026-{sequence:05}")).collect();
    assert_eq!(numbers, expected);
    Ok(())
}

/// Sums of a field over all entries of a register.
async fn sum(house: &House, register: &str, field: &str) -> Result<(u64, i64)> {
    let module = vatra_core::ids::Name::new("tax-collector")?;
    let binding = house.app.runtime.binding(house.sculeni.id, &module).await.map_err(|e| anyhow!("{e}"))?;
    let schema = binding.manifest.register(register).ok_or_else(|| anyhow!("the register"))?;
    let query = vatra_core::register::Query {
        register: schema.name.clone(),
        all_of: Vec::new(),
        search: None,
        sort: Vec::new(),
        include_closed: true,
    };
    let page = house.app.store.snapshot(house.sculeni.id).await?.find(schema, &query, vatra_core::register::Reach::Host, 0, 5_000).await?;
    let numbers = page.entries.iter().filter_map(|entry| entry.fields.get(field).and_then(vatra_core::value::Value::number));
    Ok((page.total, numbers.sum()))
}

async fn what_is_late_grows_by_the_day_and_the_books_balance(on: On) -> Result<()> {
    let house = house(on).await?;
    import(&house).await?;
    let (account, _) = find_account(&house, "9256000-000014").await?;
    let inputs = [("entry", account.as_str()), ("amount", "1000,00"), ("due-date", "10.10.2026")];
    let issued = house.report(&house.sculeni, "tax-collector", "issue-notice", &inputs, None).await?;
    let order = issued.get("order").and_then(Json::as_str).ok_or_else(|| anyhow!("an order's number: {issued}"))?.to_owned();
    let rate = |percent: &str| vec![[("value".to_owned(), Decimal::new(percent).map_or(Value::None, Value::Decimal))].into()];
    let (first, november) = ("2026-01-01".parse()?, "2026-11-01".parse()?);
    house.app.enact(&house.sculeni, "late-payment-rate", first, rate("0.03"), "Ordinul 1", By::OPERATOR).await?;
    house.app.enact(&house.sculeni, "late-payment-rate", november, rate("0.05"), "Ordinul 2", By::OPERATOR).await?;

    let desk = Desk(house.app.clone());
    let owed = async || -> Result<Vec<(String, i64)>> {
        let details = desk.order_details(&order).await?;
        Ok(details.lines.into_iter().map(|line| (line.id, line.amount.0)).collect())
    };
    let day = |text: &str| -> Result<Instant> { Ok(Instant::first_of(text.parse()?).plus_seconds(12 * 3_600)) };
    house.clock.set(day("2026-10-10")?);
    assert_eq!(owed().await?, [("1".to_owned(), 100_000), ("penalty".to_owned(), 450)], "the tax itself was due on 25 September");
    house.clock.set(day("2026-10-20")?);
    assert_eq!(owed().await?, [("1".to_owned(), 100_000), ("penalty".to_owned(), 750)], "25 days of 0.03 %");
    // A part of the tax, then everything: as MPay names the lines, and told twice.
    let pay = async |id: &str, tax: i64, penalty: i64| -> Result<()> {
        let lines = [("1", tax), ("penalty", penalty)].into_iter().filter(|(_, amount)| *amount > 0);
        let lines = lines.map(|(line, amount)| (line.to_owned(), Money(amount))).collect();
        let (number, paid_at) = (order.clone(), house.app.clock.now());
        let told = Confirmation { payment: id.into(), number, amount: Money(tax + penalty), paid_at, lines };
        desk.confirm(told.clone()).await?;
        desk.confirm(told).await?;
        house.app.deliver_due().await?;
        house.app.deliver_due().await?;
        Ok(())
    };
    pay("P-1", 60_000, 0).await?;
    house.clock.set(day("2026-11-05")?);
    // 25 days of 1,000 lei and eleven of 400 lei at 0.03 %, then five of 400 lei at 0.05 %.
    assert_eq!(owed().await?, [("1".to_owned(), 40_000), ("penalty".to_owned(), 750 + 11 * 12 + 5 * 20)]);
    pay("P-2", 40_000, 982).await?;
    assert!(owed().await?.iter().all(|(_, amount)| *amount == 0));
    assert_eq!(paid_on_account(&house, &account).await?, 100_000, "what is added is no tax");
    // What the accounts say was paid is what the receipts say, and what the database says.
    let (receipts, tax) = sum(&house, "receipts", "tax").await?;
    assert_eq!((receipts, tax), (2, sum(&house, "accounts", "paid-mpay").await?.1));
    assert_eq!((sum(&house, "receipts", "penalty").await?.1, sum(&house, "notices", "penalty-paid").await?.1), (982, 982));
    let mut snapshot = house.app.store.snapshot(house.sculeni.id).await?;
    let paid: i64 = snapshot.payments(&order).await?.iter().map(|payment| payment.amount.0).sum();
    assert_eq!(paid, tax + 982);
    for (screen, query) in [("journal", vec![("day", "2026-11-05")]), ("year", vec![("year", "2026")]), ("certificates", vec![])] {
        let shown = house.show(&house.sculeni, "tax-collector", screen, &query).await?;
        assert!(shown.is_ok(), "{screen}: {:?}", shown.err().map(|error| error.to_string()));
    }
    Ok(())
}

/// The roll of one account, with these further columns.
fn one_account(heads: &str, cells: &str) -> Vec<u8> {
    format!(
        "Nr. cont;Tip;IDNP/IDNO;Nume / Denumire;Nr. cadastral;Impozit calculat, lei;Achitat, lei;Termen{heads}\r\n\
         9256000-900001;F;2209043966243;Bejenari Maria;9256201248.04;2 542,50;0,00;25.09.2026{cells}\r\n"
    )
    .into_bytes()
}

async fn what_a_file_has_no_column_for_stays_as_it_was(on: On) -> Result<()> {
    let house = house(on).await?;
    let import = async |roll: Vec<u8>| house.report(&house.sculeni, "tax-collector", "import-roll", &[], Some(("roll", &roll))).await;
    let account = async || -> Result<_> {
        let accounts = house.entries("tax-collector", "accounts").await?;
        let found = accounts.into_iter().next().ok_or_else(|| anyhow!("the account"))?;
        let field = |name: &str| found.fields.get(name).cloned().unwrap_or_default();
        Ok((field("phone"), field("object"), field("area"), found.version))
    };
    let full = (";Telefon;Obiect;Suprafața, ha", ";069 123 456;construcție;0,2974");
    assert_eq!(number(&import(one_account(full.0, full.1)).await?, "added"), 1);
    let before = account().await?;
    assert_eq!((&before.0, &before.1), (&Value::Personal("069 123 456".into()), &Value::Text("construcție".into())));

    // The old program exports fewer columns this time: nothing of the others is known, so nothing of them changes.
    let second = import(one_account("", "")).await?;
    assert_eq!((number(&second, "corrected"), number(&second, "unchanged")), (0, 1), "{second}");
    assert_eq!(account().await?, before);
    // A column that is there and empty says that there is no such thing any more.
    let third = import(one_account(";Telefon", ";")).await?;
    assert_eq!((number(&third, "corrected"), number(&third, "unchanged")), (1, 0), "{third}");
    let after = account().await?;
    assert_eq!((&after.0, &after.1, &after.2), (&Value::None, &before.1, &before.2), "the phone alone");
    Ok(())
}

on_both!(
    what_a_file_has_no_column_for_stays_as_it_was,
    the_report_says_what_is_expected_and_a_second_import_changes_nothing,
    people_are_found_however_their_names_are_written,
    a_notice_is_paid_once_however_often_the_payment_is_told,
    numbers_have_no_gaps_under_haste,
    what_is_late_grows_by_the_day_and_the_books_balance,
);
