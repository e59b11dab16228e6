//! The words that every room of the house shares: ids, values, schemas, grants, the call, and the traits behind which storage and
//! the government's services stand. No I/O, no engine, no web, no SQL.

pub mod acts;
pub mod appointments;
pub mod audit;
pub mod blobs;
pub mod budgets;
pub mod bulk;
pub mod call;
pub mod cases;
pub mod catalogue;
pub mod clock;
pub mod digest;
pub mod documents;
pub mod fold;
pub mod geo;
pub mod grants;
pub mod ident;
pub mod ids;
pub mod jobs;
pub mod manifest;
pub mod packages;
pub mod providers;
pub mod register;
pub mod seal;
pub mod services;
pub mod settings;
pub mod signing;
pub mod statement;
pub mod store;
pub mod tasks;
pub mod timers;
pub mod unit;
pub mod value;
pub mod versions;
pub mod view;
pub mod workdays;
