//! `vatra tenant list|add`: municipalities.

use super::{Reply, Result, name, text};
use crate::app::{App, By};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use vatra_core::call::Tenant;
use vatra_core::ids::TenantId;

/// A municipality to be added.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Add {
    /// Its place in addresses.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// Raion.
    pub district: String,
    /// 7 digits.
    pub cuatm: String,
}

fn data(tenant: &Tenant) -> Json {
    json!({ "slug": tenant.slug, "name": tenant.name, "district": tenant.district, "cuatm": tenant.cuatm })
}

pub(super) async fn list(app: &App) -> Result<Reply> {
    let tenants = app.store.tenants().await?;
    let rows: Vec<Vec<String>> = tenants
        .iter()
        .map(|tenant| vec![tenant.slug.to_string(), tenant.name.clone(), tenant.district.clone(), tenant.cuatm.clone()])
        .collect();
    let text = text::table(&["slug", "name", "district", "CUATM"], &rows);
    Ok(Reply::done(text, json!({ "municipalities": tenants.iter().map(data).collect::<Vec<_>>() })))
}

pub(super) async fn add(app: &App, add: Add) -> Result<Reply> {
    let tenant = Tenant { id: TenantId::fresh(), slug: name(&add.slug)?, name: add.name, district: add.district, cuatm: add.cuatm };
    app.add_tenant(&tenant, By::OPERATOR).await?;
    Ok(Reply::done(format!("{} ({}) was added.", tenant.name, tenant.slug), json!({ "municipality": data(&tenant) })))
}
