//! Files whose headings are not those of the schema, and workbooks.

use super::tests::{HEAD, schema};
use super::*;
use proptest::prelude::*;
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
use std::io::{Cursor, Read as _, Write as _};
use vatra_core::value::{Money, Value};
use zip::write::SimpleFileOptions;

const OTHER: &str = "Cont;Persoana;Cod fiscal;Numele și prenumele;Impozitul (lei);Achitat lei;Termen de plată\r\n";
const ROW: &str = "1;F;2209043966243;Știrbu Ion;10,00;0,00;25.09.2026\r\n";

fn outline(text: &[u8]) -> (Source, Outline) {
    let source = Source::open(text).unwrap();
    let outline = source.outline(&schema(), None).unwrap();
    (source, outline)
}

fn read(source: &Source, mapping: &Mapping) -> ParsedTable {
    read_mapped(&schema(), ("rol.csv", "d".into()), source, mapping, &mut |_, _| {}).unwrap()
}

#[test]
fn headings_are_guessed_by_likeness_each_column_once() {
    let (source, outline) = outline(format!("{OTHER}{ROW}").as_bytes());
    assert!(matches!(outline.exact(&schema()), Err(FileError::MissingColumns(_))));
    let places = guess(&schema(), &outline.headings);
    let of = |key: &str| places.get(key).copied();
    assert_eq!((of("who"), of("who.name"), of("who.kind")), (Some(2), Some(3), Some(1)));
    assert_eq!((of("due"), of("paid"), of("day"), of("phone")), (Some(4), Some(5), Some(6), None));
    let mapping = Mapping { places, ..outline.mapping() };
    assert_eq!(mapping.problems(&schema(), &outline), []);
    let table = read(&source, &mapping);
    assert_eq!((table.accepted.len(), table.accepted[0].fields.get("due")), (1, Some(&Value::Money(Money(1_000)))));
    assert_eq!(table.accepted[0].people[0].name, "Știrbu Ion");
    // Nothing is known of what the file has no column for, not even that it is empty.
    assert!(!table.columns.contains(&"phone".to_owned()) && !table.accepted[0].fields.contains_key("phone"), "{table:?}");
    assert!(["account", "who", "due"].iter().all(|field| table.columns.contains(&(*field).to_owned())), "{:?}", table.columns);
    let (source, outline) = self::outline(
        format!("{},Telefon\r\n{},\r\n", OTHER.trim().replace(';', ","), "1,F,2209043966243,Știrbu Ion,10.00,0.00,25.09.2026").as_bytes(),
    );
    let table = read(&source, &Mapping { places: guess(&schema(), &outline.headings), ..outline.mapping() });
    assert_eq!(table.accepted[0].fields.get("phone"), Some(&Value::None), "an empty cell is empty");
}

#[test]
fn a_mapping_that_does_not_fit_is_told_apart() {
    let (_, outline) = outline(format!("{OTHER}{ROW}").as_bytes());
    let places = [("account", 0), ("who", 0), ("due", 99)].map(|(key, at)| (key.to_owned(), at)).into();
    let mapping = Mapping { places, ..outline.mapping() };
    let wrong = mapping.problems(&schema(), &outline);
    let wrong: Vec<(&str, &str)> = wrong.iter().map(|(key, rule)| (key.as_str(), *rule)).collect();
    assert_eq!(wrong, [("who", "column-twice"), ("who.name", "required"), ("due", "choice"), ("paid", "required"), ("day", "required")]);
}

#[test]
fn what_is_remembered_fits_another_order_of_the_same_headings_and_says_nothing_of_them() {
    let (_, first) = outline(format!("{OTHER}{ROW}").as_bytes());
    let mapping = Mapping { places: guess(&schema(), &first.headings), month_first: true, ..first.mapping() };
    let kept = mapping.to_keep(&first);
    assert!(!kept.contains("Cod") && !kept.contains("fiscal"), "{kept}");
    let (_, second) = outline(
        "Termen de plată;Achitat lei;Impozitul (lei);Numele și prenumele;Cod fiscal;Persoana;Cont\r\n25.09.2026;0;1;A;2209043966243;F;1\r\n".as_bytes(),
    );
    assert_eq!(first.headings_digest(), second.headings_digest());
    let found = Mapping::kept(&kept, &schema(), &second).unwrap();
    assert!(found.month_first);
    for (key, at) in &mapping.places {
        assert_eq!(second.headings[found.places[key]], first.headings[*at], "{key}");
    }
    let (_, other) = outline(format!("{HEAD}{ROW}").as_bytes());
    assert_ne!(other.headings_digest(), first.headings_digest());
    for broken in ["", "{}", "[1]", r#"{"places":{"who":500},"month_first":false,"mark":"either"}"#] {
        assert_eq!(Mapping::kept(broken, &schema(), &first), None, "{broken}");
    }
}

