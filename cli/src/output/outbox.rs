//! A thread that writes what nobody may wait for: to a pipe, a terminal or a file, any of which can
//! block.

use std::{
    io,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, AtomicUsize, Ordering},
        mpsc,
    },
    thread,
    time::Duration,
};

use crate::{exchange::Exchange, stop::Stop};

/// How much may wait to be written, in bytes. What exceeds it is lost, and that is reported.
const MAX_WAITING: usize = 64 * 1024 * 1024;

/// Where exchanges are written to, one after another.
pub(crate) struct Outbox {
    name: &'static str,
    /// `None` once it is closed.
    exchanges: Mutex<Option<mpsc::Sender<Arc<Exchange>>>>,
    done: Mutex<mpsc::Receiver<()>>,
    waiting: Arc<AtomicUsize>,
    lost: AtomicU64,
}

/// What writes; it is told to flush when nothing waits.
pub(crate) trait Write: Send + 'static {
    /// Writes one exchange.
    fn write(&mut self, exchange: &Exchange) -> io::Result<()>;

    /// Makes sure that it arrives.
    fn flush(&mut self) -> io::Result<()>;
}

impl Outbox {
    /// Starts the thread. If it cannot write any more, `stop` ends the program: quietly if the
    /// reader has closed the pipe.
    pub(crate) fn new(name: &'static str, mut write: impl Write, stop: Stop) -> Self {
        let (exchanges, inbox) = mpsc::channel::<Arc<Exchange>>();
        let (ended, done) = mpsc::channel();
        let waiting = Arc::new(AtomicUsize::new(0));
        let left = Arc::clone(&waiting);
        thread::spawn(move || {
            let mut work = || {
                while let Ok(exchange) = inbox.recv() {
                    let mut next = Some(exchange);
                    while let Some(exchange) = next {
                        let written = write.write(&exchange);
                        left.fetch_sub(exchange.weight(), Ordering::Relaxed);
                        written?;
                        next = inbox.try_recv().ok();
                    }
                    write.flush()?;
                }
                Ok::<_, io::Error>(())
            };
            if let Err(error) = work() {
                if error.kind() != io::ErrorKind::BrokenPipe {
                    tracing::error!(%error, "cannot write to {name}");
                }
                stop.now();
            }
            let _ = ended.send(()); // nobody may be waiting
        });
        Self {
            name,
            exchanges: Mutex::new(Some(exchanges)),
            done: Mutex::new(done),
            waiting,
            lost: AtomicU64::new(0),
        }
    }

    /// Queues it to be written.
    pub(crate) fn push(&self, exchange: &Arc<Exchange>) {
        let weight = exchange.weight();
        if self.waiting.load(Ordering::Relaxed) + weight > MAX_WAITING {
            if self.lost.fetch_add(1, Ordering::Relaxed) == 0 {
                let name = self.name;
                // Whoever reads the log may be the one who is slow, so a webhook does not wait for it.
                thread::spawn(move || {
                    tracing::warn!("{name} is too slow: what exceeds its queue is lost")
                });
            }
            return;
        }
        if let Some(exchanges) = &*lock(&self.exchanges) {
            self.waiting.fetch_add(weight, Ordering::Relaxed);
            // An error means that it cannot write any more, which has been reported.
            let _ = exchanges.send(Arc::clone(exchange));
        }
    }

    /// Whether everything is written.
    pub(crate) fn is_idle(&self) -> bool {
        self.waiting.load(Ordering::Relaxed) == 0
    }

    /// Takes nothing more, and waits until everything is written, for at most `timeout`.
    pub(crate) fn close(&self, timeout: Duration) {
        lock(&self.exchanges).take();
        let name = self.name;
        if let Err(mpsc::RecvTimeoutError::Timeout) = lock(&self.done).recv_timeout(timeout) {
            tracing::warn!("not everything was written to {name}");
        }
        let lost = self.lost.load(Ordering::Relaxed);
        if lost > 0 {
            tracing::warn!(lost, "{name} was too slow to take everything");
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
