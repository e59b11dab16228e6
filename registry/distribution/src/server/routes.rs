//! What a path means. Names have slashes, so that the path is read from its end; each part is decoded alone and then has to keep to its
//! grammar, in which there is neither a slash nor a folder above.

use super::auth::Action;
use super::errors::{Code, Failure};
use crate::names::{Pointer, Repository};
use axum::http::{HeaderValue, Method, StatusCode, Uri, header};
use std::collections::HashMap;
use uuid::Uuid;
use vatra_core::digest::Digest;

/// What is asked for.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Target {
    Base,
    Blob(Repository, Digest),
    Uploads(Repository),
    Upload(Repository, Uuid),
    Manifest(Repository, Pointer),
    Tags(Repository),
    Referrers(Repository, Digest),
}

/// A request's query.
pub(super) type Query = HashMap<String, String>;

pub(super) fn query(uri: &Uri) -> Result<Query, Failure> {
    let read = axum::extract::Query::<Query>::try_from_uri(uri);
    read.map(|axum::extract::Query(query)| query).map_err(|_| Failure::bad(Code::Unsupported, "the query cannot be read"))
}

/// Undoes percent encoding.
fn decode(part: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(part.len());
    let mut rest = part.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let mut digit = || char::from(rest.next()?).to_digit(16);
            bytes.push(u8::try_from(digit()? * 16 + digit()?).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}

pub(super) fn parse(path: &str) -> Result<Target, Failure> {
    let rest = path.strip_prefix("/v2").unwrap_or_default();
    let rest = rest.strip_prefix('/').unwrap_or(rest);
    if rest.is_empty() {
        return Ok(Target::Base);
    }
    let parts: Option<Vec<String>> = rest.split('/').map(decode).collect();
    let parts = parts.ok_or_else(|| Failure::bad(Code::NameInvalid, "the path is not UTF-8 under its percent signs"))?;
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    let name = |parts: &[&str]| parts.join("/").parse::<Repository>().map_err(Failure::from);
    let digest = |text: &str| text.parse::<Digest>().map_err(|error| Failure::bad(Code::DigestInvalid, error.to_string()));
    match parts.as_slice() {
        [repository @ .., "blobs", "uploads"] | [repository @ .., "blobs", "uploads", ""] => Ok(Target::Uploads(name(repository)?)),
        [repository @ .., "blobs", "uploads", id] => {
            let unknown = |_| Failure::missing(Code::BlobUploadUnknown, "there is no such upload");
            Ok(Target::Upload(name(repository)?, id.parse().map_err(unknown)?))
        }
        [repository @ .., "blobs", blob] => Ok(Target::Blob(name(repository)?, digest(blob)?)),
        [repository @ .., "manifests", pointer] => {
            let repository = name(repository)?;
            // With a colon it can only be meant as a digest.
            let pointer = if pointer.contains(':') { Pointer::Digest(digest(pointer)?) } else { pointer.parse()? };
            Ok(Target::Manifest(repository, pointer))
        }
        [repository @ .., "tags", "list"] => Ok(Target::Tags(name(repository)?)),
        [repository @ .., "referrers", subject] => Ok(Target::Referrers(name(repository)?, digest(subject)?)),
        _ => Err(Failure::unsupported("this registry has no such address")),
    }
}

/// Refuses other methods than these.
pub(super) fn only(method: &Method, allowed: &[Method]) -> Result<(), Failure> {
    if allowed.contains(method) {
        return Ok(());
    }
    let list = allowed.iter().map(Method::as_str).collect::<Vec<_>>().join(", ");
    let failure = Failure::new(StatusCode::METHOD_NOT_ALLOWED, Code::Unsupported, format!("allowed here are: {list}"));
    Err(failure.with(header::ALLOW, HeaderValue::from_str(&list).unwrap_or(HeaderValue::from_static("GET"))))
}

impl Target {
    pub(super) fn repository(&self) -> Option<&Repository> {
        match self {
            Self::Base => None,
            Self::Blob(repository, _)
            | Self::Uploads(repository)
            | Self::Upload(repository, _)
            | Self::Manifest(repository, _)
            | Self::Tags(repository)
            | Self::Referrers(repository, _) => Some(repository),
        }
    }

    /// What the method does to it.
    pub(super) fn action(&self, method: &Method) -> Result<Action, Failure> {
        let allowed: &[Method] = match self {
            Self::Base | Self::Tags(_) | Self::Referrers(..) => &[Method::GET, Method::HEAD],
            Self::Blob(..) => &[Method::GET, Method::HEAD, Method::DELETE],
            Self::Manifest(..) => &[Method::GET, Method::HEAD, Method::PUT, Method::DELETE],
            Self::Uploads(_) => &[Method::POST],
            Self::Upload(..) => &[Method::GET, Method::PATCH, Method::PUT, Method::DELETE],
        };
        only(method, allowed)?;
        Ok(match (self, method) {
            // What was not finished is nobody's but its owner's: to cancel it takes away nothing.
            (Self::Uploads(_) | Self::Upload(..), _) => Action::Push,
            (_, &Method::PUT) => Action::Push,
            (_, &Method::DELETE) => Action::Delete,
            _ => Action::Pull,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_read_from_their_end() {
        let digest = Digest::of(b"");
        let repository = |name: &str| name.parse::<Repository>().unwrap();
        let id = "67e55044-10b1-426f-9247-bb680e5fe0c8";
        assert_eq!(parse("/v2/").unwrap(), Target::Base);
        assert_eq!(parse("/v2").unwrap(), Target::Base);
        assert_eq!(parse(&format!("/v2/a/b/blobs/{digest}")).unwrap(), Target::Blob(repository("a/b"), digest.clone()));
        let encoded = digest.to_string().replace(':', "%3A");
        assert_eq!(parse(&format!("/v2/a/b/blobs/{encoded}")).unwrap(), Target::Blob(repository("a/b"), digest.clone()));
        assert_eq!(parse("/v2/a/blobs/uploads/").unwrap(), Target::Uploads(repository("a")));
        assert_eq!(parse(&format!("/v2/a/blobs/uploads/{id}")).unwrap(), Target::Upload(repository("a"), id.parse().unwrap()));
        assert_eq!(parse("/v2/tags/list/tags/list").unwrap(), Target::Tags(repository("tags/list")));
        assert_eq!(parse("/v2/a/manifests/1.0").unwrap(), Target::Manifest(repository("a"), "1.0".parse().unwrap()));
        assert_eq!(parse(&format!("/v2/a/referrers/{digest}")).unwrap(), Target::Referrers(repository("a"), digest));
    }

    #[test]
    fn no_path_leaves_the_grammar() {
        for bad in [
            "/v2/../manifests/latest",
            "/v2/a/../b/manifests/latest",
            "/v2/a%2f..%2fb/manifests/latest",
            "/v2/%2e%2e/manifests/latest",
            "/v2/a/manifests/..",
            "/v2/a/manifests/%2e%2e%2fx",
            "/v2/a/manifests/sha256:../../x",
            "/v2/a/blobs/sha256:abc",
            "/v2/a/blobs/..%2f..%2flock",
            "/v2/a/blobs/uploads/..",
            "/v2/a//tags/list",
            "/v2//tags/list",
            "/v2/a/manifests/%00",
            "/v2/a/manifests/%ff",
            "/v2/a/manifests/%2",
            "/v2/_catalog",
            "/v2/a",
        ] {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }
}
