//! Pages that ask before something is done: a button's question, an action on ticked rows, the answers of a form to be checked.

use super::{Lower, Lowered};
use crate::inputs::{Posted, is_part, parse_inputs};
use crate::messages::{say, say_with};
use crate::page::{PageContext, is_same_form, or_untitled};
use crate::ui::{Anchor, Piece, Press};
use crate::urls::{self, Pairs};
use vatra_core::view::{Block, Button, Resolved, Screen, Tone, Words};

/// `?confirm=ACTION&confirm.NAME=VALUE`: asks what the button of this action with these parameters asks. None without such a button,
/// so that an address alone cannot make a page ask for anything.
pub(crate) fn by_address(context: &PageContext<'_>, screen: &Screen, resolved: &Resolved) -> Option<Lowered> {
    let query = context.frame.query;
    let (_, action) = query.iter().find(|(name, _)| name == "confirm")?;
    let mut given: Pairs =
        query.iter().filter_map(|(name, value)| Some((name.strip_prefix("confirm.")?.to_owned(), value.clone()))).collect();
    given.sort();
    let button = buttons(screen).find(|button| button.action == *action && urls::parameters_to_pairs(&button.parameters) == given)?;
    let question = button.confirm.as_ref()?;
    ask(context, screen, resolved, button, question, given)
}

/// Ticked rows were posted to an action that asks before: shows how many, and asks.
pub(crate) fn ticked(context: &PageContext<'_>, screen: &Screen, resolved: &Resolved, action: &str, posted: &Posted) -> Option<Lowered> {
    let tables = screen.blocks.iter().filter_map(|block| match block {
        Block::Bound(table) => Some(table),
        _ => None,
    });
    let button = tables.flat_map(|table| &table.bulk).find(|button| {
        button.action == action
            && button.confirm.is_some()
            && urls::parameters_to_pairs(&button.parameters).iter().all(|(name, value)| posted.get(name).is_some_and(|v| v.contains(value)))
    })?;
    let entries = posted.get("entry").cloned().unwrap_or_default();
    let mut given = urls::parameters_to_pairs(&button.parameters);
    let count = entries.len();
    given.extend(entries.into_iter().map(|entry| ("entry".to_owned(), entry)));
    let mut page = ask(context, screen, resolved, button, button.confirm.as_ref()?, given)?;
    let text = say_with(context.frame.language, "rows-ticked", &[("count", count.into())]);
    page.pieces.insert(0, Piece::Text(text));
    Some(page)
}

/// Rows shown of those on which an action is about to be performed.
const PREVIEWED: usize = 10;

/// Before an action is performed on entries one by one: how many, the first ones, and what is asked.
pub(crate) fn many(
    context: &PageContext<'_>,
    screen: &Screen,
    resolved: &Resolved,
    action: &str,
    posted: &Posted,
    total: u64,
) -> Option<Lowered> {
    let (table, button) = crate::page::bulk_of(screen, context.manifest, action, posted)?;
    let language = context.frame.language;
    let lower = Lower::new(context, resolved);
    let all = posted.contains_key(urls::ALL);
    let ticked = posted.get("entry").cloned().unwrap_or_default();
    let mut given = urls::parameters_to_pairs(&button.parameters);
    given.push((urls::BULK.to_owned(), format!("{}:go", table.id)));
    given.push((urls::COUNT.to_owned(), total.to_string()));
    if all {
        given.push((urls::ALL.to_owned(), "1".to_owned()));
    } else {
        given.extend(ticked.iter().map(|entry| ("entry".to_owned(), entry.clone())));
    }
    let question = button.confirm.as_ref().unwrap_or(&button.label);
    let mut page = ask(context, screen, resolved, button, question, given)?;
    let schema = context.manifest.register(table.query.register.as_str());
    let data = resolved.tables.get(&table.id)?;
    let rows = data.rows.iter().filter(|row| all || ticked.contains(&row.entry.id.to_string())).take(PREVIEWED);
    let heads = lower.heads(table, schema, data).into_iter().map(|head| crate::ui::Head { sort: None, sorted: None, ..head });
    let shown = crate::ui::Grid {
        id: "bulk".to_owned(),
        caption: lower.wording.words(&table.title),
        heads: heads.collect(),
        rows: rows.map(|row| lower.row(table, schema, row, false)).collect(),
        status: Some(say_with(language, "bulk-first", &[("count", PREVIEWED.into())])).filter(|_| total > PREVIEWED as u64),
        ..crate::ui::Grid::default()
    };
    page.pieces.insert(0, Piece::Grid(Box::new(shown)));
    page.pieces.insert(0, Piece::Text(say_with(language, "bulk-count", &[("count", total.into())])));
    if total == 0 {
        page.pieces.retain(|piece| !matches!(piece, Piece::Buttons(_) | Piece::Grid(_)));
    }
    Some(page)
}

