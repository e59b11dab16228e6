//! `quote`: what is owed on an order right now. MPay asks when somebody pays. Reads only.

use crate::call::{Call, Runtime};
use crate::failure::CallError;
use crate::usage::Kind;
use std::sync::Arc;
use vatra_capabilities::{Mode, quoted};
use vatra_core::call::Tenant;
use vatra_core::ids::Name;
use vatra_core::unit::OrderLine;

impl Runtime {
    /// Asks the order's module what is owed on it now; none when the module leaves that to the order, or is withheld MPay and so not asked.
    ///
    /// # Errors
    /// [`CallError`]; denials are in the audit trail when this returns.
    pub async fn quote(&self, tenant: &Tenant, module: &Name, number: &str) -> Result<Option<Vec<OrderLine>>, CallError> {
        let ready = self.ready(tenant.id, module).await?;
        let granted = matches!(ready.binding.capabilities.get("mpay"), Some(Ok(_)));
        let Some(quoter) = ready.linked.quotes.as_ref().filter(|_| granted) else { return Ok(None) };
        let ctx = &Arc::new(self.event_context(tenant, module));
        let call = Call { ctx, ready: &ready, kind: Kind::Quote, what: "quote" };
        let turn = self.turn(ctx, false).await?;
        let store = self.store(ctx, &ready, Mode::Read);
        let ask = async |store: &mut wasmtime::Store<_>| {
            let module = quoter.instantiate_async(&mut *store).await?;
            module.vatra_modules_quotes().call_quote(&mut *store, number).await
        };
        let (ran, mut state, spent) = self.run(&call, turn, store, ask).await;
        let result = match ran {
            Ok(Ok(lines)) => quoted(&mut state, &lines).map_err(CallError::from),
            Ok(Err(failure)) => Err(failure.into()),
            Err(error) => Err(error),
        };
        self.count(&call, &state, spent, result.as_ref().err());
        let mut rows = self.denial_rows(ctx, &state, "quote");
        rows.extend(self.stopped_row(ctx, "quote", result.as_ref().err()));
        if !rows.is_empty() {
            self.services.store.audit(tenant.id, rows).await?;
        }
        result.map(Some)
    }
}
