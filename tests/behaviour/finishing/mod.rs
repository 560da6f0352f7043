//! An after-webhook is handled to its end exactly once, however its client disconnects, and
//! whether or not it was answered before.

mod leaving;
mod unacknowledged;

use std::{
    collections::BTreeSet, convert::Infallible, future::pending, net::SocketAddr, time::Duration,
};

use crate::support::{
    AFTER, BEFORE, MESSAGE, OK, OPEN_APP,
    connection::{self, Answer},
    open_apps, polled_once,
    probe::{self, App, Log},
    script::Script,
    server,
    services::Blocked,
    soon,
    time::Still,
};
use bytes::Bytes;
use http::{Request, StatusCode};
use tower::{BoxError, Layer, Service, ServiceExt, service_fn};
use tower_http::trace::TraceLayer;
use tower_tencent_webhook::{
    Delivery, FailureAnswer, Outcome, WebhookLayer,
    event::group,
    outcome::{End, FailureKind},
    reply::{Ack, Reply},
    testing::WebhookRequest,
};
use tracing::Span;

/// No deadline passes during a test that is not about it.
const NEVER: Duration = Duration::from_secs(3600);

/// The deadline of the tests that are about it.
const DEADLINE: Duration = Duration::from_secs(9);

/// Longer than anything that is drained here takes.
const PATIENCE: Duration = Duration::from_secs(20);

fn message(number: usize) -> String {
    format!(
        r#"{{"GroupId":"g","Type":"Live","From_Account":"mei","MsgBody":[],"MsgSeq":{number}}}"#
    )
}

fn bytes(command: &str, number: usize) -> String {
    let target = WebhookRequest::new(OPEN_APP, command).path_and_query();
    connection::request("POST", &target, "", &message(number))
}

fn request(command: &str, number: usize) -> Request<Script> {
    let mut request = WebhookRequest::new(OPEN_APP, command).body(Script::whole(message(number)));
    *request.uri_mut() = format!("http://test{}", request.uri())
        .parse()
        .expect("a URI");
    request
}

/// Each of this many messages is there once.
#[track_caller]
fn assert_each_once(ended: &Log<Bytes>, count: usize) {
    let ended = ended.take();
    assert_eq!(ended.len(), count);
    let different: BTreeSet<Bytes> = ended.into_iter().collect();
    assert_eq!(different, (0..count).map(|n| message(n).into()).collect());
}

fn ends(outcomes: &Log<Outcome>) -> Vec<End> {
    outcomes.take().iter().map(|outcome| outcome.end).collect()
}

#[tokio::test]
async fn an_after_webhook_is_acknowledged_at_the_deadline_and_finished_once() {
    const COUNT: usize = 20;
    let blocked = Blocked::new();
    let layer = WebhookLayer::new(open_apps(), blocked.service()).deadline(DEADLINE);
    let (layer, outcomes) = probe::outcomes(layer);
    let server = server::http1_and_2(layer.clone().layer(App::new())).await;

    let clock = Still::stand();
    for number in 0..COUNT {
        let address = server.address;
        let answer = tokio::spawn(async move {
            if number % 2 == 0 {
                return connection::exchange(address, bytes(AFTER, number)).await;
            }
            let response = connection::send_http2(address, request(AFTER, number)).await;
            Answer::of(response.expect("an answer")).await
        });
        blocked.begun.reaches(number + 1).await;
        clock.pass(DEADLINE).await;
        let answer = answer.await.expect("no panic");
        assert_eq!((answer.status, answer.text()), (StatusCode::OK, OK));
    }
    drop(clock);
    assert_eq!((blocked.ended.len(), outcomes.len()), (0, 0));
    assert_eq!(layer.drain(Duration::ZERO).await, COUNT);

    blocked.open();
    assert_eq!(layer.drain(PATIENCE).await, 0);
    assert_each_once(&blocked.ended, COUNT);
    assert_eq!(ends(&outcomes), [End::FinishedLate; COUNT]);
}

#[tokio::test]
async fn more_than_the_limit_in_the_background_is_overloaded() {
    let blocked = Blocked::new();
    let layer = WebhookLayer::new(open_apps(), blocked.service())
        .background_limit(3)
        .deadline(DEADLINE);
    let (layer, outcomes) = probe::outcomes(layer);
    let server = server::http1(layer.clone().layer(App::new())).await;
    let clock = Still::stand();
    for number in 0..3 {
        let answer = tokio::spawn(connection::exchange(server.address, bytes(AFTER, number)));
        blocked.begun.reaches(number + 1).await;
        clock.pass(DEADLINE).await;
        assert_eq!(answer.await.expect("no panic").text(), OK);
    }
    let post = async |number| connection::exchange(server.address, bytes(AFTER, number)).await;
    for number in 3..6 {
        let answer = post(number).await;
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(answer.text(), "Service Unavailable");
    }
    let overloaded = End::Failed(FailureKind::Overloaded, FailureAnswer::HttpError);
    assert_eq!(ends(&outcomes), [overloaded; 3]);
    // A before-webhook takes no place in the background.
    let answer = tokio::spawn(connection::exchange(server.address, bytes(BEFORE, 6)));
    blocked.begun.reaches(4).await;
    clock.pass(DEADLINE).await;
    let status = answer.await.expect("no panic").status;
    assert_eq!(status, StatusCode::GATEWAY_TIMEOUT);
    drop(clock);
    outcomes.take();

    blocked.open();
    assert_eq!(layer.drain(PATIENCE).await, 0);
    assert_each_once(&blocked.ended, 3);
    assert_eq!(ends(&outcomes), [End::FinishedLate; 3]);
    assert_eq!(post(0).await.text(), OK);
    assert_eq!(ends(&outcomes), [End::Answered]);
}

