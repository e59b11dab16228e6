//! Publishing: the package first, then what is said of it, its version last. Whoever sees the version finds it signed.

use crate::local::Local;
use crate::problem::Problem;
use crate::{MOST_LISTS, MOST_SIGNATURES, fetch};
use vatra_core::clock::Instant;
use vatra_core::digest::Digest;
use vatra_distribution::artifact;
use vatra_distribution::client::{Client, ClientError, Reference};
use vatra_trust::{PrivateKey, Publisher};

/// What is being done.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Step {
    /// The registry is asked whether the version is taken.
    Asking,
    /// The package of so many bytes is pushed.
    Package(u64),
    /// Its signature.
    Signature(u64),
    /// The list of its parts.
    Parts(u64),
    /// Its version.
    Version,
    /// Nothing any more.
    Done,
}

/// What is in the registry now.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Published {
    /// Where, by its digest.
    pub at: Reference,
    /// The digest that names it.
    pub digest: Digest,
    /// Whether the version was new there.
    pub version_is_new: bool,
    /// Whether the signature was new there.
    pub signature_is_new: bool,
    /// Whether the list of parts was new there; none when the package has none.
    pub parts_are_new: Option<bool>,
}

/// Pushes a package, its signature and the list of its parts, and gives it its version's tag. Repeated, it finishes what an interruption left, and
/// changes nothing when everything is there.
///
/// # Errors
/// [`Problem::Moved`] before anything is pushed when the version is there with other content; [`Problem::Registry`], [`Problem::Trust`],
/// [`Problem::OtherPublisher`].
pub async fn publish(
    client: &Client,
    to: &Reference,
    local: &Local,
    publisher: &Publisher,
    key: &PrivateKey,
    now: Instant,
    tell: &(dyn Fn(Step) + Sync),
) -> Result<Published, Problem> {
    // Before anybody is asked: what cannot be signed is not pushed.
    let envelope = local.sign(publisher, key, now)?;
    let digest = local.digest().clone();
    let at = to.at(&digest);
    tell(Step::Asking);
    let is_there = taken(client, to, &digest).await?;
    tell(Step::Package(local.component.len() as u64));
    client.push(&at, &local.built).await?;

    let signatures = fetch::referred(client, &at, &digest, fetch::SIGNATURES).await?;
    let id = key.public().id();
    let signature_is_new = !signatures.iter().any(|json| fetch::is_signature(json, publisher, &id, &digest, now));
    if signature_is_new {
        room(signatures.len(), "signatures", MOST_SIGNATURES)?;
        let json = envelope.to_json();
        tell(Step::Signature(json.len() as u64));
        let signature = artifact::signature(&local.built.descriptor, json)?;
        client.push(&at.at(&signature.descriptor.digest), &signature).await?;
    }
    let mut parts_are_new = None;
    if let Some(parts) = &local.parts {
        let lists = fetch::referred(client, &at, &digest, fetch::LISTS).await?;
        parts_are_new = Some(!lists.contains(parts));
        if !lists.contains(parts) {
            room(lists.len(), "lists of parts", MOST_LISTS)?;
            tell(Step::Parts(parts.len() as u64));
            let list = artifact::sbom(&local.built.descriptor, parts.clone())?;
            client.push(&at.at(&list.descriptor.digest), &list).await?;
        }
    }
    tell(Step::Version);
    // Somebody else may have been quicker: the specification has no way of putting a tag only where there is none.
    if !taken(client, to, &digest).await? {
        client.push(to, &local.built).await?;
        taken(client, to, &digest).await?;
    }
    tell(Step::Done);
    Ok(Published { at, digest, version_is_new: !is_there, signature_is_new, parts_are_new })
}

/// Whether the tag is there with this content.
async fn taken(client: &Client, to: &Reference, ours: &Digest) -> Result<bool, Problem> {
    match client.resolve(to).await {
        Ok(there) if there == *ours => Ok(true),
        Ok(there) => Err(Problem::Moved { place: to.to_string(), tag: to.pointer.to_string(), there, ours: ours.clone() }),
        Err(ClientError::NotFound { .. }) => Ok(false),
        // Where nothing was pushed yet nobody may look either: that is told by the push.
        Err(error) => Err(error.into()),
    }
}

fn room(count: usize, what: &'static str, limit: usize) -> Result<(), Problem> {
    if count < limit { Ok(()) } else { Err(Problem::TooMany { what, count: count + 1, limit }) }
}
