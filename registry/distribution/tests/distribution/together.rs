//! Many at once: pushing the same, taking it away, collecting.

use crate::site::{Site, package};
use axum::http::Method;
use std::sync::Arc;
use vatra_core::digest::Digest;
use vatra_distribution::manifest::media;
use vatra_distribution::server::Settings;
use vatra_distribution::store::Limits;

/// Pushes a package while others take away what it is made of. Whether it arrived.
async fn pushed(site: &Site, round: usize, tag: &str) -> bool {
    let built = package(&format!("package {}", round % 2));
    for (descriptor, bytes) in &built.blobs {
        let path = format!("/v2/ana/roll/blobs/uploads/?digest={}", descriptor.digest);
        assert_eq!(site.ana(Method::POST, &path).body(bytes.clone()).send().await.status, 201);
    }
    let reply = site.put_manifest("ana/roll", tag, media::MANIFEST, &built.manifest).await;
    if reply.status != 201 {
        assert_eq!(reply.error(), (400, "MANIFEST_BLOB_UNKNOWN".to_owned()));
    }
    reply.status == 201
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nothing_is_lost_or_left_half_however_many_push_delete_and_collect() {
    let limits = Limits { uploads_of_one: 64, ..Limits::default() };
    let site = Arc::new(Site::with(limits, Settings::default()).await);
    let mut tasks = Vec::new();
    for task in 0..6 {
        let site = site.clone();
        tasks.push(tokio::spawn(async move {
            for round in 0..12 {
                pushed(&site, task + round, &format!("t{task}")).await;
                let digest = package(&format!("package {}", round % 2)).descriptor.digest;
                match (task, round % 3) {
                    (0, _) => {
                        // What was pushed a moment ago counts as old: the worst moment is tried.
                        site.store.collect(0).await.unwrap();
                    }
                    (1, 0) => {
                        let status = site.delete(&format!("/v2/ana/roll/manifests/{digest}")).await.status;
                        assert!([202, 404].contains(&status), "{status}");
                    }
                    (2, 1) => {
                        let layer = package("package 0").blobs[1].0.digest.clone();
                        let status = site.delete(&format!("/v2/ana/roll/blobs/{layer}")).await.status;
                        assert!([202, 403, 404].contains(&status), "{status}");
                    }
                    // Whoever reads sees a whole manifest or none.
                    _ => {
                        let found = site.get(&format!("/v2/ana/roll/manifests/t{}", round % 6)).await;
                        assert!(found.status == 404 || Digest::of(&found.body).to_string() == found.header("docker-content-digest"));
                    }
                }
            }
        }));
    }
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(site.store.verify().await.unwrap(), []);
    assert_eq!(site.files("staging"), Vec::<String>::new());
    // With nobody about it always arrives.
    assert!(pushed(&site, 0, "last").await);
    site.store.collect(0).await.unwrap();
    assert_eq!(site.get("/v2/ana/roll/manifests/last").await.status, 200);
}
