//! `vatra mpay refund|reconcile`: money back, and MPay's statement held against what was recorded. MPay publishes no operation for refunds: an official
//! asks for one by the ordinary way and notes it here; the statement tells that it was given.

use super::fault::Refusal;
use super::{Reply, Result, mpay};
use crate::app::{App, By};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use std::sync::Arc;
use vatra_core::audit::{AuditEntry, AuditKind};
use vatra_core::call::Tenant;
use vatra_core::statement::{self, Days, RefundCheck, Report, Told, ToldRefund};
use vatra_core::store::{Order, Payment, Refund, RefundRecorded};
use vatra_core::value::Money;

/// A refund to be noted, or one that was noted to be withdrawn.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Give {
    /// The order's number.
    pub number: String,
    /// PaymentID; the order's only one when absent.
    pub payment: Option<String>,
    /// In lei; all that is left of the payment when absent.
    pub amount: Option<String>,
    /// Why; nothing personal.
    pub reason: String,
    /// Forgets what was asked for on this order instead.
    pub withdraw: bool,
    /// As whom.
    pub person: Option<String>,
}

/// A statement to be compared.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Reconcile {
    /// The municipality's slug.
    pub municipality: String,
    /// The file, in base64.
    pub file: String,
    /// Its first and last day; those of its rows when absent.
    pub from: Option<NaiveDate>,
    /// As above.
    pub until: Option<NaiveDate>,
    /// Records the refunds that it tells of.
    pub apply: bool,
    /// As whom.
    pub person: Option<String>,
}

fn unknown(number: &str) -> Refusal {
    Refusal::Other("unknown-order", "There is no such order".into(), format!("order {number}"))
}

pub(super) async fn refund(app: &Arc<App>, give: Give) -> Result<Reply> {
    let home = app.store.home_of_order(&give.number).await?.ok_or_else(|| unknown(&give.number))?;
    let tenant = app.store.tenants().await?.into_iter().find(|tenant| tenant.id == home).ok_or_else(|| unknown(&give.number))?;
    let by = super::by(app, &tenant, give.person.as_deref()).await?;
    let mut snapshot = app.store.snapshot(home).await?;
    let (payments, refunds) = (snapshot.payments(&give.number).await?, snapshot.refunds(&give.number).await?);
    let order = snapshot.any_order(&give.number).await?;
    drop(snapshot);
    if give.withdraw {
        let mut withdrawn = 0;
        for refund in refunds.iter().filter(|refund| refund.told.is_none()) {
            let row = row(app, by, "mpay.refund-withdrawn", refund, order.as_ref());
            withdrawn += u32::from(app.store.withdraw_refund(home, &refund.id, row).await?);
        }
        return Ok(Reply::done(format!("{withdrawn} refund(s) withdrawn."), json!({ "withdrawn": withdrawn })));
    }
    let payment = match (&give.payment, payments.as_slice()) {
        (Some(id), all) => all.iter().find(|payment| payment.id == *id),
        (None, [only]) => Some(only),
        (None, []) => return Err(Refusal::Usage("nothing was paid on this order".into())),
        (None, several) => {
            let ids: Vec<&str> = several.iter().map(|payment| payment.id.as_str()).collect();
            return Err(Refusal::Usage(format!("the order has several payments, name one with --payment: {}", ids.join(", "))));
        }
    };
    let payment = payment.ok_or_else(|| Refusal::Usage("the order has no such payment".into()))?;
    let gone: i64 = refunds.iter().filter(|refund| refund.payment == payment.id).map(|refund| refund.amount.0).sum();
    let amount = give.amount.as_deref().map(mpay::money).transpose()?.unwrap_or(Money(payment.amount.0 - gone));
    let refund = Refund {
        id: uuid::Uuid::now_v7().to_string(),
        payment: payment.id.clone(),
        number: give.number.clone(),
        amount,
        lines: Vec::new(),
        asked_at: app.clock.now(),
        told: None,
        reason: give.reason,
    };
    match app.store.record_refund(home, &refund, row(app, by, "mpay.refund-asked", &refund, order.as_ref())).await? {
        RefundRecorded::New => {
            let text = format!("A refund of {amount} lei of payment {} is noted; order {} is refunding.", payment.id, give.number);
            Ok(Reply::done(text, json!({ "refund": refund.id, "payment": payment.id, "amount_bani": amount.0 })))
        }
        RefundRecorded::TooMuch => {
            let left = Money(payment.amount.0 - gone);
            Err(Refusal::Other("too-much", "More than is left of the payment".into(), format!("at most {left} lei")))
        }
        _ => Err(Refusal::Usage(format!("{amount} lei cannot be given back"))),
    }
}

