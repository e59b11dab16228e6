//! What is said of packages, in the three languages. The same words serve the command line and the administrator's pages.

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use std::sync::LazyLock;
use unic_langid::langid;
use vatra_core::manifest::{Language, Localized};

type Bundle = FluentBundle<FluentResource>;

fn bundle(language: Language) -> Bundle {
    let (id, text) = match language {
        Language::Ro => (langid!("ro-MD"), include_str!("../locales/ro/packages.ftl")),
        Language::Ru => (langid!("ru-MD"), include_str!("../locales/ru/packages.ftl")),
        Language::En => (langid!("en"), include_str!("../locales/en/packages.ftl")),
    };
    let mut bundle = Bundle::new_concurrent(vec![id]);
    bundle.set_use_isolating(false);
    // What does not parse is left out, and a test finds it.
    let resource = FluentResource::try_new(text.to_owned()).unwrap_or_else(|(rest, _)| rest);
    bundle.add_resource_overriding(resource);
    bundle
}

static BUNDLES: LazyLock<[Bundle; 3]> = LazyLock::new(|| Language::ALL.map(bundle));

/// The message of this key, if there is one.
pub fn find(language: Language, key: &str, arguments: &[(&str, String)]) -> Option<String> {
    let (_, bundle) = Language::ALL.into_iter().zip(BUNDLES.iter()).find(|(of, _)| *of == language)?;
    let pattern = bundle.get_message(key)?.value()?;
    let mut args = FluentArgs::new();
    for (name, value) in arguments {
        args.set(*name, value.clone());
    }
    let mut errors = Vec::new();
    let text = bundle.format_pattern(pattern, Some(&args), &mut errors);
    errors.is_empty().then(|| text.into_owned())
}

/// The message of this key; the key itself when there is none.
pub fn say(language: Language, key: &str, arguments: &[(&str, String)]) -> String {
    find(language, key, arguments).unwrap_or_else(|| key.to_owned())
}

/// In all three languages.
pub fn everywhere(key: &str, arguments: &[(&str, String)]) -> Localized {
    let of = |language| say(language, key, arguments);
    Localized { ro: of(Language::Ro), ru: of(Language::Ru), en: of(Language::En) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_can_be_read_whole() {
        for text in [
            include_str!("../locales/ro/packages.ftl"),
            include_str!("../locales/ru/packages.ftl"),
            include_str!("../locales/en/packages.ftl"),
        ] {
            assert!(FluentResource::try_new(text.to_owned()).is_ok());
        }
        assert_eq!(find(Language::Ro, "no-such-key", &[]), None);
        assert_eq!(say(Language::En, "risk", &[("risk", "high".to_owned())]), "high risk");
    }
}
