//! What manifests and indexes of the OCI image specification say, as far as a registry and its clients have to know it.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use vatra_core::digest::Digest;

/// Media types of the image specification and of packages.
pub mod media {
    /// An image manifest.
    pub const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
    /// An image index.
    pub const INDEX: &str = "application/vnd.oci.image.index.v1+json";
    /// Docker's image manifest.
    pub const DOCKER_MANIFEST: &str = "application/vnd.docker.distribution.manifest.v2+json";
    /// Docker's index.
    pub const DOCKER_LIST: &str = "application/vnd.docker.distribution.manifest.list.v2+json";
    /// All that [`super::Manifest::read`] reads.
    pub const MANIFESTS: [&str; 4] = [MANIFEST, INDEX, DOCKER_MANIFEST, DOCKER_LIST];
    /// The content `{}`, where a manifest has nothing to say.
    pub const EMPTY: &str = "application/vnd.oci.empty.v1+json";
    /// The configuration of an artefact of WebAssembly.
    pub const WASM_CONFIG: &str = "application/vnd.wasm.config.v0+json";
    /// A component.
    pub const WASM: &str = "application/wasm";
    /// The kind of a referrer that is a publisher's signature.
    pub const SIGNATURE: &str = "application/vnd.vatra.signature.v1";
    /// The signature itself.
    pub const DSSE: &str = "application/vnd.dsse.envelope.v1+json";
    /// A bill of materials, and the kind of the referrer that carries it.
    pub const CYCLONEDX: &str = "application/vnd.cyclonedx+json";
}

/// The content of [`media::EMPTY`].
pub const EMPTY: &[u8] = b"{}";

/// The longest media type, in bytes (RFC 6838 allows 127 on either side of the slash).
const LONGEST_TYPE: usize = 255;

/// Annotations, by their names.
pub type Annotations = BTreeMap<String, String>;

/// Where some content is found and what it is.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Descriptor {
    /// What kind of content.
    pub media_type: String,
    /// Which.
    pub digest: Digest,
    /// How long, in bytes.
    pub size: u64,
    /// What is said of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub annotations: Option<Annotations>,
    /// Of a manifest: what kind of artefact.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub artifact_type: Option<String>,
}

impl Descriptor {
    /// Of these bytes.
    #[must_use]
    pub fn of(media_type: &str, bytes: &[u8]) -> Self {
        Self {
            media_type: media_type.to_owned(),
            digest: Digest::of(bytes),
            size: u64::try_from(bytes.len()).unwrap_or(u64::MAX),
            annotations: None,
            artifact_type: None,
        }
    }
}

/// An image manifest or an index, as it was read: what one has and the other has not is optional here.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Manifest {
    /// Two.
    pub schema_version: u32,
    /// What it says it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub media_type: Option<String>,
    /// What kind of artefact.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub artifact_type: Option<String>,
    /// Of an image manifest: its configuration.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub config: Option<Descriptor>,
    /// Of an image manifest: its content.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub layers: Option<Vec<Descriptor>>,
    /// Of an index: the manifests in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub manifests: Option<Vec<Descriptor>>,
    /// The manifest that this one is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<Descriptor>,
    /// What is said of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub annotations: Option<Annotations>,
}

/// Why some bytes are no manifest.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum ManifestError {
    /// Not JSON, or not of that shape.
    #[error("it is not the JSON of a manifest: {0}")]
    NotJson(String),
    /// Of another schema.
    #[error("its schemaVersion is {0}, expected 2")]
    Schema(u32),
    /// What it says of itself is not what it came as.
    #[error("it came as {came}, but its mediaType is {says}")]
    OtherType {
        /// As what it came.
        came: String,
        /// What it says.
        says: String,
    },
    /// A part is missing or there although it does not belong.
    #[error("{0}")]
    Shape(&'static str),
}

