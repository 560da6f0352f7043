//! The span around the handler, and the one that leaves the query out.

use std::convert::Infallible;

use tower_http::trace::TraceLayer;
use tower_tencent_webhook::observe::make_span;
use tracing_subscriber::filter::LevelFilter;

use super::*;
use crate::support::capture::Capture;
use crate::support::{AFTER, BEFORE, MESSAGE, SIGN};

fn fields<const N: usize>(fields: [(&'static str, &str); N]) -> crate::support::capture::Fields {
    fields.map(|(name, value)| (name, value.into())).into()
}

#[tokio::test]
async fn the_handler_runs_in_a_span_only_if_that_is_set() {
    let (capture, _guard) = Capture::start(LevelFilter::DEBUG);
    let handler = service_fn(|_: Delivery| async {
        tokio::task::yield_now().await;
        tracing::info!(target: "tower_tencent_webhook", "in the handler");
        Ok::<_, Infallible>(Reply::Pass)
    });
    let request = || signed(AFTER, TOKEN, 0).body(Script::whole(MESSAGE));
    send(&layer(handler), request()).await;
    assert!(capture.lines().iter().all(|line| line.spans.is_empty()));

    send(&layer(handler).webhook_span(true), request()).await;
    let lines = capture.lines();
    assert_eq!(lines.len(), 2, "the handler's and the layer's");
    assert!(lines.iter().all(|line| line.spans == ["webhook"]));
    let expected = fields([
        ("tencent.webhook.auth", "token"),
        ("tencent.webhook.command", AFTER),
        ("tencent.webhook.end", "answered"),
        ("tencent.webhook.phase", "after"),
        ("tencent.webhook.sdk_app_id", "1400000000"),
    ]);
    assert_eq!(capture.spans("webhook"), [expected]);
}

#[tokio::test]
async fn the_span_of_a_failure_says_so() {
    let (capture, _guard) = Capture::start(LevelFilter::INFO);
    let handler = always(|| Err("no".into()));
    let request = WebhookRequest::new(OPEN_APP, BEFORE).body(Script::whole(MESSAGE));
    send(&layer(handler).webhook_span(true), request).await;
    let expected = fields([
        ("error.type", "handler_error"),
        ("otel.status_code", "ERROR"),
        ("tencent.webhook.auth", "unsigned"),
        ("tencent.webhook.command", BEFORE),
        ("tencent.webhook.end", "failed"),
        ("tencent.webhook.phase", "before"),
        ("tencent.webhook.sdk_app_id", "1400000002"),
    ]);
    assert_eq!(capture.spans("webhook"), [expected]);
}

#[tokio::test]
async fn the_span_for_trace_layer_leaves_the_query_out() {
    let (capture, _guard) = Capture::start(LevelFilter::TRACE);
    let request = || {
        let request = signed(AFTER, TOKEN, 0).path("/im");
        request.body(Script::whole(MESSAGE))
    };
    let service = layer(passing()).layer(Application::new());
    let safe = TraceLayer::new_for_http().make_span_with(make_span);
    let Ok(_) = safe.layer(service.clone()).oneshot(request()).await;
    let expected = fields([("method", "POST"), ("path", "/im"), ("version", "HTTP/1.1")]);
    assert_eq!(capture.spans("request"), [expected]);

    // What it is for: the default span shows the signature.
    let default = TraceLayer::new_for_http();
    let Ok(_) = default.layer(service).oneshot(request()).await;
    let spans = capture.spans("request");
    assert!(spans[1]["uri"].contains(SIGN));
}
