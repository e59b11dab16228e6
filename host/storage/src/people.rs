//! People and companies, and the officials among them.

use crate::db::{Dialect, Param, Pools, Row, Tx, json, params};
use crate::dialect::{Kind, Table, each, insert};
use crate::fault::Fault;
use crate::index::People;
use crate::reindex;
use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;
use uuid::Uuid;
use vatra_core::call::Official;
use vatra_core::ids::{Name, SubjectId, TenantId};
use vatra_core::unit::Subject;

const SUBJECTS: Table = Table {
    name: "subjects",
    columns: &[("tenant", Kind::Uuid), ("id", Kind::Uuid), ("company", Kind::Bool), ("idn", Kind::Text), ("name", Kind::Text)],
    suffix: "",
};
const COLUMNS: &str = "s.id, s.company, s.idn, s.name, s.merged_into";
/// Ids of one query.
const CHUNK: usize = 512;

/// Whoever can ask the database.
trait Ask: Send {
    fn dialect(&self) -> Dialect;
    fn ask(&mut self, sql: &str, params: Vec<Param>) -> impl Future<Output = Result<Vec<Row>, Fault>> + Send;
}

impl Ask for Tx {
    fn dialect(&self) -> Dialect {
        Tx::dialect(self)
    }
    async fn ask(&mut self, sql: &str, params: Vec<Param>) -> Result<Vec<Row>, Fault> {
        self.rows(sql, params).await
    }
}

impl Ask for &Pools {
    fn dialect(&self) -> Dialect {
        self.dialect
    }
    async fn ask(&mut self, sql: &str, params: Vec<Param>) -> Result<Vec<Row>, Fault> {
        self.read_once(sql, params).await
    }
}

/// As it is kept: with the subject that it was merged into, who answers for it.
#[derive(Clone, Debug)]
pub(crate) struct Kept {
    pub(crate) subject: Subject,
    pub(crate) merged_into: Option<SubjectId>,
}

/// Reads [`COLUMNS`], from this column on.
pub(crate) fn kept(row: &Row, from: usize) -> Result<Kept, Fault> {
    let id = SubjectId(row.get(from)?);
    let subject = Subject { id, company: row.get(from + 1)?, idn: row.get(from + 2)?, name: row.get(from + 3)? };
    Ok(Kept { subject, merged_into: row.get::<Option<Uuid>>(from + 4)?.map(SubjectId) })
}

async fn by_id(asked: &mut impl Ask, tenant: TenantId, ids: &[SubjectId]) -> Result<Vec<Kept>, Fault> {
    let mut out = Vec::with_capacity(ids.len());
    let sql = format!("SELECT {COLUMNS} FROM {}", each(asked.dialect(), "subjects", "s"));
    for chunk in ids.chunks(CHUNK) {
        let ids = Param::Uuids(chunk.iter().map(|id| id.0).collect());
        for row in asked.ask(&sql, vec![tenant.0.into(), ids]).await? {
            out.push(kept(&row, 0)?);
        }
    }
    Ok(out)
}

/// Whoever answers for each of them, by the id that was asked for.
async fn answering(asked: &mut impl Ask, tenant: TenantId, found: Vec<Kept>) -> Result<People, Fault> {
    let merged: BTreeSet<SubjectId> = found.iter().filter_map(|kept| kept.merged_into).collect();
    let mut into = People::new();
    if !merged.is_empty() {
        let merged: Vec<SubjectId> = merged.into_iter().collect();
        into.extend(by_id(asked, tenant, &merged).await?.into_iter().map(|kept| (kept.subject.id, kept.subject)));
    }
    let answer = |kept: Kept| {
        let id = kept.subject.id;
        (id, kept.merged_into.and_then(|merged| into.get(&merged).cloned()).unwrap_or(kept.subject))
    };
    Ok(found.into_iter().map(answer).collect())
}

/// Subjects by the id that was asked for.
pub(crate) async fn load(tx: &mut Tx, tenant: TenantId, ids: BTreeSet<SubjectId>) -> Result<People, Fault> {
    let ids: Vec<SubjectId> = ids.into_iter().collect();
    let found = by_id(tx, tenant, &ids).await?;
    answering(tx, tenant, found).await
}

/// The same, as they are now.
pub(crate) async fn load_now(mut pools: &Pools, tenant: TenantId, ids: &[SubjectId]) -> Result<People, Fault> {
    let found = match pools.dialect {
        Dialect::Sqlite => by_id(&mut pools, tenant, ids).await?,
        Dialect::Postgres => pools.gathered.people(tenant, ids).await?,
    };
    answering(&mut pools, tenant, found).await
}

/// Subjects by IDNP or IDNO.
pub(crate) async fn by_idn(tx: &mut Tx, tenant: TenantId, idns: &[String]) -> Result<Vec<Subject>, Fault> {
    let mut found = Vec::new();
    for chunk in idns.chunks(CHUNK) {
        let sql = format!("SELECT {COLUMNS} FROM subjects s WHERE s.tenant = ? AND s.idn IN (??)");
        for row in tx.rows(&sql, vec![tenant.0.into(), Param::Texts(chunk.to_vec())]).await? {
            found.push(kept(&row, 0)?);
        }
    }
    Ok(answering(tx, tenant, found).await?.into_values().collect())
}

