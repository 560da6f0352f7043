//! A layer that does not acknowledge late.

use std::time::Duration;

use http::StatusCode;
use tower::Layer;
use tower_tencent_webhook::{
    FailureAnswer, WebhookLayer,
    outcome::{End, FailureKind},
};

use super::{DEADLINE, PATIENCE, assert_each_once, bytes, ends};
use crate::support::{
    AFTER, connection, open_apps,
    probe::{self, App},
    server,
    services::Blocked,
    time::Still,
};

#[tokio::test]
async fn without_late_acknowledgement_the_deadline_is_a_failure_and_the_handler_ends() {
    let blocked = Blocked::new();
    let failures = probe::Log::new();
    let layer = WebhookLayer::new(open_apps(), blocked.service())
        .acknowledge_late(false)
        .on_failure({
            let failures = failures.clone();
            move |failure| {
                failures.push((failure.kind(), failure.is_late()));
                FailureAnswer::HttpError
            }
        })
        .deadline(DEADLINE);
    let (layer, outcomes) = probe::outcomes(layer);
    let server = server::http1(layer.clone().layer(App::new())).await;
    let clock = Still::stand();
    let answer = tokio::spawn(connection::exchange(server.address, bytes(AFTER, 0)));
    blocked.begun.reaches(1).await;
    clock.pass(DEADLINE).await;
    let answer = answer.await.expect("no panic");
    drop(clock);
    assert_eq!(answer.status, StatusCode::GATEWAY_TIMEOUT);
    assert_eq!(failures.take(), [(FailureKind::TimedOut, false)]);
    assert_eq!(outcomes.len(), 0, "the outcome is told at the end");
    assert_eq!(layer.drain(Duration::ZERO).await, 1);

    blocked.open();
    assert_eq!(layer.drain(PATIENCE).await, 0);
    assert_each_once(&blocked.ended, 1);
    let timed_out = End::Failed(FailureKind::TimedOut, FailureAnswer::HttpError);
    assert_eq!(ends(&outcomes), [timed_out]);
}
