//! Packages: the sections of a component, what it imports and exports.

use vatra_core::manifest::Language;
use vatra_registry::{Package, Translations, inspect, pack};
use vatra_view::Catalogue;

/// How a component begins. Core modules are made components by their maker's tools, never by a host: those tools may give up in their own way.
const COMPONENT: &[u8] = b"\0asm\x0d\0\x01\0";

/// A package that a host takes.
const REAL: &[u8] = include_bytes!("../corpus/package/well-behaved");

/// How many bytes of it are altered at most.
const MOST_ALTERED: usize = 64;

/// A package is refused, or whole; whatever is packed is refused or read; and the same holds of a whole package that was altered here and there.
pub fn package(data: &[u8]) {
    one(data);
    let mut altered = REAL.to_vec();
    for edit in data.chunks_exact(3).take(MOST_ALTERED) {
        if let [high, low, byte] = *edit {
            let at = usize::from(u16::from_be_bytes([high, low])) % altered.len();
            altered.iter_mut().skip(at).take(1).for_each(|slot| *slot = byte);
        }
    }
    one(&altered);
}

/// What is looked at is told in every language, and is refused for exactly what a host refuses it for.
fn looked_at(data: &[u8]) {
    let read = Package::read(data);
    match inspect(data) {
        Ok(report) => {
            assert_eq!(report.refusal, read.err().map(|refusal| refusal.to_string()));
            assert_eq!(report.size, data.len());
            for language in [Language::Ro, Language::Ru, Language::En] {
                assert!(report.text(language).contains(&report.version));
            }
        }
        Err(_) => assert!(read.is_err(), "a package that a host takes cannot be looked at"),
    }
}

fn one(data: &[u8]) {
    looked_at(data);
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
