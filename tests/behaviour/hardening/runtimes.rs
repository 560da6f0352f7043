//! Part G, as far as the runtime decides: one that shuts down, and one without timers.

use std::{
    convert::Infallible,
    sync::{Arc, Mutex, mpsc},
    time::Duration,
};

use tokio::runtime::{Builder, Handle};
use tower::{Layer, service_fn};
use tower_tencent_webhook::{Delivery, End, FailureKind, WebhookLayer, reply::Reply};

use super::{
    case::{Row, Way},
    site::{boxed, call, served, web},
    slow::{PATIENCE, Slow, bytes, request},
};
use crate::support::{
    AFTER, BEFORE, MESSAGE, OK, connection::Connection, open_apps, polled_once, probe,
    script::Script, server, services::Blocked, soon,
};

/// Blocks its thread when it is dropped, until it is let go.
struct Heavy {
    dropping: mpsc::Sender<()>,
    let_go: mpsc::Receiver<()>,
}

impl Drop for Heavy {
    fn drop(&mut self) {
        let _ = self.dropping.send(());
        let _ = self.let_go.recv_timeout(PATIENCE);
    }
}

pub(crate) async fn what_a_runtime_shuts_down_is_counted_to_its_end(row: &mut Row) {
    row.no_socket("the server would end with its runtime");
    row.ways(); // what follows is the only one
    let (dropping, is_dropping) = mpsc::channel();
    let (let_go, gate) = mpsc::channel();
    let heavy = Arc::new(Mutex::new(Some(Heavy {
        dropping,
        let_go: gate,
    })));
    let handler = service_fn(move |_: Delivery| {
        let heavy = heavy.lock().ok().and_then(|mut heavy| heavy.take());
        async move {
            let _heavy = heavy;
            std::future::pending::<()>().await;
            Ok::<_, Infallible>(Reply::Pass)
        }
    });
    let layer = WebhookLayer::new(open_apps(), handler)
        .deadline(Duration::from_millis(1))
        .expect("a deadline");
    let (layer, outcomes) = probe::outcomes(layer);
    let web = web(layer.layer(probe::App::new()));
    let ending = std::thread::spawn(move || {
        let runtime = Builder::new_current_thread().enable_all().build();
        let runtime = runtime.expect("a runtime");
        let webhook = request(AFTER, Script::whole(MESSAGE)).map(boxed);
        assert_eq!(runtime.block_on(call(web, webhook)).text(), OK);
        drop(runtime);
    });
    tokio::task::spawn_blocking(move || is_dropping.recv())
        .await
        .expect("no panic")
        .expect("the handler's future is dropped");
    assert_eq!(layer.drain(Duration::ZERO).await, 1, "it is not gone yet");
    let_go.send(()).expect("it waits");
    assert_eq!(layer.drain(PATIENCE).await, 0);
    ending.join().expect("no panic");
    let ends: Vec<End> = outcomes.take().iter().map(|outcome| outcome.end).collect();
    // It was acknowledged, and is lost.
    assert_eq!(ends, [End::FailedLate(FailureKind::TimedOut)]);
}

/// The timer of a response that outlives its runtime panics when it is polled.
pub(crate) async fn a_response_that_outlives_its_runtime_is_polled_to_its_end(row: &mut Row) {
    row.no_socket("a server lives in the runtime of its responses");
    row.ways(); // what follows is the only one
    let gate = Arc::new(tokio::sync::Notify::new());
    let waits = Arc::clone(&gate);
    let handler = service_fn(move |_: Delivery| {
        let gate = Arc::clone(&waits);
        async move {
            gate.notified().await;
            Ok::<_, Infallible>(Reply::Pass)
        }
    });
    let layer = WebhookLayer::new(open_apps(), handler);
    let mut response = Box::pin(call(
        web(layer.layer(probe::App::new())),
        request(AFTER, Script::whole(MESSAGE)).map(boxed),
    ));
    let mut response = std::thread::spawn(move || {
        let runtime = Builder::new_current_thread().enable_all().build();
        let polled = runtime
            .expect("a runtime")
            .block_on(polled_once(&mut response));
        assert!(polled.is_none());
        response
    })
    .join()
    .expect("no panic");
    assert!(polled_once(&mut response).await.is_none());
    gate.notify_one();
    assert_eq!(soon("an answer", response).await.text(), OK);
}

/// Nothing is waited for where nothing is at work, and nothing panics.
pub(crate) async fn draining_needs_no_timers(row: &mut Row) {
    row.no_socket("it is asked of the layer");
    row.ways(); // what follows is the only one
    let drained = std::thread::spawn(|| {
        let bare = Builder::new_current_thread().build().expect("a runtime");
        let layer = WebhookLayer::new(open_apps(), probe::Recorder::new().handlers());
        bare.block_on(layer.drain(PATIENCE))
    });
    assert_eq!(drained.join().expect("no panic"), 0);
}

pub(crate) async fn a_runtime_without_timers_loses_nothing(row: &mut Row) {
    // The clients keep a runtime with timers.
    let bare = Builder::new_multi_thread()
        .worker_threads(1)
        .enable_io()
        .build()
        .expect("a runtime");
    for way in row.ways() {
        for command in [BEFORE, AFTER] {
            answers(bare.handle(), way, command).await;
        }
    }
    goes_on(bare.handle()).await;
    bare.shutdown_background();
}

/// A body in pieces, and a handler that waits.
async fn answers(bare: &Handle, way: Way, command: &'static str) {
    let blocked = Blocked::new();
    let slow = Slow::new(blocked.service());
    let server = bare.spawn(server::http1(served(slow.web())));
    let server = server.await.expect("a server");
    let answer = match way {
        Way::Tower => {
            let (first, rest) = MESSAGE.split_at(9);
            let body = Script::new().data(first).pending().data(rest);
            bare.spawn(call(slow.web(), request(command, body).map(boxed)))
        }
        Way::Socket => {
            let address = server.address;
            let arrived = slow.arrived.clone();
            tokio::spawn(async move {
                let mut connection = Connection::open(address).await;
                let whole = bytes(command);
                let (head, rest) = whole.split_at(whole.len() - 9);
                connection.send(head).await;
                arrived.reaches(1).await;
                connection.exchange(rest).await
            })
        }
    };
    blocked.begun.reaches(1).await;
    blocked.open();
    assert_eq!(
        soon("an answer", answer).await.expect("no panic").text(),
        OK
    );
    assert_eq!((slow.ends(), blocked.ended.len()), (vec![End::Answered], 1));
}

/// The server drops the response, and the handler goes on.
async fn goes_on(bare: &Handle) {
    let blocked = Blocked::new();
    let slow = Slow::new(blocked.service());
    let webhook = request(AFTER, Script::whole(MESSAGE)).map(boxed);
    let response = bare.spawn(call(slow.web(), webhook));
    blocked.begun.reaches(1).await;
    response.abort();
    assert!(response.await.is_err_and(|error| error.is_cancelled()));
    blocked.open();
    slow.drains().await;
    assert_eq!(slow.ends(), [End::FinishedLate]);
    assert_eq!(blocked.ended.len(), 1);
}
