//! What waiting takes, and going on without the request, as it was around the response future.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use tokio::{
    runtime::Handle,
    task::{Unconstrained, unconstrained},
    time::{Instant, Sleep, sleep_until, timeout},
};
use tracing::{Instrument, Span};

use super::settings::Settings;

/// Made at the first wait of a webhook.
pub(crate) struct Waiting {
    /// Outside the cooperative budget of the task, which a handler may have used up.
    timer: Pin<Box<Unconstrained<Sleep>>>,
    runtime: Handle,
    span: Span,
}

impl Waiting {
    /// # Panics
    ///
    /// Outside a tokio runtime, or in one without timers.
    pub(crate) fn until(deadline: Instant) -> Self {
        Self {
            timer: Box::pin(unconstrained(sleep_until(deadline))),
            runtime: Handle::current(),
            span: Span::current(),
        }
    }

    /// Ready once the deadline has passed.
    pub(crate) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        self.timer.as_mut().poll(cx)
    }

    /// Drives what goes on in a task of its own, for as long as the settings allow, inside the span
    /// that was around the request.
    pub(crate) fn go_on(
        self,
        settings: &Settings,
        work: impl Future<Output = ()> + Send + 'static,
    ) {
        let limited = timeout(settings.background_timeout, work);
        self.runtime.spawn(limited.instrument(self.span));
    }
}
