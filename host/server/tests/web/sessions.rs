//! Signing in and out, and everything that may go wrong with it.

use crate::town::{ADMINISTRATOR, BOTH, COLLECTOR, STRANGER, Town};
use vatra_core::manifest::Language;
use vatra_emulators::fault::Fault as _;
use vatra_emulators::mpass::Fault;

#[tokio::test(flavor = "multi_thread")]
async fn people_come_to_where_they_work() {
    let town = Town::new().await;
    let mut browser = town.browser();
    assert_eq!(town.sign_in(&mut browser, COLLECTOR, "/signin").await.location(), "/sculeni");
    let home = browser.get("/sculeni").await;
    assert_eq!(home.status, 200);
    assert!(home.body.contains("Ana Perceptor") && home.body.contains("Perceptor fiscal"), "{}", home.body);
    assert!(home.body.contains("href=\"/sculeni/tax-collector\""));
    assert_eq!(town.trail("sculeni", 1).await, [("session".to_owned(), "sign-in".to_owned())]);

    let mut both = town.browser();
    assert_eq!(town.sign_in(&mut both, BOTH, "/signin").await.location(), "/");
    let choice = both.get("/").await;
    assert!(choice.body.contains("href=\"/sculeni\"") && choice.body.contains("href=\"/lozova\""), "{}", choice.body);
    assert_eq!(both.get("/sculeni").await.status, 200);
    assert_eq!(both.get("/lozova/admin").await.status, 200);
    assert_eq!(both.get("/sculeni/admin").await.status, 403, "an office in one municipality opens nothing in another");
}

#[tokio::test(flavor = "multi_thread")]
async fn someone_without_an_office_is_told_so() {
    let town = Town::new().await;
    let mut browser = town.browser();
    let answer = town.sign_in(&mut browser, STRANGER, "/signin").await;
    assert_eq!(answer.status, 403);
    assert_eq!(answer.text(".vatra-notice__title"), vatra_view::say(Language::Ro, "no-municipality"), "{}", answer.body);
    assert!(browser.get("/sculeni").await.location().starts_with("/signin"));
}

