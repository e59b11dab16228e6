//! What the inputs of a form become: every type, what is refused, and why.

use super::*;
use crate::urls::value_text;
use proptest::prelude::*;

fn schema(name: &str, kind: &str, required: bool, many: bool) -> Result<InputSchema, String> {
    Ok(InputSchema { required, many, ..InputSchema::plain(name, FieldType::try_from(kind.to_owned())?) })
}

fn form(pairs: &[(&str, &str)]) -> Posted {
    crate::urls::form_fields(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())))
}

fn one(kind: &str, text: &str) -> Result<Result<Value, &'static str>, String> {
    let inputs = [schema("x", kind, true, false)?];
    Ok(parse_inputs(&inputs, &form(&[("x", text)]))
        .map(|mut values| values.pop().map(|(_, value)| value).unwrap_or_default())
        .map_err(|mut wrong| wrong.pop().map(|(_, rule)| rule).unwrap_or_default()))
}

#[test]
fn every_type_has_its_rule() -> Result<(), String> {
    for (kind, text, rule) in [
        ("integer", "1,5", "integer"),
        ("money", "12,345.678", "money"),
        ("decimal", "a", "decimal"),
        ("date", "31.02.2026", "date"),
        ("date", "1.1.26", "date"),
        ("date", "99999-1-1", "date"),
        ("instant", "now", "instant"),
        ("choice:land|building", "car", "choice"),
        ("flag", "maybe", "flag"),
        ("subject", "2209043966243", "subject"),
        ("entry:accounts", "../1", "entry"),
        ("document", "../etc", "document"),
        ("cadastral", "XX9256201559.04", "cadastral"),
        ("iban", "MD25AG000225100013104168", "iban-check"),
        ("iban", "RO49AAAA1B31007593840000", "iban"),
        ("treasury-iban", "MD24AG000225100013104168", "treasury-account"),
        ("yes-no", "maybe", "flag"),
        ("geometry", "{}", "geometry"),
        ("geometry", r#"{"type":"Point","coordinates":[47.2,281]}"#, "geometry-place"),
        ("phone", "12", "phone"),
        ("phone", "069<script>111", "phone"),
        ("email", "ana@", "email"),
        ("email", "ana@exemplu.md\u{85}bcc:x@y.md ", "email"),
        ("text", "  \u{7} ", "required"),
    ] {
        assert_eq!(one(kind, text)?, Err(rule), "{kind}: {text}");
    }
    assert_eq!(one("text", &"ș".repeat(501))?, Err("too-long"));
    assert_eq!(one("text", &"ș".repeat(500))?, Ok(Value::Text("ș".repeat(500))));
    assert_eq!(one("integer", " 2\u{a0}761 ")?, Ok(Value::Integer(2_761)));
    assert_eq!(one("iban", "md24 ag00 0225 1000 1310 4168")?, Ok(Value::Iban("MD24AG000225100013104168".into())));
    assert_eq!(one("text", "a\0b\u{202e}c\nd")?, Ok(Value::Text("abc d".into())));
    assert_eq!(one("long-text", "a\r\nb\rc")?, Ok(Value::Text("a\nb\nc".into())));
    assert_eq!(one("phone", "+373 69 111 222")?, Ok(Value::Personal("+373 69 111 222".into())));
    Ok(())
}

#[test]
fn personal_texts_come_sealed() -> Result<(), String> {
    let input = InputSchema { personal: true, ..schema("x", "long-text", true, false)? };
    assert_eq!(parse_inputs(&[input], &form(&[("x", "Ana")])), Ok(vec![("x".into(), Value::Personal("Ana".into()))]));
    Ok(())
}

#[test]
fn an_entry_belongs_to_the_register_of_the_schema() -> Result<(), String> {
    let id = vatra_core::ids::EntryId::fresh();
    let Ok(Value::Entry(entry)) = one("entry:accounts", &id.to_string())? else { return Err("an entry".into()) };
    assert_eq!((entry.register.as_str(), entry.id), ("accounts", id));
    Ok(())
}

#[test]
fn several_values_only_where_declared() -> Result<(), String> {
    let twice = form(&[("x", "1"), ("x", "2")]);
    assert_eq!(parse_inputs(&[schema("x", "integer", true, false)?], &twice), Err(vec![("x".into(), "single")]));
    assert_eq!(
        parse_inputs(&[schema("x", "integer", true, true)?], &twice),
        Ok(vec![("x".into(), Value::Integer(1)), ("x".into(), Value::Integer(2))])
    );
    let many: Vec<(&str, &str)> = std::iter::repeat_n(("x", "1"), limits::ROWS + 1).collect();
    assert_eq!(parse_inputs(&[schema("x", "integer", true, true)?], &form(&many)), Err(vec![("x".into(), "too-many")]));
    Ok(())
}

#[test]
fn absent_inputs() -> Result<(), String> {
    let nothing = form(&[]);
    assert_eq!(parse_inputs(&[schema("x", "text", false, false)?], &nothing), Ok(vec![]));
    assert_eq!(parse_inputs(&[schema("x", "flag", false, false)?], &nothing), Ok(vec![("x".into(), Value::Flag(false))]));
    // A required flag must be ticked.
    assert_eq!(parse_inputs(&[schema("x", "flag", true, false)?], &nothing), Err(vec![("x".into(), "tick")]));
    assert_eq!(parse_inputs(&[schema("x", "choice:a", true, false)?], &nothing), Err(vec![("x".into(), "answer")]));
    assert_eq!(one("flag", "no")?, Err("tick"));
    assert_eq!(
        parse_inputs(&[schema("x", "flag", false, false)?], &form(&[("x", "no"), ("x", "yes")])),
        Ok(vec![("x".into(), Value::Flag(true))])
    );
    // Files are read elsewhere.
    assert_eq!(parse_inputs(&[schema("roll", "table-file:tax-roll", true, false)?], &nothing), Ok(vec![]));
    Ok(())
}

#[test]
fn dates_in_parts_and_in_one() -> Result<(), String> {
    let inputs = [schema("due", "date", false, false)?];
    let day = Value::Date(NaiveDate::from_ymd_opt(2026, 9, 5).unwrap_or_default());
    for pairs in [
        vec![("due-day", "5"), ("due-month", "09"), ("due-year", "2026")],
        vec![("due", "2026-09-05")],
        vec![("due", "05.09.2026"), ("due-day", "")],
        vec![("due", "5/9/2026")],
    ] {
        assert_eq!(parse_inputs(&inputs, &form(&pairs)), Ok(vec![("due".into(), day.clone())]), "{pairs:?}");
    }
    for pairs in [vec![("due-day", "5")], vec![("due-day", "5"), ("due-month", "13"), ("due-year", "2026")], vec![("due-year", "2026")]] {
        assert_eq!(parse_inputs(&inputs, &form(&pairs)), Err(vec![("due".into(), "date")]), "{pairs:?}");
    }
    assert_eq!(parse_inputs(&inputs, &form(&[("due-day", " "), ("due-month", "")])), Ok(vec![]));
    Ok(())
}

#[test]
fn unknown_names_are_told() -> Result<(), String> {
    let inputs = [schema("due", "date", false, false)?, schema("roll", "table-file:r", true, false)?];
    let posted = form(&[("due-day", "1"), ("roll", "x"), ("rolls", "x"), ("submission", "y"), ("roll-day", "1")]);
    assert_eq!(unknown_inputs(&inputs, &posted), ["roll-day", "rolls"]);
    Ok(())
}

proptest! {
    #[test]
    fn amounts_and_dates_come_back(bani in -Money::LIMIT..=Money::LIMIT, days in 0i32..146_000) {
        let Some(date) = NaiveDate::from_ymd_opt(1800, 1, 1).and_then(|first| first.checked_add_days(chrono::Days::new(days as u64))) else {
            return Err(TestCaseError::fail("a date"));
        };
        for (kind, value, shown) in [
            ("money", Value::Money(Money(bani)), Money(bani).to_string()),
            ("money", Value::Money(Money(bani)), crate::format::amount(Money(bani), vatra_core::manifest::Language::En)),
            ("date", Value::Date(date), date.format("%d.%m.%Y").to_string()),
        ] {
            let sent = value_text(&value).unwrap_or_default();
            prop_assert_eq!(one(kind, &sent).map_err(TestCaseError::fail)?, Ok(value.clone()));
            prop_assert_eq!(one(kind, &shown).map_err(TestCaseError::fail)?, Ok(value));
        }
    }

    #[test]
    fn no_text_makes_it_panic(text in ".{0,40}", kind in prop::sample::select(vec![
        "flag", "integer", "money", "decimal", "text", "long-text", "choice:a|b", "date", "instant", "subject", "entry:r", "document",
        "cadastral", "iban", "phone", "email"])) {
        if let Ok(value) = one(kind, &text).map_err(TestCaseError::fail)? {
            let admits = FieldType::try_from(kind.to_owned()).map_err(TestCaseError::fail)?.admits(&value);
            prop_assert!(admits, "{} {:?}", kind, value);
        }
    }
}
