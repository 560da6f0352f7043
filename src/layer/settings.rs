//! The settings of a layer.

use std::{
    fmt,
    sync::Arc,
    time::{Duration, SystemTime},
};

use super::{background::Background, own::OwnCommands, passing::Passing};
use crate::{catch_panic::caught, gate::Rules, observe::Observer, outcome::OnFailure};

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
