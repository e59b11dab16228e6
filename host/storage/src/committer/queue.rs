//! What waits to be written: a line for each tenant, served in turns, so that nobody waits behind another's thousand.

use std::collections::{HashMap, VecDeque};
use vatra_core::ids::TenantId;

/// See the module.
#[derive(Debug)]
pub(super) struct Queue<T> {
    lines: HashMap<TenantId, VecDeque<T>>,
    /// Tenants with something in their line, in the order of their turns.
    turns: VecDeque<TenantId>,
}

impl<T> Default for Queue<T> {
    fn default() -> Self {
        Self { lines: HashMap::new(), turns: VecDeque::new() }
    }
}

impl<T> Queue<T> {
    /// At the end of the tenant's line.
    pub(super) fn push(&mut self, tenant: TenantId, item: T) {
        let line = self.lines.entry(tenant).or_default();
        if line.is_empty() {
            self.turns.push_back(tenant);
        }
        line.push_back(item);
    }

    /// A batch: one of each tenant in turn, round after round, until it weighs `most`, everybody has their `share` or nothing is left. What
    /// weighs more than that goes alone, or first of its tenant. Never empty unless the queue is.
    pub(super) fn take(&mut self, most: usize, share: usize, weight: impl Fn(&T) -> usize) -> Vec<T> {
        let (mut batch, mut weighs) = (Vec::new(), 0);
        let mut taken: HashMap<TenantId, usize> = HashMap::new();
        let mut served = Vec::new();
        while let Some(tenant) = self.turns.front().copied() {
            let Some(line) = self.lines.get_mut(&tenant) else {
                self.turns.pop_front();
                continue;
            };
            let next = line.front().map_or(0, &weight);
            if !batch.is_empty() && weighs + next > most {
                break;
            }
            if share < most {
                let own = taken.entry(tenant).or_default();
                if *own > 0 && *own + next > share {
                    served.extend(self.turns.pop_front());
                    continue;
                }
                *own += next;
            }
            weighs += next;
            batch.extend(line.pop_front());
            self.turns.pop_front();
            if line.is_empty() {
                // Nothing is kept for those who do not write.
                self.lines.remove(&tenant);
            } else {
                self.turns.push_back(tenant);
            }
        }
        self.turns.extend(served);
        if self.lines.is_empty() {
            self.lines.shrink_to(64);
            self.turns.shrink_to(64);
        }
        batch
    }

    /// Everything that waits.
    pub(super) fn clear(&mut self) {
        self.lines.clear();
        self.turns.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_line_delays_another_tenant_by_one_batch() {
        let (busy, quiet) = (TenantId::fresh(), TenantId::fresh());
        let mut queue = Queue::default();
        for n in 0..10_000 {
            queue.push(busy, (busy, n));
        }
        assert_eq!(queue.take(512, 512, |_| 1).len(), 512);
        queue.push(quiet, (quiet, 0));
        let batch = queue.take(512, 512, |_| 1);
        assert!(batch.contains(&(quiet, 0)));
        // Each tenant's own order is kept.
        let order: Vec<i32> = batch.iter().filter(|(tenant, _)| *tenant == busy).map(|(_, n)| *n).collect();
        assert_eq!(order, (512..512 + 511).collect::<Vec<_>>());
    }

    #[test]
    fn nobody_has_more_than_a_share() {
        let (busy, quiet, heavy) = (TenantId::fresh(), TenantId::fresh(), TenantId::fresh());
        let mut queue = Queue::default();
        for _ in 0..100 {
            queue.push(busy, (busy, 1));
        }
        queue.push(quiet, (quiet, 1));
        queue.push(heavy, (heavy, 50));
        queue.push(heavy, (heavy, 1));
        let of = |batch: &[(TenantId, usize)], whom| batch.iter().filter(|(tenant, _)| *tenant == whom).count();
        let batch = queue.take(512, 8, |(_, weight)| *weight);
        assert_eq!([of(&batch, busy), of(&batch, quiet), of(&batch, heavy)], [8, 1, 1]);
        let batch = queue.take(512, 8, |(_, weight)| *weight);
        assert_eq!([of(&batch, busy), of(&batch, heavy)], [8, 1]);
        // Everything comes in the end.
        let rest: usize = std::iter::from_fn(|| Some(queue.take(512, 8, |(_, weight)| *weight)).filter(|batch| !batch.is_empty()))
            .map(|batch| batch.len())
            .sum();
        assert_eq!(rest, 100 - 16);
    }

    #[test]
    fn what_is_heavy_goes_alone() {
        let tenants: Vec<TenantId> = (0..3).map(|_| TenantId::fresh()).collect();
        let mut queue = Queue::default();
        for (tenant, weight) in tenants.iter().zip([10, 1_000, 10]) {
            queue.push(*tenant, weight);
        }
        assert_eq!(queue.take(100, 100, |weight| *weight), [10]);
        assert_eq!(queue.take(100, 100, |weight| *weight), [1_000]);
        assert_eq!(queue.take(100, 100, |weight| *weight), [10]);
        assert!(queue.take(100, 100, |weight| *weight).is_empty());
    }
}
