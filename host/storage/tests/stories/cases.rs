//! Cases: numbers without gaps however many apply at once, versions, what is personal apart, overdue told once.

use crate::support::*;
use chrono::NaiveDate;
use vatra_core::cases::{Case, CaseChange, CaseQuery, Move, Question, Receipt, Standing, Turn, code_hash};
use vatra_core::ids::{CaseId, OutboxId, SubjectId, TenantId};
use vatra_core::manifest::Localized;
use vatra_core::services::Days;
use vatra_core::store::{CommitError, Municipal, Platform};
use vatra_core::unit::{Outgoing, Unit};
use vatra_core::value::Value;
use vatra_core::workdays::WorkingDays;

stories![
    numbers_have_no_gaps_however_many_apply_at_once,
    one_of_two_who_change_it_is_told_of_the_other,
    personal_answers_can_be_erased,
    overdue_is_told_once,
    each_sees_their_own,
];

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn case(applicant: SubjectId) -> Case {
    Case {
        id: CaseId::fresh(),
        number: String::new(),
        version: 1,
        service: named("certificate"),
        module: named("counter"),
        handler: named("secretary"),
        standing: Standing::Submitted,
        applicant,
        by: None,
        mandate: None,
        submitted_on: now().civil_date(),
        due: Some(day("2026-10-02")),
        counted: Days::Working,
        waits_since: None,
        asked: None,
        results: vec![],
        orders: vec![],
        entry: None,
        rating: None,
        note: String::new(),
    }
}

fn submit(case: &Case) -> Unit {
    let mut unit = unit();
    let fields = [("purpose", text("bancă")), ("phone", Value::Personal("022 123456".into())), ("copies", Value::Integer(2))];
    let fields = fields.map(|(name, value)| (name.to_owned(), value)).to_vec();
    let title = Localized { ro: "Certificat".into(), ru: "Справка".into(), en: "Certificate".into() };
    let receipt = Receipt { code: "7K2M9QXD441H".into(), service: title, municipality: "Sculeni".into() };
    let outgoing = Outgoing { id: OutboxId::fresh(), service: named("mnotify"), kind: "tell".into(), payload: String::new() };
    unit.cases.push(CaseChange::Submit {
        case: Box::new(case.clone()),
        fields,
        code: code_hash(case.id, "7K2M9QXD441H"),
        tell: named("secretary"),
        receipt: Box::new((outgoing, receipt)),
    });
    unit
}

fn set(before: &Case, done: Move, tell: Option<Turn>) -> Unit {
    let step = done.step();
    let next = before.after(done, now().civil_date(), &WorkingDays::default()).unwrap();
    let mut unit = unit();
    let tell = tell.map(|turn| (named("secretary"), turn));
    unit.cases.push(CaseChange::Set { case: Box::new(next), fields: None, step, tell });
    unit
}

async fn one(stage: &Stage, tenant: TenantId, id: CaseId) -> Case {
    stage.storage.snapshot(tenant).await.unwrap().case(id).await.unwrap().unwrap()
}

