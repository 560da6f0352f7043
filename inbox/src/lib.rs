//! A durable inbox for Tencent's webhooks: what is acknowledged is stored.

#![cfg_attr(docsrs, feature(doc_cfg))]

mod handle;
mod inbox;
mod observe;
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(any(feature = "sqlite", feature = "postgres"))]
mod record;
#[doc(hidden)]
pub mod seam;
mod spill;
#[cfg(feature = "sqlite")]
mod sqlite;
mod store;
mod worker;

#[cfg(feature = "postgres")]
pub use self::postgres::{PgOptions, PgStore};
#[cfg(feature = "sqlite")]
pub use self::sqlite::SqliteStore;
pub use tower_tencent_webhook::Record;

pub use self::{
    handle::{Attempt, Cause, CauseKind, Policy, Retry, Verdict, handle},
    inbox::Inbox,
    observe::{Event, HandledEnd, Put, Step},
    seam::EventKey,
    spill::Spill,
    store::{
        Admin, Claim, Claimed, Entry, Filter, Interrupted, Item, Lease, OpenError, Queue,
        Retention, Settle, Settlement, State, Stats, Store, StoreError, StoreErrorKind, Stored,
        Swept,
    },
    worker::{Running, Worker},
};
