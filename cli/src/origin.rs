//! Where a request came from, and the header by which the tool knows its own.

use serde::{Deserialize, Serialize};

/// Where a request came from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Origin {
    #[default]
    Network,
    Trigger,
    Replay,
    Demo,
}

impl Origin {
    /// The header `User-Agent` of what is sent: it names the tool, and what made it send.
    pub(crate) fn user_agent(self) -> &'static str {
        match self {
            Self::Trigger => concat!("tencent-webhook/", env!("CARGO_PKG_VERSION"), " (trigger)"),
            Self::Replay => concat!("tencent-webhook/", env!("CARGO_PKG_VERSION"), " (replay)"),
            Self::Network | Self::Demo => {
                concat!("tencent-webhook/", env!("CARGO_PKG_VERSION"))
            }
        }
    }

    /// The origin that the header `User-Agent` names. Anybody may send it: it is shown, and
    /// decides nothing.
    pub(crate) fn of(user_agent: &str) -> Self {
        [Self::Trigger, Self::Replay]
            .into_iter()
            .find(|origin| user_agent == origin.user_agent())
            .unwrap_or_default()
    }
}
