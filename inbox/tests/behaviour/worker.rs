//! What a worker makes of deliveries. The engine does not matter here, so it is a file.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};

use tempfile::TempDir;
use tokio::sync::{Notify, mpsc};
use tower_tencent_webhook::{
    Delivery, Handlers,
    event::group,
    reply::{Ack, Reply},
};
use tower_tencent_webhook::{EventKey, outcome::FailureKind};
use tower_tencent_webhook_inbox::{
    Attempt, Policy, Retry, SqliteStore, Worker,
    event::{HandledEnd, InboxEvent},
    store::{
        Admin, Claim, Claimed, Entry, Filter, Lease, Queue, Retention, Settlement, State, Stats,
        Store, StoreError, StoreErrorKind, Stored, Swept,
    },
};

use crate::support::{AFTER, PATIENCE, entry, entry_of, key, put, soon, until};

async fn store() -> (TempDir, SqliteStore) {
    let folder = tempfile::tempdir().expect("a folder");
    let store = SqliteStore::open(folder.path().join("inbox.db")).await;
    (folder, store.expect("a store"))
}

fn attempt(delivery: &Delivery) -> Attempt {
    *delivery.extensions().get().expect("an attempt")
}

/// Handlers that send each attempt, and reply what `reply` says.
fn telling<E>(
    reply: impl Fn(Attempt) -> Result<Ack, E> + Clone + Send + Sync + 'static,
) -> (Handlers, mpsc::UnboundedReceiver<Attempt>)
where
    E: Into<tower::BoxError> + Send + 'static,
{
    let (sender, receiver) = mpsc::unbounded_channel();
    let handlers = Handlers::new().fallback(move |delivery: Delivery| {
        let attempt = attempt(&delivery);
        sender.send(attempt).expect("a test that listens");
        let reply = reply.clone();
        async move { reply(attempt) }
    });
    (handlers, receiver)
}

/// Tries again at once.
fn eager() -> Policy {
    let soon = Duration::from_millis(1);
    Policy::new().first_delay(soon).longest_delay(soon)
}

/// A worker that looks often.
fn worker<H>(store: &SqliteStore, handlers: H) -> Worker<SqliteStore, H> {
    Worker::new(store.clone(), handlers)
        .policy(eager())
        .poll(Duration::from_millis(10))
        .maintenance(Duration::from_millis(50))
}

async fn ended(store: &SqliteStore, state: State, count: usize) {
    until("all have ended", async || {
        let ended = store.list(Filter::new().state(state), 0, 1000).await;
        (ended.expect("list").len() == count).then_some(())
    })
    .await;
}

async fn error(store: &SqliteStore, n: u32) -> String {
    let items = store.list(Filter::new().key(key(n)), 0, 1).await;
    let item = items.expect("list").pop().expect("an item");
    item.error.expect("an error")
}

