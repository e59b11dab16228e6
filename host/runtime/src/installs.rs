//! Modules as municipalities run them: compiled once, linked once for each set of grants, bound once for each install.

use crate::call::{Runtime, lock};
use crate::compose::{self, GrantedSet, Linked, Ready};
use crate::failure::CallError;
use crate::usage::{Usage, UsageNow};
use rustc_hash::FxHashMap;
use serde::Serialize;
use std::collections::VecDeque;
use std::collections::hash_map::{DefaultHasher, HashMap};
use std::hash::{Hash, Hasher};
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};
use std::sync::{Arc, Mutex, PoisonError, RwLock, Weak};
use tokio::sync::{Notify, OnceCell};
use vatra_capabilities::Binding;
use vatra_capabilities::budget::Limits;
use vatra_core::clock::Instant;
use vatra_core::grants::Grant;
use vatra_core::ids::{Name, TenantId};
use vatra_core::manifest::Manifest;
use vatra_core::seal::Sealer;
use vatra_core::store::Installed;
use wasmtime::component::Component;

/// A component as the engine runs it.
pub(crate) struct Compiled {
    pub(crate) digest: Arc<str>,
    pub(crate) manifest: Arc<Manifest>,
    pub(crate) component: Component,
}

/// Everything that is kept ready. What no install holds any longer is let go.
#[derive(Default)]
pub(crate) struct Installs {
    /// Counts the times when everything may have changed.
    generation: AtomicU64,
    /// Only what is installed, or was: names that somebody made up leave nothing here.
    all: RwLock<FxHashMap<TenantId, FxHashMap<Name, Arc<Install>>>>,
    compiled: Mutex<HashMap<String, Weak<Compiled>>>,
    compiling: Mutex<HashMap<String, Arc<OnceCell<Arc<Compiled>>>>>,
    linked: Mutex<HashMap<(String, GrantedSet), Weak<Linked>>>,
    granted: Mutex<HashMap<u64, Vec<Weak<compose::Granted>>>>,
}

/// One module of one municipality.
#[derive(Default)]
pub(crate) struct Install {
    pub(crate) usage: Usage,
    slot: Mutex<Slot>,
    first: Mutex<First>,
}

/// How the first calls of a version went.
#[derive(Default)]
struct First {
    digest: Arc<str>,
    went_well: bool,
    failed: u32,
}

/// So many first calls that the host had to stop, and none that went well, make a version one that does not work.
const FIRST_CALLS: u32 = 3;

/// Versions whose first calls failed, until somebody takes them back.
#[derive(Default)]
pub(crate) struct Falls {
    all: Mutex<VecDeque<(TenantId, Name, Arc<str>)>>,
    fell: Notify,
}

impl Falls {
    pub(crate) fn add(&self, tenant: TenantId, module: Name, digest: &Arc<str>) {
        lock(&self.all).push_back((tenant, module, digest.clone()));
        self.fell.notify_one();
    }
}

#[derive(Default)]
struct Slot {
    /// Counts changes of this install.
    generation: u64,
    ready: Option<Arc<Ready>>,
}

impl Install {
    /// Notes how a call of this version ended; true once its first calls have all been stopped.
    pub(crate) fn first_calls_fail(&self, digest: &Arc<str>, failed: Option<&CallError>) -> bool {
        let mut first = lock(&self.first);
        if first.digest != *digest {
            *first = First { digest: digest.clone(), ..First::default() };
        }
        match failed {
            Some(error) if error.is_stopped() => first.failed += 1,
            _ => first.went_well = true,
        }
        !first.went_well && first.failed == FIRST_CALLS
    }

    fn ready_at(&self, now: Instant) -> Option<Arc<Ready>> {
        lock(&self.slot).ready.as_ref().filter(|ready| ready.holds.contains(&now)).cloned()
    }
}

/// An installed module with what it used and what it may use.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct InUse {
    /// The municipality.
    pub tenant: TenantId,
    /// The module.
    pub module: Name,
    /// Its version.
    pub version: String,
    /// What one call may use.
    pub limits: Limits,
    /// What it used since the host started.
    pub usage: UsageNow,
}

impl Installs {
    fn known(&self, tenant: TenantId, module: &Name) -> Option<Arc<Install>> {
        self.all.read().unwrap_or_else(PoisonError::into_inner).get(&tenant).and_then(|own| own.get(module)).cloned()
    }

    /// What was read before a change is not kept after it: a change makes the next of these another one.
    fn generation(&self, install: Option<&Install>) -> (u64, u64) {
        (self.generation.load(SeqCst), install.map_or(0, |install| lock(&install.slot).generation))
    }

    fn of(&self, tenant: TenantId, module: &Name) -> Arc<Install> {
        if let Some(install) = self.known(tenant, module) {
            return install;
        }
        let mut all = self.all.write().unwrap_or_else(PoisonError::into_inner);
        all.entry(tenant).or_default().entry(module.clone()).or_default().clone()
    }

