//! MConnect: questions about the invented population.

use crate::house::House;
use std::time::Duration;
use vatra_core::catalogue::Catalogue;
use vatra_core::providers::{DataExchange, DataRequest, ProviderError};
use vatra_core::value::{Fields, Money, Value};
use vatra_emulators::contract::{KnownPerson, about_person, data_exchange};
use vatra_emulators::fault::Emulated as _;
use vatra_emulators::fault::{Fault as _, Trouble};
use vatra_emulators::mconnect::Fault;
use vatra_emulators::population::{EstateKind, Holder};

fn known(house: &House) -> KnownPerson {
    let person = house.population.person(4_000).unwrap();
    KnownPerson {
        idnp: person.idnp,
        family_name: person.name.family,
        nobody: "2000000000008".to_owned(),
        user: "2012877351413".to_owned(),
        entity: house.town_hall(),
        legal_basis: "Codul fiscal nr. 1163/1997, art. 277".to_owned(),
    }
}

fn question(house: &House, set: &str, about: Option<&str>, fields: &[&str]) -> DataRequest {
    let mut request = about_person(&known(house), "", fields);
    request.data_set = set.to_owned();
    request.about = about.map(str::to_owned);
    request
}

fn words(result: Result<Option<vatra_core::providers::DataAnswer>, ProviderError>) -> String {
    match result {
        Ok(_) => "answered".to_owned(),
        Err(error) => error.to_string(),
    }
}

#[tokio::test]
async fn it_keeps_the_contract_and_citizens_see_who_asked() {
    let house = House::new().await;
    let client = house.data();
    let known = known(&house);
    data_exchange(&client, &known).await.unwrap();
    let looks = house.mconnect.looks_at(&known.idnp);
    assert_eq!(looks.len(), 2, "refused questions did not leave");
    let look = &looks[0];
    assert_eq!((look.user.as_str(), look.basis.as_str(), look.data_set.as_str()), ("2012877351413", known.legal_basis.as_str(), "person"));
    assert!(house.population.by_idno(&look.entity).is_some() && !look.reason.is_empty());

    // Nobody at the screen: not without the official who answers for it.
    let mut request = about_person(&known, &known.idnp, &["family-name"]);
    request.user = None;
    assert!(matches!(client.ask(&request).await, Err(ProviderError::Refused { .. })));
    let client = vatra_providers::mconnect::Client { system_user: Some("2000570686060".to_owned()), ..client };
    assert!(client.ask(&request).await.unwrap().is_some());
}

#[tokio::test]
async fn every_data_set_of_the_catalogue_answers_from_the_population() {
    let house = House::new().await;
    let client = house.data();
    let population = house.population;
    let mut answered = Vec::new();
    for set in Catalogue::builtin().sets() {
        let fields: Vec<&str> = set.fields.iter().map(|field| field.name.as_str()).collect();
        // Somebody of whom there is something to say.
        let mut found = 0;
        for number in 0..400 {
            let (about, parameters) = match set.name.as_str() {
                "legal-entity" => (population.company(number % population.companies()).map(|each| each.idno), Fields::new()),
                "cadastral-object" => {
                    let estate = population.estates(Holder::Person(number)).pop();
                    let Some(estate) = estate else { continue };
                    (None, Fields::from([("cadastral-number".to_owned(), Value::Cadastral(estate.cadastral))]))
                }
                _ => (population.person(number).map(|each| each.idnp), Fields::new()),
            };
            let mut request = question(&house, set.name.as_str(), about.as_deref(), &fields);
            request.parameters = parameters;
            let answer = client.ask(&request).await.unwrap().unwrap();
            for (part, row) in &answer.rows {
                for (name, value) in row {
                    let field = set.fields_named(name).find(|field| field.part.as_ref().map_or("", |part| part.as_str()) == part).unwrap();
                    assert_eq!(matches!(value, Value::Personal(_)), field.personal, "{}.{name}", set.name);
                }
            }
            found += answer.rows.len();
            if found > 0 && number > 3 {
                break;
            }
        }
        assert!(found > 0, "{} answers something", set.name);
        answered.push(set.name.as_str());
    }
    assert!(answered.len() >= 9);

    // And they say what the population has.
    let owner = (0..).find(|number| population.estates(Holder::Person(*number)).len() > 3).unwrap();
    let idnp = population.person(owner).unwrap().idnp;
    let answer = client.ask(&question(&house, "real-estates", Some(&idnp), &["cadastral-number", "value"])).await.unwrap().unwrap();
    let mut told: Vec<(String, Value)> = answer.rows.iter().map(|(part, row)| (part.clone(), row["cadastral-number"].clone())).collect();
    let part = |kind| match kind {
        EstateKind::Land => "lands",
        EstateKind::Building => "buildings",
        EstateKind::Residence => "residences",
    };
    let mut had: Vec<(String, Value)> = population
        .estates(Holder::Person(owner))
        .into_iter()
        .map(|each| (part(each.kind).to_owned(), Value::Cadastral(each.cadastral)))
        .collect();
    let key = |each: &(String, Value)| format!("{each:?}");
    told.sort_by_key(key);
    had.sort_by_key(key);
    assert_eq!(told, had);

    let debtor = (0..).find(|number| population.debts(Holder::Person(*number)).iter().any(|debt| debt.budget == 3)).unwrap();
    let debt = *population.debts(Holder::Person(debtor)).iter().find(|debt| debt.budget == 3).unwrap();
    let idnp = population.person(debtor).unwrap().idnp;
    let answer = client.ask(&question(&house, "debts", Some(&idnp), &["budget", "total"])).await.unwrap().unwrap();
    let local = answer.rows.iter().find(|(_, row)| row["budget"] == Value::Integer(3)).unwrap();
    assert_eq!(local.1["total"], Value::Personal(debt.total().to_string()));
    assert_eq!(Money::parse(&debt.total().to_string()), Some(debt.total()));
}

