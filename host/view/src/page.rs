//! A module's screen as a page: what the server knows about the reader and the request, and the pages made from it.

use crate::catalogue::Catalogue;
use crate::inputs::Posted;
use crate::lower::{self, Lowered};
use crate::messages::say;
use crate::render::{self, Chrome, Lang, NavLink, Tongue};
use crate::ui::{Anchor, Said};
use crate::urls::{self, Pairs};
use crate::wording::Wording;
use std::collections::BTreeSet;
use vatra_core::call::Tenant;
use vatra_core::ids::{Name, SubjectId, SubmissionId};
use vatra_core::manifest::{ENTRY, Language, Manifest};
use vatra_core::register::FieldType;
use vatra_core::value::Fields;
use vatra_core::view::{Block, BoundTable, Button, Notice, PersonData, Resolved, Screen, Words};

/// Who reads.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reader {
    /// The name, shown in the header.
    pub name: String,
    /// The roles in words: `Perceptor fiscal`.
    pub roles: String,
    /// Where signing out is posted to.
    pub sign_out: String,
    /// For whom they act, and where that is changed; none when for themselves.
    pub acting: Option<(String, String)>,
}

/// What every page has.
#[derive(Clone, Debug)]
pub struct Frame<'a> {
    /// The reader's language.
    pub language: Language,
    /// The municipality, once one is chosen.
    pub tenant: Option<&'a Tenant>,
    /// The path of this page.
    pub path: &'a str,
    /// The query of this page, decoded.
    pub query: &'a [(String, String)],
    /// Who reads; none when nobody has signed in.
    pub reader: Option<Reader>,
    /// Said once, at the top: how the last action went.
    pub flash: Option<Said>,
}

impl Frame<'_> {
    pub(crate) fn chrome(&self, title: String) -> Chrome<'_> {
        let language = self.language;
        Chrome {
            lang: Lang(language),
            title,
            place: self.tenant.map(|tenant| Anchor::new(town_hall(tenant, language), ["/", tenant.slug.as_str()].concat())),
            footer_place: self.tenant.map(|tenant| {
                crate::messages::say_of(language, "town-hall-of-district", &[("name", &tenant.name), ("district", &tenant.district)])
            }),
            service: None,
            navigation: Vec::new(),
            breadcrumbs: Vec::new(),
            languages: self.tongues(),
            reader: self.reader.as_ref(),
            flash: self.flash.as_ref(),
            errors: Vec::new(),
            refresh: None,
        }
    }

    fn tongues(&self) -> [Tongue; 3] {
        Language::ALL.map(|language| {
            let rest = self.query.iter().filter(|(name, _)| name != "lang").map(|(name, value)| (name.as_str(), value.as_str()));
            let (short, name) = match language {
                Language::Ro => ("RO", "Română"),
                Language::Ru => ("RU", "Русский"),
                Language::En => ("EN", "English"),
            };
            Tongue {
                code: language.code(),
                short,
                name,
                href: urls::with_query(self.path, rest.chain([("lang", language.code())])),
                current: language == self.language,
            }
        })
    }
}

/// What a town hall is called.
pub fn town_hall(tenant: &Tenant, language: Language) -> String {
    crate::messages::say_of(language, "town-hall-of", &[("name", &tenant.name)])
}

/// A form that was posted and is shown again.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct FormState {
    /// The action.
    pub action: String,
    /// As it was posted.
    pub posted: Posted,
    /// What is wrong: the input (empty for the whole) and why, in the reader's language.
    pub errors: Vec<(String, String)>,
    /// People found for inputs that ask for one.
    pub found: Vec<(String, Vec<(SubjectId, PersonData)>)>,
}

impl FormState {
    /// From the rules that [`crate::parse_inputs`] or an upload found broken.
    pub fn broken<R: AsRef<str>>(action: &str, posted: Posted, rules: &[(String, R)], language: Language) -> Self {
        let errors = rules.iter().map(|(name, rule)| (name.clone(), crate::explain::rule(rule.as_ref(), language))).collect();
        Self { action: action.to_owned(), posted, errors, found: Vec::new() }
    }
    /// From what the module rejected.
    pub fn rejected(action: &str, posted: Posted, rejected: &[(String, Words)], wording: &Wording<'_>) -> Self {
        let errors = rejected.iter().map(|(name, words)| (name.clone(), wording.words(words))).collect();
        Self { action: action.to_owned(), posted, errors, found: Vec::new() }
    }
    /// To be changed: nothing is wrong with it.
    pub fn unchanged(action: &str, posted: Posted) -> Self {
        Self { action: action.to_owned(), posted, ..Self::default() }
    }
}

