//! Messages of modules to MNotify: filled in, sent once, and followed until everybody has theirs.

use super::{Ended, read};
use crate::app::{App, Carried, Carrier, ask_again, done, file_name};
use async_trait::async_trait;
use std::collections::BTreeMap;
use std::sync::{Arc, Weak};
use vatra_capabilities::mnotify::{CANCEL, Notified, SEND, SERVICE, TELL};
use vatra_core::call::Tenant;
use vatra_core::clock::Instant;
use vatra_core::documents::Standing;
use vatra_core::ids::{InboxId, Name, OutboxId, SubjectId};
use vatra_core::manifest::Language;
use vatra_core::providers::{
    CalledBack, NotSent, Notice, NoticeAttachment, NoticeContent, NoticeMessage, NoticeProgress, NoticeRecipient, NoticeStanding,
    NoticeStatus, NoticeText, NoticeTold, Notices, ProviderError, Texts,
};
use vatra_core::store::{InboxItem, InboxState, OutboxItem, OutboxState, Settled, Store, StoreError};
use vatra_core::unit::Subject;
use vatra_core::value::{Fields, Value};
use vatra_providers::mnotify::{Known, Seeker, Sought};
use vatra_view::format;

/// How soon it is asked first what became of a message, and how late at the latest, in seconds.
const SOONEST: i64 = 5;
const LATEST: i64 = 3_600;
/// After so long, in seconds, nothing more is asked: seven days.
const FOLLOWED: i64 = 7 * 86_400;

/// Brings messages to MNotify.
pub struct Notifier {
    app: Weak<App>,
    service: Name,
    notices: Arc<dyn Notices>,
    seeker: Seeker,
}

struct InOutbox(Arc<dyn Store>);

#[async_trait]
impl Known for InOutbox {
    async fn knows(&self, id: &str) -> Result<bool, ProviderError> {
        let failed = |error: StoreError| ProviderError::Unavailable { service: "storage", cause: error.to_string() };
        self.0.outbox_knows(SERVICE, id).await.map_err(failed)
    }
}

#[async_trait]
impl Carrier for Notifier {
    fn service(&self) -> &Name {
        &self.service
    }

    async fn carry(&self, tenant: &Tenant, item: &OutboxItem) -> Carried {
        let Some(app) = self.app.upgrade() else { return Carried::Later("the host ends".into()) };
        let carried = match item.outgoing.kind.as_str() {
            SEND | TELL => self.message(&app, tenant, item).await,
            CANCEL => self.cancel(&app, tenant, item).await,
            _ => Err(Ended::Parked("unknown-kind")),
        };
        carried.unwrap_or_else(Carried::from)
    }
}

impl Notifier {
    /// For this host and this MNotify.
    #[must_use]
    pub fn new(app: &Arc<App>, notices: Arc<dyn Notices>, service: Name) -> Self {
        let seeker = Seeker { notices: notices.clone(), known: Arc::new(InOutbox(app.store.clone())), clock: app.clock.clone() };
        Self { app: Arc::downgrade(app), service, notices, seeker }
    }

