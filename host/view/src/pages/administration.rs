//! The administrator's pages: the modules of a municipality, and what each may do.

use super::{HostPage, render};
use crate::explain::capability_title;
use crate::format;
use crate::messages::{find, say, say_with};
use crate::page::{FormState, Frame};
use crate::ui::{Anchor, Ask, Cell, Choice, Control, Fact, Grid, Head, Panel, Piece, Row, Sheet};
use crate::urls;
use chrono::NaiveDate;
use std::collections::BTreeMap;
use vatra_core::catalogue::Catalogue;
use vatra_core::grants::{Grant, SettingKind, settings_asked};
use vatra_core::ids::{Name, SubjectId, SubmissionId};
use vatra_core::manifest::{CapabilityRequest, Language, Manifest, Param};
use vatra_core::store::Installed;
use vatra_core::value::Money;
use vatra_core::view::Tone;

/// Where the administrator is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Place {
    /// Modules and their grants.
    Modules,
    /// The audit trail.
    Audit,
    /// What arrived and waits.
    Inbox,
    /// Who works here.
    Officials,
    /// What the municipality settled.
    Settings,
    /// The government's services, and what waits to leave for them.
    Services,
    /// Long work of modules.
    Jobs,
}

/// A page of the administration with its navigation. `base` is `/{municipality}/administration`; the pages are `{base}`,
/// `{base}/officials`, `{base}/settings`, `{base}/audit`, `{base}/inbox`, `{base}/jobs` and `{base}/services`.
pub fn frame_page(language: Language, base: &str, place: Place, title: String, pieces: Vec<Piece>) -> HostPage {
    let item = |key: &str, path: &str, here: Place| (Anchor::new(say(language, key), format!("{base}{path}")), here == place);
    HostPage {
        title,
        service: Some(Anchor::new(say(language, "administration"), base)),
        navigation: vec![
            item("modules", "", Place::Modules),
            item("officials", "/officials", Place::Officials),
            item("settings", "/settings", Place::Settings),
            item("audit-trail", "/audit", Place::Audit),
            item("inbox", "/inbox", Place::Inbox),
            item("jobs-title", "/jobs", Place::Jobs),
            item("services", "/services", Place::Services),
        ],
        pieces,
        ..HostPage::default()
    }
}

/// Modules installed in the municipality, each with its manifest (none when its package cannot be read).
pub fn modules(frame: &Frame<'_>, base: &str, list: &[(Installed, Option<&Manifest>)]) -> String {
    let language = frame.language;
    let rows = list
        .iter()
        .map(|(installed, manifest)| {
            let title = manifest.map_or(installed.module.as_str(), |manifest| manifest.title.get(language));
            let status = match (installed.disabled_at, manifest) {
                (Some(_), _) => Cell::tag(say(language, "module-disabled"), Tone::Warning),
                (None, None) => Cell::tag(say(language, "module-unreadable"), Tone::Danger),
                (None, Some(_)) => Cell::tag(say(language, "module-works"), Tone::Success),
            };
            Row {
                tick: None,
                cells: vec![
                    Cell::link(title, format!("{base}/modules/{}", installed.module)),
                    Cell { nowrap: true, ..Cell::text(installed.version.clone()) },
                    Cell::text(manifest.map(|manifest| manifest.publisher.clone()).unwrap_or_default()),
                    Cell { nowrap: true, ..Cell::text(format::instant(installed.installed_at, language)) },
                    status,
                ],
                ..Row::default()
            }
        })
        .collect();
    let grid = Grid {
        id: "modules".to_owned(),
        caption: say(language, "modules-installed"),
        heads: ["module", "version", "publisher", "installed-at", "status"].map(|key| Head::text(say(language, key))).into(),
        rows,
        empty: say(language, "no-modules"),
        ..Grid::default()
    };
    let link = Piece::Links(vec![Anchor::new(say(language, "packages-link"), format!("{base}/packages"))]);
    render(frame, &frame_page(language, base, Place::Modules, say(language, "modules"), vec![Piece::Grid(Box::new(grid)), link]))
}

