//! Names of repositories and tags, by the distribution specification's grammar. Whatever else is refused before it comes near a path.

use std::fmt;
use std::str::FromStr;
use vatra_core::digest::Digest;

/// The longest name of a repository, in bytes. Clients count the registry's host too, which the specification bounds at 255 together.
const LONGEST_NAME: usize = 200;

/// Why a name is none.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum NameError {
    /// Of a repository.
    #[error(
        "'{0}' is not the name of a repository: expected at most 200 lower-case letters, digits and single separators (. _ __ -) \
         between slashes"
    )]
    Repository(String),
    /// Of a tag.
    #[error("'{0}' is not a tag: expected at most 128 letters, digits, '_', '.' and '-', the first not '.' or '-'")]
    Tag(String),
}

fn cut(text: &str) -> String {
    text.chars().take(160).collect()
}

/// The name of a repository, as `publisher/module`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Repository(String);

impl Repository {
    /// As it is written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What stands before the first slash: the publisher's own namespace.
    #[must_use]
    pub fn namespace(&self) -> &str {
        self.0.split('/').next().unwrap_or_default()
    }
}

impl FromStr for Repository {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        if text.len() <= LONGEST_NAME && text.split('/').all(is_component) {
            Ok(Self(text.to_owned()))
        } else {
            Err(NameError::Repository(cut(text)))
        }
    }
}

impl fmt::Display for Repository {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

/// `[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*`
fn is_component(text: &str) -> bool {
    let letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let separators = text.split(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit()).filter(|between| !between.is_empty());
    text.bytes().next().is_some_and(letter)
        && text.bytes().last().is_some_and(letter)
        && separators.into_iter().all(|between| matches!(between, "." | "_" | "__") || between.bytes().all(|byte| byte == b'-'))
}

/// A tag.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Tag(String);

impl Tag {
    /// As it is written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// By what tags are listed: without regard to case first, as the specification wants.
    pub(crate) fn order(text: &str) -> (String, &str) {
        (text.to_ascii_lowercase(), text)
    }
}

impl FromStr for Tag {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        let first = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
        let good = text.len() <= 128
            && text.bytes().next().is_some_and(first)
            && text.bytes().all(|byte| first(byte) || matches!(byte, b'.' | b'-'));
        if good { Ok(Self(text.to_owned())) } else { Err(NameError::Tag(cut(text))) }
    }
}

impl fmt::Display for Tag {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

/// How a manifest is asked for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Pointer {
    /// By what it is.
    Digest(Digest),
    /// By what it is called at the moment.
    Tag(Tag),
}

impl FromStr for Pointer {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        // No tag has a colon.
        if let Ok(digest) = text.parse() { Ok(Self::Digest(digest)) } else { text.parse().map(Self::Tag) }
    }
}

impl fmt::Display for Pointer {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Digest(digest) => digest.fmt(out),
            Self::Tag(tag) => tag.fmt(out),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_the_grammar_of_the_specification() {
        for good in ["a", "a/b", "sculeni/tax-collector", "a.b_c__d---e/0", "a/blobs/uploads"] {
            assert!(good.parse::<Repository>().is_ok(), "{good}");
        }
        let long = "a".repeat(201);
        for bad in
            ["", "/", "a/", "/a", "a//b", "A", "a..b", "a___b", "-a", "a-", ".a", "..", "a/../b", "a b", "ă", "a%2fb", "a\0", "a._b", &long]
        {
            assert!(bad.parse::<Repository>().is_err(), "{bad}");
        }
    }

    #[test]
    fn tags_follow_the_grammar_of_the_specification() {
        for good in ["latest", "1.0.0", "_", "A-b.C_d", &"a".repeat(128)] {
            assert!(good.parse::<Tag>().is_ok(), "{good}");
        }
        for bad in ["", ".", "..", ".a", "-a", "a/b", "a:b", "a+b", "ă", "a b", &"a".repeat(129)] {
            assert!(bad.parse::<Tag>().is_err(), "{bad}");
        }
    }
}
