//! Registers as officials work with them: files of what is filtered, an entry's history, corrections that meet, and one search. Without scripts.

use crate::browser::{Answer, Browser};
use crate::town::{CLERK, COLLECTOR, NEIGHBOUR, ROLL, Town, name, package};
use calamine::{Data, Reader, Xlsx};
use std::io::Cursor;
use vatra_core::call::Official;
use vatra_core::ids::SubjectId;
use vatra_server::app::{By, GrantChange};

const IMPORT: &str = "/sculeni/tax-collector/actions/import-roll";
const ACCOUNTS: &str = "/sculeni/tax-collector/accounts";
const TESTER: &str = "2001000000088";
const OTHER: &str = "2001000000099";
const CORRECT: &str = "/sculeni/clerk/actions/correct-parcel";

fn links(page: &Answer, part: &str) -> Vec<String> {
    let hrefs = page.body.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    hrefs.filter(|href| href.contains(part)).map(|href| href.replace("&amp;", "&").replace("&#38;", "&")).collect()
}

async fn collector(town: &Town) -> Browser {
    let mut browser = town.signed_in(COLLECTOR).await;
    let hidden = browser.get("/sculeni/tax-collector/import").await.hidden(IMPORT);
    browser.upload(IMPORT, &hidden, "roll", "rol.csv", ROLL.as_bytes()).await;
    browser
}

/// The clerk's test module with one parcel, and two who may correct it.
async fn clerks(town: &Town) -> [Browser; 2] {
    let sculeni = town.tenant("sculeni").await;
    town.app.install(&sculeni, &package("clerk"), By::OPERATOR).await.unwrap();
    town.app.grant(&sculeni, &name("clerk"), &name("registers"), GrantChange::default(), By::OPERATOR).await.unwrap();
    for (handle, full_name, idnp) in [("tester", "Ana Tester", TESTER), ("other", "Ion Altul", OTHER)] {
        let roles = [name("tester")].into();
        let official = Official { person: SubjectId::fresh(), handle: name(handle), name: full_name.into(), idnp: idnp.into(), roles };
        town.app.put_official(&sculeni, &official, By::OPERATOR).await.unwrap();
    }
    let mut tester = town.signed_in(TESTER).await;
    let form = [("owner.find", TESTER), ("kind", "land"), ("cadastral", "9256201541")];
    let declared = tester.post("/sculeni/clerk/actions/declare", &form).await;
    assert_eq!(declared.status, 303, "{}", declared.text("main"));
    [tester, town.signed_in(OTHER).await]
}

async fn parcel(browser: &mut Browser) -> (String, Answer) {
    let list = browser.get("/sculeni/clerk/parcels").await;
    let link = links(&list, "parcel?entry=").remove(0);
    let page = browser.get(&link).await;
    assert_eq!(page.status, 200, "{}", page.text("main"));
    (link, page)
}

