//! Making artefacts.

use super::{ARCHITECTURE, CREATED, Component, Config, OS};
use crate::manifest::{Descriptor, EMPTY, Manifest, media};
use axum::body::Bytes;
use vatra_core::digest::Digest;

/// An artefact, ready to be pushed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Built {
    /// What describes the manifest; its digest names the artefact.
    pub descriptor: Descriptor,
    /// The manifest.
    pub manifest: Bytes,
    /// The blobs that the manifest needs, with their descriptors.
    pub blobs: Vec<(Descriptor, Bytes)>,
    /// What it is about, when it is a referrer.
    pub subject: Option<Descriptor>,
}

/// A package of this component, which imports and exports these interfaces.
///
/// # Errors
/// When the JSON cannot be written, which only a lack of memory can cause.
pub fn package(wasm: impl Into<Bytes>, mut component: Component) -> Result<Built, serde_json::Error> {
    let wasm = wasm.into();
    component.exports.sort();
    component.imports.sort();
    let config = Config {
        created: CREATED.to_owned(),
        architecture: ARCHITECTURE.to_owned(),
        os: OS.to_owned(),
        layer_digests: vec![Digest::of(&wasm)],
        component,
    };
    let config = Bytes::from(serde_json::to_vec(&config)?);
    built(None, (media::WASM_CONFIG, config), (media::WASM, wasm), None)
}

/// A signature of `subject`: a DSSE envelope.
///
/// # Errors
/// As [`package`].
pub fn signature(subject: &Descriptor, envelope: impl Into<Bytes>) -> Result<Built, serde_json::Error> {
    referrer(subject, media::SIGNATURE, media::DSSE, envelope)
}

/// The bill of materials of `subject`: CycloneDX, as JSON.
///
/// # Errors
/// As [`package`].
pub fn sbom(subject: &Descriptor, json: impl Into<Bytes>) -> Result<Built, serde_json::Error> {
    referrer(subject, media::CYCLONEDX, media::CYCLONEDX, json)
}

/// Something about `subject`: of this artefact type, with one layer of this media type.
///
/// # Errors
/// As [`package`].
pub fn referrer(
    subject: &Descriptor,
    artifact_type: &str,
    media_type: &str,
    payload: impl Into<Bytes>,
) -> Result<Built, serde_json::Error> {
    // What a descriptor elsewhere said of the subject is no part of what is signed.
    let subject = Descriptor { annotations: None, artifact_type: None, ..subject.clone() };
    built(Some(artifact_type), (media::EMPTY, Bytes::from_static(EMPTY)), (media_type, payload.into()), Some(subject))
}

fn built(
    artifact_type: Option<&str>,
    (config_type, config): (&str, Bytes),
    (layer_type, layer): (&str, Bytes),
    subject: Option<Descriptor>,
) -> Result<Built, serde_json::Error> {
    let config = (Descriptor::of(config_type, &config), config);
    let layer = (Descriptor::of(layer_type, &layer), layer);
    let manifest = Manifest {
        schema_version: 2,
        media_type: Some(media::MANIFEST.to_owned()),
        artifact_type: artifact_type.map(str::to_owned),
        config: Some(config.0.clone()),
        layers: Some(vec![layer.0.clone()]),
        manifests: None,
        subject: subject.clone(),
        annotations: None,
    };
    let manifest = Bytes::from(serde_json::to_vec(&manifest)?);
    Ok(Built { descriptor: Descriptor::of(media::MANIFEST, &manifest), manifest, blobs: vec![config, layer], subject })
}
