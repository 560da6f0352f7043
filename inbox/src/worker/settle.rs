//! Tells the store what came of deliveries: what ends meanwhile is told next, together.

use std::{sync::Arc, time::Duration};

use tokio::{
    sync::mpsc,
    time::{Instant, sleep, sleep_until, timeout_at},
};

use super::{Shared, Stopping, attempt::Judged, claim::Place, stopped};
use crate::{Event, Queue, Step};

/// How many are told together, at most.
const BATCH: usize = 256;
/// How long after a failure the store is told again.
const AGAIN: Duration = Duration::from_millis(250);
/// How long the store may take to take deliveries back when a worker stops.
const GIVING_BACK: Duration = Duration::from_secs(2);

/// An attempt that is over, and the place that it still occupies.
pub(super) struct Finished {
    pub(super) judged: Judged,
    pub(super) place: Place,
}

/// Runs until all handlers have ended, or until the worker has to be done.
pub(super) async fn run<Q: Queue, H>(
    shared: Arc<Shared<Q, H>>,
    mut finished: mpsc::Receiver<Finished>,
    mut stopping: Stopping,
) {
    let mut batch = Vec::with_capacity(BATCH);
    loop {
        let over = async {
            let until = stopped(&mut stopping).await;
            sleep_until(until).await;
        };
        tokio::select! {
            biased;
            received = finished.recv_many(&mut batch, BATCH) => if received == 0 { return },
            () = over => return,
        }
        let (judged, places): (Vec<_>, Vec<_>) =
            batch.drain(..).map(|one| (one.judged, one.place)).unzip();
        settle(&shared, judged, &stopping).await;
        drop(places);
    }
}

/// Tells the store until it has understood, or until the worker has to be done.
pub(super) async fn settle<Q: Queue, H>(
    shared: &Shared<Q, H>,
    judged: Vec<Judged>,
    stopping: &Stopping,
) {
    let (settlements, events): (Vec<_>, Vec<_>) = judged
        .into_iter()
        .map(|one| (one.settlement, one.event))
        .unzip();
    let held = loop {
        match shared.queue.settle(settlements.clone()).await {
            Ok(held) => break held,
            Err(error) => shared.failed(Step::Settle, &error),
        }
        if stopping
            .borrow()
            .is_some_and(|until| until <= Instant::now())
        {
            return; // the leases run out
        }
        sleep(AGAIN).await;
    };
    for ((settlement, event), held) in settlements.iter().zip(events).zip(held) {
        let lease = settlement.lease;
        shared.held.remove(lease);
        shared.settings.observer.tell(match held {
            true => event,
            false => Event::LeaseLost { id: lease.id },
        });
    }
}

/// Gives back what is in hand. Tells how many there were.
pub(super) async fn give_back<Q: Queue, H>(shared: &Shared<Q, H>) -> usize {
    let given = shared.held.give_back();
    let count = given.len();
    if count > 0 {
        let until = Instant::now() + GIVING_BACK;
        // If the store does not answer, the leases run out.
        let _ = timeout_at(until, shared.queue.settle(given)).await;
    }
    count
}
