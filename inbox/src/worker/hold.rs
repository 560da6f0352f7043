//! The deliveries in hand.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use tokio::sync::RwLock;

use crate::{Lease, Settle, Settlement};

/// Whoever handles deliveries in this process holds it: all workers together for reading, one
/// that must be alone for writing.
pub(super) static COMPANY: RwLock<()> = RwLock::const_new(());

/// The deliveries that a worker has in hand, and whether their handlers were started.
#[derive(Default)]
pub(super) struct Held(Mutex<HashMap<Lease, bool>>);

impl Held {
    pub(super) fn insert(&self, lease: Lease) {
        self.with(|held| held.insert(lease, false));
    }

    pub(super) fn start(&self, lease: Lease) {
        self.with(|held| held.insert(lease, true));
    }

    pub(super) fn remove(&self, lease: Lease) {
        self.with(|held| held.remove(&lease));
    }

    pub(super) fn leases(&self) -> Vec<Lease> {
        self.with(|held| held.keys().copied().collect())
    }

    /// Gives up all of them.
    pub(super) fn give_back(&self) -> Vec<Settlement> {
        let given = |(lease, started)| Settlement {
            lease,
            end: Settle::GiveBack { started },
        };
        self.with(|held| held.drain().map(given).collect())
    }

    fn with<T>(&self, look: impl FnOnce(&mut HashMap<Lease, bool>) -> T) -> T {
        look(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
