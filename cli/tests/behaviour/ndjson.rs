//! What `listen` prints on stdout, and that a slow or missing reader harms nobody.

use std::collections::BTreeSet;

use http::StatusCode;
use serde_json::{Value, json};
use tower_tencent_webhook::{
    event::{COMMANDS, Event},
    reply::ReplyKind,
    testing::{self, WebhookRequest},
    trtc::EVENTS,
};

use crate::support::{AFTER, BEFORE, Listen, MESSAGE, OK, run, tool};

#[tokio::test]
async fn a_signed_sample_travels_from_trigger_to_listen() {
    let mut command = tool(&["listen"]);
    command.env(
        "TENCENT_WEBHOOK_APPS",
        "7=insecure-unsigned\n 1400000000:hush",
    );
    let mut listen = Listen::spawn(command).await;
    let url = listen.url("/any/path");

    for (id, row) in (1..).zip(COMMANDS) {
        let sent = run(&[
            "trigger",
            row.command,
            "--to",
            &url,
            "--app",
            "1400000000:hush",
        ])
        .await;
        assert_eq!(sent.code, Some(0), "{sent:?}");
        let passed = match row.reply_kind {
            ReplyKind::Friends => OK.replace('0', "38000"),
            ReplyKind::Signal => OK.replace('0', "1"),
            _ => OK.to_owned(),
        };
        assert!(
            sent.stdout.starts_with(&format!("200 OK\n{passed}\n")),
            "{sent:?}"
        );

        let sample = testing::sample_body(row.command).expect("a sample");
        let event = Event::decode(row.command, sample.as_bytes()).expect("decodes");
        let mut line = listen.line().await;
        assert!(line["received"].take().is_u64());
        assert_eq!(
            line,
            json!({
                "id": id,
                "received": null,
                "command": row.command,
                "sdk_app_id": 1_400_000_000,
                "client_ip": "127.0.0.1",
                "platform": "RESTAPI",
                "kind": "event",
                "event": event,
                "reason": null,
                "raw": null,
                "end": "answered",
            })
        );
    }
    let (code, lines, log) = listen.stop().await;
    assert_eq!((code, lines.len()), (Some(0), 0));
    assert!(
        log.contains("app 7 has no token") && !log.contains("hush"),
        "{log}"
    );
}

#[tokio::test]
async fn a_line_has_the_typed_event_or_the_raw_json_or_the_raw_text() {
    let mut listen = Listen::start(&["--app", "7"]).await;

    let typed = "{\r\n\"GroupId\":\"g\",\"Type\":\"Live\",\"From_Account\":5,\"Own\":1,\n\"MsgBody\":[{\n\"MsgType\":\"Odd\"\r\n}]}";
    assert_eq!(listen.deliver(7, AFTER, typed).await.status, StatusCode::OK);
    let line = listen.line().await;
    assert_eq!(
        (&line["kind"], &line["end"]),
        (&json!("event"), &json!("answered"))
    );
    assert_eq!(line["event"]["From_Account"], "5");
    assert_eq!(line["event"]["MsgBody"], json!([{"MsgType": "Odd"}]));
    assert_eq!(line["event"].get("Own"), None);

    let unknown = listen.deliver(7, "New.One", "{\"a\":\r\n [1,\n2]}").await;
    assert_eq!(unknown.status, StatusCode::OK);
    let line = listen.line().await;
    assert_eq!(
        (&line["kind"], &line["event"]),
        (&json!("unknown"), &json!({"a": [1, 2]}))
    );
    assert_eq!(
        (&line["reason"], &line["raw"]),
        (&Value::Null, &Value::Null)
    );

    let undecodable = listen.deliver(7, AFTER, "{\"GroupId\":\n{}}").await;
    assert_eq!(undecodable.status, StatusCode::BAD_REQUEST);
    let line = listen.line().await;
    assert_eq!(
        (&line["kind"], &line["event"], &line["raw"], &line["end"]),
        (
            &json!("undecodable"),
            &json!({"GroupId": {}}),
            &Value::Null,
            &json!("failed")
        )
    );
    let reason = line["reason"].as_str().expect("a reason");
    assert!(reason.contains("GroupId"), "{reason}");

    for (command, kind, status) in [
        (AFTER, "undecodable", StatusCode::BAD_REQUEST),
        ("New.One", "unknown", StatusCode::OK),
    ] {
        let answered = listen.deliver(7, command, &b"{\xff\n\"a"[..]).await;
        assert_eq!(answered.status, status);
        let line = listen.line().await;
        assert_eq!(
            (&line["kind"], &line["event"], &line["raw"]),
            (&json!(kind), &Value::Null, &json!("{\u{fffd}\n\"a"))
        );
        assert_eq!(line["reason"].is_null(), kind == "unknown");
    }
    assert_eq!(listen.stop().await.0, Some(0));
}

