//! Counts the webhooks that are being handled, up to a limit.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::{sync::Notify, time};

/// The webhooks of one phase whose handlers have not ended, answered or not. All clones of a layer share
/// it.
#[derive(Clone)]
pub(crate) struct InFlight {
    limit: usize,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    count: AtomicUsize,
    emptied: Notify,
}

/// One of them, until it is dropped.
pub(crate) struct InFlightGuard(Arc<Shared>);

impl InFlight {
    pub(crate) fn new(limit: usize) -> Self {
        Self {
            limit,
            shared: Arc::default(),
        }
    }

    pub(crate) fn with_limit(self, limit: usize) -> Self {
        Self { limit, ..self }
    }

    /// `None` if the limit is reached.
    pub(crate) fn enter(&self) -> Option<InFlightGuard> {
        let below_limit = |count| (count < self.limit).then_some(count + 1);
        self.shared
            .count
            .fetch_update(Ordering::AcqRel, Ordering::Acquire, below_limit)
            .ok()?;
        Some(InFlightGuard(Arc::clone(&self.shared)))
    }

    /// Waits until none is left, and tells how many are left if that takes too long.
    pub(crate) async fn drain(&self, limit: Duration) -> usize {
        let emptied = async {
            loop {
                // Listening begins before the look at the count, so that no end is missed.
                let emptied = self.shared.emptied.notified();
                if self.count() == 0 {
                    return;
                }
                emptied.await;
            }
        };
        if self.count() == 0 {
            return 0;
        }
        time::timeout(limit, emptied)
            .await
            .map_or_else(|_| self.count(), |()| 0)
    }

    pub(crate) fn count(&self) -> usize {
        self.shared.count.load(Ordering::Acquire)
    }
}

impl Drop for InFlightGuard {
    fn drop(&mut self) {
        if self.0.count.fetch_sub(1, Ordering::AcqRel) == 1 {
            self.0.emptied.notify_waiters();
        }
    }
}

impl fmt::Debug for InFlight {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InFlight")
            .field("limit", &self.limit)
            .field("count", &self.count())
            .finish()
    }
}
