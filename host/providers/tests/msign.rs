//! MSign's client against the emulator over mutual TLS: the contract, who may ask what, and every way in which the service misbehaves.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test may fail")]

mod common;

use axum::http::StatusCode;
use common::{Browser, House, IDNP, RETURN, document};
use vatra_core::clock::Clock;
use vatra_core::manifest::Language;
use vatra_core::providers::{
    ContentKind, Delegation, Errand, ExpectedSigner, Instrument, ProviderError, SignContent, SignFault, SignRequest, SignStatus, Signatures,
};
use vatra_emulators::contract::{Samples, Signatory, signatures};
use vatra_emulators::fault::{Emulated as _, Trouble};
use vatra_emulators::msign::{Decision, Fault, LIFETIME};
use vatra_pki::Refusal;
use vatra_providers::msign::{MSign, Mismatch, check};
use vatra_xmlsec::Accepts;

fn request(kind: ContentKind) -> SignRequest {
    let content = |number: u8| SignContent {
        content: if kind == ContentKind::Pdf { document(&format!("De plata: {number} lei")) } else { vec![number; 20] },
        correlation: format!("c{number}"),
        name: String::new(),
        co_signed: true,
    };
    let delegation = Delegation { delegator: "1007601000000".to_owned(), organisation: true, role: 3 };
    SignRequest {
        kind,
        contents: vec![content(1), content(2)],
        title: "Avize".to_owned(),
        description: String::new(),
        reason: "Aprobat".to_owned(),
        signer: Some(ExpectedSigner { idnp: IDNP.to_owned(), delegation: Some(delegation) }),
    }
}

fn signs() -> Decision {
    Decision::Sign { idnp: IDNP.to_owned(), name: "Rusu Ana".to_owned() }
}

#[tokio::test]
async fn the_contract_holds() {
    let house = House::open().await;
    let samples = Samples { pdf: document("De plata: 100 lei"), return_url: RETURN.to_owned() };
    signatures(&house.client("Sculeni"), &house.person(), &samples).await.unwrap();
}

/// What comes back under each fault: nothing of it may count, and the reason is the exact one.
#[tokio::test]
async fn what_comes_back_counts_only_when_it_is_what_was_asked_for() {
    let house = House::open().await;
    let client = house.client("Sculeni");
    for kind in [ContentKind::Pdf, ContentKind::Hash] {
        let pdf = kind == ContentKind::Pdf;
        let another = if pdf { Mismatch::OtherDocument(Refusal::NotCovered) } else { Mismatch::Signature(Refusal::Changed) };
        let cases = [
            (None, None),
            (Some(Fault::WrongSignerUnnoticed), Some(Mismatch::WrongSigner)),
            (Some(Fault::ExpiredCertificate), Some(Mismatch::Signature(Refusal::Expired))),
            (Some(Fault::UnknownAuthority), Some(Mismatch::Signature(Refusal::UnknownIssuer))),
            (Some(Fault::NoTimeStamp), Some(Mismatch::Signature(Refusal::NoTimeStamp))),
            (Some(Fault::OtherDocument), Some(another.clone())),
            (Some(Fault::Mixed), Some(another)),
            (Some(Fault::Missing), Some(Mismatch::Results)),
            (Some(Fault::Revoked), None),
        ];
        for (fault, expected) in cases {
            house.emulator.fault().set(fault);
            let request = request(kind);
            let id = client.post(&request).await.unwrap();
            house.emulator.decide(&id, signs()).await.unwrap();
            let answer = client.response(&id, Language::Ro).await.unwrap();
            assert_eq!(answer.status, SignStatus::Success, "{fault:?}");
            let (trust, now) = (house.emulator.trust().unwrap(), house.clock.now().utc());
            let checked = check(&request, &answer.results, Accepts::Sha1Too, &trust, now);
            match (fault, expected) {
                (Some(Fault::Revoked), _) => assert!(matches!(checked, Err(Mismatch::Signature(Refusal::Revoked(_)))), "{checked:?}"),
                (_, Some(expected)) => assert_eq!(checked, Err(expected), "{kind:?} {fault:?}"),
                (_, None) => {
                    let checked = checked.unwrap();
                    assert_eq!(checked.iter().map(|one| one.correlation.as_str()).collect::<Vec<_>>(), ["c1", "c2"]);
                    assert!(checked.iter().all(|one| one.signer.idnp().as_deref() == Some(IDNP) && one.signature.len() > 3_000));
                    let without = check(&request, &answer.results, Accepts::Sha256, &trust, now);
                    assert_eq!(without.is_ok(), pdf, "SHA-1 can be switched off");
                }
            }
        }
    }
}

