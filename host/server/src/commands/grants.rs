//! `vatra grant add|remove|restore|list`: what modules of a municipality may do.

use super::fault::Refusal;
use super::{Reply, Result, by, name, text};
use crate::app::{App, GrantChange, GrantView, InstalledView};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;
use vatra_core::ids::Name;
use vatra_core::manifest::Param;
use vatra_core::value::Money;

/// A capability to be granted, or a grant to be replaced.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Add {
    /// The municipality's slug.
    pub municipality: String,
    /// The module.
    pub module: String,
    /// The capability.
    pub capability: String,
    /// How far it reaches: `services` → `local-taxes,rent`, `ceiling` → lei.
    pub parameters: Vec<(String, String)>,
    /// What the municipality knows: `account.local-budget` → IBAN.
    pub settings: Vec<(String, String)>,
    /// The law that it rests on.
    pub basis: Option<String>,
    /// Its last day, `YYYY-MM-DD`.
    pub until: Option<String>,
    /// As which administrator; the operator when absent.
    pub person: Option<String>,
}

/// A grant to be revoked or restored.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Set {
    /// The municipality's slug.
    pub municipality: String,
    /// The module.
    pub module: String,
    /// The capability.
    pub capability: String,
    /// Which of the two.
    pub revoked: bool,
    /// As which administrator; the operator when absent.
    pub person: Option<String>,
}

/// `granted`, `revoked`, `expired` or `not-granted`.
pub(super) fn standing(app: &App, view: &GrantView) -> &'static str {
    let today = app.clock.now().civil_date();
    match &view.grant {
        None => "not-granted",
        Some(grant) if grant.revoked_at.is_some() => "revoked",
        Some(grant) if grant.until.is_some_and(|until| until < today) => "expired",
        Some(_) => "granted",
    }
}

/// Accounts that the module may name and whose IBAN the grant does not say.
pub(super) fn missing_settings(view: &GrantView) -> Vec<(Name, String)> {
    let Some(Param::Set(accounts)) = view.request.parameters.get("accounts") else { return Vec::new() };
    let Some(grant) = &view.grant else { return Vec::new() };
    let missing = accounts.iter().map(|account| format!("account.{account}")).filter(|setting| !grant.settings.contains_key(setting));
    missing.map(|setting| (view.capability.clone(), setting)).collect()
}

/// A capability as data: what is asked for, what is given.
pub(super) fn data(app: &App, view: &GrantView) -> Json {
    json!({
        "capability": view.capability,
        "standing": standing(app, view),
        "asked": { "parameters": view.request.parameters, "legal-basis": view.request.legal_basis, "purpose": view.request.purpose },
        "grant": view.grant.as_ref().map(|grant| json!({
            "parameters": grant.parameters, "settings": grant.settings, "legal-basis": grant.legal_basis, "until": grant.until,
            "granted-by": grant.granted_by, "granted-at": grant.granted_at.rfc3339(), "revoked-at": grant.revoked_at.map(|at| at.rfc3339()),
        })),
    })
}

/// A parameter as typed: a ceiling in lei, other limits as whole numbers, sets with commas. What the manifest asks for says which.
fn parameter(asked: Option<&Param>, name: &str, typed: &str) -> Result<Param> {
    match asked {
        Some(Param::AtMost(_)) => {
            let number = if name == "ceiling" { Money::parse(typed).map(|money| money.0) } else { typed.trim().parse().ok() };
            let number = number.filter(|number| *number >= 0);
            let words = if name == "ceiling" { "an amount in lei" } else { "a whole number" };
            number.map(Param::AtMost).ok_or_else(|| Refusal::Usage(format!("parameter '{name}': '{typed}' is not {words}")))
        }
        // One that the module does not ask for is refused, by name, where the grant is made.
        Some(Param::Set(_)) | None => {
            Ok(Param::Set(typed.split(',').map(str::trim).filter(|member| !member.is_empty()).map(str::to_owned).collect()))
        }
    }
}

