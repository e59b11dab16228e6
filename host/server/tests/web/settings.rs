//! What the municipality settled: entered by its administrator, dated, and never lost.

use crate::town::{ADMINISTRATOR, Town};

const SETTINGS: &str = "/sculeni/admin/settings";

#[tokio::test(flavor = "multi_thread")]
async fn details_are_entered_and_what_was_entered_before_stays_in_the_history() {
    let town = Town::new().await;
    let mut admin = town.signed_in(ADMINISTRATOR).await;
    let details = format!("{SETTINGS}/details");
    let page = admin.get(SETTINGS).await;
    assert!(page.body.contains("Datele primăriei") && page.body.contains("Necompletat"), "{}", page.body);
    let wrong = admin.post(&details, &[("address", " "), ("phone", "0236 1")]).await;
    assert_eq!(wrong.status, 422);
    assert!(
        wrong.body.contains("0236 1") && wrong.body.contains("#s-address"),
        "values are kept, the error leads to its input: {}",
        wrong.body
    );
    for address in ["str. Păcii 1, Sculeni", "str. Unirii 2 <b>Sculeni</b>"] {
        let page = admin.get(&details).await;
        let seen = page.hidden(&details).into_iter().find(|(name, _)| name == "seen").unwrap().1;
        let done = admin.post(&details, &[("address", address), ("contact", "Secretarul"), ("seen", &seen)]).await;
        assert_eq!((done.status, done.location()), (303, details.as_str()), "{}", done.body);
    }
    let page = admin.get(&details).await;
    assert!(page.body.contains("Unirii 2 &#60;b&#62;") || page.body.contains("Unirii 2 &lt;b&gt;"), "{}", page.body);
    assert!(page.body.contains("Păcii 1"), "the history has it: {}", page.body);
    // Somebody who has the page of before.
    let stale = admin.post(&details, &[("address", "str. Veche 3"), ("seen", "")]).await;
    assert_eq!(stale.status, 422);
    assert!(stale.body.contains("Altcineva a modificat"), "{}", stale.body);
    assert_eq!(town.trail("sculeni", 1).await, [("administration".to_owned(), "setting".to_owned())]);
    assert_eq!(admin.get(&format!("{SETTINGS}/no-such")).await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_are_added_changed_and_removed_one_by_one() {
    let town = Town::new().await;
    let mut admin = town.signed_in(ADMINISTRATOR).await;
    let days = format!("{SETTINGS}/days-off");
    let add = [("date-day", "14"), ("date-month", "10"), ("date-year", "2026")];
    for reason in ["Hramul", "Altă zi"] {
        let page = admin.get(&days).await;
        let seen = page.hidden(&days).into_iter().rev().find(|(name, _)| name == "seen").unwrap().1;
        let mut fields = add.to_vec();
        fields.extend([("reason", reason), ("seen", seen.as_str())]);
        assert_eq!(admin.post(&days, &fields).await.status, 303);
    }
    let page = admin.get(&format!("{days}?row=0")).await;
    assert_eq!(page.text("#setting h2"), "Modificați rândul");
    let seen = page.hidden(&days).into_iter().rev().find(|(name, _)| name == "seen").unwrap().1;
    let change = [("row", "0"), ("date", "2026-10-15"), ("reason", "Hramul satului"), ("seen", seen.as_str())];
    assert_eq!(admin.post(&days, &change).await.status, 303);
    let page = admin.get(&days).await;
    let seen = page.hidden(&days).into_iter().rev().find(|(name, _)| name == "seen").unwrap().1;
    assert_eq!(admin.post(&days, &[("remove", "1"), ("seen", &seen)]).await.status, 303);
    let tenant = town.tenant("sculeni").await;
    let all = town.app.store.settings(tenant.id).await.unwrap();
    let last = all.iter().max_by_key(|one| one.at).unwrap();
    let reasons: Vec<String> = last.rows.iter().map(|row| format!("{:?}", row["reason"])).collect();
    assert_eq!(reasons, ["Text(\"Hramul satului\")"]);
    let wrong = admin.post(&days, &[("date", "2026-02-30"), ("reason", "x"), ("seen", &format!("{}/{}", last.since, last.at.0))]).await;
    assert_eq!(wrong.status, 422, "there is no such day");
}
