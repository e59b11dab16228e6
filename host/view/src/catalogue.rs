//! Translations: Fluent messages in the three languages, with typed arguments.

use crate::format;
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::types::FluentNumber;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use std::collections::BTreeSet;
use unic_langid::langid;
use vatra_core::manifest::Language;

/// The largest text of one language, in bytes.
pub const CATALOGUE_BYTES: usize = 256 * 1024;

/// Messages in the three languages. Cheap to share between threads behind an `Arc`.
pub struct Catalogue {
    tongues: [Tongue; 3],
}

struct Tongue {
    language: Language,
    bundle: FluentBundle<FluentResource>,
    keys: BTreeSet<String>,
}

impl std::fmt::Debug for Catalogue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Catalogue").field("messages", &self.tongues.iter().map(|tongue| tongue.keys.len()).collect::<Vec<_>>()).finish()
    }
}

impl Catalogue {
    /// Reads a module's Fluent texts.
    ///
    /// # Errors
    /// Everything that cannot be read, each in a sentence that names the language.
    pub fn new(ro: &str, ru: &str, en: &str) -> Result<Self, Vec<String>> {
        let (catalogue, faults) = Self::read(ro, ru, en);
        if faults.is_empty() { Ok(catalogue) } else { Err(faults) }
    }

    /// One without messages: keys are shown as they are.
    pub fn empty() -> Self {
        Self::read("", "", "").0
    }

    /// As much as can be read, and what cannot.
    pub(crate) fn read(ro: &str, ru: &str, en: &str) -> (Self, Vec<String>) {
        let mut faults = Vec::new();
        let tongues = [(Language::Ro, ro), (Language::Ru, ru), (Language::En, en)].map(|(language, text)| {
            let (tongue, found) = Tongue::read(language, text);
            faults.extend(found);
            tongue
        });
        (Self { tongues }, faults)
    }

    /// The keys of a language: messages (`paid`) and their attributes (`paid.hint`).
    pub fn keys(&self, language: Language) -> &BTreeSet<String> {
        &self.tongue(language).keys
    }

    /// What one language has and another lacks, each in a sentence; empty when all three have the same keys.
    pub fn unequal_keys(&self) -> Vec<String> {
        let all: BTreeSet<&String> = self.tongues.iter().flat_map(|tongue| &tongue.keys).collect();
        all.into_iter()
            .flat_map(|key| {
                self.tongues
                    .iter()
                    .filter(move |tongue| !tongue.keys.contains(key))
                    .map(move |tongue| format!("'{key}' has no words in '{}'", tongue.language.code()))
            })
            .collect()
    }

    /// The message in this language, or else in another (Romanian first); none when no language has it. `key.attribute` names an
    /// attribute.
    pub fn message(&self, language: Language, key: &str, arguments: &FluentArgs<'_>) -> Option<String> {
        let others = self.tongues.iter().filter(|tongue| tongue.language != language);
        std::iter::once(self.tongue(language)).chain(others).find_map(|tongue| tongue.message(key, arguments))
    }

    fn tongue(&self, language: Language) -> &Tongue {
        let [ro, ru, en] = &self.tongues;
        match language {
            Language::Ro => ro,
            Language::Ru => ru,
            Language::En => en,
        }
    }
}

