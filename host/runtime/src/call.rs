//! The runtime: finds the module as the municipality runs it, and calls it with a fresh instance.

use crate::Modules;
use crate::cache::Cache;
use crate::compose::Ready;
use crate::drive::{Spent, drive};
use crate::engine::{Config, Engine, Running};
use crate::failure::{CallError, ended};
use crate::fair::Slices;
use crate::gate::{Busy, Gate, Pass, Patience};
use crate::installs::Falls;
use crate::installs::Installs;
use crate::recent::{Note, Recent};
use crate::usage::{Kind, Labels, micros};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::Notify;
use tokio::sync::futures::Notified;
use tracing::Instrument;
use vatra_capabilities::budget::Limits;
use vatra_capabilities::{CallState, Mode};
use vatra_core::audit::{AuditEntry, AuditKind};
use vatra_core::blobs::Blobs;
use vatra_core::call::CallContext;
use vatra_core::clock::Clock;
use vatra_core::grants::Denial;
use vatra_core::ids::{CallId, Name, TenantId};
use vatra_core::providers::{DataExchange, Invoices, Mandates};
use vatra_core::seal::MasterKey;
use vatra_core::services::ServiceDirectory;
use vatra_core::signing::SignatureJudge;
use vatra_core::store::{CommitError, Store};
use vatra_core::unit::{Committed, Unit};

/// What is told to whoever comes when every place is taken, in seconds.
const RETRY_AFTER_S: u32 = 2;
/// A call that takes longer is told of in the log.
const SLOW: Duration = Duration::from_millis(500);

/// What the runtime stands on.
#[derive(Clone)]
pub struct Services {
    /// Storage.
    pub store: Arc<dyn Store>,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// The bytes of documents.
    pub blobs: Arc<dyn Blobs>,
    /// The host's master key.
    pub master: MasterKey,
    /// Components.
    pub modules: Arc<dyn Modules>,
    /// Where compiled code is kept; nowhere when absent.
    pub cache: Option<PathBuf>,
}

/// Calls modules.
pub struct Runtime {
    pub(crate) services: Services,
    pub(crate) config: Config,
    pub(crate) engine: Engine,
    pub(crate) cache: Arc<Cache>,
    pub(crate) installs: Installs,
    pub(crate) falls: Falls,
    pub(crate) labels: Labels,
    turns: Arc<Gate>,
    slow_lane: Arc<Gate>,
    slices: Slices,
    exchange: OnceLock<Arc<dyn DataExchange>>,
    mandates: OnceLock<Arc<dyn Mandates>>,
    invoices: OnceLock<Arc<dyn Invoices>>,
    offers: OnceLock<Arc<dyn ServiceDirectory>>,
    judge: OnceLock<Arc<dyn SignatureJudge>>,
    left: Notify,
    recent: Recent,
}

/// A place for a call, which keeps the engine's clock ticking.
pub(crate) struct Turn<'a> {
    _pass: Pass,
    _running: Running<'a>,
    queued: Duration,
}

/// A call that is about to run.
pub(crate) struct Call<'a> {
    pub(crate) ctx: &'a CallContext,
    pub(crate) ready: &'a Ready,
    pub(crate) kind: Kind,
    /// The screen, action or event.
    pub(crate) what: &'a str,
}

impl Runtime {
    /// Starts the engine.
    ///
    /// # Errors
    /// In words for the operator, when the machine cannot run it.
    pub fn new(config: Config, services: Services) -> Result<Self, String> {
        let engine = Engine::start(&config).map_err(|error| format!("the WebAssembly engine does not start: {error:#}"))?;
        let (places, own) = (config.concurrency as usize, config.per_municipality as usize);
        let workers = tokio::runtime::Handle::try_current().map_or(1, |runtime| runtime.metrics().num_workers());
        Ok(Self {
            cache: Arc::new(Cache::new(services.cache.clone(), &services.master)),
            turns: Gate::new(places, own, config.queue_length as usize),
            // One worker thread is always left to short calls.
            slow_lane: Gate::new(workers.saturating_sub(1), usize::MAX, usize::MAX),
            slices: Slices::new(workers),
            exchange: OnceLock::new(),
            mandates: OnceLock::new(),
            invoices: OnceLock::new(),
            offers: OnceLock::new(),
            judge: OnceLock::new(),
            left: Notify::new(),
            recent: Recent::default(),
            installs: Installs::default(),
            falls: Falls::default(),
            labels: Labels::default(),
            engine,
            config,
            services,
        })
    }

