//! A gate with a number of places, fair between municipalities: whoever waits is let in tenant by tenant, and no tenant holds more than
//! its share.

use rustc_hash::FxHashMap;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::oneshot;
use vatra_core::ids::TenantId;

/// No place came free in time.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Busy;

/// How long a caller waits for a place.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Patience {
    /// So long, and only while the tenant's queue is not full.
    For(Duration),
    /// Until there is one.
    Endless,
}

pub(crate) struct Gate {
    inner: Mutex<Inner>,
    per_tenant: usize,
    queue: usize,
}

struct Inner {
    free: usize,
    held: FxHashMap<TenantId, usize>,
    /// Never with an empty queue.
    waiting: FxHashMap<TenantId, VecDeque<oneshot::Sender<Pass>>>,
    /// Each tenant of `waiting`, in the order of their turns.
    turns: VecDeque<TenantId>,
}

/// A place, given back when dropped.
#[derive(Debug)]
pub(crate) struct Pass {
    gate: Arc<Gate>,
    tenant: TenantId,
}

impl std::fmt::Debug for Gate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Gate")
    }
}

impl Gate {
    /// `places` in all, `per_tenant` of them for one, and so many of its callers waiting.
    pub(crate) fn new(places: usize, per_tenant: usize, queue: usize) -> Arc<Self> {
        let inner = Inner { free: places.max(1), held: FxHashMap::default(), waiting: FxHashMap::default(), turns: VecDeque::new() };
        Arc::new(Self { inner: Mutex::new(inner), per_tenant: per_tenant.max(1), queue })
    }

    /// Waits for a place.
    pub(crate) async fn enter(self: &Arc<Self>, tenant: TenantId, patience: Patience) -> Result<Pass, Busy> {
        let place = {
            let mut inner = crate::call::lock(&self.inner);
            if inner.may_enter(tenant, self.per_tenant) {
                inner.take(tenant);
                return Ok(Pass { gate: Arc::clone(self), tenant });
            }
            let waiting = inner.waiting.get(&tenant).map_or(0, VecDeque::len);
            if matches!(patience, Patience::For(_)) && waiting >= self.queue {
                return Err(Busy);
            }
            let (give, place) = oneshot::channel();
            if waiting == 0 {
                inner.turns.push_back(tenant);
            }
            inner.waiting.entry(tenant).or_default().push_back(give);
            place
        };
        let mut waiting = Waiting { gate: self, tenant, place };
        match patience {
            Patience::Endless => (&mut waiting.place).await.map_err(|_| Busy),
            Patience::For(time) => tokio::time::timeout(time, &mut waiting.place).await.map_err(|_| Busy)?.map_err(|_| Busy),
        }
    }

    /// Places taken, and callers waiting.
    pub(crate) fn load(&self) -> (usize, usize) {
        let inner = crate::call::lock(&self.inner);
        (inner.held.values().sum(), inner.waiting.values().map(VecDeque::len).sum())
    }

    fn leave(self: &Arc<Self>, tenant: TenantId) {
        let mut let_in = Vec::new();
        {
            let mut inner = crate::call::lock(&self.inner);
            inner.free += 1;
            if let Some(held) = inner.held.get_mut(&tenant) {
                *held -= 1;
                if *held == 0 {
                    inner.held.remove(&tenant);
                }
            }
            while let Some(next) = inner.next(self.per_tenant) {
                let_in.push(next);
            }
        }
        for (tenant, give) in let_in {
            // Whoever gave up waiting drops the pass, which comes back here.
            drop(give.send(Pass { gate: Arc::clone(self), tenant }));
        }
    }
}

/// Whoever waits; leaves the queue when let in, or when it gives up.
struct Waiting<'a> {
    gate: &'a Gate,
    tenant: TenantId,
    place: oneshot::Receiver<Pass>,
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.place.close();
        // A pass that came too late goes back before the gate is locked here.
        drop(self.place.try_recv());
        crate::call::lock(&self.gate.inner).forget_gone(self.tenant);
    }
}

