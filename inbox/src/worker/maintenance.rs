//! What a worker does besides handing over: it holds on to what is in hand, and tidies the store.

use std::{sync::Arc, time::Duration};

use tokio::time::sleep;

use super::{
    shared::Shared,
    stop::{Stopping, stop_requested},
};
use crate::{
    observe::{InboxEvent, Step},
    store::{Queue, StoreError},
};

/// Extends the leases of what is in hand, until the task is ended.
pub(super) async fn extend<Q: Queue, H>(shared: Arc<Shared<Q, H>>) {
    let lease = shared.settings.lease;
    let mut pause = lease / 3;
    loop {
        sleep(pause).await;
        pause = lease / 3;
        let leases = shared.leases.leases();
        if !leases.is_empty()
            && let Err(error) = shared.queue.extend(leases, lease).await
        {
            shared.failed(Step::Extend, &error);
            pause = lease / 60; // there is time for more than one try
        }
    }
}

/// Sweeps and counts, until the worker is told to stop.
pub(super) async fn sweep<Q: Queue, H>(shared: Arc<Shared<Q, H>>, mut stopping: Stopping) {
    loop {
        let pause = match sweep_once(&shared).await {
            Ok(true) => Duration::ZERO,
            Ok(false) => {
                match shared.queue.stats().await {
                    Ok(stats) => shared.settings.observer.tell(InboxEvent::Stats(stats)),
                    Err(error) => shared.failed(Step::Stats, &error),
                }
                shared.settings.maintenance
            }
            Err(error) => {
                shared.failed(Step::Sweep, &error);
                shared.settings.maintenance
            }
        };
        tokio::select! {
            _ = stop_requested(&mut stopping) => return,
            () = sleep(pause) => {}
        }
    }
}

/// Tells whether there may be more to tidy.
async fn sweep_once<Q: Queue, H>(shared: &Shared<Q, H>) -> Result<bool, StoreError> {
    let swept = shared.queue.sweep(shared.settings.retention).await?;
    for one in swept.interrupted {
        shared.settings.observer.tell(InboxEvent::Interrupted {
            id: one.id,
            key: one.key,
            dead: one.dead,
        });
    }
    if swept.quarantine_due {
        shared.quarantine_due.notify_one();
    }
    Ok(swept.more)
}
