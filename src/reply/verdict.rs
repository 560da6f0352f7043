//! The verdict on an action that can only be allowed or refused.

use std::fmt;

use super::{
    body::{Body, Encode},
    code::ErrorCode,
    hidden::Hidden,
    verdict_kind::VerdictKind,
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
