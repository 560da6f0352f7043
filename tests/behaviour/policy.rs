//! An authentic before-webhook gets the reply of its handler or the answer of the policy, and nothing
//! else. SECURITY.md has a table of what can happen to one; each row names its test here.

use std::{
    convert::Infallible,
    future::pending,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use http::{Request, StatusCode};
use tower::{BoxError, Layer, Service, ServiceExt, service_fn};
use tower_tencent_webhook::{
    App, Delivery, FailureAnswer, Outcome, WebhookLayer,
    event::Event,
    outcome::{End, FailureKind, Rejection},
    reply::{Reply, VerdictKind},
    signature::SignatureError,
    testing::WebhookRequest,
};

use crate::support::{
    AFTER, APP, BEFORE, DENIED, MESSAGE, NOW, OK, OPEN_APP, TOKEN,
    connection::{self, Answer},
    open_apps, polled_once,
    probe::{self, Clock, Log, after_1970},
    script::Script,
    server, soon,
};

const SHORT: Duration = Duration::from_millis(20);

fn passes() -> impl Service<Delivery, Response = Reply, Error = Infallible, Future: Send>
+ Clone
+ Send
+ Sync
+ 'static {
    service_fn(async |_: Delivery| Ok(Reply::Pass))
}

/// A layer whose policy refuses, and what it is asked about.
fn refusing(layer: WebhookLayer) -> (WebhookLayer, Log<FailureKind>, Log<Outcome>) {
    let asked = Log::new();
    let log = asked.clone();
    let layer = layer.on_failure(move |failure| {
        log.push(failure.kind());
        FailureAnswer::Refuse
    });
    let (layer, outcomes) = probe::outcomes(layer);
    (layer, asked, outcomes)
}

async fn send(layer: &WebhookLayer, request: Request<Script>) -> Answer {
    let Ok(response) = layer.layer(probe::App::new()).oneshot(request).await;
    Answer::of(response).await
}

/// Asserts that a request to a before-webhook is refused as a failure of this kind, and that without a
/// policy it gets this status, as a request of an after-webhook does.
async fn is_decided(
    kind: FailureKind,
    rejection: Rejection,
    request: impl Fn(&str) -> Request<Script>,
) {
    let limited = || {
        WebhookLayer::new(open_apps(), passes())
            .body_limit(MESSAGE.len())
            .deadline(SHORT)
    };
    let (layer, asked, outcomes) = refusing(limited());
    let answer = send(&layer, request(BEFORE)).await;
    assert_eq!((answer.status, answer.text()), (StatusCode::OK, DENIED));
    assert_eq!(asked.take(), [kind]);
    let outcome = outcomes.take()[0];
    assert_eq!(outcome.end, End::Failed(kind, FailureAnswer::Refuse));
    assert_eq!(outcome.verdict, Some(VerdictKind::Refuse));

    // An after-webhook has nothing to decide.
    let answer = send(&layer, request(AFTER)).await;
    assert_eq!(answer.status, rejection.status());
    assert_eq!(asked.len(), 0);
    assert_eq!(outcomes.take()[0].end, End::Rejected(rejection));

    // Without a policy nothing has changed, byte for byte.
    let (layer, outcomes) = probe::outcomes(limited());
    let undecided = send(&layer, request(BEFORE)).await;
    assert_eq!(undecided, answer);
    let outcome = outcomes.take()[0];
    assert_eq!(outcome.end, End::Failed(kind, FailureAnswer::HttpError));
    assert_eq!(outcome.verdict, Some(VerdictKind::Error));
}

fn open(command: &str, body: Script) -> Request<Script> {
    WebhookRequest::new(OPEN_APP, command).body(body)
}

#[tokio::test]
async fn a_body_that_is_late_is_decided() {
    let body = || Script::new().data(&MESSAGE[..9]).stall();
    is_decided(FailureKind::BodyLate, Rejection::BodyTimedOut, |command| {
        open(command, body())
    })
    .await;
}

#[tokio::test]
async fn a_body_that_breaks_off_is_decided() {
    let body = || Script::new().data(&MESSAGE[..9]).error("reset");
    is_decided(
        FailureKind::BodyBroken,
        Rejection::BodyUnreadable,
        |command| open(command, body()),
    )
    .await;
}

#[tokio::test]
async fn a_body_over_the_limit_is_decided() {
    let longer = format!("{MESSAGE} ");
    for declared in [true, false] {
        is_decided(
            FailureKind::BodyTooLarge,
            Rejection::BodyTooLarge,
            |command| {
                let mut request = open(command, Script::whole(longer.clone()));
                if declared {
                    request
                        .headers_mut()
                        .insert("content-length", longer.len().into());
                }
                request
            },
        )
        .await;
    }
}

#[tokio::test]
async fn a_body_with_an_encoding_is_decided() {
    is_decided(
        FailureKind::BodyEncoded,
        Rejection::EncodedBody,
        |command| {
            let mut request = open(command, Script::whole(MESSAGE));
            let gzip = http::HeaderValue::from_static("gzip");
            request.headers_mut().insert("content-encoding", gzip);
            request
        },
    )
    .await;
}

