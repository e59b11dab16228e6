//! Style sheet, script, typeface: their address changes with their content, so that browsers may keep them for ever.

use super::refusal::{Kind, Refusal};
use super::visit::Visit;
use axum::extract::Path;
use axum::http::header;
use axum::response::{IntoResponse, Response};

/// `GET /assets/{hash}/{file}`
pub(crate) async fn asset(visit: Visit, Path((hash, file)): Path<(String, String)>) -> Result<Response, Refusal> {
    let asset = vatra_view::assets::asset(&hash, &file).ok_or_else(|| Refusal::new(&visit, Kind::NotFound))?;
    let headers = [(header::CONTENT_TYPE, asset.content_type), (header::CACHE_CONTROL, "public, max-age=31536000, immutable")];
    Ok((headers, asset.bytes).into_response())
}
