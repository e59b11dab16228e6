//! The demo: three municipalities with invented officials, the tax collector's module installed and granted in one of them. Seeding goes as
//! often as one likes: what is there stays as it is.

mod people;

use crate::app::{App, AppError, By, GrantChange, PackagesError};
use people::{MUNICIPALITIES, Municipality, Person};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use vatra_core::call::{Official, Tenant};
use vatra_core::ids::{Name, SubjectId, TenantId};
use vatra_core::value::Value;

/// A small tax roll of invented people, with the faults that real ones have.
const ROLL: &str = include_str!("roll.csv");
/// Where it is put, in the data folder.
const ROLL_PLACE: &str = "sample/rol-mic.csv";
/// The package of the demo's module.
const PACKAGE: &str = "tax-collector.wasm";
/// Where the demo looks for packages if nobody says.
pub const PACKAGES_VARIABLE: &str = "VATRA_PACKAGES";

/// A file by which a data folder is known as a demo's.
pub const MARK: &str = "demo";

/// What the demo began with.
pub struct Seeded {
    /// The small roll, to try the import with.
    pub roll: PathBuf,
    /// Municipalities, and the titles, names and handles of their officials.
    pub people: Vec<(Tenant, Vec<Official>)>,
}

/// The folder with packages: the one that was named, or the environment's, or the one beside or above the program.
///
/// # Errors
/// [`AppError::NotFound`] with every place that was looked at.
pub fn packages(named: Option<&Path>) -> Result<PathBuf, AppError> {
    let mut places: Vec<PathBuf> = named.map(Path::to_owned).into_iter().collect();
    if places.is_empty() {
        places.extend(std::env::var_os(PACKAGES_VARIABLE).map(PathBuf::from));
        let program = std::env::current_exe().ok();
        places.extend(program.iter().flat_map(|program| program.ancestors().skip(1).take(2)).map(|folder| folder.join("packages")));
    }
    if let Some(found) = places.iter().find(|place| place.join(PACKAGE).is_file()) {
        return Ok(found.clone());
    }
    let places: Vec<String> = places.iter().map(|place| place.display().to_string()).collect();
    let mend = format!("build it with `make packages`, or name the folder with --packages or {PACKAGES_VARIABLE}");
    Err(AppError::NotFound(format!("{PACKAGE} is not in {}: {mend}", places.join(", "))))
}

/// Marks a data folder as a demo's.
///
/// # Errors
/// [`AppError::Data`] when it cannot be written.
pub fn mark(data: &Path) -> Result<(), AppError> {
    let place = data.join(MARK);
    std::fs::write(&place, "Invented data, made by `vatra demo`.\n").map_err(|cause| AppError::Data { path: place, cause })
}

/// Fills the data folder, as far as it is not filled. What an administrator has changed since stays changed; a package that was built anew is
/// installed as the next version.
///
/// # Errors
/// [`AppError`].
pub async fn seed(app: &Arc<App>, data: &Path, packages: &Path) -> Result<Seeded, AppError> {
    let place = packages.join(PACKAGE);
    let package = std::fs::read(&place).map_err(|cause| AppError::Data { path: place, cause })?;
    let mut people = Vec::new();
    for municipality in MUNICIPALITIES {
        let tenant = municipality_of(app, municipality).await?;
        for person in municipality.people {
            official(app, &tenant, person).await?;
        }
        if let Some(iban) = municipality.treasury {
            module(app, &tenant, &package, iban).await?;
        }
        let officials = app.store.officials(tenant.id).await?;
        people.push((tenant, officials));
    }
    let roll = data.join(ROLL_PLACE);
    let write = || -> std::io::Result<()> {
        if let Some(folder) = roll.parent() {
            std::fs::create_dir_all(folder)?;
        }
        std::fs::write(&roll, ROLL)
    };
    write().map_err(|cause| AppError::Data { path: roll.clone(), cause })?;
    Ok(Seeded { roll, people })
}

async fn municipality_of(app: &App, municipality: &Municipality) -> Result<Tenant, AppError> {
    let slug = name(municipality.slug)?;
    if let Some(tenant) = app.store.tenant_by_slug(slug.as_str()).await? {
        return Ok(tenant);
    }
    let tenant = Tenant {
        id: TenantId::fresh(),
        slug,
        name: municipality.name.to_owned(),
        district: municipality.district.to_owned(),
        cuatm: municipality.cuatm.to_owned(),
        idno: municipality.idno.to_owned(),
    };
    app.add_tenant(&tenant, By::OPERATOR).await?;
    let text = |name: &str, text: String| (name.to_owned(), Value::Text(text));
    let details = [
        text("address", format!("str. Independenței 1, {}", municipality.name)),
        text("phone", "0236 00 000".to_owned()),
        text("email", format!("primaria@{}.exemplu.md", municipality.slug)),
        text("contact", "Secretarul consiliului local".to_owned()),
    ];
    let today = app.clock.now().civil_date();
    app.enact(&tenant, vatra_core::settings::DETAILS, today, vec![details.into()], "", By::OPERATOR).await?;
    Ok(tenant)
}

async fn official(app: &App, tenant: &Tenant, person: &Person) -> Result<(), AppError> {
    let handle = name(person.handle)?;
    if app.store.officials(tenant.id).await?.iter().any(|official| official.handle == handle) {
        return Ok(());
    }
    let roles = person.roles.iter().map(|role| name(role)).collect::<Result<_, _>>()?;
    let official = Official { person: SubjectId::fresh(), handle, name: person.name.to_owned(), idnp: person.idnp.to_owned(), roles };
    app.put_official(tenant, &official, By::OPERATOR).await
}

async fn module(app: &App, tenant: &Tenant, package: &[u8], iban: &str) -> Result<(), AppError> {
    let read = vatra_registry::Package::read(package).map_err(PackagesError::from)?;
    let module = &read.manifest.name;
    let installed = app.store.installed(tenant.id).await?.into_iter().find(|installed| installed.module == *module);
    if installed.as_ref().is_none_or(|installed| installed.digest != read.digest && installed.disabled_at.is_none()) {
        app.install(tenant, package, By::OPERATOR).await?;
    }
    let given = app.store.grants(tenant.id, module).await?;
    for (capability, request) in &read.manifest.capabilities {
        if given.iter().any(|grant| grant.capability == *capability) {
            continue;
        }
        let mut change = GrantChange::default();
        if let Some(vatra_core::manifest::Param::Set(accounts)) = request.parameters.get("accounts") {
            change.settings.extend(accounts.iter().map(|account| (format!("account.{account}"), iban.to_owned())));
        }
        app.grant(tenant, module, capability, change, By::OPERATOR).await?;
    }
    Ok(())
}

fn name(text: &str) -> Result<Name, AppError> {
    Name::new(text).map_err(|error| AppError::Usage(error.to_string()))
}