#[tokio::test]
async fn nothing_is_decoded_beyond_the_limit() {
    let handler = service_fn(|_: Delivery<group::AfterSendMsg>| pending::<Result<Ack, BoxError>>());
    let layer = WebhookLayer::new(open_apps(), handler).background_limit(1);
    let (layer, outcomes) = probe::outcomes(layer);
    let service = layer.layer(App::new());
    let post = |body: &'static str| {
        let webhook = WebhookRequest::new(OPEN_APP, AFTER).body(Script::whole(body));
        service.clone().oneshot(webhook)
    };
    let mut first = Box::pin(post(MESSAGE));
    assert!(polled_once(&mut first).await.is_none());
    let Ok(response) = post("[]").await;
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
    let overloaded = End::Failed(FailureKind::Overloaded, FailureAnswer::HttpError);
    assert_eq!(ends(&outcomes), [overloaded]);
}

#[tokio::test]
async fn unless_set_the_limit_is_1024_whether_or_not_the_clients_have_left() {
    let blocked = Blocked::new();
    let layer = WebhookLayer::new(open_apps(), blocked.service()).deadline(NEVER);
    let service = layer.layer(App::new());
    let mut responses = Vec::new();
    for number in 0..1024 {
        let mut response = Box::pin(service.clone().oneshot(request(AFTER, number)));
        assert!(polled_once(&mut response).await.is_none());
        if number % 2 == 0 {
            responses.push(response);
        }
    }
    assert_eq!(layer.drain(Duration::ZERO).await, 1024);
    let beyond = service.clone().oneshot(request(AFTER, 1024));
    let Ok(response) = soon("an answer", beyond).await;
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);

    blocked.open();
    for response in responses {
        let Ok(response) = soon("an answer", response).await;
        assert_eq!(response.status(), StatusCode::OK);
    }
    assert_eq!(layer.drain(PATIENCE).await, 0);
    assert_each_once(&blocked.ended, 1024);
}

/// Sends an after-webhook, and lets the deadline pass while its handler is at work.
async fn acknowledged(address: SocketAddr, blocked: &Blocked) {
    let clock = Still::stand();
    let answer = tokio::spawn(connection::exchange(address, bytes(AFTER, 0)));
    blocked.begun.reaches(1).await;
    clock.pass(DEADLINE).await;
    assert_eq!(answer.await.expect("no panic").text(), OK);
}

/// Waits, then fails in one of two ways.
fn failing(
    blocked: &Blocked,
    panics: bool,
) -> impl Service<Delivery, Response = Reply, Error = BoxError, Future: Send>
+ Clone
+ Send
+ Sync
+ 'static
+ use<> {
    let blocked = blocked.clone();
    service_fn(move |delivery: Delivery| {
        let blocked = blocked.clone();
        async move {
            blocked.pass(&delivery).await;
            assert!(!panics, "a secret");
            Err("disk full".into())
        }
    })
}

#[tokio::test]
async fn errors_and_panics_in_the_background_are_told() {
    for (panics, kind) in [(false, FailureKind::Handler), (true, FailureKind::Panic)] {
        let blocked = Blocked::new();
        let site = crate::support::watched::Site::new(failing(&blocked, panics));
        let layer = site.layer.clone().deadline(DEADLINE);
        let server = server::http1(layer.clone().layer(App::new())).await;
        acknowledged(server.address, &blocked).await;
        assert_eq!((site.failures.len(), site.outcomes.len()), (0, 0));

        blocked.open();
        assert_eq!(layer.drain(PATIENCE).await, 0);
        assert_eq!(ends(&site.outcomes), [End::FailedLate(kind)]);
        let failures = site.failures.take();
        assert_eq!(failures.len(), 1);
        assert_eq!((failures[0].kind, &*failures[0].command), (kind, AFTER));
        assert!(failures[0].late);
        let error = if panics { vec![] } else { vec!["disk full"] };
        assert_eq!(failures[0].errors, error);
        assert_each_once(&blocked.ended, 1);
    }
}

#[tokio::test]
async fn work_in_the_background_keeps_the_span_of_its_request() {
    // The runtime of this test has one thread, so all that happens is seen.
    let _subscriber = tracing::subscriber::set_default(tracing_subscriber::registry());
    let current = || {
        let span = Span::current();
        (span.metadata().map(|span| span.name()), span.id())
    };
    let (blocked, spans) = (Blocked::new(), Log::new());
    let (waits, inside) = (blocked.clone(), spans.clone());
    let handler = service_fn(move |delivery: Delivery| {
        let (waits, inside) = (waits.clone(), inside.clone());
        async move {
            inside.push(current());
            waits.pass(&delivery).await;
            inside.push(current());
            Ok::<_, Infallible>(Reply::Pass)
        }
    });
    let outside = spans.clone();
    let layer = WebhookLayer::new(open_apps(), handler)
        .deadline(DEADLINE)
        .on_outcome(move |_| outside.push(current()));
    let trace = TraceLayer::new_for_http()
        .make_span_with(|_: &Request<_>| tracing::info_span!("of the request"));
    let server = server::http1(trace.layer(layer.clone().layer(App::new()))).await;

    acknowledged(server.address, &blocked).await;
    blocked.open();
    assert_eq!(layer.drain(PATIENCE).await, 0);

    let spans = spans.take();
    assert_eq!(spans.len(), 3);
    assert_eq!(spans[0].0, Some("of the request"));
    assert!(spans.iter().all(|span| *span == spans[0]), "{spans:?}");
}