/// A row of the trail, found under whoever the order is about.
fn row(app: &App, by: By, what: &str, refund: &Refund, order: Option<&Order>) -> AuditEntry {
    let told = refund.told.as_ref().map(|(id, _)| id);
    let detail =
        json!({ "order": refund.number, "payment": refund.payment, "bani": refund.amount.0, "reason": refund.reason, "refund": told });
    let kind = if told.is_some() { AuditKind::Received } else { AuditKind::Administration };
    let mut row = app.row(by, kind, order.map(|order| &order.order.module), what, &detail);
    row.about = order.and_then(|order| order.order.customer).into_iter().collect();
    row
}

pub(super) async fn reconcile(app: &Arc<App>, asked: Reconcile) -> Result<Reply> {
    let tenant = app.tenant(&asked.municipality).await?;
    let by = super::by(app, &tenant, asked.person.as_deref()).await?;
    let file = STANDARD.decode(&asked.file).map_err(|_| Refusal::Usage("the file did not arrive whole".into()))?;
    let statement = statement::read(&file).map_err(|cause| {
        Refusal::Other("statement", "The statement cannot be read".into(), format!("{cause} (docs/services.md says what it looks like)"))
    })?;
    let days = match (asked.from, asked.until, statement.days()) {
        (Some(first), Some(last), _) => Days { first, last },
        (first, last, Some(days)) => Days { first: first.unwrap_or(days.first), last: last.unwrap_or(days.last) },
        _ => return Err(Refusal::Usage("the statement is empty: say its days with --from and --until".into())),
    };
    let (from, until) = days.widened().moments();
    let payments = app.store.payments_between(tenant.id, from, until).await?;
    let of: Vec<String> = statement.refunds.iter().map(|refund| refund.of.payment.clone()).collect();
    let known = of_refunds(app, &tenant, &statement.refunds, &payments).await?;
    let refunds = app.store.refunds_about(tenant.id, &of, from, until).await?;
    let all: Vec<Payment> = payments.into_iter().chain(known).collect();
    let mut report = statement::reconcile(&statement, days, &all, &refunds);
    let mut recorded = 0;
    if asked.apply {
        for (told, check) in report.refunds.iter_mut().filter(|(_, check)| *check == RefundCheck::New) {
            let refund = given(app, told);
            let order = app.store.snapshot(tenant.id).await?.any_order(&refund.number).await?;
            let row = row(app, by, "mpay.refunded", &refund, order.as_ref());
            if app.store.record_refund(tenant.id, &refund, row).await? == RefundRecorded::New {
                *check = RefundCheck::Recorded;
                recorded += 1;
            }
        }
    }
    Ok(reply(&tenant, days, &report, recorded))
}

/// The payments of earlier days that the statement gives something back of.
async fn of_refunds(app: &App, tenant: &Tenant, refunds: &[ToldRefund], payments: &[Payment]) -> Result<Vec<Payment>> {
    let mut found: Vec<Payment> = Vec::new();
    let mut snapshot = app.store.snapshot(tenant.id).await?;
    for told in refunds {
        let here = |known: &[Payment]| known.iter().any(|payment| payment.id == told.of.payment);
        if !here(payments) && !here(&found) {
            found.extend(snapshot.payments(&told.of.order).await?.into_iter().filter(|payment| payment.id == told.of.payment));
        }
    }
    Ok(found)
}

fn given(app: &App, told: &ToldRefund) -> Refund {
    Refund {
        id: uuid::Uuid::now_v7().to_string(),
        payment: told.of.payment.clone(),
        number: told.of.order.clone(),
        amount: told.of.amount,
        lines: told.of.lines.clone(),
        asked_at: app.clock.now(),
        told: Some((told.id.clone(), told.of.at)),
        reason: String::new(),
    }
}

