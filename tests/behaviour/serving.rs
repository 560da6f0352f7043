//! The bounded server: what it lets live, what it ends, and how it ends itself. `flood` and
//! `hardening` have the clients that wear servers down.

use std::{convert::Infallible, future::ready, net::SocketAddr, time::Duration};

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt, Full, StreamBody, combinators::UnsyncBoxBody};
use hyper::body::{Frame, Incoming};
use tokio::{
    sync::{mpsc, oneshot},
    task::JoinHandle,
};
use tokio_stream::{StreamExt, wrappers::UnboundedReceiverStream};
use tower::{Service, service_fn};
use tower_tencent_webhook::serve::Server;

use crate::support::{
    connection::{self, Connection},
    probe::Log,
    server, soon,
    time::Still,
};

/// A minute is longer than each other time-out here.
const IDLE: Duration = Duration::from_secs(60);
const SHORT: Duration = Duration::from_secs(5);

fn bounds() -> Server {
    Server::new()
        .first_request_timeout(SHORT)
        .idle_timeout(IDLE)
        .write_timeout(SHORT)
        .max_age(None)
        .shutdown_timeout(SHORT)
}

/// A server at work, and how to end it.
struct Serving {
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    task: JoinHandle<usize>,
}

impl Serving {
    /// Answers each request with the parts that the test sends, or with a short text.
    async fn parts(server: Server, parts: Log<mpsc::UnboundedReceiver<Bytes>>) -> Self {
        let service = service_fn(move |_: Request<Incoming>| {
            let body = match parts.take().pop() {
                Some(parts) => {
                    let parts = UnboundedReceiverStream::new(parts);
                    StreamBody::new(parts.map(|part| Ok(Frame::data(part)))).boxed_unsync()
                }
                None => Full::new(Bytes::from_static(b"fine")).boxed_unsync(),
            };
            ready(Ok(Response::new(body)))
        });
        Self::of(server, service).await
    }

    async fn of<S>(server: Server, service: S) -> Self
    where
        S: Service<
                Request<Incoming>,
                Response = Response<UnsyncBoxBody<Bytes, Infallible>>,
                Error = Infallible,
                Future: Send,
            > + Clone
            + Send
            + 'static,
    {
        let (listener, address) = server::listen().await;
        let (stop, stopped) = oneshot::channel();
        let task = tokio::spawn(server.serve(listener, service, async {
            let _ = stopped.await;
        }));
        let stop = Some(stop);
        Self {
            address,
            stop,
            task,
        }
    }

    fn stop(&mut self) {
        let stop = self.stop.take().expect("stopped once");
        stop.send(()).expect("it serves");
    }
}

/// The server's tasks have run, in this runtime of one thread.
async fn seen() {
    for _ in 0..16 {
        tokio::task::yield_now().await;
    }
}

fn get() -> String {
    connection::request("GET", "/", "", "")
}

/// A connection that has the first part of its answer, the sender of the others, and their server,
/// which stops when it is dropped.
async fn begun_answer(server: Server) -> (Serving, Connection, mpsc::UnboundedSender<Bytes>) {
    let (part, parts) = mpsc::unbounded_channel();
    let log = Log::new();
    log.push(parts);
    let serving = Serving::parts(server, log).await;
    let mut connection = Connection::open(serving.address).await;
    connection.send(get()).await;
    part.send(Bytes::from_static(b"one")).expect("it is read");
    connection.until("one").await;
    (serving, connection, part)
}

#[tokio::test]
async fn a_connection_is_kept_between_requests_and_not_before_the_first() {
    let serving = Serving::parts(bounds(), Log::new()).await;
    let mut kept = Connection::open(serving.address).await;
    assert_eq!(kept.exchange(get()).await.status, StatusCode::OK);
    let mut silent = Connection::open(serving.address).await;
    silent.send("GET / HT").await;
    // It is accepted by then.
    assert_eq!(
        connection::exchange(serving.address, get()).await.status,
        StatusCode::OK
    );

    let clock = Still::stand();
    clock.pass(SHORT).await;
    soon("its end", silent.read_to_end()).await;
    assert_eq!(kept.exchange(get()).await.status, StatusCode::OK);
    clock.pass(IDLE).await;
    soon("its end", kept.read_to_end()).await;
}

