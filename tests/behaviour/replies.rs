//! Every reply as it goes over the wire, and the answers to failures instead.

use std::time::Duration;

use http::StatusCode;
use http_body_util::{BodyExt, Full};
use serde_json::{Value, json};
use tower::{Service, ServiceExt, service_fn};
use tower_tencent_webhook::{
    App, Apps, Delivery, FailureAnswer, Handlers, Phase, WebhookLayer,
    error::DecodeError,
    event::{COMMANDS, Event, Webhook, c2c, chatbot, group, live, official_account, sns},
    message::Element,
    reply::{
        Ack, FriendVerdict, MemberVerdict, MessageVerdict, Reply, ReplyKind, Rewrite, SignalReply,
        SubscriberVerdict, Verdict,
    },
    testing::{self, Effect, WebhookRequest},
    value::Account,
};

const APP: u64 = 1_400_000_000;

const REFUSED: &str = r#"{"ActionStatus":"OK","ErrorInfo":"","ErrorCode":1}"#;

fn apps() -> Apps {
    Apps::new([App::insecure_unsigned(APP)]).expect("one app")
}

/// What a service answers: the status and the body as text.
async fn ask<S, B>(service: S, command: &str, body: &str) -> (StatusCode, String)
where
    S: Service<http::Request<Full<bytes::Bytes>>, Response = http::Response<B>>,
    S::Error: std::fmt::Debug,
    B: http_body::Body<Error: std::fmt::Debug>,
{
    let request = WebhookRequest::new(APP, command).body(Full::from(body.to_owned()));
    let response = service.oneshot(request).await.expect("a response");
    let status = response.status();
    let body = response
        .into_body()
        .collect()
        .await
        .expect("a body")
        .to_bytes();
    (status, String::from_utf8(body.to_vec()).expect("text"))
}

/// What the layer answers when the handler of `E` gives `reply`.
async fn wire<E>(reply: E::Reply) -> Value
where
    E: Webhook,
    E::Reply: Clone + Sync + PartialEq + std::fmt::Debug,
{
    let given = reply.clone();
    let handlers = Handlers::new().on(move |_: Delivery<E>| std::future::ready(reply.clone()));
    let sample = testing::sample_body(E::COMMAND).expect("a sample");
    let (status, body) = ask(
        WebhookLayer::new(apps(), handlers).into_service(),
        E::COMMAND,
        sample,
    )
    .await;
    assert_eq!(
        testing::reply::<E>(status, body.as_bytes()),
        given,
        "reads back as it was given"
    );
    serde_json::from_str(&body).expect("JSON")
}

fn ok(code: u32, info: &str) -> Value {
    json!({"ActionStatus": "OK", "ErrorInfo": info, "ErrorCode": code})
}

fn with(mut reply: Value, name: &str, value: Value) -> Value {
    reply[name] = value;
    reply
}

#[tokio::test]
async fn group_verdicts() {
    let code = group::Code::new(10_100).expect("in range");
    assert_eq!(
        wire::<group::BeforeCreateGroup>(Verdict::Allow).await,
        ok(0, "")
    );
    assert_eq!(
        wire::<group::BeforeApplyJoinGroup>(Verdict::Refuse).await,
        ok(1, "")
    );
    assert_eq!(
        wire::<group::BeforeCreateTopic>(Verdict::refuse_with(code, "no")).await,
        ok(10_100, "no")
    );
}

#[tokio::test]
async fn member_verdicts() {
    let code = group::Code::new(10_200).expect("in range");
    let some = MemberVerdict::RefuseSome(vec![Account::from("a"), Account::from("b")]);
    assert_eq!(
        wire::<group::BeforeInviteJoinGroup>(some).await,
        with(ok(0, ""), "RefusedMembers_Account", json!(["a", "b"]))
    );
    assert_eq!(
        wire::<group::BeforeInviteJoinGroup>(MemberVerdict::Allow).await,
        ok(0, "")
    );
    assert_eq!(
        wire::<group::BeforeInviteJoinGroup>(MemberVerdict::Refuse).await,
        ok(1, "")
    );
    assert_eq!(
        wire::<group::BeforeInviteJoinGroup>(MemberVerdict::refuse_with(code, "no")).await,
        ok(10_200, "no")
    );
}

