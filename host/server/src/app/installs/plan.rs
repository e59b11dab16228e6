//! What installing a package would do in a municipality, and whether it may: worked out anew from what is stored whenever it is asked for, so that nothing
//! is applied that was planned on something else.

use super::super::trust::{Facts, same_version, vouched, whole};
use super::super::{App, AppError};
use semver::Version;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use vatra_core::call::Tenant;
use vatra_core::digest::Digest;
use vatra_core::grants::Grant;
use vatra_core::ids::Name;
use vatra_core::manifest::{CapabilityRequest, Language, Manifest};
use vatra_core::packages::{Papers, TurnKind};
use vatra_core::store::{Installed, StoreError};
use vatra_registry::difference::{self, FieldChange};
use vatra_registry::{Difference, Package};
use vatra_trust::{Approval, Permission, Refusal, Upgrades};

/// What an administrator chooses; whatever is left out stays as it was, or is as the module asks.
#[derive(Clone, Debug, Default)]
pub struct Choices {
    /// Capabilities that are not given.
    pub withheld: BTreeSet<Name>,
    /// How far some reach.
    pub permissions: BTreeMap<Name, Permission>,
    /// Which later versions follow by themselves.
    pub upgrades: Option<Upgrades>,
}

/// What becomes of a register.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Keeping {
    /// The municipality gets it.
    New,
    /// It is there already, as it is.
    Found,
    /// It is there, and some of its fields change: the field, and what becomes of it.
    Changed(Vec<(String, FieldChange)>),
}

/// A register of the package.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct PlannedRegister {
    /// Which.
    pub name: Name,
    /// What becomes of it.
    pub keeping: Keeping,
}

/// What installing a package would do.
pub struct Plan {
    /// What it would be: an install, an upgrade, another approval of the same.
    pub kind: TurnKind,
    /// What is to be approved; its nonce is drawn when it is proposed.
    pub approval: Approval,
    /// The package.
    pub package: Arc<Package>,
    /// What is installed now.
    pub before: Option<Installed>,
    /// What is different from what is installed now.
    pub difference: Option<Difference>,
    /// Its registers.
    pub registers: Vec<PlannedRegister>,
    /// Grants that it would have.
    pub grants: Vec<Grant>,
}

impl Plan {
    /// Whether the approval that the installed version rests on lets this one follow by itself.
    pub(super) fn follows(&self, before: &Approval) -> bool {
        let same = before.publisher == self.approval.publisher && before.module == self.approval.module;
        let more = |difference: &Difference| matches!(difference.consent, vatra_registry::Consent::More(_));
        same && self.kind == TurnKind::Upgrade
            && before.upgrades.allows(&before.version, &self.approval.version)
            && self.difference.as_ref().is_some_and(|difference| !more(difference))
    }
}

/// How far a capability would reach.
fn permission(asked: &CapabilityRequest, given: Option<&Grant>, chosen: Option<&Permission>) -> Permission {
    let mut permission = match (chosen, given) {
        (Some(chosen), _) => chosen.clone(),
        (None, Some(given)) => Permission {
            parameters: given.parameters.clone(),
            settings: given.settings.clone(),
            legal_basis: given.legal_basis.clone(),
            until: given.until,
        },
        (None, None) => Permission::default(),
    };
    // What is left out is as asked, and what is asked no more is gone.
    permission.parameters.retain(|name, _| asked.parameters.contains_key(name));
    for (name, asked) in &asked.parameters {
        permission.parameters.entry(name.clone()).or_insert_with(|| asked.clone());
    }
    permission
}

/// What a grant of this permission is.
fn granted(capability: &Name, permission: &Permission, before: Option<&Grant>, fresh: &Grant) -> Grant {
    Grant {
        capability: capability.clone(),
        parameters: permission.parameters.clone(),
        settings: permission.settings.clone(),
        legal_basis: permission.legal_basis.clone(),
        until: permission.until,
        revoked_at: before.and_then(|before| before.revoked_at),
        ..before.unwrap_or(fresh).clone()
    }
}

