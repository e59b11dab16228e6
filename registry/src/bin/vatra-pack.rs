//! `vatra-pack --module target.wasm --folder plugins/NAME --out NAME.wasm`: makes a package and says what is in it.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use vatra_core::documents::Template;
use vatra_core::ids::Name;
use vatra_registry::{Package, Templates, Translations, pack_with};

const USAGE: &str = "usage: vatra-pack --module MODULE.wasm --folder FOLDER --out PACKAGE.wasm
  MODULE.wasm   a core module or component built for the contract
  FOLDER        holds vatra.toml, translations/{ro,ru,en}.ftl and, if it makes documents, templates/NAME/main.typ
  --unchecked   writes what a host would refuse to install too (for tests of that refusal)
";

struct Arguments {
    module: PathBuf,
    folder: PathBuf,
    out: PathBuf,
    unchecked: bool,
}

fn arguments(mut words: impl Iterator<Item = String>) -> Result<Arguments, String> {
    let (mut module, mut folder, mut out, mut unchecked) = (None, None, None, false);
    while let Some(word) = words.next() {
        let slot = match word.as_str() {
            "--module" => &mut module,
            "--folder" => &mut folder,
            "--out" => &mut out,
            "--unchecked" => {
                unchecked = true;
                continue;
            }
            other => return Err(format!("'{other}' is not an option\n{USAGE}")),
        };
        *slot = Some(PathBuf::from(words.next().ok_or_else(|| format!("{word} wants a path\n{USAGE}"))?));
    }
    let given = |slot: Option<PathBuf>, name: &str| slot.ok_or_else(|| format!("{name} is missing\n{USAGE}"));
    Ok(Arguments { module: given(module, "--module")?, folder: given(folder, "--folder")?, out: given(out, "--out")?, unchecked })
}

fn text(path: &Path) -> Result<String, String> {
    std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
}

/// The templates in `templates/`, a folder each.
fn templates(folder: &Path) -> Result<Templates, String> {
    let mut all = Templates::new();
    let folder = folder.join("templates");
    if !folder.is_dir() {
        return Ok(all);
    }
    for entry in list(&folder)? {
        let wrong = |error: &dyn std::fmt::Display| format!("{}: {error}", entry.display());
        let name = Name::new(entry.file_name().unwrap_or_default().to_string_lossy()).map_err(|error| wrong(&error))?;
        let mut files = BTreeMap::new();
        gather(&entry, "", &mut files)?;
        all.insert(name, Template::new(files).map_err(|error| wrong(&error))?);
    }
    Ok(all)
}

fn list(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let entries = std::fs::read_dir(folder).and_then(|entries| entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>, _>>());
    entries.map_err(|error| format!("{}: {error}", folder.display()))
}

fn gather(folder: &Path, before: &str, files: &mut BTreeMap<String, Vec<u8>>) -> Result<(), String> {
    for entry in list(folder)? {
        let path = format!("{before}{}", entry.file_name().unwrap_or_default().to_string_lossy());
        if entry.is_dir() {
            gather(&entry, &format!("{path}/"), files)?;
        } else {
            files.insert(path, std::fs::read(&entry).map_err(|error| format!("{}: {error}", entry.display()))?);
        }
    }
    Ok(())
}

fn run() -> Result<String, String> {
    let arguments = arguments(std::env::args().skip(1))?;
    let module = std::fs::read(&arguments.module).map_err(|error| format!("{}: {error}", arguments.module.display()))?;
    let manifest = arguments.folder.join("vatra.toml");
    let words = |language: &str| text(&arguments.folder.join("translations").join(format!("{language}.ftl")));
    let translations = Translations { ro: words("ro")?, ru: words("ru")?, en: words("en")? };
    let templates = templates(&arguments.folder)?;
    let bytes = pack_with(&module, &text(&manifest)?, &translations, &templates)
        .map_err(|error| format!("{}: {error}", arguments.folder.display()))?;
    let read = Package::read(&bytes).map_err(|error| format!("{}: {error}", arguments.folder.display()));
    if !arguments.unchecked {
        read.as_ref().map_err(String::clone)?;
    }
    // Put in place when it is whole: a host that reads the folder never sees half a package.
    let partial = arguments.out.with_extension("partial");
    std::fs::write(&partial, &bytes)
        .and_then(|()| std::fs::rename(&partial, &arguments.out))
        .map_err(|error| format!("{}: {error}", arguments.out.display()))?;
    Ok(read.map_or_else(|refusal| format!("written, but a host refuses it: {refusal}\n"), |package| summary(&package, bytes.len())))
}

fn summary(package: &Package, size: usize) -> String {
    let imports: String = package.imports.iter().map(|import| format!("  import  {import}\n")).collect();
    let exports: String = package.exports.iter().map(|export| format!("  export  {export}\n")).collect();
    format!(
        "{} {}\n  digest  sha256:{}\n  size    {size} bytes\n{imports}{exports}",
        package.manifest.name, package.manifest.version, package.digest,
    )
}

fn main() -> ExitCode {
    let (text, code) = match run() {
        Ok(summary) => (summary, ExitCode::SUCCESS),
        Err(message) => (format!("vatra-pack: {message}\n"), ExitCode::FAILURE),
    };
    let written =
        if code == ExitCode::SUCCESS { std::io::stdout().write_all(text.as_bytes()) } else { std::io::stderr().write_all(text.as_bytes()) };
    if written.is_err() { ExitCode::FAILURE } else { code }
}
