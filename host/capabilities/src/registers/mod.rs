//! `vatra:registers`: the municipality's books.

mod read;
pub(crate) use read::query;
mod write;

use crate::bindings::vatra::registers::registers as wit;
use crate::bindings::vatra::types::values::{EntryRef as WitRef, Failure, Field, Value as WitValue};
use crate::state::{CallState, HostError};

type Answer<T> = wasmtime::Result<Result<T, Failure>>;

/// Runs the body, in a span of its own, after counting the call; failures are the guest's answer, host errors end the call.
macro_rules! counted {
    ($state:ident, $function:literal, $body:expr) => {{
        $state.count()?;
        let span = tracing::debug_span!("capability", function = $function);
        match tracing::Instrument::instrument($body, span).await {
            Ok(value) => Ok(Ok(value)),
            Err(Stop::Failure(failure)) => Ok(Err(failure)),
            Err(Stop::Host(error)) => Err(wasmtime::Error::new(error)),
        }
    }};
}

/// Why a body stopped.
pub enum Stop {
    /// An answer to the guest.
    Failure(Failure),
    /// The end of the call.
    Host(HostError),
}
impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Self::Failure(failure)
    }
}
impl<E: Into<HostError>> From<E> for Stop {
    fn from(error: E) -> Self {
        Self::Host(error.into())
    }
}
pub(crate) use counted;

impl wit::Host for CallState {
    async fn get(&mut self, entry: WitRef) -> Answer<wit::Entry> {
        counted!(self, "registers.get", read::get(self, entry))
    }
    async fn find(&mut self, query: wit::Query, limit: u32, cursor: Option<String>) -> Answer<wit::Page> {
        counted!(self, "registers.find", read::find(self, query, limit, cursor))
    }
    async fn lookup(&mut self, register: String, key: String, value: WitValue) -> Answer<Option<wit::Entry>> {
        counted!(self, "registers.lookup", read::lookup(self, register, key, value))
    }
    async fn summarise(&mut self, query: wit::Query, group_by: Vec<String>, aggregates: Vec<wit::Aggregate>) -> Answer<Vec<wit::Bucket>> {
        counted!(self, "registers.summarise", read::summarise(self, query, group_by, aggregates))
    }
    async fn history(&mut self, entry: WitRef) -> Answer<Vec<wit::Change>> {
        counted!(self, "registers.history", read::history(self, entry))
    }
    async fn add(&mut self, register: String, fields: Vec<Field>) -> Answer<WitRef> {
        counted!(self, "registers.add", async {
            let refs = write::add_many(self, register, vec![fields]).await?;
            refs.into_iter().next().ok_or(Stop::Failure(Failure::NotFound))
        })
    }
    async fn add_many(&mut self, register: String, rows: Vec<Vec<Field>>) -> Answer<Vec<WitRef>> {
        counted!(self, "registers.add-many", write::add_many(self, register, rows))
    }
    async fn merge(&mut self, register: String, key: String, rows: Vec<Vec<Field>>, reason: String) -> Answer<Vec<wit::Merged>> {
        counted!(self, "registers.merge", write::merge(self, register, key, rows, reason))
    }
    async fn correct(&mut self, entry: WitRef, version: u32, fields: Vec<Field>, reason: String) -> Answer<u32> {
        counted!(self, "registers.correct", write::correct(self, entry, version, fields, reason, false))
    }
    async fn close(&mut self, entry: WitRef, version: u32, reason: String) -> Answer<()> {
        counted!(self, "registers.close", async { write::correct(self, entry, version, Vec::new(), reason, true).await.map(|_| ()) })
    }
}
