//! Two municipalities to try the portal on: Sculeni with the tax collector's module, Lozova without.

use crate::browser::Browser;
use axum::Router;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};
use tempfile::TempDir;
use vatra_core::call::{Official, Tenant};
use vatra_core::clock::{Clock, FixedClock, Instant};
use vatra_core::ids::{Name, SubjectId, TenantId};
use vatra_core::providers::{Posting, SignInMethod};
use vatra_emulators::{mpass, mpay};
use vatra_runtime::Config;
use vatra_server::app::{App, By, GrantChange, Options};
use vatra_server::emulated::{self, Emulated};
use vatra_server::web::{WebConfig, router};

/// 2026-09-25 10:00 in Chișinău.
pub const NOW: Instant = Instant(1_790_319_600_000);

pub const COLLECTOR: &str = "2001000000011";
pub const ADMINISTRATOR: &str = "2001000000022";
pub const CLERK: &str = "2001000000033";
pub const BOTH: &str = "2001000000044";
pub const NEIGHBOUR: &str = "2001000000055";
pub const STRANGER: &str = "2001000000066";

/// What the tests look for and must not find in the wrong place.
pub const MODULE: &str = "tax-collector";

/// A host with its portal. The folder goes with it.
pub struct Town {
    pub app: Arc<App>,
    pub clock: Arc<FixedClock>,
    pub router: Router,
    pub mpass: mpass::Emulator,
    pub mpay: mpay::Emulator,
    pub emulated: Emulated,
    _folder: TempDir,
}

/// Seeded and compiled once; every test works on a copy of its own.
static TEMPLATE: LazyLock<TempDir> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_owned();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        runtime.block_on(seed(&path));
        runtime.shutdown_timeout(std::time::Duration::from_secs(5));
    })
    .join()
    .unwrap();
    folder
});

/// The folder of component packages: `$VATRA_PACKAGES`, or `packages` in the target folder.
pub fn package(name: &str) -> Vec<u8> {
    let folder = std::env::var_os("VATRA_PACKAGES").map(PathBuf::from).unwrap_or_else(|| {
        let exe = std::env::current_exe().unwrap();
        exe.ancestors().nth(3).unwrap().join("packages")
    });
    let path = folder.join(format!("{name}.wasm"));
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}; `make packages` builds it", path.display()))
}

async fn open(data: &Path, clock: Arc<FixedClock>) -> Arc<App> {
    let clock: Arc<dyn Clock> = clock;
    let engine = Config { concurrency: 4, pooling: false, ..Config::default() };
    App::open(Options { data: data.to_owned(), database: None, clock, engine, invented: true }).await.unwrap()
}

pub fn name(text: &str) -> Name {
    Name::new(text).unwrap()
}

async fn tenant(app: &App, slug: &str, title: &str, cuatm: &str) -> Tenant {
    let tenant = Tenant {
        id: TenantId::fresh(),
        slug: name(slug),
        name: title.into(),
        district: "Ungheni".into(),
        cuatm: cuatm.into(),
        idno: String::new(),
    };
    app.add_tenant(&tenant, By::OPERATOR).await.unwrap();
    tenant
}

async fn official(app: &App, tenant: &Tenant, handle: &str, full_name: &str, idnp: &str, roles: &[&str]) {
    let roles = roles.iter().map(|role| name(role)).collect();
    let official = Official { person: SubjectId::fresh(), handle: name(handle), name: full_name.into(), idnp: idnp.into(), roles };
    app.put_official(tenant, &official, By::OPERATOR).await.unwrap();
}

