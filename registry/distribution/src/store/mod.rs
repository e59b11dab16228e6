//! Content in a folder: written aside, hashed, on the disk, and only then renamed to where it can be seen.
//!
//! ```text
//! lock                                  held while a store is open: two would sweep each other's uploads
//! staging/UUID.data, UUID.json, tmp-…   uploads under way, and small files before they are renamed
//! blobs/sha256/ab/abcdef…               content, once, whoever has it
//! repositories/SHA-256 OF THE NAME/
//!   name                                the name
//!   blobs/sha256-…                      this repository has the blob; since when
//!   manifests/sha256-…                  this repository has the manifest; its record
//!   tags/TAG                            the digest it points to
//!   referrers/sha256-…/sha256-…         the first is the subject of the second
//! ```
//!
//! No file is named by what a client wrote but for digests and tags, both of a grammar without separators.

mod blobs;
mod care;
mod manifests;
mod uploads;

pub use blobs::UnlinkError;
pub use care::{Collected, Damage};
pub use manifests::{Page, PutError, Stored};
pub use uploads::{Entered, Mark, UploadError};

use crate::names::Repository;
use cap_std::fs::{Dir, File, OpenOptions};
use std::collections::HashMap;
use std::io::{self, ErrorKind, Read, Write};
use std::sync::{Arc, Mutex, RwLock, RwLockReadGuard, RwLockWriteGuard};
use uuid::Uuid;
use vatra_core::clock::Clock;
use vatra_core::digest::Digest;

const STAGING: &str = "staging";
const BLOBS: &str = "blobs";
const REPOSITORIES: &str = "repositories";
const NAME: &str = "name";
const MANIFESTS: &str = "manifests";
const TAGS: &str = "tags";
const REFERRERS: &str = "referrers";

/// The most that is read at once, in bytes: manifests and their records are far smaller, whatever the limits were when they came.
const LONGEST_SMALL: u64 = 64 << 20;

/// What is too much.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Limits {
    /// The largest blob, in bytes.
    pub blob: u64,
    /// The largest manifest, in bytes.
    pub manifest: usize,
    /// Uploads under way at once.
    pub uploads: usize,
    /// Of these, one owner's.
    pub uploads_of_one: usize,
    /// After how many seconds without a byte an upload is given up.
    pub idle_seconds: i64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { blob: 64 << 20, manifest: 4 << 20, uploads: 64, uploads_of_one: 8, idle_seconds: 3_600 }
    }
}

/// Why a store did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Another process, or another part of this one, has it open.
    #[error("the registry's folder is in use by another process: stop it, or ask it through its address")]
    InUse,
    /// What is on the disk is not what was put there.
    #[error("the stored content of {0} was altered: its digest is another. Push it again, or restore the folder from a backup")]
    Altered(Digest),
    /// The disk.
    #[error("the registry's folder cannot be read or written: {0}")]
    Storage(#[from] io::Error),
}

/// Blobs, manifests, tags and referrers in a folder. Clones share it.
#[derive(Clone)]
pub struct Store(Arc<Inner>);

impl std::fmt::Debug for Store {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Store")
    }
}

struct Inner {
    root: Dir,
    limits: Limits,
    clock: Arc<dyn Clock>,
    /// Shared by whoever adds, alone for whoever takes away: nothing vanishes between a check and what was built on it.
    presence: RwLock<()>,
    uploads: Mutex<HashMap<Uuid, Arc<uploads::Slot>>>,
    /// Locked while it is open.
    _lock: std::fs::File,
}

impl Store {
    /// Opens the folder, making it a store if it is none yet. What was left half by a fall is removed; uploads that are not idle for
    /// too long can go on.
    ///
    /// # Errors
    /// [`StoreError::InUse`], or [`StoreError::Storage`].
    pub fn open(root: Dir, limits: Limits, clock: Arc<dyn Clock>) -> Result<Self, StoreError> {
        let lock = root.open_with("lock", OpenOptions::new().write(true).create(true))?.into_std();
        match lock.try_lock() {
            Ok(()) => {}
            Err(std::fs::TryLockError::WouldBlock) => return Err(StoreError::InUse),
            Err(std::fs::TryLockError::Error(error)) => return Err(error.into()),
        }
        for folder in [STAGING, BLOBS, REPOSITORIES] {
            root.create_dir_all(folder)?;
        }
        sync(&root)?;
        let inner = Inner { root, limits, clock, presence: RwLock::new(()), uploads: Mutex::default(), _lock: lock };
        inner.take_up_staging()?;
        Ok(Self(Arc::new(inner)))
    }

    /// The limits it was opened with.
    #[must_use]
    pub fn limits(&self) -> Limits {
        self.0.limits
    }

