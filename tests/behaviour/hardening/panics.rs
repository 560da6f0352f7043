//! Part G, as far as the user's own code panics.

use std::{
    error::Error,
    fmt,
    panic::panic_any,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use http::StatusCode;
use hyper::body::{Body, Frame};
use serde::{Deserialize, Deserializer};
use tower::{BoxError, Layer, Service};
use tower_tencent_webhook::{
    Delivery, FailureAnswer, Handlers, Outcome, WebhookLayer,
    event::{Webhook, group::Code},
    outcome::{End, FailureKind},
    reply::{Reply, Verdict},
    testing::WebhookRequest,
};

use super::{
    case::{Row, Way},
    site::{Web, boxed, call, served, web},
    slow::{PATIENCE, bytes, request},
};
use crate::support::{
    AFTER, BEFORE, DENIED, MESSAGE, OPEN_APP,
    connection::{self, Answer},
    open_apps, polled_once,
    probe::{self, Log},
    script::Script,
    server, soon,
};

/// Where the code of the user panics.
#[derive(Debug, Clone, Copy, PartialEq)]
enum At {
    Clone,
    DropOfService,
    Ready,
    Call,
    Poll,
    DropOfFuture,
    Reply,
    Error,
    Source,
    DropOfError,
    OnOutcome,
}

impl At {
    const ALL: [Self; 11] = [
        Self::Clone,
        Self::DropOfService,
        Self::Ready,
        Self::Call,
        Self::Poll,
        Self::DropOfFuture,
        Self::Reply,
        Self::Error,
        Self::Source,
        Self::DropOfError,
        Self::OnOutcome,
    ];

    /// Whether the handler returns an error.
    fn fails(self) -> bool {
        matches!(self, Self::Error | Self::Source | Self::DropOfError)
    }

    fn end(self) -> Option<FailureKind> {
        match self {
            Self::OnOutcome => None,
            Self::DropOfError => Some(FailureKind::Handler),
            _ => Some(FailureKind::Panic),
        }
    }
}

/// The point at which code panics, once the test has begun.
#[derive(Debug, Clone)]
struct Trap {
    at: At,
    set: Arc<AtomicBool>,
}

impl Trap {
    /// Panics if this is the point.
    fn step(&self, at: At) {
        if self.at == at && self.set.load(Ordering::SeqCst) && !std::thread::panicking() {
            panic_any("a secret");
        }
    }
}

/// A handler that panics at one point of its life.
#[derive(Debug)]
struct Fragile(Trap);

impl Clone for Fragile {
    fn clone(&self) -> Self {
        self.0.step(At::Clone);
        Self(self.0.clone())
    }
}

impl Drop for Fragile {
    fn drop(&mut self) {
        self.0.step(At::DropOfService);
    }
}

impl Service<Delivery> for Fragile {
    type Response = Fragments;
    type Error = Unboxed;
    type Future = Handling;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Unboxed>> {
        self.0.step(At::Ready);
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Delivery) -> Handling {
        self.0.step(At::Call);
        Handling {
            trap: self.0.clone(),
            waited: false,
        }
    }
}

/// The future of the handler: not ready at first.
struct Handling {
    trap: Trap,
    waited: bool,
}

impl Future for Handling {
    type Output = Result<Fragments, Unboxed>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        if !self.waited {
            self.waited = true;
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        self.trap.step(At::Poll);
        Poll::Ready(match self.trap.at.fails() {
            true => Err(Unboxed(self.trap.clone())),
            false => Ok(Fragments(self.trap.clone())),
        })
    }
}

impl Drop for Handling {
    fn drop(&mut self) {
        self.trap.step(At::DropOfFuture);
    }
}

/// Becomes a reply through the user's code.
struct Fragments(Trap);

impl From<Fragments> for Reply {
    fn from(Fragments(trap): Fragments) -> Self {
        trap.step(At::Reply);
        Self::Pass
    }
}

/// Becomes an error through the user's code.
struct Unboxed(Trap);

impl From<Unboxed> for BoxError {
    fn from(Unboxed(trap): Unboxed) -> Self {
        trap.step(At::Error);
        Box::new(Broken(trap))
    }
}

#[derive(Debug)]
struct Broken(Trap);

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("broken")
    }
}

impl Error for Broken {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.0.step(At::Source);
        None
    }
}

impl Drop for Broken {
    fn drop(&mut self) {
        self.0.step(At::DropOfError);
    }
}

