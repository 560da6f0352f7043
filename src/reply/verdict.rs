//! The replies without a form of their own: the acknowledgement, the verdict on an action that can only be
//! allowed or refused, and the answer to a signal.

use std::fmt;

use super::{
    body::{Body, Encode, Hidden, VerdictKind},
    code::ErrorCode,
};

/// Whether an action goes ahead.
///
/// `C` is the code type of the command, such as [`group::Code`](crate::event::group::Code).
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub enum Verdict<C> {
    /// Let it pass.
    Allow,
    /// Refuse it. The client sees a general error of Tencent's.
    Refuse,
    /// Refuse it. The client gets this code and text.
    #[non_exhaustive]
    RefuseWith {
        /// The error code for the client.
        code: C,
        /// The error text for the client (`ErrorInfo`).
        text: String,
    },
}

impl<C> Verdict<C> {
    /// Refuses with a code and a text that reach the client.
    #[must_use]
    pub fn refuse_with(code: C, text: impl Into<String>) -> Self {
        Self::RefuseWith {
            code,
            text: text.into(),
        }
    }
}

impl<C: ErrorCode> Encode for Verdict<C> {
    fn into_body(self) -> Body {
        match self {
            Self::Allow => Body::default(),
            Self::Refuse => Body::code(1),
            Self::RefuseWith { code, text } => Body::coded(code.get(), text),
        }
    }

    fn verdict(&self) -> VerdictKind {
        match self {
            Self::Allow => VerdictKind::Allow,
            Self::Refuse | Self::RefuseWith { .. } => VerdictKind::Refuse,
        }
    }

    fn from_body(wire: Body) -> Option<Self> {
        Some(match wire.error_code {
            0 => Self::Allow,
            1 => Self::Refuse,
            number => Self::refuse_with(C::from_number(number)?, wire.error_info),
        })
    }
}

/// Shows the verdict and its code, and only the length of a text.
impl<C: fmt::Debug> fmt::Debug for Verdict<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Allow => f.write_str("Allow"),
            Self::Refuse => f.write_str("Refuse"),
            Self::RefuseWith { code, text } => f
                .debug_struct("RefuseWith")
                .field("code", code)
                .field("text", &Hidden(text))
                .finish(),
        }
    }
}

/// "Received". After-webhooks take nothing else: Tencent ignores the answer to them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[allow(
    clippy::exhaustive_structs,
    reason = "an acknowledgement has no content"
)]
pub struct Ack;

impl Encode for Ack {
    fn into_body(self) -> Body {
        Body::default()
    }

    fn verdict(&self) -> VerdictKind {
        VerdictKind::Allow
    }

    fn from_body(wire: Body) -> Option<Self> {
        (wire.error_code == 0).then_some(Self)
    }
}

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
