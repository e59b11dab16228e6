//! Questions to data holders: granted, audited before they are sent, sealed towards the module, told again in a replay.
#![allow(clippy::unwrap_used)]

use anyhow::{Context, Result, anyhow};
use async_trait::async_trait;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::sync::{Arc, Mutex, Weak};
use vatra_core::audit::AuditKind;
use vatra_core::clock::Instant;
use vatra_core::ids::{Name, SubjectId};
use vatra_core::providers::{DataAnswer, DataExchange, DataRequest, ProviderError};
use vatra_core::store::AuditFilter;
use vatra_core::unit::{Subject, Unit};
use vatra_core::value::{Fields, Value};
use vatra_core::view::{Block, Words};
use vatra_hosting_tests::{House, NOON};
use vatra_server::app::Shown;

const IDNP: &str = "2000000000014";
/// The town hall's.
const IDNO: &str = "1900000000015";

/// A data holder that notes what it is asked; `meddle` runs before the first answer.
#[derive(Default)]
struct Holder {
    asked: Mutex<Vec<DataRequest>>,
    rows_before: AtomicU32,
    house: Mutex<Weak<House>>,
    meddle: bool,
    down: bool,
}

#[async_trait]
impl DataExchange for Holder {
    async fn ask(&self, request: &DataRequest) -> Result<Option<DataAnswer>, ProviderError> {
        let first = {
            let mut asked = self.asked.lock().unwrap();
            asked.push(request.clone());
            asked.len() == 1
        };
        let house = self.house.lock().unwrap().upgrade();
        if let Some(house) = house {
            let filter = AuditFilter { kinds: vec![AuditKind::Look], limit: 10, ..AuditFilter::default() };
            let rows = house.app.store.audit_rows(house.sculeni.id, &filter).await.unwrap();
            let of_call = rows.iter().filter(|row| row.entry.call == request.call && row.entry.what == "mconnect").count();
            self.rows_before.store(of_call as u32, SeqCst);
            if first && self.meddle {
                let other = person(&house, "2000000000021").await.unwrap();
                house.report(&house.sculeni, "asker", "record", &[("about", &other.to_string())], None).await.unwrap();
            }
        }
        if self.down {
            return Err(ProviderError::Unavailable { service: "mconnect", cause: "told to be".into() });
        }
        if request.about.as_deref() == Some("2000000000038") {
            return Ok(None);
        }
        let mut fields = Fields::new();
        for field in &request.fields {
            let value = match field.as_str() {
                "name" => Value::Personal("Pîslaru Maria".into()),
                "status" => Value::Text("resident".into()),
                _ => Value::Integer(7),
            };
            fields.insert(field.clone(), value);
        }
        Ok(Some(DataAnswer { rows: vec![(String::new(), fields)], at: Instant(5) }))
    }
}

async fn person(house: &House, idnp: &str) -> Result<SubjectId> {
    let id = SubjectId::fresh();
    let mut unit = Unit::new(NOON, None, Name::new("asker")?);
    unit.subjects.push(Subject { id, company: false, idn: Some(idnp.into()), name: "Pîslaru Maria".into() });
    house.app.store.commit(house.sculeni.id, unit).await?;
    Ok(id)
}

async fn open(holder: Holder) -> Result<(Arc<House>, Arc<Holder>)> {
    let mut house = House::open().await?;
    house.sculeni.idno = IDNO.into();
    let (house, holder) = (Arc::new(house), Arc::new(holder));
    *holder.house.lock().unwrap() = Arc::downgrade(&house);
    house.app.runtime.offer_exchange(holder.clone());
    house.install(&house.sculeni, "asker").await?;
    Ok((house, holder))
}

async fn ask(house: &House, query: &[(&str, &str)]) -> Result<Shown> {
    house.show(&house.sculeni, "asker", "ask", query).await?.map_err(|error| anyhow!("{error}"))
}

fn text(shown: &Shown) -> String {
    let text = |block: &Block| if let Block::Text(Words::Plain(text)) = block { Some(text.clone()) } else { None };
    shown.screen.blocks.iter().filter_map(text).collect()
}

