//! Units of work: all or nothing, isolated, serialisable, numbered without gaps.

use crate::support::*;
use vatra_core::clock::Instant;
use vatra_core::ids::{EntryId, InboxId, SubmissionId};
use vatra_core::register::{Reach, RegisterSchema};
use vatra_core::store::{CommitError, Municipal, StoreError};
use vatra_core::unit::Unit;
use vatra_core::value::{EntryRef, Value};

stories![
    another_municipality_does_not_exist,
    a_snapshot_stays_as_it_was,
    write_skew_over_a_searched_register_conflicts,
    a_lost_update_conflicts,
    what_was_missing_must_still_be_missing,
    unique_keys_and_identifiers_hold,
    numbers_have_no_gaps_under_many_committers,
    series_begin_anew_each_year,
    a_form_is_performed_once,
    a_failed_unit_leaves_nothing,
    corrections_keep_history,
    a_closed_entry_stays_as_it_is,
    personal_fields_can_be_erased,
    odd_texts_are_kept,
    a_register_is_indexed_anew_when_its_schema_changes,
    many_corrections_at_once,
    states_count_commits,
];

async fn another_municipality_does_not_exist(stage: Stage) {
    let (sculeni, lozova) = (stage.tenant("sculeni").await, stage.tenant("lozova").await);
    let mut unit = unit();
    let person = subject("Ion Pîslaru", "2000000000001");
    let entry = account("1001", &[("taxpayer", Value::Subject(person.id))]);
    let at = entry.at.clone();
    unit.subjects.push(person.clone());
    unit.entries.push(entry.clone());
    unit.orders.push(order("SC-1", &[100]));
    let submission = SubmissionId::fresh();
    unit.submission = Some((submission, "done".into()));
    stage.commit(sculeni, unit.clone()).await.unwrap();

    let mut there = stage.storage.snapshot(lozova).await.unwrap();
    assert!(there.entries(std::slice::from_ref(&at)).await.unwrap().is_empty());
    assert!(there.history(&at).await.unwrap().is_empty());
    assert!(there.subjects(&[person.id]).await.unwrap().is_empty());
    assert!(there.subjects_by_idn(&["2000000000001".into()]).await.unwrap().is_empty());
    assert!(there.lookup(&schema(), "account", &[text("1001")]).await.unwrap().is_empty());
    assert_eq!(there.find(&schema(), &all(), Reach::Host, 0, 10).await.unwrap().total, 0);
    assert!(there.any_order("SC-1").await.unwrap().is_none());
    assert_eq!(there.register_state(&named("accounts")).await.unwrap(), 0);
    assert!(stage.search(lozova, "pislaru", Reach::Host).await.is_empty());
    assert!(stage.storage.submission(lozova, submission).await.unwrap().is_none());
    let mut correcting = crate::support::unit();
    correcting.corrections.push(correction(&at, 1, &[("due", money(5))]));
    assert!(matches!(stage.commit(lozova, correcting).await, Err(CommitError::Conflict)));

    // The very same ids are another thing there.
    unit.orders.clear();
    let Some(first) = unit.entries.first_mut() else { panic!("an entry") };
    first.fields.insert("account".into(), text("2002"));
    stage.commit(lozova, unit).await.unwrap();
    assert_eq!(accounts(&stage.find(sculeni, &all(), Reach::Host).await), ["1001"]);
    assert_eq!(accounts(&stage.find(lozova, &all(), Reach::Host).await), ["2002"]);
    assert_eq!(stage.search(lozova, "pislaru", Reach::Host).await, ["2002"]);
}

async fn a_snapshot_stays_as_it_was(stage: Stage) {
    let tenant = stage.tenant("sculeni").await;
    let mut first = unit();
    first.entries.push(account("1", &[("due", money(100))]));
    let at = first.entries[0].at.clone();
    stage.commit(tenant, first).await.unwrap();
    let mut before = stage.storage.snapshot(tenant).await.unwrap();

    let mut second = unit();
    second.entries.push(account("2", &[]));
    second.corrections.push(correction(&at, 1, &[("due", money(200))]));
    stage.commit(tenant, second).await.unwrap();

    assert_eq!(before.register_state(&named("accounts")).await.unwrap(), 1);
    assert_eq!(accounts(&before.find(&schema(), &all(), Reach::Host, 0, 10).await.unwrap()), ["1"]);
    assert_eq!(before.entries(std::slice::from_ref(&at)).await.unwrap()[0].fields["due"], money(100));
    assert_eq!(before.history(&at).await.unwrap().len(), 1);
    let mut after = stage.storage.snapshot(tenant).await.unwrap();
    assert_eq!(after.find(&schema(), &all(), Reach::Host, 0, 10).await.unwrap().total, 2);
    assert_eq!(after.entries(&[at]).await.unwrap()[0].fields["due"], money(200));
}

