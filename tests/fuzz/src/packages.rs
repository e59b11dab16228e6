//! Packages: the sections of a component, what it imports and exports.

use vatra_registry::{Package, Translations, pack};
use vatra_view::Catalogue;

/// How a component begins. Core modules are made components by their maker's tools, never by a host: those tools may give up in their own way.
const COMPONENT: &[u8] = b"\0asm\x0d\0\x01\0";

/// A package is refused, or whole; and whatever is packed is refused or read.
pub fn package(data: &[u8]) {
    if let Ok(package) = Package::read(data) {
        assert!(package.exports.iter().any(|export| export == vatra_registry::contract::SCREENS));
        assert!(package.imports.iter().all(|import| vatra_registry::IMPLEMENTED.contains(&import.as_str())));
        assert_eq!(Package::read_verified(data, &package.digest).as_ref(), Ok(&package));
        let Translations { ro, ru, en } = &package.translations;
        let _words = Catalogue::new(ro, ru, en);
    }
    const MANIFEST: &str = include_str!("vatra.toml");
    if !data.starts_with(COMPONENT) {
        return;
    }
    if let Ok(packed) = pack(data, MANIFEST, &Translations::default()) {
        let _read = Package::read(&packed);
    }
}
