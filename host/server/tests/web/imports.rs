//! Tables whose headings are not the module's: said which is which, looked at, then taken. As a browser without scripts meets it.

use crate::browser::{Answer, Browser};
use crate::town::{ADMINISTRATOR, BOTH, CLERK, COLLECTOR, NEIGHBOUR, ROLL, Town, name};
use vatra_server::app::By;

const ACTION: &str = "/sculeni/tax-collector/actions/import-roll";
/// The roll's headings as another program writes them, in the roll's order.
const OTHER: &str =
    "Cont fiscal;Persoana;Cod fiscal;Contribuabil;Numărul cadastral;Bun;Aria;Prețul;Impozitul calculat;Suma achitată;Ziua de plată";

fn renamed() -> String {
    let roll = ROLL.trim_start_matches('\u{feff}');
    let (_, rows) = roll.split_once("\r\n").unwrap_or_else(|| roll.split_once('\n').unwrap());
    format!("{OTHER}\r\n{rows}")
}

/// Sends a file; the address that it leads to.
async fn send(browser: &mut Browser, name: &str, bytes: &[u8], first: bool) -> Answer {
    let fields: Vec<(String, String)> = first.then(|| ("vatra-preview".to_owned(), "yes".to_owned())).into_iter().collect();
    browser.upload(ACTION, &fields, "roll", name, bytes).await
}

fn chosen(answer: &Answer, name: &str) -> String {
    let page = scraper::Html::parse_document(&answer.body);
    let option = scraper::Selector::parse(&format!("select[name=\"{name}\"] option[selected]")).unwrap();
    page.select(&option).map(|option| option.value().attr("value").unwrap_or_default().to_owned()).collect()
}

const COLUMNS: [(&str, &str); 8] = [
    ("column-account", "0"),
    ("column-taxpayer", "2"),
    ("column-taxpayer.name", "3"),
    ("column-taxpayer.kind", "1"),
    ("column-cadastral", "4"),
    ("column-due", "8"),
    ("column-paid-before", "9"),
    ("column-due-date", "10"),
];