/// Each of two calls finds the register empty and adds its own entry: only one of them may.
async fn write_skew_over_a_searched_register_conflicts(stage: Stage) {
    let tenant = stage.tenant("sculeni").await;
    let other_host = stage.another().await;
    let make = |number: &str| {
        let mut unit = unit();
        unit.reads.registers.insert(named("accounts"), 0);
        unit.entries.push(account(number, &[]));
        unit
    };
    let (a, b) = tokio::join!(stage.commit(tenant, make("1")), other_host.commit(tenant, make("2")));
    let won = [&a, &b].into_iter().filter(|outcome| outcome.is_ok()).count();
    assert_eq!(won, 1, "{a:?} {b:?}");
    assert!([&a, &b].into_iter().any(|outcome| matches!(outcome, Err(CommitError::Conflict))), "{a:?} {b:?}");
    assert_eq!(stage.find(tenant, &all(), Reach::Host).await.total, 1);
}

async fn a_lost_update_conflicts(stage: Stage) {
    let tenant = stage.tenant("sculeni").await;
    let mut first = unit();
    first.entries.push(account("1", &[("due", money(100))]));
    let at = first.entries[0].at.clone();
    stage.commit(tenant, first).await.unwrap();
    let raise = || {
        let mut unit = unit();
        unit.reads.entries.insert(at.id, Some(1));
        unit.corrections.push(correction(&at, 1, &[("due", money(150))]));
        unit
    };
    let other_host = stage.another().await;
    let (a, b) = tokio::join!(stage.commit(tenant, raise()), other_host.commit(tenant, raise()));
    assert_eq!([a.is_ok(), b.is_ok()].into_iter().filter(|ok| *ok).count(), 1, "{a:?} {b:?}");
    // An entry that was only read counts as well.
    let mut reader = unit();
    reader.reads.entries.insert(at.id, Some(1));
    reader.entries.push(account("2", &[]));
    assert!(matches!(stage.commit(tenant, reader).await, Err(CommitError::Conflict)));
}

async fn what_was_missing_must_still_be_missing(stage: Stage) {
    let tenant = stage.tenant("sculeni").await;
    let mut first = unit();
    first.entries.push(account("1", &[]));
    let there = first.entries[0].at.id;
    stage.commit(tenant, first).await.unwrap();
    for (id, seen, holds) in [(there, None, false), (EntryId::fresh(), None, true), (EntryId::fresh(), Some(1), false)] {
        let mut unit = unit();
        unit.reads.entries.insert(id, seen);
        assert_eq!(stage.commit(tenant, unit).await.is_ok(), holds, "{seen:?}");
    }
}

