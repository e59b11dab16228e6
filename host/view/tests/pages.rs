//! Pages as parsed HTML: what holds of every page, in every language.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod common;
#[path = "common/whole.rs"]
mod whole;

use common::*;
use scraper::Selector;
use std::collections::BTreeMap;
use vatra_core::manifest::Language;
use vatra_core::value::{Fields, Value};
use vatra_core::view::*;
use vatra_view::{FormState, form_fields, render_check, render_json, render_page, validate};
use whole::{attribute, check_page, select, text};

#[test]
fn every_block_in_every_language() {
    for language in Language::ALL {
        let stage = Stage::new(language);
        let html = stage.page();
        let page = check_page(&html, language);
        // Every message was found, in the page's own language.
        for key in catalogue().keys(Language::Ro) {
            assert!(!key.contains('-') || !html.contains(&format!(">{key}<")), "{key}");
        }
        assert_eq!(select(&page, ".govuk-language-navigation, .vatra-languages li").len(), 3);
        assert!(text(&select(&page, "title")[0]).contains(stage.manifest.title.get(language)));
    }
}

#[test]
fn romanian_counts_and_writes_amounts() {
    let html = Stage::new(Language::Ro).page();
    assert!(html.contains("2761 de înregistrări"));
    assert!(html.contains("2\u{a0}542,50\u{a0}lei"));
    assert!(html.contains("Pîslaru Ana datorează 2\u{a0}542,50\u{a0}lei până la 25.09.2026 pentru 3 obiecte."));
    assert!(html.contains("în curs de numerotare"));
    let html = Stage::new(Language::Ru).page();
    assert!(html.contains("2761 запись"), "one, since it ends in 1");
}

#[test]
fn links_of_a_table_keep_the_rest_of_the_address() {
    let mut stage = Stage::new(Language::Ro);
    stage.query.extend([
        ("other.q".to_owned(), "a & b".to_owned()),
        ("taxpayers.q".to_owned(), "știrbu".to_owned()),
        ("export".to_owned(), "x".to_owned()),
    ]);
    let page = check_page(&stage.page(), Language::Ro);
    let rest = format!("entry={}", account(1).id);
    let pages = attribute(&page, ".govuk-pagination a", "href");
    assert!(pages.len() >= 5);
    for href in pages.iter().chain(&attribute(&page, "a.vatra-sort", "href")) {
        for kept in [rest.as_str(), "other.q=a%20%26%20b", "taxpayers.q=%C8%99tirbu"] {
            assert!(href.contains(kept), "{href}");
        }
        assert!(href.ends_with("#t-taxpayers") && !href.contains("export"), "{href}");
        assert_eq!(
            href.matches("taxpayers.page").count() + href.matches("taxpayers.sort").count(),
            if pages.contains(href) { 2 } else { 1 }
        );
    }
    // Present: 2 of 111, sorted by amount, largest first; the next click sorts the other way.
    assert_eq!(attribute(&page, ".govuk-pagination [aria-current=page]", "aria-label"), ["Pagina 2"]);
    assert!(pages.iter().any(|href| href.contains("taxpayers.page=111")));
    assert_eq!(attribute(&page, "th[aria-sort=descending] a", "href").len(), 1);
    assert!(attribute(&page, "th[aria-sort=descending] a", "href")[0].contains("taxpayers.sort=due"));
    let hidden: BTreeMap<String, String> = select(&page, "form.vatra-search input[type=hidden]")
        .iter()
        .map(|input| (input.value().attr("name").unwrap().to_owned(), input.value().attr("value").unwrap().to_owned()))
        .collect();
    assert_eq!(hidden.keys().map(String::as_str).collect::<Vec<_>>(), ["entry", "other.q", "taxpayers.sort"]);
    let export = attribute(&page, "a[download]", "href");
    assert!(export[0].contains("export=taxpayers") && export[0].contains("taxpayers.q="));
    let cells = attribute(&page, "tbody th a", "href");
    assert_eq!(cells.len(), 25);
    assert_eq!(cells[0], format!("/sculeni/tax-collector/account?entry={}", account(0).id));
    let languages = attribute(&page, ".vatra-languages a", "href");
    assert!(languages[0].contains("lang=ru") && languages[0].contains("other.q="));
}