/// Everything a module's page needs besides the screen and what the host found out for it.
pub struct PageContext<'a> {
    /// What every page has.
    pub frame: Frame<'a>,
    /// The module.
    pub manifest: &'a Manifest,
    /// Its translations.
    pub catalogue: &'a Catalogue,
    /// `/{municipality}/{module}`
    pub base: &'a str,
    /// The screen shown.
    pub screen: &'a str,
    /// The reader's roles: what they may not perform or open is not offered.
    pub roles: &'a BTreeSet<Name>,
    /// A form that was posted and is shown again.
    pub form: Option<FormState>,
    /// Gives each form shown an id of its own, by which it is performed once.
    pub submission: &'a dyn Fn() -> SubmissionId,
}

impl PageContext<'_> {
    /// How this page's words and values are written.
    pub fn wording<'b>(&'b self, resolved: &'b Resolved) -> Wording<'b> {
        Wording { language: self.frame.language, catalogue: self.catalogue, resolved }
    }

    /// A notice of the module, for [`Frame::flash`].
    pub fn said(&self, notice: &Notice, resolved: &Resolved) -> Said {
        said(notice, &self.wording(resolved))
    }

    /// Whether this reader may perform the action.
    pub(crate) fn may_perform(&self, action: &str) -> bool {
        self.manifest.action(action).is_some_and(|action| !action.roles.is_disjoint(self.roles))
    }

    /// Whether this reader may open the screen.
    pub(crate) fn may_open(&self, screen: &str) -> bool {
        self.manifest.screen(screen).is_some_and(|screen| !screen.roles.is_disjoint(self.roles))
    }

    /// Whether this reader may read the register's entries one by one.
    pub(crate) fn may_read(&self, register: &str) -> bool {
        self.manifest.register(register).is_some() && self.manifest.entry_screen(register, self.roles).is_some()
    }

    /// The entry that this screen is about, with its register: the parameter `entry`.
    pub(crate) fn about(&self) -> Option<(&str, &str)> {
        let screen = self.manifest.screen(self.screen)?;
        let register = screen.parameters.iter().find_map(|input| match &input.kind {
            FieldType::Entry(register) if input.name == ENTRY => Some(register.as_str()),
            _ => None,
        })?;
        let (_, entry) = self.frame.query.iter().find(|(name, _)| name == ENTRY)?;
        Some((register, entry))
    }

    fn chrome(&self, title: String) -> Chrome<'_> {
        let mut chrome = self.frame.chrome(title);
        chrome.service = Some(Anchor::new(self.manifest.title.get(self.frame.language), self.base));
        chrome.navigation = menu(self.manifest, self.roles, self.frame.language)
            .map(|(screen, title)| NavLink {
                text: title.to_owned(),
                href: urls::screen_url(self.base, screen.as_str(), &Fields::new()),
                current: screen.as_str() == self.screen,
            })
            .collect();
        chrome
    }

    /// This page's address with these changes: names in `without` (or beginning with one that ends in a dot) are left out.
    pub(crate) fn query_without(&self, without: &[&str]) -> Pairs {
        self.frame
            .query
            .iter()
            .filter(|(name, _)| {
                !without.iter().any(|left| name == left || (left.ends_with('.') && name.starts_with(left))) && name != "lang"
            })
            .cloned()
            .collect()
    }

    /// The page that forms come back to, as `screen?query`.
    pub(crate) fn from(&self) -> String {
        urls::with_query(self.screen, self.query_without(&["confirm", "confirm.", "export"]))
    }
}

