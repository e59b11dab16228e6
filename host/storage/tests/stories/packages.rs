//! Publishers, packages, stops, approvals and the life of installs.

use crate::support::*;
use vatra_core::digest::Digest;
use vatra_core::grants::Grant;
use vatra_core::ids::{ApprovalId, Name, SubjectId};
use vatra_core::packages::{
    Application, ApprovalStanding, InstallStore as _, PackageStore as _, Papers, RestsOn, Signature, Stop, Stopped, StoredApproval,
    TrustedPublisher, Turn, TurnKind,
};
use vatra_core::store::{Changed, Installed, Municipal as _, Platform as _, StoreError};
use vatra_storage::DatabaseUrl;

stories![
    publishers_and_stops_are_told_to_every_host,
    a_package_is_kept_once_with_the_signature_of_each_who_published_it,
    an_install_is_applied_whole_or_not_at_all,
    what_was_removed_leaves_its_history,
];

fn papers(version: &str, component: &[u8]) -> Papers {
    Papers {
        manifest: Digest::of(version.as_bytes()),
        component: Digest::of(component),
        module: named("tax-collector"),
        version: version.into(),
        manifest_bytes: vec![0, 255, 1],
        config_bytes: b"{}".to_vec(),
        admitted_at: now(),
        signatures: vec![signature("vatra", "{}")],
    }
}

fn signature(publisher: &str, envelope: &str) -> Signature {
    Signature { publisher: named(publisher), envelope: envelope.into(), sbom: None, admitted_at: now() }
}

fn grant(capability: &str) -> Grant {
    Grant {
        capability: named(capability),
        parameters: Default::default(),
        settings: Default::default(),
        legal_basis: String::new(),
        until: None,
        granted_by: None,
        granted_at: now(),
        revoked_at: None,
    }
}

fn proposal(papers: &Papers) -> StoredApproval {
    StoredApproval {
        id: ApprovalId::fresh(),
        module: papers.module.clone(),
        manifest: papers.manifest.clone(),
        standing: ApprovalStanding::Proposed,
        text: "{\"nonce\":\"00\"}".into(),
        sealed: String::new(),
        drawn_up_by: Some(SubjectId::fresh()),
        signing: None,
        at: now(),
    }
}

fn application(papers: &Papers, approval: &StoredApproval, kind: TurnKind, instead_of: Option<&Papers>, grants: &[&str]) -> Application {
    Application {
        installed: Installed {
            module: papers.module.clone(),
            digest: papers.component.hex().to_owned(),
            version: papers.version.clone(),
            disabled_at: None,
            installed_at: now(),
            budgets: Default::default(),
            rests_on: Some(RestsOn { manifest: papers.manifest.clone(), approval: approval.id, sealed: "sealed".into() }),
        },
        instead_of: instead_of.map(|papers| papers.component.hex().to_owned()),
        grants: grants.iter().map(|capability| grant(capability)).collect(),
        approves: true,
        turn: turn(papers, approval, kind),
    }
}

fn turn(papers: &Papers, approval: &StoredApproval, kind: TurnKind) -> Turn {
    Turn {
        module: papers.module.clone(),
        kind,
        version: papers.version.clone(),
        digest: papers.component.hex().to_owned(),
        manifest: papers.manifest.clone(),
        approval: approval.id,
        at: now(),
        by: None,
    }
}

async fn publishers_and_stops_are_told_to_every_host(stage: Stage) {
    let here = stage.another().await;
    let mut changes = here.changes().await.unwrap();
    let publisher = TrustedPublisher { name: named("vatra"), keyring: "{\"keys\":1}".into(), trusted_at: now() };
    stage.storage.put_publisher(&publisher).await.unwrap();
    let longer = TrustedPublisher { keyring: "{\"keys\":2}".into(), ..publisher.clone() };
    stage.storage.put_publisher(&longer).await.unwrap();
    assert_eq!(stage.storage.publishers().await.unwrap(), [longer]);
    let tenant = stage.tenant("sculeni").await;
    let stops = [
        Stop { what: Stopped::Municipality { tenant }, reason: "a breach".into(), at: now() },
        Stop { what: Stopped::Module { module: named("tax-collector") }, reason: "a bug".into(), at: now().plus_seconds(1) },
        Stop {
            what: Stopped::Withdrawn { publisher: named("vatra"), envelope: "{}".into() },
            reason: String::new(),
            at: now().plus_seconds(2),
        },
    ];
    for stop in &stops {
        assert!(stage.storage.put_stop(stop).await.unwrap());
    }
    let again = Stop { reason: "another reason".into(), ..stops[0].clone() };
    assert!(!stage.storage.put_stop(&again).await.unwrap(), "the first reason stays");
    assert_eq!(stage.storage.stops().await.unwrap(), stops);
    assert!(stage.storage.lift_stop(&stops[1].what.key()).await.unwrap());
    assert!(!stage.storage.lift_stop(&stops[1].what.key()).await.unwrap());
    assert_eq!(stage.storage.stops().await.unwrap(), [stops[0].clone(), stops[2].clone()]);
    assert!(stage.storage.drop_publisher(&named("vatra")).await.unwrap());
    assert!(!stage.storage.drop_publisher(&named("vatra")).await.unwrap());
    if let DatabaseUrl::Postgres(_) = stage.database {
        for _ in 0..7 {
            assert_eq!(changes.next().await, Changed::Trust);
        }
    }
}

