//! The engine: pooled, copy-on-write, interrupted by epochs. Figures behind the settings are in `docs/benchmarks.md`.

use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use vatra_capabilities::budget::Limits;
use wasmtime::{Enabled, InstanceAllocationStrategy, PoolingAllocationConfig};

/// How often running guests are looked at. A guest that spins gives way to others this often.
const TICK: Duration = Duration::from_millis(10);

/// The engine's settings.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Calls that may run at the same time; further ones wait for their turn.
    pub concurrency: u32,
    /// What one call may use.
    pub limits: Limits,
    /// Without a pool instances are made on demand: slower, without the pool's large reservation of address space.
    pub pooling: bool,
}

impl Default for Config {
    fn default() -> Self {
        Self { concurrency: 64, limits: Limits::default(), pooling: true }
    }
}

/// The engine with its clock.
pub struct Engine {
    inner: wasmtime::Engine,
    pooled: bool,
    stop: Arc<AtomicBool>,
}

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
        let stop = Arc::new(AtomicBool::new(false));
        let (ticking, stopped) = (inner.weak(), stop.clone());
        std::thread::Builder::new()
            .name("epochs".into())
            .spawn(move || {
                while !stopped.load(Ordering::Relaxed) {
                    std::thread::sleep(TICK);
                    match ticking.upgrade() {
                        Some(engine) => engine.increment_epoch(),
                        None => break,
                    }
                }
            })
            .map_err(wasmtime::Error::new)?;
        Ok(Self { inner, pooled, stop })
    }

    /// Whether instances come from the pool.
    pub fn is_pooled(&self) -> bool {
        self.pooled
    }

    pub(crate) fn inner(&self) -> &wasmtime::Engine {
        &self.inner
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

fn settings(pool: Option<&Config>) -> wasmtime::Config {
    let mut settings = wasmtime::Config::new();
    settings.wasm_component_model(true).epoch_interruption(true).memory_init_cow(true).async_stack_size(1 << 20).max_wasm_stack(512 << 10);
    if let Some(config) = pool {
        // A few more slots than calls: the semaphore in front of the pool is what makes calls wait.
        let slots = config.concurrency + 8;
        let mut pool = PoolingAllocationConfig::new();
        pool.total_component_instances(slots)
            .total_core_instances(slots * 4)
            .total_memories(slots * 2)
            .total_tables(slots * 4)
            .total_stacks(slots)
            .max_memory_size(config.limits.memory)
            .table_elements(config.limits.table)
            .max_unused_warm_slots(config.concurrency)
            .linear_memory_keep_resident(2 << 20)
            .table_keep_resident(64 << 10)
            .async_stack_keep_resident(64 << 10)
            .pagemap_scan(Enabled::Auto);
        settings.allocation_strategy(InstanceAllocationStrategy::Pooling(pool));
    }
    settings
}
