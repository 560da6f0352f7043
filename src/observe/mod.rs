//! How the layer reports what it does: `tracing` events, a span, metrics, spans without secrets.
//!
//! Nothing has to be set for the events: each webhook ends in one, with the target
//! `tower_tencent_webhook`, whose message says what to do. See the [chapter](crate::observability).

mod log;
#[cfg(feature = "metrics")]
#[cfg_attr(docsrs, doc(cfg(feature = "metrics")))]
pub mod metrics;
mod report;
mod span;
mod warnings;

use std::sync::Arc;

pub use self::span::make_span;
use self::warnings::Warnings;
pub(crate) use self::{
    log::{no_event_key, other_path},
    report::Report,
};
use crate::outcome::{End, OnOutcome};

/// The target of the layer's events and of its span.
const TARGET: &str = "tower_tencent_webhook";

/// Who is told how a request ends. One for all clones of a layer.
#[derive(Clone, Default)]
pub(crate) struct Observer {
    pub(crate) on_outcome: Option<OnOutcome>,
    /// Whether the response carries the outcome in its extensions.
    pub(crate) in_extensions: bool,
    /// Whether the handler runs in a span.
    pub(crate) span: bool,
    warnings: Arc<Warnings>,
}

impl Observer {
    /// Whether anybody hears of this end.
    pub(crate) fn listens(&self, end: End) -> bool {
        self.on_outcome.is_some() || self.in_extensions || self.span || log::may_be_seen(end)
    }
}
