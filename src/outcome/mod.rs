//! What became of each webhook, for logs, metrics and the answer to failures.

mod failure;
mod rejection;

use std::{fmt, sync::Arc, time::Duration};

use http::StatusCode;

pub(crate) use self::failure::OnFailure;
pub use self::{
    failure::{Failure, FailureAnswer, FailureKind},
    rejection::Rejection,
};
use crate::{
    app::Auth,
    reply::{Phase, VerdictKind},
};

/// What became of one intercepted request, as [`on_outcome`](crate::WebhookLayer::on_outcome)
/// sees it.
///
/// Every value comes from a closed set, or is a number of the configuration or a duration, so
/// that it can be a metric's label and holds none of the request's content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Outcome {
    /// The command, or `other` for one that is not in [`COMMANDS`](crate::event::COMMANDS).
    pub command: &'static str,
    /// Whether the reply decides on the action.
    pub phase: Option<Phase>,
    /// The app, once it is known to be a configured one.
    pub sdk_app_id: Option<u64>,
    /// How it ended.
    pub end: End,
    /// The status of the answer; `None` where the end came after the answer, or without one.
    pub status: Option<StatusCode>,
    /// How it was authenticated; `None` if it was not.
    pub auth: Option<Auth>,
    /// The time by this machine's clock less the time of a correct signature, in seconds: negative
    /// where Tencent's clock is ahead. `None` without a correct signature.
    pub signature_age: Option<i64>,
    /// The length of the body in bytes, once it is complete.
    pub body_len: Option<usize>,
    /// What the answer to an authenticated before-webhook says; `None` for all others.
    pub verdict: Option<VerdictKind>,
    /// From the arrival of the head to the end.
    pub duration: Duration,
}

impl Outcome {
    /// What is known of a request at first, of the command with this [label](crate::catalog::label).
    pub(crate) fn new(command: &'static str, phase: Option<Phase>) -> Self {
        Self {
            command,
            phase,
            sdk_app_id: None,
            end: End::Abandoned,
            status: None,
            auth: None,
            signature_age: None,
            body_len: None,
            verdict: None,
            duration: Duration::ZERO,
        }
    }

    /// Fills in what follows from the end. The verdict of a reply is there already.
    pub(crate) fn finish(&mut self, end: End, duration: Duration) {
        self.end = end;
        self.status = end.status();
        self.duration = duration;
        self.verdict = match end {
            _ if self.phase != Some(Phase::Before) => None,
            // Only an authentic one can fail.
            End::Failed(_, FailureAnswer::Allow) => Some(VerdictKind::Allow),
            End::Failed(_, FailureAnswer::Refuse) => Some(VerdictKind::Refuse),
            End::Failed(_, FailureAnswer::HttpError) => Some(VerdictKind::Error),
            _ if self.auth.is_none() => None,
            End::Answered => self.verdict,
            // Nobody was told what was decided.
            End::Rejected(_) | End::Abandoned => Some(VerdictKind::Error),
            End::Probed | End::FinishedLate | End::FailedLate(_) => None,
        };
    }
}

pub(crate) type OnOutcome = Arc<dyn Fn(&Outcome) + Send + Sync>;

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
