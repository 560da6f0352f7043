//! Part H: events of TRTC, whose app is in a header and whose body is signed.

use bytes::Bytes;
use http::StatusCode;
use tower_tencent_webhook::{
    App, Auth, ConfigError, Delivery,
    outcome::{FailureKind, Rejection},
    signature::SignatureError,
    testing, trtc,
};

use super::{
    case::{Case, Row},
    site::Site,
};
use crate::support::{APP, KEY, NOW, OPEN_APP, OTHER_APP, OTHER_KEY};

/// An event that is sent at [`NOW`], in milliseconds.
fn body() -> String {
    sent(NOW * 1000)
}

fn sent(millis: u64) -> String {
    let body = testing::sample_body("TRTC.103").expect("a documented event");
    let body = trtc::sent_at(
        body.as_bytes(),
        tower_tencent_webhook::value::UnixMillis(millis),
    );
    String::from_utf8(body).expect("text")
}

/// An event of the app with its key.
fn signed(name: impl Into<String>, body: impl Into<Bytes>) -> Case {
    let body = body.into();
    let sign = trtc::sign(KEY, &body);
    Case::event(name, [app(APP), ("Sign", sign)], body)
}

/// An event of the app with this header.
fn with_sign(sign: impl Into<String>) -> Case {
    let sign = sign.into();
    Case::event(sign.clone(), [app(APP), ("Sign", sign)], body())
}

fn app(id: u64) -> (&'static str, String) {
    ("SdkAppId", id.to_string())
}

fn right_sign() -> String {
    trtc::sign(KEY, body().as_bytes())
}

fn forbidden(error: SignatureError) -> Rejection {
    Rejection::Signature(error)
}

fn is_event(delivery: &Delivery) {
    assert_eq!(delivery.command(), "TRTC.103");
    assert_eq!(delivery.auth(), Auth::Token);
}

pub(crate) async fn an_app_in_the_header_twice_or_malformed_is_bad(row: &mut Row) {
    let app_id = APP.to_string();
    let twice = [(app_id.clone(), app_id), (APP.to_string(), "1".to_owned())];
    row.check(twice.map(|(one, other)| {
        let sign = ("sign", right_sign());
        let headers = [("SdkAppId", one), ("sdkappid", other.clone()), sign];
        Case::event(format!("twice, {other}"), headers, body()).rejected(Rejection::MalformedHeader)
    }))
    .await;
    let padded = format!("0{APP}");
    for id in [
        "",
        "+1",
        "-1",
        "0x1",
        "1.0",
        "1e9",
        "1 2",
        "1,2",
        "%31",
        "one",
        "１",
        &padded,
        "18446744073709551616",
        "\"1\"",
    ] {
        let headers = [("SdkAppId", id.to_owned()), ("Sign", right_sign())];
        let case = Case::event(id, headers, body()).rejected(Rejection::MalformedHeader);
        row.check([case]).await;
    }
}

pub(crate) async fn an_app_in_the_header_that_is_not_configured_is_forbidden(row: &mut Row) {
    row.check(["0", "1", "18446744073709551615"].map(|id| {
        let headers = [("SdkAppId", id.to_owned()), ("Sign", right_sign())];
        Case::event(id, headers, body()).rejected(Rejection::UnknownApp)
    }))
    .await;
    // Configured, but without a key.
    let case = Case::event("no key", [app(OPEN_APP), ("Sign", right_sign())], body());
    row.check([case.rejected(forbidden(SignatureError::NoSecret))])
        .await;
}

