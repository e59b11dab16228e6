//! What the operator's command line can ask of a host, the same whether it opened the data itself or talks to a running host: a
//! [`Command`] goes in, a [`Reply`] comes out. `wire` carries both over the local admin socket.

mod act;
mod audit;
mod explain;
mod fault;
mod grants;
mod inbox;
mod mpay;
mod packages;
mod people;
mod plugins;
mod reconcile;
mod show;
mod tenants;
mod text;
mod top;
mod wire;

pub use wire::{SOCKET, ask, listen};

use crate::app::{App, By};
use fault::Refusal;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use std::sync::Arc;
use vatra_core::call::{Channel, Tenant};
use vatra_core::ids::Name;
use vatra_core::manifest::Language;

/// The largest file that an action takes, in bytes: as much as the portal takes.
pub const FILE_BYTES: u64 = 20 << 20;

/// A command of the operator. Names of people are what they type: handle, IDNP or full name.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "command", rename_all = "kebab-case")]
pub enum Command {
    /// Performs an action of a module.
    Act(act::Act),
    /// Shows a screen of a module.
    Show(show::Show),
    /// Municipalities.
    TenantList,
    /// Adds a municipality.
    TenantAdd(tenants::Add),
    /// Changes what a municipality is known by.
    TenantSet(tenants::Change),
    /// A municipality's officials.
    TenantPeople {
        /// Its slug.
        municipality: String,
    },
    /// Adds an official or changes their roles.
    TenantPut(people::Put),
    /// Installs a package, or another version of an installed one.
    PluginInstall(packages::Install),
    /// Approves what waits for it, or says what is to be signed.
    PluginApprove(packages::Approve),
    /// Goes back to the version before.
    PluginRollback(packages::Module),
    /// Removes a module; its data stay.
    PluginRemove(packages::Module),
    /// The life of a module in a municipality.
    PluginHistory {
        /// The municipality's slug.
        municipality: String,
        /// The module.
        module: String,
    },
    /// Trusts a publisher.
    PublisherTrust(packages::Trust),
    /// Publishers that are trusted.
    PublisherList,
    /// Trusts a publisher no longer.
    PublisherDrop {
        /// Its name.
        publisher: String,
    },
    /// Throws a kill switch, or lifts it.
    StopSet(packages::Stop),
    /// Takes in what a publisher withdrew.
    StopWithdraw {
        /// The signed statement.
        envelope: String,
    },
    /// What is stopped.
    StopList,
    /// Installed modules.
    PluginList {
        /// The municipality's slug.
        municipality: String,
    },
    /// What modules use on this host.
    PluginTop {
        /// The municipality's slug; all when absent.
        municipality: Option<String>,
    },
    /// Shows or changes what a call of a module may use.
    PluginBudgets(plugins::Budgets),
    /// Disables or enables a module.
    PluginSet(plugins::Set),
    /// Grants a capability.
    GrantAdd(grants::Add),
    /// Revokes or restores a grant.
    GrantSet(grants::Set),
    /// What is asked for and what is granted.
    GrantList {
        /// The municipality's slug.
        municipality: String,
        /// The module; all when absent.
        module: Option<String>,
    },
    /// Rows of the audit trail.
    AuditList(audit::List),
    /// Proves trails unbroken.
    AuditVerify {
        /// The municipality's slug; all when absent.
        municipality: Option<String>,
    },
    /// Why a call was denied, slow or stopped.
    Explain {
        /// The request's number.
        request: String,
    },
    /// What waits to be told to modules.
    InboxList {
        /// The municipality's slug.
        municipality: String,
    },
    /// MPay's side: an order.
    MpayShow {
        /// Its number.
        number: String,
    },
    /// MPay's side: takes a payment, as the emulator's page does.
    MpayPay(mpay::Pay),
    /// MPay's side: tells of a payment, as often and as late as one likes.
    MpayConfirm(mpay::Confirm),
    /// Notes that money is to be given back, or withdraws that.
    MpayRefund(reconcile::Give),
    /// Compares MPay's statement with what was recorded.
    MpayReconcile(reconcile::Reconcile),
}

pub use act::{Act, Sent};
pub use audit::List as AuditList;
pub use grants::{Add as GrantAdd, Set as GrantSet};
pub use mpay::{Confirm as MpayConfirm, Pay as MpayPay};
pub use packages::{
    Approve as PluginApprove, Install as PluginInstall, Module as PluginModule, Sent as SentPackage, Stop as StopSet,
    Trust as PublisherTrust,
};
pub use people::Put as TenantPut;
pub use plugins::{Budgets as PluginBudgets, Set as PluginSet};
pub use reconcile::{Give as MpayRefund, Reconcile as MpayReconcile};
pub use show::{As, Show};
pub use tenants::{Add as TenantAdd, Change as TenantChange};

