//! Manifests, the tags that point to them and the manifests that are about them.
//!
//! Order of writing: content, referrer, record, tag. A fall in between leaves what nobody sees and [`Store::collect`] takes away.

use super::{BLOBS, Inner, MANIFESTS, REFERRERS, Store, StoreError, TAGS, UnlinkError, base, found, path_of};
use crate::manifest::{Annotations, Descriptor, Manifest};
use crate::names::{Pointer, Repository, Tag};
use serde::{Deserialize, Serialize};
use std::io;
use vatra_core::digest::Digest;

/// Why a manifest was not taken in.
#[derive(Debug, thiserror::Error)]
pub enum PutError {
    /// It needs what is not there.
    #[error("the manifest needs {0}, which the repository does not have: push that first")]
    Missing(Digest),
    /// It says a size that is not so.
    #[error("the manifest says that {digest} has {said} bytes, but it has {actual}")]
    Size {
        /// Of what.
        digest: Digest,
        /// What it says, in bytes.
        said: u64,
        /// What it is, in bytes.
        actual: u64,
    },
    /// The disk.
    #[error(transparent)]
    Storage(#[from] io::Error),
}

/// What is known of a manifest without reading it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(super) struct Record {
    pub(super) media_type: String,
    pub(super) size: u64,
    pub(super) kind: Option<String>,
    pub(super) subject: Option<Digest>,
    /// The blobs it needs.
    pub(super) blobs: Vec<Digest>,
    /// The manifests it needs.
    pub(super) children: Vec<Digest>,
    /// What is said of it.
    pub(super) annotations: Option<Annotations>,
}

impl Record {
    pub(super) fn of(manifest: &Manifest, media_type: &str, size: usize) -> Self {
        Self {
            media_type: media_type.to_owned(),
            size: size as u64,
            kind: manifest.kind().map(str::to_owned),
            subject: manifest.subject.as_ref().map(|subject| subject.digest.clone()),
            blobs: manifest.blobs().map(|blob| blob.digest.clone()).collect(),
            children: manifest.children().map(|child| child.digest.clone()).collect(),
            annotations: manifest.annotations.clone(),
        }
    }
}

/// A manifest as it was put.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Stored {
    /// Its digest: the one asked for, or the one that the tag points to.
    pub digest: Digest,
    /// As what it was pushed.
    pub media_type: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// A part of a list, and whether there is more.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Page<T> {
    /// The part, in order.
    pub items: Vec<T>,
    /// After what the next part begins; nothing when this is the last.
    pub next: Option<String>,
}

/// A page of referrers ends after this many, or after this many bytes of records, whichever comes first.
const REFERRERS_AT_ONCE: usize = 500;
const REFERRERS_BYTES: usize = 1 << 20;

impl Store {
    /// Takes a manifest in, under its digest and, if given, under a tag, which moves from what it pointed to before. `manifest` is what
    /// `bytes` say, `digest` theirs.
    ///
    /// # Errors
    /// [`PutError`].
    pub async fn put_manifest(
        &self,
        repository: &Repository,
        bytes: Vec<u8>,
        manifest: Manifest,
        media_type: &str,
        digest: &Digest,
        tag: Option<Tag>,
    ) -> Result<(), PutError> {
        let (repository, digest, media_type) = (repository.clone(), digest.clone(), media_type.to_owned());
        self.aside(move |inner| {
            let _adding = inner.adding();
            for blob in manifest.blobs() {
                check(blob, inner.blob_size(&repository, &blob.digest)?)?;
            }
            for child in manifest.children() {
                check(child, inner.record(&repository, &child.digest)?.map(|record| record.size))?;
            }
            let record = Record::of(&manifest, &media_type, bytes.len());
            inner.put_content(&digest, &bytes)?;
            if let Some(subject) = &record.subject {
                let room = inner.room(&repository, &format!("{REFERRERS}/{}", subject.file_name()))?;
                inner.put(&room, &digest.file_name(), b"")?;
            }
            let room = inner.room(&repository, MANIFESTS)?;
            inner.put(&room, &digest.file_name(), &serde_json::to_vec(&record).map_err(io::Error::other)?)?;
            if let Some(tag) = tag {
                let room = inner.room(&repository, TAGS)?;
                inner.put(&room, tag.as_str(), digest.to_string().as_bytes())?;
            }
            Ok(())
        })
        .await
    }

