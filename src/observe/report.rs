//! The one report of each intercepted request.

use std::sync::Arc;

use http::Extensions;
use tokio::time::Instant;
use tracing::Span;

use super::{Observer, log, span};
use crate::{
    catch_panic::caught,
    outcome::{End, Outcome},
    reply::VerdictKind,
    wire::DecodeError,
};

/// Reports the outcome of a request exactly once, even if the request is dropped.
pub(crate) struct Report {
    /// `None` once it is reported.
    observer: Option<Arc<Observer>>,
    arrived: Instant,
    /// What is known so far.
    pub(crate) outcome: Outcome,
    /// How it ends if it is dropped.
    pub(crate) if_dropped: End,
    /// Whether the answer comes after Tencent has stopped waiting, whatever it says.
    pub(crate) too_late: bool,
    /// What could not be decoded.
    pub(crate) error: Option<DecodeError>,
    /// Around the handler; none unless it is set.
    pub(crate) span: Span,
}

impl Report {
    pub(crate) fn new(observer: Arc<Observer>, arrived: Instant, outcome: Outcome) -> Self {
        Self {
            observer: Some(observer),
            arrived,
            outcome,
            if_dropped: End::Abandoned,
            too_late: false,
            error: None,
            span: Span::none(),
        }
    }

    /// Opens the span, if there is to be one.
    pub(crate) fn open_span(&mut self) {
        if self.observer.as_ref().is_some_and(|observer| observer.span) {
            self.span = span::webhook(&self.outcome);
        }
    }

    /// Reports the end, and gives what the response carries. Later calls, and the drop, report
    /// nothing more.
    pub(crate) fn end(&mut self, end: End) -> Extensions {
        match self.observer.take() {
            Some(observer) if observer.listens(end) => self.tell(&observer, end),
            _ => Extensions::new(),
        }
    }

    #[inline(never)] // kept out of the way of a request that nobody watches
    fn tell(&mut self, observer: &Observer, end: End) -> Extensions {
        let outcome = &mut self.outcome;
        outcome.finish(end, self.arrived.elapsed());
        if self.too_late {
            outcome.verdict = outcome.verdict.and(Some(VerdictKind::Error));
        }
        span::end(&self.span, end);
        self.span
            .in_scope(|| log::event(outcome, self.error.as_ref(), &observer.warnings));
        if let Some(on_outcome) = &observer.on_outcome {
            // What becomes of the request does not depend on who hears of it.
            let _ = caught(|| on_outcome(outcome));
        }
        let mut extensions = Extensions::new();
        if observer.in_extensions {
            extensions.insert(*outcome);
        }
        extensions
    }
}

impl Drop for Report {
    fn drop(&mut self) {
        self.end(self.if_dropped);
    }
}
