//! Uploads under way. Their bytes are hashed while they are written; what a dropped connection left can go on from there.

use super::{Inner, STAGING, Store, found, path_of, place, sync, unguessable};
use crate::names::Repository;
use axum::body::Bytes;
use cap_std::fs::{File, OpenOptions};
use serde::{Deserialize, Serialize};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;
use tokio::sync::{Mutex, OwnedMutexGuard};
use uuid::Uuid;
use vatra_core::digest::{Algorithm, Digest, Hasher};

/// How long a request waits until another has let go of an upload.
const PATIENCE: Duration = Duration::from_secs(2);

/// Why an upload does not go on.
#[derive(Debug, thiserror::Error)]
pub enum UploadError {
    /// Never begun, ended, expired, of another repository or of another owner: all the same to whoever asks.
    #[error("there is no such upload: it was never begun, has ended or was idle for too long. Begin it anew")]
    Unknown,
    /// Another request is writing to it.
    #[error("another request is writing to this upload: wait until it has ended, then ask how far the upload has come")]
    Busy,
    /// Too many.
    #[error("{0} uploads are under way, which is the limit: finish or cancel some")]
    TooMany(usize),
    /// The blob would be larger than allowed.
    #[error("the blob is larger than {0} bytes, which is the limit")]
    TooLarge(u64),
    /// A chunk that does not begin where the last one ended.
    #[error("the chunk begins at byte {begins}, but the upload has come to byte {has}")]
    OutOfOrder {
        /// Where the chunk begins.
        begins: u64,
        /// How many bytes there are.
        has: u64,
    },
    /// A chunk that is not as long as it says.
    #[error("the chunk has {actual} bytes, but its Content-Range says {said}: nothing of it was kept")]
    Length {
        /// What it says, in bytes.
        said: u64,
        /// What came, at least.
        actual: u64,
    },
    /// The content is not what it should be.
    #[error("the content's digest is {actual}, expected {expected}: the upload was thrown away")]
    Digest {
        /// What the client said.
        expected: Digest,
        /// What came.
        actual: Digest,
    },
    /// The disk.
    #[error(transparent)]
    Storage(#[from] io::Error),
}

/// What is known of an upload after a fall.
#[derive(Serialize, Deserialize)]
struct Record {
    repository: String,
    owner: Option<String>,
    touched: i64,
}

/// An upload, whether someone is writing to it or not.
pub(super) struct Slot {
    repository: String,
    owner: Option<String>,
    touched: AtomicI64,
    /// Empty until someone goes on with what a fall interrupted.
    state: Arc<Mutex<Option<State>>>,
}

struct State {
    file: File,
    size: u64,
    hasher: Hasher,
}

/// A point to go back to.
#[derive(Debug)]
pub struct Mark {
    size: u64,
    hasher: Hasher,
}

/// An upload that this request alone writes to. Dropped, it stays as it is, to be gone on with.
pub struct Entered {
    store: Store,
    id: Uuid,
    slot: Arc<Slot>,
    state: OwnedMutexGuard<Option<State>>,
    fleeting: bool,
}

impl Drop for Entered {
    fn drop(&mut self) {
        if self.fleeting {
            self.store.0.forget(self.id);
        }
    }
}

impl std::fmt::Debug for Entered {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Entered({})", self.id)
    }
}

fn data_path(id: Uuid) -> String {
    format!("{STAGING}/{id}.data")
}

fn record_path(id: Uuid) -> String {
    format!("{STAGING}/{id}.json")
}