#[tokio::test]
async fn an_answer_may_wait_for_the_application() {
    let (_serving, mut streamed, part) = begun_answer(bounds()).await;
    let clock = Still::stand();
    clock.pass(10 * IDLE).await;
    part.send(Bytes::from_static(b"two")).expect("it is read");
    streamed.until("two").await;
}

#[tokio::test]
async fn an_old_connection_is_ended_after_its_answer() {
    let (_serving, mut old, part) = begun_answer(bounds().max_age(SHORT)).await;
    let clock = Still::stand();
    clock.pass(SHORT).await;
    seen().await;
    drop(part);
    soon("its end", old.read_to_end()).await;
}

#[tokio::test]
async fn an_old_connection_is_ended_although_its_answer_never_ends() {
    let (_serving, mut old, part) = begun_answer(bounds().max_age(SHORT)).await;
    let clock = Still::stand();
    clock.pass(SHORT).await;
    seen().await;
    clock.pass(SHORT).await;
    soon("its end", old.read_to_end()).await;
    drop(part);
}

#[tokio::test]
async fn an_old_connection_is_not_ended_between_two_requests() {
    let serving = Serving::parts(bounds().max_age(SHORT), Log::new()).await;
    let mut old = Connection::open(serving.address).await;
    assert_eq!(old.exchange(get()).await.status, StatusCode::OK);
    let clock = Still::stand();
    clock.pass(SHORT).await;
    seen().await;
    // A request that was on its way is answered, and told to be the last.
    let last = old.exchange(get()).await;
    assert_eq!(last.header("connection"), Some("close"));
    soon("its end", old.read_to_end()).await;
}

#[tokio::test]
async fn a_stop_answers_what_was_accepted_and_cuts_off_the_rest() {
    let (part, parts) = mpsc::unbounded_channel();
    let (stuck_part, stuck_parts) = mpsc::unbounded_channel();
    let log = Log::new();
    log.push(stuck_parts);
    let mut serving = Serving::parts(bounds(), log.clone()).await;
    let mut stuck = Connection::open(serving.address).await;
    stuck.send(get()).await;
    stuck_part
        .send(Bytes::from_static(b"one"))
        .expect("it is read");
    stuck.until("one").await;
    log.push(parts);
    let mut open = Connection::open(serving.address).await;
    open.send(get()).await;
    part.send(Bytes::from_static(b"one")).expect("it is read");
    open.until("one").await;
    let mut idle = Connection::open(serving.address).await;
    assert_eq!(idle.exchange(get()).await.status, StatusCode::OK);

    let clock = Still::stand();
    serving.stop();
    soon("its end", idle.read_to_end()).await;
    drop(part);
    soon("its end", open.read_to_end()).await;
    assert!(!serving.task.is_finished(), "it waits for the stuck one");
    clock.pass(SHORT).await;
    let cut_off = soon("the end", serving.task).await.expect("no panic");
    assert_eq!(cut_off, 1);
    drop(stuck_part);
}

#[test]
fn bounds_that_can_never_work_are_refused_where_they_are_set() {
    for set in [
        (|| drop(Server::new().connections(0))) as fn(),
        || drop(Server::new().idle_timeout(Duration::ZERO)),
        || drop(Server::new().first_request_timeout(Duration::ZERO)),
        || drop(Server::new().write_timeout(Duration::ZERO)),
        || drop(Server::new().max_age(Duration::ZERO)),
    ] {
        assert!(std::panic::catch_unwind(set).is_err());
    }
}
