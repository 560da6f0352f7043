//! What happens while the store on the network does not answer.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use tokio::sync::mpsc;
use tower_tencent_webhook::EventKey;
use tower_tencent_webhook_inbox::{
    Spill, SqliteStore,
    event::{InboxEvent, Step},
    store::{
        Admin, Claim, Entry, Filter, Queue, Retention, Settle, Settlement, State, Store,
        StoreError, StoreErrorKind, Stored,
    },
};

use crate::support::{LEASE, claim_all, entry, key, put, soon, until};

/// A store that can be down.
#[derive(Clone)]
struct Flaky {
    store: SqliteStore,
    up: Arc<AtomicBool>,
    /// Whether it stores and does not say so.
    silent: Arc<AtomicBool>,
    /// It refuses these.
    refused: Vec<EventKey>,
}

impl Flaky {
    /// A store that is up.
    fn of(store: &SqliteStore) -> Self {
        Self {
            store: store.clone(),
            up: Arc::new(AtomicBool::new(true)),
            silent: Arc::default(),
            refused: Vec::new(),
        }
    }
}

impl Store for Flaky {
    async fn put(&self, entries: Vec<Entry>) -> Result<Vec<Stored>, StoreError> {
        let refused = entries
            .iter()
            .any(|entry| self.refused.contains(&entry.key));
        if refused || !self.up.load(Ordering::SeqCst) {
            return Err(StoreError::of(StoreErrorKind::Failed));
        }
        let stored = self.store.put(entries).await;
        if self.silent.load(Ordering::SeqCst) {
            std::future::pending::<()>().await;
        }
        stored
    }
}

async fn store(folder: &tempfile::TempDir, name: &str) -> SqliteStore {
    let store = SqliteStore::open(folder.path().join(name)).await;
    store.expect("a store")
}

async fn count(store: &SqliteStore, state: State) -> usize {
    let items = store.list(Filter::new().state(state), 0, 1000).await;
    items.expect("list").len()
}

#[tokio::test]
async fn what_the_store_does_not_take_is_forwarded_when_it_is_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let (main, local) = (store(&folder, "main").await, store(&folder, "local").await);
    let flaky = Flaky::of(&main);
    flaky.up.store(false, Ordering::SeqCst);
    let spill = Spill::new(flaky.clone(), local.clone());
    for n in 0..10 {
        let stored = spill.put(vec![entry(n)]).await.expect("put");
        assert_eq!(stored, [Stored::New]);
    }
    let repeat = spill.put(vec![entry(0)]).await.expect("put");
    assert_eq!(repeat, [Stored::Known], "also while the store is down");
    assert_eq!(count(&main, State::Waiting).await, 0);

    flaky.up.store(true, Ordering::SeqCst);
    until("all are forwarded", async || {
        (count(&main, State::Waiting).await == 10).then_some(())
    })
    .await;
    until("nothing is left", async || {
        (count(&local, State::Waiting).await + count(&local, State::Leased).await == 0)
            .then_some(())
    })
    .await;
    let repeat = spill.put(vec![entry(0)]).await.expect("put");
    assert_eq!(repeat, [Stored::Known]);
}

/// Also one that never answers: the forwarder gives it up, and tries again.
#[tokio::test]
async fn a_store_that_took_it_in_silence_has_it_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let (main, local) = (store(&folder, "main").await, store(&folder, "local").await);
    let flaky = Flaky::of(&main);
    flaky.silent.store(true, Ordering::SeqCst);
    let spill = Spill::new(flaky.clone(), local.clone());
    spill.put(vec![entry(1)]).await.expect("put");
    until("the forwarder waits for an answer", async || {
        (count(&local, State::Leased).await == 1).then_some(())
    })
    .await;
    flaky.silent.store(false, Ordering::SeqCst);
    until("it is forwarded", async || {
        (count(&local, State::Waiting).await + count(&local, State::Leased).await == 0)
            .then_some(())
    })
    .await;
    assert_eq!(count(&main, State::Waiting).await, 1);
}

#[tokio::test]
async fn what_the_store_refuses_holds_up_nobody() {
    let folder = tempfile::tempdir().expect("a folder");
    let (main, local) = (store(&folder, "main").await, store(&folder, "local").await);
    put(&local, 0..20).await;
    let mut flaky = Flaky::of(&main);
    flaky.refused = vec![key(3)];
    let (sender, mut events) = mpsc::unbounded_channel();
    let spill = Spill::new(flaky, local.clone()).on_event(move |event| {
        if let InboxEvent::StoreFailed { step, .. } = event {
            let _ = sender.send(*step);
        }
    });
    until("all others are forwarded", async || {
        (count(&main, State::Waiting).await == 19).then_some(())
    })
    .await;
    let step = soon("a failure", events.recv()).await;
    assert_eq!(step, Some(Step::Forward));
    let left = local.list(Filter::new().key(key(3)), 0, 1).await;
    let left = left.expect("list").pop().expect("it is kept");
    assert!(matches!(left.state, State::Waiting | State::Leased));
    drop(spill);
}