impl Store {
    /// Begins an upload and enters it.
    ///
    /// # Errors
    /// [`UploadError::TooMany`], [`UploadError::Storage`].
    pub async fn begin(&self, repository: &Repository, owner: Option<&str>) -> Result<(Uuid, Entered), UploadError> {
        self.expire().await?;
        let id = unguessable();
        let state = Arc::new(Mutex::new(None));
        let slot = Arc::new(Slot {
            repository: repository.as_str().to_owned(),
            owner: owner.map(str::to_owned),
            touched: AtomicI64::new(self.0.now()),
            state: state.clone(),
        });
        let guard = state.lock_owned().await;
        {
            let mut all = self.0.slots();
            let of_one = all.values().filter(|other| other.owner == slot.owner).count();
            if all.len() >= self.0.limits.uploads {
                return Err(UploadError::TooMany(self.0.limits.uploads));
            }
            if of_one >= self.0.limits.uploads_of_one {
                return Err(UploadError::TooMany(self.0.limits.uploads_of_one));
            }
            all.insert(id, slot.clone());
        }
        // Until its files are there nobody else knows it: if the request is dropped, it goes.
        let entered = Entered { store: self.clone(), id, slot, state: guard, fleeting: true };
        let (mut entered, ()) = entered
            .aside(move |this| {
                let file = this.store.0.staged(&format!("{id}.data"))?;
                this.store.0.staged(&format!("{id}.json"))?.write_all(&this.slot.record())?;
                *this.state = Some(State { file, size: 0, hasher: Hasher::new(Algorithm::Sha256) });
                Ok(())
            })
            .await?;
        entered.fleeting = false;
        Ok((id, entered))
    }

    /// Goes on with an upload, which nobody else may at the same time.
    ///
    /// # Errors
    /// [`UploadError::Unknown`], [`UploadError::Busy`], [`UploadError::Storage`].
    pub async fn enter(&self, id: Uuid, repository: &Repository, owner: Option<&str>) -> Result<Entered, UploadError> {
        self.expire().await?;
        let slot = self.0.slots().get(&id).cloned().ok_or(UploadError::Unknown)?;
        if slot.repository != repository.as_str() || slot.owner.as_deref() != owner {
            return Err(UploadError::Unknown);
        }
        // Of a request that broke off, the last piece may still be on its way to the disk.
        let entered = tokio::time::timeout(PATIENCE, slot.state.clone().lock_owned()).await;
        let mut state = entered.map_err(|_| UploadError::Busy)?;
        // It may have ended since it was looked up.
        if !self.0.slots().contains_key(&id) {
            return Err(UploadError::Unknown);
        }
        if state.is_none() {
            *state = Some(self.aside(move |inner| inner.take_up(id)).await?);
        }
        slot.touch(self);
        Ok(Entered { store: self.clone(), id, slot, state, fleeting: false })
    }

    /// Gives up uploads that were idle for too long. Called with every upload that is begun or gone on with.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub async fn expire(&self) -> io::Result<()> {
        let oldest = self.0.now().saturating_sub(self.0.limits.idle_seconds.saturating_mul(1_000));
        let is_idle = move |slot: &Slot| slot.touched.load(Ordering::Relaxed) < oldest;
        let idle: Vec<(Uuid, Arc<Slot>)> = {
            let all = self.0.slots();
            all.iter().filter(|(_, slot)| is_idle(slot)).map(|(id, slot)| (*id, slot.clone())).collect()
        };
        if idle.is_empty() {
            return Ok(());
        }
        self.aside(move |inner| {
            for (id, slot) in idle {
                // Whoever is writing holds the lock, and whoever comes now looks again once they have it.
                if let Ok(_guard) = slot.state.try_lock()
                    && is_idle(&slot)
                {
                    inner.forget(id);
                }
            }
            Ok(())
        })
        .await
    }
}

impl Slot {
    fn record(&self) -> Vec<u8> {
        let record =
            Record { repository: self.repository.clone(), owner: self.owner.clone(), touched: self.touched.load(Ordering::Relaxed) };
        serde_json::to_vec(&record).unwrap_or_default()
    }

    fn touch(&self, store: &Store) {
        self.touched.store(store.0.now(), Ordering::Relaxed);
    }
}

