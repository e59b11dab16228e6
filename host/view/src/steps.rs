//! Forms of several pages: which page is shown, what one page's answers become, and when all of it can be performed. What was answered is
//! kept by the caller between the pages.

use crate::inputs::{BrokenRule, Posted, is_asked, is_part, parse_inputs, regroup};
use crate::page::is_same_form;
use crate::urls;
use crate::validate::is_hidden;
use vatra_core::manifest::{ActionSchema, Manifest};
use vatra_core::view::{Block, FormPage, Resolved, Screen, SteppedForm};

/// Where in a stepped form the reader is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum At {
    /// On this page, from 0.
    Page(usize),
    /// Where all answers are checked.
    Check,
}

impl At {
    /// `3`, `check`
    pub fn code(self) -> String {
        match self {
            Self::Page(page) => (page + 1).to_string(),
            Self::Check => "check".to_owned(),
        }
    }
}

/// What a posted page comes to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Turn {
    /// Something is wrong with it: it is shown again.
    Wrong(Vec<BrokenRule>),
    /// More or less of a group was asked for: it is shown again with these answers.
    Again(Posted),
    /// The answers are kept, and the reader goes on.
    Keep {
        /// The form's id.
        form: String,
        /// Every answer so far.
        answers: Posted,
        /// Where to.
        to: At,
    },
    /// Every answer holds: the action is performed with them, and the draft is done with.
    Perform {
        /// The form's id.
        form: String,
        /// As if all had been posted at once.
        posted: Posted,
    },
    /// A page before has something wrong or missing.
    Back {
        /// The form's id.
        form: String,
        /// Which page.
        to: At,
    },
    /// The reader wants none of the answers kept.
    Forget {
        /// The form's id.
        form: String,
    },
}

/// The stepped form that was posted, and what its page comes to; none when nothing of the kind was posted.
pub fn turn(screen: &Screen, manifest: &Manifest, resolved: &Resolved, action: &str, posted: &Posted) -> Option<Turn> {
    let (form, step) = stepped(screen, action, posted)?;
    let schema = manifest.action(&form.action)?;
    let id = form.id.clone();
    let kept = answers(form, resolved);
    if step == "forget" {
        return Some(Turn::Forget { form: id });
    }
    if step == "send" {
        let all = with_parameters(form, kept);
        let wrong = parse_inputs(&schema.inputs, &all).err().unwrap_or_default();
        let page = form.pages.iter().position(|page| wrong.iter().any(|(name, _)| is_on(page, schema, name)));
        // What no page asks for is the module's own mistake, which it hears when it is performed.
        return Some(match page {
            Some(page) => Turn::Back { form: id, to: At::Page(page) },
            None => Turn::Perform { form: id, posted: with(all, posted, &[urls::SUBMISSION, urls::FROM]) },
        });
    }
    let index = step.parse::<usize>().ok()?.checked_sub(1)?;
    let page = form.pages.get(index)?;
    let mut sent = posted.clone();
    if regroup(&schema.inputs, &mut sent) {
        return Some(Turn::Again(sent));
    }
    let own = |name: &str| is_on(page, schema, name);
    let mut answers: Posted = kept.into_iter().filter(|(name, _)| !own(name)).collect();
    answers.extend(posted.iter().filter(|(name, _)| own(name)).map(|(name, texts)| (name.clone(), texts.clone())));
    let wrong = parse_inputs(&schema.inputs, &with_parameters(form, answers.clone())).err().unwrap_or_default();
    let wrong: Vec<BrokenRule> = wrong.into_iter().filter(|(name, _)| own(name)).collect();
    if !wrong.is_empty() {
        return Some(Turn::Wrong(wrong));
    }
    let to = next(form, schema, &with_parameters(form, answers.clone()), index);
    Some(Turn::Keep { form: id, answers, to })
}

/// The stepped form of this id.
pub fn form_of<'a>(screen: &'a Screen, id: &str) -> Option<&'a SteppedForm> {
    screen.blocks.iter().find_map(|block| match block {
        Block::Stepped(form) if form.id == id => Some(form),
        _ => None,
    })
}

/// On which page of the form something is asked; the first for what is asked on none.
pub fn page_of(form: &SteppedForm, manifest: &Manifest, input: &str) -> At {
    let page = manifest.action(&form.action).and_then(|schema| form.pages.iter().position(|page| is_on(page, schema, input)));
    At::Page(page.unwrap_or(0))
}

