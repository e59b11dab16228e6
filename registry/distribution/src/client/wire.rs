//! A request and its answer: who asks, redirects, bounded bodies.

use super::Client;
use super::error::ClientError;
use crate::names::Repository;
use axum::body::{Body, Bytes};
use axum::http::header::{AUTHORIZATION, CONTENT_LENGTH, LOCATION, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, HeaderName, Method, Request, Response, StatusCode};
use base64::Engine;
use futures::StreamExt;
use reqwest::Url;
use serde::Deserialize;
use tokio::time::{Instant, timeout, timeout_at};
use vatra_core::digest::{Digest, Hasher};

/// Redirects that are followed.
const REDIRECTS: usize = 5;
/// The longest error, and the longest token, in bytes.
const WORDS: u64 = 64 << 10;

/// What is asked for.
pub(super) struct Ask<'a> {
    pub(super) registry: &'a str,
    /// None for what is about the whole registry.
    pub(super) repository: Option<&'a Repository>,
    pub(super) push: bool,
    /// In words, for errors.
    pub(super) what: String,
    pub(super) method: Method,
    /// An address, or a path of the registry.
    pub(super) place: Place<'a>,
    pub(super) headers: Vec<(HeaderName, String)>,
    pub(super) body: Bytes,
}

pub(super) enum Place<'a> {
    /// Behind `/v2/NAME/`, or `/v2/` of what is about the whole registry.
    Path(&'a str),
    Url(Url),
}

/// An answer, and the address that gave it.
pub(super) struct Answer {
    pub(super) url: Url,
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Body,
}

impl Answer {
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }
}

/// What a registry says, for people: one line, no control characters, not too long.
fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(300).collect()
}

impl Client {
    fn root(&self, registry: &str) -> Result<Url, ClientError> {
        let scheme = if self.options.plain.contains(registry) { "http" } else { "https" };
        let url = Url::parse(&format!("{scheme}://{registry}/"));
        url.map_err(|error| ClientError::Protocol { registry: registry.to_owned(), why: format!("its address cannot be read: {error}") })
    }

    /// Asks, says who it is if it must, follows redirects. What is no success comes back too.
    pub(super) async fn ask(&self, ask: &Ask<'_>) -> Result<Answer, ClientError> {
        let root = self.root(ask.registry)?;
        let begin = match &ask.place {
            Place::Url(url) => url.clone(),
            Place::Path(path) => {
                let name = ask.repository.map(|repository| format!("{repository}/")).unwrap_or_default();
                root.join(&format!("/v2/{name}{path}")).map_err(|error| self.protocol(ask, error))?
            }
        };
        self.allowed(ask, &root, &begin)?;
        let mut url = begin.clone();
        let mut seen = vec![begin.clone()];
        let mut tried = false;
        loop {
            let ours = url.origin() == root.origin();
            let authorization = if ours { self.known_for(ask) } else { None };
            let response = self.exchange(ask, &url, authorization.as_deref()).await?;
            let (parts, body) = response.into_parts();
            let answer = Answer { url: url.clone(), status: parts.status, headers: parts.headers, body };
            if answer.status == StatusCode::UNAUTHORIZED && ours && !tried {
                tried = true;
                if let Some(authorization) = self.say_who(ask, &root, &answer).await? {
                    self.remember(ask, authorization);
                    continue;
                }
            }
            let is_read = matches!(ask.method, Method::GET | Method::HEAD);
            let redirects = matches!(answer.status.as_u16(), 301 | 302 | 303 | 307 | 308);
            if !redirects || !is_read {
                return Ok(answer);
            }
            let to = answer.header(LOCATION.as_str()).and_then(|to| url.join(to).ok());
            let Some(to) = to else { return Err(self.protocol(ask, "a redirect without an address")) };
            if seen.contains(&to) || seen.len() > REDIRECTS {
                return Err(ClientError::RedirectLoop { registry: ask.registry.to_owned(), to: plain(to.as_str()) });
            }
            self.allowed(ask, &root, &to)?;
            seen.push(to.clone());
            url = to;
        }
    }

    /// As [`Self::ask`]; what is no success is an error.
    pub(super) async fn get(&self, ask: &Ask<'_>) -> Result<Answer, ClientError> {
        let answer = self.ask(ask).await?;
        if answer.status.is_success() { Ok(answer) } else { Err(self.refused(ask, answer).await) }
    }

    pub(super) fn protocol(&self, ask: &Ask<'_>, why: impl ToString) -> ClientError {
        ClientError::Protocol { registry: ask.registry.to_owned(), why: plain(&why.to_string()) }
    }

