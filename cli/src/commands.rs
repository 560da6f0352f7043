//! `commands`: the table of commands, of both envelopes.

use serde::Serialize;
use tower_tencent_webhook::event::COMMANDS;

use crate::{
    envelope::Envelope,
    exchange::phase_word,
    rules::{Do, fitting},
};

/// A command.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Row {
    pub(crate) command: &'static str,
    pub(crate) envelope: Envelope,
    pub(crate) phase: &'static str,
    pub(crate) summary: &'static str,
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
        page: row.page,
        rules: fitting(row.command),
    });
    url.collect()
}
