//! Addresses by which people and systems come to an order, and the numbers in them.

use super::BASE;
use crate::web::{Pairs, field};
use axum::extract::Query;
use axum::http::Uri;

/// Where a terminal is told what to take: `/PosTerminal/Pay/{ServiceId}/{OrderKey}`.
pub(super) const TERMINAL: &str = "/PosTerminal/Pay/";
/// The same by invoice.
pub(super) const TERMINAL_INVOICE: &str = "/PosTerminal/PayInvoice/";
/// Where a portal sends a payer: ServiceID, OrderKey, ReturnUrl, by POST.
pub(super) const PAY: &str = "/service/pay";

/// What leads to an order: a service, when it is named, and its number. Invoices of this MPay have their order's number.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Sought {
    pub(super) service: Option<String>,
    pub(super) number: String,
}

/// From what a payer types or a QR holds: a number, or an address that leads to an order.
pub(super) fn sought(text: &str) -> Sought {
    let text = text.trim();
    let typed = || Sought { service: None, number: text.to_owned() };
    if !text.contains('/') || text.len() > 512 {
        return typed();
    }
    let Ok(uri) = text.parse::<Uri>() else { return typed() };
    if let Ok(Query(pairs)) = Query::<Pairs>::try_from_uri(&uri)
        && !field(&pairs, "OrderKey").is_empty()
    {
        let service = Some(field(&pairs, "ServiceID").to_owned()).filter(|service| !service.is_empty());
        return Sought { service, number: field(&pairs, "OrderKey").to_owned() };
    }
    let path = uri.path();
    let after = |mark: &str| path.split_once(mark).map(|(_, rest)| rest);
    match (after(TERMINAL).and_then(|rest| rest.split_once('/')), after(TERMINAL_INVOICE)) {
        (Some((service, number)), _) => Sought { service: Some(service.to_owned()), number: number.to_owned() },
        (None, Some(number)) => Sought { service: None, number: number.to_owned() },
        (None, None) => typed(),
    }
}

/// The address beneath our pages.
pub(super) fn at(path: &str) -> String {
    format!("{BASE}{path}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_found_in_what_a_qr_holds() {
        let found = |service: Option<&str>, number: &str| Sought { service: service.map(str::to_owned), number: number.to_owned() };
        for (text, expected) in [
            (" SC-1 ", found(None, "SC-1")),
            ("http://127.0.0.1:8080/emulators/mpay/order?OrderKey=SC%201%26x", found(None, "SC 1&x")),
            ("/emulators/mpay/order?OrderKey=SC-1&lang=ro", found(None, "SC-1")),
            ("https://mpay.gov.md/service/pay?ServiceID=taxe&OrderKey=SC-1", found(Some("taxe"), "SC-1")),
            ("https://mpay.gov.md/PosTerminal/Pay/taxe/SC-1", found(Some("taxe"), "SC-1")),
            ("https://mpay.gov.md/PosTerminal/PayInvoice/SC-1", found(None, "SC-1")),
            ("9/2026", found(None, "9/2026")),
            ("", found(None, "")),
            ("javascript:/alert(1)", found(None, "javascript:/alert(1)")),
        ] {
            assert_eq!(sought(text), expected, "{text}");
        }
    }
}
