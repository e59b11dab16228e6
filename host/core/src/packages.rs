//! What a host keeps of packages: who may publish, what was published, what a municipality approved, what is stopped, and what was installed when.
//! Data only: who trusts what, and why, is the business of `vatra-trust` and of the host.

use crate::audit::AuditEntry;
use crate::clock::Instant;
use crate::digest::Digest;
use crate::grants::Grant;
use crate::ids::{ApprovalId, Name, SigningId, SubjectId, TenantId};
use crate::store::{Installed, StoreError};
use async_trait::async_trait;
use serde::{Deserialize, Serialize};

/// A publisher that the host's operator trusts.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TrustedPublisher {
    /// Its name: the first part of the names of its repositories.
    pub name: Name,
    /// Its keys with their statements, JSON.
    pub keyring: String,
    /// Since when.
    pub trusted_at: Instant,
}

/// What came with a package. The same component always has the same manifest, whoever publishes it: signatures are told apart, so that none takes the
/// place of another.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Papers {
    /// Digest of the OCI manifest.
    pub manifest: Digest,
    /// Digest of the component.
    pub component: Digest,
    /// The module.
    pub module: Name,
    /// Its version.
    pub version: String,
    /// The OCI manifest's bytes.
    pub manifest_bytes: Vec<u8>,
    /// The configuration's bytes.
    pub config_bytes: Vec<u8>,
    /// When it was admitted first.
    pub admitted_at: Instant,
    /// Who signed it, in the order in which that was admitted: several publishers, or one again by its next key.
    pub signatures: Vec<Signature>,
}

/// A package that the host holds, for lists.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HeldPackage {
    /// Digest of the OCI manifest.
    pub manifest: Digest,
    /// Digest of the component.
    pub component: Digest,
    /// The module.
    pub module: Name,
    /// Its version.
    pub version: String,
    /// When it was admitted first.
    pub admitted_at: Instant,
    /// Who signed it, by name.
    pub publishers: Vec<Name>,
}

/// A publisher's signature of a package.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Signature {
    /// Whose.
    pub publisher: Name,
    /// A DSSE envelope, JSON.
    pub envelope: String,
    /// The list of parts, CycloneDX, if one came along.
    pub sbom: Option<String>,
    /// When it was admitted.
    pub admitted_at: Instant,
}

/// What no module is run against, whatever else was approved.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "stops")]
pub enum Stopped {
    /// What a publisher withdrew: its signed statement, a DSSE envelope in JSON. Never lifted.
    Withdrawn {
        /// Who.
        publisher: Name,
        /// The envelope.
        envelope: String,
    },
    /// A package, by the digest of its manifest or component.
    Package {
        /// Which.
        digest: Digest,
    },
    /// A module, whatever its version and whoever published it.
    Module {
        /// Which.
        module: Name,
    },
    /// Everything of a publisher.
    Publisher {
        /// Which.
        publisher: Name,
    },
    /// Every module of a municipality.
    Municipality {
        /// Which.
        tenant: TenantId,
    },
}

impl Stopped {
    /// One stop of a thing at a time.
    pub fn key(&self) -> String {
        match self {
            Self::Withdrawn { publisher, envelope } => format!("withdrawn {publisher} {}", Digest::of(envelope.as_bytes())),
            Self::Package { digest } => format!("package {digest}"),
            Self::Module { module } => format!("module {module}"),
            Self::Publisher { publisher } => format!("publisher {publisher}"),
            Self::Municipality { tenant } => format!("municipality {tenant}"),
        }
    }
}

/// A kill switch that was thrown, or what a publisher withdrew.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Stop {
    /// What is stopped.
    pub what: Stopped,
    /// Why, for whoever would have used it.
    pub reason: String,
    /// Since when.
    pub at: Instant,
}

/// How far an approval is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ApprovalStanding {
    /// Drawn up, not signed yet.
    Proposed,
    /// Signed and in force, or in force once.
    Approved,
    /// Not signed, and not to be signed any more.
    Dropped,
}

impl ApprovalStanding {
    /// `proposed`, `approved`, `dropped`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Proposed => "proposed",
            Self::Approved => "approved",
            Self::Dropped => "dropped",
        }
    }
    /// From its code.
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Proposed, Self::Approved, Self::Dropped].into_iter().find(|standing| standing.code() == code)
    }
}

/// An approval as stored: what is to be signed, and once it was, the same sealed together with its signature.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StoredApproval {
    /// Its id; in the order in which they were drawn up.
    pub id: ApprovalId,
    /// Of which module.
    pub module: Name,
    /// Of which package.
    pub manifest: Digest,
    /// How far it is.
    pub standing: ApprovalStanding,
    /// What is, or was, to be signed.
    pub text: String,
    /// The text, its signature and whoever signed it, sealed by the host once it had found the signature good; empty before.
    pub sealed: String,
    /// Who drew it up; none for the operator.
    pub drawn_up_by: Option<SubjectId>,
    /// The request by which it is being signed, if it was begun in the portal.
    pub signing: Option<SigningId>,
    /// When it was drawn up.
    pub at: Instant,
}

/// What an installed module rests on: looked at whenever it is loaded.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RestsOn {
    /// Its papers.
    pub manifest: Digest,
    /// The approval.
    pub approval: ApprovalId,
    /// As [`StoredApproval::sealed`].
    pub sealed: String,
}

