//! The home screen: what is open, what is late, whose turn it is.

use crate::{holds, incoming};
use vatra_sdk::contract::vatra::view::view::{Scope, SigningQueue, Worklist};
use vatra_sdk::prelude::*;

fn count(query: &Query) -> Result<i64, Failure> {
    Ok(i64::try_from(registers::find(query, 1, None)?.total).unwrap_or(i64::MAX))
}

/// The screen `home`.
pub(crate) fn screen() -> Result<Screen, Failure> {
    let today = clock::today();
    let late = count(&incoming::filtered("overdue", today))?;
    let filter = |code| Link::to("incoming", "incoming-title").with("filter", Choice(code));
    let drafts = Query::of("decisions").equal("state", Choice("draft"));
    let mut links = Vec::new();
    if holds(&["secretary", "specialist"]) {
        links.push(Link::to("register", "register-title"));
    }
    if holds(&["secretary"]) {
        links.push(Link::to("draft", "draft-title"));
    }
    links.push(Link::to("certificates", "certificates-title"));
    links.push(Link::to("guide", "guide-title"));
    let figures = vec![
        Figure::of("home-open", count(&incoming::filtered("open", today))?).opens(filter("open")),
        Figure::of("home-overdue", late).tone(if late > 0 { Tone::Danger } else { Tone::Neutral }).opens(filter("overdue")),
        Figure::of("home-drafts", count(&drafts)?).opens(Link::to("decisions", "decisions-title")),
    ];
    let worklist = Worklist {
        id: "work".into(),
        title: "home-work".into(),
        scope: Scope::All,
        kinds: Vec::new(),
        everywhere: false,
        empty: "home-no-work".into(),
    };
    let queue = SigningQueue { id: "signing".into(), title: "home-signing".into(), empty: "home-no-signing".into() };
    let mut screen = Screen::titled("home-title").links(links).figures(figures).block(Block::Worklist(worklist));
    if holds(&["secretary", "mayor"]) {
        screen = screen.block(Block::SigningQueue(queue));
    }
    Ok(screen)
}
