//! Files as people send them.

use super::*;
use std::collections::BTreeMap;
use vatra_core::ids::Name;
use vatra_core::manifest::{Localized, RowRule, UploadColumn, UploadRule, UploadSchema};
use vatra_core::register::FieldType;
use vatra_core::value::{Money, Value};

pub(super) fn name(text: &str) -> Name {
    Name::new(text).unwrap()
}

pub(super) fn column(field: &str, heading: &str, kind: FieldType) -> UploadColumn {
    UploadColumn {
        field: field.into(),
        heading: heading.into(),
        also: Default::default(),
        kind,
        personal: false,
        values: BTreeMap::new(),
        name_heading: None,
        kind_heading: None,
        company_values: Default::default(),
        optional: false,
    }
}

fn rule(rule_name: &str, rule: RowRule, fields: &[&str], rejects: bool) -> UploadRule {
    let fields = fields.iter().map(|field| (*field).to_owned()).collect();
    UploadRule { name: name(rule_name), rule, fields, rejects, words: Localized::default() }
}

pub(super) fn schema() -> UploadSchema {
    let subject = UploadColumn {
        name_heading: Some("Nume".into()),
        kind_heading: Some("Tip".into()),
        company_values: ["J".to_owned()].into(),
        ..column("who", "IDNP/IDNO", FieldType::Subject)
    };
    UploadSchema {
        name: name("roll"),
        max_rows: 5,
        columns: vec![
            column("account", "Nr. cont", FieldType::Text),
            subject,
            column("due", "Impozit, lei", FieldType::Money),
            column("paid", "Achitat, lei", FieldType::Money),
            column("day", "Termen", FieldType::Date),
            UploadColumn { optional: true, ..column("phone", "Telefon", FieldType::Phone) },
        ],
        rules: vec![
            rule("identifier-length", RowRule::IdentifierLength, &["who"], true),
            rule("idno-check-digit", RowRule::IdnoCheckDigit, &["who"], true),
            rule("unreadable-amount", RowRule::Readable, &["due", "paid"], true),
            rule("negative", RowRule::NotNegative, &["due", "paid"], true),
            rule("date", RowRule::DateValid, &["day"], true),
            rule("again", RowRule::Unique, &["account"], true),
            rule("idnp-check-digit", RowRule::IdnpCheckDigit, &["who"], false),
            rule("overpaid", RowRule::AtMostOther, &["paid", "due"], false),
        ],
    }
}

pub(super) const HEAD: &str = "Nr. cont;Tip;IDNP/IDNO;Nume;Impozit, lei;Achitat, lei;Termen;Telefon\r\n";

fn read(rows: &str) -> Result<ParsedTable, FileError> {
    read_table(&schema(), "C:\\roluri\\rol.csv", format!("{HEAD}{rows}").as_bytes(), "d".into())
}

#[test]
fn rules_are_checked_in_their_order_and_only_the_row_is_lost() -> Result<(), FileError> {
    let table = read(
        "1;F;2209043966243; ŞTIRBU  ION;1 234,50;0,00;25.09.2026;+373 69123456\r\n\
         2;F;123;Scurt;n/a;0,00;31.02.2026;\r\n\
         3;F;2209043966243;Știrbu Ion;n/a;-1,00;25.09.2026;\r\n\
         1;F;2209043966243;Știrbu Ion;1,00;0,00;25.09.2026;\r\n\
         5;F;2209043966243;Știrbu Ion;1,00;2,00;2026-09-25;\r\n",
    )?;
    let found: Vec<_> = table.problems.iter().map(|problem| (problem.line, problem.rule.as_str(), problem.rejected)).collect();
    let digit_fits = vatra_core::ident::Idnp::new("2209043966243").is_ok_and(|idnp| idnp.check_digit_fits());
    let mut expected = vec![(3, "identifier-length", true), (4, "unreadable-amount", true), (5, "again", true), (6, "overpaid", false)];
    if !digit_fits {
        expected.insert(0, (2, "idnp-check-digit", false));
        expected.insert(4, (6, "idnp-check-digit", false));
    }
    assert_eq!(found, expected);
    assert_eq!((table.rows, table.accepted.len(), table.rejected()), (5, 2, 3));
    assert_eq!(table.name, "rol.csv");
    let first = &table.accepted[0];
    assert_eq!(first.fields.get("due"), Some(&Value::Money(Money(123_450))));
    assert_eq!(first.people[0].name, "Știrbu Ion");
    assert!(table.personal.contains("phone"));
    Ok(())
}