async fn unique_keys_and_identifiers_hold(stage: Stage) {
    let tenant = stage.tenant("sculeni").await;
    let mut first = unit();
    first.entries.push(account("1", &[]));
    first.entries.push(account("2", &[]));
    let second = first.entries[1].at.clone();
    first.subjects.push(subject("Ana", "2000000000001"));
    stage.commit(tenant, first).await.unwrap();

    let mut twice = unit();
    twice.entries.push(account("1", &[]));
    assert!(matches!(stage.commit(tenant, twice).await, Err(CommitError::Conflict)));
    let mut taken = unit();
    taken.corrections.push(correction(&second, 1, &[("account", text("1"))]));
    assert!(matches!(stage.commit(tenant, taken).await, Err(CommitError::Conflict)));
    let mut person = unit();
    person.subjects.push(subject("Altcineva", "2000000000001"));
    assert!(matches!(stage.commit(tenant, person).await, Err(CommitError::Conflict)));
    let mut nameless = unit();
    nameless.subjects.extend([subject("Fără", ""), subject("Fără", "")]);
    stage.commit(tenant, nameless).await.unwrap();

    // A key that was given up is free, within one unit too; it is exact, unlike a search.
    let mut swap = unit();
    swap.corrections.push(correction(&second, 1, &[("account", text("3"))]));
    stage.commit(tenant, swap).await.unwrap();
    let mut free = unit();
    free.entries.extend([account("2", &[]), account("a", &[]), account("Ă", &[])]);
    stage.commit(tenant, free).await.unwrap();
    let mut snapshot = stage.storage.snapshot(tenant).await.unwrap();
    let found = snapshot.lookup(&schema(), "account", &[text("3"), text("Ă"), text("nothing")]).await.unwrap();
    let mut found: Vec<_> = found.iter().map(|entry| entry.fields["account"].clone()).collect();
    found.sort_by_key(Value::sort_key);
    assert_eq!(found, [text("3"), text("Ă")]);
    let wrong = snapshot.lookup(&schema(), "due", &[money(1)]).await;
    assert!(matches!(wrong, Err(StoreError::Missing(_))), "{wrong:?}");
}

async fn numbers_have_no_gaps_under_many_committers(stage: Stage) {
    let tenant = stage.tenant("sculeni").await;
    let other_host = stage.another().await;
    let mut tasks = tokio::task::JoinSet::new();
    for worker in 0..20 {
        let storage = if worker % 4 == 0 { other_host.clone() } else { stage.storage.clone() };
        tasks.spawn(async move {
            let mut numbers = Vec::new();
            for round in 0..5 {
                let mut unit = unit();
                unit.entries.push(account(&format!("{worker}-{round}-a"), &[]));
                unit.entries.push(account(&format!("{worker}-{round}-b"), &[]));
                unit.audit.push(row("import", &[]));
                if round == 3 {
                    // One that fails takes no number.
                    unit.reads.registers.insert(named("accounts"), 999);
                    assert!(matches!(storage.commit(tenant, unit).await, Err(CommitError::Conflict)));
                    continue;
                }
                let order: Vec<EntryId> = unit.entries.iter().map(|entry| entry.at.id).collect();
                let committed = storage.commit(tenant, unit).await.unwrap();
                let given: Vec<&String> = order.iter().map(|id| &committed.numbers[id]).collect();
                assert!(given[0] < given[1], "in the order of the unit");
                numbers.extend(committed.numbers.into_values());
            }
            numbers
        });
    }
    let mut numbers: Vec<String> = tasks.join_all().await.into_iter().flatten().collect();
    numbers.sort();
    let expected: Vec<String> = (1..=160).map(|sequence| format!("CF-2026-{sequence:04}")).collect();
    assert_eq!(numbers, expected);
    assert!(stage.storage.verify_audit(tenant).await.unwrap().faults.is_empty());
}

async fn series_begin_anew_each_year(stage: Stage) {
    let tenant = stage.tenant("sculeni").await;
    let number = async |at: Instant, account_number: &str| {
        let mut unit = Unit::new(at, None, named("tax-collector"));
        unit.schemas.insert(named("accounts"), schema());
        unit.entries.push(account(account_number, &[]));
        stage.commit(tenant, unit).await.unwrap().numbers.into_values().next().unwrap()
    };
    // 2026-12-31T21:59:59Z and two seconds later, which is 2027 in Chișinău.
    assert_eq!(number(Instant(1_798_754_399_000), "1").await, "CF-2026-0001");
    assert_eq!(number(Instant(1_798_754_401_000), "2").await, "CF-2027-0001");
    assert_eq!(number(Instant(1_798_754_399_000), "3").await, "CF-2026-0002");
}

async fn a_form_is_performed_once(stage: Stage) {
    let tenant = stage.tenant("sculeni").await;
    let form = SubmissionId::fresh();
    let make = |number: &str, answer: &str| {
        let mut unit = unit();
        unit.entries.push(account(number, &[]));
        unit.submission = Some((form, answer.to_owned()));
        unit
    };
    stage.commit(tenant, make("1", "first")).await.unwrap();
    // Told before anything else is looked at: its reads are stale by its own doing.
    let mut again = make("1", "second");
    again.reads.registers.insert(named("accounts"), 0);
    let Err(CommitError::Repeated(answer)) = stage.commit(tenant, again).await else { panic!("repeated") };
    assert_eq!(answer, "first");
    assert_eq!(stage.storage.submission(tenant, form).await.unwrap().as_deref(), Some("first"));
    assert_eq!(stage.find(tenant, &all(), Reach::Host).await.total, 1);
}