    async fn message(&self, app: &App, tenant: &Tenant, item: &OutboxItem) -> Result<Carried, Ended> {
        let progress: NoticeProgress = if item.answer.is_empty() { NoticeProgress::default() } else { read(&item.answer)? };
        if let Some((at, id)) = progress.taken.clone() {
            return self.follow(app, tenant, item, progress, at, &id).await;
        }
        let notice: Notice = read(&item.outgoing.payload)?;
        let (mut message, mut told) = filled(app, tenant, &notice).await?;
        match attached(app, tenant, &notice).await? {
            Some(files) => message.attachments = files,
            // What was to go along was annulled or destroyed meanwhile, or could not be made.
            None => {
                fail(&mut told, app.clock.now(), "attachment");
                return Ok(Carried::Settled(self.told(app, item, &NoticeProgress::default(), NoticeProgress { told, ..progress })));
            }
        }
        if message.recipients.is_empty() {
            return Ok(Carried::Settled(self.told(app, item, &NoticeProgress::default(), NoticeProgress { told, ..progress })));
        }
        let since = match progress.begun {
            None => {
                let since = app.clock.now();
                let begun = NoticeProgress { begun: Some(since), ..NoticeProgress::default() };
                if !app.store.outbox_note(tenant.id, item.outgoing.id, &written(&begun)).await? {
                    return Ok(Carried::Done);
                }
                match self.notices.send(&message).await {
                    Ok(id) => return Ok(Carried::Settled(self.taken(app, item, told, id))),
                    Err(NotSent::Not(ProviderError::Refused { cause, .. })) => {
                        tracing::warn!(tenant = %tenant.slug, module = %item.module, item = %item.outgoing.id, "MNotify refused a message: {cause}");
                        fail(&mut told, app.clock.now(), "rejected");
                        return Ok(Carried::Settled(self.told(app, item, &NoticeProgress::default(), NoticeProgress { told, ..begun })));
                    }
                    Err(NotSent::Not(error)) => {
                        app.store.outbox_note(tenant.id, item.outgoing.id, "").await?;
                        return Err(error.into());
                    }
                    Err(error @ NotSent::Perhaps { .. }) => return Err(Ended::Later(error.to_string())),
                }
            }
            Some(since) => since,
        };
        match self.seeker.seek(&message, since).await? {
            Sought::Sent(id) => Ok(Carried::Settled(self.taken(app, item, told, id))),
            Sought::Waits => Err(Ended::Later("it is looked for at MNotify: the answer to it was lost".into())),
            Sought::NotSent => {
                app.store.outbox_note(tenant.id, item.outgoing.id, "").await?;
                Err(Ended::Later("it had not left".into()))
            }
            Sought::Unclear => {
                fail(&mut told, app.clock.now(), "unclear");
                Ok(Carried::Settled(self.told(app, item, &NoticeProgress::default(), NoticeProgress { told, ..progress })))
            }
        }
    }

    /// MNotify has it.
    fn taken(&self, app: &App, item: &OutboxItem, told: Vec<NoticeTold>, id: String) -> Settled {
        let now = app.clock.now();
        let progress = NoticeProgress { begun: None, taken: Some((now, id.clone())), told };
        let events = events(item, &NoticeProgress::default(), &progress, now);
        Settled { reference: Some(id), forget: true, events, ..ask_again(written(&progress), now.plus_seconds(SOONEST)) }
    }

    /// What is known of each recipient; followed further unless it is known for good of everybody.
    fn told(&self, app: &App, item: &OutboxItem, before: &NoticeProgress, progress: NoticeProgress) -> Settled {
        let now = app.clock.now();
        let events = events(item, before, &progress, now);
        let open = progress.told.iter().any(|told| !told.standing.is_final());
        let settled = match &progress.taken {
            Some((at, _)) if open && now < at.plus_seconds(FOLLOWED) => {
                let age = (now.0 - at.0) / 1_000;
                ask_again(written(&progress), now.plus_seconds((age / 4).clamp(SOONEST, LATEST)))
            }
            _ => done(written(&progress)),
        };
        Settled { events, ..settled }
    }

    async fn follow(
        &self,
        app: &App,
        tenant: &Tenant,
        item: &OutboxItem,
        before: NoticeProgress,
        at: Instant,
        id: &str,
    ) -> Result<Carried, Ended> {
        let mut progress = before.clone();
        match self.notices.status(id).await? {
            Some(status) => {
                let ids: Vec<SubjectId> = progress.told.iter().map(|told| told.recipient).collect();
                let people = people(app, tenant, &ids).await?;
                for told in progress.told.iter_mut().filter(|told| !told.standing.is_final()) {
                    let idn = people.get(&told.recipient).and_then(|subject| subject.idn.as_deref());
                    update(told, &status, idn, at);
                }
            }
            // It was cleared away: what is known stays.
            None => return Ok(Carried::Settled(done(written(&progress)))),
        }
        Ok(Carried::Settled(self.told(app, item, &before, progress)))
    }

