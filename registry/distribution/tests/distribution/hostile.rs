//! Clients who mean harm.

use crate::site::{SECRET, Site, package};
use axum::http::Method;
use base64::Engine;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use vatra_core::digest::Digest;
use vatra_distribution::server::{Content, Settings};
use vatra_distribution::store::Limits;

pub(crate) fn authorization(user: &str) -> String {
    format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(format!("{user}:{SECRET}")))
}

/// Sends bytes as they are and reads what comes until the server ends the connection.
async fn raw(site: &Site, request: &[u8]) -> String {
    let mut stream = TcpStream::connect(&site.address).await.unwrap();
    // A server that answers early may close before it has read all.
    let _ = stream.write_all(request).await;
    let mut answer = Vec::new();
    let _ = tokio::time::timeout(Duration::from_secs(30), stream.read_to_end(&mut answer)).await.unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

fn status(answer: &str) -> u16 {
    answer.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0)
}

#[tokio::test]
async fn no_path_leaves_the_folder() {
    let site = Site::open().await;
    let before = crate::site::files(site.folder.path(), "");
    let digest = Digest::of(b"x");
    for path in [
        "/v2/../../../../etc/passwd",
        "/v2/ana/../../../etc/manifests/passwd",
        "/v2/ana/..%2f..%2f/manifests/x",
        "/v2/%2e%2e/%2e%2e/manifests/x",
        "/v2/ana/manifests/..%2f..%2fname",
        "/v2/ana/manifests/%2e%2e",
        "/v2/ana/manifests/a%00b",
        "/v2/ana/blobs/sha256:..%2f..%2f..%2flock",
        "/v2/ana/blobs/sha256%3A..",
        "/v2/ana/blobs/uploads/..%2f..%2flock",
        "/v2/ana/blobs/uploads/%2e%2e",
        "/v2/ana\\..\\..\\x/manifests/x",
        "/v2//manifests/x",
        "/v2/ana//roll/manifests/x",
    ] {
        for method in ["GET", "PUT", "DELETE", "POST", "PATCH"] {
            let request = format!(
                "{method} {path}?digest={digest} HTTP/1.1\r\nhost: x\r\nauthorization: {}\r\ncontent-type: \
                 application/vnd.oci.image.manifest.v1+json\r\ncontent-length: 1\r\nconnection: close\r\n\r\nx",
                authorization("ana")
            );
            let status = status(&raw(&site, request.as_bytes()).await);
            assert!((400..500).contains(&status), "{method} {path}: {status}");
        }
    }
    assert_eq!(crate::site::files(site.folder.path(), ""), before);
}

#[tokio::test]
async fn huge_headers_are_refused_and_the_registry_goes_on() {
    let site = Site::open().await;
    for (size, answered) in [(20 << 10, true), (4 << 20, false)] {
        let request = format!("GET /v2/ HTTP/1.1\r\nhost: x\r\nconnection: close\r\nx-huge: {}\r\n\r\n", "h".repeat(size));
        let answer = raw(&site, request.as_bytes()).await;
        assert!(status(&answer) == 431 || (!answered && answer.is_empty()), "{size}: {answer:.80}");
    }
    assert_eq!(site.ana(Method::GET, "/v2/").send().await.status, 200);
}

#[tokio::test]
async fn an_upload_is_nobody_else_s() {
    let site = Site::open().await;
    let begun = site.ana(Method::POST, "/v2/ana/roll/blobs/uploads/").send().await;
    let (location, id) = (begun.header("location").to_owned(), begun.header("docker-upload-uuid").to_owned());
    assert_eq!(site.ana(Method::PATCH, &location).body("mine").send().await.status, 202);
    let digest = Digest::of(b"mine");
    for method in [Method::GET, Method::PATCH, Method::PUT, Method::DELETE] {
        let path = format!("{location}?digest={digest}");
        assert_eq!(site.anonymous(method.clone(), &path).send().await.error(), (401, "UNAUTHORIZED".to_owned()));
        assert_eq!(site.by("bob", method.clone(), &path).send().await.error(), (403, "DENIED".to_owned()));
        // Not in a repository of his own either, and not in another one of hers.
        let path = format!("/v2/bob/roll/blobs/uploads/{id}?digest={digest}");
        assert_eq!(site.by("bob", method.clone(), &path).send().await.status, 404);
        assert_eq!(site.ana(method, &format!("/v2/ana/other/blobs/uploads/{id}?digest={digest}")).send().await.status, 404);
    }
    assert_eq!(site.ana(Method::GET, &location).send().await.header("range"), "0-3");
}

