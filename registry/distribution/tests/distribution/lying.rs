//! Registries that lie, never end, send round in circles or want other people's passwords.

use crate::client::options;
use crate::site::package;
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use futures::StreamExt;
use serde_json::json;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use vatra_core::digest::Digest;
use vatra_distribution::artifact::{self, Built};
use vatra_distribution::client::{Client, ClientError, InProcess, Options, Reference};
use vatra_distribution::manifest::{Descriptor, media};

const REGISTRY: &str = "liar.example.md";

/// Asked for a path and query, with an Authorization header or without; the host comes first.
type Log = Arc<Mutex<Vec<String>>>;

/// A registry that answers as it likes.
fn registry(answer: impl Fn(&str, &str) -> Response + Clone + Send + Sync + 'static) -> (Router, Log) {
    let log = Log::default();
    let noted = log.clone();
    let app = Router::new().fallback(any(move |request: Request| {
        let (answer, noted) = (answer.clone(), noted.clone());
        async move {
            let authorization = request.headers().get(header::AUTHORIZATION).map_or("", |value| value.to_str().unwrap()).to_owned();
            noted.lock().unwrap().push(format!("{} {} {authorization}", request.method(), request.uri()));
            answer(&request.uri().to_string(), &authorization)
        }
    }));
    (app, log)
}

fn client(app: Router, options: Options) -> Client {
    Client::new(Arc::new(InProcess(app)), options)
}

fn secure(user: Option<&str>) -> Options {
    Options { plain: Default::default(), ..options(REGISTRY, user) }
}

fn at() -> Reference {
    format!("{REGISTRY}/ana/roll:1.0").parse().unwrap()
}

fn endless() -> Body {
    Body::from_stream(futures::stream::repeat_with(|| Ok::<_, std::io::Error>(Bytes::from(vec![b'x'; 64 << 10]))))
}

fn manifest(built: &Built) -> Response {
    ([(header::CONTENT_TYPE, media::MANIFEST)], built.manifest.clone()).into_response()
}

/// Serves a package, but `instead` where it has an answer.
fn serving(built: &Built, instead: impl Fn(&str) -> Option<Response> + Clone + Send + Sync + 'static) -> Router {
    let built = built.clone();
    let answer = move |path: &str, _: &str| {
        if let Some(other) = instead(path) {
            return other;
        }
        if path.contains("/manifests/") {
            return manifest(&built);
        }
        let blob = built.blobs.iter().find(|(descriptor, _)| path.ends_with(&descriptor.digest.to_string()));
        blob.map_or_else(|| StatusCode::NOT_FOUND.into_response(), |(_, bytes)| bytes.clone().into_response())
    };
    registry(answer).0
}

async fn pulled(app: Router) -> String {
    client(app, secure(None)).pull(&at()).await.unwrap_err().to_string()
}

#[tokio::test]
async fn an_honest_one_is_believed() {
    let built = package("x");
    let artifact = client(serving(&built, |_| None), secure(None)).pull(&at()).await.unwrap();
    assert_eq!(artifact.component, built.blobs[1].1);
}

#[tokio::test]
async fn bodies_without_an_end_are_ended() {
    let built = package("x");
    let path = built.blobs[1].0.digest.to_string();
    let app = serving(&built, move |at| at.ends_with(&path).then(|| endless().into_response()));
    let size = built.blobs[1].0.size;
    assert_eq!(pulled(app).await, format!("{REGISTRY} sends more than {size} bytes for the component of {REGISTRY}/ana/roll:1.0: refused"));
    let app = registry(|_, _| ([(header::CONTENT_TYPE, media::MANIFEST)], endless()).into_response()).0;
    assert_eq!(pulled(app).await, format!("{REGISTRY} sends more than 4194304 bytes for the manifest {REGISTRY}/ana/roll:1.0: refused"));
    // An error's words too.
    for (status, expected) in [
        (StatusCode::NOT_FOUND, "does not have"),
        (StatusCode::BAD_GATEWAY, "answered 502 to"),
        (StatusCode::FORBIDDEN, "refuses: Forbidden"),
    ] {
        let error = pulled(registry(move |_, _| (status, endless()).into_response()).0).await;
        assert!(error.contains(expected), "{error}");
    }
    // A length that is no length.
    let app = registry(|_, _| ([(header::CONTENT_LENGTH, "99999999999")], Body::empty()).into_response()).0;
    assert!(pulled(app).await.contains("sends more than 4194304 bytes"));
}

