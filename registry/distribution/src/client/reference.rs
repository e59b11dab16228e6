//! Where a package is: `registry.example.md/publisher/module:1.0.0` or `…@sha256:…`.

use crate::names::{NameError, Pointer, Repository};
use std::fmt;
use std::str::FromStr;
use vatra_core::digest::Digest;

/// Why a text says no place.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum ReferenceError {
    /// No host at its beginning.
    #[error("'{0}' does not begin with a registry: write it as registry.example.md/publisher/module:1.0.0")]
    Registry(String),
    /// Neither tag nor digest.
    #[error("'{0}' says no version: add :TAG or @sha256:…")]
    Version(String),
    /// The rest.
    #[error(transparent)]
    Name(#[from] NameError),
    /// The digest.
    #[error(transparent)]
    Digest(#[from] vatra_core::digest::DigestError),
}

/// Where a package is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reference {
    /// The registry's host, with its port if it is not the usual one.
    pub registry: String,
    /// The repository.
    pub repository: Repository,
    /// Which manifest of it. A digest counts, whatever tag stood before it.
    pub pointer: Pointer,
}

impl Reference {
    /// The same, pinned to this digest.
    #[must_use]
    pub fn at(&self, digest: &Digest) -> Self {
        Self { pointer: Pointer::Digest(digest.clone()), ..self.clone() }
    }
}

fn is_host(text: &str) -> bool {
    let (host, port) = match text.rsplit_once(':') {
        Some((host, port)) if !host.is_empty() && !host.contains(':') || host.ends_with(']') => (host, Some(port)),
        Some(_) if !text.starts_with('[') => return false,
        _ => (text, None),
    };
    let name = host.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'.'));
    let six = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).is_some_and(|host| host.parse::<std::net::Ipv6Addr>().is_ok());
    let known = host == "localhost" || host.contains('.') || port.is_some() || six;
    !host.is_empty() && (name || six) && known && port.is_none_or(|port| port.parse::<u16>().is_ok_and(|port| port != 0))
}

impl FromStr for Reference {
    type Err = ReferenceError;

    fn from_str(text: &str) -> Result<Self, ReferenceError> {
        let cut = || text.chars().take(160).collect::<String>();
        let (registry, rest) = text.split_once('/').filter(|(host, _)| is_host(host)).ok_or_else(|| ReferenceError::Registry(cut()))?;
        let (rest, digest) = match rest.split_once('@') {
            Some((rest, digest)) => (rest, Some(digest.parse::<Digest>()?)),
            None => (rest, None),
        };
        let (name, tag) = match rest.split_once(':') {
            Some((name, tag)) => (name, Some(tag.parse()?)),
            None => (rest, None),
        };
        let pointer = digest.map(Pointer::Digest).or(tag.map(Pointer::Tag)).ok_or_else(|| ReferenceError::Version(cut()))?;
        Ok(Self { registry: registry.to_owned(), repository: name.parse()?, pointer })
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if matches!(self.pointer, Pointer::Digest(_)) { '@' } else { ':' };
        write!(out, "{}/{}{sign}{}", self.registry, self.repository, self.pointer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_is_written_as_it_is_read() {
        let digest = Digest::of(b"");
        let by_digest = format!("localhost:5000/a/b@{digest}");
        for good in ["registry.example.md/sculeni/roll:1.0.0", "127.0.0.1:5000/a:b", "[::1]:5000/a:b", &by_digest] {
            assert_eq!(good.parse::<Reference>().unwrap().to_string(), good);
        }
        let both: Reference = format!("example.md/a:1.0@{digest}").parse().unwrap();
        assert_eq!(both.pointer, Pointer::Digest(digest));
    }

    #[test]
    fn what_says_no_registry_or_no_version_is_refused() {
        for (bad, why) in [
            ("a/b:1", "does not begin with a registry"),
            ("b:1", "does not begin with a registry"),
            ("user@example.md/a:1", "does not begin with a registry"),
            ("example.md:0/a:1", "does not begin with a registry"),
            ("example.md/a", "says no version"),
            ("example.md/A:1", "is not the name of a repository"),
            ("example.md/../a:1", "is not the name of a repository"),
            ("example.md/a:..", "is not a tag"),
            ("example.md/a@sha256:0", "is not a digest"),
        ] {
            let error = bad.parse::<Reference>().unwrap_err().to_string();
            assert!(error.contains(why), "{bad}: {error}");
        }
    }
}
