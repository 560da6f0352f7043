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
    finish::Finish,
    outcome::Refusal,
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
        Reading { #[pin] collect: Collect<B>, finish: Option<Finish> },
        /// Its handler is at work.
        Handling { finish: Finish },
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

    pub(crate) fn webhook(collect: Collect<B>, finish: Finish) -> Self {
        Self {
            state: State::Reading {
                collect,
                finish: Some(finish),
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
                StateProj::Reading { collect, finish } => {
                    let collected = match collect.poll(cx) {
                        Poll::Ready(collected) => collected,
                        Poll::Pending => {
                            let finish = finish.as_mut().expect("polled after completion");
                            ready!(finish.poll_deadline(cx));
                            Err(Refusal::BodyTimedOut)
                        }
                    };
                    let mut finish = finish.take().expect("polled after completion");
                    match collected {
                        Ok(body) => {
                            finish.start(body);
                            state.set(State::Handling { finish });
                            continue;
                        }
                        Err(refusal) => finish.refuse(refusal),
                    }
                }
                StateProj::Handling { finish } => ready!(finish.poll(cx)),
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
