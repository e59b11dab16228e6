//! Search, filters, sorting and paging.

use crate::support::*;
use vatra_core::ids::TenantId;
use vatra_core::register::{Aggregate, Comparison, Condition, Function, Query, Reach};
use vatra_core::store::{Municipal, StoreError};
use vatra_core::value::{Money, Value};

stories![
    case_and_diacritics_do_not_count,
    a_module_reaches_no_personal_word,
    sorts_and_pages_without_doubles,
    filters_by_every_comparison,
    walking_and_sorting_agree,
    people_are_sorted_and_found_by_name,
    sums_and_groups,
    what_is_not_keyed_is_refused,
];

const PEOPLE: [(&str, &str, &str); 6] = [
    ("1001", "Pîslaru Ion", "9256201541"),
    ("1002", "Știrbu Maria", "9256201248.04"),
    ("1003", "Țîmbaliuc Ștefan", "9256201542"),
    ("1004", "Pislari Ana", "9256201543"),
    ("1005", "Иванов Пётр", "9256201544"),
    ("1006", "ÂNGHEL Căldare-Știrbu", "9256201545"),
];

async fn town(stage: &Stage) -> TenantId {
    let tenant = stage.tenant("sculeni").await;
    let mut unit = unit();
    for (index, (number, name, object)) in PEOPLE.into_iter().enumerate() {
        let person = subject(name, &format!("200000000000{index}"));
        let more = [
            ("taxpayer", Value::Subject(person.id)),
            ("object", Value::Cadastral(object.into())),
            ("note", Value::Personal(format!("Secret{index} observație"))),
            ("kind", Value::Choice(if index % 2 == 0 { "land" } else { "building" }.into())),
            ("due", if index == 5 { Value::None } else { money(100 * (index as i64 % 3) - 100) }),
            ("until", Value::Date(format!("2026-0{}-25", index + 1).parse().unwrap())),
        ];
        unit.subjects.push(person);
        unit.entries.push(account(number, &more));
    }
    stage.commit(tenant, unit).await.unwrap();
    tenant
}

async fn case_and_diacritics_do_not_count(stage: Stage) {
    let tenant = town(&stage).await;
    for (words, expected) in [
        ("pislaru", vec!["1001"]),
        ("PÎSLARU", vec!["1001"]),
        ("pisl", vec!["1001", "1004"]),
        ("ştirbu", vec!["1002", "1006"]),
        ("știrbu mar", vec!["1002"]),
        ("maria ştirbu", vec!["1002"]),
        ("timbaliuc", vec!["1003"]),
        ("петр иванов", vec!["1005"]),
        ("anghel", vec!["1006"]),
        ("9256201248.04", vec!["1002"]),
        ("925620154", vec!["1001", "1003", "1004", "1005", "1006"]),
        ("2000000000003", vec!["1004"]),
        ("1004", vec!["1004"]),
        ("cf-2026-0002", vec!["1002"]),
        ("observatie secret3", vec!["1004"]),
        ("islaru", vec![]),
        ("pislaru maria", vec![]),
    ] {
        assert_eq!(stage.search(tenant, words, Reach::Host).await, expected, "{words}");
    }
}

async fn a_module_reaches_no_personal_word(stage: Stage) {
    let tenant = town(&stage).await;
    for words in ["pislaru", "ştirbu", "2000000000003", "observatie", "secret3", "secret", "1004 ana"] {
        assert!(stage.search(tenant, words, Reach::Module).await.is_empty(), "{words}");
    }
    assert_eq!(stage.search(tenant, "9256201248", Reach::Module).await, ["1002"]);
    assert_eq!(stage.search(tenant, "1004", Reach::Module).await, ["1004"]);
    let query = Query { search: Some("pislaru".into()), ..all() };
    let mut snapshot = stage.storage.snapshot(tenant).await.unwrap();
    let count = [Aggregate { function: Function::Count, name: String::new() }];
    let buckets = snapshot.summarise(&schema(), &query, &[], &count).await.unwrap();
    assert_eq!(buckets[0].results, [Value::Integer(0)]);
}

