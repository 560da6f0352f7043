//! Part G, as far as the runtime decides: one that shuts down, one without timers, and none.

use std::{
    convert::Infallible,
    pin::pin,
    sync::{Arc, Mutex, mpsc},
    task::{Context, Poll, Waker},
    time::Duration,
};

use tokio::runtime::Builder;
use tower::{Layer, service_fn};
use tower_tencent_webhook::{
    Delivery, WebhookLayer,
    outcome::{End, FailureKind},
    reply::Reply,
};

use super::{
    case::Row,
    site::{boxed, call, web},
    slow::{PATIENCE, request},
};
use crate::support::{AFTER, MESSAGE, OK, open_apps, probe, script::Script};

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
    let layer = WebhookLayer::new(open_apps(), handler).deadline(Duration::from_millis(1));
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

/// Nothing is waited for where nothing is at work, and nothing panics.
pub(crate) async fn draining_nothing_needs_no_timers(row: &mut Row) {
    row.no_socket("it is asked of the layer");
    row.ways(); // what follows is the only one
    let drained = std::thread::spawn(|| {
        let bare = Builder::new_current_thread().build().expect("a runtime");
        let layer = WebhookLayer::new(open_apps(), probe::Recorder::new().handlers());
        bare.block_on(layer.drain(PATIENCE))
    });
    assert_eq!(drained.join().expect("no panic"), 0);
}

/// A quick handler costs no timer, so nothing of tokio is asked for.
pub(crate) async fn what_never_waits_needs_no_runtime(row: &mut Row) {
    row.no_socket("a server needs a runtime");
    row.ways(); // what follows is the only one
    let answer = std::thread::spawn(|| {
        let layer = WebhookLayer::new(open_apps(), probe::Recorder::new().handlers());
        let webhook = request(AFTER, Script::whole(MESSAGE)).map(boxed);
        let answer = pin!(call(web(layer.layer(probe::App::new())), webhook));
        answer.poll(&mut Context::from_waker(Waker::noop()))
    });
    let Poll::Ready(answer) = answer.join().expect("no panic") else {
        unreachable!("it waits for nothing");
    };
    assert_eq!(answer.text(), OK);
}
