//! Every block and every type of input as pages, in three languages: what holds of each, and how they look as markup.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

#[path = "common/blocks.rs"]
mod blocks;
mod common;
#[path = "common/whole.rs"]
mod whole;

use blocks::*;
use common::*;
use std::collections::BTreeMap;
use std::io::Write;
use vatra_core::manifest::Language;
use vatra_core::value::Value;
use vatra_core::view::*;
use vatra_view::steps::{At, Turn, turn};
use vatra_view::{Posted, Sought, SoughtBy, form_fields, parse_inputs, people_sought, regroup, render_json, render_page, validate};
use whole::{attribute, check_page, select, text};

#[test]
fn samples_in_every_language() {
    for language in Language::ALL {
        for (name, html) in sample_pages(language) {
            let page = check_page(&html, language);
            for key in vatra_view::host_catalogue().keys(language).iter().filter(|key| key.contains('-')) {
                assert!(!html.contains(&format!(">{key}<")), "{name} shows the key {key}");
            }
            assert!(!html.contains("<script>") && !html.contains("javascript:"), "{name}");
            let main = &select(&page, "main")[0];
            let lines = main.html().replace("><", ">\n<");
            insta::with_settings!({ snapshot_path => "snapshots/blocks", prepend_module_to_snapshot => false }, {
                insta::assert_snapshot!(format!("{name}.{}", language.code()), lines);
            });
        }
    }
}

fn posted(pairs: &[(&str, &str)]) -> Posted {
    form_fields(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())))
}

fn one(block: Block) -> Screen {
    Screen { title: plain("x"), breadcrumbs: vec![], blocks: vec![block] }
}

fn declared(answers: &Posted) -> Result<BTreeMap<String, Value>, Vec<(String, &'static str)>> {
    parse_inputs(&manifest().action("declare").unwrap().inputs, answers).map(|values| values.into_iter().collect())
}

#[test]
fn inputs_of_several_parts_arrive_under_dotted_names() {
    let values = declared(&answered()).unwrap();
    let date = |text: &str| Value::Date(text.parse().unwrap());
    assert_eq!(values["lease.from"], date("2026-03-01"));
    assert_eq!(values["lease.to"], date("2027-02-28"));
    assert_eq!(values["home.locality"], Value::Personal("Sculeni".into()));
    assert!(!values.contains_key("home.flat"));
    assert_eq!(values["rented"], Value::Flag(true));
    // The second child was taken away: the third is the second now.
    assert_eq!(values["children.2.name"], Value::Personal("Pîslaru Eva".into()));
    assert_eq!(values["children.2.born"], date("2018-10-12"));
    assert!(!values.keys().any(|name| name.starts_with("children.3")));
}

#[test]
fn what_is_not_asked_is_neither_required_nor_sent() {
    let mut answers = answered();
    answers.insert("rented".into(), vec!["no".into()]);
    answers.insert("kind".into(), vec!["building".into()]);
    answers.remove("rent");
    let values = declared(&answers).unwrap();
    for name in ["parcel", "lease.from", "lease.to", "rent"] {
        assert!(!values.contains_key(name), "{name}");
    }
    answers.insert("rented".into(), vec!["yes".into()]);
    answers.insert("kind".into(), vec!["land".into()]);
    answers.insert("parcel".into(), vec![]);
    assert_eq!(declared(&answers), Err(vec![("parcel".into(), "required"), ("rent".into(), "required")]));
    // Nobody escapes a question by leaving out what decides it.
    answers.remove("rented");
    assert!(declared(&answers).unwrap_err().contains(&("rented".into(), "answer")));
}

#[test]
fn what_is_wrong_in_a_part_is_told_at_the_part() {
    let mut answers = answered();
    for (name, text) in [("lease.to", "28.02.2026"), ("home.house", " "), ("children.3.born", "x"), ("children.1.name", "")] {
        answers.insert(name.into(), vec![text.into()]);
    }
    assert_eq!(
        declared(&answers),
        Err(vec![
            ("lease.to".into(), "period-order"),
            ("home.house".into(), "required"),
            ("children.1.name".into(), "required"),
            ("children.3.born".into(), "date"),
        ])
    );
}

