//! A repeat has the key of the first, and two events never share a key.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex},
    time::{Duration, UNIX_EPOCH},
};

use bytes::Bytes;
use http_body_util::Full;
use serde_json::{Value, json};
use tower::ServiceExt;
use tower_tencent_webhook::{
    App, Delivery, EventKey, Handlers, Phase, WebhookLayer, event::COMMANDS, reply::Ack,
    signature::sign, testing, trtc,
};

const APP: u64 = 1_400_000_000;
const GROUP: &str = "Group.CallbackAfterSendMsg";

/// The key of a body that a service would be handed.
fn key(command: &str, body: impl ToString) -> Option<EventKey> {
    testing::undecoded(command, body.to_string()).event_key()
}

fn sample(command: &str) -> Value {
    let body = testing::sample_body(command).expect("a sample");
    serde_json::from_str(body).expect("JSON")
}

/// The sample with another value at a path.
fn with(command: &str, path: &str, value: impl Into<Value>) -> Value {
    let mut body = sample(command);
    let (parent, name) = path.rsplit_once('/').expect("a path");
    body.pointer_mut(parent).expect("a parent")[name] = value.into();
    body
}

fn without(command: &str, name: &str) -> Value {
    let mut body = sample(command);
    body.as_object_mut().expect("an object").remove(name);
    body
}

/// The key that a handler sees of a request at this time.
async fn key_seen(app: u64, time: u64, request: http::Request<Full<Bytes>>) -> Option<EventKey> {
    let seen = Arc::new(Mutex::new(None));
    let see = Arc::clone(&seen);
    let handlers = Handlers::new().fallback(move |delivery: Delivery| {
        *see.lock().expect("a lock") = Some(delivery.event_key());
        async { Ack }
    });
    let app = App::signed(app, "token").expect("an app");
    let service = WebhookLayer::new(app.event_key("TheKey7").expect("a key"), handlers)
        .clock(move || UNIX_EPOCH + Duration::from_secs(time))
        .into_service();
    let response = service.oneshot(request).await.expect("a response");
    assert_eq!(response.status(), 200);
    let key = seen.lock().expect("a lock").take();
    key.expect("the handler was called")
}

/// The key that a handler sees of a request with this query.
async fn key_of_request(app: u64, query: &str, time: u64, body: &str) -> Option<EventKey> {
    let sign = sign("token", time);
    let uri = format!("/?Sign={sign}&RequestTime={time}&SdkAppid={app}&{query}");
    let request = http::Request::post(uri).body(Full::from(body.to_owned()));
    key_seen(app, time, request.expect("a request")).await
}

/// The key that a handler sees of an event of TRTC that is sent at this time.
async fn key_of_event(time: u64, body: &str) -> Option<EventKey> {
    let request = testing::TrtcRequest::new(APP)
        .signed("TheKey7")
        .sent_at(UNIX_EPOCH + Duration::from_secs(time))
        .body::<Vec<u8>>(body);
    key_seen(APP, time, request.map(Full::from)).await
}

#[tokio::test]
async fn a_webhook_that_is_sent_again_has_one_key_or_none() {
    let mut keys = HashSet::new();
    for row in COMMANDS {
        for shape in testing::shapes(row.command) {
            let query = format!(
                "CallbackCommand={}&ClientIP=10.0.0.1&OptPlatform=iOS",
                row.command
            );
            let first = key_of_request(APP, &query, 1_794_960_000, shape.body).await;
            let query = format!(
                "contenttype=json&ClientIP=10.0.0.2&CallbackCommand={}",
                row.command
            );
            let again = key_of_request(APP, &query, 1_794_960_012, shape.body).await;
            assert_eq!(first, again, "{} {}", row.command, shape.name);
            if let ("full", Some(key)) = (shape.name, first) {
                assert!(
                    keys.insert(key),
                    "{} {} has the key of another",
                    row.command,
                    shape.name
                );
            }
        }
    }
    let after = COMMANDS.iter().filter(|row| row.phase() == Phase::After);
    assert_eq!(keys.len(), after.count() - KEYLESS.len());
}

#[tokio::test]
async fn an_event_of_trtc_that_is_sent_again_has_one_key_or_none() {
    let mut keys = HashSet::new();
    for row in trtc::EVENTS {
        for shape in testing::shapes(row.command) {
            let first = key_of_event(1_794_960_000, shape.body).await;
            let again = key_of_event(1_794_960_010, shape.body).await;
            assert_eq!(first, again, "{} {}", row.command, shape.name);
            if let ("full", Some(key)) = (shape.name, first) {
                assert!(
                    keys.insert(key),
                    "{} {} has the key of another",
                    row.command,
                    shape.name
                );
            }
        }
    }
    assert_eq!(keys.len(), trtc::EVENTS.len());
}

