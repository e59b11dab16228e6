//! A publisher's keys on the publisher's own machine: made, renewed, handed out, withdrawn. No host has a part in it.

mod folder;

use crate::{FAILED, USAGE};
use anyhow::{Context as _, Result, bail};
use clap::{Args, Subcommand};
use folder::Folder;
use serde_json::json;
use std::io::IsTerminal as _;
use std::path::PathBuf;
use vatra_core::clock::{Clock as _, Instant, SystemClock};
use vatra_core::ids::Name;
use vatra_server::commands::Reply;
use vatra_trust::statement::What;
use vatra_trust::{KeyId, KeyStatement, PrivateKey, Publisher, Revocation, Revocations, Statement};
use zeroize::Zeroizing;

const DAY: i64 = 24 * 60 * 60;

/// From so many days before a key ends one is told of it.
const SOON: i64 = 60;

/// The shortest passphrase of a new key, in characters.
const SHORTEST: usize = 12;

#[derive(Subcommand)]
#[command(after_help = "Examples:\n  \
    vatra keys new codru --title 'Codru SRL'\n  \
    vatra keys export codru > codru.keys.json    (what town halls are given, with the fingerprint by another way)\n  \
    vatra keys rotate codru --days 365\n  \
    vatra keys revoke codru --version cemetery@1.2.0 --reason 'adds interest twice'")]
pub(crate) enum Keys {
    /// Makes a publisher with its first key
    New {
        #[command(flatten)]
        of: Whose,
        /// What the publisher is called
        #[arg(long)]
        title: String,
        #[command(flatten)]
        made: Made,
    },
    /// Makes the publisher's next key, brought in by the present one: whoever trusts the publisher need not trust anew
    Rotate {
        #[command(flatten)]
        of: Whose,
        /// What the publisher is called from now on; as before when absent
        #[arg(long)]
        title: Option<String>,
        #[command(flatten)]
        made: Made,
    },
    /// The public keys, for whoever is to trust the publisher
    Export {
        #[command(flatten)]
        of: Whose,
    },
    /// Keys with their fingerprints, and until when they hold
    List {
        /// The publisher; all when absent
        publisher: Option<Name>,
        #[command(flatten)]
        at: At,
    },
    /// Withdraws a key or a version, or everything: a signed statement, to be given to registries and hosts
    Revoke {
        #[command(flatten)]
        of: Whose,
        #[command(flatten)]
        what: Withdrawn,
        /// Why, for the town halls that have it
        #[arg(long)]
        reason: String,
        #[command(flatten)]
        opened: Opened,
    },
}

#[derive(Args)]
pub(crate) struct At {
    /// The folder of private keys [default: vatra/keys among your settings]
    #[arg(long, env = "VATRA_KEYS", value_name = "DIR")]
    keys: Option<PathBuf>,
}

#[derive(Args)]
pub(crate) struct Whose {
    /// The publisher, as its modules are addressed: lower-case letters, digits, hyphens
    publisher: Name,
    #[command(flatten)]
    at: At,
}

#[derive(Args)]
pub(crate) struct Opened {
    /// The file with the passphrase of the private key; asked for when absent and there is somebody to ask
    #[arg(long, env = "VATRA_PASSPHRASE_FILE", value_name = "FILE")]
    passphrase_file: Option<PathBuf>,
}

#[derive(Args)]
pub(crate) struct Made {
    /// For how many days the key holds, from 1 to 1830
    #[arg(long, default_value_t = 730, value_parser = clap::value_parser!(i64).range(1..=vatra_trust::keyring::MAX_DAYS))]
    days: i64,
    #[command(flatten)]
    opened: Opened,
    /// Keeps the private key without a passphrase: whoever reads the file can publish in your name
    #[arg(long, conflicts_with = "passphrase_file")]
    no_passphrase: bool,
}

#[derive(Args)]
#[group(required = true, multiple = false)]
pub(crate) struct Withdrawn {
    /// A key, by its fingerprint
    #[arg(long, value_name = "FINGERPRINT", value_parser = KeyId::typed)]
    key: Option<KeyId>,
    /// A version of a module: cemetery@1.2.0
    #[arg(long, value_name = "MODULE@VERSION")]
    version: Option<String>,
    /// All keys and all modules of the publisher
    #[arg(long)]
    everything: bool,
}

