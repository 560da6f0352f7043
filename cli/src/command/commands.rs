//! `commands`: prints the table of commands.

use std::{
    io::{self, Write},
    process::ExitCode,
};

use crate::{protocol, rules::commands, terminal::Failure};

/// Lists all commands: name, when it is sent, what it tells.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Prints one JSON array, with the vendor's pages.
    #[arg(long)]
    json: bool,
}

/// Lists them.
pub(crate) fn run(options: &Options) -> Result<ExitCode, Failure> {
    if options.json {
        let commands = serde_json::to_string_pretty(&commands()).map_err(Failure::other)?;
        writeln!(io::stdout(), "{commands}")?;
    } else {
        print()?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Prints them for people.
pub(super) fn print() -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    for row in protocol::commands() {
        writeln!(
            stdout,
            "{:<45} {:<6}  {}",
            row.command,
            row.phase().as_str(),
            row.summary
        )?;
    }
    Ok(())
}
