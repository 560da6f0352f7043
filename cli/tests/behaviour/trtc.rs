//! The other envelope: TRTC events, which sign their body, at the same address.

use bytes::Bytes;
use http::{Method, Request, StatusCode};
use serde_json::{Value, json};
use tower_tencent_webhook::{
    testing,
    trtc::{self, EVENTS},
};

use crate::{
    server::{app, now},
    support::{AFTER, Listen, Response, finish, run, send, tool},
};

const KEY: &str = "hushkey7";
const BOTH: [&str; 4] = ["--app", "7:hush", "--event-key", "7:hushkey7"];

/// A room's event, sent now, with white space that must not get lost.
fn room() -> Bytes {
    let now = now() * 1000;
    format!(
        "{{\n\t\"EventGroupId\":\t1,\n\t\"EventType\":\t103,\n\t\"CallbackTs\":\t{now},\n\t\"EventInfo\":\t{{\"RoomId\":12345,\"EventTs\":1700000000,\"UserId\":\"mei\",\"Role\":21,\"Own\":1}}\n}}"
    )
    .into()
}

async fn post(listen: &Listen, key: &str, body: &Bytes) -> Response {
    let request = Request::post(listen.url("/trtc"))
        .header("SdkAppId", "7")
        .header("Sign", trtc::sign(key, body));
    send(request.body(body.clone()).expect("a request")).await
}

#[tokio::test]
async fn every_sample_travels_from_trigger_to_listen() {
    let mut listen = Listen::start(&BOTH).await;
    let url = listen.url("/");
    for row in EVENTS {
        let sent = run(&[
            "trigger",
            row.command,
            "--to",
            &url,
            "--event-key",
            "7:hushkey7",
        ])
        .await;
        assert_eq!(sent.code, Some(0), "{sent:?}");
        assert!(
            sent.stdout.starts_with("200 OK\n{\"code\":0}\n"),
            "{sent:?}"
        );
        let line = listen.line().await;
        assert_eq!(
            (&line["command"], &line["kind"]),
            (&json!(row.command), &json!("event")),
            "{line}"
        );
        assert_eq!(
            (&line["sdk_app_id"], &line["end"]),
            (&json!(7), &json!("answered"))
        );
        assert!(
            line["event"]["EventType"].is_u64() && line["event"]["EventInfo"].is_object(),
            "{line}"
        );
    }
    let rows = listen.read("/deliveries").await;
    assert!(
        rows.as_array()
            .expect("rows")
            .iter()
            .all(|row| row["phase"] == "after")
    );
}

