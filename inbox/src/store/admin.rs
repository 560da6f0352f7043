//! What an operator sees of a store.

use std::time::Duration;

use tower_tencent_webhook::{EventKey, Record, value::UnixMillis};

use super::state::State;

/// Which deliveries an operator means: those that match all that is set.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    pub(crate) ids: Option<Vec<u64>>,
    pub(crate) state: Option<State>,
    pub(crate) command: Option<String>,
    pub(crate) sdk_app_id: Option<u64>,
    pub(crate) key: Option<EventKey>,
}

impl Filter {
    /// All deliveries.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Only those with these ids.
    #[must_use]
    pub fn ids(mut self, ids: impl IntoIterator<Item = u64>) -> Self {
        self.ids = Some(ids.into_iter().collect());
        self
    }

    /// Only those in this state.
    #[must_use]
    pub fn state(mut self, state: State) -> Self {
        self.state = Some(state);
        self
    }

    /// Only those of this command, by its first name.
    #[must_use]
    pub fn command(mut self, command: impl Into<String>) -> Self {
        self.command = Some(command.into());
        self
    }

    /// Only those of this app.
    #[must_use]
    pub fn sdk_app_id(mut self, sdk_app_id: u64) -> Self {
        self.sdk_app_id = Some(sdk_app_id);
        self
    }

    /// Only the one with this key.
    #[must_use]
    pub fn key(mut self, key: EventKey) -> Self {
        self.key = Some(key);
        self
    }
}

/// A stored delivery, as an operator sees it.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Item {
    /// Its number in the store.
    pub id: u64,
    /// Its key.
    pub key: EventKey,
    /// Its app.
    pub sdk_app_id: u64,
    /// Its command.
    pub command: String,
    /// When its request came.
    pub received: UnixMillis,
    /// Its state.
    pub state: State,
    /// How many attempts were begun.
    pub attempts: u32,
    /// How many attempts have failed since it was stored or replayed.
    pub failures: u32,
    /// How often a process has died, or lost its lease, with it in hand. Above 0 it runs alone. A
    /// failure begins anew, and so do a replay and a burial.
    pub crashes: u32,
    /// How often it was replayed.
    pub replays: u32,
    /// When it was done or dead.
    pub ended: Option<UnixMillis>,
    /// Why its last attempt failed, in words of this crate.
    pub error: Option<String>,
    /// The delivery. `None` in a list, and after
    /// [`forget_content`](crate::Worker::forget_content).
    pub record: Option<Record>,
}

/// How much a store holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Stats {
    /// Deliveries that wait for a worker or for their next attempt.
    pub waiting: u64,
    /// Deliveries in hand.
    pub leased: u64,
    /// Deliveries that are not tried again.
    pub dead: u64,
    /// How long the one that waits longest has been due: how far the workers are behind. `None`
    /// if none is due.
    pub oldest_waiting: Option<Duration>,
}
