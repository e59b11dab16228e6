//! `/v2/NAME/tags/list`

use super::errors::{Code, Failure};
use super::{Answer, Call, headers};
use crate::names::Repository;
use axum::Json;
use axum::http::header;
use axum::response::IntoResponse;
use serde_json::json;

/// The most tags in one answer.
const AT_ONCE: usize = 1_000;

impl Call<'_> {
    pub(super) async fn tags(&self, repository: &Repository) -> Answer {
        let asked = self.query.get("n").map(|n| n.parse::<usize>()).transpose();
        let asked = asked.map_err(|_| Failure::bad(Code::PaginationNumberInvalid, "n is not a number of tags"))?;
        let most = asked.unwrap_or(AT_ONCE).min(AT_ONCE);
        let page = self.store().tags(repository, self.query.get("last").cloned(), most).await?;
        let page = page.ok_or_else(|| Failure::missing(Code::NameUnknown, format!("there is no repository {repository}")))?;
        let mut response = Json(json!({ "name": repository.as_str(), "tags": page.items })).into_response();
        if let Some(last) = page.next {
            let link = format!("</v2/{repository}/tags/list?n={most}&last={last}>; rel=\"next\"");
            response.headers_mut().extend(headers([(header::LINK, &link)]));
        }
        Ok(response)
    }
}