/// The fields of a message's identity, by command, besides `MsgBody`.
const IDENTITIES: &[(&str, &[&str], &[&str])] = &[
    (
        GROUP,
        &["GroupId", "From_Account", "MsgSeq"],
        &["TopicId", "MsgTime", "Random"],
    ),
    (
        "Bot.OnGroupMessage",
        &["GroupId", "From_Account", "MsgSeq"],
        &["TopicId", "MsgTime", "Random", "AtRobots_Account"],
    ),
    (
        "C2C.CallbackAfterSendMsg",
        &["From_Account", "To_Account", "MsgKey"],
        &["SendMsgResult"],
    ),
    (
        "Bot.OnC2CMessage",
        &["From_Account", "To_Account", "MsgKey"],
        &["SendMsgResult"],
    ),
    (
        "OfficialAccount.CallbackAfterSendMsg",
        &["Official_Account", "MsgKey"],
        &[],
    ),
];

#[test]
fn every_field_of_an_identity_and_the_message_change_the_key() {
    for (command, needs, also) in IDENTITIES {
        let mut keys = HashSet::from([key(command, sample(command)).expect("a key")]);
        for field in [
            *needs,
            *also,
            &["MsgBody", "CloudCustomData", "GroupAtInfo"],
        ]
        .concat()
        {
            let changed = with(command, &format!("/{field}"), "91");
            let key = key(command, changed).expect("a key");
            assert!(keys.insert(key), "{command} {field}");
        }
    }
}

#[test]
fn what_is_no_part_of_an_identity_does_not_change_the_key() {
    for (command, ..) in IDENTITIES {
        let first = key(command, sample(command));
        for field in ["EventTime", "OnlineOnlyFlag", "UnreadMsgNum"] {
            let changed = with(command, &format!("/{field}"), "91");
            assert_eq!(key(command, changed), first, "{command} {field}");
        }
    }
}

#[test]
fn a_number_and_the_same_in_quotes_are_one() {
    let bare = key(GROUP, with(GROUP, "/MsgSeq", 5));
    assert!(bare.is_some());
    assert_eq!(key(GROUP, with(GROUP, "/MsgSeq", "5")), bare);
    assert_ne!(key(GROUP, with(GROUP, "/MsgSeq", "05")), bare);
}

#[test]
fn zero_and_the_empty_text_are_no_identity() {
    for (command, needs, _) in IDENTITIES {
        for field in *needs {
            for none in [json!(0), json!("0"), json!(""), json!(-1), Value::Null] {
                let mut body = with(command, &format!("/{field}"), none);
                let whole = key(command, &body).expect("the key of the whole body");
                body["OnlineOnlyFlag"] = json!("other");
                assert_ne!(key(command, &body), Some(whole), "{command} {field}");
                body["EventTime"] = json!(1_794_960_000_000_u64);
                assert_eq!(key(command, &body), None, "{command} {field}");
            }
        }
    }
}

#[test]
fn a_forged_message_with_a_true_identity_does_not_have_its_key() {
    for (command, ..) in IDENTITIES {
        let forged = with(
            command,
            "/MsgBody/0/MsgContent",
            json!({"Text": "never said"}),
        );
        assert_ne!(
            key(command, forged),
            key(command, sample(command)),
            "{command}"
        );
    }
    // A second value of a field, which some readers take for the true one.
    let body = testing::sample_body(GROUP).expect("a sample");
    let twice = body.replacen('{', "{\"MsgBody\": [],", 1);
    assert_ne!(key(GROUP, twice), key(GROUP, body));
}

#[tokio::test]
async fn two_apps_never_share_a_key_and_two_names_of_a_command_do() {
    let query = format!("CallbackCommand={GROUP}");
    let body = testing::sample_body(GROUP).expect("a sample");
    let one = key_of_request(APP, &query, 1_794_960_000, body).await;
    let other = key_of_request(APP + 1, &query, 1_794_960_000, body).await;
    assert_ne!(one, other);

    let row = COMMANDS
        .iter()
        .find(|row| row.command == "Live.CallbackAfterMemberStateChanged");
    let row = row.expect("a row");
    let body = testing::sample_body(row.command).expect("a sample");
    let first = key(row.command, body);
    assert!(first.is_some());
    assert_eq!(key(row.aliases[0], body), first);
}

/// Events of which several may have the same body within a second.
const KEYLESS: &[&str] = &[
    "Group.CallbackOnMemberStateChange",
    "Group.CallbackAfterCreateTopic",
    "Group.CallbackAfterTopicDestroyed",
    "Group.CallbackAfterTopicInfoChanged",
    "Sns.CallbackFriendAdd",
    "Sns.CallbackFriendDelete",
    "Sns.CallbackBlackListAdd",
    "Sns.CallbackBlackListDelete",
    "Push.OfflinePush",
    "Push.AllMemberPush",
    "Alert.RequestOverLimit",
];

