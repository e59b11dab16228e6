//! A registry on a port of its own, and who may do what there.

use async_trait::async_trait;
use axum::http::Method;
use axum::http::header::HeaderMap;
use cap_std::fs::Dir;
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tempfile::TempDir;
use vatra_core::clock::{Clock, FixedClock, Instant};
use vatra_core::digest::Digest;
use vatra_distribution::artifact::{self, Built, Component};
use vatra_distribution::names::Repository;
use vatra_distribution::server::{Action, Content, Credential, Decision, Identity, Policy, Settings, router};
use vatra_distribution::store::{Limits, Store, StoreError};

pub(crate) const SECRET: &str = "s:ecret";

/// `ana` and `bob` push to what begins with their names, and both to `team`; what lies under `…/private` only they pull.
#[derive(Default)]
pub(crate) struct House {
    pub(crate) authentications: AtomicUsize,
    pub(crate) revoked: std::sync::Mutex<BTreeSet<String>>,
}

#[async_trait]
impl Policy for House {
    async fn authenticate(&self, credential: &Credential) -> Option<Identity> {
        self.authentications.fetch_add(1, Ordering::SeqCst);
        let known = ["ana", "bob"].contains(&credential.user.as_str()) && credential.secret == SECRET;
        known.then(|| Identity(credential.user.clone()))
    }

    async fn decide(&self, who: Option<&Identity>, repository: &Repository, action: Action) -> Decision {
        let private = repository.as_str().contains("/private");
        let own =
            |who: &Identity| [who.0.as_str(), "team"].contains(&repository.namespace()) && !self.revoked.lock().unwrap().contains(&who.0);
        match who {
            _ if action == Action::Pull && !private => Decision::Allow,
            None => Decision::Challenge,
            Some(who) if own(who) => Decision::Allow,
            Some(_) => Decision::Deny,
        }
    }
}

pub(crate) struct Site {
    pub(crate) address: String,
    pub(crate) store: Store,
    pub(crate) clock: Arc<FixedClock>,
    pub(crate) house: Arc<House>,
    pub(crate) folder: Arc<TempDir>,
    server: tokio::task::JoinHandle<()>,
    http: reqwest::Client,
}

impl Drop for Site {
    fn drop(&mut self) {
        self.server.abort();
    }
}

pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Reply {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&self.body)))
    }

    /// Status and code of an error.
    pub(crate) fn error(&self) -> (u16, String) {
        assert_eq!(self.header("content-type"), "application/json");
        let json = self.json();
        assert!(json["errors"][0]["message"].as_str().is_some_and(|message| message.len() > 5), "{json}");
        (self.status, json["errors"][0]["code"].as_str().unwrap().to_owned())
    }

    pub(crate) fn message(&self) -> String {
        self.json()["errors"][0]["message"].as_str().unwrap().to_owned()
    }
}

/// A request of ana's, unless said otherwise.
pub(crate) struct Call(reqwest::RequestBuilder);

impl Call {
    pub(crate) fn header(self, name: &str, value: &str) -> Self {
        Self(self.0.header(name, value))
    }

    pub(crate) fn body(self, body: impl Into<reqwest::Body>) -> Self {
        Self(self.0.body(body))
    }

    pub(crate) async fn send(self) -> Reply {
        let answer = self.0.send().await.unwrap();
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        Reply { status, headers, body: answer.bytes().await.unwrap().to_vec() }
    }
}

pub(crate) fn store(folder: &Path, limits: Limits, clock: Arc<dyn Clock>) -> Result<Store, StoreError> {
    let root = Dir::open_ambient_dir(folder, cap_std::ambient_authority()).unwrap();
    Store::open(root, limits, clock)
}

/// Opens a store as soon as whoever had it open has let go.
pub(crate) async fn reopened(folder: &Path, limits: Limits, clock: Arc<dyn Clock>) -> Store {
    for _ in 0..500 {
        match store(folder, limits, clock.clone()) {
            Err(StoreError::InUse) => tokio::time::sleep(std::time::Duration::from_millis(10)).await,
            other => return other.unwrap(),
        }
    }
    panic!("the store is still in use after five seconds");
}

