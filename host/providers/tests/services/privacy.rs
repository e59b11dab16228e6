//! Nobody of the invented population is named in anything that is logged.

use crate::house::House;
use std::io::Write;
use std::sync::{Arc, Mutex};
use vatra_core::clock::Clock;
use vatra_core::providers::{AuditSink, DataExchange, Event, EventBus, LogEvent, Mandates, NoticeRecipient, Notices};
use vatra_emulators::contract::{KnownPerson, about_person, notice};
use vatra_emulators::fault::Emulated as _;
use vatra_emulators::fault::{Fault as _, Trouble};
use vatra_emulators::mconnect::Fault;
use vatra_providers::mconnect::events::Producer;
use vatra_providers::transport::Style;

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn logs_and_errors_name_nobody() {
    let log = Log::default();
    let writer = log.clone();
    // Everything that our crates say; what libraries say at this level is none of an operator's business.
    let filter =
        tracing_subscriber::EnvFilter::new("trace,h2=off,hyper=off,hyper_util=off,rustls=off,reqwest=off,tower=off,axum=off,mio=off");
    let subscriber = tracing_subscriber::fmt().with_env_filter(filter).with_writer(move || writer.clone()).finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let house = House::new().await;
    let people: Vec<_> = (500..512).map(|number| house.population.person(number).unwrap()).collect();
    let (data, mandates) = (house.data(), house.mandates());
    let mut errors = String::new();
    let switches: Vec<(Option<Fault>, Option<Trouble>)> = std::iter::once((None, None))
        .chain(Fault::ALL.iter().map(|fault| (Some(*fault), None)))
        .chain([Trouble::Unavailable, Trouble::Failing, Trouble::Garbled].map(|trouble| (None, Some(trouble))))
        .collect();
    for ((fault, trouble), person) in switches.iter().zip(people.iter().cycle()) {
        house.mconnect.fault().set(*fault);
        for switch in
            [house.mconnect.trouble(), house.mpower.trouble(), house.mnotify.trouble(), house.mlog.trouble(), house.events.trouble()]
        {
            switch.set(*trouble);
        }
        let known = KnownPerson {
            idnp: person.idnp.clone(),
            family_name: person.name.family.clone(),
            nobody: String::new(),
            user: people[0].idnp.clone(),
            entity: house.town_hall(),
            legal_basis: "Legea".to_owned(),
        };
        let request = about_person(&known, &person.idnp, &["family-name", "child"]);
        tracing::info!(answered = data.ask(&request).await.map_err(|error| errors.push_str(&error.to_string())).is_ok(), "asked");
        let listed = mandates.list(&person.idnp, vatra_core::providers::MandateSide::Both).await;
        errors.push_str(&listed.err().map(|error| error.to_string()).unwrap_or_default());
        for subject in [person.full_name(), String::new()] {
            let sent = house.notices().send(&notice(NoticeRecipient::Person(person.idnp.clone()), &subject)).await;
            errors.push_str(&sent.err().map(|error| error.to_string()).unwrap_or_default());
        }
        let fields = [("subject", person.idnp.clone()), ("_subject_name", person.full_name())];
        for fields in [&fields[..1], &fields[..]] {
            let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
            let event = LogEvent { id: person.idnp.clone(), time: house.clock.now(), kind: "Vatra.PersonalData.Access".into(), fields };
            errors.push_str(&house.log().register(&[event]).await.err().map(|error| error.to_string()).unwrap_or_default());
        }
        let bus = Producer { transport: house.transport("MConnect Events", "mconnect-events", Style::Rest) };
        for kind in ["Sculeni.Vatra.Person.Moved", "wrong"] {
            let event = Event {
                source: "urn:sculeni".into(),
                id: "1".into(),
                kind: kind.into(),
                subject: Some(person.idnp.clone()),
                time: house.clock.now(),
                partition_key: Some(format!("idnp:{}", person.idnp)),
                data: serde_json::json!({ "IDNP": person.idnp, "Name": person.full_name() }),
            };
            errors.push_str(&bus.publish(&[event]).await.err().map(|error| error.to_string()).unwrap_or_default());
        }
    }
    let told = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(told.contains("asked") && errors.contains("refused"), "something was logged and something failed");
    for text in [&told, &errors] {
        for person in &people {
            assert!(!text.contains(&person.idnp), "an IDNP is in {text}");
            assert!(!text.contains(&person.full_name()) && !text.contains(&person.name.family));
        }
    }
}
