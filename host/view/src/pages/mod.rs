//! The host's own pages, in the same frame as modules' screens: signing in, choosing a municipality, its home, and whatever goes
//! wrong. Fed by plain structures; every address is the caller's.

pub mod acts;
pub mod administration;
pub mod budgets;
pub mod cases;
pub mod check;
pub mod connection;
pub mod entries;
pub mod evo;
pub mod imports;
pub mod jobs;
pub mod officials;
pub mod packages;
pub mod search;
pub mod services;
pub mod settings;
pub mod signing;
mod trail;
pub mod worklist;

pub use trail::{AuditAsked, AuditView, InboxView, audit, audit_csv, inbox};

use crate::explain::Trouble;
use crate::messages::{say, say_with};
use crate::page::{Frame, town_hall};
use crate::render::{self, NavLink};
use crate::ui::{Anchor, Ask, Card, Cell, Choice, Control, Fact, Piece, Press, Said, Sheet};
use vatra_core::call::Tenant;
use vatra_core::view::Tone;

/// A page of the host.
#[derive(Clone, Debug, Default)]
pub struct HostPage {
    /// Its heading, and the window's title.
    pub title: String,
    /// Pages above it.
    pub breadcrumbs: Vec<Anchor>,
    /// The part of the portal that it belongs to.
    pub service: Option<Anchor>,
    /// That part's navigation: words, address, and whether the reader is there.
    pub navigation: Vec<(Anchor, bool)>,
    /// What is wrong with what was posted; links lead to inputs, an empty one to none.
    pub errors: Vec<Anchor>,
    /// Its content.
    pub pieces: Vec<Piece>,
    /// Asked for anew after so many seconds where no scripts run.
    pub refresh: Option<u32>,
}

/// Any page made of pieces.
pub fn render(frame: &Frame<'_>, page: &HostPage) -> String {
    let mut chrome = frame.chrome(page.title.clone());
    chrome.service.clone_from(&page.service);
    chrome.navigation = page
        .navigation
        .iter()
        .map(|(anchor, current)| NavLink { text: anchor.text.clone(), href: anchor.href.clone(), current: *current })
        .collect();
    chrome.breadcrumbs.clone_from(&page.breadcrumbs);
    chrome.errors.clone_from(&page.errors);
    chrome.refresh = page.refresh;
    render::page_html(&chrome, &page.pieces)
}

/// The first page, for whoever has not signed in. `sign_in` is where signing in begins (a GET); `then` comes along as `then`.
pub fn landing(frame: &Frame<'_>, sign_in: &str, then: Option<&str>) -> String {
    let language = frame.language;
    let press = Press {
        label: say(language, "sign-in"),
        tone: Tone::Success,
        post: false,
        action: sign_in.to_owned(),
        hidden: then.map(|then| ("then".to_owned(), then.to_owned())).into_iter().collect(),
        primary: true,
    };
    let page = HostPage {
        title: say(language, "landing-title"),
        pieces: vec![
            Piece::Text(say(language, "landing-text")),
            Piece::Buttons(vec![press]),
            Piece::Heading { level: 2, text: say(language, "landing-rights") },
            Piece::Text(say(language, "landing-rights-text")),
            Piece::Links(vec![Anchor::new(say(language, "follow-title"), cases::TOWNS)]),
        ],
        ..HostPage::default()
    };
    render(frame, &page)
}

/// A message goes to another service through the reader's browser: by itself where scripts run, by a button elsewhere.
pub fn hand_over(frame: &Frame<'_>, service: &str, address: &str, fields: Vec<(String, String)>) -> String {
    let named = |id: &str| say_with(frame.language, id, &[("service", service.into())]);
    let press = Press {
        label: named("hand-over-continue"),
        tone: Tone::Success,
        post: true,
        action: address.to_owned(),
        hidden: fields,
        primary: true,
    };
    let pieces = vec![Piece::Text(named("hand-over-text")), Piece::Sends(press)];
    render(frame, &HostPage { title: named("hand-over-title"), pieces, ..HostPage::default() })
}

/// What was asked for is still being made; the page asks again by itself.
pub fn wait(frame: &Frame<'_>, key: &str) -> String {
    let language = frame.language;
    let pieces = vec![Piece::Text(say(language, &format!("{key}-text")))];
    render(frame, &HostPage { title: say(language, key), pieces, ..HostPage::default() })
}

/// The municipalities that the reader works in, each with the roles held there in words.
pub fn municipalities(frame: &Frame<'_>, list: &[(Tenant, String)]) -> String {
    let language = frame.language;
    let cards: Vec<Card> = list
        .iter()
        .map(|(tenant, roles)| Card {
            link: Anchor::new(town_hall(tenant, language), format!("/{}", tenant.slug)),
            text: say_with(language, "district-of", &[("district", tenant.district.as_str().into())]),
            note: Some(roles.clone()).filter(|roles| !roles.is_empty()),
            tag: None,
        })
        .collect();
    let pieces = if cards.is_empty() {
        vec![Piece::Notice(Said {
            tone: Tone::Neutral,
            title: say(language, "no-municipality"),
            text: Some(say(language, "no-municipality-text")),
        })]
    } else {
        vec![Piece::Cards(cards)]
    };
    render(frame, &HostPage { title: say(language, "choose-municipality"), pieces, ..HostPage::default() })
}

