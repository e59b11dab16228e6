//! The admin socket: the command line's way to a running host. A Unix socket in the data folder that only the host's user can open; one
//! line of JSON each way.

use super::{Command, Reply, run};
use crate::app::App;
use std::fs::Permissions;
use std::io::{Error, ErrorKind, Result};
use std::os::fd::AsRawFd;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{UnixListener, UnixStream};

/// Its name in the data folder.
pub const SOCKET: &str = "admin.sock";

/// The longest line, in bytes: a file of [`super::FILE_BYTES`] in Base64, with room to spare.
const LONGEST: u64 = 64 << 20;
/// What a socket's path may hold at most (`sun_path`), in bytes, with the name of its forerunner.
const PATH_BYTES: usize = 100;

/// A folder under a path that is short enough for a socket.
struct Short {
    path: PathBuf,
    /// Keeps the short path valid.
    _folder: Option<std::fs::File>,
}

fn short(data: &Path) -> Result<Short> {
    if data.as_os_str().len() + SOCKET.len() < PATH_BYTES {
        return Ok(Short { path: data.to_owned(), _folder: None });
    }
    let folder = std::fs::File::open(data)?;
    Ok(Short { path: PathBuf::from(format!("/proc/self/fd/{}", folder.as_raw_fd())), _folder: Some(folder) })
}

/// Answers commands on the data folder's socket until the task is aborted. Whoever calls this holds the data folder's lock, so that a
/// socket that is there already is a dead host's.
///
/// # Errors
/// When the socket cannot be made.
pub fn listen(app: Arc<App>, data: &Path) -> Result<tokio::task::JoinHandle<()>> {
    let folder = short(data)?;
    let fresh = folder.path.join(".admin.new");
    let place = folder.path.join(SOCKET);
    let _ = std::fs::remove_file(&fresh);
    let listener = UnixListener::bind(&fresh)?;
    // It takes its place only when nobody else can open it.
    std::fs::set_permissions(&fresh, Permissions::from_mode(0o600))?;
    std::fs::rename(&fresh, &place)?;
    Ok(tokio::spawn(async move {
        let _folder = folder;
        loop {
            match listener.accept().await {
                Ok((stream, _)) => {
                    let app = app.clone();
                    tokio::spawn(async move {
                        if let Err(error) = answer(&app, stream).await {
                            tracing::warn!("a command line went away: {error}");
                        }
                    });
                }
                Err(error) => {
                    tracing::error!("the admin socket: {error}");
                    tokio::time::sleep(std::time::Duration::from_millis(200)).await;
                }
            }
        }
    }))
}

async fn answer(app: &Arc<App>, mut stream: UnixStream) -> Result<()> {
    let line = read_line(&mut stream).await?;
    let reply = match serde_json::from_str::<Command>(&line) {
        Ok(command) => run(app, command).await,
        Err(error) => {
            let detail = format!("{error}. The host that runs may be of another version: start it anew");
            Reply::failed(3, "command-unknown", "The running host does not understand the command", &detail)
        }
    };
    write_line(&mut stream, &serde_json::to_string(&reply).map_err(Error::other)?).await
}

/// Asks the host that runs on this data folder.
///
/// # Errors
/// When none answers: [`ErrorKind::NotFound`] or [`ErrorKind::ConnectionRefused`] when none runs.
pub async fn ask(data: &Path, command: &Command) -> Result<Reply> {
    let folder = short(data)?;
    let mut stream = UnixStream::connect(folder.path.join(SOCKET)).await?;
    write_line(&mut stream, &serde_json::to_string(command).map_err(Error::other)?).await?;
    let line = read_line(&mut stream).await?;
    if line.is_empty() {
        return Err(Error::new(ErrorKind::UnexpectedEof, "the host stopped before it answered: look whether the command was done"));
    }
    serde_json::from_str(&line).map_err(Error::other)
}

async fn read_line(stream: &mut UnixStream) -> Result<String> {
    let mut line = String::new();
    let mut reader = BufReader::new(stream.take(LONGEST));
    reader.read_line(&mut line).await?;
    Ok(line)
}

async fn write_line(stream: &mut UnixStream, line: &str) -> Result<()> {
    stream.write_all(line.as_bytes()).await?;
    stream.write_all(b"\n").await?;
    stream.flush().await
}
