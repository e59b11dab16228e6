//! `GET /{tenant}/search?q=…`: one search over everything that the reader may open; `in=MODULE.REGISTER&page=2` is a page of one register.

use super::Web;
use super::admin::failed;
use super::refusal::Refusal;
use super::seat::Seat;
use super::visit::{Visit, page};
use super::worklist;
use crate::app::{PersonHit, RegisterHits, SearchScope, Searched};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use tower_sessions::Session;
use vatra_core::documents::Document;
use vatra_core::ids::{CallId, Name};
use vatra_core::manifest::ENTRY;
use vatra_core::register::{Entry, FieldType};
use vatra_core::value::Value;
use vatra_core::view::PAGE_ROWS;
use vatra_view::pages::search::{self as pages, Found, Group, Hit};
use vatra_view::ui::{Anchor, PageLink, Pages};
use vatra_view::{Wording, urls};

/// Letters and digits that are sought at least.
const LEAST: usize = 2;
/// Characters of what is sought.
const LONGEST: usize = 200;
/// Of each kind, where everything is shown.
const FIRST: usize = 5;
/// Pages of one register.
const LAST: u64 = 1_000;

pub(crate) async fn show(State(web): State<Web>, visit: Visit, session: Session, Path(tenant): Path<String>) -> Result<Response, Refusal> {
    let seat = web.seat(&visit, &session, &tenant).await?;
    let typed: String = visit.asked("q").unwrap_or_default().trim().chars().take(LONGEST).collect();
    let here = format!("/{}/search", seat.tenant.slug);
    let found = match typed.chars().filter(|c| c.is_alphanumeric()).count() {
        0 => Found::Nothing,
        few if few < LEAST => Found::Short,
        _ => Found::Groups(Sought { web: &web, visit: &visit, seat: &seat, here: &here, typed: &typed }.groups().await?),
    };
    Ok(page(StatusCode::OK, pages::search(&seat.frame(&visit, None), &here, &typed, &found)))
}

struct Sought<'a> {
    web: &'a Web,
    visit: &'a Visit,
    seat: &'a Seat,
    here: &'a str,
    typed: &'a str,
}

