//! Filters: what stands in an address, and queries, performed on a small register of a real database.

use crate::values::{manifest, query, text};
use arbitrary::Unstructured;
use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock};
use vatra_core::call::Tenant;
use vatra_core::clock::Instant;
use vatra_core::ids::{EntryId, Name, TenantId};
use vatra_core::register::{Aggregate, Function, Query, Reach, RegisterSchema, Sorting};
use vatra_core::store::{Store, StoreError};
use vatra_core::unit::{NewEntry, Unit};
use vatra_core::value::{EntryRef, Fields, Money, Value};

struct Book {
    runtime: tokio::runtime::Runtime,
    store: Arc<dyn Store>,
    tenant: TenantId,
    schema: RegisterSchema,
    _folder: tempfile::TempDir,
}

static BOOK: LazyLock<Option<Book>> = LazyLock::new(open);

fn open() -> Option<Book> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().ok()?;
    let folder = tempfile::tempdir().ok()?;
    let checkpoints = cap_std::fs::Dir::open_ambient_dir(folder.path(), cap_std::ambient_authority()).ok()?;
    let database = vatra_storage::DatabaseUrl::Sqlite(folder.path().join("fuzz.sqlite"));
    let schema = manifest()?.registers.into_iter().next()?;
    let tenant = Tenant {
        id: TenantId::fresh(),
        slug: Name::new("sculeni").ok()?,
        name: "Sculeni".into(),
        district: "Ungheni".into(),
        cuatm: "9256000".into(),
        idno: String::new(),
    };
    let store = runtime.block_on(async {
        let store = vatra_storage::open(vatra_storage::Config { database, checkpoints, readers: 2 }).await.ok()?;
        let store: Arc<dyn Store> = Arc::new(store);
        store.add_tenant(&tenant).await.ok()?;
        let mut unit = Unit::new(Instant(1_790_845_200_000), None, Name::new("fuzzed").ok()?);
        unit.schemas.insert(schema.name.clone(), schema.clone());
        for number in 0..40i64 {
            let fields = Fields::from([
                ("text".to_owned(), Value::Text(format!("text {number} ță"))),
                ("count".to_owned(), Value::Integer(if number == 7 { i64::MAX } else { number })),
                ("sum".to_owned(), Value::Money(Money(number * 100))),
                ("kind".to_owned(), Value::Choice(if number % 2 == 0 { "a" } else { "b" }.into())),
                ("note".to_owned(), Value::Personal(format!("note {number}"))),
            ]);
            let at = EntryRef { register: schema.name.clone(), id: EntryId(uuid::Uuid::now_v7()) };
            unit.entries.push(NewEntry { at, fields });
        }
        store.commit(tenant.id, unit).await.ok()?;
        Some(store)
    })?;
    Some(Book { runtime, store, tenant: tenant.id, schema, _folder: folder })
}

/// What was asked for, or that there is no such thing: never a fault of the database.
fn holds<T>(result: Result<T, StoreError>) -> Option<T> {
    match result {
        Ok(value) => Some(value),
        Err(StoreError::Missing(_)) => None,
        Err(error) => {
            assert_eq!(error.to_string(), "", "the database could not do it");
            None
        }
    }
}

/// The first byte decides: an address, or a query.
pub fn filters(data: &[u8]) {
    let Some(book) = BOOK.as_ref() else { return };
    let Some((first, rest)) = data.split_first() else { return };
    if first % 2 == 0 {
        let Ok(text) = std::str::from_utf8(rest) else { return };
        let pairs = vatra_view::urls::parse_query(text);
        let again = vatra_view::urls::parse_query(&vatra_view::urls::to_query(pairs.iter().map(|(name, value)| (name, value))));
        assert_eq!(again, pairs, "an address was written as another");
        let request = vatra_view::table_request("t", &pairs);
        let sort = request.sort.into_iter().map(|(name, descending)| Sorting { name, descending }).collect();
        let query = Query { register: book.schema.name.clone(), all_of: Vec::new(), search: request.search, sort, include_closed: true };
        ask(book, &query, u64::from(request.page - 1) * 25, &[], &[]);
    } else {
        let u = &mut Unstructured::new(rest);
        let Ok(query) = query(u) else { return };
        let (Ok(offset), Ok(group), Ok(sum)) = (u.arbitrary::<u16>(), text(u), text(u)) else { return };
        let functions = [Function::Count, Function::Sum, Function::Minimum, Function::Maximum];
        let aggregates = functions.map(|function| Aggregate { function, name: sum.clone() });
        ask(book, &query, u64::from(offset % 64), &[group], &aggregates);
    }
}

fn ask(book: &Book, query: &Query, offset: u64, groups: &[String], aggregates: &[Aggregate]) {
    book.runtime.block_on(async {
        let Some(mut snapshot) = holds(book.store.snapshot(book.tenant).await) else { return };
        for reach in [Reach::Module, Reach::Host] {
            if let Some(page) = holds(snapshot.find(&book.schema, query, reach, offset, 10).await) {
                assert!(page.entries.len() <= 10 && page.entries.len() as u64 <= page.total && page.total <= 40);
                let ids: BTreeSet<EntryId> = page.entries.iter().map(|entry| entry.at.id).collect();
                assert_eq!(ids.len(), page.entries.len(), "an entry was found twice");
            }
        }
        if !aggregates.is_empty() {
            let _buckets = holds(snapshot.summarise(&book.schema, query, groups, aggregates).await);
        }
    });
}
