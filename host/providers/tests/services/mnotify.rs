//! MNotify: each message once, also when answers are lost.

use crate::house::House;
use async_trait::async_trait;
use axum::body::Body;
use axum::http::Request;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use tower::ServiceExt;
use vatra_core::clock::Clock;
use vatra_core::manifest::Language;
use vatra_core::providers::{
    CalledBack, NoticeContent, NoticeMessage, NoticeOutbox, NoticeRecipient, NoticeStanding, Notices, Outgoing, ProviderError, Settled,
    Waiting,
};
use vatra_emulators::contract::{notice, notices};
use vatra_emulators::fault::Emulated as _;
use vatra_emulators::fault::Trouble;
use vatra_emulators::mnotify::{Fault, Preference};
use vatra_providers::mnotify::{Done, Sender};
use vatra_providers::transport::{Call, Method, Style};

/// An outbox in memory; it survives its senders.
#[derive(Default)]
struct Outbox {
    waiting: Mutex<BTreeMap<String, (NoticeMessage, Outgoing)>>,
    settled: Mutex<BTreeMap<String, Settled>>,
}

impl Outbox {
    fn put(&self, key: &str, message: NoticeMessage) {
        self.waiting.lock().unwrap().insert(key.to_owned(), (message, Outgoing::Ready));
    }
    fn settled(&self, key: &str) -> Option<Settled> {
        self.settled.lock().unwrap().get(key).cloned()
    }
}

#[async_trait]
impl NoticeOutbox for Outbox {
    async fn next(&self) -> Result<Option<Waiting>, ProviderError> {
        let waiting = self.waiting.lock().unwrap();
        let next = waiting.iter().min_by_key(|(_, (_, outgoing))| *outgoing == Outgoing::Ready);
        Ok(next.map(|(key, (message, outgoing))| Waiting { key: key.clone(), message: message.clone(), outgoing: *outgoing }))
    }
    async fn note(&self, key: &str, outgoing: Outgoing) -> Result<(), ProviderError> {
        self.waiting.lock().unwrap().get_mut(key).unwrap().1 = outgoing;
        Ok(())
    }
    async fn settle(&self, key: &str, settled: &Settled) -> Result<(), ProviderError> {
        self.waiting.lock().unwrap().remove(key);
        self.settled.lock().unwrap().insert(key.to_owned(), settled.clone());
        Ok(())
    }
    async fn knows(&self, id: &str) -> Result<bool, ProviderError> {
        Ok(self.settled.lock().unwrap().values().any(|settled| *settled == Settled::Sent(id.to_owned())))
    }
}

fn sender(house: &House, outbox: &Arc<Outbox>) -> Sender {
    Sender { notices: Arc::new(house.notices()), outbox: outbox.clone(), clock: house.clock.clone() }
}

fn person(house: &House, number: u32) -> NoticeRecipient {
    NoticeRecipient::Person(house.population.person(number).unwrap().idnp)
}

#[tokio::test]
async fn it_keeps_the_contract() {
    let house = House::new().await;
    notices(&house.notices(), person(&house, 4), house.clock.now()).await.unwrap();
    assert_eq!(house.mnotify.taken(), 2);
}

