//! Modules of a demo: signed by a publisher that this host invents, approved by nobody. What is approved so counts on hosts whose data are invented and
//! nowhere else.

use super::installs::{Approved, Choices, Offer};
use super::{App, AppError, By};
use std::sync::Arc;
use vatra_core::call::Tenant;
use vatra_core::clock::Instant;
use vatra_core::grants::Grant;
use vatra_core::ids::Name;
use vatra_core::seal::MasterKey;
use vatra_registry::Package;
use vatra_trust::{Approval, Keyring, Permission, PrivateKey, Publication, Statement};

/// The publisher's name where the module names none.
const NAME: &str = "invented";
/// How long its keys hold, in seconds.
const HOLDS: i64 = 4 * 365 * 24 * 3_600;

/// A publisher whose key comes from the host's master key, so that hosts that share it know each other's.
pub(super) struct Publisher {
    seed: [u8; 32],
}

impl Publisher {
    pub(super) fn of(master: &MasterKey) -> Self {
        Self { seed: master.derive(&[b"vatra invented publisher v1"]) }
    }
}

impl App {
    /// Whether all data are invented, so that modules count as signed and approved.
    pub fn is_invented(&self) -> bool {
        self.trust.is_invented()
    }

    /// Installs a package in a host whose data are invented, as if it had been published, signed and approved as far as it asks. Nothing is granted by
    /// that.
    ///
    /// # Errors
    /// [`AppError`]: the package is refused before anything is stored; [`AppError::Usage`] when the data are not invented.
    pub async fn install(&self, tenant: &Tenant, bytes: &[u8], by: By) -> Result<Arc<Package>, AppError> {
        if !self.trust.is_invented() {
            let mend = "offer it with its publisher's signature, and have an administrator approve it by MSign";
            return Err(AppError::Usage(format!("a bare component is installed in a demo only: {mend}")));
        }
        let mut offer = Offer::of_component(bytes)?;
        let words = self.packages.look(bytes)?;
        let manifest = &words.package.manifest;
        let publisher = match &manifest.publisher_id {
            Some(publisher) => publisher.clone(),
            None => Name::new(NAME).map_err(|error| AppError::Usage(error.to_string()))?,
        };
        let (key, now) = (PrivateKey::from_seed(self.invented.seed), self.clock.now());
        if self.trust.known().keyring(&publisher).is_none() {
            // A demo's clock is put forward and back.
            let (from, until) = (Instant(now.0 - HOLDS * 250), Instant(now.0 + HOLDS * 750));
            let keyring = Keyring::begin(&publisher, "Demo", &key, from, until);
            self.trust_publisher(&keyring.to_json(), Some(&key.public().id())).await?;
        }
        let publication = Publication {
            publisher,
            module: manifest.name.clone(),
            version: manifest.semver().map_err(|error| AppError::Usage(format!("version '{}': {error}", manifest.version)))?,
            manifest: offer.digest(),
            component: vatra_core::digest::Digest::of(bytes),
            at: now,
        };
        offer.signatures.push(Statement::Publication(publication).sign(&[&key]).to_json());
        let admitted = self.admit(&offer).await?;
        let plan = self.plan(tenant, &admitted.manifest, &Choices::default(), by).await?;
        let proposed = self.propose(tenant, &plan, by).await?;
        self.approve(tenant, proposed.id, Approved::Invented, by).await?;
        Ok(admitted.package)
    }

    /// In a demo: approves what is installed anew, with this grant besides.
    pub(super) async fn approve_besides(&self, tenant: &Tenant, approval: &Approval, grant: &Grant, by: By) -> Result<(), AppError> {
        let permission = Permission {
            parameters: grant.parameters.clone(),
            settings: grant.settings.clone(),
            legal_basis: grant.legal_basis.clone(),
            until: grant.until,
        };
        let choices = Choices { permissions: [(grant.capability.clone(), permission)].into(), ..Choices::default() };
        let plan = self.plan(tenant, &approval.manifest, &choices, by).await?;
        let proposed = self.propose(tenant, &plan, by).await?;
        self.approve(tenant, proposed.id, Approved::Invented, by).await.map(|_| ())
    }
}