async fn numbers_have_no_gaps_however_many_apply_at_once(stage: Stage) {
    let (tenant, lozova) = (stage.tenant("sculeni").await, stage.tenant("lozova").await);
    let elsewhere = tempfile::tempdir().unwrap();
    let shared = matches!(stage.database, vatra_storage::DatabaseUrl::Postgres(_));
    let other = if shared { open_at(stage.database.clone(), elsewhere.path().into()).await } else { stage.storage.clone() };
    let applicant = SubjectId::fresh();
    let mut units = tokio::task::JoinSet::new();
    for n in 0..40 {
        let storage = if n % 2 == 0 { stage.storage.clone() } else { other.clone() };
        units.spawn(async move {
            let mut unit = submit(&case(applicant));
            if n % 4 == 0 {
                // What conflicts takes no number with it.
                let gone = case(applicant);
                unit.cases.extend(set(&gone, Move::Advance(String::new()), None).cases);
            }
            storage.commit(tenant, unit).await
        });
    }
    let outcomes = units.join_all().await;
    let mut numbers: Vec<String> = outcomes.iter().flatten().flat_map(|kept| kept.cases.values().cloned()).collect();
    numbers.sort();
    assert_eq!(numbers, (1..=30).map(|n| format!("C-2026-{n:05}")).collect::<Vec<_>>());
    assert_eq!(outcomes.iter().filter(|outcome| matches!(outcome, Err(CommitError::Conflict))).count(), 10);
    let kept = stage.commit(lozova, submit(&case(applicant))).await.unwrap();
    assert_eq!(kept.cases.into_values().collect::<Vec<_>>(), ["C-2026-00001"], "every municipality has its own");
    // The applicant is written the number and the code; the code itself is kept nowhere else.
    let letters = stage.storage.outbox_open(lozova).await.unwrap();
    assert!(
        letters.len() == 1
            && letters[0].outgoing.payload.contains("C-2026-00001")
            && letters[0].outgoing.payload.contains("7K2M-9QXD-441H")
    );
    let (found, hash) = stage.storage.snapshot(lozova).await.unwrap().case_numbered("C-2026-00001").await.unwrap().unwrap();
    assert_eq!(hash, code_hash(found.id, "7K2M9QXD441H"));
    assert_eq!(stage.raw("UPDATE cases SET told = told WHERE code LIKE '%7K2M%' OR body LIKE '%7K2M%'").await, 0);
    assert!(stage.storage.snapshot(lozova).await.unwrap().case_numbered("C-2026-00002").await.unwrap().is_none());
    let told = stage.storage.inbox_open(tenant).await.unwrap();
    assert!(told.len() == 30 && told.iter().all(|told| told.module.as_str() == "secretary" && told.payload.contains("C-2026-000")));
    if shared {
        other.close().await;
    }
}