/// A module on a municipality's home page.
#[derive(Clone, Debug)]
pub struct ModuleCard {
    /// Its title, in the reader's language.
    pub title: String,
    /// What it does.
    pub description: String,
    /// Its address.
    pub href: String,
    /// Switched off by the administrator or the operator.
    pub disabled: bool,
}

/// What else a home page leads to, by address.
#[derive(Clone, Debug, Default)]
pub struct HomeCards {
    /// The signing queue, where there is MSign, and how many requests wait in it.
    pub signing: Option<(String, usize)>,
    /// Acting for others, where there is MPower.
    pub acting: Option<String>,
    /// The administration, for whoever may.
    pub administration: Option<String>,
}

/// A municipality's home: what the reader has to do, the modules that their roles open, and what else there is for them.
pub fn home(frame: &Frame<'_>, work: &worklist::Work, modules: &[ModuleCard], more: &HomeCards) -> String {
    let language = frame.language;
    let mut cards: Vec<Card> = modules
        .iter()
        .map(|module| Card {
            link: Anchor::new(module.title.clone(), module.href.clone()),
            text: module.description.clone(),
            note: None,
            tag: module.disabled.then(|| (say(language, "module-disabled"), Tone::Warning)),
        })
        .collect();
    let mut pieces = Vec::new();
    if cards.is_empty() {
        pieces.push(Piece::Notice(Said {
            tone: Tone::Neutral,
            title: say(language, "no-modules"),
            text: Some(say(language, "no-modules-text")),
        }));
    } else {
        pieces.extend(worklist::pieces(frame, work, more.signing.as_ref()));
    }
    if let Some((href, waits)) = &more.signing {
        let tag = say_with(language, "signing-waits", &[("count", (*waits).into())]);
        cards.push(Card {
            link: Anchor::new(say(language, "signing-title"), href.clone()),
            text: say(language, "signing-card"),
            note: None,
            tag: (*waits > 0).then_some((tag, Tone::Warning)),
        });
    }
    if let Some(href) = &more.acting {
        cards.push(Card {
            link: Anchor::new(say(language, "acting-title"), href.clone()),
            text: say(language, "acting-card"),
            note: None,
            tag: None,
        });
    }
    if let Some(href) = &more.administration {
        cards.push(Card {
            link: Anchor::new(say(language, "administration"), href.clone()),
            text: say(language, "administration-text"),
            note: None,
            tag: None,
        });
    }
    if !cards.is_empty() {
        if !modules.is_empty() {
            pieces.push(Piece::Heading { level: 2, text: say(language, "modules") });
        }
        pieces.push(Piece::Cards(cards));
    }
    let title = frame.tenant.map_or_else(|| say(language, "modules"), |tenant| town_hall(tenant, language));
    render(frame, &HostPage { title, pieces, ..HostPage::default() })
}

/// A power of attorney by which the reader may act.
#[derive(Clone, Debug)]
pub struct MandateCard {
    /// Its code.
    pub code: String,
    /// Who gave it.
    pub name: String,
    /// Its type, in words.
    pub kind: String,
    /// Last day.
    pub until: Option<chrono::NaiveDate>,
    /// Whether the reader acts by it now.
    pub chosen: bool,
}

/// For whom the reader may act; the choice is posted to `action`.
pub fn acting(frame: &Frame<'_>, action: &str, mandates: &[MandateCard]) -> String {
    let language = frame.language;
    let mut pieces = vec![Piece::Text(say(language, "acting-text"))];
    if mandates.is_empty() {
        pieces.push(Piece::Notice(Said {
            tone: Tone::Neutral,
            title: say(language, "acting-none"),
            text: Some(say(language, "acting-none-text")),
        }));
    } else {
        let choice = |value: &str, label: String, checked: bool| Choice {
            id: format!("mandate-{}", if value.is_empty() { "none" } else { value }),
            value: value.to_owned(),
            label,
            checked,
            then: Vec::new(),
        };
        let words = |mandate: &MandateCard| match mandate.until {
            Some(until) => {
                let until = crate::format::date(until, language);
                format!("{} – {} ({})", mandate.name, mandate.kind, say_with(language, "acting-until", &[("date", until.into())]))
            }
            None => format!("{} – {}", mandate.name, mandate.kind),
        };
        let mut choices = vec![choice("", say(language, "acting-self"), mandates.iter().all(|mandate| !mandate.chosen))];
        choices.extend(mandates.iter().map(|mandate| choice(&mandate.code, words(mandate), mandate.chosen)));
        pieces.push(Piece::Sheet(Box::new(Sheet {
            id: "acting".to_owned(),
            title: None,
            action: action.to_owned(),
            post: true,
            files: false,
            hidden: Vec::new(),
            controls: vec![Control {
                id: "mandate".to_owned(),
                name: "mandate".to_owned(),
                label: say(language, "acting-choose"),
                title: say(language, "acting-choose"),
                hint: None,
                error: None,
                ask: Ask::Radios(choices),
                ..Control::default()
            }],
            submit: say(language, "acting-submit"),
            tone: Tone::Neutral,
            cancel: Some(home_link(frame)),
        })));
    }
    render(frame, &HostPage { title: say(language, "acting-title"), breadcrumbs: vec![home_link(frame)], pieces, ..HostPage::default() })
}

