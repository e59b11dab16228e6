//! Making a package out of a built module, its manifest and its words. The same inputs give the same bytes.

use crate::diagnostics::{Diagnostics, Severity};
use crate::error::PackageError;
use crate::package::{MANIFEST, Package, TEMPLATE, Templates, Translations, read_manifest, translations_section, undeclared};
use crate::sections;
use crate::source::Source;
use crate::surface;
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
    assemble(module, manifest, translations, templates)
}

/// What was made of a module's folder.
#[derive(Debug)]
pub struct Built {
    /// The package's bytes; none when there cannot be any.
    pub bytes: Option<Vec<u8>>,
    /// The package as a host reads it, or why it refuses it.
    pub package: Result<Package, PackageError>,
    /// What is wrong with the manifest. Without errors, and with [`Self::package`], everything is in order.
    pub diagnostics: Diagnostics,
}

impl Built {
    /// Whether a host would take it.
    pub fn is_whole(&self) -> bool {
        self.package.is_ok() && !self.diagnostics.has_errors()
    }
}

/// As [`pack_with`], for authors: everything that is wrong is told at once, with its place in the manifest's file, and what is only odd too.
pub fn build(module: &[u8], file: &str, manifest: &str, translations: &Translations, templates: &Templates) -> Built {
    let mut source = Source::read(file, manifest);
    let bytes = match read_manifest(manifest).and_then(|_| assemble(module, manifest, translations, templates)) {
        Ok(bytes) => bytes,
        Err(refused) => return Built { bytes: None, package: Err(refused), diagnostics: source.diagnostics },
    };
    if let (Some(manifest), Ok(surface)) = (source.manifest.clone(), surface::read(&bytes)) {
        for problem in undeclared(&manifest, &surface.imports) {
            source.note(Severity::Error, &problem);
        }
    }
    let package = Package::read(&bytes);
    for problem in package.as_ref().map(Package::warnings).unwrap_or_default() {
        source.note(Severity::Warning, &problem);
    }
    Built { bytes: Some(bytes), package, diagnostics: source.diagnostics }
}

/// Component, manifest, words and templates in one, in an order of their own.
fn assemble(module: &[u8], manifest: &str, translations: &Translations, templates: &Templates) -> Result<Vec<u8>, PackageError> {
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
