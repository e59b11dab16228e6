//! Entries one by one: their history, and corrections that meet.

use super::Web;
use super::refusal::Refusal;
use super::screens::Place;
use super::visit::{Visit, page};
use crate::app::{Clash, EntryHistory};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use std::collections::BTreeMap;
use tower_sessions::Session;
use vatra_core::ids::SubjectId;
use vatra_core::manifest::{ENTRY, InputSchema, Language, REASON, VERSION};
use vatra_core::register::Change;
use vatra_core::value::Value;
use vatra_view::pages::entries::{self as pages, Conflict, Contested, Difference, History, Version};
use vatra_view::ui::Anchor;
use vatra_view::{Posted, Wording, urls};

/// Letters of a personal text that are shown at its beginning and end, when it is long enough.
const SHOWN: usize = 2;

/// Personal texts in part: enough to tell one from another.
fn covered(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    if letters.len() < 4 * SHOWN {
        return "•••".to_owned();
    }
    let (first, last) = (letters.iter().take(SHOWN).collect::<String>(), letters.iter().skip(letters.len() - SHOWN).collect::<String>());
    format!("{first}•••{last}")
}

fn name(by: &BTreeMap<SubjectId, String>, change: &Change, language: Language) -> Option<String> {
    change.by.map(|id| by.get(&id).cloned().unwrap_or_else(|| vatra_view::say(language, "unknown-person")))
}

/// `GET /{tenant}/{module}/registers/{register}/{entry}/history`
pub(crate) async fn history(
    State(web): State<Web>,
    visit: Visit,
    session: Session,
    Path((tenant, module, register, entry)): Path<(String, String, String, String)>,
) -> Result<Response, Refusal> {
    let place = Place::enter(&web, &visit, &session, &tenant, &module).await?;
    let found = web.app.history(&place.ctx, &place.ready.binding, &register, &entry).await;
    let found = found.map_err(|error| place.refusal(&visit, error))?;
    let view = in_words(&place, &found, visit.language);
    Ok(page(StatusCode::OK, pages::history(&place.seat.frame(&visit, None), &view)))
}

fn in_words(place: &Place, found: &EntryHistory, language: Language) -> History {
    let register = found.entry.at.register.as_str();
    let wording = Wording { language, catalogue: &found.words.catalogue, resolved: &found.resolved };
    let mut sealed = false;
    let mut value = |field: &str, value: &Value| match value {
        // The screen may show it to this reader or not: the history tells only that it changed.
        Value::Personal(text) => {
            sealed = true;
            covered(text)
        }
        other => wording.cell(register, field, other),
    };
    let last = found.changes.last().map(|(change, _)| change.version);
    let mut versions: Vec<Version> = found
        .changes
        .iter()
        .map(|(change, turned)| Version {
            version: change.version,
            at: change.at,
            who: name(&found.by, change, language),
            reason: wording.reason(&change.reason),
            closes: found.entry.closed && last == Some(change.version),
            differences: turned
                .iter()
                .map(|(field, before, after)| Difference {
                    field: wording.field(register, field),
                    before: value(field, before),
                    after: value(field, after),
                })
                .collect(),
        })
        .collect();
    versions.reverse();
    let entry = place.url(found.screen.as_str(), &[(ENTRY.to_owned(), found.entry.at.id.to_string())]);
    let title = place.manifest().title.get(language).to_owned();
    let at = found.entry.number.clone().unwrap_or_else(|| wording.register(register));
    let places = vec![Anchor::new(title, place.base.clone()), Anchor::new(at, entry.clone())];
    History { number: found.entry.number.clone(), places, entry: Some(entry), versions, sealed }
}

/// What was posted, and from where.
pub(super) struct Asked {
    pub(super) module: Anchor,
    pub(super) action: String,
    pub(super) back: String,
}

/// Both sides of a correction that met another one, and the form with the reader's changes over what stands now: fields that the reader left as
/// they were keep what somebody else made of them.
pub(super) fn conflict(inputs: &[InputSchema], posted: &Posted, clash: &Clash, language: Language, asked: Asked) -> Conflict {
    let register = clash.at.register.as_str();
    let wording = Wording { language, catalogue: &clash.words.catalogue, resolved: &clash.resolved };
    let mut kept = posted.clone();
    let mut fields = Vec::new();
    for input in inputs.iter().filter(|input| ![ENTRY, VERSION, REASON].contains(&input.name.as_str())) {
        let given: Vec<&Value> = clash.entered.iter().filter(|(name, _)| *name == input.name).map(|(_, value)| value).collect();
        let mine = match given.as_slice() {
            [mine] => *mine,
            [] if !input.kind.is_only_asked() => &Value::None,
            // What arrives in parts or several times is no field of an entry.
            _ => continue,
        };
        let seen = clash.before.get(&input.name).unwrap_or(&Value::None);
        let now = clash.now.fields.get(&input.name).unwrap_or(&Value::None);
        let untouched = urls::value_text(mine) == urls::value_text(seen);
        let stays = if untouched { now } else { mine };
        if untouched {
            kept.retain(|name, _| !vatra_view::is_part(name, input));
            kept.extend(urls::value_text(now).map(|text| (input.name.clone(), vec![text])));
        }
        let words = |value: &Value| wording.cell(register, &input.name, value);
        fields.push(Contested {
            field: wording.field(register, &input.name),
            seen: words(seen),
            mine: words(mine),
            now: words(now),
            kept: words(stays),
        });
    }
    kept.insert(VERSION.to_owned(), vec![clash.now.version.to_string()]);
    kept.remove(urls::STEP);
    kept.remove(urls::CHECK);
    let by = clash.meanwhile.iter().map(|change| {
        let who = name(&clash.by, change, language).unwrap_or_else(|| vatra_view::say(language, "history-by-itself"));
        (who, change.at, change.version)
    });
    Conflict {
        by: by.collect(),
        fields,
        closed: clash.now.closed,
        hidden: kept.into_iter().flat_map(|(name, texts)| texts.into_iter().map(move |text| (name.clone(), text))).collect(),
        module: asked.module,
        action: asked.action,
        back: asked.back,
    }
}

#[cfg(test)]
mod tests {
    use super::covered;

    #[test]
    fn personal_texts_are_told_apart_and_not_told() {
        assert_eq!(covered("+37369123456"), "+3•••56");
        assert_eq!(covered("Ana"), "•••");
        assert_eq!(covered("Știrbu-Ștefăneț"), "Șt•••eț");
    }
}