#[tokio::test]
async fn wrong_answers_are_refused_and_name_nobody() {
    let house = House::new().await;
    let client = house.data();
    let known = known(&house);
    let request = about_person(&known, &known.idnp, &["family-name"]);
    for fault in Fault::ALL.iter().copied().filter(|fault| *fault != Fault::UnsignedHeaders) {
        house.mconnect.fault().set(Some(fault));
        let told = words(client.ask(&request).await);
        let expected = match fault {
            Fault::Denied => "MConnect refused: AuthorizationFailed",
            Fault::HolderSilent => "MConnect cannot be reached: the holder of the data does not answer",
            Fault::Altered => "MConnect refused: its answer is not acceptable: the content is not what was signed",
            Fault::Unsigned => "MConnect refused: its answer is not acceptable: the message is not signed",
            Fault::AnotherAnswer => "MConnect refused: its answer is to another question",
            Fault::UnsignedHeaders => unreachable!(),
        };
        assert_eq!(told, expected, "{}", fault.code());
    }
    house.mconnect.fault().set(None);
    for (trouble, expected) in [
        (Trouble::Unavailable, "MConnect cannot be reached: it answered with status 503"),
        (Trouble::Garbled, "MConnect refused: its answer is not acceptable"),
        (Trouble::Slow, "MConnect cannot be reached: it did not answer in time"),
    ] {
        house.mconnect.trouble().set(Some(trouble));
        let told = words(client.ask(&request).await);
        assert!(told.starts_with(expected), "{}: {told}", trouble.code());
    }
    house.mconnect.trouble().set(None);
    // An answer that was recorded is of no use a second time, nor is one made too long ago: the emulator's clock stands still meanwhile.
    house.later(3_600);
    assert_eq!(words(client.ask(&request).await), "answered");
    tokio::time::sleep(Duration::from_millis(1)).await;
}

