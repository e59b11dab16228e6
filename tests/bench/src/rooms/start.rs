//! From starting the demo's process to its first page.

use crate::figure::{Figure, Spread};
use crate::millis;
use anyhow::{Context, Result, bail};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

pub(crate) fn measure() -> Result<Vec<Figure>> {
    let binary = std::env::var_os("VATRA_BIN").map(PathBuf::from).unwrap_or_else(|| vatra_hosting_tests::target().join("release/vatra"));
    let folder = tempfile::tempdir()?;
    let demo = || {
        let mut command = Command::new(&binary);
        command.arg("demo").arg("--data").arg(folder.path().join("data")).env("VATRA_PACKAGES", vatra_hosting_tests::packages());
        command
    };
    let seeded = demo().arg("--seed-only").stdout(Stdio::null()).status().with_context(|| format!("{} does not run", binary.display()))?;
    if !seeded.success() {
        bail!("the demo does not seed");
    }
    let mut samples = Vec::new();
    for _ in 0..7 {
        let from = Instant::now();
        let mut child = demo().args(["--listen", "127.0.0.1:0"]).stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
        let page = first_page(&mut child);
        samples.push(millis(from));
        child.kill()?;
        child.wait()?;
        page?;
    }
    Ok(vec![Figure::new("start", "demo, seeded before: from the process to its first page", "ms", Spread::of(samples)?)])
}

fn first_page(child: &mut std::process::Child) -> Result<()> {
    let out = child.stdout.take().context("its output")?;
    for line in BufReader::new(out).lines() {
        let line = line?;
        let Some(at) = line.find("http://") else { continue };
        let address = line.get(at + 7..).unwrap_or_default().trim_end_matches('/').split('/').next().unwrap_or_default().to_owned();
        let mut stream = TcpStream::connect(&address).with_context(|| format!("'{address}' in '{line}'"))?;
        stream.set_read_timeout(Some(Duration::from_secs(10)))?;
        stream.write_all(format!("GET / HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").as_bytes())?;
        let mut page = String::new();
        stream.read_to_string(&mut page)?;
        if !page.starts_with("HTTP/1.1 200") || !page.contains("</html>") {
            bail!("the first page is not one: {}", page.lines().next().unwrap_or_default());
        }
        return Ok(());
    }
    bail!("the demo printed no address")
}
