//! A short guide: what to do in which order.

use crate::home_link;
use vatra_sdk::prelude::*;

/// Its parts, from setting up to every day's work.
const PARTS: [&str; 6] = ["counters", "hours", "day", "book", "queue", "closing"];

/// The screen `guide`.
pub(crate) fn screen() -> Screen {
    let screen = Screen::titled("guide-title").under(home_link()).text("guide-text");
    PARTS.into_iter().fold(screen, |screen, part| screen.heading(format!("guide-{part}")).text(format!("guide-{part}-text")))
}
