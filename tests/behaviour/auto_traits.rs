//! Auto traits and `Clone`, checked at compile time: an accidental change of them breaks users.

use std::{
    convert::Infallible,
    panic::{RefUnwindSafe, UnwindSafe},
    rc::Rc,
};

use http_body_util::Full;
use tower::{Layer, Service};
use tower_tencent_webhook::{
    App, Apps, Auth, ConfigError, Delivery, FailureAnswer, Handlers, Outcome, Phase, WebhookLayer,
    WebhookService,
    error::{DecodeError, DecodeErrorKind, UnknownValue},
    event::{Event, Undecodable, Undecoded, Webhook, group},
    layer::{ResponseBody, ResponseFuture, WebhookEndpoint},
    message::{Element, MsgBody},
    outcome::{End, Failure, FailureKind, Rejection},
    reply::{Ack, MessageVerdict, Reply, ReplyKind, Rewrite},
    signature::SignatureError,
    testing::WebhookRequest,
    value::{Account, Platform, UnixMillis, UnixSeconds},
};

type Body = Full<bytes::Bytes>;
type Ready = std::future::Ready<Result<http::Response<Body>, Infallible>>;

fn send_sync<T: Send + Sync>() {}
fn unpin<T: Unpin>() {}
fn shared<T: Clone + Send + Sync + Unpin + 'static>() {}
/// What events, replies and facts are.
fn value<T: Clone + PartialEq + std::fmt::Debug + Send + Sync + Unpin + 'static>() {}
fn fact<T: Copy + Eq + std::fmt::Debug + Send + Sync + UnwindSafe + RefUnwindSafe + 'static>() {}
fn error<T: std::error::Error + Send + Sync + 'static>() {}

#[test]
fn layers_and_services_are_shared_between_threads() {
    shared::<WebhookLayer>();
    shared::<WebhookLayer<group::AfterSendMsg>>();
    shared::<WebhookService<Ack, Undecoded>>();
    shared::<WebhookEndpoint>();
    shared::<Handlers>();
    shared::<App>();
    shared::<Apps>();
    shared::<WebhookRequest>();
}

#[test]
fn a_layer_asks_nothing_of_the_event() {
    // `Rc` stands for an event or handler that is not `Send`: `E` is only a marker.
    send_sync::<WebhookLayer<Rc<()>>>();
    send_sync::<WebhookService<Ack, Rc<()>>>();
    send_sync::<WebhookEndpoint<Rc<()>>>();
}

#[test]
fn futures_move_between_threads_if_what_they_hold_does() {
    fn send<T: Send>() {}
    send::<ResponseFuture<Ready, Body>>();
    send::<<WebhookEndpoint as Service<http::Request<Body>>>::Future>();
    send::<<Handlers as Service<Delivery>>::Future>();
    unpin::<ResponseFuture<Ready, Body>>();
}

#[test]
fn a_layer_serves_bodies_that_do_not_move_between_threads() {
    /// Neither `Send` nor `Unpin`.
    struct Local(Rc<()>, std::marker::PhantomPinned);

    impl hyper::body::Body for Local {
        type Data = bytes::Bytes;
        type Error = Infallible;

        fn poll_frame(
            self: std::pin::Pin<&mut Self>,
            _: &mut std::task::Context<'_>,
        ) -> std::task::Poll<Option<Result<hyper::body::Frame<bytes::Bytes>, Infallible>>> {
            let _ = Rc::strong_count(&self.0);
            std::task::Poll::Ready(None)
        }
    }

    fn serves<S: Service<http::Request<Local>>>(_: S) {}
    let apps = Apps::new([App::insecure_unsigned(1)]).unwrap();
    let app = tower::service_fn(|_: http::Request<Local>| async {
        Ok::<_, Infallible>(http::Response::new(Local(
            Rc::new(()),
            std::marker::PhantomPinned,
        )))
    });
    serves(WebhookLayer::new(apps.clone(), Handlers::new()).layer(app));
    serves(WebhookLayer::new(apps, Handlers::new()).into_service());
}

#[test]
fn bodies_have_the_traits_of_what_they_hold() {
    send_sync::<ResponseBody<Body>>();
    unpin::<ResponseBody<Body>>();
    unpin::<ResponseBody<String>>();
}

#[test]
fn events_elements_and_replies_are_plain_values() {
    fn event<E: Webhook + Clone + PartialEq + std::fmt::Debug + Send + Sync + Unpin>() {
        send_sync::<Delivery<E>>();
        unpin::<Delivery<E>>();
    }
    event::<group::AfterSendMsg>();
    event::<group::BeforeSendMsg>();
    value::<Event>();
    value::<Undecodable>();
    value::<Undecoded>();
    value::<Element>();
    value::<MsgBody>();
    value::<Account>();
    value::<Platform>();
    value::<UnknownValue>();
    value::<UnixMillis>();
    value::<UnixSeconds>();
    value::<group::GroupAt>();
    value::<group::GroupType>();
    value::<Ack>();
    value::<MessageVerdict<group::Code>>();
    value::<Rewrite>();
    value::<Reply>();
    send_sync::<Delivery>();
    send_sync::<Delivery<Event>>();
}

#[test]
fn facts_are_small_values() {
    fact::<FailureAnswer>();
    fact::<Auth>();
    fact::<DecodeErrorKind>();
    fact::<End>();
    fact::<FailureKind>();
    fact::<ReplyKind>();
    fact::<Outcome>();
    fact::<Phase>();
    fact::<Rejection>();
    fact::<SignatureError>();
    fact::<group::Code>();
    unpin::<Failure<'_>>();
}

#[test]
fn errors_are_errors() {
    error::<ConfigError>();
    error::<DecodeError>();
    error::<SignatureError>();
}
