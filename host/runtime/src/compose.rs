//! Composition: the component's imports are linked to what the municipality granted, and to denials where it did not.

use crate::installs::{Compiled, Install};
use crate::screens::Screens;
use crate::usage::Meters;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;
use vatra_capabilities::bindings::{events, jobs, quotes, vatra};
use vatra_capabilities::deny::link_denied;
use vatra_capabilities::{Binding, CallState};
use vatra_core::clock::Instant;
use vatra_core::documents;
use vatra_core::grants::{self, Allowed, Denial, Grant};
use vatra_core::ids::Name;
use vatra_core::manifest::{Manifest, World};
use wasmtime::component::types::ComponentItem;
use wasmtime::component::{HasSelf, InstancePre, Linker};

/// A module as one municipality runs it, ready to be called.
pub struct Ready {
    /// What is known of it.
    pub binding: Arc<Binding>,
    pub(crate) linked: Arc<Linked>,
    pub(crate) install: Arc<Install>,
    /// From the day on which it was read until its first grant ends.
    pub(crate) holds: Range<Instant>,
}

/// A component linked to a granted set, shared by every municipality with the same set.
pub(crate) struct Linked {
    pub(crate) screens: Screens,
    pub(crate) events: Option<events::ListenerPre<CallState>>,
    pub(crate) quotes: Option<quotes::QuoterPre<CallState>>,
    pub(crate) jobs: Option<jobs::WorkerPre<CallState>>,
    pub(crate) meters: Meters,
    _compiled: Arc<Compiled>,
}

/// Each capability that a manifest asks for: what is allowed, or why nothing is.
pub(crate) type Granted = BTreeMap<Name, Result<Allowed, Denial>>;

/// What decides how a component is linked: for each capability, whether it is open, or how it denies.
pub(crate) type GrantedSet = BTreeMap<Name, Option<Denial>>;

/// Meets the manifest with the grants.
pub(crate) fn grant(manifest: &Manifest, given: &[Grant], today: chrono::NaiveDate) -> Granted {
    let met = |(name, request): (&Name, _)| {
        let grant = given.iter().find(|grant| grant.capability == *name);
        let closed = manifest.world == World::EvoModule && !grants::ON_PHONES.contains(&name.as_str());
        let allowed =
            if closed { Err(Denial::new(name.as_str(), "phones", "")) } else { grants::allowed(name, Some(request), grant, today) };
        (name.clone(), allowed)
    };
    let mut granted: Granted = manifest.capabilities.iter().map(met).collect();
    if manifest.world == World::EvoModule
        && let Some((name, request)) = manifest.capabilities.get_key_value(documents::SERVICE)
        && let Ok(received) = Name::new(grants::RECEIVED)
    {
        let grant = given.iter().find(|grant| grant.capability == *name);
        granted.insert(received, grants::allowed(name, Some(request), grant, today));
    }
    granted
}

/// The part of it that linking depends on.
pub(crate) fn granted_set(granted: &Granted) -> GrantedSet {
    granted.iter().map(|(name, result)| (name.clone(), result.as_ref().err().cloned())).collect()
}

