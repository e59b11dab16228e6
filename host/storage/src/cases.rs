//! Cases, as they are read.

use crate::codec::version;
use crate::db::{Param, Row, Tx, json, params};
use crate::fault::Fault;
use crate::snapshot::TenantSnapshot;
use async_trait::async_trait;
use uuid::Uuid;
use vatra_core::cases::{CHANGED, Case, CaseFields, CaseQuery, CaseSnapshot, CaseTold, Standing, Step, Turn};
use vatra_core::clock::Instant;
use vatra_core::ids::{CaseId, InboxId, Name, SubjectId, TenantId};
use vatra_core::store::{InboxItem, InboxState, StoreError};

/// Columns that [`read`] reads.
const COLUMNS: &str = "number, version, body";
const OPEN: &str = "standing IN ('submitted', 'in-work', 'waiting-applicant', 'waiting-payment')";
/// Of cases without a term: they come last.
pub(crate) const NEVER: &str = "9999-12-31";

/// Whose are overdue and untold.
pub(crate) const OVERDUE: &str = "SELECT t.id FROM tenants t WHERE EXISTS (SELECT 1 FROM cases c WHERE c.tenant = t.id \
     AND c.standing IN ('submitted', 'in-work', 'waiting-payment') AND NOT c.told AND c.due < ?) ORDER BY t.slug";

fn read(row: &Row) -> Result<Case, Fault> {
    Ok(Case { number: row.get(0)?, version: version(row, 1)?, ..row.json(2)? })
}

pub(crate) async fn one(tx: &mut Tx, tenant: TenantId, id: CaseId) -> Result<Option<Case>, Fault> {
    let sql = format!("SELECT {COLUMNS} FROM cases WHERE tenant = ? AND id = ?");
    tx.row(&sql, params![tenant.0, id.0]).await?.as_ref().map(read).transpose()
}

async fn numbered(tx: &mut Tx, tenant: TenantId, number: &str) -> Result<Option<(Case, String)>, Fault> {
    let sql = format!("SELECT {COLUMNS}, code FROM cases WHERE tenant = ? AND number = ?");
    let row = tx.row(&sql, params![tenant.0, number]).await?;
    row.as_ref().map(|row| Ok((read(row)?, row.get(3)?))).transpose()
}

async fn fields(tx: &mut Tx, tenant: TenantId, id: CaseId) -> Result<CaseFields, Fault> {
    let sql = "SELECT fields, personal FROM cases WHERE tenant = ? AND id = ?";
    let Some(row) = tx.row(sql, params![tenant.0, id.0]).await? else { return Ok(CaseFields::new()) };
    let mut all: Vec<(usize, (String, vatra_core::value::Value))> = row.json(0)?;
    if let Some(personal) = row.get::<Option<String>>(1)? {
        all.extend(crate::db::parse::<Vec<_>>(&personal)?);
    }
    all.sort_by_key(|(place, _)| *place);
    Ok(all.into_iter().map(|(_, field)| field).collect())
}

/// Fields as JSON, each with its place, and the personal ones as JSON of their own if there are any.
pub(crate) fn split(fields: &CaseFields) -> Result<(String, Option<String>), Fault> {
    let is_personal = |value: &vatra_core::value::Value| matches!(value, vatra_core::value::Value::Personal(_));
    let (personal, plain): (Vec<_>, Vec<_>) = fields.iter().enumerate().partition(|(_, (_, value))| is_personal(value));
    Ok((json(&plain)?, if personal.is_empty() { None } else { Some(json(&personal)?) }))
}

async fn steps(tx: &mut Tx, tenant: TenantId, id: CaseId) -> Result<Vec<Step>, Fault> {
    let sql = "SELECT at, by_whom, standing, note, shown FROM case_steps WHERE tenant = ? AND about = ? ORDER BY version";
    let step = |row: &Row| {
        let standing: String = row.get(2)?;
        Ok(Step {
            at: Instant(row.get(0)?),
            by: row.get::<Option<Uuid>>(1)?.map(SubjectId),
            standing: Standing::from_code(&standing).ok_or_else(|| Fault::corrupt("a step of a case"))?,
            note: row.get(3)?,
            shown: row.get(4)?,
        })
    };
    tx.rows(sql, params![tenant.0, id.0]).await?.iter().map(step).collect()
}

