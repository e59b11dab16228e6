//! Uploads, as the distribution specification has them.

use crate::site::Site;
use axum::http::Method;
use vatra_core::digest::{Algorithm, Digest};
use vatra_distribution::server::Settings;
use vatra_distribution::store::Limits;

const HELLO: &[u8] = b"hello, registry";

async fn begun(site: &Site) -> String {
    let reply = site.ana(Method::POST, "/v2/ana/roll/blobs/uploads/").send().await;
    assert_eq!((reply.status, reply.header("range")), (202, "0-0"));
    let id = reply.header("docker-upload-uuid");
    assert_eq!(reply.header("location"), format!("/v2/ana/roll/blobs/uploads/{id}"));
    assert_eq!(id.len(), 36);
    reply.header("location").to_owned()
}

#[tokio::test]
async fn a_blob_is_pushed_in_one_request() {
    let site = Site::open().await;
    let digest = Digest::of(HELLO);
    let reply = site.ana(Method::POST, &format!("/v2/ana/roll/blobs/uploads/?digest={digest}")).body(HELLO).send().await;
    assert_eq!(reply.status, 201);
    assert_eq!(reply.header("location"), format!("/v2/ana/roll/blobs/{digest}"));
    assert_eq!(reply.header("docker-content-digest"), digest.to_string());
    assert_eq!(site.get(reply.header("location")).await.body, HELLO);
    assert_eq!(site.files("staging"), Vec::<String>::new());
}

#[tokio::test]
async fn a_blob_is_pushed_by_post_and_put() {
    let site = Site::open().await;
    let digest = Digest::of(HELLO);
    let location = begun(&site).await;
    let reply = site.ana(Method::PUT, &format!("{location}?digest={digest}")).body(HELLO).send().await;
    assert_eq!((reply.status, reply.header("docker-content-digest")), (201, digest.to_string().as_str()));
    // The upload is over.
    let over = site.ana(Method::GET, &location).send().await;
    assert_eq!(over.error(), (404, "BLOB_UPLOAD_UNKNOWN".to_owned()));
}

#[tokio::test]
async fn a_blob_is_pushed_in_chunks_and_its_progress_is_told() {
    let site = Site::open().await;
    let digest = Digest::of(HELLO);
    let location = begun(&site).await;
    let progress = site.ana(Method::GET, &location).send().await;
    assert_eq!((progress.status, progress.header("range")), (204, "0-0"));
    let reply = site.ana(Method::PATCH, &location).header("content-range", "0-4").body(&HELLO[..5]).send().await;
    assert_eq!((reply.status, reply.header("range"), reply.header("location")), (202, "0-4", location.as_str()));
    assert!(location.ends_with(reply.header("docker-upload-uuid")));
    // Without a range: behind what is there.
    let reply = site.ana(Method::PATCH, &location).body(&HELLO[5..7]).send().await;
    assert_eq!((reply.status, reply.header("range")), (202, "0-6"));
    let progress = site.ana(Method::GET, &location).send().await;
    assert_eq!((progress.status, progress.header("range"), progress.header("location")), (204, "0-6", location.as_str()));
    // The last chunk may come with PUT.
    let last = format!("7-{}", HELLO.len() - 1);
    let put = site.ana(Method::PUT, &format!("{location}?digest={digest}")).header("content-range", &last);
    assert_eq!(put.body(&HELLO[7..]).send().await.status, 201);
    assert_eq!(site.get(&format!("/v2/ana/roll/blobs/{digest}")).await.body, HELLO);
}

