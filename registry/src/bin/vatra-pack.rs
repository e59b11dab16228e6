//! `vatra-pack --module target.wasm --folder plugins/NAME --out NAME.wasm`: makes a package and says what is in it.

use std::collections::BTreeMap;
use std::io::{IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use vatra_core::documents::Template;
use vatra_core::ids::Name;
use vatra_registry::{Built, Package, Templates, Translations, build, sbom, schema};

const USAGE: &str = "usage: vatra-pack --module MODULE.wasm --folder FOLDER --out PACKAGE.wasm [--sbom LIST.json] [--json]
       vatra-pack --schema
  MODULE.wasm   a core module or component built for the contract
  FOLDER        holds vatra.toml, translations/{ro,ru,en}.ftl and, if it makes documents, templates/NAME/main.typ
  --sbom        also writes what the module is made of (CycloneDX), from the Cargo.lock of the folder or of one above it
  --json        says what is wrong, or what was made, as JSON
  --unchecked   writes what a host would refuse to install too (for tests of that refusal)
  --schema      writes the JSON Schema of vatra.toml and ends
";

struct Arguments {
    module: PathBuf,
    folder: PathBuf,
    out: PathBuf,
    sbom: Option<PathBuf>,
    unchecked: bool,
    json: bool,
}

fn arguments(mut words: impl Iterator<Item = String>) -> Result<Arguments, String> {
    let (mut module, mut folder, mut out, mut sbom, mut unchecked, mut json) = (None, None, None, None, false, false);
    while let Some(word) = words.next() {
        let slot = match word.as_str() {
            "--module" => &mut module,
            "--folder" => &mut folder,
            "--out" => &mut out,
            "--sbom" => &mut sbom,
            "--unchecked" => {
                unchecked = true;
                continue;
            }
            "--json" => {
                json = true;
                continue;
            }
            other => return Err(format!("'{other}' is not an option\n{USAGE}")),
        };
        *slot = Some(PathBuf::from(words.next().ok_or_else(|| format!("{word} wants a path\n{USAGE}"))?));
    }
    let given = |slot: Option<PathBuf>, name: &str| slot.ok_or_else(|| format!("{name} is missing\n{USAGE}"));
    Ok(Arguments {
        module: given(module, "--module")?,
        folder: given(folder, "--folder")?,
        out: given(out, "--out")?,
        sbom,
        unchecked,
        json,
    })
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
    for entry in entries(&folder)? {
        let wrong = |error: &dyn std::fmt::Display| format!("{}: {error}", entry.display());
        let name = Name::new(entry.file_name().unwrap_or_default().to_string_lossy()).map_err(|error| wrong(&error))?;
        let mut files = BTreeMap::new();
        gather(&entry, "", &mut files)?;
        all.insert(name, Template::new(files).map_err(|error| wrong(&error))?);
    }
    Ok(all)
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let entries = std::fs::read_dir(folder).and_then(|entries| entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>, _>>());
    entries.map_err(|error| format!("{}: {error}", folder.display()))
}

fn gather(folder: &Path, before: &str, files: &mut BTreeMap<String, Vec<u8>>) -> Result<(), String> {
    for entry in entries(folder)? {
        let path = format!("{before}{}", entry.file_name().unwrap_or_default().to_string_lossy());
        if entry.is_dir() {
            gather(&entry, &format!("{path}/"), files)?;
        } else {
            files.insert(path, std::fs::read(&entry).map_err(|error| format!("{}: {error}", entry.display()))?);
        }
    }
    Ok(())
}

/// Put in place when it is whole: a host that reads the folder never sees half a package.
fn write(path: &Path, bytes: &[u8]) -> Result<(), String> {
    let partial = path.with_extension("partial");
    let written = std::fs::write(&partial, bytes).and_then(|()| std::fs::rename(&partial, path));
    written.map_err(|error| format!("{}: {error}", path.display()))
}

/// What the module is made of: its crate is the folder's, the lock file the nearest above.
fn list(package: &Package, folder: &Path) -> Result<String, String> {
    let cargo = folder.join("Cargo.toml");
    let wrong = |error: &dyn std::fmt::Display| format!("{}: {error}", cargo.display());
    let table: toml::Table = text(&cargo)?.parse().map_err(|error| wrong(&error))?;
    let name = table.get("package").and_then(|package| package.get("name")).and_then(toml::Value::as_str);
    let name = name.ok_or_else(|| wrong(&"it names no package"))?;
    let folder = folder.canonicalize().map_err(|error| format!("{}: {error}", folder.display()))?;
    let lock = folder.ancestors().map(|above| above.join("Cargo.lock")).find(|lock| lock.is_file());
    let lock = lock.ok_or_else(|| format!("{}: neither here nor above is a Cargo.lock", folder.display()))?;
    let list = sbom::of_cargo(package, name, &text(&lock)?).map_err(|error| format!("{}: {error}", lock.display()))?;
    Ok(sbom::text(&list))
}

/// What is told of a build that went well.
struct Told {
    /// To the standard output.
    summary: String,
    /// To the standard error: what is odd.
    warnings: String,
}

fn run(arguments: &Arguments) -> Result<Told, String> {
    let module = std::fs::read(&arguments.module).map_err(|error| format!("{}: {error}", arguments.module.display()))?;
    let manifest = arguments.folder.join(vatra_registry::source::FILE);
    let words = |language: &str| text(&arguments.folder.join("translations").join(format!("{language}.ftl")));
    let translations = Translations { ro: words("ro")?, ru: words("ru")?, en: words("en")? };
    let templates = templates(&arguments.folder)?;
    let built = build(&module, &manifest.display().to_string(), &text(&manifest)?, &translations, &templates);
    let drawn = if arguments.json { String::new() } else { drawn(&built) };
    let bytes = match &built.bytes {
        Some(bytes) if built.is_whole() || arguments.unchecked => bytes,
        _ if arguments.json => return Err(json(&built)),
        // The manifest's mistakes say more than that there are some.
        _ if built.diagnostics.has_errors() => return Err(drawn),
        _ => return Err(format!("{drawn}{}: {}", arguments.folder.display(), refusal(&built))),
    };
    write(&arguments.out, bytes)?;
    if let (Some(path), Ok(package)) = (&arguments.sbom, &built.package) {
        write(path, list(package, &arguments.folder)?.as_bytes())?;
    }
    let summary = match &built.package {
        _ if arguments.json => json(&built),
        Ok(package) => summary(package, bytes.len()),
        Err(refusal) => format!("written, but a host refuses it: {refusal}\n"),
    };
    Ok(Told { summary, warnings: if arguments.unchecked { String::new() } else { drawn } })
}

fn refusal(built: &Built) -> String {
    built.package.as_ref().err().map(ToString::to_string).unwrap_or_default()
}

/// Everything that is wrong or odd, with its place.
fn drawn(built: &Built) -> String {
    if built.diagnostics.all.is_empty() {
        return String::new();
    }
    let colours = std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    format!("\n{}", built.diagnostics.render(colours, 100))
}

fn json(built: &Built) -> String {
    let mut told = built.diagnostics.json();
    if let Some(map) = told.as_object_mut() {
        match &built.package {
            Ok(package) => {
                map.insert("name".into(), package.manifest.name.as_str().into());
                map.insert("version".into(), package.manifest.version.as_str().into());
                map.insert("digest".into(), format!("sha256:{}", package.digest).into());
                map.insert("size".into(), built.bytes.as_ref().map_or(0, Vec::len).into());
                map.insert("imports".into(), package.imports.clone().into());
                map.insert("exports".into(), package.exports.clone().into());
            }
            Err(refusal) => {
                map.insert("refused".into(), refusal.to_string().into());
            }
        }
    }
    format!("{told:#}\n")
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
    let mut words = std::env::args().skip(1).peekable();
    if words.peek().is_some_and(|word| word == "--schema") {
        return told(&schema::text(), "", ExitCode::SUCCESS);
    }
    let arguments = match arguments(words) {
        Ok(arguments) => arguments,
        Err(message) => return told("", &format!("vatra-pack: {message}\n"), ExitCode::from(2)),
    };
    match run(&arguments) {
        Ok(Told { summary, warnings }) => told(&summary, &warnings, ExitCode::SUCCESS),
        Err(message) if arguments.json && message.starts_with('{') => told(&message, "", ExitCode::FAILURE),
        Err(message) => told("", &format!("vatra-pack: {}\n", message.trim_end()), ExitCode::FAILURE),
    }
}

fn told(out: &str, err: &str, code: ExitCode) -> ExitCode {
    let written = std::io::stdout().write_all(out.as_bytes()).and_then(|()| std::io::stderr().write_all(err.as_bytes()));
    if written.is_err() { ExitCode::FAILURE } else { code }
}
