//! Administering a municipality: modules, grants, the audit trail. Every change is in the trail with the change itself.

use super::{App, AppError};
use serde_json::json;
use std::collections::BTreeMap;
use vatra_capabilities::budget::Budget;
use vatra_core::audit::{AuditEntry, AuditKind, AuditRow, Verification};
use vatra_core::call::{CITIZEN, Channel, GUEST, Official, Tenant};
use vatra_core::grants::{self, Grant};
use vatra_core::ids::{CallId, Name, SubjectId};
use vatra_core::manifest::{CapabilityRequest, Manifest, Param};
use vatra_core::store::{AuditFilter, Installed};

/// Addresses of the portal itself, where a municipality's would be.
const RESERVED_SLUGS: [&str; 10] = ["assets", "auth", "cases", "check", "emulators", "evo", "healthz", "mpay", "signin", "signout"];
/// And where a module's would be.
pub(super) const RESERVED_MODULES: [&str; 8] = ["acting", "acts", "admin", "cases", super::HOST, "search", "signing", "tasks"];

/// Who administers, and by which way.
#[derive(Clone, Copy, Debug)]
pub struct By {
    /// None for the operator.
    pub person: Option<SubjectId>,
    /// Portal or command line.
    pub channel: Channel,
}

impl By {
    /// The operator at the command line.
    pub const OPERATOR: Self = Self { person: None, channel: Channel::CommandLine };
}

/// A module as the administrator sees it.
pub struct InstalledView {
    /// As stored.
    pub installed: Installed,
    /// Its manifest.
    pub manifest: Manifest,
    /// Its capabilities, as asked for and as granted.
    pub grants: Vec<GrantView>,
}

/// A capability as the administrator sees it.
pub struct GrantView {
    /// Which.
    pub capability: Name,
    /// What the module asks for.
    pub request: CapabilityRequest,
    /// What the municipality gave, if anything; revoked ones too.
    pub grant: Option<Grant>,
}

/// What to grant.
#[derive(Clone, Debug, Default)]
pub struct GrantChange {
    /// How far it reaches; a parameter that is left out is granted as asked.
    pub parameters: BTreeMap<String, Param>,
    /// What the municipality knows: `account.local-budget` → IBAN.
    pub settings: BTreeMap<String, String>,
    /// The law it rests on; the manifest's when empty.
    pub legal_basis: String,
    /// Last day.
    pub until: Option<chrono::NaiveDate>,
}

impl App {
    pub(crate) fn row(&self, by: By, kind: AuditKind, module: Option<&Name>, what: &str, detail: &serde_json::Value) -> AuditEntry {
        AuditEntry {
            at: self.clock.now(),
            kind,
            call: CallId::fresh(),
            actor: by.person,
            channel: by.channel,
            module: module.cloned(),
            what: what.to_owned(),
            detail: detail.to_string(),
            legal_basis: String::new(),
            about: Vec::new(),
        }
    }