    /// Runs what a municipality asked for, so that it delays no other municipality however much it asks for.
    pub async fn fairly<T>(&self, tenant: TenantId, work: impl Future<Output = T>) -> T {
        self.slices.run(tenant, work).await
    }

    /// The most that anyone may have on this host.
    pub fn ceilings(&self) -> Limits {
        self.config.ceilings
    }

    /// What a call may use where nothing else is set for its install.
    pub fn usual_limits(&self) -> Limits {
        self.config.limits
    }

    /// From now on powers of attorney are looked up there.
    pub fn offer_mandates(&self, mandates: Arc<dyn Mandates>) {
        let _ = self.mandates.set(mandates);
    }

    /// From now on it is known which services modules handle.
    pub fn offer_services(&self, services: Arc<dyn ServiceDirectory>) {
        let _ = self.offers.set(services);
    }

    /// From now on orders are had on paper there.
    pub fn offer_invoices(&self, invoices: Arc<dyn Invoices>) {
        let _ = self.invoices.set(invoices);
    }

    /// MPower, if there is one.
    pub fn mandates(&self) -> Option<&Arc<dyn Mandates>> {
        self.mandates.get()
    }

    /// From now on signatures are judged so.
    pub fn offer_judge(&self, judge: Arc<dyn SignatureJudge>) {
        let _ = self.judge.set(judge);
    }

    /// Who judges signatures, if anybody does.
    pub fn judge(&self) -> Option<&Arc<dyn SignatureJudge>> {
        self.judge.get()
    }

    /// Something is to be carried that was not kept by a call.
    pub fn nudge(&self) {
        self.left.notify_waiters();
    }

