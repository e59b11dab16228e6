//! MPower's addresses for information systems.

use super::{Emulator, Fault, KINDS, Record};
use crate::fault::Emulated;
use crate::web::Pairs;
use axum::Router;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Json, Response};
use axum::routing::get;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use vatra_core::clock::Instant;
use vatra_core::providers::MandateStanding;

const BASE: &str = "/clients-api/api/Authorization";

pub(super) fn routes() -> Router<Emulator> {
    Router::new()
        .route(&format!("{BASE}/check/Code-True-One"), get(code_true))
        .route(&format!("{BASE}/check/Code-Details-One"), get(code_details))
        .route(&format!("{BASE}/check/TypeCode-Valid-One"), get(type_code_valid))
        .route(&format!("{BASE}/check/Idn-Details-List"), get(list))
        .route(&format!("{BASE}/file"), get(file))
}

/// A field of the query, whatever the case of its name.
fn field<'a>(query: &'a Pairs, name: &str) -> &'a str {
    query.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim()).unwrap_or_default()
}

impl Emulator {
    /// What the client is told; nothing is 404.
    fn told(&self, data: Option<Value>) -> Response {
        match (self.fault().get(), data) {
            (Some(Fault::Forbidden), _) => StatusCode::FORBIDDEN.into_response(),
            (Some(Fault::Unsuccessful), _) => {
                Json(json!({ "data": null, "success": false, "messages": ["InvalidParameter"] })).into_response()
            }
            (_, None) => StatusCode::NOT_FOUND.into_response(),
            (_, Some(data)) => Json(json!({ "data": data, "success": true, "messages": [] })).into_response(),
        }
    }
}

/// As MPower writes moments: UTC, without saying so.
fn moment(instant: Instant) -> String {
    format!("{}0", instant.utc().format("%Y-%m-%dT%H:%M:%S%.6f"))
}

fn details(record: &Record, now: Instant, wrong: bool) -> Value {
    let grant = &record.grant;
    let standing = record.standing(now);
    let valid = standing == MandateStanding::Valid;
    // Of one that is not in force: since when it is not.
    let since = if valid { None } else { record.cancelled.or(record.suspended).or(grant.until.filter(|until| *until <= now)) };
    let kind = |legal: bool| if legal { 2 } else { 1 };
    let name = KINDS.iter().find(|each| each.code == grant.kind).map(|each| first(each.names)).unwrap_or_default();
    json!({
        "authorizationCode": if wrong { "0200000000000000" } else { record.code.as_str() },
        "authorizationTypeCode": grant.kind,
        "authorizingPartyType": kind(grant.principal.legal),
        "authorizingIdn": grant.principal.idn,
        "authorizingPartyName": grant.principal.name,
        "authorizedPartyType": kind(grant.agent.legal),
        "authorizedIdn": if wrong { "2900000000000" } else { grant.agent.idn.as_str() },
        "authorizedPartyName": grant.agent.name,
        "fromDate": moment(since.unwrap_or(grant.from)),
        "toDate": grant.until.filter(|_| valid).map(moment),
        "isValid": valid,
        "status": standing.code(),
        "authorizationTypeName": name,
        "serviceProviderIdno": grant.provider.0,
        "serviceProviderName": grant.provider.1,
    })
}

async fn code_true(State(emulator): State<Emulator>, Query(query): Query<Pairs>) -> Response {
    let found = emulator.find(field(&query, "AuthorizationCode"));
    emulator.told(found.map(|(record, now)| Value::from(record.standing(now) == MandateStanding::Valid)))
}

async fn code_details(State(emulator): State<Emulator>, Query(query): Query<Pairs>) -> Response {
    let wrong = emulator.fault().get() == Some(Fault::Another);
    let found = emulator.find(field(&query, "AuthorizationCode"));
    emulator.told(found.map(|(record, now)| details(&record, now, wrong)))
}

