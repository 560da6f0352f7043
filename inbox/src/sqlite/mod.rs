//! The store in a file of this machine.

mod admin;
mod file;
mod open;
mod reader;
mod sql;
mod statements;
mod writer;

use std::{fmt, path::Path, sync::Arc, time::Duration};

use tokio::sync::{Notify, mpsc};

use self::{
    reader::Reader,
    statements::{ClaimDue, Extend, Put, SettleHeld, Sweep},
    writer::{Request, Submitted},
};
use crate::store::{
    Admin, Claim, Claimed, Entry, Filter, Item, Lease, OpenError, Queue, Retention, Settlement,
    Stats, Store, StoreError, Stored, Swept,
};

/// Deliveries in a SQLite file, for one process.
///
/// One task writes. What waits while it commits, puts, claims and settlements alike, shares the
/// next transaction and its one `fsync`. Each is atomic by itself: one of them failing does not
/// undo the others.
///
/// The file has the mode 0600, the journal mode WAL and `synchronous = FULL`. `PATH.lock` beside
/// it is locked as long as the store is open, on Linux the file itself, too; what a dead process left
/// in hand is taken back when it is opened.
///
/// Its journal is beside it, under its name: give a container the folder, never the file alone. Under
/// another name it would lack what is in the journal, so a file with hard links is refused.
#[derive(Clone)]
pub struct SqliteStore {
    requests: mpsc::Sender<Submitted>,
    reader: Reader,
    arrivals: Arc<Notify>,
}

impl SqliteStore {
    /// The migrations, in order. Each sets `PRAGMA user_version` to its number, from 1.
    /// [`open`](SqliteStore::open) runs what is missing.
    pub const MIGRATIONS: &'static [&'static str] = open::MIGRATIONS;

    /// Opens the file, or makes it. Has to be called in a tokio runtime.
    ///
    /// # Errors
    ///
    /// [`OpenError`] if the path is `:memory:`, if another process or store has the file open, if it
    /// has hard links, if
    /// its schema is newer than this release, or if SQLite refuses it.
    pub async fn open(path: impl AsRef<Path>) -> Result<Self, OpenError> {
        let opened = open::open(path.as_ref()).await?;
        let reader = Reader::new(&opened.options);
        Ok(Self {
            requests: writer::spawn(opened, reader.clone()),
            reader,
            arrivals: Arc::default(),
        })
    }

    /// Finishes what was asked of it and closes the file. Later calls, also of clones, fail
    /// with [`Closed`](crate::store::StoreErrorKind::Closed).
    pub async fn close(&self) {
        writer::close(&self.requests).await;
    }

    async fn ask<R: Request>(&self, request: R) -> Result<R::Output, StoreError> {
        writer::ask(&self.requests, request).await
    }

    async fn change(&self, sql: &'static str, filter: Filter) -> Result<u64, StoreError> {
        admin::change(&self.requests, &self.reader, sql, filter).await
    }
}

impl Store for SqliteStore {
    async fn put(&self, entries: Vec<Entry>) -> Result<Vec<Stored>, StoreError> {
        let stored = self.ask(Put(entries)).await?;
        if stored.contains(&Stored::New) {
            self.arrivals.notify_one();
        }
        Ok(stored)
    }
}

impl Queue for SqliteStore {
    async fn claim(&self, claim: Claim) -> Result<Vec<Claimed>, StoreError> {
        self.ask(ClaimDue::new(claim)?).await
    }

    async fn extend(&self, leases: Vec<Lease>, lease: Duration) -> Result<(), StoreError> {
        self.ask(Extend { leases, lease }).await
    }

    async fn settle(&self, settlements: Vec<Settlement>) -> Result<Vec<bool>, StoreError> {
        self.ask(SettleHeld::new(settlements)).await
    }

    async fn sweep(&self, retention: Retention) -> Result<Swept, StoreError> {
        self.ask(Sweep(retention)).await
    }

    async fn stats(&self) -> Result<Stats, StoreError> {
        self.reader.stats().await
    }

    async fn arrival(&self) {
        self.arrivals.notified().await;
    }
}

impl Admin for SqliteStore {
    async fn list(&self, filter: Filter, after: u64, limit: u32) -> Result<Vec<Item>, StoreError> {
        self.reader.list(filter, after, limit).await
    }

    async fn get(&self, id: u64) -> Result<Option<Item>, StoreError> {
        self.reader.get(id).await
    }

    async fn replay(&self, filter: Filter) -> Result<u64, StoreError> {
        let replayed = self.change(admin::REPLAY, filter).await?;
        self.arrivals.notify_one();
        Ok(replayed)
    }

    async fn bury(&self, filter: Filter) -> Result<u64, StoreError> {
        self.change(admin::BURY, filter).await
    }

    async fn purge(&self, filter: Filter) -> Result<u64, StoreError> {
        self.change(admin::PURGE, filter).await
    }
}

impl fmt::Debug for SqliteStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteStore").finish_non_exhaustive()
    }
}
