//! The contract in `wit/`, read whole.

use crate::root;
use std::error::Error;
use wit_parser::{Resolve, UnresolvedPackageGroup};

/// A folder of contracts as they were released, which is no package.
pub const RELEASED: &str = "released";
/// What is thought through and not released.
pub const DRAFTS: &str = "drafts";

/// The contract, with its drafts.
///
/// # Errors
/// When it cannot be read, or contradicts itself.
pub fn contract() -> Result<Resolve, Box<dyn Error>> {
    let mut folders: Vec<_> = std::fs::read_dir(root().join("wit"))?.collect::<Result<_, _>>()?;
    folders.sort_by_key(std::fs::DirEntry::file_name);
    folders.retain(|item| item.path().is_dir() && item.file_name() != RELEASED);
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