fn detail(told: &ToldRefund) -> Json {
    json!({ "order": told.of.order, "payment": told.of.payment, "refund": told.id, "bani": told.of.amount.0 })
}

fn code(check: RefundCheck) -> &'static str {
    match check {
        RefundCheck::Recorded => "recorded",
        RefundCheck::New => "new",
        RefundCheck::UnknownPayment => "unknown-payment",
        RefundCheck::Differs => "differs",
        RefundCheck::TooMuch => "too-much",
    }
}

fn reply(tenant: &Tenant, days: Days, report: &Report, recorded: u32) -> Reply {
    let lei = |told: &Told| format!("{} lei on {}, payment {}", told.amount, told.order, told.payment);
    let mut lines = vec![format!(
        "{}, {} to {}: {} payment(s) agree; statement {} lei in all, recorded {} lei.",
        tenant.slug,
        days.first,
        days.last,
        report.matched.len(),
        Money(report.total_there()),
        Money(report.total_here())
    )];
    lines.extend(report.missing_here.iter().map(|told| format!("  not recorded here: {}", lei(told))));
    lines.extend(
        report
            .missing_there
            .iter()
            .map(|paid| format!("  not in the statement: {} lei on {}, payment {}", paid.amount, paid.number, paid.id)),
    );
    lines.extend(
        report
            .differing
            .iter()
            .map(|(told, paid)| format!("  differs: {} in the statement; {} lei on {} here", lei(told), paid.amount, paid.number)),
    );
    lines.extend(report.doubled.iter().map(|row| format!("  twice in the statement: payment {}, line {}", row.payment, row.line)));
    lines.extend(report.elsewhere.iter().map(|row| format!("  not to a treasury account: payment {}, line {}", row.payment, row.line)));
    lines.extend(report.refunds.iter().map(|(told, check)| format!("  given back ({}): {}", code(*check), lei(&told.of))));
    lines.extend(
        report.refunds_missing_there.iter().map(|refund| format!("  given back here, not in the statement: payment {}", refund.payment)),
    );
    let new = report.refunds.iter().filter(|(_, check)| *check == RefundCheck::New).count();
    if new > 0 {
        lines.push(format!("{new} refund(s) can be recorded with --apply."));
    }
    if recorded > 0 {
        lines.push(format!("{recorded} refund(s) recorded."));
    }
    let told = |told: &Told| json!({ "payment": told.payment, "order": told.order, "bani": told.amount.0, "at": told.at.rfc3339() });
    let paid = |paid: &Payment| json!({ "payment": paid.id, "order": paid.number, "bani": paid.amount.0, "at": paid.paid_at.rfc3339() });
    let line = |row: &statement::Row| json!({ "payment": row.payment, "line": row.line, "bani": row.amount.0 });
    let mut json = json!({
        "municipality": tenant.slug, "from": days.first, "until": days.last, "agrees": report.agrees(), "recorded": recorded,
        "total_there_bani": report.total_there(), "total_here_bani": report.total_here(),
        "matched": report.matched.iter().map(told).collect::<Vec<_>>(),
        "missing_here": report.missing_here.iter().map(told).collect::<Vec<_>>(),
        "missing_there": report.missing_there.iter().map(paid).collect::<Vec<_>>(),
        "differing": report.differing.iter().map(|(there, here)| json!({ "there": told(there), "here": paid(here) })).collect::<Vec<_>>(),
        "doubled": report.doubled.iter().map(line).collect::<Vec<_>>(),
        "elsewhere": report.elsewhere.iter().map(line).collect::<Vec<_>>(),
        "refunds": report.refunds.iter().map(|(refund, check)| json!({ "refund": detail(refund), "standing": code(*check) })).collect::<Vec<_>>(),
        "refunds_missing_there": report.refunds_missing_there.iter().map(|refund| json!({ "payment": refund.payment, "bani": refund.amount.0 }))
            .collect::<Vec<_>>(),
    });
    let agrees = report.agrees();
    if !agrees && let Some(json) = json.as_object_mut() {
        let error = json!({ "code": "statement-differs", "title": "The statement and the records differ", "detail": lines.join("; ") });
        json.insert("error".into(), error);
    }
    Reply { code: u8::from(!agrees), text: lines.join("\n"), json }
}
