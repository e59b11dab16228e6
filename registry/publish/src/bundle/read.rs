//! Reading bundles that somebody handed in: nothing of them is believed, and nothing outside of them is opened.

use super::{BLOBS, INDEX, LAYOUT, REF_NAME};
use crate::fetch::{Fetched, Kind, LISTS, SIGNATURES};
use crate::of_signatures;
use crate::problem::Problem;
use cap_std::ambient_authority;
use cap_std::fs::Dir;
use std::collections::BTreeMap;
use std::io::{self, Read};
use std::path::Path;
use vatra_core::digest::{Algorithm, Digest};
use vatra_distribution::artifact::{self, Limits};
use vatra_distribution::manifest::{Descriptor, Manifest, media};

/// The most manifests of one index.
const MOST_MANIFESTS: usize = 64;
/// The most files of a tar.
const MOST_FILES: usize = 512;
/// The longest tar, in bytes.
const MOST_TAR: u64 = 96 << 20;
/// The longest of a bundle's own files, in bytes.
const MOST_INDEX: u64 = 1 << 20;

/// A bundle's files.
enum Files {
    Folder(Dir),
    Tar(BTreeMap<String, Vec<u8>>),
}

struct Bundle<'a> {
    place: String,
    files: Files,
    limits: &'a Limits,
}

/// A manifest of the index.
struct Entry {
    descriptor: Descriptor,
    bytes: Vec<u8>,
    manifest: Manifest,
}

impl Entry {
    fn tag(&self) -> Option<&str> {
        self.descriptor.annotations.as_ref()?.get(REF_NAME).map(String::as_str)
    }
}

/// Reads a bundle's package with what is said of it: the one with this tag, or the only one.
///
/// # Errors
/// [`Problem::Bundle`], [`Problem::Artifact`], [`Problem::TooMany`], [`Problem::Unreadable`].
pub fn read(path: &Path, tag: Option<&str>, limits: &Limits) -> Result<Fetched, Problem> {
    let bundle = Bundle::open(path, limits)?;
    bundle.begins_as_one()?;
    let entries = bundle.entries()?;
    let package = bundle.choose(&entries, tag)?;
    let layout = artifact::layout(&package.bytes, media::MANIFEST, limits)?;
    let config_bytes = bundle.blob("configuration", &layout.config)?;
    artifact::check_config(&layout, &config_bytes)?;
    let component = bundle.blob("component", &layout.layer)?;
    let signatures = bundle.referred(&entries, &package.descriptor.digest, SIGNATURES, &of_signatures(limits))?;
    let sboms = bundle.referred(&entries, &package.descriptor.digest, LISTS, limits)?;
    Ok(Fetched { manifest_bytes: package.bytes.clone(), config_bytes, component, signatures, sboms })
}

impl<'a> Bundle<'a> {
    fn open(path: &Path, limits: &'a Limits) -> Result<Self, Problem> {
        let place = path.display().to_string();
        let unreadable = |cause| Problem::Unreadable { place: place.clone(), cause };
        let kind = std::fs::metadata(path).map_err(unreadable)?;
        let files = if kind.is_dir() {
            Files::Folder(Dir::open_ambient_dir(path, ambient_authority()).map_err(unreadable)?)
        } else if kind.is_file() {
            Files::Tar(untar(std::fs::File::open(path).map_err(unreadable)?).map_err(|cause| Problem::Bundle {
                place: place.clone(),
                cause: format!("this is neither a folder nor a tar of a bundle: {cause}"),
            })?)
        } else {
            return Err(Problem::Bundle { place, cause: "this is neither a folder nor a file".to_owned() });
        };
        Ok(Self { place, files, limits })
    }

    fn wrong(&self, cause: impl Into<String>) -> Problem {
        Problem::Bundle { place: self.place.clone(), cause: cause.into() }
    }

    /// A file of at most so many bytes. Links lead nowhere, and what is no file is not opened: it might never end.
    fn file(&self, path: &str, limit: u64) -> Result<Vec<u8>, Problem> {
        let too_large = || self.wrong(format!("the file {path} has more than {limit} bytes"));
        match &self.files {
            Files::Tar(all) => {
                let bytes = all.get(path).ok_or_else(|| self.wrong(format!("the file {path} is missing")))?;
                if bytes.len() as u64 > limit { Err(too_large()) } else { Ok(bytes.clone()) }
            }
            Files::Folder(folder) => {
                let failed = |error: io::Error| match error.kind() {
                    io::ErrorKind::NotFound => self.wrong(format!("the file {path} is missing")),
                    _ => self.wrong(format!("the file {path} cannot be read: {error}")),
                };
                let metadata = folder.symlink_metadata(path).map_err(failed)?;
                if !metadata.is_file() {
                    return Err(self.wrong(format!("{path} is no file")));
                }
                if metadata.len() > limit {
                    return Err(too_large());
                }
                let mut bytes = Vec::new();
                folder.open(path).and_then(|file| file.take(limit + 1).read_to_end(&mut bytes)).map_err(failed)?;
                if bytes.len() as u64 > limit { Err(too_large()) } else { Ok(bytes) }
            }
        }
    }

    /// A blob, of exactly the size and digest that its descriptor says.
    fn blob(&self, what: &'static str, descriptor: &Descriptor) -> Result<Vec<u8>, Problem> {
        if descriptor.digest.algorithm() != Algorithm::Sha256 {
            return Err(self.wrong(format!("the {what} is named by {}, expected SHA-256", descriptor.digest.algorithm().name())));
        }
        // One that is longer is read a byte too far, and told as altered.
        let bytes = self.file(&format!("{BLOBS}/{}", descriptor.digest.hex()), u64::MAX - 1).and_then(|bytes| {
            artifact::check(what, descriptor, &bytes)?;
            Ok(bytes)
        })?;
        Ok(bytes)
    }

