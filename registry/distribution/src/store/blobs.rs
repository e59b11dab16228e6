//! Blobs: which repository has which, and their content.

use super::{BLOBS, Inner, Store, StoreError, base, found, path_of};
use crate::names::Repository;
use cap_std::fs::File;
use std::io;
use vatra_core::digest::Digest;

/// Why a blob was not taken from a repository.
#[derive(Debug, thiserror::Error)]
pub enum UnlinkError {
    /// It is not there.
    #[error("the repository has no blob {0}")]
    Unknown(Digest),
    /// A manifest would be left without it.
    #[error("the manifest {by} needs {what}: delete that manifest first")]
    Needed {
        /// The blob or manifest.
        what: Digest,
        /// Which manifest needs it.
        by: Digest,
    },
    /// The disk.
    #[error(transparent)]
    Storage(#[from] io::Error),
}

impl Store {
    /// A repository's blob, opened, and its size in bytes; nothing if the repository does not have it, whoever else does.
    ///
    /// # Errors
    /// [`StoreError::Storage`].
    pub async fn blob(&self, repository: &Repository, digest: &Digest) -> Result<Option<(File, u64)>, StoreError> {
        let (repository, digest) = (repository.clone(), digest.clone());
        self.aside(move |inner| Ok(inner.open_blob(&repository, &digest)?)).await
    }

    /// Gives a repository a blob that another has. Whether that other has it.
    ///
    /// # Errors
    /// [`StoreError::Storage`].
    pub async fn mount(&self, from: &Repository, to: &Repository, digest: &Digest) -> Result<bool, StoreError> {
        let (from, to, digest) = (from.clone(), to.clone(), digest.clone());
        self.aside(move |inner| {
            let _adding = inner.adding();
            let there = inner.open_blob(&from, &digest)?.is_some();
            if there {
                inner.link(&to, &digest)?;
            }
            Ok(there)
        })
        .await
    }

    /// Takes a blob from a repository. Its content goes with the next [`Store::collect`] once no repository has it.
    ///
    /// Refused while a manifest of that repository needs it: whoever pulls by digest, as every installed module does, would find a
    /// manifest without its component.
    ///
    /// # Errors
    /// [`UnlinkError`].
    pub async fn unlink(&self, repository: &Repository, digest: &Digest) -> Result<(), UnlinkError> {
        let (repository, digest) = (repository.clone(), digest.clone());
        self.aside(move |inner| {
            let _removing = inner.removing();
            let link = link_path(&repository, &digest);
            if found(inner.root.symlink_metadata(&link))?.is_none() {
                return Err(UnlinkError::Unknown(digest));
            }
            if let Some(by) = inner.needed_by(&repository, &digest)? {
                return Err(UnlinkError::Needed { what: digest, by });
            }
            inner.root.remove_file(link)?;
            Ok(())
        })
        .await
    }
}

fn link_path(repository: &Repository, digest: &Digest) -> String {
    format!("{}/{BLOBS}/{}", base(repository), digest.file_name())
}

impl Inner {
    pub(super) fn open_blob(&self, repository: &Repository, digest: &Digest) -> io::Result<Option<(File, u64)>> {
        if found(self.root.symlink_metadata(link_path(repository, digest)))?.is_none() {
            return Ok(None);
        }
        let Some(file) = found(self.root.open(path_of(digest)))? else { return Ok(None) };
        let size = file.metadata()?.len();
        Ok(Some((file, size)))
    }

    /// The size of a repository's blob.
    pub(super) fn blob_size(&self, repository: &Repository, digest: &Digest) -> io::Result<Option<u64>> {
        if found(self.root.symlink_metadata(link_path(repository, digest)))?.is_none() {
            return Ok(None);
        }
        Ok(found(self.root.symlink_metadata(path_of(digest)))?.map(|data| data.len()))
    }

    /// Notes that the repository has the blob, from now on. The content must be there.
    pub(super) fn link(&self, repository: &Repository, digest: &Digest) -> io::Result<()> {
        let room = self.room(repository, BLOBS)?;
        self.put(&room, &digest.file_name(), self.now().to_string().as_bytes())
    }
}
