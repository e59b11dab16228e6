//! What is counted before a component is validated, so that a small file cannot keep a host busy. Far beyond what tools make of any module.

use crate::error::PackageError;
use wasmparser::{Parser, Payload};

/// Sections in all, those of nested modules and components included.
const SECTIONS: usize = 50_000;
/// Modules and components in a component.
const NESTED: usize = 5_000;
/// How deep components lie in components.
const DEPTH: usize = 16;
/// Imports of the component.
const IMPORTS: usize = 1_000;
/// Exports of the component.
const EXPORTS: usize = 1_000;
/// Bytes of the name of an import or export of the component.
const NAME: usize = 512;
/// Bytes of the words of one language.
pub(crate) const WORDS: usize = 2 << 20;

fn within(count: usize, limit: usize, what: &'static str) -> Result<(), PackageError> {
    if count > limit { Err(PackageError::TooMuch { what, limit }) } else { Ok(()) }
}

/// Counts.
///
/// # Errors
/// [`PackageError::TooMuch`], [`PackageError::NotComponent`].
pub(crate) fn check(bytes: &[u8]) -> Result<(), PackageError> {
    let broken = |error: wasmparser::BinaryReaderError| PackageError::NotComponent(error.to_string());
    let (mut sections, mut nested, mut depth, mut imported, mut exported) = (0usize, 0usize, 0usize, 0usize, 0usize);
    for payload in Parser::new(0).parse_all(bytes) {
        let payload = payload.map_err(broken)?;
        match &payload {
            // Functions have a limit of the format's own.
            Payload::CodeSectionEntry(_) => continue,
            Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => {
                nested += 1;
                depth += 1;
                within(nested, NESTED, "modules and components in it")?;
                within(depth, DEPTH, "levels of components in components")?;
            }
            Payload::End(_) => depth = depth.saturating_sub(1),
            Payload::ComponentImportSection(imports) if depth == 0 => {
                imported = imported.saturating_add(imports.count() as usize);
                within(imported, IMPORTS, "imports")?;
                for import in imports.clone() {
                    within(import.map_err(broken)?.name.name.len(), NAME, "bytes in the name of an import")?;
                }
            }
            Payload::ComponentExportSection(exports) if depth == 0 => {
                exported = exported.saturating_add(exports.count() as usize);
                within(exported, EXPORTS, "exports")?;
                for export in exports.clone() {
                    within(export.map_err(broken)?.name.name.len(), NAME, "bytes in the name of an export")?;
                }
            }
            _ => {}
        }
        sections += 1;
        within(sections, SECTIONS, "sections")?;
    }
    Ok(())
}
