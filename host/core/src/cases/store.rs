//! How cases are read.

use super::{Case, CaseFields, Standing, Step};
use crate::ids::{CaseId, Name, SubjectId};
use crate::store::StoreError;
use async_trait::async_trait;
use chrono::NaiveDate;
use std::collections::BTreeSet;

/// Which cases.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum CaseQuery {
    /// Of an applicant, newest first.
    Of {
        /// Whose.
        applicant: SubjectId,
        /// Only those that were handed in through this module.
        through: Option<Name>,
    },
    /// For these services: the open ones, soonest due first; or those of one standing, newest first.
    For {
        /// By code.
        services: BTreeSet<Name>,
        /// Only those.
        standing: Option<Standing>,
    },
    /// Whose term passed before this day, and whose module was not told so.
    Overdue(NaiveDate),
}

/// Cases in a consistent view of one municipality's data.
#[async_trait]
pub trait CaseSnapshot {
    /// A case of any module.
    async fn case(&mut self, id: CaseId) -> Result<Option<Case>, StoreError>;
    /// The case with this number, and the hash of the code by which it is followed.
    async fn case_numbered(&mut self, number: &str) -> Result<Option<(Case, String)>, StoreError>;
    /// What it says, in the order in which it was said; personal fields that were erased are not among it.
    async fn case_fields(&mut self, id: CaseId) -> Result<CaseFields, StoreError>;
    /// Its timeline, oldest first.
    async fn case_steps(&mut self, id: CaseId) -> Result<Vec<Step>, StoreError>;
    /// A page. `offset` counts cases.
    async fn cases(&mut self, query: &CaseQuery, offset: u64, limit: u32) -> Result<Vec<Case>, StoreError>;
    /// How many there are.
    async fn cases_count(&mut self, query: &CaseQuery) -> Result<u64, StoreError>;
}
