//! Composition: the component's imports are linked to what the municipality granted, and to denials where it did not.

use crate::Loaded;
use std::collections::BTreeMap;
use std::sync::Arc;
use vatra_capabilities::bindings::{ModulePre, events, vatra};
use vatra_capabilities::deny::link_denied;
use vatra_capabilities::{Binding, CallState};
use vatra_core::grants::{self, Grant};
use vatra_core::ids::Name;
use vatra_core::seal::Sealer;
use wasmtime::component::types::ComponentItem;
use wasmtime::component::{Component, HasSelf, InstancePre, Linker};

/// A module as one municipality runs it, ready to be called.
pub(crate) struct Ready {
    pub(crate) binding: Arc<Binding>,
    pub(crate) linked: Arc<Linked>,
    /// Grants end with a date: another day, another binding.
    pub(crate) on: chrono::NaiveDate,
}

/// A component linked to a granted set, shared by every municipality with the same set.
pub(crate) struct Linked {
    pub(crate) screens: ModulePre<CallState>,
    pub(crate) events: Option<events::ListenerPre<CallState>>,
}

/// What decides how a component is linked: for each capability, whether it is open, or how it denies.
pub(crate) type GrantedSet = BTreeMap<Name, Option<(String, String)>>;

/// Meets the manifest with the grants.
pub(crate) fn bind(loaded: &Loaded, given: &[Grant], today: chrono::NaiveDate, sealer: Sealer) -> Binding {
    let capabilities = loaded
        .manifest
        .capabilities
        .iter()
        .map(|(name, request)| {
            let grant = given.iter().find(|grant| grant.capability == *name);
            (name.clone(), grants::allowed(name, Some(request), grant, today))
        })
        .collect();
    Binding { manifest: loaded.manifest.clone(), capabilities, sealer }
}

/// The part of a binding that linking depends on.
pub(crate) fn granted_set(binding: &Binding) -> GrantedSet {
    let state = |result: &Result<_, grants::Denial>| result.as_ref().err().map(|denial| (denial.rule.clone(), denial.detail.clone()));
    binding.capabilities.iter().map(|(name, result)| (name.clone(), state(result))).collect()
}

/// Links a component.
///
/// # Errors
/// When it imports what no host offers, or what its manifest does not ask for: such a component should not have been installed.
pub(crate) fn link(engine: &wasmtime::Engine, component: &Component, binding: &Binding) -> wasmtime::Result<Linked> {
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
        if let Some(Err(denial)) = binding.capabilities.get(capability) {
            link_denied(&mut linker, engine, name, item, denial)?;
            continue;
        }
        let declared = binding.capabilities.contains_key(capability);
        match (name, declared) {
            ("vatra:mpass/caller@0.1.0", _) => vatra::mpass::caller::add_to_linker::<_, HasSelf<_>>(&mut linker, own)?,
            ("vatra:clock/clock@0.1.0", _) => vatra::clock::clock::add_to_linker::<_, HasSelf<_>>(&mut linker, own)?,
            ("vatra:random/random@0.1.0", _) => vatra::random::random::add_to_linker::<_, HasSelf<_>>(&mut linker, own)?,
            ("vatra:log/log@0.1.0", _) => vatra::log::log::add_to_linker::<_, HasSelf<_>>(&mut linker, own)?,
            ("vatra:registers/registers@0.1.0", true) => vatra::registers::registers::add_to_linker::<_, HasSelf<_>>(&mut linker, own)?,
            ("vatra:subjects/subjects@0.1.0", true) => vatra::subjects::subjects::add_to_linker::<_, HasSelf<_>>(&mut linker, own)?,
            ("vatra:uploads/uploads@0.1.0", true) => vatra::uploads::uploads::add_to_linker::<_, HasSelf<_>>(&mut linker, own)?,
            ("vatra:mpay/orders@0.1.0", true) => vatra::mpay::orders::add_to_linker::<_, HasSelf<_>>(&mut linker, own)?,
            (name, true) => wasmtime::bail!("the module imports {name}, which this host does not offer yet"),
            (name, false) => wasmtime::bail!("the module imports {name}, which its manifest does not ask for"),
        }
    }
    let pre: InstancePre<CallState> = linker.instantiate_pre(component)?;
    let events = events::ListenerPre::new(pre.clone()).ok();
    Ok(Linked { screens: ModulePre::new(pre)?, events })
}

/// Host functions work on the call's state as a whole.
fn own(state: &mut CallState) -> &mut CallState {
    state
}
