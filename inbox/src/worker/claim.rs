//! Claims what is due, as much as there are free hands for, and starts its handlers.

use std::sync::Arc;

use tokio::{
    sync::{OwnedSemaphorePermit, RwLockReadGuard, Semaphore, mpsc},
    task::JoinSet,
    time::{sleep, timeout},
};
use tower::{BoxError, Service};
use tower_tencent_webhook::{Delivery, reply::Reply};

use super::{
    attempt::attempt,
    leases::COMPANY,
    settle::Finished,
    shared::Shared,
    stop::{ENDING, Stopping, hard_deadline, stop_deadline, stop_requested},
};
use crate::{
    observe::Step,
    store::{Claim, Queue},
};

/// Held by every delivery of a claim until its handler has ended, so that one that has to be alone
/// waits for them. Whether its store knows that by then is nothing to the deliveries of others.
type Company = Arc<RwLockReadGuard<'static, ()>>;

/// What a delivery in hand occupies.
struct Permit {
    /// It is freed once the delivery is settled.
    hand: OwnedSemaphorePermit,
    company: Company,
}

pub(super) async fn run<Q, H>(
    shared: Arc<Shared<Q, H>>,
    settlements: mpsc::Sender<Finished>,
    mut stopping: Stopping,
) where
    Q: Queue,
    H: Service<Delivery> + Clone + Send + Sync + 'static,
    H::Response: Into<Reply>,
    H::Error: Into<BoxError>,
    H::Future: Send,
{
    let hands = Arc::new(Semaphore::new(shared.settings.concurrency));
    let mut running = JoinSet::new();
    loop {
        // Everything that a handler needs is there before its delivery is claimed: what is in
        // hand has been started.
        let places = tokio::select! {
            biased;
            _ = stop_requested(&mut stopping) => break,
            places = places(&hands) => places,
        };
        let claim = Claim::new(places.len(), shared.settings.lease);
        let claimed = tokio::select! {
            claimed = shared.queue.claim(claim) => claimed,
            () = hard_deadline(&mut stopping) => break,
        };
        match claimed {
            Ok(claimed) if !claimed.is_empty() => {
                if stopping.borrow().is_some() {
                    for claimed in claimed {
                        shared.leases.insert(claimed.lease); // it is given back
                    }
                    break;
                }
                for (claimed, place) in claimed.into_iter().zip(places) {
                    shared.leases.insert(claimed.lease);
                    let (shared, settlements) = (Arc::clone(&shared), settlements.clone());
                    running.spawn(async move {
                        let Permit { hand, company } = place;
                        let judged = attempt(&shared, claimed).await;
                        drop(company);
                        shared.leases.judge(&judged.settlement);
                        // An error is the end of the worker: it is told with what is given back.
                        let _ = settlements.send(Finished { judged, hand }).await;
                    });
                }
                while running.try_join_next().is_some() {} // frees what they left behind
                continue;
            }
            Ok(_none) => {}
            Err(error) => shared.failed(Step::Claim, &error),
        }
        drop(places); // nobody who has to be alone waits for a worker that waits
        tokio::select! {
            biased;
            _ = stop_requested(&mut stopping) => break,
            () = shared.queue.arrival() => {}
            () = sleep(shared.settings.poll) => {}
        }
    }
    finish(running, &mut stopping).await;
}

/// Waits for the handlers that run; what is not done in time is dropped. Only afterwards is it
/// known what has been started, and what has ended.
async fn finish(mut running: JoinSet<()>, stopping: &mut Stopping) {
    let done = async { while running.join_next().await.is_some() {} };
    tokio::select! {
        () = done => {}
        () = stop_deadline(stopping) => {
            let _ = timeout(ENDING, running.shutdown()).await;
        }
    }
}

/// All places that are free, at least one.
async fn places(hands: &Arc<Semaphore>) -> Vec<Permit> {
    let mut free = Vec::new();
    // It is never closed.
    if let Ok(hand) = Arc::clone(hands).acquire_owned().await {
        free.push(hand);
    }
    while let Ok(hand) = Arc::clone(hands).try_acquire_owned() {
        free.push(hand);
    }
    let company = Arc::new(COMPANY.read().await);
    let place = |hand| Permit {
        hand,
        company: Arc::clone(&company),
    };
    free.into_iter().map(place).collect()
}
