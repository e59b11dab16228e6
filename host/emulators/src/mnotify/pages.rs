//! MNotify's page: what a recipient got, channel by channel. By POST, since whom one looks at is nothing for an address.

use super::text::Text;
use super::{BASE, CHANNELS, Emulator, Letter};
use crate::web::{self, Frame, Pairs, field};
use askama::Template;
use axum::Router;
use axum::extract::{Extension, Form, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;
use vatra_core::manifest::Language;
use vatra_core::providers::NoticeStanding;

pub(super) fn routes(emulator: Emulator) -> Router {
    Router::new().route(BASE, get(empty).post(show)).with_state(emulator)
}

#[derive(Template)]
#[template(path = "mnotify/inbox.html")]
struct Inbox {
    frame: Frame,
    t: &'static Text,
    action: &'static str,
    recipient: String,
    asked: bool,
    channels: Vec<(&'static str, Vec<Shown>)>,
}

struct Shown {
    id: String,
    subject: String,
    text: String,
    at: String,
    files: String,
    read: bool,
}

fn frame(language: Language) -> (Frame, &'static Text) {
    let t = Text::of(language);
    (Frame::new(language, t.service, Some(BASE), BASE), t)
}

async fn empty(Extension(language): Extension<Language>) -> Response {
    let (frame, t) = frame(language);
    web::page(StatusCode::OK, &Inbox { frame, t, action: BASE, recipient: String::new(), asked: false, channels: Vec::new() })
}

async fn show(State(emulator): State<Emulator>, Extension(language): Extension<Language>, Form(form): Form<Pairs>) -> Response {
    let recipient: String = field(&form, "recipient").chars().take(120).collect();
    let now = emulator.inner.clock.now();
    let mut state = emulator.state();
    let mut channels: Vec<(&'static str, Vec<Shown>)> = CHANNELS.iter().map(|channel| (*channel, Vec::new())).collect();
    for record in state.records.values_mut().rev() {
        let arrived = |letter: &Letter| matches!(record.standing_of(letter, now).0, NoticeStanding::Delivered | NoticeStanding::Read);
        let mine: Vec<bool> = record.letters.iter().map(|letter| letter.value == recipient && arrived(letter)).collect();
        let files: Vec<&str> = record.attachments.iter().map(|(name, _)| name.as_str()).collect();
        let files = files.join(", ");
        for (letter, _) in record.letters.iter_mut().zip(mine).filter(|(_, mine)| *mine) {
            if field(&form, "read") == letter.id.to_string() {
                letter.read.get_or_insert(now);
            }
            let shown = Shown {
                id: letter.id.to_string(),
                subject: letter.subject.clone(),
                text: letter.text.clone(),
                at: record.created.local_text(),
                files: files.clone(),
                read: letter.read.is_some(),
            };
            if let Some((_, list)) = channels.iter_mut().find(|(channel, _)| *channel == letter.channel) {
                list.push(shown);
            }
        }
    }
    drop(state);
    channels.retain(|(_, list)| !list.is_empty());
    let (frame, t) = frame(language);
    web::page(StatusCode::OK, &Inbox { frame, t, action: BASE, recipient, asked: true, channels })
}
