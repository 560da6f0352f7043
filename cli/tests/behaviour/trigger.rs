//! `trigger`: what it sends, and what it tells about the answer.

use http::StatusCode;
use serde_json::json;
use tokio::io::AsyncReadExt;
use tower_tencent_webhook::testing;

use crate::{
    server::{Mistake, app, receiver, serve},
    support::{AFTER, BEFORE, Listen, run, soon},
};

#[tokio::test]
async fn a_file_is_sent_with_fields_set_added_and_removed() {
    let directory = tempfile::tempdir().expect("a directory");
    let file = directory.path().join("body.json");
    let file = file.to_str().expect("UTF-8");
    std::fs::write(
        file,
        r#"{"Kept":1.0,"Text":"old","Gone":0,"Deep":{"In":1}}"#,
    )
    .expect("written");
    let mut listen = Listen::start(&["--app", "7"]).await;
    let url = listen.url("/im?own=1");
    let to = [
        "trigger", "New.One", "--to", &url, "--app", "7", "--body", file,
    ];

    let changes = [
        "--set",
        "Text=a=b",
        "--add",
        "--set",
        "Number=18446744073709551615",
        "--set",
        r#"List=["x"]"#,
        "--set",
        "Deep.In=2",
        "--remove",
        "Gone",
    ];
    let sent = run(&[&to[..], &changes].concat()).await;
    assert_eq!(sent.code, Some(0), "{sent:?}");
    assert_eq!(
        listen.line().await["event"],
        json!({"Kept": 1.0, "Text": "a=b", "Number": u64::MAX, "List": ["x"], "Deep": {"In": 2}})
    );
    let row = listen.newest().await;
    assert_eq!(row["origin"], "trigger");
    let detail = listen.read("/deliveries/1").await;
    assert_eq!(detail["query"][0], json!(["own", "1"]));

    for wrong in [
        &["--set", "New=1"][..],
        &["--remove", "New"],
        &["--set", "Deep.New=1"],
    ] {
        let sent = run(&[&to[..], wrong].concat()).await;
        assert_eq!(sent.code, Some(2), "{sent:?}");
        assert!(sent.stderr.contains("has no field"), "{sent:?}");
    }
    std::fs::write(file, "no JSON").expect("written");
    assert_eq!(run(&to).await.code, Some(0));
    assert_eq!(listen.line().await["raw"], "no JSON");
    assert_eq!(
        run(&[&to[..], &["--set", "A=1"]].concat()).await.code,
        Some(2)
    );
}

#[tokio::test]
async fn each_fault_gets_what_it_deserves() {
    let listen = Listen::start(&["--app", "7:hush"]).await;
    let url = listen.url("/");
    for (fault, status) in [
        ("wrong-token", "403 Forbidden"),
        ("missing-sign", "403 Forbidden"),
        ("stale", "403 Forbidden"),
        ("future", "403 Forbidden"),
        ("unknown-app", "403 Forbidden"),
        ("repeated-parameter", "400 Bad Request"),
        ("oversize", "413 Payload Too Large"),
        ("slow", "408 Request Timeout"),
        ("gzip", "415 Unsupported Media Type"),
        ("bad-json", "400 Bad Request"),
    ] {
        let sent = run(&[
            "trigger", AFTER, "--to", &url, "--app", "7:hush", "--fault", fault,
        ])
        .await;
        assert_eq!(sent.code, Some(1), "{fault}");
        assert!(sent.stdout.starts_with(status), "{fault}: {sent:?}");
        assert!(sent.stdout.contains("Tencent"), "{fault}: {sent:?}");
    }
    let sent = run(&[
        "trigger",
        AFTER,
        "--to",
        &url,
        "--app",
        "7:hush",
        "--fault",
        "truncated",
    ])
    .await;
    assert_eq!((sent.code, &*sent.stdout), (Some(1), ""));
    assert!(sent.stderr.contains("on purpose"), "{sent:?}");
}

