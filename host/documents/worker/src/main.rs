//! The worker: reads jobs from its input, writes PDFs to its output, and can do nothing else (see [`confine`]).
//!
//! It writes no words anywhere: what it is given is personal.

mod confine;
mod desk;
mod glyphs;
mod mark;
mod record;
mod typeset;

use std::io::{Read, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use vatra_documents::job::{Answer, Job, Limits};
use vatra_documents::message;

fn main() -> ExitCode {
    std::panic::set_hook(Box::new(|_| {}));
    match catch_unwind(AssertUnwindSafe(|| serve(&mut std::io::stdin().lock(), &mut std::io::stdout().lock()))) {
        Ok(Ok(())) => ExitCode::SUCCESS,
        Ok(Err(_)) => ExitCode::from(74),
        Err(_) => ExitCode::from(70),
    }
}

/// Until the host closes the pipe: the limits first, then one document after the other.
fn serve(input: &mut impl Read, output: &mut impl Write) -> std::io::Result<()> {
    let Some(greeting) = message::read(input)? else { return Ok(()) };
    let limits: Limits = serde_json::from_slice(message::split(&greeting)?.first().copied().unwrap_or_default())?;
    // Everything runs in this thread, so that processor time and the system-call filter are one thread's.
    rayon::ThreadPoolBuilder::new().num_threads(1).use_current_thread().build_global().map_err(std::io::Error::other)?;
    confine::limit(&limits)?;
    let mut desk = desk::Desk::new();
    typeset::warm_up(&mut desk, &limits);
    confine::lock_in()?;
    answer(output, &Answer::Ready, &[])?;
    while let Some(order) = message::read(input)? {
        let job = Job::from_parts(&message::split(&order)?)?;
        confine::allow_time(limits.cpu_seconds)?;
        match typeset::make(&mut desk, &job, &limits) {
            Ok(made) => answer(output, &Answer::Made { pages: made.pages }, &made.pdf)?,
            Err(refused) => answer(output, &Answer::Refused(refused), &[])?,
        }
        desk.forget();
    }
    Ok(())
}

fn answer(output: &mut impl Write, head: &Answer, pdf: &[u8]) -> std::io::Result<()> {
    message::write(output, &[&serde_json::to_vec(head)?, pdf])
}