#[tokio::test]
async fn chunks_out_of_order_overlapping_or_of_another_length_are_refused_and_leave_nothing() {
    let site = Site::open().await;
    let location = begun(&site).await;
    assert_eq!(site.ana(Method::PATCH, &location).header("content-range", "0-4").body(&HELLO[..5]).send().await.status, 202);
    for (range, body, expected) in [
        ("6-9", &HELLO[6..10], (416, "BLOB_UPLOAD_INVALID")),
        ("0-4", &HELLO[..5], (416, "BLOB_UPLOAD_INVALID")),
        ("4-8", &HELLO[4..9], (416, "BLOB_UPLOAD_INVALID")),
        ("5-9", &HELLO[5..7], (400, "SIZE_INVALID")),
        ("5-6", &HELLO[5..10], (400, "SIZE_INVALID")),
        ("9-5", &HELLO[5..10], (400, "BLOB_UPLOAD_INVALID")),
        ("bytes 5-9/15", &HELLO[5..10], (400, "BLOB_UPLOAD_INVALID")),
        ("5-18446744073709551615", &HELLO[5..10], (400, "BLOB_UPLOAD_INVALID")),
        ("-", &HELLO[5..10], (400, "BLOB_UPLOAD_INVALID")),
    ] {
        let reply = site.ana(Method::PATCH, &location).header("content-range", range).body(body).send().await;
        assert_eq!(reply.error(), (expected.0, expected.1.to_owned()), "{range}");
        let progress = site.ana(Method::GET, &location).send().await;
        assert_eq!(progress.header("range"), "0-4", "after {range}");
    }
    // A body without a length that is longer or shorter than its range says: found only while it comes.
    for (range, body) in [("5-6", &HELLO[5..10]), ("5-12", &HELLO[5..10])] {
        let stream = futures::stream::iter([Ok::<_, std::io::Error>(body.to_vec())]);
        let call = site.ana(Method::PATCH, &location).header("content-range", range);
        let reply = call.body(reqwest::Body::wrap_stream(stream)).send().await;
        assert_eq!(reply.error(), (400, "SIZE_INVALID".to_owned()), "{range}");
        assert_eq!(site.ana(Method::GET, &location).send().await.header("range"), "0-4", "after {range}");
    }
    // What was refused is not in the blob.
    let digest = Digest::of(HELLO);
    assert_eq!(site.ana(Method::PUT, &format!("{location}?digest={digest}")).body(&HELLO[5..]).send().await.status, 201);
    assert_eq!(site.get(&format!("/v2/ana/roll/blobs/{digest}")).await.body, HELLO);
}

#[tokio::test]
async fn a_wrong_digest_is_refused_and_nothing_is_left() {
    let site = Site::open().await;
    let wrong = Digest::of(b"something else");
    let reply = site.ana(Method::POST, &format!("/v2/ana/roll/blobs/uploads/?digest={wrong}")).body(HELLO).send().await;
    assert_eq!(reply.error(), (400, "DIGEST_INVALID".to_owned()));
    assert_eq!(reply.message(), format!("the content's digest is {}, expected {wrong}: the upload was thrown away", Digest::of(HELLO)));
    let location = begun(&site).await;
    let reply = site.ana(Method::PUT, &format!("{location}?digest={wrong}")).body(HELLO).send().await;
    assert_eq!(reply.error(), (400, "DIGEST_INVALID".to_owned()));
    let location = begun(&site).await;
    for query in ["", "?digest=", "?digest=sha256:abc", "?digest=md5:d41d8cd98f00b204e9800998ecf8427e"] {
        let reply = site.ana(Method::PUT, &format!("{location}{query}")).send().await;
        assert_eq!(reply.error(), (400, "DIGEST_INVALID".to_owned()), "{query}");
    }
    // Of the last upload, which nobody ended.
    assert_eq!(site.files("staging").len(), 2);
    assert_eq!(site.files("blobs"), Vec::<String>::new());
}

#[tokio::test]
async fn both_algorithms_are_known() {
    let site = Site::open().await;
    let digest = Digest::with(Algorithm::Sha512, HELLO);
    let location = begun(&site).await;
    assert_eq!(site.ana(Method::PATCH, &location).body(&HELLO[..3]).send().await.status, 202);
    let reply = site.ana(Method::PUT, &format!("{location}?digest={digest}")).body(&HELLO[3..]).send().await;
    assert_eq!((reply.status, reply.header("docker-content-digest")), (201, digest.to_string().as_str()));
    assert_eq!(site.get(&format!("/v2/ana/roll/blobs/{digest}")).await.body, HELLO);
    // Known by that digest and no other.
    assert_eq!(site.head(&format!("/v2/ana/roll/blobs/{}", Digest::of(HELLO))).await.status, 404);
}

