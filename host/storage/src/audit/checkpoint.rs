//! Signed checkpoints outside the database: the latest of each tenant, and one kept for good every thousand rows.
//!
//! `TENANT.json` is the latest, replaced atomically; `TENANT.log` only grows. A checkpoint that the database no longer bears out is put
//! into the log before it is replaced, so that going on writing does not wipe the evidence away.

use crate::audit::{Appended, Head};
use cap_std::fs::{Dir, OpenOptions, OpenOptionsExt};
use ed25519_dalek::{Signature, Signer, SigningKey, Verifier};
use std::collections::HashMap;
use std::io::{ErrorKind, Write};
use std::sync::{Mutex, PoisonError};
use vatra_core::audit::Checkpoint;
use vatra_core::ids::TenantId;
use vatra_core::store::StoreError;

const KEY: &str = "checkpoint.key";
const PUBLIC: &str = "checkpoint.pub";
/// One checkpoint in so many rows is kept for good.
const KEPT_EVERY: u64 = 1_000;

/// The folder and the key.
pub(crate) struct Checkpoints {
    dir: Dir,
    key: SigningKey,
    latest: Mutex<HashMap<TenantId, Head>>,
}

impl std::fmt::Debug for Checkpoints {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Checkpoints(…)")
    }
}

fn failed(doing: &str) -> impl Fn(std::io::Error) -> StoreError + '_ {
    move |error| StoreError::Database(format!("audit checkpoints: {doing}: {error}"))
}

impl Checkpoints {
    /// Opens the folder; makes the key the first time.
    pub(crate) fn open(dir: Dir) -> Result<Self, StoreError> {
        let key = match dir.read_to_string(KEY) {
            Ok(text) => {
                let seed = hex::decode(text.trim()).ok().and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
                let seed = seed.ok_or_else(|| StoreError::Corrupt(format!("{KEY} is not 64 hexadecimal digits")))?;
                SigningKey::from_bytes(&seed)
            }
            Err(error) if error.kind() == ErrorKind::NotFound => {
                let key = SigningKey::generate(&mut rand::rngs::OsRng);
                let mut options = OpenOptions::new();
                options.write(true).create_new(true).mode(0o600);
                let written = dir.open_with(KEY, &options).and_then(|mut file| {
                    file.write_all(hex::encode(key.to_bytes()).as_bytes())?;
                    file.sync_all()
                });
                written.map_err(failed("making the key"))?;
                key
            }
            Err(error) => return Err(failed("reading the key")(error)),
        };
        let this = Self { dir, key, latest: Mutex::default() };
        this.dir.write(PUBLIC, this.public_key()).map_err(failed("writing the public key"))?;
        Ok(this)
    }

    /// In hexadecimal.
    pub(crate) fn public_key(&self) -> String {
        hex::encode(self.key.verifying_key().to_bytes())
    }

    /// After the commit of an append; the caller still holds the tenant's turn. The rows are durable already: a failure here is only
    /// logged.
    pub(crate) fn advance(&self, appended: &Appended) {
        if let Err(error) = self.try_advance(appended) {
            tracing::error!(tenant = %appended.tenant, %error, "an audit checkpoint was not written");
        }
    }

    fn try_advance(&self, appended: &Appended) -> std::io::Result<()> {
        let tenant = appended.tenant;
        let mut latest = self.latest.lock().unwrap_or_else(PoisonError::into_inner);
        let bears_out = |last: &Head| {
            last.sequence < appended.before.sequence || (last.sequence == appended.before.sequence && last.hash == appended.before.hash)
        };
        let first = !latest.contains_key(&tenant);
        let contradicted = match latest.get(&tenant) {
            Some(last) => !bears_out(last),
            None => match self.read(&format!("{tenant}.json"))? {
                Some(text) => !self.parse(tenant, &text).is_ok_and(|last| bears_out(&last)),
                None => false,
            },
        };
        if contradicted {
            let text = self.read(&format!("{tenant}.json"))?.unwrap_or_default();
            tracing::error!(%tenant, "the audit trail no longer matches its checkpoint: run `vatra audit verify`");
            self.keep(tenant, text.trim())?;
        }
        let line = serde_json::to_string(&self.sign(appended)).map_err(std::io::Error::other)?;
        if first {
            // A line that a power failure tore stays a line of its own.
            self.mend(tenant)?;
        }
        if appended.before.sequence / KEPT_EVERY < appended.after.sequence / KEPT_EVERY {
            self.keep(tenant, &line)?;
        }
        let fresh = format!("{tenant}.tmp");
        self.dir.write(&fresh, format!("{line}\n"))?;
        self.dir.rename(&fresh, &self.dir, format!("{tenant}.json"))?;
        latest.insert(tenant, appended.after);
        Ok(())
    }