async fn a_failed_unit_leaves_nothing(stage: Stage) {
    let tenant = stage.tenant("sculeni").await;
    let mut unit = unit();
    let person = subject("Ion Pîslaru", "2000000000001");
    unit.entries.push(account("1", &[("taxpayer", Value::Subject(person.id))]));
    unit.orders.push(order("SC-1", &[100]));
    unit.audit.push(row("import", &[person.id]));
    unit.submission = Some((SubmissionId::fresh(), String::new()));
    unit.cancelled_orders.push(("SC-9".into(), "nothing there".into()));
    unit.subjects.push(person);
    assert!(matches!(stage.commit(tenant, unit.clone()).await, Err(CommitError::Conflict)));
    let mut snapshot = stage.storage.snapshot(tenant).await.unwrap();
    assert_eq!(snapshot.register_state(&named("accounts")).await.unwrap(), 0);
    assert!(snapshot.subjects_by_idn(&["2000000000001".into()]).await.unwrap().is_empty());
    assert!(snapshot.any_order("SC-1").await.unwrap().is_none());
    assert!(stage.search(tenant, "pislaru", Reach::Host).await.is_empty());
    assert_eq!(stage.storage.verify_audit(tenant).await.unwrap().rows, 0);
    unit.cancelled_orders.clear();
    unit.handled = Some(InboxId::fresh());
    assert!(matches!(stage.commit(tenant, unit.clone()).await, Err(CommitError::Handled)));
    unit.handled = None;
    let committed = stage.commit(tenant, unit).await.unwrap();
    assert_eq!(committed.numbers.into_values().collect::<Vec<_>>(), ["CF-2026-0001"]);
}

async fn corrections_keep_history(stage: Stage) {
    let tenant = stage.tenant("sculeni").await;
    let (person, clerk) = (subject("Ion", "2000000000001"), subject("Perceptor", "2000000000002"));
    let mut first = unit();
    first.subjects.extend([person.clone(), clerk.clone()]);
    first.entries.push(account("1", &[("due", money(100)), ("phone", Value::Personal("069111222".into())), ("kind", Value::None)]));
    let at = first.entries[0].at.clone();
    stage.commit(tenant, first).await.unwrap();
    let mut second = unit();
    second.by = Some(clerk.id);
    second.corrections.push(correction(&at, 1, &[("due", money(150)), ("phone", Value::None), ("remark", text("văzut"))]));
    stage.commit(tenant, second).await.unwrap();

    let mut snapshot = stage.storage.snapshot(tenant).await.unwrap();
    let entry = snapshot.entries(std::slice::from_ref(&at)).await.unwrap().remove(0);
    assert_eq!((entry.version, entry.closed, entry.opened), (2, false, now()));
    assert_eq!(entry.number.as_deref(), Some("CF-2026-0001"));
    assert_eq!(entry.fields, fields(&[("account", text("1")), ("due", money(150)), ("remark", text("văzut"))]));
    let history = snapshot.history(&at).await.unwrap();
    assert_eq!(history.iter().map(|change| change.version).collect::<Vec<_>>(), [1, 2]);
    assert_eq!(history[0].fields["phone"], Value::Personal("069111222".into()));
    assert_eq!((history[1].by, history[1].reason.as_str()), (Some(clerk.id), "re-read"));
    assert_eq!(history[1].fields, fields(&[("due", money(150)), ("phone", Value::None), ("remark", text("văzut"))]));
    let elsewhere = EntryRef { register: named("other"), id: at.id };
    assert!(snapshot.entries(std::slice::from_ref(&elsewhere)).await.unwrap().is_empty());
    assert!(snapshot.history(&elsewhere).await.unwrap().is_empty());
}

