//! Budgets of a call: every one on by default, over budget is a clean refusal.

use serde::{Deserialize, Serialize};

/// What one call may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Wall clock for the guest's own computing and its host calls, in milliseconds.
    pub wall_ms: u64,
    /// Linear memory, in bytes.
    pub memory: usize,
    /// Elements of a table.
    pub table: usize,
    /// Calls of host functions.
    pub host_calls: u32,
    /// Bytes that cross the border in one host call's arguments or in the answer.
    pub bytes_out: usize,
    /// Entries written.
    pub writes: usize,
    /// Entries read.
    pub reads: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { wall_ms: 5_000, memory: 128 << 20, table: 20_000, host_calls: 10_000, bytes_out: 16 << 20, writes: 50_000, reads: 200_000 }
    }
}

/// A budget was used up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the call used up its budget of {0}")]
pub struct OverBudget(pub &'static str);

/// What a call has used so far.
#[derive(Clone, Copy, Debug, Default)]
pub struct Used {
    /// Calls of host functions.
    pub host_calls: u32,
    /// Entries written.
    pub writes: usize,
    /// Entries read.
    pub reads: usize,
    /// Lines logged.
    pub log_lines: u32,
}

impl Used {
    /// Counts one host call.
    ///
    /// # Errors
    /// [`OverBudget`] past the limit: the call is ended, since a guest that ignores refusals would go on for ever.
    pub fn host_call(&mut self, limits: &Limits) -> Result<(), OverBudget> {
        self.host_calls += 1;
        if self.host_calls > limits.host_calls { Err(OverBudget("host calls")) } else { Ok(()) }
    }
    /// Counts entries written.
    ///
    /// # Errors
    /// [`OverBudget`] past the limit.
    pub fn write(&mut self, entries: usize, limits: &Limits) -> Result<(), OverBudget> {
        self.writes = self.writes.saturating_add(entries);
        if self.writes > limits.writes { Err(OverBudget("entries written")) } else { Ok(()) }
    }
    /// Counts entries read.
    ///
    /// # Errors
    /// [`OverBudget`] past the limit.
    pub fn read(&mut self, entries: usize, limits: &Limits) -> Result<(), OverBudget> {
        self.reads = self.reads.saturating_add(entries);
        if self.reads > limits.reads { Err(OverBudget("entries read")) } else { Ok(()) }
    }
}
