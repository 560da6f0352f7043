//! What sends webhooks, as the subcommands and the page do: how a webhook is written and signed, and what
//! becomes of it.

pub(crate) mod client;
mod fault;
pub(crate) mod outgoing;
pub(crate) mod sample;
pub(crate) mod target;

use std::{
    io::{self, Write},
    time::Duration,
};

use self::client::Received;
pub(crate) use self::fault::{Fault, SignedProbe};
use crate::exchange::effect::Effect;

/// How long to wait for an answer. Tencent waits for 2 s.
pub(crate) const TIMEOUT: Duration = Duration::from_secs(10);

/// A runtime for commands that do one thing after another.
pub(crate) fn runtime() -> io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
}

/// What Tencent does with the answer to a command.
pub(crate) fn effect(command: &str, received: &Received) -> Effect {
    Effect::judge(
        command,
        Some(received.status.as_u16()),
        &received.body,
        received.took,
    )
}

/// What Tencent does if a command gets no answer.
pub(crate) fn unanswered(command: &str) -> Effect {
    Effect::judge(command, None, b"", Duration::ZERO)
}

/// Prints a line.
pub(crate) fn print(line: &str) -> io::Result<()> {
    writeln!(io::stdout(), "{line}")
}
