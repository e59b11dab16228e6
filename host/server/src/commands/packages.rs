//! `vatra plugin install|upgrade|approve|rollback|remove|history`, `vatra publisher …`, `vatra stop …`: the life of packages.

use super::fault::Refusal;
use super::{Reply, Result, by, grants, name, plugins, text};
use crate::app::{App, Approved, Choices, Keeping, Life, Offer, Plan, Switch};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use vatra_core::call::Tenant;
use vatra_core::digest::Digest;
use vatra_core::ids::Name;
use vatra_core::manifest::Language;
use vatra_core::packages::{ApprovalStanding, StoredApproval, TurnKind};
use vatra_trust::{KeyId, Publisher, Upgrades};

/// A package with its papers; every part in Base64.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Sent {
    /// The OCI manifest; computed when empty.
    pub manifest: String,
    /// Its configuration.
    pub config: String,
    /// The component.
    pub component: String,
    /// DSSE envelopes.
    pub signatures: Vec<String>,
    /// Lists of parts.
    pub sboms: Vec<String>,
}

/// A package to be installed, or to take the place of another version.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Install {
    /// The municipality's slug.
    pub municipality: String,
    /// The package.
    pub package: Sent,
    /// In a demo: grants everything that it asks for, as asked.
    pub grant_all: bool,
    /// Only if another version is installed already.
    pub upgrade: bool,
    /// Says what it would do, and does nothing.
    pub plan: bool,
    /// Capabilities that are not given.
    pub withheld: Vec<String>,
    /// Which later versions follow by themselves: `off`, `patch`, `minor`; as before when absent.
    pub upgrades: Option<String>,
    /// As which administrator; the operator when absent.
    pub person: Option<String>,
}

/// A signature of an approval.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Approve {
    /// The municipality's slug.
    pub municipality: String,
    /// The module whose proposal is approved.
    pub module: String,
    /// The detached signature (XAdES) in Base64; none says what is to be signed.
    pub signature: Option<String>,
    /// As which administrator; the operator when absent.
    pub person: Option<String>,
}

/// A module of a municipality.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Module {
    /// The municipality's slug.
    pub municipality: String,
    /// The module.
    pub module: String,
    /// As which administrator; the operator when absent.
    pub person: Option<String>,
}

/// A publisher to be trusted.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Trust {
    /// Its keys, as `vatra keys export` hands them out.
    pub keyring: String,
    /// The first key's fingerprint, as it was compared; none for the further keys of one that is trusted.
    pub fingerprint: Option<String>,
}

/// Something to be stopped, or not stopped any more.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Stop {
    /// `module`, `publisher`, `municipality`, `package`.
    pub kind: String,
    /// Its name, slug or digest.
    pub name: String,
    /// Why; none lifts it.
    pub reason: Option<String>,
}

fn bytes(what: &str, base64: &str) -> Result<Vec<u8>> {
    STANDARD.decode(base64).map_err(|error| Refusal::Usage(format!("the {what}: {error}")))
}

impl Sent {
    /// Of a component alone.
    pub fn bare(component: &[u8]) -> Self {
        Self { component: STANDARD.encode(component), ..Self::default() }
    }

    fn offer(&self) -> Result<Offer> {
        let component = bytes("package", &self.component)?;
        let all = |what: &str, list: &[String]| list.iter().map(|one| bytes(what, one)).collect::<Result<Vec<_>>>();
        let papers =
            Offer { signatures: all("signature", &self.signatures)?, sboms: all("list of parts", &self.sboms)?, ..Offer::default() };
        if self.manifest.is_empty() {
            let computed = Offer::of_component(&component)?;
            return Ok(Offer { signatures: papers.signatures, sboms: papers.sboms, ..computed });
        }
        Ok(Offer { manifest: bytes("manifest", &self.manifest)?, config: bytes("configuration", &self.config)?, component, ..papers })
    }
}

