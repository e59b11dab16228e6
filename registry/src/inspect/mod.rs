//! What a package could do, for whoever decides whether to run it: from what its component imports and from what its manifest asks for.

mod risk;
mod text;

pub use risk::Risk;
pub use text::parameter;

use crate::contract::{BASE, IMPLEMENTED, SCREENS, capability};
use crate::error::PackageError;
use crate::package::{self, Package};
use crate::{limits, sections, surface, words};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use vatra_core::budgets::{Budget, Limits};
use vatra_core::call::GUEST;
use vatra_core::ids::Name;
use vatra_core::manifest::{EventKind, Localized, Manifest, Param, World};

/// How asking for a capability and importing it go together.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// Asked for and used.
    Used,
    /// Asked for; no function of it is imported. A later version could use it without asking again.
    Unused,
    /// Imported, and not asked for: no host runs such a package.
    Unasked,
}

/// One capability, and what it would mean to grant it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Permission {
    /// Its name in the contract.
    pub capability: String,
    /// What it is called.
    pub title: Localized,
    /// What a module can do with it.
    pub can: Localized,
    /// How much harm it could do.
    pub risk: Risk,
    /// Why it is rated so.
    pub why: Localized,
    /// What for, in the module's own words; none of what is not asked for.
    pub purpose: Option<Localized>,
    /// The law, as the module names it.
    pub legal_basis: String,
    /// How far it reaches at most.
    pub parameters: BTreeMap<String, Param>,
    /// Functions that the component could call, by interface.
    pub functions: BTreeMap<String, BTreeSet<String>>,
    /// Whether manifest and component agree.
    pub standing: Standing,
}

/// A budget above the usual.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct BudgetAsked {
    /// Which.
    pub budget: Budget,
    /// What it is called.
    pub title: Localized,
    /// What is asked for.
    pub value: u64,
    /// What every module has.
    pub usual: u64,
    /// `ms`, `bytes`, or nothing for plain numbers.
    pub unit: &'static str,
    /// What for, in the module's own words.
    pub purpose: Localized,
}

/// A register that the module keeps.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct RegisterKept {
    /// Which.
    pub name: Name,
    /// How many fields an entry has.
    pub fields: usize,
    /// Those that hold personal data: sealed towards the module.
    pub personal: Vec<String>,
}

/// A screen or an action, and who may open or perform it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Reached {
    /// Which.
    pub name: Name,
    /// Its words in the menu, of screens that are there.
    pub title: Option<Localized>,
    /// The roles.
    pub roles: BTreeSet<Name>,
    /// Whether somebody who did not sign in may.
    pub anybody: bool,
}

/// A custom section or the rest of the package.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Part {
    /// The section's name; `code` for all that is none.
    pub name: String,
    /// Its size, the name left out.
    pub bytes: usize,
}

/// What a package could do.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Report {
    /// The module's name.
    pub name: Name,
    /// Its version.
    pub version: String,
    /// Under which licence.
    pub licence: String,
    /// Officials' portal or phones.
    pub world: World,
    /// Who publishes it, as it says itself.
    pub publisher: String,
    /// See [`Manifest::publisher_id`].
    pub publisher_id: Option<Name>,
    /// The hosts that can run it; any when absent.
    pub requires_host: Option<String>,
    /// Its title.
    pub title: Localized,
    /// What it does, in its own words.
    pub description: Localized,
    /// SHA-256, in hexadecimal.
    pub digest: String,
    /// In bytes.
    pub size: usize,
    /// What the bytes are, largest first.
    pub parts: Vec<Part>,
    /// Why this host would not run it, in English; none when it would.
    pub refusal: Option<String>,
    /// The highest risk of its permissions.
    pub risk: Risk,
    /// Its permissions, the riskiest first.
    pub permissions: Vec<Permission>,
    /// Budgets above the usual.
    pub budgets: Vec<BudgetAsked>,
    /// Registers that it keeps.
    pub registers: Vec<RegisterKept>,
    /// The roles that it knows.
    pub roles: BTreeMap<Name, Localized>,
    /// Its screens.
    pub screens: Vec<Reached>,
    /// Its actions.
    pub actions: Vec<Reached>,
    /// What it hears of.
    pub events: BTreeSet<EventKind>,
    /// Long work that it does, with what comes round by itself.
    pub jobs: BTreeMap<Name, Localized>,
    /// Public services that it handles.
    pub services: BTreeMap<Name, Localized>,
    /// Settings of the municipality that it goes by.
    pub settings: BTreeMap<Name, Localized>,
    /// Types of documents that it makes.
    pub documents: BTreeMap<Name, Localized>,
    /// Interfaces that it exports.
    pub exports: Vec<String>,
}