    fn sign(&self, appended: &Appended) -> Checkpoint {
        let (tenant, sequence, at) = (appended.tenant, appended.after.sequence, appended.at);
        let hash = hex::encode(appended.after.hash);
        let signature = self.key.sign(&Checkpoint::message(tenant, sequence, &hash, at));
        Checkpoint { tenant, sequence, hash, at, signature: hex::encode(signature.to_bytes()) }
    }

    fn append_to_log(&self, tenant: TenantId, bytes: &[u8]) -> std::io::Result<()> {
        let mut options = OpenOptions::new();
        options.append(true).create(true);
        self.dir.open_with(format!("{tenant}.log"), &options)?.write_all(bytes)
    }

    fn keep(&self, tenant: TenantId, line: &str) -> std::io::Result<()> {
        self.append_to_log(tenant, format!("{}\n", line.replace('\n', " ")).as_bytes())
    }

    fn mend(&self, tenant: TenantId) -> std::io::Result<()> {
        match self.read(&format!("{tenant}.log"))? {
            Some(text) if !text.is_empty() && !text.ends_with('\n') => self.append_to_log(tenant, b"\n"),
            _ => Ok(()),
        }
    }

    fn read(&self, name: &str) -> std::io::Result<Option<String>> {
        match self.dir.read(name) {
            Ok(bytes) => Ok(Some(String::from_utf8_lossy(&bytes).into_owned())),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The head that a checkpoint vouches for, or the row that a bad one speaks of (0 when it cannot be read).
    fn parse(&self, tenant: TenantId, text: &str) -> Result<Head, u64> {
        let checkpoint: Checkpoint = serde_json::from_str(text).map_err(|_| 0u64)?;
        let forged = checkpoint.sequence;
        let message = Checkpoint::message(checkpoint.tenant, checkpoint.sequence, &checkpoint.hash, checkpoint.at);
        let signature = hex::decode(&checkpoint.signature).ok().and_then(|bytes| Signature::from_slice(&bytes).ok()).ok_or(forged)?;
        self.key.verifying_key().verify(&message, &signature).map_err(|_| forged)?;
        let hash = hex::decode(&checkpoint.hash).ok().and_then(|bytes| bytes.try_into().ok()).ok_or(forged)?;
        if checkpoint.tenant == tenant { Ok(Head { sequence: checkpoint.sequence, hash }) } else { Err(forged) }
    }

    /// Every checkpoint of a tenant: what it vouches for, or which row a forged one speaks of.
    pub(crate) fn all(&self, tenant: TenantId) -> Result<Vec<Result<Head, u64>>, StoreError> {
        let log = self.read(&format!("{tenant}.log")).map_err(failed("reading the log"))?.unwrap_or_default();
        let latest = self.read(&format!("{tenant}.json")).map_err(failed("reading the latest"))?;
        let lines = log.lines().filter(|line| !line.trim().is_empty()).chain(latest.as_deref());
        Ok(lines.map(|line| self.parse(tenant, line)).collect())
    }

    /// The latest checkpoint of a tenant.
    pub(crate) fn latest(&self, tenant: TenantId) -> Result<Option<Result<Head, u64>>, StoreError> {
        let text = self.read(&format!("{tenant}.json")).map_err(failed("reading the latest"))?;
        Ok(text.map(|text| self.parse(tenant, &text)))
    }
}
