//! What is known of a request before anything else: its language, address and id; and what every response gets.

use super::Web;
use super::refusal::{Kind, Refusal};
use super::session::COOKIE;
use axum::extract::{FromRequestParts, MatchedPath, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::convert::Infallible;
use std::ops::Deref;
use std::sync::{Arc, LazyLock};
use std::time::Duration;
use tower_http::csrf::ProtectionError;
use vatra_core::manifest::Language;
use vatra_view::urls;

/// A request, as far as pages need it. Clones are the same.
#[derive(Clone, Debug, Default)]
pub(crate) struct Visit(Arc<Seen>);

impl Deref for Visit {
    type Target = Seen;
    fn deref(&self) -> &Seen {
        &self.0
    }
}

/// See [`Visit`].
#[derive(Clone, Debug, Default)]
pub(crate) struct Seen {
    pub(crate) language: Language,
    /// Of this page when it only asked, otherwise of the page that it came from: where it can be read in another language.
    pub(crate) path: String,
    pub(crate) query: urls::Pairs,
    /// Wants problems as data.
    pub(crate) json: bool,
    /// By which the operator finds it.
    pub(crate) request: String,
    /// Came with a session's cookie, good or not.
    pub(crate) cookie: bool,
    /// Only asked (GET, HEAD).
    pub(crate) asks: bool,
    /// Path and query of that page; none when it is not known or not ours.
    pub(crate) here: Option<String>,
}

impl Visit {
    /// The same request, told what goes wrong as data.
    pub(crate) fn as_json(&self) -> Self {
        Self(Arc::new(Seen { json: true, ..Seen::clone(&self.0) }))
    }
}

impl Visit {
    fn of(request: &Request) -> Self {
        let headers = request.headers();
        let uri = request.uri();
        let mut query = urls::parse_query(uri.query().unwrap_or_default());
        let language = language(&query, headers);
        let asks = matches!(*request.method(), Method::GET | Method::HEAD);
        let here = if asks { uri.path_and_query().map(|all| all.as_str().to_owned()) } else { referer(headers) };
        let here = here.filter(|path| is_local(path));
        let mut path = uri.path().to_owned();
        if !asks {
            let (from, rest) = here.as_deref().unwrap_or("/").split_once('?').unwrap_or((here.as_deref().unwrap_or("/"), ""));
            (path, query) = (from.to_owned(), urls::parse_query(rest));
        }
        Self(Arc::new(Seen {
            language,
            path,
            query,
            json: wants_json(headers),
            request: uuid::Uuid::now_v7().to_string(),
            cookie: cookie(headers, COOKIE).is_some(),
            asks,
            here,
        }))
    }

    /// The first value of this name in the query.
    pub(crate) fn asked(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Visit {
    type Rejection = Infallible;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(parts.extensions.get::<Self>().cloned().unwrap_or_default())
    }
}

/// Whether the text is an address within this portal that one may be led to after signing in: an absolute path with a single `/` in
/// front, without anything by which a browser could be led elsewhere (`//host`, `/\host`, control characters).
pub(crate) fn is_local(text: &str) -> bool {
    text.starts_with('/')
        && text.len() <= 1000
        && text.bytes().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'\\' | b'#' | b'"' | b'<' | b'>'))
        && !text.split('?').next().unwrap_or_default().contains("//")
        && !["/signin", "/signout", "/auth/", "/emulators/"].iter().any(|own| text.starts_with(own))
}

/// The path of the page that a form was sent from, when it is one of ours.
fn referer(headers: &HeaderMap) -> Option<String> {
    let text = headers.get(header::REFERER)?.to_str().ok()?;
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"))?;
    let (host, path) = rest.split_at(rest.find('/')?);
    let own = headers.get(header::HOST)?.to_str().ok()?;
    (host == own).then(|| path.to_owned())
}

pub(crate) fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value)
}

