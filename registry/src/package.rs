//! Reading a package: everything that can be refused before a byte of it runs.

use crate::contract::{BASE, CALLED, DRAFTS, IMPLEMENTED, OFFERED, SCREENS, capability};
use crate::error::PackageError;
use crate::sections;
use crate::surface::{self, Surface};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use vatra_core::documents::Template;
use vatra_core::ids::Name;
use vatra_core::manifest::{Language, Manifest};

/// The section with the manifest.
pub(crate) const MANIFEST: &str = "vatra:manifest";

/// The beginning of the name of a section with a template's file: `vatra:template:NAME/PATH`.
pub(crate) const TEMPLATE: &str = "vatra:template:";

/// Templates of documents, by their name in the manifest.
pub type Templates = BTreeMap<Name, Template>;

/// The largest package that is looked at, in MiB.
const MAX_MIB: usize = 32;

/// The section with the words of this language.
pub(crate) fn translations_section(language: Language) -> String {
    format!("vatra:translations:{}", language.code())
}

/// A module's words, Fluent.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Translations {
    /// Romanian.
    pub ro: String,
    /// Russian.
    pub ru: String,
    /// English.
    pub en: String,
}

impl Translations {
    /// In this language.
    pub fn get(&self, language: Language) -> &str {
        match language {
            Language::Ro => &self.ro,
            Language::Ru => &self.ru,
            Language::En => &self.en,
        }
    }
}

/// A package that was read and found whole.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Package {
    /// The manifest.
    pub manifest: Manifest,
    /// The words.
    pub translations: Translations,
    /// The templates of its documents: those that the manifest declares.
    pub templates: Templates,
    /// SHA-256 of the file, in hexadecimal.
    pub digest: String,
    /// Interfaces of the contract whose functions it calls, sorted: what it could ever do.
    pub imports: Vec<String>,
    /// What it exports, sorted.
    pub exports: Vec<String>,
}

impl Package {
    /// Reads a package and checks that this host can run it and that its imports say no more than its manifest.
    ///
    /// # Errors
    /// [`PackageError`], the first that was found.
    pub fn read(bytes: &[u8]) -> Result<Self, PackageError> {
        if bytes.len() > MAX_MIB << 20 {
            return Err(PackageError::TooLarge(MAX_MIB));
        }
        let (manifest, translations, templates) = read_sections(bytes)?;
        let Surface { imports, exports } = surface::read(bytes)?;
        admit_imports(&manifest, &imports)?;
        if !exports.contains(SCREENS) {
            return Err(PackageError::NoScreens(SCREENS));
        }
        if let Some(name) = exports.iter().find(|name| name.starts_with("vatra:") && !CALLED.contains(&name.as_str())) {
            return Err(PackageError::NotCalled(name.clone()));
        }
        Ok(Self {
            manifest,
            translations,
            templates,
            digest: digest(bytes),
            imports: imports.into_iter().collect(),
            exports: exports.into_iter().collect(),
        })
    }

    /// As [`Self::read`], for a file that was admitted before under this digest.
    ///
    /// # Errors
    /// [`PackageError::Tampered`] before anything in the file is looked at; otherwise as [`Self::read`].
    pub fn read_verified(bytes: &[u8], expected_digest: &str) -> Result<Self, PackageError> {
        let actual = digest(bytes);
        if !actual.eq_ignore_ascii_case(expected_digest) {
            return Err(PackageError::Tampered { expected: expected_digest.to_owned(), actual });
        }
        Self::read(bytes)
    }
}

/// SHA-256 of a package, in hexadecimal: its identity.
pub fn digest(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

/// Reads a manifest from TOML; errors name the line.
///
/// # Errors
/// [`PackageError::Manifest`] when it is not well formed, [`PackageError::Inconsistent`] when it contradicts itself or asks for a
/// capability that the contract does not have.
pub fn read_manifest(text: &str) -> Result<Manifest, PackageError> {
    let manifest: Manifest = toml::from_str(text).map_err(|error| PackageError::Manifest(error.to_string().trim_end().to_owned()))?;
    let mut problems = manifest.problems();
    let known: BTreeSet<&str> = OFFERED.iter().filter(|name| !BASE.contains(name)).filter_map(|name| capability(name)).collect();
    for asked in manifest.capabilities.keys().filter(|asked| !known.contains(asked.as_str())) {
        problems.push(format!(
            "capability '{asked}' does not exist: the contract has {}",
            known.iter().copied().collect::<Vec<_>>().join(", ")
        ));
    }
    if problems.is_empty() { Ok(manifest) } else { Err(PackageError::Inconsistent(problems)) }
}

fn read_sections(bytes: &[u8]) -> Result<(Manifest, Translations, Templates), PackageError> {
    if sections::is_core_module(bytes) {
        return Err(PackageError::NotComponent("it is a core module: build the package with vatra-pack".to_owned()));
    }
    if !sections::is_component(bytes) {
        return Err(PackageError::NotComponent("it does not begin as one".to_owned()));
    }
    let all = sections::custom(bytes)?;
    let text = |name: &str| {
        let mut found = all.iter().filter(|(section, _)| *section == name);
        let (_, payload) = found.next().ok_or_else(|| PackageError::Missing(name.to_owned()))?;
        if found.next().is_some() {
            return Err(PackageError::Twice(name.to_owned()));
        }
        std::str::from_utf8(payload).map(str::to_owned).map_err(|_| PackageError::NotText(name.to_owned()))
    };
    let manifest = read_manifest(&text(MANIFEST)?)?;
    let words = |language| text(&translations_section(language));
    let translations = Translations { ro: words(Language::Ro)?, ru: words(Language::Ru)?, en: words(Language::En)? };
    let templates = read_templates(&manifest, &all)?;
    Ok((manifest, translations, templates))
}

/// The files of each declared template. One that is not declared is refused: nobody would see what it is for.
fn read_templates(manifest: &Manifest, all: &[(&str, &[u8])]) -> Result<Templates, PackageError> {
    let mut files: BTreeMap<&str, BTreeMap<String, Vec<u8>>> = BTreeMap::new();
    for (section, content) in all {
        let Some(place) = section.strip_prefix(TEMPLATE) else { continue };
        let (name, path) = place.split_once('/').unwrap_or((place, ""));
        if manifest.template(name).is_none() {
            return Err(PackageError::Template { name: name.to_owned(), problem: "the manifest does not declare it".to_owned() });
        }
        if files.entry(name).or_default().insert(path.to_owned(), content.to_vec()).is_some() {
            return Err(PackageError::Twice((*section).to_owned()));
        }
    }
    let of = |schema: &vatra_core::manifest::TemplateSchema| {
        let name = schema.name.clone();
        match Template::new(files.remove(name.as_str()).unwrap_or_default()) {
            Ok(template) => Ok((name, template)),
            Err(bad) => Err(PackageError::Template { name: name.to_string(), problem: bad.to_string() }),
        }
    };
    manifest.templates.iter().map(of).collect()
}

fn admit_imports(manifest: &Manifest, imports: &BTreeSet<String>) -> Result<(), PackageError> {
    for import in imports {
        let name = import.as_str();
        if name.starts_with(DRAFTS) {
            return Err(PackageError::Draft(import.clone()));
        }
        if !IMPLEMENTED.contains(&name) {
            return Err(PackageError::UnknownImport(import.clone()));
        }
        if BASE.contains(&name) {
            continue;
        }
        let capability = capability(name).unwrap_or_default();
        if !manifest.capabilities.contains_key(capability) {
            return Err(PackageError::Undeclared { import: import.clone(), capability: capability.to_owned() });
        }
    }
    Ok(())
}
