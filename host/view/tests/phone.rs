//! What phones are given of every block and every type of input: that the samples leave none out, and that all of it is in words. That the app
//! draws them is seen in a browser (`tests/e2e/app-gallery.test.js`).
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::expect_used)]

#[path = "common/blocks.rs"]
mod blocks;
#[path = "common/mod.rs"]
mod common;

use blocks::phone_screens;
use serde_json::Value as Json;
use std::collections::BTreeSet;
use vatra_core::manifest::Language;
use vatra_core::register::FieldType;

const VIEW: &str = include_str!("../../../wit/view/view.wit");

/// The cases of `variant block`, as the contract lists them.
fn contract() -> BTreeSet<String> {
    let (_, rest) = VIEW.split_once("variant block {").unwrap();
    let (cases, _) = rest.split_once("\n  }").unwrap();
    let cases = cases.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("//"));
    cases.map(|line| line.split('(').next().unwrap().trim_start_matches('%').trim_end_matches(',').to_owned()).collect()
}

fn all(language: Language) -> Vec<Json> {
    phone_screens(language).into_iter().flat_map(|(_, screen, _)| screen["blocks"].as_array().unwrap().clone()).collect()
}

fn inputs(block: &Json) -> Vec<Json> {
    let list = |block: &Json| block["inputs"].as_array().cloned().unwrap_or_default();
    let pages = block["pages"].as_array().cloned().unwrap_or_default();
    list(block).into_iter().chain(pages.iter().flat_map(list)).collect()
}

#[test]
fn no_block_of_the_contract_is_without_a_sample() {
    let cases = contract();
    assert!(cases.len() > 20 && cases.contains("geo-map") && cases.contains("case"), "{cases:?}");
    let shown: BTreeSet<String> = all(Language::Ro).iter().map(|block| block["type"].as_str().unwrap().to_owned()).collect();
    let shown: BTreeSet<String> = shown.into_iter().map(|name| if name == "bound-table" { "bound".to_owned() } else { name }).collect();
    assert_eq!(shown, cases, "a block that the app is never shown, or that the contract does not have");
}

/// The types with their codes: fails to compile when one is added, and fails when it has no sample.
macro_rules! kinds {
    ($($kind:pat => $code:literal,)*) => {
        fn code(kind: &FieldType) -> &'static str {
            match kind { $($kind => $code,)* }
        }
        const KINDS: &[&str] = &[$($code,)*];
    };
}

kinds! {
    FieldType::Flag => "flag",
    FieldType::Integer => "integer",
    FieldType::Money => "money",
    FieldType::Decimal => "decimal",
    FieldType::Text => "text",
    FieldType::LongText => "long-text",
    FieldType::Choice(_) => "choice",
    FieldType::Date => "date",
    FieldType::Instant => "instant",
    FieldType::Subject => "subject",
    FieldType::Entry(_) => "entry",
    FieldType::Document => "document",
    FieldType::Cadastral => "cadastral",
    FieldType::Iban => "iban",
    FieldType::Phone => "phone",
    FieldType::Email => "email",
    FieldType::TreasuryIban => "treasury-iban",
    FieldType::Geometry => "geometry",
    FieldType::TableFile(_) => "table-file",
    FieldType::File(_) => "file",
    FieldType::YesNo => "yes-no",
    FieldType::Period => "period",
    FieldType::Address => "address",
    FieldType::Group => "group",
}

#[test]
fn no_type_of_input_is_without_a_sample() {
    let kinds: BTreeSet<&str> = all(Language::Ro)
        .iter()
        .flat_map(inputs)
        .filter_map(|input| input["type"].as_str().map(|kind| code(&FieldType::try_from(kind.to_owned()).unwrap())))
        .collect();
    assert_eq!(kinds, KINDS.iter().copied().collect());
}

#[test]
fn what_phones_are_told_is_in_words() {
    for language in Language::ALL {
        for (name, screen, errors) in phone_screens(language) {
            let text = format!("{screen}{errors}");
            for key in vatra_view::host_catalogue().keys(language).iter().filter(|key| key.contains('-')) {
                assert!(
                    !text.contains(&format!("\"title\":\"{key}\"")) && !text.contains(&format!("\"text\":\"{key}\"")),
                    "{name} says the key {key}"
                );
            }
            assert!(!text.contains("javascript:"), "{name}: an address that is a script");
        }
    }
    let screens = phone_screens(Language::Ro);
    let (_, screen, _) = screens.iter().find(|(name, ..)| *name == "blocks").unwrap();
    let payment = screen["blocks"].as_array().unwrap().iter().find(|block| block["type"] == "payment").unwrap().clone();
    assert_eq!(payment["known"]["leave"][0]["label"], "Achitați prin MPay");
    assert_eq!(payment["known"]["facts"][1]["text"], "Achitat în parte");
    let document = screen["blocks"].as_array().unwrap().iter().find(|block| block["type"] == "document").unwrap().clone();
    assert_eq!((document["kept"].as_bool(), document["check-url"].as_str()), (Some(true), Some("/check/K7QX-2M9T-8RWA")));
}
