//! What a layer can hand to its service: each event, all events, or none decoded.

use super::{
    decode, lookup,
    table::Event,
    undecoded::{Undecodable, Undecoded},
    webhook::{Payload, Sealed, Webhook},
};
use crate::{
    reply::{Reply, ReplyKind, TypedReply},
    wire::DecodeError,
};

impl<E: Webhook> Sealed for E {}

impl<E: Webhook> Payload for E {
    type Reply = E::Reply;

    const ONLY: Option<&'static str> = Some(E::COMMAND);

    fn decode(_: &str, body: &[u8]) -> Result<Self, DecodeError> {
        decode::decode(&|named| lookup::may_name(E::COMMAND, named), body)
    }

    fn reply_kind(_: &str) -> Option<ReplyKind> {
        Some(E::Reply::KIND)
    }
}

impl Sealed for Undecoded {}

impl Payload for Undecoded {
    type Reply = Reply;

    const ONLY: Option<&'static str> = None;

    fn decode(_: &str, _: &[u8]) -> Result<Self, DecodeError> {
        Ok(Self)
    }

    fn reply_kind(command: &str) -> Option<ReplyKind> {
        lookup::find(command).map(|row| row.reply_kind)
    }
}

impl Sealed for Event {}

impl Payload for Event {
    type Reply = Reply;

    const ONLY: Option<&'static str> = None;

    // Inlined, so that only a program that takes all events compiles the decoding of all.
    #[inline]
    fn decode(command: &str, body: &[u8]) -> Result<Self, DecodeError> {
        Ok(Self::decode(command, body)
            .unwrap_or_else(|error| Self::Undecodable(Undecodable { error })))
    }

    fn reply_kind(command: &str) -> Option<ReplyKind> {
        lookup::find(command).map(|row| row.reply_kind)
    }
}
