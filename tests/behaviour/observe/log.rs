//! One event for each webhook, with its level, its fields and a message that says what to do.

use tower_tencent_webhook::{FailureAnswer, testing::TrtcRequest};
use tracing::Level;
use tracing_subscriber::filter::LevelFilter;

use super::*;
use crate::support::capture::Capture;
use crate::support::{AFTER, BEFORE, MESSAGE, polled_once, services::Blocked};

#[tokio::test]
async fn an_answer_is_a_debug_event_with_every_field() {
    let (capture, _guard) = Capture::start(LevelFilter::DEBUG);
    let request = signed(AFTER, TOKEN, 3).body(Script::whole(MESSAGE));
    send(&layer(passing()), request).await;
    let line = capture.line();
    assert_eq!(line.level, Level::DEBUG);
    let mut fields = line.fields;
    assert!(fields.remove("duration_ms").is_some());
    let expected = [
        ("auth", "token"),
        ("command", AFTER),
        ("end", "answered"),
        ("message", "answered"),
        ("phase", "after"),
        ("sdk_app_id", "1400000000"),
        ("signature_age", "3"),
        ("status", "200"),
    ];
    assert_eq!(
        fields,
        expected.map(|(name, value)| (name, value.into())).into()
    );
}

/// Level, reason and message of the rejection of a request.
async fn rejection(request: Request<Script>) -> (Level, Option<String>, String) {
    let (capture, _guard) = Capture::start(LevelFilter::DEBUG);
    let layer = layer(passing()).body_limit(8);
    send(&layer, request).await;
    let line = capture.line();
    assert_eq!(line.get("end"), Some("rejected"));
    let message = line.get("message").expect("a message").to_owned();
    (line.level, line.get("reason").map(Into::into), message)
}

#[tokio::test]
async fn a_rejection_of_a_configured_app_is_a_warning_and_others_are_not() {
    let body = Script::untouched;
    let wrong = signed(AFTER, "guess", 0).body(body());
    let stale = signed(AFTER, TOKEN, 61).body(body());
    let missing = WebhookRequest::new(APP, AFTER).body(body());
    let stranger = WebhookRequest::new(1, AFTER).body(body());
    let long = WebhookRequest::new(OPEN_APP, AFTER).body(Script::whole("123456789"));
    let twice = WebhookRequest::new(OPEN_APP, &format!("{AFTER}&SdkAppid=1")).body(body());
    for (request, level, reason, says) in [
        (wrong, Level::WARN, "wrong_sign", "the token of this app"),
        (stale, Level::WARN, "stale", "this machine's clock"),
        (missing, Level::WARN, "missing_sign", "the console"),
        (long, Level::WARN, "body_too_large", "`body_limit`"),
        (stranger, Level::DEBUG, "unknown_app", "add it to `Apps`"),
        (twice, Level::DEBUG, "malformed_query", "twice"),
    ] {
        let (seen, why, message) = rejection(request).await;
        assert_eq!((seen, why.as_deref()), (level, Some(reason)));
        assert!(message.contains(says), "{message}");
    }
}

/// An app id is in every client, so that anybody can cause rejections of it.
#[tokio::test(start_paused = true)]
async fn warnings_cannot_flood_the_log() {
    let (capture, _guard) = Capture::start(LevelFilter::INFO);
    let layer = layer(passing());
    let reject = async |token: &str, age| {
        // A clone of the layer has no limit of its own.
        let request = signed(AFTER, token, age).body(Script::untouched());
        send(&layer.clone(), request).await;
    };
    for _ in 0..1000 {
        reject("guess", 0).await;
    }
    reject(TOKEN, 61).await;
    let warned: Vec<_> = capture.lines();
    assert_eq!(warned.len(), 2, "one for each reason");
    assert!(warned.iter().all(|line| line.get("suppressed").is_none()));

    tokio::time::advance(Duration::from_secs(10)).await;
    reject("guess", 0).await;
    let line = capture.line();
    assert_eq!(line.level, Level::WARN);
    assert_eq!(line.get("suppressed"), Some("999"));

    drop((capture, _guard));
    let (capture, _guard) = Capture::start(LevelFilter::DEBUG);
    reject("guess", 0).await;
    assert_eq!(capture.line().level, Level::DEBUG, "whoever asks, sees all");
}

#[tokio::test]
async fn a_failure_is_an_error_event_with_its_class_and_no_text_of_the_handler() {
    let (capture, _guard) = Capture::start(LevelFilter::INFO);
    let handler = always(|| Err("disk of mei is full".into()));
    send(
        &layer(handler).on_failure(|_| FailureAnswer::Refuse),
        WebhookRequest::new(OPEN_APP, BEFORE).body(Script::whole(MESSAGE)),
    )
    .await;
    let line = capture.line();
    assert_eq!(line.level, Level::ERROR);
    assert_eq!(line.get("end"), Some("failed"));
    assert_eq!(line.get("reason"), Some("handler_error"));
    assert_eq!(line.get("status"), Some("200"), "the refusal");
    assert_eq!(line.get("error"), None);
    assert!(line.get("message").expect("one").contains("`on_failure`"));
    assert!(line.fields.values().all(|value| !value.contains("mei")));
}

