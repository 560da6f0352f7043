//! `commands`: prints the table of commands.

use std::{
    io::{self, Write},
    process::ExitCode,
};

use serde::Serialize;
use tower_tencent_webhook::{event::Command, testing};

use crate::{
    envelope::Envelope,
    failure::Failure,
    rules::{Do, fitting},
    table,
};

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
        phase: row.phase().as_str(),
        summary: row.summary,
        page: row.page,
        shapes: testing::shapes(row.command)
            .iter()
            .map(|shape| shape.name)
            .collect(),
        rules: fitting(row.command),
    };
    table::rows().map(row).collect()
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
        table::print()?;
    }
    Ok(ExitCode::SUCCESS)
}
