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

/// The modules that draw in the citizens' app, as they are, and what puts a sample before them.
const APP: [(&str, &str); 7] = [
    ("dom.mjs", include_str!("../assets/evo/dom.mjs")),
    ("drafts.mjs", include_str!("../assets/evo/drafts.mjs")),
    ("forms.mjs", include_str!("../assets/evo/forms.mjs")),
    ("inputs.mjs", include_str!("../assets/evo/inputs.mjs")),
    ("map.mjs", include_str!("../assets/evo/map.mjs")),
    ("screens.mjs", include_str!("../assets/evo/screens.mjs")),
    ("gallery.mjs", include_str!("gallery.mjs")),
];

/// The samples in the app's own page, drawn by its own modules, without the network.
fn write_app(folder: &Path, language: Language) {
    let place = folder.join("app");
    std::fs::create_dir_all(&place).expect("the folder can be made");
    for (name, text) in APP {
        std::fs::write(place.join(name), text).expect("the folder can be written");
    }
    let shell = vatra_view::pages::evo::shell(language, "", "");
    let script = format!("<script type=\"module\" src=\"{}\"></script>", vatra_view::asset_url("evo.js"));
    assert!(shell.contains(&script), "the page loads the app");
    for (name, screen, errors) in blocks::phone_screens(language) {
        let sample = serde_json::json!({ "screen": screen, "errors": errors }).to_string().replace('<', "\\u003c");
        let own = format!(
            "<script type=\"application/json\" id=\"sample\">{sample}</script><script type=\"module\" src=\"app/gallery.mjs\"></script>"
        );
        let page = shell.replace(&script, &own).replace("<link rel=\"manifest\"", "<link rel=\"x-manifest\"");
        write(folder, &format!("app-{name}"), language, &page);
    }
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
        write_app(&folder, language);
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
