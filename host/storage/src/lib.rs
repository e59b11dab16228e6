//! Storage on SQLite (default) and PostgreSQL behind core's traits [`Platform`](vatra_core::store::Platform),
//! [`Municipal`](vatra_core::store::Municipal) and [`Snapshot`](vatra_core::store::Snapshot): one story, told in SQL once, over a
//! thin layer that knows both databases.
//!
//! Rooms: `db`, `pool` and `dialect` (the two databases), `committer` (transactions of many), `commit` (units of work), `snapshot`, `find` and `summarise` (reads), `index`
//! and `reindex` (keys and words of entries), `audit` (the chain, its checkpoints, verification), `payments`, `documents`, `signing`, `timers`, `jobs`, `tasks`, `inbox`, `outbox`,
//! `people`, `modules`, `changes` (told to other hosts), `platform`.

mod acts;
mod appointments;
mod audit;
mod bulk;
mod cases;
mod changes;
mod codec;
mod commit;
mod committer;
mod db;
mod dialect;
mod documents;
mod fault;
mod find;
mod gather;
mod inbox;
mod index;
mod jobs;
mod migrations;
mod modules;
mod municipal;
mod open;
mod outbox;
mod packages;
mod payments;
mod people;
mod platform;
mod pool;
mod refunds;
mod reindex;
mod settings;
mod shared;
mod signing;
mod snapshot;
mod sqlite;
mod summarise;
mod tasks;
#[cfg(feature = "testing")]
pub mod testing;
mod timers;
mod totals;

pub use open::{Config, DatabaseUrl, open};
pub use shared::Storage;
