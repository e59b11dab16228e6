//! Packages on disk: one file a digest, verified whenever it is read.

use cap_std::fs::Dir;
use rustc_hash::FxHashMap;
use std::io::Write;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use vatra_registry::{Package, PackageError, Translations};
use vatra_view::Catalogue;

/// Why a package could not be taken over or read back.
#[derive(Debug, thiserror::Error)]
pub enum PackagesError {
    /// It is refused.
    #[error(transparent)]
    Refused(#[from] PackageError),
    /// Its words are not well formed.
    #[error("the package's translations cannot be read: {}", .0.join("; "))]
    Words(Vec<String>),
    /// It is not what its papers say, or its papers are not those of a package.
    #[error("{0}")]
    Artifact(String),
    /// Its file cannot be read or written.
    #[error("package {digest}: {cause}")]
    File {
        /// Which.
        digest: String,
        /// Why.
        cause: std::io::Error,
    },
}

/// A package's words and manifest, ready for use; one for all municipalities that have it.
pub(crate) struct Words {
    pub(crate) catalogue: Catalogue,
    /// Without its translations, which the catalogue holds.
    pub(crate) package: Arc<Package>,
    /// Whether it was compiled and linked in this process.
    pub(super) tried: AtomicBool,
}

impl Words {
    fn of(mut package: Package) -> Result<Self, PackagesError> {
        let Translations { ro, ru, en } = std::mem::take(&mut package.translations);
        let catalogue = Catalogue::new(&ro, &ru, &en).map_err(PackagesError::Words)?;
        Ok(Self { catalogue, package: Arc::new(package), tried: AtomicBool::new(false) })
    }
}

/// The folder of packages.
pub struct Packages {
    folder: Dir,
    words: Mutex<FxHashMap<String, Arc<Words>>>,
}

impl Packages {
    pub(super) fn new(folder: Dir) -> Self {
        Self { folder, words: Mutex::default() }
    }

    /// Reads a package through without keeping it; whole countries install the same few, which are read through once.
    ///
    /// # Errors
    /// [`PackagesError`] when it is refused.
    pub(crate) fn look(&self, bytes: &[u8]) -> Result<Arc<Words>, PackagesError> {
        let digest = vatra_registry::package::digest(bytes);
        if let Some(known) = self.known(&digest) {
            return Ok(known);
        }
        Ok(Arc::new(Words::of(Package::read(bytes)?)?))
    }

    /// Takes a package over that was looked at.
    ///
    /// # Errors
    /// [`PackagesError::File`].
    pub(crate) fn take(&self, words: &Arc<Words>, bytes: &[u8]) -> Result<(), PackagesError> {
        let digest = &words.package.digest;
        if !self.folder.read(file(digest)).is_ok_and(|kept| kept == bytes) {
            self.put(digest, bytes)?;
        }
        self.lock().entry(digest.clone()).or_insert_with(|| words.clone());
        Ok(())
    }

    /// Whether its file is here.
    pub(crate) fn has(&self, digest: &str) -> bool {
        self.folder.exists(file(digest))
    }

    /// Writes its file; whoever reads it back verifies it.
    ///
    /// # Errors
    /// [`PackagesError::File`].
    pub(crate) fn put(&self, digest: &str, bytes: &[u8]) -> Result<(), PackagesError> {
        let name = file(digest);
        let write = || -> std::io::Result<()> {
            // Several hosts' threads may fetch the same one.
            let fresh = format!("{name}.{}.new", uuid::Uuid::now_v7().simple());
            let mut out = self.folder.create(&fresh)?;
            out.write_all(bytes)?;
            out.sync_all()?;
            self.folder.rename(&fresh, &self.folder, &name)
        };
        write().map_err(|cause| PackagesError::File { digest: digest.to_owned(), cause })
    }

    /// Reads a package back.
    ///
    /// # Errors
    /// [`PackagesError`] when it is missing, or its bytes are not what was admitted under this digest.
    pub fn read(&self, digest: &str) -> Result<(Package, Vec<u8>), PackagesError> {
        let name = file(digest);
        let bytes = self.folder.read(&name).map_err(|cause| PackagesError::File { digest: digest.to_owned(), cause })?;
        Ok((Package::read_verified(&bytes, digest)?, bytes))
    }

    /// A package's words.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub(crate) fn words(&self, digest: &str) -> Result<Arc<Words>, PackagesError> {
        if let Some(words) = self.known(digest) {
            return Ok(words);
        }
        let (package, _) = self.read(digest)?;
        let words = Words::of(package)?;
        // Whoever was first: what it tells of itself stays.
        Ok(self.lock().entry(words.package.digest.clone()).or_insert_with(|| Arc::new(words)).clone())
    }

    fn known(&self, digest: &str) -> Option<Arc<Words>> {
        self.lock().get(digest).cloned()
    }

    fn lock(&self) -> MutexGuard<'_, FxHashMap<String, Arc<Words>>> {
        self.words.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Digests are hexadecimal: nothing else becomes a file's name.
fn file(digest: &str) -> String {
    let plain: String = digest.chars().filter(char::is_ascii_hexdigit).collect();
    format!("{}.wasm", plain.to_ascii_lowercase())
}
