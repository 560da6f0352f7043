//! What a handler can know about the attempt that it is part of.

use tower_tencent_webhook::UnixMillis;

use crate::EventKey;

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
