//! Blobs, the base address, tags and methods, as the distribution specification has them.

use crate::site::{SECRET, Site, package};
use axum::http::Method;
use std::sync::atomic::Ordering;
use vatra_core::digest::Digest;

const HELLO: &[u8] = b"hello, registry";

#[tokio::test]
async fn the_base_says_how_to_say_who_one_is() {
    let site = Site::open().await;
    let reply = site.get("/v2/").await;
    assert_eq!(reply.error(), (401, "UNAUTHORIZED".to_owned()));
    assert_eq!(reply.header("www-authenticate"), "Basic realm=\"Vatra registry\", charset=\"UTF-8\"");
    assert_eq!(reply.header("docker-distribution-api-version"), "registry/2.0");
    let known = site.ana(Method::GET, "/v2/").send().await;
    assert_eq!((known.status, known.body.as_slice()), (200, b"{}".as_slice()));
    // skopeo without a credential sends an empty one.
    let empty = site.anonymous(Method::GET, "/v2/ana/roll/manifests/1.0").header("authorization", "Basic Og==").send().await;
    assert_eq!(empty.status, 404);
    let wrong = site.anonymous(Method::GET, "/v2/").header("authorization", "Basic YW5hOndyb25n").send().await;
    assert_eq!(wrong.error(), (401, "UNAUTHORIZED".to_owned()));
}

#[tokio::test]
async fn a_blob_is_read_whole_in_part_and_not_at_all() {
    let site = Site::open().await;
    let digest = site.blob("ana/roll", HELLO).await;
    let path = format!("/v2/ana/roll/blobs/{digest}");
    let whole = site.get(&path).await;
    assert_eq!((whole.status, whole.body.as_slice()), (200, HELLO));
    assert_eq!(whole.header("content-length"), "15");
    assert_eq!(whole.header("docker-content-digest"), digest.to_string());
    assert_eq!(whole.header("content-type"), "application/octet-stream");
    assert_eq!(whole.header("accept-ranges"), "bytes");
    assert_eq!(whole.header("x-content-type-options"), "nosniff");
    let head = site.head(&path).await;
    assert_eq!((head.status, head.header("content-length"), head.body.len()), (200, "15", 0));
    assert_eq!(head.header("docker-content-digest"), digest.to_string());
    for (range, expected, body) in [
        ("bytes=0-4", "bytes 0-4/15", &HELLO[..5]),
        ("bytes=7-", "bytes 7-14/15", &HELLO[7..]),
        ("bytes=-8", "bytes 7-14/15", &HELLO[7..]),
        ("bytes=10-400", "bytes 10-14/15", &HELLO[10..]),
    ] {
        let part = site.anonymous(Method::GET, &path).header("range", range).send().await;
        assert_eq!((part.status, part.header("content-range"), part.body.as_slice()), (206, expected, body), "{range}");
    }
    let beyond = site.anonymous(Method::GET, &path).header("range", "bytes=15-").send().await;
    assert_eq!((beyond.status, beyond.header("content-range")), (416, "bytes */15"));
    let several = site.anonymous(Method::GET, &path).header("range", "bytes=0-1,4-5").send().await;
    assert_eq!((several.status, several.body.as_slice()), (200, HELLO));
    let known = site.anonymous(Method::GET, &path).header("if-none-match", &format!("\"{digest}\"")).send().await;
    assert_eq!((known.status, known.body.len()), (304, 0));
}

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    let site = Site::open().await;
    let digest = Digest::of(HELLO);
    assert_eq!(site.get(&format!("/v2/ana/roll/blobs/{digest}")).await.error(), (404, "BLOB_UNKNOWN".to_owned()));
    let head = site.head(&format!("/v2/ana/roll/blobs/{digest}")).await;
    assert_eq!((head.status, head.body.len()), (404, 0));
    assert_eq!(site.delete(&format!("/v2/ana/roll/blobs/{digest}")).await.error(), (404, "BLOB_UNKNOWN".to_owned()));
    assert_eq!(site.get("/v2/ana/roll/blobs/sha256:abc").await.error(), (400, "DIGEST_INVALID".to_owned()));
    assert_eq!(site.get("/v2/ana/roll/manifests/1.0").await.error(), (404, "MANIFEST_UNKNOWN".to_owned()));
    assert_eq!(site.get("/v2/ana/roll/tags/list").await.error(), (404, "NAME_UNKNOWN".to_owned()));
    assert_eq!(site.get("/v2/_catalog").await.error().0, 404);
    assert_eq!(site.get("/v2/Ana/manifests/1.0").await.error(), (400, "NAME_INVALID".to_owned()));
}

#[tokio::test]
async fn other_methods_are_named_with_those_allowed() {
    let site = Site::open().await;
    let digest = Digest::of(HELLO);
    for (method, path, allowed) in [
        (Method::POST, "/v2/".to_owned(), "GET, HEAD"),
        (Method::PUT, format!("/v2/ana/roll/blobs/{digest}"), "GET, HEAD, DELETE"),
        (Method::GET, "/v2/ana/roll/blobs/uploads/".to_owned(), "POST"),
        (Method::PATCH, "/v2/ana/roll/manifests/1".to_owned(), "GET, HEAD, PUT, DELETE"),
        (Method::DELETE, "/v2/ana/roll/tags/list".to_owned(), "GET, HEAD"),
        (Method::POST, format!("/v2/ana/roll/referrers/{digest}"), "GET, HEAD"),
    ] {
        let reply = site.ana(method.clone(), &path).send().await;
        assert_eq!(reply.error(), (405, "UNSUPPORTED".to_owned()), "{method} {path}");
        assert_eq!(reply.header("allow"), allowed);
    }
}