/// The screens of a module's menu that these roles open, with their titles in the menu.
pub fn menu<'a>(manifest: &'a Manifest, roles: &'a BTreeSet<Name>, language: Language) -> impl Iterator<Item = (&'a Name, &'a str)> {
    let open = manifest.screens.iter().filter(|screen| !screen.roles.is_disjoint(roles));
    open.filter_map(move |screen| Some((&screen.name, screen.navigation.as_ref()?.get(language))))
}

/// The screen as a whole HTML page. It has been validated (see [`crate::validate`]).
///
/// With `?confirm=ACTION` in the address, and a button of the screen that asks before performing it, the page asks instead.
pub fn render_page(context: &PageContext<'_>, screen: &Screen, resolved: &Resolved) -> String {
    if let Some(page) = lower::confirm::by_address(context, screen, resolved) {
        return finish(context, screen, resolved, page);
    }
    let page = lower::screen(context, screen, resolved);
    finish(context, screen, resolved, page)
}

/// The page that shows the answers before they are sent (`vatra-check` was posted and the inputs are sound), or that asks before an
/// action on ticked rows is performed. None when the screen has no such form or button: perform it then.
pub fn render_check(context: &PageContext<'_>, screen: &Screen, resolved: &Resolved, action: &str, posted: &Posted) -> Option<String> {
    let page = lower::confirm::answers(context, screen, resolved, action, posted)
        .or_else(|| lower::confirm::ticked(context, screen, resolved, action, posted))?;
    Some(finish(context, screen, resolved, page))
}

/// The table and the button of a posted form that performs an action on ticked rows one by one: the action takes one entry.
pub fn bulk_of<'a>(screen: &'a Screen, manifest: &Manifest, action: &str, posted: &Posted) -> Option<(&'a BoundTable, &'a Button)> {
    let sent = posted.get(urls::BULK)?.first()?;
    let id = sent.strip_suffix(":go").unwrap_or(sent);
    let takes_one = manifest.action(action)?.inputs.iter().any(|input| input.name == "entry" && !input.many);
    let table = screen.blocks.iter().find_map(|block| match block {
        Block::Bound(table) if table.id == id => Some(table),
        _ => None,
    })?;
    let button =
        table.bulk.iter().find(|button| button.action == action && is_same_form(&button.action, &button.parameters, action, posted))?;
    takes_one.then_some((table, button))
}

/// The page that shows on which entries an action is about to be performed one by one, and asks; `total` is how many they are. None without such a table
/// and button.
pub fn render_bulk(
    context: &PageContext<'_>,
    screen: &Screen,
    resolved: &Resolved,
    action: &str,
    posted: &Posted,
    total: u64,
) -> Option<String> {
    let page = lower::confirm::many(context, screen, resolved, action, posted, total)?;
    Some(finish(context, screen, resolved, page))
}

/// The form of the screen that a posted form came from: same action, and the parameters that were sent along.
pub(crate) fn is_same_form(action: &str, parameters: &Fields, posted_to: &str, posted: &Posted) -> bool {
    action == posted_to
        && parameters.iter().all(|(name, value)| match urls::value_text(value) {
            Some(text) => posted.get(name).is_some_and(|values| values.contains(&text)),
            None => true,
        })
}

pub(crate) fn said(notice: &Notice, wording: &Wording<'_>) -> Said {
    Said { tone: notice.tone, title: wording.words(&notice.title), text: notice.text.as_ref().map(|text| wording.words(text)) }
}

fn finish(context: &PageContext<'_>, screen: &Screen, resolved: &Resolved, page: Lowered) -> String {
    let wording = context.wording(resolved);
    let mut chrome = context.chrome(page.title);
    chrome.breadcrumbs = screen
        .breadcrumbs
        .iter()
        .filter(|link| context.may_open(&link.screen))
        .map(|link| Anchor::new(wording.words(&link.label), urls::screen_url(context.base, &link.screen, &link.parameters)))
        .collect();
    chrome.breadcrumbs.extend(page.crumb);
    chrome.errors = page.errors;
    render::page_html(&chrome, &page.pieces)
}

/// Words of the host that an empty title falls back to: a page always has a heading.
pub(crate) fn or_untitled(text: String, language: Language) -> String {
    if text.trim().is_empty() { say(language, "untitled") } else { text }
}
