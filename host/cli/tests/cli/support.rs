//! A seeded data folder for each test, the command, and a demo that runs.

use serde_json::Value as Json;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;

/// What a command came to.
pub struct Ran {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Ran {
    pub fn json(&self) -> Json {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error} in {}\n{}", self.out, self.err))
    }
    /// Its data, when it was done.
    pub fn done(self) -> Json {
        assert_eq!(self.code, 0, "{}{}", self.out, self.err);
        self.json()
    }
    /// The refusal's code.
    pub fn refused(&self) -> String {
        assert_eq!(self.code, 1, "{}{}", self.out, self.err);
        let json = self.json();
        assert!(json["error"]["title"].is_string() && json["error"]["detail"].is_string(), "{json}");
        json["error"]["code"].as_str().unwrap().to_owned()
    }
}

/// A data folder.
pub struct Data {
    _folder: tempfile::TempDir,
    path: PathBuf,
}

pub fn packages() -> PathBuf {
    let named = std::env::var_os("VATRA_PACKAGES").map(PathBuf::from);
    let folder = named.unwrap_or_else(|| Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap().join("packages"));
    assert!(folder.join("tax-collector.wasm").is_file(), "{} has no tax-collector.wasm: run `make packages`", folder.display());
    folder
}

pub fn command(data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_vatra"));
    command.env_remove("VATRA_DATA").env_remove("VATRA_DATABASE_URL").env("VATRA_PACKAGES", packages()).arg("--data").arg(data);
    command
}

fn ran(mut command: Command) -> Ran {
    let output = command.stdin(Stdio::null()).output().unwrap();
    Ran {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// Seeded once; every test works on a copy.
fn seed() -> &'static Path {
    static SEED: OnceLock<tempfile::TempDir> = OnceLock::new();
    SEED.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let mut command = command(folder.path());
        command.args(["demo", "--seed-only", "--json"]);
        ran(command).done();
        folder
    })
    .path()
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for item in std::fs::read_dir(from).unwrap().flatten() {
        let place = to.join(item.file_name());
        if item.file_type().unwrap().is_dir() {
            copy(&item.path(), &place);
        } else {
            std::fs::copy(item.path(), place).unwrap();
        }
    }
}

/// A sample file.
pub fn sample(name: &str) -> String {
    format!("{}/tests/cli/data/{name}", env!("CARGO_MANIFEST_DIR"))
}

impl Data {
    /// An empty folder.
    pub fn empty() -> Self {
        Self::under("")
    }
    /// A folder that is not there yet, so far down.
    pub fn under(path: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(path);
        Self { _folder: folder, path }
    }
    /// A seeded one.
    pub fn seeded() -> Self {
        let data = Self::empty();
        copy(seed(), data.path());
        data
    }
    /// A seeded one into which the sample roll was imported.
    pub fn imported() -> Self {
        let data = Self::seeded();
        data.import("roll.csv").done();
        data
    }
    pub fn path(&self) -> &Path {
        &self.path
    }
    /// Runs a command; without `--json`.
    pub fn words(&self, arguments: &[&str]) -> Ran {
        let mut command = command(self.path());
        command.args(arguments);
        ran(command)
    }
    /// Runs a command with `--json`.
    pub fn run(&self, arguments: &[&str]) -> Ran {
        let mut command = command(self.path());
        command.args(arguments).arg("--json");
        ran(command)
    }
    /// Imports a sample as Sculeni's tax collector.
    pub fn import(&self, name: &str) -> Ran {
        let roll = format!("roll=@{}", sample(name));
        self.run(&["act", "sculeni", "tax-collector", "import-roll", "--as", "perceptor", "-F", &roll])
    }
    /// A screen as Sculeni's tax collector.
    pub fn show(&self, screen: &str, query: &[&str]) -> Ran {
        let mut arguments = vec!["show", "sculeni", "tax-collector", screen, "--as", "perceptor"];
        arguments.extend(query.iter().flat_map(|query| ["--query", query]));
        self.run(&arguments)
    }
    /// Starts the demo and waits for its address.
    pub fn demo(&self) -> Demo {
        let mut command = command(self.path());
        command.args(["demo", "--listen", "127.0.0.1:0"]).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let first = lines.next().expect("an address").unwrap();
        let address = first.strip_prefix("Vatra demo: http://").unwrap_or_else(|| panic!("{first}")).to_owned();
        // Whatever else it says must be read, or it would wait.
        std::thread::spawn(move || lines.for_each(drop));
        Demo { child, address }
    }
    /// Runs SQL behind the host's back.
    pub fn sql(&self, sql: &'static str) -> u64 {
        use sqlx::Connection;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let options = sqlx::sqlite::SqliteConnectOptions::new().filename(self.path().join("vatra.sqlite"));
            let mut connection = sqlx::SqliteConnection::connect_with(&options).await.unwrap();
            let done = sqlx::raw_sql(sql).execute(&mut connection).await.unwrap();
            connection.close().await.unwrap();
            done.rows_affected()
        })
    }
}

/// A demo that runs; killed when dropped.
pub struct Demo {
    child: Child,
    pub address: String,
}

impl Demo {
    /// Asks it to stop, and waits.
    pub fn stop(mut self) -> Option<i32> {
        Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().unwrap();
        self.child.wait().unwrap().code()
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The first block of a screen that is a bound table, or the one with this id.
pub fn table<'a>(screen: &'a Json, id: &str) -> &'a Json {
    let blocks = screen["blocks"].as_array().unwrap();
    blocks.iter().find(|block| block["type"] == "bound-table" && block["id"] == id).unwrap_or_else(|| panic!("no table {id} in {screen}"))
}