/// `?lang=`, then the cookie, then the browser's wish, then Romanian.
fn language(query: &[(String, String)], headers: &HeaderMap) -> Language {
    let asked = query.iter().rev().find(|(name, _)| name == "lang").and_then(|(_, code)| Language::from_code(code));
    asked.or_else(|| cookie(headers, "lang").and_then(Language::from_code)).or_else(|| accepted(headers)).unwrap_or_default()
}

fn accepted(headers: &HeaderMap) -> Option<Language> {
    let text = headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?;
    let mut best: Option<(u32, Language)> = None;
    for part in text.split(',').take(20) {
        let mut pieces = part.trim().split(';');
        let tag = pieces.next().unwrap_or_default().to_ascii_lowercase();
        let weight = pieces.find_map(|piece| piece.trim().strip_prefix("q=")).map_or(Some(1.0_f32), |q| q.parse().ok()).unwrap_or(0.0);
        let language = match tag.split('-').next().unwrap_or_default() {
            "mo" => Some(Language::Ro),
            code => Language::from_code(code),
        };
        let weight = (weight.clamp(0.0, 1.0) * 1000.0) as u32;
        if let Some(language) = language.filter(|_| weight > 0)
            && best.is_none_or(|(most, _)| weight > most)
        {
            best = Some((weight, language));
        }
    }
    best.map(|(_, language)| language)
}

fn wants_json(headers: &HeaderMap) -> bool {
    let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_ascii_lowercase();
    let accept = text(header::ACCEPT);
    let sent = text(header::CONTENT_TYPE);
    let json = |text: &str| text.contains("application/json") || text.contains("application/problem+json");
    !accept.contains("text/html") && (json(&accept) || json(&sent))
}

/// An answer that takes longer is told of in the log, as a call is.
const SLOW: Duration = Duration::from_millis(500);

/// Around everything: finds out about the request, gives errors without a page one, puts the headers on, and logs neither addresses nor
/// people, but the route.
pub(crate) async fn around(State(web): State<Web>, mut request: Request, next: Next) -> Response {
    let visit = Visit::of(&request);
    let chosen = visit.asked("lang").and_then(Language::from_code);
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().map_or_else(|| "none".to_owned(), |route| route.as_str().to_owned());
    request.extensions_mut().insert(visit.clone());
    let began = std::time::Instant::now();
    let mut response = next.run(request).await;
    if response.extensions().get::<ProtectionError>().is_some() {
        tracing::warn!(request = %visit.request, %route, "a form from another site was refused");
        response = Refusal::new(&visit, Kind::CrossSite).into_response();
    } else if is_bare(&response) {
        let status = response.status();
        let allow = response.headers_mut().remove(header::ALLOW);
        response = Refusal::new(&visit, Kind::Bare(status)).into_response();
        response.headers_mut().extend(allow.map(|allow| (header::ALLOW, allow)));
    }
    let status = response.status();
    let headers = response.headers_mut();
    put_headers(headers, &visit, web.secure);
    if let Some(language) = chosen {
        let secure = if web.secure { "; Secure" } else { "" };
        let cookie = format!("lang={}; Path=/; Max-Age=31536000; SameSite=Lax; HttpOnly{secure}", language.code());
        headers.extend(HeaderValue::from_str(&cookie).ok().map(|cookie| (header::SET_COOKIE, cookie)));
    }
    let took = began.elapsed();
    let class = match status.as_u16() {
        500.. => "5xx",
        400.. => "4xx",
        300.. => "3xx",
        _ => "2xx",
    };
    metrics::counter!("vatra_requests_total", "status" => class).increment(1);
    macro_rules! say {
        ($level:ident) => {
            tracing::$level!(request = %visit.request, %method, %route, status = status.as_u16(), ms = took.as_millis() as u64, "answered")
        };
    }
    // A line for what was found and soon answered would be most of the log.
    if status.is_client_error() || status.is_server_error() || took >= SLOW {
        say!(info)
    } else {
        say!(debug)
    }
    response
}

