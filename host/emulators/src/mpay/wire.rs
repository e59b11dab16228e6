//! MPay's messages: what it asks and tells, and what it reads of answers.

use crate::fault::Fault;
use vatra_core::clock::Instant;
use vatra_core::manifest::Language;
use vatra_core::providers::{Confirmation, CustomerKind, MPayFault, OrderDetails, OrderFacts, OrderProperty};
use vatra_core::unit::OrderLine;
use vatra_core::value::Money;
use vatra_core::view::OrderStatus;
use vatra_xmlsec::names::SOAP;
use vatra_xmlsec::xml::{Element, Writer, Xml};

const NAMESPACE: &str = "https://mpay.gov.md";

/// A wrong message. The portal must refuse each.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum WireFault {
    /// Without a signature.
    Unsigned,
    /// Signed, with a certificate that is not MPay's.
    WrongCertificate,
    /// Changed after it was signed.
    Changed,
    /// Half an hour old.
    Expired,
    /// The message before, once more.
    Replayed,
    /// The lines do not add up to the total.
    WrongSum,
    /// The money went to another account.
    OtherAccount,
    /// In euros.
    OtherCurrency,
}

impl Fault for WireFault {
    const ALL: &'static [WireFault] = &[
        WireFault::Unsigned,
        WireFault::WrongCertificate,
        WireFault::Changed,
        WireFault::Expired,
        WireFault::Replayed,
        WireFault::WrongSum,
        WireFault::OtherAccount,
        WireFault::OtherCurrency,
    ];

    fn code(self) -> &'static str {
        match self {
            WireFault::Unsigned => "unsigned",
            WireFault::WrongCertificate => "wrong-certificate",
            WireFault::Changed => "changed",
            WireFault::Expired => "expired",
            WireFault::Replayed => "replayed",
            WireFault::WrongSum => "wrong-sum",
            WireFault::OtherAccount => "other-account",
            WireFault::OtherCurrency => "other-currency",
        }
    }

    fn words(self, language: Language) -> &'static str {
        let [ro, ru, en] = match self {
            WireFault::Unsigned => ["Mesaj nesemnat", "Сообщение без подписи", "Message without a signature"],
            WireFault::WrongCertificate => {
                ["Mesaj semnat cu alt certificat", "Сообщение подписано другим сертификатом", "Message signed with another certificate"]
            }
            WireFault::Changed => {
                ["Mesaj schimbat după semnare", "Сообщение изменено после подписи", "Message changed after it was signed"]
            }
            WireFault::Expired => ["Mesaj vechi de o jumătate de oră", "Сообщение получасовой давности", "Message half an hour old"],
            WireFault::Replayed => ["Mesaj deja trimis", "Уже отправленное сообщение", "Message that was sent before"],
            WireFault::WrongSum => ["Rândurile nu dau suma totală", "Строки не дают общей суммы", "The lines do not add up to the total"],
            WireFault::OtherAccount => ["Banii au mers pe alt cont", "Деньги ушли на другой счёт", "The money went to another account"],
            WireFault::OtherCurrency => ["Plată în euro", "Платёж в евро", "Payment in euros"],
        };
        match language {
            Language::Ro => ro,
            Language::Ru => ru,
            Language::En => en,
        }
    }
}

fn text(out: &mut Writer, name: &str, content: &str) {
    out.start_element(name, &[]);
    out.text(content);
    out.end_element(name);
}

/// GetOrderDetails.
pub(super) fn query(number: &str, service: &str) -> String {
    let mut out = Writer::new();
    out.start_element("GetOrderDetails", &[("xmlns", NAMESPACE)]);
    out.start_element("query", &[]);
    text(&mut out, "Language", "ro");
    text(&mut out, "OrderKey", number);
    text(&mut out, "ServiceID", service);
    out.end_element("query");
    out.end_element("GetOrderDetails");
    out.into_string()
}

/// ConfirmOrderPayment.
pub(super) fn confirmation(told: &Confirmation, order: &OrderDetails, fault: Option<WireFault>) -> String {
    let said = told.falls_on(&order.lines, &[]);
    let iban = |line: &str| order.lines.iter().find(|known| known.id == line).map(|line| line.iban.as_str()).unwrap_or_default();
    let mut lines: Vec<(&str, &str, Money)> = said.iter().map(|(id, part)| (id.as_str(), iban(id), *part)).collect();
    if let (Some(WireFault::WrongSum), Some((_, _, part))) = (fault, lines.first_mut()) {
        part.0 += 1;
    }

    let mut out = Writer::new();
    out.start_element("ConfirmOrderPayment", &[("xmlns", NAMESPACE)]);
    out.start_element("confirmation", &[]);
    text(&mut out, "Currency", if fault == Some(WireFault::OtherCurrency) { "EUR" } else { "MDL" });
    text(&mut out, "InvoiceID", &told.number);
    out.start_element("Lines", &[]);
    for (line, iban, part) in lines {
        out.start_element("PaymentConfirmationLine", &[]);
        text(&mut out, "Amount", &part.decimal());
        out.start_element("DestinationAccount", &[]);
        let iban = if fault == Some(WireFault::OtherAccount) { "MD24AG000225100013104168" } else { iban };
        text(&mut out, "BankAccount", iban);
        out.end_element("DestinationAccount");
        text(&mut out, "LineID", line);
        out.end_element("PaymentConfirmationLine");
    }
    out.end_element("Lines");
    text(&mut out, "OrderKey", &told.number);
    text(&mut out, "PaidAt", &told.paid_at.local_xsd());
    text(&mut out, "PaymentID", &told.payment);
    text(&mut out, "ServiceID", &order.service);
    text(&mut out, "TotalAmount", &told.amount.decimal());
    out.end_element("confirmation");
    out.end_element("ConfirmOrderPayment");
    out.into_string()
}