#[test]
fn a_mayor_sees_no_actions_of_the_collector() {
    let mut stage = Stage::new(Language::Ro);
    stage.roles = [name("mayor")].into();
    let page = check_page(&stage.page(), Language::Ro);
    assert!(select(&page, "main form[method=post]").is_empty());
    assert!(select(&page, "main input[type=checkbox]").is_empty());
    // The screen that the cells open is not for the mayor either.
    assert!(select(&page, "tbody th a").is_empty());
}

#[test]
fn what_was_wrong_is_told_at_the_top_and_at_the_input() {
    for language in Language::ALL {
        let mut stage = Stage::new(language);
        let pairs = [
            ("entry", account(1).id.to_string()),
            ("label", "<b>x</b>".into()),
            ("amount", "12,345.678".into()),
            ("due-date-day", "31".into()),
            ("due-date-month", "2".into()),
            ("contact", "email".into()),
            ("email", "x".into()),
        ];
        let posted = form_fields(pairs.into_iter().map(|(name, value)| (name.to_owned(), value)));
        let action = stage.manifest.action("record").unwrap();
        let wrong = vatra_view::parse_inputs(&action.inputs, &posted).unwrap_err();
        assert_eq!(
            wrong,
            [("year".into(), "required"), ("amount".into(), "money"), ("due-date".into(), "date"), ("email".into(), "email")]
        );
        let mut state = FormState::broken("record", posted, &wrong, language);
        state.errors.push((String::new(), "Despre întreg".into()));
        stage.form = Some(state);
        let page = check_page(&stage.page(), language);
        let hrefs = attribute(&page, ".govuk-error-summary a", "href");
        assert_eq!(hrefs, ["#f1-year", "#f1-amount", "#f1-due-date-day", "#f1-email"]);
        let told: Vec<String> = select(&page, ".govuk-error-summary li").iter().map(text).collect();
        assert_eq!((told.len(), told[0].as_str()), (5, "Despre întreg"));
        assert_eq!(
            told[1],
            format!(
                "{}: {}",
                stage.catalogue.message(language, "year", &Default::default()).unwrap(),
                vatra_view::say(language, "rule-required")
            )
        );
        assert_eq!(attribute(&page, "#f1-label", "value"), ["<b>x</b>"]);
        assert_eq!(attribute(&page, "#f1-amount", "value"), ["12,345.678"]);
        assert_eq!(attribute(&page, "#f1-due-date-day", "value"), ["31"]);
        assert_eq!(attribute(&page, "#f1-amount", "aria-invalid"), ["true"]);
        assert_eq!(attribute(&page, "input[type=radio][checked]", "value"), ["email"]);
        assert!(text(&select(&page, "title")[0]).starts_with(&vatra_view::say(language, "error")));
    }
}

#[test]
fn inputs_are_asked_for_by_their_type() {
    let page = check_page(&Stage::new(Language::Ro).page(), Language::Ro);
    assert_eq!(attribute(&page, "#f1 input[type=tel]", "name"), ["phone"]);
    // A telephone, an e-mail address, and somebody else than the person who stands there.
    assert_eq!(select(&page, "#f1 .govuk-radios__conditional input").len(), 3);
    assert_eq!(attribute(&page, "#f1 input[type=radio][name=taxpayer][checked]", "value").len(), 1);
    assert_eq!(select(&page, "#f1 select option").len(), 9);
    assert_eq!(select(&page, "#f1 textarea").len(), 1);
    assert_eq!(attribute(&page, "#f1-amount", "value"), ["1\u{a0}234,50"]);
    assert_eq!(attribute(&page, "#f1-due-date-month", "value"), ["9"]);
    assert_eq!(text(&select(&page, "#f1 .govuk-input__suffix")[0]), "lei");
    let hidden: Vec<String> = attribute(&page, "#f1 > input[type=hidden]", "name");
    assert_eq!(hidden, ["submission", "vatra-from", "entry", "vatra-check"]);
    let from = attribute(&page, "#f1 > input[name=vatra-from]", "value");
    let form = form_fields([("vatra-from".to_owned(), from[0].clone())]);
    let (screen, query) = vatra_view::urls::origin(&form, &manifest()).unwrap();
    assert_eq!((screen.as_str(), query), ("account", Stage::new(Language::Ro).query));
    assert_eq!(attribute(&page, "#f2", "enctype"), ["multipart/form-data"]);
    assert_eq!(attribute(&page, "#f2 input[type=file]", "accept"), [".csv,.txt,.xlsx"]);
    let labels: Vec<String> = select(&page, "#f1 label, #f1 legend").iter().map(text).collect();
    assert!(labels.contains(&"Notă (opțional)".to_owned()) && labels.contains(&"Anul fiscal".to_owned()));
}

