//! From what was typed to a command of the host: files are read here, so that the host need not see this machine's folders.

use crate::args::{Audit, Grant, Inbox, Install, Module, Mpay, Plugin, Publishers, Stops, Tenant, Verb};
use anyhow::{Context, bail};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::io::Read;
use std::path::Path;
use vatra_distribution::artifact::Limits;
use vatra_publish::Fetched;
use vatra_server::commands::{
    Act, As, AuditList, Command, FILE_BYTES, GrantAdd, GrantSet, MpayConfirm, MpayPay, MpayReconcile, MpayRefund, PluginApprove,
    PluginBudgets, PluginInstall, PluginModule, PluginSet, PublisherTrust, Sent, SentPackage, Show, StopSet, TenantAdd, TenantChange,
    TenantPut,
};

/// The command.
///
/// # Errors
/// When a file cannot be read.
pub(crate) fn command(verb: Verb) -> anyhow::Result<Command> {
    Ok(match verb {
        Verb::Act(act) => {
            let (mut values, mut files) = (Vec::new(), Vec::new());
            for (name, value) in act.fields {
                match value.strip_prefix('@') {
                    Some(path) => files.push(file(&name, Path::new(path))?),
                    None => values.push((name, value)),
                }
            }
            Command::Act(Act {
                municipality: act.municipality,
                module: act.module,
                action: act.action,
                person: act.person,
                language: act.lang,
                values,
                files,
                maps: act.maps,
            })
        }
        Verb::Show(show) => Command::Show(Show {
            municipality: show.municipality,
            module: show.module,
            screen: show.screen,
            person: show.person,
            language: show.lang,
            query: show.query,
            form: match show.csv {
                Some(table) => As::Csv(table),
                None if show.html => As::Html,
                None => As::Screen,
            },
        }),
        Verb::Tenant(tenant) => self::tenant(tenant),
        Verb::Explain { request } => Command::Explain { request },
        Verb::Plugin(plugin) => self::plugin(plugin)?,
        Verb::Publisher(publisher) => self::publisher(publisher)?,
        Verb::Stop(stop) => self::stop(stop)?,
        Verb::Grant(grant) => self::grant(grant),
        Verb::Audit(Audit::List { municipality, about, kind, before, limit }) => {
            Command::AuditList(AuditList { municipality, about, kinds: kind, before, limit })
        }
        Verb::Audit(Audit::Verify { municipality }) => Command::AuditVerify { municipality },
        Verb::Inbox(Inbox::List { municipality }) => Command::InboxList { municipality },
        Verb::Mpay(verb) => mpay(verb)?,
        Verb::Demo(_) | Verb::Serve(_) => bail!("a host is started, not asked"),
        Verb::Keys(_) | Verb::Completions(_) => bail!("keys and shells are no host's business"),
    })
}

fn tenant(tenant: Tenant) -> Command {
    match tenant {
        Tenant::List => Command::TenantList,
        Tenant::Add { slug, name, district, cuatm, idno } => Command::TenantAdd(TenantAdd { slug, name, district, cuatm, idno }),
        Tenant::Set { slug, idno } => Command::TenantSet(TenantChange { slug, idno }),
        Tenant::People { slug, add: Some(handle), name, idnp, role } => Command::TenantPut(TenantPut {
            municipality: slug,
            handle,
            name: name.unwrap_or_default(),
            idnp: idnp.unwrap_or_default(),
            roles: role,
        }),
        Tenant::People { slug, add: None, .. } => Command::TenantPeople { municipality: slug },
    }
}

/// `256MiB`, `10000`; nothing for `default`.
fn amount(text: &str) -> anyhow::Result<Option<u64>> {
    if text == "default" {
        return Ok(None);
    }
    let (digits, factor) = match (text.strip_suffix("MiB"), text.strip_suffix("KiB")) {
        (Some(digits), _) => (digits, 1 << 20),
        (_, Some(digits)) => (digits, 1 << 10),
        _ => (text, 1),
    };
    let number: u64 =
        digits.trim().parse().with_context(|| format!("'{text}' is not a number, nor a number of KiB or MiB, nor 'default'"))?;
    Ok(Some(number.checked_mul(factor).with_context(|| format!("{text} is too large"))?))
}

