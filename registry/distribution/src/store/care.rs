//! What the store's keeper does from time to time: take away what nobody needs, and look whether everything is still what was put.

use super::manifests::Record;
use super::{BLOBS, Inner, Store, TAGS, base, found, path_of};
use crate::manifest::Manifest;
use crate::names::Repository;
use std::collections::HashSet;
use std::io::{self, Read};
use vatra_core::digest::{Algorithm, Digest, Hasher};

/// What [`Store::collect`] took away.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Collected {
    /// Blobs that a repository had and no manifest of it needed.
    pub links: usize,
    /// Contents that no repository had any more.
    pub contents: usize,
    /// The bytes of these.
    pub bytes: u64,
}

/// Something that is not as it was put.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Damage {
    /// Content with another digest.
    #[error("the content of {expected} was altered: its digest is now {actual}")]
    Altered {
        /// What it should be.
        expected: Digest,
        /// What it is.
        actual: Digest,
    },
    /// Content that is gone.
    #[error("{repository} has {digest}, but its content is gone")]
    Gone {
        /// Who has it.
        repository: Repository,
        /// What.
        digest: Digest,
    },
    /// A manifest's record that was altered.
    #[error("the record of the manifest {digest} of {repository} was altered: {problem}. Push the manifest again")]
    Record {
        /// Whose.
        repository: Repository,
        /// Which.
        digest: Digest,
        /// Why.
        problem: String,
    },
    /// A manifest without what it needs.
    #[error("the manifest {by} of {repository} needs {digest}, which the repository does not have")]
    Lacks {
        /// Where.
        repository: Repository,
        /// Which manifest.
        by: Digest,
        /// What it needs.
        digest: Digest,
    },
    /// A tag that points to nothing.
    #[error("the tag {tag} of {repository} points to a manifest that the repository does not have")]
    Tag {
        /// Where.
        repository: Repository,
        /// Which.
        tag: String,
    },
}

impl Store {
    /// Takes away what nobody needs: from each repository the blobs that none of its manifests has needed for `seconds`, then content
    /// that no repository has. Manifests stay, tagged or not: what is installed is named by digest. Nothing is added meanwhile.
    ///
    /// # Errors
    /// When the folder cannot be read or written; what was not taken away is next time.
    pub async fn collect(&self, seconds: i64) -> io::Result<Collected> {
        self.aside(move |inner| inner.collect(seconds)).await
    }

    /// Reads everything and compares it with what was put. Long: it reads every byte.
    ///
    /// # Errors
    /// When the folder cannot be read; what it finds wrong is no error but its answer.
    pub async fn verify(&self) -> io::Result<Vec<Damage>> {
        self.aside(|inner| inner.verify()).await
    }
}

impl Inner {
    fn collect(&self, seconds: i64) -> io::Result<Collected> {
        let _removing = self.removing();
        let oldest = self.now().saturating_sub(seconds.saturating_mul(1_000));
        let (mut kept, mut out) = (HashSet::new(), Collected::default());
        for repository in self.repositories()? {
            let mut needed = HashSet::new();
            for digest in self.manifests(&repository)? {
                // A record that cannot be read is not one that needs nothing.
                needed.extend(self.record(&repository, &digest)?.into_iter().flat_map(|record| record.blobs));
                kept.insert(digest);
            }
            for digest in self.links(&repository)? {
                let path = format!("{}/{BLOBS}/{}", base(&repository), digest.file_name());
                let since = self.small(&path)?.and_then(|since| String::from_utf8_lossy(&since).parse::<i64>().ok());
                if needed.contains(&digest) || since.is_none_or(|since| since > oldest) {
                    kept.insert(digest);
                } else {
                    self.root.remove_file(path)?;
                    out.links += 1;
                }
            }
        }
        for digest in self.contents()?.into_iter().filter(|digest| !kept.contains(digest)) {
            let path = path_of(&digest);
            out.bytes += found(self.root.symlink_metadata(&path))?.map_or(0, |data| data.len());
            found(self.root.remove_file(path))?;
            out.contents += 1;
        }
        Ok(out)
    }

    /// Every content there is.
    fn contents(&self) -> io::Result<Vec<Digest>> {
        let mut all = Vec::new();
        for algorithm in [Algorithm::Sha256, Algorithm::Sha512] {
            let folder = format!("{BLOBS}/{}", algorithm.name());
            for part in self.names(&folder)? {
                let names = self.names(&format!("{folder}/{part}"))?;
                all.extend(names.iter().filter_map(|hex| format!("{}:{hex}", algorithm.name()).parse::<Digest>().ok()));
            }
        }
        Ok(all)
    }

    fn verify(&self) -> io::Result<Vec<Damage>> {
        let mut damage = Vec::new();
        for expected in self.contents()? {
            // It may have been collected since.
            let Some(mut file) = found(self.root.open(path_of(&expected)))? else { continue };
            let (mut hasher, mut buffer) = (Hasher::new(expected.algorithm()), vec![0; 256 << 10]);
            loop {
                let read = file.read(&mut buffer)?;
                let Some(bytes) = buffer.get(..read).filter(|bytes| !bytes.is_empty()) else { break };
                hasher.update(bytes);
            }
            let actual = hasher.finish();
            if actual != expected {
                damage.push(Damage::Altered { expected, actual });
            }
        }
        let _adding = self.adding();
        for repository in self.repositories()? {
            self.verify_repository(&repository, &mut damage)?;
        }
        Ok(damage)
    }

    fn verify_repository(&self, repository: &Repository, damage: &mut Vec<Damage>) -> io::Result<()> {
        let repository = || repository.clone();
        let links: HashSet<Digest> = self.links(&repository())?.into_iter().collect();
        let manifests: HashSet<Digest> = self.manifests(&repository())?.into_iter().collect();
        for digest in links.iter().chain(&manifests) {
            if found(self.root.symlink_metadata(path_of(digest)))?.is_none() {
                damage.push(Damage::Gone { repository: repository(), digest: digest.clone() });
            }
        }
        for by in &manifests {
            let wrong = |problem: String| Damage::Record { repository: repository(), digest: by.clone(), problem };
            let record = match self.record(&repository(), by) {
                Ok(Some(record)) => record,
                Ok(None) => continue,
                Err(error) => {
                    damage.push(wrong(format!("it cannot be read: {error}")));
                    continue;
                }
            };
            // Content that was altered has been named already.
            let content = self.small(&path_of(by))?.filter(|content| by.matches(content));
            if let Some(content) = content {
                let manifest = Manifest::read(&content, &record.media_type);
                if !manifest.is_ok_and(|manifest| Record::of(&manifest, &record.media_type, content.len()) == record) {
                    damage.push(wrong("it does not say what the manifest says".to_owned()));
                    continue;
                }
            }
            let blobs = record.blobs.iter().filter(|digest| !links.contains(digest));
            let children = record.children.iter().filter(|digest| !manifests.contains(digest));
            for digest in blobs.chain(children) {
                damage.push(Damage::Lacks { repository: repository(), by: by.clone(), digest: digest.clone() });
            }
        }
        let tags = format!("{}/{TAGS}", base(&repository()));
        for tag in self.names(&tags)? {
            let at = self.small(&format!("{tags}/{tag}"))?.and_then(|at| String::from_utf8_lossy(&at).parse::<Digest>().ok());
            if at.is_none_or(|at| !manifests.contains(&at)) {
                damage.push(Damage::Tag { repository: repository(), tag });
            }
        }
        Ok(())
    }
}
