//! Blocks that dangle.

use crate::{THINGS, link};
use vatra_guest_kit::*;
use vatra_sdk::contract::vatra::types::values::{Date, DocumentRef};
use vatra_sdk::contract::vatra::view::view::{
    BoundTable, Button, Chart, ChartKind, Column, Form, Happening, Heading, Input, Item, Message, Row, Section, Summary, Table,
};

fn button(action: &str, parameters: Vec<Field>) -> Button {
    Button { label: plain("Do"), action: action.to_owned(), parameters, confirm: None, tone: Tone::Danger }
}

fn input(name: &str) -> Input {
    Input { name: name.to_owned(), label: plain("In"), hint: None, value: Value::None, choices: Vec::new() }
}

fn form(action: &str, inputs: Vec<Input>) -> Block {
    Block::Form(Form {
        action: action.to_owned(),
        title: plain("Form"),
        inputs,
        parameters: Vec::new(),
        submit: plain("Do"),
        check_answers: false,
    })
}

fn bound(id: &str, register: &str, name: &str, opens: Option<&str>) -> Block {
    Block::Bound(BoundTable {
        id: id.to_owned(),
        title: plain("Table"),
        query: everything(register),
        columns: vec![Column { name: name.to_owned(), title: plain("Column"), opens: opens.map(str::to_owned) }],
        searchable: true,
        exportable: true,
        empty: plain("Nothing"),
        bulk: Vec::new(),
        totals: Vec::new(),
    })
}

fn section(id: &str) -> Block {
    Block::Section(Section { id: id.to_owned(), title: plain("Section") })
}

fn table(columns: usize, row: usize) -> Block {
    let columns = (0..columns).map(|_| plain("Column")).collect();
    Block::Table(Table {
        title: plain("Table"),
        columns,
        rows: vec![Row { cells: (0..row).map(|_| Value::Flag(true)).collect(), opens: None }],
    })
}

fn happening(at: Value) -> Block {
    Block::Timeline(vec![Happening { at, what: plain("It happened"), who: None, details: Vec::new() }])
}

fn one(value: Value) -> Block {
    Block::Summary(Summary { title: None, items: vec![Item { label: plain("It"), value }] })
}

/// One, or more, that cannot be shown.
pub(crate) fn of(kind: &str) -> Vec<Block> {
    let nothing = || Vec::new();
    let chart = |labels: usize, points: Vec<Value>| {
        let labels = (0..labels).map(|_| plain("Label")).collect();
        Block::Chart(Chart { title: plain("Chart"), kind: ChartKind::Line, labels, series: vec![(plain("S"), points)] })
    };
    vec![match kind {
        "link" => Block::Links(vec![link("nowhere", nothing())]),
        "link-up" => Block::Links(vec![link("../../../lozova/echo/home", nothing())]),
        "link-script" => Block::Links(vec![link("javascript:alert(1)", nothing())]),
        "link-parameter" => Block::Links(vec![link("home", vec![text("no-such-parameter", "a")])]),
        "link-type" => Block::Links(vec![link("home", vec![field("kind", Value::Integer(1))])]),
        "link-short" => Block::Links(vec![link("things", nothing())]),
        "button" => Block::Buttons(vec![button("no-such-action", nothing())]),
        "button-parameter" => Block::Buttons(vec![button("answer", vec![text("no-such-input", "a")])]),
        "form" => form("no-such-action", vec![input("kind")]),
        "form-input" => form("answer", vec![input("no-such-input")]),
        "form-twice" => form("answer", vec![input("kind"), input("kind")]),
        "register" => bound("t", "no-such-things", "text", None),
        "column" => bound("t", THINGS, "no-such-field", None),
        "column-sql" => bound("t", THINGS, "text) FROM entries --", None),
        "column-opens" => bound("t", THINGS, "text", Some("nowhere")),
        "table-id" => bound("a b/c?d=e&f", THINGS, "text", None),
        "tables" => return vec![bound("t", THINGS, "text", None), bound("t", THINGS, "text", None)],
        "section" => section("\" onclick=\"alert(1)"),
        "sections" => return vec![section("s"), section("s")],
        "many-sections" => return (0..400).map(|number| section(&format!("s{number}"))).chain([section("s7")]).collect(),
        "cells" => table(3, 2),
        "no-columns" => table(0, 0),
        "heading" => Block::Heading(Heading { text: plain("Heading"), level: 255 }),
        "key" => Block::Text(Words::Key(Message { key: "no-such-message".to_owned(), arguments: vec![text("a", "b")] })),
        "key-sql" => Block::Text(Words::Key(Message { key: "' OR { $x".to_owned(), arguments: nothing() })),
        "happening" => happening(Value::Text("yesterday".to_owned())),
        "never" => happening(Value::Date(Date { year: 65_535, month: 99, day: 99 })),
        "far" => happening(Value::Instant(u64::MAX)),
        "farthest" => happening(Value::Instant(i64::MAX as u64)),
        "latest" => happening(Value::Date(Date { year: 65_535, month: 12, day: 31 })),
        "sum" => one(Value::Money(i64::MIN)),
        "sum-max" => one(Value::Money(1_000_000_000_000_000)),
        "number" => one(Value::Integer(i64::MIN)),
        "decimal" => one(Value::Decimal("NaN".to_owned())),
        "entry" => one(Value::Entry(EntryRef { register: "no-such-things".to_owned(), id: "a".to_owned() })),
        "entry-gone" => {
            let id = "00000000-0000-0000-0000-000000000000".to_owned();
            one(Value::Entry(EntryRef { register: THINGS.to_owned(), id }))
        }
        "document" => Block::Document(DocumentRef { id: "no-such-document".to_owned() }),
        "person" => Block::Person(Subject { token: "nobody".to_owned() }),
        "payment" => Block::Payment("0100000000000000".to_owned()),
        "payment-sql" => Block::Payment("' OR '1'='1".to_owned()),
        "row" => {
            let row = Row { cells: vec![Value::Flag(true)], opens: Some(link("nowhere", nothing())) };
            Block::Table(Table { title: plain("Table"), columns: vec![plain("Column")], rows: vec![row] })
        }
        "total" => match bound("things", THINGS, "text", None) {
            Block::Bound(table) => Block::Bound(BoundTable { totals: vec!["text".to_owned()], ..table }),
            other => other,
        },
        "case" => Block::Case("no-such-case".to_owned()),
        "chart" => chart(1, [i64::MIN, i64::MAX, 0].map(Value::Integer).to_vec()),
        _ => return Vec::new(),
    }]
}
