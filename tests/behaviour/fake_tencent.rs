//! The test kit's fake Tencent says what the real one is documented to do.

use std::{convert::Infallible, time::Duration};

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::Full;
use tower::{BoxError, service_fn};
use tower_tencent_webhook::{
    App, Delivery, FailureAnswer, Handlers, WebhookLayer,
    event::{COMMANDS, group},
    reply::{MessageVerdict, Rewrite},
    testing::{Effect, OnFailure, SentBody, Tencent, Why, sample_body},
    trtc,
};

use super::support::{AFTER, APP, BEFORE, OK};

fn app() -> App {
    let app = App::signed(APP, "token").expect("a token");
    app.event_key("TheKey7").expect("a key")
}

fn tencent() -> Tencent {
    Tencent::new(APP).token("token").event_key("TheKey7")
}

fn body(command: &str) -> &'static str {
    sample_body(command).expect("a sample")
}

/// What Tencent does if a handler replies this, after this long.
async fn effect_of(reply: MessageVerdict<group::Code>, seconds: u64) -> Effect {
    let handlers = Handlers::new().on(move |_: Delivery<group::BeforeSendMsg>| {
        let reply = reply.clone();
        async move {
            tokio::time::sleep(Duration::from_secs(seconds)).await;
            reply
        }
    });
    let webhooks = WebhookLayer::new(app(), handlers).into_service();
    tencent().send(webhooks, BEFORE, body(BEFORE)).await
}

#[tokio::test(start_paused = true)]
async fn it_tells_what_becomes_of_a_message() {
    let rewrite = Rewrite::new().cloud_custom_data("d");
    let code = group::Code::new(10_150).expect("in range");
    let refused = Effect::Refused {
        code: 10_150,
        text: "no".to_owned(),
    };
    for (reply, effect) in [
        (MessageVerdict::Allow, Effect::Delivered),
        (MessageVerdict::DropSilently, Effect::Dropped),
        (rewrite.clone().into(), Effect::Rewritten(rewrite)),
        (MessageVerdict::refuse_with(code, "no"), refused),
    ] {
        assert_eq!(effect_of(reply, 0).await, effect);
    }
}

#[tokio::test(start_paused = true)]
async fn a_late_verdict_decides_nothing() {
    assert_eq!(
        effect_of(MessageVerdict::Refuse, 1).await.as_str(),
        "refused"
    );
    let late = Effect::PassedUnchecked(Why::Status(StatusCode::GATEWAY_TIMEOUT));
    assert_eq!(effect_of(MessageVerdict::Refuse, 3).await, late);
}

#[tokio::test(start_paused = true)]
async fn it_waits_no_longer_than_tencent_and_asks_the_console() {
    let slow = |seconds| {
        service_fn(move |_: Request<SentBody>| async move {
            tokio::time::sleep(Duration::from_secs(seconds)).await;
            Ok::<_, Infallible>(Response::new(Full::<Bytes>::from(OK)))
        })
    };
    let late = Why::TimedOut(Duration::from_secs(2));
    let block = tencent().on_failure(OnFailure::Block);
    assert_eq!(
        tencent().send(slow(1), BEFORE, "{}").await,
        Effect::Delivered
    );
    assert_eq!(
        tencent().send(slow(3), BEFORE, "{}").await,
        Effect::PassedUnchecked(late)
    );
    assert_eq!(
        block.send(slow(3), BEFORE, "{}").await,
        Effect::NotDelivered(late)
    );
    assert_eq!(
        tencent().send(slow(3), AFTER, "{}").await,
        Effect::NotDelivered(late)
    );
    assert_eq!(
        tencent().send(slow(3), "TRTC.101", "{}").await,
        Effect::Acknowledged
    );
}

#[tokio::test]
async fn a_service_that_fails_gives_no_answer() {
    let broken = service_fn(async |_: Request<SentBody>| {
        Err::<Response<Full<Bytes>>, BoxError>("broken".into())
    });
    let effect = tencent().send(broken, BEFORE, "{}").await;
    assert_eq!(effect, Effect::PassedUnchecked(Why::NoAnswer));
}

#[tokio::test]
async fn every_command_of_both_protocols_reaches_the_layer() {
    let handlers = Handlers::new().fallback(|_| async { tower_tencent_webhook::reply::Ack });
    let router =
        axum::Router::new().route_service("/im", WebhookLayer::new(app(), handlers).into_service());
    for row in COMMANDS.iter().chain(trtc::EVENTS) {
        let tencent = tencent().path("/im");
        let effect = tencent
            .send(router.clone(), row.command, body(row.command))
            .await;
        let passes = [Effect::Delivered, Effect::Acknowledged];
        assert!(passes.contains(&effect), "{}: {effect:?}", row.command);
    }
    for command in [BEFORE, AFTER, "TRTC.101"] {
        let stranger = Tencent::new(APP)
            .path("/im")
            .token("guess")
            .event_key("guess");
        let effect = stranger.send(router.clone(), command, body(command)).await;
        assert_eq!(
            effect.why(),
            Some(&Why::Status(StatusCode::FORBIDDEN)),
            "{command}"
        );
    }
}

#[tokio::test]
async fn moderation_that_fails_closed_is_seen_to() {
    let handlers = Handlers::new().on(async |_: Delivery<group::BeforeSendMsg>| {
        Err::<MessageVerdict<group::Code>, _>("the database is away")
    });
    let layer = WebhookLayer::new(app(), handlers);
    let open = layer.clone().into_service();
    let closed = layer.on_failure(|_| FailureAnswer::Refuse).into_service();
    let effect = tencent().send(open, BEFORE, body(BEFORE)).await;
    assert_eq!(effect.as_str(), "passed_unchecked");
    let effect = tencent().send(closed, BEFORE, body(BEFORE)).await;
    assert_eq!(effect.as_str(), "refused");
}
