//! `render`: a screen. Reads only.

use crate::call::{Call, Runtime};
use crate::compose::Ready;
use crate::failure::CallError;
use crate::usage::Kind;
use std::sync::Arc;
use vatra_capabilities::{Mode, convert, view};
use vatra_core::call::CallContext;
use vatra_core::seal::Origin;
use vatra_core::value::Fields;
use vatra_core::view::Screen;

impl Runtime {
    /// Asks the module, as [`Runtime::ready`] found it, for a screen; `check` says whether it can be shown. The caller's role is checked against the manifest; parameters are
    /// checked by whoever parsed them.
    ///
    /// # Errors
    /// [`CallError`]; denials are in the audit trail when this returns.
    pub async fn render(
        &self,
        ctx: &Arc<CallContext>,
        ready: &Ready,
        screen: &str,
        parameters: &Fields,
        check: &(dyn Fn(&Screen) -> Result<(), CallError> + Send + Sync),
    ) -> Result<Screen, CallError> {
        let schema = ready.binding.manifest.screen(screen).ok_or_else(|| CallError::NotFound(format!("screen {screen}")))?;
        self.require_role(ctx, screen, &schema.roles).await?;

        let call = Call { ctx, ready, kind: Kind::Render, what: screen };
        let turn = self.turn(ctx, false).await?;
        let personal = |name: &str| schema.parameters.iter().any(|input| input.name == name && input.is_personal());
        let arguments = convert::fields_to_guest(&ready.binding.sealer, Origin::Sent, personal, parameters);
        let store = self.store(ctx, ready, Mode::Read);
        let (ran, mut state, spent) =
            self.run(&call, turn, store, async |store| ready.linked.screens.render(store, screen, &arguments).await).await;
        let result = match ran {
            Ok(Ok(rendered)) => {
                view::screen(&mut state, rendered).map_err(CallError::from).and_then(|screen| check(&screen).map(|()| screen))
            }
            Ok(Err(failure)) => Err(failure.into()),
            Err(error) => Err(error),
        };
        self.count(&call, &state, spent, result.as_ref().err());
        let mut rows = self.denial_rows(ctx, &state, screen);
        rows.extend(self.stopped_row(ctx, screen, result.as_ref().err()));
        if !rows.is_empty() {
            self.services.store.audit(ctx.tenant.id, rows).await?;
        }
        result
    }
}