pub(super) async fn install(app: &App, install: Install) -> Result<Reply> {
    let tenant = app.tenant(&install.municipality).await?;
    let by = by(app, &tenant, install.person.as_deref()).await?;
    let bare = install.package.signatures.is_empty() && install.package.manifest.is_empty();
    if bare && app.is_invented() && !install.plan {
        let component = bytes("package", &install.package.component)?;
        return plugins::installed(app, &tenant, &component, install.grant_all, by).await;
    }
    let admitted = app.admit(&install.package.offer()?).await?;
    let module = &admitted.package.manifest.name;
    let withheld = install.withheld.iter().map(|text| name(text)).collect::<Result<_>>()?;
    let upgrades = install.upgrades.as_deref().map(policy).transpose()?;
    let choices = Choices { withheld, upgrades, ..Choices::default() };
    let plan = app.plan(&tenant, &admitted.manifest, &choices, by).await?;
    if install.upgrade && plan.before.is_none() {
        let detail = format!("{module} is not installed in {}: vatra plugin install", tenant.name);
        return Err(Refusal::Other("not-installed", "There is nothing to upgrade".to_owned(), detail));
    }
    let (mut lines, mut data) = (told(&plan, &tenant), planned(&plan));
    if install.plan {
        return Ok(Reply::done(lines, data));
    }
    let standing = if app.follows_by_itself(&tenant, &plan) {
        let installed = app.upgrade_by_itself(&tenant, &plan).await?;
        lines += &format!("\n{module} {} is installed in {}: the approval in force lets it follow.", installed.version, tenant.name);
        "installed"
    } else {
        let proposed = app.propose(&tenant, &plan, by).await?;
        lines += &format!(
            "\nIt waits for an approval. An administrator signs it in the portal, at /{}/admin/modules/{module}/approval; or, with a signature\n\
            that was made elsewhere: vatra plugin approve {} {module} --signature FILE",
            tenant.slug, tenant.slug
        );
        merge(&mut data, json!({ "approval": proposed.id }));
        "waits"
    };
    merge(&mut data, json!({ "municipality": tenant.slug, "standing": standing }));
    Ok(Reply::done(lines, data))
}

fn policy(text: &str) -> Result<Upgrades> {
    Upgrades::from_code(text).ok_or_else(|| Refusal::Usage(format!("'{text}' is not off, patch or minor")))
}

fn merge(data: &mut Json, more: Json) {
    if let (Some(data), Json::Object(more)) = (data.as_object_mut(), more) {
        data.extend(more);
    }
}

fn keeping(keeping: &Keeping) -> &'static str {
    match keeping {
        Keeping::New => "new",
        Keeping::Found => "found as it is",
        Keeping::Changed(_) => "gets further fields",
    }
}

/// A plan in words.
fn told(plan: &Plan, tenant: &Tenant) -> String {
    let approval = &plan.approval;
    let verb = match plan.kind {
        TurnKind::Upgrade => "upgrade",
        TurnKind::Approval => "approve anew",
        _ => "install",
    };
    let mut lines = vec![
        format!("Plan: {verb} {} {} of {} in {}", approval.module, approval.version, approval.publisher, tenant.name),
        format!("package {}", approval.manifest),
        format!("signed by key {}", approval.key.grouped()),
    ];
    if let Some(before) = &plan.before {
        lines.push(format!("installed now: {}", before.version));
    }
    lines.push("Permissions:".to_owned());
    for (capability, permission) in &approval.permissions {
        let asked = plan.package.manifest.capabilities.get(capability);
        let purpose = asked.map(|asked| asked.purpose.get(Language::En).to_owned()).unwrap_or_default();
        lines.push(format!("  {capability}: {purpose}"));
        lines.extend(permission.parameters.iter().map(|(parameter, param)| format!("    {}", grants::written(parameter, param))));
    }
    if !plan.registers.is_empty() {
        lines.push("Registers:".to_owned());
        lines.extend(plan.registers.iter().map(|register| format!("  {}: {}", register.name, keeping(&register.keeping))));
    }
    let roles: Vec<&str> = plan.package.manifest.roles.keys().map(Name::as_str).collect();
    lines.push(format!("Roles: {}", roles.join(", ")));
    lines.push(format!("Later versions by themselves: {}", approval.upgrades.code()));
    if let Some(difference) = &plan.difference {
        lines.push(difference.text(Language::En).trim_end().to_owned());
    }
    lines.join("\n")
}

fn planned(plan: &Plan) -> Json {
    json!({
        "plan": plan.kind.code(), "module": plan.approval.module, "version": plan.approval.version, "publisher": plan.approval.publisher,
        "manifest": plan.approval.manifest, "component": plan.approval.component, "key": plan.approval.key,
        "permissions": plan.approval.permissions, "budgets": plan.approval.budgets, "upgrades": plan.approval.upgrades,
        "registers": plan.registers, "difference": plan.difference, "installed": plan.before.as_ref().map(|before| &before.version),
    })
}

