//! A browser without a screen: keeps cookies, sends forms, does not follow redirects by itself.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, header};
use std::collections::BTreeMap;
use tower::ServiceExt;
use vatra_core::providers::Posting;
use vatra_view::urls;

pub struct Browser {
    router: Router,
    pub cookies: BTreeMap<String, String>,
    /// Sent with every request.
    pub headers: Vec<(&'static str, String)>,
}

#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: String,
    /// As it came.
    pub bytes: Vec<u8>,
}

impl Answer {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
    pub fn location(&self) -> &str {
        self.header("location")
    }
    /// The words of the first element that the selector finds, or its attribute.
    pub fn text(&self, selector: &str) -> String {
        let page = scraper::Html::parse_document(&self.body);
        let selector = scraper::Selector::parse(selector).unwrap();
        page.select(&selector).next().map(|found| found.text().collect::<String>().trim().to_owned()).unwrap_or_default()
    }
    /// What the form that posts to this address would post to MPass.
    pub fn posting(&self, action: &str) -> Posting {
        let known = ["SAMLRequest", "SAMLResponse", "RelayState"];
        let fields = self.hidden(action).into_iter();
        let fields = fields.filter_map(|(name, value)| Some((known.into_iter().find(|known| *known == name)?, value))).collect();
        Posting { address: action.to_owned(), fields }
    }
    /// Hidden fields of the form that posts to this address.
    pub fn hidden(&self, action: &str) -> Vec<(String, String)> {
        let page = scraper::Html::parse_document(&self.body);
        let selector = scraper::Selector::parse(&format!("form[action='{action}'] input[type=hidden]")).unwrap();
        let read = |input: scraper::ElementRef| Some((input.attr("name")?.to_owned(), input.attr("value")?.to_owned()));
        page.select(&selector).filter_map(read).collect()
    }
}

pub const HOST: &str = "127.0.0.1:8080";
const BOUNDARY: &str = "vatra-test-boundary";

impl Browser {
    pub fn new(router: Router) -> Self {
        Self { router, cookies: BTreeMap::new(), headers: Vec::new() }
    }

    pub async fn get(&mut self, address: &str) -> Answer {
        self.send("GET", address, &[], Body::empty()).await
    }

    pub async fn post(&mut self, address: &str, fields: &[(&str, &str)]) -> Answer {
        let kind = [("content-type", "application/x-www-form-urlencoded")];
        self.send("POST", address, &kind, Body::from(urls::to_query(fields.iter().copied()))).await
    }

    /// Brings what another service made to the portal, as that service's page does.
    pub async fn bring(&mut self, posting: &Posting) -> Answer {
        let path = posting.address.strip_prefix(&format!("http://{HOST}")).unwrap_or(&posting.address).to_owned();
        let fields: Vec<(&str, &str)> = posting.fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let own =
            std::mem::replace(&mut self.headers, vec![("sec-fetch-site", "cross-site".into()), ("origin", "https://mpass.gov.md".into())]);
        let answer = self.post(&path, &fields).await;
        self.headers = own;
        answer
    }

    /// A form with a file.
    pub async fn upload(&mut self, address: &str, fields: &[(String, String)], input: &str, name: &str, bytes: &[u8]) -> Answer {
        let mut body = Vec::new();
        for (name, value) in fields {
            body.extend(format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").bytes());
        }
        let head = format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{input}\"; filename=\"{name}\"\r\nContent-Type: text/csv\r\n\r\n"
        );
        body.extend(head.bytes());
        body.extend(bytes);
        body.extend(format!("\r\n--{BOUNDARY}--\r\n").bytes());
        let kind = format!("multipart/form-data; boundary={BOUNDARY}");
        self.send("POST", address, &[("content-type", &kind)], Body::from(body)).await
    }

    pub async fn send(&mut self, method: &str, address: &str, headers: &[(&str, &str)], body: Body) -> Answer {
        let mut request = Request::builder().method(method).uri(address).header(header::HOST, HOST);
        for (name, value) in self.headers.iter().map(|(name, value)| (*name, value.as_str())).chain(headers.iter().copied()) {
            request = request.header(name, value);
        }
        if !self.cookies.is_empty() {
            let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            request = request.header(header::COOKIE, cookies.join("; "));
        }
        let response = self.router.clone().oneshot(request.body(body).unwrap()).await.unwrap();
        let status = response.status().as_u16();
        let headers = response.headers().clone();
        for set in headers.get_all(header::SET_COOKIE) {
            let set = set.to_str().unwrap();
            let (name, value) = set.split(';').next().unwrap().split_once('=').unwrap();
            if set.contains("Max-Age=0") || value.is_empty() {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        let bytes = to_bytes(response.into_body(), 64 * 1024 * 1024).await.unwrap();
        Answer { status, headers, body: String::from_utf8_lossy(&bytes).into_owned(), bytes: bytes.into() }
    }
}
