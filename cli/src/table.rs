//! The table of commands, of both envelopes.

use std::io::{self, Write};

use tower_tencent_webhook::{
    event::{COMMANDS, Command},
    trtc::EVENTS,
};

/// The table of commands, of both envelopes.
pub(crate) fn rows() -> impl Iterator<Item = &'static Command> {
    COMMANDS.iter().chain(EVENTS)
}

/// The row of a command, by any of its names.
pub(crate) fn find(command: &str) -> Option<&'static Command> {
    rows().find(|row| row.command == command || row.aliases.contains(&command))
}

/// Prints the table for people.
pub(crate) fn print() -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    for row in rows() {
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
