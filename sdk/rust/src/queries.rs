//! Queries of a register.

use crate::contract::vatra::registers::types::{Comparison, Condition, Query, Sorting};
use crate::contract::vatra::types::values::Value;
use alloc::vec::Vec;

impl Query {
    /// Every open entry of this register.
    pub fn of(register: &str) -> Self {
        Self { register: register.into(), all_of: Vec::new(), search: None, sort: Vec::new(), include_closed: false }
    }
    /// Only where this holds.
    #[must_use]
    pub fn only(mut self, name: &str, comparison: Comparison, value: impl Into<Value>) -> Self {
        self.all_of.push(Condition { name: name.into(), comparison, value: value.into() });
        self
    }
    /// Only where the field has this value.
    #[must_use]
    pub fn equal(self, name: &str, value: impl Into<Value>) -> Self {
        self.only(name, Comparison::Equal, value)
    }
    /// Smallest first.
    #[must_use]
    pub fn sort(mut self, name: &str) -> Self {
        self.sort.push(Sorting { name: name.into(), descending: false });
        self
    }
    /// Largest (latest) first.
    #[must_use]
    pub fn sort_down(mut self, name: &str) -> Self {
        self.sort.push(Sorting { name: name.into(), descending: true });
        self
    }
    /// Closed entries too.
    #[must_use]
    pub fn with_closed(mut self) -> Self {
        self.include_closed = true;
        self
    }
}
