//! Plain limits, measured in the same run: what the work costs without the host around it.

use anyhow::{Context, Result};
use std::time::Instant;

/// Milliseconds (median of 7) to decode and check a roll against the module's own schema, without module, people or database.
pub(crate) fn parsing(roll: &[u8]) -> Result<f64> {
    let package = vatra_registry::Package::read(&vatra_hosting_tests::package("tax-collector")?)?;
    let schema = package.manifest.upload("tax-roll").context("the upload's schema")?;
    let mut samples = Vec::new();
    for _ in 0..7 {
        let from = Instant::now();
        vatra_capabilities::uploads::read_table(schema, "roll.csv", roll, String::new())?;
        samples.push(super::millis(from));
    }
    samples.sort_by(f64::total_cmp);
    Ok(samples.get(3).copied().unwrap_or_default())
}