/// Sends a webhook to a web application one way or the other.
async fn send(way: Way, web: &Web, command: &str) -> Answer {
    match way {
        Way::Tower => {
            let request = request(command, Script::whole(MESSAGE)).map(boxed);
            soon("an answer", call(web.clone(), request)).await
        }
        Way::Socket => {
            let server = server::http1(served(web.clone())).await;
            connection::exchange(server.address, bytes(command)).await
        }
    }
}

pub(crate) async fn a_panic_anywhere_is_a_failure_like_any_other(row: &mut Row) {
    for way in row.ways() {
        for at in At::ALL {
            let outcomes = Log::new();
            let trap = Trap {
                at,
                set: Arc::default(),
            };
            let (log, told) = (outcomes.clone(), trap.clone());
            let layer = WebhookLayer::new(open_apps(), Fragile(trap.clone()))
                .on_failure(|_| FailureAnswer::Refuse)
                .on_outcome(move |outcome: &Outcome| {
                    log.push(outcome.end);
                    told.step(At::OnOutcome);
                });
            let web = web(layer.layer(probe::App::new()));
            trap.set.store(true, Ordering::SeqCst);
            for command in [BEFORE, AFTER] {
                let answer = send(way, &web, command).await;
                let what = format!("{way:?}, {at:?}, {command}");
                // An after-webhook has nothing to refuse.
                let (status, chosen) = match (at.end(), command) {
                    (None, _) => (StatusCode::OK, FailureAnswer::Allow),
                    (_, BEFORE) => (StatusCode::OK, FailureAnswer::Refuse),
                    _ => (StatusCode::INTERNAL_SERVER_ERROR, FailureAnswer::HttpError),
                };
                assert_eq!(answer.status, status, "{what}");
                assert!(!format!("{answer:?}").contains("secret"), "{what}");
                if chosen == FailureAnswer::Refuse {
                    assert_eq!(answer.text(), DENIED, "{what}");
                }
                let end = at
                    .end()
                    .map_or(End::Answered, |kind| End::Failed(kind, chosen));
                assert_eq!(outcomes.take(), [end], "{what}");
            }
            trap.set.store(false, Ordering::SeqCst);
            assert_eq!(layer.drain(PATIENCE).await, 0, "{at:?}");
        }
        on_failure(way).await;
        event_of_ones_own(way).await;
    }
    at_the_deadline().await;
    after_the_client_has_gone().await;
    extensions().await;
}

/// A policy that panics refuses.
async fn on_failure(way: Way) {
    let handler = tower::service_fn(async |_: Delivery| Err::<Reply, _>("broken"));
    let (layer, outcomes) = probe::outcomes(
        WebhookLayer::new(open_apps(), handler).on_failure(|_| panic_any("a secret")),
    );
    let web = web(layer.layer(probe::App::new()));
    let answer = send(way, &web, BEFORE).await;
    assert_eq!((answer.status, answer.text()), (StatusCode::OK, DENIED));
    let end = End::Failed(FailureKind::Handler, FailureAnswer::Refuse);
    assert_eq!(outcomes.take()[0].end, end);
}

/// A handler whose future waits for ever and panics when it is dropped.
#[derive(Debug, Clone)]
struct Stuck {
    called: Log<()>,
    dropped: Log<()>,
}

struct StuckFuture(Log<()>);

impl Future for StuckFuture {
    type Output = Result<Reply, BoxError>;

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Self::Output> {
        Poll::Pending
    }
}

impl Drop for StuckFuture {
    fn drop(&mut self) {
        self.0.push(());
        panic_any("a secret");
    }
}

impl Service<Delivery> for Stuck {
    type Response = Reply;
    type Error = BoxError;
    type Future = StuckFuture;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Delivery) -> StuckFuture {
        self.called.push(());
        StuckFuture(self.dropped.clone())
    }
}

fn stuck() -> (Stuck, WebhookLayer, Log<Outcome>) {
    let stuck = Stuck {
        called: Log::new(),
        dropped: Log::new(),
    };
    let layer = WebhookLayer::new(open_apps(), stuck.clone())
        .on_failure(|_| FailureAnswer::Refuse)
        .deadline(Duration::from_millis(10));
    let (layer, outcomes) = probe::outcomes(layer);
    (stuck, layer, outcomes)
}

/// The refusal is sent although the future that is too late panics when it is dropped.
async fn at_the_deadline() {
    let (stuck, layer, outcomes) = stuck();
    let web = web(layer.layer(probe::App::new()));
    let answer = send(Way::Tower, &web, BEFORE).await;
    assert_eq!((answer.status, answer.text()), (StatusCode::OK, DENIED));
    let end = End::Failed(FailureKind::TimedOut, FailureAnswer::Refuse);
    assert_eq!(outcomes.take()[0].end, end);
    assert_eq!(stuck.dropped.len(), 1);
}