async fn sorts_and_pages_without_doubles(stage: Stage) {
    let tenant = town(&stage).await;
    for (sort, expected) in [
        (vec![by("taxpayer.name", false)], ["1006", "1004", "1001", "1002", "1003", "1005"]),
        (vec![by("taxpayer.name", true)], ["1005", "1003", "1002", "1001", "1004", "1006"]),
        // Empty values come first; equal ones by the next sorting.
        (vec![by("due", false), by("account", true)], ["1006", "1004", "1001", "1005", "1002", "1003"]),
        (vec![by("due", true), by("account", false)], ["1003", "1002", "1005", "1001", "1004", "1006"]),
        (vec![by("number", true)], ["1006", "1005", "1004", "1003", "1002", "1001"]),
        (vec![by("kind", false), by("until", true)], ["1006", "1004", "1002", "1005", "1003", "1001"]),
        (vec![], ["1001", "1002", "1003", "1004", "1005", "1006"]),
        (vec![by("opened", false)], ["1001", "1002", "1003", "1004", "1005", "1006"]),
    ] {
        let query = Query { sort: sort.clone(), ..all() };
        assert_eq!(accounts(&stage.find(tenant, &query, Reach::Host).await), expected, "{sort:?}");
        let mut snapshot = stage.storage.snapshot(tenant).await.unwrap();
        let mut paged = Vec::new();
        for offset in [0, 2, 4, 6] {
            let page = snapshot.find(&schema(), &query, Reach::Host, offset, 2).await.unwrap();
            assert_eq!(page.total, 6);
            paged.extend(accounts(&page));
        }
        assert_eq!(paged, expected, "{sort:?}");
    }
}

fn condition(name: &str, comparison: Comparison, value: Value) -> Condition {
    Condition { name: name.into(), comparison, value }
}

async fn filters_by_every_comparison(stage: Stage) {
    use Comparison::*;
    let tenant = town(&stage).await;
    let date = |text: &str| Value::Date(text.parse().unwrap());
    // due: -100, 0, 100, -100, 0, none.
    for (conditions, expected) in [
        (vec![condition("due", Equal, money(0))], vec!["1002", "1005"]),
        (vec![condition("due", NotEqual, money(0))], vec!["1001", "1003", "1004", "1006"]),
        (vec![condition("due", Less, money(0))], vec!["1001", "1004"]),
        (vec![condition("due", AtMost, money(0))], vec!["1001", "1002", "1004", "1005"]),
        (vec![condition("due", More, money(0))], vec!["1003"]),
        (vec![condition("due", AtLeast, money(0))], vec!["1002", "1003", "1005"]),
        (vec![condition("due", IsEmpty, Value::None)], vec!["1006"]),
        (vec![condition("due", IsNotEmpty, Value::None)], vec!["1001", "1002", "1003", "1004", "1005"]),
        (vec![condition("number", Equal, text("CF-2026-0003"))], vec!["1003"]),
        (vec![condition("object", Equal, Value::Cadastral("9256201248.04".into()))], vec!["1002"]),
        (vec![condition("kind", Equal, Value::Choice("land".into())), condition("due", Less, money(50))], vec!["1001", "1005"]),
        (
            vec![
                condition("until", AtLeast, date("2026-02-25")),
                condition("until", Less, date("2026-05-25")),
                condition("kind", NotEqual, Value::Choice("land".into())),
            ],
            vec!["1002", "1004"],
        ),
        (vec![condition("due", Equal, money(7))], vec![]),
    ] {
        for sort in [vec![by("account", false)], vec![by("due", false), by("account", false)], vec![]] {
            let query = Query { all_of: conditions.clone(), sort, ..all() };
            let page = stage.find(tenant, &query, Reach::Host).await;
            let mut found = accounts(&page);
            found.sort();
            assert_eq!((found, page.total), (expected.iter().map(ToString::to_string).collect(), expected.len() as u64), "{query:?}");
        }
        let query = Query { all_of: conditions.clone(), search: Some("pisl".into()), sort: vec![by("account", false)], ..all() };
        let expected: Vec<_> = expected.into_iter().filter(|number| ["1001", "1004"].contains(number)).collect();
        let page = stage.find(tenant, &query, Reach::Host).await;
        assert_eq!((accounts(&page), page.total), (expected.iter().map(ToString::to_string).collect(), expected.len() as u64));
    }
}

