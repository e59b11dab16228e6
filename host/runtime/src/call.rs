//! The runtime: finds the module as the municipality runs it, and calls it with a fresh instance.

use crate::cache::Cache;
use crate::compose::{self, GrantedSet, Linked, Ready};
use crate::engine::{Config, Engine};
use crate::failure::{CallError, OutOfTime, trapped};
use crate::{Loaded, Modules};
use std::collections::HashMap;
use std::future::Future;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::Semaphore;
use vatra_capabilities::{Binding, CallState, Mode};
use vatra_core::audit::{AuditEntry, AuditKind};
use vatra_core::call::CallContext;
use vatra_core::clock::Clock;
use vatra_core::grants::Denial;
use vatra_core::ids::{Name, TenantId};
use vatra_core::seal::{MasterKey, Sealer};
use vatra_core::store::Store;
use wasmtime::UpdateDeadline;
use wasmtime::component::Component;

/// What the runtime stands on.
#[derive(Clone)]
pub struct Services {
    /// Storage.
    pub store: Arc<dyn Store>,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// The host's master key.
    pub master: MasterKey,
    /// Components.
    pub modules: Arc<dyn Modules>,
    /// Where compiled code is kept; nowhere when absent.
    pub cache: Option<PathBuf>,
}

struct Compiled {
    loaded: Loaded,
    component: Component,
}

/// Calls modules.
pub struct Runtime {
    pub(crate) services: Services,
    pub(crate) config: Config,
    engine: Engine,
    cache: Cache,
    turns: Semaphore,
    compiled: tokio::sync::Mutex<HashMap<String, Arc<Compiled>>>,
    linked: Mutex<HashMap<(String, GrantedSet), Arc<Linked>>>,
    ready: Mutex<HashMap<(TenantId, Name), Arc<Ready>>>,
}

impl Runtime {
    /// Starts the engine.
    ///
    /// # Errors
    /// In words for the operator, when the machine cannot run it.
    pub fn new(config: Config, services: Services) -> Result<Self, String> {
        let engine = Engine::start(&config).map_err(|error| format!("the WebAssembly engine does not start: {error:#}"))?;
        Ok(Self {
            cache: Cache::new(services.cache.clone(), &services.master),
            turns: Semaphore::new(config.concurrency as usize),
            engine,
            config,
            services,
            compiled: tokio::sync::Mutex::default(),
            linked: Mutex::default(),
            ready: Mutex::default(),
        })
    }

