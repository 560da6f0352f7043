//! The signals that end the program.

use std::io;

use tokio::sync::watch;

/// Becomes true when it is time to stop.
#[derive(Clone, Debug)]
pub(crate) struct Stop(watch::Sender<bool>);

impl Stop {
    pub(crate) fn new() -> Self {
        Self(watch::Sender::new(false))
    }

    /// Stops on Ctrl-C or SIGTERM. Both are caught from here on.
    pub(crate) fn on_signal() -> io::Result<Self> {
        let stop = Self::new();
        let signal = signal()?;
        tokio::spawn({
            let stop = stop.clone();
            async move {
                signal.await;
                stop.now();
            }
        });
        Ok(stop)
    }

    /// Stops now.
    pub(crate) fn now(&self) {
        self.0.send_replace(true);
    }

    /// Waits until it is time to stop.
    pub(crate) async fn stopped(&self) {
        let mut receiver = self.0.subscribe();
        // It cannot fail: this value holds a sender.
        let _ = receiver.wait_for(|stop| *stop).await;
    }
}

#[cfg(unix)]
fn signal() -> io::Result<impl Future<Output = ()> + Send> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

#[cfg(not(unix))]
fn signal() -> io::Result<impl Future<Output = ()> + Send> {
    Ok(async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    })
}
