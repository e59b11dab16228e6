//! Manifests and referrers, as the distribution specification has them.

use crate::site::{Site, package};
use axum::http::Method;
use serde_json::json;
use vatra_core::digest::{Algorithm, Digest};
use vatra_distribution::artifact;
use vatra_distribution::manifest::{Descriptor, media};
use vatra_distribution::server::{Content, Settings};
use vatra_distribution::store::Limits;

#[tokio::test]
async fn a_manifest_is_read_by_tag_and_by_digest() {
    let site = Site::open().await;
    let built = package("x");
    let digest = built.descriptor.digest.to_string();
    let put = site.artifact("ana/roll", "1.0", &built).await;
    assert_eq!(put.header("location"), format!("/v2/ana/roll/manifests/{digest}"));
    assert_eq!((put.header("docker-content-digest"), put.header("oci-subject")), (digest.as_str(), ""));
    for reference in ["1.0", &digest, &digest.replace(':', "%3A")] {
        let path = format!("/v2/ana/roll/manifests/{reference}");
        let got = site.get(&path).await;
        assert_eq!((got.status, got.body.as_slice()), (200, built.manifest.as_ref()));
        assert_eq!((got.header("content-type"), got.header("docker-content-digest")), (media::MANIFEST, digest.as_str()));
        let head = site.head(&path).await;
        assert_eq!((head.status, head.body.len(), head.header("content-length")), (200, 0, built.manifest.len().to_string().as_str()));
        assert_eq!((head.header("content-type"), head.header("docker-content-digest")), (media::MANIFEST, digest.as_str()));
    }
    // A manifest is not a blob.
    assert_eq!(site.head(&format!("/v2/ana/roll/blobs/{digest}")).await.status, 404);
}

#[tokio::test]
async fn a_tag_moves_and_goes_without_its_manifest() {
    let site = Site::open().await;
    let (one, two) = (package("one"), package("two"));
    site.artifact("ana/roll", "latest", &one).await;
    site.artifact("ana/roll", "latest", &two).await;
    let got = site.get("/v2/ana/roll/manifests/latest").await;
    assert_eq!(got.header("docker-content-digest"), two.descriptor.digest.to_string());
    assert_eq!(site.get(&format!("/v2/ana/roll/manifests/{}", one.descriptor.digest)).await.status, 200);
    assert_eq!(site.delete("/v2/ana/roll/manifests/latest").await.status, 202);
    assert_eq!(site.delete("/v2/ana/roll/manifests/latest").await.error(), (404, "MANIFEST_UNKNOWN".to_owned()));
    assert_eq!(site.get(&format!("/v2/ana/roll/manifests/{}", two.descriptor.digest)).await.status, 200);
}

#[tokio::test]
async fn a_manifest_goes_with_its_tags() {
    let site = Site::open().await;
    let (one, two) = (package("one"), package("two"));
    for tag in ["1", "first"] {
        site.artifact("ana/roll", tag, &one).await;
    }
    site.artifact("ana/roll", "2", &two).await;
    assert_eq!(site.delete(&format!("/v2/ana/roll/manifests/{}", one.descriptor.digest)).await.status, 202);
    assert_eq!(site.get("/v2/ana/roll/tags/list").await.json()["tags"], json!(["2"]));
    assert_eq!(site.get("/v2/ana/roll/manifests/1").await.error(), (404, "MANIFEST_UNKNOWN".to_owned()));
}

#[tokio::test]
async fn a_manifest_is_pushed_by_its_own_digest_only() {
    let site = Site::open().await;
    let built = package("x");
    for (_, bytes) in &built.blobs {
        site.blob("ana/roll", bytes).await;
    }
    let other = Digest::of(b"other");
    let reply = site.put_manifest("ana/roll", &other.to_string(), media::MANIFEST, &built.manifest).await;
    assert_eq!(reply.error(), (400, "DIGEST_INVALID".to_owned()));
    for algorithm in [Algorithm::Sha256, Algorithm::Sha512] {
        let own = Digest::with(algorithm, &built.manifest).to_string();
        let reply = site.put_manifest("ana/roll", &own, media::MANIFEST, &built.manifest).await;
        assert_eq!((reply.status, reply.header("docker-content-digest")), (201, own.as_str()));
        assert_eq!(site.get(&format!("/v2/ana/roll/manifests/{own}")).await.body, built.manifest);
    }
    assert_eq!(site.get("/v2/ana/roll/tags/list").await.json()["tags"], json!([]));
}

