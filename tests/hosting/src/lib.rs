//! A host in a temporary folder with two municipalities, for tests that install modules and call them.

mod calls;
pub mod fixture;
pub mod press;

pub use calls::{On, Said, entries_in};

use anyhow::{Context, Result, anyhow};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use vatra_core::call::{Channel, Official, Tenant};
use vatra_core::clock::{FixedClock, Instant};
use vatra_core::ids::{Name, SubjectId, TenantId};
use vatra_core::manifest::Language;
use vatra_runtime::{CallError, Config, File};
use vatra_server::app::{Act, Acted, App, AppError, By, GrantChange, Options, Shown};

/// Noon of 1 October 2026 in Chișinău.
pub const NOON: Instant = Instant(1_790_845_200_000);

/// The folder of packages that the build left.
pub fn packages() -> PathBuf {
    std::env::var_os("VATRA_PACKAGES").map(PathBuf::from).unwrap_or_else(|| target().join("packages"))
}

/// The folder that cargo builds into.
pub fn target() -> PathBuf {
    let workspace = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    std::env::var_os("CARGO_TARGET_DIR").map(PathBuf::from).unwrap_or_else(|| workspace.join("target"))
}

/// A package's bytes.
///
/// # Errors
/// When it was not built.
pub fn package(name: &str) -> Result<Vec<u8>> {
    let path = packages().join(format!("{name}.wasm"));
    std::fs::read(&path).with_context(|| format!("{} is missing: run `make test`, which builds it", path.display()))
}

/// A host with two municipalities, Sculeni and Lozova, and an official of every role in each.
pub struct House {
    /// The host.
    pub app: Arc<App>,
    /// Settable time.
    pub clock: Arc<FixedClock>,
    /// One municipality.
    pub sculeni: Tenant,
    /// Another.
    pub lozova: Tenant,
    /// The data folder.
    pub folder: tempfile::TempDir,
    /// Whether modules count as signed and approved.
    pub invented: bool,
}

/// Roles of the official of these tests.
const ROLES: [&str; 4] = ["tester", "tax-collector", "accountant", "administrator"];

impl House {
    /// Opens one with short patience, so that guests that never return are soon done with.
    ///
    /// # Errors
    /// When the host does not open.
    pub async fn open() -> Result<Self> {
        let mut engine = Config::default();
        engine.limits.wall_clock = 1_500;
        engine.limits.cpu = 1_000;
        Self::with(engine).await
    }

    /// Opens one for many guests at once on a busy machine: those that compute for ever are done with as soon, others are given time.
    ///
    /// # Errors
    /// When the host does not open.
    pub async fn patient() -> Result<Self> {
        let mut engine = Config::default();
        engine.limits.wall_clock = 4_000;
        engine.limits.cpu = 1_000;
        Self::with(engine).await
    }

    /// Opens one with these settings, on SQLite.
    ///
    /// # Errors
    /// When the host does not open.
    pub async fn with(engine: Config) -> Result<Self> {
        Self::on(engine, None, true).await
    }

    /// Opens one on a database of its own in the tests' PostgreSQL.
    ///
    /// # Errors
    /// When PostgreSQL is missing, with what to install.
    pub async fn on_postgres() -> Result<Self> {
        let database = vatra_storage::testing::TestPostgres::shared()?.database().await?;
        Self::on(Config::default(), Some(database), true).await
    }

    /// Another host on the same database, with the same key.
    ///
    /// # Errors
    /// When it does not open.
    pub async fn beside(&self, database: String) -> Result<(Arc<App>, tempfile::TempDir)> {
        let folder = tempfile::tempdir()?;
        let (from, to) = (self.folder.path().join("data"), folder.path().join("data"));
        std::fs::create_dir_all(&to)?;
        std::fs::copy(from.join("master.key"), to.join("master.key"))?;
        let options =
            Options { data: to, database: Some(database), clock: self.clock.clone(), engine: Config::default(), invented: self.invented };
        Ok((App::open(options).await?, folder))
    }

    /// Opens one on this database.
    ///
    /// # Errors
    /// When the host does not open.
    pub async fn on_database(database: String) -> Result<Self> {
        Self::on(Config::default(), Some(database), true).await
    }

    /// Opens one that believes neither a package nor an approval without its signature, as hosts of real town halls do; on this database, or on SQLite.
    ///
    /// # Errors
    /// When the host does not open.
    pub async fn believing_nobody(database: Option<String>) -> Result<Self> {
        let house = Self::on(Config::default(), database, false).await?;
        house.app.runtime.offer_judge(Arc::new(press::Judge));
        Ok(house)
    }

