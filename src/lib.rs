//! Receives the webhooks of Tencent Cloud Chat (IM) and of the TRTC live, room and call products,
//! as one [`tower`] layer.

#![cfg_attr(docsrs, feature(doc_cfg))]

mod account;
mod app;
mod body;
mod config;
mod delivery;
mod error;
pub mod event;
mod finish;
mod future;
mod gate;
mod handlers;
mod layer;
mod lenient;
pub mod message;
mod outcome;
mod phase;
mod platform;
mod query;
pub mod reply;
mod response;
mod service;
pub mod signature;
mod surrogates;
#[cfg(feature = "test-util")]
#[cfg_attr(docsrs, doc(cfg(feature = "test-util")))]
pub mod testing;
mod time;
mod words;

pub use self::{
    account::Account,
    app::{App, Apps, Auth},
    body::{NoBody, ResponseBody},
    config::ConfigError,
    delivery::Delivery,
    error::{DecodeError, DecodeErrorKind},
    future::ResponseFuture,
    handlers::{Handlers, IntoOutcome},
    layer::WebhookLayer,
    outcome::{Answer, End, Failure, FailureKind, Outcome, Refusal},
    phase::Phase,
    platform::Platform,
    service::{NotAWebhook, WebhookService},
    time::{UnixMillis, UnixSeconds},
    words::UnknownWord,
};
