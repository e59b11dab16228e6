//! Templates that loop, gorge or pry: stopped, with nobody else the worse for it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test may fail")]

mod common;

use common::{NAME, certificate, files, job, settings, template};
use std::time::Duration;
use vatra_core::ids::TenantId;
use vatra_documents::job::{Job, Limits, Refused};
use vatra_documents::{Renderer, Settings};

/// Computes for days and keeps nothing.
const ENDLESS: &str = "#let render(it) = for i in range(100000) { for j in range(100000) { if calc.rem(i + j, 7) == 9 [x] } }";

fn with(main: &str) -> Job {
    let mut job = job(template(main), NAME);
    job.explain = true;
    job
}

async fn refused(renderer: &Renderer, main: &str) -> Refused {
    renderer.render(TenantId::fresh(), &with(main)).await.expect_err(main)
}

/// Where it does not hold, and the compiler's words.
async fn words(renderer: &Renderer, job: &Job) -> String {
    match renderer.render(TenantId::fresh(), job).await {
        Err(Refused::Template(faults)) => faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"),
        other => panic!("{other:?}"),
    }
}

/// Each ends its worker only: the next document is made by the next one.
#[tokio::test]
async fn loops_and_gluttons_are_stopped_and_the_pool_recovers() {
    let limits = Limits { cpu_seconds: 1, wall: Duration::from_secs(30), ..Limits::default() };
    let renderer = Renderer::new(Settings { limits, ..settings() });
    let memory = "#let render(it) = { let a = \"0123456789\"; for n in range(60) { a += a }; a }";
    let pages = "#let render(it) = { for n in range(20000) { pagebreak() } }";
    for (main, expected) in [
        ("#let render(it) = while true { let m = range(1000).map(x => x * 2).sum() }", None),
        (ENDLESS, Some(Refused::TooLong)),
        (memory, Some(Refused::TooMuchMemory)),
        ("#let render(it) = { let a = (); for n in range(40) { a = (a, a, range(100000)) }; while true { a = a + a } }", None),
        (pages, None),
    ] {
        let stopped = refused(&renderer, main).await;
        let ends = matches!(stopped, Refused::TooLong | Refused::TooMuchMemory | Refused::TooLarge(..) | Refused::Template(_));
        assert!(ends && expected.is_none_or(|expected| expected == stopped), "{main}: {stopped:?}");
        assert!(renderer.render(TenantId::fresh(), &job(certificate(), NAME)).await.is_ok(), "after {main}");
    }
}

/// The wall clock counts too: a worker that does not answer is killed, however little it computes.
#[tokio::test]
async fn a_worker_that_does_not_answer_is_killed() {
    let limits = Limits { wall: Duration::from_millis(300), cpu_seconds: 60, ..Limits::default() };
    let renderer = Renderer::new(Settings { limits, ..settings() });
    let endless = ENDLESS;
    assert_eq!(refused(&renderer, endless).await, Refused::TooLong);
}

#[tokio::test]
async fn others_are_served_while_one_loops() {
    let limits = Limits { cpu_seconds: 3, wall: Duration::from_secs(60), ..Limits::default() };
    let renderer = Renderer::new(Settings { limits, workers: 2, ..settings() });
    let endless = with(ENDLESS);
    let one = renderer.clone();
    let looping = tokio::spawn(async move { one.render(TenantId::fresh(), &endless).await });
    let other = TenantId::fresh();
    for _ in 0..3 {
        assert!(renderer.render(other, &job(certificate(), NAME)).await.is_ok());
    }
    assert!(!looping.is_finished(), "the others did not wait for it");
    assert_eq!(looping.await.unwrap(), Err(Refused::TooLong));
}

