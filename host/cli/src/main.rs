//! The `vatra` command: reads what was typed, finds the host that runs on the data folder (or opens the data itself), and says what came of it.

mod args;
mod clock;
mod completions;
mod data;
mod host;
mod keys;
mod plugin;
mod translate;

use args::{Cli, Plugin, Verb};
use clap::Parser;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use vatra_server::commands::Reply;

/// A page is some hundreds of small allocations: a third of their time with the system's allocator goes to its locks and merging.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The command line itself was not understood, or a file that it names cannot be read.
const USAGE: u8 = 2;
/// The host failed.
const FAILED: u8 = 3;

fn main() -> ExitCode {
    let cli = Cli::parse();
    // A host says what it does, a command only what goes wrong.
    vatra_server::log::start(if matches!(cli.verb, Verb::Demo(_) | Verb::Serve(_)) { "info" } else { "error" });
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return say(cli.json, Reply::failed(FAILED, "host", "The host cannot start", &error.to_string())),
    };
    let json = cli.json;
    let reply = runtime.block_on(work(cli));
    // Requests that are still under way have been waited for; what blocks beyond that is not.
    runtime.shutdown_background();
    reply.map_or(ExitCode::SUCCESS, |reply| say(json, reply))
}

/// What came of it; nothing when it has said so itself.
async fn work(cli: Cli) -> Option<Reply> {
    let place =
        data::Place { folder: cli.data.unwrap_or_else(|| PathBuf::from("vatra-data")), database: cli.database_url, moment: cli.clock };
    let outcome = match cli.verb {
        Verb::Demo(demo) => host::demo(&place, demo, cli.json).await,
        Verb::Serve(serve) => host::serve(&place, serve).await,
        Verb::Keys(keys) => Ok(Some(keys::run(keys))),
        Verb::Plugin(Plugin::Author(author)) => Ok(Some(plugin::run(author, cli.json).await)),
        Verb::Completions(asked) => Ok(Some(completions::run(&asked))),
        verb => match translate::command(verb) {
            Ok(command) => data::ask_or_run(&place, command).await.map(Some),
            Err(error) => Ok(Some(Reply::failed(USAGE, "command-line", "The command cannot be understood", &format!("{error:#}")))),
        },
    };
    outcome.unwrap_or_else(|error| {
        let causes: Vec<String> = error.chain().skip(1).map(ToString::to_string).collect();
        Some(Reply::failed(FAILED, "host", &error.to_string(), &causes.join(": ")))
    })
}

/// Words to the terminal, data to whoever asked for it. Refusals are data too.
fn say(json: bool, reply: Reply) -> ExitCode {
    let written = if json {
        let mut out = std::io::stdout().lock();
        writeln!(out, "{}", reply.json)
    } else if reply.code == 0 {
        let mut out = std::io::stdout().lock();
        if reply.text.ends_with('\n') { write!(out, "{}", reply.text) } else { writeln!(out, "{}", reply.text) }
    } else {
        let mut out = std::io::stderr().lock();
        writeln!(out, "{}", reply.text)
    };
    match written {
        // Whoever read the beginning and went away has what they wanted.
        Ok(()) | Err(_) => ExitCode::from(reply.code),
    }
}
