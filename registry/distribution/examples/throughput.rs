//! Pushes and pulls a blob of 100 MiB through the registry and our client, beside a plain copy over loopback with SHA-256 and fsync.
//!
//! `cargo run --release -p vatra-distribution --example throughput [MIB] [ROUNDS]`
#![allow(clippy::unwrap_used, clippy::print_stdout)]

use async_trait::async_trait;
use sha2::{Digest as _, Sha256};
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};
use vatra_core::clock::SystemClock;
use vatra_distribution::artifact::{self, Component, Limits};
use vatra_distribution::client::{Client, Options, Reference, Roots, Web};
use vatra_distribution::names::Repository;
use vatra_distribution::server::{Action, Credential, Decision, Identity, Policy, Settings, router};
use vatra_distribution::store::{self, Store};

struct Everyone;

#[async_trait]
impl Policy for Everyone {
    async fn authenticate(&self, _: &Credential) -> Option<Identity> {
        None
    }
    async fn decide(&self, _: Option<&Identity>, _: &Repository, _: Action) -> Decision {
        Decision::Allow
    }
}

/// There: written, hashed, on the disk. Back: read, hashed.
fn plain(folder: &Path, content: &[u8]) -> (Duration, Duration) {
    let path = folder.join("plain");
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let to = path.clone();
    let receiver = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let (mut file, mut hasher, mut buffer) = (std::fs::File::create(&to).unwrap(), Sha256::new(), vec![0; 1 << 20]);
        loop {
            let read = stream.read(&mut buffer).unwrap();
            let Some(bytes) = buffer.get(..read).filter(|bytes| !bytes.is_empty()) else { break };
            hasher.update(bytes);
            file.write_all(bytes).unwrap();
        }
        file.sync_all().unwrap();
        let digest = hasher.finalize();
        stream.write_all(&digest).unwrap();
        drop(stream);
        let (mut stream, _) = listener.accept().unwrap();
        let mut file = std::fs::File::open(&to).unwrap();
        loop {
            let read = file.read(&mut buffer).unwrap();
            let Some(bytes) = buffer.get(..read).filter(|bytes| !bytes.is_empty()) else { break };
            stream.write_all(bytes).unwrap();
        }
    });
    let begun = Instant::now();
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(content).unwrap();
    stream.shutdown(std::net::Shutdown::Write).unwrap();
    let mut digest = [0; 32];
    stream.read_exact(&mut digest).unwrap();
    let there = begun.elapsed();
    let begun = Instant::now();
    let mut stream = TcpStream::connect(address).unwrap();
    let (mut back, mut hasher, mut buffer) = (Vec::with_capacity(content.len()), Sha256::new(), vec![0; 1 << 20]);
    loop {
        let read = stream.read(&mut buffer).unwrap();
        let Some(bytes) = buffer.get(..read).filter(|bytes| !bytes.is_empty()) else { break };
        hasher.update(bytes);
        back.extend_from_slice(bytes);
    }
    assert_eq!(hasher.finalize().as_slice(), digest);
    let and_back = begun.elapsed();
    receiver.join().unwrap();
    std::fs::remove_file(path).unwrap();
    (there, and_back)
}

async fn registry(folder: &Path, content: &[u8]) -> (Duration, Duration) {
    let root = cap_std::fs::Dir::open_ambient_dir(folder, cap_std::ambient_authority()).unwrap();
    let limits = store::Limits { blob: content.len() as u64, ..store::Limits::default() };
    let store = Store::open(root, limits, Arc::new(SystemClock)).unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let app = router(store, Arc::new(Everyone), Settings::default());
    let server = tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    let limits = Limits { component: content.len() as u64, ..Limits::default() };
    let options = Options { limits, plain: [address.clone()].into(), ..Options::default() };
    let client = Client::new(Arc::new(Web::new(Roots::Only(Vec::new())).unwrap()), options);
    let at: Reference = format!("{address}/a/b:1").parse().unwrap();
    let built = artifact::package(content.to_vec(), Component::default()).unwrap();
    let begun = Instant::now();
    client.push(&at, &built).await.unwrap();
    let push = begun.elapsed();
    let begun = Instant::now();
    let pulled = client.pull(&at).await.unwrap();
    let pull = begun.elapsed();
    assert_eq!(pulled.component.len(), content.len());
    server.abort();
    (push, pull)
}

#[tokio::main]
async fn main() {
    let number = |place| std::env::args().nth(place).and_then(|text| text.parse().ok());
    let (mib, rounds) = (number(1).unwrap_or(100), number(2).unwrap_or(5));
    let mut content = vec![0_u8; mib << 20];
    rand::RngCore::fill_bytes(&mut rand::thread_rng(), &mut content);
    let mut shares = Vec::new();
    for _ in 0..rounds {
        let folder = tempfile::tempdir_in(".").unwrap();
        let (there, back) = plain(folder.path(), &content);
        let (push, pull) = registry(folder.path(), &content).await;
        let share = 100.0 * (there + back).as_secs_f64() / (push + pull).as_secs_f64();
        println!("plain {there:.0?} + {back:.0?}   registry {push:.0?} + {pull:.0?}   {share:.0} %");
        shares.push(share);
    }
    shares.sort_by(f64::total_cmp);
    println!("median: {:.0} % of a plain copy", shares.get(shares.len() / 2).copied().unwrap_or_default());
}
