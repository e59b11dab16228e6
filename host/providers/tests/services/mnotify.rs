//! MNotify: each message once, also when answers are lost.

use crate::house::House;
use async_trait::async_trait;
use axum::body::Body;
use axum::http::Request;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use tower::ServiceExt;
use vatra_core::clock::Clock;
use vatra_core::manifest::Language;
use vatra_core::providers::{CalledBack, NotSent, NoticeContent, NoticeMessage, NoticeRecipient, NoticeStanding, Notices, ProviderError};
use vatra_emulators::contract::{notice, notices};
use vatra_emulators::fault::Emulated as _;
use vatra_emulators::fault::Trouble;
use vatra_emulators::mnotify::{Fault, Preference};
use vatra_providers::mnotify::{Known, Seeker, Sought};
use vatra_providers::transport::{Call, Method, Style};

/// Ids of messages that are known to be there.
#[derive(Default)]
struct Ids(Mutex<BTreeSet<String>>);

#[async_trait]
impl Known for Ids {
    async fn knows(&self, id: &str) -> Result<bool, ProviderError> {
        Ok(self.0.lock().unwrap().contains(id))
    }
}

fn seeker(house: &House, known: &Arc<Ids>) -> Seeker {
    Seeker { notices: Arc::new(house.notices()), known: known.clone(), clock: house.clock.clone() }
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
async fn a_message_whose_answer_was_lost_is_found() {
    let house = House::new().await;
    let known = Arc::new(Ids::default());
    // Others to the same person with the same subject before, which are known, and one to another person.
    let message = notice(person(&house, 4), "Impozit");
    let before = house.notices().send(&message).await.unwrap();
    known.0.lock().unwrap().insert(before.clone());
    house.later(10);
    let since = house.clock.now();
    house.mnotify.fault().set(Some(Fault::AnswerLost));
    assert!(matches!(house.notices().send(&message).await, Err(NotSent::Perhaps { .. })));
    house.mnotify.fault().set(None);
    house.notices().send(&notice(person(&house, 7), "Impozit")).await.unwrap();
    // Too early: MNotify does not say to whom it goes. Then it does.
    assert_eq!(seeker(&house, &known).seek(&message, since).await.unwrap(), Sought::Waits);
    house.later(4);
    let found = seeker(&house, &known).seek(&message, since).await.unwrap();
    assert!(matches!(&found, Sought::Sent(id) if *id != before), "{found:?}");
}

#[tokio::test]
async fn a_message_that_did_not_arrive_is_told_from_one_of_which_nothing_can_be_told() {
    let house = House::new().await;
    let known = Arc::new(Ids::default());
    let message = notice(person(&house, 4), "Impozit");
    // Turned away: it certainly did not arrive.
    house.mnotify.trouble().set(Some(Trouble::Unavailable));
    assert!(matches!(house.notices().send(&message).await, Err(NotSent::Not(ProviderError::Unavailable { .. }))));
    // Broken off: it may have.
    house.mnotify.trouble().set(Some(Trouble::Failing));
    let since = house.clock.now();
    assert!(matches!(house.notices().send(&message).await, Err(NotSent::Perhaps { .. })));
    house.mnotify.trouble().set(None);
    assert_eq!(seeker(&house, &known).seek(&message, since).await.unwrap(), Sought::Waits);
    house.later(61);
    assert_eq!(seeker(&house, &known).seek(&message, since).await.unwrap(), Sought::NotSent);

    // To a company: MNotify may say who reads for it, and that is not told apart from others.
    let town = house.population.town_hall(&vatra_emulators::population::MUNICIPALITIES[0]).unwrap();
    let message = notice(NoticeRecipient::Company(house.population.company(town).unwrap().idno), "Aviz");
    house.mnotify.fault().set(Some(Fault::AnswerLost));
    let since = house.clock.now();
    assert!(house.notices().send(&message).await.is_err());
    house.mnotify.fault().set(None);
    house.later(600);
    assert_eq!(seeker(&house, &known).seek(&message, since).await.unwrap(), Sought::Waits);
    house.later(1_300);
    assert_eq!(seeker(&house, &known).seek(&message, since).await.unwrap(), Sought::Unclear);

    let wrong = notice(NoticeRecipient::Person("123".into()), "Greșit");
    assert!(matches!(house.notices().send(&wrong).await, Err(NotSent::Not(ProviderError::Refused { .. }))));
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