#[tokio::test(flavor = "multi_thread")]
async fn after_signing_in_one_is_where_one_wanted_to_be() {
    let town = Town::new().await;
    let mut browser = town.browser();
    let wanted = "/sculeni/tax-collector/accounts?accounts.q=p%C3%AEslaru";
    let refused = browser.get(wanted).await;
    assert_eq!(refused.status, 303);
    assert_eq!(town.sign_in(&mut browser, COLLECTOR, refused.location()).await.location(), wanted);
    assert_eq!(browser.get(wanted).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_sent_elsewhere_after_signing_in() {
    let town = Town::new().await;
    for then in ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/sculeni%0d%0aX: y", "/signout"] {
        let mut browser = town.browser();
        let address = vatra_view::urls::with_query("/signin", [("then", then)]);
        assert_eq!(town.sign_in(&mut browser, COLLECTOR, &address).await.location(), "/sculeni", "{then}");
        // Who has signed in already goes nowhere else either.
        assert_eq!(browser.get(&address).await.location(), "/", "{then}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_planted_is_worth_nothing() {
    let town = Town::new().await;
    // The attacker plants a session's cookie, and begins a sign-in whose cookie is planted too.
    let mut attacker = town.browser();
    let begun = attacker.get("/signin").await;
    let mut victim = town.browser();
    victim.cookies = attacker.cookies.clone();
    victim.cookies.insert("vatra".into(), "AAAAAAAAAAAAAAAAAAAAAA".into());
    assert_eq!(town.sign_in(&mut victim, COLLECTOR, "/signin").await.status, 303);
    assert_ne!(victim.cookies["vatra"], "AAAAAAAAAAAAAAAAAAAAAA");
    assert_eq!(victim.get("/sculeni").await.status, 200);
    attacker.cookies.insert("vatra".into(), "AAAAAAAAAAAAAAAAAAAAAA".into());
    assert_ne!(attacker.get("/sculeni").await.status, 200);
    // The attacker's own answer, brought by somebody who began nothing, signs nobody in as the attacker.
    let answer = town.answer(&begun, BOTH, None).await;
    let mut passer_by = town.browser();
    assert_eq!(passer_by.bring(&answer).await.status, 403);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_is_good_once_and_in_its_own_browser() {
    let town = Town::new().await;
    let mut browser = town.browser();
    let begun = browser.get("/signin").await;
    let answer = town.answer(&begun, COLLECTOR, None).await;
    let mut other = town.browser();
    other.get("/signin").await;
    assert_eq!(other.bring(&answer).await.status, 403, "somebody else's answer");
    let kept = browser.cookies.clone();
    assert_eq!(browser.bring(&answer).await.status, 303);
    assert!(!browser.cookies.keys().any(|name| name.starts_with("vatra-signin")), "the request's id is forgotten");
    browser.cookies = kept;
    assert_eq!(browser.bring(&answer).await.status, 403, "used before");

    let mut late = town.browser();
    let begun = late.get("/signin").await;
    let answer = town.answer(&begun, COLLECTOR, None).await;
    town.later(601);
    assert_eq!(late.bring(&answer).await.status, 403, "too late");

    for fault in Fault::ALL {
        // So that there is an answer that was used.
        town.signed_in(COLLECTOR).await;
        let mut wrong = town.browser();
        let begun = wrong.get("/signin").await;
        let answer = wrong.bring(&town.answer(&begun, COLLECTOR, Some(*fault)).await).await;
        assert_eq!(answer.status, 403, "{fault:?}");
        assert!(answer.body.contains("href=\"/signin\""), "{}", answer.body);
        assert_ne!(wrong.get("/sculeni").await.status, 200, "{fault:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn several_tabs_sign_in_side_by_side() {
    let town = Town::new().await;
    let mut browser = town.browser();
    let (one, other) = (browser.get("/signin?then=/sculeni/admin").await, browser.get("/signin?then=/sculeni").await);
    let (first, second) = (town.answer(&one, COLLECTOR, None).await, town.answer(&other, COLLECTOR, None).await);
    assert_eq!(browser.bring(&second).await.location(), "/sculeni");
    assert_eq!(browser.bring(&first).await.location(), "/sculeni/admin");
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_ends_the_session_for_good_and_at_mpass_too() {
    let town = Town::new().await;
    let mut browser = town.signed_in(COLLECTOR).await;
    assert_eq!(town.mpass.sessions_of(COLLECTOR).len(), 1);
    let kept = browser.cookies.clone();
    let leaving = browser.post("/signout", &[]).await;
    assert!(!browser.cookies.contains_key("vatra"));
    assert_eq!(town.trail("sculeni", 1).await, [("session".to_owned(), "sign-out".to_owned())]);
    let mut thief = town.browser();
    thief.cookies = kept;
    assert_eq!(thief.get("/sculeni").await.status, 401, "at once, whatever MPass says");

    let logout = leaving.posting(&format!("{}/logout/saml", town.mpass.address()));
    let field = |name: &str| logout.fields.iter().find(|(key, _)| *key == name).unwrap().1.clone();
    let answer = town.mpass.sign_out(&field("SAMLRequest"), &field("RelayState")).await.unwrap();
    assert!(town.mpass.sessions_of(COLLECTOR).is_empty());
    assert_eq!(browser.bring(&answer).await.location(), "/");
    assert_eq!(browser.bring(&answer).await.status, 403, "told once");
}

#[tokio::test(flavor = "multi_thread")]
async fn mpass_ends_sessions_too() {
    let town = Town::new().await;
    let mut browser = town.signed_in(COLLECTOR).await;
    let mut elsewhere = town.signed_in(COLLECTOR).await;
    let first = town.mpass.sessions_of(COLLECTOR).into_iter();
    let mut ended = 0;
    for index in first.take(1) {
        let posted = town.mpass.end(&index).unwrap().unwrap();
        // In a frame of MPass's page, where browsers send no cookie of ours.
        let mut frame = town.browser();
        let page = frame.bring(&posted).await;
        assert_eq!(page.status, 200, "{}", page.body);
        let policy = page.header("content-security-policy");
        assert!(
            policy.contains("frame-ancestors http://127.0.0.1:8080;") || policy.ends_with("frame-ancestors http://127.0.0.1:8080"),
            "{policy}"
        );
        let answer = page.posting(&format!("{}/logout/saml", town.mpass.address()));
        assert_eq!(town.mpass.signed_out(&answer.fields[0].1).await.unwrap(), vatra_core::providers::SignOutDone::Everywhere);
        assert_eq!(frame.bring(&posted).await.status, 403, "asked once");
        ended += 1;
    }
    assert_eq!(ended, 1);
    let open = [browser.get("/sculeni").await.status, elsewhere.get("/sculeni").await.status];
    assert!(open == [200, 401] || open == [401, 200], "one of two sessions has ended: {open:?}");
    assert_eq!(town.trail("sculeni", 1).await, [("session".to_owned(), "sign-out".to_owned())]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_database_alone_opens_no_session() {
    let town = Town::new().await;
    let browser = town.signed_in(COLLECTOR).await;
    let cookie = browser.cookies["vatra"].clone();
    let now = vatra_core::clock::Clock::now(town.clock.as_ref());
    assert!(town.app.store.session(&cookie, now).await.unwrap().is_none(), "the cookie itself is no key");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_ends_when_nobody_uses_it_and_after_eight_hours() {
    let town = Town::new().await;
    let mut idle = town.signed_in(COLLECTOR).await;
    town.later(59 * 60);
    assert_eq!(idle.get("/sculeni").await.status, 200);
    town.later(59 * 60);
    assert_eq!(idle.get("/sculeni").await.status, 200, "use prolongs it");
    town.later(61 * 60);
    assert_eq!(idle.get("/sculeni").await.status, 401);

    let mut busy = town.signed_in(ADMINISTRATOR).await;
    for _ in 0..15 {
        town.later(30 * 60);
        assert_eq!(busy.get("/sculeni").await.status, 200);
    }
    town.later(30 * 60);
    assert_eq!(busy.get("/sculeni").await.status, 401, "not beyond eight hours");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_expired_session_is_told_and_leads_back() {
    let town = Town::new().await;
    let mut browser = town.signed_in(COLLECTOR).await;
    town.later(3601);
    let page = browser.get("/sculeni/tax-collector/accounts?accounts.page=2&lang=en").await;
    assert_eq!(page.status, 401);
    assert!(page.body.contains("Your session has ended"), "{}", page.body);
    let then = page.hidden("/signin").into_iter().find(|(name, _)| name == "then").unwrap().1;
    assert_eq!(then, "/sculeni/tax-collector/accounts?accounts.page=2&lang=en");
    let address = vatra_view::urls::with_query("/signin", [("then", then.as_str())]);
    assert_eq!(town.sign_in(&mut browser, COLLECTOR, &address).await.location(), then);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_is_not_sent_again_behind_one_s_back() {
    let town = Town::new().await;
    let mut browser = town.signed_in(COLLECTOR).await;
    town.later(3601);
    browser.headers.push(("referer", "http://127.0.0.1:8080/sculeni/tax-collector/import".into()));
    let before = town.trail("sculeni", 100).await;
    let roll = crate::town::ROLL.as_bytes();
    let page = browser.upload("/sculeni/tax-collector/actions/import-roll", &[], "roll", "rol.csv", roll).await;
    assert_eq!(page.status, 401);
    let then = page.hidden("/signin").into_iter().find(|(name, _)| name == "then").unwrap().1;
    assert_eq!(then, "/sculeni/tax-collector/import", "back to the form, which is filled in again");
    assert!(page.body.contains("href=\"/sculeni/tax-collector/import?lang=ru\""), "in another language too: {}", page.body);
    let address = vatra_view::urls::with_query("/signin", [("then", then.as_str())]);
    assert_eq!(town.sign_in(&mut browser, COLLECTOR, &address).await.location(), then);
    let after = town.trail("sculeni", 100).await;
    assert_eq!(after.len(), before.len() + 1, "only the sign-in: {after:?}");
}