fn plugin(plugin: Plugin) -> anyhow::Result<Command> {
    Ok(match plugin {
        Plugin::Author(_) => bail!("packages that nobody installs are no host's business"),
        Plugin::Install(install) => Command::PluginInstall(self::install(install, false)?),
        Plugin::Upgrade(install) => Command::PluginInstall(self::install(install, true)?),
        Plugin::Approve { module, signature } => Command::PluginApprove(PluginApprove {
            municipality: module.municipality,
            module: module.module,
            signature: signature.map(|file| read("signature", &file).map(|bytes| STANDARD.encode(bytes))).transpose()?,
            person: module.person,
        }),
        Plugin::Rollback(module) => Command::PluginRollback(of(module)),
        Plugin::Remove(module) => Command::PluginRemove(of(module)),
        Plugin::History { municipality, module } => Command::PluginHistory { municipality, module },
        Plugin::List { municipality } => Command::PluginList { municipality },
        Plugin::Top { municipality } => Command::PluginTop { municipality },
        Plugin::Budget { municipality, module, set } => {
            let changes = set.into_iter().map(|(name, value)| Ok((name, amount(&value)?))).collect::<anyhow::Result<_>>()?;
            Command::PluginBudgets(PluginBudgets { municipality, module, changes, person: None })
        }
        Plugin::Disable(module) => Command::PluginSet(PluginSet {
            municipality: module.municipality,
            module: module.module,
            enabled: false,
            person: module.person,
        }),
        Plugin::Enable(module) => {
            Command::PluginSet(PluginSet { municipality: module.municipality, module: module.module, enabled: true, person: module.person })
        }
    })
}

fn read(what: &str, file: &Path) -> anyhow::Result<Vec<u8>> {
    std::fs::read(file).with_context(|| format!("the {what} {}", file.display()))
}

fn of(module: Module) -> PluginModule {
    PluginModule { municipality: module.municipality, module: module.module, person: module.person }
}

/// Where a bundle is (`vatra plugin sign --out`), if that is what was named: a folder, a `.tar`, or `oci:PATH`.
fn bundle(file: &Path) -> Option<&Path> {
    match file.to_str().and_then(|text| text.strip_prefix("oci:")) {
        Some(path) => Some(Path::new(path)),
        None => Some(file).filter(|file| file.is_dir() || file.extension().is_some_and(|extension| extension == "tar")),
    }
}

fn install(install: Install, upgrade: bool) -> anyhow::Result<PluginInstall> {
    let encoded = |what: &str, file: &Path| read(what, file).map(|bytes| STANDARD.encode(bytes));
    let mut package = match bundle(&install.file) {
        Some(path) => {
            let Fetched { manifest_bytes, config_bytes, component, signatures, sboms } =
                vatra_publish::bundle::read(path, None, &Limits::default())?;
            SentPackage {
                manifest: STANDARD.encode(manifest_bytes),
                config: STANDARD.encode(config_bytes),
                component: STANDARD.encode(component),
                signatures: signatures.iter().map(|one| STANDARD.encode(one)).collect(),
                sboms: sboms.iter().map(|one| STANDARD.encode(one)).collect(),
            }
        }
        None => SentPackage { component: encoded("package", &install.file)?, ..SentPackage::default() },
    };
    for file in &install.signature {
        package.signatures.push(encoded("signature", file)?);
    }
    if let Some(file) = &install.sbom {
        package.sboms.push(encoded("list of parts", file)?);
    }
    Ok(PluginInstall {
        municipality: install.municipality,
        package,
        grant_all: install.grant_all,
        upgrade,
        plan: install.plan,
        withheld: install.withhold,
        upgrades: install.upgrades,
        person: install.person,
    })
}

