//! What is different between versions, and whether it has to be agreed to.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use vatra_core::ids::Name;
use vatra_core::manifest::{CapabilityRequest, Language, Localized, Manifest, Param};
use vatra_registry::difference::{Change, FieldChange, RegisterTurn, Step, What};
use vatra_registry::{Consent, Difference, package, words};

const BASE: &str = r#"
name = "example"
version = "1.2.3"
licence = "MIT"
world = "role-module"
publisher = "Example"
home = "home"
title = { ro = "Exemplu", ru = "Пример", en = "Example" }
description = { ro = "Exemplu", ru = "Пример", en = "Example" }
roles = { clerk = { ro = "a", ru = "a", en = "a" }, mayor = { ro = "a", ru = "a", en = "a" } }

[[screens]]
name = "home"
roles = ["clerk"]

[[registers]]
name = "things"
unique = ["key"]
fields = [
  { name = "key", type = "text", required = true },
  { name = "kind", type = "choice:a|b", indexed = true },
  { name = "note", type = "text", personal = true, searchable = true },
]
"#;

fn base() -> Manifest {
    package::read_manifest(BASE).unwrap()
}

/// Every capability that the contract knows, with every parameter that this host knows and one that it does not.
const CAPABILITIES: [(&str, &[&str]); 6] = [
    ("mpay", &["services", "accounts", "ceiling", "unheard-of"]),
    ("registers", &["registers"]),
    ("cases", &["parts", "services"]),
    ("appointments", &["parts", "services", "counters"]),
    ("tasks", &["roles", "modules"]),
    ("mconnect", &["data-sets", "fields", "listens"]),
];

fn param() -> impl Strategy<Value = Param> {
    prop_oneof![(0i64..1_000).prop_map(Param::AtMost), proptest::collection::btree_set("[a-e]", 0..4).prop_map(Param::Set)]
}

fn capability() -> impl Strategy<Value = (Name, CapabilityRequest)> {
    (0..CAPABILITIES.len()).prop_flat_map(|index| {
        let (name, parameters) = CAPABILITIES[index];
        proptest::collection::vec(proptest::option::of(param()), parameters.len()).prop_map(move |values| {
            let given = parameters.iter().zip(values).filter_map(|(name, value)| Some(((*name).to_owned(), value?)));
            let words = Localized { ro: "a".into(), ru: "a".into(), en: "a".into() };
            let request = CapabilityRequest { purpose: words, legal_basis: String::new(), parameters: given.collect() };
            (Name::new(name).unwrap(), request)
        })
    })
}

fn manifest() -> impl Strategy<Value = Manifest> {
    proptest::collection::vec(capability(), 0..5)
        .prop_map(|capabilities| Manifest { capabilities: capabilities.into_iter().collect(), ..base() })
}

fn more(consent: &Consent) -> bool {
    matches!(consent, Consent::More(list) if !list.is_empty())
}

/// What can be called with these parameters, as the host decides it: of an allow-list its members, of a bound that is not there everything.
fn reach(capability: &str, name: &str, param: Option<&Param>) -> (bool, BTreeSet<String>, i64) {
    let bound = matches!((capability, name), ("cases" | "appointments", "services") | ("appointments", "counters"));
    match param {
        None => (bound, BTreeSet::new(), i64::MIN),
        Some(Param::Set(set)) => (false, set.clone(), i64::MIN),
        Some(Param::AtMost(most)) => (false, BTreeSet::new(), *most),
    }
}

