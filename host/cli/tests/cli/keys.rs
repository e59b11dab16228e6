//! A publisher's keys: made, renewed, handed out, withdrawn; nothing of them in others' hands.

use crate::support::Ran;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use vatra_core::clock::{Clock, SystemClock};
use vatra_core::digest::Digest;
use vatra_trust::{Envelope, Keyring, Publication, Publisher, Refusal, Revocations};

struct Desk {
    folder: tempfile::TempDir,
}

impl Desk {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("passphrase"), "o parolă destul de lungă\n").unwrap();
        Self { folder }
    }

    fn keys(&self) -> PathBuf {
        self.folder.path().join("keys")
    }

    fn passphrase(&self) -> String {
        self.folder.path().join("passphrase").display().to_string()
    }

    /// Nobody sits there, and there is no host.
    fn run(&self, words: &[&str]) -> Ran {
        let mut command = Command::new(env!("CARGO_BIN_EXE_vatra"));
        command.env_remove("VATRA_DATA").env("VATRA_KEYS", self.keys()).current_dir(self.folder.path()).arg("keys").args(words);
        let output = command.stdin(Stdio::null()).output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Ran { code: output.status.code().unwrap_or(-1), out: text(output.stdout), err: text(output.stderr) }
    }

    fn done(&self, words: &[&str]) -> Ran {
        let ran = self.run(words);
        assert_eq!(ran.code, 0, "{words:?}: {}{}", ran.out, ran.err);
        ran
    }

    fn exported(&self) -> Keyring {
        Keyring::read(self.done(&["export", "codru"]).out.as_bytes()).unwrap()
    }

    fn private(&self) -> Vec<PathBuf> {
        let all = std::fs::read_dir(self.keys().join("codru")).unwrap().map(|entry| entry.unwrap().path());
        all.filter(|path| path.extension().is_some_and(|end| end == "pem")).collect()
    }
}

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn a_publisher_is_made_renewed_and_handed_out() {
    let desk = Desk::new();
    let file = desk.passphrase();
    let made = desk.done(&["new", "codru", "--title", "Codru SRL", "--days", "365", "--passphrase-file", &file]);
    let first = desk.exported();
    let publisher = first.verify().unwrap();
    assert!(made.out.contains(&publisher.fingerprint().unwrap().grouped()), "{}", made.out);
    let [pem] = desk.private().try_into().unwrap();
    assert_eq!((mode(&pem), mode(&desk.keys()), mode(&desk.keys().join("codru"))), (0o600, 0o700, 0o700));
    assert!(std::fs::read_to_string(&pem).unwrap().contains("ENCRYPTED PRIVATE KEY"));

    desk.done(&["rotate", "codru", "--passphrase-file", &file]);
    let second = desk.exported();
    let now = SystemClock.now();
    let updated = Publisher::updated(&first, &second, &Revocations::default(), now).unwrap();
    assert_eq!((updated.keys().len(), updated.title.as_str(), desk.private().len()), (2, "Codru SRL", 2));
    let list = desk.done(&["list", "--json"]).json();
    assert_eq!(list["publishers"][0]["keys"].as_array().unwrap().len(), 2, "{list}");
    assert_eq!(list["publishers"][0]["keys"][1]["standing"], "holds");
    assert!(desk.done(&["list"]).out.contains("Codru SRL"));

    // What is withdrawn is signed by the newest key, and taken by whoever knows the publisher.
    let revoked =
        desk.done(&["revoke", "codru", "--version", "cemetery@1.2.0", "--reason", "dobânda de două ori", "--passphrase-file", &file]);
    let envelope = Envelope::read(revoked.out.trim().as_bytes()).unwrap();
    let revocation = updated.revocation(&envelope, now.plus_seconds(1), &Revocations::default()).unwrap();
    let mut all = Revocations::default();
    all.add(&revocation);
    let module = vatra_core::ids::Name::new("cemetery").unwrap();
    let (version, digest) = ("1.2.0".parse().unwrap(), Digest::of(b""));
    let published = Publication { publisher: updated.name.clone(), module, version, manifest: digest.clone(), component: digest, at: now };
    let found = all.of_publication(&published).unwrap();
    assert!(matches!(found.refusal(), Refusal::Revoked { reason, .. } if reason == "dobânda de două ori"));
}

#[test]
fn what_cannot_be_done_is_said_and_leaves_nothing() {
    let desk = Desk::new();
    let file = desk.passphrase();
    let refused = |words: &[&str], code: i32, word: &str| {
        let ran = desk.run(words);
        assert_eq!(ran.code, code, "{words:?}: {}{}", ran.out, ran.err);
        assert!(ran.err.contains(word) && !ran.err.contains("panicked"), "{words:?}: {}", ran.err);
    };
    assert!(desk.done(&["list"]).out.contains("No keys yet"));
    refused(&["export", "codru"], 1, "vatra keys new codru");
    // Nobody can be asked for a passphrase, and none was given.
    refused(&["new", "codru", "--title", "Codru SRL"], 1, "--passphrase-file");
    refused(&["new", "codru", "--title", "", "--no-passphrase"], 1, "name is empty");
    let short = desk.folder.path().join("short");
    std::fs::write(&short, "parola\n").unwrap();
    refused(&["new", "codru", "--title", "Codru SRL", "--passphrase-file", short.to_str().unwrap()], 1, "shorter than 12");
    refused(&["new", "../codru", "--title", "Codru SRL", "--no-passphrase"], 2, "is not a name");
    refused(&["new", "codru", "--title", "Codru SRL", "--days", "4000", "--no-passphrase"], 2, "4000");
    assert!(!desk.keys().exists(), "nothing is left behind");

    desk.done(&["new", "codru", "--title", "Codru SRL", "--passphrase-file", &file]);
    refused(&["new", "codru", "--title", "Codru SRL"], 1, "vatra keys rotate codru");
    refused(&["rotate", "codru", "--no-passphrase"], 1, "passphrase");
    let wrong = desk.folder.path().join("wrong");
    std::fs::write(&wrong, "alta\n").unwrap();
    refused(&["rotate", "codru", "--passphrase-file", wrong.to_str().unwrap()], 1, "does not open");
    refused(&["revoke", "codru", "--reason", "de ce", "--passphrase-file", &file], 2, "--everything");
    refused(&["revoke", "codru", "--version", "cemetery", "--reason", "de ce", "--passphrase-file", &file], 2, "MODULE@VERSION");
    refused(&["revoke", "codru", "--everything", "--reason", " ", "--passphrase-file", &file], 1, "reason");
    let strange = "0".repeat(64);
    refused(&["revoke", "codru", "--key", &strange, "--reason", "furată", "--passphrase-file", &file], 1, "none of the keys");
    assert_eq!(desk.private().len(), 1);

    // Read by others, changed, or gone.
    let [pem] = desk.private().try_into().unwrap();
    std::fs::set_permissions(&pem, PermissionsExt::from_mode(0o644)).unwrap();
    refused(&["rotate", "codru", "--passphrase-file", &file], 1, "Others can read");
    std::fs::remove_file(&pem).unwrap();
    refused(&["rotate", "codru", "--passphrase-file", &file], 1, "is missing");
    std::fs::write(desk.keys().join("codru/publisher.json"), "{}").unwrap();
    refused(&["export", "codru"], 1, "not a file of keys");
}
