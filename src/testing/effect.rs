//! What Tencent does with an answer, in types.

use std::{fmt, time::Duration};

use http::StatusCode;

use crate::{
    reply::{Hidden, Rewrite},
    value::Account,
};

/// What Tencent does with an answer. Made by [`judge`](super::judge()).
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub enum Effect {
    /// The action passes as it is.
    Delivered,
    /// The message is delivered with these parts replaced.
    Rewritten(Rewrite),
    /// The action is refused. Of friend requests, the first that is.
    Refused {
        /// The code that the client gets.
        code: i64,
        /// The text that the client gets.
        text: String,
    },
    /// The action is refused for these accounts, and passes for the others.
    RefusedSome(Vec<Account>),
    /// The message is not delivered, and its sender is not told.
    Dropped,
    /// The event is taken as received.
    Acknowledged,
    /// The answer is a failure, and the action passes although nothing decided about it.
    PassedUnchecked(Why),
    /// The answer is a failure. The action of a before-webhook is refused; an event is lost unless
    /// Tencent sends it again.
    NotDelivered(Why),
}

impl Effect {
    /// Its name, such as `passed_unchecked`.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Delivered => "delivered",
            Self::Rewritten(_) => "rewritten",
            Self::Refused { .. } | Self::RefusedSome(_) => "refused",
            Self::Dropped => "dropped",
            Self::Acknowledged => "acknowledged",
            Self::PassedUnchecked(_) => "passed_unchecked",
            Self::NotDelivered(_) => "not_delivered",
        }
    }

    /// Why the answer is a failure, if it is one.
    #[must_use]
    pub const fn why(&self) -> Option<&Why> {
        match self {
            Self::PassedUnchecked(why) | Self::NotDelivered(why) => Some(why),
            _ => None,
        }
    }
}

/// Shows of a text only its length.
impl fmt::Debug for Effect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Delivered => f.write_str("Delivered"),
            Self::Rewritten(rewrite) => f.debug_tuple("Rewritten").field(rewrite).finish(),
            Self::Refused { code, text } => f
                .debug_struct("Refused")
                .field("code", code)
                .field("text", &Hidden(text))
                .finish(),
            Self::RefusedSome(accounts) => f.debug_tuple("RefusedSome").field(accounts).finish(),
            Self::Dropped => f.write_str("Dropped"),
            Self::Acknowledged => f.write_str("Acknowledged"),
            Self::PassedUnchecked(why) => f.debug_tuple("PassedUnchecked").field(why).finish(),
            Self::NotDelivered(why) => f.debug_tuple("NotDelivered").field(why).finish(),
        }
    }
}

/// Why an answer is a failure for Tencent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Why {
    /// There is none: the connection failed, or the service did.
    NoAnswer,
    /// It came after Tencent had stopped waiting, this long after the request.
    TimedOut(Duration),
    /// Its status is not 200.
    Status(StatusCode),
    /// Its body is not JSON.
    NotJson,
    /// Its body does not have this field, or has it in another form.
    Field(&'static str),
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoAnswer => f.write_str("it got no answer"),
            Self::TimedOut(limit) => write!(
                f,
                "the answer came after {} s, when Tencent had stopped waiting",
                limit.as_secs()
            ),
            Self::Status(status) => write!(f, "the status is {}, not 200", status.as_u16()),
            Self::NotJson => f.write_str("the answer is not JSON"),
            Self::Field(name) => write!(
                f,
                "the answer does not have the field `{name}` as documented"
            ),
        }
    }
}
