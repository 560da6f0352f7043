//! Events of TRTC: from a request with its body signed to a typed handler, and back.

mod finishing;
mod mounting;
mod separation;

use std::{convert::Infallible, time::Duration};

use bytes::Bytes;
use http::{Request, StatusCode};
use http_body_util::Full;
use serde::Deserialize;
use tower::{Layer, Service, ServiceExt, service_fn};
use tower_tencent_webhook::{
    Apps, Auth, Delivery, FailureAnswer, Handlers, Outcome, Phase, WebhookLayer,
    event::Webhook,
    outcome::{End, FailureKind, Rejection},
    reply::{Ack, Reply, SignalReply},
    signature::SignatureError,
    testing::{self, TrtcRequest},
    trtc::{self, room},
    value::UnixMillis,
};

use tracing_subscriber::filter::LevelFilter;

use crate::support::{
    APP, EVENT_OK, KEY, OTHER_APP, OTHER_KEY,
    capture::Capture,
    connection::Answer,
    polled_once,
    probe::{self, App, Log, Recorder},
    script::Script,
    services::Blocked,
    time::Still,
};

/// An app that takes events and nothing else.
pub(crate) fn apps() -> Apps {
    app(KEY).into()
}

fn app(key: &str) -> tower_tencent_webhook::App {
    tower_tencent_webhook::App::events_only(APP, key).expect("a key")
}

fn sample(command: &str) -> &'static str {
    testing::sample_body(command).expect("a documented event")
}

/// An event that is sent now, by the app, with its key.
fn request(body: &str) -> Request<Full<Bytes>> {
    let request = TrtcRequest::new(APP).signed(KEY).body::<Vec<u8>>(body);
    request.map(|body| Full::from(Bytes::from(body)))
}

async fn send<S, RB>(service: S, request: Request<Full<Bytes>>) -> Answer
where
    S: Service<Request<Full<Bytes>>, Response = http::Response<RB>, Error = Infallible>,
    RB: hyper::body::Body<Data = Bytes, Error = Infallible>,
{
    let Ok(response) = service.oneshot(request).await;
    Answer::of(response).await
}

fn assert_acknowledged(answer: &Answer) {
    let given = (answer.status, answer.text());
    assert_eq!(given, (StatusCode::OK, EVENT_OK));
    assert_eq!(answer.header("content-type"), Some("application/json"));
}

#[tokio::test]
async fn an_event_reaches_the_handler_of_its_type() {
    let seen = Log::new();
    let handlers = Handlers::new().on_with(
        seen.clone(),
        |seen: Log<_>, delivery: Delivery<room::EnterRoom>| async move {
            seen.push(delivery);
            Ack
        },
    );
    let (layer, outcomes) = probe::outcomes(WebhookLayer::new(apps(), handlers));
    let answer = send(layer.layer(App::new()), request(sample("TRTC.103"))).await;
    assert_acknowledged(&answer);

    let [delivery] = &seen.take()[..] else {
        panic!("handled once")
    };
    let info = &delivery.event.event_info;
    assert_eq!(
        (info.room_id.to_string(), &*info.user_id),
        ("730041".to_owned(), "amara")
    );
    assert_eq!(
        (delivery.command(), delivery.sdk_app_id()),
        ("TRTC.103", APP)
    );
    assert_eq!(
        (delivery.auth(), delivery.phase()),
        (Auth::Token, Some(Phase::After))
    );
    assert_eq!((delivery.client_ip(), delivery.platform()), (None, None));
    let outcome = outcomes.take()[0];
    assert_eq!((outcome.command, outcome.end), ("TRTC.103", End::Answered));
    assert_eq!(
        (outcome.sdk_app_id, outcome.phase),
        (Some(APP), Some(Phase::After))
    );
}

#[tokio::test]
async fn every_type_is_decoded_by_a_layer_of_all_events() {
    let seen = Log::new();
    let writer = seen.clone();
    let handler = service_fn(move |delivery: Delivery<trtc::Event>| {
        let known = delivery.event != trtc::Event::Unknown;
        writer.push((delivery.command().to_owned(), known));
        async { Ok::<_, Infallible>(Reply::Pass) }
    });
    let (layer, outcomes) = probe::outcomes(WebhookLayer::new(apps(), handler));
    let service = layer.layer(App::new());
    for row in trtc::EVENTS {
        assert_acknowledged(&send(service.clone(), request(sample(row.command))).await);
        assert_eq!(seen.take(), [(row.command.to_owned(), true)]);
        assert_eq!(outcomes.take()[0].command, row.command);
    }
}

