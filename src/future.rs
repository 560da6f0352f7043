//! The response future of [`WebhookService`](crate::WebhookService).

use std::{
    fmt,
    pin::Pin,
    task::{Context, Poll, ready},
};

use hyper::body::Body;
use pin_project_lite::pin_project;
use tower::BoxError;

use crate::{
    body::{Collect, ResponseBody},
    finish::Work,
    response::Response,
};

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
        /// Not ours.
        App { #[pin] future: F },
        /// Turned away on its head.
        Refused { response: Option<Response> },
        /// Admitted; its body is being collected.
        Reading { #[pin] collect: Collect<B>, work: Option<Pin<Box<dyn Work>>> },
        /// Its handler is at work.
        Handling { work: Pin<Box<dyn Work>> },
    }
}

impl<F, B> ResponseFuture<F, B> {
    pub(crate) fn app(future: F) -> Self {
        Self {
            state: State::App { future },
        }
    }

    pub(crate) fn refused(response: Response) -> Self {
        Self {
            state: State::Refused {
                response: Some(response),
            },
        }
    }

    pub(crate) fn webhook(collect: Collect<B>, work: Pin<Box<dyn Work>>) -> Self {
        Self {
            state: State::Reading {
                collect,
                work: Some(work),
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
        loop {
            let response = match state.as_mut().project() {
                StateProj::App { future } => {
                    return Poll::Ready(
                        ready!(future.poll(cx)).map(|response| response.map(ResponseBody::app)),
                    );
                }
                StateProj::Refused { response } => {
                    response.take().expect("polled after completion")
                }
                StateProj::Reading { collect, work } => {
                    let collected = ready!(collect.poll(cx));
                    let mut work = work.take().expect("polled after completion");
                    match collected {
                        Ok(body) => {
                            work.as_mut().start(body);
                            state.set(State::Handling { work });
                            continue;
                        }
                        Err(refusal) => work.as_mut().refuse(refusal),
                    }
                }
                StateProj::Handling { work } => ready!(work.as_mut().poll(cx)),
            };
            return Poll::Ready(Ok(response.into_http()));
        }
    }
}

impl<F, B> fmt::Debug for ResponseFuture<F, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = match &self.state {
            State::App { .. } => "App",
            State::Refused { .. } => "Refused",
            State::Reading { .. } => "Reading",
            State::Handling { .. } => "Handling",
        };
        f.debug_struct("ResponseFuture")
            .field("state", &state)
            .finish_non_exhaustive()
    }
}
