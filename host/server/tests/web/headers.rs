//! What every response carries, and what is refused before anyone looks at it.

use crate::browser::HOST;
use crate::town::{ADMINISTRATOR, COLLECTOR, Town};

#[tokio::test(flavor = "multi_thread")]
async fn every_response_carries_the_security_headers() {
    let town = Town::new().await;
    let mut nobody = town.browser();
    let mut collector = town.signed_in(COLLECTOR).await;
    let style = vatra_view::assets::asset_url("vatra.css");
    let mut answers = vec![
        ("start", nobody.get("/").await),
        ("redirect", nobody.get("/sculeni").await),
        ("nothing", nobody.get("/a/b/c/d/e").await),
        ("health", nobody.get("/healthz").await),
        ("asset", nobody.get(style).await),
        ("emulator", nobody.get("/emulators/mpay").await),
        ("method", nobody.send("DELETE", "/sculeni", &[], axum::body::Body::empty()).await),
        ("home", collector.get("/sculeni").await),
        ("screen", collector.get("/sculeni/tax-collector/home").await),
        ("not found", collector.get("/lozova").await),
        ("denied", collector.get("/sculeni/admin").await),
        ("invalid", collector.post("/sculeni/tax-collector/actions/import-roll", &[]).await),
    ];
    collector.headers.push(("sec-fetch-site", "cross-site".into()));
    answers.push(("cross-site", collector.post("/signout", &[]).await));
    for (what, answer) in answers {
        let policy = answer.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'; "), "{what}: {policy}");
        for part in ["style-src 'self'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'"] {
            assert!(policy.contains(part), "{what}: {policy}");
        }
        assert!(!policy.contains("unsafe") && !policy.contains('*') && !policy.contains("http"), "{what}: {policy}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{what}");
        assert_eq!(answer.header("referrer-policy"), "same-origin", "{what}");
        assert_eq!(answer.header("x-request-id").len(), 36, "{what}");
        assert_eq!(answer.header("strict-transport-security"), "", "{what}: not over http");
        match what {
            "asset" => assert_eq!(answer.header("cache-control"), "public, max-age=31536000, immutable"),
            _ => assert_eq!(answer.header("cache-control"), "no-store", "{what}"),
        }
        assert!(!answer.body.contains("style=\"") && !answer.body.contains("<style") && !answer.body.contains("onclick"), "{what}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn over_https_cookies_are_secure() {
    let town = Town::with(|config| config.public_base = "https://vatra.example.md".into()).await;
    let mut browser = town.browser();
    let begun = browser.get("/signin?lang=ru").await;
    assert_eq!(begun.header("strict-transport-security"), "max-age=31536000");
    let cookies: Vec<&str> = begun.headers.get_all("set-cookie").iter().map(|value| value.to_str().unwrap()).collect();
    assert_eq!(cookies.len(), 2);
    for cookie in cookies {
        // MPass posts its answer from another site: the request's id, and nothing else, goes along.
        let site = if cookie.starts_with("vatra-signin_") { "SameSite=None" } else { "SameSite=Lax" };
        for part in ["HttpOnly", site, "Secure", "Path=/"] {
            assert!(cookie.contains(part), "{cookie}");
        }
    }
    let posted = browser.bring(&town.answer(&begun, COLLECTOR, None).await).await;
    let session =
        posted.headers.get_all("set-cookie").iter().map(|value| value.to_str().unwrap()).find(|cookie| cookie.starts_with("vatra="));
    let session = session.unwrap();
    assert!(session.contains("SameSite=Lax") && session.contains("Secure") && session.contains("HttpOnly"), "{session}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_from_another_site_is_refused() {
    let town = Town::new().await;
    let mut admin = town.signed_in(ADMINISTRATOR).await;
    let revoke = "/sculeni/admin/modules/tax-collector/grants/mpay/revoke";
    for headers in [
        vec![("sec-fetch-site", "cross-site".to_owned())],
        vec![("sec-fetch-site", "same-site".to_owned())],
        vec![("origin", "https://evil.example".to_owned())],
        vec![("origin", "null".to_owned())],
    ] {
        admin.headers.clone_from(&headers);
        let answer = admin.post(revoke, &[]).await;
        assert_eq!(answer.status, 403, "{headers:?}");
        assert!(answer.body.contains("alt site"), "{}", answer.body);
        assert_eq!(admin.post("/signout", &[]).await.status, 403, "{headers:?}");
        for emulated in ["/emulators/mpay/pay", "/emulators/control"] {
            assert_eq!(admin.post(emulated, &[]).await.status, 403, "{emulated}, {headers:?}");
        }
    }
    let tenant = town.tenant("sculeni").await;
    let module = town.app.module(&tenant, &crate::town::name("tax-collector")).await.unwrap();
    assert!(module.grants.iter().all(|view| view.grant.as_ref().is_some_and(|grant| grant.revoked_at.is_none())));
    for headers in [vec![("sec-fetch-site", "same-origin".to_owned())], vec![("origin", format!("http://{HOST}"))]] {
        admin.headers.clone_from(&headers);
        assert_eq!(admin.post(revoke, &[]).await.status, 303, "{headers:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_language_is_the_reader_s() {
    let town = Town::new().await;
    let mut browser = town.browser();
    assert!(browser.get("/").await.body.contains("<html lang=\"ro\""));
    browser.headers.push(("accept-language", "ru-MD,ru;q=0.9,ro;q=0.5".into()));
    assert!(browser.get("/").await.body.contains("<html lang=\"ru\""));
    assert!(browser.get("/?lang=en").await.body.contains("<html lang=\"en\""));
    assert!(browser.get("/").await.body.contains("<html lang=\"en\""), "the choice is kept");
    assert!(browser.get("/nowhere/at/all/ever").await.body.contains("<html lang=\"en\""), "errors speak it too");
}

#[tokio::test(flavor = "multi_thread")]
async fn programs_get_problem_details() {
    let town = Town::new().await;
    let mut nobody = town.browser();
    nobody.headers.push(("accept", "application/problem+json".into()));
    let mut collector = town.signed_in(COLLECTOR).await;
    collector.headers.push(("accept", "application/json".into()));
    let mut cross = town.signed_in(COLLECTOR).await;
    cross.headers.extend([("accept", "application/json".into()), ("sec-fetch-site", "cross-site".into())]);
    for (answer, status, code) in [
        (nobody.get("/sculeni").await, 401, "session-expired"),
        (collector.get("/lozova").await, 404, "not-found"),
        (collector.get("/a/b/c/d/e").await, 404, "not-found"),
        (collector.get("/sculeni/admin").await, 403, "role"),
        (collector.send("PUT", "/sculeni", &[], axum::body::Body::empty()).await, 405, "method"),
        (cross.post("/signout", &[]).await, 403, "cross-site"),
    ] {
        assert_eq!(answer.status, status, "{}", answer.body);
        assert_eq!(answer.header("content-type"), "application/problem+json");
        let problem: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
        assert_eq!(problem["type"], format!("urn:vatra:problem:{code}"));
        assert_eq!(problem["status"], status);
        assert_eq!(problem["instance"], format!("urn:uuid:{}", answer.header("x-request-id")));
        for member in ["title", "detail"] {
            assert!(problem[member].as_str().is_some_and(|text| text.contains(' ')), "{problem}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn assets_are_served_under_their_hash_only() {
    let town = Town::new().await;
    let mut browser = town.browser();
    for asset in vatra_view::assets::assets() {
        let answer = browser.get(vatra_view::assets::asset_url(asset.path)).await;
        assert_eq!((answer.status, answer.header("content-type")), (200, asset.content_type));
    }
    assert_eq!(browser.get("/assets/0000000000000000/vatra.css").await.status, 404);
    let page = browser.get("/").await;
    assert!(page.body.contains(vatra_view::assets::asset_url("vatra.css")));
}
