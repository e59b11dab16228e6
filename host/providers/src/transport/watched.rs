//! Files that may change while the host runs: read anew when their content is another, kept as they were when the new content is of no use.

use arc_swap::ArcSwap;
use sha2::{Digest, Sha256};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// How often files are looked at.
const EVERY: Duration = Duration::from_secs(30);

/// A file cannot be used. Says which and why, never what is in it.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{file}: {cause}")]
pub struct Unusable {
    /// Which.
    pub file: String,
    /// Why.
    pub cause: String,
}

/// What was found.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Looked {
    /// The same as before.
    Same,
    /// Something else, which is used from now on.
    Changed,
}

/// Something that is read from files and can be read anew.
pub trait Reloads: Send + Sync {
    /// Looks at the files.
    ///
    /// # Errors
    /// [`Unusable`]; what was read before stays in use.
    fn look(&self) -> Result<Looked, Unusable>;
}

/// Looks at all of these every half a minute, for ever.
pub async fn keep_fresh(all: Vec<Arc<dyn Reloads>>) {
    let mut troubles = vec![None; all.len()];
    loop {
        tokio::time::sleep(EVERY).await;
        for (each, trouble) in all.iter().zip(&mut troubles) {
            let found = each.look();
            match &found {
                Ok(Looked::Changed) => tracing::info!("a certificate was changed and is in use"),
                // Files are replaced one after the other: told once, when it stays so.
                Err(error) if *trouble == Some(error.clone()) => {}
                Err(error) => tracing::warn!("{error}; what was read before stays in use"),
                Ok(Looked::Same) => {}
            }
            *trouble = found.err();
        }
    }
}

struct Kept<T> {
    digest: Vec<u8>,
    value: Arc<T>,
}

/// Files' names and contents.
type Contents = Vec<(String, Vec<u8>)>;
/// Makes something of them.
type Read<T> = fn(&[(String, Vec<u8>)]) -> Result<T, Unusable>;

pub(super) struct Watched<T> {
    files: Vec<PathBuf>,
    read: Read<T>,
    kept: ArcSwap<Kept<T>>,
    trouble: Mutex<Option<Unusable>>,
}

impl<T: Send + Sync> Watched<T> {
    pub(super) fn load(files: Vec<PathBuf>, read: Read<T>) -> Result<Watched<T>, Unusable> {
        let (contents, digest) = contents(&files)?;
        let kept = ArcSwap::from_pointee(Kept { digest, value: Arc::new(read(&contents)?) });
        Ok(Watched { files, read, kept, trouble: Mutex::default() })
    }

    pub(super) fn now(&self) -> Arc<T> {
        self.kept.load().value.clone()
    }

    /// Why the files as they are now are not in use.
    pub(super) fn trouble(&self) -> Option<Unusable> {
        self.trouble.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn take(&self) -> Result<Looked, Unusable> {
        let (contents, digest) = contents(&self.files)?;
        if digest == self.kept.load().digest {
            return Ok(Looked::Same);
        }
        let value = Arc::new((self.read)(&contents)?);
        self.kept.store(Arc::new(Kept { digest, value }));
        Ok(Looked::Changed)
    }
}

impl<T: Send + Sync> Reloads for Watched<T> {
    fn look(&self) -> Result<Looked, Unusable> {
        let looked = self.take();
        *self.trouble.lock().unwrap_or_else(PoisonError::into_inner) = looked.clone().err();
        looked
    }
}

/// The files with their names, and a digest of all.
fn contents(files: &[PathBuf]) -> Result<(Contents, Vec<u8>), Unusable> {
    let mut digest = Sha256::new();
    let mut contents = Vec::new();
    for file in files {
        let name = file.display().to_string();
        let bytes = std::fs::read(file).map_err(|error| Unusable { file: name.clone(), cause: error.to_string() })?;
        digest.update(bytes.len().to_le_bytes());
        digest.update(&bytes);
        contents.push((name, bytes));
    }
    Ok((contents, digest.finalize().to_vec()))
}
