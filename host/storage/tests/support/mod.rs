//! A stage for stories: storage on one of the databases, with raw access to the same data, and things to put into it.
#![allow(dead_code, unreachable_pub)]

use std::collections::BTreeMap;
use std::path::PathBuf;
use vatra_core::audit::{AuditEntry, AuditKind};
use vatra_core::call::{Channel, Tenant};
use vatra_core::clock::Instant;
use vatra_core::ids::{CallId, EntryId, Name, SubjectId, TenantId};
use vatra_core::register::{EntryPage, Query, Reach, RegisterSchema, Sorting};
use vatra_core::store::{CommitError, Municipal, Platform};
use vatra_core::unit::{Committed, Correction, NewEntry, NewOrder, OrderLine, Subject, Unit};
use vatra_core::value::{EntryRef, Fields, Money, Value};
use vatra_storage::testing::TestPostgres;
use vatra_storage::{Config, DatabaseUrl, Storage, open};

/// Storage, and what stands behind it.
pub struct Stage {
    pub storage: Storage,
    pub database: DatabaseUrl,
    pub folder: tempfile::TempDir,
}

enum Raw {
    Sqlite(sqlx::SqlitePool),
    Postgres(sqlx::PgPool),
}

impl Stage {
    pub async fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = DatabaseUrl::Sqlite(folder.path().join("vatra.db"));
        Self::on(database, folder).await
    }
    pub async fn postgres() -> Self {
        let database = DatabaseUrl::Postgres(TestPostgres::shared().unwrap().database().await.unwrap());
        Self::on(database, tempfile::tempdir().unwrap()).await
    }
    async fn on(database: DatabaseUrl, folder: tempfile::TempDir) -> Self {
        let storage = open_at(database.clone(), folder.path().into()).await;
        Self { storage, database, folder }
    }
    /// Another host on the same data.
    pub async fn another(&self) -> Storage {
        open_at(self.database.clone(), self.folder.path().into()).await
    }
    /// A municipality.
    pub async fn tenant(&self, slug: &str) -> TenantId {
        let (name, district, cuatm) = (slug.to_owned(), "Ungheni".to_owned(), "9256200".to_owned());
        let tenant = Tenant { id: TenantId::fresh(), slug: named(slug), name, district, cuatm, idno: String::new() };
        self.storage.add_tenant(&tenant).await.unwrap();
        tenant.id
    }
    /// Runs SQL behind storage's back; how many rows it touched. `{hex}` literals differ: use [`Stage::id`].
    pub async fn raw(&self, sql: &str) -> u64 {
        match self.behind().await {
            Raw::Sqlite(pool) => sqlx::query(sqlx::AssertSqlSafe(sql.to_owned())).execute(&pool).await.unwrap().rows_affected(),
            Raw::Postgres(pool) => sqlx::query(sqlx::AssertSqlSafe(sql.to_owned())).execute(&pool).await.unwrap().rows_affected(),
        }
    }
    /// Whether a statement is refused behind storage's back.
    pub async fn raw_fails(&self, sql: &str) -> bool {
        match self.behind().await {
            Raw::Sqlite(pool) => sqlx::query(sqlx::AssertSqlSafe(sql.to_owned())).execute(&pool).await.is_err(),
            Raw::Postgres(pool) => sqlx::query(sqlx::AssertSqlSafe(sql.to_owned())).execute(&pool).await.is_err(),
        }
    }
    /// A text from behind storage's back.
    pub async fn raw_text(&self, sql: &str) -> Option<String> {
        match self.behind().await {
            Raw::Sqlite(pool) => sqlx::query_scalar(sqlx::AssertSqlSafe(sql.to_owned())).fetch_one(&pool).await.unwrap(),
            Raw::Postgres(pool) => sqlx::query_scalar(sqlx::AssertSqlSafe(sql.to_owned())).fetch_one(&pool).await.unwrap(),
        }
    }
    /// Bytes as a literal.
    pub fn bytes(&self, bytes: &[u8]) -> String {
        let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        match self.database {
            DatabaseUrl::Sqlite(_) => format!("x'{digits}'"),
            DatabaseUrl::Postgres(_) => format!("'\\x{digits}'::bytea"),
        }
    }
    /// An id as a literal.
    pub fn id(&self, id: uuid::Uuid) -> String {
        match self.database {
            DatabaseUrl::Sqlite(_) => self.bytes(id.as_bytes()),
            DatabaseUrl::Postgres(_) => format!("'{id}'::uuid"),
        }
    }
    async fn behind(&self) -> Raw {
        match &self.database {
            DatabaseUrl::Sqlite(path) => Raw::Sqlite(sqlx::SqlitePool::connect(&format!("sqlite://{}", path.display())).await.unwrap()),
            DatabaseUrl::Postgres(url) => Raw::Postgres(sqlx::PgPool::connect(url).await.unwrap()),
        }
    }
    /// A page of accounts.
    pub async fn find(&self, tenant: TenantId, query: &Query, reach: Reach) -> EntryPage {
        self.storage.snapshot(tenant).await.unwrap().find(&schema(), query, reach, 0, 100).await.unwrap()
    }
    /// The accounts that a search finds, by their number on the account.
    pub async fn search(&self, tenant: TenantId, words: &str, reach: Reach) -> Vec<String> {
        let query = Query { search: Some(words.to_owned()), sort: vec![by("account", false)], ..all() };
        accounts(&self.find(tenant, &query, reach).await)
    }
    /// Keeps a unit.
    pub async fn commit(&self, tenant: TenantId, unit: Unit) -> Result<Committed, CommitError> {
        self.storage.commit(tenant, unit).await
    }
}

