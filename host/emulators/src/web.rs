//! What the pages of all emulators share: the reader's language, headers, the frame around a page, local addresses.

use crate::text::{self, Common};
use askama::Template;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use vatra_core::manifest::Language;

/// Where the pages' only stylesheet is.
pub(crate) const STYLESHEET: &str = "/emulators/assets/emulators.css";

/// The portal's front page.
pub(crate) const PORTAL: &str = "/";

const POLICY: &str = "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// The same, with forms that may also go to this origin (`https://host`).
pub(crate) fn policy_with_form_to(origin: &str) -> String {
    POLICY.replace("form-action 'self'", &format!("form-action 'self' {origin}"))
}

/// Fields of a form or of an address, as they came.
pub(crate) type Pairs = Vec<(String, String)>;

/// The first field of this name, without the spaces around it; empty when there is none.
pub(crate) fn field<'a>(pairs: &'a Pairs, name: &str) -> &'a str {
    pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.trim()).unwrap_or_default()
}

/// Finds out the reader's language before the page, and puts the headers on after it.
pub(crate) async fn around(mut request: Request, next: Next) -> Response {
    let asked = asked_language(request.uri().query().unwrap_or_default());
    let language = asked.or_else(|| cookie_language(request.headers())).unwrap_or_default();
    request.extensions_mut().insert(language);
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let mut put = |name: HeaderName, value: &'static str| {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    };
    put(header::CONTENT_SECURITY_POLICY, POLICY);
    put(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    // Not `no-referrer`: browsers then send `Origin: null` with forms, which the server would take for another site.
    put(header::REFERRER_POLICY, "same-origin");
    put(header::CACHE_CONTROL, "no-store");
    if let Some(language) = asked
        && let Ok(cookie) = HeaderValue::from_str(&format!("lang={}; Path=/emulators; SameSite=Lax; HttpOnly", language.code()))
    {
        headers.append(header::SET_COOKIE, cookie);
    }
    response
}

fn asked_language(query: &str) -> Option<Language> {
    query.split('&').filter_map(|pair| pair.strip_prefix("lang=")).find_map(Language::from_code)
}

/// The cookie `lang`: the emulators' own one if the reader chose here, otherwise the portal's (browsers send the longer path first).
fn cookie_language(headers: &HeaderMap) -> Option<Language> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().strip_prefix("lang="))
        .find_map(Language::from_code)
}

/// Whether the text is an address within this portal: an absolute path with a single `/` in front. Anything by which a browser could
/// be led elsewhere (`//host`, `/\host`, control characters, `..`, a fragment) is not.
pub(crate) fn is_local_path(text: &str) -> bool {
    text.starts_with('/')
        && text.len() <= 512
        && text.bytes().all(|b| b.is_ascii_graphic() && !matches!(b, b'\\' | b'#' | b'"' | b'<' | b'>'))
        && !text.contains("//")
        && !text.contains("/..")
}

/// The path with fields behind it, percent-encoded.
pub(crate) fn with_query(path: &str, fields: &[(&str, &str)]) -> String {
    let mut out = path.to_owned();
    for (name, value) in fields {
        out.push(if out.contains('?') { '&' } else { '?' });
        out.push_str(name);
        out.push('=');
        for byte in value.bytes() {
            if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~') {
                out.push(char::from(byte));
            } else {
                out.push_str(&format!("%{byte:02X}"));
            }
        }
    }
    out
}

/// 256 random bits in hexadecimal.
pub(crate) fn token() -> String {
    hex::encode(rand::random::<[u8; 32]>())
}

/// A link to this page in another language.
pub(crate) struct LanguageLink {
    pub(crate) href: String,
    pub(crate) code: &'static str,
    pub(crate) name: &'static str,
    pub(crate) current: bool,
}

/// What stands around a page.
pub(crate) struct Frame {
    pub(crate) lang: &'static str,
    pub(crate) common: &'static Common,
    pub(crate) service: &'static str,
    pub(crate) home: Option<&'static str>,
    pub(crate) stylesheet: &'static str,
    pub(crate) languages: Vec<LanguageLink>,
}

impl Frame {
    /// The frame of a service's page. `here` is the address by which the page can be got again.
    pub(crate) fn new(language: Language, service: &'static str, home: Option<&'static str>, here: &str) -> Self {
        let languages = Language::ALL
            .into_iter()
            .map(|each| LanguageLink {
                href: with_query(here, &[("lang", each.code())]),
                code: each.code(),
                name: text::language_name(each),
                current: each == language,
            })
            .collect();
        Self { lang: language.code(), common: text::common(language), service, home, stylesheet: STYLESHEET, languages }
    }
}

/// Something is wrong, and what to do about it.
#[derive(Template)]
#[template(path = "problem.html")]
pub(crate) struct Problem {
    pub(crate) frame: Frame,
    pub(crate) title: &'static str,
    pub(crate) text: String,
    /// The service's own name of the fault, for whoever reports it.
    pub(crate) code: String,
    pub(crate) back: String,
    pub(crate) back_text: &'static str,
}

/// Renders a page.
pub(crate) fn page(status: StatusCode, template: &impl Template) -> Response {
    match template.render() {
        Ok(html) => (status, Html(html)).into_response(),
        Err(cause) => {
            tracing::error!(%cause, "a page of an emulator could not be rendered");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn local_paths_stay_here() {
        for good in ["/", "/auth/mpass", "/sculeni/m/tax-collector?entry=1&x=%2F%2Fa", "/a.b/c"] {
            assert!(is_local_path(good), "{good}");
        }
        let long = format!("/{}", "a".repeat(512));
        for bad in [
            "",
            "a",
            "//evil.example",
            "/\\evil.example",
            "/\t/evil.example",
            "https://evil.example",
            "javascript:alert(1)",
            "/a b",
            "/a#b",
            "/ă",
            "/../x",
            "/a\r\nSet-Cookie: x",
            "/x//evil.example",
            "\\/evil.example",
            " /a",
            "/\"><script>",
            &long,
        ] {
            assert!(!is_local_path(bad), "{bad}");
        }
    }

    #[test]
    fn queries_are_encoded() {
        assert_eq!(with_query("/a", &[("x", "1&y=2 ș")]), "/a?x=1%26y%3D2%20%C8%99");
        assert_eq!(with_query("/a?b=c", &[("x", "1")]), "/a?b=c&x=1");
    }

    #[test]
    fn the_emulators_own_choice_of_language_comes_first() -> Result<(), axum::http::header::InvalidHeaderValue> {
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, HeaderValue::from_str("session=x; lang=xx; lang=ru; lang=en")?);
        assert_eq!(cookie_language(&headers), Some(Language::Ru));
        assert_eq!(asked_language("a=b&lang=en"), Some(Language::En));
        assert_eq!(asked_language("slang=en"), None);
        Ok(())
    }
}
