//! Hosts: `vatra demo` and `vatra serve`.

use crate::args::{Demo, Serve};
use crate::data::{Held, Place};
use anyhow::{Context, bail};
use std::io::Write;
use std::sync::Arc;
use vatra_core::ids::Name;
use vatra_server::app::App;
use vatra_server::commands::{self, Reply};
use vatra_server::demo::{self, Seeded};
use vatra_server::web::{self, WebConfig};
use vatra_server::{emulated, services};

/// The data folder for a host, which takes it over alone.
fn take(place: &Place) -> anyhow::Result<Held> {
    place.make()?;
    match place.lock()? {
        Some(held) => Ok(held),
        None => bail!(
            "Another vatra has the data folder {} open: stop it first, or give this one another folder with --data",
            place.folder.display()
        ),
    }
}

/// Seeds the data folder and serves it with emulators.
pub(crate) async fn demo(place: &Place, demo: Demo, json: bool) -> anyhow::Result<Option<Reply>> {
    let packages = demo::packages(demo.packages.as_deref())?;
    let held = take(place)?;
    demo::mark(&place.folder)?;
    let app = place.open(&held).await?;
    let seeded = demo::seed(&app, &place.folder, &packages).await.context("The demo cannot be seeded")?;
    if demo.seed_only {
        app.close().await;
        return Ok(Some(told(&seeded, place)));
    }
    let mut config = settled(WebConfig::new(demo.listen))?;
    let mut emulated = emulated::open(&app, &place.folder, &mut config).await.context("The government services cannot be emulated")?;
    if let Some(connected) = &mut emulated.connected {
        connected.start(&app);
    }
    let said = |address: std::net::SocketAddr| {
        if json {
            return format!("{}\n", serde_json::json!({ "url": format!("http://{address}") }));
        }
        format!(
            "Vatra demo: http://{address}\nEmulated services and their faults: http://{address}/emulators/\n{}\n",
            told(&seeded, place).text
        )
    };
    run(app, place, config, &said).await?;
    drop(emulated);
    Ok(None)
}

/// Serves the data folder.
pub(crate) async fn serve(place: &Place, serve: Serve) -> anyhow::Result<Option<Reply>> {
    let held = take(place)?;
    let app = place.open(&held).await?;
    let usual = WebConfig::new(serve.listen);
    let mut config = settled(WebConfig { public_base: serve.public.unwrap_or_else(|| usual.public_base.clone()), ..usual })?;
    let mut connected = if serve.emulators {
        let emulated = emulated::open(&app, &place.folder, &mut config).await;
        emulated.context("The government services cannot be emulated")?.connected
    } else {
        services::connect(&app, &place.folder, &mut config).context("The government services are not connected")?
    };
    if let Some(connected) = &mut connected {
        connected.start(&app);
    }
    if let Some(listen) = serve.metrics {
        let handle = vatra_server::metrics::collect().map_err(anyhow::Error::msg).context("Metrics cannot be collected")?;
        vatra_server::metrics::serve(app.clone(), handle, listen)
            .await
            .with_context(|| format!("The address {listen} for metrics cannot be listened on"))?;
    }
    run(app, place, config, &|address| format!("Vatra: http://{address}\n")).await?;
    drop(connected);
    Ok(None)
}

/// With the port that is listened on: pages and services name it.
fn settled(mut config: WebConfig) -> anyhow::Result<WebConfig> {
    let listen = config.listen;
    if listen.port() == 0 {
        let free = std::net::TcpListener::bind(listen).and_then(|listener| listener.local_addr());
        config.listen = free.with_context(|| format!("The address {listen} cannot be listened on"))?;
        config.public_base = config.public_base.replace(&listen.to_string(), &config.listen.to_string());
    }
    Ok(config)
}

async fn run(app: Arc<App>, place: &Place, config: WebConfig, said: &dyn Fn(std::net::SocketAddr) -> String) -> anyhow::Result<()> {
    let listen = config.listen;
    app.make_ready().await.context("The modules cannot be made ready")?;
    let serving = web::serve(app.clone(), config)
        .await
        .with_context(|| format!("The address {listen} cannot be listened on: choose another with --listen"))?;
    let admin = commands::listen(app.clone(), &place.folder).context("The admin socket cannot be made")?;
    {
        let mut out = std::io::stdout().lock();
        out.write_all(said(serving.address).as_bytes()).and_then(|()| out.flush()).context("The address cannot be printed")?;
    }
    let stop = serving.stop.clone();
    tokio::spawn(async move {
        if signal().await.is_ok() {
            stop.stop();
        }
    });
    let outcome = serving.run.await.context("The portal stopped");
    app.close().await;
    admin.abort();
    let _ = std::fs::remove_file(place.folder.join(commands::SOCKET));
    outcome
}

/// Until the operator or the system wants it to stop.
async fn signal() -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
    Ok(())
}

/// What is there and how to get in.
fn told(seeded: &Seeded, place: &Place) -> Reply {
    let mut lines =
        vec!["Sign in through the emulated MPass: it lists these people. For --as on the command line use the handle.".to_owned()];
    for (tenant, officials) in &seeded.people {
        lines.push(format!("  {} ({}), {}", tenant.name, tenant.district, tenant.slug));
        for official in officials {
            let roles: Vec<&str> = official.roles.iter().map(Name::as_str).collect();
            lines.push(format!("    {:<14} {}: {}", official.handle.as_str(), official.name, roles.join(", ")));
        }
    }
    lines.push(format!("A small tax roll to import: {}", seeded.roll.display()));
    lines.push(format!("Data: {}", place.folder.display()));
    let people = |officials: &[vatra_core::call::Official]| -> Vec<serde_json::Value> {
        officials.iter().map(|each| serde_json::json!({ "handle": each.handle, "name": each.name, "roles": each.roles })).collect()
    };
    let municipalities: Vec<serde_json::Value> = seeded
        .people
        .iter()
        .map(|(tenant, officials)| serde_json::json!({ "slug": tenant.slug, "name": tenant.name, "people": people(officials) }))
        .collect();
    let json = serde_json::json!({ "data": place.folder, "roll": seeded.roll, "municipalities": municipalities });
    Reply { code: 0, text: lines.join("\n"), json }
}
