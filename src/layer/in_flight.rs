//! Counts the after-webhooks whose handlers have not ended.

use std::{
    fmt,
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::{sync::Notify, time};

use crate::catch_panic::caught;

/// The after-webhooks between decoding and the end of their handler, whether or not they are
/// answered. All clones of a layer share it.
#[derive(Clone)]
pub(crate) struct Background {
    limit: usize,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    count: AtomicUsize,
    emptied: Notify,
}

/// One slot, freed on drop.
pub(crate) struct Slot(Arc<Shared>);

impl Background {
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
    pub(crate) fn enter(&self) -> Option<Slot> {
        let below_limit = |count| (count < self.limit).then_some(count + 1);
        self.shared
            .count
            .fetch_update(Ordering::AcqRel, Ordering::Acquire, below_limit)
            .ok()?;
        Some(Slot(Arc::clone(&self.shared)))
    }

    /// Waits until none is left, and tells how many are left if that takes too long.
    pub(crate) async fn drain(&self, patience: Duration) -> usize {
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
        // Without timers there is no end to the patience.
        let mut emptied = pin!(emptied);
        match caught(|| time::timeout(patience, emptied.as_mut())) {
            Ok(limited) => limited.await.map_or_else(|_| self.count(), |()| 0),
            Err(_) => {
                emptied.await;
                0
            }
        }
    }

    pub(crate) fn count(&self) -> usize {
        self.shared.count.load(Ordering::Acquire)
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        if self.0.count.fetch_sub(1, Ordering::AcqRel) == 1 {
            self.0.emptied.notify_waiters();
        }
    }
}

impl fmt::Debug for Background {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Background")
            .field("limit", &self.limit)
            .field("count", &self.count())
            .finish()
    }
}
