//! Pages over HTTP, in rounds: the plain route, the host, `wasmtime serve`, one after the other, so that each round's ratio is of one moment.

use super::load::{self, Load};
use crate::child::Process;
use crate::figure::{Figure, Spread};
use crate::site;
use anyhow::{Context, Result, bail};
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

const ROUNDS: usize = 5;
const SECONDS: u32 = 2;

/// A server under load.
struct Server {
    name: &'static str,
    url: String,
    cookie: String,
    _process: Process,
}

impl Server {
    fn ours(name: &'static str, arguments: &[&str], path: &str) -> Result<Self> {
        let mut process = Process::start(arguments)?;
        let told = process.says()?;
        let field = |field: &str| told.get(field).and_then(Json::as_str).unwrap_or_default().to_owned();
        Ok(Self { name, url: format!("{}{path}", field("url")), cookie: field("cookie"), _process: process })
    }
}

pub(crate) async fn measure() -> Result<Vec<Figure>> {
    let (open, full) =
        ("a trivial module's page, session and audit off, of a plain route", "session, audit, one register read, of a plain route");
    let serve = "a trivial module's page, times `wasmtime serve`";
    if !load::is_installed() {
        return Ok([open, full, serve].into_iter().map(|name| Figure::missing("http", name, "%", load::INSTALL)).collect());
    }
    let (trivial, whole) = (tempfile::tempdir()?, tempfile::tempdir()?);
    seed(trivial.path(), "echo").await?;
    seed(whole.path(), "lookup").await?;
    let (trivial_path, whole_path) = ("/sculeni/echo/home?text=Bun%C4%83%20ziua", "/sculeni/lookup/home?code=p-7");
    let folder = |folder: &tempfile::TempDir| folder.path().to_string_lossy().into_owned();
    let mut servers = vec![
        Server::ours("open", &["open", &folder(&trivial)], trivial_path)?,
        Server::ours("full", &["full", &folder(&whole)], whole_path)?,
    ];
    // The plain routes answer with what the host answered.
    for (name, of) in [("plain", "open"), ("plain full", "full")] {
        let server = servers.iter().find(|server| server.name == of).context("a server")?;
        let file = trivial.path().join(format!("{of}.json"));
        std::fs::write(&file, capture(server)?.to_string())?;
        servers.push(Server::ours(name, &["plain", &file.to_string_lossy()], trivial_path)?);
    }
    let bytes = capture(servers.first().context("a server")?)?.get("body").and_then(Json::as_str).map_or(0, str::len);
    let peers = peers(bytes, trivial.path());
    let missing = match peers {
        Ok(peers) => {
            servers.extend(peers);
            None
        }
        Err(why) => Some(format!("{why:#}")),
    };

    let mut loads: BTreeMap<&str, Vec<Load>> = BTreeMap::new();
    for round in 0..=ROUNDS {
        for server in &servers {
            // The first round warms up.
            let load = load::run(&server.url, &server.cookie, if round == 0 { 1 } else { SECONDS })?;
            if round > 0 {
                loads.entry(server.name).or_default().push(load);
            }
        }
    }
    let rps = |name: &str| -> Vec<f64> { loads.get(name).into_iter().flatten().map(|load| load.rps).collect() };
    let percent = |name: &str, plain: &str| Spread::of(rps(name).iter().zip(rps(plain)).map(|(one, plain)| one / plain * 100.0).collect());
    let told = |name: &str| -> Result<String> {
        let p99 = Spread::of(loads.get(name).into_iter().flatten().map(|load| load.p99).collect())?;
        let rps = Spread::of(rps(name))?;
        Ok(format!("{:.0}/s ({:.0}..{:.0}), p99 {:.1} ms", rps.median, rps.low, rps.high, p99.median))
    };
    let mut figures = vec![
        Figure::new("http", open, "%", percent("open", "plain")?)
            .more_is_better()
            .aims(40.0, 50.0)
            .beside("host", told("open")?)
            .beside("plain", told("plain")?)
            .beside("page", format!("{bytes} bytes")),
        Figure::new("http", full, "%", percent("full", "plain full")?)
            .more_is_better()
            .aims(15.0, 25.0)
            .beside("host", told("full")?)
            .beside("plain", told("plain full")?),
    ];
    match missing {
        Some(why) => figures.push(Figure::missing("http", serve, "×", why)),
        None => figures.push(
            Figure::new("http", serve, "×", Spread::of_ratios(&rps("open"), &rps("serve tuned"))?)
                .more_is_better()
                .aims(2.3, 3.0)
                .beside("tuned", told("serve tuned")?)
                .beside("defaults", told("serve")?)
                .beside("reusing instances", told("serve reusing")?),
        ),
    }
    Ok(figures)
}

