//! Part E, as far as panics, load and the end of the server decide.

use std::{
    convert::Infallible,
    future::{Ready, ready},
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use http::{Request, StatusCode};
use tokio::sync::{Semaphore, oneshot};
use tower::{Layer, Service, ServiceBuilder, ServiceExt};
use tower_tencent_webhook::{
    Delivery, FailureAnswer,
    outcome::{End, FailureKind},
    reply::Reply,
};

use super::{
    case::{Row, Way},
    site::{Web, boxed, call, served, web},
    slow::{Slow, bytes, exchange, request},
};
use crate::support::{
    AFTER, BEFORE, MESSAGE, OK, UNKNOWN,
    connection::{self, Answer, Connection},
    probe::App,
    script::Script,
    server::{self, Server},
    services::{Blocked, Strict},
    soon,
    time::Still,
};

const DEADLINE: Duration = Duration::from_secs(9);

/// Panics at one point of the handling, except for a command that nobody knows.
#[derive(Debug, Clone, Copy)]
enum Panics {
    Ready,
    Call,
    Poll,
}

impl Service<Delivery> for Panics {
    type Response = Reply;
    type Error = Infallible;
    type Future = std::pin::Pin<Box<dyn Future<Output = Result<Reply, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        assert!(!matches!(self, Self::Ready), "a secret");
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, delivery: Delivery) -> Self::Future {
        if delivery.command() == UNKNOWN {
            return Box::pin(ready(Ok(Reply::Pass)));
        }
        assert!(!matches!(self, Self::Call), "a secret");
        Box::pin(async { unreachable!("a secret") })
    }
}

pub(crate) async fn a_panic_is_a_failure_and_the_connection_lives(row: &mut Row) {
    for way in row.ways() {
        for panics in [Panics::Ready, Panics::Call, Panics::Poll] {
            let slow = Slow::new(panics);
            let server = slow.serve().await;
            let mut connection = Connection::open(server.address).await;
            let mut sent = async |command| match way {
                Way::Tower => slow.post(command).await,
                Way::Socket => connection.exchange(bytes(command)).await,
            };
            for command in [AFTER, BEFORE] {
                let answer = sent(command).await;
                assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
                assert_eq!(answer.text(), "Internal Server Error");
                assert!(!format!("{answer:?}").contains("secret"));
                let end = End::Failed(FailureKind::Panic, FailureAnswer::HttpError);
                assert_eq!(slow.ends(), [end]);
                if !matches!(panics, Panics::Ready) {
                    assert_eq!(sent(UNKNOWN).await.text(), OK);
                    assert_eq!(slow.ends(), [End::Answered]);
                }
            }
            slow.drains().await;
        }
    }
}

/// Requests of both kinds over one way or the other, to an application with one permit.
async fn get(way: Way, web: &Web, server: &Server) -> Answer {
    match way {
        Way::Tower => {
            let request = Request::get("/home").body(boxed(Script::new()));
            let answer = call(web.clone(), request.expect("a request"));
            soon("the app", answer).await
        }
        Way::Socket => {
            connection::exchange(server.address, connection::request("GET", "/home", "", "")).await
        }
    }
}

pub(crate) async fn requests_of_the_app_are_not_delayed(row: &mut Row) {
    const WEBHOOKS: usize = 30;
    for way in row.ways() {
        let blocked = Blocked::new();
        let slow = Slow::new(blocked.service()).deadline(Duration::from_secs(3600));
        // One service for all, as a server has it: its clones share the permit.
        let permits = Arc::new(Semaphore::new(1));
        let app = tower::limit::ConcurrencyLimit::with_semaphore(App::new(), Arc::clone(&permits));
        let web = web(slow.layer.layer(app));
        let server = server::http1(served(web.clone())).await;
        let mut webhooks = Vec::new();
        for number in 0..WEBHOOKS {
            let address = server.address;
            let to = web.clone();
            webhooks.push(tokio::spawn(async move {
                match way {
                    Way::Tower => {
                        let request = request(AFTER, Script::whole(MESSAGE)).map(boxed);
                        call(to, request).await
                    }
                    Way::Socket => exchange(address, AFTER, 1).await,
                }
            }));
            blocked.begun.reaches(number + 1).await;
            assert_eq!(permits.available_permits(), 1, "no webhook holds it");
            assert_eq!(get(way, &web, &server).await.status, App::STATUS);
        }
        blocked.open();
        for webhook in webhooks {
            assert_eq!(webhook.await.expect("no panic").text(), OK);
        }
    }
}

/// Lets everything pass.
#[derive(Debug, Clone)]
struct Pass;

impl Service<Delivery> for Pass {
    type Response = Reply;
    type Error = Infallible;
    type Future = Ready<Result<Reply, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Delivery) -> Self::Future {
        ready(Ok(Reply::Pass))
    }
}