impl Tongue {
    fn read(language: Language, text: &str) -> (Self, Vec<String>) {
        let code = language.code();
        let (locale, write): (_, fn(&FluentValue<'_>, &_) -> Option<String>) = match language {
            Language::Ro => (langid!("ro"), |value, _| write_number(value, Language::Ro)),
            Language::Ru => (langid!("ru"), |value, _| write_number(value, Language::Ru)),
            Language::En => (langid!("en"), |value, _| write_number(value, Language::En)),
        };
        let mut bundle = FluentBundle::new_concurrent(vec![locale]);
        // Isolation marks would end up in exports and copies; the three languages all run from left to right.
        bundle.set_use_isolating(false);
        bundle.set_formatter(Some(write));
        let mut faults: Vec<String> = bundle.add_builtins().err().map(|error| error.to_string()).into_iter().collect();
        if text.len() > CATALOGUE_BYTES {
            faults.push(format!("{code}: the translations are larger than {CATALOGUE_BYTES} bytes"));
            return (Self { language, bundle, keys: BTreeSet::new() }, faults);
        }
        let resource = FluentResource::try_new(text.to_owned()).unwrap_or_else(|(resource, errors)| {
            faults.extend(errors.iter().map(|error| format!("{code}: {error}")));
            resource
        });
        if let Err(errors) = bundle.add_resource(resource) {
            faults.extend(errors.iter().map(|error| format!("{code}: {error}")));
        }
        let keys = keys_of(text).into_iter().filter(|key| bundle.has_message(key.split('.').next().unwrap_or_default())).collect();
        (Self { language, bundle, keys }, faults)
    }

    fn message(&self, key: &str, arguments: &FluentArgs<'_>) -> Option<String> {
        let (name, attribute) = key.split_once('.').map_or((key, None), |(name, attribute)| (name, Some(attribute)));
        let message = self.bundle.get_message(name)?;
        let pattern = match attribute {
            Some(attribute) => message.get_attribute(attribute)?.value(),
            None => message.value()?,
        };
        // A missing argument shows as `{$name}`: the page stays readable and the author sees what is missing.
        let mut ignored = Vec::new();
        Some(self.bundle.format_pattern(pattern, Some(arguments), &mut ignored).into_owned())
    }
}

/// Numbers that messages print: grouped, unless `NUMBER($x, useGrouping: "false")` says otherwise (years).
fn write_number(value: &FluentValue<'_>, language: Language) -> Option<String> {
    match value {
        FluentValue::Number(FluentNumber { value, options }) if options.use_grouping && value.fract() == 0.0 && value.abs() < 9e15 => {
            Some(format::number(*value as i64, language))
        }
        _ => None,
    }
}

/// Identifiers of messages begin their line and are followed by `=`; attributes are indented and begin with a dot.
fn keys_of(text: &str) -> Vec<String> {
    let identifier = |text: &str| -> Option<String> {
        let (name, _) = text.split_once('=')?;
        let name = name.trim_end();
        let plain =
            name.starts_with(|c: char| c.is_ascii_alphabetic()) && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
        plain.then(|| name.to_owned())
    };
    let mut keys: Vec<String> = Vec::new();
    let mut message = String::new();
    for line in text.lines() {
        if let Some(name) = identifier(line) {
            message.clone_from(&name);
            keys.push(name);
        } else if let Some(name) = line.trim_start().strip_prefix('.').filter(|_| line.starts_with(' ')).and_then(identifier) {
            keys.push(format!("{message}.{name}"));
        }
    }
    keys
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arguments<'a>(pairs: &[(&'static str, FluentValue<'a>)]) -> FluentArgs<'a> {
        pairs.iter().cloned().collect()
    }

    const RO: &str = "rows = { $count ->\n    [one] o înregistrare\n    [few] { $count } înregistrări\n   *[other] { $count } de înregistrări\n }\n\
        only-ro = Doar în română\nyear = Anul { NUMBER($year, useGrouping: \"false\") }\nfile = Fișier\n    .hint = CSV\n";
    const EN: &str = "rows = { $count ->\n    [one] one entry\n   *[other] { $count } entries\n }\nyear = Year { $year }\nfile = File\n    .hint = CSV\n";

    #[test]
    fn romanian_counts_with_de_from_twenty() -> Result<(), Vec<String>> {
        let catalogue = Catalogue::new(RO, "", EN)?;
        for (count, words) in [
            (1, "o înregistrare"),
            (2, "2 înregistrări"),
            (19, "19 înregistrări"),
            (20, "20 de înregistrări"),
            (12_761, "12\u{a0}761 de înregistrări"),
        ] {
            assert_eq!(catalogue.message(Language::Ro, "rows", &arguments(&[("count", count.into())])).as_deref(), Some(words));
        }
        assert_eq!(catalogue.message(Language::En, "rows", &arguments(&[("count", 12_761.into())])).as_deref(), Some("12,761 entries"));
        assert_eq!(catalogue.message(Language::Ro, "year", &arguments(&[("year", 2_026.into())])).as_deref(), Some("Anul 2026"));
        Ok(())
    }

    #[test]
    fn a_missing_message_is_sought_in_the_other_languages() -> Result<(), Vec<String>> {
        let catalogue = Catalogue::new(RO, "", EN)?;
        let none = FluentArgs::new();
        assert_eq!(catalogue.message(Language::En, "only-ro", &none).as_deref(), Some("Doar în română"));
        assert_eq!(catalogue.message(Language::Ru, "file.hint", &none).as_deref(), Some("CSV"));
        assert_eq!(catalogue.message(Language::Ru, "nothing", &none), None);
        assert_eq!(
            Catalogue::new("a = 1\nb = 2\n    .c = 3\n", "a = 1\nb = 2\n", "a = 1\n")?.unequal_keys(),
            ["'b' has no words in 'en'", "'b.c' has no words in 'ru'", "'b.c' has no words in 'en'"]
        );
        Ok(())
    }

    #[test]
    fn faults_name_the_language() {
        let faults = Catalogue::new("a = { $", "b = 1\nb = 2\n", "").err().unwrap_or_default();
        assert!(faults.iter().any(|fault| fault.starts_with("ro: ")), "{faults:?}");
        assert!(faults.iter().any(|fault| fault.starts_with("ru: ")), "{faults:?}");
        assert!(Catalogue::new(&"#".repeat(CATALOGUE_BYTES + 1), "", "").is_err());
    }

    #[test]
    fn arguments_are_not_isolated_and_threads_share_it() -> Result<(), Vec<String>> {
        fn shared<T: Send + Sync>(_: &T) {}
        let catalogue = Catalogue::new("hello = Bună, { $name }!", "", "")?;
        shared(&catalogue);
        assert_eq!(catalogue.message(Language::Ro, "hello", &arguments(&[("name", "Ana".into())])).as_deref(), Some("Bună, Ana!"));
        Ok(())
    }
}
