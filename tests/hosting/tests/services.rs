//! A host on the services that `services.toml` names: a module's question goes to MConnect over mutual TLS, signed, and its answer comes back sealed.
#![allow(clippy::indexing_slicing)]

use anyhow::{Context, Result, anyhow};
use axum::Router;
use chrono::TimeDelta;
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use vatra_core::audit::AuditKind;
use vatra_core::call::Tenant;
use vatra_core::catalogue::{Catalogue, Wrong};
use vatra_core::ids::{Name, SubjectId};
use vatra_core::manifest::{Language, Param};
use vatra_core::providers::Party;
use vatra_core::register::{Query, Reach};
use vatra_core::store::AuditFilter;
use vatra_core::unit::{Subject, Unit};
use vatra_core::value::Value;
use vatra_core::view::{Block, Words};
use vatra_documents::{Renderer, Settings};
use vatra_emulators::fault::{Emulated as _, Trouble};
use vatra_emulators::mconnect::{Emulator, Look};
use vatra_emulators::population::Population;
use vatra_emulators::tls::{Keys, serve};
use vatra_emulators::{events, mlog, mnotify, mpower};
use vatra_hosting_tests::{House, NOON};
use vatra_server::app::{AppError, By, GrantChange, Shown};
use vatra_server::services::{self, Connected, FILE};
use vatra_server::web::WebConfig;
use vatra_xmlsec::{Pinned, SigningKey};

struct Served {
    house: House,
    mconnect: Emulator,
    mnotify: mnotify::Emulator,
    bus: events::Emulator,
    mlog: mlog::Emulator,
    mpower: mpower::Emulator,
    population: Population,
    connected: Connected,
}

/// A host and emulated services that know each other by their certificates alone.
async fn served() -> Result<Served> {
    let house = House::open().await?;
    let folder = house.folder.path().join("data");
    // Handshakes go by the machine's clock, messages by the house's.
    let keys = Keys::valid((NOON.utc() - TimeDelta::days(3_650), NOON.utc() + TimeDelta::days(3_650)))?;
    let (ours, theirs) = (keys.system("Sculeni")?, keys.system("MConnect")?);
    let signing = |pair: &vatra_emulators::tls::Pair| SigningKey::from_pem(&pair.certificate, &pair.key);
    let clients = Arc::new(Pinned(vec![signing(&ours)?.certificate().clone()]));
    let (population, catalogue) = (Population::default(), Arc::new(Catalogue::builtin().clone()));
    let mconnect = Emulator::new(population, catalogue, Arc::new(signing(&theirs)?), clients.clone(), house.clock.clone());
    let mnotify = mnotify::Emulator::new(house.clock.clone());
    let bus = events::Emulator::new(house.clock.clone(), Duration::from_millis(50));
    let mpower = mpower::Emulator::new(house.clock.clone());
    let mlog = mlog::Emulator::new(clients, house.clock.clone());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let port = listener.local_addr()?.port();
    let mut settings = "[system]\ncertificate = 'system.pem'\nkey = 'key.pem'\nauthorities = 'authorities.pem'\n".to_owned();
    for service in ["mconnect", "mnotify", "mlog", "mconnect-events", "mpower"] {
        let certificates = if service == "mconnect" { "certificates = ['mconnect.pem']\n" } else { "" };
        settings.push_str(&format!("[{service}]\naddress = 'https://127.0.0.1:{port}/{service}'\n{certificates}tries = 1\n"));
    }
    let files = [
        ("system.pem", ours.certificate.as_str()),
        ("key.pem", ours.key.as_str()),
        ("authorities.pem", &keys.authority_pem()),
        ("mconnect.pem", theirs.certificate.as_str()),
        (FILE, &settings),
    ];
    for (name, text) in files {
        std::fs::write(folder.join(name), text)?;
    }
    let routes = Router::new().nest("/mconnect", mconnect.api()).nest("/mnotify", mnotify.api());
    let routes = routes.nest("/mlog", mlog.api()).nest("/mconnect-events", bus.api()).nest("/mpower", mpower.api());
    tokio::spawn(async move { serve(listener, routes, &keys, std::future::pending()).await });
    let mut config = WebConfig::new(([127, 0, 0, 1], 0).into());
    let connected = services::connect(&house.app, &folder, &mut config)?.context("the file is there")?;
    house.install(&house.sculeni, "asker").await?;
    Ok(Served { house, mconnect, mnotify, bus, mlog, mpower, population, connected })
}

