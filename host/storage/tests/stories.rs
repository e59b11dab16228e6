//! One story, told on SQLite and on PostgreSQL.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, clippy::too_many_lines)]

mod support;

/// Makes every story a test on both databases.
macro_rules! stories {
    ($($name:ident),* $(,)?) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                super::$name(crate::support::Stage::sqlite().await).await;
            })*
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                super::$name(crate::support::Stage::postgres().await).await;
            })*
        }
    };
}

#[path = "stories/appointments.rs"]
mod appointments;
#[path = "stories/audit.rs"]
mod audit;
#[path = "stories/bulk.rs"]
mod bulk;
#[path = "stories/cases.rs"]
mod cases;
#[path = "stories/documents.rs"]
mod documents;
#[path = "stories/jobs.rs"]
mod jobs;
#[path = "stories/orders.rs"]
mod orders;
#[path = "stories/outbox.rs"]
mod outbox;
#[path = "stories/packages.rs"]
mod packages;
#[path = "stories/people.rs"]
mod people;
#[path = "stories/platform.rs"]
mod platform;
#[path = "stories/search.rs"]
mod search;
#[path = "stories/settings.rs"]
mod settings;
#[path = "stories/signing.rs"]
mod signing;
#[path = "stories/tasks.rs"]
mod tasks;
#[path = "stories/together.rs"]
mod together;
#[path = "stories/totals.rs"]
mod totals;
#[path = "stories/units.rs"]
mod units;