#[tokio::test]
async fn who_pushes_to_the_same_repository_does_not_touch_the_other_s_uploads() {
    let site = Site::open().await;
    let begun = site.ana(Method::POST, "/v2/team/roll/blobs/uploads/").send().await;
    let location = begun.header("location").to_owned();
    assert_eq!(site.ana(Method::PATCH, &location).body("mine").send().await.status, 202);
    let digest = Digest::of(b"mine");
    for method in [Method::GET, Method::PATCH, Method::PUT, Method::DELETE] {
        let reply = site.by("bob", method, &format!("{location}?digest={digest}")).send().await;
        assert_eq!(reply.error(), (404, "BLOB_UPLOAD_UNKNOWN".to_owned()));
    }
    assert_eq!(site.ana(Method::PUT, &format!("{location}?digest={digest}")).send().await.status, 201);
}

#[tokio::test]
async fn what_is_private_is_not_seen_mounted_or_counted() {
    let site = Site::open().await;
    let built = package("secret");
    site.artifact("ana/private", "1.0", &built).await;
    let blob = &built.blobs[1].0.digest;
    let absent = Digest::of(b"absent");
    for path in [
        format!("/v2/ana/private/blobs/{blob}"),
        format!("/v2/ana/private/blobs/{absent}"),
        "/v2/ana/private/manifests/1.0".to_owned(),
        "/v2/ana/private/manifests/none".to_owned(),
        "/v2/ana/private/tags/list".to_owned(),
        "/v2/ana/private-none/tags/list".to_owned(),
        format!("/v2/ana/private/referrers/{}", built.descriptor.digest),
    ] {
        assert_eq!(site.get(&path).await.error(), (401, "UNAUTHORIZED".to_owned()), "{path}");
        assert_eq!(site.by("bob", Method::GET, &path).send().await.error(), (403, "DENIED".to_owned()), "{path}");
    }
    // Mounting it looks the same as mounting what is not there.
    for digest in [blob, &absent] {
        let path = format!("/v2/bob/roll/blobs/uploads/?mount={digest}&from=ana/private");
        assert_eq!(site.by("bob", Method::POST, &path).send().await.status, 202);
    }
    assert_eq!(site.by("bob", Method::GET, &format!("/v2/bob/roll/blobs/{blob}")).send().await.status, 404);
    // Its owner may.
    let path = format!("/v2/ana/public/blobs/uploads/?mount={blob}&from=ana/private");
    assert_eq!(site.ana(Method::POST, &path).send().await.status, 201);
}

#[tokio::test]
async fn nobody_pushes_or_deletes_outside_of_their_namespace() {
    let site = Site::open().await;
    let built = package("x");
    site.artifact("ana/roll", "1.0", &built).await;
    let digest = &built.descriptor.digest;
    let blob = &built.blobs[1].0.digest;
    for (method, path) in [
        (Method::POST, "/v2/ana/roll/blobs/uploads/".to_owned()),
        (Method::POST, format!("/v2/ana/roll/blobs/uploads/?digest={blob}")),
        (Method::POST, format!("/v2/ana/roll/blobs/uploads/?mount={blob}&from=bob/roll")),
        (Method::PUT, "/v2/ana/roll/manifests/1.0".to_owned()),
        (Method::DELETE, "/v2/ana/roll/manifests/1.0".to_owned()),
        (Method::DELETE, format!("/v2/ana/roll/manifests/{digest}")),
        (Method::DELETE, format!("/v2/ana/roll/blobs/{blob}")),
        // Whose name only begins like hers.
        (Method::POST, "/v2/ana-evil/roll/blobs/uploads/".to_owned()),
    ] {
        assert_eq!(site.anonymous(method.clone(), &path).send().await.error(), (401, "UNAUTHORIZED".to_owned()), "{method} {path}");
        assert_eq!(site.by("bob", method.clone(), &path).send().await.error(), (403, "DENIED".to_owned()), "{method} {path}");
    }
    assert_eq!(site.ana(Method::POST, "/v2/ana-evil/roll/blobs/uploads/").send().await.error(), (403, "DENIED".to_owned()));
    assert_eq!(site.get("/v2/ana/roll/manifests/1.0").await.body, built.manifest);
}