    /// A repository's manifest, by digest or by tag.
    ///
    /// # Errors
    /// [`StoreError::Altered`] when it is not what was put, [`StoreError::Storage`].
    pub async fn manifest(&self, repository: &Repository, pointer: &Pointer) -> Result<Option<Stored>, StoreError> {
        let (repository, pointer) = (repository.clone(), pointer.clone());
        self.aside(move |inner| {
            let Some(digest) = inner.point(&repository, &pointer)? else { return Ok(None) };
            let Some(record) = inner.record(&repository, &digest)? else { return Ok(None) };
            let bytes = inner.small(&path_of(&digest))?.filter(|bytes| digest.matches(bytes));
            let Some(bytes) = bytes else {
                // It may have been deleted and collected since its record was read.
                let gone = inner.record(&repository, &digest)?.is_none();
                return if gone { Ok(None) } else { Err(StoreError::Altered(digest)) };
            };
            Ok(Some(Stored { digest, media_type: record.media_type, bytes }))
        })
        .await
    }

    /// Takes a tag away, or a manifest with all tags that point to it. What is about it stays: it may be pushed again.
    ///
    /// # Errors
    /// [`UnlinkError`]: a manifest stays while an index of the repository needs it.
    pub async fn delete_manifest(&self, repository: &Repository, pointer: &Pointer) -> Result<bool, UnlinkError> {
        let (repository, pointer) = (repository.clone(), pointer.clone());
        self.aside(move |inner| {
            let _removing = inner.removing();
            let base = base(&repository);
            let digest = match pointer {
                Pointer::Tag(tag) => return Ok(found(inner.root.remove_file(format!("{base}/{TAGS}/{tag}")))?.is_some()),
                Pointer::Digest(digest) => digest,
            };
            let Some(record) = inner.record(&repository, &digest)? else { return Ok(false) };
            if let Some(by) = inner.needed_by(&repository, &digest)? {
                return Err(UnlinkError::Needed { what: digest, by });
            }
            for tag in inner.names(&format!("{base}/{TAGS}"))? {
                let path = format!("{base}/{TAGS}/{tag}");
                if inner.small(&path)?.is_some_and(|at| at == digest.to_string().as_bytes()) {
                    inner.root.remove_file(path)?;
                }
            }
            inner.root.remove_file(format!("{base}/{MANIFESTS}/{}", digest.file_name()))?;
            if let Some(subject) = record.subject {
                found(inner.root.remove_file(format!("{base}/{REFERRERS}/{}/{}", subject.file_name(), digest.file_name())))?;
            }
            Ok(true)
        })
        .await
    }

    /// A repository's tags after `last`, at most `most` of them; nothing when there is no such repository.
    ///
    /// # Errors
    /// [`StoreError::Storage`].
    pub async fn tags(&self, repository: &Repository, last: Option<String>, most: usize) -> Result<Option<Page<String>>, StoreError> {
        let repository = repository.clone();
        self.aside(move |inner| {
            let base = base(&repository);
            if found(inner.root.symlink_metadata(&base))?.is_none() {
                return Ok(None);
            }
            let mut all = inner.names(&format!("{base}/{TAGS}"))?;
            if let Some(last) = &last {
                all.retain(|tag| Tag::order(tag) > Tag::order(last));
            }
            all.sort_by(|one, other| Tag::order(one).cmp(&Tag::order(other)));
            let more = all.len() > most;
            all.truncate(most);
            let next = all.last().filter(|_| more).cloned();
            Ok(Some(Page { items: all, next }))
        })
        .await
    }

