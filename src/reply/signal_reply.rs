//! How the app answers a signal to a chatbot.

use std::fmt;

use super::{
    body::{Body, Encode},
    hidden::Hidden,
    verdict_kind::VerdictKind,
};

/// The app's answer to a signal that a user sent to a chatbot.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum SignalReply {
    /// Give the bot this data (`RspData`), as the app defined it.
    Respond(String),
    /// Give the bot nothing.
    Ignore,
}

impl SignalReply {
    /// Gives the bot data.
    #[must_use]
    pub fn respond(data: impl Into<String>) -> Self {
        Self::Respond(data.into())
    }
}

impl Encode for SignalReply {
    fn into_body(self) -> Body {
        match self {
            Self::Respond(data) => Body {
                rsp_data: Some(data),
                ..Body::default()
            },
            Self::Ignore => Body::code(1),
        }
    }

    fn verdict(&self) -> VerdictKind {
        VerdictKind::Allow
    }

    fn from_body(wire: Body) -> Option<Self> {
        match wire.error_code {
            0 => wire.rsp_data.map(Self::Respond),
            1 => Some(Self::Ignore),
            _ => None,
        }
    }
}

/// Shows the kind of reply, and only the length of the data.
impl fmt::Debug for SignalReply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Respond(data) => f.debug_tuple("Respond").field(&Hidden(data)).finish(),
            Self::Ignore => f.write_str("Ignore"),
        }
    }
}
