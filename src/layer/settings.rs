//! The settings of a layer.

use std::{
    fmt,
    sync::Arc,
    time::{Duration, SystemTime},
};

use super::{admit::Rules, in_flight::Background, passing::Passing};
use crate::{
    catalog, catch_panic::caught, observe::Observer, outcome::OnFailure, reply::ReplyKind,
};

/// What all requests of a layer share.
#[derive(Clone)]
pub(crate) struct Settings {
    pub(crate) rules: Rules,
    pub(crate) passing: Arc<Passing>,
    pub(crate) own: OwnCommands,
    pub(crate) deadline: Duration,
    /// The deadline of events of TRTC.
    pub(crate) event_deadline: Duration,
    /// How far `CallbackTs` may be from the clock; `None` for any age.
    pub(crate) event_window: Option<Duration>,
    /// Whether an after-webhook is acknowledged at the deadline.
    pub(crate) acknowledge_late: bool,
    pub(crate) background: Background,
    pub(crate) clock: Arc<dyn Fn() -> SystemTime + Send + Sync>,
    pub(crate) on_failure: Option<OnFailure>,
    pub(crate) observer: Arc<Observer>,
}

impl Settings {
    /// What the user's clock shows. One that panics shows 1970, where nothing is fresh.
    pub(crate) fn now(&self) -> SystemTime {
        caught(|| (self.clock)()).unwrap_or(SystemTime::UNIX_EPOCH)
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("rules", &self.rules)
            .field("deadline", &self.deadline)
            .field("event_deadline", &self.event_deadline)
            .field("event_window", &self.event_window)
            .field("acknowledge_late", &self.acknowledge_late)
            .field("background", &self.background)
            .finish_non_exhaustive()
    }
}

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
        catalog::check_reply_kind(command, reply_kind);
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
            .map_or_else(|| catalog::label(command), |own| own.command)
    }

    fn find(&self, command: &str) -> Option<&Own> {
        self.0.iter().find(|own| own.command == command)
    }
}
