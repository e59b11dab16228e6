//! Texts that mean something to a database, a file system, a page or a log, wherever the contract takes a text.

use crate::{Surprises, THINGS};
use vatra_guest_kit::*;
use vatra_sdk::contract::vatra::log::log;
use vatra_sdk::contract::vatra::mpay::orders::{self, Line, Order};
use vatra_sdk::contract::vatra::registers::registers::{Aggregate, Comparison, Condition, Function, Sorting};
use vatra_sdk::contract::vatra::subjects::subjects;
use vatra_sdk::contract::vatra::uploads::uploads;

pub(crate) const FRAGMENTS: [&str; 30] = [
    "' OR '1'='1",
    "'; DROP TABLE entries; --",
    "\"; DELETE FROM audit; --",
    "') UNION SELECT personal FROM entries --",
    "1); UPDATE entries SET closed = 1; --",
    "$1",
    "?1",
    ":tenant",
    "%",
    "_",
    "* OR *",
    "NEAR(a b)",
    "plain : a",
    "\"a\" AND \"b\"",
    "a*",
    "^a",
    "{a b}: c",
    "\\",
    "\\'",
    "../../../../etc/passwd",
    "..\\..\\vatra.sqlite",
    "file:///data/vatra.sqlite",
    "/dev/zero",
    "%00",
    "a\u{0}b",
    "\u{202e}gnp.exe",
    "\u{feff}",
    "<script>alert(1)</script>",
    "{{ 7 * 7 }} ${7*7} { $count }",
    "\r\n2026-10-01 ERROR forged line\u{1b}[31m",
];

/// Every name under which another municipality's, another module's or the host's own data might be asked for.
pub(crate) const NEIGHBOURS: [&str; 30] = [
    "lozova",
    "lozova/things",
    "lozova:things",
    "lozova.things",
    "../lozova/things",
    "/m/lozova/echo/home",
    "Lozova",
    "sculeni",
    "things",
    "forger-things",
    "panic-things",
    "tax-accounts",
    "tax-collector",
    "tax-collector/accounts",
    "echo",
    "main.entries",
    "public.entries",
    "entries",
    "entry_versions",
    "audit",
    "grants",
    "sessions",
    "officials",
    "sqlite_master",
    "pg_catalog.pg_tables",
    "information_schema.tables",
    "*",
    "all",
    "tenants",
    "master.key",
];

/// Each in every place; `kept` ones are written too, and have to come back as they were.
pub(crate) fn everywhere(fragments: &[&str], kept: bool, told: &mut Surprises) {
    let mut known = EntryRef { register: THINGS.to_owned(), id: "00000000-0000-0000-0000-000000000000".to_owned() };
    for fragment in fragments {
        if kept {
            match registers::add(THINGS, &[text("text", *fragment)]) {
                Ok(entry) => known = entry,
                Err(failure) => told.0.push(words(&failure)),
            }
            told.fine(fragment, registers::get(&known), |entry| given_text(&entry.fields, "text") == *fragment);
        }
        reads(fragment, told);
        entries(fragment, &known, told);
        orders_and_people(fragment, told);
        values(fragment, told);
        log::write(log::Level::Debug, fragment);
    }
}

fn reads(fragment: &str, told: &mut Surprises) {
    told.refused("register", registers::find(&everything(fragment), 1, None));
    told.refused("register of a sum", registers::summarise(&everything(fragment), &[], &[count()]));
    let condition =
        |name: &str| Condition { name: name.to_owned(), comparison: Comparison::Equal, value: Value::Text(fragment.to_owned()) };
    let named = Query { all_of: vec![condition(fragment)], ..everything(THINGS) };
    told.refused("name of a condition", registers::find(&named, 1, None));
    let valued = Query { all_of: vec![condition("text")], ..everything(THINGS) };
    told.fine("value of a condition", registers::find(&valued, 500, None), |page| {
        page.entries.len() as u64 == page.total && page.total <= 1
    });
    let sorted = Query { sort: vec![Sorting { name: fragment.to_owned(), descending: true }], ..everything(THINGS) };
    told.refused("name of a sorting", registers::find(&sorted, 1, None));
    let searched = Query { search: Some(fragment.to_owned()), ..everything(THINGS) };
    let all = registers::find(&everything(THINGS), 1, None).map_or(0, |page| page.total);
    told.fine("search", registers::find(&searched, 1, None), |page| page.total <= all);
    told.refused("cursor", registers::find(&everything(THINGS), 1, Some(fragment)));
    told.refused("group", registers::summarise(&everything(THINGS), &[fragment.to_owned()], &[count()]));
    let sum = Aggregate { function: Function::Sum, name: fragment.to_owned() };
    told.refused("sum", registers::summarise(&everything(THINGS), &[], &[sum]));
    told.refused("key", registers::lookup(THINGS, fragment, &Value::Text("a".to_owned())));
    told.refused("register of a key", registers::lookup(fragment, "key", &Value::Text("a".to_owned())));
    told.fine("value of a key", registers::lookup(THINGS, "key", &Value::Text(fragment.to_owned())), Option::is_none);
}

