//! Tools for the tests of an application: samples, deliveries without HTTP, signed requests, a
//! reader of replies, and a fake Tencent that tells what comes of an answer.
//!
//! For tests only: everything here panics where a test would unwrap.
//!
//! # A handler behind the layer
//!
//! [`Tencent`] sends a webhook to any service and tells the [`Effect`]: what happens to the message,
//! not which bytes were sent. With tokio's clock paused, a handler that is too slow times out
//! at once.
//!
//! ```
//! use tower_tencent_webhook::{App, Delivery, Handlers, WebhookLayer, event::group};
//! use tower_tencent_webhook::{reply::MessageVerdict, testing::{Effect, Tencent, sample_body}};
//!
//! async fn moderate(_: Delivery<group::BeforeSendMsg>) -> MessageVerdict<group::Code> {
//!     MessageVerdict::DropSilently
//! }
//!
//! # const _: &str = stringify! {
//! #[tokio::test(start_paused = true)]
//! # };
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() { a_message_is_dropped().await }
//! async fn a_message_is_dropped() {
//!     let command = "Group.CallbackBeforeSendMsg";
//!     let app = App::insecure_unsigned(1_400_000_000);
//!     let webhooks = WebhookLayer::new(app, Handlers::new().on(moderate)).into_service();
//!     let tencent = Tencent::new(1_400_000_000);
//!     let effect = tencent.send(webhooks, command, sample_body(command).unwrap()).await;
//!     assert_eq!(effect, Effect::Dropped);
//! }
//! ```
//!
//! # A handler on its own
//!
//! ```
//! use tower_tencent_webhook::{Delivery, event::group, reply::MessageVerdict, testing};
//!
//! async fn moderate(delivery: Delivery<group::BeforeSendMsg>) -> MessageVerdict<group::Code> {
//!     let bad = delivery.event.msg_body.iter().any(|element| element.as_text() == Some("spam"));
//!     if bad { MessageVerdict::Refuse } else { MessageVerdict::Allow }
//! }
//!
//! # #[tokio::main(flavor = "current_thread")] async fn main() {
//! let event = testing::sample::<group::BeforeSendMsg>();
//! assert_eq!(moderate(testing::delivery(event)).await, MessageVerdict::Allow);
//! # }
//! ```
//!
//! [`shapes`] has every known form of a body, [`recording`] real ones, and [`DeliveryBuilder`] sets
//! what a handler sees besides the event.

mod builder;
mod effect;
mod judge;
mod recording;
mod shapes;
mod tencent;
mod trtc_request;
mod webhook_request;

use bytes::Bytes;
use http::StatusCode;

pub use self::{
    builder::DeliveryBuilder,
    effect::{Effect, Why},
    judge::{OnFailure, judge, unanswered},
    recording::recording,
    shapes::{Shape, shapes},
    tencent::{SentBody, Tencent},
    trtc_request::TrtcRequest,
    webhook_request::WebhookRequest,
};
use crate::{
    delivery::{Delivery, Record},
    event::{Payload, Undecoded, Webhook},
};

/// The body of a documented webhook, with every documented field; `None` for a command that is
/// neither in [`COMMANDS`](crate::event::COMMANDS) nor in [`EVENTS`](crate::trtc::EVENTS).
#[must_use]
pub fn sample_body(command: &str) -> Option<&'static str> {
    shapes(command).first().map(|full| full.body)
}

/// An event of a documented command, with every documented field.
///
/// # Panics
///
/// If the command of `E` is not in [`COMMANDS`](crate::event::COMMANDS), or if `E` does not fit its sample.
#[must_use]
#[track_caller]
pub fn sample<E: Webhook>() -> E {
    let body = sample_body(E::COMMAND).expect("the command of a documented webhook");
    <E as Payload>::decode(E::COMMAND, body.as_bytes()).expect("an event that fits its sample")
}

/// A delivery of `event`, without HTTP: app 1400000000, unsigned, an empty body.
#[must_use]
pub fn delivery<E: Webhook>(event: E) -> Delivery<E> {
    undecoded(E::COMMAND, Bytes::new()).map(|_| event)
}

/// A delivery that is not decoded, as a service of undecoded deliveries gets it.
#[must_use]
pub fn undecoded(command: impl Into<String>, body: impl Into<Bytes>) -> Delivery<Undecoded> {
    Delivery::from_record(Record::new(1_400_000_000, command, body))
}

/// The reply to the command of `E` that a status and body stand for.
///
/// ```
/// use http::StatusCode;
/// use tower_tencent_webhook::{event::group, reply::MessageVerdict, testing};
///
/// let body = br#"{"ActionStatus":"OK","ErrorInfo":"","ErrorCode":2}"#;
/// let reply = testing::reply::<group::BeforeSendMsg>(StatusCode::OK, body);
/// assert_eq!(reply, MessageVerdict::DropSilently);
/// ```
///
/// # Panics
///
/// If the status is not 200, or the body is none of the documented replies.
#[must_use]
#[track_caller]
pub fn reply<E: Webhook>(status: StatusCode, body: &[u8]) -> E::Reply {
    assert_eq!(status, StatusCode::OK, "a reply has the status 200");
    crate::reply::decode::<E::Reply>(body).expect("a documented reply of the command")
}
