//! A local store that takes over while the one on the network does not answer.

mod forward;

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::{task::JoinHandle, time::timeout};

use self::forward::Forwarder;
use crate::{
    observe::{InboxEvent, Observer},
    store::{
        Admin, Claim, Claimed, Entry, Filter, Item, Lease, Queue, Retention, Settlement, Stats,
        Store, StoreError, Stored, Swept,
    },
};
#[cfg(all(feature = "sqlite", feature = "postgres"))]
use crate::{postgres::PgStore, sqlite::SqliteStore};

/// How long the store has for a put before the local one gets it, unless set.
const TIMEOUT: Duration = Duration::from_millis(300);

/// A store, and a local one for when it does not answer.
///
/// What the store has not taken in time, 300 ms [unless set](Spill::timeout), goes into the local
/// one, and is acknowledged. From
/// there it is forwarded, with its key, as soon as the store answers again; until then nobody
/// handles it. If the store took it nevertheless, it knows the key.
///
/// Nothing that was spilt is given up: what the store refuses is tried again and again, behind
/// all others. To give it up, an operator [buries](Admin::bury) it in the local store.
///
/// Everything but [`put`](Store::put) goes to the store; [`stats`](Queue::stats) counts what waits
/// to be forwarded from here, too.
pub struct Spill<S, L> {
    store: S,
    local: L,
    timeout: Duration,
    observer: Arc<Mutex<Observer>>,
    _forwarding: Arc<Forwarding>,
}

/// Ends with the last clone of the store.
struct Forwarding(JoinHandle<()>);

impl Drop for Forwarding {
    fn drop(&mut self) {
        self.0.abort();
    }
}

#[cfg(all(feature = "sqlite", feature = "postgres"))]
impl PgStore {
    /// Stores in `local` what the server has not taken within 300 ms ([or](crate::Spill::timeout)),
    /// and forwards it from there once the server is back. Has to be called in a tokio runtime.
    #[must_use]
    pub fn spill_to(self, local: SqliteStore) -> Spill<Self, SqliteStore> {
        Spill::new(self, local)
    }
}

impl<S: Store, L: Admin> Spill<S, L> {
    /// Spills from `store` to `local`. Has to be called in a tokio runtime.
    #[must_use]
    pub fn new(store: S, local: L) -> Self {
        let observer = Arc::default();
        let forwarder = Forwarder {
            store: store.clone(),
            local: local.clone(),
            observer: Arc::clone(&observer),
        };
        let forwarding = tokio::spawn(forwarder.run());
        Self {
            store,
            local,
            timeout: TIMEOUT,
            observer,
            _forwarding: Arc::new(Forwarding(forwarding)),
        }
    }

    /// Sets how long the store has for a put before the local one gets it.
    ///
    /// It has to leave time for the local one: a put is given up 100 ms before the layer's
    /// [deadline](tower_tencent_webhook::WebhookLayer::deadline). Under a deadline of 400 ms or less
    /// nothing would be spilt in time without setting it.
    #[must_use]
    pub fn timeout(self, timeout: Duration) -> Self {
        Self { timeout, ..self }
    }

    /// Sees each failure to forward, as [`StoreFailed`](InboxEvent::StoreFailed). It must not block.
    #[must_use]
    pub fn on_event(self, on_event: impl Fn(&InboxEvent) + Send + Sync + 'static) -> Self {
        let observer = self.observer.lock();
        observer
            .unwrap_or_else(PoisonError::into_inner)
            .set(on_event);
        self
    }
}

impl<S: Store, L: Admin> Store for Spill<S, L> {
    async fn put(&self, entries: Vec<Entry>) -> Result<Vec<Stored>, StoreError> {
        match timeout(self.timeout, self.store.put(entries.clone())).await {
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
        let (mut stats, local) = (self.store.stats().await?, self.local.stats().await?);
        stats.waiting += local.waiting + local.leased;
        stats.oldest_waiting = stats.oldest_waiting.max(local.oldest_waiting);
        Ok(stats)
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
            timeout: self.timeout,
            observer: Arc::clone(&self.observer),
            _forwarding: Arc::clone(&self._forwarding),
        }
    }
}

impl<S: fmt::Debug, L: fmt::Debug> fmt::Debug for Spill<S, L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Spill")
            .field("store", &self.store)
            .field("local", &self.local)
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}
