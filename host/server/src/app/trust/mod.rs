//! Whether a municipality may run what it installed: asked of every install whenever it is made ready, and answered from what the host keeps, without
//! asking anybody. The publisher's key must have signed the package, the municipality's administrator must have approved it with these permissions,
//! and nothing of it may be stopped or withdrawn.

mod known;
mod sealed;

pub(crate) use known::{Facts, Known};
pub(crate) use sealed::{Sealed, SealedBy};

use super::Packages;
use async_trait::async_trait;
use rustc_hash::FxHashMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use vatra_core::clock::Instant;
use vatra_core::digest::Digest;
use vatra_core::grants::Grant;
use vatra_core::ids::{ApprovalId, Name, TenantId};
use vatra_core::packages::{Papers, RestsOn};
use vatra_core::seal::{Keeper, MasterKey};
use vatra_core::store::{Installed, Store, StoreError};
use vatra_distribution::artifact;
use vatra_distribution::manifest::media;
use vatra_runtime::{CallError, Loaded, Modules};
use vatra_trust::{Approval, Envelope, KeyId, Refusal};

/// Why something is not admitted.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotAdmitted {
    /// It is refused.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// What is kept of the package is not what was admitted.
    #[error("the package was altered after it was admitted: {0}")]
    Altered(String),
    /// Storage failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<NotAdmitted> for CallError {
    fn from(not: NotAdmitted) -> Self {
        match not {
            NotAdmitted::Refused(refusal) => Self::Refused { code: refusal.code(), detail: refusal.to_string() },
            NotAdmitted::Altered(_) => Self::Refused { code: "altered", detail: not.to_string() },
            NotAdmitted::Store(error) => Self::Store(error),
        }
    }
}

/// Whom this host trusts, and what it found good.
pub(crate) struct Trust {
    store: Arc<dyn Store>,
    packages: Arc<Packages>,
    keeper: Keeper,
    /// Data are invented: approvals without a signature count.
    invented: bool,
    known: RwLock<Arc<Known>>,
    /// Slugs never change.
    slugs: RwLock<FxHashMap<TenantId, Name>>,
    /// What runs rests on these: looked through when trust changes.
    running: Mutex<FxHashMap<TenantId, FxHashMap<Name, Facts>>>,
}

impl Trust {
    pub(super) async fn open(
        store: Arc<dyn Store>,
        packages: Arc<Packages>,
        master: &MasterKey,
        invented: bool,
    ) -> Result<Self, StoreError> {
        let known = RwLock::new(Arc::new(Known::read(store.as_ref()).await?));
        let keeper = Keeper::new(master, "approvals");
        Ok(Self { store, packages, keeper, invented, known, slugs: RwLock::default(), running: Mutex::default() })
    }

    /// Takes in whom the host trusts now, and what is stopped.
    pub(super) async fn reload(&self) -> Result<(), StoreError> {
        let known = Arc::new(Known::read(self.store.as_ref()).await?);
        *self.known.write().unwrap_or_else(PoisonError::into_inner) = known;
        Ok(())
    }

