//! Request bodies of every shape that a stack of services can pass on.

use crate::support::{
    AFTER, MESSAGE, OK, OPEN_APP,
    connection::Answer,
    open_apps,
    probe::{self, App, Log, Recorder},
    script::Script,
};
use std::time::Duration;

use http::{Request, StatusCode};
use http_body_util::Full;
use hyper::body::Body;
use tower::{BoxError, Layer, ServiceBuilder, ServiceExt};
use tower_http::{limit::RequestBodyLimitLayer, timeout::TimeoutLayer};
use tower_tencent_webhook::{
    Outcome, WebhookLayer,
    outcome::{End, Rejection},
    testing::WebhookRequest,
};

fn layer(limit: usize) -> (WebhookLayer, Recorder, Log<Outcome>) {
    let recorder = Recorder::new();
    let layer = WebhookLayer::new(open_apps(), recorder.handlers()).body_limit(limit);
    let (layer, outcomes) = probe::outcomes(layer);
    (layer, recorder, outcomes)
}

/// What becomes of a body under a limit: the answer, what the handler got, and the end.
async fn post<B>(limit: usize, body: B) -> (Answer, Option<Vec<u8>>, End)
where
    B: Body + Send + 'static,
    B::Error: Into<BoxError>,
{
    let (layer, recorder, outcomes) = layer(limit);
    let request = WebhookRequest::new(OPEN_APP, AFTER).body(body);
    let Ok(response) = layer.layer(App::new()).oneshot(request).await;
    let answer = Answer::of(response).await;
    let handled = recorder.deliveries.take();
    assert!(handled.len() <= 1, "handled once");
    let body = handled.first().map(|delivery| delivery.body().to_vec());
    (answer, body, outcomes.take()[0].end)
}

async fn accepted<B>(limit: usize, body: B, wanted: &str)
where
    B: Body + Send + 'static,
    B::Error: Into<BoxError>,
{
    let (answer, handled, end) = post(limit, body).await;
    assert_eq!((answer.status, answer.text()), (StatusCode::OK, OK));
    assert_eq!(handled.as_deref(), Some(wanted.as_bytes()));
    assert_eq!(end, End::Answered);
}

async fn refused<B>(limit: usize, body: B, rejection: Rejection)
where
    B: Body + Send + 'static,
    B::Error: Into<BoxError>,
{
    let (answer, handled, end) = post(limit, body).await;
    assert_eq!(answer.status, rejection.status());
    assert_eq!(Some(answer.text()), answer.status.canonical_reason());
    assert_eq!((handled, end), (None, End::Rejected(rejection)));
}

/// The message, padded with spaces to a length.
fn padded(length: usize) -> String {
    format!("{MESSAGE:length$}")
}

#[tokio::test]
async fn the_bytes_of_all_frames_are_the_body() {
    let (head, tail) = MESSAGE.split_at(10);
    for script in [
        Script::new().data(MESSAGE),
        Script::new().data(head).data(tail),
        Script::bytewise(MESSAGE.as_bytes()),
        Script::new()
            .data("")
            .data(head)
            .data("")
            .data("")
            .data(tail)
            .data(""),
        Script::new()
            .pending()
            .data(head)
            .pending()
            .pending()
            .data(tail)
            .pending(),
        Script::new().data(MESSAGE).trailer("x-checksum", "1"),
        Script::new()
            .data(head)
            .data(tail)
            .trailer("x-checksum", "1")
            .pending(),
        Script::new().data(MESSAGE).admits_its_end(),
        Script::bytewise(MESSAGE.as_bytes()).admits_its_end(),
    ] {
        accepted(4096, script, MESSAGE).await;
    }
    // Long enough for the buffer to grow several times.
    let long = padded(60_000);
    accepted(60_000, Script::bytewise(long.as_bytes()), &long).await;
}

#[tokio::test]
async fn any_body_type_is_read() {
    accepted(4096, MESSAGE.to_owned(), MESSAGE).await;
    accepted(4096, Full::new(MESSAGE.as_bytes()), MESSAGE).await;
    accepted(4096, axum::body::Body::from(MESSAGE), MESSAGE).await;
    // Frames of more than one piece, and a body that is not `Unpin`.
    let (head, tail) = MESSAGE.split_at(10);
    let chained = bytes::Buf::chain(head.as_bytes(), tail.as_bytes());
    accepted(4096, Full::new(chained), MESSAGE).await;
}

