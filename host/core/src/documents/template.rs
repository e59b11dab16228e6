//! What documents are made from: the files of a typst template.

use std::collections::BTreeMap;
use std::sync::Arc;

/// Kinds of files that a template may consist of.
const KINDS: [&str; 7] = ["typ", "svg", "png", "jpg", "json", "csv", "txt"];
/// At most so many files in a template.
const FILES: usize = 64;
/// At most so many bytes in a template.
const BYTES: usize = 8 << 20;

/// A template: its files by their path within it. `main.typ` defines the function `render`, which is given the document's record and
/// returns its content. It can import these files and `/vatra.typ`, and nothing else.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Template(Arc<BTreeMap<String, Vec<u8>>>);

/// These files are no template.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum BadTemplate {
    /// Without `main.typ` there is nothing to call.
    #[error("a template has a file main.typ")]
    NoMain,
    /// Too much of it.
    #[error("a template has at most {FILES} files of {BYTES} bytes in all")]
    TooLarge,
    /// A path with other letters, or of another kind of file.
    #[error(
        "'{0}' cannot be a template's file: lower-case letters, digits, '-', '_', folders with '/', and one of typ, svg, png, jpg, json, csv, txt"
    )]
    Path(String),
}

impl Template {
    /// Takes a template's files.
    ///
    /// # Errors
    /// [`BadTemplate`], whatever stands in the files: that is found out when the template is used.
    pub fn new(files: BTreeMap<String, Vec<u8>>) -> Result<Self, BadTemplate> {
        if !files.contains_key("main.typ") {
            return Err(BadTemplate::NoMain);
        }
        if files.len() > FILES || files.values().map(Vec::len).sum::<usize>() > BYTES {
            return Err(BadTemplate::TooLarge);
        }
        let part = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_".contains(c));
        for path in files.keys() {
            let plain = path.rsplit_once('.').is_some_and(|(name, kind)| KINDS.contains(&kind) && name.split('/').all(part));
            if !plain || path.len() > 120 {
                return Err(BadTemplate::Path(path.clone()));
            }
        }
        Ok(Self(Arc::new(files)))
    }
    /// Its files by path.
    pub fn files(&self) -> &BTreeMap<String, Vec<u8>> {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(paths: &[&str]) -> Result<Template, BadTemplate> {
        Template::new(paths.iter().map(|path| ((*path).to_owned(), Vec::new())).collect())
    }

    #[test]
    fn a_template_s_files_are_plain() {
        assert!(with(&["main.typ", "parts/head.typ", "arms.svg"]).is_ok());
        assert_eq!(with(&["head.typ"]), Err(BadTemplate::NoMain));
        for path in ["../main.typ", "/main.typ", "a//b.typ", "A.typ", "x.wasm", "x", ".typ", "a/../b.typ", "a b.typ", "@x/y.typ"] {
            assert_eq!(with(&["main.typ", path]), Err(BadTemplate::Path(path.to_owned())));
        }
        let files = BTreeMap::from([("main.typ".to_owned(), vec![0; BYTES + 1])]);
        assert_eq!(Template::new(files), Err(BadTemplate::TooLarge));
    }
}
