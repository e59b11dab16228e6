//! Files that are too large: refused at once, readably, without being kept in memory. Over a real connection.

use crate::town::{COLLECTOR, Town};
use axum::body::{Body, Bytes};
use futures::stream;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const IMPORT: &str = "/sculeni/tax-collector/actions/import-roll";

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_does_not_end_is_refused() {
    let town = Town::new().await;
    let mut browser = town.signed_in(COLLECTOR).await;
    let head = Bytes::from("--x\r\nContent-Disposition: form-data; name=\"roll\"; filename=\"a.csv\"\r\n\r\n");
    let pieces = std::iter::once(head).chain(std::iter::repeat_n(Bytes::from(vec![b'a'; 1024 * 1024]), 30));
    let body = Body::from_stream(stream::iter(pieces.map(Ok::<_, std::io::Error>)));
    let answer = browser.send("POST", IMPORT, &[("content-type", "multipart/form-data; boundary=x")], body).await;
    assert_eq!(answer.status, 413);
    assert!(answer.body.contains("20 MB") && answer.body.contains("CSV"), "{}", answer.body);
    assert!(!town.trail("sculeni", 20).await.iter().any(|(kind, _)| kind == "action-begun"));
}

/// 200 MB over a real connection: by someone who reads at once, and by someone who sends everything before reading.
#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_megabytes_get_a_page() {
    let town = Town::new().await;
    let browser = town.signed_in(COLLECTOR).await;
    let cookie = browser.cookies["vatra"].clone();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(axum::serve(listener, town.router.clone()).into_future());
    const LENGTH: usize = 200 * 1024 * 1024;
    let head = format!(
        "POST {IMPORT} HTTP/1.1\r\nHost: {address}\r\nCookie: vatra={cookie}\r\nContent-Type: multipart/form-data; boundary=x\r\n\
         Content-Length: {LENGTH}\r\n\r\n"
    );

    let mut early = TcpStream::connect(address).await.unwrap();
    early.write_all(head.as_bytes()).await.unwrap();
    let mut answer = vec![0; 16 * 1024];
    let read = tokio::time::timeout(Duration::from_secs(5), early.read(&mut answer)).await.unwrap().unwrap();
    assert!(String::from_utf8_lossy(&answer[..read]).starts_with("HTTP/1.1 413"), "answered before anything was sent");
    drop(early);

    let mut stubborn = TcpStream::connect(address).await.unwrap();
    stubborn.write_all(head.as_bytes()).await.unwrap();
    let piece = vec![b'a'; 1024 * 1024];
    for _ in 0..LENGTH / piece.len() {
        stubborn.write_all(&piece).await.expect("nothing is cut off while it is being sent");
    }
    let mut answer = Vec::new();
    tokio::time::timeout(Duration::from_secs(10), stubborn.read_to_end(&mut answer)).await.unwrap().unwrap();
    let answer = String::from_utf8_lossy(&answer);
    assert!(answer.starts_with("HTTP/1.1 413") && answer.contains("20 MB"), "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_send_is_not_read() {
    let town = Town::new().await;
    let mut nobody = town.browser();
    let never = Body::from_stream(stream::pending::<Result<Bytes, std::io::Error>>());
    let sending = nobody.send("POST", IMPORT, &[("content-type", "multipart/form-data; boundary=x"), ("expect", "100-continue")], never);
    let answer = tokio::time::timeout(Duration::from_secs(5), sending).await.unwrap();
    assert_eq!(answer.status, 303);
}