#[tokio::test]
async fn a_manifest_without_its_blobs_is_refused() {
    let site = Site::open().await;
    let built = package("x");
    let reply = site.put_manifest("ana/roll", "1.0", media::MANIFEST, &built.manifest).await;
    assert_eq!(reply.error(), (400, "MANIFEST_BLOB_UNKNOWN".to_owned()));
    assert!(reply.message().contains(&built.blobs[0].0.digest.to_string()), "{}", reply.message());
    // That another repository has them is no help.
    for (_, bytes) in &built.blobs {
        site.blob("bob/roll", bytes).await;
    }
    let reply = site.put_manifest("ana/roll", "1.0", media::MANIFEST, &built.manifest).await;
    assert_eq!(reply.error(), (400, "MANIFEST_BLOB_UNKNOWN".to_owned()));
    assert_eq!(site.get("/v2/ana/roll/manifests/1.0").await.status, 404);
    let index = json!({ "schemaVersion": 2, "mediaType": media::INDEX, "manifests": [built.descriptor] }).to_string();
    let reply = site.put_manifest("ana/roll", "all", media::INDEX, index.as_bytes()).await;
    assert_eq!(reply.error(), (400, "MANIFEST_BLOB_UNKNOWN".to_owned()));
}

#[tokio::test]
async fn an_index_keeps_its_manifests() {
    let site = Site::open().await;
    let built = package("x");
    site.artifact("ana/roll", "1.0", &built).await;
    let index = json!({ "schemaVersion": 2, "mediaType": media::INDEX, "manifests": [built.descriptor] }).to_string();
    assert_eq!(site.put_manifest("ana/roll", "all", media::INDEX, index.as_bytes()).await.status, 201);
    let path = format!("/v2/ana/roll/manifests/{}", built.descriptor.digest);
    assert_eq!(site.delete(&path).await.error(), (403, "DENIED".to_owned()));
    assert_eq!(site.delete(&format!("/v2/ana/roll/manifests/{}", Digest::of(index.as_bytes()))).await.status, 202);
    assert_eq!(site.delete(&path).await.status, 202);
}

