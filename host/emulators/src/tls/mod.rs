//! The emulators' API face: routes over mutual TLS, as the government's services serve them on port 8443, and the authority that issues the
//! certificates of both sides.

mod authority;

pub use authority::{Keys, Pair};

use axum::Router;
use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use chrono::{DateTime, Utc};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;
use vatra_pki::Certificate;

/// The validity of an emulator's certificate: whatever the demo's clock says, and whatever the machine's.
pub(crate) fn decades() -> (DateTime<Utc>, DateTime<Utc>) {
    (DateTime::from_timestamp(1_577_836_800, 0).unwrap_or_default(), DateTime::from_timestamp(2_524_608_000, 0).unwrap_or_default())
}

/// How long a handshake may take.
const HANDSHAKE: Duration = Duration::from_secs(10);
/// Connections that were made and wait to be served, at most.
const WAITING: usize = 64;

/// Who is on the other side of a connection. Handlers ask for `ConnectInfo<Peer>`.
#[derive(Clone, Debug)]
pub struct Peer {
    /// From where.
    pub address: SocketAddr,
    /// The system certificate, which one of our authority's; checked.
    pub certificate: Certificate,
}

/// Why the API face does not start.
#[derive(Debug, thiserror::Error)]
pub enum NotServed {
    /// The certificates are of no use.
    #[error("TLS does not start: {0}")]
    Tls(String),
    /// The network.
    #[error(transparent)]
    Network(#[from] io::Error),
}

/// Serves the routes to whoever has a certificate of `keys`' authority, until `stop` is done; requests under way are finished.
///
/// # Errors
/// When the certificates are of no use or the network fails.
pub async fn serve(
    listener: TcpListener,
    routes: Router,
    keys: &Keys,
    stop: impl Future<Output = ()> + Send + 'static,
) -> Result<(), NotServed> {
    prepare(listener, routes, keys, stop)?.await
}

/// As [`serve`], once it is certain that it can begin.
pub(crate) fn prepare(
    listener: TcpListener,
    routes: Router,
    keys: &Keys,
    stop: impl Future<Output = ()> + Send + 'static,
) -> Result<impl Future<Output = Result<(), NotServed>> + Send + 'static, NotServed> {
    let acceptor = TlsAcceptor::from(Arc::new(config(keys)?));
    let local = listener.local_addr()?;
    Ok(async move {
        let (sender, receiver) = mpsc::channel(WAITING);
        // Aborted with this future, not only after it.
        let mut accepting = tokio::task::JoinSet::new();
        accepting.spawn(accept(listener, acceptor, sender));
        let service = routes.into_make_service_with_connect_info::<Peer>();
        Ok(axum::serve(Accepted { receiver, local }, service).with_graceful_shutdown(stop).await?)
    })
}

fn config(keys: &Keys) -> Result<ServerConfig, NotServed> {
    let wrong = |error: &dyn std::error::Error| NotServed::Tls(error.to_string());
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut roots = RootCertStore::empty();
    let authority = CertificateDer::from_pem_slice(keys.authority_pem().as_bytes()).map_err(|error| wrong(&error))?;
    roots.add(authority).map_err(|error| wrong(&error))?;
    let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider.clone());
    let verifier = verifier.build().map_err(|error| wrong(&error))?;
    let server = keys.server();
    let chain = CertificateDer::from_pem_slice(server.certificate.as_bytes()).map_err(|error| wrong(&error))?;
    let key = PrivateKeyDer::from_pem_slice(server.key.as_bytes()).map_err(|error| wrong(&error))?;
    let builder = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().map_err(|error| wrong(&error))?;
    builder.with_client_cert_verifier(verifier).with_single_cert(vec![chain], key).map_err(|error| wrong(&error))
}

type Connection = (TlsStream<TcpStream>, Peer);

/// Handshakes side by side: one that dawdles keeps nobody waiting.
async fn accept(listener: TcpListener, acceptor: TlsAcceptor, sender: mpsc::Sender<Connection>) {
    loop {
        let (stream, address) = match listener.accept().await {
            Ok(accepted) => accepted,
            Err(error) => {
                tracing::warn!(%error, "the emulators cannot take a connection");
                tokio::time::sleep(Duration::from_millis(100)).await;
                continue;
            }
        };
        let (acceptor, sender) = (acceptor.clone(), sender.clone());
        tokio::spawn(async move {
            let Ok(Ok(stream)) = tokio::time::timeout(HANDSHAKE, acceptor.accept(stream)).await else {
                tracing::debug!(%address, "a connection without an accepted certificate");
                return;
            };
            let first = stream.get_ref().1.peer_certificates().and_then(<[_]>::first);
            if let Some(certificate) = first.and_then(|der| Certificate::from_der(der).ok()) {
                // Nobody receives any more: we are closing.
                let _ = sender.send((stream, Peer { address, certificate })).await;
            }
        });
    }
}

struct Accepted {
    receiver: mpsc::Receiver<Connection>,
    local: SocketAddr,
}

impl Listener for Accepted {
    type Io = TlsStream<TcpStream>;
    type Addr = Peer;

    async fn accept(&mut self) -> Connection {
        match self.receiver.recv().await {
            Some(connection) => connection,
            None => std::future::pending().await,
        }
    }

    fn local_addr(&self) -> io::Result<Peer> {
        Err(io::Error::new(io::ErrorKind::Unsupported, self.local.to_string()))
    }
}

impl Connected<IncomingStream<'_, Accepted>> for Peer {
    fn connect_info(stream: IncomingStream<'_, Accepted>) -> Peer {
        stream.remote_addr().clone()
    }
}
