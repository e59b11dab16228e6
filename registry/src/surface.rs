//! What a component imports and exports, found by validating all of it. Of what is inside nothing is looked at but whether it is valid.

use crate::contract::OFFERED;
use crate::error::PackageError;
use std::collections::{BTreeMap, BTreeSet};
use wasmparser::component_types::ComponentEntityType;
use wasmparser::{ComponentTypeRef, Parser, Payload, Validator};

/// Names by which a component reaches out, and is reached.
#[derive(Debug, Default)]
pub(crate) struct Surface {
    /// With the functions of each. Without interfaces of the contract of which only types are used: they can do nothing.
    pub(crate) imports: BTreeMap<String, BTreeSet<String>>,
    pub(crate) exports: BTreeSet<String>,
}

/// Validates a component.
///
/// # Errors
/// [`PackageError::NotComponent`] when it is not valid.
pub(crate) fn read(bytes: &[u8]) -> Result<Surface, PackageError> {
    let broken = |error: wasmparser::BinaryReaderError| PackageError::NotComponent(error.to_string());
    let types = Validator::new().validate_all(bytes).map_err(broken)?;
    let types = types.as_ref();
    let mut surface = Surface::default();
    // Of nested modules and components nothing is taken.
    let mut depth = 0usize;
    for payload in Parser::new(0).parse_all(bytes) {
        match payload.map_err(broken)? {
            Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => depth += 1,
            Payload::End(_) => depth = depth.saturating_sub(1),
            Payload::ComponentImportSection(imports) if depth == 0 => {
                for import in imports {
                    let import = import.map_err(broken)?;
                    let name = import.name.name;
                    let functions = match (import.ty, types.component_item_for_import(name).map(|item| item.ty)) {
                        (ComponentTypeRef::Instance(_), Some(ComponentEntityType::Instance(id))) => types.get(id).map(|it| {
                            let functions = it.exports.iter().filter(|(_, item)| matches!(item.ty, ComponentEntityType::Func(_)));
                            functions.map(|(name, _)| name.to_owned()).collect::<BTreeSet<_>>()
                        }),
                        _ => None,
                    };
                    // An interface that is none of the contract's is refused, whatever it holds.
                    let idle = OFFERED.contains(name) && functions.as_ref().is_some_and(BTreeSet::is_empty);
                    if !idle {
                        surface.imports.insert(name.to_owned(), functions.unwrap_or_default());
                    }
                }
            }
            Payload::ComponentExportSection(exports) if depth == 0 => {
                for export in exports {
                    surface.exports.insert(export.map_err(broken)?.name.name.to_owned());
                }
            }
            _ => {}
        }
    }
    Ok(surface)
}
