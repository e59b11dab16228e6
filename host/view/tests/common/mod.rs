//! A module that uses everything: for the parsed-page tests and the gallery.
#![allow(dead_code, unreachable_pub, missing_docs, clippy::unwrap_used, clippy::indexing_slicing, clippy::expect_used)]

use std::collections::{BTreeMap, BTreeSet};
use vatra_core::call::Tenant;
use vatra_core::documents::Standing;
use vatra_core::ids::{EntryId, Name, SubjectId, SubmissionId, TenantId};
use vatra_core::manifest::{Language, Manifest};
use vatra_core::register::{Comparison, Condition, Query, Sorting};
use vatra_core::value::{Decimal, EntryRef, Fields, Money, Value};
use vatra_core::view::*;
use vatra_view::{Catalogue, FormState, Frame, PageContext, Reader};

pub const RO: &str = include_str!("ro.ftl");
pub const RU: &str = include_str!("ru.ftl");
pub const EN: &str = include_str!("en.ftl");

pub fn name(text: &str) -> Name {
    Name::new(text).unwrap()
}

pub fn key(text: &str) -> Words {
    Words::Key(text.to_owned(), Fields::new())
}

pub fn with(text: &str, fields: &[(&str, Value)]) -> Words {
    Words::Key(text.to_owned(), fields.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect())
}

pub fn plain(text: &str) -> Words {
    Words::Plain(text.to_owned())
}

pub fn uuid<T: std::str::FromStr>(number: u32) -> T
where
    T::Err: std::fmt::Debug,
{
    format!("01926b3c-0000-7000-8000-0000{number:08x}").parse().unwrap()
}

pub fn manifest() -> Manifest {
    serde_json::from_str(include_str!("manifest.json")).unwrap()
}

pub fn catalogue() -> Catalogue {
    Catalogue::new(RO, RU, EN).unwrap()
}

pub fn tenant() -> Tenant {
    Tenant {
        id: TenantId(uuid::<EntryId>(1).0),
        slug: name("sculeni"),
        name: "Sculeni".into(),
        district: "Ungheni".into(),
        cuatm: "9256000".into(),
        idno: String::new(),
    }
}

pub fn account(number: u32) -> EntryRef {
    EntryRef { register: name("accounts"), id: uuid(1000 + number) }
}

pub fn link(label: &str, screen: &str, parameters: Fields) -> Link {
    Link { label: key(label), screen: screen.into(), parameters }
}

pub fn about_account() -> Fields {
    Fields::from([("entry".into(), Value::Entry(account(1)))])
}

pub fn button(label: &str, action: &str, tone: Tone) -> Button {
    Button { label: key(label), action: action.into(), parameters: about_account(), confirm: None, tone }
}

pub fn column(name: &str, title: &str, opens: Option<&str>) -> Column {
    Column { name: name.into(), title: key(title), opens: opens.map(str::to_owned) }
}

pub fn bound() -> BoundTable {
    BoundTable {
        id: "taxpayers".into(),
        title: key("accounts"),
        query: Query {
            register: name("accounts"),
            all_of: vec![Condition { name: "state".into(), comparison: Comparison::NotEqual, value: Value::Choice("closed".into()) }],
            search: None,
            sort: vec![Sorting { name: "taxpayer.name".into(), descending: false }],
            include_closed: false,
        },
        columns: vec![
            column("account", "account", Some("account")),
            column("taxpayer.name", "taxpayer", None),
            column("cadastral", "cadastral", None),
            column("state", "state", None),
            column("due", "due", None),
            column("due-date", "due-date", None),
        ],
        searchable: true,
        exportable: true,
        empty: key("accounts-empty"),
        bulk: vec![
            Button { label: key("remind"), action: "remind".into(), parameters: Fields::new(), confirm: None, tone: Tone::Neutral },
            Button {
                label: key("write-off"),
                action: "write-off".into(),
                parameters: Fields::from([("year".into(), Value::Integer(2026))]),
                confirm: Some(key("write-off-sure")),
                tone: Tone::Danger,
            },
        ],
        totals: vec!["due".into()],
    }
}

pub fn input(name: &str, label: &str) -> Input {
    Input { name: name.into(), label: key(label), hint: None, value: Value::None, choices: Vec::new() }
}