impl Inner {
    fn slots(&self) -> std::sync::MutexGuard<'_, std::collections::HashMap<Uuid, Arc<Slot>>> {
        self.uploads.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// Removes an upload and what it wrote. Files that cannot be removed now are removed when the store is opened.
    fn forget(&self, id: Uuid) {
        self.slots().remove(&id);
        let _ = self.root.remove_file(data_path(id));
        let _ = self.root.remove_file(record_path(id));
    }

    /// After a fall: small files that were not renamed go, and so do uploads that nobody can or wants to go on with.
    pub(super) fn take_up_staging(&self) -> io::Result<()> {
        let oldest = self.now().saturating_sub(self.limits.idle_seconds.saturating_mul(1_000));
        for name in self.names(STAGING)? {
            let id = name.split_once('.').and_then(|(id, _)| id.parse::<Uuid>().ok());
            let record = match id {
                Some(id) if found(self.root.symlink_metadata(data_path(id)))?.is_some() => self.small(&record_path(id))?,
                _ => None,
            };
            let record = record.and_then(|record| serde_json::from_slice::<Record>(&record).ok());
            match (id, record) {
                (Some(id), Some(record)) if record.touched >= oldest => {
                    let (repository, owner, touched) = (record.repository, record.owner, AtomicI64::new(record.touched));
                    self.slots().insert(id, Arc::new(Slot { repository, owner, touched, state: Arc::default() }));
                }
                _ => {
                    found(self.root.remove_file(format!("{STAGING}/{name}")))?;
                }
            }
        }
        Ok(())
    }

    /// Opens what an upload wrote before a fall and hashes it again.
    fn take_up(&self, id: Uuid) -> io::Result<State> {
        let mut file = self.root.open_with(data_path(id), OpenOptions::new().read(true).write(true))?;
        let (hasher, size) = hash(&mut file, Algorithm::Sha256)?;
        Ok(State { file, size, hasher })
    }
}

/// Hashes a file from its beginning to its end, where it is left.
fn hash(file: &mut File, algorithm: Algorithm) -> io::Result<(Hasher, u64)> {
    file.seek(SeekFrom::Start(0))?;
    let (mut hasher, mut size, mut buffer) = (Hasher::new(algorithm), 0_u64, vec![0; 256 << 10]);
    loop {
        let read = file.read(&mut buffer)?;
        let Some(bytes) = buffer.get(..read).filter(|bytes| !bytes.is_empty()) else { return Ok((hasher, size)) };
        hasher.update(bytes);
        size += read as u64;
    }
}

impl Entered {
    fn now_state(&mut self) -> Result<&mut State, UploadError> {
        self.state.as_mut().ok_or(UploadError::Unknown)
    }

    /// Nobody goes on with it: dropped before its end, it is thrown away.
    #[must_use]
    pub fn fleeting(mut self) -> Self {
        self.fleeting = true;
        self
    }

