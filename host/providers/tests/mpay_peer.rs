//! zeep, which nobody here wrote, reads our WSDL and is MPay to us.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may fail")]

use axum::Router;
use axum::http::{HeaderMap, StatusCode, header};
use axum::routing::get;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use vatra_core::clock::{Clock, Instant, SystemClock};
use vatra_core::providers::{CustomerKind, OrderDetails, OrderFacts, OrderProperty};
use vatra_core::unit::OrderLine;
use vatra_core::value::Money;
use vatra_core::view::OrderStatus;
use vatra_emulators::contract::MemoryDesk;
use vatra_emulators::tls::{Keys, Pair};
use vatra_providers::mpay::{Endpoint, MemoryReceipts};
use vatra_xmlsec::{Certificate, Memory, Pinned, SigningKey};

fn key(pair: &Pair) -> Arc<SigningKey> {
    let key = SigningKey::from_pem(&pair.certificate, &pair.key).unwrap();
    let text: String = pair.key.lines().filter(|line| !line.starts_with('-')).collect();
    let pkcs8 = base64::Engine::decode(&base64::engine::general_purpose::STANDARD, text).unwrap();
    Arc::new(key.with_sha1(&pkcs8).unwrap())
}

fn order(number: &str, today: Instant) -> OrderDetails {
    OrderDetails {
        number: number.to_owned(),
        service: "impozite".to_owned(),
        beneficiary: "Primăria Sculeni".to_owned(),
        status: OrderStatus::Active,
        due: Money(10_050),
        paid: Money(0),
        customer: "Mă„<&>”".to_owned(),
        reason: "Impozit 2026".to_owned(),
        due_date: Some(today.civil_date()),
        expires: None,
        partial: true,
        advance: false,
        lines: vec![OrderLine {
            id: "L-1".to_owned(),
            amount: Money(10_050),
            iban: "MD38TRPBAA113110A01234AA".to_owned(),
            account: "taxes".to_owned(),
            reason: "Impozit funciar".to_owned(),
        }],
        facts: OrderFacts {
            customer_kind: CustomerKind::Organization,
            properties: vec![OrderProperty { name: "cont".into(), value: "9256000".into(), ..Default::default() }],
            ..OrderFacts::default()
        },
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn zeep_asks_and_confirms() {
    let keys = Keys::new(&SystemClock).unwrap();
    let (mpay, portal) = (keys.system("MPay").unwrap(), keys.system("Portal").unwrap());
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in [("key.pem", &mpay.key), ("certificate.pem", &mpay.certificate), ("portal.pem", &portal.certificate)] {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    let interop = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/interop").canonicalize().unwrap();
    for digest in ["sha1", "sha256"] {
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let desk = Arc::new(MemoryDesk::new(clock.clone()));
        desk.put(order("ORDER-1", clock.now()));
        let trust = Arc::new(Pinned(vec![Certificate::from_pem(&mpay.certificate).unwrap()]));
        let receipts = Arc::new(MemoryReceipts::default());
        let endpoint = Endpoint::new(Arc::new(key(&portal)), trust, Arc::new(Memory::default()), receipts.clone(), clock, true);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}/mpay", listener.local_addr().unwrap());
        let (endpoint, wsdl) = (Arc::new(endpoint), address.clone());
        let (answering, asked) = (endpoint.clone(), desk.clone());
        let routes = get(move || async move { ([(header::CONTENT_TYPE, "text/xml; charset=utf-8")], endpoint.wsdl(&wsdl)) }).post(
            move |headers: HeaderMap, body: axum::body::Bytes| async move {
                let action = headers.get("soapaction").and_then(|value| value.to_str().ok()).unwrap_or_default();
                let answer = answering.answer(action, &body, &*asked).await;
                let status = StatusCode::from_u16(answer.status).unwrap();
                (status, [(header::CONTENT_TYPE, "text/xml; charset=utf-8")], answer.body)
            },
        );
        let serving = tokio::spawn(async move { axum::serve(listener, Router::new().route("/mpay", routes)).await });
        let mut peer = Command::new(interop.join(".venv/bin/python"));
        peer.arg(interop.join("mpay_peer.py")).arg(format!("{address}?wsdl")).args(["key.pem", "certificate.pem", "portal.pem", digest]);
        peer.current_dir(folder.path());
        let done =
            tokio::task::spawn_blocking(move || peer.output().expect("the peers are installed (tests/setup.sh does it)")).await.unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        let told = String::from_utf8(done.stdout).unwrap();
        for part in [
            r#""customer": "M\u0103\u201e<&>\u201d""#,
            r#""kind": "Organization""#,
            r#""due": "100.50""#,
            r#""account": "MD38TRPBAA113110A01234AA""#,
            r#""bank": "TREZMD2X""#,
            r#""partial": true"#,
            r#""property": "9256000""#,
            r#""before": "Active", "after": "Paid", "left": "0.00""#,
            r#""fault": "UnknownOrder""#,
        ] {
            assert!(told.contains(part), "{digest}: {part} in {told}");
        }
        assert_eq!((desk.told().len(), receipts.all().len()), (2, 2));
        serving.abort();
    }
}