/// A treasury account of the municipality.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Account {
    /// Its short name.
    pub name: String,
    /// What it is for.
    pub title: String,
    /// Its number.
    pub iban: String,
}

impl Account {
    fn words(&self) -> String {
        format!("{} · {}", format::strip_controls(&self.title), format::strip_controls(&self.iban))
    }
}

/// A module with everything it asks for.
pub struct GrantsView<'a> {
    /// As installed.
    pub installed: &'a Installed,
    /// Its manifest.
    pub manifest: &'a Manifest,
    /// What the municipality granted it.
    pub grants: &'a [Grant],
    /// Names of the people who granted.
    pub people: &'a BTreeMap<SubjectId, String>,
    /// The treasury accounts that the municipality settled on.
    pub accounts: &'a [Account],
    /// By which a grant has lapsed or not.
    pub today: NaiveDate,
    /// A form that was posted and is shown again; its action is `grant`, `revoke` or `restore`, its input `capability` which.
    pub form: Option<&'a FormState>,
    /// Gives each form an id of its own.
    pub submission: &'a dyn Fn() -> SubmissionId,
}

/// What a module may do, capability by capability, with buttons to grant, revoke and restore. They post `reason` (and `submission`)
/// to `{base}/modules/{module}/grants/{capability}/{grant|revoke|restore}`.
pub fn grants(frame: &Frame<'_>, base: &str, view: &GrantsView<'_>) -> String {
    let language = frame.language;
    let title = view.manifest.title.get(language).to_owned();
    let mut pieces = vec![
        Piece::Text(view.manifest.description.get(language).to_owned()),
        Piece::Facts {
            title: None,
            facts: vec![
                Fact::new(say(language, "publisher"), Cell::text(view.manifest.publisher.clone())),
                Fact::new(say(language, "version"), Cell::text(view.installed.version.clone())),
                Fact::new(say(language, "installed-at"), Cell::text(format::instant(view.installed.installed_at, language))),
                Fact::new(say(language, "digest"), Cell::code(view.installed.digest.clone())),
            ],
        },
        Piece::Links(vec![
            Anchor::new(say(language, "package-life-link"), format!("{base}/modules/{}/life", view.installed.module)),
            Anchor::new(say(language, "budgets-link"), format!("{base}/modules/{}/budgets", view.installed.module)),
        ]),
        Piece::Heading { level: 2, text: say(language, "grants") },
        Piece::Text(say(language, "grants-text")),
    ];
    let mut errors = Vec::new();
    for (capability, request) in &view.manifest.capabilities {
        let grant = view.grants.iter().find(|grant| grant.capability == *capability);
        let sheet = sheet(language, base, view, capability, grant);
        for control in &sheet.controls {
            errors.extend(
                control.error.iter().map(|text| Anchor::new(format!("{}: {text}", control.title), format!("#{}", control.target()))),
            );
        }
        pieces.push(Piece::Panel(Box::new(Panel {
            title: capability_title(capability.as_str(), language),
            tag: Some(standing(grant, view.today, language)),
            facts: facts(language, view, request, grant),
            sheets: vec![sheet],
        })));
    }
    if view.manifest.capabilities.is_empty() {
        pieces.push(Piece::Text(say(language, "grants-none")));
    }
    let mut page = frame_page(language, base, Place::Modules, title, pieces);
    page.breadcrumbs = vec![Anchor::new(say(language, "modules"), base)];
    page.errors = errors;
    render(frame, &page)
}

fn standing(grant: Option<&Grant>, today: NaiveDate, language: Language) -> (String, Tone) {
    match grant {
        None => (say(language, "grant-absent"), Tone::Neutral),
        Some(grant) if grant.revoked_at.is_some() => (say(language, "grant-revoked"), Tone::Danger),
        Some(grant) if grant.until.is_some_and(|until| until < today) => (say(language, "grant-expired"), Tone::Warning),
        Some(_) => (say(language, "grant-holds"), Tone::Success),
    }
}

