//! The portal. `app` is what it can do, for the web and the command line alike; `web` serves it, `commands` answers the operator's command
//! line, `demo` fills a data folder to try it with, `services` connects the government services, `carriers` bring them what leaves
//! and take what they tell.

pub mod app;
pub mod carriers;
pub mod commands;
pub mod demo;
pub mod emulated;
pub mod log;
pub mod metrics;
pub mod services;
pub mod web;
