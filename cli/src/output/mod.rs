//! Where every exchange goes: into the store, and at its end to stdout, the recording and the log.

pub(crate) mod line;
pub(crate) mod ndjson;
pub(crate) mod outbox;
pub(crate) mod recording;
pub(crate) mod store;

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use self::{outbox::Outbox, store::Store};
use crate::exchange::Exchange;

/// The store and the outboxes.
pub(crate) struct Hub {
    pub(crate) store: Store,
    outboxes: Vec<Outbox>,
}

impl Hub {
    pub(crate) fn new(store: Store, outboxes: Vec<Outbox>) -> Self {
        Self { store, outboxes }
    }

    /// Keeps its state.
    pub(crate) fn keep(&self, exchange: &mut Exchange) {
        self.store.put(exchange);
    }

    /// Keeps its last state, and writes it.
    pub(crate) fn finish(&self, exchange: &mut Exchange) {
        self.store.put(exchange);
        let exchange = Arc::new(exchange.clone());
        for outbox in &self.outboxes {
            outbox.push(&exchange);
        }
    }

    /// Whether everything is written everywhere.
    pub(crate) fn is_idle(&self) -> bool {
        self.outboxes.iter().all(Outbox::is_idle)
    }

    /// Waits until everything is written everywhere, for at most `timeout`.
    pub(crate) fn close(&self, timeout: Duration) {
        let deadline = Instant::now() + timeout;
        for outbox in &self.outboxes {
            outbox.close(deadline.saturating_duration_since(Instant::now()));
        }
    }
}
