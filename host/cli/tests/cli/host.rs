//! A host that runs: commands reach it over its socket, nobody else takes its data.

use crate::support::Data;
use serde_json::json;
use std::io::{Read, Write};
use std::os::unix::fs::PermissionsExt;

fn get(address: &str, path: &str) -> String {
    let mut stream = std::net::TcpStream::connect(address).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn commands_go_through_the_host_that_runs() {
    let data = Data::seeded();
    let demo = data.demo();
    assert!(get(&demo.address, "/healthz").starts_with("HTTP/1.1 200"));
    let socket = std::fs::metadata(data.path().join("admin.sock")).unwrap();
    assert_eq!(socket.permissions().mode() & 0o777, 0o600);

    let report = data.import("roll.csv").done()["report"].clone();
    assert_eq!((&report["accepted"], &report["added"]), (&json!(5), &json!(5)));
    assert_eq!(data.run(&["show", "sculeni", "tax-collector", "home", "--as", "administrator"]).refused(), "denied");
    let words = data.words(&["audit", "verify"]);
    assert_eq!(words.code, 0, "{}", words.err);

    assert_eq!(demo.stop(), Some(0));
    assert!(!data.path().join("admin.sock").exists());
    // The data are free again, and what was done is there.
    assert_eq!(data.import("roll.csv").done()["report"]["unchanged"], json!(5));
}

#[test]
fn a_second_host_is_refused() {
    let data = Data::seeded();
    let demo = data.demo();
    for arguments in [&["demo", "--listen", "127.0.0.1:0"][..], &["demo", "--seed-only"], &["serve", "--listen", "127.0.0.1:0"]] {
        let ran = data.words(arguments);
        assert_eq!(ran.code, 3, "{arguments:?}");
        assert!(ran.err.contains("open") && ran.err.contains(&*data.path().to_string_lossy()), "{}", ran.err);
    }
    drop(demo);
}

#[test]
fn a_host_that_was_killed_leaves_nothing_in_the_way() {
    let data = Data::seeded();
    drop(data.demo());
    assert!(data.path().join("admin.sock").exists(), "it had no time to tidy up");
    assert_eq!(data.run(&["tenant", "list"]).done()["municipalities"].as_array().map(Vec::len), Some(3));
    let demo = data.demo();
    assert_eq!(data.run(&["tenant", "list"]).done()["municipalities"].as_array().map(Vec::len), Some(3));
    drop(demo);
}

#[test]
fn commands_at_the_same_time_wait_for_each_other() {
    let data = Data::seeded();
    std::thread::scope(|scope| {
        let each: Vec<_> = (0..4).map(|_| scope.spawn(|| data.import("roll.csv").done()["report"]["added"].as_u64())).collect();
        let added: u64 = each.into_iter().filter_map(|each| each.join().unwrap()).sum();
        assert_eq!(added, 5);
    });
}

#[test]
fn a_data_folder_with_a_long_name_has_a_socket_too() {
    let data = Data::under(&format!("{}/{}", "a".repeat(60), "b".repeat(60)));
    let demo = data.demo();
    assert_eq!(data.run(&["tenant", "list"]).done()["municipalities"].as_array().map(Vec::len), Some(3));
    drop(demo);
}
