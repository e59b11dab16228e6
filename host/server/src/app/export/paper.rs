//! A table on paper: a PDF whose headings come again on every page, with the page's number and who printed it.

use super::super::App;
use super::{Head, failed};
use serde_json::{Map, Value as Json, json};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::Write;
use vatra_core::call::CallContext;
use vatra_core::register::FieldType;
use vatra_documents::job::{Job, Refused, Template};
use vatra_runtime::CallError;

/// Rows that fit what a worker may use.
pub(super) const MOST: u64 = 2_000;
const TEMPLATE: &str = include_str!("../../../templates/register.typ");
/// More columns than these are laid across the page.
const UPRIGHT: usize = 5;

/// Rows in words.
#[derive(Default)]
pub(super) struct Paper(Vec<Json>);

impl Paper {
    pub(super) fn row(&mut self, cells: impl Iterator<Item = String>) {
        self.0.push(Json::Array(cells.map(Json::String).collect()));
    }
}

impl App {
    /// Has a worker print it.
    pub(super) async fn print(&self, ctx: &CallContext, paper: Paper, head: &Head) -> Result<File, CallError> {
        let unavailable = || CallError::Unavailable("documents".to_owned());
        let renderer = self.renderer.get().ok_or_else(unavailable)?;
        let files = BTreeMap::from([("main.typ".to_owned(), TEMPLATE.as_bytes().to_vec())]);
        let narrow = |kind: &Option<FieldType>| {
            matches!(kind, Some(FieldType::Integer | FieldType::Money | FieldType::Decimal | FieldType::Date | FieldType::Flag))
        };
        let right = |kind: &Option<FieldType>| matches!(kind, Some(FieldType::Integer | FieldType::Money | FieldType::Decimal));
        let data: Map<String, Json> = [
            ("made", json!(head.made)),
            ("filters", json!(head.filters)),
            ("across", json!(head.columns.len() > UPRIGHT)),
            ("heads", json!(head.columns.iter().map(|(title, _)| title).collect::<Vec<_>>())),
            ("narrow", json!(head.columns.iter().map(|(_, kind)| narrow(kind)).collect::<Vec<_>>())),
            ("right", json!(head.columns.iter().map(|(_, kind)| right(kind)).collect::<Vec<_>>())),
            ("rows", Json::Array(paper.0)),
            ("foot", json!(head.foot)),
        ]
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect();
        let job = Job {
            template: Template::new(files).map_err(failed)?,
            document: ctx.call.0,
            language: head.language,
            title: head.title.clone(),
            made_at: ctx.now,
            municipality: self.letterhead(&ctx.tenant, head.language).await?,
            number: None,
            date: None,
            valid_until: None,
            draft: false,
            check: None,
            pays: None,
            data,
            explain: false,
        };
        let made = renderer.render(ctx.tenant.id, &job).await.map_err(|refused| match refused {
            Refused::Busy | Refused::Unavailable(_) => unavailable(),
            other => failed(other),
        })?;
        let mut file = tempfile::tempfile().map_err(failed)?;
        file.write_all(&made.pdf).map_err(failed)?;
        Ok(file)
    }
}
