//! MPower's public page: is this code that of a mandate in force?

use super::text::Text;
use super::{BASE, Emulator, KINDS};
use crate::web::{self, Frame, Pairs, field};
use askama::Template;
use axum::Router;
use axum::extract::{Extension, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;
use vatra_core::manifest::Language;
use vatra_core::providers::Party;

pub(super) fn routes(emulator: Emulator) -> Router {
    Router::new().route(BASE, get(show)).with_state(emulator)
}

#[derive(Template)]
#[template(path = "mpower/check.html")]
struct Check {
    frame: Frame,
    t: &'static Text,
    code: String,
    error: &'static str,
    rows: Vec<(&'static str, String)>,
    valid: bool,
}

/// A legal entity's name; of a person only initial and family name, since anyone may look.
fn shown(party: &Party) -> String {
    match party.name.split_once(' ') {
        Some((first, last)) if !party.legal => format!("{}. {last}", first.chars().next().unwrap_or_default()),
        _ => party.name.clone(),
    }
}

async fn show(State(emulator): State<Emulator>, Extension(language): Extension<Language>, Query(query): Query<Pairs>) -> Response {
    let t = Text::of(language);
    let code: String = field(&query, "code").chars().filter(|c| !c.is_whitespace()).take(40).collect();
    let frame = Frame::new(language, t.service, Some(BASE), &web::with_query(BASE, &[("code", &code)]));
    let mut page = Check { frame, t, code, error: "", rows: Vec::new(), valid: false };
    let well_formed = page.code.len() == 16 && page.code.bytes().all(|byte| byte.is_ascii_digit());
    let status = match (page.code.as_str(), emulator.find(&page.code)) {
        ("", _) => StatusCode::OK,
        (_, Some((record, now))) => {
            let standing = record.standing(now);
            let names = KINDS.iter().find(|kind| kind.code == record.grant.kind).map(|kind| kind.names).unwrap_or_default();
            let [ro, ru, en] = names;
            let kind = match language {
                Language::Ro => ro,
                Language::Ru => ru,
                Language::En => en,
            };
            page.valid = standing == vatra_core::providers::MandateStanding::Valid;
            page.rows = vec![
                (t.standing, t.words(standing).to_owned()),
                (t.kind, format!("{kind} ({})", record.grant.kind)),
                (t.principal, shown(&record.grant.principal)),
                (t.agent, shown(&record.grant.agent)),
                (t.from, record.grant.from.local_text()),
            ];
            page.rows.extend(record.grant.until.map(|until| (t.until, until.local_text())));
            StatusCode::OK
        }
        (_, None) => {
            page.error = if well_formed { t.unknown } else { t.bad_code };
            if well_formed { StatusCode::NOT_FOUND } else { StatusCode::UNPROCESSABLE_ENTITY }
        }
    };
    web::page(status, &page)
}