    /// Off the threads that answer requests.
    async fn aside<T, E>(&self, work: impl FnOnce(&Inner) -> Result<T, E> + Send + 'static) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<io::Error> + Send + 'static,
    {
        let inner = self.0.clone();
        tokio::task::spawn_blocking(move || work(&inner)).await.unwrap_or_else(|error| Err(io::Error::other(error).into()))
    }
}

impl Inner {
    fn adding(&self) -> RwLockReadGuard<'_, ()> {
        self.presence.read().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn removing(&self) -> RwLockWriteGuard<'_, ()> {
        self.presence.write().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn now(&self) -> i64 {
        self.clock.now().0
    }

    /// A new file in staging, under a name that nobody can guess.
    fn staged(&self, name: &str) -> io::Result<File> {
        self.root.open_with(format!("{STAGING}/{name}"), OpenOptions::new().read(true).write(true).create_new(true))
    }

    /// Puts a small file in a folder, whole or not at all, over the one that was there.
    fn put(&self, folder: &Dir, name: &str, bytes: &[u8]) -> io::Result<()> {
        let temporary = format!("tmp-{}", unguessable());
        let mut file = self.staged(&temporary)?;
        let written = file.write_all(bytes).and_then(|()| file.sync_all());
        let temporary = format!("{STAGING}/{temporary}");
        if let Err(error) = written.and_then(|()| self.root.rename(&temporary, folder, name)) {
            // The error that counts is the first.
            let _ = self.root.remove_file(&temporary);
            return Err(error);
        }
        sync(folder)
    }

    /// Opens a folder, making it and those above it if needed, so that they are there after a fall too.
    fn folder(&self, path: &str) -> io::Result<Dir> {
        if let Some(there) = found(self.root.open_dir(path))? {
            return Ok(there);
        }
        let mut at = self.root.try_clone()?;
        for part in path.split('/') {
            match at.create_dir(part) {
                Ok(()) => sync(&at)?,
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
            at = at.open_dir(part)?;
        }
        Ok(at)
    }

    /// A folder of a repository, made if needed.
    fn room(&self, repository: &Repository, room: &str) -> io::Result<Dir> {
        let base = base(repository);
        if found(self.root.symlink_metadata(format!("{base}/{NAME}")))?.is_none() {
            let folder = self.folder(&base)?;
            self.put(&folder, NAME, repository.as_str().as_bytes())?;
        }
        self.folder(&format!("{base}/{room}"))
    }

    /// Reads a small file, if it is there.
    fn small(&self, path: &str) -> io::Result<Option<Vec<u8>>> {
        let Some(file) = found(self.root.open(path))? else { return Ok(None) };
        let mut bytes = Vec::new();
        file.take(LONGEST_SMALL + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > LONGEST_SMALL {
            return Err(io::Error::new(ErrorKind::InvalidData, format!("{path} is longer than anything of its kind")));
        }
        Ok(Some(bytes))
    }

    /// The names of the files in a folder, in no order; none if it is not there.
    fn names(&self, path: &str) -> io::Result<Vec<String>> {
        let Some(entries) = found(self.root.read_dir(path))? else { return Ok(Vec::new()) };
        entries.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect()
    }

    /// Every repository.
    fn repositories(&self) -> io::Result<Vec<Repository>> {
        let mut all = Vec::new();
        for folder in self.names(REPOSITORIES)? {
            let name = self.small(&format!("{REPOSITORIES}/{folder}/{NAME}"))?.unwrap_or_default();
            // A folder without its name was being made when the machine fell: nothing is in it.
            if let Some(repository) = String::from_utf8(name).ok().and_then(|name| name.parse().ok()) {
                all.push(repository);
            }
        }
        Ok(all)
    }
}

/// A repository's folder.
fn base(repository: &Repository) -> String {
    format!("{REPOSITORIES}/{}", Digest::of(repository.as_str().as_bytes()).hex())
}

/// A blob's folder and its name in it.
fn place(digest: &Digest) -> (String, &str) {
    let hex = digest.hex();
    (format!("{BLOBS}/{}/{}", digest.algorithm().name(), hex.get(..2).unwrap_or_default()), hex)
}

/// Where a blob's content is.
fn path_of(digest: &Digest) -> String {
    let (folder, name) = place(digest);
    format!("{folder}/{name}")
}

/// Nothing, when there is no such file.
fn found<T>(result: io::Result<T>) -> io::Result<Option<T>> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Waits until the folder's names are on the disk.
fn sync(folder: &Dir) -> io::Result<()> {
    folder.open(".")?.sync_all()
}

/// An id of 122 random bits.
fn unguessable() -> Uuid {
    uuid::Builder::from_random_bytes(rand::random()).into_uuid()
}