/// The ids of people, in their order; those that are not known are added.
pub(crate) async fn know(tx: &mut Tx, tenant: TenantId, people: &[Subject]) -> Result<Vec<SubjectId>, Fault> {
    let idns: Vec<String> = people.iter().filter_map(|subject| subject.idn.clone()).collect();
    let found = by_idn(tx, tenant, &idns).await?;
    let mut known: BTreeMap<String, SubjectId> = found.into_iter().filter_map(|subject| Some((subject.idn?, subject.id))).collect();
    let (mut ids, mut new) = (Vec::with_capacity(people.len()), Vec::new());
    for subject in people {
        let id = subject.idn.as_ref().and_then(|idn| known.get(idn).copied());
        ids.push(id.unwrap_or(subject.id));
        if id.is_none() {
            known.extend(subject.idn.clone().map(|idn| (idn, subject.id)));
            new.push(subject.clone());
        }
    }
    add(tx, tenant, &new).await?;
    Ok(ids)
}

/// Adds subjects; an identifier or id that is there already is [`Fault::Unique`].
pub(crate) async fn add(tx: &mut Tx, tenant: TenantId, subjects: &[Subject]) -> Result<(), Fault> {
    let row = |subject: &Subject| params![subject.id.0, subject.company, subject.idn.clone(), subject.name.as_str()];
    insert(tx, &SUBJECTS, params![tenant.0], subjects.iter().map(row).collect()).await
}

/// A query for a tenant's officials, by handle.
pub(crate) const OFFICIALS: &str = "SELECT o.handle, o.person, o.roles, s.name, s.idn FROM officials o \
     JOIN subjects s ON s.tenant = o.tenant AND s.id = o.person WHERE o.tenant = ? ORDER BY o.handle";

/// Reads what it found.
pub(crate) fn officials(rows: &[Row]) -> Result<Vec<Official>, Fault> {
    let read = |row: &Row| {
        Ok(Official {
            handle: row.name(0)?,
            person: SubjectId(row.get(1)?),
            roles: row.json(2)?,
            name: row.get(3)?,
            idnp: row.get::<Option<String>>(4)?.unwrap_or_default(),
        })
    };
    rows.iter().map(read).collect()
}

/// Those who hold no office here any more are no longer found by their IDNP when they sign in.
async fn forget_homes(tx: &mut Tx, tenant: TenantId) -> Result<(), Fault> {
    let sql = "DELETE FROM official_homes WHERE tenant = ? AND idnp NOT IN (SELECT s.idn FROM officials o \
         JOIN subjects s ON s.tenant = o.tenant AND s.id = o.person WHERE o.tenant = ? AND s.idn IS NOT NULL)";
    tx.execute(sql, params![tenant.0, tenant.0]).await?;
    Ok(())
}

/// Takes an office away; whether anybody held it.
pub(crate) async fn drop_official(tx: &mut Tx, tenant: TenantId, handle: &Name) -> Result<bool, Fault> {
    let dropped = tx.execute("DELETE FROM officials WHERE tenant = ? AND handle = ?", params![tenant.0, handle.as_str()]).await? > 0;
    forget_homes(tx, tenant).await?;
    Ok(dropped)
}

/// Adds an official or replaces their roles. A person whom the municipality knows by the IDNP stays that person, whatever id is given.
pub(crate) async fn put_official(tx: &mut Tx, tenant: TenantId, official: &Official) -> Result<(), Fault> {
    let known = by_idn(tx, tenant, std::slice::from_ref(&official.idnp)).await?.into_iter().next();
    let known = match known {
        Some(person) => Some(person),
        None => load(tx, tenant, BTreeSet::from([official.person])).await?.into_values().next(),
    };
    let person = match known {
        None => {
            let subject = Subject { id: official.person, company: false, idn: Some(official.idnp.clone()), name: official.name.clone() };
            add(tx, tenant, &[subject]).await?;
            official.person
        }
        Some(person) => {
            if person.name != official.name || person.idn.as_deref() != Some(official.idnp.as_str()) {
                let sql = "UPDATE subjects SET name = ?, idn = ? WHERE tenant = ? AND id = ?";
                tx.execute(sql, params![official.name.as_str(), official.idnp.as_str(), tenant.0, person.id.0]).await?;
                reindex::person(tx, tenant, person.id).await?;
            }
            person.id
        }
    };
    let sql = "INSERT INTO officials (tenant, handle, person, roles) VALUES (?, ?, ?, ?) \
         ON CONFLICT (tenant, handle) DO UPDATE SET person = EXCLUDED.person, roles = EXCLUDED.roles";
    tx.execute(sql, params![tenant.0, official.handle.as_str(), person.0, json(&official.roles)?]).await?;
    // Whoever held the handle, or had another IDNP, before is no longer found by it.
    forget_homes(tx, tenant).await?;
    let sql = "INSERT INTO official_homes (idnp, tenant) VALUES (?, ?) ON CONFLICT DO NOTHING";
    tx.execute(sql, params![official.idnp.as_str(), tenant.0]).await?;
    Ok(())
}
