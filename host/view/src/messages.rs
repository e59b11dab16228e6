//! The host's own words, in `locales/`.

use crate::catalogue::Catalogue;
use fluent_bundle::{FluentArgs, FluentValue};
use std::collections::HashMap;
use std::sync::{LazyLock, PoisonError, RwLock};
use vatra_core::manifest::Language;

macro_rules! texts {
    ($language:literal) => {
        concat!(
            include_str!(concat!("../locales/", $language, "/portal.ftl")),
            "\n",
            include_str!(concat!("../locales/", $language, "/acts.ftl")),
            "\n",
            include_str!(concat!("../locales/", $language, "/forms.ftl")),
            "\n",
            include_str!(concat!("../locales/", $language, "/blocks.ftl")),
            "\n",
            include_str!(concat!("../locales/", $language, "/denials.ftl")),
            "\n",
            include_str!(concat!("../locales/", $language, "/pages.ftl")),
            "\n",
            include_str!(concat!("../locales/", $language, "/administration.ftl")),
            "\n",
            include_str!(concat!("../locales/", $language, "/worklist.ftl")),
            "\n",
            include_str!(concat!("../locales/", $language, "/cases.ftl")),
            "\n",
            include_str!(concat!("../locales/", $language, "/books.ftl")),
            "\n",
            include_str!(concat!("../locales/", $language, "/bulk.ftl")),
            "\n",
            include_str!(concat!("../locales/", $language, "/evo.ftl")),
            include_str!(concat!("../locales/", $language, "/imports.ftl")),
            "\n",
            include_str!(concat!("../locales/", $language, "/budgets.ftl")),
            "\n",
            include_str!(concat!("../locales/", $language, "/packages.ftl")),
        )
    };
}

static HOST: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::read(texts!("ro"), texts!("ru"), texts!("en")).0);

/// The host's messages.
pub fn host_catalogue() -> &'static Catalogue {
    &HOST
}

/// Messages without arguments, spoken once: a page has some twenty of them.
static SPOKEN: LazyLock<[HashMap<&'static str, String>; 3]> = LazyLock::new(|| {
    [Language::Ro, Language::Ru, Language::En].map(|language| {
        let keys = HOST.keys(language).iter().map(String::as_str);
        keys.filter_map(|key| Some((key, HOST.message(language, key, &FluentArgs::new())?))).collect()
    })
});

/// A message of the host without arguments; the key itself when there is none.
pub(crate) fn spoken(language: Language, key: &str) -> &str {
    let [ro, ru, en] = &*SPOKEN;
    let all = match language {
        Language::Ro => ro,
        Language::Ru => ru,
        Language::En => en,
    };
    all.get(key).map_or(key, String::as_str)
}

/// A message of the host whose arguments are names, put in as they are: for messages that do not depend on them otherwise. The message is
/// spoken once with a mark for each.
pub(crate) fn say_of(language: Language, key: &'static str, names: &[(&'static str, &str)]) -> String {
    const MARKS: [&str; 3] = ["\u{1}", "\u{2}", "\u{3}"];
    type Spoken = HashMap<(Language, &'static str), String>;
    static MARKED: LazyLock<RwLock<Spoken>> = LazyLock::new(RwLock::default);
    let fill = |text: &str| {
        let mut said = String::with_capacity(text.len() + names.iter().map(|(_, name)| name.len()).sum::<usize>());
        for part in text.split_inclusive(|mark| ('\u{1}'..='\u{3}').contains(&mark)) {
            let found = MARKS.iter().zip(names).find_map(|(mark, (_, name))| Some((part.strip_suffix(mark)?, *name)));
            let (words, name) = found.unwrap_or((part, ""));
            said.push_str(words);
            said.push_str(name);
        }
        said
    };
    if let Some(text) = MARKED.read().unwrap_or_else(PoisonError::into_inner).get(&(language, key)) {
        return fill(text);
    }
    let marked: Vec<_> = MARKS.iter().zip(names).map(|(mark, (argument, _))| (*argument, (*mark).into())).collect();
    let text = say_with(language, key, &marked);
    let said = fill(&text);
    MARKED.write().unwrap_or_else(PoisonError::into_inner).insert((language, key), text);
    said
}

/// As [`say_with`], for a message without arguments.
pub fn say(language: Language, key: &str) -> String {
    spoken(language, key).to_owned()
}

/// A message of the host with arguments.
pub fn say_with(language: Language, key: &str, arguments: &[(&'static str, FluentValue<'_>)]) -> String {
    HOST.message(language, key, &arguments.iter().cloned().collect()).unwrap_or_else(|| key.to_owned())
}

/// A message of the host, if it has one.
pub(crate) fn find(language: Language, key: &str) -> Option<String> {
    HOST.message(language, key, &FluentArgs::new())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_message_is_written_in_all_three_languages() {
        assert_eq!(Catalogue::new(texts!("ro"), texts!("ru"), texts!("en")).err(), None);
        assert_eq!(HOST.unequal_keys(), Vec::<String>::new());
        assert!(HOST.keys(Language::Ro).len() > 150);
    }

    #[test]
    fn names_are_put_where_the_message_has_them() {
        for language in Language::ALL {
            for (name, district) in [("Sculeni", "Ungheni"), ("Șoldănești { $name }", "")] {
                let key = "town-hall-of-district";
                let whole = say_with(language, key, &[("name", name.into()), ("district", district.into())]);
                // Spoken for the first time, and from what was kept.
                let said = [(); 2].map(|()| say_of(language, key, &[("name", name), ("district", district)]));
                assert_eq!(said, [whole.clone(), whole]);
            }
        }
    }

    #[test]
    fn romanian_is_written_with_comma_letters() {
        let text = texts!("ro");
        assert!(!text.contains(['ş', 'ţ', 'Ş', 'Ţ']));
        assert!(texts!("ru").chars().filter(|c| c.is_alphabetic()).filter(|c| ('а'..='я').contains(c)).count() > 2_000);
    }
}
