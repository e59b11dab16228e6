//! The functions `render` and `perform` of a component: found when it is linked, their types compared once.
//!
//! The generated bindings compare the whole of the view's types at every instantiation, which costs as much as the rest of a trivial call. The
//! types are the component's, the same in each of its instances: the first instance's are compared, later ones' are not.

use std::sync::atomic::{AtomicBool, Ordering};
use vatra_capabilities::CallState;
use vatra_capabilities::bindings::vatra::types::values::{Failure, Field};
use vatra_capabilities::bindings::vatra::view::view::{Answer, Screen};
use wasmtime::Store;
use wasmtime::component::{Component, ComponentExportIndex, ComponentNamedList, InstancePre, Lift, Lower, TypedFunc};

const INTERFACE: &str = "vatra:modules/screens@0.1.0";

/// See the module's text.
pub(crate) struct Screens {
    pre: InstancePre<CallState>,
    render: Function,
    perform: Function,
}

struct Function {
    index: ComponentExportIndex,
    compared: AtomicBool,
}

impl Screens {
    /// # Errors
    /// When the component does not export them.
    pub(crate) fn new(component: &Component, pre: InstancePre<CallState>) -> wasmtime::Result<Self> {
        let function = |name: &str| -> wasmtime::Result<Function> {
            let interface = component.get_export_index(None, INTERFACE);
            let index = interface.and_then(|interface| component.get_export_index(Some(&interface), name));
            let index = index.ok_or_else(|| wasmtime::format_err!("the module does not export {name} of {INTERFACE}"))?;
            Ok(Function { index, compared: AtomicBool::new(false) })
        };
        Ok(Self { render: function("render")?, perform: function("perform")?, pre })
    }

    /// Asks a fresh instance for a screen.
    pub(crate) async fn render(
        &self,
        store: &mut Store<CallState>,
        screen: &str,
        given: &[Field],
    ) -> wasmtime::Result<Result<Screen, Failure>> {
        let function = self.fresh::<(&str, &[Field]), (Result<Screen, Failure>,)>(store, &self.render).await?;
        Ok(function.call_async(store, (screen, given)).await?.0)
    }

    /// Has a fresh instance perform an action.
    pub(crate) async fn perform(
        &self,
        store: &mut Store<CallState>,
        action: &str,
        given: &[Field],
    ) -> wasmtime::Result<Result<Answer, Failure>> {
        let function = self.fresh::<(&str, &[Field]), (Result<Answer, Failure>,)>(store, &self.perform).await?;
        Ok(function.call_async(store, (action, given)).await?.0)
    }

    async fn fresh<P, R>(&self, store: &mut Store<CallState>, function: &Function) -> wasmtime::Result<TypedFunc<P, R>>
    where
        P: ComponentNamedList + Lower,
        R: ComponentNamedList + Lift,
    {
        let instance = self.pre.instantiate_async(&mut *store).await?;
        if !function.compared.load(Ordering::Acquire) {
            let found = instance.get_typed_func::<P, R>(&mut *store, &function.index)?;
            function.compared.store(true, Ordering::Release);
            return Ok(found);
        }
        let found = instance.get_func(&mut *store, function.index);
        let found = found.ok_or_else(|| wasmtime::format_err!("a function of {INTERFACE} is gone"))?;
        #[allow(unsafe_code)]
        // SAFETY: this very function of this very component was compared with these types before; they do not depend on the instance. Each
        // `Function` is asked for with one pair of types only, by `render` and `perform` above.
        let found = unsafe { TypedFunc::new_unchecked(found) };
        Ok(found)
    }
}
