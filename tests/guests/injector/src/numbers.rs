//! Numbers at the ends of their ranges and beyond, dates that do not exist, handles that say what they are not.

use crate::{Surprises, THINGS};
use vatra_guest_kit::*;
use vatra_sdk::contract::vatra::mpay::orders::{self, Line, Order};
use vatra_sdk::contract::vatra::registers::registers::{Aggregate, Comparison, Condition, Function};
use vatra_sdk::contract::vatra::types::values::Date;
use vatra_sdk::contract::vatra::uploads::uploads;

/// Numbers of which the sum is beyond every range, in entries of the call before: the first time there are none.
pub(crate) fn sums(told: &mut Surprises) {
    let sum = |name: &str| Aggregate { function: Function::Sum, name: name.to_owned() };
    for number in [i64::MAX, i64::MAX, i64::MAX] {
        let fields = [field("count", Value::Integer(number)), field("sum", Value::Money(1_000_000_000_000_000))];
        told.fine("add", registers::add(THINGS, &fields), |_| true);
    }
    match registers::summarise(&everything(THINGS), &[], &[sum("count"), sum("sum")]) {
        Ok(_) | Err(Failure::Invalid(_)) => {}
        Err(failure) => told.0.push(words(&failure)),
    }
}

pub(crate) fn extremes(told: &mut Surprises) {
    values(told);
    orders_of(told);
    for offset in [0, 1, u32::MAX - 1, u32::MAX] {
        for handle in ["upload-0", "upload-1", "upload-4294967295", "upload-18446744073709551616", "upload--1", "1"] {
            told.refused(handle, uploads::describe(handle));
            told.refused(handle, uploads::read(handle, offset, u32::MAX));
            told.refused(handle, uploads::problems(handle, offset, u32::MAX));
        }
    }
}

fn values(told: &mut Surprises) {
    let date = |year, month, day| Value::Date(Date { year, month, day });
    let wrong = [
        ("sum", Value::Money(i64::MIN)),
        ("sum", Value::Money(i64::MAX)),
        ("sum", Value::Money(1_000_000_000_000_001)),
        ("day", date(0, 0, 0)),
        ("day", date(2026, 2, 29)),
        ("day", date(2026, 13, 1)),
        ("day", date(u16::MAX, u8::MAX, u8::MAX)),
        ("at", Value::Instant(u64::MAX)),
        ("share", Value::Decimal("NaN".to_owned())),
        ("share", Value::Decimal("-Infinity".to_owned())),
        ("share", Value::Decimal("1e400".to_owned())),
        ("share", Value::Decimal(String::new())),
        ("count", Value::Flag(true)),
    ];
    for (name, value) in wrong {
        let condition = Condition { name: name.to_owned(), comparison: Comparison::AtMost, value: value.clone() };
        told.refused(name, registers::add(THINGS, &[field(name, value)]));
        told.refused(name, registers::find(&Query { all_of: vec![condition], ..everything(THINGS) }, 1, None));
    }
    // What is within range, at its ends, comes back as it was; the entries of a refused call are not kept.
    let ends = [
        ("count", Value::Integer(i64::MIN)),
        ("count", Value::Integer(i64::MAX)),
        ("sum", Value::Money(-1_000_000_000_000_000)),
        ("day", date(1, 1, 1)),
        ("day", date(u16::MAX, 12, 31)),
        ("at", Value::Instant(0)),
        ("at", Value::Instant(i64::MAX as u64)),
        ("share", Value::Decimal("-999999999999.999999".to_owned())),
    ];
    for (name, value) in ends {
        let condition = |comparison| Condition { name: name.to_owned(), comparison, value: value.clone() };
        for comparison in [Comparison::Equal, Comparison::Less, Comparison::More, Comparison::NotEqual] {
            let query = Query { all_of: vec![condition(comparison)], ..everything(THINGS) };
            told.fine(name, registers::find(&query, 1, None), |_| true);
            let aggregate = |function| Aggregate { function, name: name.to_owned() };
            let ends = registers::summarise(&query, &[], &[aggregate(Function::Minimum), aggregate(Function::Maximum)]);
            if name == "share" {
                told.refused(name, ends);
            } else {
                told.fine(name, ends, |_| true);
            }
        }
    }
    told.refused("version", registers::correct(&EntryRef { register: THINGS.to_owned(), id: String::new() }, u32::MAX, &[], ""));
}

fn orders_of(told: &mut Surprises) {
    let line = |id: &str, amount| Line { id: id.to_owned(), amount, account: "local-budget".to_owned(), reason: String::new() };
    let order = |lines: Vec<Line>, expires: Option<Date>| Order {
        service: "local-taxes".to_owned(),
        customer: None,
        lines,
        due: None,
        expires,
        partial: false,
        advance: false,
        reason: String::new(),
    };
    for amounts in [vec![i64::MIN], vec![i64::MAX], vec![0], vec![-1], vec![i64::MAX, i64::MAX], vec![20_000, -19_000], vec![10_001]] {
        let lines = amounts.iter().enumerate().map(|(index, amount)| line(&format!("{index}"), *amount)).collect();
        told.refused("amounts", orders::create_order(&order(lines, None)));
    }
    told.refused("no lines", orders::create_order(&order(Vec::new(), None)));
    told.refused("many lines", orders::create_order(&order((0..10_000).map(|id| line(&format!("{id}"), 1)).collect(), None)));
    told.refused("twice the same line", orders::create_order(&order(vec![line("1", 1), line("1", 1)], None)));
    told.refused("a date that is not", orders::create_order(&order(vec![line("1", 1)], Some(Date { year: 2026, month: 2, day: 30 }))));
    told.refused("a date that was", orders::create_order(&order(vec![line("1", 1)], Some(Date { year: 1, month: 1, day: 1 }))));
}
