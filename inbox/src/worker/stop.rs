//! When a worker stops, and how long it waits then.

use std::{future, time::Duration};

use tokio::{
    sync::watch,
    time::{Instant, sleep, sleep_until},
};

/// The longest timeout of a stop, if what is asked for is beyond all clocks.
pub(super) const LONGEST: Duration = Duration::from_hours(24 * 365);

/// How much longer it waits for what takes a moment: a handler that blocks its thread, or an answer
/// of the store that is on its way.
pub(super) const ENDING: Duration = Duration::from_secs(1);

/// When a worker has to be done, once it was told to stop.
pub(super) type Stopping = watch::Receiver<Option<Instant>>;

/// Resolves when the worker is told to stop, and to when it has to be done.
pub(super) async fn stop_requested(stopping: &mut Stopping) -> Instant {
    let told = stopping.wait_for(Option::is_some).await.map(|until| *until);
    match told {
        Ok(until) => until.unwrap_or_else(Instant::now),
        Err(_) => future::pending().await,
    }
}

/// Resolves when the worker has to be done.
pub(super) async fn stop_deadline(stopping: &mut Stopping) {
    let until = stop_requested(stopping).await;
    sleep_until(until).await;
}

/// Resolves when nothing is waited for any longer.
pub(super) async fn hard_deadline(stopping: &mut Stopping) {
    stop_deadline(stopping).await;
    sleep(ENDING).await;
}