async fn one_of_two_who_change_it_is_told_of_the_other(stage: Stage) {
    let (tenant, lozova) = (stage.tenant("sculeni").await, stage.tenant("lozova").await);
    let first = case(SubjectId::fresh());
    stage.commit(tenant, submit(&first)).await.unwrap();
    let seen = one(&stage, tenant, first.id).await;
    assert_eq!((seen.number.as_str(), seen.version), ("C-2026-00001", 1));
    let both = futures::future::join_all(
        [Move::Advance("Luat".into()), Move::Withdraw("Nu mai trebuie".into())].map(|done| stage.commit(tenant, set(&seen, done, None))),
    );
    let both = both.await;
    assert_eq!(both.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    assert_eq!(both.iter().filter(|outcome| matches!(outcome, Err(CommitError::Conflict))).count(), 1);
    let now = one(&stage, tenant, first.id).await;
    assert_eq!((now.version, now.number.as_str()), (2, "C-2026-00001"));
    let mut snapshot = stage.storage.snapshot(tenant).await.unwrap();
    let steps = snapshot.case_steps(first.id).await.unwrap();
    assert_eq!(steps.iter().map(|step| step.standing).collect::<Vec<_>>(), [Standing::Submitted, now.standing]);
    assert_eq!(steps[1].shown, now.standing == Standing::InWork, "the applicant's words are nobody else's");
    let mut theirs = stage.storage.snapshot(lozova).await.unwrap();
    assert!(theirs.case(first.id).await.unwrap().is_none() && theirs.case_steps(first.id).await.unwrap().is_empty());
    assert!(matches!(stage.commit(lozova, set(&now, Move::Attach(account("1", &[]).at), None)).await, Err(CommitError::Conflict)));
}

async fn personal_answers_can_be_erased(stage: Stage) {
    let tenant = stage.tenant("sculeni").await;
    let first = case(SubjectId::fresh());
    stage.commit(tenant, submit(&first)).await.unwrap();
    let names = async || {
        let fields = stage.storage.snapshot(tenant).await.unwrap().case_fields(first.id).await.unwrap();
        fields.into_iter().map(|(name, _)| name).collect::<Vec<_>>()
    };
    assert_eq!(names().await, ["purpose", "phone", "copies"], "in the order in which they were given");
    assert_eq!(stage.raw("UPDATE cases SET told = told WHERE fields LIKE '%123456%' OR body LIKE '%123456%'").await, 0);
    assert_eq!(stage.raw("UPDATE cases SET personal = NULL WHERE personal LIKE '%123456%'").await, 1);
    assert_eq!(names().await, ["purpose", "copies"]);
}

async fn overdue_is_told_once(stage: Stage) {
    let tenant = stage.tenant("sculeni").await;
    let (late, asked, endless) = (case(SubjectId::fresh()), case(SubjectId::fresh()), Case { due: None, ..case(SubjectId::fresh()) });
    for case in [&late, &asked, &endless] {
        stage.commit(tenant, submit(case)).await.unwrap();
    }
    let question = Question { fields: vec!["purpose".into()], note: "Care?".into(), until: day("2026-12-01") };
    stage.commit(tenant, set(&asked, Move::Ask(question), None)).await.unwrap();
    assert!(stage.storage.cases_overdue(day("2026-10-02")).await.unwrap().is_empty(), "on its last day it is not");
    let today = day("2026-10-03");
    assert_eq!(stage.storage.cases_overdue(today).await.unwrap(), [tenant]);
    let due = stage.storage.snapshot(tenant).await.unwrap().cases(&CaseQuery::Overdue(today), 0, 10).await.unwrap();
    assert_eq!(due.iter().map(|case| case.id).collect::<Vec<_>>(), [late.id]);
    let tell = || {
        let mut unit = unit();
        unit.cases.push(CaseChange::Overdue { id: late.id, version: 1, tell: named("secretary") });
        unit
    };
    stage.commit(tenant, tell()).await.unwrap();
    assert!(matches!(stage.commit(tenant, tell()).await, Err(CommitError::Conflict)));
    assert!(stage.storage.cases_overdue(today).await.unwrap().is_empty());
    let told = stage.storage.inbox_open(tenant).await.unwrap();
    assert_eq!(told.iter().filter(|told| told.payload.contains("\"overdue\"")).count(), 1);
    // What is put off may be late once more; what is only taken up is not told again.
    stage.commit(tenant, set(&late, Move::Advance(String::new()), None)).await.unwrap();
    assert!(stage.storage.cases_overdue(today).await.unwrap().is_empty());
    let later = set(&one(&stage, tenant, late.id).await, Move::Extend(day("2026-10-10"), "Expertiză".into()), None);
    stage.commit(tenant, later).await.unwrap();
    assert_eq!(stage.storage.cases_overdue(day("2026-10-11")).await.unwrap(), [tenant]);
}

async fn each_sees_their_own(stage: Stage) {
    let tenant = stage.tenant("sculeni").await;
    let (ana, ion) = (SubjectId::fresh(), SubjectId::fresh());
    let cases = [case(ana), Case { module: named("phone"), ..case(ana) }, case(ion), Case { service: named("land"), ..case(ion) }];
    for case in &cases {
        stage.commit(tenant, submit(case)).await.unwrap();
    }
    let seen = async |query: CaseQuery| {
        let mut snapshot = stage.storage.snapshot(tenant).await.unwrap();
        let found = snapshot.cases(&query, 0, 10).await.unwrap();
        assert_eq!(snapshot.cases_count(&query).await.unwrap(), found.len() as u64);
        found.into_iter().map(|case| case.number).collect::<Vec<_>>()
    };
    assert_eq!(seen(CaseQuery::Of { applicant: ana, through: None }).await, ["C-2026-00002", "C-2026-00001"]);
    assert_eq!(seen(CaseQuery::Of { applicant: ana, through: Some(named("phone")) }).await, ["C-2026-00002"]);
    let handled = |standing| CaseQuery::For { services: [named("certificate")].into(), standing };
    assert_eq!(seen(handled(None)).await, ["C-2026-00001", "C-2026-00002", "C-2026-00003"]);
    stage.commit(tenant, set(&cases[0], Move::Decide(true, vec![], String::new()), None)).await.unwrap();
    assert_eq!(seen(handled(None)).await, ["C-2026-00002", "C-2026-00003"]);
    assert_eq!(seen(handled(Some(Standing::Approved))).await, ["C-2026-00001"]);
    assert!(seen(CaseQuery::For { services: [].into(), standing: None }).await.is_empty());
    let second = stage.storage.snapshot(tenant).await.unwrap().cases(&handled(None), 1, 1).await.unwrap();
    assert_eq!(second.len(), 1);
}