    /// Whether one goes there: from TLS never to an address without it, and no name or password in an address.
    fn allowed(&self, ask: &Ask<'_>, root: &Url, to: &Url) -> Result<(), ClientError> {
        let why = match to.scheme() {
            "https" => None,
            "http" if root.scheme() == "http" => None,
            "http" => Some("it would leave TLS"),
            _ => Some("it is no address of the web"),
        };
        let why = why.or_else(|| (!to.username().is_empty() || to.password().is_some()).then_some("it has a name or password in it"));
        why.map_or(Ok(()), |why| Err(ClientError::Redirect { registry: ask.registry.to_owned(), to: plain(to.as_str()), why }))
    }

    async fn exchange(&self, ask: &Ask<'_>, url: &Url, authorization: Option<&str>) -> Result<Response<Body>, ClientError> {
        let mut request = Request::builder().method(ask.method.clone()).uri(url.as_str());
        for (name, value) in &ask.headers {
            request = request.header(name, value);
        }
        if let Some(authorization) = authorization {
            request = request.header(AUTHORIZATION, authorization);
        }
        if ask.method != Method::GET && ask.method != Method::HEAD {
            request = request.header(CONTENT_LENGTH, ask.body.len());
        }
        let request = request.body(ask.body.clone()).map_err(|error| self.protocol(ask, error))?;
        // Whoever sends much may take long to be answered.
        let wait = if ask.body.len() > 1 << 20 { self.options.patience } else { self.options.stall };
        let answer = timeout(wait, self.transport.exchange(request)).await;
        let answer = answer.map_err(|_| ClientError::TooSlow { registry: ask.registry.to_owned(), seconds: wait.as_secs() })?;
        answer.map_err(|cause| ClientError::Unreachable { registry: ask.registry.to_owned(), cause })
    }

    fn scope(ask: &Ask<'_>) -> String {
        match ask.repository {
            Some(repository) => format!("repository:{repository}:{}", if ask.push { "pull,push" } else { "pull" }),
            None => "registry:catalog:*".to_owned(),
        }
    }

    fn known_for(&self, ask: &Ask<'_>) -> Option<String> {
        let known = self.known.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        known.get(&(ask.registry.to_owned(), Self::scope(ask))).cloned()
    }

    fn remember(&self, ask: &Ask<'_>, authorization: String) {
        let mut known = self.known.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        known.insert((ask.registry.to_owned(), Self::scope(ask)), authorization);
    }