fn child<'x>(element: Element<'x>, name: &str) -> Option<Element<'x>> {
    element.elements().find(|found| found.is(NAMESPACE, name))
}

fn value(element: Element<'_>, name: &str) -> String {
    child(element, name).and_then(|found| found.text("a value").ok()).unwrap_or_default()
}

fn truth(element: Element<'_>, names: [&str; 2]) -> bool {
    names.iter().any(|name| matches!(value(element, name).as_str(), "true" | "1"))
}

/// The order of a GetOrderDetailsResponse. Both spellings of the contract's flags are read.
pub(super) fn order(payload: Element<'_>) -> Option<OrderDetails> {
    let order = child(child(payload, "GetOrderDetailsResult")?, "OrderDetails")?;
    let lines = child(order, "Lines")?.elements().filter(|line| line.is(NAMESPACE, "OrderLine"));
    let mut beneficiary = (String::new(), None);
    let lines = lines.map(|line| {
        let account = child(line, "DestinationAccount")?;
        beneficiary = (value(account, "BeneficiaryName"), Some(value(account, "BankFiscalCode")).filter(|code| !code.is_empty()));
        let (id, iban, reason) = (value(line, "LineID"), value(account, "BankAccount"), value(line, "Reason"));
        Some(OrderLine { id, amount: Money::from_decimal(&value(line, "AmountDue"))?, iban, account: String::new(), reason })
    });
    let lines = lines.collect::<Option<Vec<_>>>()?;
    let status = match value(order, "Status").as_str() {
        "Active" => OrderStatus::Active,
        "PartiallyPaid" => OrderStatus::PartiallyPaid,
        "Paid" => OrderStatus::Paid,
        "Completed" => OrderStatus::Completed,
        "Expired" => OrderStatus::Expired,
        "Cancelled" => OrderStatus::Cancelled,
        "Refunding" => OrderStatus::Refunding,
        "Refunded" => OrderStatus::Refunded,
        _ => return None,
    };
    let properties = child(order, "Properties").into_iter().flat_map(Element::elements).map(|property| OrderProperty {
        name: value(property, "Name"),
        display_name: value(property, "DisplayName"),
        value: value(property, "Value"),
        kind: value(property, "Type"),
        visible: truth(property, ["IsVisible", "IsVisible"]),
        modifiable: truth(property, ["Modifiable", "Modifiable"]),
        required: truth(property, ["Required", "Required"]),
    });
    let facts = OrderFacts {
        issued_at: Instant::from_xsd(&value(order, "IssuedAt")),
        customer_kind: match value(order, "CustomerType").as_str() {
            "Person" => CustomerKind::Person,
            "Organization" => CustomerKind::Organization,
            _ => CustomerKind::Unspecified,
        },
        customer_id: Some(value(order, "CustomerID")).filter(|id| !id.is_empty()),
        beneficiary_idno: beneficiary.1.clone(),
        properties: properties.collect(),
    };
    Some(OrderDetails {
        number: value(order, "OrderKey"),
        service: value(order, "ServiceID"),
        beneficiary: beneficiary.0.clone(),
        status,
        due: Money::from_decimal(&value(order, "TotalAmountDue"))?,
        // The contract says what is still due, and nothing of what was paid.
        paid: Money(0),
        customer: value(order, "CustomerName"),
        reason: value(order, "Reason"),
        due_date: Instant::from_xsd(&value(order, "DueDate")).map(Instant::civil_date),
        expires: None,
        partial: truth(order, ["AllowPartialPayments", "AllowPartialPayment"]),
        advance: truth(order, ["AllowAdvancePayments", "AllowAdvancePayment"]),
        lines,
        facts,
    })
}

/// The code of a fault.
pub(super) fn fault_code(fault: Element<'_>) -> Option<String> {
    fault.elements().find(|part| part.name() == "faultcode").and_then(|code| code.text("faultcode").ok())
}

/// The code of a fault that was not signed.
pub(super) fn unsigned_fault(xml: &Xml<'_>) -> Option<String> {
    let body = xml.root().ok()?.elements().find(|part| part.is(SOAP, "Body"))?;
    body.elements().find(|part| part.is(SOAP, "Fault")).and_then(fault_code)
}

/// The contract's faults as the emulator's pages know them.
pub(super) fn fault(code: &str) -> MPayFault {
    match code {
        "UnknownOrder" | "UnknownService" => MPayFault::UnknownOrder,
        "InvoiceAlreadyPaid" => MPayFault::AlreadyPaid,
        "InvoiceExpired" => MPayFault::Expired,
        "InvalidParameter" => MPayFault::InvalidParameter,
        _ => MPayFault::Internal,
    }
}
