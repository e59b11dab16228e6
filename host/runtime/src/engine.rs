//! The engine: pooled, copy-on-write, interrupted by epochs. Figures behind the settings are in `docs/performance.md`.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::thread::Thread;
use std::time::Duration;
use vatra_capabilities::budget::{Budget, Limits};
use wasmtime::{Enabled, InstanceAllocationStrategy, PoolingAllocationConfig};

/// How often running guests are looked at: none holds a worker thread for longer than that.
pub(crate) const TICK: Duration = Duration::from_millis(1);
/// What one component may have. A Rust module has three core instances, a memory and two tables; Python's has some twenty instances.
const CORE_INSTANCES: u32 = 32;
const MEMORIES: u32 = 2;
const TABLES: u32 = 16;
/// Ticks without a running guest after which the clock rests.
const IDLE_TICKS: u32 = 100;

/// The engine's settings.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Config {
    /// Calls that may run at the same time; further ones wait for their turn.
    pub concurrency: u32,
    /// How many of these one municipality may have.
    pub per_municipality: u32,
    /// How long a call waits for its turn before it is told to come back later, in milliseconds.
    pub queue_ms: u64,
    /// Calls of one municipality that may wait.
    pub queue_length: u32,
    /// What one call may use, unless its municipality or its module has other budgets.
    pub limits: Limits,
    /// What such other budgets cannot exceed; those that are not named keep the host's usual ceilings.
    #[serde(deserialize_with = "ceilings")]
    pub ceilings: Limits,
    /// Without a pool instances are made on demand: slower, without the pool's large reservation of address space.
    pub pooling: bool,
}

/// Over [`Limits::ceilings`], not over the usual limits: naming one ceiling must not lower the others.
fn ceilings<'de, D: Deserializer<'de>>(given: D) -> Result<Limits, D::Error> {
    let mut all = Limits::ceilings();
    for (code, value) in BTreeMap::<String, u64>::deserialize(given)? {
        let budget = Budget::from_code(&code).ok_or_else(|| D::Error::custom(format!("there is no budget '{code}'")))?;
        all.set(budget, value);
    }
    Ok(all)
}

impl Default for Config {
    fn default() -> Self {
        Self {
            concurrency: 64,
            per_municipality: 32,
            queue_ms: 2_000,
            queue_length: 256,
            limits: Limits::default(),
            ceilings: Limits::ceilings(),
            pooling: true,
        }
    }
}

/// The engine with its clock.
pub struct Engine {
    inner: wasmtime::Engine,
    pooled: bool,
    clock: Arc<Clock>,
    thread: Thread,
}

/// Ticks while guests run.
#[derive(Default)]
struct Clock {
    running: AtomicUsize,
    resting: AtomicBool,
    stop: AtomicBool,
}

/// A guest that runs: keeps the clock ticking.
pub(crate) struct Running<'a>(&'a Engine);

impl Engine {
    /// Starts the engine. Where the machine cannot reserve the pool's address space it falls back to instances on demand, and says so.
    ///
    /// # Errors
    /// When neither can be had.
    pub fn start(config: &Config) -> wasmtime::Result<Self> {
        let (inner, pooled) = match config.pooling.then(|| wasmtime::Engine::new(&settings(Some(config)))) {
            Some(Ok(engine)) => (engine, true),
            Some(Err(error)) => {
                tracing::warn!("no instance pool ({error}): instances are made on demand");
                (wasmtime::Engine::new(&settings(None))?, false)
            }
            None => (wasmtime::Engine::new(&settings(None))?, false),
        };
        let clock = Arc::new(Clock::default());
        let (engine, ticking) = (inner.weak(), clock.clone());
        let thread = std::thread::Builder::new().name("epochs".into()).spawn(move || {
            let mut idle = 0;
            while !ticking.stop.load(SeqCst) {
                let Some(engine) = engine.upgrade() else { break };
                engine.increment_epoch();
                drop(engine);
                idle = if ticking.running.load(SeqCst) == 0 { idle + 1 } else { 0 };
                if idle < IDLE_TICKS {
                    std::thread::sleep(TICK);
                    continue;
                }
                ticking.resting.store(true, SeqCst);
                // A guest that began in between is seen here, or sees that the clock rests and wakes it.
                if ticking.running.load(SeqCst) == 0 && !ticking.stop.load(SeqCst) {
                    std::thread::park();
                }
                ticking.resting.store(false, SeqCst);
                idle = 0;
            }
        })?;
        Ok(Self { inner, pooled, clock, thread: thread.thread().clone() })
    }

    /// Whether instances come from the pool.
    pub fn is_pooled(&self) -> bool {
        self.pooled
    }

    pub(crate) fn inner(&self) -> &wasmtime::Engine {
        &self.inner
    }

    /// A guest begins to run.
    pub(crate) fn running(&self) -> Running<'_> {
        self.clock.running.fetch_add(1, SeqCst);
        if self.clock.resting.load(SeqCst) {
            self.thread.unpark();
        }
        Running(self)
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.0.clock.running.fetch_sub(1, SeqCst);
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        self.clock.stop.store(true, SeqCst);
        self.thread.unpark();
    }
}

fn settings(pool: Option<&Config>) -> wasmtime::Config {
    let mut settings = wasmtime::Config::new();
    settings.wasm_component_model(true).epoch_interruption(true).memory_init_cow(true).async_stack_size(1 << 20).max_wasm_stack(512 << 10);
    // Nothing that a replay might see otherwise, and no address beyond what a call may have anyway.
    settings.relaxed_simd_deterministic(true).wasm_memory64(false);
    if let Some(config) = pool {
        // A call in each place, and as much of everything as a component may have: no place that was given is without its memory.
        let slots = config.concurrency.max(1);
        let most = |value: u64| usize::try_from(value).unwrap_or(usize::MAX);
        let mut pool = PoolingAllocationConfig::new();
        pool.total_component_instances(slots)
            .max_core_instances_per_component(CORE_INSTANCES)
            .max_memories_per_component(MEMORIES)
            .max_tables_per_component(TABLES)
            .total_core_instances(slots * CORE_INSTANCES)
            .total_memories(slots * MEMORIES)
            .total_tables(slots * TABLES)
            .total_stacks(slots)
            .max_memory_size(most(config.ceilings.memory))
            .table_elements(most(config.ceilings.table))
            .max_unused_warm_slots(slots)
            .linear_memory_keep_resident(2 << 20)
            .table_keep_resident(64 << 10)
            .async_stack_keep_resident(64 << 10)
            .pagemap_scan(Enabled::Auto);
        settings.allocation_strategy(InstanceAllocationStrategy::Pooling(pool));
    }
    settings
}
