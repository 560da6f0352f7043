//! What goes into a store, how a worker claims it, and what becomes of it.

use std::time::Duration;

use tower_tencent_webhook::{EventKey, Record};

#[cfg(any(feature = "sqlite", feature = "postgres"))]
use super::state::State;

/// A request for deliveries that are due.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Claim {
    /// How many, at most.
    pub limit: usize,
    /// How long they are held before they go to somebody else.
    pub lease: Duration,
    /// Whether to claim what was in hand when a process died, and nothing else. Otherwise none
    /// of that is claimed.
    pub quarantine: bool,
}

impl Claim {
    /// At most `limit` deliveries, held for `lease`.
    #[must_use]
    pub fn new(limit: usize, lease: Duration) -> Self {
        Self {
            limit,
            lease,
            quarantine: false,
        }
    }

    /// One delivery that was in hand when a process died.
    #[must_use]
    pub fn quarantine(lease: Duration) -> Self {
        Self {
            limit: 1,
            lease,
            quarantine: true,
        }
    }
}

/// The right to settle one delivery. Whoever claims it later gets another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(clippy::exhaustive_structs, reason = "stores of users make it")]
pub struct Lease {
    /// The delivery's id in the store.
    pub id: u64,
    /// A number for this claim.
    pub token: i64,
}

impl Lease {
    /// A token for a claim.
    ///
    /// # Errors
    ///
    /// The system's own, if it gives no random bytes.
    pub fn token() -> Result<i64, getrandom::Error> {
        Ok(getrandom::u64()?.cast_signed())
    }
}

/// A delivery in hand. The attempt is counted already.
#[derive(Debug, Clone)]
#[allow(clippy::exhaustive_structs, reason = "stores of users make it")]
pub struct Claimed {
    /// The right to settle it.
    pub lease: Lease,
    /// Its key.
    pub key: EventKey,
    /// The delivery.
    pub record: Record,
    /// The number of this attempt, from 1.
    pub attempt: u32,
    /// How many attempts have failed since it was stored or replayed.
    pub failures: u32,
    /// Whether an operator has replayed it.
    pub replayed: bool,
}

/// What becomes of a delivery in hand.
#[derive(Debug, Clone)]
#[allow(clippy::exhaustive_structs, reason = "stores of users read it")]
pub struct Settlement {
    /// The right to say so.
    pub lease: Lease,
    /// What becomes of it.
    pub end: Settle,
}

/// What becomes of a delivery in hand.
#[derive(Debug, Clone)]
#[allow(clippy::exhaustive_enums, reason = "a store has to know all of them")]
pub enum Settle {
    /// It was handled.
    Done {
        /// Whether its body is dropped; the key stays.
        forget: bool,
    },
    /// It failed and is due again.
    Retry {
        /// The delay.
        after: Duration,
        /// Why; see [`Cause::words`](crate::event::Cause::words).
        error: String,
    },
    /// It is not tried again.
    Dead {
        /// Why; see [`Cause::words`](crate::event::Cause::words).
        error: String,
    },
    /// It is due at once, and nothing has failed.
    GiveBack {
        /// Whether its handler was started: the attempt then stays counted.
        started: bool,
    },
}

/// How a [`Settle`] changes a row, the same on every engine.
#[cfg(any(feature = "sqlite", feature = "postgres"))]
pub(crate) struct Change {
    pub(crate) state: State,
    pub(crate) delay_ms: i64,
    pub(crate) uncount: bool,
    pub(crate) failed: bool,
    pub(crate) forget: bool,
    pub(crate) error: Option<String>,
}

#[cfg(any(feature = "sqlite", feature = "postgres"))]
impl From<Settle> for Change {
    fn from(settle: Settle) -> Self {
        // PostgreSQL's text takes no NUL.
        let kept = |error: String| Some(error.replace('\0', "\u{fffd}"));
        let same = Self {
            state: State::Waiting,
            delay_ms: 0,
            uncount: false,
            failed: false,
            forget: false,
            error: None,
        };
        match settle {
            Settle::Done { forget } => Self {
                state: State::Done,
                forget,
                ..same
            },
            Settle::Retry { after, error } => Self {
                delay_ms: millis(after),
                failed: true,
                error: kept(error),
                ..same
            },
            Settle::Dead { error } => Self {
                state: State::Dead,
                failed: true,
                error: kept(error),
                ..same
            },
            Settle::GiveBack { started } => Self {
                uncount: !started,
                ..same
            },
        }
    }
}

/// Milliseconds as the engines take them: a hundred years at most, since not every engine adds
/// more to a time.
#[cfg(any(feature = "sqlite", feature = "postgres"))]
pub(crate) fn millis(duration: Duration) -> i64 {
    const CENTURY: i64 = 100 * 365 * 24 * 60 * 60 * 1000;
    i64::try_from(duration.as_millis()).map_or(CENTURY, |millis| millis.min(CENTURY))
}

/// A delivery to be stored, and the key under which it is stored once.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Entry {
    /// The key; that of an entry without one of its own is random.
    pub key: EventKey,
    /// The delivery.
    pub record: Record,
}

impl Entry {
    /// The entry of `record`. Without a key it gets a random one, and is never taken for a repeat.
    ///
    /// # Errors
    ///
    /// The system's own, if it gives no random bytes.
    pub fn new(key: Option<EventKey>, record: Record) -> Result<Self, getrandom::Error> {
        let key = match key {
            Some(key) => key,
            None => {
                let mut bytes = [0; 32];
                getrandom::fill(&mut bytes)?;
                EventKey::from(bytes)
            }
        };
        Ok(Self { key, record })
    }
}

/// What became of an entry that was put.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Stored {
    /// It is stored, and will be handed over.
    New,
    /// Its key was there already: a repeat, which is not handed over again.
    Known,
}
