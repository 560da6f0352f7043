//! What a layer can hand to its service: each event, all events, or none decoded.

use crate::{
    event::{Event, Payload, Sealed, Takes, Undecodable, Undecoded, Webhook, decode},
    lookup,
    reply::{Reply, ReplyKind, TypedReply},
    trtc,
    wire::DecodeError,
};

impl<E: Webhook> Sealed for E {}

impl<E: Webhook> Payload for E {
    type Reply = E::Reply;

    const TAKES: Takes = match trtc::is_command(E::COMMAND) {
        true => Takes::Events,
        false => Takes::Urls,
    };

    const ONLY: Option<&'static str> = Some(E::COMMAND);

    fn decode(_: &str, body: &[u8]) -> Result<Self, DecodeError> {
        let decoded = decode(&|named| lookup::may_name(E::COMMAND, named), body);
        if E::NAMES_ARE_FIELDS {
            return decoded;
        }
        decoded.map_err(|error| error.without_names(1))
    }

    fn reply_kind(_: &str) -> Option<ReplyKind> {
        Some(E::Reply::KIND)
    }
}

impl Sealed for Undecoded {}

impl Payload for Undecoded {
    type Reply = Reply;

    const TAKES: Takes = Takes::Both;

    const ONLY: Option<&'static str> = None;

    fn decode(_: &str, _: &[u8]) -> Result<Self, DecodeError> {
        Ok(Self)
    }

    fn reply_kind(command: &str) -> Option<ReplyKind> {
        lookup::reply_kind(command)
    }
}

/// All events of one table.
macro_rules! all_events {
    ($($events:ty => $takes:ident,)+) => {$(
        impl Sealed for $events {}

        impl Payload for $events {
            type Reply = Reply;

            const TAKES: Takes = Takes::$takes;

            const ONLY: Option<&'static str> = None;

            // Inlined, so that only a program that takes all events compiles the decoding of all.
            #[inline]
            fn decode(command: &str, body: &[u8]) -> Result<Self, DecodeError> {
                Ok(Self::decode(command, body)
                    .unwrap_or_else(|error| Self::Undecodable(Undecodable { error })))
            }

            fn reply_kind(command: &str) -> Option<ReplyKind> {
                lookup::reply_kind(command)
            }
        }
    )+};
}
all_events!(Event => Urls, trtc::Event => Events,);
