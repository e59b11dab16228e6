//! A registry on a port of its own, a publisher, a package.

use async_trait::async_trait;
use axum::Router;
use axum::routing::get;
use cap_std::fs::Dir;
use serde_json::json;
use std::sync::Arc;
use tempfile::TempDir;
use vatra_core::clock::{Clock, FixedClock, Instant};
use vatra_core::ids::Name;
use vatra_distribution::client::{Client, Options, Reference, Roots, Web};
use vatra_distribution::names::Repository;
use vatra_distribution::server::{Action, Credential, Decision, Identity, Policy, Settings, router};
use vatra_distribution::store::{Limits, Store};
use vatra_publish::Local;
use vatra_registry::{Translations, pack};
use vatra_trust::{Keyring, PrivateKey, Publisher};

pub const SECRET: &str = "s:ecret";
pub const NOW: Instant = Instant(1_790_000_000_000);
const YEAR: i64 = 365 * 24 * 60 * 60;

struct House;

#[async_trait]
impl Policy for House {
    async fn authenticate(&self, credential: &Credential) -> Option<Identity> {
        (credential.user == "codru" && credential.secret == SECRET).then(|| Identity(credential.user.clone()))
    }
    async fn decide(&self, who: Option<&Identity>, repository: &Repository, action: Action) -> Decision {
        match who {
            _ if action == Action::Pull => Decision::Allow,
            None => Decision::Challenge,
            Some(who) if who.0 == repository.namespace() => Decision::Allow,
            Some(_) => Decision::Deny,
        }
    }
}

pub struct Site {
    pub address: String,
    pub store: Store,
    _folder: TempDir,
    server: tokio::task::JoinHandle<()>,
}

impl Drop for Site {
    fn drop(&mut self) {
        self.server.abort();
    }
}

pub async fn served(app: Router) -> (String, tokio::task::JoinHandle<()>) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    (address, tokio::spawn(async move { axum::serve(listener, app).await.unwrap() }))
}

impl Site {
    /// With a catalogue of these repositories, or without one.
    pub async fn open(catalogue: Option<&'static [&'static str]>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let root = Dir::open_ambient_dir(folder.path(), cap_std::ambient_authority()).unwrap();
        let clock: Arc<dyn Clock> = Arc::new(FixedClock::at(NOW));
        let store = Store::open(root, Limits::default(), clock).unwrap();
        let mut app = router(store.clone(), Arc::new(House), Settings::default());
        if let Some(names) = catalogue {
            app = app.route("/v2/_catalog", get(move || async move { axum::Json(json!({ "repositories": names })) }));
        }
        let (address, server) = served(app).await;
        Self { address, store, _folder: folder, server }
    }

    pub fn at(&self, rest: &str) -> Reference {
        format!("{}/{rest}", self.address).parse().unwrap()
    }

    pub fn codru(&self) -> Client {
        let credential = Credential { user: "codru".to_owned(), secret: SECRET.to_owned() };
        self.client(Options { credentials: [(self.address.clone(), credential)].into(), ..Options::default() })
    }

    pub fn anyone(&self) -> Client {
        self.client(Options::default())
    }

    fn client(&self, options: Options) -> Client {
        client(&self.address, options)
    }
}

pub fn client(address: &str, options: Options) -> Client {
    let options = Options { plain: [address.to_owned()].into(), ..options };
    Client::new(Arc::new(Web::new(Roots::Only(Vec::new())).unwrap()), options)
}

/// A publisher with its key, made from this seed.
pub fn publisher(name: &str, seed: u8) -> (Publisher, PrivateKey) {
    let key = PrivateKey::from_seed([seed; 32]);
    let begun = Instant(NOW.0 - 1_000_000);
    let keyring = Keyring::begin(&Name::new(name).unwrap(), "Codru SRL", &key, begun, begun.plus_seconds(YEAR));
    (keyring.verify().unwrap(), key)
}

/// A component of `cemetery`, with this word in it so that versions differ.
pub fn component(version: &str, word: &str) -> Vec<u8> {
    let manifest = format!(
        r#"name = "cemetery"
version = "{version}"
licence = "MIT"
world = "role-module"
publisher = "Codru SRL"
publisher-id = "codru"
home = "home"
title = {{ ro = "Cimitir", ru = "Кладбище", en = "Cemetery" }}
description = {{ ro = "{word}", ru = "{word}", en = "{word}" }}
roles = {{ clerk = {{ ro = "a", ru = "a", en = "a" }} }}

[capabilities.mpay]
purpose = {{ ro = "Plăți", ru = "Платежи", en = "Payments" }}
parameters = {{ services = ["fees"], accounts = ["budget"], ceiling = 250000 }}

[[screens]]
name = "home"
roles = ["clerk"]
"#
    );
    let screens = vatra_registry::contract::SCREENS;
    let text = format!(
        "(component (import \"vatra:mpay/orders@0.1.0\" (instance (export \"ask\" (func)))) (component $c) (instance $i (instantiate $c)) \
         (export \"{screens}\" (instance $i)))"
    );
    pack(&wat::parse_str(text).unwrap(), &manifest, &Translations::default()).unwrap()
}

/// A list of parts of a package.
pub fn parts(local: &Local) -> Vec<u8> {
    let of = json!({ "type": "application", "name": "cemetery", "hashes": [{ "alg": "SHA-256", "content": local.package.digest }] });
    let list = json!({
        "bomFormat": "CycloneDX", "specVersion": "1.5", "metadata": { "component": of },
        "components": [{ "type": "library", "name": "left", "version": "1.0.0" }],
    });
    serde_json::to_vec(&list).unwrap()
}

pub fn local(version: &str, word: &str) -> Local {
    let local = Local::read(component(version, word)).unwrap();
    let list = parts(&local);
    local.with_parts(list).unwrap()
}
