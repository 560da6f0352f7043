//! The verdict on a message that is about to be sent.

use std::fmt;

use super::{
    body::{Body, Encode, Hidden, VerdictKind},
    code::ErrorCode,
};
use crate::message::MsgBody;

/// Whether a message is delivered, and in which form.
///
/// `C` is the code type of the command, such as [`group::Code`](crate::event::group::Code).
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub enum MessageVerdict<C> {
    /// Deliver it as it is.
    Allow,
    /// Deliver it changed.
    Rewrite(Rewrite),
    /// Refuse it. The sender sees a general error of Tencent's.
    Refuse,
    /// Refuse it. The sender's client gets this code and text.
    #[non_exhaustive]
    RefuseWith {
        /// The error code for the client.
        code: C,
        /// The error text for the client (`ErrorInfo`).
        text: String,
    },
    /// Do not deliver it, and let the sender believe that it was.
    DropSilently,
}

impl<C> MessageVerdict<C> {
    /// Refuses with a code and a text that reach the sender's client.
    #[must_use]
    pub fn refuse_with(code: C, text: impl Into<String>) -> Self {
        Self::RefuseWith {
            code,
            text: text.into(),
        }
    }

    /// Delivers another message body in place of the sender's.
    #[must_use]
    pub fn rewrite(msg_body: MsgBody) -> Self {
        Self::Rewrite(Rewrite {
            msg_body: Some(msg_body),
            cloud_custom_data: None,
        })
    }
}

/// What replaces parts of a message. What is `None` stays as the sender wrote it.
#[derive(Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct Rewrite {
    /// The new elements.
    pub msg_body: Option<MsgBody>,
    /// The new custom data.
    pub cloud_custom_data: Option<String>,
}

impl Rewrite {
    /// No changes yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Replaces the elements.
    #[must_use]
    pub fn msg_body(mut self, msg_body: MsgBody) -> Self {
        self.msg_body = Some(msg_body);
        self
    }

    /// Replaces the custom data.
    #[must_use]
    pub fn cloud_custom_data(mut self, data: impl Into<String>) -> Self {
        self.cloud_custom_data = Some(data.into());
        self
    }
}

impl<C> From<Rewrite> for MessageVerdict<C> {
    fn from(rewrite: Rewrite) -> Self {
        Self::Rewrite(rewrite)
    }
}

impl<C: ErrorCode> Encode for MessageVerdict<C> {
    fn into_body(self) -> Body {
        match self {
            Self::Allow => Body::default(),
            Self::Rewrite(Rewrite {
                msg_body,
                cloud_custom_data,
            }) => Body {
                msg_body,
                cloud_custom_data,
                ..Body::default()
            },
            Self::Refuse => Body::code(1),
            Self::RefuseWith { code, text } => Body::coded(code.get(), text),
            Self::DropSilently => Body::code(2),
        }
    }

    fn verdict(&self) -> VerdictKind {
        match self {
            Self::Allow => VerdictKind::Allow,
            Self::Rewrite(Rewrite {
                msg_body: None,
                cloud_custom_data: None,
            }) => VerdictKind::Allow,
            Self::Rewrite(_) => VerdictKind::Rewrite,
            Self::Refuse | Self::RefuseWith { .. } => VerdictKind::Refuse,
            Self::DropSilently => VerdictKind::Drop,
        }
    }

    fn from_body(wire: Body) -> Option<Self> {
        Some(match wire.error_code {
            0 => match (wire.msg_body, wire.cloud_custom_data) {
                (None, None) => Self::Allow,
                (msg_body, cloud_custom_data) => Self::Rewrite(Rewrite {
                    msg_body,
                    cloud_custom_data,
                }),
            },
            1 => Self::Refuse,
            2 => Self::DropSilently,
            number => Self::refuse_with(C::from_number(number)?, wire.error_info),
        })
    }
}

/// Shows the verdict and its code, and only the length of a text.
impl<C: fmt::Debug> fmt::Debug for MessageVerdict<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Allow => f.write_str("Allow"),
            Self::Rewrite(rewrite) => rewrite.fmt(f),
            Self::Refuse => f.write_str("Refuse"),
            Self::RefuseWith { code, text } => f
                .debug_struct("RefuseWith")
                .field("code", code)
                .field("text", &Hidden(text))
                .finish(),
            Self::DropSilently => f.write_str("DropSilently"),
        }
    }
}

/// Shows which parts are replaced, and the size of what replaces them.
impl fmt::Debug for Rewrite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let elements = self.msg_body.as_ref().map(|elements| elements.len());
        f.debug_struct("Rewrite")
            .field("elements", &elements)
            .field(
                "cloud_custom_data",
                &self.cloud_custom_data.as_deref().map(Hidden),
            )
            .finish()
    }
}
