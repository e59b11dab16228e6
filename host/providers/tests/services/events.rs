//! MConnect Events: told at least once, kept once.

use crate::house::House;
use async_trait::async_trait;
use serde_json::{Value, json};
use std::collections::{BTreeSet, HashMap};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use vatra_core::clock::Clock;
use vatra_core::providers::{Event, EventBus, EventInbox, Place, Places, ProviderError, Taken};
use vatra_emulators::contract::event_bus;
use vatra_emulators::events::{Fault, KEPT};
use vatra_emulators::fault::Emulated as _;
use vatra_emulators::fault::Trouble;
use vatra_providers::mconnect::events::{Consumer, Producer, Step};
use vatra_providers::transport::Style;

/// What a host keeps: it survives its consumers.
#[derive(Default)]
struct Kept {
    seen: Mutex<BTreeSet<(String, String)>>,
    order: Mutex<Vec<String>>,
    places: Mutex<HashMap<String, Place>>,
    /// The inbox fails before it keeps the event after so many.
    fails_after: Mutex<Option<usize>>,
    /// Places cannot be written any more: the host was killed after it kept an event and before it noted so.
    killed: Mutex<bool>,
    takes: AtomicUsize,
}

#[async_trait]
impl EventInbox for Kept {
    async fn take(&self, event: &Event) -> Result<Taken, ProviderError> {
        let at = self.takes.fetch_add(1, Ordering::SeqCst);
        if self.fails_after.lock().unwrap().is_some_and(|after| at >= after) {
            return Err(ProviderError::Unavailable { service: "storage", cause: "it is full".into() });
        }
        if event.data.get("IDNP").is_none_or(|idnp| !idnp.is_string()) {
            return Ok(Taken::Dead("idnp"));
        }
        if !self.seen.lock().unwrap().insert((event.source.clone(), event.id.clone())) {
            return Ok(Taken::Known);
        }
        self.order.lock().unwrap().push(event.id.clone());
        Ok(Taken::New)
    }
}

#[async_trait]
impl Places for Kept {
    async fn load(&self, group: &str) -> Result<Option<Place>, ProviderError> {
        Ok(self.places.lock().unwrap().get(group).cloned())
    }
    async fn save(&self, group: &str, place: Option<&Place>) -> Result<(), ProviderError> {
        if *self.killed.lock().unwrap() {
            return Err(ProviderError::Unavailable { service: "storage", cause: "killed".into() });
        }
        let mut places = self.places.lock().unwrap();
        match place {
            Some(place) => places.insert(group.to_owned(), place.clone()),
            None => places.remove(group),
        };
        Ok(())
    }
}

fn consumer(house: &House, kept: &Arc<Kept>) -> Consumer {
    Consumer {
        transport: house.transport("MConnect Events", "mconnect-events", Style::Rest),
        address: house.address("mconnect-events"),
        group: "vatra".to_owned(),
        inbox: kept.clone(),
        places: kept.clone(),
        sure: Mutex::default(),
    }
}

fn event(house: &House, id: &str, data: &Value) -> Value {
    json!({ "specversion": "1.0", "source": "urn:asp", "id": id, "type": "ASP.RSP.Person.Moved", "time": house.clock.now().rfc3339(), "data": data })
}

fn tell(house: &House, ids: std::ops::Range<u32>) {
    for id in ids {
        house.events.tell(event(house, &id.to_string(), &json!({ "IDNP": "2900000000000" }))).unwrap();
    }
}

fn order(kept: &Kept) -> Vec<String> {
    kept.order.lock().unwrap().clone()
}

fn numbers(range: std::ops::Range<u32>) -> Vec<String> {
    range.map(|id| id.to_string()).collect()
}

#[tokio::test]
async fn events_are_produced_in_batches_and_survive_a_lost_answer() {
    let house = House::new().await;
    let bus = Producer { transport: house.transport("MConnect Events", "mconnect-events", Style::Rest) };
    event_bus(&bus, "urn:primaria-sculeni", "Sculeni.Vatra.Residence.Changed", house.clock.now()).await.unwrap();
    assert_eq!(house.events.kept().len(), 42, "nothing but what was small enough");

    let one = Event {
        source: "urn:primaria-sculeni".into(),
        id: "lost-1".into(),
        kind: "Sculeni.Vatra.Residence.Changed".into(),
        subject: None,
        time: house.clock.now(),
        partition_key: Some("idnp:2900000000000".into()),
        data: json!({}),
    };
    house.events.fault().set(Some(Fault::AnswerLost));
    assert!(matches!(bus.publish(std::slice::from_ref(&one)).await, Err(ProviderError::Unavailable { .. })));
    house.events.fault().set(None);
    bus.publish(std::slice::from_ref(&one)).await.unwrap();
    let twice = house.events.kept().into_iter().filter(|event| event["id"] == "lost-1").count();
    assert_eq!(twice, 2, "told twice under one id, so that consumers know it");
    house.events.fault().set(Some(Fault::Unauthorized));
    let another = Event { source: "x".into(), id: "1".into(), ..one.clone() };
    let error = bus.publish(std::slice::from_ref(&another));
    assert!(matches!(error.await, Err(ProviderError::Refused { .. })));
}

