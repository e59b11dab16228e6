//! The engine room: components are compiled once, linked to what a municipality granted, and called with a fresh instance each time,
//! within budgets, as one unit of work.

mod cache;
mod call;
mod compose;
mod drive;
mod engine;
mod events;
mod failure;
mod fair;
mod gate;
mod installs;
mod jobs;
mod perform;
mod quotes;
mod recent;
mod render;
mod screens;
mod usage;

pub use call::{Runtime, Services};
pub use compose::Ready;
pub use engine::{Config, Engine};
pub use events::Delivery;
pub use failure::{CallError, ModuleFault};
pub use installs::InUse;
pub use jobs::Stepped;
pub use perform::{File, Performed, Request, Seen};
pub use recent::Note;
pub use usage::{Kind, UsageNow, describe_metrics};

use async_trait::async_trait;
use vatra_core::grants::Grant;
use vatra_core::ids::{Name, TenantId};
use vatra_core::manifest::Manifest;
use vatra_core::store::Installed;

/// A module's component with its manifest, already verified against its digest.
pub struct Loaded {
    /// The manifest.
    pub manifest: Manifest,
    /// The component's bytes.
    pub component: Vec<u8>,
}

/// Where components come from, and who may run them.
#[async_trait]
pub trait Modules: Send + Sync {
    /// The component with this digest (SHA-256, hexadecimal).
    ///
    /// # Errors
    /// In words for the operator, when it is missing or was tampered with.
    async fn load(&self, digest: &str) -> Result<Loaded, String>;
    /// Whether a municipality may run what it installed, with these grants: asked whenever an install is made ready, and answered offline.
    ///
    /// # Errors
    /// [`CallError::Refused`] with the reason; [`CallError::Store`].
    async fn admitted(&self, tenant: TenantId, installed: &Installed, grants: &[Grant]) -> Result<(), CallError>;
    /// Whether an install that was admitted still would be, as far as trust and stops decide that.
    fn still_admitted(&self, tenant: TenantId, module: &Name) -> bool;
}
