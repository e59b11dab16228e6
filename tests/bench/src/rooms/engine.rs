//! A fresh instance and a trivial call: every budget on and a full context, beside the bare engine on the same component.

use crate::figure::{Figure, Spread};
use crate::site;
use anyhow::{Context, Result, anyhow};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;
use vatra_capabilities::bindings::vatra::types::values::{Failure, Field};
use vatra_capabilities::bindings::vatra::view::view::Screen;
use vatra_core::value::Fields;
use vatra_hosting_tests::package;
use wasmtime::component::{Component, ComponentExportIndex, InstancePre, Linker, TypedFunc};
use wasmtime::{Enabled, Engine, InstanceAllocationStrategy, PoolingAllocationConfig, Store};

type Rendered = (Result<Screen, Failure>,);

const ROUNDS: usize = 200;
const CALLS: usize = 100;

pub(crate) async fn measure() -> Result<Vec<Figure>> {
    let folder = tempfile::tempdir()?;
    let app = site::open(folder.path(), None).await?;
    let tenant = site::municipality(&app, "sculeni", 1).await?;
    let echo = site::put(&app, &tenant, "echo").await?;
    let ctx = site::context(&app, &tenant, &echo).await?;
    let bare = Bare::new()?;
    let parameters = Fields::new();
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    // The first round warms up.
    for round in 0..=ROUNDS {
        let from = Instant::now();
        for _ in 0..CALLS {
            bare.call().await?;
        }
        let middle = Instant::now();
        for _ in 0..CALLS {
            let failed = |error| anyhow!("{error}");
            let ready = app.runtime.ready(tenant.id, &echo).await.map_err(failed)?;
            app.runtime.render(&Arc::new(ctx.clone()), &ready, "home", &parameters, &|_| Ok(())).await.map_err(failed)?;
        }
        if round > 0 {
            theirs.push((middle - from).as_secs_f64() * 1e6 / CALLS as f64);
            ours.push(middle.elapsed().as_secs_f64() * 1e6 / CALLS as f64);
        }
    }
    let ratio = Spread::of_ratios(&ours, &theirs)?;
    let (ours, theirs) = (Spread::of(ours)?, Spread::of(theirs)?);
    app.close().await;
    Ok(vec![
        Figure::new("engine", "fresh instance and a trivial call, every budget on, full context", "µs", ours)
            .floor_of(25.0)
            .beside("bare engine", format!("{:.1} µs ({:.1}..{:.1})", theirs.median, theirs.low, theirs.high)),
        Figure::new("engine", "the same, times the bare engine's", "×", ratio).aim_of(1.3),
    ])
}

/// wasmtime alone, as fast as it goes: the host's pool, the same component, its imports linked to traps, its types compared once, no clock, no
/// limits, no context.
struct Bare {
    engine: Engine,
    module: InstancePre<()>,
    render: ComponentExportIndex,
    compared: AtomicBool,
}

impl Bare {
    fn new() -> Result<Self> {
        let mut pool = PoolingAllocationConfig::new();
        pool.total_component_instances(72)
            .total_core_instances(288)
            .total_memories(144)
            .total_tables(288)
            .total_stacks(72)
            .max_memory_size(128 << 20)
            .table_elements(20_000)
            .max_unused_warm_slots(64)
            .linear_memory_keep_resident(2 << 20)
            .table_keep_resident(64 << 10)
            .async_stack_keep_resident(64 << 10)
            .pagemap_scan(Enabled::Auto);
        let mut config = wasmtime::Config::new();
        config.wasm_component_model(true).memory_init_cow(true).async_stack_size(1 << 20).max_wasm_stack(512 << 10);
        config.allocation_strategy(InstanceAllocationStrategy::Pooling(pool));
        let engine = Engine::new(&config)?;
        let component = Component::new(&engine, package("echo")?)?;
        let mut linker = Linker::new(&engine);
        linker.define_unknown_imports_as_traps(&component)?;
        let interface = component.get_export_index(None, "vatra:modules/screens@0.1.0");
        let render = interface.and_then(|interface| component.get_export_index(Some(&interface), "render")).context("render")?;
        Ok(Self { module: linker.instantiate_pre(&component)?, engine, render, compared: AtomicBool::new(false) })
    }

    async fn call(&self) -> Result<()> {
        let mut store = Store::new(&self.engine, ());
        let instance = self.module.instantiate_async(&mut store).await?;
        let render: TypedFunc<(&str, &[Field]), Rendered> = if self.compared.swap(true, Ordering::AcqRel) {
            let function = instance.get_func(&mut store, self.render).context("render")?;
            #[allow(unsafe_code)]
            // SAFETY: this function of this component was compared with these types before.
            unsafe {
                TypedFunc::new_unchecked(function)
            }
        } else {
            instance.get_typed_func(&mut store, self.render)?
        };
        let (answer,) = render.call_async(&mut store, ("home", &[])).await?;
        answer.map(|_| ()).map_err(|_| anyhow!("the call failed"))
    }
}
