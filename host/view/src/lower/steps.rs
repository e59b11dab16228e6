//! A stepped form: the page where the reader is, or all answers to be checked.

use super::Lower;
use super::forms::Asking;
use crate::messages::{say, say_with};
use crate::steps::{self, At};
use crate::ui::{Anchor, Piece, Press, Stage};
use crate::urls;
use crate::wording::Wording;
use vatra_core::view::{SteppedForm, Tone, Words};

impl Lower<'_> {
    /// Nothing when the reader may not perform its action.
    pub(super) fn stepped(&mut self, form: &SteppedForm, pieces: &mut Vec<Piece>) {
        let context = self.context;
        if !context.may_perform(&form.action) {
            return;
        }
        let Some(action) = context.manifest.action(&form.action) else { return };
        let language = self.language();
        let prefix = self.next_form();
        let kept = steps::answers(form, self.resolved);
        let posted = context.form.as_ref().filter(|state| !self.found && state.action == form.action);
        let state = posted.and_then(|state| {
            let (id, step) = state.posted.get(urls::STEP)?.first()?.rsplit_once(':')?;
            let page = step.parse::<usize>().ok()?.checked_sub(1).filter(|page| *page < form.pages.len())?;
            (id == form.id).then_some((state, page))
        });
        let at = match state {
            Some((_, page)) => At::Page(page),
            None => steps::place(form, action, &kept, context.frame.query),
        };
        let all = steps::with_parameters(form, kept.clone());
        let asked: Vec<usize> =
            form.pages.iter().enumerate().filter(|(_, page)| steps::is_asked_page(page, action, &all)).map(|(index, _)| index).collect();
        pieces.push(Piece::Heading { level: 2, text: self.wording.words(&form.title) });
        pieces.push(Piece::Stages(self.stages(form, &asked, at)));
        match (at, at_page(form, at)) {
            (At::Page(index), Some(page)) => {
                if let Some(before) = asked.iter().rev().find(|other| **other < index) {
                    pieces.push(Piece::Back(Anchor::new(say(language, "step-back"), self.step_url(form, At::Page(*before)))));
                }
                let mut answers = kept;
                if let Some((state, _)) = state {
                    answers.retain(|name, _| !steps::is_on(page, action, name));
                    answers.extend(state.posted.clone());
                }
                let fresh = !self.resolved.drafts.contains_key(&form.id) && state.is_none();
                let asking = Asking {
                    action,
                    inputs: &page.inputs,
                    // Before anything was kept, every input begins with its own value.
                    answers: (!fresh).then_some(&answers),
                    state: state.map(|(state, _)| state),
                    parameters: &form.parameters,
                    step: true,
                };
                let mut sheet = self.sheet(&prefix, &asking, &page.title, &Words::Plain(say(language, "step-on")));
                sheet.hidden.push((urls::STEP.to_owned(), format!("{}:{}", form.id, at.code())));
                if let Some((state, _)) = state {
                    self.found = true;
                    self.place(&sheet.controls, state);
                }
                pieces.push(Piece::Sheet(Box::new(sheet)));
            }
            _ => {
                for index in &asked {
                    let Some(page) = form.pages.get(*index) else { continue };
                    pieces.push(Piece::Heading { level: 3, text: self.wording.words(&page.title) });
                    let facts = self.answers(&page.inputs, action, &all);
                    pieces.push(Piece::Facts { title: None, facts });
                    let label = format!("{}: {}", say(language, "step-change"), self.wording.words(&page.title));
                    pieces.push(Piece::Links(vec![Anchor::new(label, self.step_url(form, At::Page(*index)))]));
                }
                let press = self.step_press(form, self.wording.words(&form.submit), "send", Tone::Success);
                pieces.push(Piece::Buttons(vec![press]));
            }
        }
        if let Some(until) = self.resolved.drafts.get(&form.id).and_then(|draft| draft.until) {
            let date = Wording::date(language, until);
            pieces.push(Piece::Text(say_with(language, "draft-kept", &[("date", date.into())])));
            pieces.push(Piece::Buttons(vec![self.step_press(form, say(language, "draft-forget"), "forget", Tone::Neutral)]));
        }
    }

    fn stages(&self, form: &SteppedForm, asked: &[usize], at: At) -> Vec<Stage> {
        let language = self.language();
        let mut stages: Vec<Stage> = asked
            .iter()
            .filter_map(|index| {
                let page = form.pages.get(*index)?;
                let progress = match at {
                    At::Page(here) if here == *index => "current",
                    At::Page(here) if here < *index => "to-do",
                    _ => "done",
                };
                let href = (progress == "done").then(|| self.step_url(form, At::Page(*index)));
                Some(Stage { title: self.wording.words(&page.title), progress, text: None, href })
            })
            .collect();
        let progress = if at == At::Check { "current" } else { "to-do" };
        stages.push(Stage { title: say(language, "check-answers"), progress, text: None, href: None });
        stages
    }

    fn step_url(&self, form: &SteppedForm, at: At) -> String {
        let step = format!("{}.step", form.id);
        let mut pairs = self.context.query_without(&[&step, "confirm", "confirm.", "export"]);
        pairs.push((step, at.code()));
        urls::with_query(self.context.frame.path, pairs)
    }

    fn step_press(&self, form: &SteppedForm, label: String, step: &str, tone: Tone) -> Press {
        let mut hidden = self.hidden();
        hidden.extend(urls::parameters_to_pairs(&form.parameters));
        hidden.push((urls::STEP.to_owned(), format!("{}:{step}", form.id)));
        Press { label, tone, post: true, action: urls::action_url(self.context.base, &form.action), hidden, primary: tone == Tone::Success }
    }
}

fn at_page(form: &SteppedForm, at: At) -> Option<&vatra_core::view::FormPage> {
    match at {
        At::Page(page) => form.pages.get(page),
        At::Check => None,
    }
}
