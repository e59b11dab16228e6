//! `vatra:config`: what the municipality settled once for everyone, as of a date; and its working days.
//!
//! Parameters of the grant: `settings` (which may be read), `enacts` (which may be changed on the strength of a decision).

mod enact;

use crate::bindings::vatra::config::enactments as enact_wit;
use crate::bindings::vatra::config::settings as wit;
use crate::bindings::vatra::config::working_days as days_wit;
use crate::bindings::vatra::types::values::{Date, DocumentRef, Failure, Field, Value as WitValue};
use crate::convert;
use crate::registers::{Stop, counted};
use crate::state::{CallState, invalid};
use chrono::NaiveDate;
use vatra_core::grants::Ask;
use vatra_core::manifest::Language;
use vatra_core::seal::Origin;
use vatra_core::settings::{self, DAYS_OFF, DAYS_WORKED, Enacted, SettingSchema, VALUE};
use vatra_core::unit::Subject;
use vatra_core::value::{Fields, Value};
use vatra_core::workdays::WorkingDays;

const SERVICE: &str = "config";
/// Working days that are counted in one call.
const MOST_DAYS: i32 = 1_000;

type Answer<T> = wasmtime::Result<Result<T, Failure>>;

impl wit::Host for CallState {
    async fn municipality(&mut self) -> Answer<wit::Profile> {
        counted!(self, "config.municipality", profile(self))
    }
    async fn get(&mut self, name: String, on: Date) -> Answer<Option<WitValue>> {
        counted!(self, "config.get", async {
            let (schema, all) = read(self, &name).await?;
            if schema.many {
                return Err(invalid("name", "table").into());
            }
            let holds = settings::on(&all, day(on, "on")?);
            let value = holds.and_then(|one| one.rows.first()?.get(VALUE));
            Ok::<_, Stop>(value.map(|value| convert::to_guest(&self.binding.sealer, Origin::Stored, value)))
        })
    }
    async fn table(&mut self, name: String, on: Date) -> Answer<Vec<Vec<Field>>> {
        counted!(self, "config.table", async {
            let (_, all) = read(self, &name).await?;
            let rows = settings::on(&all, day(on, "on")?).map(|one| one.rows.as_slice()).unwrap_or_default();
            self.used.read(rows.len(), &self.limits)?;
            let sealer = &self.binding.sealer;
            Ok::<_, Stop>(rows.iter().map(|row| convert::fields_to_guest(sealer, Origin::Stored, |_| false, row)).collect())
        })
    }
    async fn history(&mut self, name: String) -> Answer<Vec<wit::Enacted>> {
        counted!(self, "config.history", async {
            let (schema, all) = read(self, &name).await?;
            self.used.read(all.len(), &self.limits)?;
            let mut days: Vec<NaiveDate> = all.iter().map(|one| one.since).collect();
            days.dedup();
            let one = |(at, since): (usize, &NaiveDate)| {
                let holds = settings::on(&all, *since)?;
                let value = holds.rows.first().and_then(|row| row.get(VALUE)).filter(|_| !schema.many);
                Some(wit::Enacted {
                    value: value.map_or(WitValue::None, |value| convert::to_guest(&self.binding.sealer, Origin::Stored, value)),
                    since: convert::date(*since),
                    until: days.get(at + 1).and_then(|next| next.pred_opt()).map(convert::date),
                    decision: holds.document.map(|id| DocumentRef { id: id.to_string() }),
                })
            };
            Ok::<_, Stop>(days.iter().enumerate().filter_map(one).collect())
        })
    }
}

impl enact_wit::Host for CallState {
    async fn enact(&mut self, name: String, value: WitValue, since: Date, decision: DocumentRef) -> Answer<()> {
        counted!(self, "config.enact", async {
            let rows = vec![vec![Field { name: VALUE.to_owned(), value }]];
            enact::enact(self, &name, rows, since, &decision, false).await
        })
    }
    async fn enact_table(&mut self, name: String, rows: Vec<Vec<Field>>, since: Date, decision: DocumentRef) -> Answer<()> {
        counted!(self, "config.enact-table", enact::enact(self, &name, rows, since, &decision, true))
    }
}

impl days_wit::Host for CallState {
    async fn is_working_day(&mut self, date: Date) -> Answer<bool> {
        counted!(self, "config.is-working-day", async { Ok::<_, Stop>(working_days(self).await?.is_working(day(date, "date")?)) })
    }
    async fn add(&mut self, date: Date, days: i32) -> Answer<Date> {
        counted!(self, "config.add", async {
            let from = day(date, "date")?;
            if days.abs() > MOST_DAYS {
                return Err(invalid("days", "range").into());
            }
            let found = working_days(self).await?.add(from, i64::from(days)).ok_or_else(|| invalid("date", "range"))?;
            Ok::<_, Stop>(convert::date(found))
        })
    }
    async fn or_next(&mut self, date: Date) -> Answer<Date> {
        counted!(self, "config.or-next", async { Ok::<_, Stop>(convert::date(working_days(self).await?.or_next(day(date, "date")?))) })
    }
}

fn day(date: Date, field: &str) -> Result<NaiveDate, Failure> {
    convert::date_from_guest(date).ok_or_else(|| invalid(field, "date"))
}

async fn profile(state: &mut CallState) -> Result<wit::Profile, Stop> {
    state.allow(SERVICE, &[])?;
    let tenant = state.ctx.tenant.clone();
    let name = match state.ctx.caller.language {
        Language::Ro => format!("Primăria {}", tenant.name),
        Language::Ru => format!("Примэрия {}", tenant.name),
        Language::En => format!("{} town hall", tenant.name),
    };
    // As long as nobody entered its number nobody can tell which company it is.
    let company = match tenant.idno.as_str() {
        "" => None,
        idno => {
            let company =
                Subject { id: vatra_core::ids::SubjectId::fresh(), company: true, idn: Some(idno.to_owned()), name: name.clone() };
            state.know(&[company]).await?.first().map(|id| convert::subject(&state.binding.sealer, *id))
        }
    };
    Ok(wit::Profile { name, district: tenant.district.clone(), cuatm: tenant.cuatm.clone(), company })
}

/// A setting that the manifest declares and the grant lists, with all that was entered and what this call adds.
async fn read(state: &mut CallState, name: &str) -> Result<(SettingSchema, Vec<Enacted>), Stop> {
    state.allow(SERVICE, &[Ask::Member("settings", name)])?;
    let schema = state.binding.manifest.setting(name).cloned().ok_or(Failure::NotFound)?;
    state.used.read(1, &state.limits)?;
    let mut all = state.snapshot().await?.setting(name).await?;
    all.extend(state.work.enacted.iter().filter(|one| one.setting == schema.name).cloned());
    all.retain(|one| schema.check(&one.rows).is_ok());
    all.sort_by_key(|one| (one.since, one.at));
    Ok((schema, all))
}

async fn working_days(state: &mut CallState) -> Result<WorkingDays, Stop> {
    state.allow(SERVICE, &[])?;
    state.used.read(2, &state.limits)?;
    let today = state.ctx.today();
    let snapshot = state.snapshot().await?;
    let (off, on) = (snapshot.setting(DAYS_OFF).await?, snapshot.setting(DAYS_WORKED).await?);
    Ok(settings::working_days(&off, &on, today))
}

/// Whether a value of a row is there at all.
fn filled(row: Fields) -> Fields {
    row.into_iter().filter(|(_, value)| *value != Value::None).collect()
}