#[tokio::test]
async fn hands_over_each_delivery_once() {
    let (_folder, store) = store().await;
    put(&store, 0..200).await;
    let (handlers, mut attempts) = telling(|_| Ok::<_, &str>(Ack));
    let running = worker(&store, handlers).start();
    ended(&store, State::Done, 200).await;
    assert_eq!(running.stop(PATIENCE).await, 0);
    let mut seen: Vec<EventKey> = Vec::new();
    while let Some(attempt) = attempts.recv().await {
        assert_eq!((attempt.number, attempt.replayed), (1, false));
        seen.push(attempt.event_key);
    }
    seen.sort_unstable();
    assert_eq!(seen, (0..200).map(key).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_handler_gets_the_decoded_event() {
    let (_folder, store) = store().await;
    put(&store, [5]).await;
    let (sender, mut receiver) = mpsc::unbounded_channel();
    let handlers = Handlers::new().on(move |delivery: Delivery<group::AfterSendMsg>| {
        sender
            .send(delivery.event.msg_seq)
            .expect("a test that listens");
        async { Ack }
    });
    let _running = worker(&store, handlers).start();
    let msg_seq = soon("it is handled", receiver.recv())
        .await
        .expect("a number");
    assert_eq!(msg_seq, Some(5));
}

#[tokio::test]
async fn a_put_wakes_the_worker() {
    let (_folder, store) = store().await;
    let (handlers, mut attempts) = telling(|_| Ok::<_, &str>(Ack));
    let never = Duration::from_secs(3600);
    let _running = worker(&store, handlers).poll(never).start();
    for n in 0..3 {
        put(&store, [n]).await;
        let attempt = soon("it is handled", attempts.recv()).await;
        assert_eq!(attempt.expect("an attempt").event_key, key(n));
    }
}

#[tokio::test]
async fn a_failure_is_tried_again_until_it_is_dead() {
    let (_folder, store) = store().await;
    put(&store, [1]).await;
    let (handlers, mut attempts) = telling(|_| Err::<Ack, _>("a secret of the handler"));
    let policy = eager().attempts(3);
    let (sender, mut events) = mpsc::unbounded_channel();
    let _running = worker(&store, handlers)
        .policy(policy)
        .on_event(move |event| {
            if let InboxEvent::Handled { end, .. } = event {
                let _ = sender.send(*end);
            }
        })
        .start();
    ended(&store, State::Dead, 1).await;
    for number in 1..=3 {
        let attempt = attempts.recv().await.expect("an attempt");
        assert_eq!((attempt.number, attempt.failures), (number, number - 1));
    }
    let retried = HandledEnd::Retried(FailureKind::Handler);
    let dead = HandledEnd::Dead(FailureKind::Handler);
    for end in [retried, retried, dead] {
        assert_eq!(soon("an event", events.recv()).await, Some(end));
    }
    let words = error(&store, 1).await;
    assert_eq!(words, "handler_error: the handler returned an error");

    let replayed = store.replay(Filter::new().state(State::Dead)).await;
    assert_eq!(replayed.expect("replay"), 1);
    let again = soon("a replay", attempts.recv()).await.expect("an attempt");
    assert_eq!((again.number, again.failures, again.replayed), (4, 0, true));
}

#[tokio::test]
async fn errors_are_kept_if_asked() {
    let (_folder, store) = store().await;
    put(&store, [1]).await;
    let (handlers, _attempts) = telling(|_| Err::<Ack, _>(Retry::never("what it said")));
    let _running = worker(&store, handlers).keep_errors().start();
    ended(&store, State::Dead, 1).await;
    let words = error(&store, 1).await;
    assert!(words.contains("what it said"), "{words}");
}

#[tokio::test]
async fn long_errors_are_kept_in_part() {
    let (_folder, store) = store().await;
    put(&store, [1]).await;
    let (handlers, _attempts) = telling(|_| Err::<Ack, _>(Retry::never("错".repeat(100_000))));
    let _running = worker(&store, handlers).keep_errors().start();
    ended(&store, State::Dead, 1).await;
    let words = error(&store, 1).await;
    assert!((4000..=4096).contains(&words.len()), "{}", words.len());
}

#[tokio::test]
async fn a_handler_says_when_to_try_again_and_when_not() {
    let (_folder, store) = store().await;
    put(&store, [1, 2]).await;
    let (handlers, _attempts) = telling(|attempt| {
        let retry = if attempt.event_key == key(1) {
            Retry::never("gone")
        } else {
            Retry::after("busy", Duration::from_secs(3600))
        };
        Err::<Ack, _>(std::io::Error::other(retry))
    });
    let _running = worker(&store, handlers).start();
    ended(&store, State::Dead, 1).await;
    until("the other one waits", async || {
        let waiting = store
            .list(Filter::new().key(key(2)), 0, 1)
            .await
            .expect("list");
        (waiting[0].failures == 1 && waiting[0].state == State::Waiting).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_panic_and_a_time_out_are_failures() {
    let (_folder, store) = store().await;
    put(&store, [1, 2]).await;
    let handlers = Handlers::new().fallback(|delivery: Delivery| async move {
        let Attempt {
            number, event_key, ..
        } = attempt(&delivery);
        if number == 1 && event_key == key(1) {
            unreachable!("it panics");
        }
        if number == 1 {
            std::future::pending::<()>().await;
        }
        Ack
    });
    let policy = eager().timeout(Duration::from_millis(500));
    let running = worker(&store, handlers).policy(policy).start();
    ended(&store, State::Done, 2).await;
    assert_eq!(running.stop(PATIENCE).await, 0);
    assert!(error(&store, 1).await.starts_with("handler_panic"));
    assert!(error(&store, 2).await.starts_with("timed_out"));
}

/// A service that panics when it is cloned.
struct Uncloneable;

impl Clone for Uncloneable {
    fn clone(&self) -> Self {
        unreachable!("it panics")
    }
}

impl tower::Service<Delivery> for Uncloneable {
    type Response = Ack;
    type Error = tower::BoxError;
    type Future = std::future::Ready<Result<Ack, tower::BoxError>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), tower::BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Delivery) -> Self::Future {
        std::future::ready(Ok(Ack))
    }
}

/// Panics once it is dropped.
struct Dropped;

impl Drop for Dropped {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            unreachable!("it panics");
        }
    }
}

/// An error without words.
#[derive(Debug)]
struct Wordless;

impl std::fmt::Display for Wordless {
    fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        unreachable!("it panics")
    }
}