    fn begins_as_one(&self) -> Result<(), Problem> {
        let bytes = self.file(LAYOUT, MOST_INDEX)?;
        let read: serde_json::Value = serde_json::from_slice(&bytes).map_err(|_| self.wrong(format!("the file {LAYOUT} is not JSON")))?;
        let version = read.get("imageLayoutVersion").and_then(serde_json::Value::as_str);
        if version == Some("1.0.0") { Ok(()) } else { Err(self.wrong(format!("the file {LAYOUT} does not say imageLayoutVersion 1.0.0"))) }
    }

    /// The manifests of the index; indexes in it are nothing of ours.
    fn entries(&self) -> Result<Vec<Entry>, Problem> {
        let bytes = self.file(INDEX, MOST_INDEX)?;
        let index = Manifest::read(&bytes, media::INDEX).map_err(|error| self.wrong(format!("the file {INDEX}: {error}")))?;
        let all = index.manifests.unwrap_or_default();
        if all.len() > MOST_MANIFESTS {
            return Err(self.wrong(format!("the file {INDEX} names {} manifests, and at most {MOST_MANIFESTS} are read", all.len())));
        }
        let mut entries = Vec::new();
        for descriptor in all.into_iter().filter(|it| it.media_type == media::MANIFEST) {
            if descriptor.size > self.limits.manifest {
                return Err(artifact::Refusal::TooLarge { what: "manifest", size: descriptor.size, limit: self.limits.manifest }.into());
            }
            let bytes = self.blob("manifest", &descriptor)?;
            let manifest = Manifest::read(&bytes, media::MANIFEST).map_err(artifact::Refusal::from)?;
            entries.push(Entry { descriptor, bytes, manifest });
        }
        Ok(entries)
    }

    fn choose<'e>(&self, entries: &'e [Entry], tag: Option<&str>) -> Result<&'e Entry, Problem> {
        let packages: Vec<&Entry> = entries.iter().filter(|entry| entry.manifest.subject.is_none()).collect();
        let wanted = packages.iter().filter(|entry| tag.is_none_or(|tag| entry.tag() == Some(tag)));
        // The same under two tags is one.
        let wanted: BTreeMap<String, &&Entry> = wanted.map(|entry| (entry.descriptor.digest.to_string(), entry)).collect();
        let tags: Vec<&str> = packages.iter().filter_map(|entry| entry.tag()).collect();
        let mut wanted = wanted.into_values();
        match (wanted.next(), wanted.next(), tag) {
            (Some(entry), None, _) => Ok(entry),
            (None, _, None) => Err(self.wrong("there is no package in it")),
            (None, _, Some(tag)) => Err(self.wrong(format!("there is no package '{tag}' in it; there are: {}", tags.join(", ")))),
            (Some(_), Some(_), _) => Err(self.wrong(format!("there are several packages in it: name one, as oci:PATH:{}", tags.join("|")))),
        }
    }

    /// What the entries of a kind about this package carry, in the order of their digests.
    fn referred(&self, entries: &[Entry], subject: &Digest, kind: Kind, limits: &Limits) -> Result<Vec<Vec<u8>>, Problem> {
        let (artifact_type, media_type, what, limit) = kind;
        let about = |entry: &&Entry| {
            let of_kind = entry.manifest.artifact_type.as_deref() == Some(artifact_type);
            of_kind && entry.manifest.subject.as_ref().is_some_and(|about| about.digest == *subject)
        };
        let found: BTreeMap<String, &Entry> =
            entries.iter().filter(about).map(|entry| (entry.descriptor.digest.to_string(), entry)).collect();
        if found.len() > limit {
            return Err(Problem::TooMany { what, count: found.len(), limit });
        }
        let one = |entry: &Entry| {
            let layout = artifact::referrer_layout(&entry.bytes, subject, artifact_type, media_type, limits)?;
            self.blob("referrer's content", &layout.layer)
        };
        found.into_values().map(one).collect()
    }
}

/// A tar's files: ordinary ones alone, each once, no more and no larger than any bundle needs.
fn untar(file: std::fs::File) -> Result<BTreeMap<String, Vec<u8>>, String> {
    if file.metadata().map_err(|error| error.to_string())?.len() > MOST_TAR {
        return Err(format!("it is larger than {} MiB", MOST_TAR >> 20));
    }
    let mut archive = tar::Archive::new(io::BufReader::new(file).take(MOST_TAR));
    let mut all = BTreeMap::new();
    for entry in archive.entries().map_err(|error| error.to_string())? {
        let mut entry = entry.map_err(|error| error.to_string())?;
        let path = entry.path().map_err(|error| error.to_string())?.to_string_lossy().trim_start_matches("./").to_owned();
        match entry.header().entry_type() {
            tar::EntryType::Directory => continue,
            tar::EntryType::Regular => {}
            _ => return Err(format!("'{}' in it is no ordinary file", path.chars().take(160).collect::<String>())),
        }
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).map_err(|error| error.to_string())?;
        if all.len() >= MOST_FILES {
            return Err(format!("it has more than {MOST_FILES} files"));
        }
        // Of two with one name another reader would take the other.
        if all.insert(path.clone(), bytes).is_some() {
            return Err(format!("'{}' is in it twice", path.chars().take(160).collect::<String>()));
        }
    }
    Ok(all)
}
