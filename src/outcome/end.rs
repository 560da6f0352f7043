//! How requests end.

use std::fmt;

use http::StatusCode;

use super::{FailureAnswer, FailureKind, Rejection};

/// How an intercepted request ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum End {
    /// The handler's reply was sent.
    Answered,
    /// It was the console's check of the URL; the handler was not called.
    Probed,
    /// It was turned away.
    Rejected(Rejection),
    /// Its handling failed, and it got this answer.
    Failed(FailureKind, FailureAnswer),
    /// The handler of an after-webhook replied after the deadline, or after the client had disconnected.
    FinishedLate,
    /// The handler of an after-webhook failed after the deadline, or after the client had disconnected.
    FailedLate(FailureKind),
    /// The server dropped it before it had an answer, usually because the client disconnected.
    Abandoned,
}

impl End {
    /// Its name in logs and metrics, such as `finished_late`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Answered => "answered",
            Self::Probed => "probed",
            Self::Rejected(_) => "rejected",
            Self::Failed(..) => "failed",
            Self::FinishedLate => "finished_late",
            Self::FailedLate(_) => "failed_late",
            Self::Abandoned => "abandoned",
        }
    }

    /// Why it was rejected or failed, in logs and metrics: such as `unknown_app` or `handler_error`.
    #[must_use]
    pub const fn reason(self) -> Option<&'static str> {
        match self {
            Self::Rejected(rejection) => Some(rejection.as_str()),
            Self::Failed(kind, _) | Self::FailedLate(kind) => Some(kind.as_str()),
            Self::Answered | Self::Probed | Self::FinishedLate | Self::Abandoned => None,
        }
    }

    /// The status of the answer; `None` where the end came after the answer, or without one.
    #[must_use]
    pub fn status(self) -> Option<StatusCode> {
        match self {
            Self::Answered | Self::Probed => Some(StatusCode::OK),
            Self::Rejected(rejection) => Some(rejection.status()),
            Self::Failed(kind, FailureAnswer::HttpError) => Some(kind.status()),
            Self::Failed(_, FailureAnswer::Allow | FailureAnswer::Refuse) => Some(StatusCode::OK),
            Self::FinishedLate | Self::FailedLate(_) | Self::Abandoned => None,
        }
    }
}

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
