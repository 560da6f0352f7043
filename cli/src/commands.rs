//! `commands`: the table of commands, of both envelopes.

use std::{
    io::{self, Write},
    process::ExitCode,
};

use serde::Serialize;
use tower_tencent_webhook::{
    event::{COMMANDS, Command},
    testing,
    trtc::EVENTS,
};

use crate::{
    envelope::Envelope,
    exchange::phase_word,
    failure::Failure,
    rules::{Do, fitting},
};

/// The table of commands, of both envelopes.
pub(crate) fn table() -> impl Iterator<Item = &'static Command> {
    COMMANDS.iter().chain(EVENTS)
}

/// The row of a command, by any of its names.
pub(crate) fn find(command: &str) -> Option<&'static Command> {
    table().find(|row| row.command == command || row.aliases.contains(&command))
}

/// A command, as JSON.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Row {
    command: &'static str,
    /// The vendor's own name for it, in Chinese.
    name_zh: &'static str,
    envelope: Envelope,
    phase: &'static str,
    summary: &'static str,
    /// The vendor's page.
    page: &'static str,
    /// The shapes of its body that Tencent is known to send.
    shapes: Vec<&'static str>,
    /// What a rule may do.
    rules: Vec<Do>,
}

/// All commands.
pub(crate) fn rows() -> Vec<Row> {
    let row = |row: &'static Command| Row {
        command: row.command,
        name_zh: row.name_zh,
        envelope: Envelope::of(row.command),
        phase: phase_word(row.phase()),
        summary: row.summary,
        page: row.page,
        shapes: testing::shapes(row.command)
            .iter()
            .map(|shape| shape.name)
            .collect(),
        rules: fitting(row.command),
    };
    table().map(row).collect()
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
    for row in table() {
        writeln!(
            stdout,
            "{:<45} {:<6}  {}",
            row.command,
            phase_word(row.phase()),
            row.summary
        )?;
    }
    Ok(())
}
