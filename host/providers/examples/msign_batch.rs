//! How long a batch takes, from the request to the checked answer: `msign_batch [COUNT] [PDF]`, against the emulator over mutual TLS.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::print_stdout, reason = "a program for the command line")]

#[path = "../tests/common/mod.rs"]
mod common;

use common::{House, IDNP, document};
use std::time::Instant;
use vatra_core::clock::Clock;
use vatra_core::manifest::Language;
use vatra_core::providers::{ContentKind, ExpectedSigner, SignContent, SignRequest, Signatures};
use vatra_emulators::msign::Decision;
use vatra_providers::msign::check;
use vatra_xmlsec::Accepts;

#[tokio::main]
async fn main() {
    let count = std::env::args().nth(1).map_or(300, |count| count.parse().unwrap());
    let pdf = std::env::args().nth(2).map_or_else(|| document("De plata: 100 lei"), |path| std::fs::read(path).unwrap());
    let house = House::open().await;
    let client = house.client("Sculeni");
    let content = |number: usize| SignContent {
        content: pdf.clone(),
        correlation: number.to_string(),
        name: format!("Aviz {number}"),
        co_signed: true,
    };
    let request = SignRequest {
        kind: ContentKind::Pdf,
        contents: (0..count).map(content).collect(),
        title: "Avize".to_owned(),
        description: String::new(),
        reason: String::new(),
        signer: Some(ExpectedSigner { idnp: IDNP.to_owned(), delegation: None }),
    };
    let begun = Instant::now();
    let told = |what: &str| println!("{what}: {:.2} s", begun.elapsed().as_secs_f64());
    let id = client.post(&request).await.unwrap();
    told("posted");
    house.emulator.decide(&id, Decision::Sign { idnp: IDNP.to_owned(), name: "Rusu Ana".to_owned() }).await.unwrap();
    told("signed");
    let answer = client.response(&id, Language::Ro).await.unwrap();
    told("fetched");
    let trust = house.emulator.trust().unwrap();
    let checked = check(&request, &answer.results, Accepts::Sha256, &trust, house.clock.now().utc()).unwrap();
    told(&format!("checked {} documents of {} bytes", checked.len(), pdf.len()));
}