#[test]
fn encodings_and_delimiters_are_found_out() -> Result<(), FileError> {
    let row = "1;F;2209043966243;Știrbu Țîmpău;1,00;0,00;25.09.2026;\r\n";
    let text = format!("{HEAD}{row}");
    let old = text.replace('Ș', "Ş").replace('ț', "ţ").replace('Ț', "Ţ").replace('ș', "ş");
    let (legacy, _, unmappable) = encoding_rs::WINDOWS_1250.encode(&old);
    assert!(!unmappable);
    let utf16: Vec<u8> = [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let commas = "Nr. cont,Tip,IDNP/IDNO,Nume,\"Impozit, lei\",\"Achitat, lei\",Termen\n1,F,2209043966243,Știrbu Țîmpău,\"1,00\",\"0,00\",25.09.2026\n";
    for bytes in [text.as_bytes().to_vec(), [b"\xef\xbb\xbf", text.as_bytes()].concat(), legacy.into_owned(), utf16, commas.into()] {
        let table = read_table(&schema(), "rol.csv", &bytes, String::new())?;
        assert_eq!(table.accepted[0].people[0].name, "Știrbu Țîmpău");
    }
    let russian = HEAD.to_owned() + "1;F;2209043966243;Ткачук Людмила;1,00;0,00;25.09.2026;\r\n";
    let (legacy, _, _) = encoding_rs::WINDOWS_1251.encode(&russian);
    let table = read_table(&schema(), "rol.csv", &legacy, String::new())?;
    assert_eq!(table.accepted[0].people[0].name, "Ткачук Людмила");
    Ok(())
}

#[test]
fn files_that_cannot_be_taken_say_why() {
    let take = |bytes: &[u8]| read_table(&schema(), "x", bytes, String::new()).map(|_| ());
    assert_eq!(take(b""), Err(FileError::Empty));
    assert_eq!(take(b"\xef\xbb\xbf \r\n"), Err(FileError::Empty));
    assert_eq!(take(HEAD.as_bytes()), Err(FileError::Empty));
    assert_eq!(take(b"PK\x03\x04rest"), Err(FileError::NotATable));
    assert_eq!(take(b"%PDF-1.7"), Err(FileError::NotATable));
    let other = take("Nume;Prenume\r\nA;B\r\n".as_bytes());
    assert!(
        matches!(&other, Err(FileError::MissingColumns(columns)) if columns.contains(&"Nr. cont".to_owned()) && !columns.contains(&"Telefon".to_owned()))
    );
    let broken =
        [HEAD.as_bytes(), "1;F;2209043966243;Știrbu Țîmpău Șerbană;1,00;0,00;25.09.2026;\r\n2;F;22;".as_bytes(), b"\xff\xfe;\r\n"].concat();
    assert_eq!(take(&[b"\xef\xbb\xbf".as_slice(), &broken].concat()), Err(FileError::BrokenText { line: 3 }));
    assert_eq!(read(&"1;F;2209043966243;A;1,00;0,00;25.09.2026;\r\n".repeat(6)).map(|_| ()), Err(FileError::TooManyRows(5)));
}

#[test]
fn a_formula_is_nobody_s_data() -> Result<(), FileError> {
    for formula in ["=HYPERLINK(\"x\")", "@SUM(A1)", "+cmd|' /C calc'!A0", "-1+A2"] {
        let quoted = formula.replace('"', "\"\"");
        let table = read(&format!("1;F;2209043966243;\"{quoted}\";1,00;0,00;25.09.2026;\r\n"))?;
        assert_eq!(table.problems.first().map(|problem| problem.rule.as_str()), Some("formula"), "{formula}");
    }
    let plain = read("1;F;2209043966243;Ana-Maria;1,00;0,00;25.09.2026;+373 69123456\r\n")?;
    assert_eq!(plain.rejected(), 0);
    Ok(())
}