impl App {
    /// What installing this admitted package would do.
    ///
    /// # Errors
    /// [`AppError::Trust`] with the reason why it may not; [`AppError::NotFound`] when this host does not hold it.
    pub async fn plan(&self, tenant: &Tenant, manifest: &Digest, choices: &Choices, by: super::super::By) -> Result<Plan, AppError> {
        let now = self.clock.now();
        let missing = || AppError::NotFound(format!("this host holds no package {manifest}"));
        let papers = self.store.papers(manifest).await?.ok_or_else(missing)?;
        let words = self.package_of(&papers).await?;
        let package = words;
        let module = package.manifest.name.clone();
        let known = self.trust.known();
        let before = self.store.installed(tenant.id).await?.into_iter().find(|installed| installed.module == module);
        let standing = before.as_ref().and_then(|before| before.rests_on.as_ref()).and_then(|on| self.trust.unsealed(tenant.id, on).ok());
        let facts = self.vouched_by_any(&papers, standing.as_ref().map(|(approval, _)| approval), now)?;
        known.stopped(tenant.id, &module)?;
        same_version(&facts, &module, &package.manifest.version)?;
        let version = facts.publication.version.clone();
        let kind = self.goes_on(&module, before.as_ref(), &package, &version)?;
        if let Some((approval, _)) = &standing
            && approval.publisher != facts.publication.publisher
        {
            let (installed, offered) = (approval.publisher.clone(), facts.publication.publisher.clone());
            return Err(Refusal::OtherPublisher { module, installed, offered }.into());
        }
        self.check_services(tenant, &module, &package.manifest).await?;
        let registers = self.registers_of(tenant, &package.manifest).await?;
        let old = match &before {
            Some(before) => self.packages.words(&before.digest).ok().map(|words| words.package.manifest.clone()),
            None => None,
        };
        let given = self.store.grants(tenant.id, &module).await?;
        let fresh = Grant {
            capability: module.clone(),
            parameters: BTreeMap::new(),
            settings: BTreeMap::new(),
            legal_basis: String::new(),
            until: None,
            granted_by: by.person,
            granted_at: now,
            revoked_at: None,
        };
        let (mut permissions, mut grants) = (BTreeMap::new(), Vec::new());
        for (capability, asked) in &package.manifest.capabilities {
            if choices.withheld.contains(capability) {
                continue;
            }
            let before = given.iter().find(|grant| grant.capability == *capability);
            let standing = standing.as_ref().and_then(|(approval, _)| approval.permissions.get(capability)).filter(|_| before.is_none());
            let permission = permission(asked, before, choices.permissions.get(capability).or(standing));
            grants.push(granted(capability, &permission, before, &fresh));
            permissions.insert(capability.clone(), permission);
        }
        let upgrades = choices.upgrades.or_else(|| standing.as_ref().map(|(approval, _)| approval.upgrades)).unwrap_or_default();
        let budgets = package.manifest.budgets.iter().map(|(budget, asked)| (budget.code().to_owned(), asked.value)).collect();
        let approval = Approval {
            nonce: String::new(),
            municipality: tenant.slug.clone(),
            publisher: facts.publication.publisher.clone(),
            key: facts.key.clone(),
            module,
            version,
            manifest: papers.manifest,
            component: papers.component,
            permissions,
            budgets,
            upgrades,
            at: now,
        };
        let difference = old.as_ref().map(|old| Difference::between(old, &package.manifest));
        Ok(Plan { kind, approval, package, before, difference, registers, grants })
    }

    /// The package of these papers, whose parts are what their digests say.
    pub(super) async fn package_of(&self, papers: &Papers) -> Result<Arc<Package>, AppError> {
        whole(papers, &papers.component)?;
        let digest = papers.component.hex();
        if !self.packages.has(digest) {
            let gone = || StoreError::Corrupt(format!("the component {} is gone", papers.component));
            let bytes = self.store.component(&papers.component).await?.ok_or_else(gone)?;
            self.packages.put(digest, &bytes)?;
        }
        Ok(self.packages.words(digest)?.package.clone())
    }

