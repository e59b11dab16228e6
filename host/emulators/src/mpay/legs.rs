//! How others lead a browser here: a portal that sends a payer (`/service/pay`), an official's terminal (`/PosTerminal/…`); and the day's statement.

use super::address::{PAY, TERMINAL, TERMINAL_INVOICE, at};
use super::pages::{bad_form, foreign, frame, order_path, return_url};
use super::words::Words;
use super::{BASE, Emulator, Method};
use crate::web::{self, Frame, Pairs, field};
use askama::Template;
use axum::Router;
use axum::extract::rejection::FormRejection;
use axum::extract::{Extension, Form, Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use chrono::NaiveDate;
use vatra_core::manifest::Language;

pub(super) fn routes() -> Router<Emulator> {
    Router::new()
        .route(&at(PAY), get(arrive).post(arrive_by_form))
        .route(&at(&format!("{TERMINAL}{{service}}/{{number}}")), get(terminal).post(terminal))
        .route(&at(&format!("{TERMINAL_INVOICE}{{number}}")), get(terminal_by_invoice).post(terminal_by_invoice))
        .route(&statement_path(), get(statement))
}

pub(super) fn statement_path() -> String {
    at("/statement")
}

/// To the order's page, with what leads there.
fn lead(fields: &[(&str, &str)]) -> Response {
    let told: Vec<(&str, &str)> = fields.iter().copied().filter(|(_, value)| !value.is_empty()).collect();
    Redirect::to(&web::with_query(&order_path(), &told)).into_response()
}

async fn arrive(State(emulator): State<Emulator>, Extension(language): Extension<Language>, Query(query): Query<Pairs>) -> Response {
    let Ok(back) = return_url(&emulator, &query) else { return foreign(language) };
    let (service, number) = (field(&query, "ServiceID"), field(&query, "OrderKey"));
    lead(&[("ServiceID", service), ("OrderKey", number), ("ReturnUrl", back.as_deref().unwrap_or_default())])
}

async fn arrive_by_form(state: State<Emulator>, language: Extension<Language>, form: Result<Form<Pairs>, FormRejection>) -> Response {
    let Ok(Form(form)) = form else { return bad_form(language.0) };
    arrive(state, language, Query(form)).await
}

async fn terminal(Path((service, number)): Path<(String, String)>) -> Response {
    lead(&[("ServiceID", &service), ("OrderKey", &number), ("method", Method::Terminal.code())])
}

async fn terminal_by_invoice(Path(number): Path<String>) -> Response {
    lead(&[("OrderKey", &number), ("method", Method::Terminal.code())])
}

#[derive(Template)]
#[template(path = "mpay/statement.html")]
struct Statement {
    frame: Frame,
    w: &'static Words,
    action: String,
    day: String,
    error: &'static str,
    beneficiary: String,
    search: &'static str,
    find: &'static str,
}

/// The page that asks for a day, and the file of one.
async fn statement(State(emulator): State<Emulator>, Extension(language): Extension<Language>, Query(query): Query<Pairs>) -> Response {
    let (day, beneficiary) = (field(&query, "day"), field(&query, "beneficiary"));
    if let Ok(day) = day.parse::<NaiveDate>() {
        let file = emulator.statement(day, Some(beneficiary).filter(|idno| !idno.is_empty()));
        let name = format!("attachment; filename=\"mpay-{day}.csv\"");
        return ([(header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (header::CONTENT_DISPOSITION, name)], file).into_response();
    }
    let (w, today) = (Words::of(language), emulator.inner.clock.now().civil_date());
    let page = Statement {
        frame: frame(language, &statement_path()),
        w,
        action: statement_path(),
        day: if day.is_empty() { today.to_string() } else { day.to_owned() },
        error: if day.is_empty() { "" } else { w.bad_day },
        beneficiary: beneficiary.to_owned(),
        search: BASE,
        find: super::text::Text::of(language).find_another,
    };
    web::page(if day.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY }, &page)
}