/// A register large enough that some queries walk the index and some sort what matches: all find what a plain filter finds.
async fn walking_and_sorting_agree(stage: Stage) {
    let tenant = stage.tenant("sculeni").await;
    let mut unit = unit();
    let mut plain = Vec::new();
    for n in 0..600i64 {
        let (number, due) = (format!("{n:04}"), (n * 7_919) % 97);
        let kind = if n % 5 == 0 { "land" } else { "building" };
        let word = if n % 3 == 0 { "Știrbu" } else { "Pîslaru" };
        plain.push((number.clone(), due, kind, word));
        let more = [("due", money(due)), ("kind", Value::Choice(kind.into())), ("note", Value::Personal(word.into()))];
        unit.entries.push(account(&number, &more));
    }
    stage.commit(tenant, unit).await.unwrap();
    for search in [None, Some("stirbu"), Some("pis")] {
        for kind in [None, Some("land")] {
            for least in [None, Some(95), Some(3)] {
                let mut all_of = Vec::new();
                all_of.extend(kind.map(|kind| condition("kind", Comparison::Equal, Value::Choice(kind.into()))));
                all_of.extend(least.map(|least| condition("due", Comparison::AtLeast, money(least))));
                let sort = vec![by("due", true), by("account", false)];
                let query = Query { all_of, search: search.map(str::to_owned), sort, ..all() };
                let fits = |row: &&(String, i64, &str, &str)| {
                    kind.is_none_or(|kind| row.2 == kind)
                        && least.is_none_or(|least| row.1 >= least)
                        && search.is_none_or(|search| row.3 == if search == "pis" { "Pîslaru" } else { "Știrbu" })
                };
                let mut expected: Vec<_> = plain.iter().filter(fits).collect();
                expected.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
                let mut snapshot = stage.storage.snapshot(tenant).await.unwrap();
                for offset in [0u64, 7, 90] {
                    let page = snapshot.find(&schema(), &query, Reach::Host, offset, 10).await.unwrap();
                    let slice: Vec<_> = expected.iter().skip(offset as usize).take(10).map(|row| row.0.clone()).collect();
                    assert_eq!((accounts(&page), page.total), (slice, expected.len() as u64), "{query:?} from {offset}");
                }
            }
        }
    }
}

async fn people_are_sorted_and_found_by_name(stage: Stage) {
    let tenant = town(&stage).await;
    let query = Query { all_of: vec![condition("taxpayer.name", Comparison::AtLeast, text("Știrbu"))], ..all() };
    assert_eq!(accounts(&stage.find(tenant, &query, Reach::Host).await), ["1002", "1003", "1005"]);
    let mut snapshot = stage.storage.snapshot(tenant).await.unwrap();
    let person = snapshot.subjects_by_idn(&["2000000000002".into()]).await.unwrap().remove(0);
    let query = Query { all_of: vec![condition("taxpayer", Comparison::Equal, Value::Subject(person.id))], ..all() };
    assert_eq!(accounts(&stage.find(tenant, &query, Reach::Module).await), ["1003"]);
}

async fn sums_and_groups(stage: Stage) {
    let tenant = town(&stage).await;
    let mut snapshot = stage.storage.snapshot(tenant).await.unwrap();
    let of = |function, name: &str| Aggregate { function, name: name.into() };
    let functions = [of(Function::Count, ""), of(Function::Sum, "due"), of(Function::Minimum, "due"), of(Function::Maximum, "until")];
    let date = |text: &str| Value::Date(text.parse().unwrap());
    let buckets = snapshot.summarise(&schema(), &all(), &["kind".into()], &functions).await.unwrap();
    let read: Vec<_> = buckets.iter().map(|bucket| (bucket.group[0].1.clone(), bucket.results.clone())).collect();
    let (land, building) = (Value::Choice("land".into()), Value::Choice("building".into()));
    assert_eq!(
        read,
        [
            (building, vec![Value::Integer(3), Value::Money(Money(-100)), money(-100), date("2026-06-25")]),
            (land.clone(), vec![Value::Integer(3), Value::Money(Money(0)), money(-100), date("2026-05-25")]),
        ]
    );
    let land = Query { all_of: vec![condition("kind", Comparison::Equal, land)], ..all() };
    let one = snapshot.summarise(&schema(), &land, &[], &functions).await.unwrap();
    assert_eq!((one.len(), &one[0].results[1]), (1, &money(0)));
    let nothing = Query { search: Some("xyzzy".into()), ..all() };
    let none = snapshot.summarise(&schema(), &nothing, &[], &functions).await.unwrap();
    assert_eq!(none[0].results, [Value::Integer(0), Value::None, Value::None, Value::None]);
    let by_due = snapshot.summarise(&schema(), &all(), &["due".into()], &[of(Function::Count, "")]).await.unwrap();
    assert_eq!(by_due.len(), 4);
    assert!(by_due.iter().any(|bucket| bucket.group[0].1 == Value::None));
    for wrong in ["phone", "nothing", "account"] {
        let refused = snapshot.summarise(&schema(), &all(), &[], &[of(Function::Sum, wrong)]).await;
        assert!(matches!(refused, Err(StoreError::Missing(_))), "{wrong}: {refused:?}");
    }
}

async fn what_is_not_keyed_is_refused(stage: Stage) {
    let tenant = town(&stage).await;
    for name in ["remark", "nothing", "account.name", "x' OR 1=1 --"] {
        let sorted = Query { sort: vec![by(name, false)], ..all() };
        let filtered = Query { all_of: vec![condition(name, Comparison::IsEmpty, Value::None)], ..all() };
        for query in [sorted, filtered] {
            let refused = stage.storage.snapshot(tenant).await.unwrap().find(&schema(), &query, Reach::Host, 0, 1).await;
            assert!(matches!(refused, Err(StoreError::Missing(_))), "{name}: {refused:?}");
        }
    }
}
