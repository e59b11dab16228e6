//! Visitors are reminded of their appointments, the day before.

use super::{App, AppError};
use vatra_capabilities::mnotify::{SERVICE, TELL};
use vatra_core::appointments::{Appointment, AppointmentChange, Counter, NoticeChange, counters, notice};
use vatra_core::call::Tenant;
use vatra_core::ids::{Name, OutboxId};
use vatra_core::manifest::Localized;
use vatra_core::services::Offered;
use vatra_core::settings::COUNTERS;
use vatra_core::store::{CommitError, StoreError};
use vatra_core::unit::{Outgoing, Unit};

/// Taken at once.
const SOME: u32 = 200;

impl App {
    /// Has those reminded who are to be by now; how many. Each once, however many hosts look: it leaves together with the note that it did.
    ///
    /// # Errors
    /// [`AppError::Store`].
    pub async fn remind(&self) -> Result<u32, AppError> {
        let now = self.clock.now();
        let mut reminded = 0;
        let waiting = self.store.reminders_waiting(now).await?;
        if waiting.is_empty() {
            return Ok(0);
        }
        let tenants = self.store.tenants().await?;
        for id in waiting {
            let Some(tenant) = tenants.iter().find(|tenant| tenant.id == id) else { continue };
            let mut snapshot = self.store.snapshot(id).await?;
            let due = snapshot.appointments_to_remind(now, SOME).await?;
            let known = counters(&snapshot.setting(COUNTERS).await?, now.civil_date());
            drop(snapshot);
            let services = self.services.services(id).await?;
            for visit in &due {
                reminded += u32::from(self.remind_one(tenant, visit, &services, &known).await?);
            }
        }
        if reminded > 0 {
            self.runtime.nudge();
        }
        Ok(reminded)
    }

    async fn remind_one(&self, tenant: &Tenant, visit: &Appointment, services: &[Offered], known: &[Counter]) -> Result<bool, AppError> {
        let now = self.clock.now();
        let mut unit = Unit::new(now, None, visit.module.clone());
        unit.appointments.push(AppointmentChange::Reminded { id: visit.id, version: visit.version });
        // Whose day has come meanwhile, because no host ran, is not told of tomorrow.
        if visit.starts.civil_date() > now.civil_date() {
            let code = visit.service.to_string();
            let handled = services.iter().find(|one| one.service.code == visit.service);
            let title = handled.map_or_else(|| Localized { ro: code.clone(), ru: code.clone(), en: code }, |one| one.service.title.clone());
            let counter = known.iter().find(|one| one.id == visit.counter);
            // Why it was moved was said when it was.
            let visit = Appointment { note: String::new(), ..visit.clone() };
            let told = notice(NoticeChange::Reminded, &tenant.name, &visit, &title, counter);
            let payload = serde_json::to_string(&told).map_err(|error| StoreError::Corrupt(error.to_string()))?;
            let service = Name::new(SERVICE).map_err(|error| StoreError::Corrupt(error.to_string()))?;
            unit.outgoing.push(Outgoing { id: OutboxId::fresh(), service, kind: TELL.to_owned(), payload });
        }
        match self.store.commit(tenant.id, unit).await {
            Ok(_) => Ok(true),
            Err(CommitError::Store(error)) => Err(error.into()),
            // It was moved, or another host was quicker.
            Err(_) => Ok(false),
        }
    }
}
