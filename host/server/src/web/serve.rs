//! Listening, and stopping without cutting anyone off.

use super::mpay::{ENDPOINT, KnownServices};
use super::{WebConfig, router};
use crate::app::App;
use std::future::Future;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// How long requests under way may take after [`Stop::stop`].
const PATIENCE: Duration = Duration::from_secs(20);
/// How often expired sessions are swept away.
const SWEEP: Duration = Duration::from_secs(600);

/// A portal that listens.
pub struct Serving {
    /// Where.
    pub address: SocketAddr,
    /// Ends it.
    pub stop: Stop,
    /// Serves until stopped. Nothing is answered before it is polled.
    pub run: Pin<Box<dyn Future<Output = std::io::Result<()>> + Send>>,
}

/// Ends a [`Serving`]: no new requests, those under way are finished.
#[derive(Clone)]
pub struct Stop(Arc<watch::Sender<bool>>);

impl Stop {
    /// Ends it.
    pub fn stop(&self) {
        self.0.send_replace(true);
    }
}

/// Binds the address, begins to tell modules what arrived ([`App::start_inbox`]) services what leaves ([`App::start_outbox`]), to wake modules
/// ([`App::start_waker`]) and to make the steps of their jobs ([`App::start_jobs`]), and returns what serves the portal.
///
/// # Errors
/// When the address cannot be bound, or the emulated MPay cannot call it.
pub async fn serve(app: Arc<App>, config: WebConfig) -> std::io::Result<Serving> {
    let listener = tokio::net::TcpListener::bind(config.listen).await?;
    let address = listener.local_addr()?;
    let router = router(app.clone(), &config);
    crate::carriers::make_documents(&app, &config.public_base);
    if let Some(house) = &config.emulators {
        let services = Arc::new(KnownServices(app.clone()));
        let called = house.call(&format!("http://{}{ENDPOINT}", reachable(address)), services);
        called.map_err(std::io::Error::other)?;
    }
    let (sender, receiver) = watch::channel(false);
    let run = async move {
        let inbox = app.start_inbox();
        // Ends when dropped.
        let (_outbox, _jobs) = (app.start_outbox(), app.start_jobs());
        let waker = app.start_waker();
        let sweeper = tokio::spawn(sweep(app));
        let stopped = |mut receiver: watch::Receiver<bool>| async move {
            // An error means that nobody is left who could stop it.
            if receiver.wait_for(|stop| *stop).await.is_err() {
                std::future::pending::<()>().await;
            }
        };
        let serving = axum::serve(listener, router).with_graceful_shutdown(stopped(receiver.clone()));
        let outcome = tokio::select! {
            outcome = async { serving.await } => outcome,
            () = async { stopped(receiver).await; tokio::time::sleep(PATIENCE).await } => {
                tracing::warn!("requests that were still under way have been cut off");
                Ok(())
            }
        };
        inbox.abort();
        waker.abort();
        sweeper.abort();
        outcome
    };
    Ok(Serving { address, stop: Stop(Arc::new(sender)), run: Box::pin(run) })
}

/// How the listener is reached from this machine.
fn reachable(listener: SocketAddr) -> SocketAddr {
    let host = match listener.ip() {
        ip if ip.is_unspecified() && ip.is_ipv4() => Ipv4Addr::LOCALHOST.into(),
        ip if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(host, listener.port())
}

async fn sweep(app: Arc<App>) {
    loop {
        if let Err(error) = app.store.sweep_sessions(app.clock.now()).await {
            tracing::error!("expired sessions stay: {error}");
        }
        tokio::time::sleep(SWEEP).await;
    }
}