    /// Ends as soon as something is kept that leaves for a service.
    pub fn left(&self) -> Notified<'_> {
        self.left.notified()
    }

    /// Keeps what a call wants kept, and tells whoever waits for what leaves.
    pub(crate) async fn commit(&self, tenant: TenantId, unit: Unit) -> Result<Committed, CommitError> {
        let leaves = !unit.outgoing.is_empty() || !unit.jobs.is_empty();
        let committed = self.services.store.commit(tenant, unit).await?;
        if leaves {
            self.left.notify_waiters();
        }
        Ok(committed)
    }

    /// Offers MConnect to modules; the first one stays.
    pub fn offer_exchange(&self, exchange: Arc<dyn DataExchange>) {
        let _ = self.exchange.set(exchange);
    }

    /// The engine.
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// Calls that run, and calls that wait for their turn.
    pub fn load(&self) -> (usize, usize) {
        self.turns.load()
    }

    /// What is remembered of a call that failed, was denied something, or was slow.
    pub fn recent(&self, call: CallId) -> Vec<Note> {
        self.recent.of(call)
    }

    /// Waits for a place. What has been begun already (a replay, an event) waits for as long as it takes.
    pub(crate) async fn turn(&self, ctx: &CallContext, begun: bool) -> Result<Turn<'_>, CallError> {
        let patience = if begun { Patience::Endless } else { Patience::For(Duration::from_millis(self.config.queue_ms)) };
        let asked = Instant::now();
        let pass = self.turns.enter(ctx.tenant.id, patience).await.map_err(|Busy| {
            metrics::counter!("vatra_busy_total").increment(1);
            tracing::warn!(tenant = %ctx.tenant.slug, module = %ctx.module, call = %ctx.call, "no place came free in time");
            CallError::Busy { retry_after_s: RETRY_AFTER_S }
        })?;
        Ok(Turn { _pass: pass, _running: self.engine.running(), queued: asked.elapsed() })
    }

    /// A store for one call, with every budget on.
    pub(crate) fn store(&self, ctx: &Arc<CallContext>, ready: &Ready, mode: Mode) -> wasmtime::Store<CallState> {
        let limits = ready.binding.limits;
        let most = |value: u64| usize::try_from(value).unwrap_or(usize::MAX);
        let mut state = CallState::new(ctx.clone(), ready.binding.clone(), mode, self.services.store.clone());
        state.exchange = self.exchange.get().cloned();
        state.blobs = Some(self.services.blobs.clone());
        state.mandates = self.mandates.get().cloned();
        state.services = self.offers.get().cloned();
        state.invoices = self.invoices.get().cloned();
        state.judge = self.judge.get().cloned();
        let mut store = wasmtime::Store::new(self.engine.inner(), state);
        store.limiter(|state| &mut state.limiter);
        store.set_hostcall_fuel(most(limits.host_bytes));
        store.set_max_component_handles(most(limits.handles));
        // At every tick the guest gives way to others; whether its time is over is for `drive` to say.
        store.set_epoch_deadline(1);
        store.epoch_deadline_async_yield_and_update(1);
        store
    }

    /// Runs the guest's part of a call within its budgets. The instance is gone when this returns.
    pub(crate) async fn run<T>(
        &self,
        call: &Call<'_>,
        turn: Turn<'_>,
        mut store: wasmtime::Store<CallState>,
        guest: impl AsyncFnOnce(&mut wasmtime::Store<CallState>) -> wasmtime::Result<T>,
    ) -> (Result<T, CallError>, CallState, Spent) {
        let Call { ctx, ready, .. } = call;
        let running = ready.install.usage.begin();
        let span = tracing::debug_span!(
            "call", tenant = %ctx.tenant.slug, module = %ctx.module, version = %ready.binding.manifest.version,
            digest = %ready.binding.digest, call = %ctx.call, kind = call.kind.code(), what = call.what
        );
        let (result, mut spent) = drive(&self.slow_lane, ctx.tenant.id, &ready.binding.limits, guest(&mut store)).instrument(span).await;
        let mut state = store.into_data();
        state.release_snapshot();
        drop(running);
        spent.queued = turn.queued;
        // Its place is given away only after its instance.
        drop(turn);
        (result.map_err(|error| ended(&error, &state)), state, spent)
    }

    /// Counts a call that ended, and says in the log how.
    pub(crate) fn count(&self, call: &Call<'_>, state: &CallState, spent: Spent, failed: Option<&CallError>) {
        let Call { ctx, ready, kind, what } = call;
        ready.install.usage.end(spent, state, failed);
        ready.linked.meters.end(*kind, spent, failed, state.denials.len());
        if ready.install.first_calls_fail(&ready.binding.digest, failed) {
            self.falls.add(ctx.tenant.id, ctx.module.clone(), &ready.binding.digest);
        }
        let (cpu_us, wall_us) = (spent.cpu.as_micros(), spent.wall.as_micros());
        let used = &state.used;
        if failed.is_some() || spent.wall + spent.queued >= SLOW || !state.denials.is_empty() {
            self.recent.add(Note {
                call: ctx.call,
                tenant: ctx.tenant.id,
                module: ctx.module.clone(),
                version: ready.binding.manifest.version.clone(),
                digest: ready.binding.digest.to_string(),
                kind: *kind,
                what: (*what).to_owned(),
                at: ctx.now,
                outcome: failed.map_or_else(|| "ok".to_owned(), CallError::code),
                queued_us: micros(spent.queued),
                cpu_us: micros(spent.cpu),
                lane_us: micros(spent.lane),
                wall_us: micros(spent.wall),
                host_calls: used.host_calls,
                entries_read: used.entries_read,
                entries_written: used.entries_written,
                memory: state.limiter.memory(),
            });
        }
        macro_rules! say {
            ($level:ident, $($words:tt)+) => {
                tracing::$level!(
                    tenant = %ctx.tenant.slug, module = %ctx.module, version = %ready.binding.manifest.version, digest = %ready.binding.digest,
                    call = %ctx.call, kind = kind.code(), what = %what, cpu_us, wall_us, memory = state.limiter.memory(),
                    host_calls = used.host_calls, entries_read = used.entries_read, entries_written = used.entries_written,
                    $($words)+
                )
            };
        }
        match failed {
            Some(error) if error.is_stopped() => say!(warn, outcome = error.code(), "a module was stopped"),
            Some(error) => say!(debug, outcome = error.code(), "a call failed"),
            None if spent.wall >= SLOW => say!(info, outcome = "ok", "a call was slow"),
            None => say!(debug, outcome = "ok", "a call ended"),
        }
    }

    /// An audit row of this call.
    pub(crate) fn row(&self, ctx: &CallContext, kind: AuditKind, what: &str, detail: &serde_json::Value) -> AuditEntry {
        ctx.row(kind, what, detail.clone())
    }

    /// A row for a call that the host stopped or that broke down.
    pub(crate) fn stopped_row(&self, ctx: &CallContext, what: &str, failed: Option<&CallError>) -> Option<AuditEntry> {
        let error = failed.filter(|error| error.is_stopped())?;
        Some(self.row(ctx, AuditKind::Stopped, what, &error.detail().into()))
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