#[tokio::test]
async fn message_verdicts() {
    let code = c2c::Code::new(130_000).expect("in range");
    let official = official_account::Code::new(120_001).expect("in range");
    assert_eq!(
        wire::<c2c::BeforeSendMsg>(MessageVerdict::Allow).await,
        ok(0, "")
    );
    assert_eq!(
        wire::<c2c::BeforeSendMsg>(MessageVerdict::Refuse).await,
        ok(1, "")
    );
    assert_eq!(
        wire::<group::BeforeSendMsg>(MessageVerdict::DropSilently).await,
        ok(2, "")
    );
    assert_eq!(
        wire::<c2c::BeforeSendMsg>(MessageVerdict::refuse_with(code, "\"no\"")).await,
        ok(130_000, "\"no\"")
    );
    assert_eq!(
        wire::<official_account::BeforeSendMsg>(MessageVerdict::refuse_with(official, "")).await,
        ok(120_001, "")
    );
    let text = json!([{"MsgType": "TIMTextElem", "MsgContent": {"Text": "****"}}]);
    assert_eq!(
        wire::<group::BeforeSendMsg>(MessageVerdict::rewrite(vec![Element::text("****")])).await,
        with(ok(0, ""), "MsgBody", text.clone())
    );
    let both = Rewrite::new()
        .msg_body(vec![Element::text("****")])
        .cloud_custom_data("d");
    assert_eq!(
        wire::<group::BeforeSendMsg>(both.into()).await,
        with(
            with(ok(0, ""), "MsgBody", text),
            "CloudCustomData",
            json!("d")
        )
    );
}

#[tokio::test]
async fn official_account_and_gift_verdicts() {
    let code = official_account::Code::new(120_001).expect("in range");
    assert_eq!(
        wire::<official_account::BeforeCreateOfficialAccount>(Verdict::refuse_with(code, "no"))
            .await,
        ok(120_001, "no")
    );
    let some = SubscriberVerdict::RefuseSome(vec![Account::from("a")]);
    assert_eq!(
        wire::<official_account::BeforeAddSubscriber>(some).await,
        with(ok(0, ""), "RefusedSubscribers_Account", json!(["a"]))
    );
    assert_eq!(
        wire::<official_account::BeforeAddSubscriber>(SubscriberVerdict::Refuse).await,
        ok(1, "")
    );
    let code = live::Code::new(102_200).expect("in range");
    assert_eq!(
        wire::<live::BeforeSendGift>(Verdict::refuse_with(code, "no")).await,
        ok(102_200, "no")
    );
}

#[tokio::test]
async fn signal_replies() {
    assert_eq!(
        wire::<chatbot::OnC2CSignalMessage>(SignalReply::respond("{}")).await,
        with(ok(0, ""), "RspData", json!("{}"))
    );
    assert_eq!(
        wire::<chatbot::OnC2CSignalMessage>(SignalReply::Ignore).await,
        ok(1, "")
    );
}

#[tokio::test]
async fn friend_verdicts() {
    let code = sns::Code::new(39_000).expect("in range");
    let verdict = FriendVerdict::new().allow("a").refuse("b", code, "no");
    let results = json!([
        {"To_Account": "a", "ResultCode": 0, "ResultInfo": ""},
        {"To_Account": "b", "ResultCode": 39_000, "ResultInfo": "no"},
    ]);
    assert_eq!(
        wire::<sns::PrevFriendAdd>(verdict.clone()).await,
        with(ok(0, ""), "ResultItem", results.clone())
    );
    assert_eq!(
        wire::<sns::PrevFriendResponse>(verdict).await,
        with(ok(0, ""), "ResultItem", results)
    );
}

#[tokio::test]
async fn what_nobody_registered_passes() {
    for row in COMMANDS {
        let sample = testing::sample_body(row.command).expect("a sample");
        let pass = match row.reply_kind {
            ReplyKind::Friends => 38_000,
            ReplyKind::Signal => 1,
            _ => 0,
        };
        for handlers in [Handlers::new(), Handlers::new().fallback(|_| async { Ack })] {
            let (status, body) = ask(
                WebhookLayer::new(apps(), handlers).into_service(),
                row.command,
                sample,
            )
            .await;
            let effect = testing::judge(row.command, status, body.as_bytes(), Duration::ZERO);
            let passes = [Effect::Delivered, Effect::Acknowledged];
            assert!(passes.contains(&effect), "{}: {effect:?}", row.command);
            assert_eq!(status, StatusCode::OK, "{}", row.command);
            assert_eq!(
                serde_json::from_str::<Value>(&body).expect("JSON"),
                ok(pass, ""),
                "{}",
                row.command
            );
        }
    }
}

