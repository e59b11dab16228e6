//! Budgets of a call: every one on by default, each over-run ends the call with the budget's name and value.

pub use vatra_core::budgets::{Budget, Limits, OverBudget};
use wasmtime::ResourceLimiter;

/// What a call has used so far.
#[derive(Clone, Copy, Debug, Default)]
pub struct Used {
    /// Calls of host functions.
    pub host_calls: u64,
    /// Entries written.
    pub entries_written: u64,
    /// Entries read.
    pub entries_read: u64,
    /// Bytes logged.
    pub log: u64,
    /// Most linear memory, in bytes.
    pub memory: u64,
}

/// Refuses memory, tables and instances past the limits, and remembers which it was: the guest may never get to see the refusal.
#[derive(Debug)]
pub struct Limiter {
    limits: Limits,
    memory: u64,
    /// The first refusal.
    pub refused: Option<OverBudget>,
}

impl Limiter {
    pub(crate) fn new(limits: Limits) -> Self {
        Self { limits, memory: 0, refused: None }
    }

    /// Linear memory in all, in bytes.
    pub fn memory(&self) -> u64 {
        self.memory
    }

    fn refuse(&mut self, budget: Budget) -> wasmtime::Result<bool> {
        let over = self.limits.over(budget);
        self.refused.get_or_insert(over);
        Err(wasmtime::Error::new(over))
    }
}

impl ResourceLimiter for Limiter {
    fn memory_growing(&mut self, current: usize, desired: usize, _maximum: Option<usize>) -> wasmtime::Result<bool> {
        let grown = self.memory.saturating_add(desired.saturating_sub(current) as u64);
        if grown > self.limits.memory {
            return self.refuse(Budget::Memory);
        }
        self.memory = grown;
        Ok(true)
    }
    fn table_growing(&mut self, _current: usize, desired: usize, _maximum: Option<usize>) -> wasmtime::Result<bool> {
        if desired as u64 > self.limits.table { self.refuse(Budget::Table) } else { Ok(true) }
    }
    fn instances(&self) -> usize {
        usize::try_from(self.limits.instances).unwrap_or(usize::MAX)
    }
    fn tables(&self) -> usize {
        self.instances()
    }
    fn memories(&self) -> usize {
        self.instances()
    }
}

impl Used {
    /// Counts one host call.
    ///
    /// # Errors
    /// [`OverBudget`] past the limit: the call is ended, since a guest that ignores refusals would go on for ever.
    pub fn host_call(&mut self, limits: &Limits) -> Result<(), OverBudget> {
        spend(&mut self.host_calls, 1, limits, Budget::HostCalls)
    }
    /// Counts entries written.
    ///
    /// # Errors
    /// [`OverBudget`] past the limit.
    pub fn write(&mut self, entries: usize, limits: &Limits) -> Result<(), OverBudget> {
        spend(&mut self.entries_written, entries, limits, Budget::EntriesWritten)
    }
    /// Counts entries read.
    ///
    /// # Errors
    /// [`OverBudget`] past the limit.
    pub fn read(&mut self, entries: usize, limits: &Limits) -> Result<(), OverBudget> {
        spend(&mut self.entries_read, entries, limits, Budget::EntriesRead)
    }
    /// Counts bytes logged, and some for each line.
    ///
    /// # Errors
    /// [`OverBudget`] past the limit.
    pub fn log(&mut self, bytes: usize, limits: &Limits) -> Result<(), OverBudget> {
        spend(&mut self.log, bytes.saturating_add(64), limits, Budget::Log)
    }
}

fn spend(used: &mut u64, more: usize, limits: &Limits, budget: Budget) -> Result<(), OverBudget> {
    *used = used.saturating_add(more as u64);
    if *used > limits.get(budget) { Err(limits.over(budget)) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memories_count_together() {
        let mut limiter = Limiter::new(Limits { memory: 3 << 16, ..Limits::default() });
        assert!(limiter.memory_growing(0, 2 << 16, None).is_ok());
        assert!(limiter.memory_growing(0, 1 << 16, None).is_ok());
        assert!(limiter.memory_growing(1 << 16, 2 << 16, None).is_err());
        assert_eq!(limiter.refused.map(|over| over.to_string()).as_deref(), Some("the call used up its budget of memory: 196608 bytes"));
    }
}
