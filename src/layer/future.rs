//! The response future of [`WebhookService`](crate::WebhookService).

use std::{
    fmt,
    pin::Pin,
    task::{Context, Poll, ready},
};

use hyper::body::Body;
use pin_project_lite::pin_project;
use tower::BoxError;

use super::{
    body::Collect,
    response::{Answer, ResponseBody},
    started::Started,
    webhook::Webhook,
};
use crate::outcome::{End, Rejection};

pin_project! {
    /// The response future of [`WebhookService`](crate::WebhookService).
    ///
    /// `F` is the future of the inner service, `B` the body of the request.
    pub struct ResponseFuture<F, B> {
        #[pin]
        state: State<F, B>,
    }
}

pin_project! {
    #[project = StateProj]
    enum State<F, B> {
        /// A request for the inner service.
        Inner { #[pin] future: F },
        /// Answered on its head.
        Decided { response: Option<Answer> },
        /// Admitted; its body is being collected.
        Reading { #[pin] collect: Collect<B>, webhook: Option<Box<Webhook>> },
        /// Its handler is at work.
        Handling { webhook: Started },
        Done,
    }
}

impl<F, B> ResponseFuture<F, B> {
    pub(crate) fn inner(future: F) -> Self {
        Self {
            state: State::Inner { future },
        }
    }

    pub(crate) fn decided(response: Answer) -> Self {
        Self {
            state: State::Decided {
                response: Some(response),
            },
        }
    }

    pub(crate) fn webhook(collect: Collect<B>, webhook: Box<Webhook>) -> Self {
        Self {
            state: State::Reading {
                collect,
                webhook: Some(webhook),
            },
        }
    }
}

impl<F, B, RB, Error> Future for ResponseFuture<F, B>
where
    F: Future<Output = Result<http::Response<RB>, Error>>,
    B: Body,
    B::Error: Into<BoxError>,
{
    type Output = Result<http::Response<ResponseBody<RB>>, Error>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut state = self.project().state;
        if let StateProj::Inner { future } = state.as_mut().project() {
            let response = future.poll(cx);
            return response.map_ok(|response| response.map(ResponseBody::inner));
        }
        state.poll_webhook(cx).map(|answer| Ok(answer.into_http()))
    }
}

impl<F, B> State<F, B>
where
    B: Body,
    B::Error: Into<BoxError>,
{
    /// Drives a request that is ours to its answer.
    #[inline(never)] // keeps the pass-through path small
    fn poll_webhook(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Answer> {
        loop {
            let answer = match self.as_mut().project() {
                StateProj::Decided { response } => {
                    response.take().expect("polled after completion")
                }
                StateProj::Inner { .. } | StateProj::Done => {
                    unreachable!("polled after completion")
                }
                StateProj::Reading { collect, webhook } => {
                    let waiting = webhook.as_mut().expect("polled after completion");
                    let collected = match collect.poll(cx) {
                        Poll::Ready(collected) => collected,
                        Poll::Pending => {
                            ready!(waiting.poll_deadline(cx));
                            Err(Rejection::BodyTimedOut)
                        }
                    };
                    let mut webhook = webhook.take().expect("polled after completion");
                    let started = collected
                        .map_err(End::Rejected)
                        .and_then(|body| webhook.start(body));
                    match started {
                        Ok(()) => {
                            let webhook = Started::new(webhook);
                            self.set(State::Handling { webhook });
                            continue;
                        }
                        Err(end) => webhook.end(end),
                    }
                }
                StateProj::Handling { webhook } => ready!(webhook.poll(cx)),
            };
            self.set(State::Done);
            return Poll::Ready(answer);
        }
    }
}

impl<F, B> fmt::Debug for ResponseFuture<F, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = match &self.state {
            State::Inner { .. } => "Inner",
            State::Decided { .. } => "Decided",
            State::Reading { .. } => "Reading",
            State::Handling { .. } => "Handling",
            State::Done => "Done",
        };
        f.debug_struct("ResponseFuture")
            .field("state", &state)
            .finish_non_exhaustive()
    }
}
