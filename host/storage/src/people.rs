//! People and companies, and the officials among them.

use crate::db::{Param, Row, Tx, json, params};
use crate::dialect::{Kind, Table, insert};
use crate::fault::Fault;
use crate::index::People;
use crate::reindex;
use std::collections::BTreeSet;
use uuid::Uuid;
use vatra_core::call::Official;
use vatra_core::ids::{SubjectId, TenantId};
use vatra_core::unit::Subject;

const SUBJECTS: Table = Table {
    name: "subjects",
    columns: &[("tenant", Kind::Uuid), ("id", Kind::Uuid), ("company", Kind::Bool), ("idn", Kind::Text), ("name", Kind::Text)],
    suffix: "",
};
/// A merged subject answers as what it was merged into.
const SELECT: &str = "SELECT s.id, coalesce(m.id, s.id), coalesce(m.company, s.company), \
     CASE WHEN m.id IS NULL THEN s.idn ELSE m.idn END, coalesce(m.name, s.name) \
     FROM subjects s LEFT JOIN subjects m ON m.tenant = s.tenant AND m.id = s.merged_into WHERE s.tenant = ?";

fn subject(row: &Row) -> Result<Subject, Fault> {
    Ok(Subject { id: SubjectId(row.get(1)?), company: row.get(2)?, idn: row.get(3)?, name: row.get(4)? })
}

/// Subjects by the id that was asked for.
pub(crate) async fn load(tx: &mut Tx, tenant: TenantId, ids: BTreeSet<SubjectId>) -> Result<People, Fault> {
    let ids: Vec<Uuid> = ids.into_iter().map(|id| id.0).collect();
    let mut out = People::with_capacity(ids.len());
    for chunk in ids.chunks(512) {
        let sql = format!("{SELECT} AND s.id IN (??)");
        for row in tx.rows(&sql, vec![tenant.0.into(), Param::Uuids(chunk.to_vec())]).await? {
            out.insert(SubjectId(row.get(0)?), subject(&row)?);
        }
    }
    Ok(out)
}

/// Subjects by IDNP or IDNO.
pub(crate) async fn by_idn(tx: &mut Tx, tenant: TenantId, idns: &[String]) -> Result<Vec<Subject>, Fault> {
    let mut out = Vec::new();
    for chunk in idns.chunks(512) {
        let sql = format!("{SELECT} AND s.idn IN (??)");
        for row in tx.rows(&sql, vec![tenant.0.into(), Param::Texts(chunk.to_vec())]).await? {
            out.push(subject(&row)?);
        }
    }
    Ok(out)
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
    let sql = "DELETE FROM official_homes WHERE tenant = ? AND idnp NOT IN (SELECT s.idn FROM officials o \
         JOIN subjects s ON s.tenant = o.tenant AND s.id = o.person WHERE o.tenant = ? AND s.idn IS NOT NULL)";
    tx.execute(sql, params![tenant.0, tenant.0]).await?;
    let sql = "INSERT INTO official_homes (idnp, tenant) VALUES (?, ?) ON CONFLICT DO NOTHING";
    tx.execute(sql, params![official.idnp.as_str(), tenant.0]).await?;
    Ok(())
}
