//! Public services: which of them a municipality's modules handle, and that no two handle the same.

use super::{App, AppError, Packages};
use async_trait::async_trait;
use std::sync::Arc;
use vatra_core::call::Tenant;
use vatra_core::cases;
use vatra_core::ids::{Name, TenantId};
use vatra_core::manifest::{CapabilityRequest, Manifest, Param};
use vatra_core::services::{Offered, ServiceDirectory};
use vatra_core::store::{Store, StoreError};

/// Services of the modules that are installed and enabled.
pub(super) struct Installed {
    pub(super) store: Arc<dyn Store>,
    pub(super) packages: Arc<Packages>,
}

#[async_trait]
impl ServiceDirectory for Installed {
    async fn services(&self, tenant: TenantId) -> Result<Vec<Offered>, StoreError> {
        let mut out = Vec::new();
        for installed in self.store.installed(tenant).await?.into_iter().filter(|installed| installed.disabled_at.is_none()) {
            // Its own page says what is wrong with a package that cannot be read.
            let Ok(words) = self.packages.words(&installed.digest) else { continue };
            let manifest = &words.package.manifest;
            out.extend(manifest.services.iter().map(|service| Offered {
                module: installed.module.clone(),
                asks_for:
                    manifest.capabilities.iter().filter(|(name, request)| hears(name, request)).map(|(name, _)| name.clone()).collect(),
                service: service.clone(),
            }));
        }
        out.sort_by(|one, other| one.service.code.cmp(&other.service.code));
        Ok(out)
    }
}

/// Whether a module that asks for a capability is told of what concerns its services: who only hands applications in handles none.
fn hears(capability: &Name, request: &CapabilityRequest) -> bool {
    capability.as_str() != cases::SERVICE
        || matches!(request.parameters.get("parts"), Some(Param::Set(parts)) if parts.contains("handling"))
}

impl App {
    /// Refuses a module that handles a service which another one handles here, enabled or not: applications and visitors could not tell whose they are.
    pub(super) async fn check_services(&self, tenant: &Tenant, module: &Name, manifest: &Manifest) -> Result<(), AppError> {
        if manifest.services.is_empty() {
            return Ok(());
        }
        for other in self.store.installed(tenant.id).await?.into_iter().filter(|other| other.module != *module) {
            let Ok(words) = self.packages.words(&other.digest) else { continue };
            if let Some(both) = manifest.services.iter().find(|service| words.package.manifest.service(service.code.as_str()).is_some()) {
                return Err(AppError::Usage(format!(
                    "the service '{}' is handled by {} already: of two modules that handle the same service a municipality has one",
                    both.code, other.module
                )));
            }
        }
        Ok(())
    }
}