impl std::error::Error for Wordless {}

#[tokio::test]
async fn a_panic_is_a_failure_wherever_it_happens() {
    let (_folder, store) = store().await;
    put(&store, 1..=4).await;
    let handlers = Handlers::new().fallback(|delivery: Delivery| async move {
        let key_of = attempt(&delivery).event_key;
        if key_of == key(1) {
            return Err(tower::BoxError::from(Wordless));
        }
        if key_of == key(2) {
            let _dropped = Dropped;
            std::future::pending::<()>().await;
        }
        Ok(Ack)
    });
    let policy = eager().attempts(2).timeout(Duration::from_millis(200));
    let running = worker(&store, handlers)
        .policy(policy)
        .keep_errors()
        .start();
    ended(&store, State::Dead, 2).await;
    ended(&store, State::Done, 2).await;
    assert_eq!(running.stop(PATIENCE).await, 0);
    for n in 1..=2 {
        assert!(error(&store, n).await.starts_with("handler_panic"), "{n}");
    }
}

#[tokio::test]
async fn a_service_that_panics_when_it_is_cloned_has_failed() {
    let (_folder, store) = store().await;
    put(&store, [1]).await;
    let policy = eager().attempts(2);
    let running = worker(&store, Uncloneable).policy(policy).start();
    ended(&store, State::Dead, 1).await;
    assert_eq!(running.stop(PATIENCE).await, 0);
    assert!(error(&store, 1).await.starts_with("handler_panic"));
}

#[tokio::test]
async fn on_event_may_panic() {
    let (_folder, store) = store().await;
    put(&store, 0..100).await;
    let (handlers, _attempts) = telling(|_| Ok::<_, &str>(Ack));
    let running = worker(&store, handlers)
        .concurrency(2)
        .on_event(|_| unreachable!("it panics"))
        .start();
    ended(&store, State::Done, 100).await;
    assert_eq!(running.stop(PATIENCE).await, 0);
}