#[tokio::test]
async fn a_question_is_in_the_trail_before_it_is_sent() -> Result<()> {
    let (house, holder) = open(Holder::default()).await?;
    let id = person(&house, IDNP).await?;
    let shown = ask(&house, &[("about", &id.to_string())]).await?;
    assert_eq!(holder.rows_before.load(SeqCst), 1, "it was asked before it was written");
    let asked = holder.asked.lock().unwrap().first().cloned().context("it was asked")?;
    assert_eq!((asked.about.as_deref(), asked.user.as_deref()), (Some(IDNP), Some("2000000000007")));
    assert_eq!((asked.legal_basis.as_str(), asked.entity.as_str()), ("Test law, article 1", IDNO));
    let Some(Block::Summary { items, .. }) = shown.screen.blocks.first() else { anyhow::bail!("a summary") };
    let values: Vec<_> = items.iter().map(|item| item.value.clone()).collect();
    assert_eq!(
        values,
        [Value::Personal("Pîslaru Maria".into()), Value::Text("resident".into())],
        "sealed for the module, opened for the page"
    );
    let filter = AuditFilter { about: Some(id), limit: 10, ..AuditFilter::default() };
    let rows = house.app.store.audit_rows(house.sculeni.id, &filter).await?;
    let row = rows.iter().find(|row| row.entry.what == "mconnect").context("the row")?;
    assert_eq!(row.entry.legal_basis, "Test law, article 1");
    assert!(!row.entry.detail.contains("Maria") && !row.entry.detail.contains(IDNP), "{}", row.entry.detail);
    Ok(())
}

#[tokio::test]
async fn nothing_is_asked_that_is_not_granted() -> Result<()> {
    let (house, holder) = open(Holder::default()).await?;
    let id = person(&house, IDNP).await?.to_string();
    let about = ("about", id.as_str());
    for (query, told) in [
        (vec![about, ("set", "vehicles")], "denied mconnect data-sets vehicles"),
        (vec![about, ("fields", "name,salary")], "denied mconnect fields person.salary"),
        (vec![about, ("set", "debts"), ("fields", "name")], "denied mconnect fields debts.name"),
    ] {
        assert_eq!(text(&ask(&house, &query).await?), told);
    }
    house.set_revoked(&house.sculeni, "asker", "mconnect", true).await?;
    assert_eq!(text(&ask(&house, &[about]).await?), "denied mconnect revoked ");
    assert!(holder.asked.lock().unwrap().is_empty(), "something was asked");
    Ok(())
}

#[tokio::test]
async fn who_is_unknown_and_who_is_down_are_told_apart() -> Result<()> {
    let (house, _holder) = open(Holder::default()).await?;
    let unknown = person(&house, "2000000000038").await?.to_string();
    assert_eq!(text(&ask(&house, &[("about", &unknown)]).await?), "not-found");
    let (house, _holder) = open(Holder { down: true, ..Holder::default() }).await?;
    let id = person(&house, IDNP).await?.to_string();
    assert_eq!(text(&ask(&house, &[("about", &id)]).await?), "unavailable mconnect");
    let bare = House::open().await?;
    bare.install(&bare.sculeni, "asker").await?;
    let id = person(&bare, IDNP).await?.to_string();
    assert_eq!(text(&ask(&bare, &[("about", &id)]).await?), "unavailable mconnect");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_replay_is_told_the_same_and_asks_nobody_again() -> Result<()> {
    let (house, holder) = open(Holder { meddle: true, ..Holder::default() }).await?;
    let id = person(&house, IDNP).await?.to_string();
    let report = house.report(&house.sculeni, "asker", "record", &[("about", &id)], None).await?;
    assert_eq!(report, serde_json::json!({ "before": 1 }), "it was not replayed over what the other call kept");
    let asked = holder.asked.lock().unwrap();
    assert_eq!(asked.iter().filter(|request| request.about.as_deref() == Some(IDNP)).count(), 1, "the replay asked again");
    Ok(())
}

#[tokio::test]
async fn the_catalogue_says_what_exists_and_what_is_granted() -> Result<()> {
    let (house, holder) = open(Holder::default()).await?;
    let found = house.show(&house.sculeni, "asker", "catalogue", &[]).await?.map_err(|error| anyhow!("{error}"))?;
    let lines: Vec<String> = text_lines(&found);
    assert!(
        lines.iter().any(|line| line == "person 13 true")
            && lines.iter().any(|line| line.starts_with("real-estates ") && line.ends_with("false")),
        "{lines:?}"
    );
    let debts = house.show(&house.sculeni, "asker", "catalogue", &[("words", "datorii")]).await?.map_err(|error| anyhow!("{error}"))?;
    assert!(text(&debts).starts_with("debts "), "{}", text(&debts));
    assert!(holder.asked.lock().unwrap().is_empty(), "names only");
    let filter = AuditFilter { kinds: vec![AuditKind::Look, AuditKind::Denial], limit: 10, ..AuditFilter::default() };
    assert!(house.app.audit(&house.sculeni, &filter).await?.is_empty(), "to see that something is not granted is no attempt at it");
    house.set_revoked(&house.sculeni, "asker", "mconnect", true).await?;
    let denied = house.show(&house.sculeni, "asker", "catalogue", &[]).await?.map_err(|error| anyhow!("{error}"))?;
    assert_eq!(text(&denied), "denied mconnect revoked ");
    Ok(())
}

fn text_lines(shown: &Shown) -> Vec<String> {
    let text = |block: &Block| if let Block::Text(Words::Plain(text)) = block { Some(text.clone()) } else { None };
    shown.screen.blocks.iter().filter_map(text).collect()
}