#[test]
fn without_a_column_that_tells_them_apart_the_number_does() {
    let (source, outline) = outline(
        "Nr. cont;IDNP/IDNO;Nume;Impozit, lei;Achitat, lei;Termen\r\n1;1003600000017;Alfa SRL;1,00;0,00;25.09.2026\r\n2;2209043966243;Știrbu;1,00;0,00;25.09.2026\r\n".as_bytes(),
    );
    let mapping = Mapping { places: guess(&schema(), &outline.headings), ..outline.mapping() };
    let table = read(&source, &mapping);
    let kinds: Vec<bool> = table.accepted.iter().map(|row| row.people[0].company).collect();
    let fits = vatra_core::ident::Idno::new("1003600000017").is_ok();
    assert_eq!(kinds, [fits, false]);
}

#[test]
fn dates_and_numbers_that_can_be_read_in_two_ways_are_noticed() {
    let with = |due: &str, day: &str| outline(format!("{HEAD}1;F;2209043966243;A;{due};0,00;{day};\r\n").as_bytes()).1;
    assert_eq!(with("1,00", "25.09.2026").month_first, Seen::Nothing);
    assert_eq!(with("1,00", "25/09/2026").month_first, Seen::Surely(false));
    assert_eq!(with("1,00", "09/25/2026").month_first, Seen::Surely(true));
    assert_eq!(with("1,00", "03/04/2026").month_first, Seen::Ambiguous);
    assert_eq!(with("12.50", "").mark, Seen::Nothing);
    assert_eq!(with("1.234", "").mark, Seen::Surely(Mark::Comma), "the zeros of another column say that the comma is decimal");

    let text = format!("{HEAD}1;F;2209043966243;A;1.234;0,00;03/04/2026;\r\n");
    let (source, outline) = outline(text.as_bytes());
    let mapping = Mapping { mark: Mark::Comma, month_first: true, ..outline.exact(&schema()).unwrap() };
    let table = read(&source, &mapping);
    assert_eq!(table.accepted[0].fields.get("due"), Some(&Value::Money(Money(123_400))));
    assert_eq!(table.accepted[0].fields.get("day"), Some(&Value::Date(chrono::NaiveDate::from_ymd_opt(2026, 3, 4).unwrap())));
}

#[test]
fn hostile_headings_are_only_words() {
    let wide = (0..10_000).map(|at| format!("c{at}")).collect::<Vec<_>>().join(";");
    let refused = Source::open(format!("{wide}\r\n1;2\r\n").as_bytes()).unwrap().outline(&schema(), None);
    assert_eq!(refused, Err(FileError::TooManyColumns(500)));
    let long = "x".repeat(100_000);
    let (_, outline) = outline(format!("<script>alert(1)</script>;{long};=1+1;\u{7}bell\r\n1;2;3;4\r\n").as_bytes());
    assert_eq!(
        (outline.headings[0].as_str(), outline.headings[1].len(), outline.headings[3].as_str()),
        ("<script>alert(1)</script>", 100, "bell")
    );
    assert!(guess(&schema(), &outline.headings).is_empty());
}

fn book(change: impl FnOnce(&mut Workbook)) -> Vec<u8> {
    let mut book = Workbook::new();
    change(&mut book);
    book.save_to_buffer().unwrap()
}

