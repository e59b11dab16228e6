//! The municipality's officials and their roles.

use super::administration::{Place, frame_page};
use super::render;
use crate::messages::{say, say_with};
use crate::page::{FormState, Frame};
use crate::ui::{Anchor, Ask, Cell, Choice, Control, Grid, Head, Piece, Press, Row, Sheet};
use crate::urls;
use std::collections::BTreeSet;
use vatra_core::call::Official;
use vatra_core::ids::{Name, SubmissionId};
use vatra_core::manifest::Language;
use vatra_core::view::Tone;

/// What both pages show.
pub struct OfficialsView<'a> {
    /// By handle.
    pub officials: &'a [Official],
    /// Every role that can be given, with its words.
    pub roles: &'a [(Name, String)],
    /// Who is being changed; none for somebody new.
    pub chosen: Option<&'a Official>,
    /// A form that was posted and is shown again.
    pub form: Option<&'a FormState>,
    /// Gives each form an id of its own.
    pub submission: &'a dyn Fn() -> SubmissionId,
}

fn title(view: &OfficialsView<'_>, role: &Name) -> String {
    view.roles.iter().find(|(known, _)| known == role).map_or_else(|| role.to_string(), |(_, words)| words.clone())
}

/// The officials, and the form for a new one, which posts `idnp`, `name` and `role` to `{base}/officials`.
pub fn officials(frame: &Frame<'_>, base: &str, view: &OfficialsView<'_>) -> String {
    let language = frame.language;
    let rows = view.officials.iter().map(|official| {
        let roles: Vec<String> = official.roles.iter().map(|role| title(view, role)).collect();
        let cells = vec![
            Cell::link(official.name.clone(), format!("{base}/officials/{}", official.handle)),
            Cell::text(roles.join(", ")),
            Cell::code(official.handle.to_string()),
        ];
        Row { tick: None, cells, ..Row::default() }
    });
    let grid = Grid {
        id: "officials".to_owned(),
        caption: say(language, "officials"),
        heads: ["official-name", "official-roles", "official-handle"].map(|key| Head::text(say(language, key))).into(),
        rows: rows.collect(),
        ..Grid::default()
    };
    let sheet = sheet(view, format!("{base}/officials"), language);
    let errors = errors(&sheet);
    let pieces = vec![Piece::Text(say(language, "officials-text")), Piece::Grid(Box::new(grid)), Piece::Sheet(Box::new(sheet))];
    let mut page = frame_page(language, base, Place::Officials, say(language, "officials"), pieces);
    page.errors = errors;
    render(frame, &page)
}

/// One of them: the form posts `role` to `{base}/officials/{handle}`, the button `remove`.
pub fn official(frame: &Frame<'_>, base: &str, view: &OfficialsView<'_>) -> String {
    let language = frame.language;
    let Some(chosen) = view.chosen else { return officials(frame, base, view) };
    let place = format!("{base}/officials/{}", chosen.handle);
    let sheet = sheet(view, place.clone(), language);
    let errors = errors(&sheet);
    let remove = Press {
        label: say(language, "official-remove"),
        tone: Tone::Danger,
        post: true,
        action: place,
        hidden: vec![(urls::SUBMISSION.to_owned(), (view.submission)().to_string()), ("remove".to_owned(), "yes".to_owned())],
        primary: false,
    };
    let pieces = vec![
        Piece::Sheet(Box::new(sheet)),
        Piece::Heading { level: 2, text: say(language, "official-ends") },
        Piece::Text(say(language, "official-ends-text")),
        Piece::Buttons(vec![remove]),
    ];
    let mut page = frame_page(language, base, Place::Officials, chosen.name.clone(), pieces);
    page.breadcrumbs = vec![Anchor::new(say(language, "officials"), format!("{base}/officials"))];
    page.errors = errors;
    render(frame, &page)
}

fn errors(sheet: &Sheet) -> Vec<Anchor> {
    let each = |control: &Control| {
        let target = format!("#{}", control.target());
        control.error.as_ref().map(|text| Anchor::new(format!("{}: {text}", control.title), target))
    };
    sheet.controls.iter().filter_map(each).collect()
}

fn sheet(view: &OfficialsView<'_>, action: String, language: Language) -> Sheet {
    let posted = |name: &str| view.form.and_then(|state| state.posted.get(name)).cloned().unwrap_or_default();
    let wrong = |name: &str| {
        let errors = view.form.iter().flat_map(|state| &state.errors).filter(|(input, _)| input == name).map(|(_, text)| text.as_str());
        Some(errors.collect::<Vec<_>>().join(" ")).filter(|words| !words.is_empty())
    };
    let line = |name: &str, hint: Option<String>, width| Control {
        id: name.to_owned(),
        name: name.to_owned(),
        label: say(language, &format!("official-{name}")),
        title: say(language, &format!("official-{name}")),
        hint,
        error: wrong(name),
        ask: Ask::Line {
            value: posted(name).first().cloned().unwrap_or_default(),
            suffix: None,
            kind: "text",
            mode: if name == "idnp" { "numeric" } else { "" },
            width,
            exact: true,
        },
        ..Control::default()
    };
    let mut controls = Vec::new();
    if view.chosen.is_none() {
        controls.push(line("name", Some(say(language, "official-name-hint")), ""));
        controls.push(line("idnp", Some(say(language, "official-idnp-hint")), "govuk-input--width-20"));
    }
    let held: BTreeSet<String> = match (view.form, view.chosen) {
        (Some(_), _) => posted("role").into_iter().collect(),
        (None, Some(chosen)) => chosen.roles.iter().map(Name::to_string).collect(),
        (None, None) => BTreeSet::new(),
    };
    let choices = view.roles.iter().enumerate().map(|(at, (role, words))| Choice {
        id: format!("role-{at}"),
        value: role.to_string(),
        label: words.clone(),
        checked: held.contains(role.as_str()),
        then: Vec::new(),
    });
    controls.push(Control {
        id: "role".to_owned(),
        name: "role".to_owned(),
        label: say(language, "official-roles"),
        title: say(language, "official-roles"),
        hint: Some(say(language, "official-roles-hint")),
        error: wrong("role"),
        ask: Ask::Boxes(choices.collect()),
        ..Control::default()
    });
    Sheet {
        id: "official".to_owned(),
        title: Some(match view.chosen {
            None => say(language, "official-add"),
            Some(chosen) => say_with(language, "official-roles-of", &[("name", chosen.name.as_str().into())]),
        }),
        action,
        post: true,
        files: false,
        hidden: vec![(urls::SUBMISSION.to_owned(), (view.submission)().to_string())],
        controls,
        submit: say(language, if view.chosen.is_some() { "official-save" } else { "official-add-submit" }),
        tone: Tone::Success,
        cancel: None,
    }
}
