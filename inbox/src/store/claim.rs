//! Deliveries that a worker takes in hand.

use std::time::Duration;

use crate::{EventKey, Record};

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
    pub alone: bool,
}

impl Claim {
    /// At most `limit` deliveries, held for `lease`.
    #[must_use]
    pub fn new(limit: usize, lease: Duration) -> Self {
        Self {
            limit,
            lease,
            alone: false,
        }
    }

    /// One delivery that was in hand when a process died.
    #[must_use]
    pub fn alone(lease: Duration) -> Self {
        Self {
            limit: 1,
            lease,
            alone: true,
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