#[tokio::test]
async fn what_is_no_manifest_is_refused() {
    let site = Site::open().await;
    let built = package("x");
    for (_, bytes) in &built.blobs {
        site.blob("ana/roll", bytes).await;
    }
    let text = String::from_utf8(built.manifest.to_vec()).unwrap();
    let lying = text.replace(&format!("\"size\":{}", built.blobs[1].0.size), "\"size\":7");
    assert_ne!(lying, text);
    for (media_type, body, expected, why) in [
        (media::MANIFEST, "", (400, "MANIFEST_INVALID"), "not the JSON of a manifest"),
        (media::MANIFEST, "[]", (400, "MANIFEST_INVALID"), "not the JSON of a manifest"),
        (media::MANIFEST, &format!("{text} x"), (400, "MANIFEST_INVALID"), "trailing characters"),
        (media::MANIFEST, r#"{"schemaVersion":1}"#, (400, "MANIFEST_INVALID"), "schemaVersion is 1"),
        (media::INDEX, &text, (400, "MANIFEST_INVALID"), "it came as"),
        (media::DOCKER_MANIFEST, &text, (400, "MANIFEST_INVALID"), "it came as"),
        (media::MANIFEST, &lying, (400, "MANIFEST_INVALID"), "has 7 bytes, but it has"),
        ("text/html", &text, (415, "UNSUPPORTED"), "not the media type of a manifest"),
    ] {
        let reply = site.put_manifest("ana/roll", "1.0", media_type, body.as_bytes()).await;
        assert_eq!(reply.error(), (expected.0, expected.1.to_owned()), "{body}");
        assert!(reply.message().contains(why), "{}", reply.message());
    }
    let untyped = site.ana(Method::PUT, "/v2/ana/roll/manifests/1.0").body(built.manifest.clone()).send().await;
    assert_eq!(untyped.error(), (400, "MANIFEST_INVALID".to_owned()));
    let reply = site.put_manifest("ana/roll", "..", media::MANIFEST, &built.manifest).await;
    assert_eq!(reply.status, 404, "an HTTP client resolves the dots itself");
    let reply = site.put_manifest("ana/roll", ".hidden", media::MANIFEST, &built.manifest).await;
    assert_eq!(reply.error(), (400, "MANIFEST_INVALID".to_owned()));
    assert_eq!(site.get("/v2/ana/roll/manifests/1.0").await.status, 404);
}

#[tokio::test]
async fn a_manifest_is_not_larger_than_allowed() {
    let site = Site::with(Limits { manifest: 1_000, ..Limits::default() }, Settings::default()).await;
    let long = format!("{{\"schemaVersion\":2,\"x\":\"{}\"}}", "x".repeat(1_000));
    let reply = site.put_manifest("ana/roll", "1.0", media::MANIFEST, long.as_bytes()).await;
    assert_eq!(reply.error(), (413, "SIZE_INVALID".to_owned()));
    let stream = futures::stream::iter([Ok::<_, std::io::Error>(long.into_bytes())]);
    let call = site.ana(Method::PUT, "/v2/ana/roll/manifests/1.0").header("content-type", media::MANIFEST);
    assert_eq!(call.body(reqwest::Body::wrap_stream(stream)).send().await.error(), (413, "SIZE_INVALID".to_owned()));
}

#[tokio::test]
async fn a_registry_of_packages_takes_nothing_else() {
    let site = Site::with(Limits::default(), Settings { content: Content::packages(), ..Settings::default() }).await;
    let built = package("x");
    site.artifact("ana/roll", "1.0", &built).await;
    site.artifact("ana/roll", "sig", &artifact::signature(&built.descriptor, "{}").unwrap()).await;
    site.artifact("ana/roll", "sbom", &artifact::sbom(&built.descriptor, "{\"x\":1}").unwrap()).await;
    let gzip = artifact::referrer(&built.descriptor, "a/b", "application/gzip", "x").unwrap();
    site.blob("ana/roll", b"x").await;
    let reply = site.put_manifest("ana/roll", "1.1", media::MANIFEST, &gzip.manifest).await;
    assert_eq!(reply.error(), (400, "MANIFEST_INVALID".to_owned()));
    assert_eq!(reply.message(), "this registry takes no layers of type 'application/gzip'");
    let index = json!({ "schemaVersion": 2, "mediaType": media::INDEX, "manifests": [] }).to_string();
    let reply = site.put_manifest("ana/roll", "all", media::INDEX, index.as_bytes()).await;
    assert_eq!(reply.error(), (415, "UNSUPPORTED".to_owned()));
}

#[tokio::test]
async fn referrers_are_found_by_their_subject_and_filtered_by_kind() {
    let site = Site::open().await;
    let built = package("x");
    let subject = &built.descriptor;
    let path = format!("/v2/ana/roll/referrers/{}", subject.digest);
    // Of what nobody knows yet there are none, and that is no error.
    let none = site.get(&path).await;
    assert_eq!((none.status, none.header("content-type")), (200, media::INDEX));
    assert_eq!(none.json(), json!({ "schemaVersion": 2, "mediaType": media::INDEX, "manifests": [] }));
    // They may come before their subject.
    let signature = artifact::signature(subject, "{\"signed\":1}").unwrap();
    let put = site.artifact("ana/roll", &signature.descriptor.digest.to_string(), &signature).await;
    assert_eq!(put.header("oci-subject"), subject.digest.to_string());
    site.artifact("ana/roll", "1.0", &built).await;
    let sbom = artifact::sbom(subject, "{\"components\":[]}").unwrap();
    site.artifact("ana/roll", "sbom", &sbom).await;
    let all: Vec<Descriptor> = serde_json::from_value(site.get(&path).await.json()["manifests"].clone()).unwrap();
    let mut expected = [&signature, &sbom].map(|built| built.descriptor.digest.clone());
    expected.sort();
    assert_eq!(all.iter().map(|found| found.digest.clone()).collect::<Vec<_>>(), expected);
    let filtered = site.get(&format!("{path}?artifactType=application/vnd.vatra.signature.v1")).await;
    assert_eq!(filtered.header("oci-filters-applied"), "artifactType");
    let expected = Descriptor { artifact_type: Some(media::SIGNATURE.to_owned()), ..signature.descriptor.clone() };
    assert_eq!(filtered.json()["manifests"], json!([expected]));
    // Those of another repository are another's.
    assert_eq!(site.get(&format!("/v2/bob/roll/referrers/{}", subject.digest)).await.json()["manifests"], json!([]));
    assert_eq!(site.get("/v2/ana/roll/referrers/latest").await.error(), (400, "DIGEST_INVALID".to_owned()));
    // Gone with itself.
    assert_eq!(site.delete(&format!("/v2/ana/roll/manifests/{}", signature.descriptor.digest)).await.status, 202);
    assert_eq!(site.get(&path).await.json()["manifests"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn referrers_carry_their_annotations_and_the_kind_of_their_configuration() {
    let site = Site::open().await;
    let (built, config) = (package("x"), site.blob("ana/roll", b"config").await);
    let manifest = json!({
        "schemaVersion": 2, "mediaType": media::MANIFEST,
        "config": { "mediaType": "application/x.kind", "digest": config, "size": 6 },
        "layers": [], "subject": built.descriptor, "annotations": { "org.example.word": "bună" },
    });
    let manifest = manifest.to_string();
    assert_eq!(site.put_manifest("ana/roll", "about", media::MANIFEST, manifest.as_bytes()).await.status, 201);
    let path = format!("/v2/ana/roll/referrers/{}?artifactType=application/x.kind", built.descriptor.digest);
    let found = site.get(&path).await.json()["manifests"][0].clone();
    assert_eq!((&found["artifactType"], &found["annotations"]["org.example.word"]), (&json!("application/x.kind"), &json!("bună")));
}

#[tokio::test]
async fn many_referrers_come_in_pages() {
    let site = Site::open().await;
    let (built, config) = (package("x"), site.blob("ana/roll", b"{}").await);
    let words = "w".repeat(600_000);
    for number in 0..3 {
        let manifest = json!({
            "schemaVersion": 2, "artifactType": "a/b", "config": { "mediaType": media::EMPTY, "digest": config, "size": 2 },
            "layers": [], "subject": built.descriptor, "annotations": { "words": words, "number": number.to_string() },
        });
        assert_eq!(
            site.put_manifest("ana/roll", &format!("t{number}"), media::MANIFEST, manifest.to_string().as_bytes()).await.status,
            201
        );
    }
    let first = site.get(&format!("/v2/ana/roll/referrers/{}?artifactType=a%2Fb", built.descriptor.digest)).await;
    assert_eq!(first.json()["manifests"].as_array().unwrap().len(), 2);
    let link = first.header("link").to_owned();
    let second = site.get(&link[1..link.find('>').unwrap()]).await;
    assert_eq!((second.status, second.header("link"), second.header("oci-filters-applied")), (200, "", "artifactType"));
    assert_eq!(second.json()["manifests"].as_array().unwrap().len(), 1);
    assert_ne!(second.json()["manifests"][0], first.json()["manifests"][0]);
}
