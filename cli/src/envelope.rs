//! The two protocols.

use std::time::Duration;

use serde::{Deserialize, Serialize};

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
    pub(crate) fn patience(self) -> Duration {
        Duration::from_secs(match self {
            Self::Url => 2,
            Self::Trtc => 5,
        })
    }
}