async fn type_code_valid(State(emulator): State<Emulator>, Query(query): Query<Pairs>) -> Response {
    let [kind, principal, agent] = ["AuthorizationTypeCode", "AuthorizingIdn", "AuthorizedIdn"].map(|name| field(&query, name));
    if [principal, agent].iter().any(|idn| idn.len() != 13) {
        return StatusCode::BAD_REQUEST.into_response();
    }
    let now = emulator.inner.clock.now();
    let fits = |record: &&Record| record.grant.kind == kind && record.grant.principal.idn == principal && record.grant.agent.idn == agent;
    let state = emulator.state();
    let mut found: Vec<&Record> = state.mandates.values().filter(fits).collect();
    // One in force before others.
    found.sort_by_key(|record| (record.standing(now) != MandateStanding::Valid, std::cmp::Reverse(record.grant.from)));
    let told =
        found.first().map(|record| json!({ "authorizationCode": record.code, "isValid": record.standing(now) == MandateStanding::Valid }));
    drop(state);
    emulator.told(told)
}

async fn list(State(emulator): State<Emulator>, Query(query): Query<Pairs>) -> Response {
    let idn = field(&query, "IDNx");
    if idn.len() != 13 {
        return StatusCode::BAD_REQUEST.into_response();
    }
    let now = emulator.inner.clock.now();
    let (by, to, kind, status) =
        (field(&query, "GrantedByIdn"), field(&query, "GrantedToIdn"), field(&query, "AuthorizationTypeCode"), field(&query, "Status"));
    let size: usize = field(&query, "ItemsPerPage").parse().unwrap_or(50);
    let page: usize = field(&query, "Page").parse().unwrap_or(1);
    let fits = |record: &&Record| {
        let grant = &record.grant;
        (grant.principal.idn == idn || grant.agent.idn == idn)
            && (by.is_empty() || grant.principal.idn == by)
            && (to.is_empty() || grant.agent.idn == to)
            && (kind.is_empty() || grant.kind == kind)
            && (status.is_empty() || record.standing(now).code().to_string() == status)
    };
    let state = emulator.state();
    let wrong = emulator.fault().get() == Some(Fault::Another);
    let found = state.mandates.values().filter(fits).skip(page.saturating_sub(1) * size).take(size);
    let found: Vec<Value> = found.map(|record| details(record, now, wrong)).collect();
    drop(state);
    emulator.told(Some(Value::Array(found)))
}

async fn file(State(emulator): State<Emulator>, Query(query): Query<Pairs>) -> Response {
    let found = emulator.find(field(&query, "AuthorizationCode"));
    let pdf = found.map(|(record, _)| json!({ "content": STANDARD.encode(pdf(&record)), "content-type": "application/pdf" }));
    emulator.told(pdf)
}

/// One page that says which mandate it is. It is not signed: MSign's emulator signs.
fn pdf(record: &Record) -> Vec<u8> {
    let words = format!("BT /F 12 Tf 60 780 Td (MPower {} {}) Tj ET", record.code, record.grant.kind);
    let objects = [
        "<</Type/Catalog/Pages 2 0 R>>".to_owned(),
        "<</Type/Pages/Kids[3 0 R]/Count 1>>".to_owned(),
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>".to_owned(),
        format!("<</Length {}>>\nstream\n{words}\nendstream", words.len()),
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>".to_owned(),
    ];
    let mut out = b"%PDF-1.4\n".to_vec();
    let mut places = Vec::new();
    for (at, object) in objects.iter().enumerate() {
        places.push(out.len());
        out.extend(format!("{} 0 obj\n{object}\nendobj\n", at + 1).bytes());
    }
    let table = out.len();
    out.extend(format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).bytes());
    out.extend(places.iter().flat_map(|place| format!("{place:010} 00000 n \n").into_bytes()));
    out.extend(format!("trailer\n<</Size {}/Root 1 0 R>>\nstartxref\n{table}\n%%EOF\n", objects.len() + 1).bytes());
    out
}

fn first([romanian, _, _]: [&'static str; 3]) -> &'static str {
    romanian
}
