//! A capability that was declared but is withheld or revoked: linked to functions that deny everything, so that the module still
//! runs and can say what it may no longer do. One implementation for every interface: the contract's rule is that each function of
//! a granted interface returns `result<_, failure>`.

use crate::state::CallState;
use vatra_core::grants::Denial;
use wasmtime::component::types::ComponentItem;
use wasmtime::component::{Linker, Val};
use wasmtime::{Engine, StoreContextMut};

/// Links every function of this imported interface to a denial.
///
/// # Errors
/// When the interface is not an instance, or the linker already has it.
pub fn link_denied(
    linker: &mut Linker<CallState>,
    engine: &Engine,
    interface: &str,
    item: &ComponentItem,
    denial: &Denial,
) -> wasmtime::Result<()> {
    let ComponentItem::ComponentInstance(instance) = item else { return Ok(()) };
    let mut link = linker.instance(interface)?;
    for (name, export) in instance.exports(engine) {
        if !matches!(export.ty, ComponentItem::ComponentFunc(_)) {
            continue;
        }
        let denial = denial.clone();
        link.func_new_async(name, move |mut store: StoreContextMut<'_, CallState>, _type, _arguments, results| {
            let denial = denial.clone();
            Box::new(async move {
                store.data_mut().count().map_err(wasmtime::Error::new)?;
                store.data_mut().deny(denial.clone());
                let text = |text: &str| Val::String(text.to_owned());
                let record = Val::Record(vec![
                    ("capability".into(), text(&denial.capability)),
                    ("rule".into(), text(&denial.rule)),
                    ("detail".into(), text(&denial.detail)),
                ]);
                if let Some(slot) = results.first_mut() {
                    *slot = Val::Result(Err(Some(Box::new(Val::Variant("denied".into(), Some(Box::new(record)))))));
                }
                Ok(())
            })
        })?;
    }
    Ok(())
}
