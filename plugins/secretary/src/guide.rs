//! A short guide.

use crate::home_link;
use vatra_sdk::prelude::*;

const PARTS: [&str; 5] = ["register", "answer", "decision", "publish", "certificate"];

/// The screen `guide`.
pub(crate) fn screen() -> Screen {
    let screen = Screen::titled("guide-title").under(home_link()).text("guide-text");
    PARTS.into_iter().fold(screen, |screen, part| screen.heading(format!("guide-{part}")).text(format!("guide-{part}-text")))
}
