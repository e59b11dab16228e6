//! The contract, as the linker needs it: every function that can be denied has an answer to deny with.

use std::error::Error;
use vatra_tidy::contract::{DRAFTS, RELEASED, contract};
use vatra_tidy::{root, verdict};
use wit_component::WitPrinter;
use wit_parser::{PackageId, PackageName, Resolve, Type, TypeDefKind, TypeOwner, WorldItem};

type Outcome = Result<(), Box<dyn Error>>;

/// Packages that are always linked, or hold no functions that a module calls. None of them can be withheld.
const BASE: &[&str] = &["types", "mpass", "clock", "random", "log", "view", "modules"];

/// Whether the type is `failure` of `vatra:types/values`, by whatever names it was brought there.
fn is_failure(resolve: &Resolve, mut kind: Type) -> bool {
    while let Type::Id(id) = kind {
        let Some(found) = resolve.types.get(id) else { return false };
        if let TypeDefKind::Type(next) = found.kind {
            kind = next;
            continue;
        }
        let TypeOwner::Interface(owner) = found.owner else { return false };
        let owner = resolve.interfaces.get(owner);
        let package = owner.and_then(|owner| owner.package).and_then(|package| resolve.packages.get(package));
        return found.name.as_deref() == Some("failure")
            && owner.and_then(|owner| owner.name.as_deref()) == Some("values")
            && package.is_some_and(|package| package.name.namespace == "vatra" && package.name.name == "types");
    }
    false
}

#[test]
fn every_function_that_can_be_withheld_can_answer_denied() -> Outcome {
    let resolve = contract()?;
    let (mut seen, mut findings) = (0, Vec::new());
    for (_, package) in resolve.packages.iter().filter(|(_, package)| !BASE.contains(&package.name.name.as_str())) {
        for (interface, id) in &package.interfaces {
            for (name, function) in resolve.interfaces.get(*id).into_iter().flat_map(|interface| &interface.functions) {
                seen += 1;
                let denies = match function.result {
                    Some(Type::Id(id)) => match resolve.types.get(id).map(|found| &found.kind) {
                        Some(TypeDefKind::Result(result)) => result.err.is_some_and(|error| is_failure(&resolve, error)),
                        _ => false,
                    },
                    _ => false,
                };
                if !denies {
                    findings.push(format!("{}/{interface}: {name}", package.name));
                }
            }
        }
    }
    assert!(seen > 30, "the contract's functions were not found");
    Ok(verdict("a function outside the base packages returns `result<…, failure>`", findings)?)
}

#[test]
fn every_interface_that_modules_may_import_is_in_their_world() -> Outcome {
    let resolve = contract()?;
    let imports = resolve.worlds.iter().find(|(_, world)| world.name == "imports").ok_or("no world `imports`")?.1;
    let interface = |item: &WorldItem| if let WorldItem::Interface { id, .. } = item { Some(*id) } else { None };
    let imported: Vec<_> = imports.imports.values().filter_map(interface).collect();
    let mut findings = Vec::new();
    for (_, package) in resolve.packages.iter().filter(|(_, package)| !["modules", DRAFTS].contains(&package.name.name.as_str())) {
        let absent = package.interfaces.iter().filter(|(_, id)| !imported.contains(id));
        findings.extend(absent.map(|(name, _)| format!("{}/{name}", package.name)));
    }
    Ok(verdict("every interface of the contract is in the world `imports` of wit/modules", findings)?)
}

#[test]
fn packages_say_what_they_are_for() -> Outcome {
    let resolve = contract()?;
    let silent =
        resolve.packages.iter().filter(|(_, package)| package.docs.contents.is_none()).map(|(_, package)| package.name.to_string());
    Ok(verdict("every package of the contract is documented", silent.collect())?)
}

/// A package without its docs, always written in the same way.
fn plain(resolve: &Resolve, package: PackageId) -> Result<String, Box<dyn Error>> {
    let mut printer = WitPrinter::default();
    printer.emit_docs(false).print(resolve, package, &[])?;
    Ok(printer.output.to_string())
}

/// Modules are built against what was released, and are checked type by type: whatever changes is another version, which the host serves beside it.
#[test]
fn what_was_released_stays_as_it_was() -> Outcome {
    let now = contract()?;
    let here = |name: &PackageName| now.package_names.get(name).copied();
    let (mut seen, mut findings) = (0, Vec::new());
    for file in std::fs::read_dir(root().join("wit").join(RELEASED))? {
        let mut then = Resolve::default();
        then.push_path(file?.path())?;
        for (name, package) in &then.package_names {
            seen += 1;
            match here(name) {
                Some(present) if plain(&now, present)? == plain(&then, *package)? => {}
                Some(_) => findings.push(format!("{name} is no longer what was released")),
                None => {
                    let later = |other: &PackageName| {
                        (&other.namespace, &other.name) == (&name.namespace, &name.name) && other.version > name.version
                    };
                    if !now.package_names.keys().any(later) {
                        findings.push(format!("{name} is gone, and no later version is there"));
                    }
                }
            }
        }
    }
    assert!(seen >= 20, "the released contract was not found");
    Ok(verdict("what was released does not change: a change is a new version of its package (wit/README, Versions)", findings)?)
}
