//! The settings of a layer.

use std::{
    fmt,
    sync::Arc,
    time::{Duration, SystemTime},
};

use super::{
    admit::AdmissionPolicy, handling::Handler, hints::MisconfigurationHints, in_flight::InFlight,
};
use crate::{catalog, observe::Observer, outcome::OnFailure, reply::ReplyKind};

/// What all webhooks of a service share: a clone of it, as servers make for each request, is one more
/// reference.
pub(crate) struct Shared {
    pub(crate) settings: Arc<Settings>,
    pub(crate) handler: Arc<dyn Handler>,
}

/// What all requests of a layer share.
#[derive(Clone)]
pub(crate) struct Settings {
    pub(crate) admission: AdmissionPolicy,
    pub(crate) hints: Arc<MisconfigurationHints>,
    pub(crate) custom: CustomCommands,
    pub(crate) deadline: Duration,
    /// The deadline of events of TRTC.
    pub(crate) event_deadline: Duration,
    /// How far `CallbackTs` may be from the clock; `None` for any age.
    pub(crate) event_window: Option<Duration>,
    /// Whether an after-webhook is acknowledged at the deadline.
    pub(crate) acknowledge_late: bool,
    /// The after-webhooks that are being handled.
    pub(crate) in_flight: InFlight,
    /// The before-webhooks that are being handled.
    pub(crate) before: InFlight,
    /// How long an after-webhook may go on without its request.
    pub(crate) background_timeout: Duration,
    pub(crate) clock: Arc<dyn Fn() -> SystemTime + Send + Sync>,
    pub(crate) on_failure: Option<OnFailure>,
    pub(crate) observer: Arc<Observer>,
}

impl Settings {
    /// What the user's clock shows.
    pub(crate) fn now(&self) -> SystemTime {
        (self.clock)()
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("admission", &self.admission)
            .field("deadline", &self.deadline)
            .field("event_deadline", &self.event_deadline)
            .field("event_window", &self.event_window)
            .field("acknowledge_late", &self.acknowledge_late)
            .field("in_flight", &self.in_flight)
            .field("before", &self.before)
            .field("background_timeout", &self.background_timeout)
            .finish_non_exhaustive()
    }
}

/// The commands of user-defined events.
#[derive(Debug, Clone, Default)]
pub(crate) struct CustomCommands(Vec<CustomCommand>);

#[derive(Debug, Clone, Copy)]
struct CustomCommand {
    command: &'static str,
    reply_kind: ReplyKind,
}

impl CustomCommands {
    /// # Panics
    ///
    /// If the command takes another kind of reply, by the table or by an earlier event.
    #[track_caller]
    pub(crate) fn declare(&mut self, command: &'static str, reply_kind: ReplyKind) {
        catalog::check_reply_kind(command, reply_kind);
        match self.find(command) {
            Some(known) => assert!(
                known.reply_kind == reply_kind,
                "command `{command}` takes {:?}, not {reply_kind:?}",
                known.reply_kind
            ),
            None => self.0.push(CustomCommand {
                command,
                reply_kind,
            }),
        }
    }

    pub(crate) fn reply_kind(&self, command: &str) -> Option<ReplyKind> {
        self.find(command).map(|known| known.reply_kind)
    }

    /// The name of a command for logs and metrics: from a closed set, which is known at start-up.
    pub(crate) fn label(&self, command: &str) -> &'static str {
        self.find(command)
            .map_or_else(|| catalog::label(command), |known| known.command)
    }

    fn find(&self, command: &str) -> Option<&CustomCommand> {
        self.0.iter().find(|known| known.command == command)
    }
}
