//! What a handler can know about the attempt that it is part of.

use std::{error::Error, fmt, time::Duration};

use tower::BoxError;
use tower_tencent_webhook::{EventKey, value::UnixMillis};

/// One attempt to handle a stored delivery, in the extensions of that delivery.
///
/// ```
/// use tower_tencent_webhook::{Delivery, event::group, reply::Ack};
/// use tower_tencent_webhook_inbox::Attempt;
///
/// async fn count(delivery: Delivery<group::AfterSendMsg>) -> Ack {
///     if let Some(attempt) = delivery.extensions().get::<Attempt>() {
///         println!("attempt {} of {}", attempt.number, attempt.event_key);
///     }
///     Ack
/// }
/// ```
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Attempt {
    /// The delivery's number in its store, or its offset in a broker.
    pub id: u64,
    /// The number of this attempt, from 1. It is counted before the handler starts, so that after
    /// a crash the next one has a higher number.
    pub number: u32,
    /// How many attempts have failed since the delivery was stored or replayed.
    pub failures: u32,
    /// The key under which the delivery is stored once. To make an effect happen once, put it
    /// under a unique constraint of your own, in the transaction of the effect.
    pub event_key: EventKey,
    /// When the request came.
    pub first_received: UnixMillis,
    /// Whether an operator has replayed the delivery.
    pub replayed: bool,
}

impl Attempt {
    /// The attempt `number` at the delivery `id`: all that came before has failed, and it was not
    /// replayed. The fields are public, to say otherwise.
    #[must_use]
    pub fn new(id: u64, number: u32, event_key: EventKey) -> Self {
        Self {
            id,
            number,
            failures: number.saturating_sub(1),
            event_key,
            first_received: UnixMillis(0),
            replayed: false,
        }
    }
}

/// An error that says when to try again, or not to. It may be anywhere in the chain of sources
/// of a handler's error.
///
/// ```
/// use std::time::Duration;
/// use tower_tencent_webhook_inbox::Retry;
///
/// fn push(status: u16) -> Result<(), Retry> {
///     match status {
///         200 => Ok(()),
///         429 => Err(Retry::after("the push service is busy", Duration::from_secs(30))),
///         _ => Err(Retry::never("the push service refuses")),
///     }
/// }
/// ```
#[derive(Debug)]
pub struct Retry {
    source: BoxError,
    after: Option<Duration>,
}

impl Retry {
    /// Try again after `after`, instead of the worker's own delay. It counts as a failure.
    #[must_use]
    pub fn after(error: impl Into<BoxError>, after: Duration) -> Self {
        Self {
            source: error.into(),
            after: Some(after),
        }
    }

    /// Do not try again: the delivery is dead.
    #[must_use]
    pub fn never(error: impl Into<BoxError>) -> Self {
        Self {
            source: error.into(),
            after: None,
        }
    }

    /// When to try again; `None` for never.
    #[must_use]
    pub fn delay(&self) -> Option<Duration> {
        self.after
    }
}

impl fmt::Display for Retry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.after {
            Some(after) => write!(f, "to be tried again after {after:?}"),
            None => f.write_str("not to be tried again"),
        }
    }
}

impl Error for Retry {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&*self.source)
    }
}
