//! `vatra show`: a screen of a module, as text, as data, as the page that the portal would send, or one of its tables as a file.

use super::{Reply, Result, name, text};
use crate::app::{App, AppError, ExportFormat, Pairs, Shown};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::io::Read;
use vatra_core::call::{CallContext, Channel, Official};
use vatra_core::ids::SubmissionId;
use vatra_core::manifest::Language;
use vatra_view::{Frame, PageContext, Reader};

/// How a screen is to be shown.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum As {
    /// Text, and data for `--json`.
    Screen,
    /// The whole page.
    Html,
    /// All rows of this table that the search finds, as CSV.
    Csv(String),
}

/// A screen that the operator looks at as a person.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Show {
    /// The municipality's slug.
    pub municipality: String,
    /// The module.
    pub module: String,
    /// The screen.
    pub screen: String,
    /// As whom.
    pub person: String,
    /// The reader's language.
    pub language: Language,
    /// What the address would carry.
    pub query: Pairs,
    /// How.
    pub form: As,
}

pub(super) async fn run(app: &App, show: Show) -> Result<Reply> {
    let tenant = app.tenant(&show.municipality).await?;
    let official = app.official(&tenant, &show.person).await?;
    let module = name(&show.module)?;
    let manifest = app.module(&tenant, &module).await?.manifest;
    if manifest.screen(&show.screen).is_none() {
        let known: Vec<&str> = manifest.screens.iter().map(|screen| screen.name.as_str()).collect();
        let words = format!("{module} has no screen '{}'; it has {}", show.screen, known.join(", "));
        return Err(crate::app::AppError::NotFound(words).into());
    }
    let ctx = app.context(&tenant, &module, &official, Channel::CommandLine, show.language);
    match &show.form {
        As::Csv(table) => {
            let mut export = app.export(&ctx, &show.screen, &show.query, table, ExportFormat::Csv).await?;
            let mut text = String::new();
            export.file.read_to_string(&mut text).map_err(|error| AppError::Usage(error.to_string()))?;
            Ok(Reply::done(text.clone(), json!({ "file": export.name, "csv": text })))
        }
        As::Html => {
            let shown = app.show(&ctx, &show.screen, &show.query).await?;
            let html = page(&ctx, &official, &show, &shown);
            Ok(Reply::done(html.clone(), json!({ "html": html })))
        }
        As::Screen => {
            let shown = app.show(&ctx, &show.screen, &show.query).await?;
            let json = text::screen_json(&shown, show.language);
            Ok(Reply::done(text::screen(&json), json))
        }
    }
}

/// The page as the portal would send it.
fn page(ctx: &CallContext, official: &Official, show: &Show, shown: &Shown) -> String {
    let manifest = shown.manifest();
    let base = format!("/{}/{}", ctx.tenant.slug, ctx.module);
    let path = format!("{base}/{}", show.screen);
    let titles: Vec<&str> =
        official.roles.iter().map(|role| manifest.roles.get(role).map_or(role.as_str(), |title| title.get(show.language))).collect();
    let context = PageContext {
        frame: Frame {
            language: show.language,
            tenant: Some(&ctx.tenant),
            path: &path,
            query: &show.query,
            reader: Some(Reader { name: official.name.clone(), roles: titles.join(", "), sign_out: "/signout".into(), acting: None }),
            flash: None,
        },
        manifest,
        catalogue: shown.catalogue(),
        base: &base,
        screen: &show.screen,
        roles: &ctx.caller.roles,
        form: None,
        submission: &SubmissionId::fresh,
    };
    vatra_view::render_page(&context, &shown.screen, &shown.resolved)
}
