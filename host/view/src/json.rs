//! A screen as JSON: words in the reader's language, values as data and as text. For EVO, the command line and other machines.

mod parts;

use crate::facts::{Known, is_web_address};
use crate::messages::say;
use crate::urls::{self, parameters_to_pairs};
use crate::wording::Wording;
use serde_json::{Map, Value as Json, json};
use vatra_core::documents::Standing;
use vatra_core::manifest::Manifest;
use vatra_core::value::{Fields, Value};
use vatra_core::view::{Block, BoundTable, Button, Column, Form, Item, Link, PAGE_ROWS, Screen, Table};

/// The screen as JSON. It has been validated (see [`crate::validate`]). Blocks carry their `type`; a value is `null` or `{kind, raw,
/// text}`, where money is in bani and people are ids with their name as text.
pub fn render_json(screen: &Screen, manifest: &Manifest, wording: &Wording<'_>) -> Json {
    let write = Write { manifest, wording };
    json!({
        "language": wording.language.code(),
        "title": wording.words(&screen.title),
        "breadcrumbs": screen.breadcrumbs.iter().map(|link| write.link(link)).collect::<Vec<_>>(),
        "blocks": screen.blocks.iter().map(|block| write.block(block)).collect::<Vec<_>>(),
    })
}

/// The result of an action as nested JSON: dotted names nest (`reasons.overpaid`), values are raw: whole numbers and bani as numbers.
pub fn report_json(report: &Fields) -> Json {
    let mut out = Map::new();
    for (name, value) in report {
        let raw = match value {
            Value::None => Json::Null,
            Value::Flag(flag) => json!(flag),
            Value::Integer(number) => json!(number),
            Value::Money(money) => json!(money.0),
            Value::Instant(instant) => json!(instant.rfc3339()),
            other => json!(crate::urls::value_text(other)),
        };
        nest(&mut out, name, raw);
    }
    Json::Object(out)
}

fn nest(into: &mut Map<String, Json>, name: &str, value: Json) {
    match name.split_once('.') {
        None => {
            into.insert(name.to_owned(), value);
        }
        Some((first, rest)) => {
            let slot = into.entry(first.to_owned()).or_insert_with(|| json!({}));
            match slot {
                Json::Object(inner) => nest(inner, rest, value),
                // `a` and `a.b` both given: the plain one keeps its place under an empty name.
                other => {
                    let mut inner = Map::new();
                    inner.insert(String::new(), other.take());
                    nest(&mut inner, rest, value);
                    *other = Json::Object(inner);
                }
            }
        }
    }
}

struct Write<'a> {
    manifest: &'a Manifest,
    wording: &'a Wording<'a>,
}

