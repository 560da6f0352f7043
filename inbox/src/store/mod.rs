//! What a store does: keep deliveries, hand them out, and show them to an operator.
//!
//! [`Store`] is all that an [`Inbox`](crate::Inbox) needs, and all that a producer for a broker
//! implements. [`Queue`] adds what a [`Worker`](crate::Worker) needs, [`Admin`] what an operator
//! needs. [`SqliteStore`](crate::SqliteStore) and [`PgStore`](crate::PgStore) are all three.

mod admin;
mod claim;
mod error;
mod state;
mod sweep;

pub use self::{
    admin::{Filter, Item, Stats},
    claim::{Claim, Claimed, Entry, Lease, Settle, Settlement, Stored},
    error::{OpenError, StoreError, StoreErrorKind},
    state::State,
    sweep::{Interrupted, Retention, Swept},
};
#[cfg(any(feature = "sqlite", feature = "postgres"))]
pub(crate) use self::{
    claim::{Change, millis},
    sweep::{CHUNK, CRASHED, CRASHES_IN_QUARANTINE},
};
use std::{future, time::Duration};

/// Keeps deliveries, each key once.
///
/// ```
/// use std::{collections::HashSet, sync::{Arc, Mutex}};
/// use tower_tencent_webhook_inbox::store::{Entry, Store, StoreError, Stored};
/// use tower_tencent_webhook::EventKey;
///
/// /// Keeps nothing but the keys, in memory: for a test.
/// #[derive(Clone, Default)]
/// struct Keys(Arc<Mutex<HashSet<EventKey>>>);
///
/// impl Store for Keys {
///     async fn put(&self, entries: Vec<Entry>) -> Result<Vec<Stored>, StoreError> {
///         let mut keys = self.0.lock().map_err(|_| StoreError::failed("poisoned"))?;
///         let put = |entry: Entry| if keys.insert(entry.key) { Stored::New } else { Stored::Known };
///         Ok(entries.into_iter().map(put).collect())
///     }
/// }
/// ```
pub trait Store: Clone + Send + Sync + 'static {
    /// Stores the entries whose keys are new. It resolves when every entry is durable: committed
    /// and flushed, or there before.
    ///
    /// The result has one element for each entry, in their order. Of two entries with the same
    /// key the first may be new, the second is known. Dropping the future may or may not store.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if not all of them are durable; some may be.
    fn put(
        &self,
        entries: Vec<Entry>,
    ) -> impl Future<Output = Result<Vec<Stored>, StoreError>> + Send;
}

/// Hands out what is stored, to be handled.
pub trait Queue: Store {
    /// Takes deliveries in hand that are due, and counts the attempt: durably, before it resolves.
    ///
    /// # Errors
    ///
    /// [`StoreError`]; what was claimed nevertheless comes back when the lease runs out.
    fn claim(&self, claim: Claim) -> impl Future<Output = Result<Vec<Claimed>, StoreError>> + Send;

    /// Holds deliveries in hand for `lease` from now.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if that is not certain.
    fn extend(
        &self,
        leases: Vec<Lease>,
        lease: Duration,
    ) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Says what becomes of deliveries in hand. The result tells for each whether its lease was
    /// still held; if it was not, nothing has changed.
    ///
    /// It may be repeated: what was settled in the same way under the same lease is told to be
    /// held, and nothing changes.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if that is not certain.
    fn settle(
        &self,
        settlements: Vec<Settlement>,
    ) -> impl Future<Output = Result<Vec<bool>, StoreError>> + Send;

    /// Takes back what was in hand when its lease ran out, and removes what has been over for
    /// longer than `retention`: a bounded number at a time, so that it never blocks for long.
    ///
    /// # Errors
    ///
    /// [`StoreError`]; it is repeated anyway.
    fn sweep(&self, retention: Retention)
    -> impl Future<Output = Result<Swept, StoreError>> + Send;

    /// How many deliveries are in each state.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the store does not answer.
    fn stats(&self) -> impl Future<Output = Result<Stats, StoreError>> + Send;

    /// Resolves when something new was put through this store in this process, so that a worker
    /// need not wait for its next look. Never, unless implemented.
    fn arrival(&self) -> impl Future<Output = ()> + Send {
        future::pending()
    }
}

/// Shows and changes what is stored, for an operator.
///
/// ```
/// # #[cfg(feature = "sqlite")] #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use tower_tencent_webhook_inbox::{store::{Admin, Filter, State}, SqliteStore};
///
/// # let folder = tempfile::tempdir()?;
/// # let path = folder.path().join("inbox.db");
/// let store = SqliteStore::open(path).await?;
/// let dead = Filter::new().state(State::Dead).command("Group.CallbackAfterSendMsg");
/// for item in store.list(dead.clone(), 0, 100).await? {
///     println!("{} after {} attempts: {:?}", item.id, item.attempts, item.error);
/// }
/// store.replay(dead).await?; // they are handed over again, by the release that fixes them
/// # Ok(()) }
/// # #[cfg(not(feature = "sqlite"))] fn main() {}
/// ```
pub trait Admin: Queue {
    /// The deliveries that `filter` matches, without their bodies, by id from the one after
    /// `after`: at most `limit`.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the store does not answer.
    fn list(
        &self,
        filter: Filter,
        after: u64,
        limit: u32,
    ) -> impl Future<Output = Result<Vec<Item>, StoreError>> + Send;

    /// One delivery, with its record unless that is forgotten.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the store does not answer.
    fn get(&self, id: u64) -> impl Future<Output = Result<Option<Item>, StoreError>> + Send;

    /// Hands over again what is dead or done, as if it were new; its attempts keep counting. What
    /// no longer has a body stays. Tells how many.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if that is not certain. It may have happened to some of them.
    fn replay(&self, filter: Filter) -> impl Future<Output = Result<u64, StoreError>> + Send;

    /// Gives up what waits: it is dead. Tells how many.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if that is not certain. It may have happened to some of them.
    fn bury(&self, filter: Filter) -> impl Future<Output = Result<u64, StoreError>> + Send;

    /// Removes what is dead or done, keys included: a repeat of it is new. Tells how many.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if that is not certain. It may have happened to some of them.
    fn purge(&self, filter: Filter) -> impl Future<Output = Result<u64, StoreError>> + Send;
}
