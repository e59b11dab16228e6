//! What the store promises, also of files that were changed beneath it.

use super::*;
use cap_std::ambient_authority;
use std::path::{Path, PathBuf};

struct Store {
    folder: tempfile::TempDir,
    blobs: FileBlobs,
    master: MasterKey,
}

fn open(folder: &Path, master: &MasterKey) -> FileBlobs {
    FileBlobs::open(Dir::open_ambient_dir(folder, ambient_authority()).unwrap(), master.clone()).unwrap()
}

fn store() -> Store {
    let (folder, master) = (tempfile::tempdir().unwrap(), MasterKey::generate());
    let blobs = open(folder.path(), &master);
    Store { folder, blobs, master }
}

impl Store {
    fn path(&self, tenant: TenantId, address: Address) -> PathBuf {
        let (folder, name) = place(tenant, address);
        self.folder.path().join(folder).join(name)
    }
    /// All that lies in the folder.
    fn bytes(&self) -> Vec<u8> {
        fn gather(folder: &Path, out: &mut Vec<u8>) {
            for item in std::fs::read_dir(folder).unwrap() {
                let path = item.unwrap().path();
                out.extend_from_slice(path.file_name().unwrap().as_encoded_bytes());
                if path.is_dir() { gather(&path, out) } else { out.extend(std::fs::read(path).unwrap()) }
            }
        }
        let mut out = Vec::new();
        gather(self.folder.path(), &mut out);
        out
    }
}

const CONTENT: &[u8] = "Certificat: Țurcanu Ștefan, 2000000000008".as_bytes();

#[tokio::test]
async fn what_is_kept_comes_back_and_lies_there_unreadable() {
    let store = store();
    let tenant = TenantId::fresh();
    let address = store.blobs.put(tenant, CONTENT).await.unwrap();
    assert_eq!(store.blobs.put(tenant, CONTENT).await, Ok(address), "the same again");
    assert_eq!(open(store.folder.path(), &store.master).get(tenant, address).await.unwrap(), CONTENT, "by a host started anew");
    assert!(!store.bytes().windows(8).any(|part| CONTENT.windows(8).any(|secret| secret == part)));
    assert_eq!(store.blobs.put(tenant, b"").await.map(|_| ()), Ok(()), "nothing is a content too");
    assert_eq!(store.blobs.put(tenant, &vec![0; LONGEST + 1]).await, Err(BlobError::TooLarge(LONGEST)));
}

#[tokio::test]
async fn a_municipality_finds_nothing_of_another_s() {
    let store = store();
    let (here, there) = (TenantId::fresh(), TenantId::fresh());
    let mine = store.blobs.put(here, CONTENT).await.unwrap();
    assert_eq!(store.blobs.get(there, mine).await, Err(BlobError::Missing(mine)));
    let theirs = store.blobs.put(there, CONTENT).await.unwrap();
    assert_ne!(mine, theirs, "the address does not say that both keep the same");
    // Another's file in the place of one's own, and under one's own name for it.
    std::fs::copy(store.path(there, theirs), store.path(here, mine)).unwrap();
    assert_eq!(store.blobs.get(here, mine).await, Err(BlobError::Damaged(mine)));
    let elsewhere = store.path(here, theirs);
    std::fs::create_dir_all(elsewhere.parent().unwrap()).unwrap();
    std::fs::copy(store.path(there, theirs), elsewhere).unwrap();
    assert_eq!(store.blobs.get(here, theirs).await, Err(BlobError::Damaged(theirs)));
    // Another host's key.
    let stranger = open(store.folder.path(), &MasterKey::generate());
    assert_eq!(stranger.get(there, theirs).await, Err(BlobError::Damaged(theirs)));
}

#[tokio::test]
async fn changed_torn_and_swapped_files_are_found_out_and_mended() {
    let store = store();
    let tenant = TenantId::fresh();
    let (a, b) = (store.blobs.put(tenant, CONTENT).await.unwrap(), store.blobs.put(tenant, b"another").await.unwrap());
    let (kept, path) = (std::fs::read(store.path(tenant, a)).unwrap(), store.path(tenant, a));
    for at in 0..kept.len() {
        let mut changed = kept.clone();
        changed[at] ^= 1;
        std::fs::write(&path, &changed).unwrap();
        assert_eq!(store.blobs.get(tenant, a).await, Err(BlobError::Damaged(a)), "byte {at}");
    }
    for length in 0..kept.len() {
        std::fs::write(&path, &kept[..length]).unwrap();
        assert_eq!(store.blobs.get(tenant, a).await, Err(BlobError::Damaged(a)), "cut at {length}");
    }
    std::fs::copy(store.path(tenant, b), &path).unwrap();
    assert_eq!(store.blobs.get(tenant, a).await, Err(BlobError::Damaged(a)), "swapped within a municipality");
    assert_eq!(store.blobs.put(tenant, CONTENT).await, Ok(a), "kept again");
    assert_eq!(store.blobs.get(tenant, a).await.unwrap(), CONTENT);
}

#[tokio::test]
async fn what_is_erased_is_gone_however_often_it_is_asked() {
    let store = store();
    let (tenant, other) = (TenantId::fresh(), TenantId::fresh());
    let address = store.blobs.put(tenant, CONTENT).await.unwrap();
    let kept = std::fs::read(store.path(tenant, address)).unwrap();
    assert_eq!(store.blobs.erase(other, address).await, Ok(false), "not by another");
    assert_eq!(store.blobs.erase(tenant, address).await, Ok(true));
    assert_eq!(store.blobs.erase(tenant, address).await, Ok(false));
    assert_eq!(store.blobs.get(tenant, address).await, Err(BlobError::Missing(address)));
    assert!(!store.bytes().windows(16).any(|part| kept.windows(16).skip(8).any(|left| left == part)), "nothing of the file is left");
}

#[tokio::test]
async fn what_was_being_written_when_the_machine_fell_is_swept() {
    let store = store();
    let tenant = TenantId::fresh();
    let address = store.blobs.put(tenant, CONTENT).await.unwrap();
    let torn = store.folder.path().join(UNFINISHED).join("torn");
    std::fs::write(&torn, b"half").unwrap();
    let again = open(store.folder.path(), &store.master);
    assert!(!torn.exists());
    assert_eq!(again.get(tenant, address).await.unwrap(), CONTENT);
}

#[tokio::test]
async fn many_at_once_keep_the_same() {
    let store = store();
    let tenant = TenantId::fresh();
    let tasks: Vec<_> = (0..16)
        .map(|n| {
            let blobs = store.blobs.clone();
            tokio::spawn(async move { blobs.put(tenant, if n % 2 == 0 { CONTENT } else { b"another" }).await.unwrap() })
        })
        .collect();
    let mut found = std::collections::BTreeSet::new();
    for task in tasks {
        found.insert(task.await.unwrap());
    }
    assert_eq!(found.len(), 2);
}
