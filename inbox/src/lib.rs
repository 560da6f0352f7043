//! A durable inbox for the webhooks of [`tower_tencent_webhook`]: what is acknowledged is stored.
//!
//! Tencent repeats a webhook little or not at all, so that one that is acknowledged and then lost,
//! in a crash, a deployment or a failed handler, is lost for good. Here an after-webhook is stored
//! before it is acknowledged, once, and workers, in this process or in replicas, run the same
//! [`Handlers`](tower_tencent_webhook::Handlers) over what is stored. Before-webhooks, whose reply
//! decides, go to the handlers at once and never touch the store.
//!
//! - One machine: [`SqliteStore`], a file, without any set-up.
//! - Several: [`PgStore`], PostgreSQL, with the feature `postgres`.
//! - Something else: [`Store`](store::Store) is one method; see [`docs::beyond`].
//!
//! # Example
//!
//! ```no_run
//! use std::time::Duration;
//! use axum::Router;
//! use tokio::{signal::unix::{SignalKind, signal}, time::sleep};
//! use tower_tencent_webhook::{App, Delivery, Handlers, event::group, reply::Ack};
//! use tower_tencent_webhook_inbox::{Inbox, SqliteStore, Worker};
//!
//! # #[tokio::main] async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let handlers = Handlers::new().on(|delivery: Delivery<group::AfterSendMsg>| async move {
//!     // An error, a panic or a crash here: it is handed over again.
//!     println!("a message in {}", delivery.event.group_id);
//!     Ack
//! });
//!
//! let store = SqliteStore::open("inbox.db").await?;
//! let webhooks = Inbox::new(store.clone(), handlers.clone())
//!     .layer(App::signed(1_400_000_000, "the token")?);
//! let worker = Worker::new(store, handlers).concurrency(64).start();
//!
//! let app = Router::new().route_service("/im", webhooks.clone().into_service());
//! let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
//! let mut terminate = signal(SignalKind::terminate())?; // what a supervisor sends
//! let (told, stopping) = tokio::sync::oneshot::channel();
//! let server = axum::serve(listener, app).with_graceful_shutdown(async move {
//!     tokio::select! {
//!         _ = terminate.recv() => {}
//!         _ = tokio::signal::ctrl_c() => {}
//!     }
//!     let _ = told.send(());
//! });
//! tokio::select! {
//!     served = server => served?,
//!     // A client that is in the middle of a request must not hold up the end.
//!     () = async { let _ = stopping.await; sleep(Duration::from_secs(5)).await } => {}
//! }
//!
//! webhooks.drain(Duration::from_secs(2)).await; // what is being stored
//! let left = worker.stop(Duration::from_secs(10)).await; // finish, or give back
//! println!("{left} deliveries are left to the next process");
//! # Ok(()) }
//! ```
//!
//! # What is promised
//!
//! - **A.** OK was answered: the delivery was committed and flushed.
//! - **B.** No OK: it is stored or not. A repeat meets its key.
//! - **C.** Stored: it is handed over until it succeeds or is dead. It is handed over more than once
//!   only if the handler failed or timed out, the process died between the effect and its
//!   settlement, the lease ran out, a stop gave it back after its handler had started, an operator
//!   replayed it, the vendor repeated an event without a key or after its key was forgotten, or it
//!   was spilt although the server had taken it, and forwarded after its key was forgotten: by a
//!   replica that was away for longer than [`Retention::done`](store::Retention::done).
//! - **D.** Effects once: put the event key ([`Attempt::event_key`]) under a unique constraint of
//!   your own, in the transaction of the effect.
//!
//! No order is promised: the vendor sends in parallel and promises none. Handlers that need one
//! compare `MsgSeq` or `EventTime`.
//!
//! # Chapters
//!
//! [`docs`] has what an operator has to know: [what happens when](docs::failures),
//! [the metrics](docs::metrics), [sizing](docs::sizing), [replicas](docs::replicas), [the schema](docs::schema), and
//! [beyond one PostgreSQL](docs::beyond).
//!
//! # Features
//!
//! - `sqlite` (default): [`SqliteStore`].
//! - `postgres`: [`PgStore`].
//! - `metrics`: figures through the `metrics` facade; see [`docs::metrics`].
//!
//! An application that uses `rusqlite` 0.43, which links a different SQLite from sqlx 0.9, takes
//! this package with `default-features = false, features = ["postgres"]`.

#![cfg_attr(docsrs, feature(doc_cfg))]

mod catch_panic;
#[cfg(all(doc, feature = "sqlite", feature = "postgres"))]
pub mod docs;
mod handle;
mod inbox;
mod observe;
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(any(feature = "sqlite", feature = "postgres"))]
mod record;
mod spill;
#[cfg(feature = "sqlite")]
mod sqlite;
pub mod store;
mod worker;

#[cfg(feature = "postgres")]
pub use self::postgres::{PgOptions, PgStore};
#[cfg(feature = "sqlite")]
pub use self::sqlite::SqliteStore;
pub use self::{
    handle::{Attempt, Policy, Retry, handle},
    inbox::Inbox,
    spill::Spill,
    worker::{Running, Worker},
};

/// What happens in an inbox and its workers, and what comes of an attempt.
///
/// ```
/// use tower_tencent_webhook::Handlers;
/// use tower_tencent_webhook_inbox::{Worker, event::{HandledEnd, InboxEvent}};
/// # fn worker<Q>(store: Q) -> Worker<Q, Handlers> {
///
/// let worker = Worker::new(store, Handlers::new()).on_event(|event| {
///     if let InboxEvent::Handled { end: HandledEnd::Dead(kind), command, .. } = event {
///         eprintln!("{command} is given up: {kind}");
///     }
/// });
/// # worker }
/// ```
pub mod event {
    pub use crate::{
        handle::{Cause, Disposition},
        observe::{HandledEnd, InboxEvent, Put, Step},
    };
}

/// The examples of the README are tests.
#[cfg(all(doctest, feature = "sqlite"))]
#[doc = include_str!("../README.md")]
struct Readme;
