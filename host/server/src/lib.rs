//! The portal. `app` is what it can do, for the web and the command line alike; `web` serves it.

pub mod app;
