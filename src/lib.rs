//! Receives the webhooks of Tencent Cloud Chat (IM) and of the TRTC live, room and call products,
//! as one [`tower`] layer beside an axum, hyper or tonic application.
//!
//! # Overview
//!
//! Tencent tells an app's backend what happens by POSTing JSON to a URL of the app.
//! *After-webhooks* only notify; *before-webhooks* wait for the reply, which decides whether a
//! message is delivered, refused or rewritten, whether a member may join, and so on. Both want
//! the answer within 2 seconds.
//!
//! [`WebhookLayer`] takes these requests out of all requests to an application, and lets every
//! other request pass through untouched. It checks the [app](Apps) and the [signature], reads the
//! body under a limit, decodes it into the typed [event] of the command, hands it as a [`Delivery`]
//! to a tower service of yours, and turns the typed [reply] of that service into the response.
//!
//! [`Handlers`] is such a service: it dispatches to one async function for each event.
//!
//! # Example
//!
//! ```
//! use tower::{Layer, ServiceExt};
//! use tower_tencent_webhook::{
//!     FailureAnswer, App, Apps, Delivery, Handlers, WebhookLayer,
//!     event::group,
//!     reply::{Ack, MessageVerdict},
//! };
//!
//! async fn moderate(
//!     delivery: Delivery<group::BeforeSendMsg>,
//! ) -> Result<MessageVerdict<group::Code>, std::io::Error> {
//!     let spam = delivery.event.msg_body.iter().any(|element| element.as_text() == Some("spam"));
//!     Ok(if spam { MessageVerdict::Refuse } else { MessageVerdict::Allow })
//! }
//!
//! # async fn home() -> &'static str { "home" }
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let apps = Apps::new([App::signed(1_400_000_000, "token")?])?;
//! let handlers = Handlers::new()
//!     .on(moderate)
//!     .on(|delivery: Delivery<group::AfterSendMsg>| async move {
//!         println!("a message in a group of type {}", delivery.event.group_type);
//!         Ack
//!     });
//! let webhooks = WebhookLayer::new(apps, handlers).on_failure(|failure| {
//!     // If moderation fails, nothing is delivered. By default everything would be.
//!     if failure.command() == "Group.CallbackBeforeSendMsg" { FailureAnswer::Refuse } else { FailureAnswer::HttpError }
//! });
//!
//! let router = axum::Router::new().route("/", axum::routing::get(home));
//! let app = webhooks.path("/im").layer(router);
//! # use tower_tencent_webhook::testing::WebhookRequest;
//! # let command = "Group.CallbackBeforeSendMsg";
//! # let body = tower_tencent_webhook::testing::sample_body(command).unwrap();
//! # let request = WebhookRequest::new(1_400_000_000, command).path("/im").signed("token").body(axum::body::Body::from(body));
//! # assert_eq!(app.clone().oneshot(request).await?.status(), 200);
//! # let request = WebhookRequest::new(1_400_000_000, command).path("/im").signed("guess").body(axum::body::Body::from(body));
//! # assert_eq!(app.oneshot(request).await?.status(), 403);
//! # Ok(())
//! # }
//! ```
//!
//! # What happens to a request
//!
//! | step | on failure |
//! | --- | --- |
//! | Ours? POST, the [path](WebhookLayer::path) if set, `SdkAppid` and a `CallbackCommand` that is taken | the application gets it |
//! | The query: each parameter once and well-formed, at most 8 KiB and 128 of them | 400, 414 |
//! | The app is configured, the signature right and fresh | 403, the same answer for every reason |
//! | No `Content-Encoding`, a declared length within the [limit](WebhookLayer::body_limit) | 415, 413 |
//! | The body is read, within the limit | 413, 400 |
//! | The body is decoded | [failure](outcome::FailureKind::Undecodable), 400 |
//! | Your service is ready, is called, replies | [failure](outcome::FailureKind), 500 or 503 |
//!
//! All of it has one [deadline](WebhookLayer::deadline), 1.5 seconds from the arrival of the head: a
//! body that is late gets 408, a before-webhook 504. An after-webhook is acknowledged and
//! keeps running in the background, as it does when the client disconnects. On shutdown,
//! [`drain`](WebhookLayer::drain) waits for the rest.
//!
//! Rejections are responses, one constant word as plain text each; the error type of the
//! application stays as it is. An authentic before-webhook is not rejected for its body or its age: it
//! fails. A failure is answered as [`on_failure`](WebhookLayer::on_failure)
//! decides. [`on_outcome`](WebhookLayer::on_outcome) sees the [`Outcome`] of every request.
//!
//! Dispatch is by the command in the URL; a body that names another one is undecodable.
//!
//! # Mounting
//!
//! - **axum**, first choice: `Router::route_service("/im", webhooks.into_service())`. Second:
//!   `Router::new().fallback_service(webhooks.path("/im").layer(router))`, around the finished
//!   router. Third: `Router::layer`,
//!   which misses routes that are added later and unmatched paths inside `nest`, sees a nested path
//!   without its prefix, and adds `allow: GET,HEAD` to our answers on a route without POST.
//! - **hyper 1**: what [`into_service`](WebhookLayer::into_service) returns is a
//!   [`hyper::service::Service`] too. Any stack fits through hyper-util's `TowerToHyperService`.
//! - **tonic**: `Server::builder().accept_http1(true).layer(webhooks)`, since Tencent speaks
//!   HTTP/1.
//!
//! Readiness is that of the application: a full limit directly below the layer delays webhooks
//! too. An intercepted request never holds what the application reserved for a request, such as
//! a permit. Mounted at a route, the two do not meet.
//!
//! # Logging without the signature
//!
//! A URL with `Sign` in it lets whoever reads the log forge webhooks until it is stale. The
//! default span of tower-http's `TraceLayer` records the whole URI:
//! [`make_span`](observe::make_span) leaves the query out.
//!
//! # Chapters
//!
//! - [deployment](docs::deployment): floods of connections, shutdown, time
//! - [middleware](docs::middleware): state for handlers, and tower's layers outside and inside this one
//! - [duplicates](docs::duplicates): what the vendor repeats, and what identifies an event
//! - `docs::testing`: testing one handler, the service as Tencent sees it, and what was recorded
//! - [observability](docs::observability): log lines, outcomes, metrics, traces
//! - [silence](docs::silence): webhooks that never arrive
//! - [troubleshooting](docs::troubleshooting): problems, by symptom
//!
//! # Features
//!
//! - `metrics`: the module `observe::metrics`, for any exporter of the crate `metrics`. Off by default.
//! - `serve`: the module `serve`, a bounded server for any tower service. Off by default.
//! - `test-util`: the module `testing`, for the tests of an application. Off by default.
//!
//! # Versions
//!
//! A minor release may add commands, fields, enum variants, aliases, and types for what was
//! [`Event::Unknown`](event::Event::Unknown) before; a match on [`Delivery::command`] survives
//! that. Breaking changes are: a field that becomes an `Option`, and a reply that changes its form.