proptest! {
    #[test]
    fn nothing_differs_from_itself(manifest in manifest()) {
        let difference = Difference::between(&manifest, &manifest);
        prop_assert!(difference.is_empty() && difference.is_additive());
        prop_assert_eq!(difference.consent, Consent::Same);
        prop_assert_eq!(difference.step, Step::Same);
    }

    #[test]
    fn a_capability_more_is_always_more(manifest in manifest(), (name, request) in capability()) {
        let mut old = manifest.clone();
        old.capabilities.remove(&name);
        let mut new = old.clone();
        new.capabilities.insert(name, request);
        prop_assert!(more(&Difference::between(&old, &new).consent));
        prop_assert_eq!(Difference::between(&new, &old).consent, Consent::Fewer);
    }

    #[test]
    fn what_reaches_further_in_anything_is_more((name, old) in capability(), others in proptest::collection::vec(proptest::option::of(param()), 4)) {
        let (_, names) = CAPABILITIES.iter().find(|(of, _)| *of == name.as_str()).unwrap();
        let parameters: BTreeMap<String, Param> =
            names.iter().zip(others).filter_map(|(name, value)| Some(((*name).to_owned(), value?))).collect();
        let new = CapabilityRequest { parameters, ..old.clone() };
        let with = |request: &CapabilityRequest| Manifest { capabilities: [(name.clone(), request.clone())].into(), ..base() };
        let consent = Difference::between(&with(&old), &with(&new)).consent;
        let further = names.iter().any(|parameter| {
            let (all, set, most) = reach(name.as_str(), parameter, old.parameters.get(*parameter));
            let (all_after, set_after, most_after) = reach(name.as_str(), parameter, new.parameters.get(*parameter));
            !all && (all_after || !set_after.is_subset(&set) || most_after > most)
        });
        if further {
            prop_assert!(more(&consent), "{:?} {:?}", old.parameters, new.parameters);
        }
        if old.parameters == new.parameters {
            prop_assert_eq!(consent, Consent::Same);
        }
    }

    #[test]
    fn a_list_or_ceiling_that_widens_is_more_and_back_fewer(set in proptest::collection::btree_set("[a-d]", 0..3), most in 0i64..100, by in 1i64..9) {
        let with = |services: BTreeSet<String>, ceiling| {
            let mut manifest = base();
            let words = Localized { ro: "a".into(), ru: "a".into(), en: "a".into() };
            let parameters = [("services".to_owned(), Param::Set(services)), ("ceiling".to_owned(), Param::AtMost(ceiling))].into();
            let request = CapabilityRequest { purpose: words, legal_basis: String::new(), parameters };
            manifest.capabilities.insert(Name::new("mpay").unwrap(), request);
            manifest
        };
        let mut wider = set.clone();
        wider.insert("e".to_owned());
        let narrow = with(set.clone(), most);
        for wide in [with(wider, most), with(set, most + by)] {
            prop_assert!(more(&Difference::between(&narrow, &wide).consent));
            prop_assert_eq!(Difference::between(&wide, &narrow).consent, Consent::Fewer);
        }
    }
}

/// With this of the text replaced.
fn with(changes: &[(&str, &str)]) -> Difference {
    let mut text = BASE.to_owned();
    for (from, to) in changes {
        assert!(text.contains(from), "{from}");
        text = text.replacen(from, to, 1);
    }
    Difference::between(&base(), &package::read_manifest(&text).unwrap())
}

#[test]
fn versions_are_so_far_apart() {
    let steps = [
        ("1.2.4", Step::Patch),
        ("1.2.3+build", Step::Same),
        ("1.3.0", Step::Minor),
        ("2.0.0", Step::Major),
        ("1.2.3-rc.1", Step::Lower),
        ("0.9.0", Step::Lower),
    ];
    for (version, step) in steps {
        assert_eq!(with(&[("1.2.3", version)]).step, step, "{version}");
    }
    let of = |old: &str, new: &str| {
        let manifest = |version: &str| Manifest { version: version.into(), ..base() };
        Difference::between(&manifest(old), &manifest(new)).step
    };
    assert_eq!((of("0.1.9", "0.2.0"), of("0.1.0", "0.1.1"), of("1", "2.0.0")), (Step::Major, Step::Patch, Step::Unknown));
}

