//! The portal as a browser meets it: every route, signing in and out, forms, files, headers, problems. Over SQLite, with the real engine
//! and the tax collector's module.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs, unreachable_pub)]

mod acting;
mod administration;
mod books;
mod browser;
mod bulk;
mod cases;
mod directory;
mod documents;
mod evo;
mod forms;
mod headers;
mod imports;
mod ledger;
mod notices;
mod officials;
mod packages;
mod pages;
mod search;
mod sessions;
mod settings;
mod signing;
mod town;
mod uploads;
mod worklist;
