//! The deliveries in hand.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use tokio::sync::RwLock;

use crate::store::{Lease, Settle, Settlement};

/// Whoever handles deliveries in this process holds it: all workers together for reading, one
/// that must be alone for writing.
pub(super) static COMPANY: RwLock<()> = RwLock::const_new(());

/// The deliveries that a worker has in hand, and what becomes of each if it is given up now.
#[derive(Default)]
pub(super) struct Leases(Mutex<HashMap<Lease, Settle>>);

impl Leases {
    /// It is in hand, and not started.
    pub(super) fn insert(&self, lease: Lease) {
        self.with(|leases| leases.insert(lease, Settle::GiveBack { started: false }));
    }

    /// Its handler is started.
    pub(super) fn start(&self, lease: Lease) {
        self.with(|leases| leases.insert(lease, Settle::GiveBack { started: true }));
    }

    /// Its handler has ended, which the store does not know yet.
    pub(super) fn judge(&self, settlement: &Settlement) {
        self.with(|leases| leases.insert(settlement.lease, settlement.end.clone()));
    }

    pub(super) fn remove(&self, lease: Lease) {
        self.with(|leases| leases.remove(&lease));
    }

    pub(super) fn leases(&self) -> Vec<Lease> {
        self.with(|leases| leases.keys().copied().collect())
    }

    /// Gives up all of them.
    pub(super) fn give_back(&self) -> Vec<Settlement> {
        let given = |(lease, end)| Settlement { lease, end };
        self.with(|leases| leases.drain().map(given).collect())
    }

    fn with<T>(&self, look: impl FnOnce(&mut HashMap<Lease, Settle>) -> T) -> T {
        look(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
