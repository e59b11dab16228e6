//! Packages in their authors' hands, and before anybody installs them: published, signed, looked at, searched for. No host has a part in it.

mod author;
mod look;
mod registry;

use crate::{FAILED, USAGE};
use clap::{Args, Subcommand};
use serde_json::json;
use std::path::PathBuf;
use vatra_core::ids::Name;
use vatra_core::manifest::Language;
use vatra_publish::Problem;
use vatra_server::commands::Reply;
use vatra_trust::KeyId;

#[derive(Subcommand)]
pub(crate) enum Author {
    /// Signs a package and pushes it to a registry, with the list of its parts; what is there already is left as it is
    #[command(
        after_help = "The version is the package's own, and a version that is there with other content is never replaced. Repeated after an\n\
        interruption, it pushes what is missing. A registry on this machine (localhost) is asked without TLS, any other with it.\n\n\
        The token is read from VATRA_REGISTRY_TOKEN, --token-file or --token-stdin, never from the command line.\n\n\
        Examples:\n  \
        vatra plugin publish cemetery.wasm registry.example.md/codru/cemetery --token-file token\n  \
        vatra plugin publish cemetery.wasm registry.example.md/codru/cemetery:1.2.0 --sbom cemetery.cdx.json --json"
    )]
    Publish(Publish),
    /// Signs a package into a bundle that needs no registry: for a town hall without a network
    #[command(
        after_help = "The bundle is an OCI image layout: a folder, or a tar of one when the name ends in .tar. 'vatra plugin inspect oci:PATH' and\n\
        'skopeo copy oci:PATH:VERSION …' read it.\n\n\
        Example:\n  vatra plugin sign cemetery.wasm --out cemetery-1.2.0.oci"
    )]
    Sign(Sign),
    /// What a package could do, who signed it, what it is made of, and what it changes
    #[command(
        after_help = "PACKAGE is a file, a bundle (oci:PATH, oci:PATH:VERSION, a folder or a .tar) or REGISTRY/PUBLISHER/MODULE:VERSION. Whose signature it\n\
        is, is only checked with --publisher-keys; a signature that does not hold ends with exit code 1.\n\n\
        --json prints {\"origin\", \"digest\", \"component\", \"report\": {…}, \"signature\": {\"standing\": \"verified|unverified|unsigned\", …},\n\
        \"sboms\": […]} and, with --diff, \"difference\".\n\n\
        Examples:\n  \
        vatra plugin inspect registry.example.md/codru/cemetery:1.2.0 --publisher-keys codru.keys.json\n  \
        vatra plugin inspect oci:cemetery-1.2.0.oci --lang en\n  \
        vatra plugin inspect cemetery.wasm --diff registry.example.md/codru/cemetery:1.1.0"
    )]
    Inspect(Inspect),
    /// What a registry has, where it tells
    #[command(after_help = "Each of the words stands in the module's name or in one of the capabilities that it uses.\n\n\
        Examples:\n  vatra plugin search registry.example.md\n  vatra plugin search registry.example.md codru mpay --json")]
    Search(Search),
}

/// Whose signature.
#[derive(Args)]
pub(crate) struct Signer {
    /// The publisher, as its keys are kept; what the package's publisher-id says when absent
    #[arg(long, value_name = "NAME")]
    publisher: Option<Name>,
    #[command(flatten)]
    at: crate::keys::At,
    /// The key, by its fingerprint; the newest that holds when absent
    #[arg(long, value_name = "FINGERPRINT", value_parser = KeyId::typed)]
    key: Option<KeyId>,
    #[command(flatten)]
    opened: crate::keys::Opened,
}

/// What goes along with the package.
#[derive(Args)]
pub(crate) struct Along {
    /// The list of its parts (SBOM): CycloneDX as JSON, as vatra-pack --sbom writes it
    #[arg(long, value_name = "FILE")]
    sbom: Option<PathBuf>,
    /// The folder of its crate: the list of its parts is made of the Cargo.lock there or above
    #[arg(long = "crate", value_name = "DIR", conflicts_with = "sbom")]
    folder: Option<PathBuf>,
}

#[derive(Args)]
pub(crate) struct Publish {
    /// The package
    file: PathBuf,
    /// Where: REGISTRY/PUBLISHER/MODULE, with :VERSION or without
    reference: String,
    #[command(flatten)]
    signer: Signer,
    #[command(flatten)]
    along: Along,
    #[command(flatten)]
    login: registry::Login,
}

#[derive(Args)]
pub(crate) struct Sign {
    /// The package
    file: PathBuf,
    /// Where the bundle goes
    #[arg(long, value_name = "PATH")]
    out: PathBuf,
    #[command(flatten)]
    signer: Signer,
    #[command(flatten)]
    along: Along,
}

#[derive(Args)]
pub(crate) struct Inspect {
    /// The package
    package: String,
    /// What it changes against this one
    #[arg(long, value_name = "PACKAGE")]
    diff: Option<String>,
    /// The publisher's keys, as 'vatra keys export' writes them: whose signature it is, is checked with them
    #[arg(long, value_name = "FILE")]
    publisher_keys: Option<PathBuf>,
    /// Language: ro, ru or en
    #[arg(long, default_value = "ro", value_parser = crate::args::language)]
    lang: Language,
    #[command(flatten)]
    login: registry::Login,
}

#[derive(Args)]
pub(crate) struct Search {
    /// The registry: registry.example.md
    registry: String,
    /// What to look for; everything when absent
    words: Vec<String>,
    #[command(flatten)]
    login: registry::Login,
}

/// Does it. What goes wrong is a reply too.
pub(crate) async fn run(author: Author, json: bool) -> Reply {
    let (title, place, outcome) = match author {
        Author::Publish(it) => ("The package was not published", it.reference.clone(), author::publish(it, json).await),
        Author::Sign(it) => ("The package was not signed", it.file.display().to_string(), author::sign(&it)),
        Author::Inspect(it) => ("The package cannot be looked at", it.package.clone(), look::inspect(&it).await),
        Author::Search(it) => ("The registry cannot be searched", it.registry.clone(), registry::search(&it).await),
    };
    outcome.unwrap_or_else(|error| refused(title, &place, &error))
}

/// A refusal with code, place, cause and remedy.
fn refused(title: &str, place: &str, error: &anyhow::Error) -> Reply {
    let (exit, code, place, cause, remedy) = match error.downcast_ref::<Problem>() {
        Some(problem) => {
            let exit = match problem {
                Problem::Unreadable { .. } | Problem::Origin { .. } | Problem::Reference(_) => USAGE,
                problem if problem.is_failure() => FAILED,
                _ => 1,
            };
            let place = problem.place().unwrap_or_else(|| place.to_owned());
            (exit, problem.code(), place, problem.to_string(), problem.remedy().to_owned())
        }
        // Of keys and passphrases: the sentence says how to mend it.
        None => {
            let exit = if error.chain().any(|cause| cause.is::<std::io::Error>()) { FAILED } else { 1 };
            (exit, "keys", place.to_owned(), format!("{error:#}"), String::new())
        }
    };
    let mut text = format!("{title} ({code})\n  where:  {place}\n  cause:  {cause}");
    if !remedy.is_empty() {
        text.push_str(&format!("\n  remedy: {remedy}"));
    }
    let detail = if remedy.is_empty() { cause.clone() } else { format!("{cause}. {remedy}") };
    let error = json!({ "code": code, "title": title, "detail": detail, "place": place, "cause": cause, "remedy": remedy });
    Reply { code: exit, text, json: json!({ "error": error }) }
}
