//! Parts C and E, as far as the deadline and the load of the handler decide.

use std::{
    convert::Infallible,
    future::poll_fn,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use http::StatusCode;
use hyper::body::{Body, Frame};
use tokio::{sync::Semaphore, time::Instant};
use tower::{Service, ServiceBuilder, limit::ConcurrencyLimit};
use tower_tencent_webhook::{
    Delivery, FailureAnswer, WebhookLayer,
    outcome::{End, FailureKind, Rejection},
    reply::Reply,
    testing,
};

use super::{
    case::{Row, Way},
    site::{boxed, call},
    slow::{Handler, Slow, bytes, exchange, http2_request, request},
};
use crate::support::{
    AFTER, BEFORE, DENIED, MESSAGE, OK, UNKNOWN,
    connection::{self, Answer, Connection},
    probe::Log,
    script::Script,
    services::{Blocked, OnDrop},
    soon,
    time::Still,
};

const DEADLINE: Duration = WebhookLayer::DEFAULT_DEADLINE;
const SECOND: Duration = Duration::from_secs(1);

/// This much has passed on a clock that moves by itself, to the millisecond of its timers.
#[track_caller]
fn assert_elapsed(start: Instant, time: Duration) {
    let late = start.elapsed().checked_sub(time);
    assert!(
        late.is_some_and(|late| late < Duration::from_millis(3)),
        "{late:?}"
    );
}

/// A body of one byte a second.
fn dripping(bytes: &[u8]) -> Script {
    bytes.iter().fold(Script::new(), |script, byte| {
        script.pause(SECOND).data(vec![*byte])
    })
}

/// The policy is asked about a before-webhook; it says nothing here.
fn late_body(command: &str) -> End {
    match command {
        BEFORE => End::Failed(FailureKind::BodyLate, FailureAnswer::HttpError),
        _ => End::Rejected(Rejection::BodyTimedOut),
    }
}

pub(crate) async fn a_body_that_is_not_complete_in_time_is_refused(row: &mut Row) {
    for way in row.ways() {
        for command in [AFTER, BEFORE, UNKNOWN] {
            let timed_out = |slow: &Slow, answer: &Answer, blocked: &Blocked| {
                assert_eq!(answer.status, StatusCode::REQUEST_TIMEOUT);
                assert_eq!(answer.header("content-type"), Some("text/plain"));
                assert_eq!(answer.text(), "Request Timeout");
                assert_eq!(slow.ends(), [late_body(command)]);
                assert_eq!(blocked.begun.len(), 0);
            };
            let blocked = Blocked::new();
            blocked.open();
            let slow = Slow::new(blocked.service()).deadline(9 * SECOND);
            if way == Way::Tower {
                tokio::time::pause();
                for body in [
                    dripping(MESSAGE.as_bytes()),
                    Script::new().stall(),
                    Script::new().data(MESSAGE).stall(),
                ] {
                    let start = Instant::now();
                    let answer = slow.send(request(command, body)).await;
                    timed_out(&slow, &answer, &blocked);
                    // In all, not since the last byte.
                    assert_elapsed(start, 9 * SECOND);
                }
                // One that is complete in the last second.
                let (first, rest) = MESSAGE.split_at(2);
                let body = dripping(first.as_bytes()).data(rest).pause(6 * SECOND);
                slow.send(request(command, body)).await;
                assert_eq!(
                    (slow.ends(), blocked.begun.take().len()),
                    (vec![End::Answered], 1)
                );
                tokio::time::resume();
                continue;
            }
            let server = slow.serve().await;
            let clock = Still::stand();
            let whole = bytes(command);
            let head = &whole[..whole.len() - MESSAGE.len()];
            // A byte a second, each of which the server might read in time.
            let mut connection = Connection::open(server.address).await;
            connection.send(head).await;
            slow.arrived.reaches(1).await;
            for byte in MESSAGE.bytes().take(9) {
                connection.send([byte]).await;
                clock.pass(SECOND).await;
            }
            timed_out(
                &slow,
                &connection.answer().await.expect("an answer"),
                &blocked,
            );
            // Less than declared.
            let mut connection = Connection::open(server.address).await;
            connection.send(&whole[..whole.len() - 1]).await;
            slow.arrived.reaches(2).await;
            clock.pass(9 * SECOND).await;
            timed_out(
                &slow,
                &connection.answer().await.expect("an answer"),
                &blocked,
            );
            // HTTP/2.
            let body = Script::new().data(MESSAGE).stall();
            let response = tokio::spawn(connection::send_http2(
                server.address,
                http2_request(command, body),
            ));
            slow.arrived.reaches(3).await;
            clock.pass(9 * SECOND).await;
            let response = response.await.expect("no panic").expect("an answer");
            timed_out(&slow, &Answer::of(response).await, &blocked);
        }
    }
}

pub(crate) async fn a_handler_that_is_not_done_in_time_is_dropped_or_left_to_its_end(
    row: &mut Row,
) {
    for way in row.ways() {
        for version in [1, 2] {
            let sent = async |slow: &Slow, blocked: &Blocked, command: &'static str| match way {
                Way::Tower => {
                    tokio::time::pause();
                    let start = Instant::now();
                    let answer = slow.post(command).await;
                    assert_elapsed(start, DEADLINE);
                    tokio::time::resume();
                    answer
                }
                Way::Socket => {
                    let server = slow.serve().await;
                    let clock = Still::stand();
                    let answer = tokio::spawn(exchange(server.address, command, version));
                    blocked.begun.reaches(1).await;
                    clock.pass(DEADLINE).await;
                    answer.await.expect("no panic")
                }
            };
            let timed_out = |answer| End::Failed(FailureKind::TimedOut, answer);

            let (blocked, dropped) = (Blocked::new(), Log::new());
            let slow = Slow::new(dropping(&blocked, &dropped));
            let answer = sent(&slow, &blocked, BEFORE).await;
            assert_eq!(answer.status, StatusCode::GATEWAY_TIMEOUT);
            assert_eq!(answer.text(), "Gateway Timeout");
            assert_eq!(slow.ends(), [timed_out(FailureAnswer::HttpError)]);
            assert_eq!(dropped.len(), 1, "before the answer");
            blocked.open();
            slow.drains().await;
            assert_eq!(blocked.ended.len(), 0);

            for (chosen, text) in [(FailureAnswer::Allow, OK), (FailureAnswer::Refuse, DENIED)] {
                let blocked = Blocked::new();
                let slow = Slow::answering(chosen, blocked.service());
                let answer = sent(&slow, &blocked, BEFORE).await;
                assert_eq!((answer.status, answer.text()), (StatusCode::OK, text));
                assert_eq!(slow.ends(), [timed_out(chosen)]);
            }

            for command in [AFTER, UNKNOWN] {
                let blocked = Blocked::new();
                let slow = Slow::new(blocked.service());
                let answer = sent(&slow, &blocked, command).await;
                assert_eq!((answer.status, answer.text()), (StatusCode::OK, OK));
                assert_eq!((slow.ends(), blocked.ended.len()), (vec![], 0));
                blocked.open();
                slow.drains().await;
                assert_eq!(slow.ends(), [End::FinishedLate]);
                assert_eq!(blocked.ended.len(), 1);
            }
        }
    }
}

