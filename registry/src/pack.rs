//! Making a package out of a built module, its manifest and its words. The same inputs give the same bytes.

use crate::error::PackageError;
use crate::package::{MANIFEST, TEMPLATE, Templates, Translations, read_manifest, translations_section};
use crate::sections;
use vatra_core::manifest::Language;
use wit_component::ComponentEncoder;

/// Packs a core module (which becomes a component) or a component.
///
/// # Errors
/// [`PackageError`] when the manifest is not whole or the module does not fit the contract. What the host would refuse at install is
/// found by reading the result with [`crate::Package::read`].
pub fn pack(module: &[u8], manifest: &str, translations: &Translations) -> Result<Vec<u8>, PackageError> {
    pack_with(module, manifest, translations, &Templates::new())
}

/// As [`pack`], with the templates of its documents.
///
/// # Errors
/// As [`pack`].
pub fn pack_with(module: &[u8], manifest: &str, translations: &Translations, templates: &Templates) -> Result<Vec<u8>, PackageError> {
    read_manifest(manifest)?;
    let mut component = if sections::is_component(module) { module.to_vec() } else { componentize(module)? };
    let present = sections::custom(&component)?.iter().find(|(name, _)| name.starts_with("vatra:")).map(|(name, _)| (*name).to_owned());
    if let Some(name) = present {
        return Err(PackageError::Twice(name));
    }
    sections::append(&mut component, MANIFEST, manifest.as_bytes())?;
    for language in Language::ALL {
        sections::append(&mut component, &translations_section(language), translations.get(language).as_bytes())?;
    }
    for (name, template) in templates {
        for (path, content) in template.files() {
            sections::append(&mut component, &format!("{TEMPLATE}{name}/{path}"), content)?;
        }
    }
    Ok(component)
}

fn componentize(module: &[u8]) -> Result<Vec<u8>, PackageError> {
    let failed = |error: &dyn std::fmt::Display| PackageError::Componentize(error.to_string());
    if !sections::is_core_module(module) {
        return Err(failed(&"it is not a WebAssembly module"));
    }
    let mut encoder = ComponentEncoder::default().module(module).map_err(|error| failed(&format!("{error:#}")))?;
    encoder.encode().map_err(|error| failed(&format!("{error:#}")))
}