/// Links a component.
///
/// # Errors
/// When it imports what no host offers, or what its manifest does not ask for: such a component should not have been installed.
pub(crate) fn link(engine: &wasmtime::Engine, compiled: &Arc<Compiled>, granted: &Granted, meters: Meters) -> wasmtime::Result<Linked> {
    let component = &compiled.component;
    let mut linker: Linker<CallState> = Linker::new(engine);
    let kind = component.component_type();
    for (name, item) in kind.imports(engine) {
        let item = &item.ty;
        let functions = match item {
            ComponentItem::ComponentInstance(instance) => {
                instance.exports(engine).any(|(_, export)| matches!(export.ty, ComponentItem::ComponentFunc(_)))
            }
            _ => wasmtime::bail!("the module imports {name}, which is not an interface"),
        };
        if !functions {
            continue;
        }
        let capability = name.strip_prefix("vatra:").and_then(|rest| rest.split('/').next()).unwrap_or_default();
        if let Some(Err(denial)) = granted.get(capability) {
            link_denied(&mut linker, engine, name, item, denial)?;
            continue;
        }
        let declared = granted.contains_key(capability);
        match (name, declared) {
            ("vatra:mpass/caller@0.1.0", _) => vatra::mpass::caller::add_to_linker::<_, HasSelf<_>>(&mut linker, own)?,
            ("vatra:clock/clock@0.1.0", _) => vatra::clock::clock::add_to_linker::<_, HasSelf<_>>(&mut linker, own)?,
            ("vatra:random/random@0.1.0", _) => vatra::random::random::add_to_linker::<_, HasSelf<_>>(&mut linker, own)?,
            ("vatra:log/log@0.1.0", _) => vatra::log::log::add_to_linker::<_, HasSelf<_>>(&mut linker, own)?,
            ("vatra:registers/registers@0.1.0", true) => vatra::registers::registers::add_to_linker::<_, HasSelf<_>>(&mut linker, own)?,
            ("vatra:subjects/subjects@0.1.0", true) => vatra::subjects::subjects::add_to_linker::<_, HasSelf<_>>(&mut linker, own)?,
            ("vatra:uploads/uploads@0.1.0", true) => vatra::uploads::uploads::add_to_linker::<_, HasSelf<_>>(&mut linker, own)?,
            ("vatra:mpay/orders@0.1.0", true) => vatra::mpay::orders::add_to_linker::<_, HasSelf<_>>(&mut linker, own)?,
            ("vatra:mpay/invoices@0.1.0", true) => vatra::mpay::invoices::add_to_linker::<_, HasSelf<_>>(&mut linker, own)?,
            ("vatra:documents/documents@0.1.0", true) => vatra::documents::documents::add_to_linker::<_, HasSelf<_>>(&mut linker, own)?,
            ("vatra:documents/archive@0.1.0", true) => vatra::documents::archive::add_to_linker::<_, HasSelf<_>>(&mut linker, own)?,
            ("vatra:appointments/booking@0.1.0", true) => vatra::appointments::booking::add_to_linker::<_, HasSelf<_>>(&mut linker, own)?,
            ("vatra:appointments/calendar@0.1.0", true) => vatra::appointments::calendar::add_to_linker::<_, HasSelf<_>>(&mut linker, own)?,
            ("vatra:appointments/queue@0.1.0", true) => vatra::appointments::queue::add_to_linker::<_, HasSelf<_>>(&mut linker, own)?,
            ("vatra:cases/applications@0.1.0", true) => vatra::cases::applications::add_to_linker::<_, HasSelf<_>>(&mut linker, own)?,
            ("vatra:cases/handling@0.1.0", true) => vatra::cases::handling::add_to_linker::<_, HasSelf<_>>(&mut linker, own)?,
            ("vatra:catalogue/services@0.1.0", true) => vatra::catalogue::services::add_to_linker::<_, HasSelf<_>>(&mut linker, own)?,
            ("vatra:opendata/acts@0.1.0", true) => vatra::opendata::acts::add_to_linker::<_, HasSelf<_>>(&mut linker, own)?,
            ("vatra:config/settings@0.1.0", true) => vatra::config::settings::add_to_linker::<_, HasSelf<_>>(&mut linker, own)?,
            ("vatra:config/enactments@0.1.0", true) => vatra::config::enactments::add_to_linker::<_, HasSelf<_>>(&mut linker, own)?,
            ("vatra:config/working-days@0.1.0", true) => vatra::config::working_days::add_to_linker::<_, HasSelf<_>>(&mut linker, own)?,
            ("vatra:mconnect/data@0.1.0", true) => vatra::mconnect::data::add_to_linker::<_, HasSelf<_>>(&mut linker, own)?,
            ("vatra:mconnect/catalogue@0.1.0", true) => vatra::mconnect::catalogue::add_to_linker::<_, HasSelf<_>>(&mut linker, own)?,
            ("vatra:mconnect/events@0.1.0", true) => vatra::mconnect::events::add_to_linker::<_, HasSelf<_>>(&mut linker, own)?,
            ("vatra:mnotify/messages@0.1.0", true) => vatra::mnotify::messages::add_to_linker::<_, HasSelf<_>>(&mut linker, own)?,
            ("vatra:mpower/mandates@0.1.0", true) => vatra::mpower::mandates::add_to_linker::<_, HasSelf<_>>(&mut linker, own)?,
            ("vatra:msign/requests@0.1.0", true) => vatra::msign::requests::add_to_linker::<_, HasSelf<_>>(&mut linker, own)?,
            ("vatra:msign/verification@0.1.0", true) => vatra::msign::verification::add_to_linker::<_, HasSelf<_>>(&mut linker, own)?,
            ("vatra:timers/timers@0.1.0", true) => vatra::timers::timers::add_to_linker::<_, HasSelf<_>>(&mut linker, own)?,
            ("vatra:jobs/queue@0.1.0", true) => vatra::jobs::queue::add_to_linker::<_, HasSelf<_>>(&mut linker, own)?,
            ("vatra:tasks/tasks@0.1.0", true) => vatra::tasks::tasks::add_to_linker::<_, HasSelf<_>>(&mut linker, own)?,
            (name, true) => wasmtime::bail!("the module imports {name}, which this host does not offer yet"),
            (name, false) => wasmtime::bail!("the module imports {name}, which its manifest does not ask for"),
        }
    }
    let pre: InstancePre<CallState> = linker.instantiate_pre(component)?;
    // What is exported has to be of this contract: a module would otherwise be told nothing, and nobody would say so.
    let exported = |name: &str| kind.exports(engine).any(|(export, _)| export == name);
    let events = exported("vatra:modules/events@0.1.0").then(|| events::ListenerPre::new(pre.clone())).transpose()?;
    let quotes = exported("vatra:modules/quotes@0.1.0").then(|| quotes::QuoterPre::new(pre.clone())).transpose()?;
    let jobs = exported("vatra:modules/jobs@0.1.0").then(|| jobs::WorkerPre::new(pre.clone())).transpose()?;
    Ok(Linked { screens: Screens::new(component, pre)?, events, quotes, jobs, meters, _compiled: compiled.clone() })
}

/// Host functions work on the call's state as a whole.
fn own(state: &mut CallState) -> &mut CallState {
    state
}