/// The condition with its parameters, and the order.
fn select(tenant: TenantId, query: &CaseQuery) -> (String, Vec<Param>, &'static str) {
    match query {
        CaseQuery::Of { applicant, through: None } => ("applicant = ?".into(), params![tenant.0, applicant.0], "id DESC"),
        CaseQuery::Of { applicant, through: Some(module) } => {
            ("applicant = ? AND module = ?".into(), params![tenant.0, applicant.0, module.as_str()], "id DESC")
        }
        CaseQuery::For { services, standing } => {
            // A list is never empty: PostgreSQL and SQLite agree on that.
            let services = Param::Texts(services.iter().map(Name::as_str).chain([""]).map(str::to_owned).collect());
            match standing {
                None => (format!("service IN (??) AND {OPEN}"), vec![tenant.0.into(), services], "due, id"),
                Some(standing) => {
                    ("service IN (??) AND standing = ?".into(), vec![tenant.0.into(), services, standing.code().into()], "id DESC")
                }
            }
        }
        CaseQuery::Overdue(today) => {
            let condition = "standing IN ('submitted', 'in-work', 'waiting-payment') AND NOT told AND due < ?";
            (condition.into(), params![tenant.0, today.to_string()], "due, id")
        }
    }
}

async fn page(tx: &mut Tx, tenant: TenantId, query: &CaseQuery, offset: u64, limit: u32) -> Result<Vec<Case>, Fault> {
    let (condition, mut given, order) = select(tenant, query);
    let sql = format!("SELECT {COLUMNS} FROM cases WHERE tenant = ? AND {condition} ORDER BY {order} LIMIT ? OFFSET ?");
    given.extend(params![limit, offset]);
    tx.rows(&sql, given).await?.iter().map(read).collect()
}

async fn count(tx: &mut Tx, tenant: TenantId, query: &CaseQuery) -> Result<u64, Fault> {
    let (condition, given, _) = select(tenant, query);
    let row = tx.row(&format!("SELECT count(*) FROM cases WHERE tenant = ? AND {condition}"), given).await?;
    row.map_or(Ok(0), |row| row.count(0))
}

/// What the handling module is told.
pub(crate) fn event(case: Case, turn: Turn, module: &Name, at: Instant) -> Result<InboxItem, Fault> {
    let (id, kind, payload) = (InboxId::fresh(), CHANGED.to_owned(), json(&CaseTold { turn, case })?);
    Ok(InboxItem { id, module: module.clone(), kind, payload, received_at: at, attempts: 0, state: InboxState::Waiting })
}

#[async_trait]
impl CaseSnapshot for TenantSnapshot {
    async fn case(&mut self, id: CaseId) -> Result<Option<Case>, StoreError> {
        let (tx, tenant) = self.parts();
        Ok(one(tx, tenant, id).await?)
    }
    async fn case_numbered(&mut self, number: &str) -> Result<Option<(Case, String)>, StoreError> {
        let (tx, tenant) = self.parts();
        Ok(numbered(tx, tenant, number).await?)
    }
    async fn case_fields(&mut self, id: CaseId) -> Result<CaseFields, StoreError> {
        let (tx, tenant) = self.parts();
        Ok(fields(tx, tenant, id).await?)
    }
    async fn case_steps(&mut self, id: CaseId) -> Result<Vec<Step>, StoreError> {
        let (tx, tenant) = self.parts();
        Ok(steps(tx, tenant, id).await?)
    }
    async fn cases(&mut self, query: &CaseQuery, offset: u64, limit: u32) -> Result<Vec<Case>, StoreError> {
        let (tx, tenant) = self.parts();
        Ok(page(tx, tenant, query, offset, limit).await?)
    }
    async fn cases_count(&mut self, query: &CaseQuery) -> Result<u64, StoreError> {
        let (tx, tenant) = self.parts();
        Ok(count(tx, tenant, query).await?)
    }
}
