//! Load on an address, by `wrk`.

use anyhow::{Context, Result, bail};
use std::process::Command;

/// How to install it.
pub(crate) const INSTALL: &str = "wrk is not installed: tests/bench/peers.sh";

/// What a run of load came to.
#[derive(Clone, Copy)]
pub(crate) struct Load {
    /// Answers a second.
    pub(crate) rps: f64,
    /// 99 of 100 answers came within so many milliseconds.
    pub(crate) p99: f64,
}

/// Whether `wrk` is there.
pub(crate) fn is_installed() -> bool {
    Command::new("wrk").arg("-v").output().is_ok()
}

/// 64 connections, one thread of the client, for so many seconds; any answer but a good one is an error.
pub(crate) fn run(url: &str, cookie: &str, seconds: u32) -> Result<Load> {
    let mut command = Command::new("wrk");
    command.args(["-t1", "-c64", "--latency"]).arg(format!("-d{seconds}s"));
    if !cookie.is_empty() {
        command.arg("-H").arg(format!("Cookie: {cookie}"));
    }
    let output = command.arg(url).output().context(INSTALL)?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    if !output.status.success() || text.contains("Non-2xx") || text.contains("Socket errors") {
        bail!("the load on {url} went wrong: {text}{}", String::from_utf8_lossy(&output.stderr));
    }
    let field = |name: &str| text.lines().find_map(|line| line.trim().strip_prefix(name)).map(str::trim).context("wrk's words");
    Ok(Load { rps: field("Requests/sec:")?.parse()?, p99: duration(field("99%")?)? })
}

/// `812.00us`, `1.23ms`, `1.02s` in milliseconds.
fn duration(text: &str) -> Result<f64> {
    let (number, factor) = match (text.strip_suffix("us"), text.strip_suffix("ms"), text.strip_suffix('s')) {
        (Some(number), ..) => (number, 0.001),
        (_, Some(number), _) => (number, 1.0),
        (.., Some(number)) => (number, 1_000.0),
        _ => bail!("'{text}' is no duration"),
    };
    Ok(number.parse::<f64>()? * factor)
}

#[cfg(test)]
mod tests {
    #[test]
    fn durations_of_wrk_are_read() -> anyhow::Result<()> {
        assert_eq!([super::duration("812.00us")?, super::duration("1.50ms")?, super::duration("1.02s")?], [0.812, 1.5, 1_020.0]);
        Ok(())
    }
}
