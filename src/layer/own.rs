//! The commands of the user's own events, which no table has.

use crate::{lookup, reply::ReplyKind};

/// What a layer is told about commands that this release does not know.
#[derive(Debug, Clone, Default)]
pub(crate) struct OwnCommands(Vec<Own>);

#[derive(Debug, Clone, Copy)]
struct Own {
    command: &'static str,
    reply_kind: ReplyKind,
}

impl OwnCommands {
    /// # Panics
    ///
    /// If the command takes another kind of reply, by the table or by an earlier event.
    #[track_caller]
    pub(crate) fn declare(&mut self, command: &'static str, reply_kind: ReplyKind) {
        lookup::check_reply_kind(command, reply_kind);
        match self.find(command) {
            Some(own) => assert!(
                own.reply_kind == reply_kind,
                "command `{command}` takes {:?}, not {reply_kind:?}",
                own.reply_kind
            ),
            None => self.0.push(Own {
                command,
                reply_kind,
            }),
        }
    }

    pub(crate) fn reply_kind(&self, command: &str) -> Option<ReplyKind> {
        self.find(command).map(|own| own.reply_kind)
    }

    /// The name of a command for logs and metrics: from a closed set, which is known at start-up.
    pub(crate) fn label(&self, command: &str) -> &'static str {
        self.find(command)
            .map_or_else(|| lookup::label(command), |own| own.command)
    }

    fn find(&self, command: &str) -> Option<&Own> {
        self.0.iter().find(|own| own.command == command)
    }
}