pub(crate) async fn a_sign_that_cannot_be_right_is_forbidden_unread(row: &mut Row) {
    let missing = forbidden(SignatureError::Missing);
    let malformed = forbidden(SignatureError::Malformed);
    row.check([
        Case::event("no sign", [app(APP)], body()).rejected(missing),
        with_sign("").rejected(missing),
        with_sign(right_sign())
            .header("sign", &right_sign())
            .rejected(malformed),
        with_sign(right_sign())
            .header("SIGN", "x")
            .rejected(malformed),
    ])
    .await;
    let right = right_sign();
    for sign in [
        "a".to_owned(),
        right.trim_end_matches('=').to_owned(),
        format!("{right}="),
        format!("={}", &right[..43]),
        // Of the right length, with one character of another alphabet.
        format!("-{}", &right[1..]),
        format!("_{}", &right[1..]),
        format!("!{}", &right[1..]),
        format!("{} {}", &right[..20], &right[21..]),
        // Bits after the last byte.
        format!("{}B=", "A".repeat(42)),
        "A".repeat(44),
        "0".repeat(64),
        "é".repeat(22),
    ] {
        row.check([with_sign(sign).rejected(malformed)]).await;
    }
}

pub(crate) async fn a_sign_of_another_key_or_body_is_forbidden(row: &mut Row) {
    let wrong = forbidden(SignatureError::Wrong);
    let body = body();
    let case = |name: &str, key: &str, signed: &str, sent: &str| {
        let sign = trtc::sign(key, signed.as_bytes());
        Case::event(name, [app(APP), ("Sign", sign)], sent.to_owned())
    };
    let value: serde_json::Value = serde_json::from_str(&body).expect("JSON");
    let again = value.to_string();
    let byte = body.replacen("amara", "amars", 1);
    row.check([
        case("right", KEY, &body, &body).handled(is_event),
        case("the other app's key", OTHER_KEY, &body, &body).unproved(wrong),
        case("a prefix of the key", &KEY[1..], &body, &body).unproved(wrong),
        case("one byte changed", KEY, &body, &byte).unproved(wrong),
        case("one byte more", KEY, &body, &format!("{body} ")).unproved(wrong),
        case("one byte less", KEY, &body, body.trim_end()).unproved(wrong),
        case("written again", KEY, &body, &again).unproved(wrong),
        case("no body", KEY, &body, "").unproved(wrong),
        case("nothing parsed that nobody signed", KEY, &body, "[[[[").unproved(wrong),
    ])
    .await;
    // Signed with its own key, sent as another app's.
    let sign = trtc::sign(OTHER_KEY, body.as_bytes());
    let case = Case::event("of the other app", [app(OTHER_APP), ("Sign", sign)], body);
    row.check([case.handled(is_event)]).await;
}