pub fn form() -> Form {
    Form {
        action: "record".into(),
        title: key("record-title"),
        inputs: vec![
            Input { hint: Some(key("label-hint")), value: Value::Text("Strada Ștefan cel Mare 1".into()), ..input("label", "label") },
            input("note", "note"),
            Input { value: Value::Integer(2026), ..input("year", "year") },
            Input { value: Value::Money(Money(123_450)), ..input("amount", "due") },
            input("area", "area"),
            Input { value: Value::Date("2026-09-25".parse().unwrap()), ..input("due-date", "due-date") },
            Input { value: Value::Choice("phone".into()), ..input("contact", "contact") },
            input("phone", "phone"),
            input("email", "email"),
            input("village", "village"),
            Input { choices: vec![("land".into(), key("kind-land")), ("car".into(), key("kind-car"))], ..input("kinds", "kinds") },
            input("urgent", "urgent"),
            input("why", "why"),
            input("iban", "iban"),
            input("parcel", "cadastral"),
            Input { value: Value::Subject(uuid(2)), ..input("taxpayer", "taxpayer") },
        ],
        parameters: about_account(),
        submit: key("record-submit"),
        check_answers: true,
    }
}

/// Every block that the host renders.
pub fn screen() -> Screen {
    let entry = about_account();
    Screen {
        title: with("account-title", &[("number", Value::Text("9256000-000001".into()))]),
        breadcrumbs: vec![link("home", "home", Fields::new()), link("accounts", "accounts", Fields::new())],
        blocks: vec![
            Block::Notice(Notice { tone: Tone::Danger, title: key("mpay-revoked"), text: Some(key("mpay-revoked-text")) }),
            Block::Notice(Notice { tone: Tone::Warning, title: key("late"), text: None }),
            Block::Notice(Notice { tone: Tone::Neutral, title: key("info"), text: None }),
            Block::Text(with(
                "state-of-account",
                &[
                    ("who", Value::Subject(uuid(2))),
                    ("due", Value::Money(Money(254_250))),
                    ("until", Value::Date("2026-09-25".parse().unwrap())),
                    ("count", Value::Integer(3)),
                ],
            )),
            Block::Person(uuid(2)),
            Block::Summary {
                title: Some(key("object")),
                items: vec![
                    Item { label: key("object-kind"), value: Value::Text("construcție comercială".into()) },
                    Item { label: key("cadastral"), value: Value::Cadastral("9256201248.04".into()) },
                    Item { label: key("area"), value: Value::Decimal(Decimal::new("0.2974").unwrap()) },
                    Item { label: key("due"), value: Value::Money(Money(254_250)) },
                    Item { label: key("notice"), value: Value::Entry(EntryRef { register: name("notices"), id: uuid(77) }) },
                    Item { label: key("note"), value: Value::None },
                ],
            },
            Block::Payment("MD-9256000-2026-000042".into()),
            Block::Document(DOCUMENT.into()),
            Block::Buttons(vec![
                button("issue", "issue-notice", Tone::Success),
                button("recount", "recount", Tone::Neutral),
                Button { confirm: Some(key("cancel-sure")), ..button("cancel", "cancel-notice", Tone::Danger) },
            ]),
            Block::Section { id: "accounts".into(), title: key("accounts") },
            Block::Bound(bound()),
            Block::Section { id: "payments".into(), title: key("payments") },
            Block::Heading { text: key("by-year"), level: 3 },
            Block::Table(Table {
                title: key("payments"),
                columns: vec![key("year-column"), key("paid"), key("how")],
                rows: vec![
                    TableRow {
                        cells: vec![Value::Text("2025".into()), Value::Money(Money(100_000)), Value::Text("MPay".into())],
                        opens: Some(link("history", "account", entry.clone())),
                    },
                    TableRow { cells: vec![Value::Text("2026".into()), Value::Money(Money(2_154_250)), Value::None], opens: None },
                ],
            }),
            Block::Timeline(vec![
                Happening {
                    at: Value::Date("2026-01-15".parse().unwrap()),
                    what: key("assessed"),
                    who: Some(uuid(3)),
                    details: vec![Item { label: key("due"), value: Value::Money(Money(254_250)) }],
                },
                Happening {
                    at: Value::Instant(vatra_core::clock::Instant(1_790_375_400_000)),
                    what: key("paid-part"),
                    who: None,
                    details: vec![],
                },
            ]),
            Block::Section { id: "change".into(), title: key("record-title") },
            Block::Form(form()),
            Block::Form(Form {
                action: "import-roll".into(),
                title: key("import-title"),
                inputs: vec![Input { hint: Some(key("import-hint")), ..input("roll", "roll") }],
                parameters: Fields::new(),
                submit: key("import-submit"),
                check_answers: false,
            }),
            Block::Links(vec![link("home", "home", Fields::new()), link("history", "account", entry)]),
        ],
    }
}