#[tokio::test]
async fn the_institutions_refuse_what_was_not_asked_properly() {
    use chrono::TimeDelta;
    use vatra_providers::transport::{Call, HeaderName, HeaderValue, Method, Style};
    use vatra_xmlsec::wss::{Header, KeyReference, Sealing, secure};
    let house = House::new().await;
    let transport = house.transport("MConnect", "mconnect", Style::Soap);
    let person = house.population.person(1).unwrap();
    let payload = format!("<GetPerson xmlns=\"https://mconnect.gov.md/GetPerson\"><IDNP>{}</IDNP></GetPerson>", person.idnp);
    let key = house.system.signing();
    let sealing = Sealing {
        key: &key,
        suite: vatra_xmlsec::Suite::RsaSha1,
        reference: KeyReference::Certificate,
        now: vatra_core::clock::Clock::now(&*house.clock).utc(),
        lifetime: TimeDelta::minutes(5),
    };
    let all = [("CallingUser", "2012877351413"), ("CallingEntity", "1000000000007"), ("CallBasis", "Legea"), ("CallReason", "Proba")];
    let send = async |message: String, action: &'static str| {
        let call = Call::new(Method::POST, "/GetPerson").body("text/xml; charset=utf-8", message);
        let call = call.header(HeaderName::from_static("soapaction"), HeaderValue::from_static(action));
        String::from_utf8(transport.send(call).await.unwrap().body).unwrap()
    };
    let signed = |headers: &[(&str, &str)]| {
        let headers: Vec<Header<'_>> =
            headers.iter().map(|(name, value)| Header { namespace: "https://mconnect.gov.md", name, value }).collect();
        secure(&payload, &headers, &sealing).unwrap()
    };
    const ACTION: &str = "\"https://mconnect.gov.md/GetPerson\"";
    assert!(send(signed(&all), ACTION).await.contains(&person.name.family), "SHA-1 as published samples have it");
    for missing in 0..4 {
        let some: Vec<_> = all.into_iter().enumerate().filter(|(at, _)| *at != missing).map(|(_, header)| header).collect();
        assert!(send(signed(&some), ACTION).await.contains("InvalidParameter"), "without {}", all[missing].0);
    }
    for (at, long) in [(0, "x".repeat(14)), (2, "x".repeat(257)), (3, "x".repeat(513)), (2, " ".to_owned())] {
        let mut headers = all;
        headers[at].1 = &long;
        assert!(send(signed(&headers), ACTION).await.contains("InvalidParameter"));
    }
    assert!(send(signed(&all), "\"https://mconnect.gov.md/GetDebts\"").await.contains("InvalidParameter"));
    // The same message twice; a message that says another name than was signed.
    let once = signed(&all);
    assert!(send(once.clone(), ACTION).await.contains("GetPersonResponse"));
    assert!(send(once, ACTION).await.contains("AuthenticationFailed"));
    let other = house.population.person(2).unwrap().idnp;
    assert!(send(signed(&all).replace(&person.idnp, &other), ACTION).await.contains("AuthenticationFailed"));
    // Unsigned Calling headers, as other clients send them.
    let unsigned = |message: String| {
        message.replacen(
            "<soap:Header>",
            &format!("<soap:Header>{}", all.map(|(name, value)| format!("<{name}>{value}</{name}>")).concat()),
            1,
        )
    };
    assert!(send(unsigned(signed(&[])), ACTION).await.contains("InvalidParameter"));
    house.mconnect.fault().set(Some(Fault::UnsignedHeaders));
    assert!(send(unsigned(signed(&[])), ACTION).await.contains(&person.name.family));
    let wsdl = transport.send(Call::new(Method::GET, "/GetRealEstates?wsdl")).await.unwrap();
    let wsdl = String::from_utf8(wsdl.body).unwrap();
    vatra_xmlsec::xml::Xml::parse(&wsdl, &vatra_xmlsec::xml::Limits::METADATA).unwrap();
    assert!(wsdl.contains("CadastralNumber") && wsdl.contains("CallReason"));
}

#[tokio::test]
async fn a_data_set_is_an_entry_and_no_code() {
    let entry = r#"[{
        "name": "household", "about": "person", "published": false,
        "title": {"ro": "Gospodărie", "ru": "Хозяйство", "en": "Household"},
        "description": {"ro": "Familia și animalele", "ru": "Семья и животные", "en": "Family and animals"},
        "owner": {"ro": "Registrul", "ru": "Регистр", "en": "The register"},
        "contract": {"path": "/hh/v2", "namespace": "urn:test:household", "action": "urn:ask", "operation": "AskHousehold", "answer": "Household", "subject": "IDNP"},
        "parts": [
            {"name": "children", "path": "Children/Child", "title": {"ro": "Copil", "ru": "Ребёнок", "en": "Child"}},
            {"name": "vehicles", "path": "Vehicles/Vehicle", "title": {"ro": "Vehicul", "ru": "Транспорт", "en": "Vehicle"}}
        ],
        "fields": [
            {"name": "spouse", "path": "Spouse/IDNP", "kind": "idn", "personal": true, "title": {"ro": "Soț", "ru": "Супруг", "en": "Spouse"}},
            {"name": "child", "part": "children", "path": "IDNP", "kind": "idn", "personal": true, "title": {"ro": "Copil", "ru": "Ребёнок", "en": "Child"}},
            {"name": "year", "part": "vehicles", "path": "Year", "kind": "integer", "personal": false, "title": {"ro": "Anul", "ru": "Год", "en": "Year"}}
        ],
        "legal-bases": [{"ro": "Legea", "ru": "Закон", "en": "The law"}]
    }]"#;
    let house = House::with(Catalogue::read(entry).unwrap()).await;
    let father = (0..house.population.people())
        .find(|number| number % 12 == 4 && !house.population.vehicles(Holder::Person(*number)).is_empty())
        .and_then(|number| house.population.person(number))
        .unwrap();
    let request = question(&house, "household", Some(&father.idnp), &["spouse", "child", "year"]);
    let answer = house.data().ask(&request).await.unwrap().unwrap();
    let count = |part: &str| answer.rows.iter().filter(|(each, _)| each == part).count();
    assert_eq!((count(""), count("children"), count("vehicles")), (1, 3, house.population.vehicles(Holder::Person(father.number)).len()));
}
