//! Connections that break, requests that are dropped, machines that fall: nothing half is ever seen.

use crate::hostile::authorization;
use crate::site::{Site, package, reopened, store};
use axum::body::Bytes;
use axum::http::Method;
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use vatra_core::clock::{FixedClock, Instant};
use vatra_core::digest::Digest;
use vatra_distribution::names::Repository;
use vatra_distribution::server::{Content, Settings};
use vatra_distribution::store::{Damage, Limits, StoreError};

fn settings() -> Settings {
    Settings { content: Content::any(), ..Settings::default() }
}

/// Sends the beginning of a request with a body of two million bytes, and goes away.
async fn broken(site: &Site, line: &str, sent: usize) {
    let mut stream = TcpStream::connect(&site.address).await.unwrap();
    let head = format!("{line} HTTP/1.1\r\nhost: x\r\nauthorization: {}\r\ncontent-length: 2000000\r\n\r\n", authorization("ana"));
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(&vec![b'x'; sent]).await.unwrap();
    stream.shutdown().await.unwrap();
}

async fn until(what: &str, mut so: impl AsyncFnMut() -> bool) {
    for _ in 0..3_000 {
        if so().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("not within half a minute: {what}");
}

#[tokio::test]
async fn a_connection_that_breaks_leaves_no_blob_and_the_upload_goes_on() {
    let site = Site::open().await;
    let begun = site.ana(Method::POST, "/v2/ana/roll/blobs/uploads/").send().await;
    let location = begun.header("location").to_owned();
    let whole = Digest::of(&vec![b'x'; 2_000_000]);
    broken(&site, &format!("PUT {location}?digest={whole}"), 1_500_000).await;
    until("the upload can be entered and has what came", async || {
        site.ana(Method::GET, &location).send().await.header("range") == "0-1499999"
    })
    .await;
    assert_eq!(site.files("blobs"), Vec::<String>::new());
    let put = site.ana(Method::PUT, &format!("{location}?digest={whole}")).body(vec![b'x'; 500_000]).send().await;
    assert_eq!(put.status, 201);
    assert_eq!(site.files("staging"), Vec::<String>::new());
}

#[tokio::test]
async fn a_blob_in_one_request_that_breaks_leaves_nothing() {
    let site = Site::with(Limits { uploads_of_one: 1, ..Limits::default() }, settings()).await;
    let digest = Digest::of(&vec![b'x'; 2_000_000]);
    for sent in [0, 1, 1_200_000] {
        broken(&site, &format!("POST /v2/ana/roll/blobs/uploads/?digest={digest}"), sent).await;
        until("nothing is staged", async || site.files("staging").is_empty()).await;
    }
    // And it does not count: the only one allowed may begin.
    until("another may begin", async || site.ana(Method::POST, "/v2/ana/roll/blobs/uploads/").send().await.status == 202).await;
    assert_eq!(site.files("blobs"), Vec::<String>::new());
}

#[tokio::test]
async fn an_upload_goes_on_after_the_host_was_started_again() {
    let site = Site::open().await;
    let begun = site.ana(Method::POST, "/v2/ana/roll/blobs/uploads/").send().await;
    let location = begun.header("location").to_owned();
    assert_eq!(site.ana(Method::PATCH, &location).body("before ").send().await.status, 202);
    let (folder, clock) = (site.folder.clone(), site.clock.clone());
    drop(site);
    let site = Site::over(folder, clock, Limits::default(), settings()).await;
    assert_eq!(site.by("bob", Method::GET, &location).send().await.status, 403);
    assert_eq!(site.ana(Method::GET, &location).send().await.header("range"), "0-6");
    let digest = Digest::of(b"before and after");
    assert_eq!(site.ana(Method::PUT, &format!("{location}?digest={digest}")).body("and after").send().await.status, 201);
    assert_eq!(site.get(&format!("/v2/ana/roll/blobs/{digest}")).await.body, b"before and after");
}

#[tokio::test]
async fn what_is_old_or_half_in_staging_is_swept_at_the_start() {
    let site = Site::open().await;
    let begun = site.ana(Method::POST, "/v2/ana/roll/blobs/uploads/").send().await;
    let location = begun.header("location").to_owned();
    assert_eq!(site.ana(Method::PATCH, &location).body("old").send().await.status, 202);
    let (folder, clock) = (site.folder.clone(), site.clock.clone());
    drop(site);
    for name in ["tmp-1", "7f1d9f0e-0000-4000-8000-000000000000.data", "7f1d9f0e-0000-4000-8000-000000000001.json", "what"] {
        std::fs::write(folder.path().join("staging").join(name), "half").unwrap();
    }
    clock.set(Instant(1_790_000_000_000).plus_seconds(Limits::default().idle_seconds + 1));
    let site = Site::over(folder, clock, Limits::default(), settings()).await;
    assert_eq!(site.files("staging"), Vec::<String>::new());
    assert_eq!(site.ana(Method::GET, &location).send().await.status, 404);
}

#[tokio::test]
async fn a_dropped_write_leaves_no_blob() {
    let folder = tempfile::tempdir().unwrap();
    let clock = std::sync::Arc::new(FixedClock::at(Instant(0)));
    let repository: Repository = "ana/roll".parse().unwrap();
    let content = Bytes::from(vec![7; 8 << 20]);
    let digest = Digest::of(&content);
    let open = store(folder.path(), Limits::default(), clock.clone()).unwrap();
    assert!(matches!(store(folder.path(), Limits::default(), clock.clone()), Err(StoreError::InUse)));
    for moment in 0..20 {
        let (id, entered) = open.begin(&repository, Some("ana")).await.unwrap();
        let work = async { entered.write(vec![content.clone()]).await.unwrap().finish(&repository, &digest).await };
        // Dropped before, in and after the writing; whatever is seen then is whole.
        let _ = tokio::time::timeout(Duration::from_millis(moment), work).await;
        if let Some((file, size)) = open.blob(&repository, &digest).await.unwrap() {
            assert_eq!(size, content.len() as u64);
            let mut bytes = Vec::new();
            std::io::Read::read_to_end(&mut file.into_std(), &mut bytes).unwrap();
            assert!(digest.matches(&bytes));
            open.unlink(&repository, &digest).await.unwrap();
        }
        until("the upload is over or can be entered", async || match open.enter(id, &repository, Some("ana")).await {
            Ok(entered) => entered.cancel().await.is_ok(),
            Err(error) => !matches!(error, vatra_distribution::store::UploadError::Busy),
        })
        .await;
    }
    drop(open);
    let open = reopened(folder.path(), Limits::default(), clock).await;
    assert_eq!(crate::site::files(folder.path(), "staging"), Vec::<String>::new());
    assert_eq!(open.verify().await.unwrap(), []);
}

#[tokio::test]
async fn what_a_fall_left_between_two_steps_is_not_seen_and_is_collected() {
    let site = Site::open().await;
    let built = package("x");
    site.artifact("ana/roll", "1.0", &built).await;
    // The content of a blob without a repository that has it; a referrer without its manifest.
    let orphan = Digest::of(b"orphan");
    let place = site.folder.path().join("blobs/sha256").join(&orphan.hex()[..2]);
    std::fs::create_dir_all(&place).unwrap();
    std::fs::write(place.join(orphan.hex()), "orphan").unwrap();
    let home = site.folder.path().join("repositories").join(Digest::of(b"ana/roll").hex());
    let referrers = home.join("referrers").join(built.descriptor.digest.file_name());
    std::fs::create_dir_all(&referrers).unwrap();
    std::fs::write(referrers.join(orphan.file_name()), "").unwrap();
    std::fs::create_dir_all(site.folder.path().join("repositories").join(orphan.hex())).unwrap();
    assert_eq!(site.head(&format!("/v2/ana/roll/blobs/{orphan}")).await.status, 404);
    let found = site.get(&format!("/v2/ana/roll/referrers/{}", built.descriptor.digest)).await;
    assert_eq!(found.json()["manifests"], serde_json::json!([]));
    let collected = site.store.collect(3_600).await.unwrap();
    assert_eq!((collected.links, collected.contents, collected.bytes), (0, 1, 6));
    assert_eq!(site.store.verify().await.unwrap(), []);
}

#[tokio::test]
async fn what_is_damaged_is_named() {
    let site = Site::open().await;
    let built = package("x");
    site.artifact("ana/roll", "1.0", &built).await;
    let home = site.folder.path().join("repositories").join(Digest::of(b"ana/roll").hex());
    let repository: Repository = "ana/roll".parse().unwrap();
    std::fs::write(home.join("tags/lost"), Digest::of(b"nothing").to_string()).unwrap();
    let layer = &built.blobs[1].0.digest;
    std::fs::remove_file(home.join("blobs").join(layer.file_name())).unwrap();
    let mut damage = site.store.verify().await.unwrap();
    damage.sort_by_key(ToString::to_string);
    assert_eq!(
        damage,
        [
            Damage::Lacks { repository: repository.clone(), by: built.descriptor.digest.clone(), digest: layer.clone() },
            Damage::Tag { repository: repository.clone(), tag: "lost".to_owned() },
        ]
    );
    // A record that says another thing than its manifest: referrers are listed by records.
    let record = home.join("manifests").join(built.descriptor.digest.file_name());
    let original = std::fs::read_to_string(&record).unwrap();
    std::fs::write(&record, original.replace("\"annotations\":null", "\"annotations\":{\"a\":\"b\"}")).unwrap();
    let damage = site.store.verify().await.unwrap();
    assert!(damage.iter().any(|found| matches!(found, Damage::Record { digest, .. } if *digest == built.descriptor.digest)), "{damage:?}");
    std::fs::write(&record, "half").unwrap();
    assert!(site.store.verify().await.unwrap().iter().any(|found| matches!(found, Damage::Record { .. })));
    assert!(site.store.collect(0).await.is_err(), "whose needs cannot be read keeps everything");
    std::fs::write(&record, original).unwrap();
    let config = &built.blobs[0].0.digest;
    std::fs::remove_file(site.folder.path().join("blobs/sha256").join(&config.hex()[..2]).join(config.hex())).unwrap();
    let damage = site.store.verify().await.unwrap();
    assert!(damage.contains(&Damage::Gone { repository, digest: config.clone() }), "{damage:?}");
    // Pushed again, it is whole again.
    for (_, bytes) in &built.blobs {
        site.blob("ana/roll", bytes).await;
    }
    assert_eq!(site.delete("/v2/ana/roll/manifests/lost").await.status, 202);
    assert_eq!(site.store.verify().await.unwrap(), []);
}
