//! What became of each webhook, for logs, metrics and the answer to failures.

use std::{error::Error, fmt, sync::Arc, time::Duration};

use http::StatusCode;

use crate::{app::Auth, lookup, phase::Phase, reply::VerdictKind, signature::SignatureError};

/// How a failed webhook is answered. Chosen by [`on_failure`](crate::WebhookLayer::on_failure).
///
/// `Allow` and `Refuse` apply to before-webhooks: those of a known form, and others by their name,
/// whose reply is then the code 0 or 1. After-webhooks, and those whose reply cannot be formed, get
/// the HTTP error. Of a signal to a chatbot nothing can be refused: `Refuse` is `Allow`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum FailureAnswer {
    /// An HTTP error: the [status](FailureKind::status) of the failure. Tencent then does what
    /// the console is set to, which it documents for time-outs only; by default the action
    /// passes.
    #[default]
    HttpError,
    /// 200, and the action passes.
    Allow,
    /// 200, and the action is refused.
    Refuse,
}

/// Why a request that is ours was turned away before it reached the handler.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Rejection {
    /// A parameter appears twice in the query, or has a form that Tencent never sends. 400.
    MalformedQuery,
    /// The header `SdkAppId` of an event of TRTC appears twice, or is not a decimal number. 400.
    MalformedHeader,
    /// The query is longer than 8 KiB, or has more than 128 parameters. 414.
    QueryTooLong,
    /// The app is not configured. 403.
    UnknownApp,
    /// The signature was not accepted. 403.
    Signature(SignatureError),
    /// The body has a `Content-Encoding`. 415.
    EncodedBody,
    /// The body is longer than the limit. 413.
    BodyTooLarge,
    /// The body could not be read to its end. 400.
    BodyUnreadable,
    /// The body was not complete at the deadline. 408.
    BodyTimedOut,
}

impl Rejection {
    /// Its name in logs and metrics, such as `unknown_app`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::MalformedQuery => "malformed_query",
            Self::MalformedHeader => "malformed_header",
            Self::QueryTooLong => "query_too_long",
            Self::UnknownApp => "unknown_app",
            Self::Signature(error) => error.as_str(),
            Self::EncodedBody => "encoded_body",
            Self::BodyTooLarge => "body_too_large",
            Self::BodyUnreadable => "body_unreadable",
            Self::BodyTimedOut => "body_timed_out",
        }
    }

    /// The status of the answer. All causes of 403 look the same on the wire.
    #[must_use]
    pub fn status(self) -> StatusCode {
        match self {
            Self::MalformedQuery | Self::MalformedHeader | Self::BodyUnreadable => {
                StatusCode::BAD_REQUEST
            }
            Self::QueryTooLong => StatusCode::URI_TOO_LONG,
            Self::UnknownApp | Self::Signature(_) => StatusCode::FORBIDDEN,
            Self::EncodedBody => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::BodyTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::BodyTimedOut => StatusCode::REQUEST_TIMEOUT,
        }
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::MalformedQuery => "malformed query",
            Self::MalformedHeader => "header `SdkAppId` appears twice or is not a decimal number",
            Self::QueryTooLong => "query longer than 8 KiB, or of more than 128 parameters",
            Self::UnknownApp => "`SdkAppid`, or the header `SdkAppId`, is not configured",
            Self::Signature(error) => return error.fmt(f),
            Self::EncodedBody => "body has a `Content-Encoding`",
            Self::BodyTooLarge => "body longer than the limit",
            Self::BodyUnreadable => "body could not be read to its end",
            Self::BodyTimedOut => "body not complete at the deadline",
        })
    }
}

/// How the handling of an admitted webhook failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FailureKind {
    /// The body does not have the documented shape. 400.
    Undecodable,
    /// The handler returned an error. 500.
    HandlerError,
    /// The handler panicked: anywhere from its clone to the drop of its future. 500.
    HandlerPanic,
    /// The handler returned a reply whose form is not that of the command. 500.
    WrongReply,
    /// A service in front of the handler sheds load, or as many after-webhooks as allowed are
    /// being handled. 503.
    Overloaded,
    /// The handler of a before-webhook had not replied at the deadline, or a
    /// `tower::timeout::Timeout` around the handler ended it. 504.
    TimedOut,
}

impl FailureKind {
    /// Its name in logs and metrics, such as `handler_error`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Undecodable => "undecodable",
            Self::HandlerError => "handler_error",
            Self::HandlerPanic => "handler_panic",
            Self::WrongReply => "wrong_reply",
            Self::Overloaded => "overloaded",
            Self::TimedOut => "timed_out",
        }
    }

    /// The status of the answer [`HttpError`](FailureAnswer::HttpError).
    #[must_use]
    pub fn status(self) -> StatusCode {
        match self {
            Self::Undecodable => StatusCode::BAD_REQUEST,
            Self::HandlerError | Self::HandlerPanic | Self::WrongReply => {
                StatusCode::INTERNAL_SERVER_ERROR
            }
            Self::Overloaded => StatusCode::SERVICE_UNAVAILABLE,
            Self::TimedOut => StatusCode::GATEWAY_TIMEOUT,
        }
    }
}

impl fmt::Display for FailureKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A failure, as [`on_failure`](crate::WebhookLayer::on_failure) sees it.
///
/// `Debug` shows no error text, since that may come from outside.
pub struct Failure<'a> {
    pub(crate) kind: FailureKind,
    pub(crate) command: &'a str,
    pub(crate) phase: Option<Phase>,
    pub(crate) sdk_app_id: u64,
    pub(crate) error: Option<&'a (dyn Error + 'static)>,
    pub(crate) late: bool,
}

impl<'a> Failure<'a> {
    /// What happened.
    #[must_use]
    pub fn kind(&self) -> FailureKind {
        self.kind
    }

    /// The callback command, as in the URL.
    #[must_use]
    pub fn command(&self) -> &'a str {
        self.command
    }

    /// Whether the reply decides on the action.
    #[must_use]
    pub fn phase(&self) -> Option<Phase> {
        self.phase
    }

    /// The app the webhook is for.
    #[must_use]
    pub fn sdk_app_id(&self) -> u64 {
        self.sdk_app_id
    }

    /// Whether it happened in the background, after the webhook was acknowledged or the client had
    /// disconnected. The answer chosen now reaches nobody.
    #[must_use]
    pub fn is_late(&self) -> bool {
        self.late
    }

    /// The error of the decoder or of the handler, with its sources. `None` after a panic or a
    /// wrong reply.
    #[must_use]
    pub fn error(&self) -> Option<&'a (dyn Error + 'static)> {
        self.error
    }
}

impl fmt::Debug for Failure<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Failure")
            .field("kind", &self.kind)
            .field("command", &lookup::label(self.command))
            .finish_non_exhaustive()
    }
}

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
    pub(crate) fn end(&mut self, end: End, duration: Duration) {
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

pub(crate) type OnFailure = Arc<dyn Fn(&Failure<'_>) -> FailureAnswer + Send + Sync>;
pub(crate) type OnOutcome = Arc<dyn Fn(&Outcome) + Send + Sync>;