    /// Calls another message back, as far as it has not reached anybody.
    async fn cancel(&self, app: &App, tenant: &Tenant, item: &OutboxItem) -> Result<Carried, Ended> {
        let target: OutboxId = read(&item.outgoing.payload)?;
        let found = app.store.snapshot(tenant.id).await?.outgoing(&item.module, target).await?;
        let Some(found) = found.filter(|found| found.state != OutboxState::Done) else { return Ok(Carried::Settled(done(String::new()))) };
        let mut progress: NoticeProgress = if found.answer.is_empty() { NoticeProgress::default() } else { read(&found.answer)? };
        match (&progress.taken, progress.begun) {
            (Some((_, id)), _) => match self.notices.cancel(id).await? {
                CalledBack::Done => {}
                CalledBack::TooLate | CalledBack::Unknown => return Ok(Carried::Settled(done("\"too-late\"".into()))),
            },
            (None, Some(_)) => return Err(Ended::Later("what is to be called back is looked for".into())),
            (None, None) => {
                let notice: Notice = read(&found.outgoing.payload)?;
                let pending =
                    |recipient| NoticeTold { recipient, standing: NoticeStanding::Pending, at: found.created_at, rule: String::new() };
                progress.told = notice.recipients.into_iter().map(pending).collect();
            }
        }
        let now = app.clock.now();
        for told in progress.told.iter_mut().filter(|told| !told.standing.is_final()) {
            (told.standing, told.at) = (NoticeStanding::Cancelled, now);
        }
        app.store.outbox_settle(tenant.id, target, &done(written(&progress))).await?;
        Ok(Carried::Settled(done("\"cancelled\"".into())))
    }
}

fn written(progress: &NoticeProgress) -> String {
    serde_json::to_string(progress).unwrap_or_default()
}

fn fail(told: &mut [NoticeTold], at: Instant, rule: &str) {
    for told in told.iter_mut().filter(|told| !told.standing.is_final()) {
        (told.standing, told.at, told.rule) = (NoticeStanding::Failed, at, rule.to_owned());
    }
}

/// What MNotify says of one recipient. Of a company it says who read for it: then what it says of the whole counts.
fn update(told: &mut NoticeTold, status: &NoticeStatus, idn: Option<&str>, taken: Instant) {
    let mine: Vec<_> = status.deliveries.iter().filter(|delivery| Some(delivery.recipient.as_str()) == idn).collect();
    // Of several channels the furthest counts.
    let furthest =
        mine.iter().filter(|delivery| delivery.standing != NoticeStanding::Failed).max_by_key(|delivery| rank(delivery.standing));
    let (standing, at) = match (furthest, mine.first()) {
        (Some(delivery), _) | (None, Some(delivery)) => (delivery.standing, delivery.at),
        (None, None) => (status.standing, taken),
    };
    if standing != told.standing {
        (told.standing, told.at) = (standing, at);
        if standing == NoticeStanding::Failed {
            told.rule = "undelivered".to_owned();
        }
    }
}

fn rank(standing: NoticeStanding) -> usize {
    NoticeStanding::ALL.iter().position(|known| *known == standing).unwrap_or_default()
}

/// What the module is told: of each recipient once, when it is known for good.
fn events(item: &OutboxItem, before: &NoticeProgress, now: &NoticeProgress, received_at: Instant) -> Vec<InboxItem> {
    if item.outgoing.kind == TELL {
        return Vec::new();
    }
    let was_final = |at: usize| before.told.get(at).is_some_and(|told| told.standing.is_final());
    let news = now.told.iter().enumerate().filter(|(at, told)| told.standing.is_final() && !was_final(*at));
    news.map(|(at, told)| InboxItem {
        id: InboxId::fresh(),
        module: item.module.clone(),
        kind: "mnotify.notified".into(),
        payload: serde_json::to_string(&Notified { message: item.outgoing.id, at, told: told.clone() }).unwrap_or_default(),
        received_at,
        attempts: 0,
        state: InboxState::Waiting,
    })
    .collect()
}

async fn people(app: &App, tenant: &Tenant, ids: &[SubjectId]) -> Result<BTreeMap<SubjectId, Subject>, StoreError> {
    let found = app.store.people(tenant.id, ids).await?;
    // A merged one answers as what it was merged into, in the place of the one that was asked for.
    Ok(if found.len() == ids.len() {
        ids.iter().copied().zip(found).collect()
    } else {
        found.into_iter().map(|subject| (subject.id, subject)).collect()
    })
}