/// How many accounts the collector sees.
async fn accounts(browser: &mut Browser) -> usize {
    let page = browser.get("/sculeni/tax-collector/accounts").await;
    assert_eq!(page.status, 200);
    ["9256000-000001", "9256000-000002", "X1", "X2"].iter().filter(|account| page.body.contains(**account)).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn another_programs_headings_are_mapped_looked_at_and_taken_once() {
    let town = Town::new().await;
    let mut browser = town.signed_in(COLLECTOR).await;
    let sent = send(&mut browser, "alt.csv", renamed().as_bytes(), false).await;
    assert_eq!(sent.status, 303, "{}", sent.body);
    let here = sent.location().to_owned();
    assert!(here.starts_with("/sculeni/tax-collector/imports/"), "{here}");

    let page = browser.get(&here).await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains("Suma achitată") && page.body.contains("Nr. cadastral"));
    assert_eq!((chosen(&page, "column-taxpayer").as_str(), chosen(&page, "column-cadastral").as_str()), ("2", "4"));
    assert_eq!((chosen(&page, "column-phone").as_str(), chosen(&page, "column-due").as_str()), ("", "8"));

    // Nothing chosen for what is needed, the same twice, a column that is not there.
    for wrong in [vec![], vec![("column-account", "0"), ("column-taxpayer", "0")], vec![("column-account", "900")]] {
        let again = browser.post(&here, &wrong).await;
        assert_eq!(again.status, 422);
        assert!(again.text(".govuk-error-summary").contains("Nr. cont") || again.body.contains("de două ori"), "{}", again.body);
    }
    assert_eq!(browser.get(&format!("{here}/preview")).await.location(), here, "nothing is read before it is known what is what");

    let chosen = browser.post(&here, &COLUMNS).await;
    assert_eq!(chosen.location(), format!("{here}/preview"));
    let preview = browser.get(chosen.location()).await;
    assert_eq!(preview.status, 200);
    assert!(preview.body.contains("Bejenari") && preview.body.contains("Preia rândurile"), "{}", preview.body);
    let absent = "Fișierul nu are coloane pentru: Obiect; Suprafața, ha; Valoarea, lei; Telefon; E-mail";
    assert!(preview.body.contains(absent) && preview.body.contains("rămâne neschimbat"), "{}", preview.body);
    assert_eq!(accounts(&mut browser).await, 0, "nothing is kept by looking");

    let taken = browser.post(&format!("{here}/confirm"), &[]).await;
    assert!([200, 303].contains(&taken.status), "{} {}", taken.status, taken.body);
    let kept = accounts(&mut browser).await;
    assert!(kept > 0);
    let begun = town.trail("sculeni", 50).await.iter().filter(|(kind, _)| kind == "action-kept").count();
    // Again: the same answer, and nothing is done.
    let again = browser.post(&format!("{here}/confirm"), &[]).await;
    assert_eq!(again.status, 303, "{}", again.body);
    assert_eq!(accounts(&mut browser).await, kept);
    assert_eq!(town.trail("sculeni", 50).await.iter().filter(|(kind, _)| kind == "action-kept").count(), begun);

    // The next file with these headings is known, in whatever order they come.
    let next = send(&mut browser, "alt2.csv", renamed().as_bytes(), false).await;
    assert!(next.location().ends_with("/preview"), "{}", next.location());
    // But not in another municipality's name: what is remembered is the municipality's.
    let discarded = browser.post(&next.location().replace("/preview", "/discard"), &[]).await;
    assert_eq!(discarded.status, 303);
    assert_eq!(browser.get(next.location()).await.status, 404, "what was discarded is gone");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_whole_file_is_taken_at_once_unless_it_is_to_be_looked_at() {
    let town = Town::new().await;
    let mut browser = town.signed_in(COLLECTOR).await;
    let form = browser.get("/sculeni/tax-collector/import").await;
    assert!(form.body.contains("vatra-preview"), "{}", form.body);
    let first = send(&mut browser, "rol.csv", ROLL.as_bytes(), true).await;
    assert!(first.location().ends_with("/preview"), "{}", first.location());
    assert_eq!(accounts(&mut browser).await, 0);
    let at_once = send(&mut browser, "rol.csv", ROLL.as_bytes(), false).await;
    assert!(!at_once.location().contains("/imports/"), "{}", at_once.location());
    assert!(accounts(&mut browser).await > 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_that_are_left_out_are_told_with_their_lines_and_no_formula() {
    let town = Town::new().await;
    let mut browser = town.signed_in(COLLECTOR).await;
    let bad = "X1;F;123;=HYPERLINK(1);;;;;n/a;0;25.09.2026\r\nX2;F;2012158230242;<b>Ana</b>;9234379532.02;;;;1,00;0,00;31.02.2026\r\n";
    let sent = send(&mut browser, "alt.csv", format!("{}{bad}", renamed()).as_bytes(), false).await;
    let here = sent.location().to_owned();
    let chosen = browser.post(&here, &COLUMNS).await;
    let preview = browser.get(chosen.location()).await;
    assert!(preview.body.contains("Data nu există") && preview.body.contains("formulă"), "{}", preview.body);
    assert!(!preview.body.contains("<b>Ana"), "what a file says is words");
    let file = browser.get(&format!("{here}/refused")).await;
    assert_eq!((file.status, file.header("content-type")), (200, "text/csv; charset=utf-8"));
    assert!(file.body.contains("'=HYPERLINK") && file.body.contains("X2"), "{}", file.body);
    assert_eq!(file.body.trim_end().lines().count(), 3, "{}", file.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_held_is_its_persons_its_modules_and_its_municipalitys_for_two_hours() {
    let town = Town::new().await;
    let sculeni = town.tenant("sculeni").await;
    let mut browser = town.signed_in(COLLECTOR).await;
    let here = send(&mut browser, "alt.csv", renamed().as_bytes(), false).await.location().to_owned();
    // A colleague who may do the same may not see the file: it holds names that this colleague never sent.
    let lozova = here.replace("/sculeni/", "/lozova/");
    for (who, expected) in [(BOTH, 404), (CLERK, 404), (ADMINISTRATOR, 404), (NEIGHBOUR, 404)] {
        let mut other = town.signed_in(who).await;
        for part in ["", "/preview", "/refused"] {
            assert_eq!(other.get(&format!("{here}{part}")).await.status, expected, "{who} {part}");
            assert_eq!(other.get(&format!("{lozova}{part}")).await.status, 404, "{who} {part}");
        }
        for part in ["", "/confirm", "/discard"] {
            assert_eq!(other.post(&format!("{here}{part}"), &COLUMNS).await.status, expected, "{who} {part}");
        }
    }
    browser.post(&here, &COLUMNS).await;
    // Who lost the role meanwhile performs nothing.
    let official = town.app.official(&sculeni, "perceptor").await.unwrap();
    let mut without = official.clone();
    without.roles = ["secretary"].map(name).into();
    town.app.put_official(&sculeni, &without, By::OPERATOR).await.unwrap();
    assert_eq!(browser.post(&format!("{here}/confirm"), &[]).await.status, 403);
    town.app.put_official(&sculeni, &official, By::OPERATOR).await.unwrap();
    assert_eq!(accounts(&mut browser).await, 0);
    assert_eq!(browser.get(&format!("{here}/preview")).await.status, 200);

    // The oldest of four makes room.
    for _ in 0..3 {
        send(&mut browser, "alt.csv", renamed().as_bytes(), false).await;
    }
    assert_eq!(browser.get(&here).await.status, 404);
    let last = send(&mut browser, "alt.csv", renamed().as_bytes(), false).await.location().to_owned();
    town.later(2 * 60 * 60 - 60);
    let mut browser = town.signed_in(COLLECTOR).await;
    assert_eq!(browser.get(&last).await.status, 200);
    town.later(120);
    assert_eq!(browser.get(&last).await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_workbook_with_several_sheets_asks_which() {
    let mut book = rust_xlsxwriter::Workbook::new();
    let note = book.add_worksheet().set_name("Note").unwrap();
    for at in 0..9 {
        note.write_string(0, at, format!("coloana {at}")).unwrap();
        note.write_string(1, at, "x").unwrap();
    }
    let roll = book.add_worksheet().set_name("Rol <2026>").unwrap();
    for (row, line) in (0u32..).zip(renamed().lines()) {
        for (at, cell) in (0u16..).zip(line.split(';')) {
            roll.write_string(row, at, cell).unwrap();
        }
    }
    let bytes = book.save_to_buffer().unwrap();
    let town = Town::new().await;
    let mut browser = town.signed_in(COLLECTOR).await;
    let here = send(&mut browser, "rol.xlsx", &bytes, false).await.location().to_owned();
    let note = browser.get(&format!("{here}?sheet=0")).await;
    assert!(note.body.contains("coloana 3") && note.body.contains("Rol &#60;2026&#62;"), "{}", note.body);
    let page = browser.get(&format!("{here}?sheet=1")).await;
    assert!(page.body.contains("Suma achitată"));
    let mut fields = COLUMNS.to_vec();
    fields.push(("sheet", "1"));
    assert_eq!(browser.post(&here, &fields).await.location(), format!("{here}/preview"));
    let preview = browser.get(&format!("{here}/preview")).await;
    assert!(preview.body.contains("Bejenari"), "{}", preview.body);
    assert_eq!(browser.get(&format!("{here}?sheet=77")).await.status, 422);
}