pub const DOCUMENT: &str = "0199aaaa-0000-7000-8000-000000000001";

pub fn resolved() -> Resolved {
    let people = ["Pîslaru Ana", "Știrbu Ion", "Țurcanu Maria", "Bejenari Vasile", "Агафонов Пётр", "SRL „Agro-Sud Grup Invest Prim”"];
    let states = ["open", "open", "arrears", "open", "arrears", "open"];
    let rows = (0..25u32)
        .map(|row| {
            let at = row as usize % people.len();
            BoundRow {
                entry: account(row),
                cells: vec![
                    Value::Text(format!("9256000-{:06}", row + 26)),
                    Value::Text(people[at].into()),
                    Value::Cadastral(format!("92562012{:02}.04", row)),
                    Value::Choice(states[at].into()),
                    Value::Money(Money(1_025 + i64::from(row) * 1_234_567)),
                    if at == 3 { Value::None } else { Value::Date("2026-09-25".parse().unwrap()) },
                ],
            }
        })
        .collect();
    Resolved {
        tables: BTreeMap::from([(
            "taxpayers".into(),
            BoundData {
                request: TableRequest { search: None, sort: Some(("due".into(), true)), page: 2 },
                rows,
                total: 2_761,
                sums: Fields::from([("due".into(), Value::Money(Money(1_234_567_890)))]),
                sortable: vec![true, true, true, false, true, true],
            },
        )]),
        people: BTreeMap::from([
            (uuid(2), PersonData { name: "Pîslaru Ana".into(), idn: Some("2209043966243".into()), company: false }),
            (uuid(3), PersonData { name: "Rusu Elena".into(), idn: None, company: false }),
        ]),
        numbers: BTreeMap::new(),
        orders: BTreeMap::from([(
            "MD-9256000-2026-000042".into(),
            OrderData {
                status: OrderStatus::PartiallyPaid,
                due: Money(254_250),
                paid: Money(100_000),
                expires: Some("2026-12-31".parse().unwrap()),
                pay_url: "https://mpay.example.md/pay?order=42&x=1".into(),
            },
        )]),
        documents: BTreeMap::from([(
            DOCUMENT.into(),
            DocumentData {
                title: "Certificat privind lipsa datoriilor".into(),
                number: Some("C-2026-042".into()),
                standing: Standing::Issued,
                issued_on: Some("2026-09-26".parse().unwrap()),
                valid_until: Some("2026-12-26".parse().unwrap()),
                note: String::new(),
                kept: true,
                code: Some("K7QX-2M9T-8RWA".into()),
            },
        )]),
        ..Resolved::default()
    }
}

/// Everything a page is shown with.
pub struct Stage {
    pub tenant: Tenant,
    pub manifest: Manifest,
    pub catalogue: Catalogue,
    pub query: Vec<(String, String)>,
    pub language: Language,
    pub form: Option<FormState>,
    pub roles: BTreeSet<Name>,
}

impl Stage {
    pub fn new(language: Language) -> Self {
        Self {
            tenant: tenant(),
            manifest: manifest(),
            catalogue: catalogue(),
            query: vec![
                ("entry".into(), account(1).id.to_string()),
                ("taxpayers.page".into(), "2".into()),
                ("taxpayers.sort".into(), "-due".into()),
            ],
            language,
            form: None,
            roles: BTreeSet::from([name("tax-collector")]),
        }
    }

    pub fn frame(&self) -> Frame<'_> {
        Frame {
            language: self.language,
            tenant: Some(&self.tenant),
            path: "/sculeni/tax-collector/account",
            query: &self.query,
            reader: Some(Reader {
                acting: None,
                name: "Rusu Elena".into(),
                roles: self.manifest.roles[&name("tax-collector")].get(self.language).to_owned(),
                sign_out: "/sign-out".into(),
            }),
            flash: None,
        }
    }

    pub fn context(&self) -> PageContext<'_> {
        PageContext {
            frame: self.frame(),
            manifest: &self.manifest,
            catalogue: &self.catalogue,
            base: "/sculeni/tax-collector",
            screen: "account",
            roles: &self.roles,
            form: self.form.clone(),
            submission: &|| SubmissionId(uuid::<EntryId>(9).0),
        }
    }

    pub fn page(&self) -> String {
        vatra_view::render_page(&self.context(), &screen(), &resolved())
    }
}

pub fn person(number: u32) -> SubjectId {
    uuid(number)
}
