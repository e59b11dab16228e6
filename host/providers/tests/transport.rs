//! The client against a server that speaks mutual TLS and misbehaves in every way.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test may fail")]

use axum::Router;
use axum::extract::ConnectInfo;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::{any, get};
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::Duration;
use tempfile::TempDir;
use vatra_core::clock::{Clock, FixedClock, Instant, SystemClock};
use vatra_core::providers::ProviderError;
use vatra_emulators::tls::{Keys, Pair, Peer, serve};
use vatra_providers::settings::{Address, Endpoint, SystemFiles};
use vatra_providers::transport::{Call, Client, Fate, Looked, Method, Reloads, Standing, Style, System};

static KEYS: LazyLock<Keys> = LazyLock::new(|| Keys::new(&SystemClock).unwrap());
static ONE: LazyLock<Pair> = LazyLock::new(|| KEYS.system("Sculeni").unwrap());

/// What the server does.
#[derive(Default)]
struct Conduct {
    calls: AtomicUsize,
    down: AtomicBool,
}

/// A server; its address.
async fn server(conduct: Arc<Conduct>) -> Address {
    let (counted, sick) = (conduct.clone(), conduct);
    let who = |ConnectInfo(peer): ConnectInfo<Peer>| async move {
        ([(header::CONNECTION, "close")], peer.certificate.common_name().unwrap_or_default())
    };
    let breaks = move || async move {
        counted.calls.fetch_add(1, Ordering::SeqCst);
        panic!("the connection ends without an answer");
        #[allow(unreachable_code)]
        StatusCode::OK
    };
    let ails = move || async move {
        sick.calls.fetch_add(1, Ordering::SeqCst);
        if sick.down.load(Ordering::SeqCst) { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::OK }.into_response()
    };
    let routes = Router::new()
        .route("/service/who", get(who))
        .route("/service/breaks", any(breaks))
        .route("/service/hangs", any(std::future::pending::<StatusCode>))
        .route("/service/ails", any(ails))
        .route("/service/fault", any(|| async { (StatusCode::INTERNAL_SERVER_ERROR, "a fault") }));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(serve(listener, routes, &KEYS, std::future::pending()));
    Address::try_from(format!("https://127.0.0.1:{port}/service")).unwrap()
}

fn put(folder: &Path, pair: &Pair, authority: &str) {
    std::fs::write(folder.join("system.pem"), &pair.certificate).unwrap();
    std::fs::write(folder.join("key.pem"), &pair.key).unwrap();
    std::fs::write(folder.join("authorities.pem"), authority).unwrap();
}

fn files() -> SystemFiles {
    SystemFiles { certificate: "system.pem".into(), key: "key.pem".into(), authorities: "authorities.pem".into() }
}

fn system(pair: &Pair, authority: &str) -> (TempDir, Arc<System>) {
    let folder = tempfile::tempdir().unwrap();
    put(folder.path(), pair, authority);
    let system = Arc::new(System::load(&files(), folder.path()).unwrap());
    (folder, system)
}

fn client(style: Style, endpoint: &Endpoint, system: &Arc<System>, clock: Arc<dyn Clock>) -> Client {
    Client::new("MTest", style, endpoint, system, clock).unwrap()
}

fn usual(address: Address) -> Client {
    let (_folder, system) = system(&ONE, &KEYS.authority_pem());
    client(Style::Rest, &Endpoint::at(address), &system, Arc::new(SystemClock))
}

fn get_(path: &str) -> Call {
    Call::new(Method::GET, path)
}

#[tokio::test]
async fn a_changed_certificate_is_used_without_a_restart() {
    let address = server(Arc::default()).await;
    let (folder, system) = system(&ONE, &KEYS.authority_pem());
    let client = client(Style::Rest, &Endpoint::at(address), &system, Arc::new(SystemClock));
    let who = async || String::from_utf8(client.send(get_("/who")).await.unwrap().body).unwrap();
    assert_eq!(who().await, "Sculeni");
    let before = system.facts();
    assert!(before.subject.contains("Sculeni") && before.trouble.is_none());
    assert!((700..=730).contains(&before.days_left(SystemClock.now().utc())), "{before:?}");

    // One file after the other: meanwhile key and certificate are no pair.
    let two = KEYS.system("Lozova").unwrap();
    std::fs::write(folder.path().join("system.pem"), &two.certificate).unwrap();
    let half = system.look().unwrap_err();
    assert!(half.to_string().contains("key.pem: the private key does not belong to the certificate"), "{half}");
    assert_eq!(system.facts().trouble, Some(half.to_string()));
    assert_eq!(who().await, "Sculeni", "what was read before stays in use");

    std::fs::write(folder.path().join("key.pem"), &two.key).unwrap();
    assert_eq!(system.look(), Ok(Looked::Changed));
    assert_eq!(system.look(), Ok(Looked::Same));
    assert_eq!(who().await, "Lozova", "the same client");
    assert_eq!(system.facts().trouble, None);
    assert_ne!(system.facts().fingerprint, before.fingerprint);
    assert_eq!(system.signing().certificate().der(), system.certificate().der(), "messages are signed by the same");
}

