//! The modules that ship with the host import the contract's interfaces and nothing else.

use std::path::PathBuf;
use vatra_registry::Package;

/// A package that `make packages` built.
fn built(name: &str) -> Result<Package, Box<dyn std::error::Error>> {
    Ok(Package::read(&bytes(name)?)?)
}

fn bytes(name: &str) -> Result<Vec<u8>, Box<dyn std::error::Error>> {
    let target =
        || std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../target"), PathBuf::from);
    let folder = std::env::var_os("VATRA_PACKAGES").map_or_else(|| target().join("packages"), PathBuf::from);
    let path = folder.join(format!("{name}.wasm"));
    Ok(std::fs::read(&path).map_err(|error| format!("{}: {error}: run `make packages`, which builds it", path.display()))?)
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

#[test]
fn what_ships_with_the_host_asks_for_what_it_uses_and_says_so() -> Result<(), Box<dyn std::error::Error>> {
    for name in ["appointments", "secretary", "service-centre", "tax-collector"] {
        let package = built(name)?;
        assert_eq!(package.warnings(), Vec::new(), "{name}");
        assert_eq!(package.manifest.publisher_id.as_ref().map(|id| id.as_str()), Some("vatra"), "{name}");
        let report = vatra_registry::inspect(&bytes(name)?)?;
        assert!(report.refusal.is_none() && !report.permissions.is_empty(), "{name}");
        assert!(report.permissions.iter().all(|it| it.standing == vatra_registry::inspect::Standing::Used), "{name}");
        let difference = vatra_registry::Difference::between(&package.manifest, &package.manifest);
        assert!(difference.is_empty(), "{name}");
    }
    Ok(())
}