fn facts(language: Language, view: &GrantsView<'_>, request: &CapabilityRequest, grant: Option<&Grant>) -> Vec<Fact> {
    let mut facts = vec![Fact::new(say(language, "purpose"), Cell::text(request.purpose.get(language)))];
    let basis = grant.map(|grant| grant.legal_basis.as_str()).filter(|basis| !basis.is_empty()).unwrap_or(&request.legal_basis);
    facts.push(Fact::new(say(language, "legal-basis"), Cell::text(basis)));
    for (name, asked) in &request.parameters {
        let title = find(language, &format!("parameter-{name}")).unwrap_or_else(|| name.clone());
        let given = grant.and_then(|grant| grant.parameters.get(name));
        let mut text = param(name, asked, language);
        if let Some(given) = given.filter(|given| *given != asked) {
            let given = param(name, given, language);
            text = say_with(language, "parameter-narrowed", &[("given", given.into()), ("asked", text.into())]);
        }
        facts.push(Fact::new(title, Cell::text(text)));
    }
    if let Some(grant) = grant {
        let asked = settings_asked(grant.capability.as_str(), request);
        for (name, value) in &grant.settings {
            let title = match asked.iter().find(|setting| setting.name == *name) {
                Some(setting) => say_with(language, &format!("setting-{}", setting.kind.code()), &[("name", setting.of.as_str().into())]),
                None => say_with(language, "setting", &[("name", name.as_str().into())]),
            };
            let account = asked.iter().any(|setting| setting.name == *name && setting.kind == SettingKind::TreasuryAccount);
            let cell = match view.accounts.iter().find(|account| account.iban == *value) {
                Some(known) if account => Cell::text(known.words()),
                // Granted before the settings knew it, or after they forgot it: it holds, and is said to be so.
                None if account => Cell::text(say_with(language, "account-unsettled", &[("iban", value.clone().into())])),
                _ => Cell::code(value.clone()),
            };
            facts.push(Fact::new(title, cell));
        }
        if let Some(until) = grant.until {
            facts.push(Fact::new(say(language, "grant-until"), Cell::text(format::date(until, language))));
        }
        let by = match grant.granted_by {
            Some(id) => view.people.get(&id).cloned().unwrap_or_else(|| say(language, "unknown-person")),
            None => say(language, "operator"),
        };
        let when = format::instant(grant.granted_at, language);
        facts.push(Fact::new(say(language, "granted"), Cell::text(format!("{when} · {by}"))));
        if let Some(revoked) = grant.revoked_at {
            facts.push(Fact::new(say(language, "revoked-at"), Cell::text(format::instant(revoked, language))));
        }
    }
    facts
}

fn param(name: &str, param: &Param, language: Language) -> String {
    match param {
        Param::AtMost(bani) if name == "ceiling" => {
            say_with(language, "at-most", &[("limit", format::money(Money(*bani), language).into())])
        }
        Param::AtMost(limit) => say_with(language, "at-most", &[("limit", format::number(*limit, language).into())]),
        Param::Set(set) => set.iter().map(|member| meant(name, member, language)).collect::<Vec<_>>().join(", "),
    }
}

/// What a member of a parameter is called: data sets and their fields as the catalogue has them, with what is personal said.
fn meant(parameter: &str, member: &str, language: Language) -> String {
    let catalogue = Catalogue::builtin();
    let found = match parameter {
        "data-sets" => catalogue.find(member).map(|set| format!("{} ({})", set.title.get(language), set.owner.get(language))),
        "fields" => member.split_once('.').and_then(|(set, field)| {
            let set = catalogue.find(set)?;
            let field = set.fields_named(field).next()?;
            let personal = if field.personal { format!(" ({})", say(language, "is-personal")) } else { String::new() };
            Some(format!("{}: {}{personal}", set.title.get(language), field.title.get(language)))
        }),
        _ => None,
    };
    found.unwrap_or_else(|| member.to_owned())
}

