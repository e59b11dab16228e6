//! The host's own pages with sample content.
#![allow(dead_code, unreachable_pub, missing_docs, clippy::unwrap_used, clippy::indexing_slicing)]

use crate::common::{Stage, name, tenant, uuid};
use std::collections::BTreeMap;
use vatra_core::audit::{AuditEntry, AuditKind, AuditRow, Fault, Verification};
use vatra_core::call::{Channel, Tenant};
use vatra_core::clock::Instant;
use vatra_core::grants::{Denial, Grant};
use vatra_core::ids::{EntryId, SubjectId, SubmissionId};
use vatra_core::jobs::{Job, Standing, Starter};
use vatra_core::manifest::{Language, Manifest, Param};
use vatra_core::store::{InboxItem, InboxState, Installed, OutboxItem, OutboxState};
use vatra_core::tasks::{Priority, Scope, Turn};
use vatra_core::unit::Outgoing;
use vatra_view::explain::{Trouble, capability_title, explain};
use vatra_view::pages::budgets::{BudgetView, BudgetsView, Unit, Used, budgets};
use vatra_view::pages::imports::{self, ImportPlace, MappingView, PreviewView, Question, Refused, TargetView};
use vatra_view::pages::services::{Answers, ServicesView, services};
use vatra_view::pages::{self, AuditView, InboxView, MandateCard, ModuleCard, administration, check, jobs, signing, worklist};
use vatra_view::ui::Anchor;
use vatra_view::{FormState, Frame, form_fields};

const REQUEST: &str = "01926b3c-0000-7000-8000-000000000abc";
const BASE: &str = "/sculeni/administration";

fn submission() -> SubmissionId {
    SubmissionId(uuid::<EntryId>(9).0)
}

fn item(number: u32, days: i64, claim: bool) -> worklist::Item {
    let today = "2026-09-26".parse().unwrap();
    let due = worklist::Due { date: today + chrono::TimeDelta::days(days), days: days / 2, today };
    worklist::Item {
        title: format!("De răspuns la petiție · P-2026-00{number} <b>"),
        href: (number != 3).then(|| "/sculeni/secretary/petition?entry=1".to_owned()),
        details: format!("/sculeni/tasks/{number}"),
        module: "Secretariat".into(),
        due: (number != 4).then_some(due),
        priority: if number == 1 { Priority::High } else { Priority::Normal },
        assignee: (!claim).then(|| "Ana Pîslaru".to_owned()),
        claim: claim.then(|| (format!("/sculeni/tasks/{number}/claim"), 2)),
    }
}

fn import_place() -> ImportPlace<'static> {
    ImportPlace {
        module: Anchor::new("Impozite locale", "/sculeni/tax-collector"),
        name: "rol <b>.xlsx",
        here: "/sculeni/tax-collector/imports/1".to_owned(),
        back: "/sculeni/tax-collector/import".to_owned(),
    }
}

fn an_import(frame: &Frame<'_>, wrong: &[(String, String)]) -> String {
    let columns =
        [("A", "Cont fiscal", "1 · 2 · 3"), ("B", "", "F · J"), ("C", "Cod <b>fiscal", "2209043966243"), ("D", "Suma", "1.234 · 2.500")]
            .map(|(letter, heading, examples)| (letter.to_owned(), heading.to_owned(), examples.to_owned()));
    let target = |key: &str, title: &str, required, chosen| TargetView {
        key: key.to_owned(),
        title: title.to_owned(),
        hint: "IDNP sau IDNO, 13 cifre".to_owned(),
        required,
        chosen,
    };
    let view = MappingView {
        place: import_place(),
        columns: &columns,
        targets: vec![
            target("account", "Nr. cont", true, Some(0)),
            target("who", "IDNP/IDNO", true, if wrong.is_empty() { Some(2) } else { None }),
            target("who.kind", "Tip", false, None),
            target("due", "Impozit, lei", true, Some(3)),
        ],
        sheets: &["Note".to_owned(), "Rol 2026".to_owned()],
        sheet: 1,
        order: Some(Question { chosen: "day" }),
        mark: Some(Question { chosen: "comma" }),
        wrong,
    };
    imports::mapping(frame, &view)
}