/// What a command came to.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Reply {
    /// 0 when it was done, 1 when it was refused, 3 when the host failed.
    pub code: u8,
    /// In words.
    pub text: String,
    /// As data.
    pub json: Json,
}

impl Reply {
    fn done(text: impl Into<String>, json: Json) -> Self {
        Self { code: 0, text: text.into(), json }
    }

    /// What could not be done, in the shape of every refusal: `{"error": {"code", "title", "detail"}}`.
    pub fn failed(exit: u8, code: &str, title: &str, detail: &str) -> Self {
        let text = if detail.is_empty() { title.to_owned() } else { format!("{title}\n  {detail}") };
        Self { code: exit, text, json: json!({ "error": { "code": code, "title": title, "detail": detail } }) }
    }
}

type Result<T, E = Refusal> = std::result::Result<T, E>;

/// Does what the command says. Whatever goes wrong is a reply too.
pub async fn run(app: &Arc<App>, command: Command) -> Reply {
    let language = match &command {
        Command::Act(act) => act.language,
        Command::Show(show) => show.language,
        _ => Language::En,
    };
    let reply = match command {
        Command::Act(act) => act::run(app, act).await,
        Command::Show(show) => show::run(app, show).await,
        Command::TenantList => tenants::list(app).await,
        Command::TenantAdd(add) => tenants::add(app, add).await,
        Command::TenantSet(change) => tenants::set(app, change).await,
        Command::TenantPeople { municipality } => people::list(app, &municipality).await,
        Command::TenantPut(put) => people::put(app, put).await,
        Command::PluginInstall(install) => packages::install(app, install).await,
        Command::PluginApprove(approve) => packages::approve(app, approve).await,
        Command::PluginRollback(module) => packages::roll_back(app, module).await,
        Command::PluginRemove(module) => packages::remove(app, module).await,
        Command::PluginHistory { municipality, module } => packages::history(app, &municipality, &module).await,
        Command::PublisherTrust(trust) => packages::trust(app, trust).await,
        Command::PublisherList => Ok(packages::publishers(app)),
        Command::PublisherDrop { publisher } => packages::drop_publisher(app, &publisher).await,
        Command::StopSet(stop) => packages::stop(app, stop).await,
        Command::StopWithdraw { envelope } => packages::withdraw(app, &envelope).await,
        Command::StopList => packages::stops(app).await,
        Command::PluginList { municipality } => plugins::list(app, &municipality).await,
        Command::PluginTop { municipality } => top::top(app, municipality.as_deref()).await,
        Command::PluginBudgets(budgets) => plugins::budgets(app, budgets).await,
        Command::PluginSet(set) => plugins::set(app, set).await,
        Command::GrantAdd(add) => grants::add(app, add).await,
        Command::GrantSet(set) => grants::set(app, set).await,
        Command::GrantList { municipality, module } => grants::list(app, &municipality, module.as_deref()).await,
        Command::AuditList(list) => audit::list(app, list).await,
        Command::AuditVerify { municipality } => audit::verify(app, municipality.as_deref()).await,
        Command::Explain { request } => explain::explain(app, &request).await,
        Command::InboxList { municipality } => inbox::list(app, &municipality).await,
        Command::MpayShow { number } => mpay::show(app, &number).await,
        Command::MpayPay(pay) => mpay::pay(app, pay).await,
        Command::MpayConfirm(confirm) => mpay::confirm(app, confirm).await,
        Command::MpayRefund(give) => reconcile::refund(app, give).await,
        Command::MpayReconcile(asked) => reconcile::reconcile(app, asked).await,
    };
    reply.unwrap_or_else(|refusal| refusal.reply(language))
}

/// A name as the operator typed it.
fn name(text: &str) -> Result<Name> {
    Name::new(text).map_err(|error| Refusal::Usage(error.to_string()))
}

/// By whom something is administered: the operator, or the operator as an administrator of the municipality.
async fn by(app: &App, tenant: &Tenant, who: Option<&str>) -> Result<By> {
    let Some(who) = who else { return Ok(By::OPERATOR) };
    let official = app.official(tenant, who).await?;
    if !official.roles.iter().any(|role| role.as_str() == vatra_core::call::ADMINISTRATOR) {
        let detail = format!("only an administrator of {} may do this, and '{}' is none", tenant.name, official.handle);
        return Err(Refusal::Role(detail));
    }
    Ok(By { person: Some(official.person), channel: Channel::CommandLine })
}
