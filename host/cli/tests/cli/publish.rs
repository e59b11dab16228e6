//! An author's way with a package: published, put on a stick, looked at, searched for; and what is refused. No host runs.

use crate::support::Ran;
use async_trait::async_trait;
use axum::routing::get;
use cap_std::fs::Dir;
use serde_json::{Value as Json, json};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use vatra_core::clock::SystemClock;
use vatra_distribution::names::Repository;
use vatra_distribution::server::{Action, Credential, Decision, Identity, Policy, Settings, router};
use vatra_distribution::store::{Limits, Store};
use vatra_registry::{Translations, pack};

const TOKEN: &str = "0d3f-a-token-of-codru";

struct House;

#[async_trait]
impl Policy for House {
    async fn authenticate(&self, credential: &Credential) -> Option<Identity> {
        (credential.user == "codru" && credential.secret == TOKEN).then(|| Identity(credential.user.clone()))
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

/// A component of `cemetery`, which takes payments up to this ceiling.
fn component(version: &str, ceiling: u32) -> Vec<u8> {
    let manifest = format!(
        r#"name = "cemetery"
version = "{version}"
licence = "MIT"
world = "role-module"
publisher = "Codru SRL"
publisher-id = "codru"
home = "home"
title = {{ ro = "Cimitir", ru = "Кладбище", en = "Cemetery" }}
description = {{ ro = "Locuri", ru = "Места", en = "Places" }}
roles = {{ clerk = {{ ro = "a", ru = "a", en = "a" }} }}

[capabilities.mpay]
purpose = {{ ro = "Plăți", ru = "Платежи", en = "Payments" }}
parameters = {{ services = ["fees"], accounts = ["budget"], ceiling = {ceiling} }}

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

/// An author's machine: a folder with packages and keys, and a registry on a port.
struct Desk {
    folder: tempfile::TempDir,
    registry: String,
    /// Serves the registry until it is dropped.
    _runtime: tokio::runtime::Runtime,
}

impl Desk {
    /// With keys of `codru` and of `strain`.
    fn new(catalogue: bool) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        std::fs::create_dir(at("registry")).unwrap();
        let root = Dir::open_ambient_dir(at("registry"), cap_std::ambient_authority()).unwrap();
        let store = Store::open(root, Limits::default(), Arc::new(SystemClock)).unwrap();
        let mut app = router(store, Arc::new(House), Settings::default());
        if catalogue {
            app = app.route("/v2/_catalog", get(|| async { axum::Json(json!({ "repositories": ["codru/cemetery"] })) }));
        }
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
        let registry = listener.local_addr().unwrap().to_string();
        runtime.spawn(async move { axum::serve(listener, app).await.unwrap() });
        std::fs::write(at("token"), format!("{TOKEN}\n")).unwrap();
        std::fs::write(at("passphrase"), "o parolă destul de lungă\n").unwrap();
        for (version, ceiling) in [("1.1.0", 100_000), ("1.2.0", 250_000)] {
            std::fs::write(at(&format!("cemetery-{version}.wasm")), component(version, ceiling)).unwrap();
        }
        std::fs::write(at("other.wasm"), component("1.2.0", 900_000)).unwrap();
        let desk = Self { folder, registry, _runtime: runtime };
        for name in ["codru", "strain"] {
            desk.done(&["keys", "new", name, "--title", name, "--passphrase-file", "passphrase"]);
            std::fs::write(desk.path(&format!("{name}.keys.json")), desk.done(&["keys", "export", name]).out).unwrap();
        }
        desk
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn at(&self, rest: &str) -> String {
        format!("{}/{rest}", self.registry)
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_vatra"));
        for name in ["VATRA_DATA", "VATRA_REGISTRY_TOKEN", "VATRA_REGISTRY_USER", "VATRA_PASSPHRASE_FILE"] {
            command.env_remove(name);
        }
        command.env("VATRA_KEYS", self.path("keys")).current_dir(self.folder.path()).args(words).stdin(Stdio::null());
        command
    }

    /// Nobody sits there, and there is no host.
    fn run(&self, words: &[&str]) -> Ran {
        ran(&mut self.command(words))
    }

    fn done(&self, words: &[&str]) -> Ran {
        let ran = self.run(words);
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{words:?}: {}", ran.out);
        ran
    }

    fn publish(&self, file: &str, more: &[&str]) -> Ran {
        let to = self.at("codru/cemetery");
        let words = ["plugin", "publish", file, &to, "--passphrase-file", "passphrase", "--json"];
        self.run(&[&words[..], more].concat())
    }

    /// Refused with this exit code and error code: as words with a place, a cause and a way out, and as data.
    fn refused(&self, words: &[&str], exit: i32, code: &str, remedy: &str) -> Json {
        let told = self.run(words);
        assert_eq!((told.code, told.out.as_str()), (exit, ""), "{words:?}: {}", told.err);
        assert!(told.err.contains(&format!(" ({code})\n  where:  ")) && told.err.contains("\n  cause:  "), "{words:?}: {}", told.err);
        assert!(told.err.contains(remedy) && !told.err.contains("panicked"), "{words:?}: {}", told.err);
        let data = self.run(&[words, &["--json"]].concat());
        let error = data.json()["error"].clone();
        assert_eq!((data.code, error["code"].as_str(), data.err.as_str()), (exit, Some(code), ""), "{words:?}: {error}");
        error
    }
}

fn ran(command: &mut Command) -> Ran {
    let output = command.output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Ran { code: output.status.code().unwrap_or(-1), out: text(output.stdout), err: text(output.stderr) }
}

/// The names of an object's members.
fn members(json: &Json) -> Vec<&str> {
    json.as_object().unwrap().keys().map(String::as_str).collect()
}

/// Alters one byte of a blob in a bundle.
fn alter(bundle: &Path, digest: &str) {
    let path = bundle.join("blobs/sha256").join(digest.strip_prefix("sha256:").unwrap());
    let mut bytes = std::fs::read(&path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(path, bytes).unwrap();
}

#[test]
fn what_is_published_is_inspected_verified_and_found() {
    let desk = Desk::new(true);
    for version in ["1.1.0", "1.2.0"] {
        let told = desk.publish(&format!("cemetery-{version}.wasm"), &["--token-file", "token"]).done();
        assert_eq!(told["reference"], desk.at(&format!("codru/cemetery:{version}")));
        assert_eq!(told["new"], json!({ "version": true, "signature": true, "sbom": null }));
    }
    // Repeated nothing is new, with the token from the environment.
    let mut again = desk.command(&["plugin", "publish", "cemetery-1.2.0.wasm", &desk.at("codru/cemetery:1.2.0"), "--json"]);
    let again = ran(again.args(["--passphrase-file", "passphrase"]).env("VATRA_REGISTRY_TOKEN", TOKEN)).done();
    assert_eq!(again["new"], json!({ "version": false, "signature": false, "sbom": null }));

    let (old, new) = (desk.at("codru/cemetery:1.1.0"), desk.at("codru/cemetery:1.2.0"));
    let seen = desk.done(&["plugin", "inspect", &new, "--publisher-keys", "codru.keys.json", "--diff", &old, "--json"]).json();
    assert_eq!(members(&seen), ["component", "difference", "digest", "origin", "report", "sboms", "signature"]);
    assert_eq!((&seen["digest"], &seen["signature"]["standing"]), (&again["digest"], &json!("verified")));
    assert_eq!((&seen["signature"]["publisher"], &seen["report"]["version"]), (&json!("codru"), &json!("1.2.0")));
    // In words, in the language that was asked for; whose key it is was not looked at.
    let words = desk.done(&["plugin", "inspect", &new, "--diff", &old, "--lang", "en"]).out;
    for part in ["cemetery 1.2.0 – Cemetery", "Whose key that is was not checked", "No list of its parts", "250000"] {
        assert!(words.contains(part), "'{part}' in {words}");
    }
    assert!(desk.done(&["plugin", "inspect", &new]).out.contains("cemetery 1.2.0 – Cimitir"));
    assert!(!words.contains('\u{1b}'), "colours for nobody");
    // Another's keys do not make it theirs.
    let strange = desk.refused(&["plugin", "inspect", &new, "--publisher-keys", "strain.keys.json"], 1, "signature", "cause");
    assert_eq!(strange["place"], new);

    let found = desk.done(&["plugin", "search", &desk.registry, "mpay", "--json"]).json();
    assert_eq!((&found["found"][0]["newest"], &found["cut"]), (&json!("1.2.0"), &json!(false)));
    assert_eq!(found["found"][0]["versions"], json!(["1.2.0", "1.1.0"]));
    assert!(desk.done(&["plugin", "search", &desk.registry, "msign"]).out.contains("has no module for that"));
}

#[test]
fn what_may_not_be_published_is_refused_and_the_token_is_told_to_nobody() {
    let desk = Desk::new(false);
    desk.publish("cemetery-1.2.0.wasm", &["--token-file", "token"]).done();
    let (to, key) = (desk.at("codru/cemetery"), ["--passphrase-file", "passphrase"]);
    let publish = |file: &'static str, to: &str, more: &[&str], exit, code, remedy| {
        desk.refused(&[&["plugin", "publish", file, to], &key[..], more].concat(), exit, code, remedy)
    };
    let with = ["--token-file", "token"];
    let taken = publish("other.wasm", &to, &with, 1, "version-taken", "give the package a higher version");
    assert!(taken["cause"].as_str().unwrap().starts_with("version 1.2.0 is there already with another content"), "{taken}");
    publish("cemetery-1.1.0.wasm", &to, &[], 1, "unauthorized", "VATRA_REGISTRY_TOKEN");
    std::fs::write(desk.path("wrong"), "another-token\n").unwrap();
    let wrong = publish("cemetery-1.1.0.wasm", &to, &["--token-file", "wrong"], 1, "unauthorized", "--token-stdin");
    assert!(!wrong.to_string().contains("another-token"), "{wrong}");
    publish("cemetery-1.1.0.wasm", &desk.at("strain/cemetery"), &with, 1, "denied", "your own publisher's name");
    publish("cemetery-1.1.0.wasm", &desk.at("codru/cemetery:1.2.0"), &with, 1, "other-version", "name the version");
    publish("cemetery-1.1.0.wasm", &to, &["--token-file", "token", "--publisher", "strain"], 1, "other-publisher", "--publisher");
    publish("cemetery-1.1.0.wasm", "not a registry", &with, 2, "reference", "cause");
    publish("missing.wasm", &to, &with, 2, "unreadable", "cause");
    publish("cemetery-1.1.0.wasm", "127.0.0.1:1/codru/cemetery", &with, 3, "unreachable", "try again");
    std::fs::write(desk.path("parts"), "{}").unwrap();
    publish("cemetery-1.1.0.wasm", &to, &["--token-file", "token", "--sbom", "parts"], 1, "sbom", "vatra-pack --sbom");
    // Nobody can be asked for the passphrase.
    desk.refused(&["plugin", "publish", "cemetery-1.1.0.wasm", &to, "--token-file", "token"], 1, "keys", "--passphrase-file");
    // A token is no word of the command line, and nothing that was refused is there.
    assert_eq!(desk.run(&["plugin", "publish", "cemetery-1.1.0.wasm", &to, "--token", TOKEN]).code, 2);
    desk.refused(&["plugin", "inspect", &desk.at("codru/cemetery:1.1.0")], 1, "not-found", "spelling");
    desk.refused(&["plugin", "search", &desk.registry], 1, "no-catalogue", "needs no catalogue");
}

#[test]
fn a_bundle_is_inspected_without_a_network_and_an_altered_one_is_refused() {
    let desk = Desk::new(false);
    let sign = |out: &str| {
        let words = ["plugin", "sign", "cemetery-1.2.0.wasm", "--out", out, "--passphrase-file", "passphrase", "--json"];
        desk.done(&words).json()
    };
    let signed = sign("cemetery.oci");
    assert_eq!((&signed["new"], &signed["publisher"]), (&json!(true), &json!("codru")));
    assert_eq!((&sign("cemetery.oci")["new"], &sign("cemetery.tar")["digest"]), (&json!(false), &signed["digest"]));
    let inspect = |what: &str| desk.done(&["plugin", "inspect", what, "--publisher-keys", "codru.keys.json", "--json"]).json();
    let seen = inspect("oci:cemetery.oci:1.2.0");
    assert_eq!((&seen["digest"], &seen["signature"]["standing"]), (&signed["digest"], &json!("verified")));
    assert_eq!(inspect("cemetery.tar")["report"], seen["report"]);
    // A bare file is signed by nobody, and says so; asked for a signature it is refused.
    let bare = desk.done(&["plugin", "inspect", "cemetery-1.2.0.wasm", "--json"]).json();
    assert_eq!((&bare["signature"], &bare["digest"]), (&json!({ "standing": "unsigned" }), &Json::Null));
    desk.refused(&["plugin", "inspect", "cemetery-1.2.0.wasm", "--publisher-keys", "codru.keys.json"], 1, "unsigned", "vatra plugin sign");
    let words = ["plugin", "sign", "other.wasm", "--out", "cemetery.oci", "--passphrase-file", "passphrase"];
    desk.refused(&words, 1, "bundle", "cause");
    alter(&desk.path("cemetery.oci"), bare["component"].as_str().unwrap());
    let altered = desk.refused(&["plugin", "inspect", "oci:cemetery.oci"], 1, "altered", "ask for the bundle anew");
    assert!(altered["cause"].as_str().unwrap().starts_with("the component was altered: its digest is sha256:"), "{altered}");
}

#[test]
fn what_is_no_package_is_said_to_be_none() {
    let desk = Desk::new(false);
    std::fs::write(desk.path("core.wasm"), wat::parse_str("(module)").unwrap()).unwrap();
    std::fs::write(desk.path("bare.wasm"), wat::parse_str("(component)").unwrap()).unwrap();
    std::fs::write(desk.path("text.wasm"), "a text").unwrap();
    std::fs::write(desk.path("empty.wasm"), "").unwrap();
    for file in ["core.wasm", "text.wasm", "empty.wasm"] {
        desk.refused(&["plugin", "inspect", file], 1, "not-a-component", "vatra-pack");
    }
    desk.refused(&["plugin", "inspect", "bare.wasm"], 1, "package", "cause");
    desk.refused(&["plugin", "inspect", "cemetery-1.2.0.wasm", "--diff", "core.wasm"], 1, "not-a-component", "vatra-pack");
    assert_eq!(desk.run(&["plugin", "inspect", "cemetery-1.2.0.wasm", "--lang", "fr"]).code, 2);
}

#[test]
fn every_shell_is_completed() {
    let desk = Desk::new(false);
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = desk.done(&["completions", shell]).out;
        assert!(script.contains("publish") && script.contains("publisher-keys"), "{shell}: {script}");
    }
    assert_eq!(desk.run(&["completions", "tcsh"]).code, 2);
}
