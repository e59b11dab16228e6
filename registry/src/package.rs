//! Reading a package: everything that can be refused before a byte of it runs.

use crate::contract::{BASE, CALLED, DRAFTS, EVENTS, IMPLEMENTED, JOBS, SCREENS, capability, other_versions};
use crate::error::PackageError;
use crate::source::{self, Source};
use crate::surface::{self, Surface};
use crate::{limits, sections};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;
use vatra_core::documents::Template;
use vatra_core::ids::Name;
use vatra_core::manifest::{At, Language, Manifest, Problem};

/// The section with the manifest.
pub(crate) const MANIFEST: &str = "vatra:manifest";

/// The beginning of the name of a section with a template's file: `vatra:template:NAME/PATH`.
pub(crate) const TEMPLATE: &str = "vatra:template:";

/// Templates of documents, by their name in the manifest.
pub type Templates = BTreeMap<Name, Template>;

/// The largest package that is looked at, in MiB.
const MAX_MIB: usize = 32;

/// The version of this host, which manifests mean by `requires-host`.
pub static HOST: LazyLock<semver::Version> = LazyLock::new(|| env!("CARGO_PKG_VERSION").parse().unwrap_or(semver::Version::new(0, 0, 0)));

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
    /// The functions of each of them that it could call.
    pub functions: BTreeMap<String, BTreeSet<String>>,
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
        if let Some(wanted) = source::too_old(&manifest) {
            return Err(PackageError::OtherHost { wanted, host: HOST.to_string() });
        }
        limits::check(bytes)?;
        let Surface { imports, exports } = surface::read(bytes)?;
        admit_imports(&manifest, &imports)?;
        if let Some(name) = exports.iter().find(|name| name.starts_with("vatra:") && !CALLED.contains(&name.as_str())) {
            let served = other_versions(CALLED, name);
            return Err(match served.is_empty() {
                true => PackageError::NotCalled(name.clone()),
                false => PackageError::UnknownVersion { verb: "exports", name: name.clone(), served },
            });
        }
        if !exports.contains(SCREENS) {
            return Err(PackageError::NoScreens(SCREENS));
        }
        Ok(Self {
            manifest,
            translations,
            templates,
            digest: digest(bytes),
            imports: imports.keys().cloned().collect(),
            functions: imports,
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

/// Reads a manifest from TOML; errors name line and column.
///
/// # Errors
/// [`PackageError::Manifest`] when it is not well formed, [`PackageError::Inconsistent`] when it contradicts itself or asks for a
/// capability that the contract does not have.
pub fn read_manifest(text: &str) -> Result<Manifest, PackageError> {
    let Source { manifest, diagnostics, .. } = Source::read(source::FILE, text);
    match manifest {
        None => Err(PackageError::Manifest(Box::new(diagnostics))),
        Some(_) if diagnostics.has_errors() => Err(PackageError::Inconsistent(Box::new(diagnostics))),
        Some(manifest) => Ok(manifest),
    }
}

/// The manifest of a package, whatever else is wrong with it.
///
/// # Errors
/// [`PackageError`] when it is no package, or its manifest is not whole.
pub fn manifest_of(bytes: &[u8]) -> Result<Manifest, PackageError> {
    if bytes.len() > MAX_MIB << 20 {
        return Err(PackageError::TooLarge(MAX_MIB));
    }
    Ok(read_sections(bytes)?.0)
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
    let words = |language: Language| {
        let words = text(&translations_section(language))?;
        if words.len() > limits::WORDS {
            return Err(PackageError::TooMuch { what: "bytes in the words of one language", limit: limits::WORDS });
        }
        Ok(words)
    };
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

fn admit_imports(manifest: &Manifest, imports: &BTreeMap<String, BTreeSet<String>>) -> Result<(), PackageError> {
    for import in imports.keys() {
        let name = import.as_str();
        if name.starts_with(DRAFTS) {
            return Err(PackageError::Draft(import.clone()));
        }
        if !IMPLEMENTED.contains(&name) {
            let served = other_versions(IMPLEMENTED, name);
            return Err(match served.is_empty() {
                true => PackageError::UnknownImport(import.clone()),
                false => PackageError::UnknownVersion { verb: "imports", name: import.clone(), served },
            });
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

/// What of a component's imports its manifest does not ask for; each with where to add it.
pub(crate) fn undeclared(manifest: &Manifest, imports: &BTreeMap<String, BTreeSet<String>>) -> Vec<Problem> {
    let mut out = Vec::new();
    for (import, functions) in imports.iter().filter(|(name, _)| IMPLEMENTED.contains(&name.as_str()) && !BASE.contains(&name.as_str())) {
        let capability = capability(import).unwrap_or_default();
        if !manifest.capabilities.contains_key(capability) {
            let some: Vec<&str> = functions.iter().take(5).map(String::as_str).collect();
            let what = format!("the module imports {import} ({}), and the capability '{capability}' is not asked for", some.join(", "));
            let help = format!(
                "add to the manifest: [capabilities.{capability}] with `purpose = {{ ro = \"…\", ru = \"…\", en = \"…\" }}`, or do not call it"
            );
            out.push(Problem::new("undeclared", At::root().key("capabilities"), what).mend(help));
        }
    }
    out
}

impl Package {
    /// What its manifest says and its component does not do, or the other way round. Nothing of it keeps a host from running it.
    pub fn warnings(&self) -> Vec<Problem> {
        let (root, manifest) = (At::root(), &self.manifest);
        let mut out = Vec::new();
        let used: BTreeSet<&str> = self.imports.iter().filter_map(|import| capability(import)).collect();
        let exports = |name: &str| self.exports.iter().any(|export| export == name);
        for name in manifest.capabilities.keys().map(|name| name.as_str()) {
            // Files of forms, events of a service: used without an import.
            let heard = manifest.events.iter().any(|event| event.capability() == name);
            let files = name == "documents" && manifest.actions.iter().any(|action| action.inputs.iter().any(|input| input.kind.is_file()));
            if !used.contains(name) && !heard && !files {
                let what = format!("the capability '{name}' is asked for, and the module imports nothing of it");
                let at = root.key("capabilities").key(name);
                out.push(Problem::new("unused-capability", at, what).mend("take it out: whoever grants it would wonder what for"));
            }
        }
        if exports(EVENTS) && manifest.events.is_empty() {
            let help = "list them, `events = [\"paid\"]`, or do not export the interface";
            let what = format!("the module exports {EVENTS}, and the manifest does not say what it hears of");
            out.push(Problem::new("unsaid-events", root.key("events"), what).mend(help));
        }
        if !exports(EVENTS) && !manifest.events.is_empty() {
            let what = format!("the manifest says that it hears of events, and the module does not export {EVENTS}");
            out.push(Problem::new("unheard-events", root.key("events"), what).mend("export the interface, or take the line out"));
        }
        if !exports(JOBS) && !manifest.jobs.is_empty() {
            let what = format!("the manifest declares jobs, and the module does not export {JOBS}");
            out.push(Problem::new("undone-jobs", root.key("jobs"), what).mend("export the interface, or take them out"));
        }
        out
    }
}