fn a_preview(frame: &Frame<'_>) -> String {
    let refused = Refused { line: 7, column: "Termen".into(), reason: "Data nu există. Scrieți-o ca zz.ll.aaaa.".into() };
    let cells = |account: &str| vec![account.to_owned(), "2209043966243".to_owned(), "Știrbu <b>Ion".to_owned(), "1 234,50 lei".to_owned()];
    let view = PreviewView {
        place: import_place(),
        total: 25_000,
        accepted: 24_900,
        refused: 100,
        warned: 12,
        heads: ["Nr. cont", "IDNP/IDNO", "Nume / Denumire", "Impozit calculat, lei"].map(str::to_owned).into(),
        rows: &[(2, cells("9256000-000001")), (3, cells("9256000-000002"))],
        problems: &[refused],
        used: &[("Impozit, lei".to_owned(), "Suma".to_owned())],
        absent: &["Telefon".to_owned(), "E-mail".to_owned()],
    };
    imports::preview(frame, &view)
}

fn a_budget(frame: &Frame<'_>) -> String {
    let budget = |code, unit, value, own, used| BudgetView { code, unit, value, own, usual: 128 << 20, ceiling: 1 << 30, used };
    let view = BudgetsView {
        title: "Impozite locale".into(),
        module: format!("{BASE}/modules/tax-collector"),
        budgets: &[
            BudgetView { usual: 5_000, ceiling: 60_000, ..budget("wall-clock", Unit::Millis, 5_000, false, Some(412)) },
            budget("memory", Unit::Megabytes, 64 << 20, true, Some((12 << 20) + 1)),
            BudgetView { usual: 500, ceiling: 5_000, ..budget("view", Unit::Count, 500, false, None) },
        ],
        used: Some(Used { calls: 12_345, failed: 2, over: 1, running: 0, cpu: 98_765, host_calls: 54_321 }),
        form: None,
        submission: submission(),
    };
    budgets(frame, BASE, &view)
}

/// Tasks, no tasks, orders.
fn work(_: Language, shown: u8) -> worklist::Work {
    let payment = |number: u32| worklist::Payment {
        number: format!("9256000{number}"),
        reason: "Impozit funciar".into(),
        module: Anchor::new("Impozite locale", "/sculeni/tax-collector"),
        due: item(number, -9, false).due,
        rest: vatra_core::value::Money(123_450),
    };
    let shown = match shown {
        0 => worklist::Shown::Tasks(Scope::All, vec![item(1, -9, false), item(2, 0, true), item(3, 9, true), item(4, 3, false)]),
        1 => worklist::Shown::Tasks(Scope::Mine, vec![]),
        _ => worklist::Shown::Payments(vec![payment(1), payment(2)]),
    };
    worklist::Work { shown, tasks: [2, 12, 1, 1_000], payments: 100, most: 1_000, most_elsewhere: 100, page: 3 }
}

fn task_page(kind: &str) -> worklist::TaskPage {
    let step = |turn, at: i64| worklist::Step {
        turn,
        at: Instant(1_790_375_400_000 + at),
        who: (turn != Turn::Opened).then(|| "Ana Pîslaru".to_owned()),
        assignee: Some("Ion Rusu".into()),
        reason: if turn == Turn::Assigned { "Concediu".into() } else { String::new() },
    };
    worklist::TaskPage {
        item: item(1, -9, true),
        kind: Some(kind.to_owned()),
        opens: "Petiția".into(),
        standing: vatra_core::tasks::Standing::Claimed,
        role: "Secretar".into(),
        note: "Lipsesc acte".into(),
        base: "/sculeni/tasks/1".into(),
        version: 3,
        mine: true,
        holders: vec![("1".into(), "Ana Pîslaru".into()), ("2".into(), "Ion Rusu".into())],
        steps: Turn::ALL.iter().zip(0..).map(|(turn, at)| step(*turn, at * 60_000)).collect(),
    }
}

fn a_job(title: &str, standing: Standing, failure: &str) -> jobs::JobView {
    let at = Instant(1_790_375_400_000);
    let job =
        Job::new(uuid::<EntryId>(7).0.to_string().parse().unwrap(), name("tax-collector"), name("assess"), Starter::default(), None, at);
    let job = Job { standing, failure: failure.to_owned(), done: 1_200, total: Some(2_761), note: "Sculeni".into(), ..job };
    let module = Anchor::new("Impozite locale", "/sculeni/tax-collector");
    jobs::JobView { job, title: title.to_owned(), module, who: None, href: "/sculeni/tax-collector/jobs/1".into(), back: None }
}