/// Nobody is told of a panic, and whoever drains waits no longer.
async fn after_the_client_has_gone() {
    let (stuck, layer, outcomes) = stuck();
    let layer = layer.deadline(Duration::from_secs(3600));
    let mut service = layer.layer(probe::App::new());
    let mut response = Box::pin(service.call(request(BEFORE, Script::whole(MESSAGE))));
    while stuck.called.len() == 0 {
        assert!(polled_once(&mut response).await.is_none());
    }
    drop(response);
    assert_eq!(outcomes.take()[0].end, End::Abandoned);
    assert_eq!((stuck.dropped.len(), layer.in_flight()), (1, 0));
}

/// An event whose decoding panics.
struct Cake;

impl<'de> Deserialize<'de> for Cake {
    fn deserialize<D: Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
        panic_any("a secret");
    }
}

impl Webhook for Cake {
    const COMMAND: &'static str = "Cake.CallbackBeforeBake";
    type Reply = Verdict<Code>;
}

/// The refusal that was chosen is sent, in the form of the event.
async fn event_of_ones_own(way: Way) {
    let handler = tower::service_fn(async |_: Delivery<Cake>| Ok::<_, BoxError>(Verdict::Allow));
    let layer = WebhookLayer::new(open_apps(), handler).on_failure(|_| FailureAnswer::Refuse);
    let (layer, outcomes) = probe::outcomes(layer);
    let answer = send(way, &web(layer.layer(probe::App::new())), Cake::COMMAND).await;
    assert_eq!((answer.status, answer.text()), (StatusCode::OK, DENIED));
    let end = End::Failed(FailureKind::Panic, FailureAnswer::Refuse);
    assert_eq!(outcomes.take()[0].end, end);
}

/// It panics whenever it is dropped.
#[derive(Clone)]
struct TornValue;

impl Drop for TornValue {
    fn drop(&mut self) {
        panic_any("a secret");
    }
}

/// What an outer layer put into the request goes with the delivery, and panics with it.
async fn extensions() {
    let layer = WebhookLayer::new(open_apps(), Handlers::new());
    let layer = layer.on_failure(|_| FailureAnswer::Refuse);
    let (layer, outcomes) = probe::outcomes(layer);
    let web = web(layer.layer(probe::App::new()));
    let mut request = request(BEFORE, Script::whole(MESSAGE)).map(boxed);
    request.extensions_mut().insert(TornValue);
    let answer = call(web, request).await;
    assert_eq!((answer.status, answer.text()), (StatusCode::OK, DENIED));
    let failed = End::Failed(FailureKind::Panic, FailureAnswer::Refuse);
    assert_eq!(outcomes.take()[0].end, failed);
}

/// A body, of an outer layer for example, that panics when it is polled.
struct Torn;

impl Body for Torn {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        panic_any("a secret");
    }
}

/// What is outside of the boundary ends its request, and is reported all the same.
pub(crate) async fn a_panic_outside_of_the_boundary_is_reported_once(row: &mut Row) {
    row.no_socket("only a service can be handed such a body");
    row.ways(); // what follows is the only one
    let (layer, outcomes) = probe::outcomes(WebhookLayer::new(open_apps(), Handlers::new()));
    let webhook = WebhookRequest::new(OPEN_APP, AFTER).body(boxed(Torn));
    let answer = tokio::spawn(call(web(layer.layer(probe::App::new())), webhook)).await;
    assert!(answer.is_err_and(|error| error.is_panic()));
    let ends: Vec<_> = outcomes.take().iter().map(|outcome| outcome.end).collect();
    assert_eq!((ends, layer.in_flight()), (vec![End::Abandoned], 0));
}

/// An error that is its own source.
#[derive(Debug)]
struct Circular;

impl fmt::Display for Circular {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("circular")
    }
}

impl Error for Circular {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&Self)
    }
}

pub(crate) async fn an_error_whose_sources_have_no_end_is_a_failure(row: &mut Row) {
    for way in row.ways() {
        let handler = tower::service_fn(async |_: Delivery| Err::<Reply, _>(Circular));
        let layer = WebhookLayer::new(open_apps(), handler).on_failure(|_| FailureAnswer::Refuse);
        let web = web(layer.layer(probe::App::new()));
        let answer = send(way, &web, BEFORE).await;
        assert_eq!((answer.status, answer.text()), (StatusCode::OK, DENIED));
    }
}