pub(crate) async fn a_time_of_sending_outside_the_window_is_forbidden(row: &mut Row) {
    let stale = forbidden(SignatureError::Stale);
    let now = NOW * 1000;
    let window = 300_000;
    for (name, millis, fresh) in [
        ("now", now, true),
        ("oldest", now - window, true),
        ("newest", now + window, true),
        ("too old", now - window - 1, false),
        ("of the future", now + window + 1, false),
        ("of 1970", 0, false),
        ("of no age", u64::MAX, false),
        ("in seconds", NOW, false),
    ] {
        let bare = sent(millis);
        let quoted = bare.replace(&format!(": {millis},"), &format!(": \"{millis}\","));
        let renamed = bare.replace("\"CallbackTs\"", "\"CallbackMsTs\"");
        for body in [bare, quoted, renamed] {
            let case = signed(name, body);
            row.check([if fresh {
                case.handled(is_event)
            } else {
                case.unproved(stale)
            }])
            .await;
        }
    }
    for time in [
        "",
        "\"CallbackTs\":null,",
        "\"CallbackTs\":\"\",",
        "\"callbackts\":1,",
    ] {
        let body = format!(r#"{{{time}"EventType":103,"EventInfo":{{"RoomId":1,"UserId":"u"}}}}"#);
        row.check([signed(format!("no time, {time}"), body).unproved(stale)])
            .await;
    }
    // Of two spellings, the newer decides.
    let both = sent(now).replacen('{', "{\"CallbackMsTs\":1,", 1);
    row.check([signed("both spellings", both).handled(is_event)])
        .await;
}

/// An event at [`NOW`] with these members.
fn members(members: &str) -> String {
    format!(r#"{{"CallbackTs":{},{members}}}"#, NOW * 1000)
}

pub(crate) async fn the_type_of_the_body_decides(row: &mut Row) {
    let info = r#""EventInfo":{"RoomId":1,"UserId":"u"}"#;
    for group in [
        "",
        "\"EventGroupId\":4,",
        "\"EventGroupId\":99,",
        "\"EventGroupId\":\"9\",",
    ] {
        let body = members(&format!(r#"{group}"EventType":103,{info}"#));
        row.check([signed(group, body).handled(is_event)]).await;
    }
    for (kind, command) in [
        ("", "TRTC."),
        ("\"EventType\":null,", "TRTC."),
        ("\"EventType\":\"\",", "TRTC."),
        ("\"EventType\":0,", "TRTC.0"),
        ("\"EventType\":907,", "TRTC.907"),
        ("\"EventType\":\"0103\",", "TRTC.103"),
    ] {
        let body = members(&format!("{kind}{info}"));
        let case = signed(kind, body);
        row.check([match command {
            "TRTC." => case.handled(|delivery| assert_eq!(delivery.command(), "TRTC.")),
            "TRTC.0" => case.handled(|delivery| assert_eq!(delivery.command(), "TRTC.0")),
            "TRTC.907" => case.handled(|delivery| assert_eq!(delivery.command(), "TRTC.907")),
            _ => case.handled(is_event),
        }])
        .await;
    }
}

pub(crate) async fn an_event_that_cannot_be_read_is_a_failure(row: &mut Row) {
    let undecodable =
        |name: &str, body: &[u8]| signed(name, body.to_vec()).failed(FailureKind::Undecodable);
    // What decides which event it is.
    for text in [
        "",
        " ",
        "{",
        "[]",
        "null",
        "5",
        "\"x\"",
        "{} x",
        "\u{feff}{}",
        "{\"EventType\":NaN}",
    ] {
        row.check([undecodable(text, text.as_bytes())]).await;
    }
    row.check([
        undecodable("no UTF-8", b"{\"EventType\":\"\xff\"}"),
        undecodable("UTF-16", b"\xff\xfe{\0}\0"),
    ])
    .await;
    for head in [
        r#""EventType":1.5"#,
        r#""EventType":-1"#,
        r#""EventType":1e400"#,
        r#""EventType":"one""#,
        r#""EventType":[103]"#,
        r#""EventType":true"#,
        r#""EventType":18446744073709551616"#,
        r#""EventType":103,"EventType":103"#,
        r#""EventType":103,"Event\u0054ype":104"#,
        r#""EventType":103,"CallbackTs":1669872112000"#,
    ] {
        row.check([undecodable(head, members(head).as_bytes())])
            .await;
    }
    row.check([undecodable(
        "odd time",
        br#"{"CallbackTs":"yesterday","EventType":103}"#,
    )])
    .await;
    // What the event itself reads: typed, one way or the other.
    for head in [
        r#""EventType":103"#,
        r#""EventType":103,"EventInfo":null"#,
        r#""EventType":103,"EventInfo":[]"#,
        r#""EventType":103,"EventInfo":[1,2,3,"u"]"#,
        r#""EventType":103,"EventInfo":{}"#,
        r#""EventType":103,"EventInfo":{"RoomId":1}"#,
        r#""EventType":103,"EventInfo":{"UserId":"u"}"#,
        r#""EventType":103,"EventInfo":{"RoomId":1.5,"UserId":"u"}"#,
        r#""EventType":103,"EventInfo":{"RoomId":1,"UserId":"u","UserId":"u"}"#,
        r#""EventType":103,"EventInfo":{"RoomId":1,"UserId":"u","Role":"anchor"}"#,
        r#""EventType":103,"EventInfo":{"RoomId":1,"UserId":"u"},"EventInfo":{}"#,
    ] {
        let case = undecodable(head, members(head).as_bytes());
        row.check([case.clone(), case.stack(Site::typed_events)])
            .await;
    }
}

pub(crate) async fn what_a_user_can_write_does_not_hide_an_event(row: &mut Row) {
    let deep = format!("{}{}", "[".repeat(5000), "]".repeat(5000));
    for (name, info) in [
        (
            "a lone surrogate",
            r#""RoomId":"a\ud83d","UserId":"\udc00u""#.to_owned(),
        ),
        (
            "an id of digits",
            r#""RoomId":1,"UserId":18446744073709551615"#.to_owned(),
        ),
        (
            "deep in an unread field",
            format!(r#""RoomId":1,"UserId":"u","Tide":{deep}"#),
        ),
        (
            "a huge number",
            format!(r#""RoomId":1,"UserId":"u","Tide":{}"#, "9".repeat(1000)),
        ),
    ] {
        let body = members(&format!(r#""EventType":103,"EventInfo":{{{info}}}"#));
        let case = signed(name, body).limit(65536).handled(is_event);
        row.check([case.clone(), case.stack(Site::typed_events)])
            .await;
    }
}

pub(crate) async fn the_head_and_the_body_of_an_event_are_as_limited(row: &mut Row) {
    let encoded = |coding: &str| signed(coding, body()).header("content-encoding", coding);
    row.check([
        encoded("gzip").rejected(Rejection::EncodedBody),
        encoded("identity").handled(is_event),
        signed("any type", body())
            .header("content-type", "text/plain")
            .handled(is_event),
        signed("too long", body())
            .limit(100)
            .rejected(Rejection::BodyTooLarge),
        signed("as long as may be", body())
            .limit(body().len())
            .handled(is_event),
        signed("frames", body())
            .chunked(body().into_bytes().chunks(7).map(<[u8]>::to_vec))
            .handled(is_event),
        signed("too many frames", body())
            .limit(100)
            .chunked(body().into_bytes().chunks(7).map(<[u8]>::to_vec))
            .unproved(Rejection::BodyTooLarge),
        signed("another method", body()).method("PUT").passed(),
        signed("mounted", body())
            .stack(Site::mounted)
            .handled(is_event),
        signed("mounted, another method", body())
            .method("PUT")
            .stack(Site::mounted)
            .not_a_webhook(StatusCode::METHOD_NOT_ALLOWED),
        Case::event("mounted, no app", [("Sign", right_sign())], body())
            .stack(Site::mounted)
            .not_a_webhook(StatusCode::BAD_REQUEST),
        Case::event("no app", [("Sign", right_sign())], body()).passed(),
    ])
    .await;
}

pub(crate) async fn everything_forbidden_of_an_event_looks_the_same(row: &mut Row) {
    let wrong = |key: &str, app_id, body: String| {
        let sign = trtc::sign(key, body.as_bytes());
        Case::event("", [app(app_id), ("Sign", sign)], body)
    };
    for way in row.ways() {
        let mut answers = Vec::new();
        for case in [
            Case::event("", [app(APP)], body()),
            Case::event("", [app(1)], body()),
            Case::event("", [app(OPEN_APP)], body()),
            with_sign("x"),
            wrong("guess", APP, body()),
            wrong(KEY, OTHER_APP, body()),
            wrong(KEY, APP, sent(0)),
        ] {
            let case = case.unproved(Rejection::UnknownApp);
            let site = case.site();
            answers.push(site.start(way, &case).await.send(&case).await);
        }
        let first = &answers[0];
        assert_eq!(
            (first.status, first.text()),
            (StatusCode::FORBIDDEN, "Forbidden")
        );
        for answer in &answers {
            assert_eq!(
                (&answer.head, &answer.body),
                (&first.head, &first.body),
                "{way:?}"
            );
        }
    }
}

pub(crate) async fn one_key_for_two_apps_is_not_configured(row: &mut Row) {
    row.no_tower("a matter of the configuration");
    row.no_socket("a matter of the configuration");
    let app = |id| App::events_only(id, KEY).expect("a key");
    let error = tower_tencent_webhook::Apps::new([app(APP), app(OTHER_APP)]).expect_err("shared");
    assert_eq!(error, ConfigError::SharedEventKey(APP, OTHER_APP));
}