#[tokio::test]
async fn events_are_kept_once_in_order_and_confirmed() {
    let house = House::new().await;
    let kept = Arc::new(Kept::default());
    let consumer = consumer(&house, &kept);
    assert_eq!(consumer.step().await.unwrap(), Step::default(), "nothing came within a poll");
    tell(&house, 0..150);
    assert_eq!(consumer.step().await.unwrap(), Step { new: 100, known: 0, dead: 0 });
    assert_eq!(consumer.step().await.unwrap(), Step { new: 50, known: 0, dead: 0 });
    assert_eq!(order(&kept), numbers(0..150));
    // The bus may tell something twice at any time.
    house.events.fault().set(Some(Fault::Twice));
    tell(&house, 150..152);
    assert_eq!(consumer.step().await.unwrap(), Step { new: 2, known: 1, dead: 0 });
    house.events.fault().set(None);
    consumer.close().await.unwrap();
    assert_eq!(kept.load("vatra").await.unwrap(), None);
    assert_eq!(self::consumer(&house, &kept).step().await.unwrap(), Step::default(), "all was confirmed");
    // Another group hears all of it.
    let others = Arc::new(Kept::default());
    let other = Consumer { group: "other".into(), inbox: others.clone(), places: others.clone(), ..self::consumer(&house, &others) };
    assert_eq!(other.step().await.unwrap().new, 100);
}

#[tokio::test]
async fn a_crash_between_keeping_and_confirming_loses_and_doubles_nothing() {
    let house = House::new().await;
    let kept = Arc::new(Kept::default());
    let first = consumer(&house, &kept);
    first.step().await.unwrap();
    tell(&house, 0..10);
    // Killed after the events were kept, before anything was noted or confirmed.
    *kept.killed.lock().unwrap() = true;
    assert!(first.step().await.is_err());
    assert_eq!(order(&kept), numbers(0..10));
    *kept.killed.lock().unwrap() = false;
    // Another process leaves the old instance, and is told again.
    tell(&house, 10..12);
    let restarted = consumer(&house, &kept);
    assert_eq!(restarted.step().await.unwrap(), Step { new: 2, known: 10, dead: 0 });
    assert_eq!(order(&kept), numbers(0..12));

    // A poll's answer is lost, and with it what was told: nothing later of that instance is confirmed, or it would be lost.
    tell(&house, 12..15);
    house.events.fault().set(Some(Fault::AnswerLost));
    assert!(restarted.step().await.is_err());
    house.events.fault().set(None);
    tell(&house, 15..17);
    assert_eq!(restarted.step().await.unwrap(), Step { new: 5, known: 0, dead: 0 });
    assert_eq!(order(&kept), numbers(0..17));

    // Killed after it noted what it kept and before it confirmed: the next one confirms first, and nothing is told again.
    tell(&house, 17..20);
    let polled = restarted.step().await.unwrap();
    assert_eq!(polled.new, 3);
    let place = kept.load("vatra").await.unwrap().unwrap();
    tell(&house, 20..22);
    *kept.fails_after.lock().unwrap() = Some(kept.takes.load(Ordering::SeqCst) + 1);
    assert!(restarted.step().await.is_err(), "one of two was kept");
    *kept.fails_after.lock().unwrap() = None;
    assert_ne!(kept.load("vatra").await.unwrap(), Some(place));
    assert_eq!(consumer(&house, &kept).step().await.unwrap(), Step { new: 1, known: 0, dead: 0 });
    // Instances expire, and bridges are started anew.
    house.events.forget_instances();
    tell(&house, 22..23);
    let last = consumer(&house, &kept);
    assert_eq!(last.step().await.unwrap(), Step { new: 1, known: 0, dead: 0 });
    house.events.forget_instances();
    assert_eq!(last.step().await.unwrap(), Step::default(), "it is gone");
    tell(&house, 23..24);
    assert_eq!(last.step().await.unwrap().new, 1);
    assert_eq!(order(&kept), numbers(0..24));
}

#[tokio::test]
async fn technical_failures_keep_an_event_alive_and_dead_ones_do_not_stop_the_rest() {
    let house = House::new().await;
    let kept = Arc::new(Kept::default());
    let consumer = consumer(&house, &kept);
    tell(&house, 0..3);
    house.events.tell(event(&house, "bad", &json!({ "IDNP": 7 }))).unwrap();
    tell(&house, 3..6);
    *kept.fails_after.lock().unwrap() = Some(2);
    assert!(consumer.step().await.is_err());
    assert_eq!(order(&kept), numbers(0..2));
    assert!(house.events.dead().is_empty(), "what fails for our reasons is not dead");
    *kept.fails_after.lock().unwrap() = None;
    let step = consumer.step().await.unwrap();
    assert_eq!((step.new, step.dead), (4, 1));
    assert_eq!(order(&kept), numbers(0..6));
    let dead = house.events.dead();
    assert_eq!((dead.len(), dead[0]["id"].as_str(), dead[0]["deadreason"].as_str()), (1, Some("bad"), Some("idnp")));
}

#[tokio::test]
async fn what_waits_for_more_than_five_days_is_gone() {
    let house = House::new().await;
    let kept = Arc::new(Kept::default());
    tell(&house, 0..2);
    house.later(KEPT - 60);
    tell(&house, 2..4);
    house.later(120);
    let consumer = consumer(&house, &kept);
    assert_eq!(consumer.step().await.unwrap().new, 2);
    assert_eq!(order(&kept), numbers(2..4));
    house.events.trouble().set(Some(Trouble::Unavailable));
    assert!(matches!(consumer.step().await, Err(ProviderError::Unavailable { .. })));
}