impl Write<'_> {
    fn block(&self, block: &Block) -> Json {
        let words = |text| self.wording.words(text);
        match block {
            Block::Heading { text, level } => json!({"type": "heading", "level": level, "text": words(text)}),
            Block::Text(text) => json!({"type": "text", "text": words(text)}),
            Block::Notice(notice) => {
                json!({"type": "notice", "tone": notice.tone, "title": words(&notice.title), "text": notice.text.as_ref().map(words)})
            }
            Block::Summary { title, items } => {
                json!({"type": "summary", "title": title.as_ref().map(words), "items": self.items(items)})
            }
            Block::Person(id) => {
                let person = self.wording.resolved.people.get(id);
                json!({
                    "type": "person", "id": id.to_string(), "name": self.wording.value(&Value::Subject(*id)),
                    "idn": person.and_then(|person| person.idn.clone()), "company": person.map(|person| person.company),
                    "kind": person.map(|person| self.host(if person.company { "company" } else { "natural-person" })),
                })
            }
            Block::Payment(number) => self.payment(number),
            Block::Table(table) => self.table(table),
            Block::Bound(table) => self.bound(table),
            Block::Form(form) => self.form(form),
            Block::Timeline(happenings) => {
                let list = happenings.iter().map(|happening| {
                    json!({
                        "at": self.wording.value_json(&happening.at), "what": words(&happening.what),
                        "who": happening.who.map(|id| self.wording.value_json(&Value::Subject(id))),
                        "details": self.items(&happening.details),
                    })
                });
                json!({"type": "timeline", "happenings": list.collect::<Vec<_>>()})
            }
            Block::Buttons(buttons) => json!({"type": "buttons", "buttons": self.buttons(buttons)}),
            Block::Links(links) => json!({"type": "links", "links": links.iter().map(|link| self.link(link)).collect::<Vec<_>>()}),
            Block::Section { id, title } => json!({"type": "section", "id": id, "title": words(title)}),
            Block::Document(id) => self.document(id),
            other => self.part(other),
        }
    }

    /// A word of the host's.
    fn host(&self, key: &str) -> String {
        say(self.wording.language, key)
    }

    /// What the host knows of it, in words; that it knows nothing, by this key.
    fn known(&self, known: Option<Known>, missing: &str) -> Json {
        known.unwrap_or_else(|| Known { title: self.host(missing), ..Known::default() }).to_json()
    }

    fn payment(&self, number: &str) -> Json {
        let order = self.wording.resolved.orders.get(number);
        json!({
            "type": "payment", "number": number,
            "status": order.map(|order| order.status.code()),
            "due": order.map(|order| self.wording.value_json(&Value::Money(order.due))),
            "paid": order.map(|order| self.wording.value_json(&Value::Money(order.paid))),
            "expires": order.and_then(|order| order.expires).map(|date| date.to_string()),
            "pay-url": order.map(|order| &order.pay_url).filter(|url| is_web_address(url)),
            "known": self.known(self.wording.order(number), "order-unknown"),
        })
    }

    fn document(&self, id: &str) -> Json {
        let document = self.wording.resolved.documents.get(id);
        json!({
            "type": "document", "id": id,
            "title": document.map(|document| &document.title),
            "number": document.and_then(|document| document.number.as_ref()),
            "standing": document.map(|document| document.standing.code()),
            "issued-on": document.and_then(|document| document.issued_on).map(|date| date.to_string()),
            "valid-until": document.and_then(|document| document.valid_until).map(|date| date.to_string()),
            "note": document.map(|document| &document.note),
            // Where it can be had and checked, if anywhere.
            "kept": self.wording.document_kept(id) || document.is_some_and(|document| document.standing == Standing::Making),
            "check-url": document.and_then(|document| document.code.as_ref()).map(|code| format!("/check/{}", urls::encode(code))),
            "known": self.known(self.wording.document(id), "document-unknown"),
        })
    }

    fn items(&self, items: &[Item]) -> Vec<Json> {
        items.iter().map(|item| json!({"label": self.wording.words(&item.label), "value": self.wording.value_json(&item.value)})).collect()
    }

    fn fields(&self, fields: &Fields) -> Json {
        fields.iter().map(|(name, value)| (name.clone(), self.wording.value_json(value))).collect::<Map<_, _>>().into()
    }

    fn link(&self, link: &Link) -> Json {
        json!({
            "label": self.wording.words(&link.label), "screen": link.screen, "parameters": self.fields(&link.parameters),
            "query": parameters_to_pairs(&link.parameters),
        })
    }

    fn buttons(&self, buttons: &[Button]) -> Vec<Json> {
        let write = |button: &Button| {
            json!({
                "label": self.wording.words(&button.label), "action": button.action, "parameters": self.fields(&button.parameters),
                "query": parameters_to_pairs(&button.parameters),
                "confirm": button.confirm.as_ref().map(|words| self.wording.words(words)), "tone": button.tone,
            })
        };
        buttons.iter().map(write).collect()
    }

    fn table(&self, table: &Table) -> Json {
        let rows = table.rows.iter().map(|row| {
            let cells: Vec<Json> = row.cells.iter().map(|value| self.wording.value_json(value)).collect();
            json!({"cells": cells, "opens": row.opens.as_ref().map(|link| self.link(link))})
        });
        json!({
            "type": "table", "title": self.wording.words(&table.title),
            "columns": table.columns.iter().map(|words| self.wording.words(words)).collect::<Vec<_>>(), "rows": rows.collect::<Vec<_>>(),
        })
    }

    fn bound(&self, table: &BoundTable) -> Json {
        let data = self.wording.resolved.tables.get(&table.id);
        let columns = table.columns.iter().enumerate().map(|(index, column)| {
            json!({
                "name": column.name, "title": self.wording.words(&column.title), "opens": column.opens,
                "sortable": data.and_then(|data| data.sortable.get(index)).copied().unwrap_or(false),
            })
        });
        let rows = data.iter().flat_map(|data| &data.rows).map(|row| {
            let cells = row.cells.iter().zip(&table.columns).map(|(value, column)| self.cell(table.query.register.as_str(), column, value));
            json!({"entry": row.entry.id.to_string(), "cells": cells.collect::<Vec<_>>()})
        });
        let sums = table.totals.iter().filter_map(|name| Some((name.clone(), self.wording.value_json(data?.sums.get(name)?))));
        json!({
            "type": "bound-table", "totals": sums.collect::<serde_json::Map<_, _>>(), "id": table.id, "title": self.wording.words(&table.title), "register": table.query.register.as_str(),
            "columns": columns.collect::<Vec<_>>(), "rows": rows.collect::<Vec<_>>(),
            "total": data.map_or(0, |data| data.total), "page": data.map_or(1, |data| data.request.page),
            "pages": data.map_or(1, |data| data.total.div_ceil(u64::from(PAGE_ROWS)).max(1)),
            "search": data.and_then(|data| data.request.search.clone()), "searchable": table.searchable,
            "exportable": table.exportable, "empty": self.wording.words(&table.empty), "bulk": self.buttons(&table.bulk),
        })
    }

    /// A value of an entry: choices in the register's words.
    fn cell(&self, register: &str, column: &Column, value: &Value) -> Json {
        let mut cell = self.wording.value_json(value);
        if let (Value::Choice(_), Some(slot)) = (value, cell.get_mut("text")) {
            *slot = json!(self.wording.cell(register, &column.name, value));
        }
        cell
    }

    fn form(&self, form: &Form) -> Json {
        json!({
            "type": "form", "action": form.action, "title": self.wording.words(&form.title), "inputs": self.inputs(&form.action, &form.inputs),
            "parameters": self.fields(&form.parameters), "query": parameters_to_pairs(&form.parameters),
            "submit": self.wording.words(&form.submit), "check-answers": form.check_answers,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use vatra_core::value::Money;

    #[test]
    fn dotted_names_nest() {
        let report: Fields = [
            ("due_bani", Value::Money(Money(302_494_425))),
            ("reasons", Value::Integer(1)),
            ("reasons.overpaid", Value::Integer(8)),
            ("reasons.deep.er", Value::Text("x".into())),
        ]
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect();
        assert_eq!(report_json(&report), json!({"due_bani": 302_494_425, "reasons": {"": 1, "overpaid": 8, "deep": {"er": "x"}}}));
    }
}