#[tokio::test]
async fn an_unknown_type_and_no_type_are_events_whose_body_is_kept() {
    let recorder = Recorder::new();
    let layer = WebhookLayer::new(apps(), recorder.handlers());
    let (layer, outcomes) = probe::outcomes(layer);
    for (body, command) in [
        (
            r#"{"EventType":907,"CallbackTs":1,"EventInfo":{}}"#,
            "TRTC.907",
        ),
        (
            r#"{"EventType":"1299","CallbackTs":"1","EventInfo":[]}"#,
            "TRTC.1299",
        ),
        (
            r#"{"EventGroupId":9,"CallbackMsTs":1,"EventInfo":{"TaskId":"x"}}"#,
            "TRTC.",
        ),
        (r#"{"EventType":null,"CallbackTs":1}"#, "TRTC."),
        (
            r#"{"EventType":18446744073709551615,"CallbackTs":1}"#,
            "TRTC.18446744073709551615",
        ),
    ] {
        assert_acknowledged(&send(layer.layer(App::new()), request(body)).await);
        let [delivery] = &recorder.deliveries.take()[..] else {
            panic!("handled once: {body}")
        };
        assert_eq!(delivery.command(), command);
        assert_eq!(delivery.phase(), Some(Phase::After));
        assert_eq!(
            trtc::sent_at(delivery.body(), UnixMillis(1)),
            body.as_bytes()
        );
        assert_eq!(outcomes.take()[0].command, "other");
    }
}

#[tokio::test]
async fn a_struct_of_your_own_takes_an_event_of_any_type() {
    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Own {
        event_info: Info,
    }
    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Info {
        task_id: String,
    }
    impl Webhook for Own {
        const COMMAND: &'static str = "TRTC.907";
        type Reply = Ack;
    }

    let seen = Log::new();
    let handlers = Handlers::new().on_with(
        seen.clone(),
        |seen: Log<_>, delivery: Delivery<Own>| async move {
            seen.push(delivery.event.event_info.task_id);
            Ack
        },
    );
    let layer = WebhookLayer::new(apps(), handlers);
    let body = r#"{"EventType":907,"CallbackTs":1,"EventInfo":{"TaskId":"task"}}"#;
    assert_acknowledged(&send(layer.layer(App::new()), request(body)).await);
    assert_eq!(seen.take(), ["task"]);
}

#[test]
#[should_panic(expected = "takes Ack, not Signal")]
fn no_event_takes_a_verdict() {
    #[derive(Debug, Deserialize)]
    struct Own {}
    impl Webhook for Own {
        const COMMAND: &'static str = "TRTC.907";
        type Reply = SignalReply;
    }
    let _ = Handlers::new().on(|_: Delivery<Own>| async { SignalReply::Ignore });
}

#[tokio::test]
async fn a_layer_of_one_type_acknowledges_the_others() {
    let seen = Log::new();
    let writer = seen.clone();
    let handler = service_fn(move |delivery: Delivery<room::EnterRoom>| {
        writer.push(delivery.command().to_owned());
        async { Ok::<_, Infallible>(Ack) }
    });
    let (layer, outcomes) = probe::outcomes(WebhookLayer::new(apps(), handler));
    let app = App::new();
    let service = layer.layer(app.clone());
    for command in ["TRTC.104", "TRTC.103"] {
        assert_acknowledged(&send(service.clone(), request(sample(command))).await);
        assert_eq!(outcomes.take()[0].command, command);
    }
    assert_eq!(seen.take(), ["TRTC.103"]);
    assert_eq!(app.requests.len(), 0);
}

#[tokio::test]
async fn a_failure_is_an_http_error_so_that_trtc_sends_again() {
    let handlers = Handlers::new()
        .on(|_: Delivery<room::EnterRoom>| async { Err::<Ack, _>("the database is gone") });
    let layer = WebhookLayer::new(apps(), handlers).on_failure(|_| FailureAnswer::Allow);
    let (layer, outcomes) = probe::outcomes(layer);
    let broken = r#"{"EventType":103,"CallbackTs":1,"EventInfo":{"RoomId":{}}}"#;
    for (body, kind) in [
        (sample("TRTC.103"), FailureKind::Handler),
        (broken, FailureKind::Undecodable),
        ("[]", FailureKind::Undecodable),
        ("", FailureKind::Undecodable),
    ] {
        let answer = send(layer.layer(App::new()), request(body)).await;
        assert_eq!(answer.status, kind.status(), "{body}");
        let end = End::Failed(kind, FailureAnswer::HttpError);
        assert_eq!(outcomes.take()[0].end, end, "{body}");
    }
}

#[tokio::test]
async fn an_event_is_acknowledged_at_its_own_deadline_and_finished_once() {
    let blocked = Blocked::new();
    let layer = WebhookLayer::new(apps(), blocked.service()).event_window(None);
    let (layer, outcomes) = probe::outcomes(layer);
    let service = layer.layer(App::new());
    let clock = Still::stand();
    let answer = tokio::spawn(send(service, request(sample("TRTC.311"))));
    blocked.begun.reaches(1).await;
    clock.pass(WebhookLayer::DEFAULT_DEADLINE).await;
    tokio::task::yield_now().await;
    assert!(!answer.is_finished(), "TRTC waits longer than Chat");
    clock.pass(Duration::from_millis(2500)).await;
    assert_acknowledged(&answer.await.expect("no panic"));
    drop(clock);
    assert_eq!((blocked.ended.len(), outcomes.len()), (0, 0));

    blocked.open();
    assert_eq!(layer.drain(Duration::from_secs(20)).await, 0);
    assert_eq!(blocked.ended.len(), 1);
    let outcome = outcomes.take()[0];
    assert_eq!(
        (outcome.command, outcome.end),
        ("TRTC.311", End::FinishedLate)
    );
}

#[tokio::test]
async fn a_key_is_replaced_while_the_server_runs() {
    let recorder = Recorder::new();
    let apps = Apps::from(app("New7").event_key(KEY).expect("a key"));
    let layer = WebhookLayer::new(apps.clone(), recorder.handlers());
    let service = layer.layer(App::new());
    assert_acknowledged(&send(service.clone(), request(sample("TRTC.103"))).await);
    assert_eq!(recorder.deliveries.take()[0].auth(), Auth::PreviousToken);

    apps.replace([app("New7")]).expect("an app");
    let answer = send(service.clone(), request(sample("TRTC.103"))).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    let new = TrtcRequest::new(APP)
        .signed("New7")
        .body::<Vec<u8>>(sample("TRTC.103"));
    let new = new.map(|body| Full::from(Bytes::from(body)));
    assert_acknowledged(&send(service, new).await);
    assert_eq!(recorder.deliveries.take()[0].auth(), Auth::Token);
}

#[tokio::test]
async fn an_app_that_is_removed_before_the_body_is_complete_is_not_trusted() {
    let recorder = Recorder::new();
    let apps = apps();
    let layer = WebhookLayer::new(apps.clone(), recorder.handlers());
    let (layer, outcomes) = probe::outcomes(layer);
    let whole = TrtcRequest::new(APP)
        .signed(KEY)
        .body::<Vec<u8>>(sample("TRTC.103"));
    let request = whole.map(|body| Script::new().pending().data(body));
    let mut response = Box::pin(layer.layer(App::new()).oneshot(request));
    assert!(polled_once(&mut response).await.is_none());

    let other = tower_tencent_webhook::App::events_only(OTHER_APP, OTHER_KEY).expect("a key");
    apps.replace([other]).expect("an app");
    let Ok(response) = response.await;
    assert_eq!(Answer::of(response).await.status, StatusCode::FORBIDDEN);
    let end = End::Rejected(Rejection::UnknownApp);
    assert_eq!(outcomes.take()[0].end, end);
    assert_eq!(recorder.deliveries.len(), 0);
}

#[tokio::test]
async fn the_time_of_sending_is_checked_within_the_window_that_is_set() {
    let recorder = Recorder::new();
    let sent = Duration::from_millis(1_795_003_200_640);
    let window = Duration::from_secs(300);
    let layer = |window: Option<Duration>, now: Duration| {
        let layer = WebhookLayer::new(apps(), recorder.handlers());
        let (layer, outcomes) = probe::outcomes(layer.event_window(window));
        let layer = layer.clock(move || std::time::SystemTime::UNIX_EPOCH + now);
        (layer.layer(App::new()), outcomes)
    };
    let body = r#"{"EventType":103,"CallbackTs":1795003200640,"EventInfo":{}}"#;
    let send = async |(service, outcomes): (_, Log<Outcome>), body: &str| {
        let request = TrtcRequest::new(APP)
            .signed(KEY)
            .sent_at(None)
            .body::<Vec<u8>>(body);
        let request = request.map(|body| Full::from(Bytes::from(body)));
        send(service, request).await;
        outcomes.take()[0].end
    };
    let stale = End::Rejected(Rejection::Signature(SignatureError::Stale));
    let milli = Duration::from_millis(1);
    let quoted = body.replace("1795003200640", "\"1795003200640\"");
    let ms = body.replace("CallbackTs", "CallbackMsTs");
    for body in [body, &quoted, &ms] {
        for now in [sent - window, sent, sent + window] {
            let end = send(layer(Some(window), now), body).await;
            assert_eq!(end, End::Answered, "{body}");
        }
        for now in [sent - window - milli, sent + window + milli, Duration::ZERO] {
            assert_eq!(send(layer(Some(window), now), body).await, stale, "{body}");
            assert_eq!(send(layer(None, now), body).await, End::Answered, "{body}");
        }
    }
    let timeless = r#"{"EventType":103,"EventInfo":{}}"#;
    assert_eq!(send(layer(Some(window), sent), timeless).await, stale);
    assert_eq!(send(layer(None, sent), timeless).await, End::Answered);
}

#[tokio::test]
async fn the_same_bytes_are_accepted_again_within_the_window() {
    let recorder = Recorder::new();
    let layer = WebhookLayer::new(apps(), recorder.handlers());
    let request = TrtcRequest::new(APP)
        .signed(KEY)
        .body::<Vec<u8>>(sample("TRTC.103"));
    for _ in 0..2 {
        let again = request.clone().map(|body| Full::from(Bytes::from(body)));
        assert_acknowledged(&send(layer.layer(App::new()), again).await);
    }
    assert_eq!(recorder.deliveries.len(), 2);
}

/// What the type does not read is not inspected, in flat fields neither.
#[tokio::test]
async fn members_that_are_not_read_may_be_odd() {
    for command in ["TRTC.103", "TRTC.310", "TRTC.311"] {
        let odd = format!("\"New\":[1e400,{}{}],", "[".repeat(200), "]".repeat(200));
        let body =
            sample(command).replacen("\"EventInfo\": {", &format!("\"EventInfo\": {{{odd}"), 1);
        let body = body.replacen("\"Payload\": {", &format!("\"Payload\": {{{odd}"), 1);
        assert!(body.contains("1e400"), "{command}");
        let event = trtc::Event::decode(command, body.as_bytes());
        assert!(event.is_ok(), "{command}: {event:?}");
    }
}

/// The body of an event cannot be read, but who has signed it is known.
#[tokio::test]
async fn an_unreadable_event_is_still_authentic() {
    let (layer, outcomes) = probe::outcomes(WebhookLayer::new(apps(), Handlers::new()));
    let request = TrtcRequest::new(APP)
        .signed(KEY)
        .sent_at(None)
        .body::<Vec<u8>>("[]");
    let request = request.map(|body| Full::from(Bytes::from(body)));
    let answer = send(layer.layer(App::new()), request).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    let [outcome] = outcomes.take()[..] else {
        panic!("one outcome")
    };
    let end = End::Failed(FailureKind::Undecodable, FailureAnswer::HttpError);
    assert_eq!((outcome.end, outcome.auth), (end, Some(Auth::Token)));
}

/// The first event that nobody takes is told: for want of a key, or because of its path.
#[tokio::test]
async fn an_event_that_passes_through_is_told_once() {
    let unkeyed = tower_tencent_webhook::App::signed(APP, "a token").expect("a token");
    let without_key = WebhookLayer::new(unkeyed, Handlers::new());
    let elsewhere = WebhookLayer::new(apps(), Handlers::new());
    let elsewhere = elsewhere.path("/trtc");
    for (layer, says) in [(without_key, "`event_key`"), (elsewhere, "a path other")] {
        let (capture, _guard) = Capture::start(LevelFilter::WARN);
        let app = App::new();
        for _ in 0..2 {
            let answer = send(layer.layer(app.clone()), request(sample("TRTC.103"))).await;
            assert_eq!(answer.status, App::STATUS);
        }
        let line = capture.line();
        let message = line.get("message").expect("a message");
        assert!(message.contains(says), "{message}");
        assert_eq!(app.requests.len(), 2);
    }
}
