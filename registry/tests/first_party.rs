//! The modules that ship with the host import the contract's interfaces and nothing else.

use std::path::PathBuf;
use vatra_registry::Package;

/// A package that `make packages` built.
fn built(name: &str) -> Result<Package, Box<dyn std::error::Error>> {
    let target =
        || std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../target"), PathBuf::from);
    let folder = std::env::var_os("VATRA_PACKAGES").map_or_else(|| target().join("packages"), PathBuf::from);
    let path = folder.join(format!("{name}.wasm"));
    let bytes = std::fs::read(&path).map_err(|error| format!("{}: {error}: run `make packages`, which builds it", path.display()))?;
    Ok(Package::read(&bytes)?)
}

#[test]
fn the_tax_collector_imports_only_what_it_says() -> Result<(), Box<dyn std::error::Error>> {
    let package = built("tax-collector")?;
    assert_eq!(
        package.imports,
        [
            "vatra:clock/clock@0.1.0",
            "vatra:config/settings@0.1.0",
            "vatra:documents/documents@0.1.0",
            "vatra:jobs/queue@0.1.0",
            "vatra:mnotify/messages@0.1.0",
            "vatra:mpass/caller@0.1.0",
            "vatra:mpay/orders@0.1.0",
            "vatra:registers/registers@0.1.0",
            "vatra:uploads/uploads@0.1.0",
        ]
    );
    let exports = ["events", "jobs", "quotes", "screens"].map(|name| format!("vatra:modules/{name}@0.1.0"));
    assert_eq!(package.exports, exports);
    let asked: Vec<&str> = package.manifest.capabilities.keys().map(|name| name.as_str()).collect();
    assert_eq!(asked, ["config", "documents", "jobs", "mnotify", "mpay", "registers", "uploads"], "it asks for no more than it uses");
    Ok(())
}
