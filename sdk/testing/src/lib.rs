//! What a module's own tests check of its words: that the three languages say the same things, that every key the screens use and every field and choice
//! of the manifest has words, that letters are right. Each check returns what is missing, so that a test is one `assert_eq!`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

type Messages = BTreeMap<String, String>;

/// A module's folder, read.
#[derive(Debug)]
pub struct Module {
    /// `ro`, `ru`, `en`, in this order.
    languages: [Messages; 3],
    sources: Vec<String>,
    manifest: String,
}

/// Messages of a Fluent text by key, each with all its lines; and keys that are there twice.
fn messages(text: &str) -> (Messages, Vec<String>) {
    let (mut out, mut twice) = (Messages::new(), Vec::new());
    let mut current: Option<String> = None;
    for line in text.lines() {
        if line.starts_with(|c: char| c.is_ascii_lowercase())
            && let Some((key, rest)) = line.split_once(" = ")
        {
            if out.insert(key.to_owned(), rest.to_owned()).is_some() {
                twice.push(format!("{key} is there twice"));
            }
            current = Some(key.to_owned());
        } else if let Some(message) = current.as_ref().and_then(|key| out.get_mut(key))
            && line.starts_with(' ')
        {
            message.push_str(line);
        }
    }
    (out, twice)
}

fn arguments(message: &str) -> BTreeSet<&str> {
    message.split('$').skip(1).filter_map(|rest| rest.split(|c: char| !c.is_ascii_alphanumeric() && c != '-').next()).collect()
}

impl Module {
    /// Reads a module's folder: `translations`, `src`, `vatra.toml`.
    ///
    /// # Errors
    /// When a file cannot be read, or a key is there twice.
    pub fn read(folder: impl AsRef<Path>) -> std::io::Result<Self> {
        let folder = folder.as_ref();
        let mut languages: [Messages; 3] = Default::default();
        for (place, language) in languages.iter_mut().zip(["ro", "ru", "en"]) {
            let (found, twice) = messages(&std::fs::read_to_string(folder.join("translations").join(format!("{language}.ftl")))?);
            if !twice.is_empty() {
                return Err(std::io::Error::other(twice.join("; ")));
            }
            *place = found;
        }
        let sources = std::fs::read_dir(folder.join("src"))?.map(|file| std::fs::read_to_string(file?.path())).collect::<Result<_, _>>()?;
        Ok(Self { languages, sources, manifest: std::fs::read_to_string(folder.join("vatra.toml"))? })
    }

    fn romanian(&self) -> &Messages {
        let [romanian, ..] = &self.languages;
        romanian
    }

    /// Everything that is wrong with the module's words; `others` as in [`Self::without_words`].
    pub fn problems(&self, others: &[&str]) -> Vec<String> {
        let mut out = self.differences();
        out.extend(self.without_words(others).into_iter().map(|key| format!("{key} is used and has no words")));
        out.extend(self.fields_without_words().into_iter().map(|key| format!("{key} has no words")));
        out.extend(self.wrong_letters().into_iter().map(|key| format!("{key} is in the wrong letters")));
        out
    }

    /// Keys that a language lacks or has besides, and messages with other arguments than the Romanian ones.
    pub fn differences(&self) -> Vec<String> {
        let romanian = self.romanian();
        let mut out = Vec::new();
        for (language, other) in ["ru", "en"].into_iter().zip(self.languages.iter().skip(1)) {
            let here: BTreeSet<&String> = romanian.keys().collect();
            let there: BTreeSet<&String> = other.keys().collect();
            out.extend(here.symmetric_difference(&there).map(|key| format!("{key} is not in both ro and {language}")));
            for (key, message) in romanian {
                if other.get(key).is_some_and(|other| arguments(other) != arguments(message)) {
                    out.push(format!("{key} has other arguments in {language}"));
                }
            }
        }
        out
    }

