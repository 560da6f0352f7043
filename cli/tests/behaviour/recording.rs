//! `--record` and `replay`.

use std::path::Path;

use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::{Value, json};
use tower_tencent_webhook::testing::WebhookRequest;

use crate::support::{AFTER, BEFORE, Listen, MESSAGE, run};

/// Runs a `listen` that records three webhooks: two texts, and one that is not UTF-8.
async fn record(file: &str) {
    let listen = Listen::start(&["--app", "7:hush", "--record", file]).await;
    let signed = |command| WebhookRequest::new(7, command).path("/im").signed("hush");
    listen.webhook(signed(AFTER), MESSAGE).await;
    listen
        .webhook(WebhookRequest::new(7, AFTER).signed("guess"), MESSAGE)
        .await;
    listen.webhook(signed(BEFORE), MESSAGE).await;
    listen.webhook(signed("New.One"), &b"\xff"[..]).await;
    assert_eq!(listen.stop().await.0, Some(0));
}

fn file(directory: &tempfile::TempDir) -> String {
    let path = directory.path().join("recording.ndjson");
    path.to_str().expect("UTF-8").to_owned()
}

fn lines(file: &str) -> Vec<Value> {
    let text = std::fs::read_to_string(file).expect("a recording");
    text.lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect()
}

#[tokio::test]
async fn a_recording_has_what_was_admitted_and_nothing_that_signs() {
    let directory = tempfile::tempdir().expect("a directory");
    let file = file(&directory);
    record(&file).await;
    let mut lines = lines(&file);
    assert_eq!(lines.len(), 3);
    assert!(lines[0]["received"].take().is_u64());
    assert_eq!(
        lines[0],
        json!({
            "v": 1, "id": 1, "received": null, "origin": "network", "envelope": "url",
            "sdk_app_id": 7, "command": AFTER,
            "query": [["SdkAppid", "7"], ["CallbackCommand", AFTER], ["contenttype", "json"],
                ["ClientIP", "127.0.0.1"], ["OptPlatform", "RESTAPI"]],
            "body": MESSAGE,
        })
    );
    assert_eq!(lines[2]["body_base64"], BASE64_STANDARD.encode(b"\xff"));
    assert_eq!(lines[2].get("body"), None);
    let text = std::fs::read_to_string(&file).expect("a recording");
    assert!(!text.contains("hush") && !text.contains("Sign"), "{text}");
}

#[cfg(unix)]
#[tokio::test]
async fn only_its_owner_can_read_a_recording() {
    use std::os::unix::fs::PermissionsExt;

    let directory = tempfile::tempdir().expect("a directory");
    let file = file(&directory);
    std::fs::write(&file, "").expect("written");
    std::fs::set_permissions(&file, PermissionsExt::from_mode(0o644)).expect("its owner");
    record(&file).await;
    let mode = Path::new(&file)
        .metadata()
        .expect("a file")
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[tokio::test]
async fn a_recording_is_replayed_signed_anew_in_its_order() {
    let directory = tempfile::tempdir().expect("a directory");
    let file = file(&directory);
    record(&file).await;
    let mut listen = Listen::start(&["--app", "7:hush"]).await;
    let url = listen.url("/");
    let ran = run(&[
        "replay", &file, "--to", &url, "--app", "7:hush", "--speed", "1000",
    ])
    .await;
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert_eq!(ran.stdout.lines().count(), 3);
    for command in [AFTER, BEFORE, "New.One"] {
        assert_eq!(listen.line().await["command"], command);
    }
    let rows = listen.read("/deliveries").await;
    assert!(
        rows.as_array()
            .expect("rows")
            .iter()
            .all(|row| row["origin"] == "replay")
    );
    let rejected = run(&["replay", &file, "--to", &url, "--app", "7:guess"]).await;
    assert_eq!(rejected.code, Some(1));
    assert!(rejected.stdout.contains("403 Forbidden"), "{rejected:?}");
    let nobody = run(&[
        "replay",
        &file,
        "--to",
        "http://127.0.0.1:1/",
        "--app",
        "7:hush",
        "--speed",
        "1000",
    ])
    .await;
    assert_eq!(nobody.code, Some(1));
    let lines = nobody.stdout.lines();
    assert!(lines.clone().count() == 3, "{nobody:?}");
    for line in lines {
        assert!(line.contains("; Tencent counts it as a failure"), "{line}");
    }
}

#[tokio::test]
async fn what_cannot_be_replayed_is_a_usage_error_and_nothing_is_sent() {
    let directory = tempfile::tempdir().expect("a directory");
    let file = file(&directory);
    record(&file).await;
    let good = std::fs::read_to_string(&file).expect("a recording");
    let bad = directory.path().join("bad.ndjson");
    let bad = bad.to_str().expect("UTF-8");
    let to = ["--to", "http://127.0.0.1:1/", "--app", "7:hush"];
    for (text, told) in [
        (String::new(), "is empty"),
        ("{}\n".to_owned(), "line 1"),
        (format!("{good}hush\n"), "line 4"),
        (good.replace("\"v\":1", "\"v\":2"), "version 2"),
        (
            good.replace("\"sdk_app_id\":7", "\"sdk_app_id\":9"),
            "--app 9:TOKEN",
        ),
    ] {
        std::fs::write(bad, text).expect("written");
        let ran = run(&[&["replay", bad][..], &to].concat()).await;
        assert_eq!((ran.code, &*ran.stdout), (Some(2), ""), "{ran:?}");
        assert!(
            ran.stderr.contains(told) && !ran.stderr.contains("hush"),
            "{ran:?}"
        );
    }
    for arguments in [
        &["replay", "/no/such/file"][..],
        &["replay", &file, "--speed", "0"],
        &["replay", &file, "--speed", "x"],
    ] {
        let ran = run(&[arguments, &to].concat()).await;
        assert_eq!(ran.code, Some(2), "{ran:?}");
    }
}

#[tokio::test]
async fn a_recording_feeds_the_tests_of_a_handler() {
    let directory = tempfile::tempdir().expect("a directory");
    let file = file(&directory);
    record(&file).await;
    let text = std::fs::read_to_string(&file).expect("a recording");
    let records = tower_tencent_webhook::testing::recording(&text);
    let told: Vec<_> = records
        .iter()
        .map(|record| (record.command(), &record.body()[..]))
        .collect();
    let message = MESSAGE.as_bytes();
    let expected = [
        (AFTER, message),
        (BEFORE, message),
        ("New.One", &b"\xff"[..]),
    ];
    assert_eq!(told, expected);
}

#[tokio::test]
async fn a_recording_is_replayed_at_its_pace_times_the_speed() {
    let directory = tempfile::tempdir().expect("a directory");
    let file = file(&directory);
    let line = |received: u64| {
        json!({
            "v": 1, "id": 1, "received": received, "envelope": "url", "sdk_app_id": 7,
            "command": AFTER, "query": [["SdkAppid", "7"], ["CallbackCommand", AFTER]], "body": MESSAGE,
        })
        .to_string()
    };
    std::fs::write(&file, [line(5000), line(11_000)].join("\n")).expect("written");
    let mut listen = Listen::start(&["--app", "7"]).await;
    let url = listen.url("/");
    let ran = run(&["replay", &file, "--to", &url, "--app", "7", "--speed", "4"]).await;
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let mut received = async || listen.line().await["received"].as_u64().expect("a time");
    let (first, second) = (received().await, received().await);
    // Sent 1.5 s after the first one was due; that one may be late.
    assert!(second > first + 500, "{first} {second}");
}
