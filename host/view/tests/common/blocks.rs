//! Samples of every block that is more than words, and of every type of input: ordinary, empty, long and hostile.
#![allow(dead_code, unreachable_pub, missing_docs, clippy::unwrap_used, clippy::indexing_slicing, clippy::expect_used)]

use crate::common::*;
use std::collections::BTreeMap;
use vatra_core::clock::Instant;
use vatra_core::geo::Geometry;
use vatra_core::manifest::Language;
use vatra_core::register::Query;
use vatra_core::value::{Decimal, EntryRef, Fields, Money, Value};
use vatra_core::view::*;
use vatra_view::{FormState, Posted, form_fields, parse_inputs, render_page};

pub const ATTACK: &str = "</title><script>alert(1)</script>\"'&<img src=x onerror=alert(1)>";

fn date(text: &str) -> chrono::NaiveDate {
    text.parse().unwrap()
}

/// Hours of Chișinău in winter time: UTC + 2.
fn at(day: &str, hour: i64, minute: i64) -> Instant {
    Instant::first_of(date(day)).plus_seconds(hour * 3600 + minute * 60)
}

fn chart(title: &str, kind: ChartKind, labels: &[&str], series: &[(&str, &[i64])], unit: fn(i64) -> Value) -> Block {
    Block::Chart(Chart {
        title: key(title),
        kind,
        labels: labels.iter().map(|label| key(label)).collect(),
        series: series.iter().map(|(name, points)| (plain(name), points.iter().map(|point| unit(*point)).collect())).collect(),
    })
}

pub fn charts() -> Vec<Block> {
    let bani = |point: i64| Value::Money(Money(point));
    let number = Value::Integer;
    let hectares = |text: &str| Decimal::new(text).map_or(Value::None, Value::Decimal);
    let taxes = ["land-tax", "building-tax", "trade-fee", "waste-fee"];
    let months: Vec<Words> = (1..=12).map(|month| plain(&format!("{month:02}.2026"))).collect();
    let monthly =
        |start: i64, step: i64| (0..12).map(|month| start + step * month + (month * 7919 % 13) * 100_000).map(bani).collect::<Vec<Value>>();
    let line = Chart {
        title: key("by-month"),
        kind: ChartKind::Line,
        labels: months,
        series: vec![
            (key("land-tax"), monthly(1_200_000, 140_000)),
            (key("building-tax"), monthly(3_000_000, -90_000)),
            (key("trade-fee"), monthly(400_000, 20_000)),
        ],
    };
    // Land measured in some years only, in hectares.
    let gaps = Chart {
        title: key("land-tax"),
        kind: ChartKind::Line,
        labels: (2020..=2026).map(|year| plain(&year.to_string())).collect(),
        series: vec![(plain("ha"), ["1.25", "", "0.75", "1.1", "", "", "2"].map(hectares).to_vec())],
    };
    vec![
        Block::Chart(Chart { kind: ChartKind::Bar, ..gaps.clone() }),
        Block::Chart(gaps),
        chart("collected", ChartKind::Bar, &taxes, &[("2026", &[123_456_700, 98_765_400, 12_345_600, 0])], bani),
        chart("change", ChartKind::Bar, &taxes, &[("2025", &[12, -7, 3, 0]), ("2026", &[-4, 15, 8, -20])], number),
        Block::Chart(line),
        chart("shares", ChartKind::Donut, &taxes, &[("2026", &[61, 30, 8, 1])], number),
        chart("land-tax", ChartKind::Donut, &["land-tax"], &[("2026", &[100])], bani),
        chart("nothing-yet", ChartKind::Line, &[], &[("2026", &[])], bani),
        chart("trade-fee", ChartKind::Donut, &taxes, &[("2026", &[0, 0, 0, 0])], bani),
        chart("waste-fee", ChartKind::Line, &["land-tax"], &[("2026", &[7])], number),
        chart("long-words", ChartKind::Bar, &["long-words"], &[("2026", &[Money::LIMIT])], bani),
    ]
}

fn polygon(west: f64, south: f64, width: f64, height: f64) -> Geometry {
    let (east, north) = (west + width, south + height);
    let text = format!(
        r#"{{"type":"Polygon","coordinates":[[[{west},{south}],[{east},{south}],[{east},{north}],[{},{north}],[{west},{south}]]]}}"#,
        west + width * 0.2
    );
    Geometry::parse(&text).unwrap()
}

