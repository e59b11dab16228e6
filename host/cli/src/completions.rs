//! What shells complete.

use crate::args::Cli;
use clap::{Args, CommandFactory as _};
use clap_complete::{Shell, generate};
use serde_json::json;
use vatra_server::commands::Reply;

#[derive(Args)]
#[command(after_help = "Examples:\n  \
    vatra completions bash > ~/.local/share/bash-completion/completions/vatra\n  \
    vatra completions fish > ~/.config/fish/completions/vatra.fish")]
pub(crate) struct Completions {
    /// bash, zsh, fish, elvish or powershell
    shell: Shell,
}

/// The script for a shell.
pub(crate) fn run(asked: &Completions) -> Reply {
    let mut script = Vec::new();
    generate(asked.shell, &mut Cli::command(), "vatra", &mut script);
    let text = String::from_utf8_lossy(&script).into_owned();
    Reply { code: 0, json: json!({ "shell": asked.shell.to_string(), "script": text }), text }
}
