//! The table of the chapter on middleware: a test for each row.

use std::{convert::Infallible, io::Read, time::Duration};

use axum::{Router, body::Body, response::Response, routing::get};
use flate2::{Compression, read::GzDecoder, write::GzEncoder};
use http::{Request, StatusCode, header};
use http_body_util::BodyExt;
use tower::{
    BoxError, Layer, Service, ServiceBuilder, ServiceExt, buffer::Buffer,
    load_shed::error::Overloaded, service_fn,
};
use tower_http::{
    catch_panic::CatchPanicLayer, compression::CompressionLayer,
    decompression::RequestDecompressionLayer, limit::RequestBodyLimitLayer, timeout::TimeoutLayer,
};
use tower_tencent_webhook::{
    Delivery, FailureAnswer, Outcome, WebhookLayer,
    outcome::{End, FailureKind, Rejection},
    reply::Reply,
    testing::WebhookRequest,
};

use crate::support::{
    AFTER, BEFORE, MESSAGE, OK, OPEN_APP, open_apps,
    probe::{self, Log, Recorder},
    services::Blocked,
};

/// A layer whose own deadline does not pass in a test, and what it tells.
fn webhooks<H>(handler: H) -> (WebhookLayer, Log<Outcome>)
where
    H: Service<Delivery, Response = Reply, Error: Into<BoxError>, Future: Send>
        + Clone
        + Send
        + Sync
        + 'static,
{
    let layer = WebhookLayer::new(open_apps(), handler);
    let layer = layer.deadline(Duration::from_secs(3600));
    probe::outcomes(layer)
}

/// An application with webhooks at a route.
fn router(webhooks: WebhookLayer) -> Router {
    Router::new()
        .route("/", get(async || "home"))
        .route("/panic", get(panicking))
        .route_service("/im", webhooks.into_service())
}

async fn panicking() -> &'static str {
    unreachable!("a panic of the application")
}

fn request(command: &str, body: impl Into<Body>) -> Request<Body> {
    WebhookRequest::new(OPEN_APP, command)
        .path("/im")
        .body(body.into())
}

fn home() -> Request<Body> {
    Request::get("/").body(Body::empty()).expect("a request")
}

async fn send(router: &Router, request: Request<Body>) -> Response {
    let Ok(response) = router.clone().oneshot(request).await;
    response
}

async fn text(response: Response) -> String {
    let body = response.into_body().collect().await.expect("a body");
    String::from_utf8(body.to_bytes().to_vec()).expect("text")
}

fn ends(outcomes: &Log<Outcome>) -> Vec<End> {
    outcomes.take().iter().map(|outcome| outcome.end).collect()
}

#[tokio::test(start_paused = true)]
async fn a_shorter_timeout_outside_answers_first_and_an_after_webhook_is_handled_to_its_end() {
    let blocked = Blocked::new();
    let (layer, outcomes) = webhooks(blocked.service());
    let timeout =
        TimeoutLayer::with_status_code(StatusCode::GATEWAY_TIMEOUT, Duration::from_secs(1));
    let router = router(layer.clone()).layer(timeout);
    for command in [BEFORE, AFTER] {
        let response = send(&router, request(command, MESSAGE)).await;
        assert_eq!(response.status(), StatusCode::GATEWAY_TIMEOUT);
    }
    assert_eq!(ends(&outcomes), [End::Abandoned]);
    assert_eq!(layer.in_flight(), 1);
    blocked.open();
    outcomes.reaches(1).await;
    assert_eq!(ends(&outcomes), [End::FinishedLate]);
}

#[tokio::test(start_paused = true)]
async fn a_longer_timeout_outside_never_fires() {
    let (layer, outcomes) =
        probe::outcomes(WebhookLayer::new(open_apps(), Blocked::new().service()));
    let timeout = TimeoutLayer::with_status_code(StatusCode::IM_A_TEAPOT, Duration::from_secs(10));
    let response = send(&router(layer).layer(timeout), request(BEFORE, MESSAGE)).await;
    assert_eq!(response.status(), StatusCode::GATEWAY_TIMEOUT);
    let end = End::Failed(FailureKind::TimedOut, FailureAnswer::HttpError);
    assert_eq!(ends(&outcomes), [end]);
}

#[tokio::test(start_paused = true)]
async fn a_timeout_around_the_handler_is_the_failure_of_that_name() {
    let handler = ServiceBuilder::new()
        .timeout(Duration::from_secs(1))
        .service(Blocked::new().service());
    let (layer, outcomes) = webhooks(handler);
    let response = send(&router(layer), request(BEFORE, MESSAGE)).await;
    assert_eq!(response.status(), StatusCode::GATEWAY_TIMEOUT);
    let end = End::Failed(FailureKind::TimedOut, FailureAnswer::HttpError);
    assert_eq!(ends(&outcomes), [end]);
}

