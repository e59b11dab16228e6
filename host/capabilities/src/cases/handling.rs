//! The side of the module that handles the service.

use super::{case, change, open, page, said_in, steps, stored};
use crate::bindings::vatra::cases::handling as wit;
use crate::bindings::vatra::cases::types as told;
use crate::bindings::vatra::types::values::{Date, DocumentRef, EntryRef, Failure, Field};
use crate::convert;
use crate::registers::{Stop, counted};
use crate::state::{CallState, invalid};
use chrono::NaiveDate;
use std::collections::BTreeSet;
use vatra_core::call::Channel;
use vatra_core::cases::{Case, CaseQuery, Move, Question, SERVICE, Said, Standing};
use vatra_core::documents::Standing as Made;
use vatra_core::grants::Denial;
use vatra_core::ids::Name;
use vatra_core::seal::Origin;

type Answer<T> = wasmtime::Result<Result<T, Failure>>;

const PART: &str = "handling";

impl wit::Host for CallState {
    async fn get(&mut self, id: String) -> Answer<told::ApplicationCase> {
        counted!(self, "cases.get", async {
            let found = one(self, &id).await?;
            Ok::<_, Stop>(case(&self.binding.sealer, &found, true))
        })
    }
    async fn find(&mut self, standing: Option<told::Standing>, limit: u32, cursor: Option<String>) -> Answer<told::Page> {
        counted!(self, "cases.find", async {
            handling(self)?;
            let services: BTreeSet<Name> = self.binding.manifest.services.iter().map(|service| service.code.clone()).collect();
            let standing = standing.and_then(|wanted| Standing::ALL.into_iter().find(|one| super::standing(*one) == wanted));
            page(self, &CaseQuery::For { services, standing }, limit, cursor, true).await
        })
    }
    async fn fields(&mut self, id: String) -> Answer<Vec<Field>> {
        counted!(self, "cases.fields", async {
            let found = one(self, &id).await?;
            let fields = said_in(self, found.id).await?;
            self.used.read(1, &self.limits)?;
            let sealer = &self.binding.sealer;
            let each = |(name, value): &(String, _)| Field { name: name.clone(), value: convert::to_guest(sealer, Origin::Stored, value) };
            Ok::<_, Stop>(fields.iter().map(each).collect())
        })
    }
    async fn timeline(&mut self, id: String) -> Answer<Vec<told::Step>> {
        counted!(self, "cases.steps", async {
            let found = one(self, &id).await?;
            steps(self, found.id).await
        })
    }
    async fn attach(&mut self, id: String, version: u32, entry: EntryRef) -> Answer<u32> {
        counted!(self, "cases.attach", async {
            let before = to_change(self, &id).await?;
            let entry = convert::entry_from_guest(&entry).ok_or_else(|| invalid("entry", "type"))?;
            self.register(entry.register.as_str())?;
            change(self, &before, version, Move::Attach(entry), None, None, None).await
        })
    }
    async fn advance(&mut self, id: String, version: u32, note: String) -> Answer<u32> {
        counted!(self, "cases.advance", async {
            let before = to_change(self, &id).await?;
            change(self, &before, version, Move::Advance(note), None, None, None).await
        })
    }
    async fn ask(&mut self, id: String, version: u32, fields: Vec<String>, note: String, until: Date) -> Answer<u32> {
        counted!(self, "cases.ask", async {
            let before = to_change(self, &id).await?;
            let until = day("until", until)?;
            let declared = self.binding.manifest.service(before.service.as_str()).map(|service| service.fields.as_slice());
            let unknown = |name: &&String| !declared.unwrap_or_default().iter().any(|field| field.name == **name);
            if let Some(name) = fields.iter().find(unknown) {
                return Err(invalid(name, "unknown-field").into());
            }
            let question = Question { fields, note, until };
            change(self, &before, version, Move::Ask(question), None, None, Some(Said::Asked)).await
        })
    }
    async fn bill(&mut self, id: String, version: u32, order: String) -> Answer<u32> {
        counted!(self, "cases.bill", async {
            let before = to_change(self, &id).await?;
            let module = self.ctx.module.clone();
            let new = self.work.orders.iter().any(|one| one.number == order);
            if !new && self.snapshot().await?.order(&module, &order).await?.is_none() {
                return Err(invalid("order", "unknown-order").into());
            }
            change(self, &before, version, Move::Bill(order.clone()), None, None, Some(Said::Billed(order))).await
        })
    }
    async fn extend(&mut self, id: String, version: u32, due: Date, reason: String) -> Answer<u32> {
        counted!(self, "cases.extend", async {
            let before = to_change(self, &id).await?;
            let due = day("due", due)?;
            change(self, &before, version, Move::Extend(due, reason), None, None, Some(Said::Extended)).await
        })
    }
    async fn decide(&mut self, id: String, version: u32, approved: bool, results: Vec<DocumentRef>, note: String) -> Answer<u32> {
        counted!(self, "cases.decide", async {
            let before = to_change(self, &id).await?;
            for result in &results {
                issued(self, result).await?;
            }
            let results = results.into_iter().map(|result| result.id).collect();
            change(self, &before, version, Move::Decide(approved, results, note), None, None, Some(Said::Decided)).await
        })
    }
}

fn day(field: &str, date: Date) -> Result<NaiveDate, Failure> {
    convert::date_from_guest(date).filter(|date| (2000..2100).contains(&chrono::Datelike::year(date))).ok_or_else(|| invalid(field, "date"))
}

/// Not in the citizens' app: there a module sees what is its caller's, and handles nothing.
fn handling(state: &mut CallState) -> Result<(), Failure> {
    open(state, PART, None)?;
    match state.ctx.caller.channel {
        Channel::Evo => Err(state.deny(Denial::new(SERVICE, "officials", ""))),
        _ => Ok(()),
    }
}

/// A case for a service that the module's manifest declares. Of others it learns nothing, not even that they are there.
async fn one(state: &mut CallState, id: &str) -> Result<Case, Stop> {
    handling(state)?;
    let found = stored(state, id).await?;
    match state.binding.manifest.service(found.service.as_str()) {
        None => Err(Failure::NotFound.into()),
        Some(_) => {
            open(state, PART, Some(found.service.as_str()))?;
            Ok(found)
        }
    }
}

async fn to_change(state: &mut CallState, id: &str) -> Result<Case, Stop> {
    state.writable(SERVICE)?;
    one(state, id).await
}

/// Whether the document is the module's own, and given out for good.
async fn issued(state: &mut CallState, document: &DocumentRef) -> Result<(), Stop> {
    let found = crate::documents::own(state, document).await?;
    let good = match found.standing {
        Made::Issued | Made::Received => true,
        Made::Making => found.issued_on.is_some(),
        _ => false,
    };
    if good { Ok(()) } else { Err(invalid("results", "unissued").into()) }
}
