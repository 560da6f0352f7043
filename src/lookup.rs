//! Lookups in the tables of commands.

use std::{borrow::Cow, iter};

use crate::{
    event::{COMMANDS, Command, KeyRule},
    phase::Phase,
    reply::ReplyKind,
    trtc::{self, EVENTS},
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