#[tokio::test]
async fn an_upload_is_cancelled() {
    let site = Site::open().await;
    let location = begun(&site).await;
    assert_eq!(site.ana(Method::PATCH, &location).body(HELLO).send().await.status, 202);
    assert_eq!(site.delete(&location).await.status, 204);
    assert_eq!(site.delete(&location).await.error(), (404, "BLOB_UPLOAD_UNKNOWN".to_owned()));
    assert_eq!(site.ana(Method::PATCH, &location).body(HELLO).send().await.error(), (404, "BLOB_UPLOAD_UNKNOWN".to_owned()));
    assert_eq!(site.files("staging"), Vec::<String>::new());
}

#[tokio::test]
async fn a_blob_is_mounted_from_another_repository() {
    let site = Site::open().await;
    let digest = site.blob("bob/roll", HELLO).await;
    let target = format!("/v2/ana/roll/blobs/{digest}");
    assert_eq!(site.head(&target).await.status, 404, "content that another repository has is not this one's");
    let reply = site.ana(Method::POST, &format!("/v2/ana/roll/blobs/uploads/?mount={digest}&from=bob/roll")).send().await;
    assert_eq!((reply.status, reply.header("location")), (201, target.as_str()));
    assert_eq!(reply.header("docker-content-digest"), digest.to_string());
    assert_eq!(site.get(&target).await.body, HELLO);
    // What is not there, or from nowhere, becomes an upload.
    let other = Digest::of(b"other");
    for query in [format!("mount={other}&from=bob/roll"), format!("mount={digest}&from=bob/none"), format!("mount={digest}")] {
        let reply = site.ana(Method::POST, &format!("/v2/ana/roll/blobs/uploads/?{query}")).send().await;
        assert_eq!(reply.status, 202, "{query}");
    }
    let reply = site.ana(Method::POST, &format!("/v2/ana/roll/blobs/uploads/?mount={digest}&from=../x")).send().await;
    assert_eq!(reply.error(), (400, "NAME_INVALID".to_owned()));
}

#[tokio::test]
async fn what_is_too_large_is_refused_at_its_length_and_at_its_bytes() {
    let site = Site::with(Limits { blob: 10, ..Limits::default() }, Settings::default()).await;
    let location = begun(&site).await;
    let reply = site.ana(Method::PATCH, &location).body(HELLO).send().await;
    assert_eq!(reply.error(), (413, "SIZE_INVALID".to_owned()));
    assert_eq!(reply.message(), "the blob is larger than 10 bytes, which is the limit");
    let location = begun(&site).await;
    assert_eq!(site.ana(Method::PATCH, &location).body(&HELLO[..8]).send().await.status, 202);
    let stream = futures::stream::iter([Ok::<_, std::io::Error>(HELLO[8..].to_vec())]);
    let reply = site.ana(Method::PATCH, &location).body(reqwest::Body::wrap_stream(stream)).send().await;
    assert_eq!(reply.error(), (413, "SIZE_INVALID".to_owned()));
    assert_eq!(site.files("staging"), Vec::<String>::new());
}

#[tokio::test]
async fn uploads_are_counted_and_idle_ones_end() {
    let limits = Limits { uploads: 3, uploads_of_one: 2, idle_seconds: 60, ..Limits::default() };
    let site = Site::with(limits, Settings::default()).await;
    let first = begun(&site).await;
    begun(&site).await;
    let reply = site.ana(Method::POST, "/v2/ana/roll/blobs/uploads/").send().await;
    assert_eq!(reply.error(), (429, "TOOMANYREQUESTS".to_owned()));
    assert_eq!(reply.header("retry-after"), "60");
    assert_eq!(site.by("bob", Method::POST, "/v2/bob/roll/blobs/uploads/").send().await.status, 202);
    assert_eq!(site.by("bob", Method::POST, "/v2/bob/roll/blobs/uploads/").send().await.status, 429);
    site.clock.set(vatra_core::clock::Instant(1_790_000_000_000).plus_seconds(61));
    begun(&site).await;
    assert_eq!(site.ana(Method::GET, &first).send().await.error(), (404, "BLOB_UPLOAD_UNKNOWN".to_owned()));
    assert_eq!(site.files("staging").len(), 2, "one upload is under way");
}
