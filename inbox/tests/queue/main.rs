//! How a worker gets on with a queue that fails or hangs. The clock stands still: it jumps to the
//! moment at which somebody gives up.
//!
//! It is a process of its own: workers of one process wait for each other when a delivery has to run
//! alone, and a clock that stands still would not wait for those of other tests.

mod spill;
#[path = "../support/mod.rs"]
mod support;

use std::{
    future::pending,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::{sync::Notify, time::Instant};
use tower_tencent_webhook::{Delivery, Handlers, reply::Ack};
use tower_tencent_webhook_inbox::{
    Attempt, Worker,
    store::{
        Claim, Claimed, Entry, Lease, Queue, Retention, Settle, Settlement, Stats, Store,
        StoreError, Stored, Swept,
    },
};

use self::support::entry;

/// How long a worker may take to stop.
const PATIENCE: Duration = Duration::from_secs(10);
/// How much longer a stop waits for what takes a moment.
const ENDING: Duration = Duration::from_secs(1);
/// How long the store may take after that.
const GIVING_BACK: Duration = Duration::from_secs(2);

/// A queue that hands out two deliveries, one after the other, and hangs when it is told to.
#[derive(Clone, Default)]
struct Hanging {
    claims: Arc<AtomicBool>,
    settlements: Arc<AtomicBool>,
    /// It panics once everything is handed out.
    panics: Arc<AtomicBool>,
    /// How often it was asked to extend a lease, which always fails.
    extended: Arc<AtomicUsize>,
    /// How many it has handed out.
    claimed: Arc<AtomicUsize>,
    /// Somebody waits for a claim.
    asked: Arc<Notify>,
    /// Lets a claim that hangs go on.
    go: Arc<Notify>,
    settled: Arc<Mutex<Vec<Settle>>>,
}

impl Store for Hanging {
    async fn put(&self, entries: Vec<Entry>) -> Result<Vec<Stored>, StoreError> {
        Ok(vec![Stored::New; entries.len()])
    }
}

impl Queue for Hanging {
    async fn claim(&self, claim: Claim) -> Result<Vec<Claimed>, StoreError> {
        if claim.quarantine {
            return Ok(Vec::new());
        }
        if self.claims.load(Ordering::SeqCst) {
            self.asked.notify_one();
            self.go.notified().await;
        }
        let id = self.claimed.fetch_add(1, Ordering::SeqCst) as u64 + 1;
        if id > 2 {
            assert!(!self.panics.load(Ordering::SeqCst), "it panics");
            return Ok(Vec::new());
        }
        let Entry { key, record, .. } = entry(1);
        Ok(vec![Claimed {
            lease: Lease { id, token: 1 },
            key,
            record,
            attempt: 1,
            failures: 0,
            replayed: false,
        }])
    }

    async fn extend(&self, _: Vec<Lease>, _: Duration) -> Result<(), StoreError> {
        self.extended.fetch_add(1, Ordering::SeqCst);
        Err(StoreError::failed("not now"))
    }

    async fn settle(&self, settlements: Vec<Settlement>) -> Result<Vec<bool>, StoreError> {
        let held = vec![true; settlements.len()];
        let ends = settlements.into_iter().map(|one| one.end);
        self.settled.lock().expect("no panic").extend(ends);
        if self.settlements.load(Ordering::SeqCst) {
            pending::<()>().await;
        }
        Ok(held)
    }

    async fn sweep(&self, _: Retention) -> Result<Swept, StoreError> {
        Ok(Swept::default())
    }

    async fn stats(&self) -> Result<Stats, StoreError> {
        Ok(Stats::default())
    }
}

/// Handlers of which each takes longer than the one before.
fn handlers() -> Handlers {
    Handlers::new().fallback(|delivery: Delivery| async move {
        let attempt = delivery.extensions().get::<Attempt>();
        let id = attempt.map_or(0, |attempt| attempt.id);
        tokio::time::sleep(Duration::from_millis(100) * id as u32).await;
        Ack
    })
}

#[tokio::test(start_paused = true)]
async fn a_claim_that_hangs_does_not_hold_it_up() {
    let queue = Hanging::default();
    queue.claims.store(true, Ordering::SeqCst);
    let running = Worker::new(queue.clone(), handlers()).start();
    queue.asked.notified().await;
    let begun = Instant::now();
    assert_eq!(running.stop(PATIENCE).await, 0);
    let took = begun.elapsed().as_secs();
    assert_eq!(took, (PATIENCE + ENDING).as_secs());
}

/// Its answer is on its way when the patience is over.
#[tokio::test(start_paused = true)]
async fn what_is_claimed_at_the_end_is_given_back() {
    let queue = Hanging::default();
    queue.claims.store(true, Ordering::SeqCst);
    let running = Worker::new(queue.clone(), handlers()).start();
    queue.asked.notified().await;
    let stopped = tokio::spawn(running.stop(Duration::ZERO));
    tokio::time::sleep(ENDING / 2).await;
    queue.go.notify_one();
    assert_eq!(stopped.await.expect("no panic"), 1);
    let settled = queue.settled.lock().expect("no panic");
    assert!(matches!(settled[..], [Settle::GiveBack { started: false }]));
}

#[tokio::test(start_paused = true)]
async fn what_is_claimed_meanwhile_is_not_started() {
    let queue = Hanging::default();
    queue.claims.store(true, Ordering::SeqCst);
    let running = Worker::new(queue.clone(), handlers()).start();
    queue.asked.notified().await;
    let stopped = tokio::spawn(running.stop(PATIENCE));
    tokio::task::yield_now().await;
    queue.go.notify_one();
    assert_eq!(stopped.await.expect("no panic"), 1);
    let settled = queue.settled.lock().expect("no panic");
    assert!(matches!(settled[..], [Settle::GiveBack { started: false }]));
}

#[tokio::test(start_paused = true)]
async fn a_settlement_that_hangs_does_not_hold_it_up() {
    let queue = Hanging::default();
    queue.settlements.store(true, Ordering::SeqCst);
    let running = Worker::new(queue.clone(), handlers()).start();
    // Both are handled: one is being settled, and the other waits for that.
    tokio::time::sleep(Duration::from_secs(1)).await;
    let begun = Instant::now();
    assert_eq!(running.stop(PATIENCE).await, 2);
    let took = begun.elapsed().as_secs();
    assert_eq!(took, (PATIENCE + GIVING_BACK).as_secs());
    // What was handled is not given back, even if the store has not understood that.
    let settled = queue.settled.lock().expect("no panic");
    let done = |end: &Settle| matches!(end, Settle::Done { .. });
    assert!(
        settled.len() >= 3 && settled.iter().all(done),
        "{settled:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_lease_that_is_not_extended_is_tried_again_soon() {
    let queue = Hanging::default();
    let handlers = Handlers::new().fallback(|_: Delivery| pending::<Ack>());
    let running = Worker::new(queue.clone(), handlers).start();
    tokio::time::sleep(Duration::from_secs(25)).await; // neither handler nor lease is over
    assert!(queue.extended.load(Ordering::SeqCst) > 2);
    assert_eq!(running.stop(Duration::ZERO).await, 2);
}

/// Nobody handles what a worker has in hand when its queue panics, so its leases run out.
#[tokio::test(start_paused = true)]
async fn a_queue_that_panics_gets_back_what_is_in_hand() {
    let queue = Hanging::default();
    queue.panics.store(true, Ordering::SeqCst);
    let handlers = Handlers::new().fallback(|_: Delivery| pending::<Ack>());
    let running = Worker::new(queue.clone(), handlers).start();
    tokio::time::sleep(Duration::from_secs(60)).await;
    assert_eq!(queue.extended.load(Ordering::SeqCst), 0);
    assert_eq!(running.stop(PATIENCE).await, 0);
}

#[tokio::test(start_paused = true)]
async fn patience_has_no_limit() {
    let running = Worker::new(Hanging::default(), handlers()).start();
    assert_eq!(running.stop(Duration::MAX).await, 0);
}