#[tokio::test]
async fn what_cannot_be_decoded_is_dead_at_once() {
    let (_folder, store) = store().await;
    let broken = entry_of(1, AFTER, r#"{"GroupId":{"secret":1}}"#);
    store.put(vec![broken]).await.expect("put");
    let handlers = Handlers::new().on(|_: Delivery<group::AfterSendMsg>| async { Ack });
    let _running = worker(&store, handlers).start();
    ended(&store, State::Dead, 1).await;
    let words = error(&store, 1).await;
    assert!(
        words.starts_with("undecodable") && !words.contains("secret"),
        "{words}"
    );
}

#[tokio::test]
async fn a_reply_of_another_kind_is_dead_at_once() {
    let (_folder, store) = store().await;
    put(&store, [1]).await;
    let handlers = Handlers::new()
        .fallback(|_| async { Reply::from(tower_tencent_webhook::reply::SignalReply::Ignore) });
    let _running = worker(&store, handlers).start();
    ended(&store, State::Dead, 1).await;
    assert!(error(&store, 1).await.starts_with("wrong_reply"));
}

#[tokio::test]
async fn no_more_than_the_concurrency_run() {
    let (_folder, store) = store().await;
    put(&store, 0..40).await;
    let now = Arc::new(AtomicUsize::new(0));
    let most = Arc::new(AtomicUsize::new(0));
    let handlers = Handlers::new().fallback({
        let most = Arc::clone(&most);
        move |_: Delivery| {
            let (now, most) = (Arc::clone(&now), Arc::clone(&most));
            async move {
                most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                tokio::time::sleep(Duration::from_millis(5)).await;
                now.fetch_sub(1, Ordering::SeqCst);
                Ack
            }
        }
    });
    let _running = worker(&store, handlers).concurrency(4).start();
    ended(&store, State::Done, 40).await;
    assert!((1..=4).contains(&most.load(Ordering::SeqCst)));
}

#[tokio::test]
async fn stopping_waits_for_what_is_in_hand() {
    let (_folder, store) = store().await;
    put(&store, [1]).await;
    let (started, go) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let handlers = Handlers::new().fallback({
        let (started, go) = (Arc::clone(&started), Arc::clone(&go));
        move |_: Delivery| {
            let (started, go) = (Arc::clone(&started), Arc::clone(&go));
            async move {
                started.notify_one();
                go.notified().await;
                Ack
            }
        }
    });
    let running = worker(&store, handlers).start();
    soon("it starts", started.notified()).await;
    let stopped = tokio::spawn(running.stop(PATIENCE));
    tokio::task::yield_now().await;
    put(&store, [2]).await;
    go.notify_one();
    assert_eq!(soon("it stops", stopped).await.expect("no panic"), 0);
    ended(&store, State::Done, 1).await;
    assert_eq!(
        store.stats().await.expect("stats").waiting,
        1,
        "no more is claimed"
    );
}

#[tokio::test]
async fn stopping_gives_back_what_does_not_end() {
    let (_folder, store) = store().await;
    put(&store, 0..3).await;
    let handlers = Handlers::new().fallback(|_: Delivery| std::future::pending::<Ack>());
    let running = worker(&store, handlers).start();
    until("all are in hand", async || {
        (store.stats().await.expect("stats").leased == 3).then_some(())
    })
    .await;
    assert_eq!(running.stop(Duration::ZERO).await, 3);

    let (handlers, mut attempts) = telling(|_| Ok::<_, &str>(Ack));
    let _running = worker(&store, handlers).start();
    for _ in 0..3 {
        let attempt = soon("another worker has it", attempts.recv()).await;
        assert_eq!(attempt.expect("an attempt").failures, 0);
    }
}

/// Also of one that ends when nobody waits for it any longer.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_stop_keeps_what_a_handler_has_done() {
    let (_folder, store) = store().await;
    put(&store, [1]).await;
    let (started, go) = (Arc::new(Notify::new()), Arc::new(AtomicUsize::new(0)));
    let handlers = Handlers::new().fallback({
        let (started, go) = (Arc::clone(&started), Arc::clone(&go));
        move |_: Delivery| {
            started.notify_one();
            let go = Arc::clone(&go);
            async move {
                while go.load(Ordering::SeqCst) == 0 {
                    std::thread::yield_now(); // it cannot be dropped in the middle of that
                }
                Ack
            }
        }
    });
    let running = worker(&store, handlers).start();
    soon("it starts", started.notified()).await;
    let stopped = tokio::spawn(running.stop(Duration::ZERO));
    tokio::time::sleep(Duration::from_millis(20)).await; // until nobody waits
    go.store(1, Ordering::SeqCst);
    assert_eq!(soon("it stops", stopped).await.expect("no panic"), 0);
    ended(&store, State::Done, 1).await;
}

/// Handlers start, run and end while the worker stops: each is settled, or given back and
/// counted.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_stop_leaves_no_lease_and_repeats_no_number() {
    const ALL: u32 = 200;
    for round in 0..20 {
        let (_folder, store) = store().await;
        put(&store, 0..ALL).await;
        let begun: Arc<Mutex<HashMap<(EventKey, u32), usize>>> = Arc::default();
        let done = Arc::new(AtomicUsize::new(0));
        let handlers = Handlers::new().fallback({
            let (begun, done) = (Arc::clone(&begun), Arc::clone(&done));
            move |delivery: Delivery| {
                let attempt = attempt(&delivery);
                let mut begun = begun.lock().expect("no panic");
                let (key, number) = (attempt.event_key, attempt.number);
                *begun.entry((key, number)).or_default() += 1;
                let done = Arc::clone(&done);
                async move {
                    tokio::time::sleep(Duration::from_millis(round)).await;
                    done.fetch_add(1, Ordering::SeqCst);
                    Ack
                }
            }
        });
        let all = ALL as usize;
        let running = worker(&store, handlers.clone()).concurrency(all).start();
        until("some have begun", async || {
            (begun.lock().expect("no panic").len() > round as usize * 5).then_some(())
        })
        .await;
        running.stop(Duration::ZERO).await;
        assert_eq!(store.stats().await.expect("stats").leased, 0);
        ended(&store, State::Done, done.load(Ordering::SeqCst)).await;

        let _next = worker(&store, handlers).concurrency(all).start();
        ended(&store, State::Done, all).await;
        let begun = begun.lock().expect("no panic");
        assert!(begun.values().all(|times| *times == 1), "round {round}");
    }
}

#[tokio::test]
async fn a_lease_is_held_as_long_as_the_handler_runs() {
    let (_folder, store) = store().await;
    put(&store, [1]).await;
    let handlers = Handlers::new().fallback(|_: Delivery| async {
        tokio::time::sleep(Duration::from_secs(4)).await;
        Ack
    });
    let running = worker(&store, handlers)
        .lease(Duration::from_secs(2))
        .start();
    ended(&store, State::Done, 1).await;
    assert_eq!(running.stop(PATIENCE).await, 0);
    let item = store.get(1).await.expect("get").expect("it");
    assert_eq!((item.attempts, item.crashes), (1, 0));
}