/// Somebody whom a municipality knows.
async fn known(house: &House, tenant: &Tenant, idn: Option<&str>, name: &str) -> Result<SubjectId> {
    let id = SubjectId::fresh();
    let mut unit = Unit::new(NOON, None, Name::new("asker")?);
    unit.subjects.push(Subject { id, company: false, idn: idn.map(str::to_owned), name: name.to_owned() });
    house.app.store.commit(tenant.id, unit).await?;
    Ok(id)
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
    let Served { house, mconnect, population, connected, .. } = served().await?;
    let person = population.person(1_000).context("a person")?;
    let id = known(&house, &house.sculeni, Some(&person.idnp), "Somebody").await?;

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
    assert_eq!(connected.health().len(), 5);
    Ok(())
}

/// A host whose module sends messages, and two people whom it knows.
async fn messenger(served: &Served) -> Result<[SubjectId; 2]> {
    let house = &served.house;
    house.app.install(&house.sculeni, &vatra_hosting_tests::package("messenger")?, By::OPERATOR).await?;
    let module = Name::new("messenger")?;
    for capability in ["mconnect", "registers", "mnotify", "mpower", "documents"] {
        let mut change = GrantChange::default();
        if capability == "mnotify" {
            change.settings.insert("template.debt".into(), "00000000-0000-0000-0000-000000000001".into());
        }
        house.app.grant(&house.sculeni, &module, &Name::new(capability)?, change, By::OPERATOR).await?;
    }
    let person = |number| served.population.person(number).context("a person");
    let ion = known(house, &house.sculeni, Some(&person(1_000)?.idnp), "Ion Încercatu").await?;
    Ok([ion, known(house, &house.sculeni, None, "Maria Fărăacte").await?])
}

async fn told(house: &House, action: &str, inputs: &[(&str, &str)]) -> Result<String> {
    let report = house.report(&house.sculeni, "messenger", action, inputs, None).await?;
    Ok(report.get("told").and_then(serde_json::Value::as_str).unwrap_or_default().to_owned())
}

