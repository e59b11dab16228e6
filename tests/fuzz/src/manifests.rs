//! Manifests.

use vatra_core::register::FieldType;
use vatra_registry::source::{FILE, Source};

/// A manifest is refused, or whole: written out it is read back as the same, and what it names can be used.
pub fn manifest(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    told(text);
    let Ok(manifest) = vatra_registry::package::read_manifest(text) else { return };
    assert_eq!(manifest.problems(), Vec::new());
    assert!(manifest.screen(manifest.home.as_str()).is_some());
    let Ok(written) = toml::to_string(&manifest) else { return };
    assert_eq!(vatra_registry::package::read_manifest(&written).ok().as_ref(), Some(&manifest), "it was read back as another");
    for register in &manifest.registers {
        if let Some(numbering) = &register.numbering {
            let number = numbering.number(2026, i64::MAX);
            assert!(number.len() <= numbering.0.len() + 64, "a number of {} bytes", number.len());
            assert_ne!(numbering.number(2026, 1), numbering.number(2026, 2), "two entries have the same number");
        }
        for field in &register.fields {
            let kind = String::from(field.kind.clone());
            assert_eq!(FieldType::try_from(kind).as_ref(), Ok(&field.kind));
        }
    }
    for action in &manifest.actions {
        let form = action.inputs.iter().map(|input| (input.name.clone(), vec!["1".to_owned()])).collect();
        let _answers = vatra_view::parse_inputs(&action.inputs, &form);
    }
}

/// What is wrong is told to people and machines; a text without a manifest has something wrong with it.
fn told(text: &str) {
    let source = Source::read(FILE, text);
    assert!(source.manifest.is_some() || source.diagnostics.has_errors(), "refused without a word");
    let _told = (source.diagnostics.render(false, 80), source.diagnostics.json().to_string());
    assert_eq!(source.diagnostics.to_string().is_empty(), !source.diagnostics.has_errors());
}
