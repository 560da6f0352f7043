//! The responses of the layer, and the body type that they share with those of the inner service.

use std::{
    fmt, mem,
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use http::{Extensions, HeaderValue, StatusCode, header};
use hyper::body::{Body, Frame, SizeHint};
use pin_project_lite::pin_project;

use crate::outcome::{FailureKind, Rejection};

/// An answer of this layer.
///
/// A reply is JSON. All else is one fixed word as plain text: not the three fields, which could be
/// read as a verdict, and nothing from the request.
#[derive(Debug)]
pub(crate) struct Answer {
    status: StatusCode,
    content_type: HeaderValue,
    body: Bytes,
    extensions: Extensions,
}

impl Answer {
    pub(crate) fn reply(body: Bytes) -> Self {
        Self {
            status: StatusCode::OK,
            content_type: const { HeaderValue::from_static("application/json") },
            body,
            extensions: Extensions::new(),
        }
    }

    pub(crate) fn rejection(rejection: Rejection) -> Self {
        Self::plain(rejection.status())
    }

    pub(crate) fn failure(kind: FailureKind) -> Self {
        Self::plain(kind.status())
    }

    /// The status, and its standard phrase as the body.
    pub(crate) fn plain(status: StatusCode) -> Self {
        let phrase = status.canonical_reason().unwrap_or_default();
        Self {
            status,
            content_type: const { HeaderValue::from_static("text/plain") },
            body: Bytes::from_static(phrase.as_bytes()),
            extensions: Extensions::new(),
        }
    }

    /// The answer with what a report has for outer layers.
    pub(crate) fn with_extensions(self, extensions: Extensions) -> Self {
        Self { extensions, ..self }
    }

    pub(crate) fn into_http<B>(self) -> http::Response<ResponseBody<B>> {
        let mut response = http::Response::new(ResponseBody::answer(self.body));
        *response.status_mut() = self.status;
        *response.extensions_mut() = self.extensions;
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, self.content_type);
        response
    }
}

pin_project! {
    /// The body of a response: the inner service's, or one of this layer's answers.
    pub struct ResponseBody<B> {
        #[pin]
        kind: Kind<B>,
    }
}

pin_project! {
    #[project = KindProj]
    enum Kind<B> {
        Inner { #[pin] body: B },
        Answer { bytes: Bytes },
    }
}

impl<B> ResponseBody<B> {
    pub(crate) fn inner(body: B) -> Self {
        Self {
            kind: Kind::Inner { body },
        }
    }

    pub(crate) fn answer(bytes: Bytes) -> Self {
        Self {
            kind: Kind::Answer { bytes },
        }
    }
}

/// The inner service's, where that has a default: layers further out make empty responses.
impl<B: Default> Default for ResponseBody<B> {
    fn default() -> Self {
        Self::inner(B::default())
    }
}

impl<B: Body<Data = Bytes>> Body for ResponseBody<B> {
    type Data = Bytes;
    type Error = B::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
        match self.project().kind.project() {
            KindProj::Inner { body } => body.poll_frame(cx),
            KindProj::Answer { bytes } if bytes.is_empty() => Poll::Ready(None),
            KindProj::Answer { bytes } => Poll::Ready(Some(Ok(Frame::data(mem::take(bytes))))),
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.kind {
            Kind::Inner { body } => body.is_end_stream(),
            Kind::Answer { bytes } => bytes.is_empty(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.kind {
            Kind::Inner { body } => body.size_hint(),
            Kind::Answer { bytes } => SizeHint::with_exact(bytes.len() as u64),
        }
    }
}

impl<B> fmt::Debug for ResponseBody<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseBody").finish_non_exhaustive()
    }
}
