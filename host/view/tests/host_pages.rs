//! The host's own pages in every language: the same demands as on modules' screens.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod common;
#[path = "common/host.rs"]
mod host;

use scraper::{Html, Selector};
use std::collections::BTreeSet;
use vatra_core::manifest::Language;

#[test]
fn every_page_of_the_host_is_whole_in_every_language() {
    for language in Language::ALL {
        for (name, html) in host::pages(language) {
            let page = Html::parse_document(&html);
            let select = |selector: &str| page.select(&Selector::parse(selector).unwrap()).collect::<Vec<_>>();
            assert_eq!(page.errors, Vec::<String>::new(), "{name}");
            assert_eq!(select("h1").len(), 1, "{name}");
            assert!(select("style, [style], [onclick]").is_empty(), "{name}");
            let mut ids = BTreeSet::new();
            for element in select("[id]") {
                assert!(ids.insert(element.value().attr("id").unwrap().to_owned()), "{name}: {}", element.html());
            }
            for input in select("input:not([type=hidden]), select, textarea") {
                let id = input.value().attr("id").unwrap();
                assert_eq!(select(&format!("label[for='{id}']")).len(), 1, "{name}: {id}");
            }
            let text: String = page.root_element().text().collect();
            assert!(!text.contains(['{', '}']), "{name}: an argument is missing");
            for key in vatra_view::host_catalogue().keys(language).iter().filter(|key| key.contains('-')) {
                assert!(!html.contains(&format!(">{key}<")), "{name} shows the key {key}");
            }
        }
    }
}

#[test]
fn a_denial_of_access_names_the_roles() {
    let (_, html) = host::pages(Language::Ro).into_iter().find(|(name, _)| *name == "denied").unwrap();
    assert!(html.contains("deschisă pentru rolurile: Perceptor fiscal, Primar."));
    assert!(html.contains("01926b3c-0000"));
}

#[test]
fn a_revocation_needs_its_reason() {
    let (_, html) = host::pages(Language::Ro).into_iter().find(|(name, _)| *name == "grants-error").unwrap();
    let page = Html::parse_document(&html);
    let link = page.select(&Selector::parse(".govuk-error-summary a").unwrap()).next().unwrap();
    assert_eq!(link.value().attr("href"), Some("#reason-mpay"));
    assert!(html.contains("/sculeni/administration/modules/tax-collector/grants/mpay/revoke"));
    assert!(html.contains("/sculeni/administration/modules/tax-collector/grants/registers/restore"));
    assert!(html.contains("/sculeni/administration/modules/tax-collector/grants/uploads/grant"));
}

/// What one came for stands out, and what undoes it is told apart.
#[test]
fn signing_is_the_queues_first_button() {
    let (_, html) = host::pages(Language::Ro).into_iter().find(|(name, _)| *name == "signing").unwrap();
    let page = Html::parse_document(&html);
    let buttons = Selector::parse("main button[name=vatra-with]").unwrap();
    let told: Vec<_> = page.select(&buttons).map(|button| (button.attr("value").unwrap(), button.attr("class").unwrap())).collect();
    assert_eq!(told, [("decision=sign", "govuk-button"), ("decision=refuse", "govuk-button govuk-button--warning")]);
}