#[tokio::test]
async fn statuses_move_and_the_recipient_chooses_channel_language_and_hours() {
    let house = House::new().await;
    let client = house.notices();
    let recipient = person(&house, 4);
    let idnp = recipient.parts().1.to_owned();
    house.mnotify.prefer(&idnp, Preference { channel: "Viber", language: Language::Ru, hours: (0, 24) });
    let id = client.send(&notice(recipient.clone(), "Impozit")).await.unwrap();
    let mut seen = vec![client.status(&id).await.unwrap().unwrap().standing];
    for _ in 0..5 {
        house.later(2);
        seen.push(client.status(&id).await.unwrap().unwrap().standing);
    }
    use NoticeStanding::{Delivered, Pending, Resolving, Sending, Sent};
    assert_eq!(seen, [Pending, Resolving, Sending, Sent, Delivered, Delivered]);
    assert_eq!(house.mnotify.inbox(&idnp), [("Viber", "Impozit (по-русски)".to_owned(), "Verificare. (по-русски)".to_owned())]);
    assert_eq!(client.cancel(&id).await.unwrap(), CalledBack::TooLate);

    // A language that was not written falls back to Romanian; hours keep a message until they come.
    house.mnotify.prefer(&idnp, Preference { channel: "Email", language: Language::En, hours: (9, 18) });
    house.clock.set(vatra_core::clock::Instant(1_788_300_000_000)); // 1 September 2026, 21:20 UTC: night in Chișinău
    let id = client.send(&notice(recipient.clone(), "Noaptea")).await.unwrap();
    house.later(60);
    assert_eq!(client.status(&id).await.unwrap().unwrap().standing, Sending);
    assert_eq!(client.cancel(&id).await.unwrap(), CalledBack::Done);
    assert_eq!(client.cancel(&id).await.unwrap(), CalledBack::Done, "once more changes nothing");
    assert_eq!(client.status(&id).await.unwrap().unwrap().standing, NoticeStanding::Cancelled);
    let id = client.send(&notice(recipient, "Noaptea a doua")).await.unwrap();
    house.later(12 * 3_600);
    assert_eq!(client.status(&id).await.unwrap().unwrap().standing, Delivered);
    assert_eq!(house.mnotify.inbox(&idnp)[0].1, "Noaptea a doua");

    house.mnotify.fault().set(Some(Fault::Undeliverable));
    let id = client.send(&notice(person(&house, 5), "Nu ajunge")).await.unwrap();
    house.later(40);
    assert_eq!(client.status(&id).await.unwrap().unwrap().deliveries[0].standing, NoticeStanding::Failed);
}

