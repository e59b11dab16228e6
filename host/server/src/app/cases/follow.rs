//! Cases that nobody is at work on: told to their modules when they are late, and to whoever has number and code.

use super::super::{App, AppError};
use super::{named, title};
use vatra_core::call::Tenant;
use vatra_core::cases::{Case, CaseChange, CaseQuery, SERVICE, code_hash};
use vatra_core::ids::TenantId;
use vatra_core::manifest::Language;
use vatra_core::services::Offered;
use vatra_core::store::{CommitError, StoreError};
use vatra_core::unit::Unit;
use vatra_core::value::Money;
use vatra_core::view::OrderStatus;
use vatra_view::pages::cases::Followed;

/// Cases taken at once.
const SOME: u32 = 200;

impl App {
    /// Tells modules of cases whose term has passed, each once; how many.
    ///
    /// # Errors
    /// [`AppError::Store`].
    pub(in crate::app) async fn tell_overdue_cases(&self) -> Result<u64, AppError> {
        let (now, mut told) = (self.clock.now(), 0);
        let today = now.civil_date();
        for tenant in self.store.cases_overdue(today).await? {
            let late = self.store.snapshot(tenant).await?.cases(&CaseQuery::Overdue(today), 0, SOME).await?;
            let offered = self.services.services(tenant).await?;
            for case in late {
                told += u64::from(self.tell_overdue_case(tenant, &case, &offered).await?);
            }
        }
        Ok(told)
    }

    async fn tell_overdue_case(&self, tenant: TenantId, case: &Case, offered: &[Offered]) -> Result<bool, AppError> {
        let handled = offered.iter().find(|one| one.service.code == case.service).and_then(|one| one.listener(SERVICE));
        let tell = handled.unwrap_or(&case.handler).clone();
        let mut unit = Unit::new(self.clock.now(), None, tell.clone());
        unit.cases.push(CaseChange::Overdue { id: case.id, version: case.version, tell });
        match self.store.commit(tenant, unit).await {
            Ok(_) => Ok(true),
            Err(CommitError::Store(error)) => Err(error.into()),
            // It was changed, or another host was quicker.
            Err(_) => Ok(false),
        }
    }

    /// What anyone may know who has this number and code.
    ///
    /// # Errors
    /// [`AppError`].
    pub async fn follow(&self, tenant: &Tenant, number: &str, code: &str, language: Language) -> Result<Option<Followed>, AppError> {
        let mut snapshot = self.store.snapshot(tenant.id).await?;
        let Some((case, hash)) = snapshot.case_numbered(number).await? else { return Ok(None) };
        if code_hash(case.id, code) != hash {
            return Ok(None);
        }
        let today = self.clock.now().civil_date();
        let mut to_pay = Vec::new();
        for number in &case.orders {
            let Some(order) = snapshot.any_order(number).await? else { continue };
            let rest = Money(order.due.0.saturating_sub(order.paid.0));
            let payable = matches!(order.status_on(today), OrderStatus::Active | OrderStatus::PartiallyPaid);
            if payable && rest.0 > 0 {
                to_pay.push((number.clone(), rest, self.pay_url(number)));
            }
        }
        let steps = snapshot.case_steps(case.id).await?;
        drop(snapshot);
        let offered = self.services.services(tenant.id).await?;
        let followed = Followed {
            service: title(&offered, &case, language),
            standing: named(case.standing.code())?,
            submitted_on: case.submitted_on,
            due: case.due.filter(|_| case.standing.is_open()),
            asked: case.asked.map(|asked| (asked.note, asked.until)),
            to_pay,
            steps: steps
                .into_iter()
                .map(|step| Ok((step.at, named(step.standing.code())?, if step.shown { step.note } else { String::new() })))
                .collect::<Result<_, StoreError>>()?,
            number: case.number,
        };
        Ok(Some(followed))
    }
}
