//! A webhook that is being handled, as its request holds it.

use std::task::{Context, Poll, ready};

use super::{response::Answer, webhook::Webhook};

/// A webhook that is being handled: if its request is dropped before the
/// answer, the webhook [goes on without it](Webhook::detach).
pub(crate) struct Started(Option<Box<Webhook>>);

impl Started {
    pub(crate) fn new(webhook: Box<Webhook>) -> Self {
        Self(Some(webhook))
    }

    /// Drives the handler to the answer, or to the deadline.
    pub(crate) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Answer> {
        let webhook = self.0.as_mut().expect("polled after completion");
        if let Poll::Ready(answer) = webhook.poll(cx) {
            self.0 = None;
            return Poll::Ready(answer);
        }
        ready!(webhook.poll_deadline(cx));
        let webhook = self.0.take().expect("polled after completion");
        Poll::Ready(webhook.time_out())
    }
}

impl Drop for Started {
    fn drop(&mut self) {
        if let Some(webhook) = self.0.take() {
            webhook.detach();
        }
    }
}
