//! Packages on disk: one file a digest, verified whenever it is read.

use async_trait::async_trait;
use cap_std::fs::Dir;
use rustc_hash::FxHashMap;
use std::io::Write;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, PoisonError};
use vatra_registry::{Package, PackageError, Translations};
use vatra_runtime::{Loaded, Modules};
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

    /// Takes a package over.
    ///
    /// # Errors
    /// [`PackagesError`] when it is refused; nothing is written then.
    pub(crate) fn admit(&self, bytes: &[u8]) -> Result<Arc<Words>, PackagesError> {
        let digest = vatra_registry::package::digest(bytes);
        let name = file(&digest);
        let known = self.words.lock().unwrap_or_else(PoisonError::into_inner).get(&digest).cloned();
        // A whole country installs the same few packages: each is read through and written once.
        if let Some(known) = known
            && self.folder.read(&name).is_ok_and(|kept| kept == bytes)
        {
            return Ok(known);
        }
        let words = Words::of(Package::read(bytes)?)?;
        let write = || -> std::io::Result<()> {
            let fresh = format!("{name}.new");
            let mut out = self.folder.create(&fresh)?;
            out.write_all(bytes)?;
            out.sync_all()?;
            self.folder.rename(&fresh, &self.folder, &name)
        };
        write().map_err(|cause| PackagesError::File { digest, cause })?;
        self.keep(words)
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
        let lock = || self.words.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(words) = lock().get(digest) {
            return Ok(words.clone());
        }
        let (package, _) = self.read(digest)?;
        self.keep(Words::of(package)?)
    }

    fn keep(&self, words: Words) -> Result<Arc<Words>, PackagesError> {
        let mut all = self.words.lock().unwrap_or_else(PoisonError::into_inner);
        // Whoever was first: what it tells of itself stays.
        Ok(all.entry(words.package.digest.clone()).or_insert_with(|| Arc::new(words)).clone())
    }
}

/// Digests are hexadecimal: nothing else becomes a file's name.
fn file(digest: &str) -> String {
    let plain: String = digest.chars().filter(char::is_ascii_hexdigit).collect();
    format!("{}.wasm", plain.to_ascii_lowercase())
}

#[async_trait]
impl Modules for Packages {
    async fn load(&self, digest: &str) -> Result<Loaded, String> {
        let (package, component) = self.read(digest).map_err(|error| error.to_string())?;
        Ok(Loaded { manifest: package.manifest, component })
    }
}
