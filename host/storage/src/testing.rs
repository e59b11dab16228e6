//! A throw-away PostgreSQL for tests, in any room: a cluster of its own in a temporary folder, reached by a Unix socket, gone with the
//! process that started it, however that ends.

use sqlx::postgres::PgPoolOptions;
use std::io::{Error, Result};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

const INSTALL: &str = "PostgreSQL's programs were not found: install them with `apt-get install postgresql`";
/// Kills the server and removes its folder when its standard input closes: when the test process ends, also by SIGKILL.
const SUPERVISOR: &str = r#"trap '' INT TERM
"$1/postgres" -D "$2/data" -k "$2" -c listen_addresses='' -c fsync="$3" -c full_page_writes="$3" -c max_connections=300 \
  -c shared_buffers=128MB >"$2/log" 2>&1 </dev/null &
server=$!
cat >/dev/null
kill -QUIT "$server"
wait "$server"
rm -rf "$2""#;

/// A running cluster. Dropped, it stops.
#[derive(Debug)]
pub struct TestPostgres {
    folder: PathBuf,
    supervisor: Child,
    databases: AtomicU32,
}

impl TestPostgres {
    /// Starts a cluster that forgets everything when the machine fails. It may not run as root, so that root starts it as `postgres` or
    /// `nobody`.
    ///
    /// # Errors
    /// When PostgreSQL is not installed (the text says what to install) or does not start.
    pub fn start() -> Result<Self> {
        Self::start_with("off")
    }

    /// Starts a cluster that waits for the disk as a real one does: for measuring.
    ///
    /// # Errors
    /// As [`TestPostgres::start`].
    pub fn durable() -> Result<Self> {
        Self::start_with("on")
    }

    fn start_with(fsync: &str) -> Result<Self> {
        let programs = programs().ok_or_else(|| Error::other(INSTALL))?;
        let folder = tempfile::Builder::new().prefix("vatra-pg-").tempdir()?.keep();
        let user = server_user()?;
        if let Some(user) = &user {
            run(Command::new("chown").arg(user).arg(&folder))?;
        }
        let mut initdb = command_as(user.as_deref(), &programs.join("initdb"));
        initdb.arg("-D").arg(folder.join("data"));
        run(initdb.args(["-U", "vatra", "--auth=trust", "--no-sync", "-E", "UTF8", "--locale=C"]))?;
        let mut supervisor = command_as(user.as_deref(), Path::new("sh"));
        supervisor.arg("-c").arg(SUPERVISOR).arg("sh").arg(&programs).arg(&folder).arg(fsync);
        let supervisor = supervisor.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).current_dir("/").spawn()?;
        let this = Self { folder, supervisor, databases: AtomicU32::new(0) };
        for _ in 0..600 {
            let ready = Command::new(programs.join("pg_isready")).arg("-q").arg("-h").arg(&this.folder).status()?;
            if ready.success() {
                return Ok(this);
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        let log = std::fs::read_to_string(this.folder.join("log")).unwrap_or_default();
        Err(Error::other(format!("PostgreSQL did not start: {log}")))
    }

    /// One cluster for the whole process.
    ///
    /// # Errors
    /// As [`TestPostgres::start`].
    pub fn shared() -> Result<&'static Self> {
        static SHARED: OnceLock<std::result::Result<TestPostgres, String>> = OnceLock::new();
        SHARED.get_or_init(|| Self::start().map_err(|error| error.to_string())).as_ref().map_err(|cause| Error::other(cause.clone()))
    }

    /// The address of a database in this cluster.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://vatra@localhost/{database}?host={}", self.folder.display())
    }

    /// Makes a new, empty database and gives its address.
    ///
    /// # Errors
    /// When the cluster refuses.
    pub async fn database(&self) -> Result<String> {
        let name = format!("test_{}_{}", std::process::id(), self.databases.fetch_add(1, Ordering::SeqCst));
        let pool = PgPoolOptions::new().max_connections(1).connect(&self.url("postgres")).await.map_err(Error::other)?;
        let made = sqlx::query(sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"))).execute(&pool).await;
        pool.close().await;
        made.map_err(Error::other)?;
        Ok(self.url(&name))
    }
}

impl Drop for TestPostgres {
    fn drop(&mut self) {
        drop(self.supervisor.stdin.take());
        // Nothing is left to do when waiting fails.
        let _ = self.supervisor.wait();
    }
}

/// The folder of PostgreSQL's programs: the newest that Debian installed, or wherever the path finds them.
fn programs() -> Option<PathBuf> {
    let debian = std::fs::read_dir("/usr/lib/postgresql").ok().into_iter().flatten().flatten().map(|entry| entry.path().join("bin"));
    let mut debian: Vec<PathBuf> = debian.filter(|bin| bin.join("initdb").exists()).collect();
    debian.sort();
    let path = std::env::var_os("PATH").unwrap_or_default();
    debian.pop().or_else(|| std::env::split_paths(&path).find(|folder| folder.join("initdb").exists()))
}

/// As whom to run the server: `postgres` or `nobody` for root, oneself otherwise.
fn server_user() -> Result<Option<String>> {
    let id = |arguments: &[&str]| Command::new("id").args(arguments).output();
    if id(&["-u"])?.stdout.trim_ascii() != b"0" {
        return Ok(None);
    }
    let user = if id(&["-u", "postgres"])?.status.success() { "postgres" } else { "nobody" };
    Ok(Some(user.to_owned()))
}

fn command_as(user: Option<&str>, program: &Path) -> Command {
    match user {
        Some(user) => {
            let mut command = Command::new("runuser");
            command.args(["-u", user, "--"]).arg(program);
            command
        }
        None => Command::new(program),
    }
}

fn run(command: &mut Command) -> Result<()> {
    let output = command.current_dir("/").stdin(Stdio::null()).output()?;
    if output.status.success() {
        return Ok(());
    }
    Err(Error::other(format!("{:?}: {}", command.get_program(), String::from_utf8_lossy(&output.stderr))))
}
