//! The end of a webhook: its deadline, and what continues after its answer.
//!
//! An after-webhook that is decoded is handled to its end exactly once, whatever becomes of the
//! response: when the deadline passes it is acknowledged, or fails if the layer does not acknowledge
//! late, and when the server drops the response because the client disconnected, nobody is answered;
//! in both cases the handling moves into a task of its own. A before-webhook is of no use after its deadline and is dropped.

use std::{
    mem,
    pin::Pin,
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use tokio::{
    runtime::Handle,
    task::{Unconstrained, unconstrained},
    time::{Instant, Sleep, sleep_until},
};
use tracing::Span;

use super::{response::Answer, work::Work};
use crate::{
    catch_panic::{caught, caught_poll, dropped},
    outcome::End,
};

/// The handling of one webhook, bound to end.
pub(crate) struct Supervisor {
    work: Option<Pin<Box<dyn Work>>>,
    deadline: Instant,
    /// Made when something has to be waited for, so that a quick handler costs none of it.
    waiting: Option<Waiting>,
}

/// What waiting and continuing need, as it was around the response future.
struct Waiting {
    /// Polled outside the cooperative budget of the task, which a handler may have used up. `None`
    /// on a runtime without timers: there is no deadline, as outside a runtime.
    timer: Option<Pin<Box<Unconstrained<Sleep>>>>,
    runtime: Handle,
    span: Span,
}

impl Supervisor {
    pub(crate) fn new(work: Pin<Box<dyn Work>>, deadline: Instant) -> Self {
        Self {
            work: Some(work),
            deadline,
            waiting: None,
        }
    }

    /// The body is complete.
    ///
    /// # Errors
    ///
    /// How it ends, if there is nothing to handle.
    pub(crate) fn start(&mut self, body: Bytes) -> Result<(), End> {
        match &mut self.work {
            Some(work) => work.as_mut().start(body),
            None => Ok(()),
        }
    }

    /// There is nothing to handle.
    pub(crate) fn end(&mut self, end: End) -> Answer {
        let mut work = self.work.take().expect("polled after completion");
        let answer = work.as_mut().end(end);
        dropped(work);
        answer
    }

    /// Ready once the deadline has passed. Never, outside a tokio runtime with timers.
    pub(crate) fn poll_deadline(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if self.waiting.is_none() {
            let Ok(runtime) = Handle::try_current() else {
                return Poll::Pending;
            };
            let timer = caught(|| Box::pin(unconstrained(sleep_until(self.deadline)))).ok();
            self.waiting = Some(Waiting {
                timer,
                runtime,
                span: Span::current(),
            });
        }
        let Some(waiting) = &mut self.waiting else {
            return Poll::Pending;
        };
        let Some(timer) = &mut waiting.timer else {
            return Poll::Pending;
        };
        // It panics if its runtime has ended.
        match caught_poll(|| timer.as_mut().poll(cx)) {
            Poll::Ready(Ok(())) => Poll::Ready(()),
            Poll::Ready(Err(_)) => {
                dropped(waiting.timer.take());
                Poll::Pending
            }
            Poll::Pending => Poll::Pending,
        }
    }

    /// Drives the handler to the answer, or to the deadline.
    pub(crate) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Answer> {
        let mut work = self.work.take().expect("polled after completion");
        if let Poll::Ready(answer) = work.as_mut().poll(cx) {
            dropped(work);
            return Poll::Ready(answer);
        }
        if self.poll_deadline(cx).is_pending() {
            self.work = Some(work);
            return Poll::Pending;
        }
        if work.outlives_answer() {
            let answer = work.as_mut().answer_early();
            self.go_on(work);
            return Poll::Ready(answer);
        }
        let answer = work.as_mut().time_out();
        dropped(work);
        Poll::Ready(answer)
    }

    fn go_on(&mut self, mut work: Pin<Box<dyn Work>>) {
        if let Some(Waiting { runtime, span, .. }) = self.waiting.take() {
            work.as_mut().detach();
            runtime.spawn(Late { work, span });
        }
    }
}

impl Drop for Supervisor {
    fn drop(&mut self) {
        match self.work.take() {
            Some(work) if work.outlives_answer() => self.go_on(work),
            work => dropped(work),
        }
    }
}

/// Work that keeps running after its response, inside the span that was around it.
struct Late {
    work: Pin<Box<dyn Work>>,
    span: Span,
}

impl Future for Late {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let Self { work, span } = &mut *self;
        let _entered = span.enter();
        mem::drop(ready!(work.as_mut().poll(cx)));
        Poll::Ready(())
    }
}
