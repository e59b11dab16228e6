//! What may not be shown: a rule a test.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

#[path = "common/blocks.rs"]
mod blocks;
mod common;

use common::*;
use vatra_core::register::{Comparison, Condition, Sorting};
use vatra_core::value::{Fields, Money, Value};
use vatra_core::view::*;
use vatra_view::{Problem, limits, validate};

fn problems(blocks: Vec<Block>) -> Vec<(String, Problem)> {
    let screen = Screen { title: plain("x"), breadcrumbs: vec![], blocks };
    validate(&screen, &manifest()).err().unwrap_or_default().into_iter().map(|problem| (problem.at, problem.problem)).collect()
}

fn row() -> TableRow {
    TableRow { cells: vec![Value::None], opens: None }
}

fn only(block: Block) -> Problem {
    let mut found = problems(vec![block]);
    assert_eq!(found.len(), 1, "{found:?}");
    found.remove(0).1
}

fn undeclared(what: &'static str, name: &str) -> Problem {
    Problem::Undeclared { what, name: name.into() }
}

#[test]
fn the_sample_screen_holds() {
    assert_eq!(manifest().problems(), Vec::new());
    assert_eq!(validate(&screen(), &manifest()), Ok(()));
    assert_eq!(catalogue().unequal_keys(), Vec::<String>::new());
}

#[test]
fn counts_and_sizes_are_bounded() {
    let text = |bytes: usize| Block::Text(plain(&"a".repeat(bytes)));
    assert_eq!(only(text(limits::TEXT_BYTES + 1)), Problem::TooLong { found: 10_001, limit: 10_000 });
    assert!(problems(vec![text(limits::TEXT_BYTES)]).is_empty());
    let blocks = vec![text(1); limits::BLOCKS + 1];
    assert_eq!(problems(blocks), [("blocks".into(), Problem::TooMany { what: "blocks", found: 501, limit: 500 })]);
    let whole = vec![text(10_000); 53];
    assert_eq!(problems(whole), [("screen".into(), Problem::TooLong { found: 530_001, limit: limits::SCREEN_BYTES })]);
    let rows = |count| Block::Table(Table { title: plain("t"), columns: vec![plain("c")], rows: vec![row(); count] });
    assert!(problems(vec![rows(1_000)]).is_empty());
    assert_eq!(only(rows(1_001)), Problem::TooMany { what: "rows", found: 1_001, limit: 1_000 });
    let items = vec![Item { label: plain("l"), value: Value::None }; limits::ITEMS + 1];
    assert_eq!(only(Block::Summary { title: None, items }), Problem::TooMany { what: "items", found: 201, limit: 200 });
    let label = Words::Key("k".repeat(limits::LABEL_BYTES + 1), Fields::new());
    assert!(matches!(only(Block::Heading { text: label, level: 2 }), Problem::TooLong { .. }));
    let arguments: Fields = (0..=limits::FIELDS).map(|n| (format!("a{n}"), Value::Flag(true))).collect();
    assert!(matches!(only(Block::Text(Words::Key("k".into(), arguments))), Problem::TooMany { what: "arguments", .. }));
    let tables = (0..=limits::BOUND_TABLES).map(|n| Block::Bound(BoundTable { id: format!("t{n}"), ..bound() })).collect();
    assert_eq!(problems(tables), [("blocks".into(), Problem::TooMany { what: "bound tables", found: 11, limit: 10 })]);
    assert_eq!(
        only(Block::Text(with("k", &[("m", Value::Money(Money(Money::LIMIT + 1)))]))),
        Problem::Unfit("an amount beyond ±10^15 bani")
    );
}

#[test]
fn headings_have_levels_two_to_four() {
    for level in [0, 1, 5, 255] {
        assert_eq!(only(Block::Heading { text: plain("h"), level }), Problem::HeadingLevel(level));
    }
}

#[test]
fn ids_are_plain_and_unique() {
    let table = |id: &str| Block::Bound(BoundTable { id: id.into(), ..bound() });
    for id in ["", "A", "a b", "a\"b", "a.b", "ș"] {
        assert_eq!(only(table(id)), Problem::BadId(id.into()));
    }
    assert_eq!(problems(vec![table("t"), table("t")]), [("blocks[1]".into(), Problem::TwiceUsed("t".into()))]);
    let section = |id: &str| Block::Section { id: id.into(), title: plain("s") };
    assert_eq!(only(section("x\" onclick=\"")), Problem::BadId("x\" onclick=\"".into()));
    assert_eq!(problems(vec![section("s"), section("s")])[0].1, Problem::TwiceUsed("s".into()));
    assert!(problems(vec![section("s"), table("s")]).is_empty());
}

