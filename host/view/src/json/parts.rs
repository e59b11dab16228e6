//! Inputs of forms, and the blocks that are more than words.

use super::Write;
use crate::lower::{accepted, host_hint};
use crate::messages::say_with;
use crate::urls::parameters_to_pairs;
use serde_json::{Value as Json, json};
use vatra_core::manifest::InputSchema;
use vatra_core::register::{ADDRESS_PARTS, FieldType, PERIOD_PARTS};
use vatra_core::value::Value;
use vatra_core::view::{Block, Calendar, Chart, DraftData, GridForm, Input, MapBlock, Progress, QrContent, SteppedForm, Words};

impl Write<'_> {
    pub(super) fn part(&self, block: &Block) -> Json {
        let words = |text: &Words| self.wording.words(text);
        let found = self.wording.resolved;
        match block {
            Block::Chart(chart) => self.chart(chart),
            Block::Map(map) => self.map(map),
            Block::Stepped(form) => self.stepped(form),
            Block::Grid(grid) => self.grid(grid),
            Block::Figures(figures) => {
                let figures = figures.iter().map(|figure| {
                    json!({
                        "label": words(&figure.label), "value": self.wording.value_json(&figure.value), "note": figure.note.as_ref().map(words),
                        "tone": figure.tone, "opens": figure.opens.as_ref().map(|link| self.link(link)),
                    })
                });
                json!({"type": "figures", "figures": figures.collect::<Vec<_>>()})
            }
            Block::Steps(steps) => {
                let steps = steps
                    .iter()
                    .map(|step| {
                        let said = match step.progress {
                            Progress::Done => "progress-done",
                            Progress::Current => "progress-current",
                            Progress::ToDo => "progress-to-do",
                        };
                        json!({"title": words(&step.title), "progress": step.progress, "said": self.host(said), "text": step.text.as_ref().map(words)})
                    });
                json!({"type": "steps", "steps": steps.collect::<Vec<_>>()})
            }
            Block::Worklist(list) => {
                let data = found.worklists.get(&list.id);
                let rows = data.iter().flat_map(|data| &data.rows).map(|row| {
                    json!({
                        "id": row.id, "version": row.version, "title": row.title, "module": row.module, "href": row.href,
                        "due": row.due.map(|date| date.to_string()), "overdue": row.overdue,
                        "priority": match row.priority {
                            vatra_core::view::Priority::Low => "low",
                            vatra_core::view::Priority::Normal => "normal",
                            vatra_core::view::Priority::High => "high",
                        },
                        "assignee": row.assignee.map(|id| self.wording.value_json(&Value::Subject(id))), "may-claim": row.may_claim,
                    })
                });
                json!({
                    "type": "worklist", "id": list.id, "title": words(&list.title), "scope": list.scope, "rows": rows.collect::<Vec<_>>(),
                    "total": data.map_or(0, |data| data.total), "empty": words(&list.empty),
                })
            }
            Block::SigningQueue(queue) => {
                let rows = found.signing.iter().flatten().map(|item| {
                    let documents = item.documents.iter().map(|(title, href)| json!({"title": title, "href": href}));
                    json!({
                        "id": item.id, "title": item.title, "module": item.module, "reason": item.reason, "ready": item.ready,
                        "until": item.until.map(|date| date.to_string()), "documents": documents.collect::<Vec<_>>(),
                    })
                });
                json!({
                    "type": "signing-queue", "id": queue.id, "title": words(&queue.title), "rows": rows.collect::<Vec<_>>(),
                    "empty": words(&queue.empty),
                })
            }
            Block::Calendar(calendar) => self.calendar(calendar),
            Block::Qr(qr) => {
                let text = match &qr.content {
                    QrContent::Text(text) => Some(text),
                    other => found.codes.get(other),
                };
                let drawn = text.and_then(|text| crate::lower::draw(text)).map(|(side, path)| json!({"path": path, "side": side}));
                json!({"type": "qr", "content": text, "caption": words(&qr.caption), "missing": drawn.is_none().then(|| self.host("qr-none")), "drawn": drawn})
            }
            // Where somebody takes applications the host puts a stepped form in its place.
            Block::Application(application) => {
                json!({"type": "application", "service": application.service, "missing": self.host("application-unknown")})
            }
            Block::Case(id) => self.case(id),
            // All others are written where they are told apart.
            _ => Json::Null,
        }
    }

    pub(super) fn inputs(&self, action: &str, inputs: &[Input]) -> Vec<Json> {
        let declared = self.manifest.action(action);
        let find = |name: &str| {
            let one = |inputs: &'_ [InputSchema], name: &str| inputs.iter().find(|schema| schema.name == name).cloned();
            match name.split_once('.') {
                Some((group, inner)) => one(&one(&declared?.inputs, group)?.inputs, inner),
                None => one(&declared?.inputs, name),
            }
        };
        let write = |input: &Input| {
            let schema = find(&input.name);
            let codes: Vec<&String> = match schema.as_ref().map(|schema| &schema.kind) {
                Some(FieldType::Choice(codes)) if input.choices.is_empty() => codes.iter().collect(),
                _ => input.choices.iter().map(|(code, _)| code).collect(),
            };
            let choices = codes.into_iter().map(|code| {
                let own = input.choices.iter().find(|(own, _)| own == code).map(|(_, words)| self.wording.words(words));
                json!({"code": code, "label": own.unwrap_or_else(|| self.wording.choice(action, &input.name, code))})
            });
            let hint = || {
                schema
                    .as_ref()
                    .filter(|schema| schema.kind != FieldType::Date)
                    .and_then(|schema| host_hint(&schema.kind, self.wording.language))
            };
            let mut out = json!({
                "name": input.name, "label": self.wording.words(&input.label), "hint": input.hint.as_ref().map(|words| self.wording.words(words)).or_else(hint),
                "type": schema.as_ref().map(|schema| String::from(schema.kind.clone())),
                "required": schema.as_ref().map(|schema| schema.required), "many": schema.as_ref().map(|schema| schema.many),
                "value": self.wording.value_json(&input.value), "choices": choices.collect::<Vec<_>>(),
            });
            if let (Some(schema), Some(object)) = (schema, out.as_object_mut()) {
                object.extend(schema.when.as_ref().map(|when| ("when".to_owned(), json!(when))));
                object.extend(accepted(&schema.kind).map(|kinds| ("accept".to_owned(), json!(kinds))));
                object.extend(self.parts_of(&schema).map(|parts| ("parts".to_owned(), json!(parts))));
                object.extend((schema.kind == FieldType::Group).then(|| ("most".to_owned(), json!(schema.most_times()))));
            }
            out
        };
        inputs.iter().map(write).collect()
    }

    /// The parts of an input that is asked in several, with the host's words.
    fn parts_of(&self, schema: &InputSchema) -> Option<Vec<Json>> {
        let (parts, of, kind): (&[&str], _, _) = match schema.kind {
            FieldType::Period => (&PERIOD_PARTS, "period", "date"),
            FieldType::Address => (&ADDRESS_PARTS, "address", "text"),
            _ => return None,
        };
        let required = |part: &str| schema.required && !matches!(part, "street" | "flat");
        let part =
            |part: &&str| json!({"name": part, "label": self.host(&format!("{of}-{part}")), "type": kind, "required": required(part)});
        Some(parts.iter().map(part).collect())
    }

    fn chart(&self, chart: &Chart) -> Json {
        let series = chart.series.iter().map(|(name, points)| json!({"name": self.wording.words(name), "points": points.iter().map(|point| self.wording.value_json(point)).collect::<Vec<_>>()}));
        json!({
            "type": "chart", "kind": chart.kind, "title": self.wording.words(&chart.title),
            "labels": chart.labels.iter().map(|words| self.wording.words(words)).collect::<Vec<_>>(), "series": series.collect::<Vec<_>>(),
        })
    }

    fn map(&self, map: &MapBlock) -> Json {
        let data = self.wording.resolved.maps.get(&map.id);
        let columns = map
            .columns
            .iter()
            .map(|column| json!({"name": column.name, "title": self.wording.words(&column.title), "opens": column.opens}));
        let status = data.filter(|data| data.total > data.features.len() as u64).map(|data| {
            let counts = [("shown", data.features.len().into()), ("count", data.total.into())];
            say_with(self.wording.language, "map-part", &counts)
        });
        let features = data.iter().flat_map(|data| &data.features).map(|feature| {
            let cells: Vec<Json> = feature.cells.iter().zip(&map.columns).map(|(value, column)| self.cell(map.query.register.as_str(), column, value)).collect();
            json!({"entry": feature.entry.id.to_string(), "geometry": feature.geometry.as_ref().map(vatra_core::geo::Geometry::to_json), "cells": cells})
        });
        json!({
            "type": "geo-map", "id": map.id, "title": self.wording.words(&map.title), "register": map.query.register.as_str(),
            "columns": columns.collect::<Vec<_>>(), "features": features.collect::<Vec<_>>(), "total": data.map_or(0, |data| data.total), "status": status,
            "empty": self.wording.words(&map.empty),
        })
    }

    fn stepped(&self, form: &SteppedForm) -> Json {
        let pages = form
            .pages
            .iter()
            .map(|page| json!({"title": self.wording.words(&page.title), "inputs": self.inputs(&form.action, &page.inputs)}));
        json!({
            "type": "stepped-form", "id": form.id, "action": form.action, "title": self.wording.words(&form.title), "pages": pages.collect::<Vec<_>>(),
            "parameters": self.fields(&form.parameters), "query": parameters_to_pairs(&form.parameters), "submit": self.wording.words(&form.submit),
            "draft": self.wording.resolved.drafts.get(&form.id).map(draft),
        })
    }

    fn grid(&self, grid: &GridForm) -> Json {
        let rows = grid
            .rows
            .iter()
            .map(|row| json!({"id": row.id, "label": self.wording.value_json(&row.label), "values": self.fields(&row.values)}));
        json!({
            "type": "grid", "action": grid.action, "title": self.wording.words(&grid.title), "rows": rows.collect::<Vec<_>>(),
            "inputs": self.inputs(&grid.action, &grid.inputs), "parameters": self.fields(&grid.parameters),
            "query": parameters_to_pairs(&grid.parameters),
            "submit": self.wording.words(&grid.submit),
        })
    }

    fn calendar(&self, calendar: &Calendar) -> Json {
        let items = calendar.items.iter().map(|item| {
            json!({
                "at": item.at.rfc3339(), "minutes": item.minutes, "label": self.wording.words(&item.label), "tone": item.tone,
                "opens": item.opens.as_ref().map(|link| self.link(link)),
                "button": item.button.as_ref().and_then(|button| self.buttons(std::slice::from_ref(button)).pop()),
            })
        });
        json!({
            "type": "calendar", "id": calendar.id, "title": self.wording.words(&calendar.title), "from": calendar.from.to_string(),
            "days": calendar.days, "items": items.collect::<Vec<_>>(), "empty": self.wording.words(&calendar.empty),
        })
    }

    fn case(&self, id: &str) -> Json {
        let case = self.wording.resolved.cases.get(id);
        let steps = case
            .iter()
            .flat_map(|case| &case.steps)
            .map(|(at, standing, note)| json!({"at": self.wording.value_json(at), "standing": standing.as_str(), "note": note}));
        json!({
            "type": "case", "id": id, "number": case.and_then(|case| case.number.as_ref()), "service": case.map(|case| &case.service),
            "standing": case.map(|case| case.standing.as_str()),
            "applicant": case.map(|case| self.wording.value_json(&Value::Subject(case.applicant))),
            "submitted-on": case.and_then(|case| case.submitted_on).map(|date| date.to_string()),
            "due": case.and_then(|case| case.due).map(|date| date.to_string()),
            "asked": case.and_then(|case| case.asked.as_ref()).map(|(note, until)| json!({"note": note, "until": until.to_string()})),
            "steps": steps.collect::<Vec<_>>(), "results": case.map(|case| &case.results), "orders": case.map(|case| &case.orders),
            "known": self.known(self.wording.case(id), "case-unknown"),
            "payments": case.iter().flat_map(|case| &case.orders).map(|order| self.payment(order)).collect::<Vec<_>>(),
            "documents": case.iter().flat_map(|case| &case.results).map(|document| self.document(document)).collect::<Vec<_>>(),
        })
    }
}

fn draft(draft: &DraftData) -> Json {
    json!({"answers": draft.answers, "until": draft.until.map(|date| date.to_string())})
}
