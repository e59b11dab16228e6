//! Writing bundles: the same package with the same signatures is the same bytes.

use super::{BLOBS, INDEX, LAYOUT, REF_NAME};
use crate::fetch::Fetched;
use crate::local::Local;
use crate::problem::Problem;
use crate::{MOST_LISTS, MOST_SIGNATURES};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::Path;
use vatra_core::clock::Instant;
use vatra_distribution::artifact::{self, Built, Limits};
use vatra_distribution::manifest::{Annotations, Descriptor, Manifest, media};
use vatra_trust::{PrivateKey, Publisher};

/// Writes a package under this tag, with its signatures and lists of parts: as a tar where the name ends in `.tar`, otherwise as a folder. What was
/// written of the same package before is brought up to date; the index, which names everything, comes last.
///
/// # Errors
/// [`Problem::Unwritable`].
pub fn write(path: &Path, tag: &str, package: &Fetched) -> Result<(), Problem> {
    let files = files(tag, package)?;
    let written = if path.extension().is_some_and(|end| end == "tar") { tarred(path, &files) } else { unfolded(path, &files) };
    written.map_err(|cause| Problem::Unwritable { place: path.display().to_string(), cause })
}

/// Signs a package into a bundle. Of one that is there already, of the same package, everything is kept, and a signature of this key is not made
/// again. Answers whether it was made.
///
/// # Errors
/// As [`write`] and [`Local::sign`]; [`Problem::Bundle`] when something else is there under that name.
pub fn sign(path: &Path, local: &Local, publisher: &Publisher, key: &PrivateKey, now: Instant) -> Result<bool, Problem> {
    let envelope = local.sign(publisher, key, now)?;
    let mut package = local.fetched(Vec::new());
    let is_empty = path.is_dir() && fs::read_dir(path).is_ok_and(|mut all| all.next().is_none());
    if path.exists() && !is_empty {
        let there = super::read(path, None, &Limits::default())?;
        if there.digest() != *local.digest() {
            let cause = format!("another package is there already, {}: choose another name", there.digest());
            return Err(Problem::Bundle { place: path.display().to_string(), cause });
        }
        package.signatures = there.signatures;
        package.sboms.extend(there.sboms.into_iter().filter(|list| Some(list) != local.parts.as_ref()));
    }
    let is_new = !package.is_signed_with(publisher, &key.public().id(), now);
    if is_new {
        package.signatures.push(envelope.to_json());
    }
    room(package.signatures.len(), "signatures", MOST_SIGNATURES)?;
    room(package.sboms.len(), "lists of parts", MOST_LISTS)?;
    write(path, &local.tag(), &package)?;
    Ok(is_new)
}

fn room(count: usize, what: &'static str, limit: usize) -> Result<(), Problem> {
    if count > limit { Err(Problem::TooMany { what, count, limit }) } else { Ok(()) }
}

/// The bundle's files by their paths, in the order in which they are written.
fn files(tag: &str, package: &Fetched) -> Result<Vec<(String, Vec<u8>)>, Problem> {
    let subject = Descriptor::of(media::MANIFEST, &package.manifest_bytes);
    let mut blobs: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    let mut keep = |bytes: &[u8]| {
        let name = format!("{BLOBS}/{}", vatra_core::digest::Digest::of(bytes).hex());
        blobs.insert(name, bytes.to_vec());
    };
    for bytes in [&package.manifest_bytes, &package.config_bytes, &package.component] {
        keep(bytes);
    }
    let mut referrers: Vec<(&str, Built)> = Vec::new();
    for envelope in &package.signatures {
        referrers.push((media::SIGNATURE, artifact::signature(&subject, envelope.clone())?));
    }
    for list in &package.sboms {
        referrers.push((media::CYCLONEDX, artifact::sbom(&subject, list.clone())?));
    }
    referrers.sort_by_key(|(kind, built)| ((*kind).to_owned(), built.descriptor.digest.to_string()));
    let annotations = Annotations::from([(REF_NAME.to_owned(), tag.to_owned())]);
    let mut manifests = vec![Descriptor { annotations: Some(annotations), ..subject }];
    for (kind, built) in &referrers {
        keep(&built.manifest);
        built.blobs.iter().for_each(|(_, bytes)| keep(bytes));
        manifests.push(Descriptor { artifact_type: Some((*kind).to_owned()), ..built.descriptor.clone() });
    }
    let index = Manifest {
        schema_version: 2,
        media_type: Some(media::INDEX.to_owned()),
        artifact_type: None,
        config: None,
        layers: None,
        manifests: Some(manifests),
        subject: None,
        annotations: None,
    };
    let mut all: Vec<(String, Vec<u8>)> = vec![(LAYOUT.to_owned(), br#"{"imageLayoutVersion":"1.0.0"}"#.to_vec())];
    all.extend(blobs);
    all.push((INDEX.to_owned(), serde_json::to_vec(&index)?));
    Ok(all)
}

/// Put in place when it is whole.
fn put(path: &Path, bytes: impl FnOnce(&mut File) -> io::Result<()>) -> io::Result<()> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".partial");
    let partial = path.with_file_name(name);
    let mut file = File::create(&partial)?;
    bytes(&mut file)?;
    file.sync_all()?;
    fs::rename(&partial, path)
}

fn unfolded(folder: &Path, files: &[(String, Vec<u8>)]) -> io::Result<()> {
    fs::create_dir_all(folder.join(BLOBS))?;
    for (name, bytes) in files {
        put(&folder.join(name), |file| file.write_all(bytes))?;
    }
    // The stick may be pulled out right away.
    File::open(folder)?.sync_all()
}

fn tarred(path: &Path, files: &[(String, Vec<u8>)]) -> io::Result<()> {
    put(path, |file| {
        let mut archive = tar::Builder::new(file);
        for (name, bytes) in files {
            let mut header = tar::Header::new_ustar();
            header.set_size(bytes.len() as u64);
            header.set_mode(0o644);
            header.set_mtime(0);
            archive.append_data(&mut header, name, bytes.as_slice())?;
        }
        archive.finish()
    })
}