#[test]
fn rows_arrive_row_by_row() {
    let inputs = &manifest().action("vote").unwrap().inputs.clone();
    let votes = posted(&[
        ("vatra-row", "r1"),
        ("vatra-row", "r2"),
        ("r1.vote", "for"),
        ("r2.vote", "against"),
        ("r2.remark", "x"),
        ("vote", "for"),
        ("R!.vote", "for"),
    ]);
    assert_eq!(
        parse_inputs(inputs, &votes),
        Ok(vec![
            ("r1.vote".into(), Value::Choice("for".into())),
            ("r2.vote".into(), Value::Choice("against".into())),
            ("r2.remark".into(), Value::Text("x".into())),
        ])
    );
    let missing = posted(&[("vatra-row", "r1"), ("vatra-row", "r2"), ("r1.vote", "for")]);
    assert_eq!(parse_inputs(inputs, &missing), Err(vec![("r2.vote".into(), "answer")]));
}

#[test]
fn a_group_grows_and_shrinks() {
    let inputs = &manifest().action("declare").unwrap().inputs.clone();
    let mut answers = answered();
    answers.insert("vatra-more".into(), vec!["children".into()]);
    assert!(regroup(inputs, &mut answers));
    assert!(answers.contains_key("children.4.name"));
    answers.remove("vatra-more");
    answers.insert("vatra-less".into(), vec!["children.1".into()]);
    assert!(regroup(inputs, &mut answers));
    assert!(!answers.keys().any(|name| name.starts_with("children.1.")));
    answers.remove("vatra-less");
    assert!(!regroup(inputs, &mut answers));
    // What stands where is what was sent: the page asks three times at most.
    assert!(answers.contains_key("children.3.name"));
}

#[test]
fn people_are_sought_by_number_or_name_once() {
    let inputs = &manifest().action("declare").unwrap().inputs.clone();
    let sought = |pairs: &[(&str, &str)]| {
        people_sought(inputs, &posted(pairs)).into_iter().map(|Sought { input, by }| (input, by)).collect::<Vec<_>>()
    };
    assert_eq!(sought(&[("owner.find", " 2209 0439 66243 ")]), [("owner".to_owned(), SoughtBy::Idn("2209043966243".into()))]);
    assert_eq!(sought(&[("owner", "find"), ("owner.find", "pîs ana")]), [("owner".to_owned(), SoughtBy::Name("pîs ana".into()))]);
    assert_eq!(sought(&[("owner", "01926b3c-0000-7000-8000-000000000002"), ("owner.find", "ana")]), []);
    assert_eq!(sought(&[("stranger.find", "ana"), ("owner.find", " ")]), []);
    let unresolved = posted(&[("owner", "find"), ("owner.find", "ana")]);
    assert!(declared(&unresolved).unwrap_err().contains(&("owner".into(), "subject-choose")));
}

/// Goes through the form as a browser does.
#[test]
fn a_form_of_several_pages_is_gone_through_and_performed_once() {
    let (manifest, screen) = (manifest(), one(Block::Stepped(stepped())));
    let mut found = found();
    let post = |step: &str, names: &[&str], found: &mut Resolved| {
        let mut page: Posted = answered().into_iter().filter(|(name, _)| names.iter().any(|begin| name.starts_with(begin))).collect();
        page.insert("vatra-step".into(), vec![format!("declare:{step}")]);
        page.insert("submission".into(), vec!["s".into()]);
        let turn = turn(&screen, &manifest, found, "declare", &page).unwrap();
        if let Turn::Keep { answers, .. } = &turn {
            found.drafts.insert("declare".into(), DraftData { answers: answers.clone(), until: None });
        }
        turn
    };
    let to = |turn: Turn| match turn {
        Turn::Keep { to, .. } => to,
        other => panic!("{other:?}"),
    };
    assert_eq!(
        post("1", &["owner"], &mut found),
        Turn::Wrong(vec![("home.locality".into(), "required"), ("home.house".into(), "required")])
    );
    assert_eq!(to(post("1", &["owner", "home"], &mut found)), At::Page(1));
    // Nobody sends it before all of it stands.
    assert_eq!(post("send", &[], &mut found), Turn::Back { form: "declare".into(), to: At::Page(1) });
    assert_eq!(to(post("2", &["kind", "parcel", "rented", "village"], &mut found)), At::Page(2));
    assert_eq!(to(post("3", &["lease", "rent"], &mut found)), At::Page(3));
    assert_eq!(to(post("4", &["children"], &mut found)), At::Page(4));
    assert_eq!(to(post("5", &["sworn", "note"], &mut found)), At::Check);
    // One answer is changed: nothing else is asked again, what is no longer asked is passed over.
    let Turn::Perform { posted: all, .. } = post("send", &[], &mut found) else { panic!("all of it stands") };
    assert_eq!((all["submission"].as_slice(), all["rent"].as_slice()), (["s".to_owned()].as_slice(), ["1 250,50".to_owned()].as_slice()));
    assert!(declared(&all).is_ok());
    assert_eq!(post("forget", &[], &mut found), Turn::Forget { form: "declare".into() });
    // Another form's step, or no step at all.
    assert_eq!(turn(&screen, &manifest, &found, "vote", &posted(&[("vatra-step", "declare:1")])), None);
    assert_eq!(turn(&screen, &manifest, &found, "declare", &posted(&[("vatra-step", "declare:99")])), None);
}

