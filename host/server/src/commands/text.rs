//! A screen as text for a terminal, made from its JSON; tables of the operator's lists.

use crate::app::{Pairs, Shown};
use serde_json::{Map, Value as Json};
use vatra_core::manifest::Language;
use vatra_view::Wording;

/// The screen as data, in the reader's language.
pub(super) fn screen_json(shown: &Shown, language: Language) -> Json {
    let wording = Wording { language, catalogue: shown.catalogue(), resolved: &shown.resolved };
    vatra_view::render_json(&shown.screen, shown.manifest(), &wording)
}

/// Pairs as an object.
pub(super) fn object(pairs: Pairs) -> Json {
    Json::Object(pairs.into_iter().map(|(name, value)| (name, Json::String(value))).collect::<Map<_, _>>())
}

/// Headings and rows, aligned; amounts and numbers are the caller's to format.
pub(super) fn table(headings: &[&str], rows: &[Vec<String>]) -> String {
    let all = || std::iter::once(headings.iter().map(ToString::to_string).collect::<Vec<_>>()).chain(rows.iter().cloned());
    let columns = all().map(|row| row.len()).max().unwrap_or(0);
    let widths: Vec<usize> =
        (0..columns).map(|at| all().filter_map(|row| row.get(at).map(|cell| cell.chars().count())).max().unwrap_or(0)).collect();
    let line = |row: &[String]| {
        let cells: Vec<String> = row
            .iter()
            .zip(&widths)
            .map(|(cell, width)| format!("{cell}{}", " ".repeat(width.saturating_sub(cell.chars().count()))))
            .collect();
        cells.join("  ").trim_end().to_owned()
    };
    let mut lines: Vec<String> = all().map(|row| line(&row)).collect();
    let rule: Vec<String> = widths.iter().map(|width| "─".repeat(*width)).collect();
    lines.insert(1.min(lines.len()), rule.join("  "));
    lines.join("\n")
}

/// A report as indented lines.
pub(super) fn report(report: &Json) -> String {
    let mut lines = Vec::new();
    fold(report, 0, &mut lines);
    lines.join("\n")
}

fn fold(value: &Json, depth: usize, lines: &mut Vec<String>) {
    for (name, value) in value.as_object().into_iter().flatten() {
        let indent = "  ".repeat(depth);
        match value {
            Json::Object(_) => {
                lines.push(format!("{indent}{name}"));
                fold(value, depth + 1, lines);
            }
            Json::String(text) => lines.push(format!("{indent}{name}: {text}")),
            other => lines.push(format!("{indent}{name}: {other}")),
        }
    }
}

/// The screen as text: headings, labels and values, tables, and what can be done next.
pub(super) fn screen(screen: &Json) -> String {
    let title = str(screen, "title");
    let mut parts = vec![format!("{title}\n{}", "═".repeat(title.chars().count()))];
    parts.extend(list(screen, "blocks").filter_map(block).filter(|part| !part.is_empty()));
    parts.join("\n\n")
}

fn str<'a>(json: &'a Json, name: &str) -> &'a str {
    json.get(name).and_then(Json::as_str).unwrap_or_default()
}

fn list<'a>(json: &'a Json, name: &str) -> impl Iterator<Item = &'a Json> {
    json.get(name).and_then(Json::as_array).into_iter().flatten()
}

/// A value (`{kind, raw, text}`) as people write it.
fn value(json: &Json) -> String {
    str(json, "text").replace('\n', " ")
}

fn titled(title: &str, rest: String) -> String {
    if title.is_empty() { rest } else { format!("{title}\n{rest}") }
}

fn block(block: &Json) -> Option<String> {
    Some(match str(block, "type") {
        "heading" | "section" => {
            let text = if str(block, "type") == "section" { str(block, "title") } else { str(block, "text") };
            format!("{text}\n{}", "─".repeat(text.chars().count()))
        }
        "text" => str(block, "text").to_owned(),
        "notice" => {
            let sign = match str(block, "tone") {
                "success" => "✓",
                "warning" | "danger" => "!",
                _ => "•",
            };
            let text = str(block, "text");
            let more = if text.is_empty() { String::new() } else { format!("\n  {text}") };
            format!("{sign} {}{more}", str(block, "title"))
        }
        "summary" => titled(str(block, "title"), items(block, "items")),
        "person" => [str(block, "name"), str(block, "idn")].join("  ").trim_end().to_owned(),
        "payment" => {
            let amount = |name: &str| block.get(name).map(value).unwrap_or_default();
            format!(
                "MPay {}: {}, {} / {}\n  {}",
                str(block, "number"),
                str(block, "status"),
                amount("paid"),
                amount("due"),
                str(block, "pay-url")
            )
        }
        "table" => {
            let headings: Vec<&str> = list(block, "columns").filter_map(Json::as_str).collect();
            let rows: Vec<Vec<String>> = list(block, "rows").map(|row| row.as_array().into_iter().flatten().map(value).collect()).collect();
            titled(str(block, "title"), table(&headings, &rows))
        }
        "bound-table" => bound(block),
        "form" => form(block),
        "timeline" => list(block, "happenings").map(happening).collect::<Vec<_>>().join("\n"),
        "buttons" => buttons(block, "buttons"),
        "links" => {
            let line = |link: &Json| format!("→ {} [{}{}]", str(link, "label"), str(link, "screen"), parameters(link, "--query"));
            list(block, "links").map(line).collect::<Vec<_>>().join("\n")
        }
        _ => return None,
    })
}

