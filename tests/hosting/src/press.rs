//! A publisher of test modules, and the modules in other versions.

use anyhow::{Context, Result, anyhow};
use async_trait::async_trait;
use sha1::{Digest as _, Sha1};
use std::sync::Arc;
use vatra_core::clock::Instant;
use vatra_core::digest::Digest;
use vatra_core::ids::Name;
use vatra_core::providers::{SignRequest, Signed};
use vatra_core::signing::{Judged, SignatureJudge, Unfit};
use vatra_registry::Package;
use vatra_server::app::{App, Offer};
use vatra_trust::{Keyring, PrivateKey, Publication, Revocation, Statement};

const YEAR: i64 = 365 * 86_400_000;

/// A publisher with one key.
pub struct Press {
    /// Its name.
    pub name: Name,
    /// Its key.
    pub key: PrivateKey,
    /// What it hands out.
    pub keyring: Keyring,
}

impl Press {
    /// One whose key holds for two years around this moment.
    ///
    /// # Errors
    /// When the name is none.
    pub fn new(name: &str, seed: u8, now: Instant) -> Result<Self> {
        let (name, key) = (Name::new(name)?, PrivateKey::from_seed([seed; 32]));
        let keyring = Keyring::begin(&name, "A press", &key, Instant(now.0 - YEAR), Instant(now.0 + YEAR));
        Ok(Self { name, key, keyring })
    }

    /// Has a host trust it.
    ///
    /// # Errors
    /// When it does not.
    pub async fn trusted_by(&self, app: &Arc<App>) -> Result<()> {
        app.trust_publisher(&self.keyring.to_json(), Some(&self.key.public().id())).await?;
        Ok(())
    }

    /// A package of this component, signed.
    ///
    /// # Errors
    /// When it is no package.
    pub fn publish(&self, component: &[u8], now: Instant) -> Result<Offer> {
        let mut offer = Offer::of_component(component)?;
        offer.signatures.push(self.sign(&offer, now)?);
        Ok(offer)
    }

    /// The publication of an offer, signed.
    ///
    /// # Errors
    /// When its component is no package.
    pub fn sign(&self, offer: &Offer, now: Instant) -> Result<Vec<u8>> {
        let manifest = Package::read(&offer.component)?.manifest;
        let publication = Publication {
            publisher: self.name.clone(),
            module: manifest.name.clone(),
            version: manifest.semver()?,
            manifest: offer.digest(),
            component: Digest::of(&offer.component),
            at: now,
        };
        Ok(Statement::Publication(publication).sign(&[&self.key]).to_json())
    }

    /// What it withdraws, signed.
    pub fn withdraw(&self, what: vatra_trust::statement::What, now: Instant) -> Vec<u8> {
        let revocation = Revocation { publisher: self.name.clone(), what, reason: "the key was stolen".to_owned(), at: now };
        Statement::Revocation(revocation).sign(&[&self.key]).to_json()
    }
}

/// Judges signatures that say who made them and over what, in plain words: `IDNP DIGEST`. The true judge has tests of its own.
pub struct Judge;

/// A signature as [`Judge`] takes it.
pub fn signature(idnp: &str, text: &str) -> Vec<u8> {
    format!("{idnp} {}", hex::encode(sha1(text))).into_bytes()
}

fn sha1(text: &str) -> Vec<u8> {
    Sha1::digest(text.as_bytes()).to_vec()
}

#[async_trait]
impl SignatureJudge for Judge {
    async fn check(&self, _: SignRequest, _: Vec<Signed>) -> Result<Vec<(Instant, Vec<u8>)>, Unfit> {
        Err(Unfit::No("untrusted"))
    }
    async fn judge(&self, _: Vec<u8>) -> Result<Vec<Judged>, &'static str> {
        Err("unreadable")
    }
    async fn judge_digest(&self, digest: Vec<u8>, signature: Vec<u8>) -> Judged {
        let text = String::from_utf8(signature).unwrap_or_default();
        let (idnp, of) = text.split_once(' ').unwrap_or_default();
        let fault = (of != hex::encode(digest)).then_some("changed");
        Judged { idnp: Some(idnp.to_owned()), name: String::new(), signed_at: Some(crate::NOON), fault }
    }
}

/// A package with another manifest: what `change` makes of its text.
///
/// # Errors
/// When the package is none, or what comes of it.
pub fn edited(package: &[u8], change: impl Fn(&str) -> String) -> Result<Vec<u8>> {
    let (bare, manifest) = stripped(package)?;
    let text = change(&manifest);
    Ok(vatra_registry::pack(&bare, &text, &Package::read(package)?.translations)?)
}

/// The component without what a package adds, and the manifest's text.
fn stripped(package: &[u8]) -> Result<(Vec<u8>, String)> {
    let (head, mut rest) = package.split_at_checked(8).context("a component's head")?;
    let (mut bare, mut manifest) = (head.to_vec(), None);
    while let Some((id, after)) = rest.split_first() {
        let (length, used) = leb(after)?;
        let (section, next) = rest.split_at_checked(1 + used + length).context("a section")?;
        let content = section.get(1 + used..).unwrap_or_default();
        let named = if *id == 0 { custom(content) } else { None };
        match named {
            Some(("vatra:manifest", text)) => manifest = Some(String::from_utf8(text.to_vec())?),
            Some((name, _)) if name.starts_with("vatra:") => {}
            _ => bare.extend_from_slice(section),
        }
        rest = next;
    }
    Ok((bare, manifest.context("the manifest")?))
}

fn custom(content: &[u8]) -> Option<(&str, &[u8])> {
    let (length, used) = leb(content).ok()?;
    let (name, text) = content.get(used..)?.split_at_checked(length)?;
    Some((std::str::from_utf8(name).ok()?, text))
}

fn leb(bytes: &[u8]) -> Result<(usize, usize)> {
    let mut value = 0usize;
    for (place, byte) in bytes.iter().take(5).enumerate() {
        value |= usize::from(byte & 0x7f) << (7 * place);
        if byte & 0x80 == 0 {
            return Ok((value, place + 1));
        }
    }
    Err(anyhow!("a length"))
}