pub fn map(id: &str) -> MapBlock {
    MapBlock {
        id: id.into(),
        title: key("parcels"),
        query: Query { register: name("parcels"), all_of: vec![], search: None, sort: vec![], include_closed: false },
        field: "outline".into(),
        columns: vec![column("cadastral", "cadastral", Some("parcel")), column("use", "use", None)],
        empty: key("parcels-empty"),
    }
}

pub fn parcels() -> MapData {
    let mut geometries: Vec<Option<Geometry>> = (0..8)
        .map(|n| {
            let (x, y) = (f64::from(n % 4), f64::from(n / 4));
            Some(polygon(28.0600 + x * 0.004, 47.1500 + y * 0.003, 0.0036, 0.0026))
        })
        .collect();
    geometries.push(Geometry::parse(r#"{"type":"LineString","coordinates":[[28.0595,47.1529],[28.0680,47.1531],[28.0765,47.1527]]}"#).ok());
    geometries.push(Geometry::parse(r#"{"type":"Point","coordinates":[28.0700,47.1565]}"#).ok());
    geometries.push(None);
    let features = geometries.into_iter().enumerate().map(|(index, geometry)| Feature {
        entry: EntryRef { register: name("parcels"), id: uuid(3000 + index as u32) },
        geometry,
        cells: vec![Value::Cadastral(format!("92562015{index:02}")), Value::Choice(["arable", "forest", "built"][index % 3].into())],
    });
    MapData { features: features.collect(), total: 412 }
}

pub fn places() -> Vec<Block> {
    let figure = |label: &str, value, tone| Figure { label: key(label), value, note: None, tone, opens: None };
    let qr = |content, caption: &str| Block::Qr(Qr { content, caption: key(caption) });
    vec![
        Block::Figures(vec![
            figure("collected-figure", Value::Money(Money(234_567_700)), Tone::Success),
            Figure {
                note: Some(key("arrears-note")),
                opens: Some(link("show-accounts", "accounts", Fields::new())),
                ..figure("arrears-figure", Value::Money(Money(-98_765_432_100)), Tone::Danger)
            },
            figure("rate-figure", Value::Decimal(vatra_core::value::Decimal::new("87.4").unwrap()), Tone::Warning),
            figure("nothing-yet", Value::None, Tone::Neutral),
        ]),
        Block::Steps(vec![
            Step { title: key("step-request"), progress: Progress::Done, text: None },
            Step { title: key("step-check"), progress: Progress::Current, text: Some(key("step-check-text")) },
            Step { title: key("step-decision"), progress: Progress::ToDo, text: None },
        ]),
        Block::Map(map("parcels")),
        Block::Map(MapBlock { title: key("nothing-yet"), ..map("none") }),
        qr(QrContent::Order("MD-9256000-2026-000042".into()), "qr-pay"),
        qr(QrContent::Text("Sculeni".into()), "long-words"),
        qr(QrContent::Document("gone".into()), "qr-gone"),
    ]
}

pub fn calendar(id: &str, days: u16) -> Calendar {
    let mut items = Vec::new();
    for (day, hours) in [("2026-09-21", 4), ("2026-09-22", 2), ("2026-09-24", 3), ("2026-10-05", 2)] {
        for hour in 0..hours {
            let at = at(day, 9 + hour, 20);
            let place = Button {
                label: key("free-place"),
                action: "book".into(),
                parameters: Fields::from([("place".into(), Value::Text(format!("{day}-{hour}")))]),
                confirm: (hour == 1).then(|| key("book-sure")),
                tone: Tone::Neutral,
            };
            items.push(CalendarItem { at, minutes: 20, label: key("free-place"), tone: Tone::Neutral, opens: None, button: Some(place) });
        }
    }
    items.push(CalendarItem {
        at: at("2026-09-23", 8, 0),
        minutes: 0,
        label: key("long-words"),
        tone: Tone::Warning,
        opens: None,
        button: None,
    });
    items.push(CalendarItem {
        at: at("2026-09-25", 14, 0),
        minutes: 120,
        label: key("sitting"),
        tone: Tone::Success,
        opens: Some(link("sitting", "accounts", Fields::new())),
        button: None,
    });
    items.push(CalendarItem {
        at: at("2026-09-21", 13, 0),
        minutes: 20,
        label: key("taken"),
        tone: Tone::Danger,
        opens: None,
        button: None,
    });
    Calendar { id: id.into(), title: key("visits"), from: date("2026-09-21"), days, items, empty: key("visits-empty") }
}

pub fn days() -> Vec<Block> {
    vec![
        Block::Calendar(calendar("month", 31)),
        Block::Calendar(Calendar {
            title: key("sitting"),
            items: calendar("week", 31).items.into_iter().filter(|item| item.at < at("2026-10-01", 0, 0)).collect(),
            ..calendar("week", 14)
        }),
        Block::Calendar(Calendar { title: key("nothing-yet"), items: Vec::new(), ..calendar("nothing", 7) }),
    ]
}

fn villages() -> Vec<(String, Words)> {
    (1..=20).map(|n| (format!("v{n}"), with("village-n", &[("n", Value::Integer(n))]))).collect()
}

/// Every type of input, page by page.
pub fn pages() -> Vec<FormPage> {
    let page = |title: &str, inputs| FormPage { title: key(title), inputs };
    vec![
        page("page-owner", vec![input("owner", "in-owner"), input("home", "in-home"), input("phone", "phone"), input("email", "email")]),
        page(
            "page-object",
            vec![
                input("kind", "in-kind"),
                input("parcel", "cadastral"),
                input("outline", "in-outline"),
                input("area", "area"),
                input("rooms", "in-rooms"),
                Input { choices: villages(), ..input("village", "village") },
                input("rented", "in-rented"),
            ],
        ),
        page(
            "page-lease",
            vec![input("lease", "in-lease"), input("rent", "in-rent"), input("account", "iban"), input("treasury", "in-treasury")],
        ),
        page(
            "page-family",
            vec![input("children", "in-children"), input("children.name", "in-child-name"), input("children.born", "in-child-born")],
        ),
        page("page-end", vec![Input { hint: Some(key("long-words")), ..input("note", "note") }, input("sworn", "in-true")]),
    ]
}

pub fn stepped() -> SteppedForm {
    SteppedForm {
        id: "declare".into(),
        action: "declare".into(),
        title: key("declare-title"),
        pages: pages(),
        parameters: Fields::new(),
        submit: key("declare-submit"),
    }
}

pub fn every_input() -> Form {
    let mut inputs: Vec<Input> = pages().into_iter().flat_map(|page| page.inputs).collect();
    inputs.push(input("contract", "in-contract"));
    Form {
        action: "declare".into(),
        title: key("declare-title"),
        inputs,
        parameters: Fields::new(),
        submit: key("declare-submit"),
        check_answers: false,
    }
}

pub fn grid() -> GridForm {
    let row = |id: &str, label, values| GridRow { id: id.into(), label, values };
    GridForm {
        action: "vote".into(),
        title: key("vote-title"),
        rows: vec![
            row("r1", Value::Subject(uuid(2)), Fields::from([("vote".into(), Value::Choice("for".into()))])),
            row("r2", Value::Subject(uuid(3)), Fields::new()),
            row("r3", Value::Text("Bejenari Vasile".into()), Fields::new()),
        ],
        inputs: vec![input("vote", "in-vote"), input("remark", "in-remark")],
        parameters: Fields::from([("sitting".into(), Value::Text("4/12".into()))]),
        submit: key("vote-submit"),
    }
}

pub fn work() -> Vec<Block> {
    let list = |id: &str, title: &str, everywhere| {
        Block::Worklist(Worklist {
            id: id.into(),
            title: key(title),
            scope: WorkScope::Mine,
            kinds: vec![],
            everywhere,
            empty: key("tasks-empty"),
        })
    };
    let queue = SigningQueue { id: "queue".into(), title: key("signatures"), empty: key("signatures-empty") };
    vec![
        list("mine", "tasks", true),
        list("none", "nothing-yet", false),
        Block::SigningQueue(queue),
        Block::Case("case-1".into()),
        Block::Application(Application { service: "trade".into(), applicant: None, then: link("home", "home", Fields::new()) }),
        Block::Case("gone".into()),
    ]
}

/// What the host found out for all of these.
pub fn found() -> Resolved {
    let mut found = resolved();
    found.maps.insert("parcels".into(), parcels());
    found.codes.insert(QrContent::Order("MD-9256000-2026-000042".into()), "https://mpay.example.md/pay?order=42".into());
    let task = |id: &str, title: &str, due: Option<&str>, overdue| WorkRow {
        id: id.into(),
        version: 3,
        title: title.into(),
        module: "Secretariat".into(),
        href: "/sculeni/secretary/letter?entry=1".into(),
        due: due.map(date),
        overdue,
        priority: Priority::Normal,
        assignee: None,
        may_claim: true,
        may_assign: false,
    };
    found.worklists.insert(
        "mine".into(),
        WorklistData {
            rows: vec![
                WorkRow {
                    priority: Priority::High,
                    assignee: Some(uuid(3)),
                    may_claim: false,
                    may_assign: true,
                    ..task("t1", "Petiția nr. 114/2026, Știrbu Ion", Some("2026-09-18"), true)
                },
                task("t2", "Cerere de certificat: componența familiei", Some("2026-09-29"), false),
                WorkRow { may_claim: false, ..task("t3", "Lista tranșelor lunare", None, false) },
            ],
            total: 27,
            more: None,
        },
    );
    let signing = |id: &str, ready| SigningItem {
        id: id.into(),
        title: "Dispoziția nr. 45".into(),
        module: "Secretariat".into(),
        reason: "Aprob".into(),
        documents: vec![("Dispoziția nr. 45".into(), "/sculeni/secretary/documents/1".into())],
        until: Some(date("2026-10-01")),
        ready,
        errand: None,
        note: String::new(),
    };
    found.signing = Some(vec![signing("s1", true), signing("s2", false)]);
    found.cases.insert(
        "case-1".into(),
        CaseData {
            number: Some("SC-2026-00017".into()),
            service: "Autorizație pentru comerț ambulant".into(),
            standing: name("waiting-applicant"),
            applicant: uuid(2),
            submitted_on: Some(date("2026-09-14")),
            due: Some(date("2026-10-14")),
            steps: vec![
                (Value::Date(date("2026-09-14")), name("submitted"), String::new()),
                (Value::Date(date("2026-09-16")), name("waiting-applicant"), "Lipsește contractul de locațiune.".into()),
            ],
            asked: Some(("Anexați contractul de locațiune.".into(), date("2026-09-30"))),
            results: vec![DOCUMENT.into()],
            orders: vec!["MD-9256000-2026-000042".into()],
        },
    );
    found
}

/// What somebody has answered, with everything in it.
pub fn answered() -> BTreeMap<String, Vec<String>> {
    let owner = vatra_core::ids::SubjectId(uuid::<vatra_core::ids::EntryId>(2).0).to_string();
    let pairs = [
        ("owner", owner.as_str()),
        ("home.locality", "Sculeni"),
        ("home.house", "12A"),
        ("phone", "069 123 456"),
        ("email", ""),
        ("kind", "land"),
        ("parcel", "9256201541"),
        ("rented", "yes"),
        ("lease.from-day", "1"),
        ("lease.from-month", "3"),
        ("lease.from-year", "2026"),
        ("lease.to", "28.02.2027"),
        ("rent", "1 250,50"),
        ("village", "v17"),
        ("children.1.name", "Pîslaru Dan"),
        ("children.1.born", "2015-04-03"),
        ("children.3.name", "Pîslaru Eva"),
        ("children.3.born", "2018-10-12"),
        ("note", "a\nb"),
        ("sworn", "yes"),
    ];
    form_fields(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())))
}

fn page_of(stage: &Stage, blocks: Vec<Block>, found: &Resolved) -> String {
    let screen = Screen { title: key("account"), breadcrumbs: vec![link("home", "home", Fields::new())], blocks };
    vatra_view::validate(&screen, &stage.manifest).expect("samples hold");
    render_page(&stage.context(), &screen, found)
}

/// What a phone is shown of every block and every type of input, by name: as the host answers it, and what it says when the form is all wrong.
pub fn phone_screens(language: Language) -> Vec<(&'static str, serde_json::Value, serde_json::Value)> {
    let stage = Stage::new(language);
    let found = found();
    let wording = vatra_view::Wording { language, catalogue: &stage.catalogue, resolved: &found };
    let mut every = every_input();
    every.inputs.extend([input("entry", "account"), input("paper", "in-contract"), input("moment", "due-date"), input("table", "roll")]);
    let known = Input { value: Value::Subject(person(2)), ..input("taxpayer", "taxpayer") };
    every.inputs.push(known);
    let wrong = |action: &str, posted: &Posted| {
        let rules = parse_inputs(&stage.manifest.action(action).unwrap().inputs, posted).unwrap_err();
        let told = rules.iter().map(|(input, rule)| serde_json::json!({"input": input, "text": vatra_view::explain::rule(rule, language)}));
        told.collect::<Vec<_>>()
    };
    let nothing = Posted::new();
    let mut manifest = stage.manifest.clone();
    let declare = manifest.actions.iter_mut().find(|action| action.name.as_str() == "declare").unwrap();
    let more = [
        ("entry", "entry:accounts"),
        ("paper", "document"),
        ("moment", "instant"),
        ("table", "table-file:tax-roll"),
        ("taxpayer", "subject"),
    ];
    declare.inputs.extend(more.map(|(name, kind)| {
        vatra_core::manifest::InputSchema::plain(name, vatra_core::register::FieldType::try_from(kind.to_owned()).unwrap())
    }));
    let screens = [
        ("blocks", screen().blocks, vec![]),
        ("charts", charts(), vec![]),
        ("places", places(), vec![]),
        ("days", days(), vec![]),
        ("work", work(), vec![]),
        ("inputs", vec![Block::Form(every)], wrong("declare", &nothing)),
        (
            "votes",
            vec![Block::Grid(grid())],
            wrong("vote", &form_fields([("vatra-row", "r2"), ("vatra-row", "r3")].map(|(name, text)| (name.to_owned(), text.to_owned())))),
        ),
        ("steps", vec![Block::Stepped(stepped())], wrong("declare", &nothing)),
    ];
    let told = screens.into_iter().map(|(name, blocks, errors)| {
        let screen = Screen { title: key("account"), breadcrumbs: vec![], blocks };
        (name, vatra_view::render_json(&screen, &manifest, &wording), errors.into())
    });
    told.collect()
}

/// Every page of samples by its name.
pub fn sample_pages(language: Language) -> Vec<(&'static str, String)> {
    let mut stage = Stage::new(language);
    let found = found();
    let mut pages = vec![
        ("charts", page_of(&stage, charts(), &found)),
        ("places", page_of(&stage, places(), &found)),
        ("days", page_of(&stage, days(), &found)),
        ("work", page_of(&stage, work(), &found)),
        ("inputs", page_of(&stage, vec![Block::Form(every_input())], &found)),
        ("votes", page_of(&stage, vec![Block::Grid(grid())], &found)),
        ("step-first", page_of(&stage, vec![Block::Stepped(stepped())], &found)),
    ];
    let mut kept = found.clone();
    kept.drafts.insert("declare".into(), DraftData { answers: answered(), until: Some(date("2026-10-22")) });
    for (name, step) in [("step-lease", "3"), ("step-family", "4"), ("step-check", "check")] {
        stage.query.push(("declare.step".into(), step.into()));
        pages.push((name, page_of(&stage, vec![Block::Stepped(stepped())], &kept)));
    }
    // Everything wrong, people found, one more child asked for.
    let mut posted = answered();
    for (name, text) in [
        ("owner", ""),
        ("owner.find", "Pîslaru"),
        ("home.house", ""),
        ("lease.to", "28.02.2025"),
        ("account", "MD25AG000225100013104168"),
        ("treasury", "MD24AG000225100013104168"),
        ("children.3.born", "31.2.2018"),
        ("outline", "{}"),
        ("sworn", ""),
    ] {
        posted.insert(name.into(), vec![text.into()]);
    }
    let rules = parse_inputs(&stage.manifest.action("declare").unwrap().inputs, &posted).unwrap_err();
    let mut state = FormState::broken("declare", posted, &rules, language);
    let person = |number, name: &str| (person(number), PersonData { name: name.into(), idn: Some("2209043966243".into()), company: false });
    state.found = vec![("owner".into(), vec![person(2, "Pîslaru Ana"), person(4, ATTACK)])];
    stage.form = Some(state);
    pages.push(("inputs-wrong", page_of(&stage, vec![Block::Form(every_input())], &found)));
    let votes = form_fields(
        [("sitting", "4/12"), ("vatra-row", "r1"), ("vatra-row", "r2"), ("vatra-row", "r3"), ("r1.vote", "for"), ("r3.vote", "maybe")]
            .map(|(name, text)| (name.to_owned(), text.to_owned())),
    );
    let rules = parse_inputs(&stage.manifest.action("vote").unwrap().inputs, &votes).unwrap_err();
    stage.form = Some(FormState::broken("vote", votes, &rules, language));
    pages.push(("votes-wrong", page_of(&stage, vec![Block::Grid(grid())], &found)));
    pages
}
