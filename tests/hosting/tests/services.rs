//! A host on the services that `services.toml` names: a module's question goes to MConnect over mutual TLS, signed, and its answer comes back sealed.

use anyhow::{Context, Result, anyhow};
use axum::Router;
use chrono::TimeDelta;
use std::sync::Arc;
use vatra_core::call::Tenant;
use vatra_core::catalogue::Catalogue;
use vatra_core::ids::{Name, SubjectId};
use vatra_core::unit::{Subject, Unit};
use vatra_core::value::Value;
use vatra_core::view::{Block, Words};
use vatra_emulators::fault::Emulated as _;
use vatra_emulators::mconnect::{Emulator, Look};
use vatra_emulators::population::Population;
use vatra_emulators::tls::{Keys, serve};
use vatra_hosting_tests::{House, NOON};
use vatra_server::app::{By, Shown};
use vatra_server::services::{self, Connected, FILE};
use vatra_server::web::WebConfig;
use vatra_xmlsec::{Pinned, SigningKey};

struct Served {
    house: House,
    mconnect: Emulator,
    population: Population,
    connected: Connected,
}

/// A host and an emulated MConnect that know each other by their certificates alone.
async fn served() -> Result<Served> {
    let house = House::open().await?;
    let folder = house.folder.path().join("data");
    // Handshakes go by the machine's clock, messages by the house's.
    let keys = Keys::valid((NOON.utc() - TimeDelta::days(3_650), NOON.utc() + TimeDelta::days(3_650)))?;
    let (ours, theirs) = (keys.system("Sculeni")?, keys.system("MConnect")?);
    let signing = |pair: &vatra_emulators::tls::Pair| SigningKey::from_pem(&pair.certificate, &pair.key);
    let clients = Arc::new(Pinned(vec![signing(&ours)?.certificate().clone()]));
    let (population, catalogue) = (Population::default(), Arc::new(Catalogue::builtin().clone()));
    let mconnect = Emulator::new(population, catalogue, Arc::new(signing(&theirs)?), clients, house.clock.clone());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let port = listener.local_addr()?.port();
    let files = [
        ("system.pem", ours.certificate.as_str()),
        ("key.pem", ours.key.as_str()),
        ("authorities.pem", &keys.authority_pem()),
        ("mconnect.pem", theirs.certificate.as_str()),
        (
            FILE,
            &format!(
                "[system]\ncertificate = 'system.pem'\nkey = 'key.pem'\nauthorities = 'authorities.pem'\n\n\
                 [mconnect]\naddress = 'https://127.0.0.1:{port}/mconnect'\ncertificates = ['mconnect.pem']\n"
            ),
        ),
    ];
    for (name, text) in files {
        std::fs::write(folder.join(name), text)?;
    }
    let routes = Router::new().nest("/mconnect", mconnect.api());
    tokio::spawn(async move { serve(listener, routes, &keys, std::future::pending()).await });
    let mut config = WebConfig::new(([127, 0, 0, 1], 0).into());
    let connected = services::connect(&house.app, &folder, &mut config)?.context("the file is there")?;
    house.install(&house.sculeni, "asker").await?;
    Ok(Served { house, mconnect, population, connected })
}

async fn ask(house: &House, tenant: &Tenant, about: SubjectId) -> Result<Shown> {
    let query = [("about", about.to_string()), ("fields", "family-name".to_owned())];
    let query: Vec<(&str, &str)> = query.iter().map(|(name, value)| (*name, value.as_str())).collect();
    house.show(tenant, "asker", "ask", &query).await?.map_err(|error| anyhow!("{error}"))
}

fn said(shown: &Shown) -> String {
    let text = |block: &Block| if let Block::Text(Words::Plain(text)) = block { Some(text.clone()) } else { None };
    shown.screen.blocks.iter().filter_map(text).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_question_goes_to_mconnect_and_its_answer_comes_back() -> Result<()> {
    let Served { house, mconnect, population, connected } = served().await?;
    let person = population.person(1_000).context("a person")?;
    let id = SubjectId::fresh();
    let mut unit = Unit::new(NOON, None, Name::new("asker")?);
    unit.subjects.push(Subject { id, company: false, idn: Some(person.idnp.clone()), name: "Somebody".into() });
    house.app.store.commit(house.sculeni.id, unit).await?;

    assert_eq!(said(&ask(&house, &house.sculeni, id).await?), "unavailable mconnect", "nobody knows the town hall yet");
    assert!(mconnect.looks_at(&person.idnp).is_empty(), "nothing left");
    let sculeni = Tenant { idno: "1900000000015".into(), ..house.sculeni.clone() };
    house.app.change_tenant(&sculeni, By::OPERATOR).await?;

    let shown = ask(&house, &house.app.tenant("sculeni").await?, id).await?;
    let values = shown.screen.blocks.iter().find_map(|block| match block {
        Block::Summary { items, .. } => Some(items.iter().map(|item| item.value.clone()).collect::<Vec<_>>()),
        _ => None,
    });
    assert_eq!(values, Some(vec![Value::Personal(person.name.family.clone())]), "opened for the page, sealed for the module");
    let looks = mconnect.looks_at(&person.idnp);
    let [Look { entity, basis, .. }] = looks.as_slice() else { return Err(anyhow!("{} looks", looks.len())) };
    assert_eq!((entity.as_str(), basis.as_str()), ("1900000000015", "Test law, article 1"), "from the host and the grant");
    assert_eq!(connected.health().len(), 1);
    Ok(())
}