#[tokio::test]
async fn answers_are_compressed_only_if_the_request_accepts_that() {
    let (layer, _) = webhooks(Recorder::new());
    let router = router(layer).layer(CompressionLayer::new());
    assert_eq!(text(send(&router, request(AFTER, MESSAGE)).await).await, OK);

    let mut accepting = request(AFTER, MESSAGE);
    let gzip = http::HeaderValue::from_static("gzip");
    accepting
        .headers_mut()
        .insert(header::ACCEPT_ENCODING, gzip);
    let response = send(&router, accepting).await;
    assert_eq!(response.headers()[header::CONTENT_ENCODING], "gzip");
    let body = response
        .into_body()
        .collect()
        .await
        .expect("a body")
        .to_bytes();
    let mut answer = String::new();
    GzDecoder::new(&*body)
        .read_to_string(&mut answer)
        .expect("gzip");
    assert_eq!(answer, OK);
}

#[tokio::test]
async fn a_compressed_body_is_taken_if_it_is_inflated_outside_and_the_limit_counts_what_comes_out()
{
    let compressed = |text: &str| {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        std::io::Write::write_all(&mut encoder, text.as_bytes()).expect("in memory");
        let mut request = request(AFTER, encoder.finish().expect("gzip"));
        let gzip = http::HeaderValue::from_static("gzip");
        request.headers_mut().insert(header::CONTENT_ENCODING, gzip);
        request
    };
    let (layer, outcomes) = webhooks(Recorder::new());
    let layer = layer.body_limit(1000);
    let plain = router(layer.clone());
    let inflating = router(layer).layer(RequestDecompressionLayer::new());
    let long = format!("{MESSAGE}{}", " ".repeat(1000));
    for (router, text, status, end) in [
        (&plain, MESSAGE, 415, End::Rejected(Rejection::EncodedBody)),
        (&inflating, MESSAGE, 200, End::Answered),
        (
            &inflating,
            &long,
            413,
            End::Rejected(Rejection::BodyTooLarge),
        ),
    ] {
        assert_eq!(send(router, compressed(text)).await.status(), status);
        assert_eq!(ends(&outcomes), [end]);
    }
}

#[tokio::test]
async fn a_panic_of_a_handler_never_reaches_the_layer_outside() {
    async fn handler(_: Delivery) -> Result<Reply, Infallible> {
        unreachable!("a panic of the handler")
    }

    let (layer, outcomes) = webhooks(service_fn(handler));
    let caught = CatchPanicLayer::custom(|_| http::Response::new(Body::from("caught outside")));
    let router = router(layer.on_failure(|_| FailureAnswer::Refuse)).layer(caught);
    let response = send(&router, request(BEFORE, MESSAGE)).await;
    assert_eq!(text(response).await, crate::support::DENIED);
    let end = End::Failed(FailureKind::Panic, FailureAnswer::Refuse);
    assert_eq!(ends(&outcomes), [end]);

    let panic = Request::get("/panic")
        .body(Body::empty())
        .expect("a request");
    assert_eq!(text(send(&router, panic).await).await, "caught outside");
}

#[tokio::test]
async fn a_limit_outside_rejects_by_the_declared_length_and_the_layer_while_it_reads() {
    let (layer, outcomes) = webhooks(Recorder::new());
    let router = router(layer).layer(RequestBodyLimitLayer::new(8));
    let mut declared = request(AFTER, MESSAGE);
    let length = MESSAGE.len().into();
    declared
        .headers_mut()
        .insert(header::CONTENT_LENGTH, length);
    assert_eq!(send(&router, declared).await.status(), 413);
    assert_eq!(ends(&outcomes), [], "the layer never saw it");

    assert_eq!(send(&router, request(AFTER, MESSAGE)).await.status(), 413);
    assert_eq!(ends(&outcomes), [End::Rejected(Rejection::BodyTooLarge)]);
}

#[tokio::test]
async fn the_default_limit_of_axum_does_not_concern_webhooks() {
    let (layer, outcomes) = webhooks(Recorder::new());
    let layer = layer.body_limit(4 << 20);
    let long = format!("{MESSAGE}{}", " ".repeat(3 << 20)); // axum's limit is 2 MB
    assert_eq!(
        send(&router(layer), request(AFTER, long)).await.status(),
        200
    );
    assert_eq!(ends(&outcomes), [End::Answered]);
}