fn count() -> Aggregate {
    Aggregate { function: Function::Count, name: String::new() }
}

fn entries(fragment: &str, known: &EntryRef, told: &mut Surprises) {
    let elsewhere = EntryRef { register: fragment.to_owned(), id: known.id.clone() };
    let other = EntryRef { register: THINGS.to_owned(), id: fragment.to_owned() };
    for at in [&elsewhere, &other] {
        told.refused("get", registers::get(at));
        told.refused("history", registers::history(at));
        told.refused("correct", registers::correct(at, 1, &[text("text", "a")], "a"));
        told.refused("close", registers::close(at, 1, "a"));
    }
    told.refused("add", registers::add(fragment, &[text("text", "a")]));
    told.refused("add-many", registers::add_many(fragment, &[vec![text("text", "a")]]));
    told.refused("field", registers::add(THINGS, &[text(fragment, "a")]));
    told.refused("merge", registers::merge(fragment, "key", &[vec![text("key", "a")]], "a"));
    told.refused("key of a merge", registers::merge(THINGS, fragment, &[vec![text("key", "a")]], "a"));
}

fn orders_and_people(fragment: &str, told: &mut Surprises) {
    let order = |service: &str, account: &str| Order {
        service: service.to_owned(),
        customer: None,
        lines: vec![Line { id: "1".to_owned(), amount: 100, account: account.to_owned(), reason: "a".to_owned() }],
        due: None,
        expires: None,
        partial: false,
        advance: false,
        reason: "a".to_owned(),
    };
    told.refused("service", orders::create_order(&order(fragment, "local-budget")));
    told.refused("account", orders::create_order(&order("local-taxes", fragment)));
    told.refused("cancel", orders::cancel_order(fragment, fragment));
    told.refused("standing", orders::standing_of(fragment));
    told.refused("payments", orders::payments_of(fragment));
    let somebody = Subject { token: fragment.to_owned() };
    told.refused("kind", subjects::kind_of(&somebody));
    told.refused("attributes", subjects::attributes(&somebody, &[fragment.to_owned()]));
    told.refused("upload", uploads::describe(fragment));
    told.refused("rows", uploads::read(fragment, 0, 10));
    told.refused("problems", uploads::problems(fragment, 0, 10));
}

/// Values of types that such a text is not of.
fn values(fragment: &str, told: &mut Surprises) {
    let owned = || fragment.to_owned();
    let wrong = [
        ("share", Value::Decimal(owned())),
        ("kind", Value::Choice(owned())),
        ("parcel", Value::Cadastral(owned())),
        ("account", Value::Iban(owned())),
        ("who", Value::Subject(Subject { token: owned() })),
        ("note", Value::Sealed(Sealed { token: owned() })),
        ("other", Value::Entry(EntryRef { register: THINGS.to_owned(), id: owned() })),
        ("other", Value::Entry(EntryRef { register: owned(), id: owned() })),
        ("count", Value::Text(owned())),
    ];
    for (name, value) in wrong {
        let condition = Condition { name: name.to_owned(), comparison: Comparison::AtLeast, value: value.clone() };
        told.refused(name, registers::add(THINGS, &[field(name, value)]));
        told.refused(name, registers::find(&Query { all_of: vec![condition], ..everything(THINGS) }, 1, None));
    }
}
