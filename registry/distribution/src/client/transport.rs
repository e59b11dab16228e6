//! How requests reach a registry: over the network, or into the host's own.

use async_trait::async_trait;
use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{Request, Response};
use reqwest::redirect;
use rustls::ClientConfig;
use rustls_pki_types::CertificateDer;
use rustls_platform_verifier::BuilderVerifierExt;
use std::sync::Arc;
use std::time::Duration;
use tower::ServiceExt;

/// What the network said.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct TransportError(pub String);

/// Carries a request to a registry and its answer back, once: no redirects, no repeats, nothing unpacked.
#[async_trait]
pub trait Transport: Send + Sync {
    /// Sends a request to its absolute address. The body of the answer comes as it is read.
    async fn exchange(&self, request: Request<Bytes>) -> Result<Response<Body>, TransportError>;
}

/// A registry in this process, whatever host is asked for.
#[derive(Clone, Debug)]
pub struct InProcess(pub Router);

#[async_trait]
impl Transport for InProcess {
    async fn exchange(&self, request: Request<Bytes>) -> Result<Response<Body>, TransportError> {
        let answer = self.0.clone().oneshot(request.map(Body::from)).await;
        answer.map_err(|never| match never {})
    }
}

/// Whose certificates are believed.
#[derive(Clone, Debug, Default)]
pub enum Roots {
    /// The machine's.
    #[default]
    Machine,
    /// These alone, DER.
    Only(Vec<Vec<u8>>),
}

/// The network.
#[derive(Clone, Debug)]
pub struct Web(reqwest::Client);

impl Web {
    /// A client that believes these certificates. TLS by aws-lc, as everywhere in the host.
    ///
    /// # Errors
    /// When TLS does not start: the machine has no certificates, or these are none.
    pub fn new(roots: Roots) -> Result<Self, TransportError> {
        let failed = |error: &dyn std::error::Error| TransportError(chain(error));
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let builder =
            ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().map_err(|error| failed(&error))?;
        let config = match roots {
            Roots::Machine => builder.with_platform_verifier().map_err(|error| failed(&error))?.with_no_client_auth(),
            Roots::Only(certificates) => {
                let mut store = rustls::RootCertStore::empty();
                for certificate in certificates {
                    store.add(CertificateDer::from(certificate)).map_err(|error| failed(&error))?;
                }
                builder.with_root_certificates(store).with_no_client_auth()
            }
        };
        let client = reqwest::Client::builder()
            .tls_backend_preconfigured(config)
            .redirect(redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .connect_timeout(Duration::from_secs(10))
            .user_agent(concat!("vatra/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|error| failed(&error))?;
        Ok(Self(client))
    }
}

#[async_trait]
impl Transport for Web {
    async fn exchange(&self, request: Request<Bytes>) -> Result<Response<Body>, TransportError> {
        let failed = |error: reqwest::Error| TransportError(chain(&error.without_url()));
        let request = reqwest::Request::try_from(request).map_err(failed)?;
        let answer = self.0.execute(request).await.map_err(failed)?;
        Ok(Response::<reqwest::Body>::from(answer).map(Body::new))
    }
}

/// An error and its causes.
fn chain(error: &dyn std::error::Error) -> String {
    let mut out = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        out = format!("{out}: {cause}");
        next = cause.source();
    }
    out
}