fn grants(manifest: &Manifest) -> Vec<Grant> {
    let grant = |capability: &str| Grant {
        capability: name(capability),
        parameters: BTreeMap::new(),
        settings: BTreeMap::new(),
        legal_basis: String::new(),
        until: None,
        granted_by: Some(uuid(3)),
        granted_at: Instant(1_790_000_000_000),
        revoked_at: None,
    };
    assert!(manifest.capabilities.len() > 2);
    vec![
        Grant {
            parameters: BTreeMap::from([("ceiling".to_owned(), Param::AtMost(5_000_000))]),
            settings: BTreeMap::from([("account.local-budget".to_owned(), "MD24AG000225100013104168".to_owned())]),
            until: "2026-12-31".parse().ok(),
            ..grant("mpay")
        },
        Grant { revoked_at: Some(Instant(1_790_300_000_000)), granted_by: None, ..grant("registers") },
    ]
}

fn audit_rows() -> Vec<AuditRow> {
    let kinds = AuditKind::ALL.iter().rev().enumerate();
    kinds
        .map(|(index, kind)| AuditRow {
            sequence: 1_240 - index as u64,
            entry: AuditEntry {
                at: Instant(1_790_375_400_000 - index as i64 * 61_000),
                kind: *kind,
                call: vatra_core::ids::CallId(uuid::<EntryId>(index as u32).0),
                actor: (index % 4 != 3).then(|| uuid(3)),
                channel: if index % 4 == 3 { Channel::Event } else { Channel::Portal },
                module: (index % 5 != 4).then(|| name("tax-collector")),
                what: if *kind == AuditKind::Denial { "mpay".into() } else { "issue-notice".into() },
                detail: "{}".into(),
                legal_basis: if *kind == AuditKind::Look { "Codul fiscal nr. 1163/1997".into() } else { String::new() },
                about: (0..(index % 3) * 3).map(|n| uuid::<SubjectId>(2 + n as u32)).collect(),
            },
            hash: [7; 32],
        })
        .collect()
}

