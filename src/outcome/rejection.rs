//! Why requests are turned away.

use std::fmt;

use http::StatusCode;

use super::failure::FailureKind;
use crate::signature::SignatureError;

/// Why an intercepted request was rejected before reaching the handler.
///
/// An authentic before-webhook is not rejected for its body or its age: it [fails](FailureKind), so that
/// [`on_failure`](crate::WebhookLayer::on_failure) decides about it.
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

    /// What it is for a before-webhook that is authentic, if that can be.
    pub(crate) fn as_failure(self) -> Option<FailureKind> {
        match self {
            Self::Signature(SignatureError::Stale) => Some(FailureKind::Stale),
            Self::EncodedBody => Some(FailureKind::BodyEncoded),
            Self::BodyTooLarge => Some(FailureKind::BodyTooLarge),
            Self::BodyUnreadable => Some(FailureKind::BodyBroken),
            Self::BodyTimedOut => Some(FailureKind::BodyLate),
            Self::MalformedQuery
            | Self::MalformedHeader
            | Self::QueryTooLong
            | Self::UnknownApp
            | Self::Signature(_) => None,
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
