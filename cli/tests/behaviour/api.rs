//! The JSON API: rows, filters, details, and what else the page asks for.

use http::{Method, StatusCode};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};
use tower_tencent_webhook::testing::WebhookRequest;

use crate::support::{AFTER, BEFORE, Listen, MESSAGE, OK, soon};

fn ids(rows: &Value) -> Vec<u64> {
    let rows = rows.as_array().expect("rows").iter();
    rows.map(|row| row["id"].as_u64().expect("an id")).collect()
}

#[tokio::test]
async fn rows_come_newest_first_and_are_filtered() {
    let listen = Listen::start(&["--app", "7", "--app", "8:hush"]).await;
    listen.deliver(7, AFTER, MESSAGE).await;
    listen
        .deliver(7, BEFORE, MESSAGE.replace("mei", "ren"))
        .await;
    listen.deliver(8, AFTER, MESSAGE).await;
    listen.deliver(7, AFTER, "[]").await;
    listen.get("/favicon.ico").await;

    let rows = listen.read("/deliveries").await;
    assert_eq!(ids(&rows), [5, 4, 3, 2, 1]);
    for (filter, found) in [
        ("command=Group.CallbackAfterSendMsg", &[4, 3, 1][..]),
        ("command=Group", &[]),
        ("app=8", &[3]),
        ("end=answered", &[2, 1]),
        ("end=failed", &[4]),
        ("end=rejected", &[3]),
        ("end=not_a_webhook", &[5]),
        ("q=ren", &[2]),
        ("q=BEFORESEND", &[2]),
        ("q=%22mei%22", &[1]),
        ("after=3", &[5, 4]),
        ("after=5", &[]),
        ("app=7&end=answered&after=1", &[2]),
        ("command=&app=&end=&q=&after=", &[5, 4, 3, 2, 1]),
    ] {
        assert_eq!(
            ids(&listen.read(&format!("/deliveries?{filter}")).await),
            found,
            "{filter}"
        );
    }
    let mut row = listen.newest().await;
    assert!(row["received"].take().is_u64() && row["ms"].take().is_u64());
    assert!(row["advice"].take().is_string() && row["advice_zh"].take().is_string());
    assert_eq!(
        row,
        json!({
            "id": 5, "received": null, "command": null, "sdk_app_id": null, "phase": null,
            "end": "not_a_webhook", "reason": null, "cause": null, "status": 405, "ms": null, "bytes": 0,
            "origin": "network", "advice": null, "advice_zh": null,
        })
    );
    let wrong = listen.api(Method::GET, "/deliveries?after=x", "").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn the_newest_are_kept_and_a_list_has_at_most_200() {
    let listen = Listen::start(&["--app", "7", "--keep", "250"]).await;
    for _ in 0..300 {
        listen.deliver(7, AFTER, MESSAGE).await;
    }
    let rows = ids(&listen.read("/deliveries").await);
    assert_eq!((rows.len(), rows[0], rows[199]), (200, 300, 101));
    let gone = listen.api(Method::GET, "/deliveries/50", "").await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND);
    assert_eq!(listen.read("/deliveries/51").await["id"], 51);
}

#[tokio::test]
async fn a_delivery_has_everything_but_its_signature() {
    let listen = Listen::start(&["--app", "7:hush"]).await;
    let webhook = WebhookRequest::new(7, BEFORE).path("/im").signed("hush");
    let target = webhook.path_and_query();
    let body = r#"{"GroupId":"g","Type":"Live","From_Account":"mei","MsgBody":[],"Own":{"a":1}}"#;
    assert_eq!(listen.webhook(webhook, body).await.body, OK);

    let delivery = listen.read("/deliveries/1").await;
    assert_eq!(delivery["command"], BEFORE);
    assert_eq!(delivery["phase"], "before");
    assert_eq!(
        (&delivery["status"], &delivery["bytes"]),
        (&json!(200), &json!(body.len()))
    );
    assert_eq!(delivery["body"], body);
    assert_eq!(delivery["event"]["From_Account"], "mei");
    assert_eq!(delivery["untyped"], json!(["Own"]));
    assert_eq!(delivery["reply"], json!({"status": 200, "body": OK}));
    assert_eq!(delivery["effect"]["kind"], "delivered");
    assert_eq!(
        (&delivery["method"], &delivery["path"]),
        (&json!("POST"), &json!("/im"))
    );

    let (_, sign) = target.split_once("&Sign=").expect("signed");
    let sign = &sign[..64];
    assert_eq!(
        delivery["query"][5],
        json!(["Sign", format!("{}…", &sign[..8])])
    );
    assert_eq!(delivery["query"][6][0], "RequestTime");
    assert!(!delivery.to_string().contains(sign));
    for missing in [
        "/deliveries/2",
        "/deliveries/x",
        "/deliveries/1/no",
        "/nothing",
    ] {
        let response = listen.api(Method::GET, missing, "").await;
        assert_eq!(response.status, StatusCode::NOT_FOUND, "{missing}");
    }
}

