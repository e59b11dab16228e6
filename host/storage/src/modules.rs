//! Installed modules and their grants.

use crate::changes;
use crate::db::{Pools, Row, Tx, json, params};
use crate::fault::Fault;
use crate::packages;
use std::collections::HashMap;
use uuid::Uuid;
use vatra_core::clock::Instant;
use vatra_core::grants::Grant;
use vatra_core::ids::{ApprovalId, Name, TenantId};
use vatra_core::packages::RestsOn;
use vatra_core::store::{Installations, Installed};

/// A query for a tenant's installed modules, by name.
pub(crate) const INSTALLED: &str = "SELECT installed.module, digest, version, disabled_at, installed_at, budgets, installed.manifest, approval, sealed \
     FROM installed LEFT JOIN approvals ON approvals.tenant = installed.tenant AND approvals.id = installed.approval \
     WHERE installed.tenant = ? ORDER BY installed.module";
/// A query for the grants to a tenant's module, by capability.
pub(crate) const GRANTS: &str = "SELECT body FROM grants WHERE tenant = ? AND module = ? ORDER BY capability";

/// Reads an installed module whose columns begin here.
pub(crate) fn installed(row: &Row, first: usize) -> Result<Installed, Fault> {
    Ok(Installed {
        module: row.name(first)?,
        digest: row.get(first + 1)?,
        version: row.get(first + 2)?,
        disabled_at: row.get::<Option<i64>>(first + 3)?.map(Instant),
        installed_at: Instant(row.get(first + 4)?),
        budgets: row.json(first + 5)?,
        rests_on: rests_on(row, first + 6)?,
    })
}

fn rests_on(row: &Row, first: usize) -> Result<Option<RestsOn>, Fault> {
    let manifest = row.get::<Option<String>>(first)?;
    let (approval, sealed) = (row.get::<Option<Uuid>>(first + 1)?, row.get::<Option<String>>(first + 2)?);
    let (Some(manifest), Some(approval), Some(sealed)) = (manifest, approval, sealed) else { return Ok(None) };
    Ok(Some(RestsOn { manifest: packages::digest(&manifest)?, approval: ApprovalId(approval), sealed }))
}

/// See [`vatra_core::store::Platform::installations`].
pub(crate) async fn all(pools: &Pools) -> Result<Vec<Installations>, Fault> {
    let (mut tx, tenants) = pools.read("SELECT id, slug, name, district, cuatm, idno FROM tenants ORDER BY slug", vec![]).await?;
    let mut grants: HashMap<(Uuid, String), Vec<Grant>> = HashMap::new();
    for row in tx.rows("SELECT tenant, module, body FROM grants ORDER BY tenant, module, capability", vec![]).await? {
        grants.entry((row.get(0)?, row.get(1)?)).or_default().push(row.json(2)?);
    }
    let sql = "SELECT installed.module, digest, version, disabled_at, installed_at, budgets, installed.manifest, approval, sealed, installed.tenant \
         FROM installed LEFT JOIN approvals ON approvals.tenant = installed.tenant AND approvals.id = installed.approval \
         ORDER BY installed.tenant, installed.module";
    let mut modules: HashMap<Uuid, Vec<(Installed, Vec<Grant>)>> = HashMap::new();
    for row in tx.rows(sql, vec![]).await? {
        let (tenant, installed) = (row.get::<Uuid>(9)?, installed(&row, 0)?);
        let granted = grants.remove(&(tenant, installed.module.as_str().to_owned())).unwrap_or_default();
        modules.entry(tenant).or_default().push((installed, granted));
    }
    tx.rollback().await;
    let each = |row: &Row| {
        let tenant = crate::platform::tenant(row)?;
        let modules = modules.remove(&tenant.id.0).unwrap_or_default();
        Ok((tenant, modules))
    };
    tenants.iter().map(each).collect()
}

/// Installs or replaces.
pub(crate) async fn put_installed(tx: &mut Tx, tenant: TenantId, module: &Installed) -> Result<(), Fault> {
    let sql = "INSERT INTO installed (tenant, module, digest, version, disabled_at, installed_at, budgets, manifest, approval) \
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (tenant, module) DO UPDATE SET digest = EXCLUDED.digest, version = EXCLUDED.version, \
         disabled_at = EXCLUDED.disabled_at, installed_at = EXCLUDED.installed_at, budgets = EXCLUDED.budgets, \
         manifest = EXCLUDED.manifest, approval = EXCLUDED.approval";
    let disabled_at = module.disabled_at.map(|at| at.0);
    let name = module.module.as_str();
    let (digest, version, budgets) = (module.digest.as_str(), module.version.as_str(), json(&module.budgets)?);
    let manifest = module.rests_on.as_ref().map(|on| on.manifest.to_string());
    let approval = module.rests_on.as_ref().map(|on| on.approval.0);
    tx.execute(sql, params![tenant.0, name, digest, version, disabled_at, module.installed_at.0, budgets, manifest, approval]).await?;
    changes::announce(tx, tenant, &module.module).await
}

/// Gives or changes a grant.
pub(crate) async fn put_grant(tx: &mut Tx, tenant: TenantId, module: &Name, grant: &Grant) -> Result<(), Fault> {
    write_grant(tx, tenant, module, grant).await?;
    changes::announce(tx, tenant, module).await
}

/// The same, as a part of what hosts are told of once.
pub(crate) async fn write_grant(tx: &mut Tx, tenant: TenantId, module: &Name, grant: &Grant) -> Result<(), Fault> {
    let sql = "INSERT INTO grants (tenant, module, capability, body) VALUES (?, ?, ?, ?) \
         ON CONFLICT (tenant, module, capability) DO UPDATE SET body = EXCLUDED.body";
    tx.execute(sql, params![tenant.0, module.as_str(), grant.capability.as_str(), json(grant)?]).await?;
    Ok(())
}
