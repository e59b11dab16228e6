//! What every part of storage shares: connections, the order of writers, checkpoints.

use crate::audit::checkpoint::Checkpoints;
use crate::audit::lane::Lanes;
use crate::db::{Dialect, Pools, Tx};
use crate::fault::Fault;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::OwnedMutexGuard;
use vatra_core::ids::TenantId;

/// Storage of one host: implements [`Platform`](vatra_core::store::Platform) and [`Municipal`](vatra_core::store::Municipal).
/// Clones share everything.
#[derive(Clone, Debug)]
pub struct Storage {
    pub(crate) shared: Arc<Shared>,
    pub(crate) lanes: Arc<Lanes>,
}

impl Storage {
    pub(crate) fn new(shared: Arc<Shared>) -> Self {
        Self { lanes: Arc::new(Lanes::new(Arc::clone(&shared))), shared }
    }
    /// Waits for what is being written and closes every connection.
    pub async fn close(&self) {
        self.shared.pools.close().await;
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
    writers: Mutex<HashMap<TenantId, Arc<tokio::sync::Mutex<()>>>>,
}

impl Shared {
    pub(crate) fn new(pools: Pools, checkpoints: Checkpoints) -> Self {
        Self { pools, checkpoints, writers: Mutex::default() }
    }
    pub(crate) fn dialect(&self) -> Dialect {
        self.pools.dialect()
    }
    /// A tenant's writers take turns: each extends the same audit chain. Other hosts' writers are kept apart by the database.
    pub(crate) async fn turn(&self, tenant: TenantId) -> OwnedMutexGuard<()> {
        let mutex = {
            let mut all = self.writers.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(all.entry(tenant).or_default())
        };
        mutex.lock_owned().await
    }
    /// Ends a transaction as its outcome says.
    pub(crate) async fn finish<T>(&self, tx: Tx, outcome: Result<T, Fault>) -> Result<T, Fault> {
        match outcome {
            Ok(value) => tx.commit().await.map(|()| value),
            Err(fault) => {
                // The first fault is the one to tell; a failed rollback means that the connection is gone, and the transaction with it.
                let _ = tx.rollback().await;
                Err(fault)
            }
        }
    }
}

/// How often a transaction that the database could not order is tried before that is told.
pub(crate) const ATTEMPTS: u32 = 12;

/// Runs a body (`Result<T, Fault>`, over the transaction named) in a serialisable transaction, again while the database asks for it.
macro_rules! transact {
    ($shared:expr, $tx:ident, $body:expr) => {{
        let mut attempt = 0u32;
        loop {
            attempt += 1;
            let mut $tx = $shared.pools.write().await?;
            let outcome = $body;
            match $shared.finish($tx, outcome).await {
                Err($crate::fault::Fault::Serialization) if attempt < $crate::shared::ATTEMPTS => {
                    tokio::time::sleep(std::time::Duration::from_millis(u64::from(attempt) * 2)).await;
                }
                other => break other,
            }
        }
    }};
}
pub(crate) use transact;
