//! What the municipality settled: the host's own settings and those that its modules declare.

use super::{App, AppError, By};
use serde_json::json;
use std::collections::BTreeMap;
use vatra_core::audit::AuditKind;
use vatra_core::call::Tenant;
use vatra_core::ids::Name;
use vatra_core::settings::{self, ACCOUNTS, DETAILS, Enacted, HOST, SettingSchema};
use vatra_core::value::{Fields, Value};
use vatra_view::pages::administration::Account;

/// A setting with all that was ever entered.
pub struct SettingView {
    /// As declared.
    pub schema: SettingSchema,
    /// The modules that go by it; none for the host's own.
    pub modules: Vec<Name>,
    /// Oldest first.
    pub enacted: Vec<Enacted>,
}

/// How many characters name a decision.
const DECISION: usize = 200;

impl App {
    /// Every setting of a municipality: the host's own, then those of its modules, by name.
    ///
    /// # Errors
    /// [`AppError`].
    pub async fn settings(&self, tenant: &Tenant) -> Result<Vec<SettingView>, AppError> {
        let mut declared: BTreeMap<Name, (SettingSchema, Vec<Name>)> = BTreeMap::new();
        for installed in self.store.installed(tenant.id).await? {
            let Ok(binding) = self.runtime.binding(tenant.id, &installed.module).await else { continue };
            for schema in &binding.manifest.settings {
                let known = declared.entry(schema.name.clone()).or_insert_with(|| (schema.clone(), Vec::new()));
                known.1.push(installed.module.clone());
            }
        }
        let own = HOST.iter().cloned().map(|schema| (schema, Vec::new()));
        let mut enacted: BTreeMap<Name, Vec<Enacted>> = BTreeMap::new();
        for one in self.store.settings(tenant.id).await? {
            enacted.entry(one.setting.clone()).or_default().push(one);
        }
        let all = own.chain(declared.into_values());
        Ok(all
            .map(|(schema, modules)| {
                let enacted = enacted.remove(&schema.name).unwrap_or_default();
                SettingView { schema, modules, enacted }
            })
            .collect())
    }

    /// Settles something from a date on. What held before keeps holding for the dates before.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when no such setting is declared; [`AppError::Usage`] with the field and rule that the rows break.
    pub async fn enact(
        &self,
        tenant: &Tenant,
        setting: &str,
        since: chrono::NaiveDate,
        rows: Vec<Fields>,
        decision: &str,
        by: By,
    ) -> Result<(), AppError> {
        let found = self.settings(tenant).await?.into_iter().find(|view| view.schema.name.as_str() == setting);
        let schema = found.ok_or_else(|| AppError::NotFound(format!("setting {setting}")))?.schema;
        let rows: Vec<Fields> = rows.into_iter().map(|row| row.into_iter().filter(|(_, value)| !value.is_none()).collect()).collect();
        schema.check(&rows).map_err(|(field, rule)| AppError::Usage(format!("{field}: {rule}")))?;
        if schema.by_decision && (decision.trim().is_empty() || decision.chars().count() > DECISION) {
            return Err(AppError::Usage("decision: required".into()));
        }
        let detail = json!({ "setting": schema.name, "since": since, "rows": rows.len(), "decision": decision });
        let row = self.row(by, AuditKind::Administration, None, "setting", &detail);
        let (at, decision) = (self.clock.now(), decision.trim().to_owned());
        let enacted = Enacted { setting: schema.name, since, rows, decision, document: None, at, by: by.person };
        Ok(self.store.enact(tenant.id, &enacted, row).await?)
    }

    /// How the town hall is reached today; empty as long as nobody entered it.
    ///
    /// # Errors
    /// [`AppError::Store`].
    pub async fn details(&self, tenant: &Tenant) -> Result<Fields, AppError> {
        let all = self.store.snapshot(tenant.id).await?.setting(DETAILS).await?;
        let holds = settings::on(&all, self.clock.now().civil_date());
        Ok(holds.and_then(|one| one.rows.first().cloned()).unwrap_or_default())
    }

    /// The treasury accounts that the municipality settled on, as they are today; IBANs without the spaces that people write.
    ///
    /// # Errors
    /// [`AppError::Store`].
    pub async fn accounts(&self, tenant: &Tenant) -> Result<Vec<Account>, AppError> {
        let all = self.store.snapshot(tenant.id).await?.setting(ACCOUNTS).await?;
        let holds = settings::on(&all, self.clock.now().civil_date());
        let text = |row: &Fields, field: &str| match row.get(field) {
            Some(Value::Text(text) | Value::Iban(text)) => text.clone(),
            _ => String::new(),
        };
        let account = |row: &Fields| Account {
            name: text(row, "name"),
            title: text(row, "title"),
            iban: text(row, "iban").split_whitespace().collect(),
        };
        Ok(holds.map(|one| one.rows.iter().map(account).collect()).unwrap_or_default())
    }
}