/// What the module noted of what it was told, in the order of the words.
async fn noted(house: &House) -> Result<Vec<(String, Option<SubjectId>)>> {
    house.app.deliver_due().await?;
    let binding = house.app.runtime.binding(house.sculeni.id, &Name::new("messenger")?).await.map_err(|error| anyhow!("{error}"))?;
    let schema = binding.manifest.register("told").context("the register")?.clone();
    let register = schema.name.clone();
    let query = Query { register, all_of: Vec::new(), search: None, sort: Vec::new(), include_closed: true };
    let page = house.app.store.snapshot(house.sculeni.id).await?.find(&schema, &query, Reach::Host, 0, 100).await?;
    let mut noted: Vec<_> = page
        .entries
        .iter()
        .map(|entry| {
            let what = match entry.fields.get("what") {
                Some(Value::Text(text)) => text.clone(),
                _ => String::new(),
            };
            let who = match entry.fields.get("who") {
                Some(Value::Subject(id)) => Some(*id),
                _ => None,
            };
            (what, who)
        })
        .collect();
    noted.sort();
    Ok(noted)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_leaves_once_and_its_module_hears_what_became_of_it() -> Result<()> {
    let served = served().await?;
    let Served { house, mnotify, population, .. } = &served;
    let [ion, maria] = messenger(&served).await?;
    let idnp = population.person(1_000).context("a person")?.idnp;
    let (to_ion, to_maria) = (ion.to_string(), maria.to_string());
    let inputs = [("to", to_ion.as_str()), ("to", to_maria.as_str()), ("about", to_maria.as_str()), ("sum", "1234,50")];

    // MNotify is down: the message waits, and nothing else does.
    mnotify.trouble().set(Some(Trouble::Unavailable));
    let message = told(house, "send", &inputs).await?;
    assert_eq!(house.app.carry_due().await?, 0);
    mnotify.trouble().set(None);
    // Its answer is lost: it is looked for, and not sent again.
    mnotify.fault().set(Some(mnotify::Fault::AnswerLost));
    house.clock.set(NOON.plus_seconds(60));
    house.app.carry_due().await?;
    mnotify.fault().set(None);
    for later in [90, 120, 150, 300] {
        house.clock.set(NOON.plus_seconds(later));
        house.app.carry_due().await?;
    }
    assert_eq!(mnotify.taken(), 1);
    assert_eq!(
        mnotify.inbox(&idnp),
        [("Email", "Datorie".to_owned(), "Stimate Maria Fărăacte, aveți de achitat 1\u{a0}234,50\u{a0}lei.".to_owned())]
    );
    assert_eq!(
        noted(house).await?,
        [("Standing::Delivered".to_owned(), Some(ion)), ("Standing::Failed unreachable".to_owned(), Some(maria))]
    );
    let standing = house.show(&house.sculeni, "messenger", "home", &[("message", &message)]).await?.map_err(|error| anyhow!("{error}"))?;
    assert_eq!(said(&standing), "Standing::DeliveredStanding::Failed unreachable");
    assert_eq!(told(house, "cancel", &[("message", &message)]).await?, "invalid message sent");
    let item = house.app.store.snapshot(house.sculeni.id).await?.outgoing(&Name::new("messenger")?, message.parse()?).await?;
    assert_eq!(item.context("it stays")?.outgoing.payload, "", "what it said is forgotten");
    let filter = AuditFilter { about: Some(maria), kinds: vec![AuditKind::ActionKept], limit: 10, ..AuditFilter::default() };
    assert_eq!(house.app.audit(&house.sculeni, &filter).await?.len(), 1, "whoever asks learns that they were named");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_is_called_back_and_one_that_is_not_granted_never_leaves() -> Result<()> {
    let served = served().await?;
    let Served { house, mnotify, .. } = &served;
    let [ion, _] = messenger(&served).await?;
    let to = ion.to_string();
    let before = told(house, "send", &[("to", &to)]).await?;
    assert_eq!(told(house, "cancel", &[("message", &before)]).await?, "ok");
    house.app.carry_due().await?;
    let page = house.show(&house.sculeni, "messenger", "home", &[("message", &before)]).await?.map_err(|error| anyhow!("{error}"))?;
    // Before it left, or at MNotify before it reached anybody.
    assert_eq!(said(&page), "Standing::Cancelled");
    let template = told(house, "send", &[("to", &to), ("content", "debt")]).await?;
    house.app.carry_due().await?;
    let page = house.show(&house.sculeni, "messenger", "home", &[("message", &template)]).await?.map_err(|error| anyhow!("{error}"))?;
    assert_eq!(said(&page), "Standing::Failed rejected", "MNotify has no such template");
    let taken = mnotify.taken();
    let refused = house.act(&house.sculeni, "messenger", "send", &[("to", &to), ("content", "secret")], None).await?;
    assert!(matches!(refused, Err(vatra_runtime::CallError::Denied(ref denial)) if denial.rule == "templates"));
    house.set_revoked(&house.sculeni, "messenger", "mnotify", true).await?;
    let refused = house.act(&house.sculeni, "messenger", "send", &[("to", &to)], None).await?;
    assert!(matches!(refused, Err(vatra_runtime::CallError::Denied(ref denial)) if denial.rule == "revoked"));
    house.app.carry_due().await?;
    assert_eq!(mnotify.taken(), taken);
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn institutions_tell_each_other_what_they_may() -> Result<()> {
    let mut served = served().await?;
    let [ion, _] = messenger(&served).await?;
    served.connected.start(&served.house.app);
    let Served { house, bus, population, .. } = &served;
    let idnp = population.person(1_000).context("a person")?.idnp;
    let stranger = population.person(2_000).context("a person")?.idnp;
    let event = |id: &str, kind: &str, idnp: &str| {
        serde_json::json!({ "specversion": "1.0", "source": "urn:asp", "id": id, "type": kind, "time": "2026-10-01T08:00:00Z",
            "partitionkey": format!("idnp:{idnp}"), "data": { "act": "123", "IDNP": idnp } })
    };
    for told in [
        event("1", "ASP.RSP.Person.Died", &idnp),
        event("2", "ASP.RSP.Person.Died", &stranger),
        event("3", "ASP.RSP.Person.Married", &idnp),
        event("1", "ASP.RSP.Person.Died", &idnp),
    ] {
        bus.tell(told).map_err(|rule| anyhow!(rule))?;
    }
    let expected = [("ASP.RSP.Person.Died IDNP=sealed act=123".to_owned(), Some(ion))];
    for _ in 0..200 {
        if noted(house).await? == expected {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    // Once, of the one that is known here, and of no other.
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(noted(house).await?, expected);
    assert!(bus.dead().is_empty());

    let about = ion.to_string();
    assert_eq!(told(house, "announce", &[("about", &about), ("type", "Sculeni.Test.Notice.Sent")]).await?, "ok");
    let denied = told(house, "announce", &[("type", "ASP.RSP.Person.Died")]).await?;
    assert_eq!(denied, "denied mconnect publishes ASP.RSP.Person.Died");
    house.app.carry_due().await?;
    let ours: Vec<_> = bus.kept().into_iter().filter(|event| event["type"] == "Sculeni.Test.Notice.Sent").collect();
    let [event] = ours.as_slice() else { return Err(anyhow!("{} events", ours.len())) };
    assert_eq!((&event["data"]["act"], &event["data"]["who"]), (&serde_json::json!("7"), &serde_json::json!(idnp)));
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_audit_trail_is_at_mlog_row_by_row_none_twice() -> Result<()> {
    let served = served().await?;
    let Served { house, mlog, .. } = &served;
    let all = async || -> Result<usize> {
        let mut rows = 0;
        for tenant in [&house.sculeni, &house.lozova] {
            rows += house.app.store.audit_after(tenant.id, 0, 10_000).await?.len();
        }
        Ok(rows)
    };
    let id = known(house, &house.sculeni, Some(&served.population.person(1_000).context("a person")?.idnp), "Somebody").await?;
    let sink = served.connected.sink.as_ref().context("it is named")?;
    let (mut seen, mut lost) = (0, 0);
    for round in 0..4 {
        // Answers are lost, the service fails: what was not acknowledged is asked for before it is sent again.
        mlog.fault().set((round % 2 == 0).then_some(mlog::Fault::AnswerLost));
        ask(house, &house.sculeni, id).await?;
        for _ in 0..100 {
            if mlog.events().len() == all().await? {
                break;
            }
            let brought = house.app.forward_trails(sink).await;
            lost += usize::from(brought.is_err());
            mlog.fault().set(None);
        }
        assert!(mlog.events().len() > seen);
        seen = mlog.events().len();
    }
    let ids: BTreeSet<String> = mlog.events().iter().filter_map(|event| event.get("event_id")?.as_str().map(str::to_owned)).collect();
    assert_eq!((ids.len(), seen), (all().await?, all().await?));
    assert_eq!(lost, 2, "answers were lost");
    let looks: Vec<_> = mlog.events().into_iter().filter(|event| event["event_type"] == "System.PersonalData.Access").collect();
    assert!(!looks.is_empty() && looks.iter().all(|look| look["legal_basis"] == "Test law, article 1"), "{looks:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mandate_is_looked_up_and_both_its_sides_are_known_from_then_on() -> Result<()> {
    let served = served().await?;
    let Served { house, mpower, population, .. } = &served;
    let [ion, _] = messenger(&served).await?;
    let party = |number: u32| -> Result<Party> {
        let person = population.person(number).context("a person")?;
        Ok(Party { idn: person.idnp.clone(), legal: false, name: format!("{} {}", person.name.family, person.name.given) })
    };
    let give = |kind: &str, principal: Party| -> Result<String> {
        let (agent, provider) = (party(1_000)?, ("1900000000015".to_owned(), "Sculeni".to_owned()));
        let grant = mpower::Grant { kind: kind.into(), principal, agent, from: NOON, until: None, acceptance: false, provider };
        Ok(mpower.grant(grant)?)
    };
    let (code, other) = (give("AT-2100101", party(3_000)?)?, give("AT-2100025", party(3_001)?)?);
    let see = async |query: &[(&str, &str)]| -> Result<Shown> {
        house.show(&house.sculeni, "messenger", "mandates", query).await?.map_err(|error| anyhow!("{error}"))
    };
    let parties = |shown: &Shown| -> Vec<Value> {
        let items = |block: &Block| match block {
            Block::Summary { items, .. } => items.iter().map(|item| item.value.clone()).collect(),
            _ => Vec::new(),
        };
        shown.screen.blocks.iter().flat_map(items).collect()
    };
    let found = parties(&see(&[("code", &code)]).await?);
    let [Value::Subject(principal), Value::Subject(agent)] = found.as_slice() else { return Err(anyhow!("{found:?}")) };
    assert_eq!(*agent, ion, "whom the municipality knew");
    let people = house.app.store.people(house.sculeni.id, &[*principal]).await?;
    assert_eq!(people.first().map(|person| person.idn.clone()), Some(Some(party(3_000)?.idn)));
    let filter = AuditFilter { about: Some(*principal), kinds: vec![AuditKind::Look], limit: 10, ..AuditFilter::default() };
    assert!(house.app.audit(&house.sculeni, &filter).await?.iter().any(|row| row.entry.legal_basis == "Test law, article 3"));

    let of = ion.to_string();
    assert_eq!(parties(&see(&[("of", &of)]).await?), found, "again, and nothing of a type that is not granted");
    assert_eq!(said(&see(&[("of", &of), ("side", "given")]).await?), "denied mpower others given");
    assert_eq!(said(&see(&[("code", &other)]).await?), "denied mpower kinds AT-2100025");
    let stranger = [party(3_001)?.idn];
    assert!(house.app.store.snapshot(house.sculeni.id).await?.subjects_by_idn(&stranger).await?.is_empty(), "nobody learned of them");
    assert_eq!(said(&see(&[("code", "1234567890123456")]).await?), "not-found");
    mpower.trouble().set(Some(Trouble::Unavailable));
    assert_eq!(said(&see(&[("code", &code)]).await?), "unavailable mpower");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn files_go_along_and_a_signed_mandate_is_kept() -> Result<()> {
    let served = served().await?;
    let Served { house, mnotify, mpower, population, .. } = &served;
    let [ion, _] = messenger(&served).await?;
    let to = ion.to_string();
    let person = population.person(1_000).context("a person")?;
    let (agent, provider) =
        (Party { idn: person.idnp, legal: false, name: "Ion".into() }, ("1900000000015".to_owned(), "Sculeni".to_owned()));
    let give = |kind: &str| -> Result<String> {
        let principal = Party { idn: population.person(3_000).context("a person")?.idnp, legal: false, name: "Vera".into() };
        let (kind, agent, provider) = (kind.to_owned(), agent.clone(), provider.clone());
        Ok(mpower.grant(mpower::Grant { kind, principal, agent, from: NOON, until: None, acceptance: false, provider })?)
    };
    let (code, other) = (give("AT-2100101")?, give("AT-2100025")?);
    let kept = told(house, "file", &[("code", &code)]).await?;
    let document = house.app.store.snapshot(house.sculeni.id).await?.document(kept.parse()?).await?.context("it is kept")?;
    assert_eq!((document.kind.as_str(), document.media_type.as_str()), ("mandate", "application/pdf"));
    let address = document.kept.and_then(|kept| kept.address).context("with its bytes")?;
    assert!(house.app.blobs.get(house.sculeni.id, address).await?.windows(16).any(|part| part == code.as_bytes()), "MPower's own");
    assert_eq!(told(house, "file", &[("code", &other)]).await?, "denied mpower kinds AT-2100025");
    assert_eq!(told(house, "file", &[("code", "1234567890123456")]).await?, "not-found");

    told(house, "send", &[("to", &to), ("sum", "12,50"), ("files", "2"), ("attach", &kept)]).await?;
    house.app.carry_due().await?;
    let names: Vec<String> = mnotify.attached().into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["nota-0.pdf".to_owned(), "nota-1.pdf".to_owned(), format!("{code}.pdf")]);

    // Another municipality's document does not exist, and the same one goes once.
    house.install(&house.lozova, "messenger").await?;
    let there = house.act(&house.lozova, "messenger", "send", &[("to", &to), ("attach", &kept)], None).await?;
    assert!(there.is_err());
    let many = house.act(&house.sculeni, "messenger", "send", &[("to", &to), ("files", "11")], None).await?;
    assert!(matches!(many, Err(vatra_runtime::CallError::Invalid { ref rule, .. }) if rule == "too-many"));
    // Destroyed before it left: the message says so, and nothing leaves.
    let message = told(house, "send", &[("to", &to), ("attach", &kept)]).await?;
    let url = format!("sqlite://{}", house.folder.path().join("data/vatra.sqlite").display());
    let database = sqlx::SqlitePool::connect(&url).await?;
    sqlx::query("UPDATE documents SET standing = 'destroyed'").execute(&database).await?;
    database.close().await;
    house.app.carry_due().await?;
    let page = house.show(&house.sculeni, "messenger", "home", &[("message", &message)]).await?.map_err(|error| anyhow!("{error}"))?;
    assert_eq!((said(&page).as_str(), mnotify.attached().len()), ("Standing::Failed attachment", 3));
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_connection_request_is_drawn_up_from_what_was_granted_and_waits_for_a_signature() -> Result<()> {
    let served = served().await?;
    let house = &served.house;
    let app = &house.app;
    app.set_renderer(Renderer::new(Settings::beside_this_program()?));
    let by = By::OPERATOR;
    let refused = app.draw_up_connection(&house.sculeni, 200, by).await;
    assert!(matches!(refused, Err(AppError::Usage(_))), "nobody entered the address");
    let row = [("address", "str. Păcii 1, Sculeni"), ("contact", "Secretarul consiliului")];
    let row = row.map(|(name, value)| (name.to_owned(), Value::Text(value.to_owned())));
    app.enact(&house.sculeni, "details", NOON.civil_date(), vec![row.into()], "", by).await?;
    let sculeni = Tenant { idno: "1000000000007".into(), ..house.sculeni.clone() };
    app.change_tenant(&sculeni, by).await?;
    let (_, wrong) = app.connection_request(&sculeni, 200).await?;
    assert!(wrong.iter().all(|wrong| matches!(wrong, Wrong::NoSuchField { .. })) && !wrong.is_empty(), "{wrong:?}");
    let fields = ["person.family-name", "person.birth-date", "debts.total"].map(str::to_owned);
    let change = GrantChange { parameters: [("fields".to_owned(), Param::Set(fields.into()))].into(), ..GrantChange::default() };
    app.grant(&sculeni, &Name::new("asker")?, &Name::new("mconnect")?, change, by).await?;
    let (request, wrong) = app.connection_request(&sculeni, 200).await?;
    assert_eq!(wrong, []);
    assert!(!request.certificate.is_empty() && request.sets.iter().all(|set| set.legal_basis == "Test law, article 1"), "{request:?}");
    let id = app.draw_up_connection(&sculeni, 150, by).await?;
    let ana = app.official(&sculeni, "ana").await?;
    let waits = app.to_sign(&sculeni, &ana).await?;
    assert!(
        matches!(waits.as_slice(), [one] if one.is_ready() && one.documents[0].id == id),
        "the administrator signs where there is no mayor"
    );
    let file = app.connection_file(&sculeni, &ana, &id.to_string(), Language::Ro).await?;
    let mut pdf = tempfile::NamedTempFile::new()?;
    std::io::Write::write_all(&mut pdf, &file.bytes)?;
    let text = std::process::Command::new("pdftotext").args(["-enc", "UTF-8", "-layout"]).arg(pdf.path()).arg("-").output()?;
    let text = String::from_utf8(text.stdout)?.split_whitespace().collect::<Vec<_>>().join(" ");
    let lines = request.lines(Catalogue::builtin(), Language::Ro);
    for words in ["1000000000007", "str. Păcii 1, Sculeni", "Test law, article 1", "150", &request.certificate[..8], &lines[0].title] {
        assert!(text.contains(words), "{words} in {text}");
    }
    assert_eq!(app.connection_requests(&sculeni).await?.len(), 1);
    assert!(app.connection_requests(&house.lozova).await?.is_empty());
    let lozovan = app.official(&house.lozova, "ana").await?;
    let elsewhere = app.connection_file(&house.lozova, &lozovan, &id.to_string(), Language::Ro).await;
    assert!(elsewhere.is_err(), "another municipality's does not exist");
    Ok(())
}

/// What everything said.
#[derive(Clone, Default)]
struct Said(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Said {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_is_named_in_what_the_host_logs_or_counts() -> Result<()> {
    let log = Said::default();
    let writer = log.clone();
    let filter = "trace,h2=off,hyper=off,hyper_util=off,rustls=off,reqwest=off,tower=off,axum=off,mio=off,cranelift=off,wasmtime=off,\
                  wasmtime_internal_cranelift=off,cranelift_codegen=off,regalloc2=off";
    let subscriber = tracing_subscriber::fmt().with_env_filter(filter).with_writer(move || writer.clone()).finish();
    // Of the whole process: what other threads say is heard too.
    tracing::subscriber::set_global_default(subscriber)?;
    let metrics = vatra_server::metrics::collect().map_err(|error| anyhow!(error))?;
    let served = served().await?;
    let Served { house, mconnect, mnotify, mlog, mpower, population, .. } = &served;
    let [ion, maria] = messenger(&served).await?;
    let person = population.person(1_000).context("a person")?;
    let (to_ion, to_maria) = (ion.to_string(), maria.to_string());
    let troubles = std::iter::once(None).chain([Trouble::Unavailable, Trouble::Failing, Trouble::Garbled].map(Some));
    for (round, trouble) in troubles.enumerate() {
        for switch in [mconnect.trouble(), mnotify.trouble(), mlog.trouble(), mpower.trouble()] {
            switch.set(trouble);
        }
        let _ = ask(house, &house.sculeni, ion).await;
        let _ = house.show(&house.sculeni, "messenger", "mandates", &[("of", &to_ion)]).await?;
        told(house, "send", &[("to", &to_ion), ("to", &to_maria), ("about", &to_ion), ("sum", "12,50")]).await?;
        told(house, "announce", &[("about", &to_ion), ("type", "Sculeni.Test.Notice.Sent")]).await?;
        house.clock.set(NOON.plus_seconds(100 * (round as i64 + 1)));
        house.app.carry_due().await?;
        house.app.deliver_due().await?;
        if let Some(sink) = &served.connected.sink {
            let _ = house.app.forward_trails(sink).await;
        }
    }
    assert!(mnotify.taken() > 0, "something was sent");
    let said = String::from_utf8_lossy(&log.0.lock().unwrap_or_else(PoisonError::into_inner)).into_owned() + &metrics.render();
    assert!(said.contains("capability") && said.contains("vatra_"), "it listened");
    for name in [&person.idnp, &person.name.family, "Încercatu", "Fărăacte", "Verificatoare", "2000000000007"] {
        let at = said.find(name).map(|at| said.get(said.floor_char_boundary(at.saturating_sub(200))..).unwrap_or_default());
        let around: Option<String> = at.map(|text| text.chars().take(400).collect());
        assert_eq!(around, None, "somebody is named");
    }
    Ok(())
}

/// The host's own messages take the way of modules' messages, and no module hears of them.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_visitor_is_written_to_and_reminded_over_mnotify() -> Result<()> {
    let served = served().await?;
    let Served { house, mnotify, population, .. } = &served;
    let idnp = population.person(1_000).context("a person")?.idnp;
    let ion = known(house, &house.sculeni, Some(&idnp), "Ion Ciobanu").await?.to_string();
    let counter = [("id", "desk-1"), ("title", "Ghișeul 1")].map(|(name, text)| (name.to_owned(), Value::Text(text.to_owned())));
    house.app.enact(&house.sculeni, "counters", NOON.civil_date(), vec![counter.into()], "", By::OPERATOR).await?;
    house.install(&house.sculeni, "reception").await?;
    house.install(&house.sculeni, "visits").await?;
    let act = async |action: &str, inputs: &[(&str, &str)]| house.report(&house.sculeni, "visits", action, inputs, None).await;
    act("hours", &[("counter", "desk-1"), ("service", "land-advice"), ("minutes", "20")]).await?;
    // Nine o'clock of the Monday after, and of the day before it.
    let monday = NOON.plus_seconds(4 * 86_400 - 3 * 3_600);
    let starts = monday.0.to_string();
    act("book", &[("service", "land-advice"), ("counter", "desk-1"), ("starts", &starts), ("visitor", &ion)]).await?;
    house.app.carry_due().await?;
    house.clock.set(monday.plus_seconds(-86_400));
    assert_eq!(house.app.remind().await?, 1);
    house.app.carry_due().await?;
    house.clock.set(monday.plus_seconds(-86_000));
    house.app.carry_due().await?;
    let subjects: Vec<String> = mnotify.inbox(&idnp).into_iter().map(|(_, subject, _)| subject).collect();
    // The latest first.
    assert_eq!(subjects, ["Mâine aveți o programare · Primăria Sculeni", "Ați fost programat(ă) · Primăria Sculeni"]);
    let open = house.app.store.inbox_open(house.sculeni.id).await?;
    assert!(open.iter().all(|item| item.kind == "appointments.changed"), "{open:?}");
    Ok(())
}
