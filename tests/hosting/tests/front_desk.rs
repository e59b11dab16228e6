//! The counter from both sides: officials keep hours, closures, visitors and the queue; citizens book, move, cancel and take tickets on their phones.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use anyhow::{Context, Result};
use std::sync::Arc;
use vatra_core::call::{Acting, Assurance, CITIZEN, CallContext, Caller, Channel, GUEST};
use vatra_core::clock::{Clock as _, Instant};
use vatra_core::ids::{CallId, Name, SubjectId};
use vatra_core::manifest::Language;
use vatra_core::unit::{Subject, Unit};
use vatra_core::value::{Fields, Value};
use vatra_core::view::Words;
use vatra_hosting_tests::{House, NOON};
use vatra_server::app::{By, Complaint, Outcome, Shown};
use vatra_view::{Wording, render_json};

const PHONE: &str = "appointments";
const CENTRE: &str = "service-centre";
const SERVICE: &str = "family-composition";
/// Nine o'clock of Friday 2 October 2026 in Chișinău; the house's clock stands at noon of the day before.
const NINE: Instant = Instant(NOON.0 + 21 * 3_600_000);
const MINUTE: i64 = 60_000;
const DAY: i64 = 86_400_000;

/// What came of an action: where it led, or what was said.
#[derive(Debug)]
struct Came {
    /// `go SCREEN`, `done KEY`, `show`, `rejected INPUT: KEY`, or the failure's code.
    what: String,
    /// All words of the screen that was shown, if one was.
    words: String,
    report: serde_json::Value,
}

struct Hall {
    house: House,
}

fn at(minutes: i64) -> Instant {
    Instant(NINE.0 + minutes * MINUTE)
}

fn key(words: &Words) -> String {
    match words {
        Words::Key(key, _) => key.clone(),
        Words::Plain(text) => text.clone(),
    }
}

/// Every text of a screen as it is sent to a phone.
fn words(shown: &Shown) -> String {
    fn gather(json: &serde_json::Value, into: &mut String) {
        match json {
            serde_json::Value::String(text) => {
                into.push_str(text);
                into.push('\n');
            }
            serde_json::Value::Array(all) => all.iter().for_each(|one| gather(one, into)),
            serde_json::Value::Object(all) => all.values().for_each(|one| gather(one, into)),
            _ => {}
        }
    }
    let wording = Wording { language: Language::Ro, catalogue: shown.catalogue(), resolved: &shown.resolved };
    let mut out = String::new();
    gather(&render_json(&shown.screen, shown.manifest(), &wording), &mut out);
    out
}

impl Hall {
    /// Two counters without hours, and the three modules.
    async fn bare(house: House) -> Result<Self> {
        let counter = |id: &str, title: &str| -> Fields {
            let texts = [("id", id), ("title", title), ("place", "parter")];
            texts.iter().map(|(name, text)| ((*name).to_owned(), Value::Text((*text).to_owned()))).collect()
        };
        let rows = vec![counter("desk-1", "Ghișeul 1"), counter("desk-2", "Ghișeul 2")];
        house.app.enact(&house.sculeni, "counters", NOON.civil_date(), rows, "", By::OPERATOR).await?;
        for module in ["secretary", CENTRE, PHONE] {
            house.install(&house.sculeni, module).await?;
        }
        let mut ana = house.app.official(&house.sculeni, "ana").await?;
        ana.roles.extend([Name::new("specialist")?, Name::new("head")?]);
        house.app.put_official(&house.sculeni, &ana, By::OPERATOR).await?;
        Ok(Self { house })
    }

    /// The first counter is open on weekdays from nine to ten, in visits of twenty minutes for one visitor each.
    async fn open(house: House) -> Result<Self> {
        let hall = Self::bare(house).await?;
        let ana = hall.ana().await?;
        assert_eq!(hall.hours("desk-1", "9-10", "20").await?.what, "done hours-saved");
        let given = [("counter", "desk-1"), ("family-composition.given", "yes"), ("vatra-row", SERVICE)];
        assert_eq!(hall.act(&ana, "set-services", &given).await?.what, "done services-saved");
        Ok(hall)
    }

