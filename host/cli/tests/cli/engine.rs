//! The engine as its operator sees it: what modules use and may use, why a request was denied, metrics.

use crate::support::{Data, command};
use serde_json::json;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::Stdio;

#[test]
fn budgets_are_set_within_the_host_s_ceilings() {
    let data = Data::seeded();
    let budget = |set: &str| data.run(&["plugin", "budget", "sculeni", "tax-collector", "--set", set]);
    let set = budget("memory=64MiB").done();
    assert_eq!(set["budgets"]["memory"]["value"], json!(64 << 20));
    assert_eq!(budget("memory=900MiB").code, 1, "above the ceiling");
    assert_eq!(budget("patience=3").code, 1);
    assert_eq!(budget("memory=much").code, 2);

    std::fs::write(data.path().join("engine.toml"), "queue-ms = 500\n[limits]\nwall-clock = 7000\n[ceilings]\nmemory = 33554432\n")
        .unwrap();
    let now = data.run(&["plugin", "budget", "sculeni", "tax-collector"]).done();
    assert_eq!(now["budgets"]["memory"]["value"], json!(32 << 20), "what was set before bows to a new ceiling");
    assert_eq!(now["budgets"]["wall-clock"]["value"], json!(7_000));
    std::fs::write(data.path().join("engine.toml"), "concurency = 5\n").unwrap();
    let refused = data.words(&["plugin", "budget", "sculeni", "tax-collector"]);
    assert_eq!(refused.code, 3);
    assert!(refused.err.contains("engine.toml") && refused.err.contains("concurency"), "{}", refused.err);
}

#[test]
fn a_denied_request_is_explained_with_what_to_do() {
    let data = Data::seeded();
    data.run(&["grant", "remove", "sculeni", "tax-collector", "registers"]).done();
    data.show("accounts", &[]);
    let rows = data.run(&["audit", "list", "sculeni", "--kind", "denial"]).done();
    let call = rows["rows"][0]["call"].as_str().unwrap().to_owned();
    let explained = data.words(&["explain", &call]);
    assert_eq!(explained.code, 0, "{}", explained.err);
    assert!(explained.out.contains("vatra grant restore sculeni tax-collector registers"), "{}", explained.out);
    assert_eq!(data.run(&["explain", "0193f1c2-7d1e-7c3a-9b1e-2f6a5d0c4b7e"]).refused(), "not-found");
    assert_ne!(data.run(&["explain", "yesterday"]).code, 0);
}

#[test]
fn a_host_tells_what_its_modules_use() {
    let data = Data::seeded();
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    let mut host = command(data.path());
    host.args(["serve", "--listen", "127.0.0.1:0", "--metrics", &free]).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut host = host.spawn().unwrap();
    let mut lines = BufReader::new(host.stdout.take().unwrap()).lines();
    assert!(lines.next().unwrap().unwrap().starts_with("Vatra: http://"));
    data.show("accounts", &[]).done();

    let top = data.run(&["plugin", "top", "sculeni"]).done();
    let used = top["modules"].as_array().unwrap().iter().find(|one| one["module"] == "tax-collector").unwrap();
    assert_eq!((&used["usage"]["calls"], &used["usage"]["failed"], &used["municipality"]), (&json!(1), &json!(0), &json!("sculeni")));
    let mut stream = std::net::TcpStream::connect(&free).unwrap();
    write!(stream, "GET /metrics HTTP/1.1\r\nHost: {free}\r\nConnection: close\r\n\r\n").unwrap();
    let mut metrics = String::new();
    stream.read_to_string(&mut metrics).unwrap();
    host.kill().unwrap();
    host.wait().unwrap();
    let line =
        metrics.lines().find(|line| line.starts_with("vatra_calls_total") && line.contains("outcome=\"ok\"") && line.ends_with(" 1"));
    assert!(line.is_some_and(|line| line.contains("module=\"tax-collector\"") && line.contains("kind=\"render\"")), "{metrics}");
    assert!(!metrics.contains("sculeni"), "municipalities are no labels");
}