#[tokio::test]
async fn a_second_signature_is_added_to_the_first() {
    let house = House::open().await;
    let client = house.client("Sculeni");
    let (trust, now) = (house.emulator.trust().unwrap(), house.clock.now().utc());
    let mut request = request(ContentKind::Pdf);
    for (idnp, name) in [(IDNP, "Rusu Ana"), ("2000000000009", "Țurcanu Ion")] {
        request.signer = Some(ExpectedSigner { idnp: idnp.to_owned(), delegation: None });
        let id = client.post(&request).await.unwrap();
        let who = Decision::Sign { idnp: idnp.to_owned(), name: name.to_owned() };
        house.emulator.decide(&id, who).await.unwrap();
        let results = client.response(&id, Language::Ro).await.unwrap().results;
        let checked = check(&request, &results, Accepts::Sha256, &trust, now).unwrap();
        assert!(checked.iter().all(|one| one.signer.common_name().as_deref() == Some(name)));
        for (content, signed) in request.contents.iter_mut().zip(checked) {
            content.content = signed.signature;
        }
    }
    let verdicts = vatra_pki::pades::verify(&request.contents[0].content, &trust, now).unwrap();
    assert_eq!(verdicts.iter().map(|one| (one.outcome.is_ok(), one.reason.as_deref())).collect::<Vec<_>>(), [(true, Some("Aprobat")); 2]);
}

/// A request of its own: who failed, who may ask, and until when.
#[tokio::test]
async fn requests_end_and_belong_to_whoever_posted_them() {
    let house = House::open().await;
    let client = house.client("Sculeni");
    let post = async || client.post(&request(ContentKind::Hash)).await.unwrap();
    let status = async |id: &str| client.response(id, Language::En).await.map(|answer| (answer.status, answer.message));

    let id = post().await;
    let other = house.client("Lozova").response(&id, Language::Ro).await;
    assert!(
        matches!(&other, Err(SignFault::Provider(ProviderError::Refused { cause, .. })) if cause.contains("AuthorizationFailed")),
        "{other:?}"
    );
    let stranger = Decision::Sign { idnp: "2999999999997".to_owned(), name: "Alt Om".to_owned() };
    house.emulator.decide(&id, stranger).await.unwrap();
    assert_eq!(status(&id).await.unwrap(), (SignStatus::Failure, "Signed by another person than was expected".to_owned()));
    assert!(house.emulator.decide(&id, signs()).await.is_err(), "it is over");

    house.emulator.fault().set(Some(Fault::Expired));
    let id = post().await;
    house.emulator.decide(&id, signs()).await.unwrap();
    assert_eq!(status(&id).await.unwrap().0, SignStatus::Expired);
    house.emulator.fault().set(Some(Fault::Pending));
    let id = post().await;
    house.emulator.decide(&id, signs()).await.unwrap();
    assert_eq!(status(&id).await.unwrap().0, SignStatus::Pending);
    house.emulator.fault().set(None);
    assert_eq!(status(&id).await.unwrap().0, SignStatus::Success, "late, not lost");

    let id = post().await;
    house.clock.set(house.clock.now().plus_seconds(LIFETIME));
    assert_eq!(status(&id).await.unwrap().0, SignStatus::Expired);
    assert!(house.emulator.decide(&id, signs()).await.is_err());
}

#[tokio::test]
async fn faults_and_troubles_are_told_apart() {
    let house = House::open().await;
    let client = house.client("Sculeni");
    let ask = async || client.response("abc", Language::Ro).await.unwrap_err();
    for (fault, words) in [(Fault::Authentication, "AuthenticationFailed"), (Fault::Authorization, "AuthorizationFailed")] {
        house.emulator.fault().set(Some(fault));
        let refused = ask().await;
        assert!(matches!(&refused, SignFault::Provider(ProviderError::Refused { cause, .. }) if cause.contains(words)), "{refused:?}");
    }
    house.emulator.fault().set(Some(Fault::NotFound));
    assert!(matches!(ask().await, SignFault::RequestNotFound));
    house.emulator.fault().set(None);
    for trouble in [Trouble::Unavailable, Trouble::Failing] {
        house.emulator.trouble().set(Some(trouble));
        let down = ask().await;
        assert!(matches!(&down, SignFault::Provider(ProviderError::Unavailable { .. })), "{trouble:?}: {down:?}");
    }
    house.emulator.trouble().set(Some(Trouble::Garbled));
    let garbled = ask().await;
    assert!(matches!(&garbled, SignFault::Provider(ProviderError::Refused { .. })), "{garbled:?}");
    house.emulator.trouble().set(None);
    assert!(matches!(ask().await, SignFault::RequestNotFound), "it is well again");
}

