//! The host's own words, in `locales/`.

use crate::catalogue::Catalogue;
use fluent_bundle::{FluentArgs, FluentValue};
use std::collections::HashMap;
use std::sync::LazyLock;
use vatra_core::manifest::Language;

macro_rules! texts {
    ($language:literal) => {
        concat!(
            include_str!(concat!("../locales/", $language, "/portal.ftl")),
            "\n",
            include_str!(concat!("../locales/", $language, "/forms.ftl")),
            "\n",
            include_str!(concat!("../locales/", $language, "/denials.ftl")),
            "\n",
            include_str!(concat!("../locales/", $language, "/pages.ftl")),
            "\n",
            include_str!(concat!("../locales/", $language, "/administration.ftl")),
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
    fn romanian_is_written_with_comma_letters() {
        let text = texts!("ro");
        assert!(!text.contains(['ş', 'ţ', 'Ş', 'Ţ']));
        assert!(texts!("ru").chars().filter(|c| c.is_alphabetic()).filter(|c| ('а'..='я').contains(c)).count() > 2_000);
    }
}
