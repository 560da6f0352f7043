//! The store on a PostgreSQL server, for any number of processes.

mod admin;
mod open;
mod row;
mod statements;
mod transaction;
mod writer;

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use sqlx::PgPool;
use tokio::{
    sync::{Notify, mpsc},
    time::Instant,
};

pub use self::open::PgOptions;
use self::{transaction::transact, writer::Submitted};
use crate::store::{
    Admin, Claim, Claimed, Entry, Filter, Item, Lease, OpenError, Queue, Retention, Settlement,
    Stats, Store, StoreError, Stored, Swept,
};

/// Deliveries in a PostgreSQL database, for any number of processes.
///
/// Puts that wait while others commit share the next transaction; a few writers take turns, so
/// that the server's own group commit works as well. Claims lock their rows and skip those of
/// others. All times are those of the server. There is no `LISTEN`: a worker polls, and is woken by
/// what its own process puts.
///
/// It works behind pgbouncer in transaction mode: every statement is unnamed, and in a
/// transaction. A pool of your own has to leave out a parameter that sqlx sends and pgbouncer
/// refuses: `PgConnectOptions::extra_float_digits(None)`.
///
/// The table `tencent_inbox` is in the first schema of the connection's `search_path`. One that is found
/// in a later schema is refused: it may be somebody else's.
#[derive(Clone)]
pub struct PgStore {
    pool: PgPool,
    puts: mpsc::Sender<Submitted>,
    arrivals: Arc<Notify>,
    uncertain: Arc<UncertainClaims>,
}

/// The tokens of claims that failed after they had claimed something: the server may have committed
/// it, or be about to, and not have been able to say so. Nobody has it in hand, so that no lease has
/// to run out. Each has the time until which it is looked for.
#[derive(Default)]
struct UncertainClaims(Mutex<HashMap<i64, Instant>>);

impl UncertainClaims {
    /// A server that waits for a standby may commit much later.
    const TIMEOUT: Duration = Duration::from_hours(1);

    fn tokens(&self) -> MutexGuard<'_, HashMap<i64, Instant>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note(&self, token: i64) {
        self.tokens().insert(token, Instant::now() + Self::TIMEOUT);
    }

    fn all(&self) -> Vec<i64> {
        let mut tokens = self.tokens();
        tokens.retain(|_, end| *end > Instant::now());
        tokens.keys().copied().collect()
    }

    fn forget(&self, tokens: &[i64]) {
        self.tokens().retain(|token, _| !tokens.contains(token));
    }
}

impl PgOptions {
    /// Opens the store in the database at `url`, with a pool of its own.
    ///
    /// # Errors
    ///
    /// As [`PgStore::new`].
    pub async fn connect(self, url: &str) -> Result<PgStore, OpenError> {
        let pool = self.pool(url).await?;
        self.open(pool).await
    }

    /// Opens the store in the database of `pool`.
    ///
    /// # Errors
    ///
    /// As [`PgStore::new`].
    pub async fn open(self, pool: PgPool) -> Result<PgStore, OpenError> {
        self.prepare(&pool).await?;
        Ok(PgStore {
            puts: writer::spawn(&pool, self.writers),
            pool,
            arrivals: Arc::default(),
            uncertain: Arc::default(),
        })
    }
}

impl PgStore {
    /// The migrations, in order. Each sets the version in `tencent_inbox_schema` to its number,
    /// from 1. [`new`](PgStore::new) runs what is missing.
    pub const MIGRATIONS: &'static [&'static str] = open::MIGRATIONS;

    /// A store in the database of `pool`. Has to be called in a tokio runtime.
    ///
    /// Writers and a worker take up to 10 connections of the pool at the same time; the application
    /// may use the rest.
    ///
    /// # Errors
    ///
    /// [`OpenError`] if the server cannot be reached or refuses, if its settings let it lose what
    /// it has committed, or if the schema is newer than this release.
    pub async fn new(pool: PgPool) -> Result<Self, OpenError> {
        PgOptions::new().open(pool).await
    }

    /// A store in the database at `url`, with a pool of its own.
    ///
    /// # Errors
    ///
    /// As [`new`](PgStore::new).
    pub async fn connect(url: &str) -> Result<Self, OpenError> {
        PgOptions::new().connect(url).await
    }

    /// Gives back what nobody has in hand.
    async fn give_back(&self) -> Result<(), StoreError> {
        let tokens = self.uncertain.all();
        if tokens.is_empty() {
            return Ok(());
        }
        let given = transact(&self.pool, async |connection| {
            statements::give_back(connection, &tokens).await
        });
        self.uncertain.forget(&given.await?);
        Ok(())
    }
}

impl Store for PgStore {
    async fn put(&self, entries: Vec<Entry>) -> Result<Vec<Stored>, StoreError> {
        let stored = writer::put(&self.puts, entries).await?;
        if stored.contains(&Stored::New) {
            self.arrivals.notify_one();
        }
        Ok(stored)
    }
}

impl Queue for PgStore {
    async fn claim(&self, claim: Claim) -> Result<Vec<Claimed>, StoreError> {
        self.give_back().await?;
        let token = Lease::token().map_err(StoreError::failed)?;
        let mut has_some = false;
        let claimed = transact(&self.pool, async |connection| {
            let claimed = statements::claim(connection, claim, token).await?;
            has_some = !claimed.is_empty();
            Ok(claimed)
        })
        .await;
        if claimed.is_err() && has_some {
            self.uncertain.note(token);
        }
        claimed
    }

    async fn extend(&self, leases: Vec<Lease>, lease: Duration) -> Result<(), StoreError> {
        transact(&self.pool, async |connection| {
            statements::extend(connection, leases, lease).await
        })
        .await
    }

    async fn settle(&self, settlements: Vec<Settlement>) -> Result<Vec<bool>, StoreError> {
        statements::settle(&self.pool, settlements).await
    }

    async fn sweep(&self, retention: Retention) -> Result<Swept, StoreError> {
        self.give_back().await?;
        statements::sweep(&self.pool, retention).await
    }

    async fn stats(&self) -> Result<Stats, StoreError> {
        transact(&self.pool, admin::stats).await
    }

    async fn arrival(&self) {
        self.arrivals.notified().await;
    }
}

impl Admin for PgStore {
    async fn list(&self, filter: Filter, after: u64, limit: u32) -> Result<Vec<Item>, StoreError> {
        transact(&self.pool, async |connection| {
            admin::list(connection, filter, after, limit).await
        })
        .await
    }

    async fn get(&self, id: u64) -> Result<Option<Item>, StoreError> {
        transact(&self.pool, async |connection| {
            admin::get(connection, id).await
        })
        .await
    }

    async fn replay(&self, filter: Filter) -> Result<u64, StoreError> {
        let replayed = admin::change(&self.pool, admin::REPLAY, filter).await?;
        self.arrivals.notify_one();
        Ok(replayed)
    }

    async fn bury(&self, filter: Filter) -> Result<u64, StoreError> {
        admin::change(&self.pool, admin::BURY, filter).await
    }

    async fn purge(&self, filter: Filter) -> Result<u64, StoreError> {
        admin::change(&self.pool, admin::PURGE, filter).await
    }
}

impl fmt::Debug for PgStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PgStore").finish_non_exhaustive()
    }
}
