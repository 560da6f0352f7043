//! Forwards what was spilt, once the store answers again.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::time::{sleep, timeout};

use crate::{
    observe::{Observer, Step},
    store::{
        Admin, Claim, Claimed, Entry, Filter, Lease, Retention, Settle, Settlement, State, Store,
        StoreError, StoreErrorKind,
    },
};

/// How many deliveries are forwarded together, at most: all of them are in memory.
const BATCH: usize = 64;
/// How many of the dead are looked at together.
const LISTED: u32 = 1000;
/// How long a batch is in hand: longer than the store may take for it.
const LEASE: Duration = Duration::from_secs(60);
/// How long the store may take for a batch.
const TIMEOUT: Duration = Duration::from_secs(10);
/// How often the store may fail in a row before forwarding waits. What it refuses by itself fails at
/// once, a store that is down takes its time.
const FAILURES: usize = 64;
/// The longest delay of a delivery that fails by itself. It may have failed because the store was
/// down, and then it is not to wait for long.
const LONGEST: Duration = Duration::from_secs(5);
/// How long forwarding waits after failures, or when there is nothing to forward.
const PAUSE: Duration = Duration::from_secs(1);

pub(super) struct Forwarder<S, L> {
    pub(super) store: S,
    pub(super) local: L,
    pub(super) observer: Arc<Mutex<Observer>>,
}

impl<S: Store, L: Admin> Forwarder<S, L> {
    /// Runs until its task is ended.
    pub(super) async fn run(self) {
        // What ran alone is apart from the rest, so that neither waits for the other.
        let (mut ordinary, mut quarantine) = (Batch::new(false), Batch::new(true));
        loop {
            match self.forward(&mut ordinary, &mut quarantine).await {
                Ok(()) => tokio::select! {
                    () = self.local.arrival() => {}
                    () = sleep(PAUSE) => {}
                },
                Err(error) => {
                    self.tell(&error);
                    sleep(PAUSE).await;
                }
            }
        }
    }

    fn tell(&self, error: &StoreError) {
        let observer = self.observer.lock();
        let observer = observer.unwrap_or_else(PoisonError::into_inner).clone();
        observer.store_failed(Step::Forward, error);
    }

    /// Forwards until nothing is due, or until the store has failed too often.
    async fn forward(
        &self,
        ordinary: &mut Batch,
        quarantine: &mut Batch,
    ) -> Result<(), StoreError> {
        // What it finds waits for another round; what is due does not.
        if let Err(error) = self.reclaim().await {
            self.tell(&error);
        }
        let mut failures = 0;
        let mut last = Ok(());
        loop {
            let mut idle = true;
            for batch in [&mut *ordinary, &mut *quarantine] {
                match self.forward_some(batch).await? {
                    Forwarded::Nothing => continue,
                    Forwarded::Taken => failures = 0,
                    Forwarded::Refused(error) => {
                        failures += 1;
                        last = Err(error);
                    }
                }
                idle = false;
            }
            if idle || failures >= FAILURES {
                return last;
            }
        }
    }

    /// Takes back what was in hand when a process died, which says nothing about what it was
    /// forwarding: nothing is given up here.
    async fn reclaim(&self) -> Result<(), StoreError> {
        // What was forwarded is known to the store: no key has to be kept.
        let retention = Retention::new().done(Duration::ZERO).dead(Duration::MAX);
        while self.local.sweep(retention).await?.more {}
        let dead = Filter::new().state(State::Dead);
        let mut after = 0;
        loop {
            let items = self.local.list(dead.clone(), after, LISTED).await?;
            let Some(last) = items.last() else {
                return Ok(());
            };
            after = last.id;
            // The others were buried by an operator.
            let crashed = items.iter().filter(|item| item.crashes > 0);
            let crashed: Vec<_> = crashed.map(|item| item.id).collect();
            if !crashed.is_empty() {
                self.local.replay(dead.clone().ids(crashed)).await?;
            }
        }
    }

    /// Forwards a batch. An error is one of the local store.
    async fn forward_some(&self, batch: &mut Batch) -> Result<Forwarded, StoreError> {
        let claimed = self.local.claim(batch.claim()).await?;
        let by_itself = match claimed.as_slice() {
            [] => return Ok(Forwarded::Nothing),
            [one] => Some(one.failures),
            _ => None,
        };
        let (leases, entries): (Vec<_>, Vec<_>) = claimed.into_iter().map(entry).unzip();
        let put = timeout(TIMEOUT, self.store.put(entries)).await;
        let put = put.unwrap_or_else(|_| Err(StoreError::of(StoreErrorKind::TimedOut)));
        batch.adapt(put.is_ok());
        let end = match &put {
            Ok(_) => Settle::Done { forget: true },
            Err(error) => match by_itself {
                Some(failures) => Settle::Retry {
                    after: delay(failures),
                    error: format!("not forwarded: {error}"),
                },
                None => Settle::GiveBack { started: false },
            },
        };
        let settle = |lease| Settlement {
            lease,
            end: end.clone(),
        };
        let settlements = leases.into_iter().map(settle).collect();
        self.local.settle(settlements).await?;
        Ok(match put {
            Ok(_) => Forwarded::Taken,
            Err(error) => Forwarded::Refused(error),
        })
    }
}

/// What came of a batch.
enum Forwarded {
    /// None was due.
    Nothing,
    /// The store has it.
    Taken,
    /// It is tried again.
    Refused(StoreError),
}

/// How long a delivery waits that has failed by itself, and so often before.
fn delay(failures: u32) -> Duration {
    let doubled = 2_u64.saturating_pow(failures);
    Duration::from_secs(doubled).min(LONGEST)
}

/// How many are forwarded together. What fails is tried again in a smaller batch, behind all
/// others, so that one that the store refuses, or too much at once, holds up nobody for long. What
/// fails by itself comes back ever later, so that what is spilt meanwhile goes first.
struct Batch {
    size: usize,
    quarantine: bool,
}

impl Batch {
    fn new(quarantine: bool) -> Self {
        Self {
            size: BATCH,
            quarantine,
        }
    }

    fn claim(&self) -> Claim {
        let mut claim = Claim::new(self.size, LEASE);
        claim.quarantine = self.quarantine;
        claim
    }

    fn adapt(&mut self, taken: bool) {
        self.size = match taken {
            true => (self.size * 2).min(BATCH),
            false => (self.size / 2).max(1),
        };
    }
}

fn entry(claimed: Claimed) -> (Lease, Entry) {
    let Claimed {
        lease, key, record, ..
    } = claimed;
    (lease, Entry { key, record })
}
