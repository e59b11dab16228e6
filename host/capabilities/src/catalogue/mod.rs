//! `vatra:catalogue`: the public services that this municipality's modules handle, with their passports. Nothing personal.

use crate::bindings::vatra::catalogue::services as wit;
use crate::bindings::vatra::types::values::Failure;
use crate::registers::{Stop, counted};
use crate::state::{CallState, invalid};
use std::collections::BTreeMap;
use vatra_core::fold;
use vatra_core::manifest::{Language, Localized};
use vatra_core::services::{Audience, Days, Offered};

type Answer<T> = wasmtime::Result<Result<T, Failure>>;

const SERVICE: &str = "catalogue";
/// Services of a page.
const PAGE: u32 = 100;

impl wit::Host for CallState {
    async fn search(&mut self, words: String, life_event: Option<String>, limit: u32, cursor: Option<String>) -> Answer<wit::Page> {
        counted!(self, "catalogue.search", search(self, &words, life_event.as_deref(), limit, cursor))
    }
    async fn describe(&mut self, code: String) -> Answer<wit::Passport> {
        counted!(self, "catalogue.describe", async {
            let all = all(self).await?;
            let found = all.iter().find(|one| one.service.code.as_str() == code).ok_or(Failure::NotFound)?;
            Ok::<_, Stop>(passport(self, found))
        })
    }
    async fn life_events(&mut self) -> Answer<Vec<wit::LifeEvent>> {
        counted!(self, "catalogue.life-events", async {
            let language = self.ctx.caller.language;
            let mut events: BTreeMap<String, (String, u32)> = BTreeMap::new();
            for event in all(self).await?.iter().flat_map(|one| &one.service.life_events) {
                let known = events.entry(event.code.to_string()).or_insert_with(|| (event.title.get(language).to_owned(), 0));
                known.1 += 1;
            }
            let each = |(code, (title, services))| wit::LifeEvent { code, title, services };
            Ok::<_, Stop>(events.into_iter().map(each).collect())
        })
    }
}

async fn all(state: &mut CallState) -> Result<Vec<Offered>, Stop> {
    state.allow(SERVICE, &[])?;
    let found = match state.services.clone() {
        Some(directory) => directory.services(state.ctx.tenant.id).await?,
        None => Vec::new(),
    };
    state.used.read(found.len(), &state.limits)?;
    Ok(found)
}

async fn search(
    state: &mut CallState,
    words: &str,
    life_event: Option<&str>,
    limit: u32,
    cursor: Option<String>,
) -> Result<wit::Page, Stop> {
    let from: usize = cursor.map_or(Ok(0), |cursor| cursor.parse()).map_err(|_| invalid("cursor", "type"))?;
    let words = fold::words(words);
    let language = state.ctx.caller.language;
    let mut found = all(state).await?;
    found.retain(|one| {
        let event = life_event.is_none_or(|code| one.service.life_events.iter().any(|event| event.code.as_str() == code));
        event && one.service.matches(&words)
    });
    found.sort_by_cached_key(|one| (fold::fold(one.service.title.get(language)), one.service.code.clone()));
    let total = found.len();
    let most = usize::try_from(limit.clamp(1, PAGE)).unwrap_or(1);
    let page: Vec<_> = found.iter().skip(from).take(most).map(|one| summary(state, one)).collect();
    let end = from.saturating_add(page.len());
    let next = (!page.is_empty() && end < total).then(|| end.to_string());
    Ok(wit::Page { services: page, next, total: total as u64 })
}

fn summary(state: &CallState, one: &Offered) -> wit::Summary {
    let (language, name) = (state.ctx.caller.language, &state.ctx.tenant.name);
    wit::Summary {
        code: one.service.code.to_string(),
        title: one.service.title.get(language).to_owned(),
        summary: one.service.summary.get(language).to_owned(),
        provider: match language {
            Language::Ro => format!("Primăria {name}"),
            Language::Ru => format!("Примэрия {name}"),
            Language::En => format!("{name} town hall"),
        },
        electronic: one.listener("cases").is_some(),
    }
}

fn passport(state: &CallState, one: &Offered) -> wit::Passport {
    let language = state.ctx.caller.language;
    let words = |text: &Localized| text.get(language).to_owned();
    let service = &one.service;
    let mut channels = vec![wit::Channel::Counter];
    if one.listener("cases").is_some() {
        channels.extend([wit::Channel::Portal, wit::Channel::Evo]);
    }
    wit::Passport {
        summary: summary(state, one),
        audience: match service.audience {
            Audience::Persons => wit::Audience::Persons,
            Audience::Companies => wit::Audience::Companies,
            Audience::Both => wit::Audience::Both,
        },
        description: words(&service.description),
        steps: service.steps.iter().map(words).collect(),
        documents: service
            .documents
            .iter()
            .map(|one| wit::Requirement { title: words(&one.title), required: one.required, hint: words(&one.hint) })
            .collect(),
        fee: service.fee.map(|fee| fee.0),
        term: service.term.map(|term| wit::Term { days: term.days, working: term.counted == Days::Working }),
        channels,
        legal_acts: service.legal_acts.clone(),
        life_events: service.life_events.iter().map(|event| words(&event.title)).collect(),
        handled_here: one.listener("cases").is_some(),
    }
}