#[tokio::test]
async fn what_is_not_a_delivery_is_printed_if_all_is_asked_for() {
    let mut some = Listen::start(&["--app", "7:hush"]).await;
    let mut all = Listen::start(&["--app", "7:hush", "--json-all"]).await;
    for listen in [&some, &all] {
        listen.get("/favicon.ico").await;
        let wrong = WebhookRequest::new(7, AFTER).signed("guess");
        assert_eq!(
            listen.webhook(wrong, MESSAGE).await.status,
            StatusCode::FORBIDDEN
        );
        let right = WebhookRequest::new(7, BEFORE).signed("hush");
        assert_eq!(listen.webhook(right, MESSAGE).await.body, OK);
    }
    assert_eq!(some.line().await["command"], BEFORE);
    let line = all.line().await;
    assert_eq!(
        (&line["kind"], &line["command"]),
        (&json!("not_a_webhook"), &Value::Null)
    );
    let line = all.line().await;
    assert_eq!(
        (&line["kind"], &line["command"], &line["end"]),
        (&json!("rejected"), &json!(AFTER), &json!("rejected"))
    );
    assert!(
        line["reason"]
            .as_str()
            .expect("a reason")
            .contains("does not match")
    );
    assert_eq!(all.line().await["kind"], "event");
}

#[tokio::test]
async fn lines_do_not_interleave() {
    let mut listen = Listen::start(&["--app", "7"]).await;
    let all: BTreeSet<String> = (0..32).map(|number| format!("Many.No{number}")).collect();
    let body = format!("\"{}\"", "x".repeat(100_000));
    let sent = all
        .iter()
        .map(|command| listen.deliver(7, command, body.clone()));
    for answered in futures_util::future::join_all(sent).await {
        assert_eq!(answered.status, StatusCode::OK);
    }
    let mut printed = BTreeSet::new();
    for _ in &all {
        let line = listen.line().await;
        printed.insert(line["command"].as_str().expect("text").to_owned());
    }
    assert_eq!(printed, all);
}

#[tokio::test]
async fn webhooks_are_answered_although_nobody_reads_the_output() {
    let listen = Listen::start(&["--app", "7"]).await;
    // More than any pipe holds.
    let body = format!("\"{}\"", "x".repeat(200_000));
    for _ in 0..64 {
        assert_eq!(
            listen.deliver(7, "New.One", body.clone()).await.status,
            StatusCode::OK
        );
    }
    assert_eq!(listen.get("/healthz").await.body, "ok\n");
    listen.signal("-TERM").await;
    let (code, _, log) = listen.end().await;
    assert_eq!(code, Some(0), "{log}");
}

