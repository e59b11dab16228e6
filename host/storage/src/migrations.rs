//! Migrations, embedded; each runs once, in its order, when the database is opened.

use sqlx::migrate::{MigrateError, Migration, MigrationType, Migrator};
use sqlx::postgres::PgConnection;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{Connection as _, SqlSafeStr, SqlStr};
use std::path::Path;
use std::time::Duration;
use vatra_core::store::StoreError;

/// How long another program's write is waited for.
const PATIENCE: Duration = Duration::from_secs(20);

macro_rules! migrations {
    ($($name:literal),* $(,)?) => {
        const SQLITE: &[(&str, &str)] = &[$(($name, include_str!(concat!("../../../migrations/sqlite/", $name, ".sql")))),*];
        const POSTGRES: &[(&str, &str)] = &[$(($name, include_str!(concat!("../../../migrations/postgres/", $name, ".sql")))),*];
    };
}
migrations![
    "0001_platform",
    "0002_people_and_modules",
    "0003_registers",
    "0004_orders_and_inbox",
    "0005_audit",
    "0006_revisions",
    "0007_budgets",
    "0008_audit_index",
    "0009_seen",
    "0010_kept_messages",
    "0011_outbox",
    "0012_identity_of_town_halls",
    "0013_documents",
    "0014_references_and_bookmarks",
    "0015_refunds",
    "0016_signing",
    "0017_settings",
    "0018_timers_jobs_and_tasks",
    "0019_appointments",
    "0020_cases",
    "0021_document_numbers",
    "0022_acts",
    "0023_bulk_rows",
    "0024_packages",
];

fn migrator(all: &'static [(&'static str, &'static str)]) -> Migrator {
    let each = all.iter().zip(1i64..).map(|((name, sql), version)| {
        let description = name.split_once('_').map_or(*name, |(_, rest)| rest);
        let sql: SqlStr = (*sql).into_sql_str();
        Migration::new(version, description.into(), MigrationType::Simple, sql, false)
    });
    Migrator::with_migrations(each.collect())
}

fn failed(error: MigrateError) -> StoreError {
    match error {
        MigrateError::Execute(cause) => StoreError::Database(crate::fault::describe(&cause)),
        MigrateError::ExecuteMigration(cause, version) => {
            StoreError::Database(format!("migration {version}: {}", crate::fault::describe(&cause)))
        }
        MigrateError::VersionMissing(version) => {
            StoreError::Database(format!("the database is newer than this program (migration {version}): use a newer program"))
        }
        other => StoreError::Database(other.to_string()),
    }
}

/// Brings a SQLite database up to date.
pub(crate) async fn run_sqlite(file: &Path) -> Result<(), StoreError> {
    let opened = SqliteConnection::connect_with(&SqliteConnectOptions::new().filename(file).busy_timeout(PATIENCE)).await;
    let mut connection = opened.map_err(|error| StoreError::Database(crate::fault::describe(&error)))?;
    let done = migrator(SQLITE).run(&mut connection).await.map_err(failed);
    // What was to be kept is.
    let _ = connection.close().await;
    done
}

/// Brings a PostgreSQL database up to date, one host at a time.
pub(crate) async fn run_postgres(connection: &mut PgConnection) -> Result<(), StoreError> {
    migrator(POSTGRES).run(connection).await.map_err(failed)
}
