//! Budgets of a call: what it may use of the machine. Every one is on by default; the engine enforces them, manifests ask for more than the usual, and
//! operators give it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a call is limited in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Budget {
    /// From the call's first instruction to its answer, waiting for the host included; in milliseconds.
    WallClock,
    /// On a worker thread, the host's own work for the module included; in milliseconds.
    Cpu,
    /// All linear memories together; in bytes.
    Memory,
    /// Each table; in elements.
    Table,
    /// Core instances, and as many memories and tables.
    Instances,
    /// Component handles alive at once.
    Handles,
    /// Calls of host functions.
    HostCalls,
    /// What crosses the border in one call of a host function, or in the answer; in bytes.
    HostBytes,
    /// Entries read.
    EntriesRead,
    /// Entries written.
    EntriesWritten,
    /// Blocks, rows and texts of a view.
    View,
    /// What the module logs; in bytes.
    Log,
}

impl Budget {
    /// Every budget.
    pub const ALL: [Self; 12] = [
        Self::WallClock,
        Self::Cpu,
        Self::Memory,
        Self::Table,
        Self::Instances,
        Self::Handles,
        Self::HostCalls,
        Self::HostBytes,
        Self::EntriesRead,
        Self::EntriesWritten,
        Self::View,
        Self::Log,
    ];

    /// A stable code: `wall-clock`, `memory`…
    pub fn code(self) -> &'static str {
        match self {
            Self::WallClock => "wall-clock",
            Self::Cpu => "cpu",
            Self::Memory => "memory",
            Self::Table => "table",
            Self::Instances => "instances",
            Self::Handles => "handles",
            Self::HostCalls => "host-calls",
            Self::HostBytes => "host-bytes",
            Self::EntriesRead => "entries-read",
            Self::EntriesWritten => "entries-written",
            Self::View => "view",
            Self::Log => "log",
        }
    }

    /// The budget with this code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|budget| budget.code() == code)
    }

    /// What its value counts: `ms`, `bytes`, or nothing for plain numbers.
    pub fn unit(self) -> &'static str {
        match self {
            Self::WallClock | Self::Cpu => "ms",
            Self::Memory | Self::HostBytes | Self::Log => "bytes",
            _ => "",
        }
    }
}

impl std::fmt::Display for Budget {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code())
    }
}

/// What one call may use. See [`Budget`] for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Limits {
    /// [`Budget::WallClock`], ms.
    pub wall_clock: u64,
    /// [`Budget::Cpu`], ms.
    pub cpu: u64,
    /// [`Budget::Memory`], bytes.
    pub memory: u64,
    /// [`Budget::Table`], elements.
    pub table: u64,
    /// [`Budget::Instances`].
    pub instances: u64,
    /// [`Budget::Handles`].
    pub handles: u64,
    /// [`Budget::HostCalls`].
    pub host_calls: u64,
    /// [`Budget::HostBytes`], bytes.
    pub host_bytes: u64,
    /// [`Budget::EntriesRead`].
    pub entries_read: u64,
    /// [`Budget::EntriesWritten`].
    pub entries_written: u64,
    /// [`Budget::View`], blocks. Rows and texts have limits of their own in the contract.
    pub view: u64,
    /// [`Budget::Log`], bytes.
    pub log: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            wall_clock: 5_000,
            cpu: 2_000,
            memory: 128 << 20,
            table: 20_000,
            instances: 64,
            handles: 1_000,
            host_calls: 10_000,
            host_bytes: 16 << 20,
            entries_read: 200_000,
            entries_written: 50_000,
            view: 500,
            log: 64 << 10,
        }
    }
}

impl Limits {
    /// The most that a host lets anyone have, unless its operator sets other ceilings.
    pub fn ceilings() -> Self {
        Self {
            wall_clock: 60_000,
            cpu: 30_000,
            memory: 512 << 20,
            table: 100_000,
            instances: 64,
            handles: 10_000,
            host_calls: 1_000_000,
            host_bytes: 64 << 20,
            entries_read: 2_000_000,
            entries_written: 200_000,
            view: 500,
            log: 1 << 20,
        }
    }

    /// A budget's value.
    pub fn get(&self, budget: Budget) -> u64 {
        match budget {
            Budget::WallClock => self.wall_clock,
            Budget::Cpu => self.cpu,
            Budget::Memory => self.memory,
            Budget::Table => self.table,
            Budget::Instances => self.instances,
            Budget::Handles => self.handles,
            Budget::HostCalls => self.host_calls,
            Budget::HostBytes => self.host_bytes,
            Budget::EntriesRead => self.entries_read,
            Budget::EntriesWritten => self.entries_written,
            Budget::View => self.view,
            Budget::Log => self.log,
        }
    }

    /// Changes a budget's value.
    pub fn set(&mut self, budget: Budget, value: u64) {
        *match budget {
            Budget::WallClock => &mut self.wall_clock,
            Budget::Cpu => &mut self.cpu,
            Budget::Memory => &mut self.memory,
            Budget::Table => &mut self.table,
            Budget::Instances => &mut self.instances,
            Budget::Handles => &mut self.handles,
            Budget::HostCalls => &mut self.host_calls,
            Budget::HostBytes => &mut self.host_bytes,
            Budget::EntriesRead => &mut self.entries_read,
            Budget::EntriesWritten => &mut self.entries_written,
            Budget::View => &mut self.view,
            Budget::Log => &mut self.log,
        } = value;
    }

    /// These limits with some of them adjusted, none above its ceiling.
    #[must_use]
    pub fn adjusted(mut self, to: &std::collections::BTreeMap<String, u64>, ceilings: &Self) -> Self {
        for budget in Budget::ALL {
            let wanted = to.get(budget.code()).copied().unwrap_or_else(|| self.get(budget));
            self.set(budget, wanted.min(ceilings.get(budget)));
        }
        self
    }

    /// The over-run of a budget.
    pub fn over(&self, budget: Budget) -> OverBudget {
        OverBudget { budget, limit: self.get(budget) }
    }
}

/// A budget was used up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the call used up its budget of {budget}: {limit}{}{}", if budget.unit().is_empty() { "" } else { " " }, budget.unit())]
pub struct OverBudget {
    /// Which.
    pub budget: Budget,
    /// How much the call had of it.
    pub limit: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_budget_has_a_code_a_value_and_a_ceiling() -> Result<(), serde_json::Error> {
        let ceilings = Limits::ceilings();
        for budget in Budget::ALL {
            assert_eq!(Budget::from_code(budget.code()), Some(budget));
            assert_eq!(serde_json::to_string(&budget)?, format!("\"{}\"", budget.code()));
            let mut limits = Limits::default();
            assert!(limits.get(budget) <= ceilings.get(budget), "{budget}");
            limits.set(budget, 7);
            assert_eq!(limits.get(budget), 7, "{budget}");
            let greedy = [(budget.code().to_owned(), u64::MAX)].into();
            assert_eq!(limits.adjusted(&greedy, &ceilings).get(budget), ceilings.get(budget), "{budget}");
        }
        Ok(())
    }
}