/// Over a real connection, which ends in the middle of the body.
#[tokio::test]
async fn a_body_that_is_cut_on_its_way_is_decided() {
    let (layer, asked, outcomes) = refusing(WebhookLayer::new(open_apps(), passes()));
    let server = server::http1(layer.layer(probe::App::new())).await;
    let target = WebhookRequest::new(OPEN_APP, BEFORE).path_and_query();
    let whole = connection::request("POST", &target, "", MESSAGE);
    let mut connection = connection::Connection::open(server.address).await;
    connection.send(&whole[..whole.len() - 1]).await;
    connection.finish().await;
    outcomes.reaches(1).await;
    let end = outcomes.take()[0].end;
    // hyper may drop the request before its body says that it has ended.
    let decided = End::Failed(FailureKind::BodyBroken, FailureAnswer::Refuse);
    assert!(end == decided || end == End::Abandoned, "{end:?}");
    assert!(asked.len() <= 1);
}

#[tokio::test]
async fn a_body_that_was_lost_is_decided() {
    for blank in ["", " \r\n"] {
        let (layer, asked, outcomes) = refusing(WebhookLayer::new(open_apps(), passes()));
        let answer = send(&layer, open(BEFORE, Script::whole(blank))).await;
        assert_eq!(answer.text(), DENIED);
        assert_eq!(asked.take(), [FailureKind::BodyLost]);
        assert_eq!(outcomes.take()[0].verdict, Some(VerdictKind::Refuse));
        // After-webhooks, and the console's `{}`, are checks of the URL.
        for check in [
            open(AFTER, Script::whole(blank)),
            open(BEFORE, Script::whole("{}")),
        ] {
            assert_eq!(send(&layer, check).await.text(), OK);
            assert_eq!(outcomes.take()[0].end, End::Probed);
        }
        assert_eq!(asked.len(), 0);

        // Without a policy it stays open, and is reported as what it is.
        let (layer, outcomes) = probe::outcomes(WebhookLayer::new(open_apps(), passes()));
        let answer = send(&layer, open(BEFORE, Script::whole(blank))).await;
        assert_eq!((answer.status, answer.text()), (StatusCode::OK, OK));
        let outcome = outcomes.take()[0];
        let lost = End::Failed(FailureKind::BodyLost, FailureAnswer::HttpError);
        assert_eq!(
            (outcome.end, outcome.verdict),
            (lost, Some(VerdictKind::Error))
        );
    }
}

#[tokio::test]
async fn a_right_signature_at_another_time_is_decided_and_a_wrong_one_is_not() {
    let signed = |token: &str, seconds| {
        let time = after_1970(seconds);
        let request = WebhookRequest::new(APP, BEFORE).signed_at(token, time);
        request.body(Script::untouched())
    };
    let app = App::signed(APP, TOKEN).expect("a token");
    let layer = WebhookLayer::new(app.clone(), passes()).clock(Clock::at(NOW).reader());
    let (layer, asked, outcomes) = refusing(layer);
    for seconds in [NOW - 61, NOW + 61, NOW - 3600] {
        let answer = send(&layer, signed(TOKEN, seconds)).await;
        assert_eq!((answer.status, answer.text()), (StatusCode::OK, DENIED));
        assert_eq!(asked.take(), [FailureKind::Stale]);
        let outcome = outcomes.take()[0];
        let stale = End::Failed(FailureKind::Stale, FailureAnswer::Refuse);
        assert_eq!(
            (outcome.end, outcome.verdict),
            (stale, Some(VerdictKind::Refuse))
        );
        assert!(outcome.signature_age.is_some_and(|age| age.abs() > 60));
    }
    // A stranger never makes the layer ask.
    for seconds in [NOW, NOW - 61] {
        let answer = send(&layer, signed("another token", seconds)).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
        let wrong = End::Rejected(Rejection::Signature(SignatureError::Wrong));
        assert_eq!(outcomes.take()[0].end, wrong);
    }
    assert_eq!(asked.len(), 0);
    // By default it is the constant 403.
    let layer = WebhookLayer::new(app, passes()).clock(Clock::at(NOW).reader());
    let stale = send(&layer, signed(TOKEN, NOW - 61)).await;
    assert_eq!(stale, send(&layer, signed("another token", NOW)).await);
}

