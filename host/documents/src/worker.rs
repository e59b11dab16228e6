//! One worker process, from this side: started, asked, killed.

use crate::job::{Answer, Job, Limits, Made, Refused};
use crate::message;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::time::timeout;

/// From being started to being ready: it reads its typefaces and makes a document to warm up.
const START: Duration = Duration::from_secs(30);

pub(crate) struct Worker {
    child: Child,
    input: ChildStdin,
    output: ChildStdout,
    limits: Limits,
    /// How many documents it has made.
    pub(crate) done: u32,
}

fn unavailable(cause: impl std::fmt::Display) -> Refused {
    Refused::Unavailable(cause.to_string())
}

impl Worker {
    /// Starts one and waits until it is ready. It gets nothing of the host: no environment, no files but the two pipes.
    pub(crate) async fn start(program: &Path, limits: Limits) -> Result<Self, Refused> {
        let mut command = Command::new(program);
        command.env_clear().current_dir("/").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).kill_on_drop(true);
        let mut child = command.spawn().map_err(|error| unavailable(format!("{}: {error}", program.display())))?;
        let (Some(input), Some(output)) = (child.stdin.take(), child.stdout.take()) else { return Err(unavailable("no pipes")) };
        let mut worker = Self { child, input, output, limits, done: 0 };
        let greeting = serde_json::to_vec(&limits).map_err(unavailable)?;
        let greeting = message::join(&[&greeting]).map_err(unavailable)?;
        match timeout(START, worker.exchange(&greeting)).await {
            Ok(Ok((Answer::Ready, _))) => Ok(worker),
            Ok(Ok(_)) => Err(unavailable("it answered out of turn")),
            Ok(Err(error)) => Err(unavailable(format!("{error}; {:?}", worker.end().await))),
            Err(_) => Err(unavailable("it did not get ready")),
        }
    }

    /// Itself, if it is still there.
    pub(crate) fn alive(mut self) -> Option<Self> {
        matches!(self.child.try_wait(), Ok(None)).then_some(self)
    }

    /// Makes one document. After an error of `Err` the worker is gone; a document that is refused leaves it as it was.
    pub(crate) async fn make(&mut self, job: &Job) -> Result<Result<Made, Refused>, Refused> {
        let order = match job.to_message() {
            Ok(order) => order,
            Err(_) => return Ok(Err(Refused::TooLarge(message::LONGEST, "bytes".to_owned()))),
        };
        self.done += 1;
        match timeout(self.limits.wall, self.exchange(&order)).await {
            Ok(Ok((Answer::Made { pages }, parts))) => Ok(Ok(Made { pdf: parts, pages })),
            Ok(Ok((Answer::Refused(why), _))) => Ok(Err(why)),
            Ok(Ok((Answer::Ready, _))) => Err(Refused::Broken),
            // Its pipe broke: it ended. By what, says its status.
            Ok(Err(_)) => Err(why(self.end().await)),
            Err(_) => {
                self.end().await;
                Err(Refused::TooLong)
            }
        }
    }

    async fn exchange(&mut self, order: &[u8]) -> std::io::Result<(Answer, Vec<u8>)> {
        self.input.write_all(order).await?;
        self.input.flush().await?;
        let mut size = [0; 4];
        self.output.read_exact(&mut size).await?;
        let mut answer = vec![0; message::length(size)?];
        self.output.read_exact(&mut answer).await?;
        let mut parts = message::split(&answer)?.into_iter();
        let head = serde_json::from_slice(parts.next().unwrap_or_default())?;
        Ok((head, parts.next().unwrap_or_default().to_vec()))
    }

    /// Ends it, unless it ended by itself a moment ago.
    async fn end(&mut self) -> Option<ExitStatus> {
        if let Ok(Ok(status)) = timeout(Duration::from_millis(200), self.child.wait()).await {
            return Some(status);
        }
        let _ = self.child.kill().await;
        None
    }
}

/// What the signal says that ended it (signal(7)): the processor time ran out, or memory could not be had, over which Rust aborts.
fn why(status: Option<ExitStatus>) -> Refused {
    const ABORT: i32 = 6;
    const KILL: i32 = 9;
    const CPU: i32 = 24;
    match status.and_then(|status| status.signal()) {
        Some(CPU | KILL) => Refused::TooLong,
        Some(ABORT) => Refused::TooMuchMemory,
        _ => Refused::Broken,
    }
}