    /// Who vouches for a package: the publisher of what is installed, where it does; otherwise whoever signed it first.
    fn vouched_by_any(&self, papers: &Papers, standing: Option<&Approval>, now: vatra_core::clock::Instant) -> Result<Facts, Refusal> {
        let known = self.trust.known();
        let own = standing.map(|approval| &approval.publisher).filter(|own| papers.signatures.iter().any(|one| one.publisher == **own));
        let mut refusal = Refusal::Unsigned;
        for publisher in own.into_iter().chain(papers.signatures.iter().map(|signature| &signature.publisher)) {
            match vouched(&known, papers, publisher, None, now) {
                Ok(facts) => return Ok(facts),
                Err(error) => refusal = error,
            }
        }
        Err(refusal)
    }

    /// Whether this version may follow what is installed.
    fn goes_on(&self, module: &Name, before: Option<&Installed>, package: &Package, version: &Version) -> Result<TurnKind, Refusal> {
        let Some(before) = before else { return Ok(TurnKind::Install) };
        if before.digest == package.digest {
            return Ok(TurnKind::Approval);
        }
        match before.version.parse::<Version>() {
            Ok(installed) if version.cmp_precedence(&installed).is_lt() => {
                Err(Refusal::Downgrade { module: module.clone(), installed, offered: version.clone() })
            }
            _ => Ok(TurnKind::Upgrade),
        }
    }

    /// What becomes of registers: no other installed module may keep them, and whatever any version of any module ever put into them must fit.
    async fn registers_of(&self, tenant: &Tenant, manifest: &Manifest) -> Result<Vec<PlannedRegister>, AppError> {
        let mut holders: Vec<Manifest> = Vec::new();
        let mut seen = BTreeSet::new();
        for other in self.store.installed(tenant.id).await? {
            let Ok(words) = self.packages.words(&other.digest) else { continue };
            seen.insert(other.digest.clone());
            let theirs = &words.package.manifest;
            if other.module == manifest.name {
                holders.push(theirs.clone());
            } else if let Some(both) = manifest.registers.iter().find(|register| theirs.register(register.name.as_str()).is_some()) {
                return Err(Refusal::SharedRegister { register: both.name.clone(), module: other.module }.into());
            }
        }
        for turn in self.store.turns(tenant.id, None).await?.into_iter().rev() {
            if seen.insert(turn.digest.clone())
                && let Ok(words) = self.packages.words(&turn.digest)
            {
                holders.push(words.package.manifest.clone());
            }
        }
        let mut out = Vec::new();
        for register in &manifest.registers {
            let mut keeping = Keeping::New;
            for old in holders.iter().filter_map(|holder| holder.register(register.name.as_str())) {
                let changes = difference::changes(old, register);
                // What an older version had besides was settled when the one after it came.
                let first = matches!(keeping, Keeping::New);
                let hard = |change: &FieldChange| match change {
                    FieldChange::KindChanged | FieldChange::Sealed | FieldChange::Unsealed => true,
                    change => first && !change.is_additive(),
                };
                let obstacles: Vec<String> = changes
                    .iter()
                    .filter(|(_, change)| hard(change))
                    .map(|(field, change)| {
                        vatra_registry::words::say(Language::En, &format!("field-{}", change.code()), &[("field", field.clone())])
                    })
                    .collect();
                if !obstacles.is_empty() {
                    return Err(Refusal::Registers { register: register.name.clone(), problem: obstacles.join("; ") }.into());
                }
                if first {
                    keeping = if changes.is_empty() { Keeping::Found } else { Keeping::Changed(changes) };
                }
            }
            out.push(PlannedRegister { name: register.name.clone(), keeping });
        }
        Ok(out)
    }
}
