//! The citizens' app as a phone meets it: what is signed, what everybody may see, what is for whoever signed in, and what is nobody's business.

use crate::browser::{Answer, Browser};
use crate::town::{COLLECTOR, Town, name, package};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature, Verifier, VerifyingKey};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use vatra_server::app::{By, GrantChange, LIST_TYPE};

/// Nobody's official.
const CITIZEN: &str = "2001000000077";
const HOME: &str = "/evo/api/sculeni/modules/pocket/screens/home";
const MINE: &str = "/evo/api/sculeni/modules/pocket/screens/mine";
const SAY: &str = "/evo/api/sculeni/modules/pocket/actions/say";

async fn town() -> Town {
    let town = Town::new().await;
    let sculeni = town.tenant("sculeni").await;
    town.app.install(&sculeni, &package("pocket"), By::OPERATOR).await.unwrap();
    town.app.grant(&sculeni, &name("pocket"), &name("registers"), GrantChange::default(), By::OPERATOR).await.unwrap();
    town
}

fn told(answer: &Answer) -> Value {
    serde_json::from_str(&answer.body).unwrap_or_else(|error| panic!("{error}: {}", answer.body))
}

fn texts(answer: &Answer) -> Vec<String> {
    let blocks = told(answer)["blocks"].as_array().unwrap().clone();
    blocks.iter().filter(|block| block["type"] == "text").map(|block| block["text"].as_str().unwrap().to_owned()).collect()
}

fn problem(answer: &Answer) -> (u16, String) {
    assert_eq!(answer.header("content-type"), "application/problem+json", "{}", answer.body);
    (answer.status, told(answer)["type"].as_str().unwrap().rsplit(':').next().unwrap().to_owned())
}