pub async fn open_at(database: DatabaseUrl, folder: PathBuf) -> Storage {
    let checkpoints = cap_std::fs::Dir::open_ambient_dir(folder, cap_std::ambient_authority()).unwrap();
    open(Config { database, checkpoints, readers: 8 }).await.unwrap()
}

pub fn named(text: &str) -> Name {
    Name::new(text).unwrap()
}
/// 2026-09-25 22:30 UTC.
pub fn now() -> Instant {
    Instant(1_790_375_400_000)
}
pub fn subject(name: &str, idn: &str) -> Subject {
    let idn = (!idn.is_empty()).then(|| idn.to_owned());
    Subject { id: SubjectId::fresh(), company: false, idn, name: name.to_owned() }
}
/// Tax accounts, with a field of every kind that the index minds.
pub fn schema() -> RegisterSchema {
    serde_json::from_str(
        r#"{"name": "accounts", "numbering": "CF-{year}-{seq:4}", "unique": ["account"], "fields": [
            {"name": "account", "type": "text", "required": true, "indexed": true, "searchable": true},
            {"name": "taxpayer", "type": "subject", "searchable": true},
            {"name": "object", "type": "cadastral", "indexed": true, "searchable": true},
            {"name": "phone", "type": "phone", "indexed": true, "searchable": true},
            {"name": "note", "type": "text", "personal": true, "searchable": true},
            {"name": "kind", "type": "choice:land|building", "indexed": true},
            {"name": "due", "type": "money", "indexed": true},
            {"name": "until", "type": "date", "indexed": true},
            {"name": "remark", "type": "long-text"}]}"#,
    )
    .unwrap()
}
pub fn unit() -> Unit {
    let mut unit = Unit::new(now(), None, named("tax-collector"));
    unit.schemas.insert(named("accounts"), schema());
    unit
}
pub fn fields(values: &[(&str, Value)]) -> Fields {
    values.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect::<BTreeMap<_, _>>()
}
pub fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}
pub fn money(bani: i64) -> Value {
    Value::Money(Money(bani))
}
pub fn account(number: &str, more: &[(&str, Value)]) -> NewEntry {
    let mut all = fields(more);
    all.insert("account".to_owned(), text(number));
    NewEntry { at: EntryRef { register: named("accounts"), id: EntryId::fresh() }, fields: all }
}
pub fn correction(at: &EntryRef, version: u32, values: &[(&str, Value)]) -> Correction {
    Correction { at: at.clone(), version, fields: fields(values), reason: "re-read".into(), close: false }
}
pub fn all() -> Query {
    Query { register: named("accounts"), all_of: vec![], search: None, sort: vec![], include_closed: false }
}
pub fn by(name: &str, descending: bool) -> Sorting {
    Sorting { name: name.to_owned(), descending }
}
/// The number on each account of a page.
pub fn accounts(page: &EntryPage) -> Vec<String> {
    let number = |value: Option<&Value>| if let Some(Value::Text(text)) = value { text.clone() } else { String::new() };
    page.entries.iter().map(|entry| number(entry.fields.get("account"))).collect()
}
pub fn row(what: &str, about: &[SubjectId]) -> AuditEntry {
    AuditEntry {
        at: now(),
        kind: AuditKind::ActionKept,
        call: CallId::fresh(),
        actor: Some(SubjectId::fresh()),
        channel: Channel::Portal,
        module: Some(named("tax-collector")),
        what: what.to_owned(),
        detail: "{}".to_owned(),
        legal_basis: "Codul fiscal".to_owned(),
        about: about.to_vec(),
    }
}
pub fn order(number: &str, amounts: &[i64]) -> NewOrder {
    let line = |(index, amount): (usize, &i64)| OrderLine {
        id: format!("l{index}"),
        amount: Money(*amount),
        iban: "MD24AG000225100013104168".into(),
        account: "local-budget".into(),
        reason: "Impozit".into(),
    };
    NewOrder {
        number: number.to_owned(),
        module: named("tax-collector"),
        service: "local-tax".into(),
        customer: None,
        lines: amounts.iter().enumerate().map(line).collect(),
        due: Some("2026-10-01".parse().unwrap()),
        expires: Some("2026-12-31".parse().unwrap()),
        partial: true,
        advance: false,
        reason: "Impozit funciar".into(),
    }
}
