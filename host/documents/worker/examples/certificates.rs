//! How long certificates take: `certificates [COUNT] [FILE]`, with the worker beside this program. Leaves one of them in FILE.
#![allow(clippy::print_stdout, reason = "a program for the command line")]

use serde_json::json;
use std::collections::BTreeMap;
use std::time::Instant as Moment;
use vatra_core::clock::Instant;
use vatra_core::ids::TenantId;
use vatra_core::manifest::Language;
use vatra_documents::job::{Check, Job, Municipality, Template};
use vatra_documents::{Renderer, Settings};

fn job(template: &Template, number: usize) -> Job {
    let data = json!({
        "person": { "name": format!("Țurcanu Ștefan {number}"), "idn": format!("{:013}", 2_000_000_000_000_u64 + number as u64) },
        "mayor": "Ana Rusu",
        "lines": (0..8).map(|n| json!({ "name": format!("Impozit {n}"), "amount": { "text": "1 234,50", "bani": 123_450 } })).collect::<Vec<_>>(),
    });
    Job {
        template: template.clone(),
        document: uuid::Uuid::now_v7(),
        language: Language::ALL.get(number % 3).copied().unwrap_or_default(),
        title: "Certificat".to_owned(),
        made_at: Instant(1_795_334_400_000),
        municipality: Municipality {
            name: "Primăria comunei Sculeni".to_owned(),
            district: "Raionul Ungheni".to_owned(),
            contacts: "s. Sculeni".to_owned(),
            idno: "1007601000000".to_owned(),
        },
        number: Some(format!("{number}/2026")),
        date: Some(Instant(1_795_334_400_000).civil_date()),
        valid_until: None,
        draft: false,
        check: Some(Check { address: format!("https://vatra.md/check/{number:012}"), code: format!("{number:012}") }),
        pays: None,
        data: data.as_object().cloned().unwrap_or_default(),
        explain: false,
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let count = std::env::args().nth(1).and_then(|count| count.parse().ok()).unwrap_or(300);
    let arms = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 10 12'><path d='M0 0h10v8l-5 4-5-4z' fill='#246'/></svg>";
    let main = include_str!("../tests/certificate.typ");
    let files = [("main.typ", main), ("arms.svg", arms)].map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec()));
    let template = Template::new(BTreeMap::from(files))?;
    for workers in [1, 2] {
        let renderer = Renderer::new(Settings { workers, ..Settings::beside_this_program()? });
        let begun = Moment::now();
        renderer.warm().await?;
        println!("{workers} workers ready after {} ms", begun.elapsed().as_millis());
        let tenant = TenantId::fresh();
        let mut times = Vec::new();
        let mut bytes = 0;
        for number in 0..count {
            let begun = Moment::now();
            bytes += renderer.render(tenant, &job(&template, number)).await?.pdf.len();
            times.push(begun.elapsed().as_micros());
        }
        if let Some(file) = std::env::args().nth(2) {
            std::fs::write(file, renderer.render(tenant, &job(&template, 0)).await?.pdf)?;
        }
        times.sort_unstable();
        let at = |part: usize| times.get((times.len() - 1) * part / 100).copied().unwrap_or_default() as f64 / 1000.0;
        println!(
            "one after the other: median {:.1} ms, 99 of 100 within {:.1} ms, longest {:.1} ms; {} bytes each",
            at(50),
            at(99),
            at(100),
            bytes / count
        );
        let begun = Moment::now();
        let all: Vec<_> = (0..count)
            .map(|number| {
                let (renderer, job) = (renderer.clone(), job(&template, number));
                tokio::spawn(async move { renderer.render(tenant, &job).await.map(drop) })
            })
            .collect();
        for one in all {
            one.await??;
        }
        println!("{count} at once: {:.2} s in all", begun.elapsed().as_secs_f64());
    }
    Ok(())
}