/// Something that went wrong.
#[derive(Clone, Debug, Default)]
pub struct Failure {
    /// The HTTP status.
    pub status: u16,
    /// In a line.
    pub title: String,
    /// What happened.
    pub happened: String,
    /// What to do.
    pub advice: String,
    /// By which the operator finds it.
    pub request: String,
    /// Ways on.
    pub links: Vec<Anchor>,
}

/// A page that says what went wrong, what to do, and under which id the operator finds it.
pub fn failure(frame: &Frame<'_>, failure: &Failure) -> String {
    let language = frame.language;
    let mut pieces = vec![Piece::Text(failure.happened.clone())];
    if !failure.advice.is_empty() {
        pieces.push(Piece::Text(failure.advice.clone()));
    }
    if !failure.links.is_empty() {
        pieces.push(Piece::Links(failure.links.clone()));
    }
    let mut facts = vec![Fact::new(say(language, "status"), Cell::text(failure.status.to_string()))];
    if !failure.request.is_empty() {
        facts.push(Fact::new(say(language, "request-id"), Cell::code(failure.request.clone())));
    }
    pieces.push(Piece::Facts { title: None, facts });
    render(frame, &HostPage { title: failure.title.clone(), pieces, ..HostPage::default() })
}

fn home_link(frame: &Frame<'_>) -> Anchor {
    match frame.tenant {
        Some(tenant) => Anchor::new(say(frame.language, "to-municipality"), format!("/{}", tenant.slug)),
        None => Anchor::new(say(frame.language, "to-start"), "/"),
    }
}

/// 404: there is nothing here, or nothing that the reader's municipality knows of.
pub fn not_found(frame: &Frame<'_>, request: &str) -> String {
    let language = frame.language;
    failure(
        frame,
        &Failure {
            status: 404,
            title: say(language, "not-found"),
            happened: say(language, "not-found-text"),
            advice: say(language, "not-found-advice"),
            request: request.to_owned(),
            links: vec![home_link(frame)],
        },
    )
}

/// 403: a role is missing. `roles` are the roles that may, in words.
pub fn access_denied(frame: &Frame<'_>, roles: &[String], request: &str) -> String {
    let language = frame.language;
    let happened = if roles.is_empty() {
        say(language, "denied-nobody")
    } else {
        say_with(language, "denied-roles", &[("roles", roles.join(", ").into()), ("count", roles.len().into())])
    };
    failure(
        frame,
        &Failure {
            status: 403,
            title: say(language, "denied"),
            happened,
            advice: say(language, "denied-advice"),
            request: request.to_owned(),
            links: vec![home_link(frame)],
        },
    )
}

/// 401: the session ended. What was typed is not kept, and nothing was changed.
pub fn session_expired(frame: &Frame<'_>, sign_in: &str, then: Option<&str>) -> String {
    let language = frame.language;
    let press = Press {
        label: say(language, "sign-in-again"),
        tone: Tone::Success,
        post: false,
        action: sign_in.to_owned(),
        hidden: then.map(|then| ("then".to_owned(), then.to_owned())).into_iter().collect(),
        primary: true,
    };
    let pieces = vec![Piece::Text(say(language, "session-expired-text")), Piece::Buttons(vec![press])];
    render(frame, &HostPage { title: say(language, "session-expired"), pieces, ..HostPage::default() })
}

/// A module could not answer. Everything else goes on.
pub fn trouble(frame: &Frame<'_>, trouble: &Trouble, module: &str, back: Option<Anchor>, request: &str) -> String {
    let language = frame.language;
    let happened = format!("{} {}", say_with(language, "trouble-module", &[("module", module.into())]), trouble.text(language));
    failure(
        frame,
        &Failure {
            status: trouble.status(),
            title: trouble.title(language),
            happened,
            advice: say(language, "trouble-advice"),
            request: request.to_owned(),
            links: back.into_iter().chain([home_link(frame)]).collect(),
        },
    )
}

/// A module was denied what a page needs (see [`crate::explain::explain`] for the words).
pub fn withheld(frame: &Frame<'_>, explanation: &str, back: Option<Anchor>, request: &str) -> String {
    let language = frame.language;
    failure(
        frame,
        &Failure {
            status: 403,
            title: say(language, "withheld"),
            happened: explanation.to_owned(),
            advice: say(language, "withheld-advice"),
            request: request.to_owned(),
            links: back.into_iter().chain([home_link(frame)]).collect(),
        },
    )
}
