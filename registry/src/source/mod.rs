//! A manifest as its author wrote it: read with the place of everything in it.

mod keys;
mod locate;

use crate::contract::{BASE, OFFERED, capability};
use crate::diagnostics::{Diagnostic, Diagnostics, Place, Severity};
use crate::package::HOST;
use std::collections::BTreeSet;
use toml::Spanned;
use toml::de::DeTable;
use vatra_core::manifest::{At, Manifest, Problem};

/// The name of a manifest's file.
pub const FILE: &str = "vatra.toml";

/// The longest manifest, in bytes.
pub const MOST_BYTES: usize = 1 << 20;

/// How many syntax errors and unknown keys of one text are told.
const MOST_TOLD: usize = 20;

/// A manifest's text, read as far as it can be.
#[derive(Debug)]
pub struct Source<'a> {
    text: &'a str,
    table: Option<Spanned<DeTable<'a>>>,
    /// The manifest, when it is well formed; whole when [`Self::diagnostics`] has no errors.
    pub manifest: Option<Manifest>,
    /// What is wrong with it.
    pub diagnostics: Diagnostics,
}

impl<'a> Source<'a> {
    /// Reads a manifest's text; the file is called so in what is told of it.
    pub fn read(file: &str, text: &'a str) -> Self {
        let mut source = Self { text, table: None, manifest: None, diagnostics: Diagnostics::of(file, text) };
        if text.len() > MOST_BYTES {
            source.tell(Severity::Error, "too-long", None, format!("it is longer than {} KiB", MOST_BYTES >> 10), String::new());
            return source;
        }
        let (table, errors) = DeTable::parse_recoverable(text);
        if !errors.is_empty() {
            for error in errors.iter().take(MOST_TOLD) {
                let help = "the rules of the format are at https://toml.io".to_owned();
                source.tell(Severity::Error, "syntax", error.span(), error.message().to_owned(), help);
            }
            return source;
        }
        let (manifest, complaints) = keys::manifest(&table, MOST_TOLD);
        for keys::Complaint { code, span, message, help, .. } in complaints {
            source.tell(Severity::Error, code, span, message, help);
        }
        source.table = Some(table);
        if let Some(manifest) = &manifest {
            for problem in manifest.problems().into_iter().chain(of_this_host(manifest)) {
                source.note(Severity::Error, &problem);
            }
        }
        source.manifest = manifest;
        source
    }

    /// Notes what somebody else found wrong.
    pub fn note(&mut self, severity: Severity, problem: &Problem) {
        let span = self.table.as_ref().and_then(|table| locate::span(table, &problem.at));
        self.tell(severity, problem.code, span, problem.what.clone(), problem.help.clone());
    }

    fn tell(&mut self, severity: Severity, code: &str, span: Option<std::ops::Range<usize>>, message: String, help: String) {
        let place = span.map(|span| Place::new(self.text, span));
        self.diagnostics.push(Diagnostic { severity, code: format!("manifest::{code}"), message, place, help });
    }
}

/// What the words of a manifest mean to this host: licences, capabilities.
fn of_this_host(manifest: &Manifest) -> Vec<Problem> {
    let mut out = Vec::new();
    if let Err(error) = spdx::Expression::parse(&manifest.licence) {
        let what = format!("'{}' is no licence: {}", manifest.licence, error.reason);
        let help = "write an SPDX expression, `MIT` or `EUPL-1.2 OR Apache-2.0` (https://spdx.org/licenses)";
        out.push(Problem::new("licence", At::root().key("licence"), what).mend(help));
    }
    let known: BTreeSet<&str> = OFFERED.iter().filter(|name| !BASE.contains(name)).filter_map(|name| capability(name)).collect();
    for asked in manifest.capabilities.keys().filter(|asked| !known.contains(asked.as_str())) {
        let at = At::root().key("capabilities").key(asked.as_str());
        let all = || known.iter().copied().collect::<Vec<_>>().join(", ");
        let help = keys::nearest(asked.as_str(), known.iter().copied())
            .map_or_else(|| format!("the contract has {}", all()), |near| format!("did you mean '{near}'? The contract has {}", all()));
        out.push(Problem::new("unknown-capability", at, format!("capability '{asked}' does not exist")).mend(help));
    }
    out
}

/// Why this host cannot run a manifest's module, if it cannot.
pub(crate) fn too_old(manifest: &Manifest) -> Option<String> {
    (!manifest.runs_on(&HOST)).then(|| manifest.requires_host.clone().unwrap_or_default())
}