#[tokio::test]
async fn a_reply_of_another_form_is_a_failure() {
    for row in COMMANDS {
        let sample = testing::sample_body(row.command).expect("a sample");
        let other = if row.reply_kind == ReplyKind::Ack {
            Reply::Gift(Verdict::Allow)
        } else {
            Reply::Ack(Ack)
        };
        let service = service_fn(move |_: Delivery<Event>| {
            std::future::ready(Ok::<_, DecodeError>(other.clone()))
        });
        let (status, _) = ask(
            WebhookLayer::new(apps(), service).into_service(),
            row.command,
            sample,
        )
        .await;
        assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR, "{}", row.command);
    }
}

/// A body of `command` that cannot be decoded, and from which an account can still be read.
fn undecodable(form: ReplyKind) -> &'static str {
    match form {
        ReplyKind::Friends => {
            r#"{"FriendItem":[{"To_Account":"a"}],"ResponseFriendItem":[{"To_Account":5}],"From_Account":[]}"#
        }
        _ => r#"{"GroupId":[]}"#,
    }
}

/// The answer for all accounts of a friend request: those of the sample, or of the body above.
fn all_refused(command: &str, failure: Failing) -> String {
    let accounts: Vec<String> = match failure {
        Failing::Undecodable => vec!["a".into(), "5".into()],
        Failing::Handler => {
            let sample: Value =
                serde_json::from_str(testing::sample_body(command).expect("a sample"))
                    .expect("JSON");
            let items = sample
                .get("FriendItem")
                .or(sample.get("ResponseFriendItem"))
                .expect("items");
            let items = items.as_array().expect("a list").iter();
            items
                .map(|item| item["To_Account"].as_str().expect("an account").to_owned())
                .collect()
        }
    };
    let items: Vec<String> = accounts
        .iter()
        .map(|account| {
            format!(r#"{{"To_Account":"{account}","ResultCode":38000,"ResultInfo":""}}"#)
        })
        .collect();
    format!(
        r#"{{"ActionStatus":"OK","ErrorInfo":"","ErrorCode":0,"ResultItem":[{}]}}"#,
        items.join(",")
    )
}

#[derive(Clone, Copy, PartialEq)]
enum Failing {
    Handler,
    Undecodable,
}

#[tokio::test]
async fn failures_of_before_webhooks_are_answered_as_chosen() {
    const ALLOWED: &str = r#"{"ActionStatus":"OK","ErrorInfo":"","ErrorCode":0}"#;
    const FRIENDS_PASS: &str = r#"{"ActionStatus":"OK","ErrorInfo":"","ErrorCode":38000}"#;

    let mut rows = 0;
    for row in COMMANDS
        .iter()
        .filter(|row| row.reply_kind != ReplyKind::Ack)
    {
        for failing in [Failing::Handler, Failing::Undecodable] {
            for answer in [
                FailureAnswer::HttpError,
                FailureAnswer::Allow,
                FailureAnswer::Refuse,
            ] {
                let service = service_fn(async |_: Delivery<Event>| {
                    Err::<Reply, tower::BoxError>("the database is away".into())
                });
                let layer = WebhookLayer::new(apps(), service).on_failure(move |_| answer);
                let body = match failing {
                    Failing::Handler => testing::sample_body(row.command).expect("a sample"),
                    Failing::Undecodable => undecodable(row.reply_kind),
                };
                let friends = row.reply_kind == ReplyKind::Friends;
                let expected = match (answer, failing) {
                    (FailureAnswer::HttpError, Failing::Handler) => {
                        (500, "Internal Server Error".to_owned())
                    }
                    (FailureAnswer::HttpError, Failing::Undecodable) => {
                        (400, "Bad Request".to_owned())
                    }
                    (FailureAnswer::Allow, _) if friends => (200, FRIENDS_PASS.to_owned()),
                    // Nothing for the bot, whichever is chosen.
                    (FailureAnswer::Allow, _) if row.reply_kind == ReplyKind::Signal => {
                        (200, REFUSED.to_owned())
                    }
                    (FailureAnswer::Allow, _) => (200, ALLOWED.to_owned()),
                    (_, failing) if friends => (200, all_refused(row.command, failing)),
                    _ => (200, REFUSED.to_owned()),
                };
                let (status, text) = ask(layer.into_service(), row.command, body).await;
                let effect = testing::judge(row.command, status, text.as_bytes(), Duration::ZERO);
                assert_eq!(
                    (status.as_u16(), text),
                    expected,
                    "{} {answer:?}",
                    row.command
                );
                let told = match answer {
                    FailureAnswer::Refuse if row.reply_kind != ReplyKind::Signal => "refused",
                    FailureAnswer::Refuse | FailureAnswer::Allow => "delivered",
                    _ if row.reply_kind == ReplyKind::Gift => "not_delivered",
                    _ => "passed_unchecked",
                };
                assert_eq!(effect.as_str(), told, "{} {answer:?}", row.command);
                rows += 1;
            }
        }
    }
    assert_eq!(rows, 13 * 3 * 2);
}

#[tokio::test]
async fn friends_that_cannot_be_read_are_refused_in_the_common_form() {
    let layer = WebhookLayer::new(
        apps(),
        Handlers::new().on(|_: Delivery<sns::PrevFriendAdd>| async { FriendVerdict::new() }),
    );
    let service = layer.on_failure(|_| FailureAnswer::Refuse).into_service();
    let (status, text) = ask(service, "Sns.CallbackPrevFriendAdd", r#"{"FriendItem":5}"#).await;
    assert_eq!((status, &*text), (StatusCode::OK, REFUSED));
}

#[tokio::test]
async fn failures_of_after_webhooks_are_http_errors_whatever_is_chosen() {
    for answer in [
        FailureAnswer::HttpError,
        FailureAnswer::Allow,
        FailureAnswer::Refuse,
    ] {
        let handlers =
            Handlers::new().on(|_: Delivery<group::AfterSendMsg>| async { Err::<Ack, _>("away") });
        let layer = WebhookLayer::new(apps(), handlers).on_failure(move |_| answer);
        let sample = testing::sample_body("Group.CallbackAfterSendMsg").expect("a sample");
        let (status, _) = ask(layer.into_service(), "Group.CallbackAfterSendMsg", sample).await;
        assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
    }
}

/// A failed assertion shows what differs, and no text or account.
#[test]
fn replies_show_their_verdict_and_not_their_words() {
    let code = group::Code::new(10_150).expect("in range");
    for (reply, shown) in [
        (Reply::from(Ack), "Ack"),
        (MessageVerdict::<group::Code>::Refuse.into(), "Refuse"),
        (MessageVerdict::refuse_with(code, "words").into(), "10150"),
        (
            MessageVerdict::refuse_with(code, "words").into(),
            "[5 bytes]",
        ),
        (
            MessageVerdict::<group::Code>::DropSilently.into(),
            "DropSilently",
        ),
        (MemberVerdict::RefuseSome(vec!["words".into()]).into(), "1"),
    ] {
        let debug = format!("{reply:?}");
        assert!(debug.contains(shown), "{debug}");
        assert!(!debug.contains("words"), "{debug}");
    }
}

#[tokio::test]
async fn refuse_is_written_in_the_form_of_each_command() {
    let refusing = service_fn(async |_: Delivery| Ok::<_, std::io::Error>(Reply::Refuse));
    let refusing = WebhookLayer::new(apps(), refusing).into_service();
    let failing = service_fn(async |_: Delivery| Err::<Reply, _>("out of order"));
    let failing = WebhookLayer::new(apps(), failing).on_failure(|_| FailureAnswer::Refuse);
    let failing = failing.into_service();
    for row in COMMANDS {
        let sample = testing::sample_body(row.command).expect("a sample");
        let (status, body) = ask(refusing.clone(), row.command, sample).await;
        if row.phase() == Phase::After {
            assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR, "{}", row.command);
            continue;
        }
        let wanted = ask(failing.clone(), row.command, sample).await;
        assert_eq!((status, body), wanted, "{}", row.command);
    }
    let unknown = "Cake.CallbackBeforeBake";
    let (_, body) = ask(refusing, unknown, "{\"a\":1}").await;
    assert_eq!(
        body,
        r#"{"ActionStatus":"OK","ErrorInfo":"","ErrorCode":1}"#
    );
}
