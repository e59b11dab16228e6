//! The record that a template is given as `it`.

use chrono::NaiveDate;
use serde_json::{Value, json};
use vatra_core::manifest::Language;
use vatra_documents::job::Job;

/// The word across each page of a draft.
pub(crate) fn mark(language: Language) -> &'static str {
    match language {
        Language::Ro => "PROIECT",
        Language::Ru => "ПРОЕКТ",
        Language::En => "DRAFT",
    }
}

fn day(date: Option<NaiveDate>) -> Value {
    date.map_or(Value::Null, |date| json!({ "date": date.to_string(), "text": date.format("%d.%m.%Y").to_string() }))
}

/// As JSON. Values stay values: what stands in them is never read as a template.
pub(crate) fn of(job: &Job) -> Value {
    json!({
        "language": job.language,
        "title": job.title,
        "made": job.made_at.civil_date().to_string(),
        "municipality": job.municipality,
        "number": job.number,
        "date": day(job.date),
        "valid-until": day(job.valid_until),
        "mark": job.draft.then(|| mark(job.language)),
        "check": job.check,
        "pays": job.pays,
        "data": job.data,
    })
}
