//! Clients that disconnect while the handler has their webhook, many times in each way.

use std::{net::SocketAddr, time::Duration};

use tower::{Layer, ServiceBuilder, ServiceExt, limit::ConcurrencyLimitLayer};
use tower_tencent_webhook::{Outcome, WebhookLayer, outcome::End};

use super::{NEVER, PATIENCE, assert_each_once, bytes, ends, request};
use crate::support::{
    AFTER, BEFORE,
    connection::{self, Connection},
    open_apps,
    probe::{self, App, Log},
    server,
    services::{Asked, Blocked, OnDrop},
};

/// How often a client disconnects, in each way.
const TIMES: usize = 200;

/// How a client that has sent a whole request disconnects.
#[derive(Debug, Clone, Copy)]
enum Leaving {
    /// It closes the connection.
    Closes,
    /// It resets the connection.
    Resets,
    /// It resets the HTTP/2 stream; the connection stays.
    ResetsStream,
}

impl Leaving {
    const ALL: [Self; 3] = [Self::Closes, Self::Resets, Self::ResetsStream];

    /// Sends this many requests, and abandons each once `handed` says that the handler has it.
    async fn times(self, times: usize, address: SocketAddr, command: &str, handed: &Log<()>) {
        let mut http2 = match self {
            Self::ResetsStream => Some(connection::http2(address).await),
            Self::Closes | Self::Resets => None,
        };
        for number in 0..times {
            match &mut http2 {
                Some(client) => {
                    let stream = tokio::spawn(client.send_request(request(command, number)));
                    handed.reaches(number + 1).await;
                    stream.abort();
                }
                None => {
                    let mut connection = Connection::open(address).await;
                    connection.send(bytes(command, number)).await;
                    handed.reaches(number + 1).await;
                    if matches!(self, Self::Resets) {
                        connection.reset();
                    }
                }
            }
        }
    }
}

/// A server of webhooks whose clients disconnect.
struct Left {
    blocked: Blocked,
    /// The handler was asked whether it is ready.
    asked: Log<()>,
    /// The server has dropped the response.
    dropped: Log<()>,
    outcomes: Log<Outcome>,
}

impl Left {
    /// Lets clients disconnect, and waits until the server has dropped every response.
    async fn by(
        leaving: Leaving,
        command: &str,
        limited: bool,
    ) -> (Self, impl AsyncFnOnce(Duration) -> usize) {
        let (blocked, asked, dropped) = (Blocked::new(), Log::new(), Log::new());
        let handler = ServiceBuilder::new()
            .option_layer(limited.then(|| ConcurrencyLimitLayer::new(1)))
            .service(blocked.service());
        let layer =
            WebhookLayer::new(open_apps(), Asked::new(handler, asked.clone())).deadline(NEVER);
        let (layer, outcomes) = probe::outcomes(layer);
        let log = dropped.clone();
        let service = layer.layer(App::new()).map_future(move |response| {
            let guard = OnDrop(log.clone());
            async move {
                let _guard = guard;
                response.await
            }
        });
        let server = server::http1_and_2(service).await;

        leaving.times(TIMES, server.address, command, &asked).await;
        dropped.reaches(TIMES).await;
        assert_eq!(blocked.ended.len(), 0, "nothing was let go");
        let left = Self {
            blocked,
            asked,
            dropped,
            outcomes,
        };
        (left, async move |patience| layer.drain(patience).await)
    }

    async fn all_are_finished(self, drain: impl AsyncFnOnce(Duration) -> usize) {
        assert_eq!(self.outcomes.len(), 0, "none is over");
        self.blocked.open();
        assert_eq!(drain(PATIENCE).await, 0);
        assert_each_once(&self.blocked.ended, TIMES);
        assert_eq!(ends(&self.outcomes), [End::FinishedLate; TIMES]);
        assert_eq!(self.asked.len(), TIMES);
        assert_eq!(self.dropped.len(), TIMES);
    }
}

#[tokio::test]
async fn every_client_that_leaves_a_running_after_handler_leaves_it_to_its_end() {
    for leaving in Leaving::ALL {
        let (left, drain) = Left::by(leaving, AFTER, false).await;
        assert_eq!(left.blocked.begun.len(), TIMES, "{leaving:?}");
        left.all_are_finished(drain).await;
    }
}

#[tokio::test]
async fn every_client_that_leaves_while_the_handler_is_not_ready_leaves_it_to_its_end() {
    for leaving in Leaving::ALL {
        let (left, drain) = Left::by(leaving, AFTER, true).await;
        assert_eq!(left.blocked.begun.len(), 1, "{leaving:?}");
        left.all_are_finished(drain).await;
    }
}

#[tokio::test]
async fn a_client_that_leaves_a_before_handler_ends_it() {
    for leaving in Leaving::ALL {
        for limited in [false, true] {
            let (left, drain) = Left::by(leaving, BEFORE, limited).await;
            assert_eq!(drain(Duration::ZERO).await, 0);
            assert_eq!(ends(&left.outcomes), [End::Abandoned; TIMES]);
            left.blocked.open();
            assert_eq!(left.blocked.ended.len(), 0);
        }
    }
}
