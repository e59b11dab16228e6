//! What a worker is asked to make and what it answers.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;
use uuid::Uuid;
use vatra_core::clock::Instant;
pub use vatra_core::documents::{BadTemplate, Template};
use vatra_core::manifest::Language;

/// The letterhead.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Municipality {
    /// `Primăria comunei Sculeni`, in the document's language.
    pub name: String,
    /// The district; empty for none.
    pub district: String,
    /// Address, telephone, e-mail, as they stand in the letterhead; empty for none.
    pub contacts: String,
    /// IDNO; empty for none.
    pub idno: String,
}

/// Where anyone can check the document.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Check {
    /// The address that the QR carries.
    pub address: String,
    /// The code for typing by hand.
    pub code: String,
}

/// How what the document asks for is paid.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Payable {
    /// The number of the MPay order.
    pub order: String,
    /// The address that the QR carries; empty when the municipality has no MPay.
    pub address: String,
}

/// A document to make. Equal jobs give equal bytes.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Job {
    /// From what.
    #[serde(skip)]
    pub template: Template,
    /// The document's id, for the PDF's identifier.
    pub document: Uuid,
    /// The language of the whole document.
    pub language: Language,
    /// The PDF's title; nothing personal, by the contract.
    pub title: String,
    /// When it was made, for the PDF's date and for templates that ask for today.
    pub made_at: Instant,
    /// Who issues it.
    pub municipality: Municipality,
    /// Given when it is issued.
    pub number: Option<String>,
    /// The date beside the number.
    pub date: Option<NaiveDate>,
    /// Last day on which it holds.
    pub valid_until: Option<NaiveDate>,
    /// Marked on every page; a template cannot take the mark off.
    pub draft: bool,
    /// None before it is issued.
    pub check: Option<Check>,
    /// None when it asks for no money.
    pub pays: Option<Payable>,
    /// What the template fills in: see [`crate::values`]. People's names and numbers are opened.
    pub data: serde_json::Map<String, serde_json::Value>,
    /// Tell the compiler's words about a template that does not hold. Only over invented data: the words may repeat what was filled in.
    pub explain: bool,
}

/// What one worker may use.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Limits {
    /// From asking to answer; then the worker is killed.
    pub wall: Duration,
    /// Processor time of one document, in whole seconds.
    pub cpu_seconds: u64,
    /// Address space of a worker, in bytes.
    pub memory: u64,
    /// Bytes of a PDF.
    pub bytes: usize,
    /// Pages of a PDF.
    pub pages: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { wall: Duration::from_secs(10), cpu_seconds: 5, memory: 640 << 20, bytes: 24 << 20, pages: 500 }
    }
}

/// A document as it was made.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Made {
    /// The PDF (PDF/A-2a and PDF/UA-1).
    pub pdf: Vec<u8>,
    /// How many pages it has.
    pub pages: usize,
}

/// What does not hold in a template, and where.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Fault {
    /// The file; empty when it is not about a place.
    pub file: String,
    /// From 1; 0 when unknown.
    pub line: usize,
    /// The compiler's words; empty unless the job asked for them.
    pub words: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.file.is_empty() {
            write!(f, "{}:{}", self.file, self.line)?;
        }
        if !self.words.is_empty() {
            write!(f, " {}", self.words)?;
        }
        Ok(())
    }
}

/// Why a document was not made. Nothing in it is personal unless the job asked for [`Job::explain`].
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Refused {
    /// The template does not hold, at these places.
    #[error("the template does not hold: {}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Template(Vec<Fault>),
    /// A draft's page without the mark.
    #[error("page {0} of a draft is not marked as one")]
    Unmarked(usize),
    /// A character that none of the host's typefaces has.
    #[error("no typeface has the character U+{0:04X}")]
    Character(u32),
    /// More pages or bytes than a document may have.
    #[error("the document is larger than {0} {1}")]
    TooLarge(usize, String),
    /// It took longer than a document may.
    #[error("the template took too long and was stopped")]
    TooLong,
    /// It used more memory than a worker has.
    #[error("the template used too much memory and was stopped")]
    TooMuchMemory,
    /// The worker ended over it, otherwise than by its limits.
    #[error("the worker ended unexpectedly over the template")]
    Broken,
    /// Too much is waiting: try later.
    #[error("too many documents are waiting; try again later")]
    Busy,
    /// No worker could be had; for the operator.
    #[error("no worker for documents: {0}")]
    Unavailable(String),
}

/// The first part of a worker's answer.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    /// It has begun and waits for work.
    Ready,
    /// The PDF is the next part.
    Made {
        /// How many pages.
        pages: usize,
    },
    /// It was not made.
    Refused(Refused),
}

impl Job {
    /// As a message: the record, then path and content of each file of the template.
    ///
    /// # Errors
    /// When it is too long.
    pub fn to_message(&self) -> std::io::Result<Vec<u8>> {
        let record = serde_json::to_vec(self)?;
        let mut parts: Vec<&[u8]> = vec![&record];
        for (path, content) in self.template.files() {
            parts.extend([path.as_bytes(), content.as_slice()]);
        }
        crate::message::join(&parts)
    }
    /// Out of the parts of a message.
    ///
    /// # Errors
    /// When it is not one of [`Job::to_message`].
    pub fn from_parts(parts: &[&[u8]]) -> std::io::Result<Self> {
        let invalid = |_| std::io::ErrorKind::InvalidData;
        let (record, files) = parts.split_first().ok_or(std::io::ErrorKind::InvalidData)?;
        let mut job: Self = serde_json::from_slice(record)?;
        let mut template = BTreeMap::new();
        for pair in files.chunks(2) {
            if let [path, content] = pair {
                template.insert(std::str::from_utf8(path).map_err(invalid)?.to_owned(), content.to_vec());
            }
        }
        job.template = Template::new(template).map_err(|_| std::io::ErrorKind::InvalidData)?;
        Ok(job)
    }
}