impl Sought<'_> {
    fn scope(&self) -> (SearchScope, u64) {
        let asked = self.visit.asked("in").and_then(|asked| asked.split_once('.'));
        let named = asked.and_then(|(module, register)| Some((Name::new(module).ok()?, Name::new(register).ok()?)));
        let at = self.visit.asked("page").and_then(|page| page.parse::<u64>().ok()).unwrap_or(1).clamp(1, LAST);
        let rows = u64::from(PAGE_ROWS);
        match named {
            Some((module, register)) => (SearchScope::Register(module, register, (at - 1) * rows, PAGE_ROWS), at),
            None => (SearchScope::Everything, 1),
        }
    }

    async fn groups(&self) -> Result<Vec<Group>, Refusal> {
        let (scope, at) = self.scope();
        let call = self.visit.request.parse().unwrap_or_else(|_| CallId::fresh());
        let (app, seat) = (&self.web.app, self.seat);
        let found = app.search(&seat.municipality, &seat.official, self.visit.language, call, self.typed, &scope).await;
        let found = found.map_err(|error| failed(self.visit, seat, error))?;
        let Searched { registers, people, documents, orders } = found;
        if scope != SearchScope::Everything {
            return Ok(registers.iter().map(|hits| self.register(hits, Some(at))).collect());
        }
        let mut groups = vec![self.group("people", "search-people", people.iter().map(|hit| self.person(hit)).collect())];
        groups.extend(registers.iter().map(|hits| self.register(hits, None)));
        groups.push(self.group("documents", "search-documents", documents.iter().map(|document| self.document(document)).collect()));
        let orders = orders.iter().map(|order| {
            let href = format!("/{}/{}", seat.tenant.slug, order.order.module);
            Hit {
                link: Anchor::new(&order.order.number, href),
                details: order.order.reason.clone(),
                place: self.module(&order.order.module),
            }
        });
        groups.push(self.group("orders", "search-orders", orders.collect()));
        let words = vatra_core::fold::words(self.typed);
        let tasks = worklist::sought(self.web, self.visit, seat, &words).await?.into_iter().take(FIRST * 2).map(|item| Hit {
            link: Anchor::new(item.title, item.details),
            details: String::new(),
            place: item.module,
        });
        groups.push(self.group("tasks", "search-tasks", tasks.collect()));
        Ok(groups)
    }

    fn group(&self, id: &str, title: &str, hits: Vec<Hit>) -> Group {
        let title = vatra_view::say(self.visit.language, title);
        Group { id: format!("g-{id}"), title, hits, total: None, all: None, pages: None }
    }

    fn module(&self, module: &Name) -> String {
        let plugged = self.seat.municipality.module(module).and_then(|plugged| self.web.app.words_of(plugged).ok());
        plugged.map_or_else(|| module.to_string(), |words| words.package.manifest.title.get(self.visit.language).to_owned())
    }

    fn entry(&self, module: &Name, screen: &Name, entry: &str) -> String {
        let path = format!("/{}/{module}/{}", self.seat.tenant.slug, urls::encode(screen.as_str()));
        urls::with_query(&path, [(ENTRY, entry)])
    }

    fn person(&self, hit: &PersonHit) -> Hit {
        let idn = hit.person.idn.as_ref().map(|idn| format!("{} {idn}", if hit.person.company { "IDNO" } else { "IDNP" }));
        Hit {
            link: Anchor::new(&hit.person.name, self.entry(&hit.module, &hit.screen, &hit.entry.id.to_string())),
            details: idn.unwrap_or_default(),
            place: self.module(&hit.module),
        }
    }

    fn document(&self, document: &Document) -> Hit {
        let href = format!("/{}/{}/documents/{}", self.seat.tenant.slug, document.module, document.id);
        Hit {
            link: Anchor::new(document.number.clone().unwrap_or_default(), href),
            details: document.title.clone(),
            place: self.module(&document.module),
        }
    }

    fn register(&self, hits: &RegisterHits, at: Option<u64>) -> Group {
        let language = self.visit.language;
        let wording = Wording { language, catalogue: &hits.words.catalogue, resolved: &hits.resolved };
        let (module, register) = (self.module(&hits.module), wording.register(hits.schema.name.as_str()));
        let scope = format!("{}.{}", hits.module, hits.schema.name);
        let address = |page: u64| {
            let pairs = [("q", self.typed.to_owned()), ("in", scope.clone()), ("page", page.to_string())];
            urls::with_query(self.here, pairs)
        };
        let shown = if at.is_some() { hits.entries.len() } else { FIRST };
        let hit = |entry: &Entry| {
            let (text, details) = told(hits, entry, &wording);
            let href = self.entry(&hits.module, &hits.screen, &entry.at.id.to_string());
            Hit { link: Anchor::new(text, href), details, place: module.clone() }
        };
        let title = vatra_view::say_with(language, "search-found-in", &[("module", module.clone().into()), ("register", register.into())]);
        let last = hits.total.div_ceil(u64::from(PAGE_ROWS)).min(LAST);
        Group {
            id: format!("g-{}-{}", hits.module, hits.schema.name),
            hits: hits.entries.iter().take(shown).map(hit).collect(),
            total: Some(hits.total),
            all: (at.is_none() && hits.total > FIRST as u64).then(|| address(1)),
            pages: at.filter(|_| last > 1).map(|at| Pages {
                label: title.clone(),
                previous: (at > 1).then(|| address(at - 1)),
                next: (at < last).then(|| address(at + 1)),
                numbers: vec![PageLink { page: u32::try_from(at).ok(), href: address(at), current: true }],
            }),
            title,
        }
    }
}

/// An entry in a line: its number or first words, and what else is searched in it. Nothing personal but whom it is about.
fn told(hits: &RegisterHits, entry: &Entry, wording: &Wording<'_>) -> (String, String) {
    let register = hits.schema.name.as_str();
    let fields = hits.schema.fields.iter().filter(|field| field.searchable && !field.is_personal());
    let mut parts = fields.filter_map(|field| {
        let text = match entry.fields.get(&field.name)? {
            Value::None => return None,
            Value::Text(_) if field.kind == FieldType::LongText => return None,
            value => wording.cell(register, &field.name, value),
        };
        (!text.is_empty()).then_some(text)
    });
    let head = entry.number.clone().or_else(|| parts.next()).unwrap_or_else(|| vatra_view::say(wording.language, "open"));
    (head, parts.take(4).collect::<Vec<_>>().join(" · "))
}
