//! Who is signed in where, and the pages of single logout.

use super::logout::Shown;
use super::pages::{Sent, no_form, problem, send, unacceptable};
use super::text::Text;
use super::{BASE, Emulator};
use crate::web::{self, Frame, field};
use askama::Template;
use axum::extract::{Extension, Form, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use vatra_core::manifest::Language;
use vatra_core::providers::SignOutDone;

#[derive(Template)]
#[template(path = "mpass/sessions.html")]
struct Sessions {
    frame: Frame,
    t: &'static Text,
    action: String,
    sessions: Vec<Shown>,
}

pub(super) async fn sessions(State(emulator): State<Emulator>, Extension(language): Extension<Language>) -> Response {
    let t = Text::of(language);
    let frame = Frame::new(language, t.service, Some(BASE), BASE);
    web::page(StatusCode::OK, &Sessions { frame, t, action: format!("{BASE}/logout"), sessions: emulator.sessions() })
}

/// `POST /logout`: somebody ends a session here.
pub(super) async fn end(State(emulator): State<Emulator>, Extension(language): Extension<Language>, form: Sent) -> Response {
    let Ok(Form(form)) = form else { return no_form(language) };
    match emulator.end(field(&form, "session")) {
        Ok(Some(posting)) => send(language, Text::of(language).out_title, Ok(posting)),
        Ok(None) => Redirect::to(BASE).into_response(),
        Err(error) => unacceptable(language, &error),
    }
}

/// `POST /logout/saml`: a portal signs somebody out, or answers that it did.
pub(super) async fn sign_out(State(emulator): State<Emulator>, Extension(language): Extension<Language>, form: Sent) -> Response {
    let Ok(Form(form)) = form else { return no_form(language) };
    let t = Text::of(language);
    match field(&form, "SAMLResponse") {
        "" => match emulator.sign_out(field(&form, "SAMLRequest"), field(&form, "RelayState")).await {
            Ok(posting) => send(language, Text::of(language).out_title, Ok(posting)),
            Err(error) => unacceptable(language, &error),
        },
        response => match emulator.signed_out(response).await {
            Ok(SignOutDone::Everywhere) => Redirect::to(BASE).into_response(),
            Ok(SignOutDone::Partially) => problem(language, StatusCode::OK, t.out_title, t.out_partly, BASE),
            Err(error) => unacceptable(language, &error),
        },
    }
}
