//! `vatra tenant list|add`: municipalities.

use super::{Reply, Result, name, text};
use crate::app::{App, AppError, By};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use vatra_core::call::Tenant;
use vatra_core::ident::Idno;
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
    /// 13 digits; empty while it is not known.
    #[serde(default)]
    pub idno: String,
}

/// What is to be changed of a municipality.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Change {
    /// Its place in addresses.
    pub slug: String,
    /// 13 digits.
    pub idno: String,
}

fn data(tenant: &Tenant) -> Json {
    json!({ "slug": tenant.slug, "name": tenant.name, "district": tenant.district, "cuatm": tenant.cuatm, "idno": tenant.idno })
}

pub(super) async fn list(app: &App) -> Result<Reply> {
    let tenants = app.store.tenants().await?;
    let rows: Vec<Vec<String>> = tenants
        .iter()
        .map(|tenant| {
            vec![tenant.slug.to_string(), tenant.name.clone(), tenant.district.clone(), tenant.cuatm.clone(), tenant.idno.clone()]
        })
        .collect();
    let text = text::table(&["slug", "name", "district", "CUATM", "IDNO"], &rows);
    Ok(Reply::done(text, json!({ "municipalities": tenants.iter().map(data).collect::<Vec<_>>() })))
}

pub(super) async fn add(app: &App, add: Add) -> Result<Reply> {
    let idno = if add.idno.is_empty() { String::new() } else { idno(&add.idno)? };
    let (id, slug) = (TenantId::fresh(), name(&add.slug)?);
    let tenant = Tenant { id, slug, name: add.name, district: add.district, cuatm: add.cuatm, idno };
    app.add_tenant(&tenant, By::OPERATOR).await?;
    Ok(Reply::done(format!("{} ({}) was added.", tenant.name, tenant.slug), json!({ "municipality": data(&tenant) })))
}

pub(super) async fn set(app: &App, change: Change) -> Result<Reply> {
    let tenant = app.tenant(&change.slug).await?;
    let tenant = Tenant { idno: idno(&change.idno)?, ..tenant };
    app.change_tenant(&tenant, By::OPERATOR).await?;
    Ok(Reply::done(format!("{} ({}) was changed.", tenant.name, tenant.slug), json!({ "municipality": data(&tenant) })))
}

fn idno(text: &str) -> Result<String> {
    Idno::new(text).map(|idno| idno.as_str().to_owned()).map_err(|error| AppError::Usage(format!("--idno: {error}")).into())
}
