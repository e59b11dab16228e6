//! Package format: component, manifest and translations in one digest.