async fn a_closed_entry_stays_as_it_is(stage: Stage) {
    let tenant = stage.tenant("sculeni").await;
    let mut first = unit();
    first.entries.extend([account("1", &[]), account("2", &[])]);
    let at = first.entries[0].at.clone();
    stage.commit(tenant, first).await.unwrap();
    let mut closing = unit();
    closing.corrections.push(vatra_core::unit::Correction { close: true, ..correction(&at, 1, &[]) });
    stage.commit(tenant, closing).await.unwrap();
    let mut late = unit();
    late.corrections.push(correction(&at, 2, &[("due", money(1))]));
    let refused = stage.commit(tenant, late).await;
    assert!(matches!(refused, Err(CommitError::Store(StoreError::Missing(_)))), "{refused:?}");

    for (include_closed, expected) in [(false, vec!["2"]), (true, vec!["1", "2"])] {
        for sort in [vec![], vec![by("account", false)]] {
            let query = vatra_core::register::Query { include_closed, sort, ..all() };
            let page = stage.find(tenant, &query, Reach::Host).await;
            assert_eq!((accounts(&page), page.total), (expected.iter().map(ToString::to_string).collect(), expected.len() as u64));
        }
        let query = vatra_core::register::Query { include_closed, search: Some("1".into()), ..all() };
        assert_eq!(stage.find(tenant, &query, Reach::Host).await.total, u64::from(include_closed));
    }
}

async fn personal_fields_can_be_erased(stage: Stage) {
    let tenant = stage.tenant("sculeni").await;
    let mut first = unit();
    first.entries.push(account("1", &[("note", Value::Personal("bolnav".into())), ("phone", Value::Personal("069111222".into()))]));
    let at = first.entries[0].at.clone();
    first.audit.push(row("import", &[]));
    stage.commit(tenant, first).await.unwrap();
    let plain = stage.raw_text("SELECT fields FROM entries").await.unwrap();
    let history = stage.raw_text("SELECT fields FROM entry_versions").await.unwrap();
    for text in [plain, history] {
        assert!(!text.contains("bolnav") && !text.contains("069111222"), "{text}");
    }
    stage.raw("UPDATE entries SET personal = NULL").await;
    stage.raw("UPDATE entry_versions SET personal = NULL").await;
    let mut snapshot = stage.storage.snapshot(tenant).await.unwrap();
    assert_eq!(snapshot.entries(std::slice::from_ref(&at)).await.unwrap()[0].fields, fields(&[("account", text("1"))]));
    assert_eq!(snapshot.history(&at).await.unwrap()[0].fields, fields(&[("account", text("1"))]));
    assert!(stage.storage.verify_audit(tenant).await.unwrap().faults.is_empty());
}

/// Quotes, NULs, other scripts, long texts: kept as they are or as near as the database can.
async fn odd_texts_are_kept(stage: Stage) {
    let tenant = stage.tenant("sculeni").await;
    let odd = "O'Neil \"x\" \\ % _ ; -- $1 ? IN (??) *:A 日本 Ёлка 👍🏽 e\u{301}";
    let long = "ă".repeat(499);
    let mut first = unit();
    first.entries.push(account(odd, &[("remark", text("a\0b"))]));
    first.entries.push(account(&long, &[("note", Value::Personal(odd.into()))]));
    first.subjects.push(subject("Zero\0", "2000000000001"));
    let mut entry = row("what\0", &[]);
    entry.detail = "{\"x\":\"\0\"}".into();
    first.audit.push(entry);
    let at = first.entries[0].at.clone();
    stage.commit(tenant, first).await.unwrap();
    let mut snapshot = stage.storage.snapshot(tenant).await.unwrap();
    let entry = snapshot.entries(&[at]).await.unwrap().remove(0);
    assert_eq!(entry.fields["account"], text(odd));
    assert_eq!(entry.fields["remark"], text("a\0b"));
    assert_eq!(snapshot.lookup(&schema(), "account", &[text(odd), text(&long)]).await.unwrap().len(), 2);
    for words in ["o'neil", "елка", "日本", "\"x\" *:A", "é"] {
        assert_eq!(stage.search(tenant, words, Reach::Module).await, [odd], "{words}");
    }
    assert_eq!(stage.search(tenant, "-- '' ***", Reach::Module).await.len(), 2, "no words: no search");
    assert!(stage.storage.verify_audit(tenant).await.unwrap().faults.is_empty());
}

