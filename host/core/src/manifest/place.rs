//! Where in a manifest something is wrong, and what.

use std::fmt;

/// One step from a table or list of a manifest into it.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Step {
    /// A key of a table.
    Key(String),
    /// An element of a list, from 0.
    Index(usize),
    /// The text in a list of texts whose order does not matter.
    Member(String),
}

/// A place in a manifest: `screens[3].roles["clerk"]`. The whole of it when it has no steps.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct At(Vec<Step>);

impl At {
    /// The whole manifest.
    pub fn root() -> Self {
        Self::default()
    }
    fn step(&self, step: Step) -> Self {
        Self(self.0.iter().cloned().chain([step]).collect())
    }
    /// The value of a key of this table.
    #[must_use]
    pub fn key(&self, key: impl Into<String>) -> Self {
        self.step(Step::Key(key.into()))
    }
    /// An element of this list, from 0.
    #[must_use]
    pub fn index(&self, index: usize) -> Self {
        self.step(Step::Index(index))
    }
    /// The text in this list.
    #[must_use]
    pub fn member(&self, text: impl Into<String>) -> Self {
        self.step(Step::Member(text.into()))
    }
    /// From here on to a place beneath it.
    #[must_use]
    pub fn join(&self, beneath: &Self) -> Self {
        Self(self.0.iter().chain(&beneath.0).cloned().collect())
    }
    /// From the manifest to the place.
    pub fn steps(&self) -> &[Step] {
        &self.0
    }
}

impl fmt::Display for At {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, step) in self.0.iter().enumerate() {
            match step {
                Step::Key(key) if place == 0 => write!(f, "{key}")?,
                Step::Key(key) => write!(f, ".{key}")?,
                Step::Index(index) => write!(f, "[{index}]")?,
                Step::Member(text) => write!(f, "[{text:?}]")?,
            }
        }
        Ok(())
    }
}

/// Something that keeps a manifest from being whole.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Problem {
    /// A stable code: `unknown-role`.
    pub code: &'static str,
    /// Where.
    pub at: At,
    /// What is wrong, in a sentence without its full stop.
    pub what: String,
    /// How to mend it; empty where the sentence says it.
    pub help: String,
}

impl Problem {
    /// Of this code, at this place.
    pub fn new(code: &'static str, at: At, what: impl Into<String>) -> Self {
        Self { code, at, what: what.into(), help: String::new() }
    }
    /// With how to mend it.
    #[must_use]
    pub fn mend(self, help: impl Into<String>) -> Self {
        Self { help: help.into(), ..self }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)?;
        if self.help.is_empty() { Ok(()) } else { write!(f, ": {}", self.help) }
    }
}
