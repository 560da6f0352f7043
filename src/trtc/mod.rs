//! Events of TRTC: what it reports about rooms, media streams, recordings and its other services,
//! one struct for each event type.
//!
//! They come in an envelope of their own, without a query: the app is named by the header
//! `SdkAppId`, and the header `Sign` signs the body. A layer takes them if an app has an
//! [event key](crate::App::event_key). From there on they are deliveries like all others, whose
//! command is `TRTC.` and the `EventType`: `TRTC.103` is [`room::EnterRoom`].
//!
//! - [`Event`] is all events in one enum, for services that take every type.
//! - [`EVENTS`] is the table of all types of this release.
//!
//! # What the vendor's documents disagree about
//!
//! A room's id comes as a number or as a string, and the two are different rooms: see
//! [`Id`](crate::value::Id). Times come bare or in quotes. `CallbackTs` is `CallbackMsTs` in some groups.
//! Tables and samples give some fields different names or places: all of them are read, and one is
//! written. The type of an event is `EventType`, whatever `EventGroupId` says.
//!
//! # Duplicates and order
//!
//! After a failure TRTC sends an event again, for one minute. Only a screenshot has an id. Events
//! may arrive out of order: sort by `event_ms_ts`.
//!
//! # The oldest call webhooks
//!
//! Call products of up to 2025 POST to `?sdkappid=..&command=..`, in lower case and without a
//! signature ([page](https://trtc.io/document/60130)). They are no events of this envelope and name no
//! `CallbackCommand`, so they pass through. `Call.*` among the [commands](crate::event::COMMANDS)
//! has replaced them.
//!
//! # Example
//!
//! ```
//! use tower_tencent_webhook::{Delivery, Handlers, reply::Ack, trtc::room};
//!
//! let handlers = Handlers::new().on(|delivery: Delivery<room::EnterRoom>| async move {
//!     println!("a user entered room {}", delivery.event.event_info.room_id);
//!     Ack
//! });
//! # let _ = handlers;
//! ```

pub mod ai;
mod body;
pub mod ingest;
pub mod media;
pub mod moderation;
pub mod payload;
pub mod recording;
pub mod relay;
pub mod room;
pub mod screenshot;
mod sent_at;
mod signature;
pub mod slicing;
mod table;
pub mod transcription;
pub mod web_recording;

use std::borrow::Cow;

pub(crate) use self::signature::Tag;
pub use self::{
    sent_at::sent_at,
    signature::{sign, verify},
    table::{EVENTS, Event},
};
use bytes::Bytes;

/// The answer to an event. TRTC looks at the status only, and advises this body.
pub(crate) const ACKNOWLEDGEMENT: Bytes = Bytes::from_static(br#"{"code":0}"#);

/// What the names of all event types begin with.
const PREFIX: &str = "TRTC.";

/// Whether a command is an event of TRTC.
pub(crate) const fn is_command(command: &str) -> bool {
    matches!(command.as_bytes(), [b'T', b'R', b'T', b'C', b'.', ..])
}

/// Whether a command in a URL could be taken for an event of TRTC.
pub(crate) fn looks_like_command(command: &str) -> bool {
    let start = command.as_bytes().get(..PREFIX.len());
    start.is_some_and(|start| start.eq_ignore_ascii_case(PREFIX.as_bytes()))
}

/// The command of an event type. An event without a type has the bare prefix.
pub(crate) fn command(event_type: Option<u64>) -> Cow<'static, str> {
    match event_type {
        None => Cow::Borrowed(PREFIX),
        Some(number) => Cow::Owned(format!("{PREFIX}{number}")),
    }
}