impl Site {
    /// Takes anything.
    pub(crate) async fn open() -> Self {
        Self::with(Limits::default(), Settings { content: Content::any(), ..Settings::default() }).await
    }

    pub(crate) async fn with(limits: Limits, settings: Settings) -> Self {
        let clock = Arc::new(FixedClock::at(Instant(1_790_000_000_000)));
        Self::over(Arc::new(tempfile::tempdir().unwrap()), clock, limits, settings).await
    }

    pub(crate) async fn over(folder: Arc<TempDir>, clock: Arc<FixedClock>, limits: Limits, settings: Settings) -> Self {
        let store = reopened(folder.path(), limits, clock.clone()).await;
        let house = Arc::new(House::default());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let app = router(store.clone(), house.clone(), settings);
        let server = tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        Self { address, store, clock, house, folder, server, http: plain_http() }
    }

    pub(crate) fn anonymous(&self, method: Method, path: &str) -> Call {
        let path = path.strip_prefix(&format!("http://{}", self.address)).unwrap_or(path);
        Call(self.http.request(method, format!("http://{}{path}", self.address)))
    }

    pub(crate) fn by(&self, user: &str, method: Method, path: &str) -> Call {
        Call(self.anonymous(method, path).0.basic_auth(user, Some(SECRET)))
    }

    pub(crate) fn ana(&self, method: Method, path: &str) -> Call {
        self.by("ana", method, path)
    }

    pub(crate) async fn get(&self, path: &str) -> Reply {
        self.anonymous(Method::GET, path).send().await
    }

    pub(crate) async fn head(&self, path: &str) -> Reply {
        self.anonymous(Method::HEAD, path).send().await
    }

    pub(crate) async fn delete(&self, path: &str) -> Reply {
        self.ana(Method::DELETE, path).send().await
    }

    /// Pushes a blob in one request, as the owner of the repository.
    pub(crate) async fn blob(&self, repository: &str, bytes: &[u8]) -> Digest {
        let digest = Digest::of(bytes);
        let user = repository.split('/').next().unwrap();
        let path = format!("/v2/{repository}/blobs/uploads/?digest={digest}");
        let reply = self.by(user, Method::POST, &path).body(bytes.to_vec()).send().await;
        assert_eq!(reply.status, 201, "{}", String::from_utf8_lossy(&reply.body));
        digest
    }

    pub(crate) async fn put_manifest(&self, repository: &str, reference: &str, media_type: &str, bytes: &[u8]) -> Reply {
        let user = repository.split('/').next().unwrap();
        let call = self.by(user, Method::PUT, &format!("/v2/{repository}/manifests/{reference}"));
        call.header("content-type", media_type).body(bytes.to_vec()).send().await
    }

    /// Pushes an artefact's blobs and its manifest.
    pub(crate) async fn artifact(&self, repository: &str, reference: &str, built: &Built) -> Reply {
        for (_, bytes) in &built.blobs {
            self.blob(repository, bytes).await;
        }
        let reply = self.put_manifest(repository, reference, &built.descriptor.media_type, &built.manifest).await;
        assert_eq!(reply.status, 201, "{}", String::from_utf8_lossy(&reply.body));
        reply
    }

    /// The files under the store's folder that are not its own bookkeeping.
    pub(crate) fn files(&self, under: &str) -> Vec<String> {
        files(self.folder.path(), under)
    }
}

pub(crate) fn files(folder: &Path, under: &str) -> Vec<String> {
    fn walk(at: &Path, base: &Path, out: &mut Vec<String>) {
        for entry in std::fs::read_dir(at).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, base, out);
            } else {
                out.push(path.strip_prefix(base).unwrap().to_string_lossy().into_owned());
            }
        }
    }
    let mut out = Vec::new();
    walk(&folder.join(under), folder, &mut out);
    out.sort();
    out
}

pub(crate) fn plain_http() -> reqwest::Client {
    // No TLS is spoken, but the library wants to know whose it would be.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy().build().unwrap()
}

/// Something like a component.
pub(crate) fn package(word: &str) -> Built {
    let wasm = format!("\0asm\x0d\0\x01\0{word}").into_bytes();
    let component = Component { exports: vec!["vatra:pages/screens@0.1.0".to_owned()], imports: Vec::new(), target: None };
    artifact::package(wasm, component).unwrap()
}
