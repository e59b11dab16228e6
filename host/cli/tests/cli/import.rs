//! The tax roll, imported from the command line.

use crate::support::{Data, sample, table};
use serde_json::json;

#[test]
fn the_report_says_what_the_file_holds() {
    let data = Data::seeded();
    let json = data.import("roll.csv").done();
    assert_eq!((&json["outcome"], &json["screen"]), (&json!("go"), &json!("import-report")), "{json}");
    let report = &json["report"];
    for (name, number) in [
        ("rows", 8),
        ("accepted", 5),
        ("rejected", 3),
        ("warned", 1),
        ("due_bani", 120_000 + 30_050 + 45_000 + 200_000 + 1_000),
        ("paid_bani", 30_050 + 10_000 + 1_200),
        ("taxpayers", 4),
        ("added", 5),
        ("corrected", 0),
        ("unchanged", 0),
    ] {
        assert_eq!(report[name], json!(number), "{name} in {report}");
    }
    assert_eq!(report["reasons"], json!({ "identifier-length": 1, "amount-unreadable": 1, "date-invalid": 1, "overpaid": 1 }));
}

#[test]
fn the_same_file_again_changes_nothing_and_says_so() {
    let data = Data::imported();
    let report = data.import("roll.csv").done()["report"].clone();
    assert_eq!((&report["added"], &report["corrected"], &report["unchanged"]), (&json!(0), &json!(0), &json!(5)));
    assert_eq!((&report["rows"], &report["accepted"]), (&json!(8), &json!(5)));
}

#[test]
fn names_are_found_without_their_diacritics() {
    let data = Data::imported();
    for (words, rows) in
        [("pislaru", 2), ("ştirbu", 1), ("Știrbu", 1), ("moara", 1), ("7000101003", 1), ("7000000-000002", 1), ("nobody", 0)]
    {
        let screen = data.show("accounts", &[&format!("accounts.q={words}")]).done();
        assert_eq!(table(&screen, "accounts")["total"], json!(rows), "{words}");
    }
}

#[test]
fn the_sample_of_the_demo_can_be_imported() {
    let data = Data::seeded();
    let roll = format!("roll=@{}", data.path().join("sample/rol-mic.csv").display());
    let ran = data.run(&["act", "sculeni", "tax-collector", "import-roll", "--as", "2012877351413", "-F", &roll]);
    let report = ran.done()["report"].clone();
    assert_eq!(
        (&report["rows"], &report["accepted"], &report["rejected"], &report["warned"]),
        (&json!(42), &json!(35), &json!(7), &json!(2))
    );
}

#[test]
fn files_that_are_no_roll_are_refused_with_their_reason() {
    let data = Data::seeded();
    for (file, code) in [
        ("empty.csv", "file-empty"),
        ("headings-only.csv", "file-empty"),
        ("workbook.csv", "file-type"),
        ("other-columns.csv", "file-columns"),
        ("broken-utf8.csv", "file-utf8"),
    ] {
        let ran = data.import(file);
        assert_eq!(ran.refused(), code, "{file}");
        let json = ran.json();
        assert_eq!((&json["outcome"], &json["errors"][0]["input"]), (&json!("rejected"), &json!("roll")), "{file}");
        assert!(json["errors"][0]["text"].as_str().unwrap().len() > 10, "{json}");
    }
    let screen = data.show("accounts", &[]).done();
    assert_eq!(table(&screen, "accounts")["total"], json!(0));
}

#[test]
fn a_file_above_the_limit_is_not_even_sent() {
    let data = Data::seeded();
    let large = data.path().join("large.csv");
    std::fs::write(&large, vec![b'x'; (20 << 20) + 1]).unwrap();
    let ran =
        data.run(&["act", "sculeni", "tax-collector", "import-roll", "--as", "perceptor", "-F", &format!("roll=@{}", large.display())]);
    assert_eq!(ran.refused(), "file-too-large");
    assert!(ran.json()["errors"][0]["text"].as_str().unwrap().contains("20 MiB"), "{}", ran.out);
}

#[test]
fn formulas_in_cells_are_left_out() {
    let data = Data::seeded();
    let report = data.import("formula.csv").done()["report"].clone();
    assert_eq!((&report["accepted"], &report["rejected"], &report["reasons"]["formula"]), (&json!(0), &json!(2), &json!(2)));
}

#[test]
fn the_messages_are_in_the_reader_s_language() {
    let data = Data::seeded();
    let roll = format!("roll=@{}", sample("empty.csv"));
    let words = |lang: &str| {
        let ran = data.words(&["act", "sculeni", "tax-collector", "import-roll", "--as", "perceptor", "-F", &roll, "--lang", lang]);
        assert_eq!((ran.code, ran.out.as_str()), (1, ""));
        ran.err
    };
    assert!(words("ro").contains("Fișierul este gol"), "{}", words("ro"));
    assert!(words("ru").contains("Файл"), "{}", words("ru"));
    assert!(words("en").contains("The file is empty"), "{}", words("en"));
}

#[test]
fn a_table_comes_as_csv_with_all_that_the_search_finds() {
    let data = Data::imported();
    let ran = data.words(&[
        "show",
        "sculeni",
        "tax-collector",
        "accounts",
        "--as",
        "perceptor",
        "--query",
        "accounts.q=pislaru",
        "--csv",
        "accounts",
    ]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out.starts_with('\u{feff}'));
    assert_eq!(ran.out.lines().count(), 3, "{}", ran.out);
    assert!(ran.out.lines().skip(1).all(|line| line.contains("Pîslaru Ana")), "{}", ran.out);
}

#[test]
fn a_screen_is_text_data_or_the_portal_s_page() {
    let data = Data::imported();
    let text = data.words(&["show", "sculeni", "tax-collector", "accounts", "--as", "perceptor", "--query", "accounts.sort=account"]);
    assert!(text.out.contains("Pîslaru Ana") && text.out.contains("7000000-000001"), "{}{}", text.out, text.err);
    let html = data.words(&["show", "sculeni", "tax-collector", "accounts", "--as", "perceptor", "--html", "--lang", "en"]);
    assert!(
        html.out.starts_with("<!DOCTYPE html>") && html.out.contains("lang=\"en\"") && html.out.contains("Pîslaru Ana"),
        "{}",
        html.out
    );
}