async fn a_package_is_kept_once_with_the_signature_of_each_who_published_it(stage: Stage) {
    let bytes = [0u8, 255, 7];
    let first = papers("1.0.0", &bytes);
    stage.storage.keep_package(&first, &bytes).await.unwrap();
    // By the publisher's next key; by a rival with a list of parts; the first one again.
    let later = Signature { admitted_at: now().plus_seconds(1), ..signature("vatra", "{\"key\":2}") };
    let rival = Signature { admitted_at: now().plus_seconds(2), sbom: Some("[]".into()), ..signature("rival", "{\"key\":3}") };
    for one in [&later, &rival, &first.signatures[0]] {
        // What is kept already stays as it is.
        let again = Papers { signatures: vec![one.clone()], config_bytes: b"other".to_vec(), version: "9.9.9".into(), ..first.clone() };
        stage.storage.keep_package(&again, &[1]).await.unwrap();
    }
    let kept = stage.storage.papers(&first.manifest).await.unwrap().unwrap();
    assert_eq!(kept, Papers { signatures: vec![first.signatures[0].clone(), later, rival], ..first.clone() });
    assert_eq!(stage.storage.papers(&Digest::of(b"another")).await.unwrap(), None);
    assert_eq!(stage.storage.component(&first.component).await.unwrap(), Some(bytes.to_vec()));
    assert_eq!(stage.storage.component(&Digest::of(b"another")).await.unwrap(), None);
}

