//! People, officials, modules and grants.

use crate::support::*;
use std::collections::{BTreeMap, BTreeSet};
use vatra_core::call::Official;
use vatra_core::grants::Grant;
use vatra_core::ids::{SubjectId, TenantId};
use vatra_core::manifest::Param;
use vatra_core::register::{Query, Reach};
use vatra_core::store::{Installed, Municipal, Platform};
use vatra_core::value::Value;

stories![
    an_official_is_a_person_of_the_municipality,
    a_new_name_is_found_at_once,
    a_merged_subject_answers_as_the_other,
    many_calls_people_are_told_apart,
    modules_and_grants_are_kept_with_their_audit_row,
];

fn official(handle: &str, name: &str, idnp: &str, roles: &[&str]) -> Official {
    let roles: BTreeSet<_> = roles.iter().map(|role| named(role)).collect();
    Official { person: SubjectId::fresh(), handle: named(handle), name: name.into(), idnp: idnp.into(), roles }
}

async fn homes(stage: &Stage, idnp: &str) -> Vec<TenantId> {
    stage.storage.municipalities_of(idnp).await.unwrap()
}

async fn an_official_is_a_person_of_the_municipality(stage: Stage) {
    let (sculeni, lozova) = (stage.tenant("sculeni").await, stage.tenant("lozova").await);
    let clerk = official("perceptor", "Ana Rusu", "2000000000001", &["tax-collector"]);
    stage.storage.put_official(sculeni, &clerk).await.unwrap();
    stage.storage.put_official(lozova, &clerk).await.unwrap();
    assert_eq!(stage.storage.officials(sculeni).await.unwrap(), std::slice::from_ref(&clerk));
    assert_eq!(homes(&stage, "2000000000001").await.len(), 2);
    assert!(homes(&stage, "2000000000002").await.is_empty());

    // New roles for the same handle; the IDNP tells who it is, whatever id comes with it.
    let promoted = official("perceptor", "Ana Rusu", "2000000000001", &["administrator", "tax-collector"]);
    stage.storage.put_official(sculeni, &promoted).await.unwrap();
    let kept = stage.storage.officials(sculeni).await.unwrap();
    assert_eq!((kept.len(), kept[0].person, kept[0].roles.len()), (1, clerk.person, 2));

    // The handle passes to someone else: its former holder no longer signs in here.
    let successor = official("perceptor", "Ion Rusu", "2000000000002", &["tax-collector"]);
    stage.storage.put_official(sculeni, &successor).await.unwrap();
    assert_eq!(homes(&stage, "2000000000001").await, [lozova]);
    assert_eq!(homes(&stage, "2000000000002").await, [sculeni]);
    let mut snapshot = stage.storage.snapshot(sculeni).await.unwrap();
    assert_eq!(snapshot.subjects(&[clerk.person]).await.unwrap()[0].name, "Ana Rusu", "still a person of the municipality");
}

async fn a_new_name_is_found_at_once(stage: Stage) {
    let tenant = stage.tenant("sculeni").await;
    let mut unit = unit();
    let (ana, ion) = (subject("Ana Zgardan", "2000000000001"), subject("Ion Munteanu", "2000000000002"));
    unit.entries.push(account("1", &[("taxpayer", Value::Subject(ana.id)), ("note", Value::Personal("vecină".into()))]));
    unit.entries.push(account("2", &[("taxpayer", Value::Subject(ion.id))]));
    unit.entries.push(account("3", &[("taxpayer", Value::Subject(ana.id))]));
    unit.subjects.extend([ana.clone(), ion]);
    stage.commit(tenant, unit).await.unwrap();
    let married = official("secretar", "Ana Albu", "2000000000001", &["secretary"]);
    stage.storage.put_official(tenant, &married).await.unwrap();
    assert!(stage.search(tenant, "zgardan", Reach::Host).await.is_empty());
    assert_eq!(stage.search(tenant, "albu", Reach::Host).await, ["1", "3"]);
    assert_eq!(stage.search(tenant, "albu vecina", Reach::Host).await, ["1"]);
    assert!(stage.search(tenant, "albu", Reach::Module).await.is_empty());
    let query = Query { sort: vec![by("taxpayer.name", false)], ..all() };
    assert_eq!(accounts(&stage.find(tenant, &query, Reach::Host).await), ["1", "3", "2"]);
    // An entry corrected to another person.
    let at = stage.find(tenant, &query, Reach::Host).await.entries[2].at.clone();
    let mut unit = crate::support::unit();
    unit.corrections.push(correction(&at, 1, &[("taxpayer", Value::Subject(ana.id))]));
    stage.commit(tenant, unit).await.unwrap();
    assert_eq!(stage.search(tenant, "albu", Reach::Host).await, ["1", "2", "3"]);
    assert!(stage.search(tenant, "munteanu", Reach::Host).await.is_empty());
}