pub(crate) async fn nothing_is_called_unready(row: &mut Row) {
    for way in row.ways() {
        for pending in [0, 1, 3] {
            // Each panics when it is called unready.
            let slow = Slow::new(Strict::new(Pass, pending));
            let app = Strict::new(App::new(), pending);
            let around = ServiceBuilder::new().layer(slow.layer.clone()).service(app);
            let web = web(around);
            let server = server::http1(served(web.clone())).await;
            for command in [AFTER, BEFORE, UNKNOWN] {
                assert_eq!(get(way, &web, &server).await.status, App::STATUS);
                let answer = match way {
                    Way::Tower => {
                        let request = request(command, Script::whole(MESSAGE)).map(boxed);
                        call(web.clone(), request).await
                    }
                    Way::Socket => exchange(server.address, command, 1).await,
                };
                assert_eq!(answer.text(), OK);
                assert_eq!(slow.ends(), [End::Answered]);
            }
        }
    }
}

/// The example `shutdown` is sent a real signal in `examples/on_shutdown`.
pub(crate) async fn a_shutdown_answers_what_was_accepted(row: &mut Row) {
    const WEBHOOKS: usize = 20;
    for way in row.ways() {
        let blocked = Blocked::new();
        let slow = Slow::new(blocked.service()).deadline(DEADLINE);
        if way == Way::Tower {
            let mut webhooks = Vec::new();
            for number in 0..WEBHOOKS {
                let slow = slow.clone();
                webhooks.push(tokio::spawn(async move { slow.post(AFTER).await }));
                blocked.begun.reaches(number + 1).await;
            }
            let draining = tokio::spawn({
                let slow = slow.clone();
                async move { slow.drains().await }
            });
            blocked.open();
            for webhook in webhooks {
                assert_eq!(webhook.await.expect("no panic").text(), OK);
            }
            draining.await.expect("no panic");
            assert_eq!(slow.ends(), [End::Answered; WEBHOOKS]);
            continue;
        }
        shut_down(&slow, &blocked, WEBHOOKS).await;
    }
}

async fn shut_down(slow: &Slow, blocked: &Blocked, count: usize) {
    let web = slow.web();
    let app = axum::Router::new().fallback_service(
        web.map_request(|request: axum::extract::Request| request.map(boxed))
            .map_response(|response| response.map(axum::body::Body::new)),
    );
    let (listener, address) = server::listen().await;
    let (stop, stopped) = oneshot::channel::<()>();
    let server = axum::serve(listener, app).with_graceful_shutdown(async {
        let _ = stopped.await;
    });
    let server = tokio::spawn(server.into_future());

    let clock = Still::stand();
    let webhooks: Vec<_> = (0..count)
        .map(|number| {
            tokio::spawn(exchange(
                address,
                if number % 2 == 0 { AFTER } else { BEFORE },
                1,
            ))
        })
        .collect();
    let mut stuck = Connection::open(address).await;
    let whole = bytes(AFTER);
    stuck.send(&whole[..whole.len() - 1]).await;
    slow.arrived.reaches(count + 1).await;
    blocked.begun.reaches(count).await;

    stop.send(()).expect("it serves");
    blocked.open();
    for webhook in webhooks {
        assert_eq!(webhook.await.expect("no panic").text(), OK);
    }
    assert_eq!(slow.ends(), vec![End::Answered; count]);
    // Only the stuck client holds the server now, and no longer than the deadline.
    clock.pass(DEADLINE).await;
    let answer = stuck.answer().await.expect("an answer");
    assert_eq!(answer.status, StatusCode::REQUEST_TIMEOUT);
    let ended = soon("the end", server).await.expect("no panic");
    ended.expect("no error");
    slow.drains().await;
}

/// `flood` has a thousand of them.
pub(crate) async fn connections_without_a_request_are_ended(row: &mut Row) {
    row.no_tower("a service sees a request, not a connection without one");
    for _way in row.ways() {
        let slow = Slow::new(Pass);
        let patience = Duration::from_millis(200);
        let server = server::bounded(4, patience, served(slow.web())).await;
        let address = server.address;
        let mut silent = Vec::new();
        for number in 0..12 {
            let mut connection = Connection::open(address).await;
            connection.send(&bytes(AFTER)[..number]).await;
            silent.push(connection);
        }
        assert_eq!(exchange(address, AFTER, 1).await.text(), OK);
        assert_eq!(exchange(address, AFTER, 2).await.text(), OK);
        for connection in &mut silent {
            assert!(connection.answer().await.is_none());
        }
        assert_eq!(slow.ends(), [End::Answered; 2]);
    }
}