#[test]
fn a_forged_origin_leads_nowhere() {
    for from in ["https://evil.example", "//evil.example", "nowhere", "", "../admin"] {
        let form = form_fields([("vatra-from".to_owned(), from.to_owned())]);
        assert_eq!(vatra_view::urls::origin(&form, &manifest()), None, "{from}");
    }
}

#[test]
fn a_button_that_asks_leads_to_its_question() {
    let mut stage = Stage::new(Language::Ro);
    let page = check_page(&stage.page(), Language::Ro);
    let forms = select(&page, "main form[method=get]:not(.vatra-search)");
    assert_eq!(forms.len(), 1);
    let inputs = Selector::parse("input").unwrap();
    let pairs = forms[0]
        .select(&inputs)
        .map(|input| (input.value().attr("name").unwrap().to_owned(), input.value().attr("value").unwrap().to_owned()));
    stage.query = pairs.collect();
    let page = check_page(&stage.page(), Language::Ro);
    assert_eq!(text(&select(&page, "h1")[0]), "Anulați avizul de plată? Nu va mai putea fi achitat.");
    assert_eq!(attribute(&page, "main form", "action"), ["/sculeni/tax-collector/actions/cancel-notice"]);
    assert_eq!(attribute(&page, "main form input[name=entry]", "value"), [account(1).id.to_string()]);
    let back = attribute(&page, "main ul a", "href");
    assert!(back[0].contains("entry=") && !back[0].contains("confirm"), "{back:?}");
    // An address alone asks nothing: other parameters, or an action without such a button, show the screen.
    for (name, value) in [("confirm.entry", account(2).id.to_string()), ("confirm", "recount".to_owned())] {
        let mut forged = Stage::new(Language::Ro);
        forged.query = stage.query.iter().map(|(n, v)| (n.clone(), if n == name { value.clone() } else { v.clone() })).collect();
        assert!(select(&check_page(&forged.page(), Language::Ro), "h1").iter().all(|h1| text(h1).starts_with("Contul")), "{name}");
    }
}

fn posted(pairs: &[(&str, &str)]) -> vatra_view::Posted {
    form_fields(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())))
}