#[tokio::test]
async fn every_rejection_has_its_cause_and_one_line_of_advice() {
    let listen = Listen::start(&["--app", "7:hush"]).await;
    let hours_ago = std::time::SystemTime::now() - std::time::Duration::from_secs(3 * 3600 + 60);
    let signed = || WebhookRequest::new(7, AFTER).signed("hush");
    let with = |query: &str| signed().path_and_query() + query;
    for (target, headers, status, reason, advice) in [
        (
            WebhookRequest::new(7, AFTER)
                .signed("guess")
                .path_and_query(),
            &[][..],
            403,
            "does not match",
            "the token of app 7",
        ),
        (
            WebhookRequest::new(7, AFTER)
                .signed_at("hush", hours_ago)
                .path_and_query(),
            &[],
            403,
            "window",
            "stale by 3 h",
        ),
        (
            WebhookRequest::new(7, AFTER).path_and_query(),
            &[],
            403,
            "is missing",
            "no signature",
        ),
        (
            WebhookRequest::new(7, AFTER).path_and_query() + "&Sign=hush&RequestTime=1",
            &[],
            403,
            "documented form",
            "proxy",
        ),
        (
            WebhookRequest::new(9, AFTER)
                .signed("hush")
                .path_and_query(),
            &[],
            403,
            "not configured",
            "app 9",
        ),
        (with("&SdkAppid=7"), &[], 400, "malformed query", "twice"),
        (
            with(&format!("&x={}", "y".repeat(9000))),
            &[],
            414,
            "8 KiB",
            "Tencent never sends",
        ),
        (
            with(""),
            &[("content-encoding", "gzip")],
            415,
            "Content-Encoding",
            "compressed",
        ),
        (
            with(""),
            &[("content-length", "2000000")],
            413,
            "longer than the limit",
            "1 MiB",
        ),
    ] {
        let mut request = format!("POST {target} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n");
        for (name, value) in headers {
            request.push_str(&format!("{name}: {value}\r\n"));
        }
        if !request.contains("content-length") {
            request.push_str("content-length: 2\r\n");
        }
        let mut stream = TcpStream::connect(&listen.address)
            .await
            .expect("it listens");
        stream
            .write_all(format!("{request}\r\n{{}}").as_bytes())
            .await
            .expect("open");
        let mut answer = String::new();
        // A server that does not read the body may reset the connection after its answer.
        let _ = soon("an answer", stream.read_to_string(&mut answer)).await;
        assert!(
            answer.starts_with(&format!("HTTP/1.1 {status}")),
            "{reason}: {answer}"
        );
        let row = listen.newest().await;
        assert_eq!(
            (&row["end"], &row["status"]),
            (&json!("rejected"), &json!(status))
        );
        assert!(row["cause"].is_string(), "{row}");
        for (field, text) in [("reason", reason), ("advice", advice)] {
            let found = row[field].as_str().unwrap_or_default();
            assert!(found.contains(text), "{field}: {row}");
        }
        let detail = listen.read(&format!("/deliveries/{}", row["id"])).await;
        assert_eq!(detail["event"], Value::Null);
        let effect = &detail["effect"];
        assert_eq!(effect["kind"], "not_delivered");
        assert_eq!(
            (&effect["why_code"], &effect["why_value"]),
            (&json!("status"), &json!(status.to_string()))
        );
        assert!(!detail.to_string().contains("hush"), "{detail}");
    }
}

#[tokio::test]
async fn a_body_that_breaks_off_is_a_failure() {
    let listen = Listen::start(&["--app", "7"]).await;
    let target = WebhookRequest::new(7, BEFORE).path_and_query();
    let head = format!(
        "POST {target} HTTP/1.1\r\nhost: x\r\ncontent-length: {}\r\n\r\n",
        MESSAGE.len() + 1
    );
    let mut stream = TcpStream::connect(&listen.address)
        .await
        .expect("it listens");
    stream
        .write_all((head + MESSAGE).as_bytes())
        .await
        .expect("open");
    drop(stream);
    let row = listen.row(1, "failed").await;
    assert_eq!(row["command"], BEFORE);
    assert_eq!(row["cause"], "body_unreadable");
    assert_eq!(row["effect"]["kind"], "passed_unchecked");
}

#[tokio::test]
async fn the_page_can_ask_for_commands_apps_and_a_recording() {
    let listen = Listen::start(&[
        "--app",
        "7:hush",
        "--app",
        "8",
        "--forward-to",
        "http://127.0.0.1:1/?key=hush",
    ])
    .await;
    let about = listen.read("/about").await;
    assert_eq!(about["forward_to"], "http://127.0.0.1:1/");
    assert_eq!(about["address"], format!("http://{}", listen.address));
    assert_eq!(
        about["apps"][0],
        json!({"sdk_app_id": 7, "signed": true, "events": false})
    );
    assert_eq!(about["apps"][1]["signed"], false);
    let commands = listen.read("/commands").await;
    let message = commands
        .as_array()
        .expect("rows")
        .iter()
        .find(|row| row["command"] == BEFORE);
    assert_eq!(message.expect("a row")["phase"], "before");
    listen.deliver(8, AFTER, MESSAGE).await;
    let recording = listen.api(Method::GET, "/recording", "").await;
    let lines: Vec<Value> = recording
        .body
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    assert_eq!(lines.len(), 1);
    assert_eq!(
        (&lines[0]["v"], &lines[0]["body"]),
        (&json!(1), &json!(MESSAGE))
    );
}