/// What waits for an approval of this module.
async fn waiting(app: &App, tenant: &Tenant, module: &Name) -> Result<StoredApproval> {
    let mut all = app.store.approvals(tenant.id, Some(module)).await?;
    all.retain(|one| one.standing == ApprovalStanding::Proposed);
    let none =
        || Refusal::Other("not-found", "Not found".to_owned(), format!("nothing of {module} waits for an approval in {}", tenant.name));
    all.pop().ok_or_else(none)
}

pub(super) async fn approve(app: &App, approve: Approve) -> Result<Reply> {
    let tenant = app.tenant(&approve.municipality).await?;
    let by = by(app, &tenant, approve.person.as_deref()).await?;
    let module = name(&approve.module)?;
    let proposed = waiting(app, &tenant, &module).await?;
    let Some(signature) = approve.signature else {
        let json = json!({ "approval": proposed.id, "text": proposed.text });
        return Ok(Reply::done(proposed.text, json));
    };
    let installed = app.approve(&tenant, proposed.id, Approved::Signed(bytes("signature", &signature)?), by).await?;
    let text = format!("{module} {} is approved and installed in {}.", installed.version, tenant.name);
    Ok(Reply::done(text, json!({ "municipality": tenant.slug, "module": module, "version": installed.version, "approval": proposed.id })))
}

pub(super) async fn roll_back(app: &App, module: Module) -> Result<Reply> {
    let tenant = app.tenant(&module.municipality).await?;
    let by = by(app, &tenant, module.person.as_deref()).await?;
    let module = name(&module.module)?;
    let installed = app.roll_back(&tenant, &module, by).await?;
    let text = format!("{module} is {} again in {}. Its data are untouched.", installed.version, tenant.name);
    Ok(Reply::done(text, json!({ "municipality": tenant.slug, "module": module, "version": installed.version })))
}

pub(super) async fn remove(app: &App, module: Module) -> Result<Reply> {
    let tenant = app.tenant(&module.municipality).await?;
    let by = by(app, &tenant, module.person.as_deref()).await?;
    let module = name(&module.module)?;
    app.remove(&tenant, &module, by).await?;
    let text = format!("{module} is removed from {}. Its registers, documents and orders stay.", tenant.name);
    Ok(Reply::done(text, json!({ "municipality": tenant.slug, "module": module, "standing": "removed" })))
}

pub(super) async fn history(app: &App, municipality: &str, module: &str) -> Result<Reply> {
    let tenant = app.tenant(municipality).await?;
    let module = name(module)?;
    let Life { turns, back_to, .. } = app.life(&tenant, &module).await?;
    let row = |turn: &vatra_core::packages::Turn| {
        vec![turn.at.rfc3339(), turn.kind.code().to_owned(), turn.version.clone(), turn.manifest.to_string()]
    };
    let mut text = text::table(&["when", "what", "version", "package"], &turns.iter().map(row).collect::<Vec<_>>());
    if let Some(back) = &back_to {
        text += &format!("\nRolling back leads to {}.", back.version);
    }
    let data: Vec<Json> = turns
        .iter()
        .map(|turn| {
            json!({ "at": turn.at.rfc3339(), "kind": turn.kind.code(), "version": turn.version, "manifest": turn.manifest, "approval": turn.approval })
        })
        .collect();
    let back = back_to.map(|turn| turn.version);
    Ok(Reply::done(text, json!({ "municipality": tenant.slug, "module": module, "turns": data, "rollback": back })))
}

pub(super) async fn trust(app: &App, trust: Trust) -> Result<Reply> {
    let fingerprint = trust.fingerprint.as_deref().map(KeyId::typed).transpose().map_err(|error| Refusal::Usage(error.to_string()))?;
    let publisher = app.trust_publisher(trust.keyring.as_bytes(), fingerprint.as_ref()).await?;
    let text = format!("Publisher '{}' ({}) is trusted.", publisher.name, publisher.title);
    Ok(Reply::done(text, of_publisher(&publisher)))
}

fn of_publisher(publisher: &Publisher) -> Json {
    let keys: Vec<Json> = publisher
        .keys()
        .iter()
        .map(|key| json!({ "key": key.key.id(), "from": key.from.rfc3339(), "until": key.until.rfc3339() }))
        .collect();
    json!({ "publisher": publisher.name, "title": publisher.title, "keys": keys })
}

