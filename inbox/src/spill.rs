//! A local store that takes over while the one on the network does not answer.

use std::{fmt, sync::Arc, time::Duration};

use tokio::{
    task::JoinHandle,
    time::{sleep, timeout},
};

use crate::{
    Admin, Claim, Claimed, Entry, Event, Filter, Item, Lease, Queue, Retention, Settle, Settlement,
    State, Stats, Step, Store, StoreError, Stored, Swept, observe::Observer,
};

/// How long the store has for a put before the local one gets it.
const PATIENCE: Duration = Duration::from_millis(300);
/// How many deliveries are forwarded together.
const BATCH: usize = 256;
/// How long a batch is in hand.
const LEASE: Duration = Duration::from_secs(60);
/// How long forwarding waits after a failure, or when there is nothing to forward.
const PAUSE: Duration = Duration::from_secs(1);

/// A store, and a local one for when it does not answer.
///
/// What the store has not taken within 300 ms goes into the local one, and is acknowledged. From
/// there it is forwarded, with its key, as soon as the store answers again; until then nobody
/// handles it. If the store took it nevertheless, it knows the key.
///
/// Everything but [`put`](Store::put) goes to the store.
pub struct Spill<S, L> {
    store: S,
    local: L,
    _forwarding: Arc<Forwarding>,
}

/// Ends with the last clone of the store.
struct Forwarding(JoinHandle<()>);

impl Drop for Forwarding {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl<S: Store, L: Admin> Spill<S, L> {
    /// Spills from `store` to `local`. Has to be called in a tokio runtime.
    #[must_use]
    pub fn new(store: S, local: L) -> Self {
        let forwarding = tokio::spawn(forward(store.clone(), local.clone()));
        Self {
            store,
            local,
            _forwarding: Arc::new(Forwarding(forwarding)),
        }
    }
}

async fn forward<S: Store, L: Admin>(store: S, local: L) {
    let observer = Observer::default();
    loop {
        match forward_some(&store, &local).await {
            Ok(0) => tokio::select! {
                () = local.arrival() => {}
                () = sleep(PAUSE) => {}
            },
            Ok(_) => {}
            Err(error) => {
                observer.tell(Event::StoreFailed {
                    step: Step::Forward,
                    kind: error.kind(),
                });
                sleep(PAUSE).await;
            }
        }
    }
}

/// Tells how many deliveries were forwarded.
async fn forward_some<S: Store, L: Admin>(store: &S, local: &L) -> Result<usize, StoreError> {
    // What was forwarded is known to the store: no key has to be kept here.
    let retention = Retention {
        done: Duration::ZERO,
        ..Retention::default()
    };
    let swept = local.sweep(retention).await?;
    if swept.interrupted.iter().any(|one| one.dead) {
        // Processes that died while they forwarded say nothing about what they forwarded.
        local.replay(Filter::new().state(State::Dead)).await?;
    }
    let mut claimed = Vec::new();
    for alone in [false, true] {
        let mut claim = Claim::new(BATCH, LEASE);
        claim.alone = alone;
        claimed.extend(local.claim(claim).await?);
    }
    if claimed.is_empty() {
        return Ok(0);
    }
    let count = claimed.len();
    let (leases, entries): (Vec<_>, Vec<_>) = claimed.into_iter().map(entry).unzip();
    let put = store.put(entries).await;
    let end = match &put {
        Ok(_) => Settle::Done { forget: true },
        Err(_) => Settle::GiveBack { started: false },
    };
    let settle = |lease| Settlement {
        lease,
        end: end.clone(),
    };
    local
        .settle(leases.into_iter().map(settle).collect())
        .await?;
    put.map(|_| count)
}

fn entry(claimed: Claimed) -> (Lease, Entry) {
    let Claimed {
        lease, key, record, ..
    } = claimed;
    (lease, Entry { key, record })
}

impl<S: Store, L: Admin> Store for Spill<S, L> {
    async fn put(&self, entries: Vec<Entry>) -> Result<Vec<Stored>, StoreError> {
        match timeout(PATIENCE, self.store.put(entries.clone())).await {
            Ok(Ok(stored)) => Ok(stored),
            Ok(Err(_)) | Err(_) => self.local.put(entries).await,
        }
    }
}

impl<S: Queue, L: Admin> Queue for Spill<S, L> {
    async fn claim(&self, claim: Claim) -> Result<Vec<Claimed>, StoreError> {
        self.store.claim(claim).await
    }

    async fn extend(&self, leases: Vec<Lease>, lease: Duration) -> Result<(), StoreError> {
        self.store.extend(leases, lease).await
    }

    async fn settle(&self, settlements: Vec<Settlement>) -> Result<Vec<bool>, StoreError> {
        self.store.settle(settlements).await
    }

    async fn sweep(&self, retention: Retention) -> Result<Swept, StoreError> {
        self.store.sweep(retention).await
    }

    async fn stats(&self) -> Result<Stats, StoreError> {
        self.store.stats().await
    }

    async fn arrival(&self) {
        self.store.arrival().await;
    }
}

impl<S: Admin, L: Admin> Admin for Spill<S, L> {
    async fn list(&self, filter: Filter, after: u64, limit: u32) -> Result<Vec<Item>, StoreError> {
        self.store.list(filter, after, limit).await
    }

    async fn get(&self, id: u64) -> Result<Option<Item>, StoreError> {
        self.store.get(id).await
    }

    async fn replay(&self, filter: Filter) -> Result<u64, StoreError> {
        self.store.replay(filter).await
    }

    async fn bury(&self, filter: Filter) -> Result<u64, StoreError> {
        self.store.bury(filter).await
    }

    async fn purge(&self, filter: Filter) -> Result<u64, StoreError> {
        self.store.purge(filter).await
    }
}

impl<S: Clone, L: Clone> Clone for Spill<S, L> {
    fn clone(&self) -> Self {
        Self {
            store: self.store.clone(),
            local: self.local.clone(),
            _forwarding: Arc::clone(&self._forwarding),
        }
    }
}

impl<S: fmt::Debug, L: fmt::Debug> fmt::Debug for Spill<S, L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Spill")
            .field("store", &self.store)
            .field("local", &self.local)
            .finish_non_exhaustive()
    }
}