#[tokio::test]
async fn a_body_that_stands_still_is_given_up() {
    let waiting = || Body::from_stream(futures::stream::iter([Ok::<_, std::io::Error>("{")]).chain(futures::stream::pending()));
    let hasty = Options { stall: Duration::from_millis(200), ..secure(None) };
    let error = client(registry(move |_, _| waiting().into_response()).0, hasty).pull(&at()).await.unwrap_err();
    assert!(matches!(error, ClientError::TooSlow { .. }), "{error}");
}

#[tokio::test]
async fn other_content_is_refused() {
    let built = package("x");
    for (number, what) in [(0, "configuration"), (1, "component")] {
        let (descriptor, bytes) = built.blobs[number].clone();
        let mut altered = bytes.to_vec();
        altered[5] ^= 1;
        let path = descriptor.digest.to_string();
        let app = serving(&built, move |at| at.ends_with(&path).then(|| altered.clone().into_response()));
        let error = pulled(app).await;
        assert!(error.starts_with(&format!("the {what} was altered: its digest is sha256:")), "{error}");
        let path = descriptor.digest.to_string();
        let short = bytes.slice(1..);
        let app = serving(&built, move |at| at.ends_with(&path).then(|| short.clone().into_response()));
        assert_eq!(pulled(app).await, format!("the {what} has {} bytes, but the manifest says {}", bytes.len() - 1, bytes.len()));
    }
}

#[tokio::test]
async fn another_manifest_than_the_one_asked_for_is_refused() {
    let (built, other) = (package("x"), package("other"));
    let digest = built.descriptor.digest.clone();
    let client = client(serving(&other, |_| None), secure(None));
    for error in [client.pull(&at().at(&digest)).await.unwrap_err(), client.resolve(&at().at(&digest)).await.unwrap_err()] {
        let expected = format!(
            "sent something else for the manifest {REGISTRY}/ana/roll@{digest}: the digest is {}, expected {digest}",
            other.descriptor.digest
        );
        assert!(error.to_string().ends_with(&expected), "{error}");
    }
    // By tag it cannot be known; but a header that says another digest is a lie.
    let honest = other.descriptor.digest.to_string();
    for (said, believed) in [(digest.to_string(), false), (honest, true)] {
        let other = other.clone();
        let app = registry(move |_, _| ([("docker-content-digest", said.clone())], manifest(&other)).into_response()).0;
        let resolved = self::client(app, secure(None)).resolve(&at()).await;
        assert_eq!(resolved.is_ok(), believed, "{resolved:?}");
    }
}

#[tokio::test]
async fn circles_and_ways_out_of_tls_are_not_followed() {
    let redirect = |to: fn(&str) -> String| registry(move |at, _| (StatusCode::FOUND, [(header::LOCATION, to(at))]).into_response()).0;
    for (app, expected) in [
        (redirect(|at| at.to_owned()), "redirects in a circle or too often"),
        (redirect(|at| format!("{at}x")), "redirects in a circle or too often"),
        (redirect(|_| "http://liar.example.md/v2/".to_owned()), "which is refused: it would leave TLS"),
        (redirect(|_| "file:///etc/passwd".to_owned()), "which is refused: it is no address of the web"),
        (redirect(|_| "https://ana:x@other.example.md/".to_owned()), "which is refused: it has a name or password in it"),
        (redirect(|_| "https://".to_owned()), "a redirect without an address"),
    ] {
        let error = pulled(app).await;
        assert!(error.contains(expected), "{error}");
    }
}

