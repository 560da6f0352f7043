//! Messages: the list `MsgBody` of elements that message webhooks carry.
//!
//! An [`Element`] keeps the JSON it came as, so a message that is given back, in the reply of a
//! before-webhook or in a store, loses nothing: elements of kinds that this release does not
//! know, and fields that it does not know, survive. What it understands of an element is its
//! [`Content`].
//!
//! Source: [message formats](https://trtc.io/document/74355).
//!
//! # Example
//!
//! Mask a word in every text of a message and leave all else as it came:
//!
//! ```
//! use tower_tencent_webhook::message::{Content, Element, MsgBody};
//!
//! fn mask(body: MsgBody) -> MsgBody {
//!     body.into_iter()
//!         .map(|element| match element.content() {
//!             Content::Text(text) => Element::text(text.text.replace("darn", "****")),
//!             _ => element,
//!         })
//!         .collect()
//! }
//!
//! let unknown = Element::from_json(r#"{"MsgType":"TIMNewElem","MsgContent":{"A":1}}"#)?;
//! let masked = mask(vec![Element::text("darn it"), unknown.clone()]);
//! assert_eq!(masked, [Element::text("**** it"), unknown]);
//! # Ok::<(), tower_tencent_webhook::error::DecodeError>(())
//! ```

mod content;
mod element;
mod fast_path;
mod relay;

pub use self::{
    content::{
        Content, Custom, Face, File, Image, ImageInfo, Location, Relay, Sound, Stream, StreamChunk,
        Text, VideoFile,
    },
    element::{Element, MsgBody},
    relay::ForwardedMessage,
};
