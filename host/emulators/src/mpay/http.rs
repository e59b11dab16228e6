//! MPay's messages over HTTP: a connection a message, as far as the portal's endpoint.

use super::soap::Carrier;
use async_trait::async_trait;
use axum::body::{Body, to_bytes};
use axum::http::{Request, Uri, header};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use std::fmt;
use std::time::Duration;
use tokio::net::TcpStream;

/// How long the portal may take.
const PATIENCE: Duration = Duration::from_secs(15);
/// The longest answer, in bytes.
const LARGEST: usize = 1024 * 1024;

/// A portal's endpoint at `http://host:port/path`. Within one machine: a real MPay speaks HTTPS, which a portal's front does for it.
#[derive(Clone)]
pub struct Http {
    host: String,
    path: String,
}

impl fmt::Debug for Http {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Http({}{})", self.host, self.path)
    }
}

impl Http {
    /// The endpoint at this address; none when the address is not of that form.
    pub fn new(address: &str) -> Option<Self> {
        let uri: Uri = address.parse().ok().filter(|uri: &Uri| uri.scheme_str() == Some("http"))?;
        let host = format!("{}:{}", uri.host()?, uri.port_u16().unwrap_or(80));
        Some(Self { host, path: uri.path_and_query().map_or("/", |path| path.as_str()).to_owned() })
    }

    async fn exchange(&self, action: &str, message: Vec<u8>) -> Result<Vec<u8>, String> {
        let said = |error: &dyn fmt::Display| error.to_string();
        let stream = TcpStream::connect(&self.host).await.map_err(|error| said(&error))?;
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(|error| said(&error))?;
        let driving = tokio::spawn(connection);
        let request = Request::post(&self.path)
            .header(header::HOST, &self.host)
            .header(header::CONTENT_TYPE, "text/xml; charset=utf-8")
            .header("SOAPAction", format!("\"{action}\""))
            .header(header::CONNECTION, "close")
            .body(Body::from(message))
            .map_err(|error| said(&error))?;
        let answer = sender.send_request(request).await.map_err(|error| said(&error))?;
        let body = to_bytes(Body::new(answer.into_body()), LARGEST).await.map_err(|error| said(&error))?;
        driving.abort();
        Ok(body.to_vec())
    }
}

#[async_trait]
impl Carrier for Http {
    async fn post(&self, action: &str, message: Vec<u8>) -> Result<Vec<u8>, String> {
        match tokio::time::timeout(PATIENCE, self.exchange(action, message)).await {
            Ok(answered) => answered,
            Err(_) => Err("the portal did not answer in time".to_owned()),
        }
    }
}
