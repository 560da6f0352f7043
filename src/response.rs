//! The responses of this layer.

use bytes::Bytes;
use http::{HeaderValue, StatusCode, header};

use crate::{
    body::ResponseBody,
    outcome::{FailureKind, Refusal},
    reply,
};

/// An answer of this layer.
///
/// A reply is JSON. All else is one fixed word as plain text: not the three fields, which could be
/// read as a verdict, and nothing of the request.
#[derive(Debug)]
pub(crate) struct Response {
    status: StatusCode,
    content_type: &'static str,
    body: Bytes,
}

impl Response {
    pub(crate) fn reply(body: Bytes) -> Self {
        Self {
            status: StatusCode::OK,
            content_type: "application/json",
            body,
        }
    }

    /// The reply to an after-webhook that is still being handled.
    pub(crate) fn acknowledgement() -> Self {
        Self::reply(reply::ACKNOWLEDGEMENT)
    }

    pub(crate) fn refusal(refusal: Refusal) -> Self {
        Self::plain(refusal.status())
    }

    pub(crate) fn failure(kind: FailureKind) -> Self {
        Self::plain(kind.status())
    }

    /// The status, and its standard phrase as the body.
    pub(crate) fn plain(status: StatusCode) -> Self {
        let phrase = status.canonical_reason().unwrap_or_default();
        Self {
            status,
            content_type: "text/plain",
            body: Bytes::from_static(phrase.as_bytes()),
        }
    }

    pub(crate) fn into_http<B>(self) -> http::Response<ResponseBody<B>> {
        let mut response = http::Response::new(ResponseBody::answer(self.body));
        *response.status_mut() = self.status;
        response.headers_mut().insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static(self.content_type),
        );
        response
    }
}
