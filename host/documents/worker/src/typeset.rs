//! One document: compiled, checked, written as PDF/A-2a and PDF/UA-1 together.

use crate::desk::{Desk, Room};
use crate::{glyphs, mark, record};
use std::collections::BTreeMap;
use typst::World;
use typst::diag::SourceDiagnostic;
use typst::foundations::Smart;
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards};
use vatra_core::clock::Instant;
use vatra_core::manifest::Language;
use vatra_documents::job::{Check, Fault, Job, Limits, Made, Municipality, Payable, Refused, Template};

const LIBRARY: &str = include_str!("../typst/vatra.typ");
const MAIN: &str = include_str!("../typst/main.typ");
/// So many faults are told.
const FAULTS: usize = 8;

/// Makes one.
pub(crate) fn make(desk: &mut Desk, job: &Job, limits: &Limits) -> Result<Made, Refused> {
    let broken = |_| Refused::Broken;
    let record = serde_json::to_vec(&record::of(job)).map_err(broken)?;
    let drawn = |address: Option<&str>| {
        let code = address.filter(|address| !address.is_empty()).map(vatra_documents::code::svg).transpose();
        code.map_err(|_| Refused::TooLarge(2_331, "bytes of address".to_owned())).map(Option::unwrap_or_default)
    };
    let code = drawn(job.check.as_ref().map(|check| check.address.as_str()))?;
    let payment = drawn(job.pays.as_ref().map(|pays| pays.address.as_str()))?;
    let hosts: [(String, &[u8]); 5] = [
        ("/main.typ".to_owned(), MAIN.as_bytes()),
        ("/vatra.typ".to_owned(), LIBRARY.as_bytes()),
        ("/record.json".to_owned(), &record),
        ("/code.svg".to_owned(), code.as_bytes()),
        ("/payment.svg".to_owned(), payment.as_bytes()),
    ];
    let own = job.template.files().iter().map(|(path, content)| (format!("/template/{path}"), content.as_slice()));
    let room = desk.room(job.made_at.civil_date(), hosts.into_iter().chain(own)).ok_or(Refused::Broken)?;
    let document: PagedDocument = typst::compile(&room).output.map_err(|faults| refusal(&room, &faults, job.explain))?;
    if document.pages().len() > limits.pages {
        return Err(Refused::TooLarge(limits.pages, "pages".to_owned()));
    }
    if let Some(missing) = document.pages().iter().find_map(|page| glyphs::missing(&page.frame)) {
        return Err(Refused::Character(missing.into()));
    }
    if job.draft {
        let word = record::mark(job.language);
        if let Some(at) = document.pages().iter().position(|page| !mark::stands(&page.frame, word)) {
            return Err(Refused::Unmarked(at + 1));
        }
    }
    let options = PdfOptions {
        ident: Smart::Custom(job.document.to_string()),
        creator: Smart::Custom(Some("Vatra".to_owned())),
        standards: PdfStandards::new(&[PdfStandard::A_2a, PdfStandard::Ua_1]).map_err(|_| Refused::Broken)?,
        ..PdfOptions::default()
    };
    let pdf = typst_pdf::pdf(&document, &options).map_err(|faults| refusal(&room, &faults, job.explain))?;
    if pdf.len() > limits.bytes {
        return Err(Refused::TooLarge(limits.bytes, "bytes".to_owned()));
    }
    Ok(Made { pdf, pages: document.pages().len() })
}

/// Where it does not hold. The compiler's words may repeat what was filled in, so that they are told only when asked for.
fn refusal(room: &Room<'_>, faults: &[SourceDiagnostic], explain: bool) -> Refused {
    let told = faults.iter().take(FAULTS).map(|fault| {
        let (file, line) = place(room, fault).unwrap_or_default();
        let hints = fault.hints.iter().map(|hint| hint.v.as_str());
        let words = || std::iter::once(fault.message.as_str()).chain(hints).collect::<Vec<_>>().join("; ");
        Fault { file, line, words: if explain { words() } else { String::new() } }
    });
    Refused::Template(told.collect())
}

fn place(room: &Room<'_>, fault: &SourceDiagnostic) -> Option<(String, usize)> {
    use typst::WorldExt;
    let id = fault.span.id()?;
    let path = id.get().vpath().get_without_slash().to_owned();
    let range = room.range(fault.span)?;
    let line = room.source(id).ok()?.lines().byte_to_line(range.start)?;
    Some((path.strip_prefix("template/").unwrap_or(&path).to_owned(), line + 1))
}

/// Makes a small document of the host's own, so that the first one asked for finds typefaces and library read.
pub(crate) fn warm_up(desk: &mut Desk, limits: &Limits) {
    let main = "#import \"/vatra.typ\": *\n#let render(it) = { letterhead(it); number-and-date(it); [= Ș]; [ăâîșț Щ _a_ *b*]; \
                listing((\"a\",), ((1,),)); payment(it); verification(it); signature-place(it, \"a\", \"b\") }";
    let files = BTreeMap::from([("main.typ".to_owned(), main.as_bytes().to_vec())]);
    let Ok(template) = Template::new(files) else { return };
    let words = || "Vatra".to_owned();
    for language in Language::ALL {
        let job = Job {
            template: template.clone(),
            document: Default::default(),
            language,
            title: words(),
            made_at: Instant(0),
            municipality: Municipality { name: words(), district: words(), contacts: words(), idno: words() },
            number: Some(words()),
            date: Some(Instant(0).civil_date()),
            valid_until: None,
            draft: true,
            check: Some(Check { address: "https://vatra.md".to_owned(), code: words() }),
            pays: Some(Payable { order: words(), address: "https://vatra.md".to_owned() }),
            data: serde_json::Map::new(),
            explain: false,
        };
        let _ = make(desk, &job, limits);
    }
}
