//! When a spill gives up its store.

use std::{
    future::pending,
    sync::{Arc, Mutex},
    time::Duration,
};

use tokio::time::Instant;
use tower_tencent_webhook_inbox::{
    Spill,
    store::{
        Admin, Claim, Claimed, Entry, Filter, Item, Lease, Queue, Retention, Settlement, Stats,
        Store, StoreError, Stored, Swept,
    },
};

use crate::support::entry;

/// A store that never answers.
#[derive(Clone)]
struct Silent;

impl Store for Silent {
    async fn put(&self, _: Vec<Entry>) -> Result<Vec<Stored>, StoreError> {
        pending().await
    }
}

/// A local store that remembers when it was asked to put, and has nothing to hand out.
#[derive(Clone, Default)]
struct Local(Arc<Mutex<Vec<Instant>>>);

impl Store for Local {
    async fn put(&self, entries: Vec<Entry>) -> Result<Vec<Stored>, StoreError> {
        self.0.lock().expect("no panic").push(Instant::now());
        Ok(vec![Stored::New; entries.len()])
    }
}

impl Queue for Local {
    async fn claim(&self, _: Claim) -> Result<Vec<Claimed>, StoreError> {
        Ok(Vec::new())
    }

    async fn extend(&self, _: Vec<Lease>, _: Duration) -> Result<(), StoreError> {
        Ok(())
    }

    async fn settle(&self, _: Vec<Settlement>) -> Result<Vec<bool>, StoreError> {
        Ok(Vec::new())
    }

    async fn sweep(&self, _: Retention) -> Result<Swept, StoreError> {
        Ok(Swept::default())
    }

    async fn stats(&self) -> Result<Stats, StoreError> {
        Ok(Stats::default())
    }
}

impl Admin for Local {
    async fn list(&self, _: Filter, _: u64, _: u32) -> Result<Vec<Item>, StoreError> {
        Ok(Vec::new())
    }

    async fn get(&self, _: u64) -> Result<Option<Item>, StoreError> {
        Ok(None)
    }

    async fn replay(&self, _: Filter) -> Result<u64, StoreError> {
        Ok(0)
    }

    async fn bury(&self, _: Filter) -> Result<u64, StoreError> {
        Ok(0)
    }

    async fn purge(&self, _: Filter) -> Result<u64, StoreError> {
        Ok(0)
    }
}

#[tokio::test(start_paused = true)]
async fn the_store_has_300_ms() {
    let local = Local::default();
    let spill = Spill::new(Silent, local.clone());
    assert_eq!(spilt_after(spill, &local).await, [300]);
}

#[tokio::test(start_paused = true)]
async fn the_store_has_as_long_as_is_set() {
    let local = Local::default();
    let spill = Spill::new(Silent, local.clone()).timeout(Duration::from_millis(50));
    assert_eq!(spilt_after(spill, &local).await, [50]);
}

/// When the local store was asked, in ms.
async fn spilt_after(spill: Spill<Silent, Local>, local: &Local) -> Vec<u128> {
    let begun = Instant::now();
    let stored = spill.put(vec![entry(1)]).await.expect("put");
    assert_eq!(stored, [Stored::New]);
    let puts = local.0.lock().expect("no panic");
    puts.iter().map(|at| (*at - begun).as_millis()).collect()
}
