//! Jobs, timers and tasks as modules have them: steps kept once, woken once, work that goes from hand to hand.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use anyhow::{Context, Result, anyhow};
use vatra_core::audit::AuditKind;
use vatra_core::call::{Official, Tenant};
use vatra_core::clock::{Clock as _, Instant};
use vatra_core::ids::{JobId, Name, SubjectId};
use vatra_core::jobs::{ATTEMPTS, Job, Standing};
use vatra_core::register::{Query, Reach};
use vatra_core::store::AuditFilter;
use vatra_core::tasks::Change;
use vatra_core::value::Value;
use vatra_core::view::{Block, Words};
use vatra_hosting_tests::House;
use vatra_runtime::CallError;
use vatra_server::app::{AppError, By, Outcome, TaskChanged};

const DAY: i64 = 86_400;

struct Yard {
    house: House,
    ana: Official,
}

impl Yard {
    async fn open() -> Result<Self> {
        let house = House::patient().await?;
        house.install(&house.sculeni, "worker").await?;
        let ana = house.app.official(&house.sculeni, "ana").await?;
        Ok(Self { house, ana })
    }

    async fn report(&self, action: &str, inputs: &[(&str, &str)]) -> Result<serde_json::Value> {
        self.house.report(&self.house.sculeni, "worker", action, inputs, None).await
    }

    async fn text(&self, action: &str, inputs: &[(&str, &str)], name: &str) -> Result<String> {
        let report = self.report(action, inputs).await?;
        Ok(report[name].as_str().context("a text in the report")?.to_owned())
    }

    async fn fails(&self, action: &str, inputs: &[(&str, &str)]) -> Result<String> {
        let failed = self.house.act(&self.house.sculeni, "worker", action, inputs, None).await?;
        Ok(match failed {
            Ok(acted) => match acted.outcome {
                Outcome::Rejected(complaints) => format!("rejected {complaints:?}"),
                _ => "ok".to_owned(),
            },
            Err(error) => error.code(),
        })
    }

    async fn shown(&self, query: &[(&str, &str)]) -> Result<Vec<String>> {
        shown(&self.house, &self.house.sculeni, "worker", query).await
    }

    /// What the module wrote.
    async fn lines(&self, register: &str) -> Result<Vec<String>> {
        let tenant = &self.house.sculeni;
        let binding = self.house.app.runtime.binding(tenant.id, &Name::new("worker")?).await.map_err(|error| anyhow!("{error}"))?;
        let schema = binding.manifest.register(register).context("a register")?;
        let query = Query { register: schema.name.clone(), all_of: vec![], search: None, sort: vec![], include_closed: true };
        let mut entries = self.house.app.store.snapshot(tenant.id).await?.find(schema, &query, Reach::Host, 0, 1_000).await?.entries;
        let what = |value: Option<&Value>| if let Some(Value::Text(text)) = value { text.clone() } else { String::new() };
        let mut lines: Vec<String> = entries.drain(..).map(|entry| what(entry.fields.get("what"))).collect();
        // The clock stands still: they have no other order.
        lines.sort();
        Ok(lines)
    }

    /// What the module was told, after telling it everything.
    async fn told(&self) -> Result<Vec<String>> {
        self.house.app.deliver_due().await?;
        self.lines("worker-told").await
    }

    async fn job(&self, id: &str) -> Result<Job> {
        let id: JobId = id.parse()?;
        self.house.app.store.snapshot(self.house.sculeni.id).await?.job(id).await?.context("the job")
    }

    /// Steps until nothing is due.
    async fn work(&self) -> Result<u32> {
        let mut kept = 0;
        loop {
            match self.house.app.step_due().await? {
                0 => return Ok(kept),
                some => kept += some,
            }
        }
    }

    fn later(&self, seconds: i64) {
        self.house.clock.set(self.house.clock.now().plus_seconds(seconds));
    }

    async fn official(&self, handle: &str, roles: &[&str]) -> Result<Official> {
        let official = Official {
            person: SubjectId::fresh(),
            handle: Name::new(handle)?,
            name: handle.to_owned(),
            idnp: format!("20000000000{:02}", 20 + handle.len()),
            roles: roles.iter().map(Name::new).collect::<Result<_, _>>()?,
        };
        self.house.app.put_official(&self.house.sculeni, &official, By::OPERATOR).await?;
        Ok(self.house.app.official(&self.house.sculeni, handle).await?)
    }
}