#[test]
fn on_off_and_on_again_within_a_second_are_three_events() {
    for command in KEYLESS {
        for shape in testing::shapes(command) {
            assert_eq!(key(command, shape.body), None, "{command} {}", shape.name);
        }
    }
    // Times in whole seconds, as seconds or multiplied, tell no order within one.
    for row in COMMANDS.iter().filter(|row| row.phase() == Phase::After) {
        let timed = IDENTITIES
            .iter()
            .all(|(command, ..)| *command != row.command)
            && !row.command.contains("Record")
            && row.command != "ContentCallback.ResultNotify";
        for time in [
            json!(1_794_960_000),
            json!(1_794_960_000_000_u64),
            json!("1794960000000"),
        ] {
            let body = with(row.command, "/EventTime", time);
            assert!(
                !timed || key(row.command, body).is_none(),
                "{}",
                row.command
            );
        }
    }
    let seats = with(
        "Mic.CallbackAfterSeatInfoChanged",
        "/EventTime",
        1_794_960_000_001_u64,
    );
    assert!(key("Mic.CallbackAfterSeatInfoChanged", seats).is_some());
}

#[test]
fn before_webhooks_have_no_key() {
    for row in COMMANDS.iter().filter(|row| row.phase() == Phase::Before) {
        assert_eq!(
            key(row.command, sample(row.command)),
            None,
            "{}",
            row.command
        );
    }
}

#[test]
fn an_unknown_command_is_known_by_its_body_if_that_holds_its_time() {
    let body = json!({"EventTime": 1_794_960_000_123_u64, "Tide": 1});
    assert!(key("Group.CallbackAfterTide", &body).is_some());
    assert_ne!(
        key("Group.CallbackAfterTide", &body),
        key("Group.CallbackAfterEbb", &body)
    );
    let nested = json!({"RoomInfo": {"EventTime": "1794960000123"}});
    assert!(key("Live.CallbackAfterTide", nested).is_some());
    for none in [
        "",
        "[]",
        "{",
        "{}",
        "\u{feff}{}",
        "{\"EventTime\":[]}",
        "{\"RoomInfo\":5}",
    ] {
        assert_eq!(key("Group.CallbackAfterTide", none), None, "{none}");
    }
}

#[test]
fn a_recording_is_known_by_its_event_and_not_by_the_time_of_sending() {
    for (command, event) in [
        ("Live.CallbackAfterCloudRecordingChanged", ""),
        ("Call.CallbackAfterRecordChanged", "/Callback"),
        ("TRTC.301", ""),
    ] {
        let first = key(command, sample(command));
        assert!(first.is_some(), "{command}");
        let set =
            |path: &str, value: u64| key(command, with(command, &format!("{event}{path}"), value));
        assert_eq!(set("/CallbackTs", 1_794_961_500_001), first, "{command}");
        assert_ne!(set("/EventType", 302), first, "{command}");
        assert_ne!(
            set("/EventInfo/EventMsTs", 1_794_961_500_001),
            first,
            "{command}"
        );
        assert_eq!(
            set("/EventInfo/EventMsTs", 1_794_961_500_000),
            None,
            "{command}"
        );
    }
}

#[test]
fn a_screenshot_is_known_by_its_id() {
    let first = key("TRTC.601", sample("TRTC.601"));
    let set = |path, value: &str| key("TRTC.601", with("TRTC.601", path, value));
    assert_eq!(set("/EventInfo/msg", "other"), first);
    assert_ne!(set("/EventInfo/eventID", "other"), first);
    assert_eq!(set("/EventInfo/eventID", ""), None);
}

#[test]
fn a_review_without_an_id_has_no_key() {
    const REVIEW: &str = "ContentCallback.ResultNotify";
    assert!(key(REVIEW, sample(REVIEW)).is_some());
    assert_eq!(key(REVIEW, without(REVIEW, "CtxcbRequestId")), None);
    assert_ne!(
        key(REVIEW, with(REVIEW, "/MsgID", "7")),
        key(REVIEW, sample(REVIEW))
    );
}

#[test]
fn deep_and_long_bodies_are_read_like_others() {
    let deep = format!(
        "{{\"Callback\":{}{}}}",
        "[".repeat(500_000),
        "]".repeat(500_000)
    );
    assert_eq!(key("Call.CallbackAfterRecordChanged", deep), None);
    let nested = "{\"Callback\":".repeat(100_000) + "5" + &"}".repeat(100_000);
    assert_eq!(key("Call.CallbackAfterRecordChanged", nested), None);
    let halves = with(GROUP, "/GroupId", "@")
        .to_string()
        .replace("\"@\"", "\"\\ud83d\"");
    assert!(key(GROUP, &halves).is_some());
    assert_ne!(
        key(GROUP, halves.replace("\\ud83d", "\\ud83e")),
        key(GROUP, halves)
    );
}

/// A key is stored, so it must be the same in every release.
#[test]
fn the_keys_of_this_version_do_not_change() {
    let keys = [
        GROUP,
        "Live.CallbackAfterCreateRoom",
        "TRTC.101",
        "TRTC.601",
    ]
    .map(|command| key(command, testing::sample_body(command).expect("a sample")));
    let keys = keys.map(|key| key.expect("a key").to_string()[..16].to_owned());
    assert_eq!(
        keys,
        [
            "bcfd5d1f31eeda6d",
            "e14e1254df978fac",
            "14ffd72ffb20069d",
            "43ff1a8abc1eee1d"
        ]
    );
}
