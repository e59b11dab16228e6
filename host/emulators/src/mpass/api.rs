//! MPass towards systems: the directory of clients, by which services find out whose certificate calls them.

use super::Emulator;
use crate::web::Pairs;
use axum::Router;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Json, Response};
use axum::routing::get;
use serde_json::json;
use uuid::Uuid;
use vatra_pki::Certificate;

/// A system that MPass knows.
#[derive(Clone, Debug)]
pub struct Client {
    /// Its id.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// IDNO of whose it is.
    pub owner: String,
    /// Its system certificate.
    pub certificate: Certificate,
}

pub(super) fn routes() -> Router<Emulator> {
    Router::new().route("/api/clients", get(find))
}

async fn find(State(emulator): State<Emulator>, Query(query): Query<Pairs>) -> Response {
    let asked = |name: &str| {
        query.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim().to_owned()).unwrap_or_default()
    };
    let (by, value) = (asked("searchType"), asked("searchValue"));
    let clients = emulator.state().clients.clone();
    let found = match by.as_str() {
        "ID" => clients.iter().find(|client| value.parse() == Ok(client.id)),
        "CertificateSerialNumber" => clients.iter().find(|client| client.certificate.serial().eq_ignore_ascii_case(&value)),
        _ => return StatusCode::BAD_REQUEST.into_response(),
    };
    let Some(client) = found else { return StatusCode::NOT_FOUND.into_response() };
    Json(json!({
        "ID": client.id,
        "Name": client.name,
        "OwnerID": client.owner,
        "Certificates": [{ "SerialNumber": client.certificate.serial(), "Certificate": client.certificate.pem() }],
        "Settings": "{}",
    }))
    .into_response()
}
