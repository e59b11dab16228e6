//! What holds of every page.
#![allow(dead_code, unreachable_pub, missing_docs, clippy::unwrap_used, clippy::indexing_slicing)]

use scraper::{ElementRef, Html, Selector};
use std::collections::BTreeSet;
use vatra_core::manifest::Language;

pub fn select<'a>(page: &'a Html, selector: &str) -> Vec<ElementRef<'a>> {
    let selector = Selector::parse(selector).unwrap();
    page.select(&selector).collect()
}

pub fn text(element: &ElementRef<'_>) -> String {
    element.text().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

pub fn attribute(page: &Html, selector: &str, name: &str) -> Vec<String> {
    select(page, selector).iter().filter_map(|element| element.value().attr(name)).map(str::to_owned).collect()
}

/// What holds of every page.
pub fn check_page(html: &str, language: Language) -> Html {
    let page = Html::parse_document(html);
    assert!(html.starts_with("<!DOCTYPE html>"));
    assert_eq!(page.errors, Vec::<String>::new(), "the parser found nothing odd");
    assert_eq!(attribute(&page, "html", "lang"), [language.code()]);
    assert_eq!(select(&page, "h1").len(), 1);
    assert_eq!(select(&page, "main").len(), 1);
    assert!(!text(&select(&page, "title")[0]).is_empty());
    // Headings go down one level at a time.
    let levels: Vec<u32> = select(&page, "h1, h2, h3, h4").iter().map(|h| h.value().name()[1..].parse().unwrap()).collect();
    let main: Vec<u32> = levels.iter().skip_while(|level| **level != 1).copied().collect();
    assert!(main.windows(2).all(|pair| pair[1] <= pair[0] + 1), "{main:?}");
    let mut ids = BTreeSet::new();
    for id in attribute(&page, "[id]", "id") {
        assert!(!id.is_empty() && !id.contains(char::is_whitespace), "{id}");
        assert!(ids.insert(id.clone()), "the id '{id}' is used twice");
    }
    for (selector, name) in [("[aria-describedby]", "aria-describedby"), ("[aria-labelledby]", "aria-labelledby"), ("label[for]", "for")] {
        for named in attribute(&page, selector, name) {
            assert!(named.split(' ').all(|id| ids.contains(id)), "{name} names '{named}'");
        }
    }
    for link in attribute(&page, "a[href]", "href") {
        assert!(link.starts_with(['/', '#', '?']) || link.starts_with("https://"), "{link}");
        if let Some(fragment) = link.strip_prefix('#') {
            assert!(ids.contains(fragment), "{link}");
        }
    }
    let labelled: BTreeSet<String> = attribute(&page, "label[for]", "for").into_iter().collect();
    for input in select(&page, "input, select, textarea") {
        if input.value().attr("type") != Some("hidden") {
            assert!(labelled.contains(input.value().attr("id").unwrap_or_default()), "{}", input.html());
        }
    }
    for button in select(&page, "button") {
        assert!(!text(&button).is_empty());
    }
    // Strict CSP: nothing inline.
    assert!(select(&page, "style, [style], iframe, object, base").is_empty());
    for script in select(&page, "script") {
        assert!(script.value().attr("src").is_some() && text(&script).is_empty());
    }
    for element in page.tree.nodes().filter_map(ElementRef::wrap) {
        assert!(element.value().attrs().all(|(name, _)| !name.starts_with("on")), "{}", element.html());
    }
    for form in select(&page, "form[method=post]") {
        let names: Vec<&str> = form.select(&Selector::parse("input[name]").unwrap()).filter_map(|i| i.value().attr("name")).collect();
        if form.value().attr("action") != Some("/sign-out") {
            assert!(names.contains(&"submission"), "{names:?}");
        }
    }
    page
}
