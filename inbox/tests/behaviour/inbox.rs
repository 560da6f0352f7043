//! The answers that a sender gets.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, SystemTime},
};

use tempfile::TempDir;
use tokio::sync::mpsc;
use tower::ServiceExt;
use tower_tencent_webhook::{
    App, Delivery, FailureAnswer, Handlers, Outcome, WebhookLayer,
    event::group,
    outcome::{End, FailureKind},
    reply::{Ack, Reply},
    testing::{self, TrtcRequest, WebhookRequest},
    trtc,
    value::UnixMillis,
};
use tower_tencent_webhook_inbox::{
    Inbox, SqliteStore, Worker,
    event::{HandledEnd, InboxEvent, Put},
    store::{Admin, Entry, Filter, Queue, Store, StoreError, StoreErrorKind, Stored},
};

use crate::support::{AFTER, message, soon, until};

const APP: u64 = 1_400_000_000;
const BEFORE: &str = "Group.CallbackBeforeSendMsg";

/// A store that answers as it is told, and counts.
#[derive(Clone, Default)]
struct Told {
    answer: Option<StoreErrorKind>,
    hangs: bool,
    puts: Arc<AtomicUsize>,
}

impl Store for Told {
    async fn put(&self, entries: Vec<Entry>) -> Result<Vec<Stored>, StoreError> {
        self.puts.fetch_add(1, Ordering::SeqCst);
        if self.hangs {
            std::future::pending::<()>().await;
        }
        match self.answer {
            Some(kind) => Err(StoreError::of(kind)),
            None => Ok(vec![Stored::New; entries.len()]),
        }
    }
}

fn app() -> App {
    App::insecure_unsigned(APP)
}

fn handlers(called: &Arc<AtomicUsize>) -> Handlers {
    let called = Arc::clone(called);
    Handlers::new().fallback(move |_: Delivery| {
        called.fetch_add(1, Ordering::SeqCst);
        async { Reply::Pass }
    })
}

/// Sends one request through the layer; tells the status, and the end as the layer sees it.
async fn send(layer: WebhookLayer, command: &str, body: &str) -> (u16, Option<End>) {
    let ended = Arc::new(Mutex::new(None));
    let layer = layer.on_outcome({
        let ended = Arc::clone(&ended);
        move |outcome: &Outcome| *ended.lock().expect("no panic") = Some(outcome.end)
    });
    let request = WebhookRequest::new(APP, command).body(axum::body::Body::from(body.to_owned()));
    let response = layer.into_service().oneshot(request).await;
    let status = response.expect("an answer").status().as_u16();
    let ended = *ended.lock().expect("no panic");
    (status, ended)
}

async fn sqlite() -> (TempDir, SqliteStore) {
    let folder = tempfile::tempdir().expect("a folder");
    let store = SqliteStore::open(folder.path().join("inbox.db")).await;
    (folder, store.expect("a store"))
}

#[tokio::test]
async fn an_after_webhook_is_stored_and_not_handled_by_the_inbox() {
    let (_folder, store) = sqlite().await;
    let called = Arc::default();
    let inbox = Inbox::new(store.clone(), handlers(&called));
    for _ in 0..2 {
        let (status, _) = send(inbox.clone().layer(app()), AFTER, &message(1)).await;
        assert_eq!(status, 200);
    }
    assert_eq!(called.load(Ordering::SeqCst), 0);
    let items = store.list(Filter::new(), 0, 10).await.expect("list");
    assert_eq!(items.len(), 1, "the repeat is known");
    let item = store.get(items[0].id).await.expect("get").expect("it");
    let record = item.record.expect("a record");
    assert_eq!((item.sdk_app_id, item.command.as_str()), (APP, AFTER));
    assert_eq!(record.body(), &message(1));
    assert!(item.received > UnixMillis(1_700_000_000_000));
}

