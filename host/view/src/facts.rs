//! What the host knows of orders, documents and cases, in the reader's words: the same for pages and for phones.

use crate::format::{self, strip_controls};
use crate::messages::{say, say_with};
use crate::ui::{Anchor, Cell, Event, Fact, Said};
use crate::wording::Wording;
use serde_json::{Value as Json, json};
use vatra_core::documents::Standing;
use vatra_core::ids::Name;
use vatra_core::manifest::Language;
use vatra_core::value::{Money, Value};
use vatra_core::view::{OrderStatus, Tone};

/// What is known of something that a screen names.
#[derive(Default)]
pub(crate) struct Known {
    pub(crate) title: String,
    pub(crate) facts: Vec<Fact>,
    /// What is asked of the reader.
    pub(crate) said: Option<Said>,
    /// What happened, oldest first.
    pub(crate) events: Vec<Event>,
    /// Addresses of other services, to be left for.
    pub(crate) leave: Vec<Anchor>,
}

impl Known {
    /// As data: `title`, `facts` of `{label, text, tone}`, `leave` of `{label, url}`, `said`, `events`.
    pub(crate) fn to_json(&self) -> Json {
        let fact = |fact: &Fact| json!({"label": fact.label, "text": fact.value.text, "tone": fact.value.tag});
        let facts = |facts: &[Fact]| facts.iter().map(fact).collect::<Vec<_>>();
        let leave = self.leave.iter().map(|anchor| json!({"label": anchor.text, "url": anchor.href}));
        let events = self.events.iter().map(|event| json!({"what": event.what, "when": event.when, "facts": facts(&event.facts)}));
        json!({
            "title": self.title, "facts": facts(&self.facts), "leave": leave.collect::<Vec<_>>(), "events": events.collect::<Vec<_>>(),
            "said": self.said.as_ref().map(|said| json!({"tone": said.tone, "title": said.title, "text": said.text})),
        })
    }
}

impl Wording<'_> {
    fn dated(&self, key: &str, date: Option<chrono::NaiveDate>) -> Option<Fact> {
        Some(Fact::new(say(self.language, key), Cell::text(format::date(date?, self.language))))
    }

    /// An MPay order.
    pub(crate) fn order(&self, number: &str) -> Option<Known> {
        let (language, order) = (self.language, self.resolved.orders.get(number)?);
        let rest = Money((order.due.0 - order.paid.0).max(0));
        let money = |key: &str, money| Fact::new(say(language, key), Cell::text(self.value(&Value::Money(money))));
        let mut facts = vec![
            Fact::new(say(language, "order-number"), Cell::text(number)),
            Fact::new(say(language, "order-status"), Cell::tag(say(language, status_key(order.status)), tone_of(order.status))),
            money("order-due", order.due),
            money("order-paid", order.paid),
            money("order-rest", rest),
        ];
        facts.extend(self.dated("order-expires", order.expires));
        let payable = matches!(order.status, OrderStatus::Active | OrderStatus::PartiallyPaid) && is_web_address(&order.pay_url);
        let leave = payable.then(|| Anchor::new(say(language, "order-pay"), order.pay_url.clone()));
        Some(Known { title: say(language, "order-title"), facts, leave: leave.into_iter().collect(), ..Known::default() })
    }

    /// A document.
    pub(crate) fn document(&self, id: &str) -> Option<Known> {
        let (language, document) = (self.language, self.resolved.documents.get(id)?);
        let (key, tone) = standing(document.standing);
        let mut facts = vec![Fact::new(say(language, "document-standing"), Cell::tag(say(language, key), tone))];
        facts.extend(document.number.as_ref().map(|number| Fact::new(say(language, "document-number"), Cell::text(number))));
        facts.extend(self.dated("document-issued-on", document.issued_on));
        facts.extend(self.dated("document-valid-until", document.valid_until));
        if !document.note.is_empty() {
            facts.push(Fact::new(say(language, "document-note"), Cell::text(strip_controls(&document.note))));
        }
        Some(Known { title: strip_controls(&document.title), facts, ..Known::default() })
    }

    /// Whether a document of the module has bytes to be had.
    pub(crate) fn document_kept(&self, id: &str) -> bool {
        let document = self.resolved.documents.get(id).filter(|document| document.kept);
        document.is_some_and(|document| !matches!(document.standing, Standing::Failed | Standing::Destroyed))
    }

    /// A case, but for its orders and results.
    pub(crate) fn case(&self, id: &str) -> Option<Known> {
        let (language, case) = (self.language, self.resolved.cases.get(id)?);
        let mut facts = vec![Fact::new(say(language, "case-standing"), case_standing(language, &case.standing))];
        facts.extend(case.number.as_ref().map(|number| Fact::new(say(language, "case-number"), Cell::text(strip_controls(number)))));
        facts.push(Fact::new(say(language, "case-applicant"), Cell::text(self.value(&Value::Subject(case.applicant)))));
        facts.extend(self.dated("case-submitted", case.submitted_on));
        facts.extend(self.dated("case-due", case.due));
        let said = case.asked.as_ref().map(|(note, until)| {
            let title = say_with(language, "case-asked", &[("date", format::date(*until, language).into())]);
            Said { tone: Tone::Warning, title, text: Some(strip_controls(note)) }
        });
        let events = case.steps.iter().map(|(at, standing, note)| Event {
            what: case_standing(language, standing).text,
            at: machine_time(at),
            when: self.value(at),
            who: None,
            facts: (!note.is_empty())
                .then(|| Fact::new(say(language, "case-note"), Cell::text(strip_controls(note))))
                .into_iter()
                .collect(),
        });
        Some(Known { title: strip_controls(&case.service), facts, said, events: events.collect(), leave: Vec::new() })
    }
}

