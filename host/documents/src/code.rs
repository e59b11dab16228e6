//! The QR that leads to a document's public check page.

use qrcode::render::svg;
use qrcode::{EcLevel, QrCode};

/// The address is longer than a QR holds at this level (2,331 bytes).
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("the address is too long for a QR")]
pub struct TooLong;

/// A QR (ISO/IEC 18004, level M) of the address as an SVG, with the four modules of quiet around it.
///
/// # Errors
/// [`TooLong`].
pub fn svg(address: &str) -> Result<String, TooLong> {
    let code = QrCode::with_error_correction_level(address, EcLevel::M).map_err(|_| TooLong)?;
    Ok(code.render::<svg::Color<'_>>().module_dimensions(1, 1).quiet_zone(true).build())
}
