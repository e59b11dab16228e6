//! Journals of checkpoints: `heads-*.log`, one a running host, a line a commit. A line has the new ends of all chains that the commit
//! extended, and one signature over all of them.
//!
//! `vatra checkpoints v1 TENANT SEQUENCE HASH AT TENANT SEQUENCE HASH AT … SIGNATURE`, hashes and the signature in hexadecimal; the
//! signature is Ed25519 over everything before it, the last space too.

use crate::audit::Head;
use cap_std::fs::{Dir, File, OpenOptions};
use std::fmt::Write as _;
use std::io::Write as _;
use uuid::Uuid;
use vatra_core::clock::Instant;
use vatra_core::ids::TenantId;

const PREFIX: &str = "heads-";
const MAGIC: &str = "vatra checkpoints v1 ";
/// A journal that is longer is folded into the tenants' own files: some thirty thousand rows.
const FULL: u64 = 4 << 20;

/// A line in the making.
pub(super) struct Line(String);

impl Default for Line {
    fn default() -> Self {
        Self(MAGIC.to_owned())
    }
}

impl Line {
    /// Another head.
    pub(super) fn push(&mut self, tenant: TenantId, head: Head, at: Instant) {
        let _ = write!(self.0, "{tenant} {} {} {} ", head.sequence, hex::encode(head.hash), at.0);
    }
    /// What is signed.
    pub(super) fn message(&self) -> &[u8] {
        self.0.as_bytes()
    }
    /// The line.
    pub(super) fn sealed(mut self, signature: &str) -> String {
        self.0.push_str(signature);
        self.0.push('\n');
        self.0
    }
    /// Heads, what was signed, and the signature; nothing when this is no line of a journal.
    #[allow(clippy::type_complexity)]
    pub(super) fn parse(text: &str) -> Option<(Vec<(TenantId, Head, Instant)>, &[u8], &str)> {
        let (body, signature) = text.rsplit_once(' ')?;
        let message = text.get(..body.len() + 1)?.as_bytes();
        let words: Vec<&str> = body.strip_prefix(MAGIC)?.split(' ').collect();
        let head = |words: &[&str]| {
            let [tenant, sequence, hash, at] = words else { return None };
            let hash = hex::decode(hash).ok()?.try_into().ok()?;
            let head = Head { sequence: sequence.parse().ok()?, hash };
            Some((TenantId(tenant.parse().ok()?), head, Instant(at.parse().ok()?)))
        };
        let heads: Option<Vec<_>> = words.chunks(4).map(head).collect();
        Some((heads?, message, signature))
    }
}

/// The journal of this host. Locked while it lives, so that no other host folds it.
#[derive(Debug)]
pub(super) struct Journal {
    pub(super) name: String,
    file: std::fs::File,
    length: u64,
}

impl Journal {
    /// A new one.
    pub(super) fn begin(dir: &Dir) -> std::io::Result<Self> {
        let name = format!("{PREFIX}{}.log", Uuid::now_v7());
        let mut options = OpenOptions::new();
        options.append(true).create_new(true);
        let file = dir.open_with(&name, &options)?.into_std();
        file.lock()?;
        Ok(Self { name, file, length: 0 })
    }
    /// Writes a line; whether the journal is full.
    pub(super) fn append(&mut self, line: &str) -> std::io::Result<bool> {
        self.file.write_all(line.as_bytes())?;
        self.length += line.len() as u64;
        Ok(self.length > FULL)
    }
}

/// A journal as it is found.
pub(super) struct Found {
    pub(super) name: String,
    /// Whole lines: one that was not finished was never acknowledged.
    pub(super) text: String,
    /// No host writes it any more. Held while this lives.
    pub(super) abandoned: bool,
    _lock: std::fs::File,
}

/// All journals.
pub(super) fn journals(dir: &Dir) -> std::io::Result<Vec<Found>> {
    let mut out = Vec::new();
    for entry in dir.entries()? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if !(name.starts_with(PREFIX) && name.ends_with(".log")) {
            continue;
        }
        let read = |file: &mut File| -> std::io::Result<String> {
            let mut bytes = Vec::new();
            std::io::Read::read_to_end(file, &mut bytes)?;
            bytes.truncate(bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |last| last + 1));
            Ok(String::from_utf8_lossy(&bytes).into_owned())
        };
        let mut file = match dir.open(&name) {
            Ok(file) => file,
            // Folded meanwhile.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
            Err(error) => return Err(error),
        };
        let text = read(&mut file)?;
        let file = file.into_std();
        let abandoned = file.try_lock().is_ok();
        out.push(Found { name, text, abandoned, _lock: file });
    }
    Ok(out)
}