async fn a_merged_subject_answers_as_the_other(stage: Stage) {
    let tenant = stage.tenant("sculeni").await;
    let mut unit = unit();
    let (one, other) = (subject("Rusu A.", ""), subject("Ana Rusu", "2000000000001"));
    unit.subjects.extend([one.clone(), other.clone()]);
    stage.commit(tenant, unit).await.unwrap();
    stage.raw(&format!("UPDATE subjects SET merged_into = {} WHERE id = {}", stage.id(other.id.0), stage.id(one.id.0))).await;
    let mut snapshot = stage.storage.snapshot(tenant).await.unwrap();
    assert_eq!(snapshot.subjects(&[one.id, SubjectId::fresh()]).await.unwrap(), std::slice::from_ref(&other));
    assert_eq!(stage.storage.people(tenant, &[one.id, SubjectId::fresh()]).await.unwrap(), [other]);
}

/// Asked for at the same time, perhaps in one query: nobody is told of another municipality's people, whoever's ids they ask with.
async fn many_calls_people_are_told_apart(stage: Stage) {
    let mut homes = Vec::new();
    for slug in ["sculeni", "lozova", "cahul"] {
        let tenant = stage.tenant(slug).await;
        let mut unit = unit();
        unit.subjects.extend((0..40).map(|nth| subject(&format!("{slug} {nth}"), "")));
        let people = unit.subjects.clone();
        stage.commit(tenant, unit).await.unwrap();
        homes.push((tenant, people));
    }
    let everybody: Vec<SubjectId> = homes.iter().flat_map(|(_, people)| people.iter().map(|person| person.id)).collect();
    let mut asked = tokio::task::JoinSet::new();
    for nth in 0..120 {
        let (tenant, people) = homes[nth % 3].clone();
        let (storage, everybody) = (stage.storage.clone(), everybody.clone());
        asked.spawn(async move {
            let own = &people[nth % 40];
            assert_eq!(storage.people(tenant, &[own.id]).await.unwrap(), std::slice::from_ref(own));
            assert_eq!(storage.people(tenant, &everybody).await.unwrap(), people);
            assert_eq!(storage.people(tenant, &[]).await.unwrap(), []);
        });
    }
    while let Some(outcome) = asked.join_next().await {
        outcome.unwrap();
    }
}

async fn modules_and_grants_are_kept_with_their_audit_row(stage: Stage) {
    let (tenant, other) = (stage.tenant("sculeni").await, stage.tenant("lozova").await);
    let module = named("tax-collector");
    let mut installed = Installed {
        module: module.clone(),
        digest: "ab".repeat(32),
        version: "0.1.0".into(),
        disabled_at: None,
        installed_at: now(),
        budgets: [("memory".to_owned(), 7)].into(),
        rests_on: None,
    };
    stage.storage.put_installed(tenant, &installed, row("install", &[])).await.unwrap();
    installed.disabled_at = Some(now());
    stage.storage.put_installed(tenant, &installed, row("disable", &[])).await.unwrap();
    assert_eq!(stage.storage.installed(tenant).await.unwrap(), [installed]);
    assert!(stage.storage.installed(other).await.unwrap().is_empty());

    let mut grant = Grant {
        capability: named("mpay"),
        parameters: BTreeMap::from([
            ("ceiling".to_owned(), Param::AtMost(5)),
            ("services".to_owned(), Param::Set(["a".to_owned()].into())),
        ]),
        settings: BTreeMap::from([("account.local-budget".to_owned(), "MD24AG000225100013104168".to_owned())]),
        legal_basis: "Codul fiscal".into(),
        until: Some("2027-01-01".parse().unwrap()),
        granted_by: Some(SubjectId::fresh()),
        granted_at: now(),
        revoked_at: None,
    };
    stage.storage.put_grant(tenant, &module, &grant, row("grant", &[])).await.unwrap();
    grant.revoked_at = Some(now());
    stage.storage.put_grant(tenant, &module, &grant, row("revoke", &[])).await.unwrap();
    assert_eq!(stage.storage.grants(tenant, &module).await.unwrap(), [grant]);
    assert!(stage.storage.grants(other, &module).await.unwrap().is_empty());
    assert!(stage.storage.grants(tenant, &named("mayor")).await.unwrap().is_empty());
    let verified = stage.storage.verify_audit(tenant).await.unwrap();
    assert_eq!((verified.rows, verified.faults), (4, vec![]));
}
