//! `commands`: the table of commands, of both envelopes.

use std::{
    io::{self, Write},
    process::ExitCode,
};

use serde::Serialize;
use tower_tencent_webhook::event::COMMANDS;

use crate::{
    envelope::Envelope,
    exchange::phase_word,
    failure::Failure,
    rules::{Do, fitting},
};

/// A command.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Row {
    pub(crate) command: &'static str,
    pub(crate) envelope: Envelope,
    pub(crate) phase: &'static str,
    pub(crate) summary: &'static str,
    pub(crate) name_zh: &'static str,
    /// The vendor's page.
    pub(crate) page: &'static str,
    /// What a rule may do.
    rules: Vec<Do>,
}

/// All commands.
pub(crate) fn rows() -> Vec<Row> {
    let url = COMMANDS.iter().map(|row| Row {
        command: row.command,
        envelope: Envelope::Url,
        phase: phase_word(row.phase()),
        summary: row.summary,
        name_zh: row.name_zh,
        page: row.page,
        rules: fitting(row.command),
    });
    url.collect()
}

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
        let rows = serde_json::to_string_pretty(&rows()).map_err(Failure::other)?;
        writeln!(io::stdout(), "{rows}")?;
    } else {
        print()?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Prints the table for people.
pub(crate) fn print() -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    for row in rows() {
        writeln!(
            stdout,
            "{:<45} {:<6}  {}",
            row.command, row.phase, row.summary
        )?;
    }
    Ok(())
}
