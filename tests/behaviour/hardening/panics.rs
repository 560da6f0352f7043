//! Part G, as far as the user's own code panics.

use std::{
    error::Error,
    fmt,
    future::{Ready, ready},
    panic::panic_any,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
};

use bytes::Bytes;
use http::{Request, StatusCode};
use hyper::body::{Body, Frame};
use tower::{BoxError, Layer, Service};
use tower_tencent_webhook::{
    App, Apps, Delivery, End, FailureAnswer, FailureKind, Outcome, Rejection, WebhookLayer,
    reply::Reply, signature::SignatureError, testing::WebhookRequest,
};

use super::{
    case::{Row, Way},
    site::{Web, boxed, call, served, web},
    slow::{PATIENCE, bytes, request},
};
use crate::support::{
    AFTER, APP, BEFORE, DENIED, MESSAGE, OPEN_APP, TOKEN,
    connection::{self, Answer},
    open_apps,
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
    Payload,
    DropOfFuture,
    Reply,
    Error,
    Source,
    DropOfError,
    OnOutcome,
}

impl At {
    const ALL: [Self; 12] = [
        Self::Clone,
        Self::DropOfService,
        Self::Ready,
        Self::Call,
        Self::Poll,
        Self::Payload,
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
            Self::DropOfError => Some(FailureKind::HandlerError),
            _ => Some(FailureKind::HandlerPanic),
        }
    }
}

/// A payload that panics whenever it is dropped.
struct Fuse;

impl Drop for Fuse {
    fn drop(&mut self) {
        panic_any(Self);
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
        if self.trap.at == At::Payload {
            panic_any(Fuse);
        }
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
        clock(way).await;
    }
    body().await;
    application().await;
}

/// What is chosen by code that panics is an HTTP error.
async fn on_failure(way: Way) {
    let handler = tower::service_fn(async |_: Delivery| Err::<Reply, _>("broken"));
    let (layer, outcomes) =
        probe::outcomes(WebhookLayer::new(open_apps(), handler).on_failure(|_| panic_any(Fuse)));
    let web = web(layer.layer(probe::App::new()));
    let answer = send(way, &web, BEFORE).await;
    assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
    let end = End::Failed(FailureKind::HandlerError, FailureAnswer::HttpError);
    assert_eq!(outcomes.take()[0].end, end);
}

/// Without a clock, no signature is fresh.
async fn clock(way: Way) {
    let apps = Apps::new([App::signed(APP, TOKEN).expect("a token")]).expect("one app");
    let handler = probe::Recorder::new().handlers();
    let (layer, outcomes) =
        probe::outcomes(WebhookLayer::new(apps, handler).clock(|| panic_any("no clock")));
    let web = web(layer.layer(probe::App::new()));
    let signed = WebhookRequest::new(APP, BEFORE).signed(TOKEN);
    let answer = match way {
        Way::Tower => call(web, signed.body(boxed(Script::whole(MESSAGE)))).await,
        Way::Socket => {
            let bytes = connection::request("POST", &signed.path_and_query(), "", MESSAGE);
            connection::exchange(server::http1(served(web)).await.address, bytes).await
        }
    };
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    let stale = Rejection::Signature(SignatureError::Stale);
    assert_eq!(outcomes.take()[0].end, End::Rejected(stale));
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
        panic_any(Fuse);
    }
}

/// A body that panics when it is dropped.
struct TornAtDrop(Script);

impl Drop for TornAtDrop {
    fn drop(&mut self) {
        panic_any(Fuse);
    }
}

impl Body for TornAtDrop {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        Pin::new(&mut self.0).poll_frame(cx)
    }
}

/// Only a service can be handed such bodies.
async fn body() {
    let recorder = probe::Recorder::new();
    let (layer, outcomes) = probe::outcomes(WebhookLayer::new(open_apps(), recorder.handlers()));
    let web = web(layer.layer(probe::App::new()));
    let of = |sdk_app_id| WebhookRequest::new(sdk_app_id, AFTER);
    let unreadable = call(web.clone(), of(OPEN_APP).body(boxed(Torn))).await;
    assert_eq!(unreadable.status, StatusCode::BAD_REQUEST);
    let whole = || boxed(TornAtDrop(Script::whole(MESSAGE)));
    let read = call(web.clone(), of(OPEN_APP).body(whole())).await;
    assert_eq!(read.status, StatusCode::OK);
    let rejected = call(web, of(APP).body(whole())).await;
    assert_eq!(rejected.status, StatusCode::FORBIDDEN);
    let ends: Vec<End> = outcomes.take().iter().map(|outcome| outcome.end).collect();
    let unreadable = End::Rejected(Rejection::BodyUnreadable);
    let rejected = End::Rejected(Rejection::UnknownApp);
    assert_eq!(ends, [unreadable, End::Answered, rejected]);
}

/// An application whose clone panics, or the drop of the instance that is replaced.
#[derive(Debug)]
struct FragileApp(Arc<AtomicBool>);

impl Clone for FragileApp {
    fn clone(&self) -> Self {
        assert!(!self.0.load(Ordering::SeqCst), "a secret");
        Self(Arc::clone(&self.0))
    }
}

impl<B> Service<Request<B>> for FragileApp {
    type Response = http::Response<Script>;
    type Error = BoxError;
    type Future = Ready<Result<Self::Response, BoxError>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Request<B>) -> Self::Future {
        ready(Ok(http::Response::new(Script::new())))
    }
}

/// A server clones its service too, so only a service shows whose clone it is.
async fn application() {
    let panics = Arc::<AtomicBool>::default();
    let recorder = probe::Recorder::new();
    let layer = WebhookLayer::new(open_apps(), recorder.handlers());
    let mut service = layer.layer(FragileApp(Arc::clone(&panics)));
    panics.store(true, Ordering::SeqCst);
    let webhook = request(AFTER, Script::whole(MESSAGE));
    let response = service.call(webhook).await.expect("an answer");
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(recorder.deliveries.len(), 1);
}
