//! `vatra:mpay/invoices`: an order on paper, as MPay makes it, kept as a received document of the module.

use super::{PDF, own_order};
use crate::bindings::vatra::mpay::invoices as wit;
use crate::bindings::vatra::types::values::{DocumentRef, Failure};
use crate::documents::{Received, received};
use crate::outside::{Answer, Question};
use crate::registers::{Stop, counted};
use crate::state::CallState;
use std::sync::Arc;
use tokio::task::JoinSet;
use vatra_core::providers::Paper;

const SERVICE: &str = "mpay";
/// Bytes of an invoice.
const MAX_FILE: usize = 4 << 20;

impl wit::Host for CallState {
    async fn invoice(&mut self, order: String, paper: wit::Paper) -> wasmtime::Result<Result<DocumentRef, Failure>> {
        counted!(self, "mpay.invoice", invoice(self, order, paper))
    }
}

async fn invoice(state: &mut CallState, number: String, paper: wit::Paper) -> Result<DocumentRef, Stop> {
    state.writable(SERVICE)?;
    let order = own_order(state, &number).await?.order;
    let paper = match paper {
        wit::Paper::A4 => Paper::A4,
        wit::Paper::A5 => Paper::A5,
    };
    let question = Question::Invoice(number.clone(), paper);
    let content = match state.outside.known(&question) {
        Some(Answer::File(content)) => content,
        _ => {
            let down = || Failure::Unavailable(SERVICE.into());
            let invoices = state.invoices.clone().ok_or_else(down)?;
            let (service, asked) = (order.service.clone(), number.clone());
            let mut asking = JoinSet::new();
            asking.spawn(async move { invoices.pdf(&service, &asked, paper).await });
            let found = match asking.join_next().await {
                Some(Ok(Ok(found))) => found,
                Some(Ok(Err(error))) => {
                    tracing::warn!(call = %state.ctx.call, tenant = %state.ctx.tenant.slug, "{error}");
                    return Err(down().into());
                }
                Some(Err(_)) | None => {
                    tracing::warn!(call = %state.ctx.call, tenant = %state.ctx.tenant.slug, "MPay's client broke down");
                    return Err(down().into());
                }
            };
            let content = found.filter(|pdf| pdf.starts_with(b"%PDF-") && pdf.len() <= MAX_FILE).map(Arc::new);
            state.outside.keep(question, Answer::File(content.clone()));
            content
        }
    };
    let content = content.ok_or(Failure::NotFound)?;
    state.used.write(1, &state.limits)?;
    let (name, title) = (format!("nota-de-plata-{number}.pdf"), format!("Nota de plată {number}"));
    received(state, Received { kind: "mpay-invoice", name, media_type: PDF, title, subject: order.customer, content: &content }).await
}