#[tokio::test]
async fn two_credentials_are_none() {
    let site = Site::open().await;
    let two = site.ana(Method::GET, "/v2/ana/roll/tags/list").header("authorization", &authorization("bob")).send().await;
    assert_eq!(two.error(), (401, "UNAUTHORIZED".to_owned()));
    for odd in ["Bearer abc", "Basic", "Basic ###", "basic\tx"] {
        let reply = site.anonymous(Method::GET, "/v2/").header("authorization", odd).send().await;
        assert_eq!(reply.status, 401, "{odd}");
    }
}

#[tokio::test]
async fn a_body_that_stands_still_is_ended_and_what_came_can_be_gone_on_with() {
    let settings = Settings { stall_seconds: 1, content: Content::any(), ..Settings::default() };
    let site = Site::with(Limits::default(), settings).await;
    let begun = site.ana(Method::POST, "/v2/ana/roll/blobs/uploads/").send().await;
    let location = begun.header("location").to_owned();
    let head = format!("host: x\r\nauthorization: {}\r\ncontent-length: 100\r\n\r\nhalf", authorization("ana"));
    let slow = raw(&site, format!("PATCH {location} HTTP/1.1\r\n{head}").as_bytes()).await;
    assert!(status(&slow) == 408 && slow.contains("came too slowly"), "{slow}");
    assert_eq!(site.ana(Method::GET, &location).send().await.header("range"), "0-3");
    let digest = Digest::of(b"half and whole");
    let reply = site.ana(Method::PUT, &format!("{location}?digest={digest}")).body(" and whole").send().await;
    assert_eq!(reply.status, 201);
    let manifest = format!("PUT /v2/ana/roll/manifests/1 HTTP/1.1\r\ncontent-type: application/vnd.oci.image.manifest.v1+json\r\n{head}");
    assert_eq!(status(&raw(&site, manifest.as_bytes()).await), 408);
}

#[tokio::test]
async fn two_requests_do_not_write_to_one_upload() {
    let site = Site::open().await;
    let begun = site.ana(Method::POST, "/v2/ana/roll/blobs/uploads/").send().await;
    let location = begun.header("location").to_owned();
    let (sender, receiver) = futures::channel::mpsc::unbounded::<std::io::Result<Vec<u8>>>();
    sender.unbounded_send(Ok(b"first ".to_vec())).unwrap();
    let first = tokio::spawn(site.ana(Method::PATCH, &location).body(reqwest::Body::wrap_stream(receiver)).send());
    // Until the first has entered, the second may; it adds nothing. Then it waits a little, and is refused.
    let second = async || site.ana(Method::PATCH, &location).body("").send().await;
    let mut refused = second().await;
    for _ in 0..200 {
        if refused.status != 202 {
            break;
        }
        refused = second().await;
    }
    assert_eq!(refused.error(), (409, "BLOB_UPLOAD_INVALID".to_owned()));
    sender.unbounded_send(Ok(b"only".to_vec())).unwrap();
    drop(sender);
    assert_eq!(first.await.unwrap().status, 202);
    let digest = Digest::of(b"first only");
    assert_eq!(site.ana(Method::PUT, &format!("{location}?digest={digest}")).send().await.status, 201);
}

#[tokio::test]
async fn what_is_served_is_inert_in_a_browser() {
    let site = Site::open().await;
    let digest = site.blob("ana/roll", b"<script>alert(1)</script>").await;
    for path in [format!("/v2/ana/roll/blobs/{digest}"), "/v2/<script>/manifests/x".to_owned()] {
        let reply = site.get(&path).await;
        assert_eq!(reply.header("x-content-type-options"), "nosniff");
        assert!(reply.header("content-security-policy").contains("default-src 'none'; sandbox"));
        assert!(!reply.header("content-type").contains("html"));
    }
}