#[test]
fn nobody_is_further_in_a_form_than_it_stands() {
    let mut stage = Stage::new(Language::Ro);
    let screen = one(Block::Stepped(stepped()));
    stage.query.push(("declare.step".into(), "check".into()));
    let page = check_page(&render_page(&stage.context(), &screen, &found()), Language::Ro);
    assert_eq!(text(&select(&page, "[aria-current=step] .vatra-stage__title")[0]), "Proprietarul");
    let mut kept = found();
    kept.drafts.insert("declare".into(), DraftData { answers: answered(), until: None });
    let page = check_page(&render_page(&stage.context(), &screen, &kept), Language::Ro);
    let told: Vec<String> = select(&page, ".govuk-summary-list__row").iter().map(text).collect();
    assert!(told.contains(&"Perioada locațiunii01.03.2026 – 28.02.2027".to_owned()), "{told:?}");
    assert!(told.iter().any(|line| line.contains("Numele și prenumele: Pîslaru Eva")), "{told:?}");
    let changes = attribute(&page, "main .govuk-list a[href*='declare.step']", "href");
    assert!(changes.len() == 5 && changes[2].contains("declare.step=3"), "{changes:?}");
}

#[test]
fn a_map_is_moved_by_its_address() {
    let mut stage = Stage::new(Language::En);
    let screen = one(Block::Map(map("parcels")));
    let shapes = |stage: &Stage| {
        let page = check_page(&render_page(&stage.context(), &screen, &found()), Language::En);
        (
            attribute(&page, "svg.vatra-map__field", "viewBox").remove(0),
            select(&page, "a.vatra-shape").len(),
            attribute(&page, "a.vatra-map__way", "href"),
        )
    };
    let (whole, all, ways) = shapes(&stage);
    assert_eq!((whole.as_str(), all), ("0.0 0.0 1000.0 700.0", 10), "the entry without a place is only in the list");
    assert_eq!(ways.len(), 1, "from the whole one only comes closer: {ways:?}");
    assert!(ways[0].ends_with("parcels.look=1_500_500#m-parcels"), "{ways:?}");
    stage.query.push(("parcels.look".into(), "3_63_63".into()));
    let (near, few, ways) = shapes(&stage);
    assert_eq!(near, "0.5 0.4 125.0 87.5");
    assert!(few < all && ways.len() == 4 + 1, "what is out of sight is not drawn: {few}, {ways:?}");
    stage.query.push(("parcels.look".into(), "-9_x_99999999999".into()));
    assert_eq!(shapes(&stage).0, whole);
}