    /// Keys that are quoted in the sources (their tests aside) and have no words. A key is what looks like one, begins as a key of the translations does,
    /// and is not among the `others`, which are names of the contract or the manifest.
    pub fn without_words(&self, others: &[&str]) -> Vec<String> {
        let romanian = self.romanian();
        let beginnings: BTreeSet<&str> = romanian.keys().filter_map(|key| key.split_once('-')).map(|(first, _)| first).collect();
        let manifest: BTreeSet<&str> = self.manifest.split('"').skip(1).step_by(2).flat_map(|text| text.split(['|', ':'])).collect();
        let mut used = BTreeSet::new();
        for source in &self.sources {
            let source = source.split("#[cfg(test)]").next().unwrap_or_default();
            used.extend(source.split('"').skip(1).step_by(2).filter(|text| {
                let begins = text.split_once('-').is_some_and(|(first, rest)| beginnings.contains(first) && !rest.is_empty());
                begins && text.chars().all(|c| c.is_ascii_lowercase() || c == '-') && !manifest.contains(text) && !others.contains(text)
            }));
        }
        // Reasons of changes are kept as codes, and put into words by their own keys.
        let said = |key: &str| romanian.contains_key(key) || romanian.contains_key(&format!("reason-{key}"));
        used.into_iter().filter(|key| !said(key)).map(ToOwned::to_owned).collect()
    }

    /// Fields of the manifest's registers without `field-NAME`, and their choices without `choice-CODE`.
    pub fn fields_without_words(&self) -> Vec<String> {
        let romanian = self.romanian();
        let (_, registers) = self.manifest.split_once("[[registers]]").unwrap_or_default();
        let registers = registers.split("[[uploads]]").next().unwrap_or_default();
        let mut out = Vec::new();
        for line in registers.lines().filter_map(|line| line.trim().strip_prefix("{ name = \"")) {
            let name = line.split('"').next().unwrap_or_default();
            let (_, choices) = line.split_once("\"choice:").unwrap_or_default();
            let choices = choices.split('"').next().unwrap_or_default().split('|').filter(|code| !code.is_empty());
            let keys = std::iter::once(format!("field-{name}")).chain(choices.map(|code| format!("choice-{code}")));
            out.extend(keys.filter(|key| !romanian.contains_key(key)));
        }
        out
    }

    /// Romanian with cedilla letters, and Russian without Cyrillic ones.
    pub fn wrong_letters(&self) -> Vec<String> {
        let [romanian, russian, _] = &self.languages;
        let cedillas = romanian.iter().filter(|(_, message)| message.contains(['ş', 'ţ', 'Ş', 'Ţ'])).map(|(key, _)| key.clone());
        let latin = russian.iter().filter(|(_, message)| {
            let words = arguments(message).iter().fold((*message).clone(), |text, name| text.replace(&format!("${name}"), ""));
            // What another message says has its letters there.
            let words = russian.keys().fold(words, |text, key| text.replace(&format!("{{ {key} }}"), ""));
            let cyrillic = words.chars().any(|c| ('а'..='я').contains(&c.to_lowercase().next().unwrap_or(c)));
            !cyrillic && words.chars().any(char::is_alphabetic)
        });
        cedillas.chain(latin.map(|(key, _)| key.clone())).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn module(ro: &str, ru: &str, source: &str) -> Module {
        let languages = [messages(ro).0, messages(ru).0, messages(ro).0];
        let manifest = "[[registers]]\n  { name = \"state\", type = \"choice:open|done\" },".to_owned();
        Module { languages, sources: vec![source.to_owned()], manifest }
    }

    #[test]
    fn what_is_missing_is_found() {
        let module = module(
            "home-title = Acasă { $day }\nfield-state = Starea\nchoice-open = deschis",
            "home-title = Дом\nhome-said = { home-title }, 9\nfield-stray = Лишнее\nfield-state = State",
            "x(\"home-title\"); y(\"home-other\"); z(\"state\")\n#[cfg(test)] \"home-tests\"",
        );
        assert_eq!(module.without_words(&[]), ["home-other"]);
        assert!(module.without_words(&["home-other"]).is_empty());
        assert_eq!(module.fields_without_words(), ["choice-done"]);
        assert_eq!(module.differences().len(), 4, "{:?}", module.differences());
        assert_eq!(module.wrong_letters(), ["field-state"]);
    }
}
