//! Writes every block and every page of the host, in the three languages, into a folder to be looked at:
//! `cargo run -p vatra-view --example gallery -- FOLDER`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout)]

#[path = "../tests/common/blocks.rs"]
mod blocks;
#[path = "../tests/common/mod.rs"]
mod common;
#[path = "../tests/common/host.rs"]
mod host;

use common::{Stage, account, resolved, screen};
use std::path::{Path, PathBuf};
use vatra_core::manifest::Language;
use vatra_core::view::{Resolved, Tone};
use vatra_view::{FormState, assets, form_fields, render_check, render_page};

/// Addresses of assets are made relative, so that the pages open from the folder.
fn write(folder: &Path, name: &str, language: Language, html: &str) {
    let html = html.replace("\"/assets/", "\"assets/");
    std::fs::write(folder.join(format!("{name}.{}.html", language.code())), html).expect("the folder can be written");
}

fn main() {
    let folder = PathBuf::from(std::env::args().nth(1).unwrap_or_else(|| "gallery".to_owned()));
    for asset in assets::assets() {
        let place = folder.join("assets").join(asset.hash);
        std::fs::create_dir_all(&place).expect("the folder can be made");
        std::fs::write(place.join(asset.path), asset.bytes).expect("the folder can be written");
    }
    let pairs = |pairs: &[(&str, &str)]| form_fields(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    let entry = account(1).id.to_string();
    for language in Language::ALL {
        let mut stage = Stage::new(language);
        write(&folder, "blocks", language, &stage.page());

        let mut context = stage.context();
        context.frame.flash = Some(vatra_view::ui::Said {
            tone: Tone::Success,
            title: "IP-2026-00042".to_owned(),
            text: Some(context.catalogue.message(language, "paid-part", &Default::default()).unwrap_or_default()),
        });
        write(&folder, "empty", language, &render_page(&context, &screen(), &Resolved::default()));

        let answers = pairs(&[
            ("entry", &entry),
            ("label", "Strada Nouă 12"),
            ("year", "2026"),
            ("amount", "1 234,5"),
            ("due-date", "25.09.2026"),
            ("contact", "post"),
        ]);
        let check = render_check(&stage.context(), &screen(), &resolved(), "record", &answers).expect("the form asks to check");
        write(&folder, "check", language, &check);

        let wrong = pairs(&[
            ("entry", &entry),
            ("amount", "12,345.678"),
            ("due-date-day", "31"),
            ("due-date-month", "2"),
            ("contact", "email"),
            ("email", "x"),
        ]);
        let rules = vatra_view::parse_inputs(&stage.manifest.action("record").expect("declared").inputs, &wrong).expect_err("it is wrong");
        stage.form = Some(FormState::broken("record", wrong, &rules, language));
        write(&folder, "errors", language, &stage.page());

        stage.form = None;
        stage.query.extend([("confirm".to_owned(), "cancel-notice".to_owned()), ("confirm.entry".to_owned(), entry.clone())]);
        write(&folder, "confirm", language, &stage.page());

        for (name, html) in blocks::sample_pages(language).into_iter().chain(host::pages(language)) {
            write(&folder, name, language, &html);
        }
    }
    println!("{}", folder.display());
}