impl Inner {
    /// Takes those who gave up out of a tenant's queue: an empty queue must not stand in anyone's way.
    fn forget_gone(&mut self, tenant: TenantId) {
        let Some(queue) = self.waiting.get_mut(&tenant) else { return };
        queue.retain(|give| !give.is_closed());
        if queue.is_empty() {
            self.waiting.remove(&tenant);
            self.turns.retain(|waiting| *waiting != tenant);
        }
    }

    fn share_left(&self, tenant: TenantId, per_tenant: usize) -> bool {
        self.held.get(&tenant).copied().unwrap_or(0) < per_tenant
    }

    /// Nobody who waits is overtaken.
    fn may_enter(&self, tenant: TenantId, per_tenant: usize) -> bool {
        self.free > 0 && !self.waiting.contains_key(&tenant) && self.share_left(tenant, per_tenant)
    }

    fn take(&mut self, tenant: TenantId) {
        self.free -= 1;
        *self.held.entry(tenant).or_insert(0) += 1;
    }

    /// The next to be let in.
    fn next(&mut self, per_tenant: usize) -> Option<(TenantId, oneshot::Sender<Pass>)> {
        if self.free == 0 {
            return None;
        }
        let at = self.turns.iter().position(|tenant| self.share_left(*tenant, per_tenant))?;
        let tenant = self.turns.remove(at)?;
        let queue = self.waiting.get_mut(&tenant)?;
        let give = queue.pop_front()?;
        if queue.is_empty() {
            self.waiting.remove(&tenant);
        } else {
            self.turns.push_back(tenant);
        }
        self.take(tenant);
        Some((tenant, give))
    }
}

impl Drop for Pass {
    fn drop(&mut self) {
        self.gate.leave(self.tenant);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tenants() -> [TenantId; 2] {
        [TenantId::fresh(), TenantId::fresh()]
    }

    #[tokio::test]
    async fn a_tenant_has_its_share_and_no_more() {
        let [a, b] = tenants();
        let gate = Gate::new(4, 2, 8);
        let brief = Patience::For(Duration::from_millis(5));
        let one = gate.enter(a, brief).await.unwrap();
        let _two = gate.enter(a, brief).await.unwrap();
        assert_eq!(gate.enter(a, brief).await.unwrap_err(), Busy);
        let _other = gate.enter(b, brief).await.unwrap();
        assert_eq!(gate.load(), (3, 0));
        drop(one);
        assert!(gate.enter(a, brief).await.is_ok());
    }

    #[tokio::test]
    async fn who_waits_is_let_in_tenant_by_tenant() {
        let [a, b] = tenants();
        let gate = Gate::new(1, 1, 100);
        let first = gate.enter(a, Patience::Endless).await.unwrap();
        let order = Arc::new(Mutex::new(Vec::new()));
        let mut all = Vec::new();
        for tenant in [a, a, a, b] {
            let (gate, order) = (gate.clone(), order.clone());
            all.push(tokio::spawn(async move {
                let pass = gate.enter(tenant, Patience::Endless).await.unwrap();
                order.lock().unwrap().push(tenant);
                drop(pass);
            }));
            tokio::task::yield_now().await;
        }
        drop(first);
        for each in all {
            each.await.unwrap();
        }
        assert_eq!(*order.lock().unwrap(), [a, b, a, a]);
        assert_eq!(gate.load(), (0, 0));
    }

    #[tokio::test]
    async fn a_full_queue_refuses_at_once_and_who_gives_up_takes_no_place() {
        let [a, _] = tenants();
        let gate = Gate::new(1, 1, 1);
        let held = gate.enter(a, Patience::Endless).await.unwrap();
        let waiting = {
            let gate = gate.clone();
            tokio::spawn(async move { gate.enter(a, Patience::For(Duration::from_secs(60))).await.is_ok() })
        };
        tokio::task::yield_now().await;
        assert_eq!(gate.enter(a, Patience::For(Duration::from_secs(60))).await.unwrap_err(), Busy);
        waiting.abort();
        assert!(waiting.await.is_err());
        drop(held);
        assert_eq!(gate.load(), (0, 0));
        assert!(gate.enter(a, Patience::For(Duration::from_millis(5))).await.is_ok());
    }
}