async fn correct(browser: &mut Browser, page: &Answer, answers: &[(&str, &str)]) -> Answer {
    let hidden = page.hidden(CORRECT);
    let fields: Vec<(&str, &str)> =
        hidden.iter().map(|(name, value)| (name.as_str(), value.as_str())).chain(answers.iter().copied()).collect();
    browser.post(CORRECT, &fields).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_workbook_has_what_is_filtered_in_cells_of_their_types() {
    let town = Town::new().await;
    let mut collector = collector(&town).await;
    let page = collector.get(&format!("{ACCOUNTS}?accounts.q=bejenari")).await;
    let link = links(&page, "export=accounts.xlsx").remove(0);
    assert!(link.contains("accounts.q=bejenari"), "the search goes along: {link}");
    let file = collector.get(&link).await;
    assert_eq!(file.status, 200, "{}", file.text("main"));
    assert!(file.header("content-disposition").ends_with(".xlsx\""), "{}", file.header("content-disposition"));
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(file.bytes)).unwrap();
    let sheet = book.worksheet_range_at(0).unwrap().unwrap();
    let text = |row: usize, column: usize| sheet.get((row, column)).map(ToString::to_string).unwrap_or_default();
    assert!(text(1, 0).contains("Sculeni") && text(1, 0).contains("Ana Perceptor"), "{}", text(1, 0));
    assert!(text(2, 0).contains("„bejenari”"), "{}", text(2, 0));
    assert_eq!(sheet.height(), 6, "title, by whom, filters, nothing, headings, one row");
    let row: Vec<&Data> = sheet.rows().next_back().unwrap().iter().collect();
    assert!(row.iter().any(|cell| matches!(cell, Data::Float(amount) if (*amount - 2542.5).abs() < 1e-9)), "{row:?}");
    assert!(row.iter().any(|cell| matches!(cell, Data::DateTime(_))), "{row:?}");
    assert!(row.iter().any(|cell| matches!(cell, Data::String(text) if text == "Bejenari Maria")), "{row:?}");
    assert_eq!(town.trail("sculeni", 1).await, [("export".to_owned(), "export".to_owned())]);
    assert_eq!(collector.get(&format!("{ACCOUNTS}?export=accounts.exe")).await.status, 404);
    // Paper is made by others, who are not here: that is said, and nothing else happens.
    assert_eq!(collector.get(&format!("{ACCOUNTS}?export=accounts.pdf")).await.status, 503);
    town.app.set_renderer(vatra_server::carriers::renderer().unwrap());
    let paper = collector.get(&format!("{ACCOUNTS}?export=accounts.pdf&accounts.q=bejenari")).await;
    assert!(paper.bytes.starts_with(b"%PDF-"), "{} {}", paper.status, paper.text("main"));
    let csv = collector.get(&format!("{ACCOUNTS}?export=accounts&accounts.q=bejenari")).await;
    assert_eq!(csv.body.lines().count(), 2, "{}", csv.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn words_stay_words_in_a_workbook() {
    let town = Town::new().await;
    let [mut tester, _] = clerks(&town).await;
    let (_, page) = parcel(&mut tester).await;
    let answers = [("cadastral", "9256201541"), ("note", "=HYPERLINK(\"http://x\")"), ("phone", ""), ("reason", "try")];
    assert_eq!(correct(&mut tester, &page, &answers).await.status, 303);
    let file = tester.get("/sculeni/clerk/parcels?export=parcels.xlsx").await;
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(file.bytes)).unwrap();
    let name = book.sheet_names().remove(0);
    assert_eq!(book.worksheet_formula(&name).unwrap().used_cells().count(), 0);
    let sheet = book.worksheet_range_at(0).unwrap().unwrap();
    assert!(sheet.rows().next_back().unwrap().iter().any(|cell| cell.to_string().starts_with("=HYPERLINK")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_correction_asks_why_and_stays_in_the_history() {
    let town = Town::new().await;
    let [mut tester, _] = clerks(&town).await;
    let (link, page) = parcel(&mut tester).await;
    assert!(page.text("main").contains("Motivul corectării"), "{}", page.text("main"));
    let without = correct(&mut tester, &page, &[("cadastral", "9256201541"), ("note", "pășune"), ("phone", "069123456")]).await;
    assert_eq!(without.status, 422);
    assert!(without.text(".govuk-error-summary").contains("Completați"), "{}", without.text("main"));
    assert!(without.body.contains("value=\"pășune\""), "what was typed stays");
    let answers = [("cadastral", "9256201541"), ("note", "pășune"), ("phone", "069123456"), ("reason", "Decizia 12/2026")];
    assert_eq!(correct(&mut tester, &page, &answers).await.status, 303);

    let page = tester.get(&link).await;
    let history = tester.get(&links(&page, "/history").remove(0)).await;
    assert_eq!(history.status, 200);
    let text = history.text("main");
    for part in ["Versiunea 2", "Corectată", "Ana Tester", "Decizia 12/2026", "pășune", "Versiunea 1", "Înscrisă"] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(!text.contains("the module's own reason"), "the person's reason counts");
    assert!(!text.contains("69123456") && text.contains("•••"), "personal words are told in part: {text}");
    assert!(!links(&tester.get("/sculeni/clerk/parcels").await, "/history").is_empty(), "rows lead there too");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_corrections_meet_and_nothing_is_lost() {
    let town = Town::new().await;
    let [mut tester, mut other] = clerks(&town).await;
    let (link, page) = parcel(&mut tester).await;
    let (_, same) = parcel(&mut other).await;
    let quick = [("cadastral", "9256201542"), ("note", "arabil"), ("phone", ""), ("reason", "first")];
    assert_eq!(correct(&mut other, &same, &quick).await.status, 303);

    // Ana changed the note alone: the other's cadastral number is not to be undone by her.
    let late = [("cadastral", "9256201541"), ("note", "vie"), ("phone", ""), ("reason", "second")];
    let met = correct(&mut tester, &page, &late).await;
    assert_eq!(met.status, 409, "{}", met.text("main"));
    let text = met.text("main");
    for part in ["Ion Altul", "arabil", "vie", "9256201542"] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let list = tester.get("/sculeni/clerk/parcels").await;
    assert!(list.text("#t-parcels").contains("arabil") && !list.text("#t-parcels").contains("vie"), "nothing was overwritten");

    let again = correct(&mut tester, &met, &[]).await;
    assert_eq!(again.status, 303, "{}", again.text("main"));
    let list = tester.get("/sculeni/clerk/parcels").await.text("#t-parcels");
    assert!(list.contains("9256201542") && list.contains("vie"), "{list}");
    // The same page once more meets what she saved herself.
    assert_eq!(correct(&mut tester, &page, &late).await.status, 409);
    let page = tester.get(&link).await;
    let history = tester.get(&links(&page, "/history").remove(0)).await.text("main");
    assert!(history.contains("Versiunea 3") && history.contains("second"), "{history}");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_search_finds_what_one_may_open() {
    let town = Town::new().await;
    let mut collector = collector(&town).await;
    let home = collector.get("/sculeni").await;
    assert!(home.body.contains("action=\"/sculeni/search\""), "in the header of every page");
    for sought in ["pîslaru", "PISLARU", "2432039287932", "9256000-000002"] {
        let page = collector.get(&format!("/sculeni/search?q={}", vatra_view::urls::encode(sought))).await;
        assert_eq!(page.status, 200);
        assert!(page.text("main").contains("Pîslaru Petru"), "{sought}: {}", page.text("main"));
        assert!(!links(&page, "/sculeni/tax-collector/account?entry=").is_empty(), "{sought}");
    }
    let people = collector.get("/sculeni/search?q=pislaru").await.text("#g-people");
    assert!(people.contains("IDNP 2432039287932"), "{people}");
    let pages = collector.get("/sculeni/search?q=925&in=tax-collector.accounts&page=1").await;
    assert!(pages.text("main").contains("Bejenari Maria"), "{}", pages.text("main"));
    assert!(town.trail("sculeni", 1).await.iter().all(|(kind, _)| kind == "look"), "whose data was found is written down");
    assert!(collector.get("/sculeni/search?q=a").await.text("main").contains("cel puțin două"));

    // Whoever may open nothing of it finds nothing of it, whatever the address says.
    let mut clerk = town.signed_in(CLERK).await;
    for address in ["/sculeni/search?q=pislaru", "/sculeni/search?q=925&in=tax-collector.accounts&page=1"] {
        let page = clerk.get(address).await;
        assert_eq!(page.status, 200);
        assert!(!page.body.contains("Pîslaru") && !page.body.contains("Bejenari"), "{}", page.text("main"));
    }
    assert_eq!(town.signed_in(NEIGHBOUR).await.get("/sculeni/search?q=pislaru").await.status, 404);
}