#[tokio::test]
async fn an_event_is_shown_typed_and_without_its_signature() {
    let listen = Listen::start(&BOTH).await;
    let body = room();
    let answered = post(&listen, KEY, &body).await;
    assert_eq!(
        (answered.status, &*answered.body),
        (StatusCode::OK, r#"{"code":0}"#)
    );
    let delivery = listen.read("/deliveries/1").await;
    assert_eq!(
        (&delivery["command"], &delivery["envelope"]),
        (&json!("TRTC.103"), &json!("trtc"))
    );
    assert_eq!(delivery["body"], std::str::from_utf8(&body).expect("UTF-8"));
    assert_eq!(delivery["event"]["EventInfo"]["UserId"], "mei");
    assert_eq!(delivery["untyped"], json!(["EventInfo.Own"]));
    assert_eq!(delivery["effect"]["kind"], "acknowledged");
    assert!(!delivery.to_string().contains(&trtc::sign(KEY, &body)));

    for (key, body, reason) in [
        ("guess", room(), "does not match"),
        (
            KEY,
            Bytes::from(testing::sample_body("TRTC.103").expect("a sample")),
            "",
        ),
    ] {
        let answered = post(&listen, key, &body).await;
        assert_eq!(answered.status, StatusCode::FORBIDDEN);
        let row = listen.newest().await;
        assert_eq!(
            (&row["end"], &row["sdk_app_id"]),
            (&json!("rejected"), &json!(7))
        );
        assert!(
            row["reason"].as_str().expect("a reason").contains(reason),
            "{row}"
        );
        assert!(row["advice"].is_string(), "{row}");
    }
}

#[tokio::test]
async fn an_event_is_sent_again_with_another_time_and_signature_only() {
    let listen = Listen::start(&BOTH).await;
    let body = room();
    post(&listen, KEY, &body).await;
    let old = String::from_utf8(body.to_vec()).expect("UTF-8");
    let again = listen.api(Method::POST, "/deliveries/1/resend", "{}").await;
    assert_eq!(again.status, StatusCode::ACCEPTED, "{}", again.body);
    let delivery = listen.read("/deliveries/2").await;
    assert_eq!(
        (&delivery["end"], &delivery["origin"]),
        (&json!("answered"), &json!("replay"))
    );
    let new = delivery["body"].as_str().expect("a text");
    let time = |body: &str| {
        let body: Value = serde_json::from_str(body).expect("JSON");
        body["CallbackTs"].to_string()
    };
    assert_eq!(new.replace(&time(new), &time(&old)), old);

    let trigger = json!({"command": "TRTC.101", "set": {"EventInfo.RoomId": 9}});
    let sent = listen
        .api(Method::POST, "/trigger", &trigger.to_string())
        .await;
    assert_eq!(sent.status, StatusCode::ACCEPTED, "{}", sent.body);
    assert_eq!(listen.read("/deliveries/3").await["end"], "answered");
}

#[tokio::test]
async fn an_event_is_forwarded_byte_for_byte_and_signed_anew() {
    let (address, got) = app(StatusCode::OK, "fine").await;
    let to = format!("http://{address}");
    let listen =
        Listen::start(&[&BOTH[..], &["--event-key", "7:oldkey", "--forward-to", &to]].concat())
            .await;
    let body = room();
    let answered = post(&listen, "oldkey", &body).await;
    assert_eq!((answered.status, &*answered.body), (StatusCode::OK, "fine"));
    let got = got.lock().expect("not poisoned")[0].clone();
    assert_eq!((got.uri.path(), &got.body), ("/trtc", &body));
    assert_eq!(
        (&got.headers["sdkappid"], &got.headers["sign"]),
        (
            &"7".parse().expect("a value"),
            &trtc::sign(KEY, &body).parse().expect("a value")
        )
    );
}

#[tokio::test]
async fn both_envelopes_are_recorded_and_replayed() {
    let directory = tempfile::tempdir().expect("a directory");
    let file = directory.path().join("recording.ndjson");
    let file = file.to_str().expect("UTF-8");
    let listen = Listen::start(&[&BOTH[..], &["--record", file]].concat()).await;
    post(&listen, KEY, &room()).await;
    let url = listen.url("/");
    run(&["trigger", AFTER, "--to", &url, "--app", "7:hush"]).await;
    assert_eq!(listen.stop().await.0, Some(0));
    let text = std::fs::read_to_string(file).expect("a recording");
    let first: Value = serde_json::from_str(text.lines().next().expect("a line")).expect("JSON");
    assert_eq!(
        (&first["envelope"], &first["query"]),
        (&json!("trtc"), &json!([]))
    );
    assert!(!text.contains("hush"), "{text}");

    let mut listen = Listen::start(&BOTH).await;
    let url = listen.url("/");
    let replay = [
        &["replay", file, "--to", &url, "--speed", "1000"][..],
        &BOTH,
    ]
    .concat();
    let ran = run(&replay).await;
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert_eq!(listen.line().await["command"], "TRTC.103");
    assert_eq!(listen.line().await["command"], AFTER);
    let without_key = run(&["replay", file, "--to", &url, "--app", "7:hush"]).await;
    assert_eq!(without_key.code, Some(2));
    assert!(
        without_key.stderr.contains("--event-key 7:KEY"),
        "{without_key:?}"
    );
}

#[tokio::test]
async fn one_protocols_secret_does_not_open_the_other() {
    let events = Listen::start(&["--event-key", "7:hushkey7"]).await;
    assert_eq!(post(&events, KEY, &room()).await.status, StatusCode::OK);
    let url = events.url("/");
    for app in ["7", "7:hush"] {
        let sent = run(&["trigger", AFTER, "--to", &url, "--app", app]).await;
        assert!(sent.stdout.starts_with("403"), "{sent:?}");
    }
    let url_only = Listen::start(&["--app", "7"]).await;
    let answered = post(&url_only, KEY, &room()).await;
    assert_ne!(answered.status, StatusCode::OK);
    let hidden = url_only.deliver(7, "TRTC.103", room()).await;
    assert_eq!(hidden.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn check_probes_a_receiver_of_events() {
    let listen = Listen::start(&BOTH).await;
    let url = listen.url("/");
    let ran = run(&[
        "check",
        "--to",
        &url,
        "--command",
        "TRTC.103",
        "--event-key",
        "7:hushkey7",
    ])
    .await;
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let skipped: Vec<_> = ran
        .stdout
        .lines()
        .filter(|line| line.starts_with("skip "))
        .collect();
    assert_eq!(skipped.len(), 4, "{ran:?}");
}

#[tokio::test]
async fn verify_checks_an_event_that_was_taken_down() {
    let directory = tempfile::tempdir().expect("a directory");
    let file = directory.path().join("event.json");
    let body = room();
    std::fs::write(&file, &body).expect("written");
    let file = file.to_str().expect("UTF-8");
    let sign = trtc::sign(KEY, &body);
    let verify = async |sign: &str, key: &str| {
        run(&[
            "verify",
            "--event",
            file,
            "--sign",
            sign,
            "--event-key",
            key,
        ])
        .await
    };
    let right = verify(&sign, "7:hushkey7").await;
    assert_eq!(
        (right.code, &*right.stdout),
        (Some(0), "ok app\nok sign\nok time\nok command\n")
    );
    let wrong = verify(&sign, "7:otherkey").await;
    assert_eq!(wrong.code, Some(1));
    assert!(
        wrong.stdout.contains("BAD sign: Sign does not match"),
        "{wrong:?}"
    );
    assert!(!wrong.stdout.contains(&sign), "{wrong:?}");
    assert_eq!(verify("short", "7:hushkey7").await.code, Some(1));
    let old = testing::sample_body("TRTC.103").expect("a sample");
    std::fs::write(file, old).expect("written");
    let stale = verify(&trtc::sign(KEY, old.as_bytes()), "7:hushkey7").await;
    assert!(stale.stdout.contains("BAD time: sent "), "{stale:?}");
}

#[tokio::test]
async fn an_answer_is_waited_for_as_long_as_trtc_does() {
    let listen = Listen::start(&BOTH).await;
    let rule = json!({"do": "delay", "ms": 3000}).to_string();
    let set = listen.api(Method::PUT, "/rules/TRTC.103", &rule).await;
    assert_eq!(set.status, StatusCode::NO_CONTENT);
    let trigger = json!({"command": "TRTC.103"}).to_string();
    let sent = listen.api(Method::POST, "/trigger", &trigger).await;
    assert_eq!(sent.status, StatusCode::ACCEPTED, "{}", sent.body);
    assert_eq!(listen.newest().await["end"], "answered");
}

#[tokio::test]
async fn the_key_may_come_from_a_file() {
    let directory = tempfile::tempdir().expect("a directory");
    let file = directory.path().join("keys");
    std::fs::write(&file, "7:hushkey7\n").expect("written");
    let mut command = tool(&["listen"]);
    command.env("TENCENT_WEBHOOK_EVENT_KEYS_FILE", &file);
    let listen = Listen::spawn(command).await;
    let mut command = tool(&["trigger", "TRTC.103", "--to", &listen.url("/")]);
    command.env("TENCENT_WEBHOOK_EVENT_KEYS_FILE", &file);
    let sent = finish(command).await;
    assert_eq!(sent.code, Some(0), "{sent:?}");
}
