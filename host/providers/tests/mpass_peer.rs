//! pysaml2, which nobody here wrote, as MPass to our client, and as a service provider to the emulated MPass.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test may fail")]

use async_trait::async_trait;
use serde_json::{Value, json};
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use vatra_core::clock::{Clock, SystemClock};
use vatra_core::manifest::Language;
use vatra_core::providers::{IdentityProvider, Posting, ProviderError, SignInMethod, SignOutDone};
use vatra_emulators::mpass::{Emulator, Identity, People, Person};
use vatra_emulators::tls::{Keys, Pair};
use vatra_providers::mpass::{Client, Parties, Pinned, SigningKey};
use vatra_xmlsec::{Certificate, Memory, saml};

const PERSON: &str = "2000000000008";

fn peer(role: &str, own: &Pair, given: &Value) -> Value {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("key.pem"), &own.key).unwrap();
    std::fs::write(folder.path().join("certificate.pem"), &own.certificate).unwrap();
    let interop = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/interop").canonicalize().unwrap();
    let mut running = Command::new(interop.join(".venv/bin/python"))
        .arg(interop.join("saml_peer.py"))
        .args([role, "key.pem", "certificate.pem"])
        .current_dir(folder.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the peers are installed (tests/setup.sh does it)");
    running.stdin.take().unwrap().write_all(given.to_string().as_bytes()).unwrap();
    let done = running.wait_with_output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    serde_json::from_slice(&done.stdout).unwrap()
}

fn field(posting: &Posting) -> &str {
    &posting.fields[0].1
}

fn client(mpass: (&str, &str), own: &Pair, theirs: &Certificate) -> Client {
    let parties = Parties {
        mpass: mpass.0.to_owned(),
        login: format!("{}/login/saml", mpass.1),
        logout: format!("{}/logout/saml", mpass.1),
        us: "https://primaria.test".to_owned(),
        answers: "https://primaria.test/sign-in/answer".to_owned(),
        logouts: "https://primaria.test/out".to_owned(),
    };
    let key = Arc::new(SigningKey::from_pem(&own.certificate, &own.key).unwrap());
    let (trust, replay) = (Arc::new(Pinned(vec![theirs.clone()])), Arc::new(Memory::default()));
    Client::new(parties, Arc::new(key), trust, replay, Arc::new(SystemClock))
}

#[tokio::test]
async fn pysaml2_signs_somebody_in_and_out() {
    let keys = Keys::new(&SystemClock).unwrap();
    let (portal, mpass) = (keys.system("Portal").unwrap(), keys.system("MPass").unwrap());
    let client =
        client(("https://mpass.test/meta/saml", "https://mpass.test"), &portal, &Certificate::from_pem(&mpass.certificate).unwrap());
    for sign_assertion in [false, true] {
        let request = format!("_request-{sign_assertion}");
        let given = json!({
            "metadata": client.metadata(),
            "request": field(&client.begin(&request, "state").await.unwrap()),
            "logout": field(&client.begin_sign_out("_out", PERSON, "session-1", "").await.unwrap()),
            "person": PERSON,
            "sign_assertion": sign_assertion,
        });
        let answered = peer("idp", &mpass, &given);
        assert_eq!((answered["request_id"].as_str().unwrap(), answered["logged_out"].as_str().unwrap()), (request.as_str(), PERSON));
        let response = saml::to_field(answered["response"].as_str().unwrap());
        let told = client.complete(&request, &response).await.unwrap();
        assert_eq!((told.idnp.as_str(), told.name().as_str(), told.method), (PERSON, "Ana Rusu", SignInMethod::Token));
        assert!(matches!(client.complete(&request, &response).await, Err(ProviderError::Refused { .. })), "once");
        let asked = client.sign_out_asked(&saml::to_field(answered["logout"].as_str().unwrap())).await.unwrap();
        assert_eq!((asked.idnp.as_str(), asked.session_indexes), (PERSON, vec!["session-1".to_owned()]));
        assert!(client.answer_sign_out(&asked.id, SignOutDone::Everywhere, "").await.is_ok());
    }
}

struct Nobody;

#[async_trait]
impl People for Nobody {
    async fn people(&self, _: Language) -> Result<Vec<Person>, ProviderError> {
        Ok(Vec::new())
    }
}

#[tokio::test]
async fn pysaml2_accepts_the_emulated_mpass() {
    let keys = Keys::new(&SystemClock).unwrap();
    let (portal, mpass) = (keys.system("Portal").unwrap(), keys.system("MPass").unwrap());
    let key = Arc::new(SigningKey::from_pem(&mpass.certificate, &mpass.key).unwrap());
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let emulator = Emulator::new(Arc::new(Nobody), clock, "https://mpass.test", key);
    let client = client((&emulator.entity(), &emulator.address()), &portal, &emulator.certificate());
    emulator.register(&client.metadata()).unwrap();
    let who = Identity::new(PERSON, "Ana", "Știrbu <&>");
    let answer = emulator.answer(&client.begin("_request", "").await.unwrap(), &who, SignInMethod::EvoSign, None).await.unwrap();
    let given = json!({ "metadata": emulator.metadata(), "response": field(&answer), "request_id": "_request" });
    let accepted = peer("sp", &portal, &given);
    assert_eq!(accepted["person"], PERSON);
    assert_eq!(accepted["attributes"]["LastName"], json!(["Știrbu <&>"]));
}
