//! `/v2/NAME/referrers/DIGEST`

use super::errors::{Code, Failure};
use super::{Answer, Call, headers};
use crate::manifest::media;
use crate::names::Repository;
use axum::http::{HeaderName, header};
use axum::response::IntoResponse;
use serde_json::json;
use vatra_core::digest::Digest;

const FILTERS_APPLIED: HeaderName = HeaderName::from_static("oci-filters-applied");

impl Call<'_> {
    pub(super) async fn referrers(&self, repository: &Repository, subject: &Digest) -> Answer {
        let kind = self.query.get("artifactType").filter(|kind| !kind.is_empty());
        let last = self.query.get("last").map(|last| last.parse::<Digest>()).transpose();
        let last = last.map_err(|error| Failure::bad(Code::DigestInvalid, format!("last: {error}")))?;
        let page = self.store().referrers(repository, subject, kind.cloned(), last).await?;
        let body = json!({ "schemaVersion": 2, "mediaType": media::INDEX, "manifests": page.items });
        let mut about = headers([(header::CONTENT_TYPE, media::INDEX)]);
        if kind.is_some() {
            about.extend(headers([(FILTERS_APPLIED, "artifactType")]));
        }
        if let Some(last) = page.next {
            let kind = kind.map(|kind| format!("&artifactType={}", encode(kind))).unwrap_or_default();
            about.extend(headers([(header::LINK, &format!("</v2/{repository}/referrers/{subject}?last={last}{kind}>; rel=\"next\""))]));
        }
        Ok((about, body.to_string()).into_response())
    }
}

/// Percent encoding of all but letters, digits and what needs none anywhere.
fn encode(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    text.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}
