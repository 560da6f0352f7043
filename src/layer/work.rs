//! What the layer knows of the user's service and of the handling of a webhook, whatever their types.
//!
//! Only [`Task`](super::task::Task) names the type of the service. Were it part of the layer's type,
//! every use of the layer would have to prove again what the service promises, which the compiler
//! cannot do inside `tokio::spawn` for a service whose error is boxed.

use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use bytes::Bytes;
use http::request::Parts;
use tokio::time::Instant;

use super::{
    admit::{Admitted, Claim},
    response::Answer,
    settings::Settings,
};
use crate::outcome::End;

/// A request that is ours, up to its body.
pub(crate) struct Arrival {
    pub(crate) settings: Arc<Settings>,
    pub(crate) admitted: Admitted,
    /// What the head of an event claims, until its body is there.
    pub(crate) claim: Option<Claim>,
    pub(crate) parts: Parts,
    pub(crate) arrived: Instant,
    pub(crate) deadline: Instant,
}

/// A service of the user's that webhooks are handed to.
pub(crate) trait Handler<E>: Send + Sync {
    /// The handling of one webhook.
    fn handle(self: Arc<Self>, arrival: Arrival) -> Pin<Box<dyn Work>>;

    /// The name of its type.
    fn name(&self) -> &'static str;
}

/// The handling of one webhook.
pub(crate) trait Work: Send {
    /// The body is complete: decodes it. [`poll`](Work::poll) then drives the handler.
    ///
    /// # Errors
    ///
    /// How it ends, if there is nothing to handle: a blank body, or one that proves its head wrong.
    fn start(self: Pin<&mut Self>, body: Bytes) -> Result<(), End>;

    /// There is nothing to handle.
    fn end(self: Pin<&mut Self>, end: End) -> Answer;

    /// Drives the handler to the answer.
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Answer>;

    /// Whether the handler has to be driven to its end even if nobody waits for the answer.
    fn outlives_answer(&self) -> bool;

    /// The answer at the deadline, while the handler keeps running.
    fn answer_early(self: Pin<&mut Self>) -> Answer;

    /// Nobody waits for the answer any more, and the handler keeps running.
    fn detach(self: Pin<&mut Self>);

    /// The deadline has passed, and the handler is dropped.
    fn time_out(self: Pin<&mut Self>) -> Answer;
}
