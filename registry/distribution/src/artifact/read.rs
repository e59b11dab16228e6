//! Reading artefacts: all that can be refused by the manifest is, before a byte of its blobs is asked for.

use super::{ARCHITECTURE, Config, OS};
use crate::manifest::{Descriptor, Manifest, ManifestError, media};
use vatra_core::digest::Digest;

/// What is too much to pull, in bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Limits {
    /// A manifest, or an index of referrers.
    pub manifest: u64,
    /// A configuration.
    pub config: u64,
    /// A component.
    pub component: u64,
    /// What a referrer carries.
    pub referrer: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { manifest: 4 << 20, config: 1 << 20, component: 32 << 20, referrer: 8 << 20 }
    }
}

/// Why an artefact is refused.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum Refusal {
    /// What is behind the name is no manifest.
    #[error("this is not a manifest: {0}")]
    NotManifest(#[from] ManifestError),
    /// An index of several manifests.
    #[error("this is an index of several manifests, not a package: name one manifest of it by its digest")]
    Index,
    /// A manifest of another kind.
    #[error("the manifest's media type is '{0}', expected {expected}", expected = media::MANIFEST)]
    ManifestType(String),
    /// Not a package of WebAssembly.
    #[error("the configuration's media type is '{found}', expected {expected}: this is not {what}")]
    ConfigType {
        /// What it is.
        found: String,
        /// What it should be.
        expected: &'static str,
        /// What it should have been.
        what: &'static str,
    },
    /// None, or several.
    #[error("the manifest has {0} layers, expected exactly one")]
    LayerCount(usize),
    /// Something else in it.
    #[error("the layer's media type is '{found}', expected {expected}")]
    LayerType {
        /// What it is.
        found: String,
        /// What it should be.
        expected: String,
    },
    /// Too large, found before it was read.
    #[error("the {what} has {size} bytes, which is more than the limit of {limit}")]
    TooLarge {
        /// What.
        what: &'static str,
        /// How large, in bytes.
        size: u64,
        /// How large it may be, in bytes.
        limit: u64,
    },
    /// Not as long as the manifest says.
    #[error("the {what} has {actual} bytes, but the manifest says {said}")]
    Size {
        /// What.
        what: &'static str,
        /// What the manifest says, in bytes.
        said: u64,
        /// What came, in bytes.
        actual: u64,
    },
    /// Not what the manifest says.
    #[error("the {what} was altered: its digest is {actual}, but the manifest says {expected}")]
    Digest {
        /// What.
        what: &'static str,
        /// What the manifest says.
        expected: Digest,
        /// What it is.
        actual: Digest,
    },
    /// The configuration cannot be read.
    #[error("the configuration cannot be read: {0}")]
    Config(String),
    /// The configuration is of something else.
    #[error("the configuration says {what} '{found}', expected '{expected}'")]
    ConfigSays {
        /// Which of its words.
        what: &'static str,
        /// What it says.
        found: String,
        /// What it should say.
        expected: String,
    },
    /// A referrer of another kind.
    #[error("the referrer's artifactType is '{found}', expected {expected}")]
    Kind {
        /// What it is.
        found: String,
        /// What it should be.
        expected: String,
    },
    /// A referrer about something else, or about nothing.
    #[error("the referrer is about {found}, not about {expected}")]
    Subject {
        /// What it is about.
        found: String,
        /// What it should be about.
        expected: Digest,
    },
}

/// Where a package's parts are.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Layout {
    /// The configuration.
    pub config: Descriptor,
    /// The component.
    pub layer: Descriptor,
}

fn cut(text: &str) -> String {
    text.chars().take(160).collect()
}

/// An image manifest with its configuration and its only layer.
fn single(bytes: &[u8], media_type: &str, limits: &Limits) -> Result<(Manifest, Layout), Refusal> {
    within("manifest", bytes.len() as u64, limits.manifest)?;
    if [media::INDEX, media::DOCKER_LIST].contains(&media_type) {
        return Err(Refusal::Index);
    }
    if media_type != media::MANIFEST {
        return Err(Refusal::ManifestType(cut(media_type)));
    }
    let manifest = Manifest::read(bytes, media_type)?;
    let config = manifest.config.clone().ok_or(ManifestError::Shape("a manifest needs 'config' and 'layers'"))?;
    let layers = manifest.layers.as_deref().unwrap_or_default();
    let [layer] = layers else { return Err(Refusal::LayerCount(layers.len())) };
    let layout = Layout { config, layer: layer.clone() };
    Ok((manifest, layout))
}

