//! Events of TRTC are finished like webhooks: late, left alone, or failing.

use tower::{ServiceBuilder, load_shed::LoadShedLayer};
use tower_tencent_webhook::App as Configured;

use super::*;

/// A layer whose handler waits, and what it tells.
fn waiting() -> (Blocked, WebhookLayer, Log<Outcome>) {
    let blocked = Blocked::new();
    let (layer, outcomes) = probe::outcomes(WebhookLayer::new(apps(), blocked.service()));
    (blocked, layer, outcomes)
}

async fn ends_once(blocked: &Blocked, layer: &WebhookLayer, outcomes: &Log<Outcome>, end: End) {
    blocked.open();
    assert_eq!(layer.drain(Duration::from_secs(20)).await, 0);
    assert_eq!(blocked.ended.len(), 1);
    let ends: Vec<End> = outcomes.take().iter().map(|outcome| outcome.end).collect();
    assert_eq!(ends, [end]);
}

#[tokio::test]
async fn an_event_whose_client_disconnects_is_handled_to_its_end() {
    let (blocked, layer, outcomes) = waiting();
    let service = layer.layer(App::new());
    let leaving = tokio::spawn(send(service, request(sample("TRTC.103"))));
    blocked.begun.reaches(1).await;
    leaving.abort();
    leaving.await.expect_err("the client disconnects");
    ends_once(&blocked, &layer, &outcomes, End::FinishedLate).await;
}

#[tokio::test]
async fn an_event_whose_client_disconnects_early_reaches_nobody() {
    let (blocked, layer, outcomes) = waiting();
    let whole = TrtcRequest::new(APP)
        .signed(KEY)
        .body::<Vec<u8>>(sample("TRTC.103"));
    let request = whole.map(|body| Script::new().data(body).stall());
    let mut response = Box::pin(layer.layer(App::new()).oneshot(request));
    assert!(polled_once(&mut response).await.is_none());
    drop(response);
    assert_eq!((blocked.begun.len(), layer.in_flight()), (0, 0));
    assert_eq!(outcomes.take()[0].end, End::Abandoned);
}

#[tokio::test]
async fn without_late_acknowledgement_the_deadline_of_an_event_is_a_failure() {
    for leaves in [false, true] {
        let (blocked, layer, outcomes) = waiting();
        let layer = layer.acknowledge_late(false);
        let service = layer.layer(App::new());
        let clock = Still::stand();
        let answer = tokio::spawn(send(service, request(sample("TRTC.103"))));
        blocked.begun.reaches(1).await;
        let timed_out = if leaves {
            answer.abort();
            answer.await.expect_err("the client disconnects");
            End::FinishedLate
        } else {
            clock.pass(WebhookLayer::DEFAULT_EVENT_DEADLINE).await;
            let answer = answer.await.expect("no panic");
            assert_eq!(answer.status, StatusCode::GATEWAY_TIMEOUT);
            End::Failed(FailureKind::TimedOut, FailureAnswer::HttpError)
        };
        drop(clock);
        assert_eq!(outcomes.len(), 0, "the outcome is told at the end");
        ends_once(&blocked, &layer, &outcomes, timed_out).await;
    }
}

#[tokio::test]
async fn a_handler_that_panics_or_sheds_load_fails_the_event() {
    let panics = service_fn(|_: Delivery| async {
        if true {
            panic!("a secret");
        }
        Ok::<_, Infallible>(Reply::Pass)
    });
    let layer = WebhookLayer::new(apps(), panics);
    let answer = send(layer.layer(App::new()), request(sample("TRTC.103"))).await;
    assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert!(!answer.text().contains("secret"));

    let blocked = Blocked::new();
    let shed = ServiceBuilder::new()
        .layer(LoadShedLayer::new())
        .concurrency_limit(1)
        .service(blocked.service());
    let layer = WebhookLayer::new(apps(), shed);
    let service = layer.layer(App::new());
    let first = tokio::spawn(send(service.clone(), request(sample("TRTC.103"))));
    blocked.begun.reaches(1).await;
    let answer = send(service, request(sample("TRTC.103"))).await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    blocked.open();
    assert_acknowledged(&first.await.expect("no panic"));
}

#[tokio::test]
async fn a_sign_for_an_app_of_unsigned_events_is_ignored() {
    let recorder = Recorder::new();
    let app = Configured::signed(APP, "a token").expect("a token");
    let layer = WebhookLayer::new(app.insecure_unsigned_events(), recorder.handlers());
    for sign in [None, Some(KEY), Some("another7")] {
        let mut request = TrtcRequest::new(APP);
        if let Some(key) = sign {
            request = request.signed(key);
        }
        let request = request.body::<Vec<u8>>(sample("TRTC.103"));
        let request = request.map(|body| Full::from(Bytes::from(body)));
        assert_acknowledged(&send(layer.layer(App::new()), request).await);
        assert_eq!(recorder.deliveries.take()[0].auth(), Auth::Unsigned);
    }
}

#[tokio::test]
async fn bodies_of_many_frames_are_collected_under_the_limit() {
    let recorder = Recorder::new();
    let body = sample("TRTC.103");
    let whole = TrtcRequest::new(APP)
        .signed(KEY)
        .body::<Vec<u8>>(body)
        .into_body()
        .len();
    for (limit, status) in [
        (whole, StatusCode::OK),
        (whole - 1, StatusCode::PAYLOAD_TOO_LARGE),
    ] {
        let layer = WebhookLayer::new(apps(), recorder.handlers());
        let layer = layer.body_limit(limit);
        let request = TrtcRequest::new(APP).signed(KEY).body::<Vec<u8>>(body);
        let request = request.map(|body| Script::bytewise(&body).data("").trailer("x-a", "1"));
        let Ok(response) = layer.layer(App::new()).oneshot(request).await;
        assert_eq!(response.status(), status);
    }
    assert_eq!(recorder.deliveries.len(), 1);
}
