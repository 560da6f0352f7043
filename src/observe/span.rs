//! Spans that hold no secret.

use http::Request;
use tracing::{Span, field};

use super::log::TARGET;
use crate::{
    app::Auth,
    outcome::{End, Outcome},
    reply::Phase,
};

/// A span for tower-http's `TraceLayer` that leaves the query out, and with it the signature.
///
/// The default span of `TraceLayer` records the whole URI. A webhook's URL lets whoever reads the
/// log forge webhooks until the signature is stale.
///
/// ```
/// use tower_http::trace::TraceLayer;
/// use tower_tencent_webhook::observe::make_span;
///
/// let trace = TraceLayer::new_for_http().make_span_with(make_span);
/// # let _: axum::Router = axum::Router::new().layer(trace);
/// ```
pub fn make_span<B>(request: &Request<B>) -> Span {
    tracing::debug_span!(
        "request",
        method = %request.method(),
        path = request.uri().path(),
        version = ?request.version(),
    )
}

/// The span around the handler of a webhook, and around what it does in the background.
pub(super) fn webhook(outcome: &Outcome) -> Span {
    tracing::info_span!(
        target: TARGET,
        "webhook",
        tencent.webhook.command = outcome.command,
        tencent.webhook.phase = outcome.phase.map(Phase::as_str),
        tencent.webhook.sdk_app_id = outcome.sdk_app_id,
        tencent.webhook.auth = outcome.auth.map(Auth::as_str),
        tencent.webhook.end = field::Empty,
        error.type = field::Empty,
        otel.status_code = field::Empty,
    )
}

/// Records how a webhook ended.
pub(super) fn end(span: &Span, end: End) {
    span.record("tencent.webhook.end", end.as_str());
    if matches!(end, End::Failed(..) | End::FailedLate(_)) {
        span.record("error.type", end.reason());
        span.record("otel.status_code", "ERROR");
    }
}
