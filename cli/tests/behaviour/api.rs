//! The JSON API: rows, filters, details, resend, trigger, live events.

use http::{Method, Request, StatusCode};
use http_body_util::{BodyExt, Empty};
use hyper_util::{client::legacy::Client, rt::TokioExecutor};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};
use tower_tencent_webhook::testing::{self, WebhookRequest};

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
    listen.deliver(7, AFTER, "{}").await;
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
            "end": "not_a_webhook", "reason": null, "status": 405, "ms": null, "bytes": 0,
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
            "64 hex digits",
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
        // A server that does not read the body may reset the connection behind its answer.
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
        for (field, text) in [("reason", reason), ("advice", advice)] {
            let found = row[field].as_str().unwrap_or_default();
            assert!(found.contains(text), "{field}: {row}");
        }
        let detail = listen.read(&format!("/deliveries/{}", row["id"])).await;
        assert_eq!(detail["event"], Value::Null);
        assert_eq!(detail["effect"]["kind"], "not_delivered");
        assert!(!detail.to_string().contains("hush"), "{detail}");
    }
}

#[tokio::test]
async fn a_body_that_breaks_off_is_rejected() {
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
    let row = listen.row(1, "rejected").await;
    assert_eq!(row["command"], BEFORE);
    assert_eq!(row["effect"]["kind"], "passed_unchecked");
}

#[tokio::test]
async fn a_delivery_is_sent_again_signed_anew_with_its_own_body_or_another() {
    let listen = Listen::start(&["--app", "7:hush"]).await;
    let own = WebhookRequest::new(7, AFTER)
        .path("/im")
        .signed("hush")
        .path_and_query()
        + "&own=%20x";
    let request = Request::post(listen.url(&own))
        .body(MESSAGE.into())
        .expect("a request");
    crate::support::send(request).await;
    let stale = std::time::SystemTime::now() - std::time::Duration::from_secs(7200);
    let rejected = WebhookRequest::new(7, AFTER).signed_at("hush", stale);
    listen.webhook(rejected, MESSAGE).await;
    listen.get("/x").await;

    let resend = async |id: u64, body: &str| {
        listen
            .api(Method::POST, &format!("/deliveries/{id}/resend"), body)
            .await
    };
    for (body, sent) in [
        ("", MESSAGE),
        ("{}", MESSAGE),
        (r#"{"body":"{\"no\":\"JSON"}"#, "{\"no\":\"JSON"),
    ] {
        let again = resend(1, body).await;
        assert_eq!(again.status, StatusCode::ACCEPTED, "{}", again.body);
        let id = again.json()["id"].as_u64().expect("an id");
        let delivery = listen.read(&format!("/deliveries/{id}")).await;
        assert_eq!(
            (&delivery["origin"], &delivery["path"]),
            (&json!("replay"), &json!("/im"))
        );
        assert_eq!(delivery["body"], sent);
        let query = delivery["query"].as_array().expect("pairs");
        assert!(query.contains(&json!(["own", "%20x"])));
        let names: Vec<_> = query
            .iter()
            .map(|pair| pair[0].as_str().expect("a name"))
            .collect();
        assert_eq!(names.iter().filter(|name| **name == "Sign").count(), 1);
    }
    for (id, body, status) in [
        (2, "{}", StatusCode::UNPROCESSABLE_ENTITY),
        (2, r#"{"body":"{}"}"#, StatusCode::ACCEPTED),
        (3, "{}", StatusCode::UNPROCESSABLE_ENTITY),
        (99, "{}", StatusCode::NOT_FOUND),
        (1, "{", StatusCode::BAD_REQUEST),
        (1, r#"{"bodi":""}"#, StatusCode::UNPROCESSABLE_ENTITY),
    ] {
        assert_eq!(resend(id, body).await.status, status, "{id} {body}");
    }
}

#[tokio::test]
async fn trigger_sends_a_sample_to_the_own_listener() {
    let listen = Listen::start(&["--app", "7:hush", "--app", "8:hush"]).await;
    let trigger = async |body: Value| {
        listen
            .api(Method::POST, "/trigger", &body.to_string())
            .await
    };
    let sent = trigger(json!({"command": AFTER})).await;
    assert_eq!(
        (sent.status, sent.json()),
        (StatusCode::ACCEPTED, json!({"id": 1}))
    );
    let delivery = listen.read("/deliveries/1").await;
    assert_eq!(
        (&delivery["origin"], &delivery["sdk_app_id"]),
        (&json!("trigger"), &json!(7))
    );
    assert_eq!(
        delivery["body"],
        testing::sample_body(AFTER).expect("a sample")
    );

    let set = json!({"command": AFTER, "sdk_app_id": 8, "set": {"From_Account": "zed"}});
    assert_eq!(trigger(set).await.json(), json!({"id": 2}));
    let delivery = listen.read("/deliveries/2").await;
    assert_eq!(
        (&delivery["sdk_app_id"], &delivery["event"]["From_Account"]),
        (&json!(8), &json!("zed"))
    );

    for wrong in [
        json!({"command": "Group.Nothing"}),
        json!({"command": AFTER, "sdk_app_id": 9}),
        json!({"command": AFTER, "shape": "nothing"}),
        json!({"command": AFTER, "set": {"Nothing": 1}}),
        json!({"command": 5}),
        json!({}),
    ] {
        assert_eq!(
            trigger(wrong).await.status,
            StatusCode::UNPROCESSABLE_ENTITY
        );
    }
}

#[tokio::test]
async fn events_are_live_and_resume_after_the_last_one_seen() {
    let listen = Listen::start(&["--app", "7"]).await;
    listen.deliver(7, AFTER, MESSAGE).await;
    listen.deliver(7, AFTER, MESSAGE).await;
    let events = Request::get(format!(
        "http://{}/api/events?token={}",
        listen.page, listen.token
    ))
    .header("last-event-id", "1")
    .body(Empty::<bytes::Bytes>::new())
    .expect("a request");
    let client = Client::builder(TokioExecutor::new()).build_http();
    let mut events = soon("events", client.request(events))
        .await
        .expect("events");
    assert_eq!(events.headers()["content-type"], "text/event-stream");
    let mut seen = String::new();
    let mut until = async |text: &str| {
        while !seen.contains(text) {
            let frame = soon(text, events.frame())
                .await
                .expect("open")
                .expect("open");
            let data = frame.into_data().unwrap_or_default();
            seen.push_str(std::str::from_utf8(&data).expect("UTF-8"));
        }
        seen.clone()
    };
    let missed = until("id: 2").await;
    assert!(!missed.contains("\"id\":1,"), "{missed}");
    listen.deliver(7, BEFORE, MESSAGE).await;
    let live = until("id: 3").await;
    let data = live
        .lines()
        .rfind(|line| line.starts_with("data: "))
        .expect("data");
    let row: Value = serde_json::from_str(&data["data: ".len()..]).expect("JSON");
    assert_eq!(row, listen.newest().await);
    assert!(live.contains("event: delivery\n"), "{live}");
    // An open stream does not hold up the end.
    assert_eq!(listen.stop().await.0, Some(0));
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