/// Nobody knows which of them the process died of, so each has the process for itself.
#[tokio::test]
async fn what_was_in_hand_at_a_crash_runs_alone() {
    let (_folder, store) = store().await;
    put(&store, 0..10).await;
    store
        .claim(Claim::new(10, Duration::ZERO))
        .await
        .expect("claim");
    store.sweep(Retention::default()).await.expect("sweep");
    put(&store, 10..60).await;

    let running: Arc<Mutex<HashMap<EventKey, usize>>> = Arc::default();
    let together = Arc::new(AtomicUsize::new(0));
    let handlers = Handlers::new().fallback({
        let together = Arc::clone(&together);
        move |delivery: Delivery| {
            let (running, together) = (Arc::clone(&running), Arc::clone(&together));
            async move {
                let mine = attempt(&delivery);
                let others = {
                    let mut running = running.lock().expect("no panic");
                    running.insert(mine.event_key, 1);
                    running
                        .keys()
                        .filter(|other| **other != mine.event_key)
                        .count()
                };
                let alone = mine.event_key < key(10);
                if alone && others > 0 {
                    together.fetch_add(1, Ordering::SeqCst);
                }
                tokio::time::sleep(Duration::from_millis(5)).await;
                running.lock().expect("no panic").remove(&mine.event_key);
                Ack
            }
        }
    });
    // Also in a process that has more than one worker.
    let workers = [(); 3].map(|()| worker(&store, handlers.clone()).start());
    ended(&store, State::Done, 60).await;
    for worker in workers {
        assert_eq!(worker.stop(PATIENCE).await, 0);
    }
    assert_eq!(together.load(Ordering::SeqCst), 0);
}

/// A store that takes no settlements.
#[derive(Clone)]
struct Unsettled {
    store: SqliteStore,
    asked: mpsc::UnboundedSender<()>,
}

impl Store for Unsettled {
    async fn put(&self, entries: Vec<Entry>) -> Result<Vec<Stored>, StoreError> {
        self.store.put(entries).await
    }
}

impl Queue for Unsettled {
    async fn claim(&self, claim: Claim) -> Result<Vec<Claimed>, StoreError> {
        self.store.claim(claim).await
    }

    async fn extend(&self, leases: Vec<Lease>, lease: Duration) -> Result<(), StoreError> {
        self.store.extend(leases, lease).await
    }

    async fn settle(&self, _: Vec<Settlement>) -> Result<Vec<bool>, StoreError> {
        let _ = self.asked.send(());
        Err(StoreError::of(StoreErrorKind::Failed))
    }

    async fn sweep(&self, retention: Retention) -> Result<Swept, StoreError> {
        self.store.sweep(retention).await
    }

    async fn stats(&self) -> Result<Stats, StoreError> {
        self.store.stats().await
    }
}

/// What has ended is no company any more, whether its store knows it or not.
#[tokio::test]
async fn a_store_that_is_down_holds_up_no_other() {
    let ((_folder, down), (_other_folder, fine)) = (store().await, store().await);
    put(&down, [1]).await;
    put(&fine, [1]).await;
    let claim = Claim::new(1, Duration::ZERO);
    fine.claim(claim).await.expect("claim");
    fine.sweep(Retention::default()).await.expect("sweep");
    put(&fine, 2..10).await;
    let (handlers, _attempts) = telling(|_| Ok::<_, &str>(Ack));
    let (asked, mut settling) = mpsc::unbounded_channel();
    let unsettled = Unsettled { store: down, asked };
    let stuck = Worker::new(unsettled, handlers.clone()).start();
    soon("it has ended", settling.recv()).await;
    let _running = worker(&fine, handlers).start();
    ended(&fine, State::Done, 9).await;
    stuck.stop(Duration::ZERO).await;
}

#[tokio::test]
async fn handled_bodies_are_forgotten_if_asked() {
    let (_folder, store) = store().await;
    put(&store, [1]).await;
    let (handlers, _attempts) = telling(|_| Ok::<_, &str>(Ack));
    let _running = worker(&store, handlers).forget_content().start();
    ended(&store, State::Done, 1).await;
    assert!(
        store
            .get(1)
            .await
            .expect("get")
            .expect("it")
            .record
            .is_none()
    );
    let known = store.put(vec![entry(1)]).await.expect("put");
    assert_eq!(known, [Stored::Known]);
}
