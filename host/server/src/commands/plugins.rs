//! `vatra plugin list|disable|enable|budget`: modules of a municipality.

use super::fault::Refusal;
use super::{Reply, Result, by, grants, name, text};
use crate::app::{App, By, GrantChange};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;
use vatra_capabilities::budget::{Budget, Limits};
use vatra_core::call::Tenant;

/// A module to be disabled or enabled.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Set {
    /// The municipality's slug.
    pub municipality: String,
    /// The module.
    pub module: String,
    /// Which of the two.
    pub enabled: bool,
    /// As which administrator; the operator when absent.
    pub person: Option<String>,
}

/// Budgets of a module to be changed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Budgets {
    /// The municipality's slug.
    pub municipality: String,
    /// The module.
    pub module: String,
    /// Values by code; none puts the host's usual limit back.
    pub changes: BTreeMap<String, Option<u64>>,
    /// As which administrator; the operator when absent.
    pub person: Option<String>,
}

pub(super) async fn budgets(app: &App, budgets: Budgets) -> Result<Reply> {
    let tenant = app.tenant(&budgets.municipality).await?;
    let module = name(&budgets.module)?;
    if !budgets.changes.is_empty() {
        // What a machine can bear is for whoever runs it to say.
        if budgets.person.is_some() {
            return Err(Refusal::Role("budgets are adjusted by the operator of the host".into()));
        }
        app.set_budgets(&tenant, &module, &budgets.changes, crate::app::By::OPERATOR).await?;
    }
    let binding = app.runtime.binding(tenant.id, &module).await?;
    let ceilings = app.runtime.ceilings();
    let rows: Vec<Vec<String>> = Budget::ALL
        .iter()
        .map(|budget| {
            let value = |limits: &Limits| format!("{} {}", limits.get(*budget), budget.unit());
            vec![budget.code().to_owned(), value(&binding.limits), value(&ceilings)]
        })
        .collect();
    let data: serde_json::Map<String, Json> = Budget::ALL
        .iter()
        .map(|budget| {
            let of = json!({ "value": binding.limits.get(*budget), "ceiling": ceilings.get(*budget), "unit": budget.unit() });
            (budget.code().to_owned(), of)
        })
        .collect();
    let text = text::table(&["budget", "a call may use", "at most"], &rows);
    Ok(Reply::done(text, json!({ "municipality": tenant.slug, "module": module, "budgets": data })))
}

/// Installs in a demo.
pub(super) async fn installed(app: &App, tenant: &Tenant, bytes: &[u8], grant_all: bool, by: By) -> Result<Reply> {
    let package = app.install(tenant, bytes, by).await?;
    let module = &package.manifest.name;
    if grant_all {
        for capability in package.manifest.capabilities.keys() {
            app.grant(tenant, module, capability, GrantChange::default(), by).await?;
        }
    }
    let view = app.module(tenant, module).await?;
    let mut lines =
        vec![format!("{module} {} is installed in {}.", package.manifest.version, tenant.name), format!("digest {}", package.digest)];
    let withheld: Vec<&str> =
        view.grants.iter().filter(|grant| grants::standing(app, grant) != "granted").map(|grant| grant.capability.as_str()).collect();
    if !withheld.is_empty() {
        lines.push(format!("It asks for {}, not granted yet: vatra grant add {} {module} CAPABILITY", withheld.join(", "), tenant.slug));
    }
    lines.extend(view.grants.iter().flat_map(grants::missing_settings).map(|(capability, setting)| {
        format!("Still needed: vatra grant add {} {module} {capability} --setting {setting}=IBAN", tenant.slug)
    }));
    let json = json!({
        "municipality": tenant.slug, "module": module, "version": package.manifest.version, "digest": package.digest,
        "imports": package.imports, "capabilities": view.grants.iter().map(|grant| grants::data(app, grant)).collect::<Vec<_>>(),
    });
    Ok(Reply::done(lines.join("\n"), json))
}

pub(super) async fn list(app: &App, municipality: &str) -> Result<Reply> {
    let tenant = app.tenant(municipality).await?;
    let mut rows = Vec::new();
    let mut modules: Vec<Json> = Vec::new();
    // Each for itself, so that one damaged package does not hide the others.
    for installed in app.store.installed(tenant.id).await? {
        let (standing, fault) = match app.module(&tenant, &installed.module).await {
            Err(error) => ("unusable", Some(error.to_string())),
            Ok(_) if installed.disabled_at.is_some() => ("disabled", None),
            Ok(_) => ("enabled", None),
        };
        rows.push(vec![
            installed.module.to_string(),
            installed.version.clone(),
            standing.to_owned(),
            installed.digest.clone(),
            fault.clone().unwrap_or_default(),
        ]);
        modules.push(json!({
            "module": installed.module, "version": installed.version, "digest": installed.digest, "standing": standing, "fault": fault,
            "installed-at": installed.installed_at.rfc3339(), "disabled-at": installed.disabled_at.map(|at| at.rfc3339()),
        }));
    }
    let text = if rows.is_empty() {
        format!("{} has no modules.", tenant.name)
    } else {
        text::table(&["module", "version", "standing", "digest", ""], &rows)
    };
    Ok(Reply::done(text, json!({ "municipality": tenant.slug, "modules": modules })))
}

pub(super) async fn set(app: &App, set: Set) -> Result<Reply> {
    let tenant = app.tenant(&set.municipality).await?;
    let by = by(app, &tenant, set.person.as_deref()).await?;
    let module = name(&set.module)?;
    app.set_enabled(&tenant, &module, set.enabled, by).await?;
    if set.enabled {
        app.deliver_due().await?;
    }
    let word = if set.enabled { "enabled" } else { "disabled" };
    let text = format!("{module} is {word} in {}. Its data are untouched.", tenant.name);
    Ok(Reply::done(text, json!({ "municipality": tenant.slug, "module": module, "standing": word })))
}
