//! What happens in an inbox and its workers.

use std::{fmt, time::Duration};

use tower_tencent_webhook::{EventKey, outcome::FailureKind};

use crate::store::{Stats, StoreErrorKind};

/// Something that happened in an [`Inbox`](crate::Inbox) or a [`Worker`](crate::Worker).
///
/// All of it is logged through `tracing`, under the target `tower_tencent_webhook_inbox`, and
/// with the feature `metrics` it is [counted](crate::docs::metrics). Every value comes from a closed set, or is a number,
/// a key or a duration: nothing of a request's content.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum InboxEvent {
    /// An after-webhook was put into the store.
    #[non_exhaustive]
    Put {
        /// The command, or `other`.
        command: &'static str,
        /// What became of it.
        result: Put,
        /// How long that took.
        took: Duration,
    },
    /// A worker has made an attempt, and the store knows what came of it.
    #[non_exhaustive]
    Handled {
        /// The delivery's number in its store.
        id: u64,
        /// Its key.
        key: EventKey,
        /// The command, or `other`.
        command: &'static str,
        /// What became of it.
        end: HandledEnd,
        /// How long the handler took.
        took: Duration,
    },
    /// A process died with this delivery in hand, or its lease ran out. It runs alone from now on,
    /// or is dead.
    #[non_exhaustive]
    Interrupted {
        /// The delivery's number in its store.
        id: u64,
        /// Its key.
        key: EventKey,
        /// Whether it is dead.
        dead: bool,
    },
    /// A worker was too late: its lease of this delivery had run out. It is, or was, handed over
    /// again.
    #[non_exhaustive]
    LeaseLost {
        /// The delivery's number in its store.
        id: u64,
    },
    /// The store did not do what a worker asked. It is asked again.
    #[non_exhaustive]
    StoreFailed {
        /// What it was asked.
        step: Step,
        /// What happened.
        kind: StoreErrorKind,
    },
    /// How much the store holds; every few seconds.
    #[non_exhaustive]
    Stats(Stats),
}

/// What became of an after-webhook that was to be stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Put {
    /// It is stored: acknowledged.
    Stored,
    /// It was stored before: acknowledged.
    Known,
    /// It is not known to be stored: **not acknowledged, and maybe lost**, since Tencent repeats
    /// little or nothing.
    Failed(StoreErrorKind),
}

/// What became of a delivery after an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum HandledEnd {
    /// It was handled.
    Done,
    /// It failed, and is tried again.
    Retried(FailureKind),
    /// It failed, and is not tried again.
    Dead(FailureKind),
}

/// What a worker asks of a store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Step {
    /// To hand out deliveries.
    Claim,
    /// To hold them longer.
    Extend,
    /// To note what came of them.
    Settle,
    /// To tidy up.
    Sweep,
    /// To count.
    Stats,
    /// To take what was stored elsewhere meanwhile.
    Forward,
}

impl Put {
    /// Its name in metrics: `stored`, `known`, or that of the [`StoreErrorKind`].
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Stored => "stored",
            Self::Known => "known",
            Self::Failed(kind) => kind.as_str(),
        }
    }
}

impl HandledEnd {
    /// Its name in metrics: `done`, `retried`, `dead`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Retried(_) => "retried",
            Self::Dead(_) => "dead",
        }
    }
}

impl Step {
    /// Its name: `claim`, `extend`, `settle`, `sweep`, `stats`, `forward`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Claim => "claim",
            Self::Extend => "extend",
            Self::Settle => "settle",
            Self::Sweep => "sweep",
            Self::Stats => "stats",
            Self::Forward => "forward",
        }
    }
}

impl fmt::Display for Put {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for HandledEnd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