fn publisher(publisher: Publishers) -> anyhow::Result<Command> {
    Ok(match publisher {
        Publishers::Trust { file, fingerprint } => {
            let keyring =
                String::from_utf8(read("file of keys", &file)?).with_context(|| format!("the file of keys {}", file.display()))?;
            Command::PublisherTrust(PublisherTrust { keyring, fingerprint })
        }
        Publishers::List => Command::PublisherList,
        Publishers::Drop { publisher } => Command::PublisherDrop { publisher },
    })
}

fn stop(stop: Stops) -> anyhow::Result<Command> {
    Ok(match stop {
        Stops::Add { kind, name, reason } => Command::StopSet(StopSet { kind, name, reason: Some(reason) }),
        Stops::Lift { kind, name } => Command::StopSet(StopSet { kind, name, reason: None }),
        Stops::Withdraw { file } => {
            let envelope = String::from_utf8(read("statement", &file)?).with_context(|| format!("the statement {}", file.display()))?;
            Command::StopWithdraw { envelope }
        }
        Stops::List => Command::StopList,
    })
}

fn grant(grant: Grant) -> Command {
    match grant {
        Grant::Add { capability, param, setting, basis, until } => Command::GrantAdd(GrantAdd {
            municipality: capability.municipality,
            module: capability.module,
            capability: capability.capability,
            parameters: param,
            settings: setting,
            basis,
            until,
            person: capability.person,
        }),
        Grant::Remove(capability) => Command::GrantSet(GrantSet {
            municipality: capability.municipality,
            module: capability.module,
            capability: capability.capability,
            revoked: true,
            person: capability.person,
        }),
        Grant::Restore(capability) => Command::GrantSet(GrantSet {
            municipality: capability.municipality,
            module: capability.module,
            capability: capability.capability,
            revoked: false,
            person: capability.person,
        }),
        Grant::List { municipality, module } => Command::GrantList { municipality, module },
    }
}

fn mpay(verb: Mpay) -> anyhow::Result<Command> {
    Ok(match verb {
        Mpay::Show { number } => Command::MpayShow { number },
        Mpay::Pay { number, amount, method, twice } => Command::MpayPay(MpayPay { number, amount, method, twice }),
        Mpay::Confirm { number, amount, payment } => Command::MpayConfirm(MpayConfirm { number, amount, payment }),
        Mpay::Refund { number, payment, amount, reason, withdraw, person } => {
            Command::MpayRefund(MpayRefund { number, payment, amount, reason: reason.unwrap_or_default(), withdraw, person })
        }
        Mpay::Reconcile { municipality, file, from, until, apply, person } => {
            let place = || format!("the statement {}", file.display());
            let mut bytes = Vec::new();
            std::fs::File::open(&file).with_context(place)?.take(FILE_BYTES + 1).read_to_end(&mut bytes).with_context(place)?;
            if bytes.len() as u64 > FILE_BYTES {
                bail!("the statement {} has more than {} MiB: compare it in parts", file.display(), FILE_BYTES >> 20);
            }
            Command::MpayReconcile(MpayReconcile { municipality, file: STANDARD.encode(bytes), from, until, apply, person })
        }
    })
}

/// A file for an action. One that is too large is sent without its content: the host says so in its own words.
fn file(input: &str, path: &Path) -> anyhow::Result<Sent> {
    let place = || format!("the file of '{input}', {}", path.display());
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let file = std::fs::File::open(path).with_context(place)?;
    let mut bytes = Vec::new();
    file.take(FILE_BYTES + 1).read_to_end(&mut bytes).with_context(place)?;
    let size = bytes.len() as u64;
    if size > FILE_BYTES {
        bytes.clear();
    }
    Ok(Sent { size, ..Sent::new(input, &name, &bytes) })
}
