//! What happens while the store on the network does not answer.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use tower_tencent_webhook_inbox::{
    Admin, Entry, Filter, Spill, SqliteStore, State, Store, StoreError, StoreErrorKind, Stored,
};

use crate::support::{entry, put, until};

/// A store that can be down.
#[derive(Clone)]
struct Flaky {
    store: SqliteStore,
    up: Arc<AtomicBool>,
    /// Whether it stores and does not say so.
    silent: Arc<AtomicBool>,
}

impl Store for Flaky {
    async fn put(&self, entries: Vec<Entry>) -> Result<Vec<Stored>, StoreError> {
        if !self.up.load(Ordering::SeqCst) {
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
    let up = Arc::new(AtomicBool::new(false));
    let flaky = Flaky {
        store: main.clone(),
        up: Arc::clone(&up),
        silent: Arc::default(),
    };
    let spill = Spill::new(flaky, local.clone());
    for n in 0..10 {
        let stored = spill.put(vec![entry(n)]).await.expect("put");
        assert_eq!(stored, [Stored::New]);
    }
    let repeat = spill.put(vec![entry(0)]).await.expect("put");
    assert_eq!(repeat, [Stored::Known], "also while the store is down");
    assert_eq!(count(&main, State::Waiting).await, 0);

    up.store(true, Ordering::SeqCst);
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

#[tokio::test]
async fn a_store_that_took_it_in_silence_has_it_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let (main, local) = (store(&folder, "main").await, store(&folder, "local").await);
    let silent = Arc::new(AtomicBool::new(true));
    let flaky = Flaky {
        store: main.clone(),
        up: Arc::new(AtomicBool::new(true)),
        silent: Arc::clone(&silent),
    };
    let spill = Spill::new(flaky, local.clone());
    spill.put(vec![entry(1)]).await.expect("put");
    silent.store(false, Ordering::SeqCst);
    // The forwarder that still waits for an answer is that of the first store.
    drop(spill);
    let forwarder = Spill::new(main.clone(), local.clone());
    until("it is forwarded", async || {
        tokio::time::sleep(Duration::from_millis(10)).await;
        (count(&local, State::Waiting).await == 0).then_some(())
    })
    .await;
    assert_eq!(count(&main, State::Waiting).await, 1);
    put(&main, [2]).await;
    drop(forwarder);
}
