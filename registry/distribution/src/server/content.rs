//! What the registry takes: by media type.

use crate::manifest::{Manifest, media};

/// A choice of media types.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Types {
    /// All of them.
    Any,
    /// These.
    Only(Vec<String>),
}

impl Types {
    /// These.
    #[must_use]
    pub fn only(types: &[&str]) -> Self {
        Self::Only(types.iter().map(|text| (*text).to_owned()).collect())
    }

    fn has(&self, media_type: &str) -> bool {
        match self {
            Self::Any => true,
            Self::Only(types) => types.iter().any(|allowed| allowed == media_type),
        }
    }
}

/// What a registry takes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Content {
    /// Media types of manifests and indexes, among those that the registry can read at all.
    pub manifests: Types,
    /// Media types of configurations.
    pub configs: Types,
    /// Media types of layers.
    pub layers: Types,
}

impl Content {
    /// Packages of modules, their signatures and their bills of materials; nothing else.
    #[must_use]
    pub fn packages() -> Self {
        Self {
            manifests: Types::only(&[media::MANIFEST]),
            configs: Types::only(&[media::WASM_CONFIG, media::EMPTY]),
            layers: Types::only(&[media::WASM, media::DSSE, media::CYCLONEDX]),
        }
    }

    /// Any image or artefact of the OCI image specification or of docker's.
    #[must_use]
    pub fn any() -> Self {
        Self { manifests: Types::Any, configs: Types::Any, layers: Types::Any }
    }

    /// Why a manifest of this media type is not taken.
    pub(super) fn refuses_type(&self, media_type: &str) -> Option<String> {
        let cut: String = media_type.chars().take(160).collect();
        if !media::MANIFESTS.contains(&media_type) {
            return Some(format!("'{cut}' is not the media type of a manifest that this registry can read"));
        }
        (!self.manifests.has(media_type)).then(|| format!("this registry takes no manifests of type '{cut}'"))
    }

    /// Why a manifest with this content is not taken.
    pub(super) fn refuses(&self, manifest: &Manifest) -> Option<String> {
        let mut parts = manifest.config.iter().map(|part| ("configuration", &self.configs, part));
        let mut layers = manifest.layers.iter().flatten().map(|part| ("layers", &self.layers, part));
        let (what, _, part) = parts.by_ref().chain(layers.by_ref()).find(|(_, allowed, part)| !allowed.has(&part.media_type))?;
        let cut: String = part.media_type.chars().take(160).collect();
        Some(format!("this registry takes no {what} of type '{cut}'"))
    }
}
