//! How the layer reports what it does: `tracing` events, a span, metrics, spans without secrets.
//!
//! Nothing has to be set for the events: each webhook ends in one, with the target
//! `tower_tencent_webhook`, whose message says what to do. See the [chapter](crate::docs::observability).
//!
//! # Example
//!
//! One webhook with the right token, and one with another:
//!
//! ```
//! use std::sync::{Arc, Mutex};
//! use tower_tencent_webhook::{App, outcome::{End, Rejection}, Handlers, WebhookLayer};
//! use tower_tencent_webhook::{signature::SignatureError, testing::{Tencent, sample_body}};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let ends = Arc::new(Mutex::new(Vec::new()));
//! let seen = Arc::clone(&ends);
//! let webhooks = WebhookLayer::new(App::signed(1_400_000_000, "token")?, Handlers::new())
//!     .on_outcome(move |outcome| seen.lock().unwrap().push((outcome.status, outcome.end)))
//!     .into_service();
//!
//! let body = sample_body("State.StateChange").unwrap();
//! for token in ["token", "a guess"] {
//!     let tencent = Tencent::new(1_400_000_000).token(token);
//!     tencent.send(webhooks.clone(), "State.StateChange", body).await;
//! }
//! let [accepted, rejected] = ends.lock().unwrap()[..] else { panic!("two webhooks") };
//! assert_eq!(accepted, (Some(http::StatusCode::OK), End::Answered));
//! let wrong = Rejection::Signature(SignatureError::Wrong);
//! assert_eq!(rejected, (Some(http::StatusCode::FORBIDDEN), End::Rejected(wrong)));
//! # Ok(())
//! # }
//! ```

mod log;
#[cfg(feature = "metrics")]
#[cfg_attr(docsrs, doc(cfg(feature = "metrics")))]
pub mod metrics;
mod report;
mod span;

use std::sync::Arc;

use self::log::Warnings;
pub use self::span::make_span;
pub(crate) use self::{
    log::{no_event_key, on_failure_panicked, other_path},
    report::Report,
};
use crate::outcome::{End, OnOutcome};

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
