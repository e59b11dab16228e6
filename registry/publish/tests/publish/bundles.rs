//! Bundles on a stick: the same bytes from the same package, and none that was altered.

use crate::site::{NOW, Site, local, publisher};
use std::collections::BTreeMap;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use vatra_distribution::client::Client;
use vatra_publish::{Fetched, Origin, Problem, bundle, fetch};
use vatra_trust::Revocations;

/// The files under a folder.
fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut all = BTreeMap::new();
    let mut open = vec![folder.to_owned()];
    while let Some(at) = open.pop() {
        for entry in std::fs::read_dir(at).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                all.insert(path.strip_prefix(folder).unwrap().to_owned(), std::fs::read(&path).unwrap());
            }
        }
    }
    all
}

/// Nothing is reached.
fn offline() -> Client {
    crate::site::client("127.0.0.1:1", Default::default())
}

async fn read(typed: &str) -> Result<Fetched, Problem> {
    fetch(&offline(), &Origin::read(typed)?).await
}

fn make(path: &Path, version: &str, word: &str) -> bool {
    let (codru, key) = publisher("codru", 1);
    bundle::sign(path, &local(version, word), &codru, &key, NOW).unwrap()
}

#[tokio::test]
async fn a_bundle_is_read_without_a_network_and_is_the_same_bytes_every_time() {
    let folder = tempfile::tempdir().unwrap();
    let (one, two, tar) = (folder.path().join("one.oci"), folder.path().join("two.oci"), folder.path().join("three.tar"));
    assert!(make(&one, "1.2.0", "Cimitir") && make(&two, "1.2.0", "Cimitir") && make(&tar, "1.2.0", "Cimitir"));
    assert_eq!(files(&one), files(&two));
    let (codru, key) = publisher("codru", 1);
    let package = local("1.2.0", "Cimitir");
    let fetched = read(&format!("oci:{}", one.display())).await.unwrap();
    for typed in [one.display().to_string(), tar.display().to_string(), format!("oci:{}:1.2.0", tar.display())] {
        assert_eq!(read(&typed).await.unwrap(), fetched, "{typed}");
    }
    assert_eq!((fetched.digest(), &fetched.component), (package.digest().clone(), &package.component));
    assert!(fetched.signed_by(&codru, &package.package.manifest, NOW, &Revocations::default()).is_ok());
    // Signed again later nothing changes; with another key both are there, and of another package there is none.
    let before = (files(&one), std::fs::read(&tar).unwrap());
    for path in [&one, &tar] {
        assert!(!bundle::sign(path, &package, &codru, &key, NOW.plus_seconds(60)).unwrap());
    }
    assert_eq!((files(&one), std::fs::read(&tar).unwrap()), before);
    let (next, second) = publisher("codru", 2);
    assert!(bundle::sign(&one, &package, &next, &second, NOW).unwrap());
    assert_eq!(read(&one.display().to_string()).await.unwrap().signers().len(), 2);
    let taken = bundle::sign(&one, &local("1.3.0", "Cimitir"), &codru, &key, NOW).unwrap_err();
    assert!(taken.to_string().starts_with("another package is there already, sha256:"), "{taken}");
    let other = read(&format!("oci:{}:1.3.0", one.display())).await.unwrap_err();
    assert_eq!(other.to_string(), "there is no package '1.3.0' in it; there are: 1.2.0");
    // What travelled on a stick is what a registry would have given.
    let site = Site::open(None).await;
    let to = site.at("codru/cemetery:1.2.0");
    vatra_publish::publish(&site.codru(), &to, &package, &codru, &key, NOW, &|_| {}).await.unwrap();
    assert_eq!(fetch(&site.anyone(), &Origin::Registry(to)).await.unwrap(), fetched);
}