/// A date or instant, as machines write it.
pub(crate) fn machine_time(at: &Value) -> String {
    match at {
        Value::Date(date) => date.to_string(),
        Value::Instant(instant) => instant.rfc3339(),
        _ => String::new(),
    }
}

/// Where a case stands, as a tag.
pub(crate) fn case_standing(language: Language, standing: &Name) -> Cell {
    let tone = match standing.as_str() {
        "approved" => Tone::Success,
        "refused" => Tone::Danger,
        "waiting-applicant" | "waiting-payment" => Tone::Warning,
        _ => Tone::Neutral,
    };
    // The label of the date has the plain name.
    let key = if standing.as_str() == "submitted" { "case-submitted-state".to_owned() } else { format!("case-{standing}") };
    Cell::tag(say(language, &key), tone)
}

fn standing(standing: Standing) -> (&'static str, Tone) {
    match standing {
        Standing::Received => ("document-received", Tone::Neutral),
        Standing::Making => ("document-making", Tone::Neutral),
        Standing::Draft => ("document-draft", Tone::Warning),
        Standing::Issued => ("document-issued", Tone::Success),
        Standing::Annulled => ("document-annulled", Tone::Danger),
        Standing::Failed => ("document-failed", Tone::Danger),
        Standing::Destroyed => ("document-destroyed", Tone::Neutral),
    }
}

fn tone_of(status: OrderStatus) -> Tone {
    match status {
        OrderStatus::Active => Tone::Neutral,
        OrderStatus::PartiallyPaid | OrderStatus::Refunding | OrderStatus::Refunded => Tone::Warning,
        OrderStatus::Paid | OrderStatus::Completed => Tone::Success,
        OrderStatus::Expired | OrderStatus::Cancelled => Tone::Danger,
    }
}

fn status_key(status: OrderStatus) -> &'static str {
    match status {
        OrderStatus::Active => "order-active",
        OrderStatus::PartiallyPaid => "order-partially-paid",
        OrderStatus::Paid => "order-paid-status",
        OrderStatus::Completed => "order-completed",
        OrderStatus::Expired => "order-expired",
        OrderStatus::Cancelled => "order-cancelled",
        OrderStatus::Refunding => "order-refunding",
        OrderStatus::Refunded => "order-refunded",
    }
}

/// The address of a page, never of a script.
pub(crate) fn is_web_address(url: &str) -> bool {
    url.starts_with("https://") || url.starts_with("http://") || (url.starts_with('/') && !url.starts_with("//"))
}
