//! Sends webhooks without pause, each until it is acknowledged.

use std::{
    collections::HashSet,
    net::SocketAddr,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::{
    sync::watch,
    task::JoinSet,
    time::{sleep, timeout},
};

use crate::support::{
    AFTER,
    receiver::{Client, message},
};

const SENDERS: usize = 16;
/// How long a sender waits for an answer. Tencent waits 2 seconds.
const ANSWER: Duration = Duration::from_secs(5);

pub(crate) struct Senders {
    target: watch::Sender<Option<SocketAddr>>,
    shared: Arc<Shared>,
    tasks: JoinSet<()>,
}

#[derive(Default)]
struct Shared {
    next: AtomicU64,
    acknowledged: Mutex<HashSet<u64>>,
    /// How often the answer was 503.
    refused: AtomicUsize,
    /// How often it was another, or none.
    others: AtomicUsize,
}

impl Shared {
    fn acknowledged<T>(&self, look: impl FnOnce(&mut HashSet<u64>) -> T) -> T {
        look(
            &mut self
                .acknowledged
                .lock()
                .unwrap_or_else(PoisonError::into_inner),
        )
    }
}

impl Senders {
    /// Senders that send without pause.
    pub(crate) fn start(address: SocketAddr) -> Self {
        Self::start_at(address, None)
    }

    /// Senders that send `rate` a second, all together.
    pub(crate) fn start_at(address: SocketAddr, rate: Option<u32>) -> Self {
        let pause = rate.map(|rate| Duration::from_secs(SENDERS as u64) / rate);
        let (target, targets) = watch::channel(Some(address));
        let shared = Arc::<Shared>::default();
        let mut tasks = JoinSet::new();
        for _ in 0..SENDERS {
            tasks.spawn(send(Arc::clone(&shared), targets.clone(), pause));
        }
        Self {
            target,
            shared,
            tasks,
        }
    }

    /// The receiver is elsewhere now.
    pub(crate) fn redirect(&self, address: SocketAddr) {
        self.target.send_replace(Some(address));
    }

    pub(crate) fn acknowledged(&self) -> usize {
        self.shared.acknowledged(|numbers| numbers.len())
    }

    /// How often the answer was 503.
    pub(crate) fn refused(&self) -> usize {
        self.shared.refused.load(Ordering::Relaxed)
    }

    /// How often it was neither that nor 200, or there was none.
    pub(crate) fn others(&self) -> usize {
        self.shared.others.load(Ordering::Relaxed)
    }

    /// Sends no more, and tells what was acknowledged.
    pub(crate) async fn stop(mut self) -> HashSet<u64> {
        self.target.send_replace(None);
        while self.tasks.join_next().await.is_some() {}
        self.shared.acknowledged(std::mem::take)
    }
}

async fn send(
    shared: Arc<Shared>,
    targets: watch::Receiver<Option<SocketAddr>>,
    pause: Option<Duration>,
) {
    let mut client = None;
    loop {
        if let Some(pause) = pause {
            sleep(pause).await;
        }
        let n = shared.next.fetch_add(1, Ordering::Relaxed) + 1;
        let body = message(n, 1024);
        loop {
            let Some(address) = *targets.borrow() else {
                return;
            };
            if client.is_none() {
                client = Client::connect(address).await.ok();
            }
            if let Some(open) = &mut client {
                match timeout(ANSWER, open.send(AFTER, &body)).await {
                    Ok(Ok(200)) => {
                        shared.acknowledged(|numbers| numbers.insert(n));
                        break;
                    }
                    Ok(Ok(503)) => {
                        shared.refused.fetch_add(1, Ordering::Relaxed);
                    }
                    other => {
                        shared.others.fetch_add(1, Ordering::Relaxed);
                        if !matches!(other, Ok(Ok(_))) {
                            client = None;
                        }
                    }
                }
            }
            sleep(Duration::from_millis(10)).await;
        }
    }
}
