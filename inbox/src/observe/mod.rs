//! What an inbox and its workers tell: to the log, to the figures, and to the application.

mod event;
mod log;
#[cfg(feature = "metrics")]
mod metrics;

use std::{error::Error, fmt, sync::Arc};

pub use self::event::{HandledEnd, InboxEvent, Put, Step};
use crate::{catch_panic::caught, store::StoreError};

type OnEvent = Arc<dyn Fn(&InboxEvent) + Send + Sync>;

/// Everybody who wants to know.
#[derive(Clone, Default)]
pub(crate) struct Observer {
    on_event: Option<OnEvent>,
}

impl Observer {
    pub(crate) fn set(&mut self, on_event: impl Fn(&InboxEvent) + Send + Sync + 'static) {
        self.on_event = Some(Arc::new(on_event));
    }

    /// The event has the class of the error, the log its cause, too.
    pub(crate) fn store_failed(&self, step: Step, error: &StoreError) {
        if let Some(source) = error.source() {
            tracing::warn!(step = step.as_str(), error = %source, "why a step of the inbox failed");
        }
        let kind = error.kind();
        self.tell(InboxEvent::StoreFailed { step, kind });
    }

    pub(crate) fn tell(&self, event: InboxEvent) {
        log::log(&event);
        #[cfg(feature = "metrics")]
        metrics::record(&event);
        if let Some(on_event) = &self.on_event {
            let _ = caught(|| on_event(&event)); // nobody's work depends on it
        }
    }
}

impl fmt::Debug for Observer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Observer")
            .field("on_event", &self.on_event.is_some())
            .finish()
    }
}
