//! What the PDFs are: archivable and accessible by their own word, in three languages, with everything that was filled in, literally.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test may fail")]

mod common;

use common::{ADDRESS, NAME, certificate, job, make, poppler, template, text};
use lopdf::{Document, Object};
use vatra_core::ids::TenantId;
use vatra_core::manifest::Language;
use vatra_documents::Renderer;
use vatra_documents::job::{Check, Refused};

/// The claims in the metadata, the structure that they promise, and that everything needed is inside. (Whether each clause of the
/// standards holds, the typesetter checks as it writes; no validator of the standards is at hand here.)
#[tokio::test]
async fn a_certificate_is_archivable_and_accessible() {
    let made = make(&job(certificate(), NAME)).await;
    let pdf = Document::load_mem(&made.pdf).unwrap();
    let catalog = pdf.catalog().unwrap();
    let metadata = pdf.dereference(catalog.get(b"Metadata").unwrap()).unwrap().1.as_stream().unwrap();
    let metadata = String::from_utf8_lossy(&metadata.content).into_owned();
    for claim in ["<pdfaid:part>2</pdfaid:part>", "<pdfaid:conformance>A</pdfaid:conformance>", "<pdfuaid:part>1</pdfuaid:part>"] {
        assert!(metadata.contains(claim), "{claim} in {metadata}");
    }
    assert!(metadata.contains("Certificat privind lipsa datoriilor") && metadata.contains("Primăria comunei Sculeni"), "{metadata}");
    assert!(!metadata.contains("urcanu") && !metadata.contains("2000000000008"), "nothing personal");
    assert_eq!(catalog.get(b"Lang").unwrap().as_str().unwrap(), b"ro-MD");
    assert!(catalog.has(b"StructTreeRoot") && catalog.has(b"OutputIntents"));
    let marked = pdf.dereference(catalog.get(b"MarkInfo").unwrap()).unwrap().1.as_dict().unwrap();
    assert_eq!(marked.get(b"Marked").unwrap(), &Object::Boolean(true));
    let kinds: Vec<String> = pdf
        .objects
        .values()
        .filter_map(|object| object.as_dict().ok())
        .filter(|dict| dict.get(b"Type").and_then(Object::as_name).ok() == Some(b"StructElem"))
        .map(|dict| {
            let alt = if dict.has(b"Alt") { "+Alt" } else { "" };
            format!("{}{alt}", String::from_utf8_lossy(dict.get(b"S").unwrap().as_name().unwrap()))
        })
        .collect();
    for kind in ["H1", "P", "Table", "TH", "Link", "Figure+Alt"] {
        assert!(kinds.iter().any(|found| found.starts_with(kind)), "{kind} in {kinds:?}");
    }
    assert!(!kinds.contains(&"Figure".to_owned()), "no picture without words: {kinds:?}");
    let said = poppler("pdfinfo", &[], &made.pdf);
    assert!(said.contains("Tagged:          yes") && said.contains("JavaScript:      no") && said.contains("Pages:           1"), "{said}");
    let fonts = poppler("pdffonts", &[], &made.pdf);
    // Columns: …, embedded, subset, with a map to Unicode.
    assert!(fonts.lines().skip(2).count() >= 2 && fonts.lines().skip(2).all(|line| line.contains("yes yes yes")), "{fonts}");
}

#[tokio::test]
async fn three_languages_say_it_in_their_letters() {
    for (language, words) in [
        (
            Language::Ro,
            ["REPUBLICA MOLDOVA", "Nr. 12/2026 din 22 noiembrie 2026", "nu are datorii la impozite și taxe locale", "Pagina 1 din 1"],
        ),
        (Language::Ru, ["РЕСПУБЛИКА МОЛДОВА", "№ 12/2026 от 22 ноября 2026 г.", "не имеет задолженности", "Страница 1 из 1"]),
        (Language::En, ["REPUBLIC OF MOLDOVA", "No. 12/2026 of 22 November 2026", "owes no local taxes", "Page 1 of 1"]),
    ] {
        let mut job = job(certificate(), NAME);
        job.language = language;
        let said = text(&make(&job).await.pdf).replace('\u{a0}', " ");
        for words in words.into_iter().chain([NAME, "2000000000008", "1 234,50", ADDRESS, "7K2M-9QXD-44TH", "Ana Rusu"]) {
            assert!(said.contains(words), "{words} in {said}");
        }
        assert!(!said.contains("PROIECT") && !said.contains("ПРОЕКТ") && !said.contains("DRAFT"), "{said}");
    }
}

#[tokio::test]
async fn equal_jobs_give_equal_bytes() {
    let first = make(&job(certificate(), NAME)).await;
    assert_eq!(first, make(&job(certificate(), NAME)).await, "by another worker");
    assert_ne!(first, make(&job(certificate(), "Ana Rusu")).await);
}

