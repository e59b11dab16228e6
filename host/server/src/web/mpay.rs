//! The endpoint that MPay calls, and where its signed messages are kept.

use super::Web;
use super::refusal::{Kind, Refusal};
use super::signin::hand_over;
use super::visit::{Visit, is_local};
use crate::app::{App, Desk};
use async_trait::async_trait;
use axum::body::{Body, to_bytes};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use vatra_core::providers::{MPayFault, OrderDesk, PaymentPages, Posting};
use vatra_emulators::mpay::Services;
use vatra_providers::mpay::{NotKept, Receipts};

/// Where it is.
pub(crate) const ENDPOINT: &str = "/mpay";

/// No message of MPay's comes near this, in bytes.
const LARGEST: usize = 2 * 1024 * 1024;
/// For a whole message to arrive.
const PATIENCE: Duration = Duration::from_secs(30);
const XML: &str = "text/xml; charset=utf-8";

/// `GET /mpay`: the contract.
pub(crate) async fn wsdl(State(web): State<Web>, visit: Visit) -> Result<Response, Refusal> {
    let endpoint = web.endpoint.as_ref().ok_or_else(|| Refusal::new(&visit, Kind::NotFound))?;
    Ok(([(header::CONTENT_TYPE, XML)], endpoint.wsdl(&format!("{}{ENDPOINT}", web.public_base))).into_response())
}

/// `POST /mpay`: a signed message of MPay's. Whoever else sends one is told nothing.
pub(crate) async fn answer(State(web): State<Web>, visit: Visit, headers: HeaderMap, body: Body) -> Result<Response, Refusal> {
    let endpoint = web.endpoint.as_ref().ok_or_else(|| Refusal::new(&visit, Kind::NotFound))?;
    let bare = |status| Refusal::new(&visit, Kind::Bare(status));
    let reading = tokio::time::timeout(PATIENCE, to_bytes(body, LARGEST)).await.map_err(|_| bare(StatusCode::REQUEST_TIMEOUT))?;
    let message = reading.map_err(|_| bare(StatusCode::PAYLOAD_TOO_LARGE))?;
    let action = headers.get("soapaction").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let answer = endpoint.answer(action, &message, &Desk(web.app.clone())).await;
    if let Some(fault) = answer.fault {
        tracing::warn!(request = %visit.request, fault, "MPay's message was answered with a fault");
    }
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    Ok((status, [(header::CONTENT_TYPE, XML)], answer.body).into_response())
}

/// `GET /mpay/pay/{number}`: to MPay, for anyone who has an order's number, and from there back to `back`. MPay wants to be sent to by a form.
pub(crate) async fn pay(State(web): State<Web>, visit: Visit, Path(number): Path<String>) -> Result<Response, Refusal> {
    let nothing = || Refusal::new(&visit, Kind::NotFound);
    let pages = web.mpay_pages.as_ref().ok_or_else(nothing)?;
    let order = OrderDesk::order_details(&Desk(web.app.clone()), &number).await.map_err(|fault| match fault {
        MPayFault::UnknownOrder => nothing(),
        other => Refusal::host(&visit, other),
    })?;
    let back = visit.asked("back").filter(|back| is_local(back)).unwrap_or("/");
    let fields = vec![("ServiceID", order.service), ("OrderKey", order.number), ("ReturnUrl", format!("{}{back}", web.public_base))];
    Ok(hand_over(&visit, "MPay", Posting { address: pages.join("/service/pay"), fields }))
}

/// Where anyone can pay an order: a page of the portal at this address, which leads to MPay.
pub struct PayPages(pub String);

impl PaymentPages for PayPages {
    fn pay_url(&self, number: &str) -> String {
        // Numbers are ours: digits.
        format!("{}/mpay/pay/{number}", self.0)
    }
}

/// Keeps MPay's signed confirmations with the municipality whose order they pay.
pub struct Kept(pub Arc<App>);

impl fmt::Debug for Kept {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Kept")
    }
}

#[async_trait]
impl Receipts for Kept {
    async fn keep(&self, number: &str, payment: &str, message: &[u8]) -> Result<(), NotKept> {
        let store = &self.0.store;
        let failed = |error: vatra_core::store::StoreError| {
            tracing::error!("a signed confirmation cannot be kept: {error}");
            NotKept
        };
        let home = store.home_of_order(number).await.map_err(failed)?.ok_or(NotKept)?;
        store.keep_message(home, payment, self.0.clock.now(), message).await.map_err(failed)
    }
}

/// What payers choose at MPay, and the emulated one finds out by itself: the service of an order.
pub(crate) struct KnownServices(pub(crate) Arc<App>);

#[async_trait]
impl Services for KnownServices {
    async fn of(&self, number: &str) -> Vec<String> {
        let order = OrderDesk::order_details(&Desk(self.0.clone()), number).await;
        order.map(|order| order.service).into_iter().collect()
    }
}