#[tokio::test]
async fn what_could_not_be_decoded_is_told_by_its_place() {
    let (capture, _guard) = Capture::start(LevelFilter::INFO);
    let handlers = tower_tencent_webhook::Handlers::new().on(
        |_: Delivery<tower_tencent_webhook::event::group::BeforeSendMsg>| async {
            MessageVerdict::Allow
        },
    );
    let body = MESSAGE.replace("[]", "\"secret\"");
    let request = WebhookRequest::new(OPEN_APP, BEFORE).body(Script::whole(body));
    send(&layer(handlers), request).await;
    let line = capture.line();
    assert_eq!(line.get("reason"), Some("undecodable"));
    assert_eq!(
        line.get("error"),
        Some("body does not have the documented shape, in `MsgBody`, at line 1 column 68")
    );
}

/// The client disconnects, or the deadline passes, while the handler is at work.
#[tokio::test]
async fn ends_without_an_answer_are_told() {
    let (capture, _guard) = Capture::start(LevelFilter::INFO);
    let blocked = Blocked::new();
    let layer = layer(blocked.service());
    for (command, end, level) in [
        (BEFORE, "abandoned", Level::WARN), // it passed unchecked
        (AFTER, "finished_late", Level::INFO),
    ] {
        let request = WebhookRequest::new(OPEN_APP, command).body(Script::whole(MESSAGE));
        let clone = layer.clone();
        let leaving = tokio::spawn(async move { send(&clone, request).await.status() });
        blocked.begun.reaches(1).await;
        blocked.begun.take();
        leaving.abort();
        leaving.await.expect_err("the client disconnects");
        if command == AFTER {
            assert_eq!(layer.in_flight(), 1);
            blocked.open();
            assert_eq!(layer.drain(Duration::from_secs(20)).await, 0);
            assert_eq!(layer.in_flight(), 0);
        }
        let line = capture.line();
        assert_eq!((line.level, line.get("end")), (level, Some(end)));
        assert_eq!(line.get("status"), None, "nobody was answered");
    }
}

/// What fails after its answer is an error: its event is lost.
#[tokio::test]
async fn a_failure_after_the_answer_is_an_error() {
    let (capture, _guard) = Capture::start(LevelFilter::INFO);
    let blocked = Blocked::new();
    let gate = blocked.clone();
    let handler = service_fn(move |delivery: Delivery| {
        let gate = gate.clone();
        async move {
            gate.pass(&delivery).await;
            Err::<Reply, BoxError>("a secret".into())
        }
    });
    let layer = layer(handler).webhook_span(true);
    let request = WebhookRequest::new(OPEN_APP, AFTER).body(Script::whole(MESSAGE));
    let clone = layer.clone();
    let leaving = tokio::spawn(async move { send(&clone, request).await.status() });
    blocked.begun.reaches(1).await;
    leaving.abort();
    leaving.await.expect_err("the client disconnects");
    blocked.open();
    assert_eq!(layer.drain(Duration::from_secs(20)).await, 0);
    let line = capture.line();
    let level_and_end = (line.level, line.get("end"));
    assert_eq!(level_and_end, (Level::ERROR, Some("failed_late")));
    assert_eq!(line.get("reason"), Some("handler_error"));
    assert_eq!(line.spans, ["webhook"], "in the background, too");
    assert!(!format!("{line:?}").contains("secret"));
}

/// A stranger can claim to send an event, and disconnect.
#[tokio::test]
async fn who_is_not_authenticated_disconnects_unheard() {
    let (capture, _guard) = Capture::start(LevelFilter::DEBUG);
    let apps = App::events_only(APP, "TheKey7").expect("a key");
    let service = WebhookLayer::new(apps, passing()).layer(Application::new());
    let request = TrtcRequest::new(APP).signed("guess").body::<Vec<u8>>("{}");
    let request = request.map(|_| Script::new().pending());
    let mut response = Box::pin(service.oneshot(request));
    assert!(polled_once(&mut response).await.is_none());
    drop(response);
    let line = capture.line();
    let level_and_end = (line.level, line.get("end"));
    assert_eq!(level_and_end, (Level::DEBUG, Some("abandoned")));
}

#[tokio::test]
async fn the_check_of_the_url_is_told() {
    let (capture, _guard) = Capture::start(LevelFilter::INFO);
    let request = signed(AFTER, TOKEN, 0).body(Script::whole("{}"));
    send(&layer(passing()), request).await;
    let line = capture.line();
    assert_eq!((line.level, line.get("end")), (Level::INFO, Some("probed")));
    assert_eq!(line.get("status"), Some("200"));
}
