//! zeep calls the emulated MSign by its own description; pdfsig and pyHanko judge what comes back.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test may fail")]

mod common;

use common::{House, IDNP, document, put_files};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::Command;
use vatra_core::clock::Clock;
use vatra_emulators::msign::Decision;

fn interop() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/interop").canonicalize().unwrap()
}

/// What a program says in this folder, and whether it ended well.
fn run(folder: &Path, program: &Path, arguments: &[&str]) -> (bool, String, String) {
    let done =
        Command::new(program).args(arguments).current_dir(folder).output().expect("the peers are installed (tests/setup.sh does it)");
    let [said, wrong] = [done.stdout, done.stderr].map(|said| String::from_utf8_lossy(&said).into_owned());
    (done.status.success(), said, wrong)
}

/// zeep's answer.
async fn zeep(folder: &Path, arguments: &[&str]) -> Value {
    let script = interop().join("msign_peer.py").display().to_string();
    let arguments: Vec<String> = std::iter::once(script).chain(arguments.iter().map(|one| (*one).to_owned())).collect();
    let folder = folder.to_owned();
    let done = tokio::task::spawn_blocking(move || {
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        run(&folder, &interop().join(".venv/bin/python"), &arguments)
    });
    let (well, said, wrong) = done.await.unwrap();
    assert!(well, "{wrong}");
    serde_json::from_str(&said).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn zeep_posts_gets_and_verifies_and_others_accept_the_documents() {
    let house = House::open().await;
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    put_files(folder, "zeep");
    std::fs::write(folder.join("sent.pdf"), document("De plata: 100 lei")).unwrap();
    let address = house.address.as_str();

    let posted = zeep(folder, &["post", address]).await;
    let ids: Vec<&str> = posted.as_array().unwrap_or_else(|| panic!("{posted}")).iter().map(|id| id.as_str().unwrap()).collect();
    assert_eq!(zeep(folder, &["get", address, ids[0]]).await, json!(["Pending", null, []]));
    assert_eq!(zeep(folder, &["get", address, "unknown"]).await["message"], "Cannot find such request");
    for (id, kind, correlation) in [(ids[1], "Hash", "b"), (ids[0], "Pdf", "a")] {
        house.emulator.decide(id, Decision::Sign { idnp: IDNP.to_owned(), name: "Rusu Ana".to_owned() }).await.unwrap();
        assert_eq!(zeep(folder, &["get", address, id]).await, json!(["Success", null, [correlation]]));
        let verdict = zeep(folder, &["verify", address, kind]).await;
        assert_eq!((&verdict[0], &verdict[1], &verdict[2]), (&json!(true), &json!("The signature is valid"), &json!("c")));
        assert!(verdict[3][0].as_str().unwrap().contains("Rusu Ana"), "{verdict}");
    }

    let signed = std::fs::read(folder.join("signed")).unwrap();
    let trust = house.emulator.trust().unwrap();
    std::fs::write(folder.join("root.der"), trust.anchors[0].der()).unwrap();
    for (number, list) in trust.lists.iter().enumerate() {
        std::fs::write(folder.join(format!("{number}.crl")), list.der()).unwrap();
    }
    let place = signed.windows(8).position(|part| part == b"100 lei)").unwrap();
    let mut spoilt = signed.clone();
    spoilt[place] = b'9';
    let moment = house.clock.now().plus_seconds(60).rfc3339().replace('Z', "+00:00");
    let script = interop().join("pdf_peer.py");
    for (name, pdf, good) in [("signed.pdf", &signed, true), ("spoilt.pdf", &spoilt, false)] {
        std::fs::write(folder.join(name), pdf).unwrap();
        let (_, said, _) = run(folder, Path::new("pdfsig"), &[name]);
        assert_eq!(said.contains("Signature is Valid.") && said.contains("ETSI.CAdES.detached"), good, "{said}");
        assert_eq!(said.contains("Digest Mismatch"), !good, "{said}");
        let arguments = [script.to_str().unwrap(), "verify", name, "root.der", &moment];
        let (well, said, wrong) = run(folder, &interop().join(".venv/bin/python"), &arguments);
        assert_eq!(well, good, "{said} {wrong}");
    }
}