pub(super) async fn add(app: &App, add: Add) -> Result<Reply> {
    let tenant = app.tenant(&add.municipality).await?;
    let by = by(app, &tenant, add.person.as_deref()).await?;
    let (module, capability) = (name(&add.module)?, name(&add.capability)?);
    let view = app.module(&tenant, &module).await?;
    let asked = view.manifest.capabilities.get(&capability);
    let mut parameters = BTreeMap::new();
    for (name, typed) in &add.parameters {
        parameters.insert(name.clone(), parameter(asked.and_then(|asked| asked.parameters.get(name)), name, typed)?);
    }
    let until = match add.until {
        Some(text) => {
            let date: NaiveDate = text.parse().map_err(|_| Refusal::Usage(format!("'{text}' is not a date: write YYYY-MM-DD")))?;
            Some(date)
        }
        None => None,
    };
    let settings = add.settings.into_iter().collect();
    let change = GrantChange { parameters, settings, legal_basis: add.basis.unwrap_or_default(), until };
    app.grant(&tenant, &module, &capability, change, by).await?;
    app.deliver_due().await?;
    one(app, &tenant.slug, app.module(&tenant, &module).await?, &capability)
}

pub(super) async fn set(app: &App, set: Set) -> Result<Reply> {
    let tenant = app.tenant(&set.municipality).await?;
    let by = by(app, &tenant, set.person.as_deref()).await?;
    let (module, capability) = (name(&set.module)?, name(&set.capability)?);
    app.set_revoked(&tenant, &module, &capability, set.revoked, by).await?;
    app.deliver_due().await?;
    one(app, &tenant.slug, app.module(&tenant, &module).await?, &capability)
}

fn one(app: &App, municipality: &Name, view: InstalledView, capability: &Name) -> Result<Reply> {
    let missing = || crate::app::AppError::NotFound(format!("capability {capability}"));
    let grant = view.grants.iter().find(|grant| grant.capability == *capability).ok_or_else(missing)?;
    let module = &view.installed.module;
    let mut lines = vec![format!("{module}, {capability}: {}", standing(app, grant))];
    lines.extend(missing_settings(grant).into_iter().map(|(_, setting)| format!("Still needed: --setting {setting}=IBAN")));
    Ok(Reply::done(lines.join("\n"), json!({ "municipality": municipality, "module": module, "grant": data(app, grant) })))
}

pub(super) fn written(name: &str, param: &Param) -> String {
    match param {
        Param::AtMost(bani) if name == "ceiling" => format!("{name} ≤ {} lei", Money(*bani)),
        Param::AtMost(number) => format!("{name} ≤ {number}"),
        Param::Set(members) => format!("{name} = {}", members.iter().cloned().collect::<Vec<_>>().join(",")),
    }
}

pub(super) async fn list(app: &App, municipality: &str, module: Option<&str>) -> Result<Reply> {
    let tenant = app.tenant(municipality).await?;
    let views = match module {
        Some(module) => vec![app.module(&tenant, &name(module)?).await?],
        None => app.modules(&tenant).await?,
    };
    let mut rows = Vec::new();
    for view in &views {
        for grant in &view.grants {
            let given = grant.grant.as_ref();
            let reach: Vec<String> = grant
                .request
                .parameters
                .iter()
                .map(|(name, asked)| written(name, given.and_then(|given| given.parameters.get(name)).unwrap_or(asked)))
                .collect();
            let until = given.and_then(|given| given.until).map(|date| date.to_string()).unwrap_or_default();
            rows.push(vec![
                view.installed.module.to_string(),
                grant.capability.to_string(),
                standing(app, grant).to_owned(),
                until,
                reach.join("; "),
            ]);
        }
    }
    let modules: Vec<Json> = views
        .iter()
        .map(|view| json!({ "module": view.installed.module, "capabilities": view.grants.iter().map(|grant| data(app, grant)).collect::<Vec<_>>() }))
        .collect();
    let text = text::table(&["module", "capability", "standing", "until", "reach"], &rows);
    Ok(Reply::done(text, json!({ "municipality": tenant.slug, "modules": modules })))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ceiling_is_typed_in_lei() {
        let asked = Param::AtMost(100);
        assert_eq!(parameter(Some(&asked), "ceiling", "1 234,50").ok(), Some(Param::AtMost(123_450)));
        assert_eq!(parameter(Some(&asked), "rows", "12").ok(), Some(Param::AtMost(12)));
        assert!(parameter(Some(&asked), "ceiling", "-5").is_err());
        assert!(parameter(Some(&asked), "rows", "many").is_err());
    }

    #[test]
    fn sets_are_typed_with_commas() {
        let asked = Param::Set(["a".to_owned()].into());
        let given = Param::Set(["a".to_owned(), "b".to_owned()].into());
        assert_eq!(parameter(Some(&asked), "services", "a, b,").ok(), Some(given));
    }
}
