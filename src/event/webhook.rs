//! What makes a type an event.

use std::{borrow::Cow, iter};

use serde::de::DeserializeOwned;

use super::{decode, table, undecoded::Undecoded};
use crate::{
    error::DecodeError,
    reply::{Form, Reply, TypedReply},
};

/// The event of one callback command.
///
/// Every event struct of this crate implements it. Implement it for a struct of your own to
/// receive a command or a field that this release does not know; such a struct works in
/// [`Handlers::on`](crate::Handlers::on) and as the event of a
/// [`WebhookLayer`](crate::WebhookLayer) like the ones here.
///
/// The phase of the command follows from its reply: [`Ack`](crate::reply::Ack) belongs to
/// after-webhooks, all others to before-webhooks.
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
    /// The `CallbackCommand` in the URL, byte for byte.
    const COMMAND: &'static str;

    /// What a handler of this command answers.
    type Reply: TypedReply;
}

/// What a [`WebhookLayer`](crate::WebhookLayer) can hand to its service: an event type, all events
/// as [`Event`](super::Event), or deliveries that are not decoded yet ([`Undecoded`]).
///
/// Implemented by this crate, and for everything that is a [`Webhook`].
pub trait Payload: Sized + Send + 'static {
    /// What the service answers.
    type Reply: Into<Reply>;

    /// The one command that is intercepted, or `None` for every command.
    const ONLY: Option<&'static str>;

    /// Reads the body of `command`.
    ///
    /// # Errors
    ///
    /// [`DecodeError`] if the body does not have the documented shape.
    fn decode(command: &str, body: &[u8]) -> Result<Self, DecodeError>;

    /// The form that the reply to `command` must have, if it is known.
    fn form(command: &str) -> Option<Form>;
}

impl<E: Webhook> Payload for E {
    type Reply = E::Reply;

    const ONLY: Option<&'static str> = Some(E::COMMAND);

    fn decode(_: &str, body: &[u8]) -> Result<Self, DecodeError> {
        decode::decode(&|named| table::may_name(E::COMMAND, named), body)
    }

    fn form(_: &str) -> Option<Form> {
        Some(E::Reply::FORM)
    }
}

impl Payload for Undecoded {
    type Reply = Reply;

    const ONLY: Option<&'static str> = None;

    fn decode(_: &str, _: &[u8]) -> Result<Self, DecodeError> {
        Ok(Self)
    }

    fn form(command: &str) -> Option<Form> {
        table::find(command).map(|row| row.form)
    }
}

/// The name of a command for logs and metrics: out of a closed set, whatever the URL says.
pub(crate) fn label(command: &str) -> &'static str {
    table::find(command).map_or("other", |row| row.command)
}

/// The first name of a command, by any of its names.
pub(crate) fn first_name(command: &'static str) -> &'static str {
    table::find(command).map_or(command, |row| row.command)
}

/// All names of a command, as the URL may give them.
pub(crate) fn names(command: &'static str) -> impl Iterator<Item = &'static str> {
    let aliases = table::find(command).map_or(&[][..], |row| row.aliases);
    iter::once(first_name(command)).chain(aliases.iter().copied())
}

/// The command as it is kept: by its first name, and borrowed from the table where it stands there.
pub(crate) fn intern(command: Cow<'_, str>) -> Cow<'static, str> {
    match table::find(&command) {
        Some(row) => Cow::Borrowed(row.command),
        None => Cow::Owned(command.into_owned()),
    }
}