    /// Publishers, withdrawals and stops as of now.
    pub(crate) fn known(&self) -> Arc<Known> {
        self.known.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Whether data are invented, so that nobody has to sign.
    pub(super) fn is_invented(&self) -> bool {
        self.invented
    }

    fn place(tenant: &TenantId, approval: &ApprovalId) -> [Vec<u8>; 2] {
        [tenant.0.as_bytes().to_vec(), approval.0.as_bytes().to_vec()]
    }

    /// Seals an approval that was found good, for this row.
    pub(super) fn seal(&self, tenant: TenantId, approval: ApprovalId, sealed: &Sealed) -> String {
        let place = Self::place(&tenant, &approval);
        self.keeper.keep(&[&place[0], &place[1]], &sealed.to_json())
    }

    /// The approval that an install rests on, as it was sealed here.
    pub(super) fn unsealed(&self, tenant: TenantId, on: &RestsOn) -> Result<(Approval, Sealed), Refusal> {
        let place = Self::place(&tenant, &on.approval);
        let altered =
            || Refusal::NotApproved("the approval was altered, or was sealed by another host's key: approve the module anew".to_owned());
        let text = self.keeper.open(&[&place[0], &place[1]], &on.sealed).map_err(|_| altered())?;
        let sealed = Sealed::read(&text).ok_or_else(altered)?;
        if matches!(sealed.by, SealedBy::Invented) && !self.invented {
            let why = "it was approved by a demo, which counts for a demo's data alone: an administrator approves it by MSign";
            return Err(Refusal::NotApproved(why.to_owned()));
        }
        Ok((Approval::read(sealed.text.as_bytes())?, sealed))
    }

    async fn slug(&self, tenant: TenantId) -> Result<Name, NotAdmitted> {
        if let Some(slug) = self.slugs.read().unwrap_or_else(PoisonError::into_inner).get(&tenant) {
            return Ok(slug.clone());
        }
        let all = self.store.tenants().await?;
        let mut slugs = self.slugs.write().unwrap_or_else(PoisonError::into_inner);
        slugs.extend(all.into_iter().map(|tenant| (tenant.id, tenant.slug)));
        let unknown = || StoreError::Missing("the municipality".to_owned());
        Ok(slugs.get(&tenant).cloned().ok_or_else(unknown)?)
    }

    /// Everything that an install rests on.
    pub(crate) async fn check(&self, tenant: TenantId, installed: &Installed, grants: &[Grant]) -> Result<Facts, NotAdmitted> {
        let module = &installed.module;
        let bare = || Refusal::NotApproved(format!("{module} was installed before packages were signed and approved: install it anew"));
        let on = installed.rests_on.as_ref().ok_or_else(bare)?;
        let known = self.known();
        known.stopped(tenant, module)?;
        let (approval, _) = self.unsealed(tenant, on)?;
        let component: Digest = format!("sha256:{}", installed.digest)
            .parse()
            .map_err(|_| Refusal::NotApproved(format!("{module} is installed under '{}', which is no digest", installed.digest)))?;
        approval.admits(&self.slug(tenant).await?, module, &component)?;
        if approval.manifest != on.manifest {
            return Err(Refusal::NotApproved(format!("{module} was approved as {}, and this is {}", approval.manifest, on.manifest)).into());
        }
        let missing = || NotAdmitted::Altered(format!("the papers of {} are gone", on.manifest));
        let papers = self.store.papers(&on.manifest).await?.ok_or_else(missing)?;
        whole(&papers, &component)?;
        let facts = vouched(&known, &papers, &approval.publisher, Some(&approval.key), approval.at)?;
        same_version(&facts, module, &installed.version)?;
        for grant in grants.iter().filter(|grant| grant.revoked_at.is_none()) {
            approval.covers(grant)?;
        }
        Ok(facts)
    }

    /// Whether all these are still good: one pass over what was found good before.
    pub(crate) fn still(&self, known: &Known, tenant: TenantId, facts: &Facts) -> bool {
        known.stopped(tenant, &facts.publication.module).is_ok() && known.holds(facts).is_ok()
    }
}

/// Whether what is kept of a package is what its digests say.
pub(crate) fn whole(papers: &Papers, component: &Digest) -> Result<(), NotAdmitted> {
    let altered = |refusal: artifact::Refusal| NotAdmitted::Altered(refusal.to_string());
    let actual = Digest::with(papers.manifest.algorithm(), &papers.manifest_bytes);
    if actual != papers.manifest {
        return Err(NotAdmitted::Altered(format!("the manifest's digest is {actual}, expected {}", papers.manifest)));
    }
    let layout = artifact::layout(&papers.manifest_bytes, media::MANIFEST, &artifact::Limits::default()).map_err(altered)?;
    artifact::check_config(&layout, &papers.config_bytes).map_err(altered)?;
    if layout.layer.digest != *component {
        return Err(NotAdmitted::Altered(format!("the manifest is of {}, expected {component}", layout.layer.digest)));
    }
    Ok(())
}

/// The publisher's signature over a package, by this key where one is named: the first that holds. The moment is when the key had to hold.
pub(crate) fn vouched(known: &Known, papers: &Papers, publisher: &Name, key: Option<&KeyId>, at: Instant) -> Result<Facts, Refusal> {
    let trusted = known.publisher(publisher)?;
    let mut refusal = Refusal::Unsigned;
    for signature in papers.signatures.iter().filter(|signature| signature.publisher == *publisher) {
        let found = Envelope::read(signature.envelope.as_bytes())
            .and_then(|envelope| trusted.publication(&envelope, &papers.manifest, at, known.revoked()));
        match found {
            Ok((publication, by)) if key.is_none_or(|key| *key == by) => {
                if publication.component != papers.component {
                    let (signed, actual) = (publication.component.to_string(), papers.component.to_string());
                    return Err(Refusal::OtherSubject { what: "component", signed, actual });
                }
                let facts = Facts { publication, key: by };
                known.holds(&facts)?;
                return Ok(facts);
            }
            Ok((_, by)) => refusal = Refusal::UnknownKey { key: by, publisher: publisher.clone() },
            Err(error) => refusal = error,
        }
    }
    Err(refusal)
}

/// Whether the publication is of this module and version.
pub(crate) fn same_version(facts: &Facts, module: &Name, version: &str) -> Result<(), Refusal> {
    let publication = &facts.publication;
    for (what, signed, actual) in
        [("module", publication.module.to_string(), module.to_string()), ("version", publication.version.to_string(), version.to_owned())]
    {
        if signed != actual {
            return Err(Refusal::OtherSubject { what, signed, actual });
        }
    }
    Ok(())
}

#[async_trait]
impl Modules for Trust {
    async fn load(&self, digest: &str) -> Result<Loaded, String> {
        if !self.packages.has(digest) {
            // Another host on the same database admitted it.
            let component: Digest = format!("sha256:{digest}").parse().map_err(|_| format!("'{digest}' is no digest"))?;
            let kept = self.store.component(&component).await.map_err(|error| error.to_string())?;
            if let Some(bytes) = kept {
                self.packages.put(digest, &bytes).map_err(|error| error.to_string())?;
            }
        }
        let (package, component) = self.packages.read(digest).map_err(|error| error.to_string())?;
        Ok(Loaded { manifest: package.manifest, component })
    }

    async fn admitted(&self, tenant: TenantId, installed: &Installed, grants: &[Grant]) -> Result<(), CallError> {
        let facts = self.check(tenant, installed, grants).await?;
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        running.entry(tenant).or_default().insert(installed.module.clone(), facts);
        Ok(())
    }

    fn still_admitted(&self, tenant: TenantId, module: &Name) -> bool {
        let known = self.known();
        let running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        running.get(&tenant).and_then(|own| own.get(module)).is_some_and(|facts| self.still(&known, tenant, facts))
    }
}
