//! Orders that its grant does not cover: accounts, services and sums of its own choosing, other modules' orders.

use vatra_guest_kit::*;
use vatra_sdk::contract::vatra::mpay::orders::{self, Order};
use vatra_sdk::contract::vatra::mpay::types::Line;

fn order(service: &str, account: &str, amount: i64) -> Order {
    let line = Line { id: "1".to_owned(), amount, account: account.to_owned(), reason: "Test".to_owned() };
    Order {
        service: service.to_owned(),
        customer: None,
        lines: vec![line],
        due: None,
        expires: None,
        partial: true,
        advance: true,
        reason: "Test".to_owned(),
    }
}

/// Makes the attempt of this name; `token` is an order's number where one is needed.
pub(crate) fn attempt(name: &str, token: &str) -> String {
    let create = |order: Order| verdict(&orders::create_order(&order));
    match name {
        // Within the grant: what the other attempts are compared with.
        "good-order" => create(order("local-taxes", "local-budget", 5_000)),
        "iban-as-account" => create(order("local-taxes", "MD24AG000225100013104168", 5_000)),
        "other-account" => create(order("local-taxes", "other-account", 5_000)),
        "other-service" => create(order("other-service", "local-budget", 5_000)),
        "over-ceiling" => create(order("local-taxes", "local-budget", 10_001)),
        "over-ceiling-in-lines" => {
            let mut split = order("local-taxes", "local-budget", 6_000);
            split.lines.push(Line { id: "2".to_owned(), amount: 6_000, account: "local-budget".to_owned(), reason: "Test".to_owned() });
            create(split)
        }
        "negative-amount" => create(order("local-taxes", "local-budget", -1)),
        "wrapping-amount" => create(order("local-taxes", "local-budget", i64::MIN)),
        "standing" => verdict(&orders::standing_of(token)),
        "payments" => verdict(&orders::payments_of(token)),
        "cancel" => verdict(&orders::cancel_order(token, "forged")),
        _ => format!("no such attempt: {name}"),
    }
}
