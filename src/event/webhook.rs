//! What makes a type an event.

use serde::de::DeserializeOwned;

use crate::{
    reply::{Reply, ReplyKind, TypedReply},
    wire::DecodeError,
};

/// The event of one callback command.
///
/// Every event struct of this crate implements it. Implement it for a struct of your own to
/// receive a command or a field that this release does not know; such a struct works in
/// [`Handlers::on`](crate::Handlers::on) and as the event of a
/// [`WebhookLayer`](crate::WebhookLayer) like the ones here.
///
/// The phase of the command follows from its reply: [`Ack`](crate::reply::Ack) belongs to
/// after-webhooks, all others to before-webhooks. **A layer around [`Handlers`](crate::Handlers) is
/// told so by [`declare`](crate::WebhookLayer::declare)**; untold, it goes by the name of the command, and one
/// that begins with neither `CallbackBefore`, `CallbackPrev` nor `CallbackAfter` is dropped at the
/// deadline.
///
/// ```
/// use serde::Deserialize;
/// use tower_tencent_webhook::{event::Webhook, reply::Ack};
///
/// #[derive(Deserialize)]
/// #[serde(rename_all = "PascalCase")]
/// struct AfterMuteMember {
///     group_id: String,
/// }
///
/// impl Webhook for AfterMuteMember {
///     const COMMAND: &'static str = "Group.CallbackAfterMuteMember";
///     type Reply = Ack;
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not the event of a webhook",
    note = "take `Delivery<E>` where `E` is a type of `tower_tencent_webhook::event`, or implement `Webhook` for `{Self}`"
)]
pub trait Webhook: DeserializeOwned + Send + 'static {
    /// The `CallbackCommand` in the URL, byte for byte; for an event of [TRTC](crate::trtc), `TRTC.`
    /// and its `EventType`.
    const COMMAND: &'static str;

    /// What a handler of this command answers.
    type Reply: TypedReply;

    /// Whether all names in its body are fields, and none a key of a map.
    #[doc(hidden)]
    const NAMES_ARE_FIELDS: bool = false;
}

/// What a [`WebhookLayer`](crate::WebhookLayer) can hand to its service: an event type, all events
/// as [`Event`](super::Event), or deliveries that are not decoded yet ([`Undecoded`](super::Undecoded)).
///
/// Sealed: implemented here, and for everything that is a [`Webhook`].
pub trait Payload: Sealed + Sized + Send + 'static {
    /// What the service answers.
    type Reply: Into<Reply>;

    /// Which protocols are taken.
    #[doc(hidden)]
    const TAKES: Takes;

    /// The one command that is intercepted, or `None` for every command.
    #[doc(hidden)]
    const ONLY: Option<&'static str>;

    /// Reads the body of `command`.
    ///
    /// # Errors
    ///
    /// [`DecodeError`] if the body does not have the documented shape.
    #[doc(hidden)]
    fn decode(command: &str, body: &[u8]) -> Result<Self, DecodeError>;

    /// The form that the reply to `command` must have, if it is known.
    #[doc(hidden)]
    fn reply_kind(command: &str) -> Option<ReplyKind>;
}

/// The protocols that a [`Payload`] can come by.
#[doc(hidden)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(
    clippy::exhaustive_enums,
    unnameable_types,
    reason = "nobody outside can name it"
)]
pub enum Takes {
    /// Webhooks in URLs.
    Urls,
    /// Events of TRTC.
    Events,
    /// Both.
    Both,
}

/// Seals [`Payload`].
#[allow(unnameable_types, reason = "its name is private to seal `Payload`")]
pub trait Sealed {}

/// The payload of a delivery that is verified but not decoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Undecoded;

/// The payload of a delivery whose body does not have the documented shape.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Undecodable {
    /// Why. To answer it as an undecodable body, return this error.
    pub error: DecodeError,
}