    /// The same hours on all weekdays, from today on.
    async fn hours(&self, counter: &str, hours: &str, minutes: &str) -> Result<Came> {
        let mut inputs = vec![("counter", counter), ("since", "2026-10-01"), ("minutes", minutes), ("places", "1")];
        inputs.extend(["monday", "tuesday", "wednesday", "thursday", "friday"].map(|day| (day, hours)));
        self.act(&self.ana().await?, "set-hours", &inputs).await
    }

    /// The official at the counter, who keeps the calendars too.
    async fn ana(&self) -> Result<CallContext> {
        self.house.context(&self.house.sculeni, CENTRE).await
    }

    fn on_phone(&self, person: Option<SubjectId>) -> Result<CallContext> {
        let mut roles = std::collections::BTreeSet::from([Name::new(GUEST)?]);
        if person.is_some() {
            roles.insert(Name::new(CITIZEN)?);
        }
        let assurance = if person.is_some() { Assurance::High } else { Assurance::Anonymous };
        Ok(CallContext {
            tenant: Arc::new(self.house.sculeni.clone()),
            module: Name::new(PHONE)?,
            caller: Caller { person, roles, assurance, channel: Channel::Evo, language: Language::Ro, acting: None },
            call: CallId::fresh(),
            now: self.house.clock.now(),
            seed: [7; 32],
        })
    }

    /// Somebody with the app on their phone, signed in.
    async fn citizen(&self, number: u32, name: &str) -> Result<CallContext> {
        let id = SubjectId::fresh();
        let mut unit = Unit::new(NOON, None, Name::new(PHONE)?);
        unit.subjects.push(Subject { id, company: false, idn: Some(format!("20000000002{number:02}")), name: name.to_owned() });
        self.house.app.store.commit(self.house.sculeni.id, unit).await?;
        self.on_phone(Some(id))
    }

    async fn act(&self, who: &CallContext, action: &str, inputs: &[(&str, &str)]) -> Result<Came> {
        let acted = match self.house.act_as(who, action, inputs).await {
            Ok(acted) => acted,
            Err(error) => return Ok(Came { what: error.code(), words: String::new(), report: serde_json::Value::Null }),
        };
        let mut said = String::new();
        let what = match acted.outcome {
            Outcome::Go { screen, .. } => format!("go {screen}"),
            Outcome::Done(notice) => format!("done {}", key(&notice.title)),
            Outcome::Show(shown) => {
                said = words(&shown);
                "show".to_owned()
            }
            Outcome::Rejected(wrong) => {
                let told = |(input, complaint): &(String, Complaint)| match complaint {
                    Complaint::Words(words) => format!("{input}: {}", key(words)),
                    Complaint::Rule(rule) => format!("{input}: {rule}"),
                    Complaint::File(_) => format!("{input}: file"),
                };
                format!("rejected {}", wrong.iter().map(told).collect::<Vec<_>>().join(", "))
            }
            _ => "something else".to_owned(),
        };
        Ok(Came { what, words: said, report: acted.report })
    }

    /// All words of a screen, or the failure's code.
    async fn shown(&self, who: &CallContext, screen: &str, query: &[(&str, &str)]) -> String {
        let query = query.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        match self.house.app.show(&self.house.again(who), screen, &query).await {
            Ok(shown) => words(&shown),
            Err(error) => error.code(),
        }
    }

    async fn book(&self, who: &CallContext, starts: Instant) -> Result<Came> {
        let starts = starts.0.to_string();
        self.act(who, "book", &[("service", SERVICE), ("counter", "desk-1"), ("starts", &starts)]).await
    }

    /// As [`Self::book`], and the visit's id.
    async fn booked(&self, who: &CallContext, starts: Instant) -> Result<String> {
        let came = self.book(who, starts).await?;
        assert_eq!(came.what, "go visit", "{came:?}");
        Ok(came.report["visit"].as_str().context("an id")?.to_owned())
    }

    /// What people are to be written: to whom, and the Romanian words.
    async fn letters(&self) -> Result<Vec<(SubjectId, String)>> {
        self.house.letters().await
    }
}

fn person(who: &CallContext) -> SubjectId {
    who.caller.person.unwrap()
}

