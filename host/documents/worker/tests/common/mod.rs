//! What the tests share: a certificate, its data, workers.
#![allow(dead_code, unreachable_pub, reason = "each test binary uses its own part")]

use serde_json::json;
use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use vatra_core::clock::Instant;
use vatra_core::ids::{SubjectId, TenantId};
use vatra_core::manifest::Language;
use vatra_core::unit::Subject;
use vatra_core::value::{Fields, Money, Value};
use vatra_documents::job::{Check, Job, Limits, Made, Municipality, Template};
use vatra_documents::{Renderer, Settings};

pub fn template(main: &str) -> Template {
    let arms = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 10 12'><path d='M0 0h10v8l-5 4-5-4z' fill='#246'/></svg>";
    let files = [("main.typ", main), ("arms.svg", arms)];
    Template::new(files.map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec())).into()).unwrap()
}

pub fn certificate() -> Template {
    template(include_str!("../certificate.typ"))
}

pub const ADDRESS: &str = "https://vatra.md/check/7K2M-9QXD-44TH";
pub const NAME: &str = "Țurcanu Ștefan-Ioniță";

/// An issued certificate for a person of this name, without a number of state.
pub fn job(template: Template, name: &str) -> Job {
    let who = SubjectId::fresh();
    let person = |_| Some(Subject { id: who, company: false, idn: Some("2000000000008".to_owned()), name: name.to_owned() });
    let fields = Fields::from([("person".to_owned(), Value::Subject(who)), ("mayor".to_owned(), Value::Personal("Ana Rusu".to_owned()))]);
    let mut data = vatra_documents::values::fields(&fields, &person);
    let line = |name: &str, bani| json!({ "name": name, "amount": vatra_documents::values::value(&Value::Money(Money(bani)), &person) });
    data.insert("lines".to_owned(), json!([line("Impozit funciar", 123_450), line("Taxa pentru amenajarea teritoriului", 0)]));
    Job {
        template,
        document: "0199aaaa-0000-7000-8000-000000000001".parse().unwrap(),
        language: Language::Ro,
        title: "Certificat privind lipsa datoriilor".to_owned(),
        made_at: Instant(1_795_334_400_000),
        municipality: Municipality {
            name: "Primăria comunei Sculeni".to_owned(),
            district: "Raionul Ungheni".to_owned(),
            contacts: "MD-3638, s. Sculeni, tel. 0 236 00 000".to_owned(),
            idno: "1007601000000".to_owned(),
        },
        number: Some("12/2026".to_owned()),
        date: Some("2026-11-22".parse().unwrap()),
        valid_until: None,
        draft: false,
        check: Some(Check { address: ADDRESS.to_owned(), code: "7K2M-9QXD-44TH".to_owned() }),
        pays: None,
        data,
        explain: false,
    }
}

pub fn settings() -> Settings {
    let program = PathBuf::from(env!("CARGO_BIN_EXE_vatra-documents-worker"));
    Settings { program, workers: 1, documents_each: 500, limits: Limits::default() }
}

pub async fn make(job: &Job) -> Made {
    Renderer::new(settings()).render(TenantId::fresh(), job).await.unwrap()
}

/// What one of poppler's programs says of a PDF (`tests/setup.sh` installs them).
pub fn poppler(program: &str, before: &[&str], pdf: &[u8]) -> String {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(pdf).unwrap();
    let done =
        Command::new(program).args(before).arg(file.path()).args((program == "pdftotext").then_some("-")).stderr(Stdio::null()).output();
    String::from_utf8(done.expect("poppler-utils is installed").stdout).unwrap()
}

/// Its text, blanks and line ends as one space.
pub fn text(pdf: &[u8]) -> String {
    poppler("pdftotext", &["-enc", "UTF-8", "-layout"], pdf).split_whitespace().collect::<Vec<_>>().join(" ")
}

pub fn files(pairs: &[(&str, &str)]) -> Template {
    Template::new(pairs.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())).collect::<BTreeMap<_, _>>()).unwrap()
}

/// The first page as it is printed at 150 dots an inch: width, and a grey for each dot (PGM).
pub fn printed(pdf: &[u8]) -> (usize, Vec<u8>) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.pdf"), pdf).unwrap();
    let done = Command::new("pdftoppm").args(["-gray", "-singlefile", "-r", "150", "a.pdf", "a"]).current_dir(folder.path()).status();
    assert!(done.expect("poppler-utils is installed").success());
    let image = std::fs::read(folder.path().join("a.pgm")).unwrap();
    let mut head = image.splitn(4, |byte| byte.is_ascii_whitespace());
    let width = String::from_utf8(head.nth(1).unwrap().to_vec()).unwrap().parse().unwrap();
    let pixels = head.nth(1).unwrap().splitn(2, |byte| *byte == b'\n').nth(1).unwrap().to_vec();
    (width, pixels)
}
