//! What is measured, by room.

mod day;
mod density;
mod engine;
mod fair;
mod http;
mod load;
mod portal;
mod registers;
mod services;
mod signing;
mod start;
mod weights;
mod work;

use crate::figure::Figure;
use anyhow::{Result, bail};

/// Rooms, in the order of the report.
pub(crate) const ALL: [&str; 11] =
    ["engine", "fair", "http", "day", "density", "registers", "work", "portal", "services", "start", "weights"];

pub(crate) async fn measure(room: &str) -> Result<Vec<Figure>> {
    match room {
        "engine" => engine::measure().await,
        "fair" => fair::measure().await,
        "http" => http::measure().await,
        "day" => day::measure().await,
        "density" => density::measure().await,
        "registers" => registers::measure().await,
        "work" => work::measure().await,
        "portal" => portal::measure().await,
        "services" => services::measure().await,
        "start" => start::measure(),
        "weights" => weights::measure().await,
        other => bail!("there is no room '{other}'"),
    }
}