pub(super) fn publishers(app: &App) -> Reply {
    let all = app.publishers();
    let row = |publisher: &Publisher| {
        let last = publisher.keys().last();
        vec![
            publisher.name.to_string(),
            publisher.title.clone(),
            last.map(|key| key.until.rfc3339()).unwrap_or_default(),
            publisher.fingerprint().map(|key| key.grouped()).unwrap_or_default(),
        ]
    };
    let text = if all.is_empty() {
        "No publisher is trusted: vatra publisher trust".to_owned()
    } else {
        text::table(&["publisher", "called", "keys hold until", "fingerprint of the first key"], &all.iter().map(row).collect::<Vec<_>>())
    };
    Reply::done(text, json!({ "publishers": all.iter().map(of_publisher).collect::<Vec<_>>() }))
}

pub(super) async fn drop_publisher(app: &App, publisher: &str) -> Result<Reply> {
    let publisher = name(publisher)?;
    app.drop_publisher(&publisher).await?;
    let text = format!("Publisher '{publisher}' is trusted no more: what it published is not run.");
    Ok(Reply::done(text, json!({ "publisher": publisher, "standing": "dropped" })))
}

/// What the operator named.
async fn switch(app: &App, kind: &str, what: &str) -> Result<Switch> {
    Ok(match kind {
        "module" => Switch::Module { module: name(what)? },
        "publisher" => Switch::Publisher { publisher: name(what)? },
        "municipality" => Switch::Municipality { tenant: app.tenant(what).await?.id },
        "package" => {
            let digest = what.parse::<Digest>().map_err(|error| Refusal::Usage(error.to_string()))?;
            Switch::Package { digest }
        }
        other => return Err(Refusal::Usage(format!("'{other}' is not module, publisher, municipality or package"))),
    })
}

pub(super) async fn stop(app: &App, stop: Stop) -> Result<Reply> {
    let what = switch(app, &stop.kind, &stop.name).await?;
    let (kind, named) = (&stop.kind, &stop.name);
    let (text, standing) = match &stop.reason {
        Some(reason) if app.stop(what.clone(), reason).await? => (format!("The {kind} {named} is stopped on every host."), "stopped"),
        Some(_) => (format!("The {kind} {named} was stopped before."), "stopped"),
        None => {
            app.lift(&what).await?;
            (format!("The {kind} {named} is not stopped any more."), "lifted")
        }
    };
    Ok(Reply::done(text, json!({ "kind": kind, "name": named, "standing": standing })))
}

pub(super) async fn withdraw(app: &App, envelope: &str) -> Result<Reply> {
    let fresh = app.withdraw(envelope.as_bytes()).await?;
    let text = if fresh { "The withdrawal is taken in on every host." } else { "The withdrawal was taken in before." };
    Ok(Reply::done(text, json!({ "standing": "withdrawn", "fresh": fresh })))
}

pub(super) async fn stops(app: &App) -> Result<Reply> {
    let tenants = app.store.tenants().await?;
    let named = |what: &Switch| match what {
        Switch::Withdrawn { publisher, .. } => ("withdrawn", publisher.to_string()),
        Switch::Package { digest } => ("package", digest.to_string()),
        Switch::Module { module } => ("module", module.to_string()),
        Switch::Publisher { publisher } => ("publisher", publisher.to_string()),
        Switch::Municipality { tenant } => {
            let slug = tenants.iter().find(|one| one.id == *tenant).map(|one| one.slug.to_string());
            ("municipality", slug.unwrap_or_else(|| tenant.to_string()))
        }
    };
    let all = app.stops().await?;
    let row = |stop: &vatra_core::packages::Stop| {
        let (kind, name) = named(&stop.what);
        vec![stop.at.rfc3339(), kind.to_owned(), name, stop.reason.clone()]
    };
    let rows: Vec<Vec<String>> = all.iter().map(row).collect();
    let text = if rows.is_empty() { "Nothing is stopped.".to_owned() } else { text::table(&["since", "what", "name", "why"], &rows) };
    let data: Vec<Json> =
        rows.iter().map(|row| json!({ "since": row.first(), "kind": row.get(1), "name": row.get(2), "reason": row.get(3) })).collect();
    Ok(Reply::done(text, json!({ "stops": data })))
}
