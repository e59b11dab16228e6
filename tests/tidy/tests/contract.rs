//! The contract, as the linker needs it: every function that can be denied has an answer to deny with.

use std::error::Error;
use vatra_tidy::{root, verdict};
use wit_parser::{Resolve, Type, TypeDefKind, TypeOwner, UnresolvedPackageGroup, WorldItem};

type Outcome = Result<(), Box<dyn Error>>;

/// Packages that are always linked, or hold no functions that a module calls. None of them can be withheld.
const BASE: &[&str] = &["types", "mpass", "clock", "random", "log", "view", "modules"];

fn contract() -> Result<Resolve, Box<dyn Error>> {
    let mut folders: Vec<_> = std::fs::read_dir(root().join("wit"))?.collect::<Result<_, _>>()?;
    folders.retain(|item| item.path().is_dir());
    let mut groups = Vec::new();
    let mut worlds = None;
    for folder in folders {
        let group = UnresolvedPackageGroup::parse_dir(folder.path())?;
        if folder.file_name() == "modules" { worlds = Some(group) } else { groups.push(group) }
    }
    let mut resolve = Resolve::default();
    resolve.push_groups(worlds.ok_or("wit/modules is missing")?, groups).map_err(|error| error.to_string())?;
    Ok(resolve)
}

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
    for (_, package) in resolve.packages.iter().filter(|(_, package)| package.name.name != "modules") {
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
