//! A short guide: what to do in which order, through the year.

use crate::home_link;
use vatra_sdk::prelude::*;

/// Its parts, in the order of the year.
const PARTS: [&str; 6] = ["roll", "assessment", "notices", "payments", "arrears", "certificate"];

/// The screen `guide`.
pub(crate) fn screen() -> Screen {
    let screen = Screen::titled("guide-title").under(home_link()).text("guide-text");
    PARTS.into_iter().fold(screen, |screen, part| screen.heading(format!("guide-{part}")).text(format!("guide-{part}-text")))
}