    /// One set of grants, shared by all that granted alike.
    fn share(&self, granted: compose::Granted) -> Arc<compose::Granted> {
        let mut hasher = DefaultHasher::new();
        granted.hash(&mut hasher);
        let mut known = lock(&self.granted);
        let alike = known.entry(hasher.finish()).or_default();
        alike.retain(|one| one.strong_count() > 0);
        if let Some(same) = alike.iter().filter_map(Weak::upgrade).find(|one| **one == granted) {
            return same;
        }
        let fresh = Arc::new(granted);
        alike.push(Arc::downgrade(&fresh));
        fresh
    }

    fn tidy(&self) {
        lock(&self.compiled).retain(|_, one| one.strong_count() > 0);
        lock(&self.linked).retain(|_, one| one.strong_count() > 0);
        lock(&self.granted).retain(|_, alike| {
            alike.retain(|one| one.strong_count() > 0);
            !alike.is_empty()
        });
    }
}

impl Runtime {
    /// The next version whose first calls had all to be stopped: whose, and the digest of its component.
    pub async fn next_fall(&self) -> (TenantId, Name, Arc<str>) {
        loop {
            let fell = self.falls.fell.notified();
            if let Some(fall) = lock(&self.falls.all).pop_front() {
                return fall;
            }
            fell.await;
        }
    }

    /// Forgets how a municipality runs a module: its grants, version or state changed. Calls in flight end as they began.
    pub fn refresh(&self, tenant: TenantId, module: &Name) {
        let install = self.installs.of(tenant, module);
        let old = {
            let mut slot = lock(&install.slot);
            slot.generation += 1;
            slot.ready.take()
        };
        drop(old);
        self.installs.tidy();
    }

    /// Forgets how every module is run: changes may have been missed.
    pub fn refresh_all(&self) {
        self.installs.generation.fetch_add(1, SeqCst);
        let all = self.installs.all.read().unwrap_or_else(PoisonError::into_inner);
        for install in all.values().flat_map(FxHashMap::values) {
            lock(&install.slot).ready = None;
        }
        drop(all);
        self.installs.tidy();
    }

    /// Forgets how those modules are run that are no longer admitted: whom the host trusts, or what is stopped, changed. Whatever is being made
    /// ready meanwhile is made ready anew. Returns how many were forgotten.
    pub fn recheck(&self) -> usize {
        self.installs.generation.fetch_add(1, SeqCst);
        let all = self.installs.all.read().unwrap_or_else(PoisonError::into_inner);
        let mut forgotten = 0;
        for (tenant, own) in &*all {
            for (module, install) in own {
                let mut slot = lock(&install.slot);
                if slot.ready.is_some() && !self.services.modules.still_admitted(*tenant, module) {
                    slot.ready = None;
                    forgotten += 1;
                }
            }
        }
        drop(all);
        self.installs.tidy();
        forgotten
    }

    /// The manifest of an installed, enabled module, with what it is allowed.
    ///
    /// # Errors
    /// [`CallError::NotFound`] when the municipality does not have it.
    pub async fn binding(&self, tenant: TenantId, module: &Name) -> Result<Arc<Binding>, CallError> {
        Ok(self.ready(tenant, module).await?.binding.clone())
    }

    /// Compiles a component and links it once, so that an unusable one is refused when it is installed.
    ///
    /// # Errors
    /// [`CallError::Host`] in words for the operator.
    pub async fn try_out(&self, digest: &str, manifest: &Manifest, component: &[u8]) -> Result<(), CallError> {
        let (engine, bytes) = (self.engine.inner().clone(), component.to_vec());
        let (cache, of) = (self.cache.clone(), digest.to_owned());
        let compile = tokio::task::spawn_blocking(move || cache.component(&engine, &of, &bytes));
        let component = compile.await.map_err(|error| CallError::Host(error.to_string()))?;
        let component = component.map_err(|error| CallError::Host(format!("component {digest} does not compile: {error:#}")))?;
        let compiled = Arc::new(Compiled { digest: digest.into(), manifest: Arc::new(manifest.clone()), component });
        let granted = compose::grant(&compiled.manifest, &[], self.services.clock.now().civil_date());
        self.linked(&compiled, &granted).map(|_| ()).map_err(|error| CallError::Host(format!("{error:#}")))
    }

    /// Makes everything ready that is installed, so that no call has to.
    ///
    /// # Errors
    /// None: a module that cannot be made ready is reported in the log, and again to whoever calls it.
    pub async fn warm(&self, installs: Vec<(TenantId, Installed, Vec<Grant>)>) {
        for (tenant, installed, grants) in installs {
            if installed.disabled_at.is_some() {
                continue;
            }
            let install = self.installs.of(tenant, &installed.module);
            let generation = self.installs.generation(Some(&install));
            if let Err(error) = self.make_ready(tenant, generation, &installed, &grants).await {
                tracing::error!(%tenant, module = %installed.module, "the module cannot be run: {error}");
            }
        }
    }

    /// Installs that the host keeps something of.
    pub fn installs_known(&self) -> usize {
        self.installs.all.read().unwrap_or_else(PoisonError::into_inner).values().map(FxHashMap::len).sum()
    }

