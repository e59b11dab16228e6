//! Listening, and stopping without cutting anyone off.

use super::{Portal, WebConfig, portal};
use crate::app::App;
use std::future::Future;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use vatra_emulators::{mpass, mpay};

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
    /// The emulators, if they were asked for.
    pub mpass: Option<mpass::Emulator>,
    /// As above.
    pub mpay: Option<mpay::Emulator>,
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

/// Binds the address, begins to tell modules what arrived ([`App::start_inbox`]) and services what leaves ([`App::start_outbox`]), and returns what serves the portal.
///
/// # Errors
/// When the address cannot be bound.
pub async fn serve(app: Arc<App>, config: WebConfig) -> std::io::Result<Serving> {
    let listener = tokio::net::TcpListener::bind(config.listen).await?;
    let address = listener.local_addr()?;
    let Portal { router, mpass, mpay, wire } = portal(app.clone(), &config);
    crate::carriers::make_documents(&app, &config.public_base);
    // From here on the emulated MPay speaks as the real one does: signed messages over the network.
    if let (Some(mpay), Some(remote)) = (&mpay, wire.and_then(|wire| wire.to(address))) {
        mpay.connect(Arc::new(remote));
    }
    let (sender, receiver) = watch::channel(false);
    let run = async move {
        let inbox = app.start_inbox();
        // Ends when dropped.
        let _outbox = app.start_outbox();
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
        sweeper.abort();
        outcome
    };
    Ok(Serving { address, stop: Stop(Arc::new(sender)), mpass, mpay, run: Box::pin(run) })
}

async fn sweep(app: Arc<App>) {
    loop {
        if let Err(error) = app.store.sweep_sessions(app.clock.now()).await {
            tracing::error!("expired sessions stay: {error}");
        }
        tokio::time::sleep(SWEEP).await;
    }
}