/// How a version came to be the installed one.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TurnKind {
    /// For the first time, or after it was removed.
    Install,
    /// After a lower version.
    Upgrade,
    /// The same version with another approval.
    Approval,
    /// Back to a version that was installed before, because somebody wanted so.
    Rollback,
    /// Back by itself, because the first calls of the version failed.
    Return,
    /// It was removed.
    Remove,
}

impl TurnKind {
    /// All of them.
    pub const ALL: [Self; 6] = [Self::Install, Self::Upgrade, Self::Approval, Self::Rollback, Self::Return, Self::Remove];
    /// `install`, `upgrade`…
    pub fn code(self) -> &'static str {
        match self {
            Self::Install => "install",
            Self::Upgrade => "upgrade",
            Self::Approval => "approval",
            Self::Rollback => "rollback",
            Self::Return => "return",
            Self::Remove => "remove",
        }
    }
    /// From its code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// One turn of a module's life in a municipality.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Turn {
    /// The module.
    pub module: Name,
    /// What happened.
    pub kind: TurnKind,
    /// The version that was installed from then on; of a removal the one that was.
    pub version: String,
    /// Digest of its component, in hexadecimal.
    pub digest: String,
    /// Digest of its OCI manifest.
    pub manifest: Digest,
    /// The approval that it rested on.
    pub approval: ApprovalId,
    /// When.
    pub at: Instant,
    /// Who; none for the operator, and for what happened by itself.
    pub by: Option<SubjectId>,
}

/// What an install, an upgrade or a rollback writes, all of it or nothing.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Application {
    /// What is installed from now on.
    pub installed: Installed,
    /// The version that must be installed until now (its component's digest); none when none may be. Another one is [`StoreError::Exists`].
    pub instead_of: Option<String>,
    /// Every grant of the module: what is not among them is gone.
    pub grants: Vec<Grant>,
    /// Whether the proposal that it rests on is approved by this; otherwise it was before.
    pub approves: bool,
    /// For the history.
    pub turn: Turn,
}

/// Publishers, packages and stops: the host's own.
#[async_trait]
pub trait PackageStore: Send + Sync {
    /// Publishers that the operator trusts, by name.
    async fn publishers(&self) -> Result<Vec<TrustedPublisher>, StoreError>;
    /// Trusts one, or takes its further keys. Told to every host.
    async fn put_publisher(&self, publisher: &TrustedPublisher) -> Result<(), StoreError>;
    /// Trusts one no longer; false when it was not trusted. Told to every host.
    async fn drop_publisher(&self, name: &Name) -> Result<bool, StoreError>;
    /// Keeps a package with its papers. What is kept already stays as it is; signatures that are new are kept besides.
    async fn keep_package(&self, papers: &Papers, component: &[u8]) -> Result<(), StoreError>;
    /// Packages that are held, the newest first.
    async fn packages(&self) -> Result<Vec<HeldPackage>, StoreError>;
    /// The papers of this manifest.
    async fn papers(&self, manifest: &Digest) -> Result<Option<Papers>, StoreError>;
    /// A component's bytes, for hosts that do not have them yet.
    async fn component(&self, component: &Digest) -> Result<Option<Vec<u8>>, StoreError>;
    /// What is stopped, oldest first.
    async fn stops(&self) -> Result<Vec<Stop>, StoreError>;
    /// Stops something; false when it was stopped already. Told to every host.
    async fn put_stop(&self, stop: &Stop) -> Result<bool, StoreError>;
    /// Lifts a stop, by its key; false when there was none. Told to every host.
    async fn lift_stop(&self, key: &str) -> Result<bool, StoreError>;
}

/// What a municipality approves and installs.
#[async_trait]
pub trait InstallStore: Send + Sync {
    /// Approvals of a municipality, of one module or of all, oldest first.
    async fn approvals(&self, tenant: TenantId, module: Option<&Name>) -> Result<Vec<StoredApproval>, StoreError>;
    /// One of them.
    async fn approval(&self, tenant: TenantId, id: ApprovalId) -> Result<Option<StoredApproval>, StoreError>;
    /// Keeps one that is drawn up; what was proposed of the same module before is dropped.
    async fn propose(&self, tenant: TenantId, approval: &StoredApproval, audit: AuditEntry) -> Result<(), StoreError>;
    /// Drops one that was proposed; false when it was not.
    async fn drop_proposal(&self, tenant: TenantId, id: ApprovalId, audit: AuditEntry) -> Result<bool, StoreError>;
    /// Installs, upgrades or goes back.
    ///
    /// # Errors
    /// [`StoreError::Exists`] when another version is installed than was planned with, [`StoreError::Missing`] when what it rests on is neither approved
    /// nor, where this approves it, proposed.
    async fn apply(&self, tenant: TenantId, application: &Application, audit: AuditEntry) -> Result<(), StoreError>;
    /// Removes an installed module. Grants end with it; registers, documents, orders and its history stay. False when it was not installed.
    async fn remove_installed(&self, tenant: TenantId, turn: &Turn, audit: AuditEntry) -> Result<bool, StoreError>;
    /// The life of a municipality's modules, of one or of all, oldest first.
    async fn turns(&self, tenant: TenantId, module: Option<&Name>) -> Result<Vec<Turn>, StoreError>;
}
