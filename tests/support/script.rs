//! A body that does as it is told.

use std::{
    collections::VecDeque,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue};
use http_body_util::BodyExt;
use hyper::body::{Body, Frame, SizeHint};
use tokio::time::{Sleep, sleep};
use tower::BoxError;

/// A body made of scripted steps. It never says `is_end_stream`, unless told to.
#[derive(Debug, Default)]
pub(crate) struct Script {
    steps: VecDeque<Step>,
    hint: SizeHint,
    admits_its_end: bool,
}

#[derive(Debug)]
enum Step {
    Frame(Frame<Bytes>),
    Pending,
    /// Is never ready again.
    Stall,
    Pause(Duration),
    Pausing(Pin<Box<Sleep>>),
    Error(BoxError),
    /// Must not be polled.
    Untouched,
}

impl Script {
    /// A body without steps: empty.
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// A body that panics when it is polled.
    pub(crate) fn untouched() -> Self {
        Self::new().then(Step::Untouched)
    }

    /// A body of one frame, with its exact size.
    pub(crate) fn whole(data: impl Into<Bytes>) -> Self {
        let data = data.into();
        let length = data.len() as u64;
        Self::new().data(data).hint(length, Some(length))
    }

    /// A body of one frame for each byte.
    pub(crate) fn bytewise(data: &[u8]) -> Self {
        data.iter().fold(Self::new(), |script, byte| {
            script.data(Bytes::copy_from_slice(&[*byte]))
        })
    }

    pub(crate) fn data(self, data: impl Into<Bytes>) -> Self {
        self.then(Step::Frame(Frame::data(data.into())))
    }

    pub(crate) fn trailer(self, name: &'static str, value: &'static str) -> Self {
        let name = HeaderName::from_static(name);
        let trailers = HeaderMap::from_iter([(name, HeaderValue::from_static(value))]);
        self.then(Step::Frame(Frame::trailers(trailers)))
    }

    /// Is not ready, once, and wakes the task at once.
    pub(crate) fn pending(self) -> Self {
        self.then(Step::Pending)
    }

    /// Has nothing more to give, and no end.
    pub(crate) fn stall(self) -> Self {
        self.then(Step::Stall)
    }

    /// Waits by the clock of the runtime.
    pub(crate) fn pause(self, time: Duration) -> Self {
        self.then(Step::Pause(time))
    }

    pub(crate) fn error(self, error: impl Into<BoxError>) -> Self {
        self.then(Step::Error(error.into()))
    }

    /// What it says about its size, true or not.
    pub(crate) fn hint(mut self, lower: u64, upper: Option<u64>) -> Self {
        self.hint = SizeHint::new();
        self.hint.set_lower(lower);
        if let Some(upper) = upper {
            self.hint.set_upper(upper);
        }
        self
    }

    /// Says `is_end_stream` after the last step.
    pub(crate) fn admits_its_end(mut self) -> Self {
        self.admits_its_end = true;
        self
    }

    fn then(mut self, step: Step) -> Self {
        self.steps.push_back(step);
        self
    }
}

impl Body for Script {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        match self.steps.pop_front() {
            None => Poll::Ready(None),
            Some(Step::Frame(frame)) => Poll::Ready(Some(Ok(frame))),
            Some(Step::Error(error)) => Poll::Ready(Some(Err(error))),
            Some(Step::Pending) => {
                cx.waker().wake_by_ref();
                Poll::Pending
            }
            Some(Step::Stall) => {
                self.steps.push_front(Step::Stall);
                Poll::Pending
            }
            Some(Step::Pause(time)) => {
                self.steps.push_front(Step::Pausing(Box::pin(sleep(time))));
                self.poll_frame(cx)
            }
            Some(Step::Pausing(mut pause)) => match pause.as_mut().poll(cx) {
                Poll::Ready(()) => self.poll_frame(cx),
                Poll::Pending => {
                    self.steps.push_front(Step::Pausing(pause));
                    Poll::Pending
                }
            },
            Some(Step::Untouched) => unreachable!("the body was polled"),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.admits_its_end && self.steps.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        self.hint
    }
}

/// The data of every frame of a body, one by one, and its trailers.
pub(crate) async fn frames<B>(body: B) -> (Vec<Bytes>, Option<HeaderMap>)
where
    B: Body<Data = Bytes>,
    B::Error: std::fmt::Debug,
{
    let mut body = Box::pin(body);
    let (mut data, mut trailers) = (Vec::new(), None);
    while let Some(frame) = body.frame().await {
        match frame.expect("a frame").into_data() {
            Ok(frame) => data.push(frame),
            Err(frame) => trailers = frame.into_trailers().ok(),
        }
    }
    (data, trailers)
}
