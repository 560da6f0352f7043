//! What a connection is busy with, which decides how long it may stay.

use std::{
    convert::Infallible,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use http::{Request, Response};
use hyper::body::{Body, Frame, Incoming, SizeHint};
use tokio::{sync::watch, time::timeout};
use tower::{Service, ServiceExt};

/// How long the client may keep a connection waiting.
#[derive(Debug, Clone, Copy)]
pub(super) struct Timeouts {
    pub(super) first_request: Duration,
    pub(super) idle: Duration,
    pub(super) write: Duration,
}

/// The activity of one connection. Each change of it starts its time-out again.
#[derive(Clone)]
pub(super) struct Activity(watch::Sender<State>);

#[derive(Default)]
struct State {
    /// Whether a request has come.
    used: bool,
    /// How many requests and answers wait for the application.
    working: usize,
    /// How many answers wait for the client to take a part of them.
    offered: usize,
}

impl Activity {
    pub(super) fn new() -> Self {
        Self(watch::Sender::new(State::default()))
    }

    /// Calls the service, and watches its answer.
    pub(super) async fn handle<S, B>(
        self,
        service: S,
        request: Request<Incoming>,
    ) -> Result<Response<Answer<B>>, Infallible>
    where
        S: Service<Request<Incoming>, Response = Response<B>, Error = Infallible>,
    {
        let mut exchange = Exchange::new(self.0);
        let response = service.oneshot(request).await?;
        exchange.wait_for(Side::Client);
        Ok(response.map(|body| Answer {
            body: Box::pin(body),
            exchange,
        }))
    }

    /// Resolves once the client has kept the connection waiting for too long.
    pub(super) async fn ceases(&self, timeouts: &Timeouts) {
        let mut changes = self.0.subscribe();
        loop {
            let limit = match &*changes.borrow_and_update() {
                State { used: false, .. } => timeouts.first_request,
                State { working: 1.., .. } => Duration::MAX,
                State { offered: 1.., .. } => timeouts.write,
                State { .. } => timeouts.idle,
            };
            if timeout(limit, changes.changed()).await.is_err() {
                return;
            }
        }
    }
}

/// Whom an exchange waits for.
#[derive(Clone, Copy, PartialEq)]
enum Side {
    Application,
    Client,
}

/// A request and its answer, counted until dropped.
struct Exchange {
    state: watch::Sender<State>,
    waits_for: Side,
}

impl Exchange {
    fn new(state: watch::Sender<State>) -> Self {
        state.send_modify(|state| {
            state.used = true;
            state.working += 1;
        });
        Self {
            state,
            waits_for: Side::Application,
        }
    }

    fn wait_for(&mut self, side: Side) {
        let before = std::mem::replace(&mut self.waits_for, side);
        self.state.send_modify(|state| {
            *state.count(before) -= 1;
            *state.count(side) += 1;
        });
    }
}

impl Drop for Exchange {
    fn drop(&mut self) {
        let side = self.waits_for;
        self.state.send_modify(|state| *state.count(side) -= 1);
    }
}

impl State {
    fn count(&mut self, side: Side) -> &mut usize {
        match side {
            Side::Application => &mut self.working,
            Side::Client => &mut self.offered,
        }
    }
}

/// The body of an answer.
pub(super) struct Answer<B> {
    body: Pin<Box<B>>,
    exchange: Exchange,
}

impl<B: Body<Data = Bytes>> Body for Answer<B> {
    type Data = Bytes;
    type Error = B::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
        let polled = self.body.as_mut().poll_frame(cx);
        let side = match polled {
            Poll::Pending => Side::Application,
            Poll::Ready(_) => Side::Client,
        };
        self.exchange.wait_for(side);
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