fn says(shown: &str, all: &[&str]) {
    for one in all {
        assert!(shown.contains(one), "does not say '{one}':\n{shown}");
    }
}

fn says_nothing_of(shown: &str, all: &[&str]) {
    for one in all {
        assert!(!shown.contains(one), "says '{one}':\n{shown}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_official_opens_a_counter_and_a_citizen_books_moves_and_cancels() -> Result<()> {
    let hall = Hall::bare(House::patient().await?).await?;
    let (ana, ion, maria) = (hall.ana().await?, hall.citizen(1, "Țurcanu Ion").await?, hall.citizen(2, "Rusu Maria").await?);
    says(&hall.shown(&ion, "choose", &[]).await, &["nu primește acum la ghișee"]);
    says(&hall.shown(&ana, "counters", &[]).await, &["Ghișeul 1", "Ghișeul 2", "Nu are încă un program"]);

    // Hours as people mistype them; then right, then the services.
    let wrong = hall.hours("desk-1", "10-9", "20").await?;
    assert!(wrong.what.starts_with("rejected monday: wrong-hours-order, tuesday:"), "{wrong:?}");
    assert_eq!(hall.hours("desk-9", "9-10", "20").await?.what, "not-found");
    assert_eq!(hall.hours("desk-1", "9:00-10:00", "20").await?.what, "done hours-saved");
    let past = [("counter", "desk-1"), ("since", "2026-09-30"), ("minutes", "20"), ("places", "1")];
    assert_eq!(hall.act(&ana, "set-hours", &past).await?.what, "rejected since: wrong-since-past");
    says(&hall.shown(&ion, "choose", &[]).await, &["nu primește acum"]);
    let given = [("counter", "desk-1"), ("family-composition.given", "yes"), ("vatra-row", SERVICE)];
    assert_eq!(hall.act(&ana, "set-services", &given).await?.what, "done services-saved");
    says(
        &hall.shown(&ana, "counter", &[("counter", "desk-1")]).await,
        &["9:00–10:00", "Certificat privind componența familiei", "Programul de acum"],
    );

    // Step by step on the phone.
    let none = hall.shown(&ion, "home", &[]).await;
    says(&none, &["Nu aveți nicio programare", "Programați o vizită"]);
    says(&hall.shown(&ion, "choose", &[]).await, &["Certificat privind componența familiei"]);
    let days = hall.shown(&ion, "choose", &[("service", SERVICE)]).await;
    says(&days, &["Ghișeul 1, parter", "vineri, 2 octombrie: 3 locuri libere", "luni, 5 octombrie: 3 locuri libere", "Zile mai târzii"]);
    says_nothing_of(&days, &["sâmbătă", "duminică"]);
    let (service, counter) = (("service", SERVICE), ("counter", "desk-1"));
    let hours = hall.shown(&ion, "choose", &[service, counter, ("day", "2026-10-02")]).await;
    says(&hours, &["Înainte de prânz", "ora 9:00: un loc liber", "ora 9:20", "ora 9:40"]);
    says_nothing_of(&hours, &["După prânz"]);
    let starts = NINE.0.to_string();
    let last = [service, counter, ("day", "2026-10-02"), ("starts", starts.as_str())];
    says(
        &hall.shown(&ion, "choose", &last).await,
        &["vineri, 2 octombrie, ora 9:00", "Ce aduceți", "Buletinul de identitate", "Mă programez"],
    );
    let visit = hall.booked(&ion, NINE).await?;
    let own = hall.shown(&ion, "visit", &[("visit", &visit)]).await;
    says(&own, &["vineri, 2 octombrie, ora 9:00", "P-2026-00001", "Ghișeul 1", "parter", "Buletinul de identitate", "Anulez vizita"]);
    says(&hall.shown(&ion, "home", &[]).await, &["P-2026-00001", "vineri, 2 octombrie, ora 9:00"]);
    let day = hall.shown(&ana, "day", &[("date", "2026-10-02")]).await;
    says(&day, &["9:00 Țurcanu Ion", "programat"]);

    // Somebody else's visit is nobody's business, whatever they send.
    let id = ("visit", visit.as_str());
    let later = at(20).0.to_string();
    for screen in ["visit", "move"] {
        assert_eq!(hall.shown(&maria, screen, &[id]).await, "not-found");
    }
    let moving = [id, ("version", "1"), ("counter", "desk-1"), ("starts", later.as_str()), ("reason", "Sunt la lucru")];
    assert_eq!(hall.act(&maria, "reschedule", &moving).await?.what, "not-found");
    assert_eq!(hall.act(&maria, "cancel", &[id, ("version", "1")]).await?.what, "not-found");
    says(&hall.shown(&maria, "home", &[]).await, &["Nu aveți nicio programare"]);
    // A guest looks at what is free, and has no action.
    let guest = hall.on_phone(None)?;
    says(&hall.shown(&guest, "home", &[]).await, &["Intrați prin MPass", "Certificat privind componența familiei"]);
    let second = [service, counter, ("day", "2026-10-02"), ("starts", later.as_str())];
    let looked = hall.shown(&guest, "choose", &second).await;
    says(&looked, &["Intrați prin MPass ca să vă programați"]);
    says_nothing_of(&looked, &["Mă programez"]);
    for (action, inputs) in [("book", vec![service, counter, ("starts", later.as_str())]), ("cancel", vec![id, ("version", "1")])] {
        assert!(hall.act(&guest, action, &inputs).await?.what.starts_with("denied"), "{action}");
    }
    assert!(hall.shown(&guest, "visit", &[id]).await.starts_with("denied"));

    // Moved; what was seen before is not what is moved or cancelled.
    says(&hall.shown(&ion, "move", &[id, ("day", "2026-10-02")]).await, &["Mutați vizita", "ora 9:20"]);
    says(&hall.shown(&ion, "move", &moving[..4]).await, &["În loc de vineri, 2 octombrie, ora 9:00", "Mut vizita"]);
    assert_eq!(hall.act(&ion, "reschedule", &moving).await?.what, "go visit");
    let stale = hall.act(&ion, "reschedule", &moving).await?;
    assert_eq!(stale.what, "show");
    says(&stale.words, &["Programarea s-a schimbat între timp", "ora 9:20"]);
    let stale = hall.act(&ion, "cancel", &[id, ("version", "1")]).await?;
    says(&stale.words, &["s-a schimbat între timp"]);
    // Onto a place that Maria has.
    hall.booked(&maria, NINE).await?;
    let back = [id, ("version", "2"), counter, ("starts", starts.as_str())];
    let taken = hall.act(&ion, "reschedule", &back).await?;
    says(&taken.words, &["Locul tocmai a fost luat", "ora 9:40"]);
    assert!(hall.letters().await?.is_empty(), "who does it for themselves knows");
    assert_eq!(hall.act(&ion, "cancel", &[id, ("version", "2"), ("reason", "Am plecat")]).await?.what, "go visit");
    says(&hall.shown(&ion, "visit", &[id]).await, &["Vizita a fost anulată", "Am plecat"]);
    says_nothing_of(&hall.shown(&ion, "visit", &[id]).await, &["Anulez vizita"]);
    says(&hall.shown(&ion, "home", &[]).await, &["Vizite trecute", "anulată"]);
    // For its owner alone it can be cancelled no more.
    says(&hall.act(&ion, "cancel", &[id, ("version", "3")]).await?.words, &["s-a schimbat între timp"]);
    Ok(())
}

/// Everybody wants the same visit at the same moment, through both modules' engine.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_place_is_given_to_one_and_the_others_are_told() -> Result<()> {
    let hall = Hall::open(House::patient().await?).await?;
    let mut citizens = Vec::new();
    for number in 0..5 {
        citizens.push(hall.citizen(10 + number, &format!("Vecin {number}")).await?);
    }
    let outcomes = futures::future::try_join_all(citizens.iter().map(|who| hall.book(who, NINE))).await?;
    assert_eq!(outcomes.iter().filter(|came| came.what == "go visit").count(), 1);
    for came in outcomes.iter().filter(|came| came.what != "go visit") {
        assert_eq!(came.what, "show", "{came:?}");
        says(&came.words, &["Locul tocmai a fost luat", "Alegeți ora: vineri, 2 octombrie", "ora 9:20"]);
    }
    let there = hall.shown(&hall.ana().await?, "day", &[("date", "2026-10-02")]).await;
    assert_eq!(there.matches("Vecin").count(), 1, "{there}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_is_reminded_and_a_closure_cancels_with_a_letter() -> Result<()> {
    let hall = Hall::open(House::patient().await?).await?;
    let (ana, ion, maria) = (hall.ana().await?, hall.citizen(1, "Țurcanu Ion").await?, hall.citizen(2, "Rusu Maria").await?);
    // Monday 5 October: reminded on Sunday at nine.
    let monday = Instant(NINE.0 + 3 * DAY);
    let visit = hall.booked(&ion, monday).await?;
    hall.house.clock.set(Instant(monday.0 - DAY));
    assert_eq!((hall.house.app.remind().await?, hall.house.app.remind().await?), (1, 0));
    let letters = hall.letters().await?;
    assert_eq!(letters.len(), 1);
    assert!(letters[0].0 == person(&ion) && letters[0].1.starts_with("Mâine aveți o programare: 05.10.2026 09:00"), "{letters:?}");

    // Closed on Monday until half past nine: Ion is cancelled and told why, Maria's later visit stays.
    hall.booked(&maria, Instant(monday.0 + 40 * MINUTE)).await?;
    let close = [("counter", "desk-1"), ("from", "2026-10-05"), ("to", "2026-10-05"), ("to-hour", "9:30"), ("reason", "Ședință")];
    for (input, value, expected) in [
        ("to-hour", "9h", "rejected to-hour: wrong-hour"),
        ("to", "2026-10-04", "rejected to: wrong-close-order"),
        ("to", "2028-10-05", "rejected to: wrong-close-long"),
    ] {
        let broken = close.map(|(name, given)| if name == input { (name, value) } else { (name, given) });
        assert_eq!(hall.act(&ana, "close", &broken).await?.what, expected);
    }
    let closed = hall.act(&ana, "close", &close).await?;
    assert_eq!((closed.what.as_str(), &closed.report["cancelled"]), ("show", &1.into()));
    says(&closed.words, &["O programare a fost anulată", "Țurcanu Ion"]);
    says_nothing_of(&closed.words, &["Rusu"]);
    let letters = hall.letters().await?;
    assert!(letters.iter().any(|(to, text)| *to == person(&ion) && text.contains("anulată") && text.contains("Ședință")), "{letters:?}");
    assert!(letters.iter().all(|(to, _)| *to != person(&maria)));
    says(&hall.shown(&ion, "visit", &[("visit", &visit)]).await, &["Vizita a fost anulată", "Ședință"]);
    let query = [("service", SERVICE), ("counter", "desk-1"), ("day", "2026-10-05")];
    says(&hall.shown(&ion, "choose", &query).await, &["nu mai este niciun loc liber"]);
    says(&hall.shown(&ana, "counter", &[("counter", "desk-1")]).await, &["Închis: 05.10.2026 00:00", "Ședință", "Deschide din nou"]);
    says(&hall.shown(&ana, "calendar", &[]).await, &["Ghișeul 1: închis", "Ghișeul 1: un vizitator"]);
    // Open after all; what was cancelled stays so.
    let mut snapshot = hall.house.app.store.snapshot(hall.house.sculeni.id).await?;
    let week = snapshot.counter_weeks(hall.house.clock.now(), Instant::MAX, NOON.civil_date()).await?;
    let closure = week.closures[0].id.to_string();
    drop(snapshot);
    assert_eq!(hall.act(&ana, "reopen", &[("closure", &closure)]).await?.what, "done reopened");
    assert_eq!(hall.act(&ana, "reopen", &[("closure", &closure)]).await?.what, "done changed-title");
    says(&hall.shown(&ion, "choose", &query).await, &["ora 9:00", "ora 9:20"]);

    // Both counters at once.
    let everywhere =
        [("counter", "desk-1"), ("from", "2026-10-06"), ("to", "2026-10-06"), ("everywhere", "yes"), ("reason", "Hramul satului")];
    assert_eq!(hall.act(&ana, "close", &everywhere).await?.what, "done closed-done");
    says(&hall.shown(&ana, "calendar", &[("counter", "desk-2")]).await, &["Ghișeul 2: închis"]);
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn officials_book_mark_and_move_those_who_no_longer_fit() -> Result<()> {
    let hall = Hall::open(House::patient().await?).await?;
    let (ana, ion, maria) = (hall.ana().await?, hall.citizen(1, "Țurcanu Ion").await?, hall.citizen(2, "Rusu Maria").await?);
    let (ion_id, starts) = (person(&ion).to_string(), NINE.0.to_string());
    says(&hall.shown(&ana, "book", &[("service", SERVICE), ("day", "2026-10-02")]).await, &["Ghișeul 1", "ora 9:00: un loc liber"]);
    let last = [("service", SERVICE), ("day", "2026-10-02"), ("counter", "desk-1"), ("starts", starts.as_str())];
    says(&hall.shown(&ana, "book", &last).await, &["vineri, 2 octombrie, ora 9:00, Ghișeul 1", "IDNP, IDNO sau numele"]);
    let for_ion =
        [("service", SERVICE), ("counter", "desk-1"), ("starts", starts.as_str()), ("visitor", ion_id.as_str()), ("phone", "069123456")];
    let came = hall.act(&ana, "book-for", &for_ion).await?;
    assert_eq!(came.what, "go visit", "{came:?}");
    let visit = came.report["visit"].as_str().context("an id")?.to_owned();
    says(&hall.act(&ana, "book-for", &for_ion).await?.words, &["Locul tocmai a fost luat"]);
    let letters = hall.letters().await?;
    assert!(letters.len() == 1 && letters[0].1.starts_with("Ați fost programat(ă): 02.10.2026 09:00"), "{letters:?}");
    says(&hall.shown(&ana, "visit", &[("visit", &visit)]).await, &["Țurcanu Ion", "69123456", "P-2026-00001"]);
    // It is Ion's own, on his phone.
    says(&hall.shown(&ion, "home", &[]).await, &["P-2026-00001"]);

    // In visits of half an hour from half past nine nobody fits; the head finds them at once and later.
    hall.booked(&maria, at(40)).await?;
    let moved = hall.hours("desk-1", "9:30-10:30", "30").await?;
    assert_eq!((moved.what.as_str(), &moved.report["displaced"]), ("go displaced", &2.into()));
    says(&hall.shown(&ana, "home", &[]).await, &["2 programări nu se mai potrivesc"]);
    says(&hall.shown(&ana, "displaced", &[]).await, &["ora 9:00: Țurcanu Ion", "ora 9:40: Rusu Maria", "Mutați fiecare programare"]);
    let to = at(60).0.to_string();
    let there = [("visit", visit.as_str()), ("counter", "desk-1"), ("starts", to.as_str())];
    says(&hall.shown(&ana, "move", &there).await, &["Mută vizita: Țurcanu Ion", "Acum: vineri, 2 octombrie, ora 9:00"]);
    let no_reason = [there.as_slice(), &[("version", "1")]].concat();
    assert!(hall.act(&ana, "reschedule", &no_reason).await?.what.starts_with("rejected reason"), "the visitor reads why");
    let moving = [no_reason.as_slice(), &[("reason", "Program nou")]].concat();
    assert_eq!(hall.act(&ana, "reschedule", &moving).await?.what, "go visit");
    assert_eq!(hall.act(&ana, "reschedule", &moving).await?.what, "done changed-title", "moved once");
    says_nothing_of(&hall.shown(&ana, "displaced", &[]).await, &["Țurcanu"]);
    let letters = hall.letters().await?;
    assert!(letters.iter().any(|(to, text)| *to == person(&ion) && text.contains("a fost mutată") && text.contains("Program nou")));
    assert_eq!(hall.act(&ion, "cancel", &[("visit", &visit), ("version", "1")]).await?.what, "show", "it is not as he saw it");

    // The day itself: arrived, served, a slip mended.
    hall.house.clock.set(at(55));
    let day = hall.shown(&ana, "day", &[]).await;
    says(&day, &["10:00 Țurcanu Ion", "A venit", "Servit", "Nu s-a prezentat"]);
    let mark = async |version: &'static str, standing: &'static str| {
        let inputs = [("visit", visit.as_str()), ("version", version), ("standing", standing)];
        hall.act(&ana, "mark", &inputs).await.map(|came| came.what)
    };
    assert_eq!(mark("2", "arrived").await?, "done marked");
    assert_eq!(mark("2", "served").await?, "done changed-title");
    assert_eq!(mark("3", "missed").await?, "done marked");
    says(&hall.shown(&ana, "visit", &[("visit", &visit)]).await, &["nu s-a prezentat", "Înapoi: a fost o greșeală"]);
    assert_eq!((mark("4", "arrived").await?, mark("5", "served").await?), ("done marked".into(), "done marked".into()));
    assert_eq!(hall.act(&ana, "cancel", &[("visit", &visit), ("version", "6"), ("reason", "x")]).await?.what, "done changed-title");
    says(&hall.shown(&ion, "visit", &[("visit", &visit)]).await, &["Vizita s-a încheiat"]);

    // Who is no head changes no hours.
    let mut specialist = hall.house.app.official(&hall.house.sculeni, "ana").await?;
    specialist.roles.remove(&Name::new("head")?);
    hall.house.app.put_official(&hall.house.sculeni, &specialist, By::OPERATOR).await?;
    let ana = hall.ana().await?;
    assert!(hall.act(&ana, "reopen", &[("closure", "x")]).await?.what.starts_with("denied"));
    says_nothing_of(&hall.shown(&ana, "counter", &[("counter", "desk-1")]).await, &["Păstrează programul"]);
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_ticket_is_taken_on_the_phone_and_called_at_the_counter() -> Result<()> {
    let hall = Hall::open(House::patient().await?).await?;
    let (ana, ion, maria) = (hall.ana().await?, hall.citizen(1, "Țurcanu Ion").await?, hall.citizen(2, "Rusu Maria").await?);
    hall.booked(&maria, NINE).await?;
    hall.house.clock.set(at(-10));
    let service = [("service", SERVICE)];
    assert_eq!(hall.act(&ana, "give-ticket", &service).await?.what, "go queue");
    hall.house.clock.set(at(-9));
    says(&hall.shown(&ion, "ticket", &[]).await, &["Luați un bilet", "Certificat privind componența familiei"]);
    let taken = hall.act(&ion, "take", &service).await?;
    assert_eq!(taken.what, "go ticket");
    says(&hall.shown(&ion, "ticket", &[]).await, &["A02", "Luat la ora 8:51"]);
    assert_eq!(hall.act(&ion, "take", &service).await?.what, "done ticket-one");
    assert_eq!(hall.act(&maria, "take", &[("service", "passport")]).await?.what, "done ticket-not-today");
    says_nothing_of(&hall.shown(&maria, "ticket", &[]).await, &["A02"]);
    assert!(hall.act(&hall.on_phone(None)?, "take", &service).await?.what.starts_with("denied"));
    says(&hall.shown(&ana, "queue", &[]).await, &["A01", "A02", "Țurcanu Ion"]);

    // A minute past nine: Maria first, then the tickets in their order, then nobody.
    hall.house.clock.set(at(1));
    says(&hall.shown(&ana, "home", &[]).await, &["Cheamă la Ghișeul 1", "P-2026-00001", "A01"]);
    let call = async || hall.act(&ana, "call-next", &[("counter", "desk-1")]).await.map(|came| (came.what, came.report["called"].clone()));
    assert_eq!(call().await?, ("go visit".into(), "P-2026-00001".into()));
    assert_eq!(call().await?, ("go queue".into(), "A01".into()));
    assert_eq!(call().await?, ("go queue".into(), "A02".into()));
    assert_eq!(call().await?.0, "done call-nobody");
    assert_eq!(hall.act(&ana, "call-next", &[("counter", "desk-2")]).await?.what, "done call-no-week");
    says(&hall.shown(&ion, "ticket", &[]).await, &["A02: mergeți la Ghișeul 1"]);
    let ticket = taken.report["ticket"].as_str().context("an id")?.to_owned();
    says(&hall.shown(&ana, "queue", &[("ticket", &ticket)]).await, &["A02 este chemat la Ghișeul 1", "Nu așteaptă nimeni"]);
    // On Saturday nobody is received.
    hall.house.clock.set(Instant(NINE.0 + DAY));
    assert_eq!(hall.act(&ana, "give-ticket", &service).await?.what, "done give-not-today");
    says(&hall.shown(&maria, "ticket", &[]).await, &["Azi ghișeele nu primesc"]);
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_withheld_is_said_and_a_mandate_books_for_its_principal() -> Result<()> {
    let hall = Hall::open(House::patient().await?).await?;
    let (ana, ion, maria) = (hall.ana().await?, hall.citizen(1, "Țurcanu Ion").await?, hall.citizen(2, "Rusu Maria").await?);
    let tenant = &hall.house.sculeni;
    let set = async |module: &str, capability: &str, revoked: bool| hall.house.set_revoked(tenant, module, capability, revoked).await;
    let visit = hall.booked(&ion, NINE).await?;
    // For somebody else only with their mandate: then it is theirs.
    let acting = Acting { code: "1234567890123456".into(), principal: person(&maria), kind: "AT-0000045".into(), until: None };
    let mut for_maria = ion.clone();
    for_maria.caller.acting = Some(acting);
    let hers = hall.booked(&for_maria, at(20)).await?;
    says(&hall.shown(&maria, "visit", &[("visit", &hers)]).await, &["ora 9:20"]);
    assert_eq!(hall.shown(&ion, "visit", &[("visit", &hers)]).await, "not-found");
    assert_eq!(hall.shown(&for_maria, "visit", &[("visit", &visit)]).await, "not-found");

    // Without the catalogue services keep their codes; without appointments every screen says why.
    set(PHONE, "catalogue", true).await?;
    says(&hall.shown(&ion, "home", &[]).await, &["Denumirile serviciilor nu sunt deschise", "retras acest drept", SERVICE, "P-2026-00001"]);
    says(&hall.shown(&ion, "visit", &[("visit", &visit)]).await, &["Anulez vizita"]);
    set(PHONE, "catalogue", false).await?;
    set(PHONE, "appointments", true).await?;
    let id = ("visit", visit.as_str());
    for (screen, query) in [("home", vec![]), ("choose", vec![]), ("visit", vec![id]), ("move", vec![id]), ("ticket", vec![])] {
        says(&hall.shown(&ion, screen, &query).await, &["Programările nu sunt deschise acestui modul", "retras acest drept"]);
    }
    assert_eq!(hall.act(&ion, "cancel", &[id, ("version", "1")]).await?.what, "done denied-title");
    set(PHONE, "appointments", false).await?;
    says(&hall.shown(&ion, "visit", &[id]).await, &["Anulez vizita"]);

    for screen in ["home", "queue", "day", "calendar", "book", "displaced", "counters"] {
        set(CENTRE, "appointments", true).await?;
        says(&hall.shown(&ana, screen, &[]).await, &["Programările nu sunt deschise acestui modul"]);
        set(CENTRE, "appointments", false).await?;
        says_nothing_of(&hall.shown(&ana, screen, &[]).await, &["nu sunt deschise"]);
    }
    // Without the register of visitors people are booked in all the same, and telephones are not kept.
    set(CENTRE, "registers", true).await?;
    let (starts, visitor) = (at(40).0.to_string(), person(&maria).to_string());
    let inputs =
        [("service", SERVICE), ("counter", "desk-1"), ("starts", starts.as_str()), ("visitor", visitor.as_str()), ("phone", "069123456")];
    let came = hall.act(&ana, "book-for", &inputs).await?;
    assert_eq!(came.what, "go visit", "{came:?}");
    // Another municipality has no such counter, and nobody's visits.
    hall.house.install(&hall.house.lozova, PHONE).await?;
    let mut elsewhere = ion.clone();
    elsewhere.tenant = Arc::new(hall.house.lozova.clone());
    says(&hall.shown(&elsewhere, "home", &[]).await, &["Nu aveți nicio programare"]);
    assert_eq!(hall.shown(&elsewhere, "visit", &[id]).await, "not-found");
    Ok(())
}