/// Read off the printed page.
#[tokio::test]
async fn the_code_on_the_page_leads_to_the_address() {
    let mut job = job(certificate(), NAME);
    let made = make(&job).await;
    assert!(text(&made.pdf).contains("Verificați") && String::from_utf8_lossy(&made.pdf).contains(ADDRESS), "words, and a link");
    let (width, pixels) = common::printed(&made.pdf);
    let mut picture = rqrr::PreparedImage::prepare_from_greyscale(width, pixels.len() / width, |x, y| pixels[y * width + x]);
    let codes: Vec<_> = picture.detect_grids().into_iter().map(|grid| grid.decode().unwrap().1).collect();
    assert_eq!(codes, [ADDRESS]);
    job.check = Some(Check { address: "x".repeat(3_000), code: String::new() });
    let refused = Renderer::new(common::settings()).render(TenantId::fresh(), &job).await;
    assert!(matches!(refused, Err(Refused::TooLarge(..))), "{refused:?}");
    job.check = None;
    assert!(!text(&make(&job).await.pdf).contains("Verificați"));
}

/// Whatever a person's name is, it is a name.
#[tokio::test]
async fn markup_in_values_stays_words() {
    let main = "#let render(it) = { heading(level: 1)[X]; par(it.data.person.name) }";
    for name in [
        "#panic(1)",
        "#read(\"/record.json\")",
        "[x] *b* _i_ `c`",
        "$1/2$",
        "= T",
        "\\u{41} \\",
        "\"#x\"",
        "//x /* y */",
        "<x> @x",
        "- a + b",
        "~ -- ---x",
        "#import \"@preview/a:1.0.0\": *",
        "'; DROP",
        "&lt;b&gt; <script>",
        "#{while true {}}",
    ] {
        // How wide a blank looks is the line's business.
        let dense = |text: &str| text.split_whitespace().collect::<String>();
        let said = text(&make(&job(template(main), name)).await.pdf);
        assert!(dense(&said).contains(&dense(name)), "{name} in {said}");
    }
}

#[tokio::test]
async fn each_page_of_a_draft_is_marked() {
    for (language, word) in [(Language::Ro, "PROIECT"), (Language::Ru, "ПРОЕКТ"), (Language::En, "DRAFT")] {
        let main =
            "#import \"/vatra.typ\": *\n#let render(it) = { heading(level: 1)[X]; for n in range(2) { lorem(30); pagebreak() }; [Y] }";
        let mut job = job(template(main), NAME);
        (job.draft, job.language, job.number, job.date) = (true, language, None, None);
        let made = make(&job).await;
        assert_eq!(made.pages, 3);
        for page in ["1", "2", "3"] {
            let said = poppler("pdftotext", &["-f", page, "-l", page], &made.pdf);
            let letters: String = said.split_whitespace().collect();
            assert!(letters.contains(word), "{said}");
        }
        assert!(
            !text(
                &make(&{
                    job.draft = false;
                    job
                })
                .await
                .pdf
            )
            .contains(word)
        );
    }
}

/// What is made here is read strictly enough to be signed, and stays what it claims to be.
#[tokio::test]
async fn a_certificate_can_be_signed_and_countersigned() {
    use vatra_pki::authority::{Authority, Subject};
    use vatra_pki::{Trust, pades, stamp};
    let now = chrono::DateTime::parse_from_rfc3339("2026-11-22T10:00:00Z").unwrap().to_utc();
    let valid = (now - chrono::TimeDelta::days(9), now + chrono::TimeDelta::days(9));
    let root = Authority::root("Test", valid).unwrap();
    let stamps = root.issue(Subject::TimeStamps { name: "Stamps" }, valid).unwrap();
    let stamps = stamp::Authority { key: stamps.key, chain: vec![] };
    let made = make(&job(certificate(), NAME)).await.pdf;
    let mut pdf = made.clone();
    for name in ["Ana Rusu", "Ion Țurcanu"] {
        let holder = root.issue(Subject::Person { name, idnp: "2000000000008" }, valid).unwrap();
        let field = pades::Field { name: Some(name), reason: Some("Aprobat"), location: None, moment: now };
        let signed = pades::prepare(&pdf, &field).unwrap().sign(&holder.key, &[]).unwrap();
        let asked = stamp::Request::over(signed.value(), [7; 16]).unwrap();
        let token = asked.accept(&stamps.answer(&asked.to_der().unwrap(), [9; 16], now).unwrap()).unwrap();
        pdf = signed.finish(&token).unwrap();
    }
    let trust = Trust { anchors: vec![root.certificate().clone()], intermediates: vec![], lists: vec![root.revoke(&[], valid).unwrap()] };
    let verdicts = pades::verify(&pdf, &trust, now).unwrap();
    assert!(verdicts.len() == 2 && verdicts.iter().all(|one| one.outcome.is_ok()), "{verdicts:?}");
    assert_eq!(pades::extends(&made, &pdf), Ok(()));
    assert_eq!(poppler("pdfsig", &[], &pdf).matches("Signature is Valid.").count(), 2);
    assert_eq!(text(&pdf), text(&made));
}