#![cfg_attr(docsrs, feature(doc_cfg))]

mod app;
mod catalog;
mod catch_panic;
mod delivery;
pub mod event;
pub mod handlers;
pub mod layer;
pub mod message;
pub mod observe;
pub mod outcome;
pub mod reply;
#[cfg(feature = "serve")]
#[cfg_attr(docsrs, doc(cfg(feature = "serve")))]
pub mod serve;
pub mod signature;
#[cfg(feature = "test-util")]
#[cfg_attr(docsrs, doc(cfg(feature = "test-util")))]
pub mod testing;
pub mod trtc;
pub mod value;
mod wire;

pub use self::{
    app::{App, Apps, Auth, ConfigError},
    delivery::{Delivery, EventKey, Record},
    handlers::Handlers,
    layer::{WebhookLayer, WebhookService},
    outcome::{FailureAnswer, Outcome},
    reply::Phase,
};

/// What can be wrong with a body.
///
/// ```
/// use tower_tencent_webhook::{error::{DecodeError, DecodeErrorKind}, message::Element};
///
/// let error: DecodeError = Element::from_json("{").unwrap_err();
/// assert_eq!(error.kind(), DecodeErrorKind::NotJson);
/// ```
pub mod error {
    pub use crate::wire::{DecodeError, DecodeErrorKind, UnknownValue};
}

/// Chapters: what a type cannot tell.
#[cfg(any(doc, doctest))]
pub mod docs {
    #[doc = include_str!("../docs/deployment.md")]
    pub mod deployment {}

    #[doc = include_str!("../docs/middleware.md")]
    pub mod middleware {}

    #[doc = include_str!("../docs/duplicates.md")]
    pub mod duplicates {}

    #[cfg(feature = "test-util")]
    #[doc = include_str!("../docs/testing.md")]
    pub mod testing {}

    #[doc = include_str!("../docs/observability.md")]
    pub mod observability {}

    #[doc = include_str!("../docs/silence.md")]
    pub mod silence {}

    #[doc = include_str!("../docs/troubleshooting.md")]
    pub mod troubleshooting {}
}

/// The quick start of both READMEs has to compile.
#[cfg(doctest)]
mod readme {
    #[doc = include_str!("../README.md")]
    struct English;

    #[doc = include_str!("../README.zh-CN.md")]
    struct Chinese;
}