#[tokio::test]
async fn a_redirect_takes_no_credential_along() {
    let built = package("x");
    let blob = built.blobs[1].0.digest.to_string();
    let served = built.clone();
    let (app, log) = registry(move |at, authorization| {
        if at.starts_with("https://store.example.com/") {
            return served.blobs[1].1.clone().into_response();
        }
        if authorization.is_empty() {
            return (StatusCode::UNAUTHORIZED, [(header::WWW_AUTHENTICATE, "Basic realm=\"x\"")]).into_response();
        }
        if at.ends_with(&blob) {
            return (StatusCode::TEMPORARY_REDIRECT, [(header::LOCATION, "https://store.example.com/x")]).into_response();
        }
        if at.contains("/manifests/") { manifest(&served) } else { served.blobs[0].1.clone().into_response() }
    });
    assert_eq!(client(app, secure(Some("ana"))).pull(&at()).await.unwrap().component, built.blobs[1].1);
    let log = log.lock().unwrap();
    assert!(log.iter().any(|line| line.contains("liar.example.md") && line.contains("Basic ")));
    assert!(log.iter().any(|line| line == "GET https://store.example.com/x "), "{log:?}");
}

#[tokio::test]
async fn a_token_is_asked_for_where_the_registry_is_or_where_it_was_allowed() {
    let built = package("x");
    let make = |realm: &'static str| {
        let built = built.clone();
        registry(move |at, authorization| {
            if at.contains("/token") {
                return axum::Json(json!({ "token": "abc" })).into_response();
            }
            if authorization != "Bearer abc" {
                let challenge = format!("Bearer realm=\"{realm}\",service=\"of, it\"");
                return (StatusCode::UNAUTHORIZED, [(header::WWW_AUTHENTICATE, challenge)]).into_response();
            }
            if at.contains("/manifests/") {
                return manifest(&built);
            }
            built.blobs.iter().find(|(descriptor, _)| at.ends_with(&descriptor.digest.to_string())).unwrap().1.clone().into_response()
        })
    };
    let (app, log) = make("https://liar.example.md/token");
    assert_eq!(client(app, secure(Some("ana"))).pull(&at()).await.unwrap().component, built.blobs[1].1);
    let asked = "GET https://liar.example.md/token?service=of%2C+it&scope=repository%3Aana%2Froll%3Apull Basic ";
    assert_eq!(log.lock().unwrap().iter().filter(|line| line.starts_with(asked)).count(), 1, "{log:?}");
    // Elsewhere: not with a credential, unless allowed; without one there is nothing to lose.
    let (app, log) = make("https://auth.example.com/token");
    let error = client(app.clone(), secure(Some("ana"))).pull(&at()).await.unwrap_err();
    assert!(matches!(&error, ClientError::Challenge { why, .. } if why.contains("auth.example.com")), "{error}");
    assert!(log.lock().unwrap().iter().all(|line| !line.contains("auth.example.com") && !line.contains("Basic")));
    client(app.clone(), secure(None)).pull(&at()).await.unwrap();
    assert!(log.lock().unwrap().iter().all(|line| !line.contains("Basic")));
    let allowed = [(REGISTRY.to_owned(), ["auth.example.com".to_owned()].into())].into();
    client(app, Options { token_hosts: allowed, ..secure(Some("ana")) }).pull(&at()).await.unwrap();
    let (app, _) = make("http://liar.example.md/token");
    let error = client(app, secure(Some("ana"))).pull(&at()).await.unwrap_err();
    assert!(error.to_string().contains("it would leave TLS"), "{error}");
}

#[tokio::test]
async fn tokens_without_an_end_or_with_line_breaks_are_none() {
    for token in [endless as fn() -> Body, || Body::from("{\"token\":\"a\\r\\nx: y\"}"), || Body::from("[]")] {
        let app = registry(move |at, _| {
            if at.contains("/token") {
                return token().into_response();
            }
            (StatusCode::UNAUTHORIZED, [(header::WWW_AUTHENTICATE, "Bearer realm=\"https://liar.example.md/token\"")]).into_response()
        });
        let error = client(app.0, secure(None)).pull(&at()).await.unwrap_err();
        assert!(matches!(error, ClientError::TooLong { .. } | ClientError::Challenge { .. }), "{error}");
    }
}

