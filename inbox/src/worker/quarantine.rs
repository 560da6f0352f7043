//! Deliveries that were in hand when a process died: one at a time, with nothing beside it.

use std::sync::Arc;

use tower::{BoxError, Service};
use tower_tencent_webhook::{Delivery, reply::Reply};

use super::{
    attempt::attempt,
    leases::COMPANY,
    settle::settle,
    shared::Shared,
    stop::{Stopping, hard_deadline, stop_deadline, stop_requested},
};
use crate::{
    observe::Step,
    store::{Claim, Queue},
};

pub(super) async fn run<Q, H>(shared: Arc<Shared<Q, H>>, mut stopping: Stopping)
where
    Q: Queue,
    H: Service<Delivery> + Clone,
    H::Response: Into<Reply>,
    H::Error: Into<BoxError>,
{
    loop {
        tokio::select! {
            biased;
            _ = stop_requested(&mut stopping) => return,
            () = shared.quarantine_due.notified() => {}
        }
        loop {
            // While this waits, no others begin; afterwards they go first.
            let exclusive = tokio::select! {
                biased;
                _ = stop_requested(&mut stopping) => return,
                exclusive = COMPANY.write() => exclusive,
            };
            let claim = Claim::quarantine(shared.settings.lease);
            let claimed = tokio::select! {
                claimed = shared.queue.claim(claim) => claimed,
                () = hard_deadline(&mut stopping) => return,
            };
            let claimed = match claimed {
                Ok(claimed) => claimed,
                Err(error) => {
                    shared.failed(Step::Claim, &error);
                    break; // the next sweep says whether it is worth another try
                }
            };
            let Some(claimed) = claimed.into_iter().next() else {
                break;
            };
            shared.leases.insert(claimed.lease);
            if stopping.borrow().is_some() {
                return; // what was claimed meanwhile is given back
            }
            let judged = tokio::select! {
                judged = attempt(&shared, claimed) => judged,
                () = stop_deadline(&mut stopping) => return,
            };
            drop(exclusive);
            settle(&shared, vec![judged], &mut stopping).await;
        }
    }
}