fn roll(sheet: &mut rust_xlsxwriter::Worksheet, top: u32) {
    let date = Format::new().set_num_format("dd.mm.yyyy");
    let heads = ["Nr. cont", "Tip", "IDNP/IDNO", "Nume", "Impozit, lei", "Achitat, lei", "Termen", "Telefon"];
    for (at, head) in (0u16..).zip(heads) {
        sheet.write_string(top, at, head).unwrap();
    }
    sheet.write_string(top + 1, 0, "1").unwrap();
    sheet.write_string(top + 1, 1, "F").unwrap();
    sheet.write_number(top + 1, 2, 2_209_043_966_243.0).unwrap();
    sheet.write_string(top + 1, 3, "Știrbu Țîmpău").unwrap();
    sheet.write_number(top + 1, 4, 1_234.5).unwrap();
    sheet.write_number(top + 1, 5, 0.1 + 0.2).unwrap();
    sheet.write_datetime_with_format(top + 1, 6, ExcelDateTime::from_ymd(2026, 9, 25).unwrap(), &date).unwrap();
}

#[test]
fn a_workbook_is_read_as_a_text_is() {
    let bytes = book(|book| {
        let sheet = book.add_worksheet();
        sheet.merge_range(0, 0, 0, 7, "Rolul fiscal", &Format::new()).unwrap();
        roll(sheet, 3);
    });
    let table = read_table(&schema(), "rol.xlsx", &bytes, "d".into()).unwrap();
    assert_eq!((table.rows, table.accepted.len(), table.accepted[0].line), (1, 1, 5));
    let row = &table.accepted[0];
    assert_eq!(row.fields.get("due"), Some(&Value::Money(Money(123_450))));
    assert_eq!(row.fields.get("paid"), Some(&Value::Money(Money(30))));
    assert_eq!(row.fields.get("day"), Some(&Value::Date(chrono::NaiveDate::from_ymd_opt(2026, 9, 25).unwrap())));
    assert_eq!((row.people[0].idn.as_str(), row.people[0].name.as_str()), ("2209043966243", "Știrbu Țîmpău"));
}

#[test]
fn the_sheet_that_looks_like_the_table_is_taken_and_hidden_ones_are_not() {
    let bytes = book(|book| {
        book.add_worksheet().set_name("Note").unwrap().write_string(0, 0, "pentru mine").unwrap();
        roll(book.add_worksheet().set_name("Ascunsă").unwrap().set_hidden(true), 0);
        roll(book.add_worksheet().set_name("Rol").unwrap(), 0);
    });
    let source = Source::open(&bytes).unwrap();
    assert_eq!(source.sheets(), ["Note", "Rol"]);
    assert_eq!(source.outline(&schema(), None).unwrap().sheet, 1);
    assert_eq!(source.outline(&schema(), Some(0)).unwrap().headings, ["pentru mine"]);
    assert_eq!(source.outline(&schema(), Some(2)), Err(FileError::Empty));
}

/// A workbook with some part of it replaced.
fn altered(bytes: &[u8], name: &str, change: impl Fn(&str) -> String) -> Vec<u8> {
    let mut from = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut to = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for index in 0..from.len() {
        let mut part = from.by_index(index).unwrap();
        let mut text = Vec::new();
        part.read_to_end(&mut text).unwrap();
        let own = part.name().unwrap().into_owned();
        if own == name {
            text = change(std::str::from_utf8(&text).unwrap()).into_bytes();
        }
        to.start_file(own, SimpleFileOptions::default()).unwrap();
        to.write_all(&text).unwrap();
    }
    to.finish().unwrap().into_inner()
}

#[test]
fn days_of_the_old_macintosh_are_four_years_later() {
    let bytes = book(|book| roll(book.add_worksheet(), 0));
    let old = altered(&bytes, "xl/workbook.xml", |text| text.replace("<workbookPr ", "<workbookPr date1904=\"1\" "));
    let table = read_table(&schema(), "rol.xlsx", &old, "d".into()).unwrap();
    assert_eq!(table.accepted[0].fields.get("day"), Some(&Value::Date(chrono::NaiveDate::from_ymd_opt(2030, 9, 26).unwrap())));
}

