//! The states of a stored delivery.

use std::fmt;

/// The state of a stored delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum State {
    /// It waits for a worker, or for the time of its next attempt.
    Waiting,
    /// A worker has it in hand.
    Leased,
    /// It was handled.
    Done,
    /// It is not tried again, unless it is replayed.
    Dead,
}

impl State {
    /// Its name: `waiting`, `leased`, `done`, `dead`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Leased => "leased",
            Self::Done => "done",
            Self::Dead => "dead",
        }
    }

    /// Its number in the table.
    #[cfg(any(feature = "sqlite", feature = "postgres"))]
    pub(crate) fn number(self) -> i16 {
        match self {
            Self::Waiting => 0,
            Self::Leased => 1,
            Self::Done => 2,
            Self::Dead => 3,
        }
    }

    #[cfg(any(feature = "sqlite", feature = "postgres"))]
    pub(crate) fn from_number(number: i16) -> Self {
        match number {
            0 => Self::Waiting,
            1 => Self::Leased,
            2 => Self::Done,
            _ => Self::Dead,
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