#[tokio::test]
async fn one_too_many_before_webhooks_is_decided() {
    let stuck = service_fn(|_: Delivery| pending::<Result<Reply, BoxError>>());
    let layer = WebhookLayer::new(open_apps(), stuck).before_limit(2);
    let (layer, asked, outcomes) = refusing(layer);
    let service = layer.layer(probe::App::new());
    let post = || {
        service
            .clone()
            .oneshot(open(BEFORE, Script::whole(MESSAGE)))
    };
    let mut held = Vec::new();
    for _ in 0..2 {
        let mut waiting = Box::pin(post());
        assert!(polled_once(&mut waiting).await.is_none());
        held.push(waiting);
    }
    // A body that is not complete takes no place.
    let slow = open(BEFORE, Script::new().data(&MESSAGE[..9]).stall());
    let mut slow = Box::pin(service.clone().oneshot(slow));
    assert!(polled_once(&mut slow).await.is_none());
    let Ok(response) = post().await;
    assert_eq!(Answer::of(response).await.text(), DENIED);
    assert_eq!(asked.take(), [FailureKind::Overloaded]);
    let overloaded = End::Failed(FailureKind::Overloaded, FailureAnswer::Refuse);
    assert_eq!(outcomes.take()[0].end, overloaded);
    // After-webhooks have places of their own, and an answer frees one.
    let mut after = Box::pin(service.clone().oneshot(open(AFTER, Script::whole(MESSAGE))));
    assert!(polled_once(&mut after).await.is_none());
    held.pop();
    let mut next = Box::pin(post());
    assert!(polled_once(&mut next).await.is_none());
    assert_eq!(layer.in_flight(), 1, "after-webhooks only");
}

#[tokio::test]
async fn a_handler_that_blocks_past_the_deadline_is_too_late() {
    let handler = service_fn(async |_: Delivery| {
        thread::sleep(3 * SHORT);
        Ok::<_, Infallible>(Reply::Pass)
    });
    let layer = WebhookLayer::new(open_apps(), handler).deadline(SHORT);
    let (layer, asked, outcomes) = refusing(layer);
    let answer = send(&layer, open(BEFORE, Script::whole(MESSAGE))).await;
    assert_eq!(answer.text(), DENIED);
    assert_eq!(asked.take(), [FailureKind::TimedOut]);
    let outcome = outcomes.take()[0];
    let late = End::Failed(FailureKind::TimedOut, FailureAnswer::Refuse);
    // Whether anybody still listened is not known.
    assert_eq!(
        (outcome.end, outcome.verdict),
        (late, Some(VerdictKind::Error))
    );
    // An after-webhook is done when it is done.
    send(&layer, open(AFTER, Script::whole(MESSAGE))).await;
    assert_eq!(outcomes.take()[0].end, End::Answered);
}

#[tokio::test]
async fn a_client_that_has_left_got_no_verdict() {
    let stuck = service_fn(|_: Delivery| pending::<Result<Reply, BoxError>>());
    let (layer, outcomes) = probe::outcomes(WebhookLayer::new(open_apps(), stuck));
    let service = layer.layer(probe::App::new());
    let mut leaving = Box::pin(service.oneshot(open(BEFORE, Script::whole(MESSAGE))));
    assert!(polled_once(&mut leaving).await.is_none());
    drop(leaving);
    let outcome = outcomes.take()[0];
    assert_eq!(
        (outcome.end, outcome.verdict),
        (End::Abandoned, Some(VerdictKind::Error))
    );
}

#[tokio::test]
async fn a_handler_that_hangs_in_the_background_is_ended() {
    let dropped = Arc::new(AtomicBool::new(false));
    struct Drops(Arc<AtomicBool>);
    impl Drop for Drops {
        fn drop(&mut self) {
            self.0.store(true, Ordering::SeqCst);
        }
    }
    let seen = Arc::clone(&dropped);
    let handler = service_fn(move |_: Delivery| {
        let held = Drops(Arc::clone(&seen));
        async move {
            pending::<()>().await;
            drop(held);
            Ok::<_, Infallible>(Reply::Pass)
        }
    });
    let layer = WebhookLayer::new(open_apps(), handler)
        .deadline(SHORT)
        .background_timeout(SHORT);
    let (layer, outcomes) = probe::outcomes(layer);
    let answer = send(&layer, open(AFTER, Script::whole(MESSAGE))).await;
    assert_eq!(answer.text(), OK);
    soon("its end", outcomes.reaches(1)).await;
    assert_eq!(
        outcomes.take()[0].end,
        End::FailedLate(FailureKind::TimedOut)
    );
    assert_eq!(layer.drain(Duration::from_secs(20)).await, 0);
    assert!(dropped.load(Ordering::SeqCst));
}

#[tokio::test]
async fn a_body_that_cannot_be_decoded_reaches_no_service_of_all_events() {
    let seen = Log::new();
    let log = seen.clone();
    let handler = service_fn(move |delivery: Delivery<Event>| {
        log.push(delivery.command().to_owned());
        async { Ok::<_, Infallible>(Reply::Pass) }
    });
    let asked = Log::new();
    let kinds = asked.clone();
    let layer = WebhookLayer::new(open_apps(), handler).on_failure(move |failure| {
        kinds.push(failure.kind());
        FailureAnswer::Refuse
    });
    let undecodable = r#"{"GroupId":"g","MsgBody":5}"#;
    let request = open(BEFORE, Script::whole(undecodable));
    let Ok(response) = layer.layer(probe::App::new()).oneshot(request).await;
    assert_eq!(Answer::of(response).await.text(), DENIED);
    assert_eq!(asked.take(), [FailureKind::Undecodable]);
    assert_eq!(seen.len(), 0);
}
