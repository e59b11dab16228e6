//! An order desk in memory: for tests and the gallery, where there is no host.

use async_trait::async_trait;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use vatra_core::clock::Clock;
use vatra_core::providers::{ByLine, Confirmation, MPayFault, OrderDesk, OrderDetails, fall_on, still_due};
use vatra_core::view::OrderStatus;

/// Keeps orders and payments in memory, and fails as often as it is told to.
pub struct MemoryDesk {
    clock: Arc<dyn Clock>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    orders: BTreeMap<String, OrderDetails>,
    payments: BTreeSet<String>,
    /// By order: how what was paid fell upon its lines.
    fallen: BTreeMap<String, ByLine>,
    told: Vec<Confirmation>,
    failures: u32,
}

impl MemoryDesk {
    /// An empty one.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, state: Mutex::default() }
    }
    /// Puts an order there, instead of any with its number.
    pub fn put(&self, order: OrderDetails) {
        let mut state = self.state();
        state.fallen.insert(order.number.clone(), fall_on(&order.lines, &[], order.paid));
        state.orders.insert(order.number.clone(), order);
    }
    /// The next confirmations, so many, fail with [`MPayFault::Internal`].
    pub fn fail_next(&self, times: u32) {
        self.state().failures = times;
    }
    /// Every confirmation that came, in order, repeats and refused ones too.
    pub fn told(&self) -> Vec<Confirmation> {
        self.state().told.clone()
    }
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
    fn standing(&self, order: &OrderDetails) -> OrderStatus {
        let open = matches!(order.status, OrderStatus::Active | OrderStatus::PartiallyPaid);
        if open && order.expires.is_some_and(|last| last < self.clock.now().civil_date()) { OrderStatus::Expired } else { order.status }
    }
}

#[async_trait]
impl OrderDesk for MemoryDesk {
    async fn order_details(&self, number: &str) -> Result<OrderDetails, MPayFault> {
        let state = self.state();
        let order = state.orders.get(number).cloned().ok_or(MPayFault::UnknownOrder)?;
        let lines = still_due(&order.lines, state.fallen.get(number).map(Vec::as_slice).unwrap_or_default());
        Ok(OrderDetails { status: self.standing(&order), lines, ..order })
    }

    async fn confirm(&self, confirmation: Confirmation) -> Result<(), MPayFault> {
        let mut guard = self.state();
        let state = &mut *guard;
        state.told.push(confirmation.clone());
        if state.failures > 0 {
            state.failures -= 1;
            return Err(MPayFault::Internal);
        }
        if state.payments.contains(&confirmation.payment) {
            return Ok(());
        }
        let order = state.orders.get_mut(&confirmation.number).ok_or(MPayFault::UnknownOrder)?;
        if confirmation.amount.0 <= 0 || !confirmation.amount.in_range() {
            return Err(MPayFault::InvalidParameter);
        }
        match self.standing(order) {
            OrderStatus::Active | OrderStatus::PartiallyPaid => {}
            OrderStatus::Expired => return Err(MPayFault::Expired),
            OrderStatus::Cancelled => return Err(MPayFault::Cancelled),
            _ => return Err(MPayFault::AlreadyPaid),
        }
        let fallen = state.fallen.entry(confirmation.number.clone()).or_default();
        let fell = confirmation.falls_on(&order.lines, fallen);
        fallen.extend(fell);
        order.paid = order.paid.plus(confirmation.amount).ok_or(MPayFault::InvalidParameter)?;
        order.status = if order.paid >= order.due { OrderStatus::Paid } else { OrderStatus::PartiallyPaid };
        state.payments.insert(confirmation.payment);
        Ok(())
    }
}
