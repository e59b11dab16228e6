//! The store of bytes in a folder: one file each, at `TENANT/ab/ADDRESS`, encrypted (see [`seal`]).
//!
//! A file is written beside its place, synced, and renamed into it; then the folder is synced. What is torn by a fall of the machine is
//! never at an address, and is swept at the next start.

mod seal;
#[cfg(test)]
mod tests;

use async_trait::async_trait;
use cap_std::fs::{Dir, OpenOptions};
use std::io::{self, ErrorKind, Read, Write};
use std::sync::Arc;
use vatra_core::blobs::{Address, BlobError, Blobs};
use vatra_core::ids::TenantId;
use vatra_core::seal::MasterKey;

/// Bytes in one piece.
pub const LONGEST: usize = 64 << 20;
/// Files being written.
const UNFINISHED: &str = "unfinished";

/// The store in one folder. Clones share it.
#[derive(Clone)]
pub struct FileBlobs(Arc<Inner>);

struct Inner {
    root: Dir,
    master: MasterKey,
}

fn storage(error: io::Error) -> BlobError {
    BlobError::Storage(error.to_string())
}

impl FileBlobs {
    /// Opens the store in this folder, sweeping what was left unfinished. Only one host at a time has it open.
    ///
    /// # Errors
    /// When the folder cannot be read or written.
    pub fn open(root: Dir, master: MasterKey) -> Result<Self, BlobError> {
        let sweep = || -> io::Result<()> {
            match root.remove_dir_all(UNFINISHED) {
                Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
                _ => {}
            }
            root.create_dir(UNFINISHED)?;
            sync(&root)
        };
        sweep().map_err(storage)?;
        Ok(Self(Arc::new(Inner { root, master })))
    }

    async fn aside<T: Send + 'static>(&self, work: impl FnOnce(&Inner) -> Result<T, BlobError> + Send + 'static) -> Result<T, BlobError> {
        let inner = self.0.clone();
        let done = tokio::task::spawn_blocking(move || work(&inner)).await;
        done.unwrap_or_else(|error| Err(BlobError::Storage(error.to_string())))
    }
}

/// Waits until the folder's names are on the disk.
fn sync(folder: &Dir) -> io::Result<()> {
    folder.open(".")?.sync_all()
}

/// A blob's folder and its name in it.
fn place(tenant: TenantId, address: Address) -> (String, String) {
    let name = address.to_string();
    (format!("{tenant}/{}", name.get(..2).unwrap_or_default()), name)
}

impl Inner {
    fn read(&self, tenant: TenantId, address: Address) -> Result<Vec<u8>, BlobError> {
        let (folder, name) = place(tenant, address);
        let read = || -> io::Result<Vec<u8>> {
            let mut bytes = Vec::new();
            self.root.open_dir(folder)?.open(name)?.take((LONGEST + seal::OVERHEAD + 1) as u64).read_to_end(&mut bytes)?;
            Ok(bytes)
        };
        match read() {
            Ok(sealed) => seal::open(&self.master, tenant, address, sealed),
            Err(error) if error.kind() == ErrorKind::NotFound => Err(BlobError::Missing(address)),
            Err(error) => Err(storage(error)),
        }
    }

    fn write(&self, tenant: TenantId, address: Address, sealed: &[u8]) -> io::Result<()> {
        let (folder, name) = place(tenant, address);
        let unfinished = format!("{UNFINISHED}/{}", uuid::Uuid::now_v7());
        let mut file = self.root.open_with(&unfinished, OpenOptions::new().write(true).create_new(true))?;
        file.write_all(sealed)?;
        file.sync_all()?;
        // The folders above must be there after a fall too.
        if !self.root.is_dir(&folder) {
            self.root.create_dir_all(&folder)?;
            sync(&self.root)?;
            sync(&self.root.open_dir(tenant.to_string())?)?;
        }
        let folder = self.root.open_dir(folder)?;
        self.root.rename(unfinished, &folder, name)?;
        sync(&folder)
    }

    fn remove(&self, tenant: TenantId, address: Address) -> io::Result<bool> {
        let (folder, name) = place(tenant, address);
        let folder = match self.root.open_dir(folder) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
            folder => folder?,
        };
        let was_there = match folder.remove_file(name) {
            Err(error) if error.kind() == ErrorKind::NotFound => false,
            done => done.map(|()| true)?,
        };
        // Also when it was gone: whoever removed it may have fallen before this.
        sync(&folder)?;
        Ok(was_there)
    }
}

#[async_trait]
impl Blobs for FileBlobs {
    async fn put(&self, tenant: TenantId, content: &[u8]) -> Result<Address, BlobError> {
        if content.len() > LONGEST {
            return Err(BlobError::TooLarge(LONGEST));
        }
        let content = content.to_vec();
        self.aside(move |inner| {
            let address = seal::address(&inner.master, tenant, &content);
            match inner.read(tenant, address) {
                Ok(_) => {
                    // Another may have put it there a moment ago and not have synced yet.
                    let folder = inner.root.open_dir(place(tenant, address).0).map_err(storage)?;
                    sync(&folder).map_err(storage)?;
                }
                Err(BlobError::Missing(_) | BlobError::Damaged(_)) => {
                    let sealed = seal::close(&inner.master, tenant, address, content)?;
                    inner.write(tenant, address, &sealed).map_err(storage)?;
                }
                Err(error) => return Err(error),
            }
            Ok(address)
        })
        .await
    }

    async fn get(&self, tenant: TenantId, address: Address) -> Result<Vec<u8>, BlobError> {
        self.aside(move |inner| inner.read(tenant, address)).await
    }

    async fn erase(&self, tenant: TenantId, address: Address) -> Result<bool, BlobError> {
        self.aside(move |inner| inner.remove(tenant, address).map_err(storage)).await
    }
}
