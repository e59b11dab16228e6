//! MPower: mandates between people of the invented population.

use crate::house::House;
use axum::body::Body;
use axum::http::Request;
use tower::ServiceExt;
use vatra_core::clock::Clock;
use vatra_core::providers::{MandateSide, MandateStanding, Mandates, Party, ProviderError};
use vatra_emulators::contract::{KnownMandates, mandates};
use vatra_emulators::fault::Emulated as _;
use vatra_emulators::mpower::{Fault, Grant, Refusal};

fn party(house: &House, number: u32) -> Party {
    let person = house.population.person(number).unwrap();
    Party { name: person.full_name(), idn: person.idnp, legal: false }
}

fn grant(house: &House, principal: u32, agent: u32) -> Grant {
    Grant {
        kind: "AT-2100101".to_owned(),
        principal: party(house, principal),
        agent: party(house, agent),
        from: house.clock.now().plus_seconds(-60),
        until: Some(house.clock.now().plus_seconds(86_400)),
        acceptance: false,
        provider: ("1000000000007".to_owned(), "Primăria Sculeni".to_owned()),
    }
}

#[tokio::test]
async fn it_keeps_the_contract() {
    let house = House::new().await;
    let (principal, agent) = (party(&house, 10).idn, party(&house, 20).idn);
    let revoked = house.mpower.grant(grant(&house, 10, 20)).unwrap();
    house.mpower.revoke(&revoked, &principal).unwrap();
    let valid = house.mpower.grant(grant(&house, 10, 20)).unwrap();
    let known = KnownMandates { valid, kind: "AT-2100101".into(), principal, agent, revoked, unknown: "0299999999999999".into() };
    mandates(&house.mandates(), &known).await.unwrap();
    // More than a page of them.
    for _ in 0..120 {
        house.mpower.grant(grant(&house, 30, 31)).unwrap();
    }
    assert_eq!(house.mandates().list(&party(&house, 31).idn, MandateSide::Both).await.unwrap().len(), 120);
}

#[tokio::test]
async fn a_mandate_lives_and_both_parties_hear_of_it() {
    let house = House::new().await;
    let client = house.mandates();
    let (principal, agent) = (party(&house, 10).idn, party(&house, 20).idn);
    let stranger = party(&house, 99).idn;
    let begins = house.clock.now().plus_seconds(600);
    let code = house.mpower.grant(Grant { acceptance: true, from: begins, ..grant(&house, 10, 20) }).unwrap();
    let standing = async || client.details(&code).await.unwrap().unwrap().standing;
    assert_eq!(standing().await, MandateStanding::PendingAcceptance);
    assert_eq!(house.mpower.accept(&code, &principal), Err(Refusal::NotYours));
    house.mpower.accept(&code, &agent).unwrap();
    assert_eq!(standing().await, MandateStanding::Pending);
    house.later(601);
    assert_eq!(standing().await, MandateStanding::Valid);
    assert_eq!(house.mpower.suspend(&code, &agent, true), Err(Refusal::NotYours));
    house.mpower.suspend(&code, &principal, true).unwrap();
    assert_eq!(standing().await, MandateStanding::Suspended);
    assert_eq!(client.between("AT-2100101", &principal, &agent).await.unwrap().map(|found| found.code), None);
    house.mpower.suspend(&code, &principal, false).unwrap();
    assert_eq!(house.mpower.revoke(&code, &stranger), Err(Refusal::NotYours));
    house.later(86_400);
    assert_eq!((standing().await, client.is_valid(&code).await.unwrap()), (MandateStanding::Cancelled, Some(false)), "it has expired");
    assert_eq!(house.mpower.revoke(&code, &principal), Err(Refusal::Standing));
    for side in [&principal, &agent] {
        let told: Vec<MandateStanding> = house.mpower.notices(side).iter().map(|notice| notice.standing).collect();
        use MandateStanding::{Cancelled, Pending, PendingAcceptance, Suspended, Valid};
        assert_eq!(told, [PendingAcceptance, Pending, Suspended, Valid, Cancelled]);
    }
    assert!(house.mpower.notices(&stranger).is_empty());
}

#[tokio::test]
async fn wrong_answers_are_refused() {
    let house = House::new().await;
    let client = house.mandates();
    let code = house.mpower.grant(grant(&house, 10, 20)).unwrap();
    let (principal, agent) = (party(&house, 10).idn, party(&house, 20).idn);
    for fault in [Fault::Forbidden, Fault::Unsuccessful, Fault::Another] {
        house.mpower.fault().set(Some(fault));
        for told in [client.details(&code).await.map(|_| ()), client.between("AT-2100101", &principal, &agent).await.map(|_| ())] {
            let Err(ProviderError::Refused { cause, .. }) = told else { panic!("{fault:?} is refused") };
            assert!(!cause.contains(&principal) && !cause.contains(&code), "{cause}");
        }
    }
    house.mpower.fault().set(Some(Fault::Forbidden));
    assert_eq!(client.is_valid(&code).await.unwrap_err().to_string(), "MPower refused: the system's settings do not allow this question");
}

#[tokio::test]
async fn anyone_may_check_a_code_in_three_languages() {
    let house = House::new().await;
    let code = house.mpower.grant(grant(&house, 10, 20)).unwrap();
    let page = async |query: String| {
        let response =
            house.mpower.pages().oneshot(Request::get(format!("/emulators/mpower{query}")).body(Body::empty()).unwrap()).await.unwrap();
        let status = response.status().as_u16();
        assert!(response.headers()["content-security-policy"].to_str().unwrap().contains("default-src 'none'"));
        (status, String::from_utf8(axum::body::to_bytes(response.into_body(), 1 << 20).await.unwrap().to_vec()).unwrap())
    };
    for (language, words) in [("ro", "Valabilă"), ("ru", "Действует"), ("en", "In force")] {
        let (status, body) = page(format!("?code={code}&lang={language}")).await;
        assert!(status == 200 && body.contains(words) && !body.contains("<script"), "{language}");
        assert!(!body.contains(&party(&house, 10).idn), "a page that anyone sees shows no IDNP");
        assert!(!body.contains(&party(&house, 10).name), "nor a whole name");
    }
    assert_eq!(page("?code=0299999999999999".to_owned()).await.0, 404);
    assert_eq!(page("?code=1%22%3E%3Cscript%3E".to_owned()).await.0, 422);
    assert_eq!(page(String::new()).await.0, 200);
}