#[test]
fn answers_are_shown_before_they_are_sent() {
    let stage = Stage::new(Language::Ro);
    let entry = account(1).id.to_string();
    let form = posted(&[
        ("entry", &entry),
        ("label", "Strada <i>Nouă</i>"),
        ("year", "2026"),
        ("amount", "1 234,5"),
        ("due-date-day", "25"),
        ("due-date-month", "9"),
        ("due-date-year", "2026"),
        ("contact", "post"),
        ("kinds", "land"),
        ("kinds", "car"),
        ("vatra-check", "1"),
        ("submission", "x"),
    ]);
    let html = render_check(&stage.context(), &screen(), &resolved(), "record", &form).unwrap();
    let page = check_page(&html, Language::Ro);
    let values: Vec<String> = select(&page, "main dd").iter().map(text).collect();
    for shown in ["Strada <i>Nouă</i>", "2026", "1 234,50 lei", "25.09.2026", "Prin poștă", "Teren, Automobil"] {
        assert!(values.iter().any(|value| value.replace('\u{a0}', " ") == shown), "{shown}: {values:?}");
    }
    let forms = select(&page, "main form");
    assert_eq!(forms.len(), 2);
    let names: Vec<&str> = forms[0].select(&Selector::parse("input").unwrap()).filter_map(|input| input.value().attr("name")).collect();
    assert!(
        names.contains(&"due-date-day") && !names.contains(&"vatra-check") && names.iter().filter(|n| **n == "submission").count() == 1,
        "{names:?}"
    );
    assert_eq!(attribute(&page, "main form input[name=vatra-change]", "value"), ["1"]);
    // About another entry there is no such form; answers that do not hold are not shown.
    let other = posted(&[("entry", &account(2).id.to_string()), ("label", "x")]);
    assert_eq!(render_check(&stage.context(), &screen(), &resolved(), "record", &other), None);
    assert_eq!(render_check(&stage.context(), &screen(), &resolved(), "record", &posted(&[("entry", &entry)])), None);
}

#[test]
fn ticked_rows_are_asked_about() {
    let stage = Stage::new(Language::Ro);
    let page = check_page(&stage.page(), Language::Ro);
    let with = attribute(&page, "#t-taxpayers button[name=vatra-with]", "value");
    assert_eq!(with, ["year=2026&vatra-check=1"]);
    assert_eq!(attribute(&page, "#t-taxpayers input[type=checkbox]", "name").len(), 25);
    let (a, b) = (account(1).id.to_string(), account(2).id.to_string());
    let form = posted(&[("entry", &a), ("entry", &b), ("vatra-with", &with[0])]);
    let html = render_check(&stage.context(), &screen(), &resolved(), "write-off", &form).unwrap();
    let page = check_page(&html, Language::Ro);
    assert!(html.contains("Ați ales 2 înregistrări."));
    assert_eq!(attribute(&page, "main form input[name=entry]", "value"), [a, b]);
    assert_eq!(attribute(&page, "main form input[name=year]", "value"), ["2026"]);
    assert_eq!(render_check(&stage.context(), &screen(), &resolved(), "remind", &form), None);
}

const ATTACK: &str = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>{{7*7}}&amp;</title></textarea>";

