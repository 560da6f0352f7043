//! What became of each webhook, for logs, metrics and the answer to failures.

mod end;
mod failure;
mod rejection;

use std::{sync::Arc, time::Duration};

use http::StatusCode;

pub(crate) use self::failure::OnFailure;
pub use self::{
    end::End,
    failure::{Failure, FailureAnswer, FailureKind},
    rejection::Rejection,
};
use crate::{app::Auth, phase::Phase, reply::VerdictKind};

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
    /// What is known of a request at first, of the command with this [label](lookup::label).
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
            _ if self.phase != Some(Phase::Before) || self.auth.is_none() => None,
            End::Answered => self.verdict,
            End::Failed(_, FailureAnswer::Allow) => Some(VerdictKind::Allow),
            End::Failed(_, FailureAnswer::Refuse) => Some(VerdictKind::Refuse),
            End::Failed(_, FailureAnswer::HttpError) | End::Rejected(_) => Some(VerdictKind::Error),
            End::Probed | End::FinishedLate | End::FailedLate(_) | End::Abandoned => None,
        };
    }
}

pub(crate) type OnOutcome = Arc<dyn Fn(&Outcome) + Send + Sync>;