#[tokio::test]
async fn a_concurrency_limit_around_the_handler_delays_webhooks_and_no_other_request() {
    let blocked = Blocked::new();
    let handler = ServiceBuilder::new()
        .concurrency_limit(1)
        .service(blocked.service());
    let (layer, outcomes) = webhooks(handler);
    let router = router(layer);
    let post = || {
        let router = router.clone();
        tokio::spawn(async move { send(&router, request(AFTER, MESSAGE)).await.status() })
    };
    let (first, second) = (post(), post());
    blocked.begun.reaches(1).await;
    assert_eq!(send(&router, home()).await.status(), 200);
    assert_eq!(blocked.begun.len(), 1, "the second waits for a permit");
    blocked.open();
    for answered in [first, second] {
        assert_eq!(answered.await.expect("no panic"), 200);
    }
    assert_eq!(ends(&outcomes), [End::Answered; 2]);
}

#[tokio::test]
async fn a_concurrency_limit_outside_counts_webhooks_and_other_requests_together() {
    let blocked = Blocked::new();
    let (layer, _) = webhooks(blocked.service());
    // One limit for all clones of the router.
    let limited = ServiceBuilder::new()
        .concurrency_limit(1)
        .service(router(layer));
    let post = tokio::spawn(limited.clone().oneshot(request(AFTER, MESSAGE)));
    blocked.begun.reaches(1).await;
    let mut other = limited.clone();
    let waker = std::task::Waker::noop();
    let mut context = std::task::Context::from_waker(waker);
    let ready = Service::<Request<Body>>::poll_ready(&mut other, &mut context);
    assert!(ready.is_pending(), "the webhook has the permit");
    drop(other); // it would be the next to get the permit
    blocked.open();
    assert!(post.await.expect("no panic").is_ok());
    assert!(limited.oneshot(home()).await.is_ok());
}

#[tokio::test]
async fn a_buffer_makes_a_handler_that_is_no_clone_fit() {
    /// A handler that cannot be cloned.
    struct Single(Recorder);

    impl Service<Delivery> for Single {
        type Response = Reply;
        type Error = Infallible;
        type Future = std::future::Ready<Result<Reply, Infallible>>;

        fn poll_ready(
            &mut self,
            _: &mut std::task::Context<'_>,
        ) -> std::task::Poll<Result<(), Infallible>> {
            std::task::Poll::Ready(Ok(()))
        }

        fn call(&mut self, delivery: Delivery) -> Self::Future {
            self.0.keep(delivery);
            std::future::ready(Ok(Reply::Pass))
        }
    }

    let recorder = Recorder::new();
    let (layer, outcomes) = webhooks(Buffer::new(Single(recorder.clone()), 8));
    // And outside.
    let buffered = Buffer::new(router(layer), 8);
    let response = buffered
        .oneshot(request(AFTER, MESSAGE))
        .await
        .expect("an answer");
    assert_eq!(text(response).await, OK);
    assert_eq!(recorder.deliveries.len(), 1);
    assert_eq!(ends(&outcomes), [End::Answered]);
}

#[tokio::test]
async fn load_that_is_shed_around_the_handler_is_a_failure_and_outside_an_error() {
    let blocked = Blocked::new();
    let handler = ServiceBuilder::new()
        .load_shed()
        .concurrency_limit(1)
        .service(blocked.service());
    let (layer, outcomes) = webhooks(handler);
    let inside = router(layer);
    let busy = inside.clone();
    let post = tokio::spawn(async move { send(&busy, request(AFTER, MESSAGE)).await.status() });
    blocked.begun.reaches(1).await;
    assert_eq!(send(&inside, request(AFTER, MESSAGE)).await.status(), 503);
    let end = End::Failed(FailureKind::Overloaded, FailureAnswer::HttpError);
    assert_eq!(ends(&outcomes), [end]);

    let outside = ServiceBuilder::new()
        .load_shed()
        .concurrency_limit(0)
        .service(inside.clone());
    let error = outside.oneshot(home()).await.expect_err("shed");
    assert!(error.is::<Overloaded>());
    blocked.open();
    assert_eq!(post.await.expect("no panic"), 200);
}

#[tokio::test]
async fn a_full_limit_around_the_application_delays_webhooks_too_unless_they_are_mounted() {
    let full = ServiceBuilder::new()
        .concurrency_limit(0)
        .service(service_fn(|_: Request<Body>| async {
            Ok::<_, Infallible>(http::Response::new(Body::empty()))
        }));
    let (layer, _) = webhooks(Recorder::new());
    let mut around = layer.layer(full);
    let waker = std::task::Waker::noop();
    let mut context = std::task::Context::from_waker(waker);
    let ready = Service::<Request<Body>>::poll_ready(&mut around, &mut context);
    assert!(ready.is_pending());
    assert_eq!(
        send(&router(layer), request(AFTER, MESSAGE)).await.status(),
        200
    );
}
