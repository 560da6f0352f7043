//! Records: what of a delivery is stored, and that it is handled from the store as it was.

use bytes::Bytes;
use http::{Request, StatusCode};
use tower::{Layer, ServiceExt, service_fn};
use tower_tencent_webhook::{
    Auth, Delivery, Handlers, Record, WebhookLayer,
    event::group,
    reply::{Ack, Reply},
    value::Platform,
};

use crate::support::{
    AFTER, APP, BEFORE, MESSAGE, NOW, SIGN, TOKEN, UNKNOWN,
    probe::{App, Clock, Log},
    script::Script,
};

/// The record of a signed webhook that a layer handed over.
async fn received() -> Record {
    let records = Log::new();
    let log = records.clone();
    let handler = service_fn(move |delivery: Delivery| {
        log.push(delivery.to_record());
        async { Ok::<_, tower::BoxError>(Reply::Pass) }
    });
    let app = tower_tencent_webhook::App::signed(APP, TOKEN).expect("a token");
    let service = WebhookLayer::new(app, handler)
        .clock(Clock::at(NOW).reader())
        .layer(App::new());
    let query = format!(
        "SdkAppid={APP}&CallbackCommand={AFTER}&ClientIP=192.0.2.7&OptPlatform=web&Sign={SIGN}&RequestTime={NOW}"
    );
    let request = Request::post(format!("/secret/path?{query}"))
        .header("cookie", "canary")
        .body(Script::whole(MESSAGE))
        .expect("a request");
    let response = service.oneshot(request).await.expect("a response");
    assert_eq!(response.status(), StatusCode::OK);
    records.take().pop().expect("a record")
}

#[tokio::test]
async fn a_record_holds_every_part_and_nothing_of_the_url_or_the_headers() {
    let record = received().await;
    assert_eq!((record.sdk_app_id(), record.command()), (APP, AFTER));
    assert_eq!(record.client_ip(), "192.0.2.7".parse().ok());
    assert_eq!(record.platform(), Some(&Platform::Web));
    assert_eq!(record.auth(), Auth::Token);
    assert_eq!(record.body(), MESSAGE);
    assert!(record.received().0 > 1_600_000_000_000, "in milliseconds");

    let delivery = Delivery::from_record(record.clone());
    assert_eq!(delivery.parts().uri, "/");
    assert!(delivery.parts().headers.is_empty() && delivery.extensions().is_empty());
    assert_eq!(delivery.to_record(), record);
    let shown = format!("{record:?}");
    assert!(!shown.contains("mei") && !shown.contains("192"), "{shown}");
}

#[tokio::test]
async fn a_record_goes_to_the_handler_of_its_command() {
    let groups = Log::new();
    let handlers = Handlers::with_state(groups.clone()).on(
        |groups: Log<String>, delivery: Delivery<group::AfterSendMsg>| async move {
            groups.push(delivery.event.group_id);
            Ack
        },
    );
    let delivery = Delivery::from_record(received().await);
    handlers.oneshot(delivery).await.expect("a reply");
    assert_eq!(groups.take(), ["g"]);
}

#[test]
fn a_record_is_put_together_from_the_columns_of_a_store() {
    for auth in [Auth::Token, Auth::PreviousToken, Auth::Unsigned] {
        assert_eq!(Auth::from_name(auth.as_str()), Some(auth));
    }
    assert_eq!(Auth::from_name("root"), None);
    let alias = Record::new(APP, "Live.CallbackMemberStateChanged", Bytes::new());
    assert_eq!(alias.command(), "Live.CallbackAfterMemberStateChanged");
}

#[test]
fn handlers_tell_which_commands_they_take() {
    let handlers = Handlers::new()
        .on(|_: Delivery<group::AfterSendMsg>| async { Ack })
        .fallback(|_| async { Ack });
    assert!(handlers.takes(AFTER));
    assert!(!handlers.takes(BEFORE) && !handlers.takes(UNKNOWN));
}

/// A delivery that was stored has the key that it had when it came.
#[tokio::test]
async fn the_key_of_a_record_is_that_of_the_delivery() {
    for command in [
        AFTER,
        "State.StateChange",
        "TRTC.103",
        "TRTC.601",
        "TRTC.999",
    ] {
        let body = tower_tencent_webhook::testing::sample_body(command)
            .unwrap_or(r#"{"EventType":999,"EventInfo":{"EventMsTs":1795003200641}}"#);
        let live = tower_tencent_webhook::testing::undecoded(command, body);
        let stored = Delivery::from_record(live.to_record());
        assert_eq!(stored.event_key(), live.event_key(), "{command}");
        assert_eq!(stored.phase(), live.phase(), "{command}");
        assert_eq!(
            (stored.command(), stored.body()),
            (live.command(), live.body())
        );
        assert!(live.event_key().is_some() || command == "State.StateChange");
    }
}