    /// What modules used since the host started, of one municipality or of all.
    pub fn in_use(&self, tenant: Option<TenantId>) -> Vec<InUse> {
        let all = self.installs.all.read().unwrap_or_else(PoisonError::into_inner);
        let mut out = Vec::new();
        for (id, own) in all.iter().filter(|(id, _)| tenant.is_none_or(|wanted| wanted == **id)) {
            for (module, install) in own {
                let Some(ready) = lock(&install.slot).ready.clone() else { continue };
                let binding = &ready.binding;
                out.push(InUse {
                    tenant: *id,
                    module: module.clone(),
                    version: binding.manifest.version.clone(),
                    limits: binding.limits,
                    usage: install.usage.now(),
                });
            }
        }
        out
    }

    /// An installed, enabled module as the municipality runs it now.
    ///
    /// # Errors
    /// [`CallError::NotFound`] when the municipality does not have it.
    pub async fn ready(&self, tenant: TenantId, module: &Name) -> Result<Arc<Ready>, CallError> {
        let now = self.services.clock.now();
        let known = self.installs.known(tenant, module);
        if let Some(ready) = known.as_ref().and_then(|install| install.ready_at(now)) {
            return Ok(ready);
        }
        let generation = self.installs.generation(known.as_deref());
        let store = &self.services.store;
        let installed = store.installed(tenant).await?.into_iter().find(|installed| installed.module == *module);
        let Some(installed) = installed.filter(|installed| installed.disabled_at.is_none()) else {
            return Err(CallError::NotFound(format!("module {module}")));
        };
        let grants = store.grants(tenant, module).await?;
        self.make_ready(tenant, generation, &installed, &grants).await
    }

    async fn make_ready(
        &self,
        tenant: TenantId,
        generation: (u64, u64),
        installed: &Installed,
        grants: &[Grant],
    ) -> Result<Arc<Ready>, CallError> {
        let today = self.services.clock.now().civil_date();
        let module = &installed.module;
        self.services.modules.admitted(tenant, installed, grants).await?;
        let compiled = self.compiled(&installed.digest).await?;
        let capabilities = self.installs.share(compose::grant(&compiled.manifest, grants, today));
        let linked = self
            .linked(&compiled, &capabilities)
            .map_err(|error| CallError::Host(format!("module {module} cannot be linked: {error:#}")))?;
        let binding = Binding {
            digest: compiled.digest.clone(),
            manifest: compiled.manifest.clone(),
            capabilities,
            limits: self.config.limits.adjusted(&installed.budgets, &self.config.ceilings),
            sealer: Sealer::new(&self.services.master, tenant, module),
        };
        let last = grants.iter().filter_map(|grant| grant.until).filter(|until| *until >= today).min();
        let end = last.and_then(|last| last.succ_opt()).map_or(Instant::MAX, Instant::first_of);
        let install = self.installs.of(tenant, module);
        let holds = Instant::first_of(today)..end;
        let ready = Arc::new(Ready { binding: Arc::new(binding), linked, install: install.clone(), holds });
        let mut slot = lock(&install.slot);
        if (self.installs.generation.load(SeqCst), slot.generation) == generation {
            slot.ready = Some(ready.clone());
        }
        Ok(ready)
    }

    fn linked(&self, compiled: &Arc<Compiled>, granted: &compose::Granted) -> wasmtime::Result<Arc<Linked>> {
        let key = (compiled.digest.to_string(), compose::granted_set(granted));
        if let Some(linked) = lock(&self.installs.linked).get(&key).and_then(Weak::upgrade) {
            return Ok(linked);
        }
        let linked = Arc::new(compose::link(self.engine.inner(), compiled, granted, self.labels.meters(&compiled.manifest.name))?);
        lock(&self.installs.linked).insert(key, Arc::downgrade(&linked));
        Ok(linked)
    }

    /// The compiled component; whoever asks for it while it is being made waits for that.
    async fn compiled(&self, digest: &str) -> Result<Arc<Compiled>, CallError> {
        if let Some(compiled) = lock(&self.installs.compiled).get(digest).and_then(Weak::upgrade) {
            return Ok(compiled);
        }
        let cell = lock(&self.installs.compiling).entry(digest.to_owned()).or_default().clone();
        let made = cell
            .get_or_try_init(|| async {
                let loaded = self.services.modules.load(digest).await.map_err(CallError::Host)?;
                let (cache, engine, of) = (self.cache.clone(), self.engine.inner().clone(), digest.to_owned());
                // Compiling takes seconds of a thread.
                let compile = tokio::task::spawn_blocking(move || cache.component(&engine, &of, &loaded.component));
                let component = compile.await.map_err(|error| CallError::Host(error.to_string()))?;
                let component = component.map_err(|error| CallError::Host(format!("component {digest} does not compile: {error:#}")))?;
                let compiled = Arc::new(Compiled { digest: digest.into(), manifest: Arc::new(loaded.manifest), component });
                lock(&self.installs.compiled).insert(digest.to_owned(), Arc::downgrade(&compiled));
                Ok(compiled)
            })
            .await
            .cloned();
        lock(&self.installs.compiling).remove(digest);
        made
    }
}
