//! `vatra tenant people`: a municipality's officials.

use super::{Reply, Result, name, text};
use crate::app::{App, By};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use std::collections::BTreeSet;
use vatra_core::call::Official;
use vatra_core::ids::{Name, SubjectId};

/// An official to be added, or whose roles are to change.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Put {
    /// The municipality's slug.
    pub municipality: String,
    /// For the command line: `perceptor`.
    pub handle: String,
    /// First name, last name.
    pub name: String,
    /// 13 digits.
    pub idnp: String,
    /// Their roles from now on.
    pub roles: Vec<String>,
}

fn data(official: &Official) -> Json {
    json!({ "handle": official.handle, "name": official.name, "roles": official.roles, "person": official.person })
}

fn roles(official: &Official) -> String {
    official.roles.iter().map(Name::as_str).collect::<Vec<_>>().join(", ")
}

pub(super) async fn list(app: &App, municipality: &str) -> Result<Reply> {
    let tenant = app.tenant(municipality).await?;
    let officials = app.store.officials(tenant.id).await?;
    let rows: Vec<Vec<String>> =
        officials.iter().map(|official| vec![official.handle.to_string(), official.name.clone(), roles(official)]).collect();
    let text = text::table(&["handle", "name", "roles"], &rows);
    Ok(Reply::done(text, json!({ "municipality": tenant.slug, "people": officials.iter().map(data).collect::<Vec<_>>() })))
}

pub(super) async fn put(app: &App, put: Put) -> Result<Reply> {
    let tenant = app.tenant(&put.municipality).await?;
    let roles_given = put.roles.iter().map(|role| name(role)).collect::<Result<BTreeSet<_>>>()?;
    let official = Official { person: SubjectId::fresh(), handle: name(&put.handle)?, name: put.name, idnp: put.idnp, roles: roles_given };
    app.put_official(&tenant, &official, By::OPERATOR).await?;
    // The municipality may have known the person by another id.
    let official = app.official(&tenant, official.handle.as_str()).await?;
    let text = format!("{} is '{}' in {}: {}", official.name, official.handle, tenant.name, roles(&official));
    Ok(Reply::done(text, json!({ "municipality": tenant.slug, "person": data(&official) })))
}