#[test]
fn links_lead_to_declared_screens_with_declared_parameters() {
    let to = |screen: &str, parameters: Fields| only(Block::Links(vec![link("l", screen, parameters)]));
    assert_eq!(to("nowhere", Fields::new()), undeclared("screen", "nowhere"));
    assert_eq!(to("home", about_account()), undeclared("parameter", "entry"));
    assert_eq!(to("account", Fields::new()), Problem::Missing("entry".into()));
    assert_eq!(to("year", Fields::from([("year".into(), Value::Text("2026".into()))])), Problem::WrongType("year".into()));
    let notice = vatra_core::value::EntryRef { register: name("notices"), id: uuid(1) };
    assert_eq!(to("account", Fields::from([("entry".into(), Value::Entry(notice))])), Problem::WrongType("entry".into()));
    let screen = Screen { title: plain("x"), breadcrumbs: vec![link("l", "nowhere", Fields::new())], blocks: vec![] };
    assert_eq!(validate(&screen, &manifest()).unwrap_err()[0].at, "breadcrumbs[0]");
}

#[test]
fn buttons_perform_declared_actions() {
    let press = |action: &str, parameters: Fields| only(Block::Buttons(vec![Button { parameters, ..button("b", action, Tone::Neutral) }]));
    assert_eq!(press("delete-all", about_account()), undeclared("action", "delete-all"));
    assert_eq!(press("recount", Fields::new()), Problem::Missing("entry".into()));
    let personal = Fields::from([("entry".into(), Value::Personal("x".into()))]);
    assert_eq!(press("recount", personal), Problem::WrongType("entry".into()));
    let mut more = about_account();
    more.insert("x".into(), Value::Flag(true));
    assert_eq!(press("recount", more), undeclared("input", "x"));
}

#[test]
fn nothing_personal_stands_in_an_address() {
    let mut manifest = manifest();
    manifest.screens[0].parameters = vec![manifest.actions[6].inputs[8].clone()];
    let phone = Fields::from([("phone".into(), Value::Personal("069123456".into()))]);
    let screen = Screen { title: plain("x"), breadcrumbs: vec![], blocks: vec![Block::Links(vec![link("l", "home", phone)])] };
    assert_eq!(validate(&screen, &manifest).unwrap_err()[0].problem, Problem::PersonalAddress("phone".into()));
}

#[test]
fn forms_ask_for_what_the_action_declares() {
    let check = |change: &dyn Fn(&mut Form)| {
        let mut form = form();
        change(&mut form);
        only(Block::Form(form))
    };
    assert_eq!(check(&|form| form.action = "no-such".into()), undeclared("action", "no-such"));
    assert_eq!(check(&|form| form.inputs.push(input("extra", "l"))), undeclared("input", "extra"));
    assert_eq!(check(&|form| form.inputs.push(input("label", "l"))), Problem::TwiceUsed("label".into()));
    assert_eq!(check(&|form| form.inputs.retain(|input| input.name != "label")), Problem::Missing("label".into()));
    assert_eq!(check(&|form| form.parameters.clear()), Problem::Missing("entry".into()));
    assert_eq!(check(&|form| form.inputs[0].value = Value::Integer(1)), Problem::WrongType("label".into()));
    assert_eq!(check(&|form| form.inputs[6].choices = vec![("fax".into(), plain("Fax"))]), undeclared("choice", "fax"));
    assert_eq!(
        check(&|form| form.inputs[6].choices = vec![("post".into(), plain("a")), ("post".into(), plain("b"))]),
        Problem::TwiceUsed("post".into())
    );
    // What decides whether another is asked comes with it; what is asked then is not forgotten.
    assert_eq!(check(&|form| form.inputs.retain(|input| input.name != "urgent")), Problem::Missing("urgent".into()));
    assert_eq!(check(&|form| form.inputs.retain(|input| input.name != "email")), Problem::Missing("email".into()));
    // A sealed value goes back sealed or not at all.
    assert_eq!(check(&|form| form.inputs[0].value = Value::Personal("Ana".into())), Problem::Unsealed("label".into()));
    let phone = Form {
        inputs: {
            let mut inputs = form().inputs;
            inputs[7].value = Value::Personal("069".into());
            inputs
        },
        ..form()
    };
    assert_eq!(problems(vec![Block::Form(phone)]), []);
    // A form about an entry must say which.
    let no_entry = Form { inputs: vec![input("entry", "l")], parameters: Fields::new(), ..form() };
    let missing = problems(vec![Block::Form(Form { action: "recount".into(), ..no_entry })]);
    assert_eq!(missing, [("blocks[0].inputs[0]".into(), Problem::Missing("entry".into()))]);
    let file = Form {
        action: "import-roll".into(),
        inputs: vec![input("roll", "roll")],
        parameters: Fields::new(),
        check_answers: true,
        ..form()
    };
    assert!(matches!(only(Block::Form(file)), Problem::Unfit(_)));
}