async fn shown(house: &House, tenant: &Tenant, module: &str, query: &[(&str, &str)]) -> Result<Vec<String>> {
    let shown = house.show(tenant, module, "home", query).await?.map_err(|error| anyhow!("{error}"))?;
    let texts = shown.screen.blocks.iter().filter_map(|block| match block {
        Block::Text(Words::Plain(text)) => Some(text.clone()),
        _ => None,
    });
    Ok(texts.collect())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_job_is_made_step_by_step_by_whoever_started_it() -> Result<()> {
    let yard = Yard::open().await?;
    let id = yard.text("start", &[("name", "count"), ("cursor", "0/3")], "job").await?;
    assert_eq!(yard.shown(&[("job", &id)]).await?, ["Standing::Waiting 0/-"]);
    // A scheduled one begins when its time comes; only one of this name at a time.
    assert_eq!(yard.fails("start", &[("name", "count")]).await?, "rejected [(\"name\", Rule(\"running\"))]");
    assert_eq!(yard.fails("start", &[("name", "no-such")]).await?, "rejected [(\"name\", Rule(\"unknown-job\"))]");
    assert_eq!(yard.house.app.step_due().await?, 1);
    assert_eq!(yard.shown(&[("latest", "count")]).await?, ["Standing::Running 1/3 after 0"]);
    assert_eq!(yard.work().await?, 2);
    assert_eq!(
        yard.lines("worker-lines").await?,
        ["count 0 somebody with 1 roles", "count 1 somebody with 1 roles", "count 2 somebody with 1 roles"]
    );
    assert_eq!(yard.told().await?, ["count Standing::Finished 3/3 after 2"]);
    // Whose steps they are is in the trail.
    let filter = AuditFilter { kinds: vec![AuditKind::ActionKept], limit: 100, ..AuditFilter::default() };
    let rows = yard.house.app.audit(&yard.house.sculeni, &filter).await?;
    let steps: Vec<_> = rows.iter().filter(|row| row.entry.what == "count").collect();
    assert!(steps.len() == 3 && steps.iter().all(|row| row.entry.actor == Some(yard.ana.person) && row.entry.channel.code() == "job"));
    assert!(yard.house.app.verify_audit(&yard.house.sculeni).await?.faults.is_empty());

    // The outcome leads to its page; another municipality, and whoever has no role, knows nothing of it.
    let go = yard
        .house
        .act(&yard.house.sculeni, "worker", "start", &[("name", "many"), ("go", "true")], None)
        .await?
        .map_err(|e| anyhow!("{e}"))?;
    let Outcome::Job(job) = go.outcome else { return Err(anyhow!("no job")) };
    let module = Name::new("worker")?;
    assert!(yard.house.app.job(&yard.house.sculeni, &yard.ana, &module, job).await.is_ok());
    let stranger = yard.official("stranger", &["mayor"]).await?;
    let denied = yard.house.app.job(&yard.house.sculeni, &stranger, &module, job).await;
    assert!(matches!(denied, Err(AppError::Call(CallError::Denied(_)))));
    yard.house.install(&yard.house.lozova, "worker").await?;
    let lozovan = yard.house.app.official(&yard.house.lozova, "ana").await?;
    assert!(matches!(yard.house.app.job(&yard.house.lozova, &lozovan, &module, job).await, Err(AppError::NotFound(_))));
    assert_eq!(shown(&yard.house, &yard.house.lozova, "worker", &[("job", &id)]).await?, ["not-found"]);
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_step_that_fails_is_tried_again_and_then_no_more() -> Result<()> {
    let yard = Yard::open().await?;
    let (trap, down) = (
        yard.text("start", &[("name", "count"), ("cursor", "trap")], "job").await?,
        yard.text("start", &[("name", "many"), ("cursor", "mconnect")], "job").await?,
    );
    for attempt in 1..=ATTEMPTS {
        assert_eq!(yard.work().await?, 0);
        let job = yard.job(&trap).await?;
        assert_eq!((job.attempts, job.failure.as_str()), (attempt.min(ATTEMPTS - 1), "module:trap"));
        assert_eq!(job.standing.is_open(), attempt < ATTEMPTS);
        yard.later(3_600);
    }
    // A service that is down is waited for much longer.
    let waits = yard.job(&down).await?;
    assert_eq!((waits.standing, waits.attempts, waits.failure.as_str()), (Standing::Waiting, ATTEMPTS, "unavailable"));
    assert!(yard.lines("worker-lines").await?.is_empty(), "nothing of a step that failed is kept");
    assert_eq!(yard.told().await?, ["count Standing::Failed 0/-  module:trap"]);
    let filter = AuditFilter { kinds: vec![AuditKind::Job, AuditKind::ActionFailed], limit: 100, ..AuditFilter::default() };
    let rows = yard.house.app.audit(&yard.house.sculeni, &filter).await?;
    assert_eq!(rows.len(), 2 * ATTEMPTS as usize + 1, "each attempt, and the end");

    // A withheld grant holds a job without an attempt being counted; restored it goes on at once.
    let id = yard.text("start", &[("name", "count"), ("cursor", "0/1")], "job").await?;
    yard.house.set_revoked(&yard.house.sculeni, "worker", "jobs", true).await?;
    assert_eq!(yard.work().await?, 0);
    assert_eq!((yard.job(&id).await?.attempts, yard.job(&id).await?.failure.as_str()), (0, "denied:jobs:revoked"));
    assert_eq!(yard.fails("start", &[("name", "many")]).await?, "denied:jobs:revoked");
    yard.house.set_revoked(&yard.house.sculeni, "worker", "jobs", false).await?;
    assert_eq!(yard.work().await?, 1);
    assert_eq!(yard.job(&id).await?.standing, Standing::Finished);
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_job_is_stopped_by_its_module_by_itself_and_by_a_person() -> Result<()> {
    let yard = Yard::open().await?;
    let start = async |cursor| yard.text("start", &[("name", "many"), ("cursor", cursor)], "job").await;
    let (by_module, by_itself, by_person) = (start("0/9").await?, start("stop").await?, start("0/9").await?);
    assert_eq!(yard.house.app.step_due().await?, 3);
    assert_eq!(yard.job(&by_itself).await?.standing, Standing::Cancelled, "its step was kept, and was the last");
    yard.report("stop", &[("job", &by_module)]).await?;
    assert_eq!(yard.shown(&[("job", &by_module)]).await?, ["Standing::Cancelled 1/9 after 0"]);
    assert_eq!(yard.fails("stop", &[("job", &by_module)]).await?, "rejected [(\"job\", Rule(\"finished\"))]");
    yard.house.app.cancel_job(&yard.house.sculeni, &yard.ana, &Name::new("worker")?, by_person.parse()?).await?;
    assert_eq!(yard.work().await?, 0);
    for id in [&by_module, &by_person] {
        let job = yard.job(id).await?;
        assert_eq!((job.standing, job.steps), (Standing::Cancelled, 1));
    }
    assert_eq!(yard.lines("worker-lines").await?.len(), 3, "what its steps did stays");
    assert_eq!(yard.told().await?.len(), 3);
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_comes_round_starts_once_however_long_nobody_looked() -> Result<()> {
    let yard = Yard::open().await?;
    let app = &yard.house.app;
    assert_eq!(app.go_rounds().await?, 0, "not when it is installed");
    yard.house.clock.set(Instant::from_xsd("2026-10-02T05:29:59").unwrap());
    assert_eq!(app.go_rounds().await?, 0);
    yard.later(1);
    assert_eq!((app.go_rounds().await?, app.go_rounds().await?), (1, 0));
    assert_eq!(yard.work().await?, 1);
    assert_eq!(yard.lines("worker-lines").await?, ["nightly 0 nobody"]);
    // Ten days without a host: once, and then at its time.
    yard.later(10 * DAY);
    assert_eq!((app.go_rounds().await?, app.go_rounds().await?), (1, 0));
    // The one before is still under way: it waits for it.
    yard.later(DAY);
    assert_eq!(app.go_rounds().await?, 0);
    yard.work().await?;
    assert_eq!(app.go_rounds().await?, 1);
    yard.work().await?;
    // Withheld, nothing starts.
    yard.house.set_revoked(&yard.house.sculeni, "worker", "jobs", true).await?;
    yard.later(DAY);
    assert_eq!(app.go_rounds().await?, 0);
    yard.house.set_revoked(&yard.house.sculeni, "worker", "jobs", false).await?;
    assert_eq!(app.go_rounds().await?, 1);
    let filter = AuditFilter { kinds: vec![AuditKind::Job], limit: 100, ..AuditFilter::default() };
    let rows = app.audit(&yard.house.sculeni, &filter).await?;
    assert!(rows.len() == 4 && rows.iter().all(|row| row.entry.actor.is_none() && row.entry.what == "nightly"));
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_timer_wakes_its_module_once_also_late() -> Result<()> {
    let yard = Yard::open().await?;
    let app = &yard.house.app;
    let entry = yard.text("timer", &[("name", "due"), ("on", "2026-10-05")], "entry").await?;
    yard.report("timer", &[("name", "reminder"), ("on", "2026-10-03"), ("entry", &entry)]).await?;
    yard.report("timer", &[("name", "moved"), ("on", "2026-10-03"), ("entry", &entry)]).await?;
    yard.report("timer", &[("name", "moved"), ("on", "2027-01-01"), ("entry", &entry)]).await?;
    yard.report("timer", &[("name", "gone"), ("on", "2026-10-02")]).await?;
    yard.report("timer", &[("name", "gone")]).await?;
    assert_eq!(yard.shown(&[("entry", &entry)]).await?, ["due", "moved", "reminder"]);
    assert_eq!(yard.fails("timer", &[("name", "far"), ("on", "2040-01-01")]).await?, "invalid:range");
    assert_eq!(yard.fails("timer", &[("name", ""), ("on", "2026-12-01")]).await?, "rejected [(\"name\", Rule(\"required\"))]");
    assert_eq!(app.wake_due().await?, 0);
    // The host was down for the whole of it.
    yard.house.clock.set(Instant::from_xsd("2026-10-07T12:00:00").unwrap());
    assert_eq!((app.wake_due().await?, app.wake_due().await?), (2, 0));
    assert_eq!(yard.told().await?, ["timer due", "timer reminder"]);
    assert_eq!(yard.shown(&[("entry", &entry)]).await?, ["moved"]);
    // Withheld the event waits, and is told when the grant is restored.
    yard.house.set_revoked(&yard.house.sculeni, "worker", "timers", true).await?;
    assert_eq!(yard.fails("timer", &[("name", "x"), ("on", "2026-12-01")]).await?, "denied:timers:revoked");
    yard.house.clock.set(Instant::from_xsd("2027-01-01T05:00:00").unwrap());
    assert_eq!(app.wake_due().await?, 1, "early on the day");
    assert_eq!(yard.told().await?.len(), 2);
    yard.house.set_revoked(&yard.house.sculeni, "worker", "timers", false).await?;
    assert_eq!(yard.told().await?, ["timer due", "timer moved", "timer reminder"]);
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tasks_go_from_hand_to_hand_within_the_grant() -> Result<()> {
    let yard = Yard::open().await?;
    let app = &yard.house.app;
    let vera = yard.official("vera", &["secretary"]).await?;
    let (ana, vera_s) = (yard.ana.person.to_string(), vera.person.to_string());
    let task = yard.text("open", &[("role", "tester"), ("due", "2026-10-02")], "task").await?;
    assert_eq!(yard.shown(&[("task", &task)]).await?, ["Standing::Open 1 nobody-s in-time worker"]);

    // What the grant, the manifest or good sense do not cover.
    assert_eq!(yard.fails("open", &[("role", "mayor")]).await?, "denied:tasks:roles");
    assert_eq!(yard.fails("open", &[("role", "tester"), ("screen", "no-such")]).await?, "invalid:unknown-screen");
    assert_eq!(yard.fails("open", &[("role", "tester"), ("to", &vera_s)]).await?, "invalid:role");
    assert_eq!(yard.fails("open", &[("role", "secretary"), ("to", &ana)]).await?, "invalid:role");
    let change = |what: &'static str, version: &'static str| [("what", what), ("task", task.as_str()), ("version", version)];
    let with = |what, version, more: &[(&'static str, &'static str)]| [change(what, version).as_slice(), more].concat();
    assert_eq!(
        yard.fails("change", &with("postpone", "1", &[("due", "2026-10-05")])).await?,
        "rejected [(\"reason\", Rule(\"required\"))]"
    );
    assert_eq!(yard.fails("change", &change("claim", "7")).await?, "conflict");

    yard.report("change", &change("claim", "1")).await?;
    assert_eq!(yard.fails("change", &change("claim", "2")).await?, "conflict", "somebody has it");
    assert_eq!(yard.fails("change", &change("assign", "2")).await?, "rejected [(\"reason\", Rule(\"required\"))]");
    yard.report("change", &with("assign", "2", &[("reason", "Concediu")])).await?;
    yard.report("change", &with("postpone", "3", &[("due", "2026-10-05"), ("reason", "Lipsesc acte")])).await?;
    assert_eq!(yard.shown(&[("scope", "unassigned")]).await?[0], "Standing::Open 4 nobody-s in-time worker Lipsesc acte");
    assert!(yard.told().await?.is_empty(), "of what it did itself a module is not told");

    // On the host's own pages, by somebody else: the module is told.
    let id = task.parse()?;
    let claimed = app.change_task(&yard.house.sculeni, &yard.ana, id, 4, Change::Claim(yard.ana.person)).await?;
    assert!(matches!(claimed, TaskChanged::Done(_)));
    assert!(matches!(
        app.change_task(&yard.house.sculeni, &yard.ana, id, 4, Change::Assign(None, String::new())).await?,
        TaskChanged::Conflict
    ));
    let to_vera = Change::Assign(Some(vera.person), "x".into());
    assert!(matches!(app.change_task(&yard.house.sculeni, &yard.ana, id, 5, to_vera).await?, TaskChanged::NoHolder));
    assert!(matches!(app.task(&yard.house.sculeni, &vera, id).await, Err(AppError::NotFound(_))), "it does not concern her");
    // Overdue it is told once.
    yard.later(5 * DAY);
    assert_eq!((app.wake_due().await?, app.wake_due().await?), (1, 0));
    let told = ["Standing::Claimed 5 somebody-s in-time worker Lipsesc acte", "Standing::Claimed 5 somebody-s overdue worker Lipsesc acte"];
    // The first was told when it was claimed, before its date.
    assert_eq!(yard.told().await?.len(), told.len());
    assert_eq!(yard.shown(&[("scope", "overdue")]).await?, [told[1], "1 in all, 1 testers"]);
    yard.report("change", &with("complete", "5", &[("reason", "Gata")])).await?;
    assert_eq!(yard.fails("change", &change("claim", "6")).await?, "conflict", "it is over");
    assert_eq!(yard.shown(&[("scope", "all")]).await?, ["0 in all, 1 testers"]);
    let turns = app.task(&yard.house.sculeni, &yard.ana, id).await?.turns;
    assert_eq!(
        turns.iter().map(|turn| turn.turn.code()).collect::<Vec<_>>(),
        ["opened", "claimed", "released", "postponed", "claimed", "completed"]
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worklist_on_a_screen_is_the_reader_s() -> Result<()> {
    let yard = Yard::open().await?;
    let task = yard.text("open", &[("role", "tester"), ("line", "Cererea 7"), ("due", "30.09.2026")], "task").await?;
    yard.text("open", &[("role", "secretary"), ("line", "A altcuiva")], "task").await?;
    let (house, tenant) = (&yard.house, &yard.house.sculeni);
    let shown = house.show(tenant, "worker", "home", &[("scope", "block")]).await?.map_err(|error| anyhow!("{error}"))?;
    let lists = &shown.resolved.worklists;
    let all = lists.get("all").context("the list")?;
    let row = all.rows.first().context("a row")?;
    assert_eq!((all.total, all.rows.len(), row.id.as_str()), (1, 1, task.as_str()), "not the secretary's");
    assert!(row.overdue && row.may_claim && row.may_assign && row.href.starts_with("/sculeni/worker/"), "{row:?}");
    assert_eq!(lists.get("none").map(|list| list.total), Some(0), "of a kind that there is none of");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_module_s_and_another_municipality_s_tasks_do_not_exist() -> Result<()> {
    let yard = Yard::open().await?;
    let task = yard.text("open", &[("role", "tester"), ("count", "3")], "task").await?;
    assert_eq!(yard.shown(&[("scope", "all")]).await?.len(), 4, "a page at a time, all of them");
    yard.house.install(&yard.house.lozova, "worker").await?;
    assert_eq!(shown(&yard.house, &yard.house.lozova, "worker", &[("task", &task)]).await?, ["not-found"]);
    assert_eq!(shown(&yard.house, &yard.house.lozova, "worker", &[("scope", "all")]).await?, ["0 in all, 1 testers"]);
    let claim = [("what", "claim"), ("task", task.as_str()), ("version", "1")];
    let failed = yard.house.act(&yard.house.lozova, "worker", "change", &claim, None).await?;
    assert!(matches!(failed, Err(CallError::NotFound(_))));
    let lozovan = yard.house.app.official(&yard.house.lozova, "ana").await?;
    assert!(matches!(yard.house.app.task(&yard.house.lozova, &lozovan, task.parse()?).await, Err(AppError::NotFound(_))));
    yard.house.set_revoked(&yard.house.sculeni, "worker", "tasks", true).await?;
    assert_eq!(yard.fails("change", &claim).await?, "denied:tasks:revoked");
    Ok(())
}