#[tokio::test]
async fn strangers_are_refused_on_both_sides() {
    let address = server(Arc::default()).await;
    let strangers = Keys::new(&SystemClock).unwrap();
    let foreign = strangers.system("Sculeni").unwrap();
    let ended = KEYS.system_until("Sculeni", SystemClock.now().plus_seconds(-60).utc()).unwrap();
    for (pair, authority, cause) in [
        (&foreign, KEYS.authority_pem(), "MTest: it does not accept our system certificate"),
        (&ended, KEYS.authority_pem(), "MTest: it does not accept our system certificate"),
        (&*ONE, strangers.authority_pem(), "MTest: its certificate is not trusted: no authority of ours issued it"),
    ] {
        let (_folder, system) = system(pair, &authority);
        let client = client(Style::Rest, &Endpoint::at(address.clone()), &system, Arc::new(SystemClock));
        let failure = client.send(get_("/who?idnp=2000000000008")).await.unwrap_err();
        assert_eq!((failure.to_string().as_str(), failure.fate), (cause, Fate::NotDone));
        assert!(matches!(ProviderError::from(failure), ProviderError::Refused { service: "MTest", .. }));
    }
    // The certificate of another server of the same authority.
    let other_name = Address::try_from(address.as_str().replace("127.0.0.1", "127.0.0.2")).unwrap();
    let failure = usual(other_name).send(get_("/who")).await.unwrap_err();
    assert!(matches!(ProviderError::from(failure), ProviderError::Unavailable { .. } | ProviderError::Refused { .. }));
}

#[tokio::test]
async fn who_hangs_is_not_waited_for() {
    let address = server(Arc::default()).await;
    let (_folder, system) = system(&ONE, &KEYS.authority_pem());
    let endpoint = Endpoint { timeout_seconds: 1, tries: 1, at_once: 1, ..Endpoint::at(address) };
    let client = client(Style::Rest, &endpoint, &system, Arc::new(SystemClock));
    let failure = client.send(get_("/hangs")).await.unwrap_err();
    assert_eq!((failure.to_string().as_str(), failure.fate), ("MTest: it did not answer in time", Fate::Unknown));
    let failure = client.send(get_("/hangs").within(Duration::from_millis(50))).await.unwrap_err();
    assert_eq!(failure.to_string(), "MTest: the caller's time ended before the answer");

    // The only place is taken.
    let (first, second) = tokio::join!(client.send(get_("/hangs")), async {
        assert_eq!(client.health().under_way, 1);
        client.send(get_("/who").within(Duration::from_millis(50))).await
    });
    assert!(first.is_err());
    let failure = second.unwrap_err();
    assert_eq!((failure.to_string().as_str(), failure.fate), ("MTest: too many requests to it are under way", Fate::NotDone));
    assert_eq!(client.send(get_("/who")).await.unwrap().status, StatusCode::OK, "a place came free");
}

#[tokio::test]
async fn the_breaker_opens_and_closes() {
    let conduct = Arc::new(Conduct::default());
    conduct.down.store(true, Ordering::SeqCst);
    let address = server(conduct.clone()).await;
    let (_folder, system) = system(&ONE, &KEYS.authority_pem());
    let clock = Arc::new(FixedClock::at(Instant(1_790_000_000_000)));
    let client = client(Style::Rest, &Endpoint::at(address), &system, clock.clone());
    for _ in 0..5 {
        let failure = client.send(Call::new(Method::POST, "/ails")).await.unwrap_err();
        assert_eq!((failure.to_string().as_str(), failure.fate), ("MTest: it answered with status 503", Fate::NotDone));
    }
    let Standing::Open { until } = client.health().standing else { panic!("it is open") };
    let failure = client.send(get_("/ails")).await.unwrap_err();
    assert_eq!(failure.to_string(), "MTest: it did not answer lately and is left alone for a while");
    assert_eq!(conduct.calls.load(Ordering::SeqCst), 5, "it was left alone");

    conduct.down.store(false, Ordering::SeqCst);
    clock.set(until);
    assert_eq!(client.send(get_("/ails")).await.unwrap().status, StatusCode::OK);
    assert_eq!(client.health().standing, Standing::Closed);
}

#[tokio::test]
async fn what_may_not_be_repeated_is_sent_once() {
    for (call, times) in [
        (Call::new(Method::POST, "/breaks").body("application/json", "{}"), 1),
        (Call::new(Method::POST, "/breaks").repeatable(true), 3),
        (Call::new(Method::PUT, "/breaks").repeatable(false), 1),
        (get_("/breaks"), 3),
    ] {
        let conduct = Arc::new(Conduct::default());
        let client = usual(server(conduct.clone()).await);
        // A connection that was used before and is kept is what libraries like to repeat requests on.
        client.send(get_("/ails")).await.unwrap();
        conduct.calls.store(0, Ordering::SeqCst);
        let failure = client.send(call).await.unwrap_err();
        assert_eq!((failure.to_string().as_str(), failure.fate), ("MTest: the connection ended before the answer", Fate::Unknown));
        assert_eq!(conduct.calls.load(Ordering::SeqCst), times);
    }
}

#[tokio::test]
async fn a_soap_fault_is_an_answer_and_a_failure_elsewhere() {
    let address = server(Arc::default()).await;
    let (_folder, system) = system(&ONE, &KEYS.authority_pem());
    let endpoint = Endpoint { tries: 1, ..Endpoint::at(address) };
    let soap = client(Style::Soap, &endpoint, &system, Arc::new(SystemClock));
    assert_eq!(soap.send(get_("/fault")).await.unwrap().body, b"a fault");
    let rest = client(Style::Rest, &endpoint, &system, Arc::new(SystemClock));
    assert_eq!(rest.send(get_("/fault")).await.unwrap_err().to_string(), "MTest: it answered with status 500");
}

#[tokio::test]
async fn nobody_there() {
    let closed = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let failure = usual(Address::try_from(format!("https://{closed}")).unwrap()).send(get_("/x?idnp=2000000000008")).await.unwrap_err();
    assert_eq!((failure.to_string().as_str(), failure.fate), ("MTest: the connection failed (connection refused)", Fate::NotDone));
}
