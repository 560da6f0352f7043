//! What the tasks of a worker share.

use std::time::Duration;

use tokio::sync::Notify;

use super::leases::Leases;
use crate::{
    handle::Policy,
    observe::{Observer, Step},
    store::{Retention, StoreError},
};

/// How a worker works, as it was set.
#[derive(Debug, Clone)]
pub(super) struct Settings {
    pub(super) policy: Policy,
    pub(super) concurrency: usize,
    pub(super) lease: Duration,
    pub(super) poll: Duration,
    pub(super) maintenance: Duration,
    pub(super) retention: Retention,
    pub(super) forget: bool,
    pub(super) keep_errors: bool,
    pub(super) observer: Observer,
}

/// What the tasks of a worker share.
pub(super) struct Shared<Q, H> {
    pub(super) queue: Q,
    pub(super) service: H,
    pub(super) settings: Settings,
    pub(super) leases: Leases,
    pub(super) quarantine_due: Notify,
}

impl<Q, H> Shared<Q, H> {
    pub(super) fn failed(&self, step: Step, error: &StoreError) {
        self.settings.observer.store_failed(step, error);
    }
}
