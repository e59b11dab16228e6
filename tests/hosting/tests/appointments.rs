//! Appointments as citizens and officials have them: a place is given once, everybody has their own, the other side hears of it.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use anyhow::{Context, Result, anyhow};
use vatra_core::call::CallContext;
use vatra_core::clock::Instant;
use vatra_core::ids::{Name, SubjectId};
use vatra_core::value::{Fields, Value};
use vatra_hosting_tests::{House, NOON, On, Said, on_both, package};
use vatra_server::app::By;

/// Nine o'clock of Friday 2 October 2026 in Chișinău; the house's clock stands at noon of the day before.
const NINE: Instant = Instant(NOON.0 + 21 * 3_600_000);
const TWENTY_MINUTES: i64 = 20 * 60_000;

struct Hall {
    house: House,
}

impl Hall {
    /// Two counters, of which the first is open on weekdays from nine to ten, in visits of twenty minutes for one visitor each.
    async fn open(house: House) -> Result<Self> {
        let counter = |id: &str, title: &str| -> Fields {
            let texts = [("id", id), ("title", title), ("place", "parter")];
            texts.iter().map(|(name, text)| ((*name).to_owned(), Value::Text((*text).to_owned()))).collect()
        };
        let rows = vec![counter("desk-1", "Ghișeul 1"), counter("desk-2", "Ghișeul 2"), counter("desk-3", "Ghișeul 3")];
        house.app.enact(&house.sculeni, "counters", NOON.civil_date(), rows, "", By::OPERATOR).await?;
        house.install(&house.sculeni, "reception").await?;
        house.install(&house.sculeni, "visits").await?;
        let hall = Self { house };
        assert_eq!(hall.hours("desk-1", "family-certificate land-advice", "20", "1").await?, "");
        Ok(hall)
    }

    async fn hours(&self, counter: &str, service: &str, minutes: &str, places: &str) -> Result<String> {
        let inputs = [("counter", counter), ("service", service), ("minutes", minutes), ("places", places)];
        self.said(&self.ana().await?, "hours", &inputs, "visits").await
    }

    async fn ana(&self) -> Result<CallContext> {
        self.house.context(&self.house.sculeni, "visits").await
    }

    /// Somebody with the app on their phone.
    async fn citizen(&self, handle: &str) -> Result<CallContext> {
        let idnp = format!("20000000001{:02}", handle.bytes().map(u32::from).sum::<u32>() % 100);
        self.house.citizen("visits", handle, idnp).await
    }

    async fn act(&self, who: &CallContext, action: &str, inputs: &[(&str, &str)]) -> Said {
        self.house.said_to(who, action, inputs).await
    }

    async fn said(&self, who: &CallContext, action: &str, inputs: &[(&str, &str)], name: &str) -> Result<String> {
        let report = self.act(who, action, inputs).await.map_err(|code| anyhow!("{action}: {code}"))?;
        Ok(report[name].as_str().map_or_else(|| report[name].to_string(), ToOwned::to_owned))
    }

    async fn book(&self, who: &CallContext, counter: &str, starts: Instant) -> std::result::Result<String, String> {
        let starts = starts.0.to_string();
        let inputs = [("service", "family-certificate"), ("counter", counter), ("starts", starts.as_str())];
        Ok(self.act(who, "book", &inputs).await?["visit"].as_str().unwrap_or_default().to_owned())
    }

    async fn shown(&self, who: &CallContext, show: &str, query: &[(&str, &str)]) -> Result<Vec<String>> {
        self.house.shown_to(who, show, query).await
    }

    /// Free places of tomorrow: at which of the visits from nine on, how many.
    async fn free(&self) -> Result<Vec<String>> {
        let query = [("service", "family-certificate"), ("from", "2026-10-02")];
        self.shown(&self.ana().await?, "free", &query).await
    }