async fn an_install_is_applied_whole_or_not_at_all(stage: Stage) {
    let (tenant, other) = (stage.tenant("sculeni").await, stage.tenant("lozova").await);
    let (first, second) = (papers("1.0.0", b"1"), papers("1.1.0", b"2"));
    let module = first.module.clone();
    for (one, bytes) in [(&first, b"1"), (&second, b"2")] {
        stage.storage.keep_package(one, bytes).await.unwrap();
    }
    let (early, late) = (proposal(&first), proposal(&first));
    stage.storage.propose(tenant, &early, row("propose", &[])).await.unwrap();
    stage.storage.propose(tenant, &late, row("propose", &[])).await.unwrap();
    let standing = |all: Vec<StoredApproval>| all.iter().map(|one| one.standing).collect::<Vec<_>>();
    let all = stage.storage.approvals(tenant, Some(&module)).await.unwrap();
    assert_eq!(standing(all), [ApprovalStanding::Dropped, ApprovalStanding::Proposed], "one at a time");
    // A proposal that was dropped, one of another municipality: nothing of the install is left.
    for (whose, approval) in [(tenant, &early), (other, &late)] {
        let install = application(&first, approval, TurnKind::Install, None, &["registers"]);
        let refused = stage.storage.apply(whose, &install, row("install", &[])).await.unwrap_err();
        assert!(matches!(refused, StoreError::Missing(_)), "{refused}");
        assert!(stage.storage.installed(whose).await.unwrap().is_empty());
        assert!(stage.storage.grants(whose, &module).await.unwrap().is_empty());
        assert!(stage.storage.turns(whose, None).await.unwrap().is_empty());
    }
    let install = application(&first, &late, TurnKind::Install, None, &["registers", "mpay"]);
    let unsigned = Application { approves: false, ..install.clone() };
    let refused = stage.storage.apply(tenant, &unsigned, row("install", &[])).await.unwrap_err();
    assert!(matches!(refused, StoreError::Missing(_)), "nobody approved it: {refused}");
    let here = stage.another().await;
    let mut changes = here.changes().await.unwrap();
    stage.storage.apply(tenant, &install, row("install", &[])).await.unwrap();
    if let DatabaseUrl::Postgres(_) = stage.database {
        // The whole install is one change.
        stage.storage.put_installed(tenant, &install.installed, row("enable", &[])).await.unwrap();
        for _ in 0..2 {
            assert_eq!(changes.next().await, Changed::Module(tenant, module.clone()));
        }
        assert!(futures::FutureExt::now_or_never(changes.next()).is_none());
    }
    let approved = stage.storage.approval(tenant, late.id).await.unwrap().unwrap();
    assert_eq!(
        (approved.standing, approved.sealed.as_str(), approved.text.as_str()),
        (ApprovalStanding::Approved, "sealed", late.text.as_str())
    );
    assert_eq!(stage.storage.installed(tenant).await.unwrap(), std::slice::from_ref(&install.installed));
    let everywhere = stage.storage.installations().await.unwrap();
    let (_, mine) = everywhere.iter().find(|(one, _)| one.id == tenant).unwrap();
    assert_eq!(mine[0].0, install.installed);
    // Planned with another version than the one that is installed meanwhile.
    let next = proposal(&second);
    stage.storage.propose(tenant, &next, row("propose", &[])).await.unwrap();
    for instead_of in [None, Some(&second)] {
        let upgrade = application(&second, &next, TurnKind::Upgrade, instead_of, &["registers"]);
        let refused = stage.storage.apply(tenant, &upgrade, row("upgrade", &[])).await.unwrap_err();
        assert!(matches!(refused, StoreError::Exists(_)), "{refused}");
    }
    let upgrade = application(&second, &next, TurnKind::Upgrade, Some(&first), &["registers"]);
    stage.storage.apply(tenant, &upgrade, row("upgrade", &[])).await.unwrap();
    let grants = stage.storage.grants(tenant, &module).await.unwrap();
    assert_eq!(grants, [grant("registers")], "what is not granted any more is gone");
    let back = Application { approves: false, ..application(&first, &late, TurnKind::Rollback, Some(&second), &["registers", "mpay"]) };
    stage.storage.apply(tenant, &back, row("rollback", &[])).await.unwrap();
    let kinds: Vec<_> = stage.storage.turns(tenant, Some(&module)).await.unwrap().iter().map(|turn| turn.kind).collect();
    assert_eq!(kinds, [TurnKind::Install, TurnKind::Upgrade, TurnKind::Rollback]);
    assert!(stage.storage.verify_audit(tenant).await.unwrap().faults.is_empty());
}

async fn what_was_removed_leaves_its_history(stage: Stage) {
    let tenant = stage.tenant("sculeni").await;
    let first = papers("1.0.0", b"1");
    stage.storage.keep_package(&first, b"1").await.unwrap();
    let approval = proposal(&first);
    stage.storage.propose(tenant, &approval, row("propose", &[])).await.unwrap();
    assert!(!stage.storage.remove_installed(tenant, &turn(&first, &approval, TurnKind::Remove), row("remove", &[])).await.unwrap());
    let install = application(&first, &approval, TurnKind::Install, None, &["registers"]);
    stage.storage.apply(tenant, &install, row("install", &[])).await.unwrap();
    assert!(stage.storage.remove_installed(tenant, &turn(&first, &approval, TurnKind::Remove), row("remove", &[])).await.unwrap());
    assert!(stage.storage.installed(tenant).await.unwrap().is_empty());
    assert!(stage.storage.grants(tenant, &first.module).await.unwrap().is_empty());
    let turns = stage.storage.turns(tenant, Some(&first.module)).await.unwrap();
    assert_eq!(turns, [turn(&first, &approval, TurnKind::Install), turn(&first, &approval, TurnKind::Remove)]);
    assert!(stage.storage.turns(tenant, Some(&Name::new("another").unwrap())).await.unwrap().is_empty());
    // A proposal that is given up.
    let another = proposal(&first);
    stage.storage.propose(tenant, &another, row("propose", &[])).await.unwrap();
    assert!(stage.storage.drop_proposal(tenant, another.id, row("drop", &[])).await.unwrap());
    assert!(!stage.storage.drop_proposal(tenant, another.id, row("drop", &[])).await.unwrap());
    assert!(!stage.storage.drop_proposal(tenant, approval.id, row("drop", &[])).await.unwrap(), "what was approved is not dropped");
}
