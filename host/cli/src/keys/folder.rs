//! The folder of keys: `PUBLISHER/publisher.json` with the public ones, `PUBLISHER/FINGERPRINT.pem` a private one each, for their owner alone.

use anyhow::{Context as _, Result, bail};
use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use vatra_core::clock::Instant;
use vatra_core::ids::Name;
use vatra_trust::{KeyId, KeyStatement, Keyring, PrivateKey, Publisher};
use zeroize::Zeroizing;

const PUBLIC: &str = "publisher.json";

/// See the module.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new(place: PathBuf) -> Self {
        Self(place)
    }

    /// A publisher's own folder. A name has no dots and no slashes.
    pub(crate) fn place(&self, publisher: &Name) -> PathBuf {
        self.0.join(publisher.as_str())
    }

    /// Publishers with keys here.
    pub(crate) fn publishers(&self) -> Result<Vec<Name>> {
        if !self.0.exists() {
            return Ok(Vec::new());
        }
        let mut all = Vec::new();
        for entry in std::fs::read_dir(&self.0).with_context(|| format!("{} cannot be read", self.0.display()))? {
            let entry = entry?;
            if entry.path().join(PUBLIC).is_file() {
                all.extend(Name::new(entry.file_name().to_string_lossy()).ok());
            }
        }
        all.sort();
        Ok(all)
    }

    /// The public keys as they are handed out.
    pub(crate) fn keyring(&self, publisher: &Name) -> Result<Keyring> {
        let path = self.place(publisher).join(PUBLIC);
        if !path.is_file() {
            bail!("There are no keys of '{publisher}' in {}: 'vatra keys new {publisher} --title NAME' makes the first", self.0.display());
        }
        let json = std::fs::read(&path).with_context(|| format!("{} cannot be read", path.display()))?;
        Keyring::read(&json).with_context(|| format!("{} is not a file of keys", path.display()))
    }

    /// The same, verified.
    pub(crate) fn publisher(&self, publisher: &Name) -> Result<Publisher> {
        Ok(self.keyring(publisher)?.verify()?)
    }

    /// Refuses a publisher that is here already.
    pub(crate) fn lacks(&self, publisher: &Name) -> Result<()> {
        if self.place(publisher).join(PUBLIC).exists() {
            bail!("'{publisher}' has keys in {} already: 'vatra keys rotate {publisher}' makes the next", self.0.display());
        }
        Ok(())
    }

    /// Makes a publisher with its first key.
    pub(crate) fn begin(
        &self,
        publisher: &Name,
        title: &str,
        from: Instant,
        until: Instant,
        passphrase: Option<&str>,
    ) -> Result<Publisher> {
        self.lacks(publisher)?;
        let place = self.place(publisher);
        let key = PrivateKey::generate();
        let keyring = Keyring::begin(publisher, title, &key, from, until);
        let begun = keyring.verify()?;
        let made = std::fs::DirBuilder::new().recursive(true).mode(0o700).create(&place);
        made.with_context(|| format!("{} cannot be made", place.display()))?;
        keep(&place, &key, passphrase, &keyring)?;
        Ok(begun)
    }

    /// Makes the next key.
    pub(crate) fn rotate(
        &self,
        publisher: &Name,
        title: &str,
        present: &PrivateKey,
        from: Instant,
        until: Instant,
        passphrase: Option<&str>,
    ) -> Result<Publisher> {
        let mut keyring = self.keyring(publisher)?;
        let key = PrivateKey::generate();
        let rotated = keyring.rotate(title, present, &key, from, until)?;
        keep(&self.place(publisher), &key, passphrase, &keyring)?;
        Ok(rotated)
    }

    /// The newest private key that holds; only this one, if one is named.
    pub(crate) fn present(
        &self,
        publisher: &Publisher,
        now: Instant,
        only: Option<&KeyId>,
        passphrase: impl Fn() -> Result<Option<Zeroizing<String>>>,
    ) -> Result<PrivateKey> {
        let place = self.place(&publisher.name);
        let wanted = |key: &&KeyStatement| only.is_none_or(|only| *only == key.key.id());
        let holding = publisher.keys().iter().rev().filter(|key| key.from <= now && now < key.until).filter(wanted);
        let mut missing = None;
        for key in holding {
            let path = file(&place, &key.key.id());
            if !path.is_file() {
                missing = missing.or(Some(path));
                continue;
            }
            let metadata = std::fs::metadata(&path).with_context(|| format!("{} cannot be read", path.display()))?;
            if metadata.permissions().mode() & 0o077 != 0 {
                bail!("Others can read {}: 'chmod 600' it, and think of whether it was read", path.display());
            }
            let pem = Zeroizing::new(std::fs::read_to_string(&path).with_context(|| format!("{} cannot be read", path.display()))?);
            let encrypted = pem.contains("BEGIN ENCRYPTED PRIVATE KEY");
            let passphrase = if encrypted { passphrase()? } else { None };
            if encrypted && passphrase.is_none() {
                bail!("{} has a passphrase, and there is nobody to ask for it: give --passphrase-file FILE", path.display());
            }
            let private = PrivateKey::from_pem(&pem, passphrase.as_ref().map(|text| text.as_str()));
            let private = private.with_context(|| format!("{} cannot be opened", path.display()))?;
            if private.public() != key.key {
                bail!("{} is another key than its name says", path.display());
            }
            return Ok(private);
        }
        match missing {
            Some(path) => bail!("The private key {} is missing", path.display()),
            None if only.is_some() => {
                bail!(
                    "The key that was named is none of '{}' that holds now: 'vatra keys list {}' shows them",
                    publisher.name,
                    publisher.name
                )
            }
            None => bail!("No key of '{}' holds now: a new publisher has to be made, and trusted anew", publisher.name),
        }
    }
}

fn file(place: &Path, id: &KeyId) -> PathBuf {
    place.join(format!("{id}.pem"))
}

/// The private key is kept before the public keys name it: what is interrupted leaves a file that nothing refers to.
fn keep(place: &Path, key: &PrivateKey, passphrase: Option<&str>, keyring: &Keyring) -> Result<()> {
    let path = file(place, &key.public().id());
    let pem = key.to_pem(passphrase)?;
    write(&path, pem.as_bytes(), 0o600).with_context(|| format!("{} cannot be written", path.display()))?;
    publish(place, keyring)
}

fn publish(place: &Path, keyring: &Keyring) -> Result<()> {
    let (fresh, path) = (place.join("publisher.json.new"), place.join(PUBLIC));
    let written = || {
        // Of a run that was interrupted.
        if fresh.exists() {
            std::fs::remove_file(&fresh)?;
        }
        write(&fresh, &keyring.to_json(), 0o644)?;
        std::fs::rename(&fresh, &path)?;
        File::open(place)?.sync_all()
    };
    written().with_context(|| format!("{} cannot be written", path.display()))
}

fn write(path: &Path, bytes: &[u8], mode: u32) -> std::io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(mode).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}