/// Does it. What goes wrong is a reply too.
pub(crate) fn run(keys: Keys) -> Reply {
    let outcome = match keys {
        Keys::New { of, title, made } => new(&of, &title, &made),
        Keys::Rotate { of, title, made } => rotate(&of, title.as_deref(), &made),
        Keys::Export { of } => export(&of),
        Keys::List { publisher, at } => list(publisher.as_ref(), &at),
        Keys::Revoke { of, what, reason, opened } => revoke(&of, &what, &reason, &opened),
    };
    outcome.unwrap_or_else(|error| {
        let causes: Vec<String> = error.chain().skip(1).map(ToString::to_string).collect();
        // A file that cannot be written is nobody's refusal.
        let exit = if error.chain().any(|cause| cause.is::<std::io::Error>()) { FAILED } else { 1 };
        Reply::failed(exit, "keys", &error.to_string(), &causes.join(": "))
    })
}

/// The publisher with its private key that signs now: this one, or the newest that holds.
pub(crate) fn signer(name: &Name, at: &At, only: Option<&KeyId>, opened: &Opened, now: Instant) -> Result<(Publisher, PrivateKey)> {
    let folder = folder(at)?;
    let publisher = folder.publisher(name)?;
    let key = folder.present(&publisher, now, only, || passphrase(opened, false))?;
    Ok((publisher, key))
}

fn done(text: String, json: serde_json::Value) -> Reply {
    Reply { code: 0, text, json }
}

fn folder(at: &At) -> Result<Folder> {
    let place = match &at.keys {
        Some(place) => place.clone(),
        None => etcetera::BaseStrategy::config_dir(
            &etcetera::choose_base_strategy().context("Where your settings are is not known: give --keys DIR")?,
        )
        .join("vatra/keys"),
    };
    Ok(Folder::new(place))
}

/// The passphrase: from the file, or from whoever sits there. `twice` for a new one.
fn passphrase(opened: &Opened, twice: bool) -> Result<Option<Zeroizing<String>>> {
    if let Some(path) = &opened.passphrase_file {
        let read = std::fs::read_to_string(path).with_context(|| format!("The passphrase cannot be read from {}", path.display()))?;
        let read = Zeroizing::new(read);
        return Ok(Some(Zeroizing::new(read.lines().next().unwrap_or_default().to_owned())));
    }
    if !(std::io::stdin().is_terminal() && std::io::stderr().is_terminal()) {
        return Ok(None);
    }
    let first = Zeroizing::new(rpassword::prompt_password("Passphrase of the private key: ")?);
    if twice && *first != *Zeroizing::new(rpassword::prompt_password("The same again: ")?) {
        bail!("The two are not the same");
    }
    Ok(Some(first))
}

fn fresh_passphrase(made: &Made) -> Result<Option<Zeroizing<String>>> {
    if made.no_passphrase {
        return Ok(None);
    }
    match passphrase(&made.opened, true)? {
        Some(short) if short.chars().count() < SHORTEST => bail!("The passphrase is shorter than {SHORTEST} characters"),
        Some(passphrase) => Ok(Some(passphrase)),
        None => bail!("There is nobody to ask for a passphrase: give --passphrase-file FILE, or --no-passphrase"),
    }
}

fn standing(key: &KeyStatement, now: Instant) -> &'static str {
    match () {
        () if now < key.from => "not-yet",
        () if now < key.until => "holds",
        () => "ended",
    }
}

fn told(publisher: &Publisher, now: Instant) -> serde_json::Value {
    let key = |key: &KeyStatement| {
        let standing = standing(key, now);
        json!({ "fingerprint": key.key.id(), "from": key.from.rfc3339(), "until": key.until.rfc3339(), "standing": standing })
    };
    json!({
        "publisher": publisher.name,
        "title": publisher.title,
        "fingerprint": publisher.fingerprint(),
        "keys": publisher.keys().iter().map(key).collect::<Vec<_>>(),
    })
}

fn new(of: &Whose, title: &str, made: &Made) -> Result<Reply> {
    let folder = folder(&of.at)?;
    // Before anybody is asked for a passphrase.
    folder.lacks(&of.publisher)?;
    let passphrase = fresh_passphrase(made)?;
    let now = SystemClock.now();
    let publisher =
        folder.begin(&of.publisher, title, now, now.plus_seconds(made.days * DAY), passphrase.as_ref().map(|text| text.as_str()))?;
    let fingerprint = publisher.fingerprint().map(|id| id.grouped()).unwrap_or_default();
    let text = format!(
        "Publisher '{}' has its first key in {}.\n\n  {fingerprint}\n\nThat is its fingerprint. Town halls compare it before they trust you: give it to them by another way than the keys\n\
         ('vatra keys export {}'). Keep a copy of the folder where nobody else comes.",
        publisher.name,
        folder.place(&of.publisher).display(),
        publisher.name,
    );
    Ok(done(text, told(&publisher, now)))
}