#[test]
fn the_host_s_own_names_are_kept() {
    let mut manifest = manifest();
    manifest.actions[5].inputs[0].name = "submission".into();
    let form = Form {
        action: "import-roll".into(),
        inputs: vec![input("submission", "l")],
        parameters: Fields::new(),
        check_answers: false,
        ..form()
    };
    let screen = Screen { title: plain("x"), breadcrumbs: vec![], blocks: vec![Block::Form(form)] };
    assert_eq!(validate(&screen, &manifest).unwrap_err()[0].problem, Problem::Reserved("submission".into()));
}

#[test]
fn bound_tables_name_fields_of_their_register() {
    let check = |change: &dyn Fn(&mut BoundTable)| {
        let mut table = bound();
        change(&mut table);
        only(Block::Bound(table))
    };
    assert_eq!(
        check(&|table| {
            table.query.register = name("secrets");
            table.bulk.clear();
        }),
        undeclared("register", "secrets")
    );
    for field in ["secret", "account.name", "taxpayer.birthday", "taxpayer.name.idn", ""] {
        assert_eq!(check(&|table| table.columns[0].name = field.into()), undeclared("field", field));
    }
    for field in ["number", "version", "opened", "taxpayer", "taxpayer.idn", "taxpayer.phone", "taxpayer.email", "area"] {
        let table = BoundTable { columns: vec![column(field, "t", None)], totals: Vec::new(), ..bound() };
        assert_eq!(problems(vec![Block::Bound(table)]), [], "{field}");
    }
    assert_eq!(check(&|table| table.columns[0].opens = Some("nowhere".into())), undeclared("screen", "nowhere"));
    assert!(matches!(check(&|table| table.columns[0].opens = Some("home".into())), Problem::Unfit(_)));
    let bare = |table: &mut BoundTable| {
        table.columns.clear();
        table.totals.clear();
    };
    assert!(matches!(check(&bare), Problem::Unfit(_)));
    let condition = |name: &str, value| Condition { name: name.into(), comparison: Comparison::Equal, value };
    assert_eq!(check(&|table| table.query.all_of = vec![condition("secret", Value::None)]), undeclared("field", "secret"));
    assert_eq!(check(&|table| table.query.all_of = vec![condition("due", Value::Text("1".into()))]), Problem::WrongType("due".into()));
    assert_eq!(check(&|table| table.query.all_of = vec![condition("due", Value::None)]), Problem::WrongType("due".into()));
    assert!(matches!(check(&|table| table.query.all_of = vec![condition("area", Value::None)]), Problem::Unfit(_)));
    let sorting = |name: &str| vec![Sorting { name: name.into(), descending: true }];
    for field in ["area", "secret", "account.name", "taxpayer.idn"] {
        assert_eq!(check(&|table| table.query.sort = sorting(field)), undeclared("sortable field", field));
    }
}

#[test]
fn bulk_actions_take_the_ticked_entries() {
    let bulk = |button: Button| problems(vec![Block::Bound(BoundTable { bulk: vec![button], ..bound() })]);
    let plain_action = Button { parameters: Fields::new(), ..button("b", "recount", Tone::Neutral) };
    assert!(bulk(plain_action).is_empty(), "performed on each by itself");
    let of_none = Button { parameters: Fields::new(), ..button("b", "book", Tone::Neutral) };
    assert!(bulk(of_none).iter().any(|(_, problem)| matches!(problem, Problem::Unfit(_))), "it takes no entry");
    let twice = Button { action: "remind".into(), ..button("b", "remind", Tone::Neutral) };
    assert_eq!(bulk(twice)[0].1, Problem::TwiceUsed("entry".into()));
    let missing = Button { parameters: Fields::new(), ..button("b", "write-off", Tone::Neutral) };
    assert_eq!(bulk(missing)[0].1, Problem::Missing("year".into()));
}