/// The message as MNotify takes it, to whoever can be reached; and everybody as they stand.
async fn filled(app: &App, tenant: &Tenant, notice: &Notice) -> Result<(NoticeMessage, Vec<NoticeTold>), Ended> {
    let mut ids = notice.recipients.clone();
    ids.extend(notice.variables.values().filter_map(|value| match value {
        Value::Subject(id) => Some(*id),
        _ => None,
    }));
    ids.sort_unstable();
    ids.dedup();
    let people = people(app, tenant, &ids).await?;
    let now = app.clock.now();
    let mut recipients = Vec::new();
    let mut told = Vec::new();
    for recipient in &notice.recipients {
        let reached = people.get(recipient).and_then(|subject| {
            let idn = subject.idn.clone()?;
            Some(if subject.company { NoticeRecipient::Company(idn) } else { NoticeRecipient::Person(idn) })
        });
        let (standing, rule) = if reached.is_some() { (NoticeStanding::Pending, "") } else { (NoticeStanding::Failed, "unreachable") };
        told.push(NoticeTold { recipient: *recipient, standing, at: now, rule: rule.to_owned() });
        recipients.extend(reached);
    }
    recipients.sort_unstable();
    recipients.dedup();
    let content = match &notice.content {
        NoticeText::Template(id) => NoticeContent::Template {
            id: id.clone(),
            variables: notice.variables.iter().map(|(name, value)| (name.clone(), words(value, &people, Language::Ro))).collect(),
        },
        NoticeText::Text(subject, body, short) => {
            let texts = |texts: &Texts| in_three(texts, &notice.variables, &people);
            NoticeContent::Text { subject: texts(subject), body: texts(body), short: texts(short) }
        }
    };
    let message = NoticeMessage { recipients, reader: notice.reader, content, priority: notice.priority, attachments: Vec::new() };
    Ok((message, told))
}

/// The files that go along; none when one of them no longer may. While one is still being made the message waits.
async fn attached(app: &App, tenant: &Tenant, notice: &Notice) -> Result<Option<Vec<NoticeAttachment>>, Ended> {
    let mut files = Vec::with_capacity(notice.attachments.len());
    for id in &notice.attachments {
        let document = app.store.snapshot(tenant.id).await?.document(*id).await?;
        let Some(document) = document else { return Ok(None) };
        match document.standing {
            Standing::Issued | Standing::Received => {}
            Standing::Making if document.issued_on.is_some() => {
                return Err(Ended::Later("a document that goes along is being made".into()));
            }
            _ => return Ok(None),
        }
        let Some(address) = document.kept.as_ref().and_then(|kept| kept.address) else { return Ok(None) };
        let content = app.blobs.get(tenant.id, address).await?;
        files.push(NoticeAttachment { name: file_name(&document), content });
    }
    Ok(Some(files))
}

fn in_three(texts: &Texts, variables: &Fields, people: &BTreeMap<SubjectId, Subject>) -> Texts {
    let fill = |text: &str, language| fill(text, |name| variables.get(name).map(|value| words(value, people, language)));
    Texts {
        ro: fill(&texts.ro, Language::Ro),
        ru: texts.ru.as_deref().map(|text| fill(text, Language::Ru)),
        en: texts.en.as_deref().map(|text| fill(text, Language::En)),
    }
}

/// Puts values in place of `{name}`; what is no variable stays as it is. Values are not looked through again.
fn fill(text: &str, value: impl Fn(&str) -> Option<String>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        match after.split_once('}').and_then(|(name, after)| Some((value(name)?, after))) {
            Some((value, after)) => {
                out.push_str(&value);
                rest = after;
            }
            None => {
                out.push('{');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

/// A value in words.
fn words(value: &Value, people: &BTreeMap<SubjectId, Subject>, language: Language) -> String {
    match value {
        Value::None => String::new(),
        Value::Flag(true) => "✓".into(),
        Value::Flag(false) => "–".into(),
        Value::Integer(number) => format::number(*number, language),
        Value::Money(amount) => format::money(*amount, language),
        Value::Decimal(decimal) => format::decimal(decimal, language),
        Value::Text(text) | Value::Choice(text) | Value::Personal(text) | Value::Cadastral(text) | Value::Iban(text) => text.clone(),
        Value::Date(date) => format::date(*date, language),
        Value::Instant(at) => format::instant(*at, language),
        Value::Subject(id) => people.get(id).map(|subject| subject.name.clone()).unwrap_or_default(),
        Value::Entry(_) | Value::Document(_) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_are_filled_in_once() {
        let value = |name: &str| match name {
            "sum" => Some("12,50 lei".to_owned()),
            "name" => Some("{sum} Popa".to_owned()),
            _ => None,
        };
        assert_eq!(fill("{name}: {sum}, {other} {", value), "{sum} Popa: 12,50 lei, {other} {");
    }
}
