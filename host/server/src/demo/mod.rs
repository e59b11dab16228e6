//! The demo: three municipalities with invented officials, the first-party modules installed and granted in one of them. Seeding goes as
//! often as one likes: what is there stays as it is.

mod people;

use crate::app::{App, AppError, By, GrantChange, PackagesError};
use people::{Counter, DESKS, MUNICIPALITIES, Municipality, Person};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use vatra_core::appointments::{AppointmentChange, Hours, Schedule};
use vatra_core::call::{Official, Tenant};
use vatra_core::ids::{Name, SubjectId, TenantId};
use vatra_core::settings::COUNTERS;
use vatra_core::store::CommitError;
use vatra_core::unit::Unit;
use vatra_core::value::{Decimal, Fields, Money, Value};

/// A small tax roll of invented people, with the faults that real ones have.
const ROLL: &str = include_str!("roll.csv");
/// Where it is put, in the data folder.
const ROLL_PLACE: &str = "sample/rol-mic.csv";
/// The packages of the demo's modules.
const PACKAGES: [&str; 4] = ["tax-collector.wasm", "secretary.wasm", "service-centre.wasm", "appointments.wasm"];
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
    if let Some(found) = places.iter().find(|place| PACKAGES.iter().all(|package| place.join(package).is_file())) {
        return Ok(found.clone());
    }
    let places: Vec<String> = places.iter().map(|place| place.display().to_string()).collect();
    let mend = format!("build it with `make packages`, or name the folder with --packages or {PACKAGES_VARIABLE}");
    Err(AppError::NotFound(format!("{} are not in {}: {mend}", PACKAGES.join(" and "), places.join(", "))))
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
    let read = |name: &str| {
        let place = packages.join(name);
        std::fs::read(&place).map_err(|cause| AppError::Data { path: place, cause })
    };
    let packages = PACKAGES.into_iter().map(read).collect::<Result<Vec<_>, _>>()?;
    let mut people = Vec::new();
    for municipality in MUNICIPALITIES {
        let tenant = municipality_of(app, municipality).await?;
        for person in municipality.people {
            official(app, &tenant, person).await?;
        }
        if let Some(iban) = municipality.treasury {
            for package in &packages {
                module(app, &tenant, package, iban).await?;
            }
            settle(app, &tenant).await?;
            counters(app, &tenant).await?;
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

/// Rates and fees as a council might have set them, where none were entered yet.
async fn settle(app: &App, tenant: &Tenant) -> Result<(), AppError> {
    let choice = |code: &str| Value::Choice(code.to_owned());
    let decimal = |text: &str| Decimal::new(text).map_or(Value::None, Value::Decimal);
    let rate = |category: &str, unit: &str, rate: &str| -> Fields {
        [("category", choice(category)), ("unit", choice(unit)), ("rate", decimal(rate))]
            .map(|(name, value)| (name.to_owned(), value))
            .into()
    };
    let one = |value: Value| -> Vec<Fields> { vec![[("value".to_owned(), value)].into()] };
    let rates = vec![
        rate("agricultural-land", "lei-per-hectare", "110"),
        rate("building-land", "percent", "0.3"),
        rate("garden", "lei-per-hectare", "100"),
        rate("orchard", "lei-per-hectare", "115"),
        rate("dwelling", "percent", "0.1"),
        rate("commercial", "percent", "0.3"),
    ];
    let settings = [("tax-rates", rates), ("certificate-fee", one(Value::Money(Money(2_500))))];
    let year = app.clock.now().civil_date();
    let first = chrono::Datelike::with_ordinal(&year, 1).unwrap_or(year);
    for (setting, rows) in settings {
        if app.store.snapshot(tenant.id).await?.setting(setting).await?.is_empty() {
            app.enact(tenant, setting, first, rows, "Decizia nr. 7/4", By::OPERATOR).await?;
        }
    }
    Ok(())
}

/// Two counters with their weeks, where none were entered yet.
async fn counters(app: &App, tenant: &Tenant) -> Result<(), AppError> {
    if !app.store.snapshot(tenant.id).await?.setting(COUNTERS).await?.is_empty() {
        return Ok(());
    }
    let row = |one: &Counter| -> Fields {
        [("id", one.id), ("title", one.title), ("place", one.place)]
            .map(|(name, text)| (name.to_owned(), Value::Text(text.to_owned())))
            .into()
    };
    let now = app.clock.now();
    app.enact(tenant, COUNTERS, now.civil_date(), DESKS.iter().map(row).collect(), "", By::OPERATOR).await?;
    let mut unit = Unit::new(now, None, name("service-centre")?);
    for one in DESKS {
        let hours = one.hours.iter().flat_map(|(weekdays, opens, closes)| {
            weekdays.iter().map(|weekday| Hours { weekday: *weekday, opens: *opens, closes: *closes, minutes: one.minutes, places: 1 })
        });
        let services = one.services.iter().map(|service| name(service)).collect::<Result<_, _>>()?;
        let schedule = Schedule { counter: name(one.id)?, since: now.civil_date(), services, hours: hours.collect() };
        unit.appointments.push(AppointmentChange::Schedule(schedule));
    }
    match app.store.commit(tenant.id, unit).await {
        Err(CommitError::Store(error)) => Err(error.into()),
        // Whoever was quicker entered the weeks.
        _ => Ok(()),
    }
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
