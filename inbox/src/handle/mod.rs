//! One attempt: a stored delivery goes through a service, and a verdict comes out.
//!
//! The [`Worker`](crate::Worker) does nothing else with a delivery, so whoever takes records from
//! a broker has its classification too, panics and time-outs included.
//!
//! ```
//! use tower_tencent_webhook::{Handlers, testing};
//! use tower_tencent_webhook_inbox::{Attempt, store::Entry, event::Disposition, handle};
//!
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let delivery = testing::undecoded("Group.CallbackAfterSendMsg", "{}");
//! let handlers = Handlers::new().fallback(async |_| Err::<tower_tencent_webhook::reply::Ack, _>("busy"));
//!
//! let entry = Entry::new(delivery.event_key(), delivery.to_record())?;
//! let attempt = Attempt::new(7, 1, entry.key);
//! let verdict = handle(handlers, entry.record, attempt).await;
//! assert!(matches!(verdict, Disposition::Retry { after, .. } if after.as_millis().abs_diff(1000) <= 100));
//! # Ok(()) }
//! ```

mod attempt;
mod cause;
mod policy;

use tokio::time::timeout;
use tower::{BoxError, Service, ServiceExt};
use tower_tencent_webhook::{Delivery, Phase, Record, outcome::FailureKind, reply::Reply};

pub use self::{
    attempt::{Attempt, Retry},
    cause::Cause,
    policy::{Disposition, Policy},
};
use crate::catch_panic::caught_in;

/// Hands `record` to `service` and judges what comes of it, by the default [`Policy`].
pub async fn handle<H>(service: H, record: Record, attempt: Attempt) -> Disposition
where
    H: Service<Delivery>,
    H::Response: Into<Reply>,
    H::Error: Into<BoxError>,
{
    Policy::default().handle(service, record, attempt).await
}

impl Policy {
    /// Hands `record` to `service` and judges what comes of it.
    ///
    /// The service finds the [`Attempt`] in the extensions of the delivery.
    pub async fn handle<H>(&self, service: H, record: Record, attempt: Attempt) -> Disposition
    where
        H: Service<Delivery>,
        H::Response: Into<Reply>,
        H::Error: Into<BoxError>,
    {
        let failures = attempt.failures.saturating_add(1);
        // The drop of the handler's future and what its error says may panic, too.
        let attempted = caught_in(async {
            match timeout(self.timeout, run(service, record, attempt)).await {
                Ok(Ok(())) => Disposition::Done,
                Ok(Err(cause)) => self.judge(cause, failures),
                Err(_elapsed) => self.judge(Cause::of(FailureKind::TimedOut), failures),
            }
        });
        match attempted.await {
            Ok(verdict) => verdict,
            Err(_panicked) => self.panicked(failures),
        }
    }
}

async fn run<H>(mut service: H, record: Record, attempt: Attempt) -> Result<(), Cause>
where
    H: Service<Delivery>,
    H::Response: Into<Reply>,
    H::Error: Into<BoxError>,
{
    let mut delivery = Delivery::from_record(record);
    delivery.extensions_mut().insert(attempt);
    let phase = delivery.phase();
    let ready = service.ready().await.map_err(Cause::of_error)?;
    let reply: Reply = ready.call(delivery).await.map_err(Cause::of_error)?.into();
    let wrong = match reply.kind() {
        Some(kind) => phase == Some(Phase::After) && kind.phase() != Phase::After,
        // As for the layer: only a before-webhook can be refused.
        None => matches!(reply, Reply::Refuse) && phase != Some(Phase::Before),
    };
    if wrong {
        return Err(Cause::of(FailureKind::WrongReply));
    }
    Ok(())
}
