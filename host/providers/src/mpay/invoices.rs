//! MPay's REST API: invoices of our orders.

use crate::rest::{json, refused, unexpected, with_query};
use crate::transport::{Answer, Call, Client as Transport, Method, StatusCode};
use async_trait::async_trait;
use std::sync::Arc;
use vatra_core::providers::{Invoices, Paper, ProviderError};

/// Its name in messages and metrics.
pub const SERVICE: &str = "MPay";
/// An order has one, or one for each time that its amount changed.
const MOST: usize = 1_000;

/// The client of MPay's API.
#[derive(Clone, Debug)]
pub struct Client {
    /// Over this connection ([`crate::transport::Style::Rest`]).
    pub transport: Arc<Transport>,
}

impl Client {
    async fn get(&self, path: &str, fields: &[(&str, &str)]) -> Result<Option<Answer>, ProviderError> {
        let answer = self.transport.send(Call::new(Method::GET, with_query(path, fields))).await?;
        match answer.status {
            StatusCode::OK => Ok(Some(answer)),
            StatusCode::NOT_FOUND | StatusCode::NO_CONTENT => Ok(None),
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Err(refused(SERVICE, "it does not let our system ask")),
            _ => Err(unexpected(SERVICE, &answer)),
        }
    }
}

#[async_trait]
impl Invoices for Client {
    async fn of_order(&self, service: &str, number: &str) -> Result<Vec<String>, ProviderError> {
        let Some(answer) = self.get("/api/invoices", &[("serviceID", service), ("orderKey", number)]).await? else { return Ok(Vec::new()) };
        let wrong = || refused(SERVICE, "its answer is not what its contract says");
        let found: Vec<String> = json(SERVICE, &answer)?;
        let sound = |id: &String| !id.is_empty() && id.chars().count() <= 36 && !id.chars().any(char::is_control);
        if found.len() > MOST || !found.iter().all(sound) { Err(wrong()) } else { Ok(found) }
    }

    async fn pdf(&self, service: &str, number: &str, paper: Paper) -> Result<Option<Vec<u8>>, ProviderError> {
        let format = match paper {
            Paper::A4 => "A4",
            Paper::A5 => "A5",
        };
        let fields = [("serviceID", service), ("orderKey", number), ("pageFormat", format)];
        let Some(answer) = self.get("/api/Invoices/GetPdfInvoiceBytes", &fields).await? else { return Ok(None) };
        if !answer.body.starts_with(b"%PDF-") {
            return Err(refused(SERVICE, "what it answered is no PDF"));
        }
        Ok(Some(answer.body))
    }
}