/// The screen's query with this step of the form.
pub fn step_query(form: &str, at: Option<At>, query: &[(String, String)]) -> urls::Pairs {
    let name = format!("{form}.step");
    let rest = query.iter().filter(|(other, _)| *other != name).cloned();
    rest.chain(at.map(|at| (name.clone(), at.code()))).collect()
}

/// The stepped form that these fields belong to, and the step.
pub(crate) fn stepped<'a>(screen: &'a Screen, action: &str, posted: &'a Posted) -> Option<(&'a SteppedForm, &'a str)> {
    let (id, step) = posted.get(urls::STEP)?.first()?.rsplit_once(':')?;
    let form = screen.blocks.iter().find_map(|block| match block {
        Block::Stepped(form) if form.id == id && is_same_form(&form.action, &form.parameters, action, posted) => Some(form),
        _ => None,
    })?;
    Some((form, step))
}

/// Where the address says that the reader is; at the first page otherwise. Nobody is further than the first page that cannot stand.
pub(crate) fn place(form: &SteppedForm, schema: &ActionSchema, answers: &Posted, query: &[(String, String)]) -> At {
    let wanted = query.iter().rev().find(|(name, _)| name.strip_prefix(form.id.as_str()) == Some(".step")).map(|(_, step)| step.as_str());
    let all = with_parameters(form, answers.clone());
    let wrong = parse_inputs(&schema.inputs, &all).err().unwrap_or_default();
    let first_wrong = form.pages.iter().position(|page| wrong.iter().any(|(name, _)| is_on(page, schema, name)));
    match wanted {
        Some("check") => first_wrong.map_or(At::Check, At::Page),
        Some(step) => {
            let page = step.parse::<usize>().unwrap_or(1).clamp(1, form.pages.len().max(1)) - 1;
            At::Page(first_wrong.map_or(page, |wrong| page.min(wrong)))
        }
        None => At::Page(0),
    }
}

/// What was kept, or else what the inputs begin with.
pub(crate) fn answers(form: &SteppedForm, resolved: &Resolved) -> Posted {
    match resolved.drafts.get(&form.id) {
        Some(draft) => draft.answers.clone(),
        None => {
            let inputs = form.pages.iter().flat_map(|page| &page.inputs);
            inputs.filter_map(|input| Some((input.name.clone(), vec![urls::value_text(&input.value)?]))).collect()
        }
    }
}

/// Whether an input of this name, or a part of it, is asked on the page.
pub(crate) fn is_on(page: &FormPage, schema: &ActionSchema, name: &str) -> bool {
    page.inputs.iter().any(|input| schema.inputs.iter().any(|one| one.name == input.name && is_part(name, one)))
}

/// Whether anything of the page is asked.
pub(crate) fn is_asked_page(page: &FormPage, schema: &ActionSchema, answers: &Posted) -> bool {
    let asked =
        |name: &str| schema.inputs.iter().any(|one| one.name == name && !is_hidden(&one.kind) && is_asked(one, &schema.inputs, answers));
    page.inputs.iter().any(|input| asked(&input.name))
}

fn next(form: &SteppedForm, schema: &ActionSchema, answers: &Posted, after: usize) -> At {
    let wrong = parse_inputs(&schema.inputs, answers).err().unwrap_or_default();
    let rest = form.pages.iter().enumerate().skip(after + 1).filter(|(_, page)| is_asked_page(page, schema, answers));
    // Pages that were filled in before and still stand need not be gone through again.
    let mut rest = rest.filter(|(_, page)| {
        let missing = wrong.iter().any(|(name, _)| is_on(page, schema, name));
        missing
            || !page
                .inputs
                .iter()
                .any(|input| schema.inputs.iter().any(|one| one.name == input.name && answers.keys().any(|key| is_part(key, one))))
    });
    rest.next().map_or(At::Check, |(index, _)| At::Page(index))
}

pub(crate) fn with_parameters(form: &SteppedForm, mut answers: Posted) -> Posted {
    answers.extend(urls::parameters_to_pairs(&form.parameters).into_iter().map(|(name, text)| (name, vec![text])));
    for input in form.pages.iter().flat_map(|page| &page.inputs) {
        // References that nobody types go along as the module gave them.
        if let (false, Some(text)) = (answers.contains_key(&input.name), urls::value_text(&input.value)) {
            answers.insert(input.name.clone(), vec![text]);
        }
    }
    answers
}

fn with(mut all: Posted, posted: &Posted, names: &[&str]) -> Posted {
    all.extend(names.iter().filter_map(|name| Some(((*name).to_owned(), posted.get(*name)?.clone()))));
    all
}
