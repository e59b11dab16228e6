//! What holds of the house as a whole; `vatra-providers` connects to it in its tests.

use super::keys::Ring;
use super::{House, SERVICES};
use crate::fault::{Emulated as _, Trouble};
use crate::mpass::{People, Person};
use crate::tests::{NOW, Page, Town, is_a_sound_page};
use crate::web;
use axum::body::{Body, to_bytes};
use axum::http::{Request, header};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;
use tempfile::TempDir;
use tower::ServiceExt;
use vatra_core::clock::FixedClock;
use vatra_core::manifest::Language;

async fn open(folder: &Path) -> House {
    House::open(folder, "http://127.0.0.1:8080", Arc::new(Town::default()) as Arc<dyn People>, Arc::new(FixedClock::at(NOW))).await.unwrap()
}

async fn send(house: &House, request: Request<Body>) -> Page {
    let (parts, body) = house.pages().oneshot(request).await.unwrap().into_parts();
    let bytes = to_bytes(body, 1 << 20).await.unwrap();
    Page { status: parts.status, headers: parts.headers, body: String::from_utf8(bytes.to_vec()).unwrap() }
}

async fn get(house: &House, path: &str) -> Page {
    send(house, Request::get(path).body(Body::empty()).unwrap()).await
}

async fn switch(house: &House, fields: &[(&str, &str)]) -> Page {
    let body = web::with_query("", fields).trim_start_matches('?').to_owned();
    let request = Request::post("/emulators/control").header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    send(house, request.body(Body::from(body)).unwrap()).await
}

#[tokio::test]
async fn keys_are_made_once_and_are_nobody_else_s() {
    let folder = TempDir::new().unwrap();
    let house = folder.path().join("emulators");
    let first = open(&house).await;
    let anchor = |house: &House| house.msign.trust().unwrap().anchors[0].fingerprint();
    let signs = anchor(&first);
    let read = |name: &str| std::fs::read_to_string(house.join(name)).unwrap();
    let (authority, key, services) = (read("authorities.pem"), read("mpay.key.pem"), read(SERVICES));
    for file in std::fs::read_dir(&house).unwrap() {
        let file = file.unwrap();
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{:?}", file.path());
    }
    assert_eq!(std::fs::metadata(&house).unwrap().permissions().mode() & 0o777, 0o700);
    drop(first);
    let second = open(&house).await;
    assert_eq!((read("authorities.pem"), read("mpay.key.pem")), (authority.clone(), key));
    assert_ne!(read(SERVICES), services, "another port");
    assert_eq!(anchor(&second), signs, "what was signed yesterday is judged by the same authority");
    let decided = second.msign.trust().unwrap();
    assert_eq!(decided.lists.len(), 2, "which still issues lists");
    assert!(second.inner.ring.tls.system("Another").is_err(), "the authority's key is not kept");
    drop(second);
    // A folder that is not whole gets new keys, all of them.
    std::fs::remove_file(house.join("mconnect.key.pem")).unwrap();
    Ring::open(&house).unwrap();
    assert_ne!(read("authorities.pem"), authority);
}

#[tokio::test]
async fn the_front_page_leads_to_every_page_in_every_language() {
    let folder = TempDir::new().unwrap();
    let house = open(folder.path()).await;
    house.mlog.trouble().set(Some(Trouble::Slow));
    for language in Language::ALL {
        let page = get(&house, &format!("/emulators/?lang={}", language.code())).await;
        is_a_sound_page(&page, language);
        for service in ["mpass", "mpay", "mpower", "mnotify"] {
            let href = page.attribute(&format!("a[href='/emulators/{service}']"), "href").unwrap();
            is_a_sound_page(&get(&house, &format!("{href}?lang={}", language.code())).await, language);
        }
        assert!(page.text("main").contains(&house.api_address("mconnect-events")));
        use crate::fault::Fault as _;
        assert_eq!(page.text("main .wrong"), Trouble::Slow.words(language), "faults are named");
        is_a_sound_page(&get(&house, &format!("/emulators/control?changed=1&lang={}", language.code())).await, language);
    }
    assert_eq!(get(&house, "/emulators").await.location(), "/emulators/");
    assert_eq!(get(&house, web::STYLESHEET).await.headers[header::CONTENT_TYPE], "text/css; charset=utf-8");
}

#[tokio::test]
async fn every_fault_of_every_service_is_switched_on_and_off() {
    let folder = TempDir::new().unwrap();
    let house = open(folder.path()).await;
    let mut switched = 0;
    for each in house.controls() {
        for (code, words) in each.control.choices(Language::En) {
            let done = switch(&house, &[("service", each.service), ("switch", each.switch), ("code", code)]).await;
            assert_eq!(done.location(), "/emulators/control?changed=1", "{code}");
            assert_eq!(each.control.chosen(), Some(code));
            let page = get(&house, "/emulators/control?lang=en").await;
            let chosen = page.text(&format!("#{}-{} option[selected]", each.service, each.switch));
            assert_eq!(chosen, words);
            switched += 1;
        }
        switch(&house, &[("service", each.service), ("switch", each.switch), ("code", "")]).await;
        assert_eq!(each.control.chosen(), None);
    }
    assert!(switched > 60, "{switched}");
    for wrong in [
        &[("service", "mpay"), ("switch", "fault"), ("code", "none-such")][..],
        &[("service", "nobody"), ("switch", "fault"), ("code", "")],
        &[("code", "slow")],
    ] {
        assert_eq!(switch(&house, wrong).await.status, 400, "{wrong:?}");
    }
    house.mpay.trouble().set(Some(Trouble::Slow));
    house.msign.trouble().set(Some(Trouble::Failing));
    switch(&house, &[]).await;
    assert!(house.controls().iter().all(|each| each.control.chosen().is_none()), "all off");
    let _: Option<Person> = None;
}