    /// What to put into the Authorization header, as the registry's challenge wants it; nothing if there is nothing to say.
    async fn say_who(&self, ask: &Ask<'_>, root: &Url, answer: &Answer) -> Result<Option<String>, ClientError> {
        let credential = self.options.credentials.get(ask.registry);
        let basic = credential.map(|credential| {
            let pair = format!("{}:{}", credential.user, credential.secret);
            format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(pair))
        });
        let challenge = answer.header(WWW_AUTHENTICATE.as_str()).unwrap_or_default();
        let Some((scheme, parameters)) = challenge.split_once(' ') else { return Ok(None) };
        if scheme.eq_ignore_ascii_case("basic") {
            return Ok(basic);
        }
        if !scheme.eq_ignore_ascii_case("bearer") {
            return Ok(None);
        }
        let refused = |why: &str| ClientError::Challenge { registry: ask.registry.to_owned(), why: why.to_owned() };
        let realm = parameter(parameters, "realm").and_then(|realm| Url::parse(&realm).ok());
        let mut realm = realm.ok_or_else(|| refused("it names no source of tokens"))?;
        self.allowed(ask, root, &realm)?;
        if let Some(service) = parameter(parameters, "service") {
            realm.query_pairs_mut().append_pair("service", &service);
        }
        realm.query_pairs_mut().append_pair("scope", &Self::scope(ask));
        // A registry may say that somebody else gives its tokens. The password goes there only if whoever gave it to us named them too.
        let host = match realm.port() {
            Some(port) => format!("{}:{port}", realm.host_str().unwrap_or_default()),
            None => realm.host_str().unwrap_or_default().to_owned(),
        };
        let named = self.options.token_hosts.get(ask.registry).is_some_and(|hosts| hosts.contains(&host));
        if basic.is_some() && realm.origin() != root.origin() && !named {
            return Err(refused(&format!("it wants the credential sent to {host}: allow that host for this registry if that is meant")));
        }
        let token = Ask {
            what: "a token".to_owned(),
            method: Method::GET,
            place: Place::Path(""),
            headers: Vec::new(),
            body: Bytes::new(),
            registry: ask.registry,
            repository: ask.repository,
            push: ask.push,
        };
        let response = self.exchange(&token, &realm, basic.as_deref()).await?;
        let (parts, body) = response.into_parts();
        let answer = Answer { url: realm, status: parts.status, headers: parts.headers, body };
        if !answer.status.is_success() {
            return Err(self.refused(&token, answer).await);
        }
        #[derive(Deserialize)]
        struct Token {
            token: Option<String>,
            access_token: Option<String>,
        }
        let bytes = self.read(&token, answer, WORDS).await?;
        let read: Option<Token> = serde_json::from_slice(&bytes).ok();
        let text =
            read.and_then(|token| token.token.or(token.access_token)).filter(|text| text.bytes().all(|byte| byte.is_ascii_graphic()));
        text.map(|text| Some(format!("Bearer {text}"))).ok_or_else(|| refused("what it gave is no token"))
    }

    /// An error's words.
    pub(super) async fn refused(&self, ask: &Ask<'_>, answer: Answer) -> ClientError {
        #[derive(Deserialize)]
        struct Words {
            errors: Vec<Word>,
        }
        #[derive(Deserialize)]
        struct Word {
            #[serde(default)]
            code: String,
            #[serde(default)]
            message: String,
        }
        let (registry, what, status) = (ask.registry.to_owned(), ask.what.clone(), answer.status);
        let words = self.read(ask, answer, WORDS).await.unwrap_or_default();
        let words = serde_json::from_slice::<Words>(&words).ok().and_then(|words| words.errors.into_iter().next());
        let message = words.map(|word| if word.message.is_empty() { word.code } else { word.message });
        let message = message.map_or_else(|| status.canonical_reason().unwrap_or("no words").to_owned(), |message| plain(&message));
        match status {
            StatusCode::UNAUTHORIZED => ClientError::Unauthorized { registry, message },
            StatusCode::FORBIDDEN => ClientError::Denied { registry, message },
            StatusCode::NOT_FOUND => ClientError::NotFound { registry, what },
            _ => ClientError::Answer { registry, what, status: status.as_u16(), message },
        }
    }

    /// Reads a body of at most so many bytes, each piece and all of them in time.
    pub(super) async fn read(&self, ask: &Ask<'_>, answer: Answer, limit: u64) -> Result<Vec<u8>, ClientError> {
        self.read_hashed(ask, answer, limit, None).await.map(|(bytes, _)| bytes)
    }

    /// As [`Self::read`], hashing what comes.
    pub(super) async fn read_hashed(
        &self,
        ask: &Ask<'_>,
        answer: Answer,
        limit: u64,
        hasher: Option<Hasher>,
    ) -> Result<(Vec<u8>, Option<Digest>), ClientError> {
        let (registry, what) = (|| ask.registry.to_owned(), || ask.what.clone());
        let too_long = || ClientError::TooLong { registry: registry(), what: what(), limit };
        let said = answer.header(CONTENT_LENGTH.as_str()).and_then(|length| length.parse::<u64>().ok());
        if said.is_some_and(|said| said > limit) {
            return Err(too_long());
        }
        let until = Instant::now() + self.options.patience;
        let mut bytes = Vec::with_capacity(usize::try_from(said.unwrap_or(0)).unwrap_or(0));
        let (mut stream, mut hasher) = (answer.body.into_data_stream(), hasher);
        loop {
            let next = timeout_at(until.min(Instant::now() + self.options.stall), stream.next()).await;
            let next = next.map_err(|_| ClientError::TooSlow { registry: registry(), seconds: self.options.stall.as_secs() })?;
            let Some(piece) = next else { return Ok((bytes, hasher.map(Hasher::finish))) };
            let broke_off = |error: axum::Error| ClientError::BrokeOff { registry: registry(), what: what(), cause: error.to_string() };
            let piece = piece.map_err(broke_off)?;
            if bytes.len() as u64 + piece.len() as u64 > limit {
                return Err(too_long());
            }
            if let Some(hasher) = &mut hasher {
                hasher.update(&piece);
            }
            bytes.extend_from_slice(&piece);
        }
    }
}

/// A parameter of a challenge: `realm="…",service="…"`.
fn parameter(parameters: &str, name: &str) -> Option<String> {
    let mut rest = parameters;
    loop {
        let (key, after) = rest.split_once('=')?;
        let key = key.trim().trim_start_matches(',').trim();
        let (value, next) = match after.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"')?,
            None => after.split_once(',').unwrap_or((after, "")),
        };
        if key.eq_ignore_ascii_case(name) {
            return Some(value.to_owned());
        }
        rest = next;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_challenge_s_parameters_are_found() {
        let challenge = r#"realm="https://auth.example.md/token",service="registry, of Example",scope=x"#;
        assert_eq!(parameter(challenge, "realm").as_deref(), Some("https://auth.example.md/token"));
        assert_eq!(parameter(challenge, "Service").as_deref(), Some("registry, of Example"));
        assert_eq!(parameter(challenge, "scope").as_deref(), Some("x"));
        assert_eq!(parameter(challenge, "error"), None);
        assert_eq!(parameter(r#"realm="open"#, "realm"), None);
    }
}
