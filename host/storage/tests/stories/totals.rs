//! Totals of a large register are what they would be if they were read anew, whatever was written since, and by whichever host.

use crate::support::*;
use vatra_core::ids::TenantId;
use vatra_core::register::{Aggregate, Comparison, Condition, Function, Query, Reach};
use vatra_core::store::Municipal;
use vatra_core::unit::Correction;
use vatra_core::value::{EntryRef, Money, Value};
use vatra_storage::Storage;

stories![totals_keep_up_with_what_is_written];

/// An account as the town hall knows it.
struct Known {
    at: EntryRef,
    version: u32,
    due: Option<i64>,
    land: bool,
    closed: bool,
}

fn questions() -> Vec<Query> {
    let condition = |name: &str, comparison, value| Condition { name: name.into(), comparison, value };
    let land = || condition("kind", Comparison::Equal, Value::Choice("land".into()));
    let mut out = Vec::new();
    for include_closed in [false, true] {
        for all_of in [
            vec![],
            vec![land()],
            vec![condition("due", Comparison::More, money(50))],
            vec![condition("due", Comparison::AtMost, money(50)), land()],
            vec![condition("due", Comparison::IsEmpty, Value::None)],
            vec![condition("due", Comparison::NotEqual, money(7)), condition("kind", Comparison::NotEqual, Value::Choice("land".into()))],
        ] {
            out.push(Query { all_of, include_closed, ..all() });
        }
    }
    out
}

fn expected(known: &[Known], query: &Query) -> (u64, Vec<Value>) {
    let meets = |account: &&Known| {
        (query.include_closed || !account.closed)
            && query.all_of.iter().all(|condition| match (condition.name.as_str(), condition.comparison) {
                ("kind", Comparison::Equal) => account.land,
                ("kind", _) => !account.land,
                (_, Comparison::More) => account.due.is_some_and(|due| due > 50),
                (_, Comparison::AtMost) => account.due.is_some_and(|due| due <= 50),
                (_, Comparison::IsEmpty) => account.due.is_none(),
                _ => account.due != Some(7),
            })
    };
    let found: Vec<&Known> = known.iter().filter(meets).collect();
    let filled: Vec<i64> = found.iter().filter_map(|account| account.due).collect();
    let sum = if filled.is_empty() { Value::None } else { Value::Money(Money(filled.iter().sum())) };
    (found.len() as u64, vec![Value::Integer(found.len() as i64), sum])
}

async fn agree(storage: &Storage, tenant: TenantId, known: &[Known], when: &str) {
    let of = |function, name: &str| Aggregate { function, name: name.into() };
    let functions = [of(Function::Count, ""), of(Function::Sum, "due")];
    let mut snapshot = storage.snapshot(tenant).await.unwrap();
    for query in questions() {
        let (count, results) = expected(known, &query);
        let buckets = snapshot.summarise(&schema(), &query, &[], &functions).await.unwrap();
        assert_eq!(buckets[0].results, results, "{when}: {query:?}");
        assert_eq!(snapshot.find(&schema(), &query, Reach::Host, 0, 1).await.unwrap().total, count, "{when}: {query:?}");
    }
}

async fn totals_keep_up_with_what_is_written(stage: Stage) {
    let tenant = stage.tenant("sculeni").await;
    let (mut known, mut last) = (Vec::new(), 0u64);
    // The same for every run, and like nothing in particular.
    let mut any = move |below: u64| {
        last = last.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (last >> 33) % below
    };
    let mut number = 0;
    let mut write = |known: &mut Vec<Known>, any: &mut dyn FnMut(u64) -> u64, added: u64, corrected: u64| {
        let mut unit = unit();
        let due = |any: &mut dyn FnMut(u64) -> u64| Some(any(100) as i64).filter(|due| due % 9 != 0);
        let value = |due: Option<i64>| due.map_or(Value::None, money);
        let mut chosen = std::collections::BTreeSet::new();
        for _ in 0..corrected {
            let place = any(known.len() as u64) as usize;
            let account = &mut known[place];
            if account.closed || !chosen.insert(place) {
                continue;
            }
            account.due = due(any);
            account.land = any(2) == 0;
            account.closed = any(6) == 0;
            let kind = Value::Choice(if account.land { "land" } else { "building" }.into());
            let change = correction(&account.at, account.version, &[("due", value(account.due)), ("kind", kind)]);
            unit.corrections.push(Correction { close: account.closed, ..change });
            account.version += 1;
        }
        for _ in 0..added {
            number += 1;
            let (due, land) = (due(any), any(2) == 0);
            let kind = Value::Choice(if land { "land" } else { "building" }.into());
            let entry = account(&format!("{number:05}"), &[("due", value(due)), ("kind", kind)]);
            known.push(Known { at: entry.at.clone(), version: 1, due, land, closed: false });
            unit.entries.push(entry);
        }
        unit
    };
    let first = write(&mut known, &mut any, 1_100, 0);
    stage.commit(tenant, first).await.unwrap();
    agree(&stage.storage, tenant, &known, "read anew").await;
    for step in 0..25 {
        let (added, corrected) = (any(3), any(4));
        let unit = write(&mut known, &mut any, added, corrected);
        stage.commit(tenant, unit).await.unwrap();
        if step % 3 == 0 {
            agree(&stage.storage, tenant, &known, &format!("after {step}")).await;
        }
    }
    // A snapshot that was taken before something is written does not see it, whoever looked meanwhile.
    let before: Vec<(u64, Vec<Value>)> = questions().iter().map(|query| expected(&known, query)).collect();
    let mut old = stage.storage.snapshot(tenant).await.unwrap();
    let unit = write(&mut known, &mut any, 2, 30);
    stage.commit(tenant, unit).await.unwrap();
    agree(&stage.storage, tenant, &known, "beside an old snapshot").await;
    let count = [Aggregate { function: Function::Count, name: String::new() }];
    for (query, (_, results)) in questions().iter().zip(before) {
        assert_eq!(old.summarise(&schema(), query, &[], &count).await.unwrap()[0].results, results[..1], "{query:?}");
    }
    drop(old);
    // What another host writes is seen here, and what this one writes there.
    let other = stage.another().await;
    agree(&other, tenant, &known, "elsewhere").await;
    for step in 0..4 {
        let unit = write(&mut known, &mut any, 1, 2);
        let storage = if step % 2 == 0 { &other } else { &stage.storage };
        storage.commit(tenant, unit).await.unwrap();
        agree(&stage.storage, tenant, &known, &format!("two hosts, {step}")).await;
        agree(&other, tenant, &known, &format!("two hosts, {step}, elsewhere")).await;
    }
    // More than is kept of changes.
    let large = write(&mut known, &mut any, 2_100, 0);
    stage.commit(tenant, large).await.unwrap();
    agree(&stage.storage, tenant, &known, "after a large import").await;
    // Of another municipality nothing is known.
    let other = stage.tenant("ungheni").await;
    agree(&stage.storage, other, &[], "another municipality").await;
}
