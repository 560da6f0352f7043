//! Every question to the two tables of commands, and what a layer can hand to its service: one event, all
//! of a table, or none decoded.

use std::{borrow::Cow, iter};

use crate::{
    event::{
        COMMANDS, Command, Event, KeyRule, Payload, Sealed, Takes, Undecoded, Webhook, decode,
    },
    reply::{Phase, Reply, ReplyKind, TypedReply},
    trtc::{self, EVENTS},
    wire::DecodeError,
};

/// Whether the body of `command` may name itself `named`. Events of TRTC have no such name.
pub(crate) fn may_name(command: &str, named: &str) -> bool {
    named == command
        || trtc::is_command(command)
        || find(command).is_some_and(|row| {
            row.command == named
                || row.aliases.contains(&named)
                || row.named_in_body.contains(&named)
        })
}

/// The row of a command, by any of its names.
pub(crate) fn find(name: &str) -> Option<&'static Command> {
    let rows = if trtc::is_command(name) {
        EVENTS
    } else {
        COMMANDS
    };
    let by_name = rows.iter().find(|row| row.command == name);
    by_name.or_else(|| rows.iter().find(|row| row.aliases.contains(&name)))
}

/// The kind of reply that a command takes, if it is known. Every event of TRTC is only acknowledged,
/// those of a later release, too.
pub(crate) fn reply_kind(command: &str) -> Option<ReplyKind> {
    if trtc::is_command(command) {
        return Some(ReplyKind::Ack);
    }
    find(command).map(|row| row.reply_kind)
}

/// The phase of a command: by the kind of its reply, if that is known, else by its name.
pub(crate) fn phase(command: &str, reply_kind: Option<ReplyKind>) -> Option<Phase> {
    reply_kind
        .map(ReplyKind::phase)
        .or_else(|| Phase::from_command_name(command))
}

/// What identifies an event of the command, known or not.
pub(crate) fn key_rule(command: &str) -> KeyRule {
    match find(command) {
        Some(row) => row.key,
        None if trtc::is_command(command) => KeyRule::EventInfo,
        None => KeyRule::Body,
    }
}

/// The name of a command for logs and metrics: from a closed set, whatever the URL says.
pub(crate) fn label(command: &str) -> &'static str {
    find(command).map_or("other", |row| row.command)
}

/// The first name of a command, by any of its names.
pub(crate) fn first_name(command: &'static str) -> &'static str {
    find(command).map_or(command, |row| row.command)
}

/// A user's own event for a documented command has to take the documented reply.
///
/// # Panics
///
/// If it takes another.
#[track_caller]
pub(crate) fn check_reply_kind(command: &str, kind: ReplyKind) {
    if let Some(wanted) = reply_kind(command) {
        assert!(
            kind == wanted,
            "command `{command}` takes {wanted:?}, not {kind:?}"
        );
    }
}

/// All names of a command, as the URL may give them.
pub(crate) fn names(command: &'static str) -> impl Iterator<Item = &'static str> {
    let aliases = find(command).map_or(&[][..], |row| row.aliases);
    iter::once(first_name(command)).chain(aliases.iter().copied())
}

/// The command as it is kept: by its first name, and borrowed from the table if it is there.
pub(crate) fn intern(command: Cow<'_, str>) -> Cow<'static, str> {
    match find(&command) {
        Some(row) => Cow::Borrowed(row.command),
        None => Cow::Owned(command.into_owned()),
    }
}

impl<E: Webhook> Sealed for E {}

impl<E: Webhook> Payload for E {
    type Reply = E::Reply;

    const TAKES: Takes = match trtc::is_command(E::COMMAND) {
        true => Takes::Events,
        false => Takes::Urls,
    };

    const ONLY: Option<&'static str> = Some(E::COMMAND);

    fn decode(_: &str, body: &[u8]) -> Result<Self, DecodeError> {
        let decoded = decode(&|named| may_name(E::COMMAND, named), body);
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
        reply_kind(command)
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
                Self::decode(command, body)
            }

            fn reply_kind(command: &str) -> Option<ReplyKind> {
                reply_kind(command)
            }
        }
    )+};
}
all_events!(Event => Urls, trtc::Event => Events,);