/// Tells when the handler's future is dropped.
fn dropping(blocked: &Blocked, dropped: &Log<()>) -> Handler {
    let (blocked, dropped) = (blocked.clone(), dropped.clone());
    Handler::new(tower::service_fn(move |delivery: Delivery| {
        let (blocked, guard) = (blocked.clone(), OnDrop(dropped.clone()));
        async move {
            let _guard = guard;
            blocked.pass(&delivery).await;
            Ok(Reply::Pass)
        }
    }))
}

/// A handler behind a limit that is used up.
fn full(blocked: &Blocked, permits: &Arc<Semaphore>) -> Handler {
    let limited = ConcurrencyLimit::with_semaphore(blocked.service(), Arc::clone(permits));
    Handler::new(tower::ServiceExt::map_err(limited, Into::into))
}

/// A buffer that is full of deliveries, for as long as their responses are waited for.
async fn full_buffer(blocked: &Blocked) -> (Handler, Vec<impl Sized + use<>>) {
    let full = full(blocked, &Arc::new(Semaphore::new(0)));
    let buffer = ServiceBuilder::new().buffer(1).service(full);
    let mut waiting = Vec::new();
    loop {
        let mut place = buffer.clone();
        let asked = poll_fn(|cx| Poll::Ready(Service::<Delivery>::poll_ready(&mut place, cx)));
        if asked.await.is_pending() {
            return (Handler::new(buffer), waiting);
        }
        waiting.push(place.call(testing::undecoded(AFTER, "")));
        assert!(waiting.len() < 5, "it takes no end of them");
        tokio::task::yield_now().await; // lets it take one out of its queue
    }
}