/// The municipality's accounts; the one that is called as the module calls it comes chosen.
fn account_choices(language: Language, accounts: &[Account], id: &str, of: &str, given: Option<&str>) -> Vec<Choice> {
    let none = Choice {
        id: format!("{id}-none"),
        value: String::new(),
        label: say(language, if accounts.is_empty() { "account-none" } else { "account-choose" }),
        checked: given.is_some_and(str::is_empty),
        then: Vec::new(),
    };
    let choice = |(at, account): (usize, &Account)| Choice {
        id: format!("{id}-{at}"),
        value: account.iban.clone(),
        label: account.words(),
        checked: given.map_or(account.name == of, |given| given == account.iban),
        then: Vec::new(),
    };
    std::iter::once(none).chain(accounts.iter().enumerate().map(choice)).collect()
}

fn sheet(language: Language, base: &str, view: &GrantsView<'_>, capability: &Name, grant: Option<&Grant>) -> Sheet {
    let (operation, tone) = match grant {
        None => ("grant", Tone::Success),
        Some(grant) if grant.revoked_at.is_some() => ("restore", Tone::Success),
        Some(_) => ("revoke", Tone::Danger),
    };
    let posted = |name: &str, state: &FormState| state.posted.get(name).and_then(|values| values.first()).cloned().unwrap_or_default();
    let state = view.form.filter(|state| state.action == operation && posted("capability", state) == capability.as_str());
    let wrong = |name: &str| {
        let errors = state.iter().flat_map(|state| &state.errors).filter(|(input, _)| input == name).map(|(_, text)| text.as_str());
        Some(errors.collect::<Vec<_>>().join(" ")).filter(|words| !words.is_empty())
    };
    // What was given stays with its grant; only a new one says it.
    let asked = view.manifest.capabilities.get(capability).filter(|_| grant.is_none());
    let asked = asked.map(|request| settings_asked(capability.as_str(), request)).unwrap_or_default();
    let settings = asked.into_iter().map(|setting| {
        let label = say_with(language, &format!("setting-{}", setting.kind.code()), &[("name", setting.of.as_str().into())]);
        let name = format!("setting.{}", setting.name);
        let id = format!("{capability}-{}", setting.name.replace('.', "-"));
        let given = state.map(|state| posted(&name, state));
        let ask = match setting.kind {
            SettingKind::TreasuryAccount => Ask::Select(account_choices(language, view.accounts, &id, &setting.of, given.as_deref())),
            _ => Ask::Line {
                value: given.unwrap_or_default(),
                suffix: None,
                kind: "text",
                mode: "",
                width: "govuk-input--width-30",
                exact: true,
            },
        };
        Control {
            id,
            title: label.clone(),
            label,
            hint: find(language, &format!("setting-{}-hint", setting.kind.code())),
            error: wrong(&name),
            ask,
            name,
            ..Control::default()
        }
    });
    let id = format!("reason-{capability}");
    let label =
        say_with(language, &format!("{operation}-reason"), &[("capability", capability_title(capability.as_str(), language).into())]);
    Sheet {
        id: format!("grant-{capability}"),
        title: None,
        action: format!("{base}/modules/{}/grants/{capability}/{operation}", view.installed.module),
        post: true,
        files: false,
        hidden: vec![(urls::SUBMISSION.to_owned(), (view.submission)().to_string()), ("capability".to_owned(), capability.to_string())],
        controls: std::iter::once(Control {
            id,
            name: "reason".to_owned(),
            title: label.clone(),
            label,

            hint: None,
            error: wrong("reason"),
            ask: Ask::Line {
                value: state.map(|state| posted("reason", state)).unwrap_or_default(),
                suffix: None,
                kind: "text",
                mode: "",
                width: "govuk-!-width-full",
                exact: false,
            },
            ..Control::default()
        })
        .chain(settings)
        .collect(),
        submit: say(language, &format!("{operation}-submit")),
        tone,
        cancel: None,
    }
}