fn rotate(of: &Whose, title: Option<&str>, made: &Made) -> Result<Reply> {
    let folder = folder(&of.at)?;
    let now = SystemClock.now();
    let known = folder.publisher(&of.publisher)?;
    let present = folder.present(&known, now, None, || passphrase(&made.opened, false))?;
    let fresh = fresh_passphrase(made)?;
    let until = now.plus_seconds(made.days * DAY);
    let title = title.unwrap_or(&known.title);
    let publisher = folder.rotate(&of.publisher, title, &present, now, until, fresh.as_ref().map(|text| text.as_str()))?;
    let newest = publisher.keys().last().map(|key| key.key.id().grouped()).unwrap_or_default();
    let text = format!(
        "Publisher '{}' signs with a new key from now on:\n\n  {newest}\n\nThe one before it holds until its end. Hand the keys out again ('vatra keys export {}'): whoever trusts you takes the\n\
         new one without comparing.",
        publisher.name, publisher.name
    );
    Ok(done(text, told(&publisher, now)))
}

fn export(of: &Whose) -> Result<Reply> {
    let keyring = folder(&of.at)?.keyring(&of.publisher)?;
    let json = serde_json::to_value(&keyring)?;
    Ok(done(String::from_utf8(keyring.to_json())?, json))
}

fn list(publisher: Option<&Name>, at: &At) -> Result<Reply> {
    let folder = folder(at)?;
    let now = SystemClock.now();
    let names = match publisher {
        Some(publisher) => vec![publisher.clone()],
        None => folder.publishers()?,
    };
    let (mut text, mut all) = (String::new(), Vec::new());
    for name in names {
        let publisher = folder.publisher(&name)?;
        text.push_str(&format!("{} – {}\n", publisher.name, publisher.title));
        for key in publisher.keys() {
            let days = (key.until.0 - now.0).div_euclid(DAY * 1_000);
            let standing = match standing(key, now) {
                "not-yet" => "does not hold yet".to_owned(),
                "ended" => "has ended".to_owned(),
                _ if days < SOON => format!("ends in {days} days: 'vatra keys rotate {name}'"),
                _ => "holds".to_owned(),
            };
            let (from, until) = (key.from.civil_date(), key.until.civil_date());
            text.push_str(&format!("  {}\n    {from} to {until}, {standing}\n", key.key.id().grouped()));
        }
        all.push(told(&publisher, now));
    }
    if all.is_empty() {
        text = "No keys yet: 'vatra keys new PUBLISHER --title NAME' makes the first.\n".to_owned();
    }
    Ok(done(text, json!({ "publishers": all })))
}

fn revoke(of: &Whose, what: &Withdrawn, reason: &str, opened: &Opened) -> Result<Reply> {
    let folder = folder(&of.at)?;
    let now = SystemClock.now();
    let what = match (&what.key, &what.version) {
        (Some(key), _) => What::Key(key.clone()),
        (None, Some(version)) => {
            let Some((module, version)) = version.split_once('@') else {
                return Ok(Reply::failed(USAGE, "command-line", "--version is MODULE@VERSION", "for example cemetery@1.2.0"));
            };
            What::Version { module: Name::new(module)?, version: version.parse().context("The version is not a semantic one: 1.2.0")? }
        }
        (None, None) => What::Publisher,
    };
    if reason.trim().is_empty() || reason.chars().count() > 500 {
        bail!("The reason is empty, or longer than 500 characters");
    }
    let publisher = folder.publisher(&of.publisher)?;
    let present = folder.present(&publisher, now, None, || passphrase(opened, false))?;
    let at = Instant(now.0.div_euclid(1_000) * 1_000);
    let revocation = Revocation { publisher: of.publisher.clone(), what, reason: reason.trim().to_owned(), at };
    let envelope = Statement::Revocation(revocation).sign(&[&present]);
    // What no host would take is not handed out.
    publisher.revocation(&envelope, now, &Revocations::default())?;
    Ok(done(String::from_utf8(envelope.to_json())?, serde_json::to_value(&envelope)?))
}
