//! Signed checkpoints outside the database: the latest of each tenant, and one kept for good every thousand rows.
//!
//! `heads-*.log` (see [`crate::audit::journal`]) has the newest, a signed line a commit; `TENANT.json` is the latest of a tenant when a
//! journal was folded, replaced atomically; `TENANT.log` only grows. A checkpoint that the database no longer bears out is put into the
//! log before it is replaced, so that going on writing does not wipe the evidence away.

use crate::audit::journal::{Journal, Line, journals};
use crate::audit::{Appended, Head};
use cap_std::fs::{Dir, OpenOptions, OpenOptionsExt};
use ed25519_dalek::{Signature, Signer, SigningKey, Verifier};
use std::collections::HashMap;
use std::io::{ErrorKind, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use vatra_core::audit::Checkpoint;
use vatra_core::clock::Instant;
use vatra_core::ids::TenantId;
use vatra_core::store::StoreError;

const KEY: &str = "checkpoint.key";
const PUBLIC: &str = "checkpoint.pub";
/// One checkpoint in so many rows is kept for good.
const KEPT_EVERY: u64 = 1_000;

/// The folder and the key.
pub(crate) struct Folder {
    pub(super) dir: Dir,
    key: SigningKey,
}

/// Checkpoints of all tenants.
pub(crate) struct Checkpoints {
    folder: Arc<Folder>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    latest: HashMap<TenantId, Latest>,
    journal: Option<Journal>,
    folding: Option<JoinHandle<()>>,
}

/// What this host last vouched for, or found vouched for.
#[derive(Clone, Copy)]
struct Latest {
    head: Head,
    at: Instant,
    /// `TENANT.json` does not have it yet.
    journaled: bool,
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
    /// Opens the folder; makes the key the first time. Journals of hosts that are gone are folded.
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
        let folder = Arc::new(Folder { dir, key });
        let this = Self { folder, state: Mutex::default() };
        this.folder.dir.write(PUBLIC, this.public_key()).map_err(failed("writing the public key"))?;
        for journal in journals(&this.folder.dir).map_err(failed("reading a journal"))? {
            let (latest, genuine) = this.folder.newest(&journal.text);
            if genuine && journal.abandoned {
                this.folder.fold(&journal.name, &latest).map_err(failed("folding a journal"))?;
            }
            let mut state = this.state();
            for (tenant, head, at) in latest {
                let known = state.latest.entry(tenant).or_insert(Latest { head, at, journaled: false });
                if known.head.sequence < head.sequence {
                    *known = Latest { head, at, journaled: false };
                }
            }
        }
        Ok(this)
    }

    /// In hexadecimal.
    pub(crate) fn public_key(&self) -> String {
        hex::encode(self.folder.key.verifying_key().to_bytes())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// After the commit of appends, at most one a tenant; the caller is the only one who appends to their chains. The rows are durable
    /// already: a failure here is only logged.
    pub(crate) fn advance(&self, appended: &[Appended]) {
        if appended.is_empty() {
            return;
        }
        if let Err(error) = self.try_advance(appended) {
            tracing::error!(%error, "an audit checkpoint was not written");
        }
    }

    fn try_advance(&self, appended: &[Appended]) -> std::io::Result<()> {
        let mut state = self.state();
        let State { latest, journal, folding } = &mut *state;
        let mut done = Ok(());
        for one in appended {
            // What one tenant's files do is no matter of another's.
            if let Err(error) = self.check(latest.get(&one.tenant).copied(), one) {
                done = Err(error);
            }
        }
        let line = self.folder.sign_line(appended);
        let mut writing = match journal.take() {
            Some(journal) => journal,
            None => Journal::begin(&self.folder.dir)?,
        };
        // A journal with a torn line is not written on: it is left to whoever opens the folder next.
        let full = writing.append(&line)?;
        *journal = Some(writing);
        for one in appended {
            latest.insert(one.tenant, Latest { head: one.after, at: one.at, journaled: true });
        }
        if full && folding.as_ref().is_none_or(JoinHandle::is_finished) {
            *folding = self.begin_folding(latest, journal);
        }
        done
    }

    /// Keeps for good what is to be kept: what the append contradicts, and one checkpoint in a thousand rows.
    fn check(&self, latest: Option<Latest>, appended: &Appended) -> std::io::Result<()> {
        let tenant = appended.tenant;
        let bears_out = |last: &Head| {
            last.sequence < appended.before.sequence || (last.sequence == appended.before.sequence && last.hash == appended.before.hash)
        };
        let contradicted = match latest {
            Some(last) if bears_out(&last.head) => None,
            Some(last) => Some(self.folder.sign(tenant, last.head, last.at)?),
            None => {
                // A line that a power failure tore stays a line of its own.
                self.folder.mend(tenant)?;
                let text = self.folder.read(&format!("{tenant}.json"))?;
                text.filter(|text| !self.folder.parse(tenant, text).is_ok_and(|last| bears_out(&last)))
            }
        };
        if let Some(text) = contradicted {
            tracing::error!(%tenant, "the audit trail no longer matches its checkpoint: run `vatra audit verify`");
            self.folder.keep(tenant, text.trim())?;
        }
        if appended.before.sequence / KEPT_EVERY < appended.after.sequence / KEPT_EVERY {
            self.folder.keep(tenant, &self.folder.sign(tenant, appended.after, appended.at)?)?;
        }
        Ok(())
    }

    /// The journal ends; a thread writes what it has into the tenants' own files.
    fn begin_folding(&self, latest: &mut HashMap<TenantId, Latest>, journal: &mut Option<Journal>) -> Option<JoinHandle<()>> {
        let ended = journal.take()?;
        let journaled = latest.iter_mut().filter(|(_, latest)| latest.journaled).map(|(tenant, latest)| {
            latest.journaled = false;
            (*tenant, latest.head, latest.at)
        });
        let heads: Vec<_> = journaled.collect();
        let folder = Arc::clone(&self.folder);
        let fold = move || {
            if let Err(error) = folder.fold(&ended.name, &heads) {
                tracing::error!(%error, "an audit journal was not folded");
            }
            drop(ended);
        };
        std::thread::Builder::new().name("audit-checkpoints".to_owned()).spawn(fold).ok()
    }

    /// Folds what was journaled, so that nothing but the tenants' own files remains.
    pub(crate) fn close(&self) {
        let folding = {
            let mut state = self.state();
            let State { latest, journal, folding } = &mut *state;
            [folding.take(), self.begin_folding(latest, journal)]
        };
        for thread in folding.into_iter().flatten() {
            // It told of its failure itself.
            let _ = thread.join();
        }
    }

    /// Every checkpoint of a tenant: what it vouches for, or which row a forged one speaks of.
    pub(crate) fn all(&self, tenant: TenantId) -> Result<Vec<Result<Head, u64>>, StoreError> {
        // Journals first: one that is folded meanwhile is then found in the tenant's file.
        let journals = journals(&self.folder.dir).map_err(failed("reading a journal"))?;
        let log = self.folder.read(&format!("{tenant}.log")).map_err(failed("reading the log"))?.unwrap_or_default();
        let latest = self.folder.read(&format!("{tenant}.json")).map_err(failed("reading the latest"))?;
        let lines = log.lines().filter(|line| !line.trim().is_empty()).chain(latest.as_deref());
        let mut all: Vec<_> = lines.map(|line| self.folder.parse(tenant, line)).collect();
        let id = tenant.to_string();
        for line in journals.iter().flat_map(|journal| journal.text.lines()).filter(|line| line.contains(&id)) {
            all.extend(self.folder.parse_line(line, Some(tenant)).into_iter().map(|(_, head, _)| head));
        }
        Ok(all)
    }

    /// The latest checkpoint of a tenant, as this host found it or wrote it.
    pub(crate) fn latest(&self, tenant: TenantId) -> Result<Option<Result<Head, u64>>, StoreError> {
        let text = self.folder.read(&format!("{tenant}.json")).map_err(failed("reading the latest"))?;
        let folded = text.map(|text| self.folder.parse(tenant, &text));
        let known = self.state().latest.get(&tenant).map(|latest| latest.head);
        Ok(match (folded, known) {
            (Some(Ok(folded)), Some(known)) if known.sequence > folded.sequence => Some(Ok(known)),
            (None, Some(known)) => Some(Ok(known)),
            (folded, _) => folded,
        })
    }
}

impl Folder {
    fn sign(&self, tenant: TenantId, head: Head, at: Instant) -> std::io::Result<String> {
        let (sequence, hash) = (head.sequence, hex::encode(head.hash));
        let signature = hex::encode(self.key.sign(&Checkpoint::message(tenant, sequence, &hash, at)).to_bytes());
        serde_json::to_string(&Checkpoint { tenant, sequence, hash, at, signature }).map_err(std::io::Error::other)
    }

    fn sign_line(&self, appended: &[Appended]) -> String {
        let mut line = Line::default();
        for one in appended {
            line.push(one.tenant, one.after, one.at);
        }
        let signature = self.key.sign(line.message());
        line.sealed(&hex::encode(signature.to_bytes()))
    }

    /// What a line of a journal vouches for, of one tenant or of all; forged ones with the row that they speak of.
    fn parse_line(&self, text: &str, of: Option<TenantId>) -> Vec<(Option<TenantId>, Result<Head, u64>, Instant)> {
        let Some((heads, message, signature)) = Line::parse(text) else { return vec![(None, Err(0), Instant(0))] };
        let signature = hex::decode(signature).ok().and_then(|bytes| Signature::from_slice(&bytes).ok());
        let genuine = signature.is_some_and(|signature| self.key.verifying_key().verify(message, &signature).is_ok());
        let mine = heads.into_iter().filter(|(tenant, ..)| of.is_none_or(|of| of == *tenant));
        let told = mine.map(|(tenant, head, at)| (Some(tenant), if genuine { Ok(head) } else { Err(head.sequence) }, at));
        told.collect()
    }

    /// The newest head of each tenant in a journal, and whether all that was looked at is genuine. Lines whose tenants all had a newer
    /// one are not looked at.
    fn newest(&self, text: &str) -> (Vec<(TenantId, Head, Instant)>, bool) {
        let mut newest: HashMap<TenantId, (Head, Instant)> = HashMap::new();
        let mut genuine = true;
        for line in text.lines().rev() {
            let Some((heads, ..)) = Line::parse(line) else {
                genuine = false;
                continue;
            };
            if heads.iter().all(|(tenant, ..)| newest.contains_key(tenant)) {
                continue;
            }
            for (tenant, head, at) in self.parse_line(line, None) {
                match (tenant, head) {
                    (Some(tenant), Ok(head)) => {
                        newest.entry(tenant).or_insert((head, at));
                    }
                    _ => genuine = false,
                }
            }
        }
        (newest.into_iter().map(|(tenant, (head, at))| (tenant, head, at)).collect(), genuine)
    }

    /// Writes heads into their tenants' files and removes the journal that had them. A file that says more stays, one that was forged too.
    fn fold(&self, journal: &str, heads: &[(TenantId, Head, Instant)]) -> std::io::Result<()> {
        for (tenant, head, at) in heads {
            let name = format!("{tenant}.json");
            let known = self.read(&name)?.map(|text| self.parse(*tenant, &text));
            match known {
                Some(Ok(known)) if known.sequence >= head.sequence => continue,
                Some(Err(_)) => self.keep(*tenant, self.read(&name)?.unwrap_or_default().trim())?,
                _ => {}
            }
            let fresh = format!("{tenant}.tmp");
            self.dir.write(&fresh, format!("{}\n", self.sign(*tenant, *head, *at)?))?;
            self.dir.rename(&fresh, &self.dir, name)?;
        }
        self.dir.remove_file(journal)
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
}
