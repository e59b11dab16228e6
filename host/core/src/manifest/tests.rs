//! A manifest says what is wrong with it and where.

use super::*;

fn whole() -> Manifest {
    let words = || Localized { ro: "a".into(), ru: "б".into(), en: "c".into() };
    let name = |text: &str| Name::new(text).unwrap_or_else(|_| unreachable!());
    Manifest {
        name: name("example"),
        version: "1.0.0".into(),
        licence: "MIT".into(),
        world: World::RoleModule,
        publisher: "Example".into(),
        publisher_id: None,
        requires_host: None,
        title: words(),
        description: words(),
        home: name("home"),
        roles: BTreeMap::from([(name("clerk"), words())]),
        capabilities: BTreeMap::new(),
        budgets: BTreeMap::new(),
        events: BTreeSet::new(),
        screens: vec![ScreenSchema {
            name: name("home"),
            roles: BTreeSet::from([name("clerk")]),
            navigation: None,
            parameters: Vec::new(),
        }],
        actions: Vec::new(),
        registers: Vec::new(),
        uploads: Vec::new(),
        templates: Vec::new(),
        jobs: Vec::new(),
        tasks: Vec::new(),
        settings: Vec::new(),
        services: Vec::new(),
    }
}

fn found(change: impl FnOnce(&mut Manifest)) -> Vec<(&'static str, String)> {
    let mut manifest = whole();
    change(&mut manifest);
    manifest.problems().into_iter().map(|problem| (problem.code, problem.at.to_string())).collect()
}

#[test]
fn a_whole_manifest_has_no_problems() {
    assert_eq!(whole().problems(), Vec::new());
}

#[test]
fn a_problem_says_where_it_is() {
    assert_eq!(found(|it| it.version = "1.0".into()), [("version", "version".to_owned())]);
    assert_eq!(found(|it| it.requires_host = Some("new".into())), [("requires-host", "requires-host".to_owned())]);
    assert_eq!(found(|it| it.title.ru.clear()), [("no-words", "title.ru".to_owned())]);
    assert_eq!(found(|it| it.roles.clear()), [("unknown-role", "screens[0].roles[\"clerk\"]".to_owned())]);
    assert_eq!(found(|it| it.screens.push(it.screens[0].clone())), [("twice", "screens[1].name".to_owned())]);
    assert_eq!(found(|it| it.events = BTreeSet::from([EventKind::Paid])), [("unasked-event", "events[\"paid\"]".to_owned())]);
    let purpose = || Localized { ro: "a".into(), ru: "б".into(), en: "c".into() };
    let usual = |it: &mut Manifest| {
        it.budgets.insert(Budget::Memory, BudgetRequest { value: 128 << 20, purpose: purpose() });
        it.budgets.insert(Budget::Cpu, BudgetRequest { value: 10_000, purpose: purpose() });
    };
    assert_eq!(found(usual), [("usual-budget", "budgets.memory.value".to_owned())]);
}

#[test]
fn a_host_before_its_release_counts_as_the_release() {
    let on = |wanted: Option<&str>, host: &str| {
        let manifest = Manifest { requires_host: wanted.map(str::to_owned), ..whole() };
        host.parse().is_ok_and(|host| manifest.runs_on(&host))
    };
    assert!(on(None, "0.1.0") && on(Some(">=0.1"), "0.1.0") && on(Some(">=0.2.0"), "0.2.0-rc.1") && on(Some(">=0.1"), "3.0.0"));
    assert!(!on(Some(">=0.2"), "0.1.9") && !on(Some("nonsense"), "0.1.0"));
}

#[test]
fn events_have_the_contract_s_names() {
    let contract = include_str!("../../../../wit/modules/modules.wit");
    let (_, rest) = contract.split_once("variant event {").unwrap_or_default();
    let (cases, _) = rest.split_once('}').unwrap_or_default();
    let cases = cases.lines().filter_map(|line| line.trim().split_once('(')).filter(|(name, _)| !name.starts_with("///"));
    assert_eq!(EventKind::ALL.map(EventKind::code).to_vec(), cases.map(|(name, _)| name).collect::<Vec<_>>());
    for event in EventKind::ALL {
        assert_eq!(serde_json::to_value(event).ok(), Some(event.code().into()));
    }
}
