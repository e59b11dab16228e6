//! `vatra audit list|verify`: the trail, and the proof that it is unbroken.

use super::fault::Refusal;
use super::{Reply, Result, text};
use crate::app::App;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;
use vatra_core::audit::{AuditKind, AuditRow, Fault};
use vatra_core::call::Tenant;
use vatra_core::ids::{Name, SubjectId};
use vatra_core::store::AuditFilter;

/// Which rows of the trail.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct List {
    /// The municipality's slug.
    pub municipality: String,
    /// Only rows about this person: an official, an IDNP or IDNO, or a person's id from the trail.
    pub about: Option<String>,
    /// Only these kinds.
    pub kinds: Vec<String>,
    /// Only rows before this one.
    pub before: Option<u64>,
    /// At most this many, newest first.
    pub limit: u32,
}

async fn person(app: &App, tenant: &Tenant, who: &str) -> Result<SubjectId> {
    if let Ok(id) = who.parse() {
        return Ok(id);
    }
    if who.len() == 13 && who.bytes().all(|byte| byte.is_ascii_digit()) {
        let mut snapshot = app.store.snapshot(tenant.id).await?;
        let found = snapshot.subjects_by_idn(&[who.to_owned()]).await?.into_iter().next();
        let missing = || crate::app::AppError::NotFound(format!("{} knows nobody with this identifier", tenant.name));
        return Ok(found.ok_or_else(missing)?.id);
    }
    Ok(app.official(tenant, who).await?.person)
}

pub(super) async fn list(app: &App, list: List) -> Result<Reply> {
    let tenant = app.tenant(&list.municipality).await?;
    let about = match &list.about {
        Some(who) => Some(person(app, &tenant, who).await?),
        None => None,
    };
    let mut kinds = Vec::new();
    for code in &list.kinds {
        let known = || AuditKind::ALL.map(AuditKind::code).join(", ");
        kinds.push(AuditKind::from_code(code).ok_or_else(|| Refusal::Usage(format!("there is no kind '{code}'; kinds: {}", known())))?);
    }
    let rows =
        app.audit(&tenant, &AuditFilter { about, kinds, before: list.before, limit: list.limit.max(1), ..AuditFilter::default() }).await?;
    let handles: BTreeMap<SubjectId, Name> =
        app.store.officials(tenant.id).await?.into_iter().map(|official| (official.person, official.handle)).collect();
    let lines: Vec<Vec<String>> = rows.iter().map(|row| line(row, &handles)).collect();
    let text = text::table(&["no.", "when", "kind", "who", "by", "module", "what", "about", "detail"], &lines);
    let data: Vec<Json> = rows.iter().map(|row| data(row, &handles)).collect();
    Ok(Reply::done(text, json!({ "municipality": tenant.slug, "rows": data })))
}

fn line(row: &AuditRow, handles: &BTreeMap<SubjectId, Name>) -> Vec<String> {
    let entry = &row.entry;
    let who = match entry.actor {
        Some(person) => handles.get(&person).map_or_else(|| person.to_string(), Name::to_string),
        None => "—".to_owned(),
    };
    vec![
        row.sequence.to_string(),
        entry.at.local_text(),
        entry.kind.code().to_owned(),
        who,
        entry.channel.code().to_owned(),
        entry.module.as_ref().map(Name::to_string).unwrap_or_default(),
        entry.what.clone(),
        if entry.about.is_empty() { String::new() } else { entry.about.len().to_string() },
        entry.detail.clone(),
    ]
}

fn data(row: &AuditRow, handles: &BTreeMap<SubjectId, Name>) -> Json {
    let entry = &row.entry;
    json!({
        "sequence": row.sequence, "at": entry.at.rfc3339(), "kind": entry.kind.code(), "call": entry.call, "actor": entry.actor,
        "handle": entry.actor.and_then(|person| handles.get(&person)), "channel": entry.channel.code(), "module": entry.module,
        "what": entry.what, "detail": serde_json::from_str::<Json>(&entry.detail).unwrap_or_default(), "legal-basis": entry.legal_basis,
        "about": entry.about, "hash": hex::encode(row.hash),
    })
}

pub(super) async fn verify(app: &App, municipality: Option<&str>) -> Result<Reply> {
    let tenants = match municipality {
        Some(slug) => vec![app.tenant(slug).await?],
        None => app.store.tenants().await?,
    };
    let (mut lines, mut trails, mut broken) = (Vec::new(), Vec::new(), false);
    for tenant in &tenants {
        let found = app.verify_audit(tenant).await?;
        let checkpoint = found.checkpoint.map_or_else(|| "no checkpoint yet".to_owned(), |row| format!("checkpoint at row {row}"));
        if found.faults.is_empty() {
            lines.push(format!("{}: unbroken, {} rows, {checkpoint}", tenant.slug, found.rows));
        } else {
            broken = true;
            lines.push(format!("{}: BROKEN, {} rows, {checkpoint}", tenant.slug, found.rows));
            lines.extend(found.faults.iter().map(|fault| format!("  {}", words(fault))));
        }
        let faults: Vec<Json> = found
            .faults
            .iter()
            .map(|fault| {
                let mut data = json!(fault);
                if let Some(data) = data.as_object_mut() {
                    data.insert("text".into(), words(fault).into());
                }
                data
            })
            .collect();
        trails.push(json!({
            "municipality": tenant.slug, "rows": found.rows, "checkpoint": found.checkpoint, "unbroken": faults.is_empty(), "faults": faults,
        }));
    }
    let mut json = json!({ "unbroken": !broken, "trails": trails });
    if broken && let Some(json) = json.as_object_mut() {
        let detail = lines.iter().filter(|line| line.starts_with(' ')).map(|line| line.trim()).collect::<Vec<_>>().join("; ");
        json.insert("error".into(), json!({ "code": "audit-broken", "title": "The audit trail was tampered with", "detail": detail }));
    }
    Ok(Reply { code: u8::from(broken), text: lines.join("\n"), json })
}

fn words(fault: &Fault) -> String {
    match fault {
        Fault::Altered { sequence } => format!("row {sequence} was altered or moved"),
        Fault::Missing { sequence } => format!("rows are missing from {sequence} on"),
        Fault::CutOff { last, checkpoint } => {
            format!("the end was cut off: the last row is {last}, but a signed checkpoint vouches for row {checkpoint}")
        }
        Fault::Rewritten { checkpoint } => format!("the trail was rewritten: row {checkpoint} is not the one that was signed"),
        Fault::Forged { checkpoint } => format!("the signature of the checkpoint at row {checkpoint} does not hold"),
        Fault::Index { sequence } => format!("the list of people that row {sequence} concerns differs from the row"),
    }
}