#[tokio::test]
async fn an_unknown_command_is_stored() {
    let (_folder, store) = sqlite().await;
    let inbox = Inbox::new(store.clone(), Handlers::new());
    let (status, _) = send(inbox.layer(app()), "Cake.OnBake", r#"{"Cake":1}"#).await;
    assert_eq!(status, 200);
    assert_eq!(store.stats().await.expect("stats").waiting, 1);
}

/// TRTC repeats an event that was not acknowledged, with another time of sending.
#[tokio::test]
async fn an_event_of_trtc_is_stored_once_and_handled() {
    let (_folder, store) = sqlite().await;
    let told = Arc::new(Mutex::new(Vec::new()));
    let layer = Inbox::new(store.clone(), Handlers::new())
        .on_event({
            let told = Arc::clone(&told);
            move |event| {
                if let InboxEvent::Put {
                    command, result, ..
                } = event
                {
                    told.lock().expect("no panic").push((*command, *result));
                }
            }
        })
        .layer(App::events_only(APP, "TheKey7").expect("an app"));
    let event = testing::sample_body("TRTC.103").expect("a documented event");
    for seconds in [0, 2] {
        let sent = SystemTime::now() - Duration::from_secs(seconds);
        let request = TrtcRequest::new(APP).signed("TheKey7").sent_at(sent);
        let request = request.body::<axum::body::Body>(event);
        let response = layer.clone().into_service().oneshot(request).await;
        assert_eq!(response.expect("an answer").status(), 200);
    }
    assert_eq!(
        *told.lock().expect("no panic"),
        [("TRTC.103", Put::Stored), ("TRTC.103", Put::Known)]
    );

    let (sender, mut receiver) = mpsc::unbounded_channel();
    let handlers = Handlers::new().on(move |delivery: Delivery<trtc::room::EnterRoom>| {
        let command = delivery.label();
        sender.send(command).expect("a test that listens");
        async { Ack }
    });
    let (ended, mut ends) = mpsc::unbounded_channel();
    let _running = Worker::new(store, handlers)
        .on_event(move |event| {
            if let InboxEvent::Handled { command, end, .. } = event {
                let _ = ended.send((*command, *end));
            }
        })
        .start();
    let handled = soon("it is handled", receiver.recv()).await;
    assert_eq!(handled, Some("TRTC.103"));
    let end = soon("it is settled", ends.recv()).await;
    assert_eq!(end, Some(("TRTC.103", HandledEnd::Done)));
}

/// It may be decoded by a later release, so it is stored like any other.
#[tokio::test]
async fn a_body_that_cannot_be_decoded_is_stored_and_dead() {
    let (_folder, store) = sqlite().await;
    let handlers = Handlers::new().on(|_: Delivery<group::AfterSendMsg>| async { Ack });
    let inbox = Inbox::new(store.clone(), handlers.clone());
    let (status, _) = send(inbox.layer(app()), AFTER, "not JSON").await;
    assert_eq!(status, 200);
    let _running = Worker::new(store.clone(), handlers).start();
    until("it is dead", async || {
        (store.stats().await.expect("stats").dead == 1).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_before_webhook_never_touches_the_store() {
    let (store, called) = (Told::default(), Arc::default());
    let inbox = Inbox::new(store.clone(), handlers(&called));
    for command in [BEFORE, "Cake.CallbackBeforeBake"] {
        let (status, _) = send(inbox.clone().layer(app()), command, &message(1)).await;
        assert_eq!(status, 200, "{command}");
    }
    assert_eq!(called.load(Ordering::SeqCst), 2);
    assert_eq!(store.puts.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn what_is_not_stored_is_not_acknowledged() {
    for kind in [
        StoreErrorKind::Failed,
        StoreErrorKind::Overloaded,
        StoreErrorKind::Closed,
    ] {
        let store = Told {
            answer: Some(kind),
            ..Told::default()
        };
        let events = Arc::new(Mutex::new(Vec::new()));
        let inbox = Inbox::new(store, Handlers::new()).on_event({
            let events = Arc::clone(&events);
            move |event| {
                if let InboxEvent::Put { result, .. } = event {
                    events.lock().expect("no panic").push(*result);
                }
            }
        });
        let (status, end) = send(inbox.layer(app()), AFTER, &message(1)).await;
        assert_eq!(status, 503, "{kind:?}");
        let overloaded = End::Failed(FailureKind::Overloaded, FailureAnswer::HttpError);
        assert_eq!(end, Some(overloaded));
        assert_eq!(*events.lock().expect("no panic"), [Put::Failed(kind)]);
    }
}

/// The clock stands still: it jumps to the moment at which somebody gives up.
#[tokio::test(start_paused = true)]
async fn a_store_that_does_not_answer_is_given_up_before_the_deadline() {
    let store = Told {
        hangs: true,
        ..Told::default()
    };
    let begun = tokio::time::Instant::now();
    let layer = Inbox::new(store, Handlers::new()).layer(app());
    let (status, _) = send(layer, AFTER, &message(1)).await;
    assert_eq!((status, begun.elapsed().as_millis()), (503, 1400));
}

#[tokio::test(start_paused = true)]
async fn beyond_the_limit_of_the_layer_nothing_waits_for_the_store() {
    let store = Told {
        hangs: true,
        ..Told::default()
    };
    let inbox = Inbox::new(store.clone(), Handlers::new());
    let layer = inbox.layer(app()).background_limit(1);
    let first = tokio::spawn(send(layer.clone(), AFTER, r#"{"GroupId":"g"}"#));
    until("the store is asked", async || {
        (store.puts.load(Ordering::SeqCst) == 1).then_some(())
    })
    .await;
    let (status, end) = send(layer, AFTER, &message(2)).await;
    assert_eq!(status, 503);
    let overloaded = End::Failed(FailureKind::Overloaded, FailureAnswer::HttpError);
    assert_eq!(end, Some(overloaded));
    assert_eq!(store.puts.load(Ordering::SeqCst), 1);
    first.abort();
}

#[tokio::test]
async fn under_a_layer_that_acknowledges_late_every_after_webhook_fails() {
    let store = Told::default();
    let inbox = Inbox::new(store.clone(), Handlers::new());
    let (status, _) = send(WebhookLayer::new(app(), inbox.clone()), AFTER, &message(1)).await;
    assert_eq!(status, 500);
    assert_eq!(store.puts.load(Ordering::SeqCst), 0);
    let layer = WebhookLayer::new(app(), inbox).acknowledge_late(false);
    let (status, _) = send(layer, AFTER, &message(1)).await;
    assert_eq!(status, 200);
}

#[tokio::test]
async fn the_application_may_make_the_keys_and_choose_what_is_stored() {
    let (_folder, store) = sqlite().await;
    let called = Arc::default();
    let inbox = Inbox::new(store.clone(), handlers(&called))
        .key(|_| None)
        .only(|delivery| delivery.command() == AFTER);
    for _ in 0..2 {
        send(inbox.clone().layer(app()), AFTER, &message(1)).await;
    }
    assert_eq!(
        store.stats().await.expect("stats").waiting,
        2,
        "never a repeat"
    );
    send(inbox.layer(app()), "State.StateChange", r#"{"Info":{}}"#).await;
    assert_eq!(store.stats().await.expect("stats").waiting, 2);
    assert_eq!(called.load(Ordering::SeqCst), 1);
}

/// A handler's reply is of no interest to the sender: only `Ack` is sent.
#[tokio::test]
async fn an_inbox_is_a_service_of_its_own() {
    let (_folder, store) = sqlite().await;
    let inbox = Inbox::new(store, Handlers::new());
    let delivery = tower_tencent_webhook::testing::undecoded(AFTER, message(1));
    let reply = inbox.oneshot(delivery).await.expect("stored");
    assert_eq!(reply, Reply::from(Ack));
}