fn items(block: &Json, name: &str) -> String {
    let pairs: Vec<(&str, String)> =
        list(block, name).map(|item| (str(item, "label"), item.get("value").map(value).unwrap_or_default())).collect();
    let width = pairs.iter().map(|(label, _)| label.chars().count()).max().unwrap_or(0);
    let line =
        |(label, value): &(&str, String)| format!("  {label}{}  {value}", " ".repeat(width - label.chars().count())).trim_end().to_owned();
    pairs.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn bound(block: &Json) -> String {
    let id = str(block, "id");
    let number = |name: &str| block.get(name).and_then(Json::as_u64).unwrap_or(0);
    let (total, page) = (number("total"), number("page"));
    let pages = total.div_ceil(u64::from(vatra_core::view::PAGE_ROWS)).max(1);
    let mut head = format!("{} (table '{id}': {total}, {page}/{pages})", str(block, "title"));
    if let Some(search) = block.get("search").and_then(Json::as_str) {
        head.push_str(&format!(" '{search}'"));
    }
    if total == 0 {
        return format!("{head}\n{}", str(block, "empty"));
    }
    let headings: Vec<&str> = list(block, "columns").map(|column| str(column, "title")).chain(["entry"]).collect();
    let rows: Vec<Vec<String>> =
        list(block, "rows").map(|row| list(row, "cells").map(value).chain([str(row, "entry").to_owned()]).collect()).collect();
    [head, table(&headings, &rows), buttons(block, "bulk")].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n")
}

fn form(block: &Json) -> String {
    let inputs = list(block, "inputs").map(|input| {
        let kind = str(input, "type");
        let sample = if kind.starts_with("table-file") { "@FILE" } else { kind };
        let required = input.get("required").and_then(Json::as_bool).unwrap_or(false);
        format!("  -F {}={sample}{}  {}", str(input, "name"), if required { "" } else { " (may be left out)" }, str(input, "label"))
    });
    let head = format!("{} [act {}{}]", str(block, "title"), str(block, "action"), parameters(block, "-F"));
    std::iter::once(head).chain(inputs).collect::<Vec<_>>().join("\n")
}

fn happening(happening: &Json) -> String {
    let at = happening.get("at").map(value).unwrap_or_default();
    let who = happening.get("who").map(value).unwrap_or_default();
    let head = format!("  {at}  {}{}", str(happening, "what"), if who.is_empty() { String::new() } else { format!(" ({who})") });
    let details = list(happening, "details")
        .map(|item| format!("\n      {}: {}", str(item, "label"), item.get("value").map(value).unwrap_or_default()));
    std::iter::once(head).chain(details).collect()
}

fn buttons(block: &Json, name: &str) -> String {
    let line = |button: &Json| format!("▸ {} [act {}{}]", str(button, "label"), str(button, "action"), parameters(button, "-F"));
    list(block, name).map(line).collect::<Vec<_>>().join("\n")
}

/// Parameters as they are typed.
fn parameters(json: &Json, option: &str) -> String {
    let raw = |value: &Json| match value.get("raw") {
        Some(Json::String(text)) => text.clone(),
        Some(entry @ Json::Object(_)) => str(entry, "id").to_owned(),
        Some(Json::Number(bani)) if str(value, "kind") == "money" => {
            let bani = bani.as_i64().unwrap_or(0);
            format!("{}{}.{:02}", if bani < 0 { "-" } else { "" }, bani.unsigned_abs() / 100, bani.unsigned_abs() % 100)
        }
        Some(other) => other.to_string(),
        None => String::new(),
    };
    let fields = json.get("parameters").and_then(Json::as_object);
    fields
        .into_iter()
        .flatten()
        .filter(|(_, value)| !value.is_null())
        .map(|(name, value)| format!(" {option} {name}={}", raw(value)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn tables_align_by_characters_not_bytes() {
        let text = table(&["Nume", "Sumă"], &[vec!["Știrbu".into(), "1".into()], vec!["Ana".into(), "22".into()]]);
        assert_eq!(text, "Nume    Sumă\n──────  ────\nȘtirbu  1\nAna     22");
    }

    #[test]
    fn a_screen_says_what_can_be_done() {
        let json = json!({"title": "Cont", "blocks": [
            {"type": "summary", "title": null, "items": [{"label": "Datorat", "value": {"kind": "money", "raw": 100, "text": "1,00 lei"}}]},
            {"type": "buttons", "buttons": [{"label": "Emite", "action": "issue", "parameters": {"amount": {"kind": "money", "raw": -5, "text": ""}}}]},
        ]});
        assert_eq!(screen(&json), "Cont\n════\n\n  Datorat  1,00 lei\n\n▸ Emite [act issue -F amount=-0.05]");
    }
}