fn within(what: &'static str, size: u64, limit: u64) -> Result<(), Refusal> {
    if size > limit { Err(Refusal::TooLarge { what, size, limit }) } else { Ok(()) }
}

fn config_type(config: &Descriptor, expected: &'static str, what: &'static str) -> Result<(), Refusal> {
    if config.media_type == expected {
        return Ok(());
    }
    Err(Refusal::ConfigType { found: cut(&config.media_type), expected, what })
}

fn layer_type(layer: &Descriptor, expected: &str) -> Result<(), Refusal> {
    if layer.media_type == expected {
        return Ok(());
    }
    Err(Refusal::LayerType { found: cut(&layer.media_type), expected: expected.to_owned() })
}

/// Reads a package's manifest, which came as this media type.
///
/// # Errors
/// [`Refusal`], the first that was found.
pub fn layout(bytes: &[u8], media_type: &str, limits: &Limits) -> Result<Layout, Refusal> {
    let (_, layout) = single(bytes, media_type, limits)?;
    config_type(&layout.config, media::WASM_CONFIG, "a package of WebAssembly")?;
    layer_type(&layout.layer, media::WASM)?;
    within("configuration", layout.config.size, limits.config)?;
    within("component", layout.layer.size, limits.component)?;
    Ok(layout)
}

/// Reads the manifest of a referrer of `subject`, of this artefact type, whose layer has this media type.
///
/// # Errors
/// [`Refusal`], the first that was found.
pub fn referrer_layout(bytes: &[u8], subject: &Digest, artifact_type: &str, media_type: &str, limits: &Limits) -> Result<Layout, Refusal> {
    let (manifest, layout) = single(bytes, media::MANIFEST, limits)?;
    let kind = manifest.artifact_type.as_deref().unwrap_or_default();
    if kind != artifact_type {
        return Err(Refusal::Kind { found: cut(kind), expected: artifact_type.to_owned() });
    }
    match &manifest.subject {
        Some(about) if about.digest == *subject => {}
        about => {
            let found = about.as_ref().map_or_else(|| "nothing".to_owned(), |about| about.digest.to_string());
            return Err(Refusal::Subject { found, expected: subject.clone() });
        }
    }
    config_type(&layout.config, media::EMPTY, "a referrer with an empty configuration")?;
    layer_type(&layout.layer, media_type)?;
    within("referrer's content", layout.layer.size, limits.referrer)?;
    Ok(layout)
}

/// Checks that these bytes are what the manifest says.
///
/// # Errors
/// [`Refusal::Size`], [`Refusal::Digest`].
pub fn check(what: &'static str, descriptor: &Descriptor, bytes: &[u8]) -> Result<(), Refusal> {
    let (said, actual) = (descriptor.size, bytes.len() as u64);
    if said != actual {
        return Err(Refusal::Size { what, said, actual });
    }
    let actual = Digest::with(descriptor.digest.algorithm(), bytes);
    if actual != descriptor.digest {
        return Err(Refusal::Digest { what, expected: descriptor.digest.clone(), actual });
    }
    Ok(())
}

/// Reads a package's configuration and checks that it is of this layer.
///
/// # Errors
/// [`Refusal::Size`], [`Refusal::Digest`], [`Refusal::Config`], [`Refusal::ConfigSays`].
pub fn check_config(layout: &Layout, bytes: &[u8]) -> Result<Config, Refusal> {
    check("configuration", &layout.config, bytes)?;
    let config: Config = serde_json::from_slice(bytes).map_err(|error| Refusal::Config(error.to_string()))?;
    let digests = config.layer_digests.iter().map(Digest::to_string).collect::<Vec<_>>().join(", ");
    for (what, found, expected) in [
        ("architecture", &config.architecture, ARCHITECTURE),
        ("os", &config.os, OS),
        ("layerDigests", &digests, &layout.layer.digest.to_string()),
    ] {
        if found != expected {
            return Err(Refusal::ConfigSays { what, found: cut(found), expected: expected.to_owned() });
        }
    }
    Ok(config)
}