pub(crate) async fn a_handler_that_is_never_ready_or_overloaded_is_a_failure(row: &mut Row) {
    for way in row.ways() {
        never_ready(way).await;
        shedding(way).await;
        beyond_the_limit(way).await;
    }
}

/// The answer to a webhook for which the handler does not become ready.
async fn unready(way: Way, slow: &Slow, command: &'static str) -> Answer {
    match way {
        Way::Tower => {
            tokio::time::pause();
            let answer = slow.post(command).await;
            tokio::time::resume();
            answer
        }
        Way::Socket => {
            let server = slow.serve().await;
            let clock = Still::stand();
            let arrived = slow.arrived.len();
            let answer = tokio::spawn(exchange(server.address, command, 1));
            slow.arrived.reaches(arrived + 1).await;
            clock.pass(DEADLINE).await;
            answer.await.expect("no panic")
        }
    }
}

async fn never_ready(way: Way) {
    let blocked = Blocked::new();
    blocked.open();
    let permits = Arc::new(Semaphore::new(0));
    let (buffer, _waiting) = full_buffer(&blocked).await;
    for handler in [full(&blocked, &permits), buffer] {
        let slow = Slow::new(handler.clone());
        let answer = unready(way, &slow, BEFORE).await;
        assert_eq!(answer.status, StatusCode::GATEWAY_TIMEOUT);
        let end = End::Failed(FailureKind::TimedOut, FailureAnswer::HttpError);
        assert_eq!(slow.ends(), [end]);
        let slow = Slow::answering(FailureAnswer::Allow, handler);
        assert_eq!(unready(way, &slow, BEFORE).await.text(), OK);
    }
    assert_eq!(blocked.begun.len(), 0);
    // An after-webhook is acknowledged, and waits on.
    let slow = Slow::new(full(&blocked, &permits));
    assert_eq!(unready(way, &slow, AFTER).await.text(), OK);
    assert_eq!((slow.ends(), blocked.begun.len()), (vec![], 0));
    permits.add_permits(1);
    slow.drains().await;
    assert_eq!(slow.ends(), [End::FinishedLate]);
    assert_eq!(blocked.ended.len(), 1);
}

async fn shedding(way: Way) {
    let sent = async |slow: &Slow, command| match way {
        Way::Tower => slow.post(command).await,
        Way::Socket => exchange(slow.serve().await.address, command, 2).await,
    };
    let blocked = Blocked::new();
    let full = full(&blocked, &Arc::new(Semaphore::new(0)));
    let (buffer, _waiting) = full_buffer(&blocked).await;
    for handler in [full, buffer] {
        let shed = ServiceBuilder::new().load_shed().service(handler);
        for command in [AFTER, BEFORE] {
            let slow = Slow::new(shed.clone());
            let answer = sent(&slow, command).await;
            assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
            assert_eq!(answer.text(), "Service Unavailable");
            let end = End::Failed(FailureKind::Overloaded, FailureAnswer::HttpError);
            assert_eq!(slow.ends(), [end]);
        }
        let slow = Slow::answering(FailureAnswer::Allow, shed);
        assert_eq!(sent(&slow, BEFORE).await.text(), OK);
    }
    assert_eq!(blocked.begun.len(), 0);
}

