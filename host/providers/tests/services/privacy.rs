//! Nobody of the invented population is named in anything that is logged.

use crate::house::House;
use std::io::Write;
use std::sync::{Arc, Mutex};
use vatra_core::providers::{DataExchange, Mandates};
use vatra_emulators::contract::{KnownPerson, about_person};
use vatra_emulators::fault::{Fault as _, Trouble};
use vatra_emulators::mconnect::Fault;

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
        house.mconnect.trouble().set(*trouble);
        house.mpower.trouble().set(*trouble);
        let known = KnownPerson {
            idnp: person.idnp.clone(),
            family_name: person.name.family.clone(),
            nobody: String::new(),
            user: people[0].idnp.clone(),
            legal_basis: "Legea".to_owned(),
        };
        let request = about_person(&known, &person.idnp, &["family-name", "child"]);
        tracing::info!(answered = data.ask(&request).await.map_err(|error| errors.push_str(&error.to_string())).is_ok(), "asked");
        let listed = mandates.list(&person.idnp, vatra_core::providers::MandateSide::Both).await;
        errors.push_str(&listed.err().map(|error| error.to_string()).unwrap_or_default());
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