#[test]
fn hostile_words_stay_words_in_every_block() {
    let evil = || plain(ATTACK);
    let mut blocks: Vec<Block> = [charts(), places(), days(), work()].into_iter().flatten().collect();
    blocks.push(Block::Stepped(stepped()));
    blocks.push(Block::Grid(grid()));
    for block in &mut blocks {
        match block {
            Block::Chart(chart) => {
                chart.title = evil();
                chart.labels.iter_mut().for_each(|label| *label = evil());
                chart.series.iter_mut().for_each(|(name, _)| *name = evil());
            }
            Block::Figures(figures) => figures.iter_mut().for_each(|figure| {
                figure.label = evil();
                figure.value = Value::Text(ATTACK.into());
                figure.note = Some(evil());
            }),
            Block::Steps(steps) => steps.iter_mut().for_each(|step| (step.title, step.text) = (evil(), Some(evil()))),
            Block::Map(map) => (map.title, map.empty) = (evil(), evil()),
            Block::Calendar(calendar) => {
                (calendar.title, calendar.empty) = (evil(), evil());
                calendar.items.iter_mut().for_each(|item| item.label = evil());
            }
            Block::Qr(qr) => qr.caption = evil(),
            Block::Worklist(list) => list.title = evil(),
            Block::SigningQueue(queue) => queue.title = evil(),
            Block::Stepped(form) => {
                form.title = evil();
                form.pages.iter_mut().for_each(|page| page.title = evil());
            }
            Block::Grid(grid) => grid.rows.iter_mut().for_each(|row| row.label = Value::Text(ATTACK.into())),
            _ => {}
        }
    }
    let mut found = found();
    found.maps.get_mut("parcels").unwrap().features.iter_mut().for_each(|feature| feature.cells[0] = Value::Text(ATTACK.into()));
    found
        .worklists
        .get_mut("mine")
        .unwrap()
        .rows
        .iter_mut()
        .for_each(|row| (row.title, row.module, row.href) = (ATTACK.into(), ATTACK.into(), "javascript:alert(1)".into()));
    found.signing.iter_mut().flatten().for_each(|item| (item.title, item.reason) = (ATTACK.into(), ATTACK.into()));
    let case = found.cases.get_mut("case-1").unwrap();
    (case.service, case.asked) = (ATTACK.into(), Some((ATTACK.into(), "2026-09-30".parse().unwrap())));
    found.codes.insert(QrContent::Document("gone".into()), "javascript:alert(1)".into());
    let screen = Screen { title: evil(), breadcrumbs: vec![], blocks };
    assert_eq!(validate(&screen, &manifest()), Ok(()));
    let stage = Stage::new(Language::Ro);
    let html = render_page(&stage.context(), &screen, &found);
    let page = check_page(&html, Language::Ro);
    assert!(select(&page, "img").is_empty() && select(&page, "script").len() == 1);
    assert!(!html.contains("javascript:"));
    assert!(html.matches("&#60;script&#62;alert(1)&#60;/script&#62;").count() > 100);
}

#[test]
fn as_data_every_block_has_its_type_and_content() {
    let stage = Stage::new(Language::En);
    let (catalogue, found) = (catalogue(), found());
    let wording = vatra_view::Wording { language: Language::En, catalogue: &catalogue, resolved: &found };
    let blocks: Vec<Block> =
        [charts(), places(), days(), work(), vec![Block::Stepped(stepped()), Block::Grid(grid())]].into_iter().flatten().collect();
    let json = render_json(&Screen { title: plain("x"), breadcrumbs: vec![], blocks }, &stage.manifest, &wording);
    let blocks = json["blocks"].as_array().unwrap();
    let of = |kind: &str| blocks.iter().find(|block| block["type"] == kind).unwrap_or_else(|| panic!("{kind}"));
    assert!(blocks.iter().all(|block| block["type"].is_string()), "nothing is left out");
    assert_eq!(of("chart")["series"][0]["points"][0]["raw"], "1.25");
    assert_eq!(of("geo-map")["features"][9]["geometry"]["type"], "Point");
    assert_eq!(of("geo-map")["features"][9]["geometry"]["coordinates"][0], 28.07);
    assert_eq!(of("figures")["figures"][0]["value"]["raw"], 234_567_700);
    assert_eq!(of("calendar")["items"][0]["button"]["action"], "book");
    assert_eq!(of("qr")["content"], "https://mpay.example.md/pay?order=42");
    assert_eq!(of("worklist")["rows"][0]["overdue"], true);
    assert_eq!(of("stepped-form")["pages"][2]["inputs"][0]["when"]["input"], "rented");
    assert_eq!(of("stepped-form")["pages"][3]["inputs"][1]["type"], "text");
    assert_eq!(of("grid")["rows"][0]["values"]["vote"]["raw"], "for");
    assert_eq!(of("case")["asked"]["until"], "2026-09-30");
    assert_eq!(of("application")["service"], "trade");
}