async fn beyond_the_limit(way: Way) {
    const LIMIT: usize = WebhookLayer::DEFAULT_BACKGROUND_LIMIT;
    let blocked = Blocked::new();
    // `Allow` is for before-webhooks: an acknowledgement would lose the event.
    let slow = Slow::answering(FailureAnswer::Allow, blocked.service()).deadline(3600 * SECOND);
    let server = slow.serve().await;
    let (mut responses, mut connections) = (Vec::new(), Vec::new());
    for number in 0..LIMIT {
        match way {
            Way::Tower => {
                let slow = slow.clone();
                responses.push(tokio::spawn(async move { slow.post(AFTER).await }));
            }
            Way::Socket => {
                let mut connection = Connection::open(server.address).await;
                connection.send(bytes(AFTER)).await;
                connections.push(connection);
            }
        }
        blocked.begun.reaches(number + 1).await;
    }
    let answer = match way {
        Way::Tower => slow.post(AFTER).await,
        Way::Socket => exchange(server.address, AFTER, 1).await,
    };
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    let end = End::Failed(FailureKind::Overloaded, FailureAnswer::HttpError);
    assert_eq!(slow.ends(), [end]);

    blocked.open();
    for response in responses {
        assert_eq!(response.await.expect("no panic").text(), OK);
    }
    for mut connection in connections {
        assert_eq!(connection.answer().await.expect("an answer").text(), OK);
    }
    slow.drains().await;
    assert_eq!(slow.ends(), [End::Answered; LIMIT]);
    assert_eq!(blocked.ended.len(), LIMIT);
}

/// A handler that is never done, and uses up the budget of its task each time it is polled.
fn greedy(begun: &Log<()>, done: &Arc<AtomicBool>) -> Handler {
    let (begun, done) = (begun.clone(), Arc::clone(done));
    Handler::new(tower::service_fn(move |_: Delivery| {
        begun.push(());
        let done = Arc::clone(&done);
        async move {
            while !done.load(Ordering::SeqCst) {
                tokio::task::consume_budget().await;
            }
            Ok(Reply::Pass)
        }
    }))
}

/// A body that is always ready, and never at its end.
struct Endless;

impl Body for Endless {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Ready(Some(Ok(Frame::data(Bytes::new()))))
    }
}

pub(crate) async fn a_handler_that_uses_up_the_budget_is_ended_at_the_deadline(row: &mut Row) {
    const SHORT: Duration = Duration::from_millis(20);
    for way in row.ways() {
        for command in [BEFORE, AFTER] {
            let (begun, done) = (Log::new(), Arc::default());
            let slow = Slow::new(greedy(&begun, &done)).deadline(SHORT);
            let answer = slow.sent(way, command, MESSAGE).await;
            assert_eq!(begun.len(), 1);
            if command == BEFORE {
                assert_eq!(answer.status, StatusCode::GATEWAY_TIMEOUT);
                let end = End::Failed(FailureKind::TimedOut, FailureAnswer::HttpError);
                assert_eq!(slow.ends(), [end]);
                continue;
            }
            assert_eq!(answer.text(), OK);
            assert!(slow.ends().is_empty(), "it goes on");
            done.store(true, Ordering::SeqCst);
            slow.drains().await;
            assert_eq!(slow.ends(), [End::FinishedLate]);
        }
    }
    // Over a socket, empty frames end at the server.
    let slow = Slow::new(Blocked::new().service()).deadline(SHORT);
    let endless = request(BEFORE, Script::new()).map(|_| boxed(Endless));
    let answer = soon("an answer", call(slow.web(), endless)).await;
    assert_eq!(answer.status, StatusCode::REQUEST_TIMEOUT);
    assert_eq!(slow.ends(), [late_body(BEFORE)]);
}

pub(crate) async fn a_time_out_around_the_handler_is_a_timeout(row: &mut Row) {
    for way in row.ways() {
        for command in [BEFORE, AFTER] {
            let limited = ServiceBuilder::new()
                .timeout(Duration::from_millis(1))
                .service(Blocked::new().service());
            let slow = Slow::new(limited).deadline(3600 * SECOND);
            let answer = slow.sent(way, command, MESSAGE).await;
            assert_eq!(answer.status, StatusCode::GATEWAY_TIMEOUT);
            let end = End::Failed(FailureKind::TimedOut, FailureAnswer::HttpError);
            assert_eq!(slow.ends(), [end]);
        }
    }
}