fn buttons(screen: &Screen) -> impl Iterator<Item = &Button> {
    screen.blocks.iter().flat_map(|block| -> Box<dyn Iterator<Item = &Button>> {
        match block {
            Block::Buttons(buttons) => Box::new(buttons.iter()),
            Block::Calendar(calendar) => Box::new(calendar.items.iter().filter_map(|item| item.button.as_ref())),
            _ => Box::new(std::iter::empty()),
        }
    })
}

fn ask(
    context: &PageContext<'_>,
    screen: &Screen,
    resolved: &Resolved,
    button: &Button,
    question: &Words,
    given: Pairs,
) -> Option<Lowered> {
    if !context.may_perform(&button.action) {
        return None;
    }
    let lower = Lower::new(context, resolved);
    let language = context.frame.language;
    let mut hidden = lower.hidden();
    hidden.extend(given);
    let press = Press {
        label: lower.wording.words(&button.label),
        tone: button.tone,
        post: true,
        action: urls::action_url(context.base, &button.action),
        hidden,
        primary: true,
    };
    let back = urls::with_query(context.frame.path, context.query_without(&["confirm", "confirm.", "export"]));
    Some(Lowered {
        title: or_untitled(lower.wording.words(question), language),
        crumb: Some(Anchor::new(or_untitled(lower.wording.words(&screen.title), language), back.clone())),
        errors: Vec::new(),
        pieces: vec![Piece::Buttons(vec![press]), Piece::Links(vec![Anchor::new(say(language, "confirm-no"), back)])],
    })
}

/// The answers of a form that asks to check them, with a way to send and a way to change them. None without such a form, or when
/// the answers do not hold (the form is shown again then).
pub(crate) fn answers(context: &PageContext<'_>, screen: &Screen, resolved: &Resolved, action: &str, posted: &Posted) -> Option<Lowered> {
    let form = screen.blocks.iter().find_map(|block| match block {
        Block::Form(form) if form.check_answers && is_same_form(&form.action, &form.parameters, action, posted) => Some(form),
        _ => None,
    })?;
    if !context.may_perform(action) {
        return None;
    }
    let lower = Lower::new(context, resolved);
    let language = context.frame.language;
    let schema = context.manifest.action(action)?;
    parse_inputs(&schema.inputs, posted).ok()?;
    let facts = lower.answers(&form.inputs, schema, posted);
    let mut sent = lower.hidden();
    for (name, texts) in posted {
        if schema.inputs.iter().any(|input| is_part(name, input)) {
            sent.extend(texts.iter().map(|text| (name.clone(), text.clone())));
        }
    }
    let mut changed = sent.clone();
    changed.push((urls::CHANGE.to_owned(), "1".to_owned()));
    let url = urls::action_url(context.base, action);
    let press = |label: String, tone, hidden, primary| Press { label, tone, post: true, action: url.clone(), hidden, primary };
    Some(Lowered {
        title: say(language, "check-answers"),
        crumb: Some(Anchor::new(
            or_untitled(lower.wording.words(&screen.title), language),
            urls::with_query(context.frame.path, context.query_without(&["confirm", "confirm.", "export"])),
        )),
        errors: Vec::new(),
        pieces: vec![
            Piece::Facts { title: Some(lower.wording.words(&form.title)).filter(|title| !title.is_empty()), facts },
            Piece::Buttons(vec![
                press(lower.wording.words(&form.submit), Tone::Success, sent, true),
                press(say(language, "change-answers"), Tone::Neutral, changed, false),
            ]),
        ],
    })
}
