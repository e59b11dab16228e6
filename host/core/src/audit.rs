//! The audit trail's rows: hash-chained per tenant. No row, no action.

use crate::call::Channel;
use crate::clock::Instant;
use crate::ids::{CallId, Name, SubjectId, TenantId};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// What kind of thing happened.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AuditKind {
    /// An action of a module began; durable before any of its effects.
    ActionBegun,
    /// It was kept; written with its effects.
    ActionKept,
    /// It failed, was refused or rejected; nothing of it was kept.
    ActionFailed,
    /// A screen or an event's handler was stopped: over budget, or broken down.
    Stopped,
    /// Someone looked at people: names, identifiers or personal fields were shown.
    Look,
    /// Personal data left as a file.
    Export,
    /// A call was denied.
    Denial,
    /// Something arrived from outside.
    Received,
    /// It was handed to its module and kept.
    Handled,
    /// It was parked for an operator.
    Parked,
    /// A module was installed, disabled or enabled.
    Module,
    /// A grant was given, changed, revoked or restored.
    Grant,
    /// A document was issued, annulled, retained or destroyed.
    Document,
    /// A job was started by its schedule, cancelled, or ended without a step.
    Job,
    /// A task was claimed, assigned or given back on the host's own pages.
    Task,
    /// A municipality, its officials or settings were changed.
    Administration,
    /// Someone signed in or out, or failed to.
    Session,
}

impl AuditKind {
    /// All kinds.
    pub const ALL: [Self; 17] = [
        Self::ActionBegun,
        Self::ActionKept,
        Self::ActionFailed,
        Self::Stopped,
        Self::Look,
        Self::Export,
        Self::Denial,
        Self::Received,
        Self::Handled,
        Self::Parked,
        Self::Module,
        Self::Grant,
        Self::Document,
        Self::Job,
        Self::Task,
        Self::Administration,
        Self::Session,
    ];
    /// `action-begun`
    pub fn code(self) -> &'static str {
        match self {
            Self::ActionBegun => "action-begun",
            Self::ActionKept => "action-kept",
            Self::ActionFailed => "action-failed",
            Self::Stopped => "stopped",
            Self::Look => "look",
            Self::Export => "export",
            Self::Denial => "denial",
            Self::Received => "received",
            Self::Handled => "handled",
            Self::Parked => "parked",
            Self::Module => "module",
            Self::Grant => "grant",
            Self::Document => "document",
            Self::Job => "job",
            Self::Task => "task",
            Self::Administration => "administration",
            Self::Session => "session",
        }
    }
    /// From its code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// What is to be written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AuditEntry {
    /// When.
    pub at: Instant,
    /// What kind.
    pub kind: AuditKind,
    /// The call that it belongs to.
    pub call: CallId,
    /// Who: a person of the municipality; none for events and the operator.
    pub actor: Option<SubjectId>,
    /// By which way.
    pub channel: Channel,
    /// The module, if one is concerned.
    pub module: Option<Name>,
    /// The action, screen, capability or command: codes, never personal.
    pub what: String,
    /// Further codes and ids as a JSON object: never names, identifiers, telephones or free text about people.
    pub detail: String,
    /// The law that a look or effect rests on.
    pub legal_basis: String,
    /// Whose data it concerns. Sorted and without doubles when written.
    pub about: Vec<SubjectId>,
}

/// A row as it stands in the database.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AuditRow {
    /// From 1, without gaps, per tenant.
    pub sequence: u64,
    /// What was written.
    pub entry: AuditEntry,
    /// [`chain_hash`] over the row and the hash before it.
    pub hash: [u8; 32],
}

/// The hash before the first row of a tenant: nobody can move a chain to another tenant.
pub fn genesis(tenant: TenantId) -> [u8; 32] {
    let mut hasher = Sha256::new();
    hasher.update(b"vatra audit v1");
    hasher.update(tenant.0.as_bytes());
    hasher.finalize().into()
}

/// SHA-256 over the hash before, the sequence and every field, each with its length.
pub fn chain_hash(before: &[u8; 32], sequence: u64, entry: &AuditEntry) -> [u8; 32] {
    let mut hasher = Sha256::new();
    let mut put = |bytes: &[u8]| {
        hasher.update((bytes.len() as u64).to_be_bytes());
        hasher.update(bytes);
    };
    put(before);
    put(&sequence.to_be_bytes());
    put(&entry.at.0.to_be_bytes());
    put(entry.kind.code().as_bytes());
    put(entry.call.0.as_bytes());
    put(entry.actor.as_ref().map(|id| id.0.as_bytes().as_slice()).unwrap_or_default());
    put(entry.channel.code().as_bytes());
    put(entry.module.as_ref().map(|name| name.as_str().as_bytes()).unwrap_or_default());
    put(entry.what.as_bytes());
    put(entry.detail.as_bytes());
    put(entry.legal_basis.as_bytes());
    for id in &entry.about {
        put(id.0.as_bytes());
    }
    hasher.finalize().into()
}

/// A checkpoint: kept outside the database and signed, so that cutting the tail or rewriting the whole is found.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Checkpoint {
    /// The tenant.
    pub tenant: TenantId,
    /// The last row then.
    pub sequence: u64,
    /// Its hash, in hexadecimal.
    pub hash: String,
    /// When.
    pub at: Instant,
    /// Ed25519 over [`Checkpoint::message`], in hexadecimal.
    pub signature: String,
}

impl Checkpoint {
    /// What is signed.
    pub fn message(tenant: TenantId, sequence: u64, hash: &str, at: Instant) -> Vec<u8> {
        format!("vatra checkpoint v1\n{tenant}\n{sequence}\n{hash}\n{}\n", at.0).into_bytes()
    }
}

/// What verification found in one tenant's trail.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Verification {
    /// Rows read.
    pub rows: u64,
    /// The last checkpoint's row, if there is one.
    pub checkpoint: Option<u64>,
    /// What is wrong, in words; empty when the trail is unbroken.
    pub faults: Vec<Fault>,
}

/// A fault in a trail.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(tag = "fault", rename_all = "kebab-case")]
pub enum Fault {
    /// The row does not hash to what it says: it was altered, or rows were reordered.
    Altered {
        /// Which row.
        sequence: u64,
    },
    /// Rows are missing here.
    Missing {
        /// The first missing row.
        sequence: u64,
    },
    /// The trail ends before a checkpoint: its end was cut off.
    CutOff {
        /// The last row that is there.
        last: u64,
        /// The row that the checkpoint vouches for.
        checkpoint: u64,
    },
    /// The whole was rewritten: the row at a checkpoint has another hash.
    Rewritten {
        /// The checkpoint's row.
        checkpoint: u64,
    },
    /// A checkpoint's signature does not hold.
    Forged {
        /// The checkpoint's row.
        checkpoint: u64,
    },
    /// The list of whose data a row concerns (by which citizens find it) differs from the row.
    Index {
        /// Which row.
        sequence: u64,
    },
}
/// What a reader of the audit trail asks for.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct AuditFilter {
    /// Only rows about this person.
    pub about: Option<SubjectId>,
    /// Only rows of these kinds; all when empty.
    pub kinds: Vec<AuditKind>,
    /// Only what this person did.
    pub actor: Option<SubjectId>,
    /// Only what was done in this module.
    pub module: Option<Name>,
    /// Only rows from this moment on.
    pub from: Option<Instant>,
    /// Only rows before this moment.
    pub until: Option<Instant>,
    /// Only rows before this one.
    pub before: Option<u64>,
    /// At most this many, newest first.
    pub limit: u32,
}
