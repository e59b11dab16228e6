//! What a municipality approved covers what reaches no further, and nothing else.
#![allow(clippy::unwrap_used, reason = "a test may fail")]

use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use vatra_core::clock::Instant;
use vatra_core::digest::Digest;
use vatra_core::grants::Grant;
use vatra_core::ids::Name;
use vatra_core::manifest::Param;
use vatra_trust::{Approval, Permission, PrivateKey, Refusal, Upgrades};

fn name(text: &str) -> Name {
    Name::new(text).unwrap()
}

fn approval(permission: Permission) -> Approval {
    Approval {
        nonce: "00".repeat(16),
        municipality: name("sculeni"),
        publisher: name("codru"),
        key: PrivateKey::from_seed([1; 32]).public().id(),
        module: name("cemetery"),
        version: "1.2.0".parse().unwrap(),
        manifest: Digest::of(b"manifest"),
        component: Digest::of(b"component"),
        permissions: BTreeMap::from([(name("mpay"), permission)]),
        budgets: BTreeMap::new(),
        upgrades: Upgrades::Off,
        at: Instant(1_790_000_000_000),
    }
}

fn grant(permission: &Permission) -> Grant {
    Grant {
        capability: name("mpay"),
        parameters: permission.parameters.clone(),
        settings: permission.settings.clone(),
        legal_basis: permission.legal_basis.clone(),
        until: permission.until,
        granted_by: None,
        granted_at: Instant(1_790_000_000_000),
        revoked_at: None,
    }
}

fn permission() -> impl Strategy<Value = Permission> {
    let services = prop::collection::btree_set(prop::sample::select(vec!["local-tax", "fees", "rent", "grave"]), 1..4);
    let days = prop::option::of(1..10_000i32);
    (services, 0..1_000_000i64, prop::option::of("[A-Z0-9]{4}"), days).prop_map(|(services, ceiling, account, days)| Permission {
        parameters: BTreeMap::from([
            ("services".to_owned(), Param::Set(services.into_iter().map(str::to_owned).collect::<BTreeSet<_>>())),
            ("ceiling".to_owned(), Param::AtMost(ceiling)),
        ]),
        settings: account.into_iter().map(|account| ("account.fees".to_owned(), account)).collect(),
        legal_basis: String::new(),
        until: days.and_then(|days| chrono::NaiveDate::from_num_days_from_ce_opt(730_000 + days)),
    })
}

proptest! {
    #[test]
    fn an_approval_covers_itself_and_comes_back_from_its_text(permission in permission()) {
        let approval = approval(permission.clone());
        prop_assert_eq!(approval.covers(&grant(&permission)), Ok(()));
        prop_assert_eq!(Approval::read(&approval.to_json()).unwrap(), approval);
    }

    #[test]
    fn less_is_covered_and_more_is_not(permission in permission(), by in 1..1_000i64) {
        let approval = approval(permission.clone());
        let beyond = |change: &dyn Fn(&mut Grant)| {
            let mut grant = grant(&permission);
            change(&mut grant);
            matches!(approval.covers(&grant), Err(Refusal::NotApproved(_)))
        };
        let ceiling = |more: i64| move |grant: &mut Grant| {
            if let Some(Param::AtMost(most)) = grant.parameters.get_mut("ceiling") { *most += more; }
        };
        prop_assert!(beyond(&ceiling(by)));
        prop_assert!(!beyond(&ceiling(-by)));
        let more_services: &dyn Fn(&mut Grant) = &|grant| {
            if let Some(Param::Set(services)) = grant.parameters.get_mut("services") { services.insert("everything".to_owned()); }
        };
        prop_assert!(beyond(more_services));
        let fewer: &dyn Fn(&mut Grant) = &|grant| {
            if let Some(Param::Set(services)) = grant.parameters.get_mut("services") { services.pop_first(); }
        };
        prop_assert!(!beyond(fewer));
        // What the grant leaves out would be granted as the module asks.
        let left_out: &dyn Fn(&mut Grant) = &|grant| { grant.parameters.remove("ceiling"); };
        prop_assert!(beyond(left_out));
        let another: &dyn Fn(&mut Grant) = &|grant| { grant.parameters.insert("payers".to_owned(), Param::AtMost(1)); };
        prop_assert!(beyond(another));
        let other_account: &dyn Fn(&mut Grant) = &|grant| { grant.settings.insert("account.fees".to_owned(), "the thief's".to_owned()); };
        prop_assert!(beyond(other_account));
        let other_capability: &dyn Fn(&mut Grant) = &|grant| grant.capability = name("mconnect");
        prop_assert!(beyond(other_capability));
        if permission.until.is_some() {
            let endless: &dyn Fn(&mut Grant) = &|grant| grant.until = None;
            prop_assert!(beyond(endless));
            let longer: &dyn Fn(&mut Grant) = &|grant| grant.until = grant.until.and_then(|day| day.succ_opt());
            prop_assert!(beyond(longer));
        } else {
            let shorter: &dyn Fn(&mut Grant) = &|grant| grant.until = chrono::NaiveDate::from_num_days_from_ce_opt(730_000);
            prop_assert!(!beyond(shorter));
        }
    }
}

#[test]
fn an_approval_is_of_one_municipality_and_one_package() {
    let approval = approval(Permission::default());
    assert_eq!(approval.admits(&name("sculeni"), &name("cemetery"), &Digest::of(b"component")), Ok(()));
    let refused = |municipality: &str, module: &str, component: &[u8]| {
        approval.admits(&name(municipality), &name(module), &Digest::of(component)).unwrap_err().to_string()
    };
    assert_eq!(refused("lozova", "cemetery", b"component"), "the approval is of sculeni, not of lozova");
    assert_eq!(refused("sculeni", "graves", b"component"), "the approval is of module 'cemetery', not of 'graves'");
    let altered = refused("sculeni", "cemetery", b"component, altered");
    assert_eq!(
        altered,
        format!("cemetery was approved as {}, and this is {}", Digest::of(b"component"), Digest::of(b"component, altered"))
    );
}

#[test]
fn another_law_goes_beyond_what_was_approved() {
    let permission = Permission { legal_basis: "Legea 436/2006".to_owned(), ..Permission::default() };
    let approval = approval(permission.clone());
    assert_eq!(approval.covers(&grant(&permission)), Ok(()));
    let other = Grant { legal_basis: "another".to_owned(), ..grant(&permission) };
    assert!(matches!(approval.covers(&other), Err(Refusal::NotApproved(why)) if why.ends_with("the legal basis")));
}

#[test]
fn only_harmless_steps_come_by_themselves() {
    let allowed = |policy: Upgrades, from: &str, to: &str| policy.allows(&from.parse().unwrap(), &to.parse().unwrap());
    for (from, to, patch, minor) in [
        ("1.2.3", "1.2.4", true, true),
        ("1.2.3", "1.3.0", false, true),
        ("1.2.3", "2.0.0", false, false),
        ("1.2.3", "1.2.3", false, false),
        ("1.2.3", "1.2.2", false, false),
        ("1.2.3", "1.2.4-rc.1", false, false),
        ("0.2.3", "0.2.4", true, true),
        ("0.2.3", "0.3.0", false, false),
    ] {
        let found = (allowed(Upgrades::Off, from, to), allowed(Upgrades::Patch, from, to), allowed(Upgrades::Minor, from, to));
        assert_eq!(found, (false, patch, minor), "{from} → {to}");
    }
}

#[test]
fn the_nonce_comes_before_whatever_somebody_else_chose() {
    let text = approval(Permission::default()).to_json();
    assert!(text.starts_with(br#"{"nonce":""#));
}
