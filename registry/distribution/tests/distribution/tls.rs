//! A registry behind TLS: believed by its certificate, or not at all.

use crate::client::options;
use crate::site::{House, package, store};
use std::sync::Arc;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;
use vatra_core::clock::{FixedClock, Instant};
use vatra_distribution::client::{Client, ClientError, Options, Reference, Roots, Web};
use vatra_distribution::server::{Settings, router};

struct Tls(TcpListener, TlsAcceptor);

impl axum::serve::Listener for Tls {
    type Io = TlsStream<TcpStream>;
    type Addr = std::net::SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        loop {
            let (stream, address) = self.0.accept().await.unwrap();
            // Whoever does not believe the certificate breaks off.
            if let Ok(stream) = self.1.accept(stream).await {
                return (stream, address);
            }
        }
    }

    fn local_addr(&self) -> std::io::Result<Self::Addr> {
        self.0.local_addr()
    }
}

#[tokio::test]
async fn a_registry_is_believed_by_its_certificate() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path(), Default::default(), Arc::new(FixedClock::at(Instant(0)))).unwrap();
    let app = router(store, Arc::new(House::default()), Settings::default());
    let (ours, other) = (own(), own());
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let key = rustls_pki_types::PrivateKeyDer::try_from(ours.1.clone()).unwrap();
    let config = rustls::ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let config = config.with_no_client_auth().with_single_cert(vec![ours.0.clone().into()], key).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let registry = format!("localhost:{}", listener.local_addr().unwrap().port());
    tokio::spawn(async move { axum::serve(Tls(listener, TlsAcceptor::from(Arc::new(config))), app).await.unwrap() });
    let client = |certificate: &[u8]| {
        let options = Options { plain: Default::default(), ..options(&registry, Some("ana")) };
        Client::new(Arc::new(Web::new(Roots::Only(vec![certificate.to_vec()])).unwrap()), options)
    };
    let at: Reference = format!("{registry}/ana/roll:1.0").parse().unwrap();
    let built = package("x");
    client(&ours.0).push(&at, &built).await.unwrap();
    assert_eq!(client(&ours.0).pull(&at).await.unwrap().component, built.blobs[1].1);
    let error = client(&other.0).pull(&at).await.unwrap_err();
    assert!(matches!(&error, ClientError::Unreachable { .. }) && error.to_string().contains("certificate"), "{error}");
    // Nor is it asked without TLS because it is there.
    let plain = Client::new(Arc::new(Web::new(Roots::Only(Vec::new())).unwrap()), options(&registry, Some("ana")));
    assert!(matches!(plain.pull(&at).await.unwrap_err(), ClientError::Unreachable { .. }));
    assert!(Web::new(Roots::Only(vec![b"no certificate".to_vec()])).is_err());
}

/// A certificate of `localhost` that signs itself, and its key, DER.
fn own() -> (Vec<u8>, Vec<u8>) {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    (made.cert.der().to_vec(), made.signing_key.serialize_der())
}