#[test]
fn a_workbook_that_unpacks_to_more_than_it_may_is_refused() {
    let bytes = book(|book| roll(book.add_worksheet(), 0));
    let bomb = altered(&bytes, "xl/sharedStrings.xml", |text| text.replace("</sst>", &format!("{}</sst>", " ".repeat(40 << 20))));
    assert!(bomb.len() < 1 << 20, "it is small");
    assert!(matches!(Source::open(&bomb).map(|_| ()), Err(FileError::TooLargeInside(_))));
    // A cell at the far end of the sheet makes no table of its size.
    let far = altered(&bytes, "xl/worksheets/sheet1.xml", |text| {
        text.replace("</sheetData>", "<row r=\"1048576\"><c r=\"XFD1048576\"><v>1</v></c></row></sheetData>")
    });
    assert_eq!(read_table(&schema(), "rol.xlsx", &far, "d".into()).map(|_| ()), Err(FileError::TooManyColumns(500)));
    for broken in [&bytes[..bytes.len() / 2], b"PK\x03\x04rest".as_slice()] {
        assert_eq!(Source::open(broken).map(|_| ()), Err(FileError::NotATable));
    }
}

#[test]
fn a_formula_counts_by_what_it_came_to_and_its_errors_refuse_the_row() {
    let bytes = book(|book| {
        let sheet = book.add_worksheet();
        roll(sheet, 0);
        sheet.write_formula(1, 4, rust_xlsxwriter::Formula::new("=1+1").set_result("217.5")).unwrap();
    });
    let table = read_table(&schema(), "rol.xlsx", &bytes, "d".into()).unwrap();
    assert_eq!(table.accepted[0].fields.get("due"), Some(&Value::Money(Money(21_750))));
    let wrong = altered(&bytes, "xl/worksheets/sheet1.xml", |text| {
        text.replace("<v>217.5</v>", "<v>#DIV/0!</v>").replace("<c r=\"E2\">", "<c r=\"E2\" t=\"e\">")
    });
    let table = read_table(&schema(), "rol.xlsx", &wrong, "d".into()).unwrap();
    assert_eq!((table.problems[0].line, table.problems[0].rule.as_str()), (2, "formula"));
    let typed = book(|book| {
        let sheet = book.add_worksheet();
        roll(sheet, 0);
        sheet.write_string(1, 3, "=HYPERLINK(\"http://x\")").unwrap();
    });
    assert_eq!(read_table(&schema(), "rol.xlsx", &typed, "d".into()).unwrap().problems[0].rule, "formula");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]
    /// What the host writes into a workbook or a text comes back as the same values.
    #[test]
    fn typed_values_come_back(bani in 0i64..100_000_000_000, days in 0u16..36_000, account in "[A-Z][a-zșț0-9]{0,12}") {
        let day = chrono::NaiveDate::from_ymd_opt(1900, 3, 1).unwrap() + chrono::Days::new(u64::from(days) + 306);
        let bytes = book(|book| {
            let sheet = book.add_worksheet();
            roll(sheet, 0);
            sheet.write_string(1, 0, &account).unwrap();
            sheet.write_number(1, 4, bani as f64 / 100.0).unwrap();
            let at = ExcelDateTime::parse_from_str(&day.format("%Y-%m-%d").to_string()).unwrap();
            sheet.write_datetime_with_format(1, 6, &at, &Format::new().set_num_format("dd\\.mm\\.yyyy")).unwrap();
        });
        let text = format!("{HEAD}{account};F;2209043966243;A;{};0,00;{};\r\n", Money(bani), day.format("%d.%m.%Y"));
        for bytes in [bytes, text.into_bytes()] {
            let table = read_table(&schema(), "rol", &bytes, "d".into()).unwrap();
            let fields = &table.accepted[0].fields;
            prop_assert_eq!(fields.get("account"), Some(&Value::Text(account.clone())));
            prop_assert_eq!(fields.get("due"), Some(&Value::Money(Money(bani))));
            prop_assert_eq!(fields.get("day"), Some(&Value::Date(day)));
        }
    }

    /// Nothing that is sent breaks the reader.
    #[test]
    fn any_bytes_are_a_table_or_a_refusal(bytes in proptest::collection::vec(any::<u8>(), 0..2_000)) {
        if let Ok(source) = Source::open(&bytes) && let Ok(outline) = source.outline(&schema(), None) {
            let mapping = Mapping { places: guess(&schema(), &outline.headings), ..outline.mapping() };
            let _ = read_mapped(&schema(), ("x", String::new()), &source, &mapping, &mut |_, _| {});
        }
    }
}