#[test]
fn tables_are_rectangles() {
    let table = Table { title: plain("t"), columns: vec![plain("a"), plain("b")], rows: vec![row()] };
    assert_eq!(only(Block::Table(table)), Problem::Cells { found: 1, expected: 2 });
}

#[test]
fn rows_open_screens_of_the_module() {
    let astray = TableRow { opens: Some(link("l", "nowhere", Fields::new())), ..row() };
    let table = Table { title: plain("t"), columns: vec![plain("a")], rows: vec![row(), astray] };
    assert_eq!(only(Block::Table(table)), undeclared("screen", "nowhere"));
}

#[test]
fn totals_are_of_columns_that_can_be_summed() {
    let check = |totals: &[&str]| {
        problems(vec![Block::Bound(BoundTable { totals: totals.iter().map(|&name| name.to_owned()).collect(), ..bound() })])
    };
    assert_eq!(check(&["due"]), []);
    for wrong in [&["taxpayer"][..], &["state"], &["no-such-field"], &["due", "due"]] {
        assert!(matches!(check(wrong)[0].1, Problem::Unfit(_)), "{wrong:?}");
    }
}

#[test]
fn things_happen_at_a_time() {
    let happening = Happening { at: Value::Text("ieri".into()), what: plain("w"), who: None, details: vec![] };
    assert!(matches!(only(Block::Timeline(vec![happening])), Problem::Unfit(_)));
}

#[test]
fn charts_can_be_drawn() {
    let lei = |bani: i64| Value::Money(Money(bani));
    let chart = |kind, labels: usize, series: Vec<Vec<Value>>| {
        problems(vec![Block::Chart(Chart {
            title: plain("c"),
            kind,
            labels: vec![plain("l"); labels],
            series: series.into_iter().map(|points| (plain("s"), points)).collect(),
        })])
    };
    assert_eq!(chart(ChartKind::Bar, 2, vec![vec![lei(1), lei(-2)]]), []);
    assert_eq!(chart(ChartKind::Line, 3, vec![vec![lei(1), Value::None, lei(2)]]), []);
    for mixed in [Value::Integer(1), Value::Text("2".into()), Value::Flag(true)] {
        assert!(matches!(chart(ChartKind::Bar, 2, vec![vec![lei(1), mixed]])[0].1, Problem::Unfit(_)));
    }
    assert!(matches!(chart(ChartKind::Bar, 1, vec![vec![Value::Text("2".into())]])[0].1, Problem::Unfit(_)));
    assert!(matches!(chart(ChartKind::Donut, 1, vec![vec![Value::None]])[0].1, Problem::Unfit(_)));
    assert!(matches!(chart(ChartKind::Bar, 2, vec![vec![lei(1)]])[0].1, Problem::Unfit(_)));
    assert!(matches!(chart(ChartKind::Bar, 1, vec![vec![lei(Money::LIMIT + 1)]])[0].1, Problem::Unfit(_)));
    assert!(matches!(chart(ChartKind::Bar, 1, vec![])[0].1, Problem::Unfit(_)));
    assert!(matches!(chart(ChartKind::Donut, 1, vec![vec![lei(-1)]])[0].1, Problem::Unfit(_)));
    assert!(matches!(chart(ChartKind::Donut, 1, vec![vec![lei(1)], vec![lei(1)]])[0].1, Problem::Unfit(_)));
    assert_eq!(chart(ChartKind::Bar, 61, vec![vec![lei(1); 61]])[0].1, Problem::TooMany { what: "labels", found: 61, limit: 60 });
    assert_eq!(chart(ChartKind::Line, 1, vec![vec![lei(1)]; 7])[0].1, Problem::TooMany { what: "series", found: 7, limit: 6 });
}

