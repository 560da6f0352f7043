//! How the handling of webhooks fails, and what is answered then.

use std::{error::Error, fmt, sync::Arc};

use http::StatusCode;

use crate::{catalog, reply::Phase};

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

/// How an authentic webhook failed.
///
/// The first six are of before-webhooks only: what is wrong with the request of an after-webhook, or of
/// an event of TRTC, is a [`Rejection`](super::Rejection), since no answer of it decides anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FailureKind {
    /// The body was not complete at the deadline. 408.
    BodyLate,
    /// The body could not be read to its end. 400.
    BodyBroken,
    /// The body is longer than the limit. 413.
    BodyTooLarge,
    /// The body has a `Content-Encoding`. 415.
    BodyEncoded,
    /// The body is blank although the command has one: lost on the way, or the console's check of the
    /// URL. 200 and the three fields with OK, since what the console sends is not documented.
    BodyLost,
    /// The signature is right, and its time outside the window: a clock that is off. 403.
    Stale,
    /// The body does not have the documented shape. 400.
    Undecodable,
    /// The handler's service could not be made ready. 500.
    NotReady,
    /// The handler returned an error. 500.
    Handler,
    /// The handler panicked: anywhere from its clone to the drop of its future. 500.
    Panic,
    /// The handler returned a reply whose form is not that of the command. 500.
    WrongReply,
    /// A service in front of the handler sheds load, or as many webhooks as allowed are being
    /// handled. 503.
    Overloaded,
    /// The handler of a before-webhook had not replied at the deadline, or replied after it because it
    /// had blocked its thread; or a `tower::timeout::Timeout` around the handler ended it. 504.
    TimedOut,
}

impl FailureKind {
    /// Its name in logs and metrics, such as `handler_error`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::BodyLate => "body_timed_out",
            Self::BodyBroken => "body_unreadable",
            Self::BodyTooLarge => "body_too_large",
            Self::BodyEncoded => "encoded_body",
            Self::BodyLost => "body_lost",
            Self::Stale => "stale",
            Self::Undecodable => "undecodable",
            Self::NotReady => "not_ready",
            Self::Handler => "handler_error",
            Self::Panic => "handler_panic",
            Self::WrongReply => "wrong_reply",
            Self::Overloaded => "overloaded",
            Self::TimedOut => "timed_out",
        }
    }

    /// The status of the answer [`HttpError`](FailureAnswer::HttpError).
    #[must_use]
    pub fn status(self) -> StatusCode {
        match self {
            Self::BodyLate => StatusCode::REQUEST_TIMEOUT,
            Self::BodyTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::BodyEncoded => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::BodyLost => StatusCode::OK,
            Self::Stale => StatusCode::FORBIDDEN,
            Self::BodyBroken | Self::Undecodable => StatusCode::BAD_REQUEST,
            Self::NotReady | Self::Handler | Self::Panic | Self::WrongReply => {
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
            .field("command", &catalog::label(self.command))
            .finish_non_exhaustive()
    }
}

pub(crate) type OnFailure = Arc<dyn Fn(&Failure<'_>) -> FailureAnswer + Send + Sync>;
