//! From an author's machine to a town hall that believes nobody: keys, a bundle, trust, a plan, what waits for an approval, what is stopped.

use crate::support::{Ran, packages};
use std::path::Path;
use std::process::{Command, Stdio};

fn run(folder: &Path, words: &[&str]) -> Ran {
    let mut command = Command::new(env!("CARGO_BIN_EXE_vatra"));
    command.env_remove("VATRA_DATABASE_URL").env("VATRA_DATA", folder.join("data")).env("VATRA_KEYS", folder.join("keys"));
    let output = command.current_dir(folder).args(words).stdin(Stdio::null()).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Ran { code: output.status.code().unwrap_or(-1), out: text(output.stdout), err: text(output.stderr) }
}

#[test]
fn a_bundle_is_trusted_planned_and_waits_for_its_approval() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let done = |words: &[&str]| {
        let ran = run(folder, words);
        assert_eq!(ran.code, 0, "{words:?}: {}{}", ran.out, ran.err);
        ran
    };
    let component = packages().join("echo.wasm").display().to_string();
    done(&["keys", "new", "codru", "--title", "Codru SRL", "--no-passphrase"]);
    std::fs::write(folder.join("codru.json"), done(&["keys", "export", "codru"]).out).unwrap();
    done(&["plugin", "sign", &component, "--publisher", "codru", "--out", "echo.oci"]);
    done(&["tenant", "add", "peresecina", "--name", "Peresecina", "--district", "Orhei", "--cuatm", "6445000"]);

    let install = ["plugin", "install", "peresecina", "oci:echo.oci", "--json"];
    assert_eq!(run(folder, &install).refused(), "unknown-publisher");
    assert_eq!(run(folder, &["plugin", "install", "peresecina", &component, "--json"]).refused(), "unsigned");
    // The fingerprint has to be given, and to be the one.
    let trust = ["publisher", "trust", "codru.json", "--json"];
    assert_eq!(run(folder, &trust).refused(), "usage");
    assert_eq!(run(folder, &[&trust[..], &["--fingerprint", &"0".repeat(64)]].concat()).refused(), "usage");
    let keys = std::fs::read(folder.join("codru.json")).unwrap();
    let fingerprint = vatra_trust::Keyring::read(&keys).unwrap().verify().unwrap().fingerprint().unwrap().grouped();
    done(&[&trust[..], &["--fingerprint", &fingerprint]].concat());
    assert_eq!(done(&["publisher", "list", "--json"]).json()["publishers"][0]["publisher"], "codru");

    let plan = done(&[&install[..], &["--plan"]].concat()).json();
    assert_eq!((plan["plan"].as_str(), plan["publisher"].as_str()), (Some("install"), Some("codru")));
    let waits = done(&install).json();
    assert_eq!(waits["standing"], "waits");
    let listed = done(&["plugin", "list", "peresecina", "--json"]).json();
    assert_eq!(listed["modules"].as_array().map(Vec::len), Some(0), "nothing is installed unsigned: {listed}");
    let text = done(&["plugin", "approve", "peresecina", "echo"]).out;
    assert!(text.starts_with("{\"nonce\":\""), "{text}");
    std::fs::write(folder.join("signature.xml"), "<signature/>").unwrap();
    let approve = ["plugin", "approve", "peresecina", "echo", "--signature", "signature.xml", "--json"];
    assert_eq!(run(folder, &approve).refused(), "usage", "nobody can judge it here");

    done(&["stop", "add", "module", "echo", "--reason", "a hole was found"]);
    assert_eq!(run(folder, &install).refused(), "stopped");
    assert_eq!(done(&["stop", "list", "--json"]).json()["stops"][0]["name"], "echo");
    done(&["stop", "lift", "module", "echo"]);
    done(&install);
}
