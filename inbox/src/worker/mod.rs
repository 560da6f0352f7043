//! Hands over what is stored.

mod attempt;
mod claim;
mod leases;
mod maintenance;
mod quarantine;
mod settle;
mod shared;
mod stop;

use std::{any::type_name, fmt, sync::Arc, time::Duration};

use tokio::{
    sync::{Notify, mpsc, watch},
    task::{JoinHandle, JoinSet},
    time::Instant,
};
use tower::{BoxError, Service};
use tower_tencent_webhook::{Delivery, reply::Reply};

use self::{
    leases::Leases,
    shared::{Settings, Shared},
    stop::{LONGEST, hard_deadline},
};
use crate::{
    handle::Policy,
    observe::{InboxEvent, Observer},
    store::{Queue, Retention},
};

/// Takes deliveries out of a store and hands them to the service `H`.
///
/// A delivery is in hand under a lease, which is extended as long as its handler runs. What was
/// in hand when a process died runs alone afterwards: in a process that handles nothing else at
/// that moment, so that it is known which delivery the process dies of. All workers of a process
/// wait for that, whatever their stores; a handler that blocks its thread holds it up.
///
/// No order is promised. A handler that needs one compares `MsgSeq` or `EventTime`.
pub struct Worker<Q, H> {
    queue: Q,
    service: H,
    settings: Settings,
}

impl<Q, H> Worker<Q, H> {
    /// A worker that takes from `queue` and hands to `service`.
    #[must_use]
    pub fn new(queue: Q, service: H) -> Self {
        Self {
            queue,
            service,
            settings: Settings {
                policy: Policy::default(),
                concurrency: 64,
                lease: Duration::from_secs(60),
                poll: Duration::from_secs(1),
                maintenance: Duration::from_secs(5),
                retention: Retention::default(),
                forget: false,
                keep_errors: false,
                observer: Observer::default(),
            },
        }
    }

    /// How many deliveries are in hand at the same time, from 1 to 10,000. 64 unless set.
    ///
    /// # Panics
    ///
    /// If it is zero.
    #[must_use]
    #[track_caller]
    pub fn concurrency(mut self, concurrency: usize) -> Self {
        assert!(concurrency > 0, "a concurrency of zero handles nothing");
        self.settings.concurrency = concurrency.min(10_000);
        self
    }

    /// How long a handler may take, and when a failed delivery is tried again.
    #[must_use]
    pub fn policy(mut self, policy: Policy) -> Self {
        self.settings.policy = policy;
        self
    }

    /// How long a delivery is in hand before another worker may take it; it is extended after
    /// each third of that. 60 seconds unless set. After a crash it is the time until the deliveries
    /// in hand are handed over again.
    ///
    /// # Panics
    ///
    /// If it is zero.
    #[must_use]
    #[track_caller]
    pub fn lease(mut self, lease: Duration) -> Self {
        assert!(
            !lease.is_zero(),
            "a lease of zero is over before its handler starts"
        );
        self.settings.lease = lease;
        self
    }

    /// How often the store is asked for what is due, besides the moments at which this process has
    /// stored something. 1 second unless set.
    ///
    /// # Panics
    ///
    /// If it is zero.
    #[must_use]
    #[track_caller]
    pub fn poll(mut self, poll: Duration) -> Self {
        assert!(!poll.is_zero(), "a poll of zero asks the store without end");
        self.settings.poll = poll;
        self
    }

    /// How often the store is swept and counted. 5 seconds unless set.
    ///
    /// # Panics
    ///
    /// If it is zero.
    #[must_use]
    #[track_caller]
    pub fn maintenance(mut self, maintenance: Duration) -> Self {
        assert!(
            !maintenance.is_zero(),
            "a maintenance of zero sweeps without end"
        );
        self.settings.maintenance = maintenance;
        self
    }

    /// How long the store keeps what is over.
    #[must_use]
    pub fn retention(mut self, retention: Retention) -> Self {
        self.settings.retention = retention;
        self
    }

    /// Drops the body of a delivery when it is handled. Its key stays.
    #[must_use]
    pub fn forget_content(mut self) -> Self {
        self.settings.forget = true;
        self
    }

    /// Keeps the messages of handlers' errors in the store, beside their class. **They may hold
    /// what users have written.**
    #[must_use]
    pub fn keep_errors(mut self) -> Self {
        self.settings.keep_errors = true;
        self
    }

    /// Sees everything that happens. It must not block.
    #[must_use]
    pub fn on_event(mut self, on_event: impl Fn(&InboxEvent) + Send + Sync + 'static) -> Self {
        self.settings.observer.set(on_event);
        self
    }
}

impl<Q, H> Worker<Q, H>
where
    Q: Queue,
    H: Service<Delivery> + Clone + Send + Sync + 'static,
    H::Response: Into<Reply>,
    H::Error: Into<BoxError>,
    H::Future: Send,
{
    /// Starts it, in the tokio runtime of the caller. It runs until it is
    /// [stopped](Running::stop), even if what this returns is dropped.
    #[must_use]
    pub fn start(self) -> Running {
        let (stop, mut stopping) = watch::channel(None);
        let (settlements, settled) = mpsc::channel(self.settings.concurrency);
        let shared = Arc::new(Shared {
            queue: self.queue,
            service: self.service,
            settings: self.settings,
            leases: Leases::default(),
            quarantine_due: Notify::new(),
        });
        // It ends with the main task, however that ends: leases are then no longer extended.
        let mut extending = JoinSet::new();
        extending.spawn(maintenance::extend(Arc::clone(&shared)));
        tokio::spawn(maintenance::sweep(Arc::clone(&shared), stopping.clone()));
        let quarantine = tokio::spawn(quarantine::run(Arc::clone(&shared), stopping.clone()));
        let settling = settle::run(Arc::clone(&shared), settled, stopping.clone());
        let settling = tokio::spawn(settling);
        let main = async move {
            claim::run(Arc::clone(&shared), settlements, stopping.clone()).await;
            tokio::select! {
                // An error is a panic of the store.
                _ = async { tokio::join!(quarantine, settling) } => {}
                () = hard_deadline(&mut stopping) => {}
            }
            drop(extending);
            settle::give_back(&shared).await
        };
        Running {
            stop,
            main: tokio::spawn(main),
        }
    }
}

/// A running worker.
#[derive(Debug)]
pub struct Running {
    stop: watch::Sender<Option<Instant>>,
    main: JoinHandle<usize>,
}

impl Running {
    /// Claims nothing more, waits up to `timeout` for what is in hand, and gives the rest back,
    /// to be handed over by another worker at once. Tells how many there were.
    ///
    /// A handler that blocks its thread, or a store that does not answer, holds it up for three
    /// seconds more at most.
    pub async fn stop(self, timeout: Duration) -> usize {
        let now = Instant::now();
        let until = now.checked_add(timeout).unwrap_or(now + LONGEST);
        self.stop.send_replace(Some(until));
        self.main.await.unwrap_or_default()
    }
}

impl<Q: fmt::Debug, H> fmt::Debug for Worker<Q, H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Worker")
            .field("queue", &self.queue)
            .field("service", &type_name::<H>())
            .field("settings", &self.settings)
            .finish()
    }
}
