//! The OCI distribution specification 1.1 as an axum router.
//!
//! | resource | file |
//! |---|---|
//! | `/v2/` | here |
//! | `/v2/NAME/blobs/DIGEST` | `blobs` |
//! | `/v2/NAME/blobs/uploads/…` | `uploads` |
//! | `/v2/NAME/manifests/…` | `manifests` |
//! | `/v2/NAME/tags/list` | `tags` |
//! | `/v2/NAME/referrers/DIGEST` | `referrers` |
//!
//! Who may do what is asked of the [`Policy`] before the store is looked at: an answer tells nobody what is in a repository that they
//! may not pull from. What is served is opaque to browsers (`nosniff`, a policy that allows nothing), since it is served from the
//! host's own address.

mod auth;
mod blobs;
mod content;
mod errors;
mod manifests;
mod referrers;
mod routes;
mod tags;
mod uploads;

pub use auth::{Action, Credential, Decision, Identity, Policy};
pub use content::{Content, Types};

use crate::store::Store;
use auth::Door;
use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use errors::{Code, Failure};
use futures::StreamExt;
use routes::Target;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

/// How the registry behaves towards its clients.
#[derive(Clone, Debug)]
pub struct Settings {
    /// What it takes.
    pub content: Content,
    /// What clients show when they ask for a credential. No quotation marks.
    pub realm: String,
    /// How long a request's body may stand still, in seconds.
    pub stall_seconds: u64,
    /// How long a request's body may take in all, in seconds.
    pub request_seconds: u64,
    /// The most bytes of a request's headers.
    pub header_bytes: usize,
    /// How long a credential that was found good counts without asking again, in seconds: what a revocation may take at most.
    pub remember_seconds: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            content: Content::packages(),
            realm: "Vatra registry".to_owned(),
            stall_seconds: 30,
            request_seconds: 600,
            header_bytes: 16 << 10,
            remember_seconds: 4,
        }
    }
}

/// What requests share.
struct Registry {
    store: Store,
    door: Door,
    settings: Settings,
}

type Answer = Result<Response, Failure>;

const API_VERSION: HeaderName = HeaderName::from_static("docker-distribution-api-version");
const CONTENT_DIGEST: HeaderName = HeaderName::from_static("docker-content-digest");

/// The registry, under `/v2/` of whatever it is merged into.
pub fn router(store: Store, policy: Arc<dyn Policy>, settings: Settings) -> Router {
    let door = Door::new(policy, &settings);
    let registry = Arc::new(Registry { store, door, settings });
    Router::new().route("/v2", any(answer)).route("/v2/", any(answer)).route("/v2/{*rest}", any(answer)).with_state(registry)
}

async fn answer(State(registry): State<Arc<Registry>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let head = parts.method == Method::HEAD;
    let mut response = registry.dispatch(&parts, body).await.unwrap_or_else(IntoResponse::into_response);
    if head && !response.status().is_success() {
        // An error's body has no place in the answer to HEAD.
        *response.body_mut() = Body::empty();
        response.headers_mut().remove(header::CONTENT_TYPE);
    }
    let headers = response.headers_mut();
    headers.insert(API_VERSION, HeaderValue::from_static("registry/2.0"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox; frame-ancestors 'none'"));
    response
}

impl Registry {
    async fn dispatch(self: &Arc<Self>, parts: &Parts, body: Body) -> Answer {
        let length: usize = parts.headers.iter().map(|(name, value)| name.as_str().len() + value.len()).sum();
        if length > self.settings.header_bytes {
            let message = format!("the request's headers have more than {} bytes", self.settings.header_bytes);
            return Err(Failure::new(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, Code::Unsupported, message));
        }
        let target = routes::parse(parts.uri.path())?;
        let query = routes::query(&parts.uri)?;
        let Some(repository) = target.repository() else {
            routes::only(&parts.method, &[Method::GET, Method::HEAD])?;
            self.door.known_or_challenge(&parts.headers).await?;
            return Ok(([(header::CONTENT_TYPE, "application/json")], "{}").into_response());
        };
        let action = target.action(&parts.method)?;
        let who = self.door.admit(&parts.headers, repository, action).await?;
        let call = Call { registry: self, parts, query, who };
        match &target {
            Target::Base => Err(Failure::unsupported("nothing is here")),
            Target::Blob(repository, digest) => call.blob(repository, digest).await,
            Target::Uploads(repository) => call.begin(repository, body).await,
            Target::Upload(repository, id) => call.upload(repository, *id, body).await,
            Target::Manifest(repository, pointer) => call.manifest(repository, pointer, body).await,
            Target::Tags(repository) => call.tags(repository).await,
            Target::Referrers(repository, digest) => call.referrers(repository, digest).await,
        }
    }
}

/// A request that was let in.
struct Call<'a> {
    registry: &'a Arc<Registry>,
    parts: &'a Parts,
    query: routes::Query,
    who: Option<Identity>,
}

impl Call<'_> {
    fn store(&self) -> &Store {
        &self.registry.store
    }

    fn header(&self, name: &HeaderName) -> Option<&str> {
        self.parts.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// How long the body says it is, in bytes.
    fn content_length(&self) -> Option<u64> {
        self.header(&header::CONTENT_LENGTH)?.parse().ok()
    }

    /// Reads the body piece by piece, each of them and all of them in time.
    fn read(&self, body: Body) -> Pieces {
        let settings = &self.registry.settings;
        Pieces {
            stream: body.into_data_stream(),
            stall: Duration::from_secs(settings.stall_seconds),
            until: Instant::now() + Duration::from_secs(settings.request_seconds),
        }
    }
}

/// A request's body.
struct Pieces {
    stream: axum::body::BodyDataStream,
    stall: Duration,
    until: Instant,
}

impl Pieces {
    async fn next(&mut self) -> Result<Option<axum::body::Bytes>, Failure> {
        let until = self.until.min(Instant::now() + self.stall);
        match timeout_at(until, self.stream.next()).await {
            Ok(None) => Ok(None),
            Ok(Some(Ok(bytes))) => Ok(Some(bytes)),
            Ok(Some(Err(_))) => Err(Failure::new(StatusCode::BAD_REQUEST, Code::BlobUploadInvalid, "the request's body broke off")),
            Err(_) => Err(Failure::new(StatusCode::REQUEST_TIMEOUT, Code::BlobUploadInvalid, "the request's body came too slowly")),
        }
    }
}

/// A header's value. What it is made of was checked by a grammar without line breaks; nothing else is sent.
fn value(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).unwrap_or_else(|_| HeaderValue::from_static(""))
}

/// Headers of an answer.
fn headers<const N: usize>(all: [(HeaderName, &str); N]) -> HeaderMap {
    all.into_iter().map(|(name, text)| (name, value(text))).collect()
}