#[tokio::test]
async fn lists_end_and_stay_where_they_are() {
    let page = |next: &'static str| {
        registry(move |at, _| {
            let link = format!("<{}>; rel=\"next\"", next.replace("AT", at));
            let body = json!({ "schemaVersion": 2, "manifests": [], "tags": ["ok", "../x"] });
            ([(header::LINK, link)], axum::Json(body)).into_response()
        })
        .0
    };
    let subject = Digest::of(b"x");
    for (next, expected) in [("ATx", "has no end"), ("https://other.example.com/", "goes on at another registry")] {
        let client = client(page(next), secure(None));
        let error = client.referrers(&at(), &subject, "a/b").await.unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
        let error = client.tags(&at()).await.unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
    }
    let app = registry(|_, _| axum::Json(json!({ "tags": ["ok", "../x", "a b"] })).into_response()).0;
    assert_eq!(client(app, secure(None)).tags(&at()).await.unwrap(), ["ok"]);
}

/// A registry of before 1.1: it knows manifests and blobs, but no referrers.
fn old() -> (Router, Arc<Mutex<std::collections::BTreeMap<String, Bytes>>>) {
    let kept = Arc::new(Mutex::new(std::collections::BTreeMap::<String, Bytes>::new()));
    let shared = kept.clone();
    let app = Router::new().fallback(any(move |request: Request| {
        let kept = shared.clone();
        async move {
            let (parts, body) = request.into_parts();
            let (method, path) = (parts.method.as_str().to_owned(), parts.uri.path().to_owned());
            let body = axum::body::to_bytes(body, 1 << 20).await.unwrap();
            match method.as_str() {
                "POST" => (StatusCode::ACCEPTED, [(header::LOCATION, "/v2/ana/roll/blobs/uploads/1?state=x")]).into_response(),
                "PUT" => {
                    let blob = parts.uri.query().and_then(|query| query.split_once("digest="));
                    let path = blob.map_or(path, |(_, digest)| format!("/v2/ana/roll/blobs/{}", digest.replace("%3A", ":")));
                    let by_digest = format!("/v2/ana/roll/manifests/{}", Digest::of(&body));
                    kept.lock().unwrap().extend([(path, body.clone()), (by_digest, body)]);
                    StatusCode::CREATED.into_response()
                }
                _ => match kept.lock().unwrap().get(&path) {
                    Some(bytes) => {
                        let index = bytes.starts_with(b"{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.index");
                        let kind = if index { media::INDEX } else { media::MANIFEST };
                        ([(header::CONTENT_TYPE, kind)], bytes.clone()).into_response()
                    }
                    None => StatusCode::NOT_FOUND.into_response(),
                },
            }
        }
    }));
    (app, kept)
}

#[tokio::test]
async fn a_registry_without_referrers_keeps_them_under_a_tag() {
    let (app, kept) = old();
    let client = client(app, secure(None));
    let built = package("x");
    client.push(&at(), &built).await.unwrap();
    let subject = &built.descriptor.digest;
    assert_eq!(client.referrers(&at(), subject, media::SIGNATURE).await.unwrap(), []);
    let signature = artifact::signature(&built.descriptor, "{\"one\":1}").unwrap();
    let sbom = artifact::sbom(&built.descriptor, "{\"two\":2}").unwrap();
    for referrer in [&signature, &sbom, &signature] {
        client.push(&at().at(&referrer.descriptor.digest), referrer).await.unwrap();
    }
    let tag = format!("/v2/ana/roll/manifests/{}", subject.file_name());
    let index: serde_json::Value = serde_json::from_slice(&kept.lock().unwrap()[&tag]).unwrap();
    assert_eq!(index["manifests"].as_array().unwrap().len(), 2, "each once: {index}");
    let found = client.referrers(&at(), subject, media::SIGNATURE).await.unwrap();
    let expected = Descriptor { artifact_type: Some(media::SIGNATURE.to_owned()), ..signature.descriptor.clone() };
    assert_eq!(found, [expected]);
    assert_eq!(client.referrer(&at(), subject, &found[0], media::SIGNATURE, media::DSSE).await.unwrap(), b"{\"one\":1}");
}
