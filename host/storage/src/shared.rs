//! What every part of storage shares: connections, committers, checkpoints.

use crate::audit::checkpoint::Checkpoints;
use crate::committer::Committers;
use crate::db::{Pools, Tx};
use crate::fault::Fault;
use crate::index::Fingerprints;
use crate::totals::Totals;
use std::sync::Arc;

/// Storage of one host: implements [`Platform`](vatra_core::store::Platform) and [`Municipal`](vatra_core::store::Municipal).
/// Clones share everything.
#[derive(Clone, Debug)]
pub struct Storage {
    pub(crate) shared: Arc<Shared>,
}

impl Storage {
    /// Waits for what is being written and closes every connection.
    pub async fn close(&self) {
        self.shared.pools.close().await;
        self.shared.checkpoints.close();
    }
    /// The public half of the key that signs the audit trail's checkpoints (Ed25519, hexadecimal): for whoever checks them elsewhere.
    pub fn checkpoint_key(&self) -> String {
        self.shared.checkpoints.public_key()
    }
}

/// See [`Storage`].
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) pools: Pools,
    pub(crate) checkpoints: Checkpoints,
    pub(crate) committers: Committers,
    pub(crate) fingerprints: Fingerprints,
    pub(crate) totals: Totals,
}

impl Shared {
    pub(crate) fn new(pools: Pools, checkpoints: Checkpoints) -> Self {
        let committers = Committers::new(pools.writers.size());
        Self { pools, checkpoints, committers, fingerprints: Fingerprints::default(), totals: Totals::default() }
    }
    /// Ends a transaction as its outcome says.
    pub(crate) async fn finish<T>(&self, tx: Tx, outcome: Result<T, Fault>) -> Result<T, Fault> {
        match outcome {
            Ok(value) => tx.commit().await.map(|()| value),
            Err(fault) => {
                tx.rollback().await;
                Err(fault)
            }
        }
    }
}

/// The weight of a few statements.
pub(crate) const LIGHT: usize = 4;

/// Writes, with captured values cloned for every time that it has to be performed: `write!(storage, whose, [values], tx, body)`,
/// whose body gives an outcome and audit rows.
macro_rules! write {
    ($storage:expr, $tenant:expr, [$($name:ident),*], $tx:ident, $body:expr) => {{
        let write = $storage.shared.write($tenant, $crate::shared::LIGHT, move |$tx| {
            $(let $name = $name.clone();)*
            Box::pin(async move { $body })
        });
        Ok(write.await?)
    }};
}
pub(crate) use write;