/// The list as a phone reads it: with the key that the app's page carries.
async fn list(browser: &mut Browser) -> Value {
    let shell = browser.get("/evo").await;
    let page = scraper::Html::parse_document(&shell.body);
    let body = page.select(&scraper::Selector::parse("body").unwrap()).next().unwrap();
    let key: [u8; 32] = STANDARD.decode(body.attr("data-key").unwrap()).unwrap().try_into().unwrap();
    let envelope = told(&browser.get("/evo/api/sculeni").await);
    assert_eq!(envelope["payloadType"], LIST_TYPE);
    let signature = &envelope["signatures"][0];
    assert_eq!(signature["keyid"], body.attr("data-key-id").unwrap());
    let payload = STANDARD.decode(envelope["payload"].as_str().unwrap()).unwrap();
    let message = [format!("DSSEv1 {} {LIST_TYPE} {} ", LIST_TYPE.len(), payload.len()).as_bytes(), &payload].concat();
    let signature = Signature::from_slice(&STANDARD.decode(signature["sig"].as_str().unwrap()).unwrap()).unwrap();
    VerifyingKey::from_bytes(&key).unwrap().verify(&message, &signature).unwrap();
    serde_json::from_slice(&payload).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn modules_are_listed_signed_and_loaded_by_their_digest() {
    let town = town().await;
    let mut phone = town.browser();
    let places = told(&phone.get("/evo/api").await);
    assert_eq!(places["municipalities"], json!([{ "slug": "sculeni", "name": "Sculeni", "district": "Ungheni" }]), "Lozova offers nothing");
    assert_eq!(places["person"], Value::Null);

    let listed = list(&mut phone).await;
    assert_eq!(
        (listed["municipality"].as_str(), listed["modules"].as_array().map(Vec::len)),
        (Some("sculeni"), Some(1)),
        "what officials use is not"
    );
    assert_eq!(listed["expires"].as_i64().unwrap() - listed["issued"].as_i64().unwrap(), 24 * 60 * 60 * 1_000);
    let digest = listed["modules"][0]["sha256"].as_str().unwrap().to_owned();
    let bundle = phone.get(&format!("/evo/api/sculeni/bundles/{digest}")).await;
    assert_eq!(hex::encode(Sha256::digest(&bundle.bytes)), digest);
    let module = told(&bundle);
    assert_eq!((module["name"].as_str(), module["title"]["ru"].as_str()), (Some("pocket"), Some("Карман")));
    let permission = |bundle: &Value, capability: &str| {
        let all = bundle["permissions"].as_array().unwrap().clone();
        all.into_iter().find(|one| one["capability"] == capability).unwrap()["granted"].as_bool().unwrap()
    };
    assert_eq!(
        (permission(&module, "registers"), permission(&module, "appointments")),
        (false, false),
        "closed to phones, and not granted"
    );

    // What was granted is in the digest: nothing changes beneath a list that was signed before.
    let sculeni = town.tenant("sculeni").await;
    town.app.grant(&sculeni, &name("pocket"), &name("appointments"), GrantChange::default(), By::OPERATOR).await.unwrap();
    let later = list(&mut phone).await;
    let changed = later["modules"][0]["sha256"].as_str().unwrap().to_owned();
    assert_ne!(changed, digest);
    assert_eq!(problem(&phone.get(&format!("/evo/api/sculeni/bundles/{digest}")).await), (404, "not-found".into()));
    assert!(permission(&told(&phone.get(&format!("/evo/api/sculeni/bundles/{changed}")).await), "appointments"));

    // Withdrawn: it is listed no longer, and not answered.
    town.app.set_enabled(&sculeni, &name("pocket"), false, By::OPERATOR).await.unwrap();
    assert_eq!(list(&mut phone).await["modules"], json!([]));
    assert_eq!(problem(&phone.get(HOME).await), (404, "not-found".into()));
    assert_eq!(told(&phone.get("/evo/api").await)["municipalities"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn guests_see_what_is_for_everybody_and_citizens_what_is_theirs() {
    let town = town().await;
    let mut guest = town.browser();
    let home = guest.get(&format!("{HOME}?text=x%3Cb%3E&lang=en")).await;
    assert_eq!(texts(&home), ["nobody guest Channel::Evo", "x<b>"]);
    assert_eq!((told(&home)["language"].as_str(), &told(&home)["for"]), (Some("en"), &Value::Null));
    assert_eq!(problem(&guest.get(MINE).await), (401, "session-expired".into()));
    assert_eq!(problem(&guest.post(SAY, &[("text", "x")]).await), (401, "session-expired".into()));
    assert!(!town.trail("sculeni", 20).await.iter().any(|(kind, _)| kind == "denial"), "whoever is nobody fills no trail");

    // Somebody who is an official nowhere signs in for the app, and for nothing else.
    let mut citizen = town.browser();
    let portal = town.sign_in(&mut citizen, CITIZEN, "/signin").await;
    assert_eq!(portal.status, 403, "{}", portal.body);
    let app = town.sign_in(&mut citizen, CITIZEN, "/signin?then=%2Fevo").await;
    assert_eq!((app.status, app.location()), (303, "/evo"), "{}", app.body);
    assert_eq!(citizen.get("/sculeni").await.status, 404);
    assert_eq!(texts(&citizen.get(MINE).await), ["somebody citizen+guest Channel::Evo"]);
    assert_eq!(told(&citizen.get("/evo/api").await)["person"]["name"], "Ana Încercare");
    let trail = town.trail("sculeni", 20).await;
    assert_eq!(
        trail.iter().filter(|(kind, what)| kind == "session" && what == "sign-in").count(),
        1,
        "once, however much they read: {trail:?}"
    );

    // An official is a citizen there, without their office.
    let mut official = town.signed_in(COLLECTOR).await;
    assert_eq!(texts(&official.get(MINE).await), ["somebody citizen+guest Channel::Evo"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn forms_are_checked_performed_once_and_refused_across_sites() {
    let town = town().await;
    let mut citizen = town.browser();
    town.sign_in(&mut citizen, CITIZEN, "/signin?then=%2Fevo").await;
    let empty = citizen.post(SAY, &[("vatra-from", "mine")]).await;
    assert_eq!((empty.status, told(&empty)["errors"][0]["input"].as_str()), (422, Some("text")), "{}", empty.body);
    let own = citizen.post(SAY, &[("text", "x"), ("many", "9"), ("vatra-from", "mine")]).await;
    assert_eq!((own.status, &told(&own)["errors"][0]), (422, &json!({ "input": "many", "text": "Cel mult de trei ori." })));

    let id = "0199aaaa-0000-4000-8000-000000000042";
    let fields = [("text", "x"), ("many", "2"), ("vatra-from", "mine"), ("submission", id)];
    let done = citizen.post(SAY, &fields).await;
    assert_eq!((done.status, told(&done)["outcome"].as_str(), told(&done)["notice"]["title"].as_str()), (200, Some("done"), Some("Done")));
    assert_eq!(told(&citizen.post(SAY, &fields).await)["outcome"], "before", "sent twice, done once");

    let own =
        std::mem::replace(&mut citizen.headers, vec![("sec-fetch-site", "cross-site".into()), ("origin", "https://evil.example".into())]);
    assert_eq!(citizen.post(SAY, &fields).await.status, 403);
    citizen.headers = own;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_module_for_phones_reaches_nobody_s_registers_and_officials_modules_are_not_there() {
    let town = town().await;
    let mut citizen = town.browser();
    town.sign_in(&mut citizen, CITIZEN, "/signin?then=%2Fevo").await;
    // Granted, but a phone reads a citizen's own things alone: registers are closed to it.
    let pried = texts(&citizen.get("/evo/api/sculeni/modules/pocket/screens/pry").await);
    assert_eq!(pried, ["denied registers phones ", "denied appointments not-granted "]);

    let mut collector = town.signed_in(COLLECTOR).await;
    for address in [
        "/evo/api/sculeni/modules/tax-collector/screens/home",
        "/evo/api/sculeni/modules/no-module/screens/home",
        "/evo/api/nowhere/modules/pocket/screens/home",
        "/evo/api/lozova/modules/pocket/screens/home",
        "/evo/api/sculeni/modules/pocket/screens/no-screen",
        "/evo/api/Not-A-Name",
    ] {
        assert_eq!(problem(&collector.get(address).await), (404, "not-found".into()), "{address}");
    }
    assert_eq!(problem(&collector.post("/evo/api/sculeni/modules/tax-collector/actions/import-roll", &[]).await).0, 404);
    // And none of what phones have is a place of the portal.
    assert_eq!(collector.get("/sculeni/pocket/home").await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_holds_nothing_of_anybody_and_can_be_installed() {
    let town = town().await;
    let mut guest = town.browser();
    let mut citizen = town.browser();
    town.sign_in(&mut citizen, CITIZEN, "/signin?then=%2Fevo").await;
    let page = guest.get("/evo?lang=ru").await;
    assert_eq!(page.body, citizen.get("/evo?lang=ru").await.body);
    let policy = page.header("content-security-policy");
    assert!(
        policy.contains("manifest-src 'self'") && policy.contains("worker-src 'self'") && policy.contains("script-src 'self';"),
        "{policy}"
    );
    let manifest = guest.get("/evo/app.webmanifest?lang=ro").await;
    assert_eq!(manifest.header("content-type"), "application/manifest+json");
    let manifest = told(&manifest);
    assert_eq!((manifest["start_url"].as_str(), manifest["scope"].as_str()), (Some("/evo"), Some("/evo")));
    for icon in manifest["icons"].as_array().unwrap() {
        assert_eq!(guest.get(icon["src"].as_str().unwrap()).await.status, 200);
    }
    let worker = guest.get("/evo/worker.js").await;
    assert_eq!((worker.header("service-worker-allowed"), worker.header("cache-control")), ("/evo", "no-store"));
    assert!(!worker.body.contains("/evo/api"), "the worker keeps nothing of the API");
}

/// The fields of the form `attach` of the test module, but its file.
fn answers(id: u32) -> Vec<(String, String)> {
    let submission = format!("0199aaaa-0000-4000-8000-{id:012}");
    let fields = [("note", "x"), ("vatra-from", "attach"), ("submission", submission.as_str())];
    fields.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_somebody_sends_is_theirs_alone() {
    const ATTACH: &str = "/evo/api/sculeni/modules/pocket/actions/attach";
    let pdf = b"%PDF-1.7\n%%EOF\n".as_slice();
    let town = town().await;
    let sculeni = town.tenant("sculeni").await;
    let mut citizen = town.browser();
    town.sign_in(&mut citizen, CITIZEN, "/signin?then=%2Fevo").await;

    // Not granted, nothing is taken; nor from whoever did not sign in.
    let denied = citizen.upload(ATTACH, &answers(1), "proof", "act.pdf", pdf).await;
    assert_eq!(denied.status, 403, "{}", denied.body);
    town.app.grant(&sculeni, &name("pocket"), &name("documents"), GrantChange::default(), By::OPERATOR).await.unwrap();
    assert_eq!(problem(&town.browser().upload(ATTACH, &answers(2), "proof", "act.pdf", pdf).await).0, 401);
    // By its first bytes, whatever it is called.
    let wrong = citizen.upload(ATTACH, &answers(3), "proof", "act.pdf", b"MZ a program").await;
    assert_eq!((wrong.status, told(&wrong)["errors"][0]["input"].as_str()), (422, Some("proof")), "{}", wrong.body);

    let taken = told(&citizen.upload(ATTACH, &answers(4), "proof", "act de identitate.pdf", pdf).await);
    assert_eq!((taken["outcome"].as_str(), taken["screen"].as_str()), (Some("go"), Some("paper")), "{taken}");
    let paper = taken["query"][0][1].as_str().unwrap().to_owned();
    let screen = format!("/evo/api/sculeni/modules/pocket/screens/paper?paper={paper}");
    let bytes = format!("/evo/api/sculeni/modules/pocket/documents/{paper}");
    let shown = told(&citizen.get(&screen).await)["blocks"][0].clone();
    assert_eq!((shown["title"].as_str(), shown["kept"].as_bool()), (Some("act de identitate.pdf"), Some(true)));
    let got = citizen.get(&bytes).await;
    assert_eq!((got.status, got.bytes.as_slice()), (200, pdf));
    assert!(got.header("content-disposition").contains("act%20de%20identitate.pdf"), "{}", got.header("content-disposition"));

    // Another citizen who knows its id: it is not there. An official on their phone is a citizen, too.
    for idnp in ["2001000000088", COLLECTOR] {
        let mut stranger = town.browser();
        town.sign_in(&mut stranger, idnp, "/signin?then=%2Fevo").await;
        let shown = told(&stranger.get(&screen).await)["blocks"][0].clone();
        assert_eq!((&shown["title"], shown["kept"].as_bool()), (&Value::Null, Some(false)), "{shown}");
        assert_eq!(problem(&stranger.get(&bytes).await), (404, "not-found".into()));
    }
    assert_eq!(problem(&town.browser().get(&bytes).await).0, 401);

    // The key by which a phone tells people apart is no number of theirs.
    let person = told(&citizen.get("/evo/api").await)["person"].clone();
    assert_eq!(person["key"].as_str().map(str::len), Some(32));
    assert!(!person.to_string().contains(CITIZEN));
    assert_eq!(told(&citizen.get(MINE).await)["for"]["key"], person["key"]);
}