#[test]
fn every_text_is_escaped() {
    let evil = || plain(ATTACK);
    let value = || Value::Text(ATTACK.into());
    let mut attacked = screen();
    attacked.title = evil();
    attacked.breadcrumbs.iter_mut().for_each(|link| link.label = evil());
    let mut form_block = form();
    form_block.title = evil();
    form_block.submit = evil();
    for input in &mut form_block.inputs {
        input.label = evil();
        input.hint = Some(evil());
        if matches!(input.name.as_str(), "label" | "note") {
            input.value = value();
        }
        if input.name == "contact" {
            input.choices = ["phone", "email", "post"].map(|code| (code.to_owned(), evil())).into();
        }
    }
    let mut table = bound();
    table.title = evil();
    table.empty = evil();
    table.columns.iter_mut().for_each(|column| column.title = evil());
    table.bulk.iter_mut().for_each(|button| button.label = evil());
    attacked.blocks = vec![
        Block::Heading { text: evil(), level: 2 },
        Block::Text(evil()),
        Block::Text(with("account-title", &[("number", value())])),
        Block::Notice(Notice { tone: Tone::Danger, title: evil(), text: Some(evil()) }),
        Block::Summary { title: Some(evil()), items: vec![Item { label: evil(), value: value() }] },
        Block::Person(uuid(2)),
        Block::Payment(ATTACK.into()),
        Block::Document(ATTACK.into()),
        Block::Table(Table {
            title: evil(),
            columns: vec![evil()],
            rows: vec![TableRow {
                cells: vec![Value::Document(ATTACK.into())],
                opens: Some(Link { label: evil(), screen: "home".into(), parameters: Fields::new() }),
            }],
        }),
        Block::Buttons(vec![Button { label: evil(), ..button("x", "recount", Tone::Neutral) }]),
        Block::Section { id: "a".into(), title: evil() },
        Block::Section { id: "b".into(), title: evil() },
        Block::Table(Table { title: evil(), columns: vec![evil()], rows: vec![TableRow { cells: vec![value()], opens: None }] }),
        Block::Bound(table),
        Block::Timeline(vec![Happening {
            at: Value::Date("2026-01-01".parse().unwrap()),
            what: evil(),
            who: Some(uuid(2)),
            details: vec![Item { label: evil(), value: value() }],
        }]),
        Block::Form(form_block),
        Block::Links(vec![Link { label: evil(), screen: "home".into(), parameters: Fields::new() }]),
    ];
    assert_eq!(validate(&attacked, &manifest()), Ok(()));
    let mut found = resolved();
    found.people.values_mut().for_each(|person| {
        person.name = ATTACK.into();
        person.idn = Some(ATTACK.into());
    });
    let table = found.tables.get_mut("taxpayers").unwrap();
    table.request.search = Some(ATTACK.into());
    table.rows.iter_mut().for_each(|row| row.cells[1] = value());
    let order = found.orders.values().next().cloned().unwrap();
    found.orders.insert(ATTACK.into(), OrderData { pay_url: "javascript:alert(1)".into(), ..order });
    let document = found.documents.values().next().cloned().unwrap();
    let number = Some(ATTACK.to_owned());
    found.documents.insert(ATTACK.into(), DocumentData { title: ATTACK.into(), number, note: ATTACK.into(), ..document });
    let mut stage = Stage::new(Language::Ro);
    stage.tenant.name = ATTACK.into();
    stage.manifest.title.ro = ATTACK.into();
    stage.manifest.screens.iter_mut().filter_map(|screen| screen.navigation.as_mut()).for_each(|title| title.ro = ATTACK.into());
    stage.query.push((ATTACK.into(), ATTACK.into()));
    let entry = account(1).id.to_string();
    stage.form = Some(FormState {
        action: "record".into(),
        posted: posted(&[("entry", &entry), ("label", ATTACK), ("note", ATTACK), ("due-date-day", ATTACK), ("amount", ATTACK)]),
        errors: vec![("label".into(), ATTACK.into()), (String::new(), ATTACK.into())],
        ..FormState::default()
    });
    let mut context = stage.context();
    context.frame.reader.as_mut().unwrap().name = ATTACK.into();
    context.frame.flash = Some(vatra_view::ui::Said { tone: Tone::Success, title: ATTACK.into(), text: Some(ATTACK.into()) });
    let html = render_page(&context, &attacked, &found);
    let page = check_page(&html, Language::Ro);
    assert!(select(&page, "img").is_empty() && select(&page, "script").len() == 1);
    assert!(!html.contains("<script>") && !html.contains("javascript:"));
    assert!(html.matches("&#60;script&#62;alert(1)&#60;/script&#62;").count() > 60, "all are there, escaped");
}

#[test]
fn the_screen_as_data() {
    let stage = Stage::new(Language::En);
    let (catalogue, resolved) = (catalogue(), resolved());
    let wording = vatra_view::Wording { language: Language::En, catalogue: &catalogue, resolved: &resolved };
    let json = render_json(&screen(), &stage.manifest, &wording);
    assert_eq!(json["title"], "Account 9256000-000001");
    let blocks = json["blocks"].as_array().unwrap();
    let of = |kind: &str| blocks.iter().find(|block| block["type"] == kind).unwrap();
    assert_eq!(of("bound-table")["total"], 2_761);
    assert_eq!(of("bound-table")["rows"][0]["cells"][4]["raw"], 1_025);
    assert_eq!(of("bound-table")["rows"][0]["cells"][3]["text"], "open");
    assert_eq!(of("payment")["status"], "partially-paid");
    assert_eq!((of("document")["standing"].as_str(), of("document")["number"].as_str()), (Some("issued"), Some("C-2026-042")));
    assert_eq!(of("form")["inputs"][6]["choices"][2]["label"], "By post");
    insta::assert_json_snapshot!("summary-as-data", of("summary"));
}
