//! MNotify, the Government Notification Service.

use super::ProviderError;
use crate::clock::Instant;
use crate::ids::{DocumentId, SubjectId};
use crate::value::Fields;
use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A text in up to three languages; a missing one falls back to Romanian.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Texts {
    /// Romanian.
    pub ro: String,
    /// Russian.
    pub ru: Option<String>,
    /// English.
    pub en: Option<String>,
}

/// What is said.
#[derive(Clone, PartialEq, Eq)]
pub enum NoticeContent {
    /// A template that the municipality keeps at MNotify, by its id there, and the variables for it.
    Template {
        /// The template's id.
        id: String,
        /// Variables, in the open.
        variables: BTreeMap<String, String>,
    },
    /// A text of its own; variables are filled in already.
    Text {
        /// Subject.
        subject: Texts,
        /// Body.
        body: Texts,
        /// For SMS and chat.
        short: Texts,
    },
}

/// To whom.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum NoticeRecipient {
    /// A person, by IDNP.
    Person(String),
    /// A legal entity, by IDNO.
    Company(String),
    /// An e-mail address.
    Email(String),
    /// A telephone number.
    Telephone(String),
}

impl NoticeRecipient {
    /// MNotify's name of the type, and the value.
    #[must_use]
    pub fn parts(&self) -> (&'static str, &str) {
        match self {
            Self::Person(value) => ("IDNP", value),
            Self::Company(value) => ("IDNO", value),
            Self::Email(value) => ("Email", value),
            Self::Telephone(value) => ("Telephone", value),
        }
    }
}

/// Who of a company reads it (MNotify: direction).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum NoticeReader {
    /// Owner.
    Owner,
    /// Administrator.
    Administrator,
    /// Founder.
    Founder,
}

/// MNotify's priorities.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum NoticePriority {
    /// Low.
    Low,
    /// Medium.
    Medium,
    /// High.
    High,
}

/// A file that goes along.
#[derive(Clone, PartialEq, Eq)]
pub struct NoticeAttachment {
    /// With its extension: jpeg, jpg, png, txt, pdf, csv or xls.
    pub name: String,
    /// Its bytes; all files together at most 10 MB.
    pub content: Vec<u8>,
}

/// A message. No `Debug`: it is personal.
#[derive(Clone, PartialEq, Eq)]
pub struct NoticeMessage {
    /// To whom; at least one.
    pub recipients: Vec<NoticeRecipient>,
    /// For companies among them.
    pub reader: NoticeReader,
    /// What.
    pub content: NoticeContent,
    /// How urgent.
    pub priority: NoticePriority,
    /// Files.
    pub attachments: Vec<NoticeAttachment>,
}

/// MNotify's statuses.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs, reason = "the names are MNotify's")]
pub enum NoticeStanding {
    Pending,
    Resolving,
    Sending,
    Sent,
    Delivered,
    Read,
    Cancelling,
    Cancelled,
    Failed,
}

impl NoticeStanding {
    /// All of them, in the order in which they come.
    pub const ALL: [Self; 9] = [
        Self::Pending,
        Self::Resolving,
        Self::Sending,
        Self::Sent,
        Self::Delivered,
        Self::Read,
        Self::Cancelling,
        Self::Cancelled,
        Self::Failed,
    ];

    /// MNotify's name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Pending => "Pending",
            Self::Resolving => "Resolving",
            Self::Sending => "Sending",
            Self::Sent => "Sent",
            Self::Delivered => "Delivered",
            Self::Read => "Read",
            Self::Cancelling => "Cancelling",
            Self::Cancelled => "Cancelled",
            Self::Failed => "Failed",
        }
    }

    /// Whether nothing more is to be heard of it but that it was read.
    #[must_use]
    pub fn is_final(self) -> bool {
        matches!(self, Self::Delivered | Self::Read | Self::Cancelled | Self::Failed)
    }

    /// From MNotify's name, whatever its case.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|standing| standing.name().eq_ignore_ascii_case(name))
    }
}

