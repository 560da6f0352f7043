//! Part E, as far as clients disconnect. `finishing` has them do so many times, in every way.

use std::{
    sync::Arc,
    task::{Context, Waker},
};

use tokio::sync::Semaphore;
use tower::{ServiceExt, limit::ConcurrencyLimit};
use tower_tencent_webhook::{
    FailureAnswer,
    outcome::{End, FailureKind, Rejection},
};

use super::{
    case::{Row, Way},
    slow::{Slow, bytes, http2_request, request},
};
use crate::support::{
    AFTER, BEFORE, MESSAGE,
    connection::{self, Connection},
    probe::Log,
    script::Script,
    services::{Asked, Blocked},
};

/// Each of this many webhooks, one for each place to break off, came to nothing.
async fn all_came_to_nothing(slow: &Slow, count: usize) {
    slow.outcomes.reaches(count).await;
    let ends = slow.ends();
    assert_eq!(ends.len(), count);
    for end in ends {
        assert!(
            matches!(
                end,
                End::Abandoned
                    | End::Rejected(Rejection::BodyUnreadable)
                    | End::Failed(FailureKind::BodyBroken, FailureAnswer::HttpError)
            ),
            "{end:?}"
        );
    }
}

pub(crate) async fn a_client_that_leaves_before_the_end_of_the_body_reaches_nobody(row: &mut Row) {
    for way in row.ways() {
        for command in [AFTER, BEFORE] {
            let blocked = Blocked::new();
            blocked.open();
            let slow = Slow::new(blocked.service()).deadline(std::time::Duration::from_secs(3600));
            match way {
                Way::Tower => {
                    let mut cx = Context::from_waker(Waker::noop());
                    for length in 0..MESSAGE.len() {
                        let body = Script::bytewise(&MESSAGE.as_bytes()[..length]).stall();
                        let request = request(command, body).map(super::site::boxed);
                        let mut response = Box::pin(slow.web().oneshot(request));
                        assert!(response.as_mut().poll(&mut cx).is_pending());
                    }
                    all_came_to_nothing(&slow, MESSAGE.len()).await;
                }
                Way::Socket => by_byte(&slow, command).await,
            }
            slow.drains().await;
            assert_eq!(blocked.begun.len(), 0);
        }
    }
}

async fn by_byte(slow: &Slow, command: &str) {
    let server = slow.serve().await;
    let whole = bytes(command);
    for resets in [false, true] {
        for length in 0..whole.len() {
            let mut connection = Connection::open(server.address).await;
            connection.send(&whole[..length]).await;
            if resets {
                // What the server has not read is lost with a reset.
                if length >= whole.len() - MESSAGE.len() {
                    slow.arrived.reaches(slow.over.len() + 1).await;
                }
                connection.reset();
            } else {
                connection.finish().await;
                connection.answer().await;
            }
            if length >= whole.len() - MESSAGE.len() {
                slow.over.reaches(slow.arrived.len()).await;
            }
        }
        all_came_to_nothing(slow, MESSAGE.len()).await;
    }
    let mut client = connection::http2(server.address).await;
    for length in 0..MESSAGE.len() {
        let body = Script::new().data(&MESSAGE[..length]).stall();
        let arrived = slow.arrived.len();
        let stream = tokio::spawn(client.send_request(http2_request(command, body)));
        slow.arrived.reaches(arrived + 1).await;
        stream.abort();
    }
    all_came_to_nothing(slow, MESSAGE.len()).await;
}

pub(crate) async fn a_client_that_leaves_later_does_not_stop_an_after_handler(row: &mut Row) {
    for way in row.ways() {
        for (command, waits) in [
            (AFTER, false),
            (AFTER, true),
            (BEFORE, false),
            (BEFORE, true),
        ] {
            let (blocked, asked) = (Blocked::new(), Log::new());
            let permits = Arc::new(Semaphore::new(usize::from(!waits)));
            let limited = ConcurrencyLimit::with_semaphore(blocked.service(), Arc::clone(&permits));
            let slow = Slow::new(Asked::new(limited, asked.clone()))
                .deadline(std::time::Duration::from_secs(3600));
            match way {
                Way::Tower => {
                    let body = Script::whole(MESSAGE);
                    let request = request(command, body).map(super::site::boxed);
                    let mut response = Box::pin(slow.web().oneshot(request));
                    let mut cx = Context::from_waker(Waker::noop());
                    assert!(response.as_mut().poll(&mut cx).is_pending());
                }
                Way::Socket => {
                    let server = slow.serve().await;
                    let mut connection = Connection::open(server.address).await;
                    connection.send(bytes(command)).await;
                    asked.reaches(1).await;
                    drop(connection);
                    slow.over.reaches(1).await;
                }
            }
            assert_eq!(blocked.begun.len(), usize::from(!waits));
            permits.add_permits(1);
            blocked.open();
            slow.drains().await;
            let (ended, end) = match command {
                AFTER => (1, End::FinishedLate),
                _ => (0, End::Abandoned),
            };
            assert_eq!((blocked.ended.len(), slow.ends()), (ended, vec![end]));
        }
    }
}
