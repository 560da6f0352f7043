//! A clock of the runtime that stands still until a test moves it.

use std::{sync::mpsc, time::Duration};

/// While this lives, deadlines pass only when the test says so, though sockets work as ever.
#[derive(Debug)]
pub(crate) struct Still {
    _blocker: mpsc::Sender<()>,
}

impl Still {
    /// Stops the clock. It takes a runtime of one thread.
    pub(crate) fn stand() -> Self {
        tokio::time::pause();
        // The clock of an idle runtime would jump to the next timer, unless a thread is blocked.
        let (blocker, blocked) = mpsc::channel();
        tokio::task::spawn_blocking(move || {
            // A test that hangs gets its clock back after this, so that its waits end.
            let _ = blocked.recv_timeout(super::PATIENCE);
        });
        Self { _blocker: blocker }
    }

    /// Lets this much time pass.
    pub(crate) async fn pass(&self, time: Duration) {
        tokio::time::advance(time + Duration::from_millis(1)).await;
    }
}

/// The clock goes on.
impl Drop for Still {
    fn drop(&mut self) {
        tokio::time::resume();
    }
}