#[tokio::test]
async fn a_closed_pipe_ends_it_quietly() {
    let mut listen = Listen::start(&["--app", "7"]).await;
    listen.close_stdout();
    assert_eq!(
        listen.deliver(7, "New.One", r#"{"New":1}"#).await.status,
        StatusCode::OK
    );
    let (code, _, log) = listen.end().await;
    assert_eq!(code, Some(0), "{log}");
    assert!(!log.contains("panicked") && !log.contains("ERROR"), "{log}");
}

#[tokio::test]
async fn the_demo_shows_every_event_and_some_mistakes_and_goes_on() {
    // The id that the demo would take is in use.
    let mut listen = Listen::start(&["--demo", "--app", "1400000000:hush"]).await;
    for row in COMMANDS.iter().chain(EVENTS) {
        let line = listen.line().await;
        assert_eq!(
            (&line["command"], &line["kind"]),
            (&json!(row.command), &json!("event"))
        );
        assert_ne!(line["sdk_app_id"], 1_400_000_000);
    }
    let summary = listen.logged("demo: ").await;
    assert!(
        summary.starts_with(&format!("{} samples", COMMANDS.len() + EVENTS.len())),
        "{summary}"
    );
    listen.logged("Ctrl-C").await;
    let rows = listen.read("/deliveries").await;
    let ends: BTreeSet<_> = rows
        .as_array()
        .expect("rows")
        .iter()
        .map(|row| row["end"].as_str())
        .collect();
    for end in ["answered", "rejected", "failed", "not_a_webhook"] {
        assert!(ends.contains(&Some(end)), "{end}");
    }
    let log = listen.log();
    for cause in [
        "stale by 3 h",
        "does not match",
        "no signature",
        "is not configured here",
    ] {
        assert!(log.contains(cause), "{cause}: {log}");
    }
    let url = listen.url("/");
    let sent = run(&["trigger", AFTER, "--to", &url, "--app", "1400000000:hush"]).await;
    assert_eq!(sent.code, Some(0));
    let own = loop {
        let line = listen.line().await;
        if line["sdk_app_id"] == 1_400_000_000 {
            break line;
        }
    };
    assert_eq!(own["command"], AFTER);
    assert_eq!(listen.stop().await.0, Some(0));
}

#[tokio::test]
async fn a_signed_event_that_cannot_be_read_is_undecodable() {
    let mut listen = Listen::start(&["--event-key", "7:hushkey7"]).await;
    let url = listen.url("/");
    let sent = run(&[
        "trigger",
        "TRTC.103",
        "--to",
        &url,
        "--event-key",
        "7:hushkey7",
        "--fault",
        "bad-json",
    ])
    .await;
    assert!(sent.stdout.starts_with("400"), "{sent:?}");
    let line = listen.line().await;
    assert_eq!(
        (&line["kind"], &line["sdk_app_id"], &line["end"]),
        (&json!("undecodable"), &json!(7), &json!("failed")),
        "{line}"
    );
    assert!(line["reason"].is_string(), "{line}");
    let raw = line["raw"].as_str().expect("the body");
    assert!(raw.contains("EventGroupId"), "{line}");
}

#[tokio::test]
async fn what_a_slow_reader_loses_is_told_at_once() {
    let mut listen = Listen::start(&["--app", "7"]).await;
    // Nobody reads stdout. More than waits for it:
    for _ in 0..70 {
        let megabyte = vec![b'x'; 1_000_000];
        assert_eq!(listen.deliver(7, "New.One", megabyte).await.body, OK);
    }
    listen.logged("stdout is too slow").await;
}

#[tokio::test]
async fn the_consoles_check_of_the_url_is_a_probe() {
    let mut listen = Listen::start(&["--app", "7", "--json-all"]).await;
    let answered = listen.deliver(7, AFTER, "{}").await;
    assert_eq!(answered.status, StatusCode::OK);
    let line = listen.line().await;
    assert_eq!(
        (&line["kind"], &line["end"], &line["command"]),
        (&json!("probe"), &json!("probed"), &json!(AFTER))
    );
    let detail = listen.read("/deliveries/1").await;
    assert_eq!(
        (&detail["end"], &detail["effect"], &detail["reason"]),
        (&json!("probed"), &Value::Null, &Value::Null)
    );
    let rows = listen.read("/deliveries?end=probed").await;
    assert_eq!(rows.as_array().map(Vec::len), Some(1));

    let mut plain = Listen::start(&["--app", "7"]).await;
    plain.deliver(7, AFTER, "{}").await;
    plain.deliver(7, BEFORE, MESSAGE).await;
    assert_eq!(plain.line().await["command"], BEFORE, "no line of a probe");
}