impl Manifest {
    /// Reads an image manifest or an index that came as this media type.
    ///
    /// # Errors
    /// [`ManifestError`], the first that was found.
    pub fn read(bytes: &[u8], came: &str) -> Result<Self, ManifestError> {
        let manifest: Self = serde_json::from_slice(bytes).map_err(|error| ManifestError::NotJson(error.to_string()))?;
        if manifest.schema_version != 2 {
            return Err(ManifestError::Schema(manifest.schema_version));
        }
        if let Some(says) = manifest.media_type.as_deref().filter(|says| *says != came) {
            return Err(ManifestError::OtherType { came: came.to_owned(), says: says.chars().take(160).collect() });
        }
        let own = manifest.config.iter().chain(manifest.layers.iter().flatten()).chain(manifest.manifests.iter().flatten());
        let types = own.map(|part| Some(&part.media_type)).chain([manifest.artifact_type.as_ref()]).flatten();
        if types.into_iter().any(|text| text.len() > LONGEST_TYPE || !text.bytes().all(|byte| byte.is_ascii_graphic())) {
            return Err(ManifestError::Shape("a media type has at most 255 visible characters of ASCII"));
        }
        // What can be read as both is read differently by two readers.
        if [media::INDEX, media::DOCKER_LIST].contains(&came) {
            if manifest.manifests.is_none() {
                return Err(ManifestError::Shape("an index needs 'manifests'"));
            }
            if manifest.config.is_some() || manifest.layers.is_some() {
                return Err(ManifestError::Shape("an index has neither 'config' nor 'layers'"));
            }
        } else {
            if manifest.config.is_none() || manifest.layers.is_none() {
                return Err(ManifestError::Shape("a manifest needs 'config' and 'layers'"));
            }
            if manifest.manifests.is_some() {
                return Err(ManifestError::Shape("a manifest has no 'manifests'"));
            }
        }
        Ok(manifest)
    }

    /// What kind of artefact it is: its `artifactType`, else the media type of its configuration.
    #[must_use]
    pub fn kind(&self) -> Option<&str> {
        let of_config = || self.config.as_ref().map(|config| config.media_type.as_str());
        self.artifact_type.as_deref().filter(|kind| !kind.is_empty()).or_else(of_config)
    }

    /// The blobs it needs.
    pub fn blobs(&self) -> impl Iterator<Item = &Descriptor> {
        self.config.iter().chain(self.layers.iter().flatten())
    }

    /// The manifests it needs.
    pub fn children(&self) -> impl Iterator<Item = &Descriptor> {
        self.manifests.iter().flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_be_read_as_both_is_neither() {
        let digest = Digest::of(b"");
        let descriptor = format!(r#"{{"mediaType":"a/b","digest":"{digest}","size":0}}"#);
        let read = |text: String, came| Manifest::read(text.as_bytes(), came).map(|_| ()).map_err(|error| error.to_string());
        assert_eq!(read(format!(r#"{{"schemaVersion":2,"config":{descriptor},"layers":[]}}"#), media::MANIFEST), Ok(()));
        assert_eq!(read(r#"{"schemaVersion":2,"manifests":[]}"#.to_owned(), media::INDEX), Ok(()));
        for (text, came, why) in [
            (
                format!(r#"{{"schemaVersion":2,"config":{descriptor},"layers":[],"manifests":[]}}"#),
                media::MANIFEST,
                "a manifest has no 'manifests'",
            ),
            (r#"{"schemaVersion":2,"layers":[],"manifests":[]}"#.to_owned(), media::INDEX, "an index has neither 'config' nor 'layers'"),
            (r#"{"schemaVersion":2,"layers":[]}"#.to_owned(), media::MANIFEST, "a manifest needs 'config' and 'layers'"),
            (
                format!(r#"{{"schemaVersion":2,"artifactType":"{}","config":{descriptor},"layers":[]}}"#, "x".repeat(256)),
                media::MANIFEST,
                "a media type has at most 255 visible characters of ASCII",
            ),
            (r#"{"schemaVersion":1,"layers":[]}"#.to_owned(), media::MANIFEST, "its schemaVersion is 1, expected 2"),
        ] {
            assert_eq!(read(text, came), Err(why.to_owned()));
        }
        let twice = format!(r#"{{"schemaVersion":2,"config":{descriptor},"config":{descriptor},"layers":[]}}"#);
        assert!(read(twice, media::MANIFEST).unwrap_err().contains("duplicate field"));
        let other = format!(r#"{{"schemaVersion":2,"mediaType":"{}","config":{descriptor},"layers":[]}}"#, media::INDEX);
        assert!(read(other, media::MANIFEST).unwrap_err().starts_with("it came as"));
    }
}