    /// What the module that handles the service noted, after telling it everything.
    async fn told(&self) -> Result<Vec<String>> {
        self.house.app.deliver_due().await?;
        self.house.notes("reception", "visits-told").await
    }

    /// What visitors are to be written: to whom, and the Romanian words.
    async fn letters(&self) -> Result<Vec<(SubjectId, String)>> {
        self.house.letters().await
    }
}

fn person(who: &CallContext) -> SubjectId {
    who.caller.person.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everybody_has_their_own_visits() -> Result<()> {
    let hall = Hall::open(House::patient().await?).await?;
    let (ion, maria, ana) = (hall.citizen("ion").await?, hall.citizen("maria").await?, hall.ana().await?);
    let at = |n: i64| Instant(NINE.0 + n * TWENTY_MINUTES);
    let line = |n: i64| format!("desk-1 {} 20 1", at(n).0);
    assert_eq!(hall.free().await?, [line(0), line(1), line(2)]);
    assert_eq!(hall.shown(&ion, "counters", &[("service", "family-certificate")]).await?, ["desk-1 Ghișeul 1 parter"]);
    let far = [("service", "family-certificate"), ("from", "2026-10-02"), ("to", "2026-12-04")];
    assert_eq!(hall.shown(&ion, "free", &far).await?, ["invalid to range"]);

    let visit = hall.book(&ion, "desk-1", NINE).await.map_err(|code| anyhow!(code))?;
    assert_eq!(hall.free().await?, [line(1), line(2)]);
    assert_eq!(hall.book(&maria, "desk-1", NINE).await, Err("conflict".into()), "the place is given");
    assert_eq!(hall.book(&maria, "desk-1", Instant(NINE.0 + 60_000)).await, Err("conflict".into()), "no visit begins then");
    assert_eq!(hall.book(&maria, "desk-2", NINE).await, Err("invalid:counter:counter".into()), "it is not given there");
    assert_eq!(hall.book(&maria, "desk-1", Instant(NOON.0 - 3_600_000)).await, Err("invalid:starts:past".into()), "it has passed");
    assert_eq!(hall.book(&maria, "desk-8", NINE).await, Err("denied:appointments:counters".into()), "the grant lists it not");
    // Nothing of a call that fails afterwards.
    let (starts, for_ion) = (at(1).0.to_string(), person(&ion).to_string());
    let base = [("service", "family-certificate"), ("counter", "desk-1"), ("starts", starts.as_str())];
    assert_eq!(hall.act(&maria, "book", &[base.as_slice(), &[("fail", "yes")]].concat()).await, Err("unavailable".into()));
    assert_eq!(hall.free().await?, [line(1), line(2)]);

    // Maria sees and moves nothing of Ion's, and books nothing for him; an official does, and he is written to.
    let cancel = [("visit", visit.as_str()), ("version", "1"), ("reason", "De ce nu")];
    assert_eq!(hall.act(&maria, "cancel", &cancel).await, Err("not-found".into()));
    assert!(hall.shown(&maria, "mine", &[]).await?.is_empty());
    let for_him = [base.as_slice(), &[("visitor", for_ion.as_str())]].concat();
    assert_eq!(hall.act(&maria, "book", &for_him).await, Err("denied:appointments:others".into()));
    assert_eq!(hall.shown(&maria, "day", &[("from", "2026-10-02")]).await?, ["denied appointments officials "]);
    assert!(hall.letters().await?.is_empty(), "who books for themselves knows");
    hall.act(&ana, "book", &for_him).await.map_err(|code| anyhow!(code))?;
    let to = at(2).0.to_string();
    let moved = [("visit", visit.as_str()), ("version", "1"), ("starts", to.as_str()), ("reason", "Ședință")];
    assert_eq!(hall.said(&ana, "move", &moved, "version").await?, "2");
    assert_eq!(hall.act(&ion, "cancel", &cancel).await, Err("conflict".into()), "it is not as he saw it");
    hall.act(&ion, "cancel", &[("visit", &visit), ("version", "2"), ("reason", "Plec")]).await.map_err(|code| anyhow!(code))?;
    assert_eq!(hall.act(&ion, "cancel", &[("visit", &visit), ("version", "3")]).await, Err("invalid:standing".into()));
    let letters = hall.letters().await?;
    assert!(letters.iter().all(|(to, _)| *to == person(&ion)));
    let texts: Vec<&str> = letters.iter().map(|(_, text)| text.as_str()).collect();
    assert_eq!(texts.len(), 2, "{texts:?}");
    assert_eq!(texts[0], "Ați fost programat(ă): 02.10.2026 09:20, Ghișeul 1, parter, „Certificat despre componența familiei”.");
    assert!(
        texts[1].contains("a fost mutată: 02.10.2026 09:40") && texts[1].contains("Motivul: Ședință.") && texts[1].contains("P-2026-00001")
    );
    assert_eq!(hall.free().await?, [line(0), line(2)]);

    // The module that handles the service hears of each turn, once.
    let expected = [
        "P-2026-00001 v1 Standing::Booked desk-1",
        "P-2026-00001 v2 Standing::Booked desk-1 Ședință",
        "P-2026-00001 v3 Standing::Cancelled desk-1 Plec",
        "P-2026-00002 v1 Standing::Booked desk-1",
    ];
    assert_eq!(hall.told().await?, expected);
    assert!(hall.house.app.store.inbox_open(hall.house.sculeni.id).await?.is_empty());
    // Another municipality has no such counter, and a revoked grant no visits.
    hall.house.install(&hall.house.lozova, "visits").await?;
    let lozova = hall.house.context(&hall.house.lozova, "visits").await?;
    assert_eq!(hall.shown(&lozova, "day", &[("from", "2026-10-02")]).await?, Vec::<String>::new());
    hall.house.set_revoked(&hall.house.sculeni, "visits", "appointments", true).await?;
    assert_eq!(hall.shown(&ion, "mine", &[]).await?, ["denied appointments revoked "]);
    Ok(())
}

/// Everybody wants the same three visits at the same moment: through the engine, with replays.
async fn three_of_many_are_given_a_place(on: On) -> Result<()> {
    let hall = Hall::open(House::on_either(on).await?).await?;
    let citizens = futures::future::try_join_all((0..4).map(|n| {
        let (hall, handle) = (&hall, format!("citizen-{n}"));
        async move { hall.citizen(&handle).await }
    }))
    .await?;
    let wishes = citizens.iter().flat_map(|who| (0..3).map(move |n| (who, Instant(NINE.0 + n * TWENTY_MINUTES))));
    let outcomes = futures::future::join_all(wishes.map(|(who, at)| hall.book(who, "desk-1", at))).await;
    let (booked, refused): (Vec<_>, Vec<_>) = outcomes.into_iter().partition(std::result::Result::is_ok);
    assert_eq!(booked.len(), 3);
    assert!(refused.iter().all(|outcome| *outcome == Err("conflict".into())), "{refused:?}");
    assert!(hall.free().await?.is_empty());
    let day = hall.shown(&hall.ana().await?, "day", &[("from", "2026-10-02"), ("counter", "desk-1")]).await?;
    let mut numbers: Vec<&str> = day.iter().filter_map(|line| line.split(' ').next()).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, ["P-2026-00001", "P-2026-00002", "P-2026-00003"]);
    Ok(())
}

