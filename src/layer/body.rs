//! Collects the body of a request, under a limit.

use std::{
    mem,
    pin::Pin,
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use http_body_util::LengthLimitError;
use hyper::body::{Body, Buf};
use pin_project_lite::pin_project;
use tower::BoxError;

use super::answer::find;
use crate::outcome::Rejection;

/// How much is reserved on the word of a size hint alone. More is reserved as it arrives.
const MAX_RESERVE: usize = 64 * 1024;

/// How many frames are taken before the deadline is looked at. A body can be ready forever, and
/// yield nothing.
const MAX_FRAMES_AT_ONCE: usize = 1024;

pin_project! {
    /// Collects a body of at most `limit` bytes.
    ///
    /// A body of one frame is taken as it is, without a copy. A longer one is copied into one
    /// buffer frame by frame, so that many small frames cost no more than their bytes.
    pub(crate) struct Collect<B> {
        #[pin]
        body: B,
        limit: usize,
        first: Bytes,
        rest: Vec<u8>,
    }
}

impl<B> Collect<B> {
    pub(crate) fn new(body: B, limit: usize) -> Self {
        Self {
            body,
            limit,
            first: Bytes::new(),
            rest: Vec::new(),
        }
    }
}

impl<B> Future for Collect<B>
where
    B: Body,
    B::Error: Into<BoxError>,
{
    type Output = Result<Bytes, Rejection>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        for _ in 0..MAX_FRAMES_AT_ONCE {
            let frame = match ready!(this.body.as_mut().poll_frame(cx)) {
                Some(Ok(frame)) => frame,
                Some(Err(error)) => return Poll::Ready(Err(unreadable(error.into()))),
                None if this.rest.is_empty() => return Poll::Ready(Ok(mem::take(this.first))),
                None => return Poll::Ready(Ok(mem::take(this.rest).into())),
            };
            let Ok(mut data) = frame.into_data() else {
                continue; // trailers say nothing to us
            };
            let read = if this.rest.is_empty() {
                this.first.len()
            } else {
                this.rest.len()
            };
            if data.remaining() > *this.limit - read {
                return Poll::Ready(Err(Rejection::BodyTooLarge));
            }
            if !data.has_remaining() {
                continue;
            }
            if read == 0 {
                *this.first = data.copy_to_bytes(data.remaining());
                continue;
            }
            if this.rest.is_empty() {
                // Copied first, by itself, so that it and the whole buffer are never held at once.
                this.rest.reserve_exact(read);
                this.rest.extend_from_slice(&mem::take(this.first));
            }
            let more = usize::try_from(this.body.size_hint().lower()).unwrap_or(usize::MAX);
            append(this.rest, data, more.min(MAX_RESERVE), *this.limit);
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    }
}

/// Appends `data`, which fits `limit`, and has room for `more`. The buffer grows by doubling, but
/// not past the limit.
fn append(buffer: &mut Vec<u8>, mut data: impl Buf, more: usize, limit: usize) {
    let needed = buffer.len() + data.remaining();
    if needed > buffer.capacity() {
        let capacity = (needed + more).max(buffer.capacity() * 2).min(limit);
        buffer.reserve_exact(capacity - buffer.len());
    }
    while data.has_remaining() {
        let chunk = data.chunk();
        buffer.extend_from_slice(chunk);
        let length = chunk.len();
        data.advance(length);
    }
}

/// A limit further out has its own error; it means the same as ours.
fn unreadable(error: BoxError) -> Rejection {
    if find::<LengthLimitError>(&*error).is_some() {
        Rejection::BodyTooLarge
    } else {
        Rejection::BodyUnreadable
    }
}
