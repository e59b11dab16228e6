//! A host to be measured, in a folder of its own.

use anyhow::{Context, Result};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use vatra_core::call::{Channel, Official, Tenant};
use vatra_core::clock::SystemClock;
use vatra_core::ids::{EntryId, Name, SubjectId, TenantId};
use vatra_core::manifest::{Language, Param};
use vatra_core::unit::{NewEntry, Subject, Unit};
use vatra_core::value::{EntryRef, Value};
use vatra_hosting_tests::{NOON, package};
use vatra_registry::Translations;
use vatra_runtime::Config;
use vatra_server::app::{App, By, GrantChange, Options};

/// The official of every municipality.
pub(crate) const IDNP: &str = "2000000000007";
/// Entries of [`people`].
const PEOPLE: usize = 1_000;

/// Opens a host on this folder, as `vatra serve` does.
pub(crate) async fn open(folder: &Path, database: Option<String>) -> Result<Arc<App>> {
    let options = Options { data: folder.to_owned(), database, clock: Arc::new(SystemClock), engine: Config::default(), invented: true };
    Ok(App::open(options).await?)
}

/// Adds a municipality with an official.
pub(crate) async fn municipality(app: &App, slug: &str, number: usize) -> Result<Tenant> {
    let (id, slug, cuatm) = (TenantId::fresh(), Name::new(slug)?, format!("{number:07}"));
    let tenant = Tenant { id, name: slug.to_string(), slug, district: "Ungheni".into(), cuatm, idno: String::new() };
    app.add_tenant(&tenant, By::OPERATOR).await?;
    let roles = ["tester", "tax-collector", "accountant", "administrator"].into_iter().map(Name::new).collect::<Result<_, _>>()?;
    let (person, handle, name) = (SubjectId::fresh(), Name::new("ana")?, "Ana Verificatoare".to_owned());
    app.put_official(&tenant, &Official { person, handle, name, idnp: IDNP.into(), roles }, By::OPERATOR).await?;
    Ok(tenant)
}

/// Installs a package; what it asks for is granted by [`grant`].
pub(crate) async fn install(app: &App, tenant: &Tenant, bytes: &[u8]) -> Result<Arc<vatra_registry::Package>> {
    Ok(app.install(tenant, bytes, By::OPERATOR).await?)
}

/// Grants everything that a module asks for.
pub(crate) async fn grant(app: &App, tenant: &Tenant, package: &vatra_registry::Package) -> Result<()> {
    for (capability, request) in &package.manifest.capabilities {
        let mut change = GrantChange::default();
        if let Some(Param::Set(accounts)) = request.parameters.get("accounts") {
            change.settings = accounts.iter().map(|account| (format!("account.{account}"), "MD38TRPBAA113110A01234AA".into())).collect();
        }
        app.grant(tenant, &package.manifest.name, capability, change, By::OPERATOR).await?;
    }
    Ok(())
}

/// Both, of a package that was built.
pub(crate) async fn put(app: &App, tenant: &Tenant, name: &str) -> Result<Name> {
    let package = install(app, tenant, &package(name)?).await?;
    grant(app, tenant, &package).await?;
    Ok(package.manifest.name.clone())
}

/// The context of a call by the official.
pub(crate) async fn context(app: &App, tenant: &Tenant, module: &Name) -> Result<vatra_core::call::CallContext> {
    let ana = app.official(tenant, IDNP).await?;
    Ok(app.context(tenant, module, &ana, Channel::Portal, Language::Ro))
}

/// People in the register of the module `lookup`: codes `p-0`, `p-1`…
pub(crate) async fn people(app: &App, tenant: &Tenant, module: &Name) -> Result<()> {
    let mut unit = unit(app, tenant, module, "lookup-people").await?;
    for index in 0..PEOPLE {
        person(&mut unit, "lookup-people", index)?;
    }
    app.store.commit(tenant.id, unit).await?;
    Ok(())
}

/// An empty unit of work that may write into this register.
pub(crate) async fn unit(app: &App, tenant: &Tenant, module: &Name, register: &str) -> Result<Unit> {
    let binding = app.runtime.binding(tenant.id, module).await?;
    let schema = binding.manifest.register(register).context("the register")?;
    let mut unit = Unit::new(NOON, None, module.clone());
    unit.schemas.insert(schema.name.clone(), schema.clone());
    Ok(unit)
}

/// A person and an entry about them, of a register with `code` and `who`.
pub(crate) fn person(unit: &mut Unit, register: &str, index: usize) -> Result<()> {
    let id = SubjectId::fresh();
    unit.subjects.push(Subject { id, company: false, idn: Some(format!("3{index:012}")), name: format!("Pîslaru Ana{index}") });
    let fields = BTreeMap::from([("code".to_owned(), Value::Text(format!("p-{index}"))), ("who".to_owned(), Value::Subject(id))]);
    unit.entries.push(NewEntry { at: EntryRef { register: Name::new(register)?, id: EntryId::fresh() }, fields });
    Ok(())
}

/// The same component as another module: its name changed, hence its digest, compiled and linked apart.
pub(crate) fn renamed(bytes: &[u8], name: &str) -> Result<Vec<u8>> {
    let mut rest = bytes.get(8..).context("a component")?;
    let mut plain = bytes.get(..8).context("a component")?.to_vec();
    let mut own: BTreeMap<String, String> = BTreeMap::new();
    while let Some((id, after)) = rest.split_first() {
        let (size, after) = leb(after).context("a section's size")?;
        let (content, after) = after.split_at_checked(size).context("a section")?;
        if *id == 0
            && let Some((length, text)) = leb(content)
            && let Some((title, payload)) = text.split_at_checked(length)
            && title.starts_with(b"vatra:")
        {
            own.insert(String::from_utf8(title.to_vec())?, String::from_utf8(payload.to_vec())?);
        } else {
            plain.extend_from_slice(rest.get(..rest.len() - after.len()).context("a section")?);
        }
        rest = after;
    }
    let manifest = own.remove("vatra:manifest").context("the manifest")?;
    let own_name = |line: &str| if line.starts_with("name = ") { format!("name = \"{name}\"") } else { line.to_owned() };
    let head = manifest.lines().position(|line| line.starts_with('[')).context("the manifest's tables")?;
    let renamed: Vec<String> =
        manifest.lines().enumerate().map(|(at, line)| if at < head { own_name(line) } else { line.to_owned() }).collect();
    let mut words = |code: &str| own.remove(&format!("vatra:translations:{code}")).unwrap_or_default();
    let translations = Translations { ro: words("ro"), ru: words("ru"), en: words("en") };
    Ok(vatra_registry::pack(&plain, &renamed.join("\n"), &translations)?)
}

fn leb(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let mut value = 0usize;
    for (index, byte) in bytes.iter().enumerate().take(5) {
        value |= usize::from(byte & 0x7f) << (7 * index);
        if byte & 0x80 == 0 {
            return Some((value, bytes.get(index + 1..)?));
        }
    }
    None
}