    /// The engine.
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// Forgets how a municipality runs a module: its grants, version or state changed.
    pub fn refresh(&self, tenant: TenantId, module: &Name) {
        lock(&self.ready).remove(&(tenant, module.clone()));
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
    pub async fn try_out(&self, digest: &str) -> Result<(), CallError> {
        let compiled = self.compiled(digest).await?;
        let today = self.services.clock.now().civil_date();
        let sealer = Sealer::new(&self.services.master, TenantId(uuid::Uuid::nil()), &compiled.loaded.manifest.name);
        let binding = compose::bind(&compiled.loaded, &[], today, sealer);
        compose::link(self.engine.inner(), &compiled.component, &binding).map_err(|error| CallError::Host(format!("{error:#}")))?;
        Ok(())
    }

    pub(crate) async fn ready(&self, tenant: TenantId, module: &Name) -> Result<Arc<Ready>, CallError> {
        let today = self.services.clock.now().civil_date();
        let key = (tenant, module.clone());
        if let Some(ready) = lock(&self.ready).get(&key).filter(|ready| ready.on == today) {
            return Ok(ready.clone());
        }
        let store = &self.services.store;
        let installed = store.installed(tenant).await?.into_iter().find(|installed| installed.module == *module);
        let Some(installed) = installed.filter(|installed| installed.disabled_at.is_none()) else {
            return Err(CallError::NotFound(format!("module {module}")));
        };
        let compiled = self.compiled(&installed.digest).await?;
        let grants = store.grants(tenant, module).await?;
        let binding = compose::bind(&compiled.loaded, &grants, today, Sealer::new(&self.services.master, tenant, module));
        let set = compose::granted_set(&binding);
        let kept = lock(&self.linked).get(&(installed.digest.clone(), set.clone())).cloned();
        let linked = match kept {
            Some(linked) => linked,
            None => {
                let linked = compose::link(self.engine.inner(), &compiled.component, &binding)
                    .map_err(|error| CallError::Host(format!("module {module} cannot be linked: {error:#}")))?;
                let linked = Arc::new(linked);
                lock(&self.linked).insert((installed.digest.clone(), set), linked.clone());
                linked
            }
        };
        let ready = Arc::new(Ready { binding: Arc::new(binding), linked, on: today });
        lock(&self.ready).insert(key, ready.clone());
        Ok(ready)
    }

    async fn compiled(&self, digest: &str) -> Result<Arc<Compiled>, CallError> {
        let mut all = self.compiled.lock().await;
        if let Some(compiled) = all.get(digest) {
            return Ok(compiled.clone());
        }
        let loaded = self.services.modules.load(digest).await.map_err(CallError::Host)?;
        let component = self
            .cache
            .component(self.engine.inner(), digest, &loaded.component)
            .map_err(|error| CallError::Host(format!("component {digest} does not compile: {error:#}")))?;
        let compiled = Arc::new(Compiled { loaded: Loaded { manifest: loaded.manifest, component: Vec::new() }, component });
        all.insert(digest.to_owned(), compiled.clone());
        Ok(compiled)
    }

    /// A store for one call, with every budget on.
    pub(crate) fn store(&self, ctx: &CallContext, ready: &Ready, mode: Mode) -> wasmtime::Store<CallState> {
        let limits = self.config.limits;
        let state = CallState::new(ctx.clone(), ready.binding.clone(), mode, limits, self.services.store.clone());
        let mut store = wasmtime::Store::new(self.engine.inner(), state);
        store.limiter(|state| &mut state.limiter);
        store.set_hostcall_fuel(limits.bytes_out);
        let deadline = Instant::now() + Duration::from_millis(limits.wall_ms);
        store.set_epoch_deadline(1);
        // Every tick the guest gives way to others, and ends when its time is over.
        store.epoch_deadline_callback(move |_| {
            if Instant::now() < deadline { Ok(UpdateDeadline::Yield(1)) } else { Err(wasmtime::Error::new(OutOfTime)) }
        });
        store
    }

    /// Runs the guest's part of a call: waits for a turn, then for the guest, never longer than its wall clock.
    pub(crate) async fn run<T>(&self, guest: impl Future<Output = wasmtime::Result<T>>) -> Result<T, CallError> {
        let _turn = self.turns.acquire().await.map_err(|error| CallError::Host(error.to_string()))?;
        // A guest that waits for a host function does not see epochs: hence a second clock around the whole.
        let patience = Duration::from_millis(self.config.limits.wall_ms.saturating_mul(2));
        match tokio::time::timeout(patience, guest).await {
            Ok(result) => result.map_err(trapped),
            Err(_) => Err(trapped(wasmtime::Error::new(OutOfTime))),
        }
    }

    /// An audit row of this call.
    pub(crate) fn row(&self, ctx: &CallContext, kind: AuditKind, what: &str, detail: &serde_json::Value) -> AuditEntry {
        AuditEntry {
            at: ctx.now,
            kind,
            call: ctx.call,
            actor: ctx.caller.person,
            channel: ctx.caller.channel,
            module: Some(ctx.module.clone()),
            what: what.to_owned(),
            detail: detail.to_string(),
            legal_basis: String::new(),
            about: Vec::new(),
        }
    }

    /// Rows for the locks that a call found shut.
    pub(crate) fn denial_rows(&self, ctx: &CallContext, state: &CallState, what: &str) -> Vec<AuditEntry> {
        state
            .denials
            .iter()
            .map(|(capability, rule, detail)| {
                let detail = serde_json::json!({ "capability": capability, "rule": rule, "detail": cut(detail), "in": what });
                self.row(ctx, AuditKind::Denial, capability, &detail)
            })
            .collect()
    }

    /// Refuses a person without one of these roles, and says so in the audit trail.
    ///
    /// # Errors
    /// [`CallError::Denied`] with the roles that may.
    pub async fn require_role(&self, ctx: &CallContext, what: &str, roles: &std::collections::BTreeSet<Name>) -> Result<(), CallError> {
        if ctx.caller.roles.iter().any(|role| roles.contains(role)) {
            return Ok(());
        }
        let wanted: Vec<&str> = roles.iter().map(Name::as_str).collect();
        let denial = Denial::new("role", "role", wanted.join(" "));
        let row = self.row(ctx, AuditKind::Denial, "role", &serde_json::json!({ "rule": "role", "in": what }));
        self.services.store.audit(ctx.tenant.id, vec![row]).await?;
        Err(CallError::Denied(denial))
    }
}

fn cut(text: &str) -> &str {
    text.get(..text.floor_char_boundary(100)).unwrap_or_default()
}

pub(crate) fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