#[tokio::test]
async fn a_blob_goes_unless_a_manifest_needs_it() {
    let site = Site::open().await;
    let free = site.blob("ana/roll", HELLO).await;
    assert_eq!(site.delete(&format!("/v2/ana/roll/blobs/{free}")).await.status, 202);
    assert_eq!(site.head(&format!("/v2/ana/roll/blobs/{free}")).await.status, 404);
    let built = package("x");
    site.artifact("ana/roll", "1.0", &built).await;
    for (blob, _) in &built.blobs {
        let reply = site.delete(&format!("/v2/ana/roll/blobs/{}", blob.digest)).await;
        assert_eq!(reply.error(), (403, "DENIED".to_owned()));
        assert!(reply.message().contains(&built.descriptor.digest.to_string()), "{}", reply.message());
    }
    assert_eq!(site.delete(&format!("/v2/ana/roll/manifests/{}", built.descriptor.digest)).await.status, 202);
    assert_eq!(site.delete(&format!("/v2/ana/roll/blobs/{}", built.blobs[1].0.digest)).await.status, 202);
}

#[tokio::test]
async fn what_nobody_needs_is_collected_and_the_rest_stays() {
    let site = Site::open().await;
    let built = package("kept");
    site.artifact("ana/roll", "1.0", &built).await;
    let orphan = site.blob("ana/roll", b"orphan").await;
    let shared = site.blob("ana/roll", b"shared").await;
    let path = format!("/v2/bob/roll/blobs/uploads/?mount={shared}&from=ana/roll");
    assert_eq!(site.by("bob", Method::POST, &path).send().await.status, 201);
    // Nobody knows yet whether a manifest will come for what was pushed a moment ago.
    assert_eq!(site.store.collect(60).await.unwrap(), Default::default());
    site.clock.set(vatra_core::clock::Instant(1_790_000_000_000).plus_seconds(120));
    let young = site.blob("ana/roll", b"young").await;
    let collected = site.store.collect(60).await.unwrap();
    assert_eq!((collected.links, collected.contents, collected.bytes), (3, 2, 12));
    for (digest, status) in
        [(&orphan, 404), (&shared, 404), (&young, 200), (&built.blobs[0].0.digest, 200), (&built.blobs[1].0.digest, 200)]
    {
        assert_eq!(site.head(&format!("/v2/ana/roll/blobs/{digest}")).await.status, status);
    }
    assert_eq!(site.get("/v2/ana/roll/manifests/1.0").await.status, 200);
    assert_eq!(site.store.verify().await.unwrap(), []);
}

#[tokio::test]
async fn tags_are_listed_in_pages() {
    let site = Site::open().await;
    let built = package("x");
    for tag in ["b", "A", "c", "0.1", "Z", "a"] {
        site.artifact("ana/roll", tag, &built).await;
    }
    let all = site.get("/v2/ana/roll/tags/list").await;
    assert_eq!((all.status, all.header("link")), (200, ""));
    assert_eq!(all.json(), serde_json::json!({ "name": "ana/roll", "tags": ["0.1", "A", "a", "b", "c", "Z"] }));
    let mut seen = Vec::new();
    let mut next = "/v2/ana/roll/tags/list?n=4".to_owned();
    loop {
        let page = site.get(&next).await;
        let tags = page.json()["tags"].as_array().unwrap().clone();
        assert!(tags.len() <= 4);
        seen.extend(tags.iter().map(|tag| tag.as_str().unwrap().to_owned()));
        let Some(link) = page.headers.get("link") else { break };
        let link = link.to_str().unwrap();
        assert!(link.ends_with(">; rel=\"next\""), "{link}");
        next = link[1..link.find('>').unwrap()].to_owned();
    }
    assert_eq!(seen, ["0.1", "A", "a", "b", "c", "Z"]);
    assert_eq!(site.get("/v2/ana/roll/tags/list?n=0").await.json()["tags"], serde_json::json!([]));
    assert_eq!(site.get("/v2/ana/roll/tags/list?last=c").await.json()["tags"], serde_json::json!(["Z"]));
    assert_eq!(site.get("/v2/ana/roll/tags/list?n=many").await.error().0, 400);
    assert_eq!(site.get("/v2/ana/roll/tags/list?n=-1").await.error().0, 400);
}

#[tokio::test]
async fn a_credential_is_checked_once_in_a_while_and_a_right_at_every_request() {
    let site = Site::open().await;
    for word in ["one", "two", "three"] {
        site.blob("ana/roll", word.as_bytes()).await;
    }
    assert_eq!(site.house.authentications.load(Ordering::SeqCst), 1);
    site.house.revoked.lock().unwrap().insert("ana".to_owned());
    let reply = site.ana(Method::POST, "/v2/ana/roll/blobs/uploads/").send().await;
    assert_eq!(reply.error(), (403, "DENIED".to_owned()));
    // What is wrong is not remembered as right.
    let wrong = format!("ana:{SECRET}x");
    let wrong = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, wrong);
    for _ in 0..2 {
        let reply = site.anonymous(Method::GET, "/v2/").header("authorization", &format!("Basic {wrong}")).send().await;
        assert_eq!(reply.status, 401);
    }
    assert_eq!(site.house.authentications.load(Ordering::SeqCst), 3);
}