/// What became of a message for one recipient on one channel.
#[derive(Clone, PartialEq, Eq)]
pub struct NoticeDelivery {
    /// IDNP, IDNO, address or number.
    pub recipient: String,
    /// The channel that the recipient chose.
    pub channel: String,
    /// Where it stands.
    pub standing: NoticeStanding,
    /// Since when.
    pub at: Instant,
    /// The subject as it was sent.
    pub subject: String,
}

/// What became of a message.
#[derive(Clone, PartialEq, Eq)]
pub struct NoticeStatus {
    /// As a whole.
    pub standing: NoticeStanding,
    /// For each recipient; none before MNotify has resolved them.
    pub deliveries: Vec<NoticeDelivery>,
}

/// A message was not sent, or perhaps was.
#[derive(Debug, thiserror::Error)]
pub enum NotSent {
    /// It certainly was not. [`ProviderError::Refused`] stays so, [`ProviderError::Unavailable`] will pass.
    #[error(transparent)]
    Not(#[from] ProviderError),
    /// It may have been: the answer was lost.
    #[error("{service} may have taken the message: {cause}")]
    Perhaps {
        /// Which service.
        service: &'static str,
        /// For the operator. Never personal.
        cause: String,
    },
}

/// Whether a message could be called back.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CalledBack {
    /// Nobody gets it.
    Done,
    /// It has left.
    TooLate,
    /// MNotify does not know it.
    Unknown,
}

/// A message that MNotify has.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NoticeListed {
    /// Its id.
    pub id: String,
    /// When MNotify took it.
    pub created: Instant,
}

/// Sending messages and following them.
#[async_trait]
pub trait Notices: Send + Sync {
    /// Sends; the message's id at MNotify. Not to be repeated without looking: MNotify does not know that two are one.
    ///
    /// # Errors
    /// [`NotSent`].
    async fn send(&self, message: &NoticeMessage) -> Result<String, NotSent>;
    /// What became of a message; nothing when MNotify does not know it.
    ///
    /// # Errors
    /// When MNotify cannot be reached or refuses.
    async fn status(&self, id: &str) -> Result<Option<NoticeStatus>, ProviderError>;
    /// Calls a message back.
    ///
    /// # Errors
    /// As above.
    async fn cancel(&self, id: &str) -> Result<CalledBack, ProviderError>;
    /// Our messages since a moment, newest first.
    ///
    /// # Errors
    /// As above.
    async fn listed_since(&self, since: Instant) -> Result<Vec<NoticeListed>, ProviderError>;
}

/// A message of a module, as it waits in the outbox. No `Debug`: it is personal.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// To whom.
    pub recipients: Vec<SubjectId>,
    /// For companies among them.
    pub reader: NoticeReader,
    /// What is said, variables not yet filled in.
    pub content: NoticeText,
    /// Variables.
    pub variables: Fields,
    /// How urgent.
    pub priority: NoticePriority,
    /// Documents that go along.
    pub attachments: Vec<DocumentId>,
}

/// What a module's message says.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum NoticeText {
    /// MNotify's id of a template.
    Template(String),
    /// Subject, body and short form; `{name}` stands for a variable.
    Text(Texts, Texts, Texts),
}

/// How far a module's message is, as the outbox keeps it.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct NoticeProgress {
    /// When it began to leave: whether it did is then to be found out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub begun: Option<Instant>,
    /// When MNotify had it, and under which id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub taken: Option<(Instant, String)>,
    /// What became of it for each recipient, in their order.
    pub told: Vec<NoticeTold>,
}

/// What became of a message for one recipient.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct NoticeTold {
    /// Who.
    pub recipient: SubjectId,
    /// Where it stands.
    pub standing: NoticeStanding,
    /// Since when.
    pub at: Instant,
    /// A code when it failed: `unreachable`, `rejected`, `undelivered`, `unclear`, `attachment`; empty otherwise.
    pub rule: String,
}