/// Each comes back ever later, so that what comes meanwhile goes first.
#[tokio::test]
async fn whatever_the_store_refuses_the_rest_goes_first() {
    const REFUSED: u32 = 100;
    let folder = tempfile::tempdir().expect("a folder");
    let (main, local) = (store(&folder, "main").await, store(&folder, "local").await);
    put(&local, 0..REFUSED).await;
    let mut flaky = Flaky::of(&main);
    flaky.refused = (0..REFUSED).map(key).collect();
    let _spill = Spill::new(flaky, local.clone());
    until("each has failed by itself", async || {
        let items = local.list(Filter::new(), 0, REFUSED).await.expect("list");
        items.iter().all(|item| item.failures > 0).then_some(())
    })
    .await;
    put(&local, [REFUSED]).await;
    until("the other one is forwarded", async || {
        (count(&main, State::Waiting).await == 1).then_some(())
    })
    .await;
}

#[tokio::test]
async fn what_is_to_be_forwarded_is_counted() {
    let folder = tempfile::tempdir().expect("a folder");
    let (main, local) = (store(&folder, "main").await, store(&folder, "local").await);
    put(&main, [1]).await;
    put(&local, [2]).await;
    let claimed = claim_all(&local).await;
    let later = Settlement {
        lease: claimed[0].lease,
        end: Settle::Retry {
            after: LEASE,
            error: String::new(),
        },
    };
    local.settle(vec![later]).await.expect("settled");
    let spill = Spill::new(main, local);
    assert_eq!(spill.stats().await.expect("stats").waiting, 2);
}

/// Whatever processes died of while they forwarded.
#[tokio::test]
async fn nothing_is_given_up_but_what_an_operator_buries() {
    let folder = tempfile::tempdir().expect("a folder");
    let (main, local) = (store(&folder, "main").await, store(&folder, "local").await);
    put(&local, [3]).await;
    let buried = local.bury(Filter::new()).await.expect("bury");
    assert_eq!(buried, 1, "by an operator");
    put(&local, [1, 2]).await;
    let mut claim = Claim::new(1, Duration::ZERO);
    for crash in 0..4 {
        assert_eq!(local.claim(claim).await.expect("claim").len(), 1, "{crash}");
        local.sweep(Retention::default()).await.expect("sweep");
        claim = Claim::quarantine(Duration::ZERO);
    }
    assert_eq!(count(&local, State::Dead).await, 2);
    let _spill = Spill::new(main.clone(), local.clone());
    until("both are forwarded", async || {
        (count(&main, State::Waiting).await == 2).then_some(())
    })
    .await;
    assert_eq!(count(&local, State::Dead).await, 1, "the buried one");
}

/// Also what a process has died of before.
#[tokio::test]
async fn what_an_operator_buries_stays_buried() {
    let folder = tempfile::tempdir().expect("a folder");
    let (main, local) = (store(&folder, "main").await, store(&folder, "local").await);
    put(&local, [1]).await;
    let claim = Claim::new(1, Duration::ZERO);
    local.claim(claim).await.expect("claim");
    local.sweep(Retention::default()).await.expect("sweep");
    assert_eq!(local.bury(Filter::new()).await.expect("bury"), 1);
    put(&local, [2]).await;
    let _spill = Spill::new(main.clone(), local.clone());
    until("the other one is forwarded", async || {
        let other = Filter::new().key(key(2));
        (main.list(other, 0, 1).await.expect("list").len() == 1).then_some(())
    })
    .await;
    let buried = local.list(Filter::new().key(key(1)), 0, 1).await;
    assert_eq!(buried.expect("list")[0].state, State::Dead);
}

#[tokio::test]
async fn whatever_is_buried_the_rest_is_found() {
    let folder = tempfile::tempdir().expect("a folder");
    let (main, local) = (store(&folder, "main").await, store(&folder, "local").await);
    put(&local, 10..1010).await;
    assert_eq!(local.bury(Filter::new()).await.expect("bury"), 1000);
    put(&local, [1]).await;
    let mut claim = Claim::new(1, Duration::ZERO);
    for crash in 0..4 {
        assert_eq!(local.claim(claim).await.expect("claim").len(), 1, "{crash}");
        local.sweep(Retention::default()).await.expect("sweep");
        claim = Claim::quarantine(Duration::ZERO);
    }
    let _spill = Spill::new(main.clone(), local.clone());
    until("it is forwarded", async || {
        (count(&main, State::Waiting).await == 1).then_some(())
    })
    .await;
}