on_both!(three_of_many_are_given_a_place);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn officials_keep_the_calendar() -> Result<()> {
    let hall = Hall::open(House::patient().await?).await?;
    let (ion, maria, ana) = (hall.citizen("ion").await?, hall.citizen("maria").await?, hall.ana().await?);
    for (who, n) in [(&ion, 0), (&maria, 1)] {
        hall.book(who, "desk-1", Instant(NINE.0 + n * TWENTY_MINUTES)).await.map_err(|code| anyhow!(code))?;
    }
    assert_eq!(hall.shown(&ana, "all-counters", &[]).await?, ["desk-1", "desk-2"], "those that the grant lists");
    for (counter, expected) in [("desk-3", "denied:appointments:counters"), ("desk-9", "not-found")] {
        let inputs = [("counter", counter), ("service", "land-advice"), ("minutes", "20")];
        assert_eq!(hall.act(&ana, "hours", &inputs).await, Err(expected.into()));
    }
    let broken = [("counter", "desk-1"), ("service", "land-advice"), ("minutes", "90")];
    assert_eq!(hall.act(&ana, "hours", &broken).await, Err("invalid:minutes".into()));
    assert_eq!(hall.act(&ion, "hours", &broken).await, Err("denied:appointments:officials".into()));
    let past = [("counter", "desk-1"), ("service", "land-advice"), ("minutes", "20"), ("since", "2026-09-30")];
    assert_eq!(hall.act(&ana, "hours", &past).await, Err("invalid:since:past".into()));

    // In visits of half an hour, the one at 9:20 does not fit any longer; it is kept, and takes no place from nine to half past.
    let stranded = hall.hours("desk-1", "family-certificate", "30", "2").await?;
    assert!(stranded.starts_with("P-2026-00001 v1 Standing::Booked") && stranded.contains("; P-2026-00002"), "{stranded}");
    assert_eq!(hall.shown(&ana, "week", &[("counter", "desk-1")]).await?, ["1.10: 5 hours for family-certificate"]);
    assert_eq!(hall.shown(&ana, "displaced", &[]).await?.join("; "), stranded, "as long as nobody moved them");
    assert_eq!(hall.shown(&ion, "displaced", &[]).await?, ["denied appointments officials "]);
    assert_eq!(hall.shown(&ion, "given", &[]).await?, ["family-certificate"]);
    let half = Instant(NINE.0 + 30 * 60_000);
    assert_eq!(hall.free().await?, [format!("desk-1 {} 30 1", half.0)], "from nine to half past two are there already");

    // Closed from nine to ten: both are cancelled and told why.
    let (from, to) = (NINE.0.to_string(), (NINE.0 + 3_600_000).to_string());
    let close = [("counter", "desk-1"), ("from", from.as_str()), ("to", to.as_str()), ("reason", "Ședința consiliului")];
    let cancelled = hall.said(&ana, "close", &close, "visits").await?;
    assert_eq!(cancelled.matches("Standing::Cancelled").count(), 2);
    assert!(hall.free().await?.is_empty());
    let letters = hall.letters().await?;
    let told = |who: &CallContext| {
        letters.iter().any(|(to, text)| *to == person(who) && text.contains("anulată") && text.contains("Ședința consiliului"))
    };
    assert!(told(&ion) && told(&maria), "{letters:?}");
    assert_eq!(hall.told().await?.iter().filter(|line| line.contains("Cancelled")).count(), 2);
    let closures = hall.shown(&ana, "closures", &[]).await?;
    let id = closures.first().and_then(|line| line.split(' ').next()).context("a closure")?.to_owned();
    hall.act(&ana, "reopen", &[("closure", &id)]).await.map_err(|code| anyhow!(code))?;
    assert_eq!((hall.act(&ana, "reopen", &[("closure", &id)]).await, hall.free().await?.len()), (Err("not-found".into()), 2));
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hall_is_called_in_its_order() -> Result<()> {
    let hall = Hall::open(House::patient().await?).await?;
    assert_eq!(hall.hours("desk-2", "land-advice", "20", "1").await?, "");
    let (ion, maria, ana) = (hall.citizen("ion").await?, hall.citizen("maria").await?, hall.ana().await?);
    hall.book(&ion, "desk-1", NINE).await.map_err(|code| anyhow!(code))?;
    hall.house.clock.set(Instant(NINE.0 - 60_000));
    let take = |service: &'static str| [("service", service)];
    hall.act(&ana, "take", &take("land-advice")).await.map_err(|code| anyhow!(code))?;
    hall.house.clock.set(Instant(NINE.0 - 50_000));
    let own = hall.said(&maria, "take", &take("family-certificate"), "ticket").await?;
    hall.house.clock.set(Instant(NINE.0 - 40_000));
    hall.act(&ana, "take", &take("family-certificate")).await.map_err(|code| anyhow!(code))?;
    assert_eq!(hall.act(&maria, "take", &take("land-advice")).await, Err("invalid:service:waiting".into()), "one at a time");
    assert_eq!(hall.act(&ana, "take", &take("passport")).await, Err("invalid:service:service".into()), "given nowhere");
    assert_eq!(hall.shown(&maria, "ticket", &[("ticket", &own)]).await?, ["ticket A01 -"]);
    assert_eq!(hall.shown(&ion, "ticket", &[("ticket", &own)]).await?, ["not-found"]);
    assert_eq!(hall.shown(&maria, "waiting", &[]).await?, ["denied appointments officials "]);
    assert_eq!(hall.shown(&maria, "tickets", &[]).await?, ["ticket A01 -"]);
    assert!(hall.shown(&ion, "tickets", &[]).await?.is_empty());
    // A minute before nine Ion's time has not come.
    assert_eq!(hall.shown(&ana, "waiting", &[]).await?, ["ticket B01 -", "ticket A01 -", "ticket A02 -"]);
    let call = async |counter: &'static str| hall.said(&ana, "call", &[("counter", counter)], "called").await;
    hall.house.clock.set(NINE);
    assert_eq!(hall.shown(&ana, "wall", &[]).await?, ["540 Some(true)"]);
    assert_eq!(hall.shown(&ana, "waiting", &[]).await?[0], "visit P-2026-00001 desk-1");
    assert_eq!(call("desk-1").await?, "visit P-2026-00001 desk-1");
    assert_eq!(call("desk-1").await?, "ticket B01 desk-1");
    assert_eq!(call("desk-2").await?, "nobody", "of what it gives");
    // Two counters call at once: everybody is called to one of them.
    let (one, other) = tokio::join!(call("desk-1"), call("desk-1"));
    let mut called = [one?, other?];
    called.sort();
    assert_eq!((called, call("desk-1").await?), (["ticket A01 desk-1".into(), "ticket A02 desk-1".into()], "nobody".into()));
    assert_eq!(hall.shown(&maria, "ticket", &[("ticket", &own)]).await?, ["ticket A01 desk-1"]);

    let day = hall.shown(&ana, "day", &[("from", "2026-10-02")]).await?;
    let id = day[0].split(' ').nth(5).context("an id")?.to_owned();
    assert_eq!(hall.shown(&ion, "get", &[("ticket", &id)]).await?, day[..1]);
    assert_eq!(hall.shown(&maria, "get", &[("ticket", &id)]).await?, ["not-found"]);
    assert!(day[0].contains(" called"), "{day:?}");
    let mark = async |who: &CallContext, version: &str, standing: &str| {
        hall.act(who, "mark", &[("visit", id.as_str()), ("version", version), ("standing", standing)])
            .await
            .map(|report| report["version"].clone())
    };
    assert_eq!(mark(&ion, "1", "served").await, Err("denied:appointments:officials".into()));
    assert_eq!(mark(&ana, "1", "arrived").await, Ok(2.into()));
    assert_eq!(mark(&ana, "1", "served").await, Err("conflict".into()));
    assert_eq!(mark(&ana, "2", "served").await, Ok(3.into()));
    assert_eq!(
        (mark(&ana, "3", "missed").await, mark(&ana, "3", "cancelled").await),
        (Err("invalid:standing:standing".into()), Err("invalid:standing:standing".into()))
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_is_reminded_the_day_before_once() -> Result<()> {
    let hall = Hall::open(House::patient().await?).await?;
    let (ion, maria) = (hall.citizen("ion").await?, hall.citizen("maria").await?);
    // Monday 5 October: reminded on Sunday at nine.
    let monday = Instant(NINE.0 + 3 * 86_400_000);
    let visit = hall.book(&ion, "desk-1", monday).await.map_err(|code| anyhow!(code))?;
    let hers = hall.book(&maria, "desk-1", Instant(monday.0 + TWENTY_MINUTES)).await.map_err(|code| anyhow!(code))?;
    let sunday = Instant(monday.0 - 86_400_000);
    hall.house.clock.set(Instant(sunday.0 - 1));
    assert_eq!(hall.house.app.remind().await?, 0);
    // Moved to Wednesday, cancelled: nobody is told of Monday.
    let wednesday = Instant(monday.0 + 2 * 86_400_000);
    let to = wednesday.0.to_string();
    hall.said(&ion, "move", &[("visit", &visit), ("version", "1"), ("starts", &to)], "version").await?;
    hall.act(&maria, "cancel", &[("visit", &hers), ("version", "1")]).await.map_err(|code| anyhow!(code))?;
    hall.house.clock.set(sunday);
    assert_eq!((hall.house.app.remind().await?, hall.letters().await?.len()), (0, 0));
    hall.house.clock.set(Instant(wednesday.0 - 86_400_000));
    assert_eq!((hall.house.app.remind().await?, hall.house.app.remind().await?), (1, 0));
    let letters = hall.letters().await?;
    assert_eq!(letters.len(), 1);
    let text = "Mâine aveți o programare: 07.10.2026 09:00, Ghișeul 1, parter, „Certificat despre componența familiei”. Numărul programării: P-2026-00001.";
    assert_eq!(letters[0], (person(&ion), text.to_owned()));
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn services_are_looked_up_and_handled_once() -> Result<()> {
    let hall = Hall::open(House::patient().await?).await?;
    let ion = hall.citizen("ion").await?;
    let all = hall.shown(&ion, "services", &[]).await?;
    assert_eq!(all, ["family-certificate: Certificat despre componența familiei, Primăria Sculeni", "2 in all, next Some(\"1\")"]);
    let by_words = hall.shown(&ion, "services", &[("words", "ЗЕМЛЕ")]).await?;
    assert_eq!(by_words, ["land-advice: Consultație despre terenuri, Primăria Sculeni", "1 in all, next None"]);
    let passport = hall.shown(&ion, "passport", &[("service", "family-certificate")]).await?;
    assert_eq!(passport, ["5 days of work, Some(2500), 1 papers, [\"Nașterea\"], here true"]);
    assert_eq!(hall.shown(&ion, "passport", &[("service", "unknown")]).await?, ["not-found"]);
    assert_eq!(hall.shown(&ion, "life", &[]).await?, ["birth Nașterea 1"]);

    // Another module for the same services is refused by name; another version of the same is not.
    let bytes = package("reception")?;
    let (name, rival) = (b"name = \"reception\"", b"name = \"frontdesk\"");
    let at = bytes.windows(name.len()).position(|part| part == name).context("the manifest in the package")?;
    let mut other = bytes.clone();
    other[at..at + name.len()].copy_from_slice(rival);
    let refused = hall.house.app.install(&hall.house.sculeni, &other, By::OPERATOR).await;
    let words = refused.err().map(|error| error.to_string()).unwrap_or_default();
    assert!(words.contains("'family-certificate' is handled by reception already"), "{words}");
    hall.house.install_bytes(&hall.house.lozova, &other).await?;
    hall.house.install_bytes(&hall.house.sculeni, &bytes).await?;
    // A module that is switched off offers nothing.
    hall.house.app.set_enabled(&hall.house.sculeni, &Name::new("reception")?, false, By::OPERATOR).await?;
    assert_eq!(hall.shown(&ion, "services", &[]).await?, ["0 in all, next None"]);
    Ok(())
}