#[tokio::test]
async fn a_body_that_fails_midway_reaches_nobody() {
    let (head, tail) = MESSAGE.split_at(10);
    for script in [
        Script::new().error("gone"),
        Script::new().data(head).error("gone"),
        Script::new().data(head).pending().data(tail).error("gone"),
        Script::new()
            .data(MESSAGE)
            .trailer("x-checksum", "1")
            .error("gone"),
    ] {
        refused(4096, script, Rejection::BodyUnreadable).await;
    }
}

#[tokio::test]
async fn the_limit_is_the_longest_that_is_accepted() {
    let (fits, over) = (padded(200), padded(201));
    accepted(200, Script::whole(fits.clone()), &fits).await;
    accepted(200, Script::bytewise(fits.as_bytes()), &fits).await;
    accepted(
        200,
        Script::new().data(fits.clone()).data("").trailer("x", "y"),
        &fits,
    )
    .await;
    refused(200, Script::whole(over.clone()), Rejection::BodyTooLarge).await;
    refused(
        200,
        Script::bytewise(over.as_bytes()),
        Rejection::BodyTooLarge,
    )
    .await;
    refused(
        200,
        Script::new().data(fits).data(" "),
        Rejection::BodyTooLarge,
    )
    .await;
    // What comes after is not asked for.
    let over = Script::new().data(over).error("gone");
    refused(200, over, Rejection::BodyTooLarge).await;
}

#[tokio::test]
async fn a_declared_length_is_the_longest_that_is_polled() {
    for (declared, rejection) in [
        ("201", Some(Rejection::BodyTooLarge)),
        ("18446744073709551615", Some(Rejection::BodyTooLarge)),
        ("200", None),
        // Less than what comes: a server does not let that through.
        ("1", None),
    ] {
        let (layer, recorder, outcomes) = layer(200);
        let body = match rejection {
            Some(_) => Script::untouched(),
            None => Script::new().data(padded(200)),
        };
        let mut request = WebhookRequest::new(OPEN_APP, AFTER).body(body);
        request
            .headers_mut()
            .insert("content-length", declared.parse().unwrap());
        let Ok(_) = layer.layer(App::new()).oneshot(request).await;
        let handled = recorder.deliveries.len();
        let end = outcomes.take()[0].end;
        match rejection {
            Some(rejection) => assert_eq!((handled, end), (0, End::Rejected(rejection))),
            None => assert_eq!((handled, end), (1, End::Answered)),
        }
    }
}

#[tokio::test]
async fn the_limit_of_an_outer_layer_is_a_limit() {
    async fn post(body: Script) -> (StatusCode, usize, End) {
        let (layer, recorder, outcomes) = layer(4096);
        let service = ServiceBuilder::new()
            .layer(RequestBodyLimitLayer::new(200))
            .layer(layer)
            .service(App::new());
        let request: Request<Script> = WebhookRequest::new(OPEN_APP, AFTER).body(body);
        let Ok(response) = service.oneshot(request).await;
        (
            response.status(),
            recorder.deliveries.len(),
            outcomes.take()[0].end,
        )
    }
    assert_eq!(
        post(Script::bytewise(padded(200).as_bytes())).await,
        (StatusCode::OK, 1, End::Answered)
    );
    let too_large = End::Rejected(Rejection::BodyTooLarge);
    for body in [
        Script::bytewise(padded(201).as_bytes()),
        Script::new().data(padded(4000)),
    ] {
        assert_eq!(
            post(body).await,
            (StatusCode::PAYLOAD_TOO_LARGE, 0, too_large)
        );
    }
}

/// tower-http's `TimeoutLayer` outside of a layer makes an empty response of the layer's body type.
#[tokio::test]
async fn a_layer_outside_may_answer_with_an_empty_body() {
    let stuck = tower::service_fn(|_: Request<Script>| async {
        std::future::pending::<()>().await;
        Ok::<_, BoxError>(http::Response::new(Full::<bytes::Bytes>::default()))
    });
    let (layer, _, _) = layer(1024);
    let status = StatusCode::GATEWAY_TIMEOUT;
    let timeout = TimeoutLayer::with_status_code(status, Duration::from_millis(1));
    let service = timeout.layer(layer.layer(stuck));
    let response = service.oneshot(Request::new(Script::new())).await;
    let response = response.expect("an answer");
    assert_eq!(response.status(), status);
    assert!(response.body().is_end_stream());
}