/// An error that some library made: without a page.
fn is_bare(response: &Response) -> bool {
    let status = response.status();
    let kind = response.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    (status.is_client_error() || status.is_server_error())
        && !kind.starts_with("text/html")
        && !kind.starts_with("text/xml")
        && !kind.starts_with("application/problem+json")
        && !kind.starts_with("application/json")
}

static POLICY: LazyLock<HeaderValue> = LazyLock::new(|| {
    // Refused by the guard on it in the tests rather than left out.
    HeaderValue::from_str(&vatra_view::assets::content_security_policy(&[])).unwrap_or(HeaderValue::from_static("default-src 'none'"))
});

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const OPENER_POLICY: HeaderName = HeaderName::from_static("cross-origin-opener-policy");
const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");
const PERMISSIONS_POLICY: HeaderName = HeaderName::from_static("permissions-policy");

fn put_headers(headers: &mut HeaderMap, visit: &Visit, secure: bool) {
    // Room for all of these and those that a session and a file have: grown once.
    headers.reserve(12);
    let mut put = |name: HeaderName, value: HeaderValue| {
        headers.entry(name).or_insert(value);
    };
    put(header::CONTENT_SECURITY_POLICY, POLICY.clone());
    if let Ok(id) = HeaderValue::from_str(&visit.request) {
        put(REQUEST_ID, id);
    }
    put(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    put(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    put(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    put(OPENER_POLICY, HeaderValue::from_static("same-origin"));
    put(RESOURCE_POLICY, HeaderValue::from_static("same-origin"));
    put(PERMISSIONS_POLICY, HeaderValue::from_static("camera=(), geolocation=(), microphone=()"));
    if secure {
        put(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
    }
}

/// A page.
pub(crate) fn page(status: StatusCode, html: String) -> Response {
    (status, axum::response::Html(html)).into_response()
}

/// To another page of the portal, by GET.
pub(crate) fn see(path: &str) -> Response {
    match HeaderValue::from_str(path) {
        Ok(location) => (StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response(),
        Err(_) => (StatusCode::SEE_OTHER, [(header::LOCATION, HeaderValue::from_static("/"))]).into_response(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_local_addresses_are_gone_to() {
        for good in ["/", "/sculeni", "/sculeni/tax-collector/accounts?accounts.q=%C8%98t&x=//y"] {
            assert!(is_local(good), "{good}");
        }
        for bad in
            ["", "sculeni", "//evil.example", "/\\evil.example", "https://evil.example", "/a//b", "/a\nb", "/ș", "/signin?then=/", "/a#b"]
        {
            assert!(!is_local(bad), "{bad}");
        }
    }

    #[test]
    fn the_browser_s_language_is_the_last_resort() {
        let mut headers = HeaderMap::new();
        assert_eq!(language(&[], &headers), Language::Ro);
        headers.insert(header::ACCEPT_LANGUAGE, HeaderValue::from_static("de, ru;q=0.8, en;q=0.9"));
        assert_eq!(language(&[], &headers), Language::En);
        headers.insert(header::COOKIE, HeaderValue::from_static("a=b; lang=ru"));
        assert_eq!(language(&[], &headers), Language::Ru);
        assert_eq!(language(&[("lang".into(), "ro".into())], &headers), Language::Ro);
        assert_eq!(language(&[("lang".into(), "xx".into())], &headers), Language::Ru);
    }

    #[test]
    fn a_page_elsewhere_is_not_gone_back_to() {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, HeaderValue::from_static("vatra.md"));
        headers.insert(header::REFERER, HeaderValue::from_static("https://vatra.md/sculeni?a=b"));
        assert_eq!(referer(&headers).as_deref(), Some("/sculeni?a=b"));
        headers.insert(header::REFERER, HeaderValue::from_static("https://vatra.md.evil.example/sculeni"));
        assert_eq!(referer(&headers), None);
    }
}
