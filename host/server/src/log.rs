//! The log: to the error output, a line an event, written by whoever has something to say.

use std::fs::File;
use std::io::{IsTerminal, Write};
use std::os::fd::{AsFd, BorrowedFd};
use std::sync::{PoisonError, RwLock};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

/// Starts the log, once for the process: `usual` (`info`) or what `VATRA_LOG` says. In colours where somebody looks on.
pub fn start(usual: &str) {
    let filter = EnvFilter::try_from_env("VATRA_LOG").unwrap_or_else(|_| EnvFilter::new(usual));
    let error = std::io::stderr();
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_ansi(error.is_terminal());
    match Lines::to(error.as_fd()) {
        Ok(lines) => log.with_writer(lines).init(),
        Err(_) => log.with_writer(std::io::stderr).init(),
    }
}

/// What the system writes to a pipe in one piece, whoever else writes to it.
const PIECE: usize = 4096;

/// Writes lines whole. Requests do not wait for each other's line as they would for the standard library's error output: only a line that
/// the system might split has the output to itself.
struct Lines {
    out: File,
    split: RwLock<()>,
}

impl Lines {
    fn to(out: BorrowedFd<'_>) -> std::io::Result<Self> {
        Ok(Self { out: File::from(out.try_clone_to_owned()?), split: RwLock::new(()) })
    }
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = &'a Self;
    fn make_writer(&'a self) -> &'a Self {
        self
    }
}

impl Write for &Lines {
    fn write(&mut self, line: &[u8]) -> std::io::Result<usize> {
        let mut out = &self.out;
        if line.len() <= PIECE {
            let _shared = self.split.read().unwrap_or_else(PoisonError::into_inner);
            out.write_all(line)?;
        } else {
            let _alone = self.split.write().unwrap_or_else(PoisonError::into_inner);
            out.write_all(line)?;
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{BufRead, BufReader};

    #[test]
    fn lines_come_whole_from_many_threads() {
        let (read, write) = std::io::pipe().unwrap();
        let lines = Lines::to(write.as_fd()).unwrap();
        drop(write);
        let lengths = [1, 80, PIECE - 1, PIECE, 40_000];
        let read = std::thread::spawn(move || BufReader::new(read).lines().map(Result::unwrap).collect::<Vec<_>>());
        std::thread::scope(|scope| {
            for name in 'a'..='h' {
                let lines = &lines;
                scope.spawn(move || {
                    for length in lengths.into_iter().cycle().take(100) {
                        let line = format!("{}\n", name.to_string().repeat(length));
                        lines.make_writer().write_all(line.as_bytes()).unwrap();
                    }
                });
            }
        });
        drop(lines);
        let lines = read.join().unwrap();
        assert_eq!(lines.len(), 800);
        for line in lines {
            assert!(lengths.contains(&line.len()) && line.chars().all(|c| line.starts_with(c)), "a line of {} bytes", line.len());
        }
    }
}