async fn seed(data: &Path) {
    let app = open(data, Arc::new(FixedClock::at(NOW))).await;
    let sculeni = tenant(&app, "sculeni", "Sculeni", "9256001").await;
    let lozova = tenant(&app, "lozova", "Lozova", "8037001").await;
    official(&app, &sculeni, "perceptor", "Ana Perceptor", COLLECTOR, &["tax-collector"]).await;
    official(&app, &sculeni, "admin", "Ion Administrator", ADMINISTRATOR, &["administrator"]).await;
    official(&app, &sculeni, "secretar", "Vera Secretar", CLERK, &["secretary"]).await;
    official(&app, &sculeni, "contabil", "Oleg Ambii", BOTH, &["accountant"]).await;
    official(&app, &lozova, "contabil", "Oleg Ambii", BOTH, &["accountant", "administrator"]).await;
    official(&app, &lozova, "perceptor", "Petru Vecin", NEIGHBOUR, &["tax-collector", "administrator"]).await;
    let package = app.install(&sculeni, &package(MODULE), By::OPERATOR).await.unwrap();
    for capability in package.manifest.capabilities.keys() {
        let mut change = GrantChange::default();
        if capability.as_str() == "mpay" {
            change.settings.insert("account.local-budget".into(), "MD38TRPBAA113110A01234AA".into());
        }
        app.grant(&sculeni, &package.manifest.name, capability, change, By::OPERATOR).await.unwrap();
    }
    app.close().await;
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

impl Town {
    pub async fn new() -> Self {
        Self::with(|_| ()).await
    }

    /// With other settings than the usual.
    pub async fn with(change: impl FnOnce(&mut WebConfig)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        copy(TEMPLATE.path(), folder.path());
        let clock = Arc::new(FixedClock::at(NOW));
        let app = open(folder.path(), clock.clone()).await;
        let mut config = WebConfig::new("127.0.0.1:8080".parse().unwrap());
        change(&mut config);
        let emulated = emulated::open(&app, folder.path(), &mut config).await.unwrap();
        let (mpass, mpay) = (emulated.house.mpass.clone(), emulated.house.mpay.clone());
        Self { router: router(app.clone(), &config), app, clock, mpass, mpay, emulated, _folder: folder }
    }

    pub fn browser(&self) -> Browser {
        Browser::new(self.router.clone())
    }

    /// A browser in which this person has signed in.
    pub async fn signed_in(&self, idnp: &str) -> Browser {
        let mut browser = self.browser();
        let answer = self.sign_in(&mut browser, idnp, "/signin").await;
        assert_eq!(answer.status, 303, "{}", answer.body);
        browser
    }

    /// Signs in by this address; the portal's answer to MPass's answer.
    pub async fn sign_in(&self, browser: &mut Browser, idnp: &str, address: &str) -> crate::browser::Answer {
        let begun = browser.get(address).await;
        assert_eq!(begun.status, 200, "{}", begun.body);
        let answer = self.answer(&begun, idnp, None).await;
        browser.bring(&answer).await
    }

    /// MPass's answer to the sign-in that a page of the portal brings to it.
    pub async fn answer(&self, begun: &crate::browser::Answer, idnp: &str, fault: Option<mpass::Fault>) -> Posting {
        let login = begun.posting(&format!("{}/login/saml", self.mpass.address()));
        self.mpass.answer(&login, &identity(idnp), SignInMethod::EvoSign, fault).await.unwrap()
    }

    pub async fn tenant(&self, slug: &str) -> Tenant {
        self.app.tenant(slug).await.unwrap()
    }

    /// The codes of the trail's last rows, newest first: kind and what.
    pub async fn trail(&self, slug: &str, limit: u32) -> Vec<(String, String)> {
        let tenant = self.tenant(slug).await;
        let filter = vatra_core::store::AuditFilter { limit, ..Default::default() };
        let rows = self.app.audit(&tenant, &filter).await.unwrap();
        rows.into_iter().map(|row| (row.entry.kind.code().to_owned(), row.entry.what)).collect()
    }

    pub fn later(&self, seconds: i64) {
        self.clock.set(self.clock.now().plus_seconds(seconds));
    }
}

pub fn identity(idnp: &str) -> mpass::Identity {
    mpass::Identity::new(idnp, "Ana", "Încercare")
}

/// A roll of two good rows.
pub const ROLL: &str = "Nr. cont;Tip;IDNP/IDNO;Nume / Denumire;Nr. cadastral;Obiect;Suprafața, ha;Valoarea, lei;Impozit calculat, lei;Achitat, lei;Termen\r\n\
    9256000-000001;F;2209043966243;Bejenari Maria;9256201248.04;construcție;0,2974;966 521,00;2 542,50;0,00;25.09.2026\r\n\
    9256000-000002;F;2432039287932;Pîslaru Petru;9256201541;teren;0,0852;10 223,00;10,25;0,00;25.09.2026\r\n";