    /// How many bytes there are.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.state.as_ref().map_or(0, |state| state.size)
    }

    /// Where it is now.
    ///
    /// # Errors
    /// [`UploadError::Unknown`] if it has ended.
    pub fn mark(&mut self) -> Result<Mark, UploadError> {
        let state = self.now_state()?;
        Ok(Mark { size: state.size, hasher: state.hasher.clone() })
    }

    /// Off the threads that answer requests. If the request is dropped, this piece of work still ends and leaves the upload consistent.
    async fn aside<T: Send + 'static>(
        self,
        work: impl FnOnce(&mut Self) -> Result<T, UploadError> + Send + 'static,
    ) -> Result<(Self, T), UploadError> {
        let mut this = self;
        let done = tokio::task::spawn_blocking(move || {
            let value = work(&mut this)?;
            Ok((this, value))
        });
        done.await.unwrap_or_else(|error| Err(io::Error::other(error).into()))
    }

    /// Writes and hashes these bytes at the end.
    ///
    /// # Errors
    /// [`UploadError::TooLarge`] throws the upload away; [`UploadError::Storage`] leaves it at the last piece that was written whole.
    pub async fn write(self, batch: Vec<Bytes>) -> Result<Self, UploadError> {
        let (this, ()) = self
            .aside(move |this| {
                let most = this.store.0.limits.blob;
                let more: u64 = batch.iter().map(|bytes| bytes.len() as u64).sum();
                if this.size().saturating_add(more) > most {
                    this.store.0.forget(this.id);
                    return Err(UploadError::TooLarge(most));
                }
                let state = this.now_state()?;
                for bytes in &batch {
                    if let Err(error) = state.file.write_all(bytes) {
                        // Of these bytes a part may be written that is not hashed.
                        let (size, hasher) = (state.size, state.hasher.clone());
                        reset(state, Mark { size, hasher })?;
                        return Err(error.into());
                    }
                    state.hasher.update(bytes);
                    state.size += bytes.len() as u64;
                }
                this.slot.touch(&this.store);
                Ok(())
            })
            .await?;
        Ok(this)
    }

    /// Goes back to a point where it was before.
    ///
    /// # Errors
    /// [`UploadError::Storage`].
    pub async fn back(self, mark: Mark) -> Result<Self, UploadError> {
        let (this, ()) = self.aside(move |this| reset(this.now_state()?, mark)).await?;
        Ok(this)
    }

    /// Notes on the disk that it is not idle, for after a fall.
    ///
    /// # Errors
    /// [`UploadError::Storage`].
    pub async fn note(self) -> Result<Self, UploadError> {
        let (this, ()) = self
            .aside(|this| {
                let record = this.slot.record();
                Ok(this.store.0.root.write(record_path(this.id), record)?)
            })
            .await?;
        Ok(this)
    }

    /// Ends it: checks the content, waits for the disk and gives the blob to the repository. Answers its size in bytes.
    ///
    /// # Errors
    /// [`UploadError::Digest`] throws the upload away; [`UploadError::Storage`].
    pub async fn finish(self, repository: &Repository, digest: &Digest) -> Result<u64, UploadError> {
        let (repository, digest) = (repository.clone(), digest.clone());
        let (_, size) = self
            .aside(move |this| {
                let (id, store) = (this.id, this.store.clone());
                let inner = &*store.0;
                let state = this.now_state()?;
                let actual = match digest.algorithm() {
                    Algorithm::Sha256 => state.hasher.clone().finish(),
                    Algorithm::Sha512 => hash(&mut state.file, Algorithm::Sha512)?.0.finish(),
                };
                if actual != digest {
                    inner.forget(id);
                    return Err(UploadError::Digest { expected: digest, actual });
                }
                state.file.sync_all()?;
                let _adding = inner.adding();
                let (folder, name) = place(&digest);
                let folder = inner.folder(&folder)?;
                // Over what may be there already: if that was damaged, it is whole again.
                inner.root.rename(data_path(id), &folder, name)?;
                sync(&folder)?;
                inner.link(&repository, &digest)?;
                let size = state.size;
                inner.forget(id);
                Ok(size)
            })
            .await?;
        Ok(size)
    }

    /// Ends it without a blob.
    ///
    /// # Errors
    /// [`UploadError::Storage`].
    pub async fn cancel(self) -> Result<(), UploadError> {
        self.aside(|this| {
            this.store.0.forget(this.id);
            Ok(())
        })
        .await
        .map(|_| ())
    }
}

fn reset(state: &mut State, mark: Mark) -> Result<(), UploadError> {
    state.file.set_len(mark.size)?;
    state.file.seek(SeekFrom::Start(mark.size))?;
    state.size = mark.size;
    state.hasher = mark.hasher;
    Ok(())
}

impl Inner {
    /// Writes small content (a manifest) to where blobs are.
    pub(super) fn put_content(&self, digest: &Digest, bytes: &[u8]) -> io::Result<()> {
        if self.small(&path_of(digest))?.is_some_and(|there| there == bytes) {
            return Ok(());
        }
        let (folder, name) = place(digest);
        let folder = self.folder(&folder)?;
        self.put(&folder, name, bytes)
    }
}