/// Looks at a package. One that this host would refuse for what it imports or exports is looked at all the same, and says why.
///
/// # Errors
/// [`PackageError`] when it is no package, or its manifest is not whole.
pub fn inspect(bytes: &[u8]) -> Result<Report, PackageError> {
    let whole = Package::read(bytes);
    let manifest = match &whole {
        Ok(package) => package.manifest.clone(),
        Err(_) => package::manifest_of(bytes)?,
    };
    limits::check(bytes)?;
    let surface = surface::read(bytes)?;
    let mut parts: Vec<Part> =
        sections::custom(bytes)?.into_iter().map(|(name, payload)| Part { name: name.to_owned(), bytes: payload.len() }).collect();
    let code = bytes.len().saturating_sub(parts.iter().map(|part| part.bytes + part.name.len()).sum());
    parts.push(Part { name: "code".to_owned(), bytes: code });
    parts.sort_by(|one, other| other.bytes.cmp(&one.bytes).then_with(|| one.name.cmp(&other.name)));
    let mut report = Report {
        digest: package::digest(bytes),
        size: bytes.len(),
        parts,
        refusal: whole.err().map(|refusal| refusal.to_string()),
        permissions: permissions(&manifest, &surface.imports),
        exports: surface.exports.into_iter().collect(),
        ..of_manifest(&manifest)
    };
    report.risk = report.permissions.iter().map(|permission| permission.risk).max().unwrap_or(Risk::Low);
    Ok(report)
}

/// What the manifest says by itself.
fn of_manifest(manifest: &Manifest) -> Report {
    let reached = |name: &Name, title: Option<&Localized>, roles: &BTreeSet<Name>| Reached {
        name: name.clone(),
        title: title.cloned(),
        roles: roles.clone(),
        anybody: roles.iter().any(|role| role.as_str() == GUEST),
    };
    let budget = |(budget, request): (&Budget, &vatra_core::manifest::BudgetRequest)| BudgetAsked {
        budget: *budget,
        title: words::everywhere(&format!("package-budget-{budget}"), &[]),
        value: request.value,
        usual: Limits::default().get(*budget),
        unit: budget.unit(),
        purpose: request.purpose.clone(),
    };
    let register = |register: &vatra_core::register::RegisterSchema| RegisterKept {
        name: register.name.clone(),
        fields: register.fields.len(),
        personal: register.fields.iter().filter(|field| field.is_personal()).map(|field| field.name.clone()).collect(),
    };
    Report {
        name: manifest.name.clone(),
        version: manifest.version.clone(),
        licence: manifest.licence.clone(),
        world: manifest.world,
        publisher: manifest.publisher.clone(),
        publisher_id: manifest.publisher_id.clone(),
        requires_host: manifest.requires_host.clone(),
        title: manifest.title.clone(),
        description: manifest.description.clone(),
        digest: String::new(),
        size: 0,
        parts: Vec::new(),
        refusal: None,
        risk: Risk::Low,
        permissions: Vec::new(),
        budgets: manifest.budgets.iter().map(budget).collect(),
        registers: manifest.registers.iter().map(register).collect(),
        roles: manifest.roles.clone(),
        screens: manifest.screens.iter().map(|it| reached(&it.name, it.navigation.as_ref(), &it.roles)).collect(),
        actions: manifest.actions.iter().map(|it| reached(&it.name, None, &it.roles)).collect(),
        events: manifest.events.clone(),
        jobs: manifest.jobs.iter().map(|it| (it.name.clone(), it.title.clone())).collect(),
        services: manifest.services.iter().map(|it| (it.code.clone(), it.title.clone())).collect(),
        settings: manifest.settings.iter().map(|it| (it.name.clone(), it.title.clone())).collect(),
        documents: manifest.templates.iter().map(|it| (it.kind.clone(), it.title.clone())).collect(),
        exports: vec![SCREENS.to_owned()],
    }
}

fn permissions(manifest: &Manifest, imports: &BTreeMap<String, BTreeSet<String>>) -> Vec<Permission> {
    let mut used: BTreeMap<String, BTreeMap<String, BTreeSet<String>>> = BTreeMap::new();
    for (interface, functions) in imports.iter().filter(|(name, _)| !BASE.contains(&name.as_str())) {
        // What is none of the contract's goes by its whole name.
        let of = capability(interface).filter(|_| IMPLEMENTED.contains(&interface.as_str())).unwrap_or(interface);
        used.entry(of.to_owned()).or_default().insert(interface.clone(), functions.clone());
    }
    let all: BTreeSet<String> = manifest.capabilities.keys().map(ToString::to_string).chain(used.keys().cloned()).collect();
    let of = |capability: String| {
        let request = manifest.capabilities.get(capability.as_str());
        let functions = used.remove(&capability).unwrap_or_default();
        let (risk, why) = risk::of(&capability, request, manifest);
        let known = |kind: &str| {
            let key = format!("{kind}-{capability}");
            let key = if words::find(vatra_core::manifest::Language::Ro, &key, &[]).is_some() { key } else { format!("{kind}-unknown") };
            words::everywhere(&key, &[("name", capability.clone())])
        };
        Permission {
            title: known("permission"),
            can: known("can"),
            risk,
            why,
            purpose: request.map(|request| request.purpose.clone()),
            legal_basis: request.map(|request| request.legal_basis.clone()).unwrap_or_default(),
            parameters: request.map(|request| request.parameters.clone()).unwrap_or_default(),
            standing: match (request.is_some(), functions.is_empty()) {
                (true, true) => Standing::Unused,
                (true, false) => Standing::Used,
                (false, _) => Standing::Unasked,
            },
            functions,
            capability,
        }
    };
    let mut all: Vec<Permission> = all.into_iter().map(of).collect();
    all.sort_by(|one, other| other.risk.cmp(&one.risk).then_with(|| one.capability.cmp(&other.capability)));
    all
}
