//! What a municipality settled, from which date on.

use crate::support::*;
use vatra_core::settings::{self, Enacted};
use vatra_core::store::Municipal;

stories![what_holds_depends_on_the_day_and_nothing_that_was_entered_is_lost];

fn enacted(since: &str, at: i64, rate: i64) -> Enacted {
    Enacted {
        setting: named("local-taxes"),
        since: since.parse().unwrap(),
        rows: vec![fields(&[("rate", money(rate))])],
        decision: "Decizia nr. 7/4".into(),
        document: None,
        at: vatra_core::clock::Instant(at),
        by: None,
    }
}

async fn what_holds_depends_on_the_day_and_nothing_that_was_entered_is_lost(stage: Stage) {
    let (sculeni, lozova) = (stage.tenant("sculeni").await, stage.tenant("lozova").await);
    for (since, at, rate) in [("2027-01-01", 2, 300), ("2026-01-01", 1, 100), ("2026-01-01", 1, 110), ("2026-07-01", 3, 200)] {
        stage.storage.enact(sculeni, &enacted(since, at, rate), row("setting", &[])).await.unwrap();
    }
    let rate = |all: &[Enacted], day: &str| settings::on(all, day.parse().unwrap()).map(|one| one.rows[0]["rate"].clone());
    let all = stage.storage.settings(sculeni).await.unwrap();
    assert_eq!(all.len(), 4, "a correction leaves what it corrects");
    for (day, expected) in
        [("2025-12-31", None), ("2026-01-01", Some(110)), ("2026-06-30", Some(110)), ("2026-12-31", Some(200)), ("2030-01-01", Some(300))]
    {
        assert_eq!(rate(&all, day), expected.map(money), "{day}");
    }
    // By a unit of work, and read in a snapshot.
    let mut work = unit();
    work.enacted.push(enacted("2026-07-01", 4, 250));
    stage.storage.commit(sculeni, work).await.unwrap();
    let mut snapshot = stage.storage.snapshot(sculeni).await.unwrap();
    assert_eq!(rate(&snapshot.setting("local-taxes").await.unwrap(), "2026-12-31"), Some(money(250)));
    assert!(snapshot.setting("other").await.unwrap().is_empty());
    assert!(stage.storage.settings(lozova).await.unwrap().is_empty());
}