#[test]
fn a_register_changes_additively_or_with_the_reason_why_not() {
    let key = "{ name = \"key\", type = \"text\", required = true }";
    let kind = "{ name = \"kind\", type = \"choice:a|b\", indexed = true }";
    let note = "{ name = \"note\", type = \"text\", personal = true, searchable = true }";
    let cases: [(&str, &str, &[FieldChange]); 16] = [
        (
            note,
            "{ name = \"note\", type = \"text\", personal = true, searchable = true }, { name = \"new\", type = \"date\" }",
            &[FieldChange::Added],
        ),
        (
            note,
            "{ name = \"note\", type = \"text\", personal = true, searchable = true }, { name = \"new\", type = \"date\", required = true }",
            &[FieldChange::AddedRequired],
        ),
        ("  { name = \"note\", type = \"text\", personal = true, searchable = true },\n", "", &[FieldChange::Removed]),
        (kind, "{ name = \"kind\", type = \"choice:a|b|c\", indexed = true }", &[FieldChange::KindWidened]),
        (kind, "{ name = \"kind\", type = \"choice:a\", indexed = true }", &[FieldChange::KindChanged]),
        (key, "{ name = \"key\", type = \"long-text\", required = true }", &[FieldChange::KindWidened]),
        (key, "{ name = \"key\", type = \"integer\", required = true }", &[FieldChange::KindChanged]),
        (key, "{ name = \"key\", type = \"text\" }", &[FieldChange::Optional]),
        (kind, "{ name = \"kind\", type = \"choice:a|b\", indexed = true, required = true }", &[FieldChange::Required]),
        (kind, "{ name = \"kind\", type = \"choice:a|b\" }", &[FieldChange::NotIndexed]),
        (note, "{ name = \"note\", type = \"text\", personal = true, searchable = true, indexed = true }", &[FieldChange::Indexed]),
        (note, "{ name = \"note\", type = \"text\", personal = true }", &[FieldChange::NotSearchable]),
        (note, "{ name = \"note\", type = \"text\", searchable = true }", &[FieldChange::Unsealed]),
        ("unique = [\"key\"]", "unique = [\"key\", \"kind\"]", &[FieldChange::Unique]),
        ("unique = [\"key\"]", "unique = []", &[FieldChange::NotUnique]),
        ("unique = [\"key\"]", "unique = [\"key\"]\nnumbering = \"T-{seq}\"", &[FieldChange::Numbering]),
    ];
    for (from, to, expected) in cases {
        let difference = with(&[(from, to)]);
        let [register] = difference.registers.as_slice() else { panic!("{to}: {:?}", difference.registers) };
        let RegisterTurn::Changed(changes) = &register.turn else { panic!("{to}") };
        let found: Vec<FieldChange> = changes.iter().map(|(_, change)| *change).collect();
        assert_eq!(found, expected, "{to}");
        assert_eq!(difference.is_additive(), expected.iter().all(|change| change.is_additive()), "{to}");
        assert_eq!(difference.consent, Consent::Same, "{to}");
    }
    let gone = Difference::between(&base(), &Manifest { registers: Vec::new(), ..base() });
    assert_eq!(gone.registers.first().map(|change| &change.turn), Some(&RegisterTurn::Removed));
    assert!(gone.is_additive(), "what it holds stays");
}

#[test]
fn whoever_may_open_what_was_there_and_another_publisher_have_to_be_agreed_to() {
    let opened = with(&[("roles = [\"clerk\"]", "roles = [\"clerk\", \"mayor\"]")]);
    let Consent::More(list) = &opened.consent else { panic!("{opened:?}") };
    assert_eq!(
        list.iter().map(|it| (&it.what, it.change, it.gained.as_slice())).collect::<Vec<_>>(),
        [(&What::Screen("home".into()), Change::Widened, &["mayor".to_owned()][..])]
    );
    assert!(more(&with(&[("publisher = \"Example\"", "publisher = \"Another\"")]).consent));
    let added = with(&[("[[registers]]", "[[screens]]\nname = \"second\"\nroles = [\"mayor\"]\n\n[[registers]]")]);
    assert_eq!((added.consent.clone(), added.screens.added.len(), added.is_empty()), (Consent::Same, 1, false));
    let budget = with(&[(
        "[[registers]]",
        "[budgets.memory]\nvalue = 268435456\npurpose = { ro = \"a\", ru = \"a\", en = \"a\" }\n\n[[registers]]",
    )]);
    assert!(more(&budget.consent));
}

#[test]
fn every_change_has_words_in_every_language() {
    for language in Language::ALL {
        for change in FieldChange::ALL {
            let key = format!("field-{}", change.code());
            assert!(words::find(language, &key, &[("field", "note".to_owned())]).is_some(), "{key}");
        }
        for change in [Change::Added, Change::Widened, Change::Replaced, Change::Narrowed, Change::Removed, Change::Reworded] {
            assert!(words::find(language, &format!("change-{}", change.code()), &[]).is_some());
        }
    }
    let difference = with(&[
        ("1.2.3", "1.3.0"),
        ("publisher = \"Example\"", "publisher = \"Another\""),
        ("roles = [\"clerk\"]", "roles = [\"clerk\", \"mayor\"]"),
        ("type = \"choice:a|b\"", "type = \"choice:a\""),
    ]);
    assert_eq!(
        difference.text(Language::En),
        "1.2.3 → 1.3.0: a minor version\n\
         It asks for more than now. The administrator has to agree.\n  \
         who opens the page “home”: reaches further – mayor\n  \
         who publishes the module: is another – Another (before: Example)\n\
         Registers (what they hold would not fit, so the version is refused)\n  \
         “things”\n    \
         ! the field “kind” is of another type, and the values that are there would not fit\n\
         Pages: changed: home\n"
    );
}
