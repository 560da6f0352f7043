//! Tells the store what came of deliveries: what ends meanwhile is told next, together.

use std::{sync::Arc, time::Duration};

use tokio::{
    sync::{OwnedSemaphorePermit, mpsc},
    time::{sleep, timeout},
};

use super::{
    attempt::Judged,
    shared::Shared,
    stop::{Stopping, stop_deadline},
};
use crate::{
    observe::{InboxEvent, Step},
    store::{Queue, Settle, Settlement},
};

/// How many are told together, at most.
const BATCH: usize = 256;
/// How long after a failure the store is told again.
const RETRY_DELAY: Duration = Duration::from_millis(250);
/// How long the store may take to take deliveries back when a worker stops.
const GIVING_BACK: Duration = Duration::from_secs(2);

/// An attempt that has ended, and the hand that it still occupies.
pub(super) struct Finished {
    pub(super) judged: Judged,
    pub(super) hand: OwnedSemaphorePermit,
}

/// Runs until all handlers have ended, or until the worker has to be done.
pub(super) async fn run<Q: Queue, H>(
    shared: Arc<Shared<Q, H>>,
    mut finished: mpsc::Receiver<Finished>,
    mut stopping: Stopping,
) {
    let mut batch = Vec::with_capacity(BATCH);
    loop {
        tokio::select! {
            biased;
            received = finished.recv_many(&mut batch, BATCH) => if received == 0 { return },
            () = stop_deadline(&mut stopping) => return,
        }
        let (judged, hands): (Vec<_>, Vec<_>) =
            batch.drain(..).map(|one| (one.judged, one.hand)).unzip();
        settle(&shared, judged, &mut stopping).await;
        drop(hands);
    }
}

/// Tells the store until it has understood, or until the worker has to be done.
pub(super) async fn settle<Q: Queue, H>(
    shared: &Shared<Q, H>,
    judged: Vec<Judged>,
    stopping: &mut Stopping,
) {
    let (settlements, events): (Vec<_>, Vec<_>) = judged
        .into_iter()
        .map(|one| (one.settlement, one.event))
        .unzip();
    for settlement in &settlements {
        shared.leases.judge(settlement);
    }
    let told = tell(shared, &settlements);
    let held = tokio::select! {
        held = told => held,
        () = stop_deadline(stopping) => return, // it is told once more, with what is given back
    };
    for ((settlement, event), held) in settlements.iter().zip(events).zip(held) {
        let lease = settlement.lease;
        shared.leases.remove(lease);
        shared.settings.observer.tell(match held {
            true => event,
            false => InboxEvent::LeaseLost { id: lease.id },
        });
    }
}

/// Tells the store until it has understood.
async fn tell<Q: Queue, H>(shared: &Shared<Q, H>, settlements: &[Settlement]) -> Vec<bool> {
    loop {
        match shared.queue.settle(settlements.to_vec()).await {
            Ok(held) => return held,
            Err(error) => shared.failed(Step::Settle, &error),
        }
        sleep(RETRY_DELAY).await;
    }
}

/// Gives back what is in hand, and tells the rest of what has ended. Tells how many are left.
pub(super) async fn give_back<Q: Queue, H>(shared: &Shared<Q, H>) -> usize {
    let given = shared.leases.give_back();
    if given.is_empty() {
        return 0;
    }
    let all = given.len();
    let unfinished = |one: &&Settlement| matches!(one.end, Settle::GiveBack { .. });
    let rest = given.iter().filter(unfinished).count();
    match timeout(GIVING_BACK, shared.queue.settle(given)).await {
        Ok(Ok(_held)) => rest,
        Ok(Err(_)) | Err(_) => all, // the leases run out
    }
}
