//! The newest requests, which are kept, and the news of them.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::broadcast;

use crate::exchange::{Exchange, row::Row};

/// How much is kept at most, in bytes, however many they are.
const MAX_WEIGHT: usize = 64 * 1024 * 1024;
/// How many updates wait for a slow reader. Beyond that it loses the oldest, and is told.
const NEWS: usize = 256;

/// The newest requests, at most as many as asked for.
#[derive(Debug)]
pub(crate) struct Store {
    keep: usize,
    kept: Mutex<Ring>,
    news: broadcast::Sender<Update>,
}

/// A row that is new or has changed. It waits for slow readers as text, so that they hold no bodies.
#[derive(Clone, Debug)]
pub(crate) struct Update {
    pub(crate) id: u64,
    /// The row as JSON.
    pub(crate) row: Arc<str>,
}

impl Update {
    pub(crate) fn of(exchange: &Exchange) -> Self {
        // Rows are plain numbers and texts, so writing them does not fail.
        let row = serde_json::to_string(&Row::of(exchange)).unwrap_or_default();
        Self {
            id: exchange.id,
            row: row.into(),
        }
    }
}

#[derive(Debug)]
struct Ring {
    /// By id, the newest last.
    exchanges: VecDeque<Arc<Exchange>>,
    weight: usize,
    next_id: u64,
}

impl Store {
    pub(crate) fn new(keep: usize) -> Self {
        Self {
            keep,
            kept: Mutex::new(Ring {
                exchanges: VecDeque::new(),
                weight: 0,
                next_id: 1,
            }),
            news: broadcast::Sender::new(NEWS),
        }
    }

    /// Adds a new one, which gets its id here, or replaces an older state of it.
    pub(crate) fn put(&self, exchange: &mut Exchange) {
        let mut kept = self.lock();
        let is_new = exchange.id == 0;
        if is_new {
            exchange.id = kept.next_id;
            kept.next_id += 1;
        }
        let exchange = Arc::new(exchange.clone());
        if is_new {
            kept.weight += exchange.weight();
            kept.exchanges.push_back(Arc::clone(&exchange));
        } else if let Ok(at) = kept.find(exchange.id) {
            kept.weight += exchange.weight();
            kept.weight -= kept.exchanges[at].weight();
            kept.exchanges[at] = Arc::clone(&exchange);
        }
        while kept.exchanges.len() > self.keep.max(1)
            || (kept.weight > MAX_WEIGHT && kept.exchanges.len() > 1)
        {
            let Some(oldest) = kept.exchanges.pop_front() else {
                break;
            };
            kept.weight -= oldest.weight();
        }
        // Under the lock, so that news comes in the order of the ids.
        if self.news.receiver_count() > 0 {
            let _ = self.news.send(Update::of(&exchange)); // the last reader may be gone by now
        }
    }

    pub(crate) fn get(&self, id: u64) -> Option<Arc<Exchange>> {
        let kept = self.lock();
        let at = kept.find(id).ok()?;
        kept.exchanges.get(at).cloned()
    }

    /// Those with a greater id, the oldest first.
    pub(crate) fn after(&self, id: u64) -> Vec<Arc<Exchange>> {
        let kept = self.lock();
        let first = kept.exchanges.partition_point(|exchange| exchange.id <= id);
        kept.exchanges.range(first..).cloned().collect()
    }

    /// What is added or changed from now on.
    pub(crate) fn news(&self) -> broadcast::Receiver<Update> {
        self.news.subscribe()
    }

    fn lock(&self) -> MutexGuard<'_, Ring> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Ring {
    fn find(&self, id: u64) -> Result<usize, usize> {
        self.exchanges
            .binary_search_by_key(&id, |exchange| exchange.id)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::exchange::{head::Head, head::Origin};

    fn exchange(body: usize) -> Exchange {
        let (parts, ()) = http::Request::new(()).into_parts();
        let mut exchange = Exchange::new(Head::of(&parts), Origin::Network, 0);
        exchange.body = Some(vec![0; body].into());
        exchange
    }

    fn ids(store: &Store) -> Vec<u64> {
        store.after(0).iter().map(|exchange| exchange.id).collect()
    }

    #[test]
    fn keeps_the_newest_by_number_and_by_weight() {
        let store = Store::new(3);
        for _ in 0..5 {
            store.put(&mut exchange(0));
        }
        assert_eq!(ids(&store), [3, 4, 5]);
        store.put(&mut exchange(MAX_WEIGHT / 2));
        store.put(&mut exchange(MAX_WEIGHT / 2));
        assert_eq!(ids(&store), [7]);
        store.put(&mut exchange(0));
        assert_eq!(ids(&store), [7, 8]);
    }

    #[test]
    fn a_later_state_replaces_the_earlier_one_and_is_news_again() {
        let store = Store::new(2);
        let mut news = store.news();
        let mut one = exchange(10);
        store.put(&mut one);
        store.put(&mut exchange(0));
        one.took = Duration::from_millis(5);
        store.put(&mut one);
        let told: Vec<_> = std::iter::from_fn(|| news.try_recv().ok())
            .map(|news| (news.id, news.row.contains("\"ms\":5")))
            .collect();
        assert_eq!(told, [(1, false), (2, false), (1, true)]);
        assert_eq!(store.get(1).expect("kept").ms(), 5);
        store.put(&mut exchange(0));
        store.put(&mut one);
        assert!(store.get(1).is_none(), "what was dropped stays away");
    }

    #[test]
    fn a_slow_reader_holds_no_bodies() {
        let store = Store::new(1);
        let _slow = store.news();
        let body = bytes::Bytes::from(vec![0; 10]);
        let mut one = exchange(0);
        one.body = Some(body.clone());
        store.put(&mut one);
        drop(one);
        store.put(&mut exchange(0));
        assert!(body.is_unique(), "only this test has it");
    }
}