async fn a_register_is_indexed_anew_when_its_schema_changes(stage: Stage) {
    let tenant = stage.tenant("sculeni").await;
    let mut first = unit();
    first.entries.push(account("1", &[("remark", text("zebra"))]));
    first.entries.push(account("2", &[("remark", text("Albină"))]));
    first.entries.push(account("3", &[]));
    stage.commit(tenant, first).await.unwrap();
    let mut newer: RegisterSchema = schema();
    for field in &mut newer.fields {
        if field.name == "remark" {
            (field.indexed, field.searchable, field.personal) = (true, true, true);
        }
    }
    let query = vatra_core::register::Query { sort: vec![by("remark", true)], ..all() };
    let mut snapshot = stage.storage.snapshot(tenant).await.unwrap();
    assert!(matches!(snapshot.find(&schema(), &query, Reach::Host, 0, 9).await, Err(StoreError::Missing(_))));
    let page = snapshot.find(&newer, &query, Reach::Host, 0, 9).await.unwrap();
    assert_eq!(accounts(&page), ["1", "2", "3"]);
    let search = vatra_core::register::Query { search: Some("albina".into()), ..all() };
    assert_eq!(snapshot.find(&newer, &search, Reach::Host, 0, 9).await.unwrap().total, 1);
    assert_eq!(snapshot.find(&newer, &search, Reach::Module, 0, 9).await.unwrap().total, 0);
    assert!(!stage.raw_text("SELECT fields FROM entries ORDER BY id").await.unwrap().contains("zebra"), "moved among the personal");

    // And by a commit.
    let mut second = unit();
    second.entries.push(account("4", &[("remark", text("vulpe"))]));
    stage.commit(tenant, second).await.unwrap();
    let mut third = unit();
    third.schemas.insert(named("accounts"), newer.clone());
    third.entries.push(account("5", &[("remark", text("urs"))]));
    stage.commit(tenant, third).await.unwrap();
    let mut snapshot = stage.storage.snapshot(tenant).await.unwrap();
    assert_eq!(accounts(&snapshot.find(&newer, &query, Reach::Host, 0, 9).await.unwrap()), ["1", "4", "5", "2", "3"]);
}

async fn many_corrections_at_once(stage: Stage) {
    let tenant = stage.tenant("sculeni").await;
    let mut first = unit();
    first.entries = (0..1_300).map(|n| account(&format!("{n:05}"), &[("due", money(n)), ("phone", Value::Personal("1".into()))])).collect();
    let refs: Vec<EntryRef> = first.entries.iter().map(|entry| entry.at.clone()).collect();
    stage.commit(tenant, first).await.unwrap();
    let mut second = unit();
    for (at, n) in refs.iter().zip(0i64..) {
        second.corrections.push(correction(at, 1, &[("due", money(10_000 - n)), ("phone", Value::Personal(format!("tel{n}")))]));
    }
    stage.commit(tenant, second).await.unwrap();
    let query = vatra_core::register::Query { sort: vec![by("due", false)], ..all() };
    let page = stage.find(tenant, &query, Reach::Host).await;
    assert_eq!((page.total, accounts(&page)[0].as_str(), accounts(&page)[1].as_str()), (1_300, "01299", "01298"));
    assert_eq!(stage.search(tenant, "tel77", Reach::Host).await.len(), 11);
    assert!(stage.search(tenant, "tel77", Reach::Module).await.is_empty());
}

async fn states_count_commits(stage: Stage) {
    let tenant = stage.tenant("sculeni").await;
    for expected in 0..3 {
        let mut snapshot = stage.storage.snapshot(tenant).await.unwrap();
        assert_eq!(snapshot.register_state(&named("accounts")).await.unwrap(), expected);
        let mut unit = unit();
        unit.reads.registers.insert(named("accounts"), expected);
        unit.entries.push(account(&expected.to_string(), &[]));
        stage.commit(tenant, unit).await.unwrap();
    }
    // A unit that writes no register leaves its state alone.
    let mut other = unit();
    other.audit.push(row("look", &[]));
    stage.commit(tenant, other).await.unwrap();
    assert_eq!(stage.storage.snapshot(tenant).await.unwrap().register_state(&named("accounts")).await.unwrap(), 3);
}