async fn seed(folder: &Path, name: &str) -> Result<()> {
    let app = site::open(folder, None).await?;
    let tenant = site::municipality(&app, "sculeni", 1).await?;
    let module = site::put(&app, &tenant, name).await?;
    if name == "lookup" {
        site::people(&app, &tenant, &module).await?;
    }
    app.close().await;
    Ok(())
}

/// The server's answer: its body, and the headers that a plain route would have to set itself.
fn capture(server: &Server) -> Result<Json> {
    let (address, path) = server.url.trim_start_matches("http://").split_once('/').context("a path")?;
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    let cookie = &server.cookie;
    stream.write_all(format!("GET /{path} HTTP/1.1\r\nHost: {address}\r\nCookie: {cookie}\r\nConnection: close\r\n\r\n").as_bytes())?;
    let mut text = String::new();
    stream.read_to_string(&mut text)?;
    let (head, body) = text.split_once("\r\n\r\n").context("an answer")?;
    if !head.starts_with("HTTP/1.1 200") {
        bail!("{}: {}", server.name, head.lines().next().unwrap_or_default());
    }
    let own = ["date", "content-length", "connection", "set-cookie"];
    let headers: BTreeMap<String, &str> = head
        .lines()
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_ascii_lowercase(), value))
        .filter(|(name, _)| !own.contains(&name.as_str()))
        .collect();
    Ok(json!({ "headers": headers, "body": body }))
}

/// `wasmtime serve` on a component that answers with as many bytes: as it comes, tuned as well as it can be with an instance a request, and
/// reusing instances.
fn peers(bytes: usize, folder: &Path) -> Result<Vec<Server>> {
    let place = |variable: &str, usual: &str| std::env::var_os(variable).map_or_else(|| PathBuf::from(usual), PathBuf::from);
    let program = place("WASMTIME", "wasmtime");
    if Command::new(&program).arg("--version").output().is_err() {
        bail!("wasmtime is not installed: tests/bench/peers.sh");
    }
    let guest = vatra_hosting_tests::packages().join("wasi-hello.core.wasm");
    let core = std::fs::read(&guest).with_context(|| format!("{} is missing: tests/bench/peers.sh", guest.display()))?;
    let component = folder.join("wasi-hello.wasm");
    std::fs::write(&component, wit_component::ComponentEncoder::default().module(&core)?.encode()?)?;
    let tuned: &[&str] = &[
        "-Opooling-allocator=y",
        "-Opooling-max-unused-warm-slots=100",
        "-Opooling-memory-keep-resident=2097152",
        "-Opooling-table-keep-resident=65536",
        "-Opooling-async-stack-keep-resident=65536",
        "-Opooling-pagemap-scan=y",
        "-Wcomponent-model-async=n",
    ];
    let fresh: &[&str] = &["--max-instance-reuse-count=1"];
    let reusing: &[&str] = &["--max-instance-reuse-count=1000000", "--max-instance-concurrent-reuse-count=1"];
    let mut servers = Vec::new();
    for (name, options) in
        [("serve", fresh.to_vec()), ("serve tuned", [tuned, fresh].concat()), ("serve reusing", [tuned, reusing].concat())]
    {
        let address = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let mut command = Command::new(&program);
        command.arg("serve").args(options).arg(format!("--addr={address}")).arg(&component);
        let process = Process::of(&mut command)?;
        let patience = std::time::Instant::now();
        while TcpStream::connect(address).is_err() {
            if patience.elapsed() > Duration::from_secs(20) {
                bail!("`{command:?}` does not listen");
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        servers.push(Server { name, url: format!("http://{address}/{bytes}"), cookie: String::new(), _process: process });
    }
    Ok(servers)
}
