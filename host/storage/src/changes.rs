//! Changes of modules and grants, told to other hosts on the same PostgreSQL database.
//!
//! Each change counts a revision up, in its own transaction, and sends a notice with it: revisions are in the order of commits, so that a
//! gap shows a lost notice. A poll of the revision finds what no later notice would show.

use crate::db::{Pools, Tx, params};
use crate::dialect;
use crate::fault::Fault;
use async_trait::async_trait;
use sqlx::postgres::{PgConnectOptions, PgListener, PgPool, PgPoolOptions};
use std::time::Duration;
use vatra_core::ids::{Name, TenantId};
use vatra_core::store::{Changed, Changes};

const CHANNEL: &str = "vatra_changes";
/// Stands in a notice where a municipality and a module would.
const TRUST: &str = "trust";
/// Between two looks at the revision: a notice that was lost is found out within two of them.
const POLL: Duration = Duration::from_secs(2);
const REVISION: &str = "SELECT revision FROM revisions WHERE what = 'modules'";

/// Within the transaction that changes a module or a grant.
pub(crate) async fn announce(tx: &mut Tx, tenant: TenantId, module: &Name) -> Result<(), Fault> {
    tell(tx, &format!("{tenant} {module}")).await
}

/// Within the transaction that changes whom the host trusts, or what is stopped.
pub(crate) async fn announce_trust(tx: &mut Tx) -> Result<(), Fault> {
    tell(tx, TRUST).await
}

async fn tell(tx: &mut Tx, what: &str) -> Result<(), Fault> {
    let row = tx.row("UPDATE revisions SET revision = revision + 1 WHERE what = 'modules' RETURNING revision", vec![]).await?;
    let revision = row.ok_or_else(|| Fault::corrupt("no revision of modules"))?.count(0)?;
    if let Some(sql) = dialect::notify(tx.dialect()) {
        tx.rows(sql, params![CHANNEL, format!("{revision} {what}")]).await?;
    }
    Ok(())
}

/// From now on.
pub(crate) async fn listen(pools: &Pools) -> Result<Box<dyn Changes>, Fault> {
    let Some(options) = pools.writers.postgres() else { return Ok(Box::new(Never)) };
    let mut heard = Heard { options, listener: None, heard: 0, unheard: 0, next_poll: tokio::time::Instant::now() + POLL };
    heard.connect().await?;
    Ok(Box::new(heard))
}

/// One host: nobody else changes anything.
struct Never;

#[async_trait]
impl Changes for Never {
    async fn next(&mut self) -> Changed {
        std::future::pending().await
    }
}

struct Heard {
    options: PgConnectOptions,
    listener: Option<(PgListener, PgPool)>,
    /// The last revision that a notice told of.
    heard: u64,
    /// The revision at the last poll, when no notice had told of it yet.
    unheard: u64,
    next_poll: tokio::time::Instant,
}

impl Heard {
    async fn connect(&mut self) -> Result<(), Fault> {
        // One connection listens, one polls.
        let pool = PgPoolOptions::new().max_connections(2).connect_with(self.options.clone()).await?;
        let mut listener = PgListener::connect_with(&pool).await?;
        listener.eager_reconnect(false);
        listener.listen(CHANNEL).await?;
        self.heard = revision(&pool).await?;
        self.unheard = self.heard;
        self.listener = Some((listener, pool));
        Ok(())
    }

    /// What a notice means; nothing when it was known already.
    fn told(&mut self, notice: &str) -> Option<Changed> {
        let mut words = notice.split(' ');
        let revision = words.next().and_then(|text| text.parse::<u64>().ok());
        let told = match (words.next(), words.next()) {
            (Some(TRUST), None) => Some(Changed::Trust),
            (Some(tenant), Some(module)) => {
                tenant.parse().ok().zip(Name::new(module).ok()).map(|(tenant, module)| Changed::Module(TenantId(tenant), module))
            }
            _ => None,
        };
        let (Some(revision), Some(told)) = (revision, told) else { return Some(Changed::Everything) };
        if revision <= self.heard {
            return None;
        }
        let missed = revision > self.heard + 1;
        self.heard = revision;
        Some(if missed { Changed::Everything } else { told })
    }

    /// Whether a revision that an earlier look saw was still not told of.
    fn polled(&mut self, revision: u64) -> bool {
        let missed = self.unheard > self.heard;
        self.heard = self.heard.max(self.unheard);
        self.unheard = revision;
        missed
    }
}

async fn revision(pool: &PgPool) -> Result<u64, Fault> {
    let revision: i64 = sqlx::query_scalar(REVISION).fetch_one(pool).await?;
    Ok(revision.unsigned_abs())
}

#[async_trait]
impl Changes for Heard {
    async fn next(&mut self) -> Changed {
        loop {
            let Some((listener, pool)) = &mut self.listener else {
                match self.connect().await {
                    Ok(()) => return Changed::Everything,
                    Err(error) => {
                        tracing::warn!(?error, "changes by other hosts are not heard: trying again");
                        tokio::time::sleep(POLL).await;
                        continue;
                    }
                }
            };
            let heard = tokio::select! {
                notice = listener.try_recv() => match notice {
                    Ok(Some(notice)) => self.told(notice.payload()),
                    Ok(None) | Err(_) => {
                        self.listener = None;
                        None
                    }
                },
                () = tokio::time::sleep_until(self.next_poll) => {
                    let polled = revision(pool).await;
                    self.next_poll = tokio::time::Instant::now() + POLL;
                    match polled {
                        Ok(revision) => self.polled(revision).then_some(Changed::Everything),
                        Err(_) => {
                            self.listener = None;
                            None
                        }
                    }
                }
            };
            if let Some(changed) = heard {
                return changed;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lost_notice_is_found_by_the_gap_or_by_the_second_look() {
        let (tenant, module) = (TenantId::fresh(), Name::new("tax-collector").expect("a name"));
        let notice = |revision: u64| format!("{revision} {tenant} {module}");
        let next_poll = tokio::time::Instant::now();
        let mut heard = Heard { options: PgConnectOptions::new_without_pgpass(), listener: None, heard: 7, unheard: 7, next_poll };
        assert_eq!(heard.told(&notice(8)), Some(Changed::Module(tenant, module.clone())));
        assert_eq!(heard.told(&notice(8)), None);
        assert_eq!(heard.told(&notice(10)), Some(Changed::Everything));
        // Seen by a look before its notice came: nothing is lost.
        assert!(!heard.polled(11));
        assert_eq!(heard.told(&notice(11)), Some(Changed::Module(tenant, module.clone())));
        assert!(!heard.polled(12));
        assert!(heard.polled(12), "its notice never came");
        assert!(!heard.polled(12));
        assert_eq!(heard.told(&notice(13)), Some(Changed::Module(tenant, module)));
        assert_eq!(heard.told("14 trust"), Some(Changed::Trust));
        assert_eq!(heard.told("14 trust"), None);
        assert_eq!(heard.told("nonsense"), Some(Changed::Everything));
    }
}
