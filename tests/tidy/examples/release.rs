//! Writes the contract as it is released to `wit/released/VERSION.wit`, without docs and drafts: `cargo run -p vatra-tidy --example release`.

use std::error::Error;
use vatra_tidy::contract::{DRAFTS, RELEASED, contract};
use vatra_tidy::root;
use wit_component::WitPrinter;
use wit_parser::PackageId;

fn main() -> Result<(), Box<dyn Error>> {
    let now = contract()?;
    let (name, main) = now.package_names.iter().find(|(name, _)| name.name == "modules").ok_or("no worlds")?;
    let version = name.version.as_ref().ok_or("vatra:modules has no version")?;
    let released = |name: &str| name != "modules" && name != DRAFTS;
    let others: Vec<PackageId> = now.package_names.iter().filter(|(name, _)| released(&name.name)).map(|(_, id)| *id).collect();
    let mut printer = WitPrinter::default();
    printer.emit_docs(false).print(&now, *main, &others)?;
    let file = root().join("wit").join(RELEASED).join(format!("{}.{}.wit", version.major, version.minor));
    Ok(std::fs::write(file, printer.output.to_string())?)
}
