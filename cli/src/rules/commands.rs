//! The commands, and what a rule may do for each.

use serde::Serialize;
use tower_tencent_webhook::{event, testing};

use super::{rule::Action, set::fitting};
use crate::protocol::{self, Envelope};

/// A command, as JSON.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Command {
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
    rules: Vec<Action>,
}

/// All commands.
pub(crate) fn commands() -> Vec<Command> {
    let row = |row: &'static event::Command| Command {
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
    protocol::commands().map(row).collect()
}