#[tokio::test]
async fn nothing_but_the_template_s_own_files_can_be_read() {
    let renderer = Renderer::new(settings());
    for pry in [
        "read(\"/etc/passwd\")",
        "read(\"../../../../etc/passwd\")",
        "read(\"/proc/self/environ\")",
        "read(\"/template/../../etc/hostname\")",
        "image(\"https://vatra.md/a.png\")",
        "image(\"file:///etc/passwd\")",
        "json(\"/dev/stdin\")",
        "include \"/etc/passwd\"",
        "{ import \"@preview/cetz:0.3.0\": *; [x] }",
        "{ import \"@local/x:0.1.0\": *; [x] }",
        "{ import \"http://127.0.0.1/a.typ\": *; [x] }",
        "image(bytes(\"<svg xmlns='http://www.w3.org/2000/svg' xmlns:xlink='http://www.w3.org/1999/xlink' width='1' height='1'><image xlink:href='/etc/hostname' width='1' height='1'/></svg>\"), alt: \"x\")",
    ] {
        let outcome = renderer.render(TenantId::fresh(), &with(&format!("#let render(it) = {pry}"))).await;
        match outcome {
            Err(Refused::Template(faults)) => {
                assert!(faults.iter().all(|fault| fault.file == "main.typ" || fault.file.is_empty()), "{faults:?}")
            }
            // A picture within a picture is left out.
            Ok(made) => assert!(pry.contains("xlink") && !common::poppler("pdfimages", &["-list"], &made.pdf).contains("image "), "{pry}"),
            other => panic!("{pry}: {other:?}"),
        }
    }
    // Its own files, and a clock that stands at the document's day.
    let parts = files(&[
        ("main.typ", "#import \"parts/a.typ\": a\n#let render(it) = [#a #read(\"b.txt\") #datetime.today().display() #sys.inputs.len()]"),
        ("parts/a.typ", "#let a = [one]"),
        ("b.txt", "two"),
    ]);
    let made = renderer.render(TenantId::fresh(), &job(parts, NAME)).await.unwrap();
    assert!(common::text(&made.pdf).starts_with("one two 2026-11-22 0"), "{}", common::text(&made.pdf));
}

#[tokio::test]
async fn a_draft_without_its_mark_is_refused() {
    let renderer = Renderer::new(settings());
    let rules = [
        "set page(foreground: none)",
        "show \"PROIECT\": none",
        "show regex(\"[A-Z]+\"): set text(fill: white)",
        "show text: it => hide(it)",
        "show rotate: it => scale(1%, it)",
        "show rotate: it => move(dx: 1000cm, it)",
        "show rotate: none",
        "set page(foreground: text(110pt, \"PROIECT\"))",
    ];
    for rule in rules {
        let mut job = with(&format!("#let render(it) = {{ {rule}; [x] }}"));
        job.draft = true;
        // Rules within a block end with it; over the whole document they reach the sheet.
        let outcome = renderer.render(TenantId::fresh(), &job).await;
        let marked = |pdf: &[u8]| common::poppler("pdftotext", &[], pdf).split_whitespace().collect::<String>().contains("PROIECT");
        match outcome {
            Err(Refused::Unmarked(page)) => assert!(page >= 1),
            Ok(made) => assert!(marked(&made.pdf), "{rule}"),
            other => panic!("{rule}: {other:?}"),
        }
        assert!(!rule.starts_with("set page") || outcome_is_refused(&renderer, &job).await, "{rule}");
    }
}

async fn outcome_is_refused(renderer: &Renderer, job: &Job) -> bool {
    matches!(renderer.render(TenantId::fresh(), job).await, Err(Refused::Unmarked(_)))
}

#[tokio::test]
async fn faults_say_where_and_over_real_data_nothing_more() {
    let renderer = Renderer::new(settings());
    let mut job = with("#let render(it) = {\n  panic(it.data.person.name)\n}");
    let said = words(&renderer, &job).await;
    assert!(said.starts_with("main.typ:2") && said.contains("Ștefan"), "{said}");
    job.explain = false;
    assert_eq!(words(&renderer, &job).await, "main.typ:2");
    assert_eq!(words(&renderer, &with("#let render(it) = [\n\n#it.missing]")).await.split(' ').next(), Some("main.typ:3"));
    assert!(words(&renderer, &with("#let other(it) = []")).await.contains("render"));
    assert!(words(&renderer, &with("#let render(it) = {")).await.contains("main.typ:1"));
    // A picture that says nothing to whoever cannot see it is no accessible document.
    let silent = words(&renderer, &with("#let render(it) = image(\"arms.svg\")")).await;
    assert!(silent.contains("alt"), "{silent}");
    let strange = renderer.render(TenantId::fresh(), &common::job(template("#let render(it) = par(it.data.person.name)"), "Ana 𒀀")).await;
    assert_eq!(strange, Err(Refused::Character(0x12000)));
}