    /// Adds a municipality.
    ///
    /// # Errors
    /// [`AppError::Store`] when the slug is taken.
    pub async fn add_tenant(&self, tenant: &Tenant, by: By) -> Result<(), AppError> {
        if tenant.cuatm.len() != 7 || !tenant.cuatm.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(AppError::Usage("a CUATM code has 7 digits".into()));
        }
        if RESERVED_SLUGS.contains(&tenant.slug.as_str()) {
            return Err(AppError::Usage(format!("'{}' is an address of the portal itself: choose another", tenant.slug)));
        }
        self.store.add_tenant(tenant).await?;
        let row = self.row(by, AuditKind::Administration, None, "tenant-add", &json!({ "slug": tenant.slug }));
        Ok(self.store.audit(tenant.id, vec![row]).await?)
    }

    /// Changes what a municipality is called and known by.
    ///
    /// # Errors
    /// [`AppError::Store`] when there is none.
    pub async fn change_tenant(&self, tenant: &Tenant, by: By) -> Result<(), AppError> {
        self.store.change_tenant(tenant).await?;
        self.forget(tenant.id);
        let row = self.row(by, AuditKind::Administration, None, "tenant-change", &json!({ "idno": tenant.idno }));
        Ok(self.store.audit(tenant.id, vec![row]).await?)
    }

    /// Adds an official or changes their roles.
    ///
    /// # Errors
    /// [`AppError`].
    pub async fn put_official(&self, tenant: &Tenant, official: &Official, by: By) -> Result<(), AppError> {
        vatra_core::ident::Idnp::new(&official.idnp).map_err(|error| AppError::Usage(format!("IDNP: {error}")))?;
        if let Some(role) = official.roles.iter().find(|role| [CITIZEN, GUEST].contains(&role.as_str())) {
            return Err(AppError::Usage(format!("'{role}' is no office: the host gives it to people on their phones")));
        }
        let row = self.row(by, AuditKind::Administration, None, "official-put", &json!({ "roles": official.roles }));
        self.store.audit(tenant.id, vec![row]).await?;
        let put = self.store.put_official(tenant.id, official).await;
        // Also when it is not known whether it was put.
        self.forget(tenant.id);
        Ok(put?)
    }

    /// Takes an official's access away; what they did stays, under their name.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when nobody holds the handle.
    pub async fn drop_official(&self, tenant: &Tenant, handle: &Name, by: By) -> Result<(), AppError> {
        let row = self.row(by, AuditKind::Administration, None, "official-drop", &json!({ "handle": handle }));
        let dropped = self.store.drop_official(tenant.id, handle, row).await;
        self.forget(tenant.id);
        if dropped? { Ok(()) } else { Err(AppError::NotFound(format!("official {handle}"))) }
    }

    /// Disables or enables a module; its data stays.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when it is not installed.
    pub async fn set_enabled(&self, tenant: &Tenant, module: &Name, enabled: bool, by: By) -> Result<(), AppError> {
        let mut installed = self.installed(tenant, module).await?;
        installed.disabled_at = if enabled { None } else { Some(self.clock.now()) };
        let row = self.row(by, AuditKind::Module, Some(module), if enabled { "enable" } else { "disable" }, &json!({}));
        let put = self.store.put_installed(tenant.id, &installed, row).await;
        self.changed(tenant, module).await?;
        Ok(put?)
    }

    /// Changes what a call of a module may use here; none puts a budget back to the host's usual limit.
    ///
    /// # Errors
    /// [`AppError::Usage`] when there is no such budget or it is above the host's ceiling; [`AppError::NotFound`].
    pub async fn set_budgets(
        &self,
        tenant: &Tenant,
        module: &Name,
        changes: &BTreeMap<String, Option<u64>>,
        by: By,
    ) -> Result<(), AppError> {
        self.set_budgets_because(tenant, module, changes, "", by).await
    }

    /// The same, with what the administrator gave as the reason.
    ///
    /// # Errors
    /// As [`Self::set_budgets`].
    pub async fn set_budgets_because(
        &self,
        tenant: &Tenant,
        module: &Name,
        changes: &BTreeMap<String, Option<u64>>,
        reason: &str,
        by: By,
    ) -> Result<(), AppError> {
        let mut installed = self.installed(tenant, module).await?;
        let ceilings = self.runtime.ceilings();
        for (code, value) in changes {
            let Some(budget) = Budget::from_code(code) else {
                return Err(AppError::Usage(format!(
                    "there is no budget '{code}'; there are {}",
                    Budget::ALL.map(Budget::code).join(", ")
                )));
            };
            let ceiling = ceilings.get(budget);
            match value {
                Some(value) if *value > ceiling || *value == 0 => {
                    return Err(AppError::Usage(format!(
                        "'{code}' is from 1 to {ceiling} {}: more is for the host's engine.toml",
                        budget.unit()
                    )));
                }
                Some(value) => {
                    installed.budgets.insert(code.clone(), *value);
                }
                None => {
                    installed.budgets.remove(code);
                }
            }
        }
        let mut detail = json!({ "budgets": installed.budgets });
        if let (Some(detail), false) = (detail.as_object_mut(), reason.is_empty()) {
            detail.insert("reason".into(), reason.into());
        }
        let row = self.row(by, AuditKind::Module, Some(module), "budgets", &detail);
        let put = self.store.put_installed(tenant.id, &installed, row).await;
        self.changed(tenant, module).await?;
        Ok(put?)
    }

    pub(super) async fn installed(&self, tenant: &Tenant, module: &Name) -> Result<Installed, AppError> {
        let found = self.store.installed(tenant.id).await?.into_iter().find(|installed| installed.module == *module);
        found.ok_or_else(|| AppError::NotFound(format!("{} has no module '{module}'", tenant.name)))
    }

    /// Installed modules with their grants.
    ///
    /// # Errors
    /// [`AppError`]; a tampered package is an error with both digests.
    pub async fn modules(&self, tenant: &Tenant) -> Result<Vec<InstalledView>, AppError> {
        let mut out = Vec::new();
        for installed in self.store.installed(tenant.id).await? {
            out.push(self.module_view(tenant, installed).await?);
        }
        Ok(out)
    }

    /// One installed module with its grants.
    ///
    /// # Errors
    /// As [`Self::modules`]; [`AppError::NotFound`].
    pub async fn module(&self, tenant: &Tenant, module: &Name) -> Result<InstalledView, AppError> {
        let installed = self.installed(tenant, module).await?;
        self.module_view(tenant, installed).await
    }

    async fn module_view(&self, tenant: &Tenant, installed: Installed) -> Result<InstalledView, AppError> {
        let (package, _) = self.packages.read(&installed.digest)?;
        let given = self.store.grants(tenant.id, &installed.module).await?;
        let grants = package
            .manifest
            .capabilities
            .iter()
            .map(|(capability, request)| GrantView {
                capability: capability.clone(),
                request: request.clone(),
                grant: given.iter().find(|grant| grant.capability == *capability).cloned(),
            })
            .collect();
        Ok(InstalledView { installed, manifest: package.manifest, grants })
    }

    /// Grants a capability, or changes what was granted.
    ///
    /// # Errors
    /// [`AppError::Usage`] when the module does not ask for it or a parameter is not among those it asks for.
    pub async fn grant(&self, tenant: &Tenant, module: &Name, capability: &Name, change: GrantChange, by: By) -> Result<(), AppError> {
        let installed = self.installed(tenant, module).await?;
        let admitted = self.packages.words(&installed.digest)?;
        let capabilities = &admitted.package.manifest.capabilities;
        let Some(asked) = capabilities.get(capability) else {
            let known: Vec<&str> = capabilities.keys().map(Name::as_str).collect();
            return Err(AppError::Usage(format!("{module} does not ask for '{capability}'; it asks for {}", known.join(", "))));
        };
        for name in change.parameters.keys() {
            if !asked.parameters.contains_key(name) {
                let known: Vec<&str> = asked.parameters.keys().map(String::as_str).collect();
                return Err(AppError::Usage(format!("'{capability}' has no parameter '{name}'; it has {}", known.join(", "))));
            }
        }
        // Found here rather than when somebody wants to pay.
        let settings = grants::settings_asked(capability.as_str(), asked);
        for (name, value) in &change.settings {
            let setting = settings.iter().find(|setting| setting.name == *name);
            let words = match setting.map(|setting| setting.kind.broken(value)) {
                None => "is not asked for",
                Some(None) => continue,
                Some(Some("treasury-account")) => "is not the IBAN of a treasury account (MD, two digits, TR…)",
                Some(Some("notice-template")) => "is not MNotify's id of a template (a UUID)",
                Some(Some(_)) => "has at most 100 characters",
            };
            return Err(AppError::Usage(format!("setting '{name}' {words}")));
        }
        // A parameter that is left out is as asked: what is approved says of each how far it reaches.
        let mut parameters = change.parameters;
        for (name, asked) in &asked.parameters {
            parameters.entry(name.clone()).or_insert_with(|| asked.clone());
        }
        let grant = Grant {
            capability: capability.clone(),
            parameters,
            settings: change.settings,
            legal_basis: change.legal_basis,
            until: change.until,
            granted_by: by.person,
            granted_at: self.clock.now(),
            revoked_at: None,
        };
        self.covered(tenant, &installed, &grant, by).await?;
        let reason = grant.legal_basis.clone();
        self.put_grant(tenant, module, &grant, "grant", &reason, by).await
    }

    /// Whether the approval that an install rests on goes as far as a grant. In a demo whoever grants approves by that.
    async fn covered(&self, tenant: &Tenant, installed: &Installed, grant: &Grant, by: By) -> Result<(), AppError> {
        let Some(on) = &installed.rests_on else { return Ok(()) };
        let (approval, _) = self.trust.unsealed(tenant.id, on)?;
        match approval.covers(grant) {
            Err(_) if self.trust.is_invented() => self.approve_besides(tenant, &approval, grant, by).await,
            covered => Ok(covered?),
        }
    }

    /// Revokes a grant, or restores it as it was.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when nothing was granted.
    pub async fn set_revoked(&self, tenant: &Tenant, module: &Name, capability: &Name, revoked: bool, by: By) -> Result<(), AppError> {
        self.set_revoked_because(tenant, module, capability, revoked, "", by).await
    }

    /// As [`Self::set_revoked`], with the decision or law that it rests on, which the trail keeps.
    ///
    /// # Errors
    /// As [`Self::set_revoked`].
    pub async fn set_revoked_because(
        &self,
        tenant: &Tenant,
        module: &Name,
        capability: &Name,
        revoked: bool,
        reason: &str,
        by: By,
    ) -> Result<(), AppError> {
        let given = self.store.grants(tenant.id, module).await?;
        let found = given.into_iter().find(|grant| grant.capability == *capability);
        let mut grant = found.ok_or_else(|| AppError::NotFound(format!("'{capability}' is not granted to {module}")))?;
        grant.revoked_at = if revoked { Some(self.clock.now()) } else { None };
        if !revoked {
            let installed = self.installed(tenant, module).await?;
            self.covered(tenant, &installed, &grant, by).await?;
        }
        self.put_grant(tenant, module, &grant, if revoked { "revoke" } else { "restore" }, reason, by).await
    }

    async fn put_grant(&self, tenant: &Tenant, module: &Name, grant: &Grant, what: &str, reason: &str, by: By) -> Result<(), AppError> {
        let detail = json!({ "capability": grant.capability, "parameters": grant.parameters, "until": grant.until });
        let row = AuditEntry { legal_basis: reason.to_owned(), ..self.row(by, AuditKind::Grant, Some(module), what, &detail) };
        let put = self.store.put_grant(tenant.id, module, grant, row).await;
        self.changed(tenant, module).await?;
        Ok(put?)
    }

    /// Tries everything again at once that waits or is parked for a module.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when nothing waits for it.
    pub async fn wake(&self, tenant: &Tenant, module: &Name, by: By) -> Result<(), AppError> {
        if !self.store.inbox_open(tenant.id).await?.iter().any(|item| item.module == *module) {
            return Err(AppError::NotFound(format!("nothing waits for {module}")));
        }
        let row = self.row(by, AuditKind::Administration, Some(module), "inbox-wake", &json!({}));
        self.store.audit(tenant.id, vec![row]).await?;
        self.store.inbox_wake(tenant.id, module, self.clock.now()).await?;
        self.arrived.notify_one();
        Ok(())
    }

    /// The module runs differently from now on (or may: also when it is not known whether the change was kept), and events that were held are
    /// told again.
    pub(super) async fn changed(&self, tenant: &Tenant, module: &Name) -> Result<(), AppError> {
        self.runtime.refresh(tenant.id, module);
        self.forget(tenant.id);
        self.store.inbox_wake(tenant.id, module, self.clock.now()).await?;
        self.store.jobs_wake(tenant.id, module, self.clock.now()).await?;
        self.arrived.notify_one();
        self.runtime.nudge();
        Ok(())
    }

    /// Rows of the audit trail, newest first.
    ///
    /// # Errors
    /// [`AppError::Store`].
    pub async fn audit(&self, tenant: &Tenant, filter: &AuditFilter) -> Result<Vec<AuditRow>, AppError> {
        Ok(self.store.audit_rows(tenant.id, filter).await?)
    }

    /// Writes that somebody takes rows of the trail away as a file.
    ///
    /// # Errors
    /// [`AppError::Store`]: then they do not get it.
    pub async fn trail_taken(&self, tenant: &Tenant, rows: usize, by: By) -> Result<(), AppError> {
        let row = self.row(by, AuditKind::Export, None, "audit", &json!({ "rows": rows }));
        Ok(self.store.audit(tenant.id, vec![row]).await?)
    }

    /// Proves the trail unbroken, or says where it is not.
    ///
    /// # Errors
    /// [`AppError::Store`].
    pub async fn verify_audit(&self, tenant: &Tenant) -> Result<Verification, AppError> {
        Ok(self.store.verify_audit(tenant.id).await?)
    }

    /// Writes that a person signed in, out, or was refused.
    ///
    /// # Errors
    /// [`AppError::Store`].
    pub async fn session_row(&self, tenant: &Tenant, person: Option<SubjectId>, what: &str) -> Result<(), AppError> {
        let row = self.row(By { person, channel: Channel::Portal }, AuditKind::Session, None, what, &json!({}));
        Ok(self.store.audit(tenant.id, vec![row]).await?)
    }

    /// Writes that a person was refused a page of the host itself.
    ///
    /// # Errors
    /// [`AppError::Store`].
    pub async fn refused(&self, tenant: &Tenant, person: Option<SubjectId>, what: &str) -> Result<(), AppError> {
        let by = By { person, channel: Channel::Portal };
        let row = self.row(by, AuditKind::Denial, None, what, &json!({ "rule": "role" }));
        Ok(self.store.audit(tenant.id, vec![row]).await?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_municipality_takes_an_address_of_the_portal_s() {
        let own = crate::web::route_list().into_iter().filter_map(|(_, path)| path.split('/').nth(1)).filter(|first| !first.is_empty());
        for first in own.filter(|first| !first.starts_with('{')) {
            assert!(RESERVED_SLUGS.contains(&first), "/{first} could be a municipality");
        }
    }
}