#[tokio::test]
async fn an_altered_byte_in_any_file_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let whole = folder.path().join("whole.oci");
    make(&whole, "1.2.0", "Cimitir");
    let all = files(&whole);
    assert_eq!(all.len(), 2 + 3 + 2 * 2 + 1, "index, layout, package, two referrers with a layer each, the empty configuration");
    let package = local("1.2.0", "Cimitir");
    let layer = PathBuf::from(format!("blobs/sha256/{}", package.built.blobs[1].0.digest.hex()));
    let empty = PathBuf::from(format!("blobs/sha256/{}", vatra_core::digest::Digest::of(b"{}").hex()));
    for (name, bytes) in &all {
        let path = whole.join(name);
        let mut altered = bytes.clone();
        let last = altered.len() - 1;
        altered[last] ^= 1;
        std::fs::write(&path, &altered).unwrap();
        let told = read(&whole.display().to_string()).await.map_err(|problem| problem.to_string());
        // Nobody reads what is always `{}`.
        if *name != empty {
            let told = told.unwrap_err();
            if *name == layer {
                let actual = vatra_core::digest::Digest::of(&altered);
                let expected = &package.built.blobs[1].0.digest;
                assert_eq!(told, format!("the component was altered: its digest is {actual}, but the manifest says {expected}"));
            } else if name.starts_with("blobs") {
                assert!(told.contains(" was altered: its digest is sha256:"), "{}: {told}", name.display());
            }
        }
        std::fs::remove_file(&path).unwrap();
        if *name != empty {
            let told = read(&whole.display().to_string()).await.unwrap_err().to_string();
            assert_eq!(told, format!("the file {} is missing", name.display()));
        }
        std::fs::write(&path, bytes).unwrap();
    }
    assert!(read(&whole.display().to_string()).await.is_ok());
}

#[tokio::test]
async fn nothing_outside_of_a_bundle_is_opened_and_nothing_that_never_ends() {
    let folder = tempfile::tempdir().unwrap();
    let whole = folder.path().join("whole.oci");
    make(&whole, "1.2.0", "Cimitir");
    let index = whole.join("index.json");
    let outside = folder.path().join("outside.json");
    std::fs::rename(&index, &outside).unwrap();
    for target in [outside.clone(), PathBuf::from("../outside.json"), PathBuf::from("/dev/zero")] {
        symlink(&target, &index).unwrap();
        assert_eq!(read(&whole.display().to_string()).await.unwrap_err().to_string(), "index.json is no file");
        std::fs::remove_file(&index).unwrap();
    }
    // A folder of blobs that leads away.
    std::fs::rename(&outside, &index).unwrap();
    std::fs::rename(whole.join("blobs"), folder.path().join("blobs")).unwrap();
    symlink("../blobs", whole.join("blobs")).unwrap();
    let away = read(&whole.display().to_string()).await.unwrap_err().to_string();
    assert!(away.contains("cannot be read"), "{away}");
    assert!(std::process::Command::new("mkfifo").arg(folder.path().join("pipe.tar")).status().unwrap().success());
    let pipe = read(&folder.path().join("pipe.tar").display().to_string()).await.unwrap_err();
    assert_eq!(pipe.to_string(), "this is neither a folder nor a file");
}

/// A tar of these files.
fn tarred(path: &Path, entries: &[(tar::EntryType, &str, &[u8])]) {
    let mut archive = tar::Builder::new(std::fs::File::create(path).unwrap());
    for (kind, name, bytes) in entries {
        let mut header = tar::Header::new_gnu();
        header.set_entry_type(*kind);
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        if *kind == tar::EntryType::Symlink {
            header.set_link_name("/etc/passwd").unwrap();
        }
        archive.append_data(&mut header, name, *bytes).unwrap();
    }
    archive.finish().unwrap();
}

#[tokio::test]
async fn tars_that_would_be_read_in_two_ways_are_refused() {
    use tar::EntryType::{Regular, Symlink};
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bundle.tar");
    let layout: &[u8] = br#"{"imageLayoutVersion":"1.0.0"}"#;
    let two: &[u8] = br#"{"schemaVersion":2,"manifests":[]}"#;
    for (entries, expected) in [
        (vec![(Regular, "oci-layout", layout), (Regular, "./oci-layout", layout)], "'oci-layout' is in it twice"),
        (vec![(Symlink, "index.json", b"" as &[u8])], "'index.json' in it is no ordinary file"),
        (vec![(Regular, "oci-layout", layout), (Regular, "index.json", two)], "there is no package in it"),
        (vec![(Regular, "index.json", two)], "the file oci-layout is missing"),
    ] {
        tarred(&path, &entries);
        let told = read(&path.display().to_string()).await.unwrap_err();
        assert!(told.to_string().ends_with(expected) && told.code() == "bundle", "{told}");
    }
    // Sparse: ten gigabytes in a tar of a few hundred bytes.
    std::fs::File::create(&path).unwrap().set_len(10 << 30).unwrap();
    assert!(read(&path.display().to_string()).await.unwrap_err().to_string().contains("it is larger than 96 MiB"));
    let many: Vec<String> = (0..600).map(|number| format!("{number}")).collect();
    let many: Vec<(tar::EntryType, &str, &[u8])> = many.iter().map(|name| (Regular, name.as_str(), b"" as &[u8])).collect();
    tarred(&path, &many);
    assert!(read(&path.display().to_string()).await.unwrap_err().to_string().contains("it has more than 512 files"));
}