#[tokio::test]
async fn it_tells_what_tencent_does_with_the_answer() {
    for (status, answer, told) in [
        (
            StatusCode::OK,
            r#"{"ActionStatus":"OK","ErrorInfo":"","ErrorCode":0}"#,
            "lets the action pass",
        ),
        (
            StatusCode::OK,
            r#"{"ActionStatus":"OK","ErrorInfo":"no","ErrorCode":10150}"#,
            "10150",
        ),
        (StatusCode::OK, "fine", "not JSON"),
        (StatusCode::BAD_GATEWAY, "", "502"),
    ] {
        let (address, _) = app(status, answer).await;
        let url = format!("http://{address}/");
        let sent = run(&["trigger", BEFORE, "--to", &url, "--app", "7:hush"]).await;
        assert_eq!(sent.code, Some(i32::from(status != StatusCode::OK)));
        assert!(
            sent.stdout.contains(answer) && sent.stdout.contains(told),
            "{sent:?}"
        );
    }
}

#[tokio::test]
async fn the_app_may_come_from_the_environment() {
    let address = receiver(7, "hush", Mistake::None).await;
    let url = format!("http://{address}/");
    let mut command = crate::support::tool(&["trigger", AFTER, "--to", &url]);
    command.env("TENCENT_WEBHOOK_APPS", "7:hush");
    let sent = crate::support::finish(command).await;
    assert_eq!(sent.code, Some(0), "{sent:?}");
}

#[tokio::test]
async fn it_fails_if_there_is_no_answer() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port");
    let url = format!(
        "http://{}/?key=hush",
        listener.local_addr().expect("an address")
    );
    tokio::spawn(async move {
        while let Ok((connection, _)) = listener.accept().await {
            drop(connection);
        }
    });
    let sent = run(&["trigger", AFTER, "--to", &url, "--app", "7:hush"]).await;
    assert_eq!((sent.code, &*sent.stdout), (Some(1), ""));
    assert!(
        sent.stderr.starts_with("error: http://127.0.0.1:")
            && sent.stderr.contains("; Tencent counts it as a failure")
            && !sent.stderr.contains("hush"),
        "{sent:?}"
    );
}

#[tokio::test]
async fn a_misspelt_command_gets_the_nearest_names() {
    let sent = run(&[
        "trigger",
        "Group.CallbackAftrSendMsg",
        "--to",
        "http://127.0.0.1:1/",
        "--app",
        "7",
    ])
    .await;
    assert_eq!(sent.code, Some(2));
    assert!(sent.stderr.contains(AFTER), "{sent:?}");
}

#[tokio::test]
async fn an_answer_is_read_up_to_a_limit() {
    let address =
        serve(async |_| axum::response::Response::new("x".repeat(2_000_000).into())).await;
    let url = format!("http://{address}/");
    let sent = run(&["trigger", AFTER, "--to", &url, "--app", "7"]).await;
    assert_eq!(sent.code, Some(1));
    assert!(sent.stderr.contains("length limit"), "{sent:?}");
}

#[tokio::test]
async fn every_shape_of_a_body_can_be_sent() {
    let mut listen = Listen::start(&["--app", "7"]).await;
    let url = listen.url("/");
    for shape in testing::shapes(AFTER) {
        let sent = run(&[
            "trigger", AFTER, "--to", &url, "--app", "7", "--shape", shape.name,
        ])
        .await;
        assert_eq!(sent.code, Some(0), "{sent:?}");
        assert_eq!(listen.line().await["kind"], "event", "{}", shape.name);
        assert_eq!(
            listen
                .read(&format!("/deliveries/{}", listen.newest().await["id"]))
                .await["body"],
            shape.body
        );
    }
    let sent = run(&["trigger", AFTER, "--to", &url, "--app", "7", "--shape", "x"]).await;
    assert!(sent.stderr.contains("full"), "{sent:?}");
}

#[tokio::test]
async fn a_truncated_body_is_sent_in_part() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port");
    let url = format!("http://{}/", listener.local_addr().expect("an address"));
    let receive = tokio::spawn(async move {
        let (mut connection, _) = listener.accept().await.expect("a connection");
        let mut received = String::new();
        let read = connection.read_to_string(&mut received);
        soon("the end", read).await.expect("it breaks off");
        received
    });
    let app = ["--to", &url, "--app", "7", "--fault", "truncated"];
    let sent = run(&[&["trigger", AFTER][..], &app].concat()).await;
    assert_eq!(sent.code, Some(1), "{sent:?}");
    let received = receive.await.expect("received");
    let (head, body) = received.split_once("\r\n\r\n").expect("a head");
    let sample = testing::sample_body(AFTER).expect("a sample");
    assert!(
        head.contains(&format!("content-length: {}", sample.len())),
        "{head}"
    );
    assert!(!body.is_empty() && body.len() < sample.len() && sample.starts_with(body));
}