/// Bytes as they travel: what a server compresses is counted by gzip, as the server does; typefaces are compressed already.
fn travels(content_type: &str, bytes: &[u8]) -> usize {
    if content_type.starts_with("font/") {
        return bytes.len();
    }
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gzip.write_all(bytes).unwrap();
    gzip.finish().unwrap().len()
}

/// At most 200 KB when nothing is kept by the browser, at most 30 KB afterwards.
#[test]
fn pages_are_light() {
    // A Romanian page asks for two of the typeface's files, a Russian one for all three.
    let assets: usize =
        vatra_view::assets().filter(|asset| !asset.path.starts_with("licence")).map(|asset| travels(asset.content_type, asset.bytes)).sum();
    let mut heaviest = (0, String::new());
    for language in Language::ALL {
        let mut pages = sample_pages(language);
        pages.push(("account", Stage::new(language).page()));
        pages.push(("parcels", full_map(language)));
        for (name, html) in pages {
            let size = travels("text/html", html.as_bytes());
            assert!(size <= 30_000, "{name}.{}: {size} bytes", language.code());
            heaviest = heaviest.max((size, name.to_owned()));
        }
    }
    assert!(assets + heaviest.0 <= 200_000, "{assets} bytes of assets and {heaviest:?}");
    println!("assets {assets}, heaviest page {heaviest:?}");
}

/// As many parcels as a map draws, each with a hundred points.
fn full_map(language: Language) -> String {
    let round = |n: u32| {
        let (x, y) = (28.0 + f64::from(n % 20) * 0.004, 47.1 + f64::from(n / 20) * 0.004);
        let point = |k: u32| {
            let angle = f64::from(k % 100) / 100.0 * std::f64::consts::TAU;
            format!("[{},{}]", x + 0.0018 * angle.cos() * (1.0 + 0.1 * f64::from((k * 37) % 10) / 10.0), y + 0.0012 * angle.sin())
        };
        let ring: Vec<String> = (0..=100).map(point).collect();
        vatra_core::geo::Geometry::parse(&format!(r#"{{"type":"Polygon","coordinates":[[{}]]}}"#, ring.join(","))).unwrap()
    };
    let mut found = found();
    let sample = parcels().features[0].clone();
    let features = (0..MAP_FEATURES).map(|n| Feature {
        geometry: Some(round(n)),
        entry: vatra_core::value::EntryRef { id: uuid(5000 + n), ..sample.entry.clone() },
        cells: vec![Value::Cadastral(format!("92562{n:05}")), Value::Choice("arable".into())],
    });
    found.maps.insert("parcels".into(), MapData { features: features.collect(), total: 900 });
    render_page(&Stage::new(language).context(), &one(Block::Map(map("parcels"))), &found)
}

#[test]
fn a_button_of_a_calendar_books_or_asks_first() {
    let mut stage = Stage::new(Language::Ro);
    let screen = one(Block::Calendar(calendar("visits", 31)));
    let page = check_page(&render_page(&stage.context(), &screen, &found()), Language::Ro);
    let presses = attribute(&page, "button[name=vatra-with]", "value");
    assert_eq!(presses[0], "place=2026-09-21-0");
    assert_eq!(attribute(&page, "button[name=vatra-with]", "formaction")[0], "/sculeni/tax-collector/actions/book");
    let asks = attribute(&page, ".vatra-slot a", "href");
    let asks = asks.iter().find(|href| href.contains("confirm=book")).unwrap();
    stage.query = vatra_view::urls::parse_query(asks.split_once('?').unwrap().1);
    let page = check_page(&render_page(&stage.context(), &screen, &found()), Language::Ro);
    assert_eq!(text(&select(&page, "h1")[0]), "Vă programați la această oră?");
    assert_eq!(attribute(&page, "main input[name=place]", "value"), ["2026-09-21-1"]);
    // The list, and a mayor who may not book.
    stage.query = vec![("visits.as".into(), "list".into())];
    stage.roles = [name("mayor")].into();
    let page = check_page(&render_page(&stage.context(), &screen, &found()), Language::Ro);
    assert!(select(&page, ".vatra-slot button, .vatra-month").is_empty());
    assert_eq!(text(&select(&page, ".vatra-days h3")[0]), "luni, 21 septembrie 2026");
}