#[test]
fn maps_draw_geometries_of_a_register() {
    let check = |change: &dyn Fn(&mut MapBlock)| {
        let mut map = blocks::map("m");
        change(&mut map);
        only(Block::Map(map))
    };
    assert_eq!(check(&|map| map.field = "shape".into()), undeclared("field", "shape"));
    assert_eq!(check(&|map| map.field = "use".into()), Problem::Unfit("a map draws a field of the type 'geometry'"));
    assert_eq!(check(&|map| map.query.register = name("lands")), undeclared("register", "lands"));
    assert_eq!(check(&|map| map.columns[0].opens = Some("nowhere".into())), undeclared("screen", "nowhere"));
    assert_eq!(check(&|map| map.id = "a b".into()), Problem::BadId("a b".into()));
}

#[test]
fn calendars_have_days_for_what_is_on_them() {
    let check = |change: &dyn Fn(&mut Calendar)| {
        let mut calendar = blocks::calendar("c", 31);
        calendar.items.truncate(1);
        change(&mut calendar);
        only(Block::Calendar(calendar))
    };
    assert_eq!(check(&|calendar| calendar.days = 93), Problem::TooMany { what: "days", found: 93, limit: 92 });
    assert!(matches!(check(&|calendar| calendar.from = "2026-09-22".parse().unwrap()), Problem::Unfit(_)));
    assert_eq!(check(&|calendar| calendar.items[0].button.as_mut().unwrap().action = "x".into()), undeclared("action", "x"));
    assert!(matches!(
        check(&|calendar| calendar.items[0].opens = Some(link("l", "home", Fields::new()))),
        Problem::Unfit("an item of a calendar leads somewhere or does something, not both")
    ));
}

#[test]
fn forms_of_several_pages_ask_for_everything_once() {
    let found = |change: &dyn Fn(&mut SteppedForm)| {
        let mut form = blocks::stepped();
        change(&mut form);
        problems(vec![Block::Stepped(form)]).into_iter().map(|(_, problem)| problem).collect::<Vec<_>>()
    };
    assert_eq!(found(&|form| form.pages[0].inputs.push(input("note", "l"))), [Problem::TwiceUsed("note".into())]);
    assert_eq!(found(&|form| form.pages[0].inputs.retain(|input| input.name != "home")), [Problem::Missing("home".into())]);
    assert!(matches!(found(&|form| form.pages[4].inputs.push(input("contract", "l")))[..], [Problem::Unfit(_)]));
    assert!(matches!(found(&|form| form.pages[0].inputs[2].value = Value::Personal("069".into()))[..], [Problem::Unfit(_)]));
    assert_eq!(found(&|form| form.pages[3].inputs[1].name = "children.age".into()), [undeclared("input", "children.age")]);
    assert_eq!(
        found(&|form| drop(form.pages[3].inputs.remove(0))),
        [Problem::Missing("children".into()), Problem::Missing("children".into())]
    );
}

#[test]
fn rows_of_a_form_have_names_of_their_own() {
    let check = |change: &dyn Fn(&mut GridForm)| {
        let mut grid = blocks::grid();
        change(&mut grid);
        only(Block::Grid(grid))
    };
    assert_eq!(check(&|grid| grid.rows[1].id = "r1".into()), Problem::TwiceUsed("r1".into()));
    assert_eq!(check(&|grid| grid.rows[1].id = "r 1".into()), Problem::BadId("r 1".into()));
    assert_eq!(
        check(&|grid| {
            drop(grid.inputs.remove(0));
            grid.rows[0].values.clear();
        }),
        Problem::Missing("vote".into())
    );
    assert_eq!(
        check(&|grid| grid.rows[1].values = Fields::from([("vote".into(), Value::Text("for".into()))])),
        Problem::WrongType("vote".into())
    );
    // An ordinary form has no rows, and what is asked once is not asked in each.
    let form = Form { action: "vote".into(), inputs: vec![input("vote", "l")], parameters: Fields::new(), ..form() };
    assert!(matches!(only(Block::Form(form)), Problem::Unfit(_)));
    assert!(matches!(
        check(&|grid| {
            grid.parameters.clear();
            grid.inputs.push(input("sitting", "l"))
        }),
        Problem::Unfit(_)
    ));
}

#[test]
fn a_code_is_short() {
    let qr = |text: String| Block::Qr(Qr { content: QrContent::Text(text), caption: plain("c") });
    assert_eq!(problems(vec![qr("ș".repeat(500))]), []);
    assert_eq!(only(qr("ș".repeat(501))), Problem::TooLong { found: 501, limit: 500 });
}
