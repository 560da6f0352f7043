//! The body of a request, frame by frame.

use std::{
    collections::VecDeque,
    io,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
};

use bytes::Bytes;
use http::HeaderMap;
use http_body::{Body, Frame, SizeHint};

#[derive(Debug, Clone)]
pub enum Step {
    Data(Bytes),
    Trailers,
    /// Not yet, but soon.
    Pending,
    /// Nothing more, and not the end.
    Stall,
    Error,
}

/// A body that notes whether it was polled.
#[derive(Debug, Default)]
pub struct Watched {
    steps: VecDeque<Step>,
    hint: u64,
    polled: Arc<AtomicBool>,
}

impl Watched {
    /// `hint` is what the body claims to have at least.
    pub fn new(steps: impl IntoIterator<Item = Step>, hint: u64) -> Self {
        Self {
            steps: steps.into_iter().collect(),
            hint,
            polled: Arc::default(),
        }
    }

    /// Set as soon as the body is polled.
    pub fn polled(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.polled)
    }
}

impl Body for Watched {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        self.polled.store(true, Ordering::Relaxed);
        if matches!(self.steps.front(), Some(Step::Stall)) {
            return Poll::Pending;
        }
        Poll::Ready(match self.steps.pop_front() {
            Some(Step::Data(data)) => Some(Ok(Frame::data(data))),
            Some(Step::Trailers) => Some(Ok(Frame::trailers(HeaderMap::new()))),
            Some(Step::Error) => Some(Err(io::ErrorKind::ConnectionReset.into())),
            Some(Step::Pending | Step::Stall) => {
                cx.waker().wake_by_ref();
                return Poll::Pending;
            }
            None => None,
        })
    }

    fn size_hint(&self) -> SizeHint {
        // The short ones are exact, like those of the console's check of a URL.
        let mut hint = SizeHint::with_exact(self.hint);
        if self.hint > 2 {
            hint = SizeHint::new();
            hint.set_lower(self.hint);
        }
        hint
    }
}
