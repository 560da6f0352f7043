//! The two protocols: their envelopes, their queries, their commands.

use std::{borrow::Cow, time::Duration};

use percent_encoding::percent_decode_str;
use serde::{Deserialize, Serialize};
use tower_tencent_webhook::{
    event::{COMMANDS, Command},
    trtc::EVENTS,
};

/// How a webhook says what it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Envelope {
    /// App, command and signature in the query (Chat, Live, Room, Call).
    Url,
    /// App and signature in headers, the rest in the body (TRTC events).
    Trtc,
}

impl Envelope {
    /// The envelope that the command comes in.
    pub(crate) fn of(command: &str) -> Self {
        match command.get(..5) {
            Some(prefix) if prefix.eq_ignore_ascii_case("TRTC.") => Self::Trtc,
            _ => Self::Url,
        }
    }

    /// How long Tencent waits for an answer.
    pub(crate) fn timeout(self) -> Duration {
        Duration::from_secs(match self {
            Self::Url => 2,
            Self::Trtc => 5,
        })
    }
}

/// The names and values of a query, as they are: nothing is unescaped that will be sent again.
pub(crate) fn query_pairs(query: &str) -> impl Iterator<Item = (&str, &str)> {
    query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
}

/// The name of a parameter as it is compared: unescaped, in lower case.
pub(crate) fn parameter_name(name: &str) -> Option<String> {
    let name: Cow<'_, str> = percent_decode_str(name).decode_utf8().ok()?;
    Some(name.to_ascii_lowercase())
}

/// The commands of both envelopes.
pub(crate) fn commands() -> impl Iterator<Item = &'static Command> {
    COMMANDS.iter().chain(EVENTS)
}

/// The row of a command, by any of its names.
pub(crate) fn command(command: &str) -> Option<&'static Command> {
    commands().find(|row| row.command == command || row.aliases.contains(&command))
}
