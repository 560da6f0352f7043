//! Events: what Tencent reports, one struct for each callback command.
//!
//! Families of commands are modules, and a type is named like its command without `Callback`:
//! `Group.CallbackAfterSendMsg` is [`group::AfterSendMsg`]. Fields are named as on the wire, in
//! snake case. A field is an `Option`, or an empty list, where the vendor's documents ever
//! omit it.
//!
//! - [`Webhook`] ties an event to its command and reply. Implement it for structs of your own.
//! - [`Event`] is all events in one enum, for services that take every command.
//! - [`COMMANDS`] is the table of all commands of this release.
//!
//! # Numbers, ids and text
//!
//! A number may come bare or in quotes, an account id as text or as a number. Text with lone
//! surrogates, which clients can send, is read with U+FFFD in their place, so that nobody can
//! make a message unreadable for a moderator. (Where a field of the event itself needs that, all of
//! its message elements hold the replacement, too; [`Delivery::body`](crate::Delivery::body) stays as
//! it came.) What a struct does not model stays in
//! [`Delivery::body`](crate::Delivery::body).
//!
//! # Privacy
//!
//! `Debug` of an event shows only its type, so that a log line does not publish a chat. To look
//! into one, serialise it.
//!
//! # Example
//!
//! ```
//! use tower_tencent_webhook::event::{Event, group};
//!
//! let body = r#"{
//!     "CallbackCommand": "Group.CallbackAfterSendMsg",
//!     "GroupId": "@TGS#2WQPL7MEA",
//!     "Type": "Live",
//!     "From_Account": "jared",
//!     "MsgBody": [{"MsgType": "TIMTextElem", "MsgContent": {"Text": "hello"}}]
//! }"#;
//! let event: group::AfterSendMsg = serde_json::from_str(body)?;
//! assert_eq!(event.from_account, "jared");
//! assert_eq!(event.group_type, group::GroupType::Live);
//! assert_eq!(event.msg_body[0].as_text(), Some("hello"));
//!
//! match Event::from(event) {
//!     Event::GroupAfterSendMsg(message) => assert_eq!(message.group_id, "@TGS#2WQPL7MEA"),
//!     other => unreachable!("{other:?}"),
//! }
//! # Ok::<(), serde_json::Error>(())
//! ```

pub mod alert;
pub mod bot;
pub mod c2c;
pub mod call;
pub mod chatbot;
mod command;
pub mod content_callback;
mod decode;
pub mod follow;
pub mod group;
pub mod live;
mod message_extension;
pub mod mic;
pub mod official_account;
pub mod profile;
pub mod push;
mod recording;
pub mod room;
pub mod sns;
pub mod state;
mod table;
mod webhook;

pub use self::{
    command::Command,
    message_extension::MsgExtension,
    recording::{RecordingEvent, TaskInfo},
    table::{COMMANDS, Event},
    webhook::{Payload, Undecodable, Undecoded, Webhook},
};
pub(crate) use self::{
    command::{KeyRule, commands},
    decode::decode,
    webhook::{Sealed, Takes},
};