    /// The manifests about `subject` of this kind (of any, when none is given), after `last`. A page may have none although more come.
    ///
    /// # Errors
    /// [`StoreError::Storage`].
    pub async fn referrers(
        &self,
        repository: &Repository,
        subject: &Digest,
        kind: Option<String>,
        last: Option<Digest>,
    ) -> Result<Page<Descriptor>, StoreError> {
        let (repository, subject) = (repository.clone(), subject.clone());
        self.aside(move |inner| {
            let names = inner.names(&format!("{}/{REFERRERS}/{}", base(&repository), subject.file_name()))?;
            let mut all: Vec<Digest> = names.iter().filter_map(|name| Digest::from_file_name(name)).collect();
            all.sort();
            all.retain(|digest| last.as_ref().is_none_or(|last| digest > last));
            let mut page = Page { items: Vec::new(), next: None };
            // What is read counts, and not only what is answered: nobody makes a question that costs more than this.
            let (mut seen, mut bytes, mut visited) = (0, 0, None);
            for digest in all {
                if seen >= REFERRERS_AT_ONCE || bytes >= REFERRERS_BYTES {
                    page.next = visited.map(|last: Digest| last.to_string());
                    break;
                }
                seen += 1;
                visited = Some(digest.clone());
                // One without a record was being put when the machine fell.
                let Some((record, length)) = inner.record_and_length(&repository, &digest)? else { continue };
                bytes += length;
                if kind.is_none() || record.kind == kind {
                    let Record { media_type, size, kind: artifact_type, annotations, .. } = record;
                    page.items.push(Descriptor { media_type, digest, size, annotations, artifact_type });
                }
            }
            Ok(page)
        })
        .await
    }
}

fn check(descriptor: &Descriptor, actual: Option<u64>) -> Result<(), PutError> {
    match actual {
        None => Err(PutError::Missing(descriptor.digest.clone())),
        Some(actual) if actual != descriptor.size => {
            Err(PutError::Size { digest: descriptor.digest.clone(), said: descriptor.size, actual })
        }
        Some(_) => Ok(()),
    }
}

impl Inner {
    /// What a manifest's record says; nothing if the repository does not have the manifest.
    pub(super) fn record(&self, repository: &Repository, digest: &Digest) -> io::Result<Option<Record>> {
        Ok(self.record_and_length(repository, digest)?.map(|(record, _)| record))
    }

    /// The same, and how many bytes were read for it.
    fn record_and_length(&self, repository: &Repository, digest: &Digest) -> io::Result<Option<(Record, usize)>> {
        let path = format!("{}/{MANIFESTS}/{}", base(repository), digest.file_name());
        let Some(bytes) = self.small(&path)? else { return Ok(None) };
        let record = serde_json::from_slice(&bytes).map_err(io::Error::other)?;
        Ok(Some((record, bytes.len())))
    }

    /// The repository's manifests.
    pub(super) fn manifests(&self, repository: &Repository) -> io::Result<Vec<Digest>> {
        let names = self.names(&format!("{}/{MANIFESTS}", base(repository)))?;
        Ok(names.iter().filter_map(|name| Digest::from_file_name(name)).collect())
    }

    /// The repository's blobs.
    pub(super) fn links(&self, repository: &Repository) -> io::Result<Vec<Digest>> {
        let names = self.names(&format!("{}/{BLOBS}", base(repository)))?;
        Ok(names.iter().filter_map(|name| Digest::from_file_name(name)).collect())
    }

    /// A manifest of the repository that needs this blob or manifest.
    pub(super) fn needed_by(&self, repository: &Repository, what: &Digest) -> io::Result<Option<Digest>> {
        for by in self.manifests(repository)? {
            let needs = self.record(repository, &by)?.is_some_and(|record| record.blobs.contains(what) || record.children.contains(what));
            if needs {
                return Ok(Some(by));
            }
        }
        Ok(None)
    }

    /// The digest that is meant.
    fn point(&self, repository: &Repository, pointer: &Pointer) -> io::Result<Option<Digest>> {
        let tag = match pointer {
            Pointer::Digest(digest) => return Ok(Some(digest.clone())),
            Pointer::Tag(tag) => tag,
        };
        let Some(bytes) = self.small(&format!("{}/{TAGS}/{tag}", base(repository)))? else { return Ok(None) };
        String::from_utf8_lossy(&bytes).parse().map(Some).map_err(io::Error::other)
    }
}
