//! MPay towards systems: invoices of an order, by REST. Paths and parameters are read whatever their casing, as the published ones vary.

use super::{Emulator, invoice};
use crate::web::Pairs;
use axum::Router;
use axum::extract::{Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Json, Response};
use axum::routing::get;
use vatra_core::providers::{MPayFault, OrderDetails, Paper};

pub(super) fn routes() -> Router<Emulator> {
    let mut routes = Router::new();
    for base in ["/api/invoices", "/api/Invoices"] {
        routes = routes
            .route(base, get(list))
            .route(&format!("{base}/DownloadInvoicePdf"), get(download))
            .route(&format!("{base}/GetPdfInvoiceBytes"), get(bytes));
    }
    routes
}

fn asked<'a>(query: &'a Pairs, name: &str) -> &'a str {
    query.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim()).unwrap_or_default()
}

/// The order that is asked about; none when there is no such order of that service.
async fn order(emulator: &Emulator, query: &Pairs) -> Result<Option<OrderDetails>, StatusCode> {
    let (service, number) = (asked(query, "serviceID"), asked(query, "orderKey"));
    if service.is_empty() || number.is_empty() || number.chars().count() > 36 {
        return Err(StatusCode::BAD_REQUEST);
    }
    let desk = emulator.inner.desk().ok_or(StatusCode::SERVICE_UNAVAILABLE)?;
    match desk.order_details(number).await {
        Ok(order) => Ok(Some(order).filter(|order| order.service == service)),
        Err(MPayFault::UnknownOrder) => Ok(None),
        Err(_) => Err(StatusCode::SERVICE_UNAVAILABLE),
    }
}

async fn list(State(emulator): State<Emulator>, Query(query): Query<Pairs>) -> Response {
    match order(&emulator, &query).await {
        Ok(found) => Json(found.map(|order| order.number).into_iter().collect::<Vec<_>>()).into_response(),
        Err(status) => status.into_response(),
    }
}

async fn document(emulator: &Emulator, query: &Pairs) -> Result<(String, Vec<u8>), StatusCode> {
    let paper = match asked(query, "pageFormat") {
        "" => Paper::A4,
        text if text.eq_ignore_ascii_case("A4") => Paper::A4,
        text if text.eq_ignore_ascii_case("A5") => Paper::A5,
        _ => return Err(StatusCode::BAD_REQUEST),
    };
    let order = order(emulator, query).await?.ok_or(StatusCode::NOT_FOUND)?;
    let address = format!("{}{}", emulator.inner.site, emulator.order_address(&order.number));
    let pdf = invoice::pdf(&order, &address, paper).map_err(|cause| {
        tracing::error!(%cause, "an invoice of the emulated MPay cannot be made");
        StatusCode::INTERNAL_SERVER_ERROR
    })?;
    Ok((order.number, pdf))
}

async fn download(State(emulator): State<Emulator>, Query(query): Query<Pairs>) -> Response {
    match document(&emulator, &query).await {
        Ok((number, pdf)) => {
            let name: String = number.chars().filter(|letter| letter.is_ascii_alphanumeric() || *letter == '-').collect();
            let disposition = format!("attachment; filename=\"Nota de plata {name}.pdf\"");
            ([(header::CONTENT_TYPE, "application/octet-stream".to_owned()), (header::CONTENT_DISPOSITION, disposition)], pdf)
                .into_response()
        }
        Err(status) => status.into_response(),
    }
}

async fn bytes(State(emulator): State<Emulator>, Query(query): Query<Pairs>) -> Response {
    match document(&emulator, &query).await {
        Ok((_, pdf)) => ([(header::CONTENT_TYPE, "application/octet-stream")], pdf).into_response(),
        Err(status) => status.into_response(),
    }
}
