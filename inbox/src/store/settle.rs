//! What becomes of a delivery in hand.

use std::time::Duration;

use super::Lease;
#[cfg(any(feature = "sqlite", feature = "postgres"))]
use super::State;

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
    Again {
        /// The delay.
        after: Duration,
        /// Why; see [`Cause::words`](crate::Cause::words).
        error: String,
    },
    /// It is not tried again.
    Dead {
        /// Why; see [`Cause::words`](crate::Cause::words).
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
            Settle::Again { after, error } => Self {
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
