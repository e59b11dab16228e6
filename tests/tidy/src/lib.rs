//! The source tree, for the guards in `tests/`: where it lies, its files, and how findings are told.

pub mod contract;

use std::path::{Path, PathBuf};

/// A file of the tree.
pub struct Source {
    /// Its place beneath the root, with `/` between folders.
    pub path: String,
    /// Its text; none for what is not UTF-8 (typefaces, pictures).
    pub text: Option<String>,
}

impl Source {
    /// `rs`, `ftl`…; empty without one.
    pub fn extension(&self) -> &str {
        self.path.rsplit('/').next().and_then(|name| name.rsplit_once('.')).map_or("", |(_, extension)| extension)
    }
    /// Its first folder.
    pub fn room(&self) -> &str {
        self.path.split('/').next().unwrap_or_default()
    }
    /// Its text, empty for what has none.
    pub fn words(&self) -> &str {
        self.text.as_deref().unwrap_or_default()
    }
}

/// The root of the tree.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).map(Path::to_path_buf).unwrap_or_default()
}

/// Every file of the tree, by path: without what is built or fetched (`target`, `node_modules`, `.venv`) and without the version control's folder and data
/// folders (hidden ones in the root, but for `.ci`).
///
/// # Errors
/// When a folder or file cannot be read.
pub fn sources() -> std::io::Result<Vec<Source>> {
    let mut found = Vec::new();
    walk(&root(), "", &mut found)?;
    found.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(found)
}

fn walk(folder: &Path, prefix: &str, found: &mut Vec<Source>) -> std::io::Result<()> {
    for item in std::fs::read_dir(folder)? {
        let item = item?;
        let name = item.file_name().to_string_lossy().into_owned();
        let path = format!("{prefix}{name}");
        let kind = item.file_type()?;
        if kind.is_dir() {
            let hidden = prefix.is_empty() && name.starts_with('.') && name != ".ci";
            if !hidden && !matches!(name.as_str(), "target" | "node_modules" | ".venv") {
                walk(&item.path(), &format!("{path}/"), found)?;
            }
        } else if kind.is_file() {
            found.push(Source { path, text: String::from_utf8(std::fs::read(item.path())?).ok() });
        }
    }
    Ok(())
}

/// What breaks a rule.
pub struct Findings(String);

impl std::fmt::Debug for Findings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}
impl std::fmt::Display for Findings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}
impl std::error::Error for Findings {}

/// Ok without findings; otherwise all of them, one a line, beneath the rule that they break.
///
/// # Errors
/// The rule and its findings.
pub fn verdict(rule: &str, findings: Vec<String>) -> Result<(), Findings> {
    if findings.is_empty() { Ok(()) } else { Err(Findings(format!("{rule}\n  {}", findings.join("\n  ")))) }
}
