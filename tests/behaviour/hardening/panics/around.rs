//! The user's code around the handler.

use std::{
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
use hyper::body::{Body, Frame, SizeHint};
use serde::{Deserialize, Deserializer};
use tower::{BoxError, Layer, Service};
use tower_tencent_webhook::{
    App, Apps, Delivery, End, FailureAnswer, FailureKind, Handlers, Rejection, WebhookLayer,
    event::{Webhook, group::Code},
    reply::Verdict,
    signature::SignatureError,
    testing::{TrtcRequest, WebhookRequest},
};

use super::Fuse;
use crate::{
    hardening::{
        case::Way,
        site::{boxed, call, served, web},
        slow::request,
    },
    support::{
        AFTER, APP, BEFORE, MESSAGE, OPEN_APP, TOKEN, connection, open_apps, probe, script::Script,
        server,
    },
};

/// Without a clock, no signature is fresh.
pub(super) async fn clock(way: Way) {
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
pub(super) async fn body() {
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
pub(super) async fn application() {
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

/// The clock is asked for the console's check of the URL, too: which is then none.
pub(super) async fn clock_of_a_probe() {
    let app = probe::App::new();
    let apps = App::signed(APP, TOKEN).expect("a token");
    let layer = WebhookLayer::new(apps, Handlers::new()).clock(|| panic_any("no clock"));
    let query = WebhookRequest::new(APP, AFTER)
        .signed(TOKEN)
        .path_and_query();
    let query = query.replace(&format!("SdkAppid={APP}&"), "");
    let request = Request::post(query).body(boxed(Script::whole("{}")));
    let answer = call(web(layer.layer(app.clone())), request.expect("a request")).await;
    assert_eq!((answer.status, app.requests.len()), (probe::App::STATUS, 1));
}

/// Without a clock, no event of TRTC is fresh.
pub(super) async fn clock_of_an_event_of_trtc() {
    const KEY: &str = "TheKey7";
    const ROOM: &str =
        r#"{"EventGroupId":1,"EventType":102,"CallbackTs":1700000000000,"EventInfo":{"RoomId":7}}"#;
    let apps = App::events_only(APP, KEY).expect("a key");
    let (layer, outcomes) =
        probe::outcomes(WebhookLayer::new(apps, Handlers::new()).clock(|| panic_any("no clock")));
    let request = TrtcRequest::new(APP).signed(KEY).sent_at(None).body(ROOM);
    let request = request.map(|_| boxed(Script::whole(ROOM)));
    let answer = call(web(layer.layer(probe::App::new())), request).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    let stale = Rejection::Signature(SignatureError::Stale);
    assert_eq!(outcomes.take()[0].end, End::Rejected(stale));
}

/// An event whose decoding panics.
struct Cake;

impl<'de> Deserialize<'de> for Cake {
    fn deserialize<D: Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
        panic_any(Fuse);
    }
}

impl Webhook for Cake {
    const COMMAND: &'static str = "Cake.CallbackBeforeBake";
    type Reply = Verdict<Code>;
}

/// The refusal that was chosen is sent, in the form of the event.
pub(super) async fn event_of_ones_own(way: Way) {
    let handler = tower::service_fn(async |_: Delivery<Cake>| Ok::<_, BoxError>(Verdict::Allow));
    let layer = WebhookLayer::new(open_apps(), handler).on_failure(|_| FailureAnswer::Refuse);
    let (layer, outcomes) = probe::outcomes(layer);
    let answer = super::send(way, &web(layer.layer(probe::App::new())), Cake::COMMAND).await;
    assert_eq!(
        (answer.status, answer.text()),
        (StatusCode::OK, super::DENIED)
    );
    let end = End::Failed(FailureKind::HandlerPanic, FailureAnswer::Refuse);
    assert_eq!(outcomes.take()[0].end, end);
}

/// A body that panics when it is asked for its size.
struct Sizeless(Script);

impl Body for Sizeless {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        Pin::new(&mut self.0).poll_frame(cx)
    }

    fn size_hint(&self) -> SizeHint {
        panic_any(Fuse);
    }
}

/// It is asked for its size only where that may make it the console's check of the URL.
pub(super) async fn size_hint() {
    let app = probe::App::new();
    let layer = WebhookLayer::new(open_apps(), probe::Recorder::new().handlers());
    let mut service = layer.layer(app.clone());
    let webhook = WebhookRequest::new(OPEN_APP, AFTER).path_and_query();
    for (target, status) in [
        ("/?CallbackCommand=A.B".to_owned(), probe::App::STATUS),
        (webhook, StatusCode::OK),
    ] {
        let request = Request::post(target).body(Sizeless(Script::whole(MESSAGE)));
        let Ok(response) = service.call(request.expect("a request")).await;
        assert_eq!(response.status(), status);
    }
    assert_eq!(app.requests.len(), 1);
}

/// It panics whenever it is dropped.
#[derive(Clone)]
struct TornValue;

impl Drop for TornValue {
    fn drop(&mut self) {
        panic_any(Fuse);
    }
}

/// What an outer layer put into the request goes with the delivery, and panics with it.
pub(super) async fn extensions() {
    let layer = WebhookLayer::new(open_apps(), Handlers::new());
    let layer = layer.on_failure(|_| FailureAnswer::Refuse);
    let (layer, outcomes) = probe::outcomes(layer);
    let web = web(layer.layer(probe::App::new()));
    for (sdk_app_id, status) in [(OPEN_APP, StatusCode::OK), (APP, StatusCode::FORBIDDEN)] {
        let request = WebhookRequest::new(sdk_app_id, BEFORE);
        let mut request = request.body(boxed(Script::whole(MESSAGE)));
        request.extensions_mut().insert(TornValue);
        assert_eq!(call(web.clone(), request).await.status, status);
    }
    let ends: Vec<_> = outcomes.take().iter().map(|outcome| outcome.end).collect();
    let rejected = End::Rejected(Rejection::UnknownApp);
    let failed = End::Failed(FailureKind::HandlerPanic, FailureAnswer::Refuse);
    assert_eq!(ends, [failed, rejected]);
}