#[tokio::test]
async fn templates_are_filled_at_mnotify() {
    let house = House::new().await;
    let transport = house.transport("MNotify", "mnotify", Style::Rest);
    let template = r#"{"name":"Datorie","description":"","subject":{"ro":"Datorie","ru":"Долг"},"body":{"ro":"Stimate {{nume}}, aveți de achitat {{suma}} lei."},"bodyShort":{"ro":"{{suma}} lei"}}"#;
    let made = transport.send(Call::new(Method::POST, "/api/Template").body("application/json", template)).await.unwrap();
    let id = String::from_utf8(made.body).unwrap().trim_matches('"').to_owned();
    let checked =
        Call::new(Method::POST, format!("/api/template/{id}/check")).body("application/json", r#"{"variables":"{\"suma\":\"12,50\"}"}"#);
    let checked = String::from_utf8(transport.send(checked).await.unwrap().body).unwrap();
    assert!(checked.contains("12,50 lei") && checked.contains("{{nume}}"));

    let recipient = NoticeRecipient::Email("maria@exemplu.md".into());
    let variables = BTreeMap::from([("nume".to_owned(), "Maria \"Ș\" {{x}}".to_owned()), ("suma".to_owned(), "12,50".to_owned())]);
    let message = NoticeMessage { content: NoticeContent::Template { id, variables }, ..notice(recipient, "") };
    house.notices().send(&message).await.unwrap();
    house.later(60);
    assert_eq!(house.mnotify.inbox("maria@exemplu.md")[0].2, "Stimate Maria \"Ș\" {{x}}, aveți de achitat 12,50 lei.");
    let gone = NoticeMessage {
        content: NoticeContent::Template { id: "00000000-0000-0000-0000-000000000000".into(), variables: BTreeMap::new() },
        ..message
    };
    assert!(house.notices().send(&gone).await.is_err());
}

#[tokio::test]
async fn a_message_whose_answer_was_lost_is_not_sent_twice() {
    let house = House::new().await;
    let outbox = Arc::new(Outbox::default());
    // Others to the same person before, one of them known, with the same subject.
    outbox.put("0", notice(person(&house, 4), "Impozit"));
    assert_eq!(sender(&house, &outbox).step().await.unwrap(), Done::Sent);
    house.later(10);

    outbox.put("1", notice(person(&house, 4), "Impozit"));
    outbox.put("2", notice(person(&house, 7), "Impozit"));
    house.mnotify.fault().set(Some(Fault::AnswerLost));
    assert!(matches!(sender(&house, &outbox).step().await, Err(ProviderError::Unavailable { .. })));
    house.mnotify.fault().set(None);
    assert_eq!(house.mnotify.taken(), 2, "it was taken");
    // Too early: MNotify does not say to whom it goes. Then it does.
    assert_eq!(sender(&house, &outbox).step().await.unwrap(), Done::Waits);
    house.later(4);
    assert_eq!(sender(&house, &outbox).step().await.unwrap(), Done::Sent);
    assert!(matches!(outbox.settled("1"), Some(Settled::Sent(id)) if outbox.settled("0") != Some(Settled::Sent(id.clone()))));
    assert_eq!(sender(&house, &outbox).step().await.unwrap(), Done::Sent);
    assert_eq!(sender(&house, &outbox).step().await.unwrap(), Done::Nothing);
    assert_eq!(house.mnotify.taken(), 3, "three messages, each once");
}

#[tokio::test]
async fn a_message_that_did_not_arrive_is_sent_again_and_one_that_cannot_be_told_is_not() {
    let house = House::new().await;
    let outbox = Arc::new(Outbox::default());
    // Turned away: it certainly did not arrive.
    outbox.put("1", notice(person(&house, 4), "Impozit"));
    house.mnotify.trouble().set(Some(Trouble::Unavailable));
    assert!(sender(&house, &outbox).step().await.is_err());
    assert_eq!(outbox.next().await.unwrap().unwrap().outgoing, Outgoing::Ready);
    // Broken off: it may have.
    house.mnotify.trouble().set(Some(Trouble::Failing));
    assert!(sender(&house, &outbox).step().await.is_err());
    house.mnotify.trouble().set(None);
    assert!(matches!(outbox.next().await.unwrap().unwrap().outgoing, Outgoing::Begun(_)));
    assert_eq!(sender(&house, &outbox).step().await.unwrap(), Done::Waits);
    house.later(61);
    assert_eq!(sender(&house, &outbox).step().await.unwrap(), Done::NotLeft);
    assert_eq!(sender(&house, &outbox).step().await.unwrap(), Done::Sent);
    assert_eq!(house.mnotify.taken(), 1);

    // To a company: MNotify may say who reads for it, and that is not told apart from others.
    let town = house.population.town_hall(&vatra_emulators::population::MUNICIPALITIES[0]).unwrap();
    outbox.put("2", notice(NoticeRecipient::Company(house.population.company(town).unwrap().idno), "Aviz"));
    house.mnotify.fault().set(Some(Fault::AnswerLost));
    assert!(sender(&house, &outbox).step().await.is_err());
    house.mnotify.fault().set(None);
    house.later(600);
    assert_eq!(sender(&house, &outbox).step().await.unwrap(), Done::Waits);
    house.later(1_300);
    assert_eq!(sender(&house, &outbox).step().await.unwrap(), Done::Unclear);
    assert_eq!((outbox.settled("2"), house.mnotify.taken()), (Some(Settled::Unclear), 2));

    outbox.put("3", notice(NoticeRecipient::Person("123".into()), "Greșit"));
    assert_eq!(sender(&house, &outbox).step().await.unwrap(), Done::Refused);
}

#[tokio::test]
async fn a_recipient_s_page_shows_their_channels_and_marks_what_was_read() {
    let house = House::new().await;
    let recipient = person(&house, 4);
    let idnp = recipient.parts().1.to_owned();
    let id = house.notices().send(&notice(recipient, "<b>Impozit</b>")).await.unwrap();
    house.later(60);
    let page = async |body: String| {
        let request =
            Request::post("/emulators/mnotify").header("content-type", "application/x-www-form-urlencoded").body(Body::from(body)).unwrap();
        let response = house.mnotify.pages().oneshot(request).await.unwrap();
        String::from_utf8(axum::body::to_bytes(response.into_body(), 1 << 20).await.unwrap().to_vec()).unwrap()
    };
    let shown = page(format!("recipient={idnp}")).await;
    assert!(shown.contains("&#60;b&#62;Impozit") && !shown.contains("<b>"), "{shown}");
    let letter = shown.split("name=\"read\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    assert!(!page(format!("recipient={idnp}&read={letter}")).await.contains("name=\"read\""));
    assert_eq!(house.notices().status(&id).await.unwrap().unwrap().standing, NoticeStanding::Read);
    assert!(page("recipient=2900000000000".to_owned()).await.contains("Nu a ajuns niciun mesaj"));
}
