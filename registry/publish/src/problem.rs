//! Why something was not published, fetched or found: with a code for machines, the place, the cause, and how to mend it.

use std::io;
use vatra_core::digest::Digest;
use vatra_distribution::artifact::Refusal as Artifact;
use vatra_distribution::client::{ClientError, ReferenceError, TransportError};
use vatra_registry::PackageError;
use vatra_trust::Refusal;

/// What is wrong. Its words are the cause.
#[derive(Debug, thiserror::Error)]
pub enum Problem {
    /// A file or folder cannot be read.
    #[error("it cannot be read: {cause}")]
    Unreadable {
        /// Which.
        place: String,
        /// What the machine said.
        cause: io::Error,
    },
    /// A file or folder cannot be written.
    #[error("it cannot be written: {cause}")]
    Unwritable {
        /// Which.
        place: String,
        /// What the machine said.
        cause: io::Error,
    },
    /// No package that a host would run.
    #[error(transparent)]
    Package(#[from] PackageError),
    /// Neither a file nor a bundle nor a place in a registry.
    #[error("this is neither a file nor a place in a registry: {cause}")]
    Origin {
        /// What was typed.
        place: String,
        /// Why it is no place in a registry.
        cause: ReferenceError,
    },
    /// The name of a place in a registry cannot be read.
    #[error(transparent)]
    Reference(#[from] ReferenceError),
    /// The registry, or the way to it.
    #[error(transparent)]
    Registry(#[from] ClientError),
    /// There is no way to any registry.
    #[error("no connection can be made: {0}")]
    Network(#[from] TransportError),
    /// Of a bundle: not what it should be.
    #[error("{cause}")]
    Bundle {
        /// Which.
        place: String,
        /// What is wrong.
        cause: String,
    },
    /// Of a bundle: an artefact that is altered, or none of a package.
    #[error(transparent)]
    Artifact(#[from] Artifact),
    /// A version that was published already, with other content.
    #[error("version {tag} is there already with another content: the registry has {there}, and this is {ours}")]
    Moved {
        /// Where.
        place: String,
        /// The version.
        tag: String,
        /// What is there.
        there: Digest,
        /// What was to be published.
        ours: Digest,
    },
    /// A name that says another version than the package.
    #[error("the name says version {tag}, and the package is version {version}")]
    OtherVersion {
        /// Where.
        place: String,
        /// What the name says.
        tag: String,
        /// What the package says.
        version: String,
    },
    /// A package that says it is another publisher's.
    #[error("the package says that its publisher is '{said}', and the key is of '{publisher}'")]
    OtherPublisher {
        /// What the manifest says.
        said: String,
        /// Whose key it is.
        publisher: String,
    },
    /// The signature that it has is not good.
    #[error(transparent)]
    Trust(#[from] Refusal),
    /// Nobody signed it.
    #[error("nobody signed this package")]
    Unsigned,
    /// More of something than is read.
    #[error("the package has {count} {what}, and at most {limit} are read")]
    TooMany {
        /// Of what.
        what: &'static str,
        /// How many there are.
        count: usize,
        /// How many there may be.
        limit: usize,
    },
    /// A list of parts that is none, or of another package.
    #[error("the list of parts (SBOM) is refused: {0}")]
    Parts(String),
    /// The registry does not tell what it has.
    #[error("this registry does not tell what it has: {said}")]
    NoCatalogue {
        /// Which.
        registry: String,
        /// What it said.
        said: String,
    },
    /// What should not happen: an artefact that cannot be written.
    #[error("the artefact cannot be written: {0}")]
    Json(#[from] serde_json::Error),
}

impl Problem {
    /// A stable code for machines.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unreadable { .. } => "unreadable",
            Self::Unwritable { .. } | Self::Json(_) => "unwritable",
            Self::Package(PackageError::NotComponent(_)) => "not-a-component",
            Self::Package(_) => "package",
            Self::Origin { .. } | Self::Reference(_) => "reference",
            Self::Registry(error) => registry(error),
            Self::Network(_) => "unreachable",
            Self::Bundle { .. } => "bundle",
            Self::Artifact(refusal) => artifact(refusal),
            Self::Moved { .. } => "version-taken",
            Self::OtherVersion { .. } => "other-version",
            Self::OtherPublisher { .. } => "other-publisher",
            Self::Trust(_) => "signature",
            Self::Unsigned => "unsigned",
            Self::TooMany { .. } => "too-many",
            Self::Parts(_) => "sbom",
            Self::NoCatalogue { .. } => "no-catalogue",
        }
    }

    /// Where, when the problem knows it: a file, a bundle, a registry.
    #[must_use]
    pub fn place(&self) -> Option<String> {
        match self {
            Self::Unreadable { place, .. }
            | Self::Unwritable { place, .. }
            | Self::Origin { place, .. }
            | Self::Bundle { place, .. }
            | Self::Moved { place, .. }
            | Self::OtherVersion { place, .. } => Some(place.clone()),
            Self::NoCatalogue { registry, .. } => Some(registry.clone()),
            _ => None,
        }
    }

    /// How to mend it; empty where the cause says it.
    #[must_use]
    pub fn remedy(&self) -> &'static str {
        match self {
            Self::Package(PackageError::NotComponent(_)) => "give a package that vatra-pack built, not another file of WebAssembly",
            Self::Origin { .. } => "give a package's file, a bundle (oci:FOLDER or a .tar of one), or REGISTRY/PUBLISHER/MODULE:VERSION",
            Self::Registry(error) => match registry(error) {
                "unauthorized" => "name the user with --user and give the token by VATRA_REGISTRY_TOKEN, --token-file or --token-stdin",
                "denied" => "publish under your own publisher's name, or ask whoever keeps the registry",
                "not-found" => "look at the spelling; 'vatra plugin search' tells what a registry has, where it tells",
                "unreachable" | "too-slow" => "look at the registry's address and at the network, and try again",
                "altered" => "take nothing of it: tell whoever keeps the registry",
                _ => "tell whoever keeps the registry",
            },
            Self::Artifact(_) | Self::Bundle { .. } => "ask for the bundle anew, from whoever made it",
            Self::Moved { .. } => "a published version stays as it is: give the package a higher version in vatra.toml and build it again",
            Self::OtherVersion { .. } => "name the version that the package has, or ask whoever keeps the registry",
            Self::OtherPublisher { .. } => "sign as the package's own publisher (--publisher), or correct publisher-id in vatra.toml",
            Self::Unsigned => "ask its publisher to sign it: 'vatra plugin publish' or 'vatra plugin sign'",
            Self::TooMany { .. } => "whoever keeps the registry takes away what does not belong to the package",
            Self::Parts(_) => "make it anew together with the package: vatra-pack --sbom",
            Self::NoCatalogue { .. } => "ask the publisher for the module's address: 'vatra plugin inspect' needs no catalogue",
            _ => "",
        }
    }

    /// Whether the machine or the network failed, and nobody refused anything.
    #[must_use]
    pub fn is_failure(&self) -> bool {
        match self {
            Self::Unwritable { .. } | Self::Network(_) | Self::Json(_) => true,
            Self::Registry(error) => matches!(registry(error), "unreachable" | "too-slow"),
            _ => false,
        }
    }
}

fn registry(error: &ClientError) -> &'static str {
    match error {
        ClientError::Unreachable { .. } | ClientError::BrokeOff { .. } => "unreachable",
        ClientError::TooSlow { .. } => "too-slow",
        ClientError::Unauthorized { .. } | ClientError::Challenge { .. } => "unauthorized",
        ClientError::Denied { .. } => "denied",
        ClientError::NotFound { .. } => "not-found",
        ClientError::Digest { .. } => "altered",
        ClientError::TooLong { .. } => "too-large",
        ClientError::Refused(refusal) => artifact(refusal),
        _ => "registry",
    }
}

fn artifact(refusal: &Artifact) -> &'static str {
    match refusal {
        Artifact::Digest { .. } | Artifact::Size { .. } => "altered",
        Artifact::TooLarge { .. } => "too-large",
        _ => "not-a-package",
    }
}
