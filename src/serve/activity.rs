//! What a connection is busy with, which decides how long it may stay.

use std::{
    convert::Infallible,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use http::{HeaderValue, Request, Response, Version, header};
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
    /// Whether the socket takes nothing more, since the client takes nothing.
    blocked: bool,
    age: Age,
}

/// How far a connection is from its end.
#[derive(Clone, Copy, Default, PartialEq)]
enum Age {
    #[default]
    Young,
    /// The next request is its last.
    Old,
    /// The last request has come.
    Last,
}

impl Activity {
    pub(super) fn new() -> Self {
        Self(watch::Sender::new(State::default()))
    }

    /// Calls the service, and watches its answer. The request counts from this call on, even if what is
    /// returned is polled late.
    pub(super) fn handle<S, B>(
        self,
        service: S,
        request: Request<Incoming>,
    ) -> impl Future<Output = Result<Response<Answer<B>>, Infallible>> + use<S, B>
    where
        S: Service<Request<Incoming>, Response = Response<B>, Error = Infallible>,
    {
        let (mut exchange, is_last) = Exchange::new(self.0);
        // HTTP/2 says so by a GOAWAY.
        let closes = is_last && request.version() < Version::HTTP_2;
        async move {
            let mut response = service.oneshot(request).await?;
            if closes {
                let close = HeaderValue::from_static("close");
                response.headers_mut().insert(header::CONNECTION, close);
            }
            exchange.wait_for(Side::Client);
            Ok(response.map(|body| Answer {
                body: Box::pin(body),
                exchange,
            }))
        }
    }

    /// The socket takes nothing more, or has taken something.
    pub(super) fn writes(&self, blocked: bool) {
        // One refusal after the other is no change, or their time-out would never end.
        self.0
            .send_if_modified(|state| std::mem::replace(&mut state.blocked, blocked) != blocked);
    }

    /// The connection is to end after its next request, which is told so: ended between two requests,
    /// it would lose one that is on its way. Resolves once that request has come.
    pub(super) async fn ages(&self) {
        self.0.send_modify(|state| {
            state.age = match state.working {
                0 => Age::Old,
                _ => Age::Last,
            };
        });
        let mut changes = self.0.subscribe();
        // It cannot fail: this value holds a sender.
        let _ = changes.wait_for(|state| state.age == Age::Last).await;
    }

    /// Resolves once the client has kept the connection waiting for too long.
    pub(super) async fn ceases(&self, timeouts: &Timeouts) {
        let mut changes = self.0.subscribe();
        loop {
            let limit = match &*changes.borrow_and_update() {
                State { used: false, .. } => timeouts.first_request,
                State { blocked: true, .. } => timeouts.write,
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
    /// The exchange, and whether it is the last of its connection.
    fn new(state: watch::Sender<State>) -> (Self, bool) {
        state.send_modify(|state| {
            state.used = true;
            state.working += 1;
            if state.age == Age::Old {
                state.age = Age::Last;
            }
        });
        let is_last = state.borrow().age == Age::Last;
        let exchange = Self {
            state,
            waits_for: Side::Application,
        };
        (exchange, is_last)
    }

    fn wait_for(&mut self, side: Side) {
        let before = std::mem::replace(&mut self.waits_for, side);
        self.state.send_if_modified(|state| {
            *state.count(before) -= 1;
            *state.count(side) += 1;
            // A body that is not ready, again, is no change; one more frame is.
            before != side || side == Side::Client
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
