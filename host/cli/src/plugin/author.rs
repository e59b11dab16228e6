//! What authors do: publish and sign.

use super::{Along, Publish, Sign, Signer};
use anyhow::{Result, bail};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::json;
use std::io::IsTerminal as _;
use std::path::Path;
use vatra_core::clock::{Clock as _, Instant, SystemClock};
use vatra_core::ids::Name;
use vatra_publish::fetch::file;
use vatra_publish::{Local, Step, bundle};
use vatra_server::commands::Reply;
use vatra_trust::{PrivateKey, Publisher};

impl Signer {
    /// The publisher with the key that signs: the one that was named, the package's own, or what the repository is under.
    fn keys(&self, local: &Local, namespace: Option<&str>, now: Instant) -> Result<(Publisher, PrivateKey)> {
        let of_repository = || namespace.and_then(|name| Name::new(name).ok());
        let name = self.publisher.clone().or_else(|| local.package.manifest.publisher_id.clone()).or_else(of_repository);
        let Some(name) = name else {
            bail!("Who publishes it is not known: name the publisher with --publisher, or as publisher-id in vatra.toml")
        };
        crate::keys::signer(&name, &self.at, self.key.as_ref(), &self.opened, now)
    }
}

fn local(path: &Path, along: &Along) -> Result<Local> {
    let local = Local::read(file(path)?)?;
    Ok(match (&along.sbom, &along.folder) {
        (Some(list), _) => local.with_parts(file(list)?)?,
        (None, Some(folder)) => local.with_crate(folder)?,
        (None, None) => local,
    })
}

/// Drawn for whoever watches, without colours; nothing for machines.
fn progress(json: bool) -> ProgressBar {
    let watched = !json && std::io::stderr().is_terminal();
    let target = if watched { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
    let bar = ProgressBar::with_draw_target(Some(5), target);
    match ProgressStyle::with_template("{bar:24} {msg}") {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

pub(super) async fn publish(asked: Publish, json: bool) -> Result<Reply> {
    let local = local(&asked.file, &asked.along)?;
    let to = local.reference(&asked.reference)?;
    let now = SystemClock.now();
    let (publisher, key) = asked.signer.keys(&local, Some(to.repository.namespace()), now)?;
    let client = asked.login.client(Some(&to.registry), Some(publisher.name.as_str()))?;
    let bar = progress(json);
    let tell = |step: Step| {
        let kib = |bytes: u64| bytes.div_ceil(1024);
        let (done, words) = match step {
            Step::Asking => (0, "asking the registry".to_owned()),
            Step::Package(bytes) => (1, format!("pushing the package, {} KiB", kib(bytes))),
            Step::Signature(_) => (2, "pushing the signature".to_owned()),
            Step::Parts(bytes) => (3, format!("pushing the list of parts, {} KiB", kib(bytes))),
            Step::Version => (4, "naming the version".to_owned()),
            Step::Done => (5, "done".to_owned()),
        };
        bar.set_position(done);
        bar.set_message(words);
    };
    let published = vatra_publish::publish(&client, &to, &local, &publisher, &key, now, &tell).await;
    bar.finish_and_clear();
    let published = published?;
    let (signer, manifest) = (key.public().id(), &local.package.manifest);
    let state = |new: bool| if new { "pushed" } else { "was there" };
    let parts = published.parts_are_new.map_or("none: give --sbom FILE or --crate DIR", state);
    let text = format!(
        "{to}\n  digest     {}\n  package    {} {}, {}\n  signature  {}, by '{}' with key {signer}\n  parts      {parts}\n",
        published.digest,
        manifest.name,
        manifest.version,
        state(published.version_is_new),
        state(published.signature_is_new),
        publisher.name,
    );
    let json = json!({
        "reference": to.to_string(), "digest": published.digest, "module": manifest.name, "version": manifest.version,
        "publisher": publisher.name, "key": signer,
        "new": { "version": published.version_is_new, "signature": published.signature_is_new, "sbom": published.parts_are_new },
    });
    Ok(Reply { code: 0, text, json })
}

pub(super) fn sign(asked: &Sign) -> Result<Reply> {
    let local = local(&asked.file, &asked.along)?;
    let now = SystemClock.now();
    let (publisher, key) = asked.signer.keys(&local, None, now)?;
    let is_new = bundle::sign(&asked.out, &local, &publisher, &key, now)?;
    let (signer, manifest) = (key.public().id(), &local.package.manifest);
    let (digest, place) = (local.digest(), asked.out.display());
    let state = if is_new { "signed" } else { "was signed already" };
    let text = format!(
        "{place}\n  digest     {digest}\n  package    {} {}, {state} by '{}' with key {signer}\n",
        manifest.name, manifest.version, publisher.name
    );
    let json = json!({
        "bundle": place.to_string(), "digest": digest, "module": manifest.name, "version": manifest.version,
        "publisher": publisher.name, "key": signer, "new": is_new,
    });
    Ok(Reply { code: 0, text, json })
}