/// All of them, by a short name.
pub fn pages(language: Language) -> Vec<(&'static str, String)> {
    let mut stage = Stage::new(language);
    stage.query = Vec::new();
    let manifest = stage.manifest.clone();
    let signed_in = stage.frame();
    let outside = vatra_view::Frame { tenant: None, reader: None, path: "/", ..stage.frame() };
    let chooser = vatra_view::Frame { tenant: None, path: "/", ..stage.frame() };
    let lozova = Tenant { slug: name("lozova"), name: "Lozova".into(), district: "Strășeni".into(), ..tenant() };
    let roles = manifest.roles.values().map(|role| role.get(language).to_owned()).collect::<Vec<_>>();
    let cards = vec![
        ModuleCard {
            title: manifest.title.get(language).to_owned(),
            description: manifest.description.get(language).to_owned(),
            href: "/sculeni/tax-collector".into(),
            disabled: false,
        },
        ModuleCard { title: "Cadastru".into(), description: String::new(), href: "/sculeni/cadastre".into(), disabled: true },
    ];
    let installed = Installed {
        module: name("tax-collector"),
        digest: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".into(),
        version: "0.1.0".into(),
        disabled_at: None,
        installed_at: Instant(1_790_000_000_000),
        budgets: Default::default(),
        rests_on: None,
    };
    let other = Installed { module: name("cadastre"), disabled_at: Some(Instant(1_790_300_000_000)), ..installed.clone() };
    let people: BTreeMap<SubjectId, String> = [(uuid(2), "Pîslaru Ana".to_owned()), (uuid(3), "Rusu Elena".to_owned())].into();
    let titles = BTreeMap::from([("tax-collector".to_owned(), manifest.title.get(language).to_owned())]);
    let state = FormState::broken(
        "revoke",
        form_fields([("capability".to_owned(), "mpay".to_owned()), ("reason".to_owned(), String::new())]),
        &[("reason".to_owned(), "required")],
        language,
    );
    let granted = grants(&manifest);
    let accounts = [("local-budget", "Bugetul local <b>", "MD38TRPBAA113110A01234AA"), ("fees", "Taxe", "MD75TRGAAA14511101030000")]
        .map(|(name, title, iban)| administration::Account { name: name.into(), title: title.into(), iban: iban.into() });
    let grants_view = |form| administration::GrantsView {
        installed: &installed,
        manifest: &manifest,
        grants: &granted,
        people: &people,
        accounts: &accounts,
        today: "2026-09-26".parse().unwrap(),
        form,
        submission: &submission,
    };
    let rows = audit_rows();
    let unbroken = Verification { rows: 1_240, checkpoint: Some(1_200), faults: vec![] };
    let broken = Verification {
        faults: vec![
            Fault::Altered { sequence: 12 },
            Fault::Missing { sequence: 13 },
            Fault::CutOff { last: 1_000, checkpoint: 1_200 },
            Fault::Rewritten { checkpoint: 1_200 },
            Fault::Forged { checkpoint: 1_200 },
            Fault::Index { sequence: 4 },
        ],
        ..unbroken.clone()
    };
    let all = pages::AuditAsked::default();
    let denials = pages::AuditAsked { kind: Some(AuditKind::Denial), ..all.clone() };
    let officials = [(uuid(3), "Rusu Elena".to_owned())];
    let audit = |verification, asked, rows| AuditView {
        rows,
        people: &people,
        modules: &titles,
        asked,
        officials: &officials,
        older: Some(1_228),
        verification,
    };
    let item = |state, attempts| InboxItem {
        id: vatra_core::ids::InboxId(uuid::<EntryId>(attempts).0),
        module: name("tax-collector"),
        kind: "mpay.paid".into(),
        payload: "{}".into(),
        received_at: Instant(1_790_375_400_000),
        attempts,
        state,
    };
    let inbox = [item(InboxState::Waiting, 2), item(InboxState::Parked, 12)];
    let mut acts = signed_in.clone();
    if let Some(reader) = &mut acts.reader {
        reader.acting = Some(("Elena Reprezentata".to_owned(), "/sculeni/acting".to_owned()));
    }
    let mandate = |code: &str, until: Option<&str>, chosen| MandateCard {
        code: code.into(),
        name: "Elena Reprezentata".into(),
        kind: "Plata impozitelor și taxelor locale".into(),
        until: until.map(|day| day.parse().unwrap()),
        chosen,
    };
    let mandates = [mandate("1234567890123456", Some("2027-01-31"), true), mandate("1234567890123457", None, false)];
    let leaving = |state, attempts| OutboxItem {
        outgoing: Outgoing {
            id: vatra_core::ids::OutboxId(uuid::<EntryId>(attempts).0),
            service: name("mnotify"),
            kind: "send".into(),
            payload: "{}".into(),
        },
        module: name("tax-collector"),
        created_at: Instant(1_790_375_400_000),
        attempts,
        state,
        answer: String::new(),
    };
    let leaving = [leaving(OutboxState::Waiting, 0), leaving(OutboxState::Sent, 1), leaving(OutboxState::Parked, 450)];
    let connected = [("MPower", Answers::Yes), ("MNotify", Answers::No), ("MConnect", Answers::Trying)];
    let fares = |services, items, certificate| ServicesView { services, certificate, items, modules: &titles, submission: &submission };
    let denial = Denial::new("mpay", "revoked", "");
    let title = manifest.title.get(language);
    let verdict = |holds| {
        let day = |text: &str| text.parse::<chrono::NaiveDate>().unwrap();
        check::Checked::Found(Box::new(check::Verdict {
            holds,
            kind: "Certificat".into(),
            issuer: vatra_view::town_hall(&tenant(), language),
            number: Some("C-2026-042".into()),
            issued_on: day("2026-09-26"),
            valid_until: Some(day("2026-12-26")),
            shown: vec![("Scopul".into(), "la cerere".into())],
            signed: Some(check::Signed::Hold(2)),
        }))
    };
    let item = |id: u32, note: &str, errand: Option<&str>| {
        let document = |number: u32| (format!("Certificat C-2026-{number}"), format!("/sculeni/signing/documents/{number}"));
        signing::Item {
            id: uuid::<EntryId>(id).0.to_string(),
            title: "Certificat fiscal".into(),
            module: title.to_owned(),
            reason: "Contrasemnat".into(),
            documents: (0..id).map(document).collect(),
            until: "2026-12-26".parse().ok(),
            ready: id != 3,
            errand: errand.map(str::to_owned),
            note: note.to_owned(),
        }
    };
    let items = [item(1, "", None), item(2, "expired", None), item(3, "", None), item(4, "", Some("/sculeni/signing/4"))];
    let titles_to_sign = ["Certificat fiscal".to_owned()];
    let queue = "/sculeni/signing";
    let more = pages::HomeCards {
        signing: Some((queue.to_owned(), 3)),
        acting: Some("/sculeni/acting".to_owned()),
        administration: Some(BASE.to_owned()),
    };
    let check = |typed, checked: &check::Checked| check::check(&outside, "/check", typed, checked);
    vec![
        ("wait", pages::wait(&signed_in, "document-wait")),
        ("check", check("", &check::Checked::Nothing)),
        ("check-valid", check("7K2M-9QXD-44TH", &verdict(check::Holds::Valid))),
        ("check-unsigned", check("7K2M-9QXD-44TH", &verdict(check::Holds::Unsigned))),
        ("check-expired", check("7K2M-9QXD-44TH", &verdict(check::Holds::Expired))),
        ("check-annulled", check("7K2M-9QXD-44TH", &verdict(check::Holds::Annulled))),
        ("check-unknown", check("<b>", &check::Checked::Unknown)),
        ("check-busy", check("7K2M", &check::Checked::Busy)),
        ("landing", pages::landing(&outside, "/sign-in", Some("/sculeni"))),
        ("municipalities", pages::municipalities(&chooser, &[(tenant(), roles[1].clone()), (lozova, roles[0].clone())])),
        ("no-municipality", pages::municipalities(&chooser, &[])),
        ("home", pages::home(&acts, &work(language, 0), &cards, &more)),
        (
            "home-quiet",
            pages::home(
                &signed_in,
                &worklist::Work { tasks: [0; 4], payments: 0, ..work(language, 1) },
                &cards,
                &pages::HomeCards::default(),
            ),
        ),
        ("home-payments", pages::home(&signed_in, &work(language, 2), &cards, &more)),
        ("home-empty", pages::home(&signed_in, &work(language, 1), &[], &pages::HomeCards::default())),
        ("task", worklist::task(&signed_in, &task_page(title), None)),
        ("task-error", worklist::task(&signed_in, &task_page(title), Some((worklist::REASON, "task-reason-missing")))),
        ("job", jobs::job(&signed_in, &a_job(title, Standing::Running, ""), "/sculeni/tax-collector/jobs/1/cancel", None)),
        (
            "job-failed",
            jobs::job(&signed_in, &a_job(title, Standing::Failed, "over-budget:cpu"), "/sculeni/tax-collector/jobs/1/cancel", None),
        ),
        ("jobs", jobs::list(&signed_in, BASE, &Standing::ALL.map(|standing| a_job(title, standing, "")))),
        ("jobs-empty", jobs::list(&signed_in, BASE, &[])),
        ("import-columns", an_import(&signed_in, &[])),
        ("import-columns-error", an_import(&signed_in, &[("who".to_owned(), "Alegeți coloana <b>".to_owned())])),
        ("import-preview", a_preview(&signed_in)),
        ("import-broken", imports::broken(&signed_in, &import_place(), "Tabelul se întrerupe la rândul 7 <b>".to_owned())),
        ("budgets", a_budget(&signed_in)),
        ("not-found", pages::not_found(&signed_in, REQUEST)),
        ("denied", pages::access_denied(&signed_in, &roles.iter().rev().cloned().collect::<Vec<_>>(), REQUEST)),
        ("session-expired", pages::session_expired(&outside, "/sign-in", Some("/sculeni/tax-collector"))),
        ("trouble", pages::trouble(&signed_in, &Trouble::OverBudget("memory".into(), 128 << 20), title, None, REQUEST)),
        ("withheld", pages::withheld(&signed_in, &explain(&denial, &capability_title("mpay", language), language), None, REQUEST)),
        ("modules", administration::modules(&signed_in, BASE, &[(installed.clone(), Some(&manifest)), (other, None)])),
        ("grants", administration::grants(&signed_in, BASE, &grants_view(None))),
        ("grants-error", administration::grants(&signed_in, BASE, &grants_view(Some(&state)))),
        ("audit", pages::audit(&signed_in, BASE, &audit(Some(&unbroken), &all, &rows))),
        ("audit-broken", pages::audit(&signed_in, BASE, &audit(Some(&broken), &denials, &[]))),
        ("inbox", pages::inbox(&signed_in, BASE, &InboxView { items: &inbox, modules: &titles, submission: &submission })),
        ("acting", pages::acting(&acts, "/sculeni/acting", &mandates)),
        ("acting-none", pages::acting(&signed_in, "/sculeni/acting", &[])),
        ("signing", signing::queue(&signed_in, queue, &items)),
        ("signing-empty", signing::queue(&signed_in, queue, &[])),
        ("signing-refuse", signing::refuse(&signed_in, queue, &["1".to_owned()], &titles_to_sign, true)),
        ("signing-waits", signing::waits(&signed_in, queue, Some("/sculeni/signing/4"))),
        ("signing-preparing", signing::waits(&signed_in, queue, None)),
        ("services", services(&signed_in, BASE, &fares(&connected, &leaving, Some(12)))),
        ("services-none", services(&signed_in, BASE, &fares(&[], &[], None))),
        ("inbox-empty", pages::inbox(&signed_in, BASE, &InboxView { items: &[], modules: &titles, submission: &submission })),
    ]
}