    async fn on(engine: Config, database: Option<String>, invented: bool) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let clock = Arc::new(FixedClock::at(NOON));
        let options = Options { data: folder.path().join("data"), database, clock: clock.clone(), engine, invented };
        let app = App::open(options).await?;
        if invented {
            // For a host that is started as a program of its own on this folder.
            vatra_server::demo::mark(&folder.path().join("data"))?;
        }
        let sculeni = municipality(&app, "sculeni", "Sculeni", "9256000").await?;
        let lozova = municipality(&app, "lozova", "Lozova", "8037000").await?;
        Ok(Self { app, clock, sculeni, lozova, folder, invented })
    }

    /// Another municipality, with an official of every role.
    ///
    /// # Errors
    /// When the slug is taken.
    pub async fn municipality(&self, slug: &str, name: &str, cuatm: &str) -> Result<Tenant> {
        municipality(&self.app, slug, name, cuatm).await
    }

    /// Installs a package and grants everything that it asks for.
    ///
    /// # Errors
    /// When the package is refused.
    pub async fn install(&self, tenant: &Tenant, name: &str) -> Result<Name> {
        self.install_bytes(tenant, &package(name)?).await
    }

    /// As [`Self::install`], of these bytes.
    ///
    /// # Errors
    /// When they are refused.
    pub async fn install_bytes(&self, tenant: &Tenant, bytes: &[u8]) -> Result<Name> {
        let package = self.app.install(tenant, bytes, By::OPERATOR).await?;
        let module = package.manifest.name.clone();
        for (capability, request) in &package.manifest.capabilities {
            let mut change = GrantChange::default();
            for account in request.parameters.get("accounts").into_iter().flat_map(members) {
                change.settings.insert(format!("account.{account}"), "MD38TRPBAA113110A01234AA".into());
            }
            self.app.grant(tenant, &module, capability, change, By::OPERATOR).await?;
        }
        Ok(module)
    }

    /// A call of the official `ana` in the portal.
    ///
    /// # Errors
    /// When there is no such official or module name.
    pub async fn context(&self, tenant: &Tenant, module: &str) -> Result<vatra_core::call::CallContext> {
        let ana = self.app.official(tenant, "ana").await?;
        Ok(self.app.context(tenant, &Name::new(module)?, &ana, Channel::Portal, Language::Ro))
    }

    /// Shows a screen.
    ///
    /// # Errors
    /// As the host does, within the outer result for faults of the test itself.
    pub async fn show(&self, tenant: &Tenant, module: &str, screen: &str, query: &[(&str, &str)]) -> Result<Result<Shown, CallError>> {
        let ctx = self.context(tenant, module).await?;
        let query = query.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Ok(self.app.show(&ctx, screen, &query).await)
    }

    /// Performs an action.
    ///
    /// # Errors
    /// As the host does, within the outer result for faults of the test itself.
    pub async fn act(
        &self,
        tenant: &Tenant,
        module: &str,
        action: &str,
        inputs: &[(&str, &str)],
        file: Option<(&str, &[u8])>,
    ) -> Result<Result<Acted, CallError>> {
        let ctx = self.context(tenant, module).await?;
        let mut form: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (name, value) in inputs {
            form.entry((*name).to_owned()).or_default().push((*value).to_owned());
        }
        let files = file
            .into_iter()
            .map(|(input, bytes)| File { input: input.to_owned(), name: "roll.csv".into(), bytes: bytes.to_vec(), mapping: None })
            .collect();
        Ok(self.app.act(&ctx, Act { action: action.to_owned(), form, files, submission: None, back: String::new() }).await)
    }

    /// The report of an action that went well.
    ///
    /// # Errors
    /// When it did not.
    pub async fn report(
        &self,
        tenant: &Tenant,
        module: &str,
        action: &str,
        inputs: &[(&str, &str)],
        file: Option<(&str, &[u8])>,
    ) -> Result<serde_json::Value> {
        let acted = self.act(tenant, module, action, inputs, file).await?.map_err(|error| anyhow!("{error}"))?;
        Ok(acted.report)
    }

    /// Revokes or restores a grant.
    ///
    /// # Errors
    /// When it was never given.
    pub async fn set_revoked(&self, tenant: &Tenant, module: &str, capability: &str, revoked: bool) -> Result<(), AppError> {
        let name = |text: &str| Name::new(text).map_err(|error| AppError::Usage(error.to_string()));
        self.app.set_revoked(tenant, &name(module)?, &name(capability)?, revoked, By::OPERATOR).await
    }
}

async fn municipality(app: &App, slug: &str, name: &str, cuatm: &str) -> Result<Tenant> {
    let (slug, name, cuatm) = (Name::new(slug)?, name.to_owned(), cuatm.to_owned());
    let tenant = Tenant { id: TenantId::fresh(), slug, name, district: "Ungheni".into(), cuatm, idno: String::new() };
    app.add_tenant(&tenant, By::OPERATOR).await?;
    let official = Official {
        person: SubjectId::fresh(),
        handle: Name::new("ana")?,
        name: "Ana Verificatoare".into(),
        idnp: "2000000000007".into(),
        roles: ROLES.iter().map(|role| Name::new(*role)).collect::<Result<_, _>>()?,
    };
    app.put_official(&tenant, &official, By::OPERATOR).await?;
    Ok(tenant)
}

fn members(param: &vatra_core::manifest::Param) -> Vec<String> {
    match param {
        vatra_core::manifest::Param::Set(set) => set.iter().cloned().collect(),
        vatra_core::manifest::Param::AtMost(_) => Vec::new(),
    }
}
