//! The way to registries: who asks, and how far the machine's own are trusted. Searching them.

use super::Search;
use anyhow::{Context as _, Result, bail};
use clap::Args;
use serde_json::json;
use std::io::Read as _;
use std::path::PathBuf;
use std::sync::Arc;
use vatra_distribution::client::{Client, Options, Roots, Web};
use vatra_distribution::server::Credential;
use vatra_publish::Problem;
use vatra_server::commands::Reply;

/// The variable with the token. No option: what is typed is seen by everybody on the machine, and kept by the shell.
const TOKEN: &str = "VATRA_REGISTRY_TOKEN";

/// The longest token, in bytes.
const LONGEST: u64 = 16 << 10;

#[derive(Args)]
pub(crate) struct Login {
    /// The user for the registry; the publisher's name when absent
    #[arg(long, env = "VATRA_REGISTRY_USER", value_name = "NAME")]
    user: Option<String>,
    /// The file with the registry's token
    #[arg(long, value_name = "FILE")]
    token_file: Option<PathBuf>,
    /// Reads the registry's token from the standard input
    #[arg(long, conflicts_with = "token_file")]
    token_stdin: bool,
}

impl Login {
    fn token(&self) -> Result<Option<String>> {
        let mut text = String::new();
        if let Some(path) = &self.token_file {
            let read = std::fs::File::open(path).and_then(|file| file.take(LONGEST).read_to_string(&mut text));
            read.map_err(|cause| Problem::Unreadable { place: path.display().to_string(), cause })?;
        } else if self.token_stdin {
            std::io::stdin().lock().take(LONGEST).read_to_string(&mut text).context("The token cannot be read from the standard input")?;
        } else if let Ok(token) = std::env::var(TOKEN) {
            text = token;
        } else {
            return Ok(None);
        }
        let token = text.lines().next().unwrap_or_default().trim();
        if token.is_empty() {
            bail!("The registry's token is empty");
        }
        Ok(Some(token.to_owned()))
    }

    /// A client of this registry; of a bundle or file, of none.
    pub(crate) fn client(&self, registry: Option<&str>, publisher: Option<&str>) -> Result<Client> {
        let mut options = Options::default();
        let Some(registry) = registry else { return Ok(Client::new(Arc::new(web(true)?), options)) };
        let local = is_local(registry);
        if local {
            options.plain.insert(registry.to_owned());
        }
        if let Some(secret) = self.token()? {
            let user = self.user.as_deref().or(publisher);
            let Some(user) = user else { bail!("There is a token, and no user: name the registry's user with --user") };
            options.credentials.insert(registry.to_owned(), Credential { user: user.to_owned(), secret });
        }
        Ok(Client::new(Arc::new(web(local)?), options))
    }
}

/// Of this machine no certificates are needed.
fn web(local: bool) -> Result<Web, Problem> {
    Ok(Web::new(if local { Roots::Only(Vec::new()) } else { Roots::Machine })?)
}

/// Whether a registry is this machine's own.
fn is_local(registry: &str) -> bool {
    let host = match registry.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => registry.split(':').next().unwrap_or_default(),
    };
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

pub(super) async fn search(asked: &Search) -> Result<Reply> {
    let registry = asked.registry.trim_end_matches('/');
    // What is no host is told before it is asked.
    let at = format!("{registry}/a:1");
    let is_registry = !registry.contains('/') && at.parse::<vatra_distribution::client::Reference>().is_ok();
    if !is_registry {
        return Err(Problem::from(vatra_distribution::client::ReferenceError::Registry(registry.chars().take(160).collect())).into());
    }
    let client = asked.login.client(Some(registry), None)?;
    let search = vatra_publish::search(&client, registry, &asked.words).await?;
    let mut text = String::new();
    for found in &search.found {
        let uses = match found.capabilities.len() {
            0 => "nothing".to_owned(),
            _ => found.capabilities.iter().cloned().collect::<Vec<_>>().join(", "),
        };
        let (name, newest, kib) = (&found.name, &found.newest, found.size.div_ceil(1024));
        text.push_str(&format!("{name}:{newest}\n  {kib} KiB, uses {uses}\n"));
        if found.versions.len() > 1 {
            let others: Vec<&str> = found.versions.iter().skip(1).take(10).map(String::as_str).collect();
            text.push_str(&format!("  before it: {}\n", others.join(", ")));
        }
    }
    if search.found.is_empty() {
        text = format!("{registry} has no module for that.\n");
    }
    if search.cut {
        text.push_str("The registry has more repositories than were looked into: search by a word.\n");
    }
    Ok(Reply { code: 0, text, json: json!(search) })
}

#[cfg(test)]
mod tests {
    use super::is_local;

    #[test]
    fn only_this_machine_is_asked_without_tls() {
        for here in ["localhost:5000", "127.0.0.1:5000", "127.9.9.9", "[::1]:5000", "localhost"] {
            assert!(is_local(here), "{here}");
        }
        for away in
            ["localhost.example.md", "127.0.0.1.example.md:5000", "10.0.0.1:5000", "[::2]:5000", "0.0.0.0:80", "registry.example.md"]
        {
            assert!(!is_local(away), "{away}");
        }
    }
}
