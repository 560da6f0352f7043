//! The planted fault: a store that answers before it has committed.

use std::time::Duration;

use tower_tencent_webhook_inbox::{
    SqliteStore,
    store::{
        Admin, Claim, Claimed, Entry, Filter, Item, Lease, Queue, Retention, Settlement, Stats,
        Store, StoreError, Stored, Swept,
    },
};

#[derive(Clone)]
pub(crate) struct Careless(pub(crate) SqliteStore);

impl Store for Careless {
    async fn put(&self, entries: Vec<Entry>) -> Result<Vec<Stored>, StoreError> {
        let stored = vec![Stored::New; entries.len()];
        let store = self.0.clone();
        tokio::spawn(async move { store.put(entries).await });
        Ok(stored)
    }
}

impl Queue for Careless {
    async fn claim(&self, claim: Claim) -> Result<Vec<Claimed>, StoreError> {
        self.0.claim(claim).await
    }

    async fn extend(&self, leases: Vec<Lease>, lease: Duration) -> Result<(), StoreError> {
        self.0.extend(leases, lease).await
    }

    async fn settle(&self, settlements: Vec<Settlement>) -> Result<Vec<bool>, StoreError> {
        self.0.settle(settlements).await
    }

    async fn sweep(&self, retention: Retention) -> Result<Swept, StoreError> {
        self.0.sweep(retention).await
    }

    async fn stats(&self) -> Result<Stats, StoreError> {
        self.0.stats().await
    }
}

impl Admin for Careless {
    async fn list(&self, filter: Filter, after: u64, limit: u32) -> Result<Vec<Item>, StoreError> {
        self.0.list(filter, after, limit).await
    }

    async fn get(&self, id: u64) -> Result<Option<Item>, StoreError> {
        self.0.get(id).await
    }

    async fn replay(&self, filter: Filter) -> Result<u64, StoreError> {
        self.0.replay(filter).await
    }

    async fn bury(&self, filter: Filter) -> Result<u64, StoreError> {
        self.0.bury(filter).await
    }

    async fn purge(&self, filter: Filter) -> Result<u64, StoreError> {
        self.0.purge(filter).await
    }
}
