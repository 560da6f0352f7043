//! What a store is asked to tidy up.

use std::time::Duration;

use tower_tencent_webhook::EventKey;

/// How long a store keeps what is over.
///
/// ```
/// use std::time::Duration;
/// use tower_tencent_webhook_inbox::store::Retention;
///
/// // The dead wait for somebody to look at them, however long that takes.
/// let retention = Retention::new().dead(Duration::MAX);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Retention {
    /// How long what was handled keeps its key, so that a repeat is known. 24 hours unless set.
    pub done: Duration,
    /// How long the dead are kept, with their bodies. 30 days unless set.
    pub dead: Duration,
}

impl Default for Retention {
    fn default() -> Self {
        const DAY: Duration = Duration::from_hours(24);
        Self {
            done: DAY,
            dead: 30 * DAY,
        }
    }
}

impl Retention {
    /// The defaults.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets how long what was handled keeps its key, so that a repeat is known.
    #[must_use]
    pub fn done(self, done: Duration) -> Self {
        Self { done, ..self }
    }

    /// Sets how long the dead are kept, with their bodies.
    #[must_use]
    pub fn dead(self, dead: Duration) -> Self {
        Self { dead, ..self }
    }
}

/// What a sweep has found.
#[derive(Debug, Clone, Default)]
#[allow(clippy::exhaustive_structs, reason = "stores of users make it")]
pub struct Swept {
    /// Deliveries whose lease had run out: the process that had them in hand has died, most likely.
    pub interrupted: Vec<Interrupted>,
    /// How many were removed, having been over for long enough.
    pub removed: u64,
    /// Whether there may be more of either.
    pub more: bool,
    /// Whether deliveries that have to run alone are due.
    pub quarantine_due: bool,
}

/// A delivery whose lease has run out.
#[derive(Debug, Clone, Copy)]
#[allow(clippy::exhaustive_structs, reason = "stores of users make it")]
pub struct Interrupted {
    /// The delivery's id in the store.
    pub id: u64,
    /// Its key.
    pub key: EventKey,
    /// Whether it is dead, because a process has died of it too often while nothing else ran.
    pub dead: bool,
}

/// How many rows a statement about many takes at once.
#[cfg(any(feature = "sqlite", feature = "postgres"))]
pub(crate) const CHUNK: i64 = 1000;

/// How often a process may die while a delivery is the only one that it handles.
#[cfg(any(feature = "sqlite", feature = "postgres"))]
pub(crate) const CRASHES_IN_QUARANTINE: i32 = 3;

/// The error of a delivery that is dead because of that.
#[cfg(any(feature = "sqlite", feature = "postgres"))]
pub(crate) const CRASHED: &str = "crashed: the process died three times while it was handled alone";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_done_are_kept_for_a_day_and_the_dead_for_a_month() {
        let retention = Retention::default();
        assert_eq!(retention.done, Duration::from_hours(24));
        assert_eq!(retention.dead, Duration::from_hours(24 * 30));
    }
}