#[tokio::test]
async fn pages_ask_for_everything_and_lead_nowhere_else() {
    let house = House::open().await;
    let client: MSign = house.client("Sculeni");
    let person: Browser = house.person();
    let mut request = request(ContentKind::Pdf);
    request.signer = None;
    let id = client.post(&request).await.unwrap();
    let errand = Errand {
        return_url: RETURN.to_owned(),
        relay_state: "<b>".to_owned(),
        language: Language::Ru,
        instrument: Some(Instrument::Mobile),
        telephone: Some("37360000000".to_owned()),
    };
    let form = client.form(&id, &errand);
    assert_eq!(form.action, format!("/emulators/msign/{id}"));
    let fields: Vec<(&str, &str)> = form.fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let (status, page, _) = person.post(&form.action, &fields).await;
    assert_eq!(status, StatusCode::OK);
    assert!(page.contains("lang=\"ru\"") && page.contains("Чем вы подписываете?") && page.contains("value=\"mobile\" checked"), "{page}");
    assert!(page.contains("&#60;b&#62;") && !page.contains("<b>"), "{page}");

    // Whoever is not expected says who they are; the telephone shows a code; a PIN is asked for.
    let sign = format!("{}/sign", form.action);
    let with = |own: &[(&'static str, &'static str)]| fields.iter().copied().chain(own.iter().copied()).collect::<Vec<_>>();
    let (status, page, _) = person.post(&sign, &with(&[("step", "choose")])).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.contains("id=\"idnp-error\"") && page.contains("id=\"name-error\"") && !page.contains("id=\"MSISDN-error\""), "{page}");
    let (status, page, _) = person.post(&sign, &with(&[("idnp", IDNP), ("name", "Ana"), ("step", "choose")])).await;
    assert!(status == StatusCode::OK && page.contains("id=\"pin\""), "{page}");
    let (status, _, _) = person.post(&sign, &with(&[("idnp", IDNP), ("name", "Ana"), ("pin", "12"), ("step", "sign")])).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(client.response(&id, Language::Ro).await.unwrap().status, SignStatus::Pending);
    for bad in ["", "/local", "javascript:alert(1)", "ftp://a.md/", "https:", "data:text/html,x"] {
        let (status, page, _) = person.post(&sign, &[("ReturnUrl", bad), ("step", "refuse")]).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{bad}: {page}");
    }
    let (status, _, _) = person.post(&sign, &with(&[("idnp", IDNP), ("name", "Ana"), ("pin", "1234"), ("step", "sign")])).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(client.response(&id, Language::Ro).await.unwrap().status, SignStatus::Success);
    let (status, _, _) = person.post(&form.action, &fields).await;
    assert_eq!(status, StatusCode::NOT_FOUND, "nothing waits any more");
    assert_eq!(person.idnp(), IDNP);
}

/// One request with many documents, within the transport's limits.
#[tokio::test]
async fn a_batch_is_one_request() {
    let house = House::open().await;
    let client = house.client("Sculeni");
    let mut request = request(ContentKind::Pdf);
    let content = |number: usize| SignContent {
        content: document(&format!("De plata: {number} lei")),
        correlation: number.to_string(),
        name: format!("Aviz {number}"),
        co_signed: true,
    };
    request.contents = (0..300).map(content).collect();
    let id = client.post(&request).await.unwrap();
    house.emulator.decide(&id, signs()).await.unwrap();
    let answer = client.response(&id, Language::Ro).await.unwrap();
    let trust = house.emulator.trust().unwrap();
    assert_eq!(check(&request, &answer.results, Accepts::Sha256, &trust, house.clock.now().utc()).unwrap().len(), 300);
}
