//! `--forward-to`: the app's answer is passed on, and shown.

use std::sync::Arc;

use axum::response::IntoResponse;
use http::{Method, StatusCode};
use serde_json::{Value, json};
use tokio::sync::Semaphore;
use tower_tencent_webhook::testing::WebhookRequest;

use crate::{
    server::{Mistake, app, receiver, serve},
    support::{AFTER, BEFORE, Listen, MESSAGE, OK, run, send},
};

#[tokio::test]
async fn the_app_gets_the_same_body_and_path_signed_anew() {
    const REFUSAL: &str = r#"{"ErrorCode":1,"ErrorInfo":"no","ActionStatus":"OK"}"#;
    let (address, got) = app(StatusCode::OK, REFUSAL).await;
    let listen = Listen::start(&[
        "--app",
        "7:new",
        "--app",
        "7:old",
        "--forward-to",
        &format!("http://{address}"),
    ])
    .await;
    let webhook = WebhookRequest::new(7, BEFORE).path("/im").signed("old");
    let sent = webhook.path_and_query();
    let body = "{ \"GroupId\":\"g\" , \"odd\": 1.00}";
    let answered = listen.webhook(webhook, body).await;
    // Byte for byte, although the body is not what the type demands: the app decides.
    assert_eq!(
        (answered.status, &*answered.body),
        (StatusCode::OK, REFUSAL)
    );

    let got = got.lock().expect("not poisoned")[0].clone();
    assert_eq!((got.uri.path(), &got.body[..]), ("/im", body.as_bytes()));
    assert_eq!(got.headers["content-type"], "application/json");
    let query = got.uri.query().expect("a query");
    let (unsigned, signature) = query.split_once("&Sign=").expect("signed");
    assert!(sent.contains(unsigned));
    let time = signature
        .rsplit_once('=')
        .expect("a time")
        .1
        .parse()
        .expect("a number");
    assert_eq!(
        &signature[..64],
        tower_tencent_webhook::signature::sign("new", time)
    );

    let row = listen.newest().await;
    assert_eq!(row["end"], "answered");
    let detail = listen.read(&format!("/deliveries/{}", row["id"])).await;
    assert_eq!(detail["reply"]["body"], REFUSAL);
    assert_eq!(
        (&detail["effect"]["kind"], &detail["effect"]["code"]),
        (&json!("refused"), &json!(1))
    );
}

#[tokio::test]
async fn an_app_that_checks_signatures_takes_what_is_forwarded() {
    let address = receiver(7, "hush", Mistake::None).await;
    let listen = Listen::start(&[
        "--app",
        "7:hush",
        "--forward-to",
        &format!("http://{address}/own?key=1"),
    ])
    .await;
    let webhook = WebhookRequest::new(7, AFTER).signed("hush");
    assert_eq!(listen.webhook(webhook, MESSAGE).await.body, OK);
}

#[tokio::test]
async fn an_error_of_the_app_goes_back_and_is_a_failure() {
    let (address, got) = app(StatusCode::IM_A_TEAPOT, "short and stout").await;
    let listen = Listen::start(&[
        "--app",
        "7",
        "--forward-to",
        &format!("http://{address}/own"),
    ])
    .await;
    let answered = listen.deliver(7, BEFORE, MESSAGE).await;
    assert_eq!(
        (answered.status, &*answered.body),
        (StatusCode::IM_A_TEAPOT, "short and stout")
    );
    assert_eq!(got.lock().expect("not poisoned")[0].uri.path(), "/own");
    let row = listen.newest().await;
    assert_eq!(
        (&row["end"], &row["status"]),
        (&json!("failed"), &json!(418))
    );
    assert!(
        row["reason"].as_str().expect("a reason").contains("418"),
        "{row}"
    );
}

#[tokio::test]
async fn an_app_that_is_down_is_a_failure_with_its_cause() {
    let listen = Listen::start(&["--app", "7", "--forward-to", "http://127.0.0.1:1"]).await;
    assert_eq!(
        listen.deliver(7, AFTER, MESSAGE).await.status,
        StatusCode::INTERNAL_SERVER_ERROR
    );
    let row = listen.newest().await;
    assert_eq!(row["end"], "failed");
    assert!(
        row["reason"]
            .as_str()
            .expect("a reason")
            .contains("refused"),
        "{row}"
    );
}

#[tokio::test]
async fn an_app_that_is_late_is_cut_off_and_its_end_is_still_told() {
    let gate = Arc::new(Semaphore::new(0));
    let wait = Arc::clone(&gate);
    let address = serve(move |_| {
        let wait = Arc::clone(&wait);
        async move {
            wait.acquire().await.expect("open").forget();
            OK.into_response()
        }
    })
    .await;
    let listen = Listen::start(&["--app", "7", "--forward-to", &format!("http://{address}")]).await;
    let before = listen.deliver(7, BEFORE, MESSAGE).await;
    assert_eq!(before.status, StatusCode::GATEWAY_TIMEOUT);
    assert_eq!(listen.newest().await["end"], "failed");

    let after = listen.deliver(7, AFTER, MESSAGE).await;
    assert_eq!((after.status, &*after.body), (StatusCode::OK, OK));
    // Acknowledged; the app goes on.
    let row = listen.newest().await;
    assert_eq!(
        (&row["end"], &row["reason"]),
        (&json!("answered"), &Value::Null)
    );
    gate.add_permits(2);
    let row = listen.row(2, "finished_late").await;
    let ok = json!({"status": 200, "body": OK});
    assert_eq!((&row["reply"], &row["late_reply"]), (&ok, &ok));
    assert_eq!(row["effect"]["kind"], "acknowledged");
    assert_eq!(
        listen.read("/deliveries/1").await["late_reply"],
        Value::Null
    );
}

#[tokio::test]
async fn what_is_sent_on_has_the_whole_query() {
    let (address, got) = app(StatusCode::OK, OK).await;
    let directory = tempfile::tempdir().expect("a directory");
    let file = directory.path().join("recording.ndjson");
    let file = file.to_str().expect("UTF-8");
    let to = format!("http://{address}");
    let listen = Listen::start(&["--app", "7:hush", "--forward-to", &to, "--record", file]).await;
    let many: Vec<_> = (0..80).map(|n| format!("p{n}={n}")).collect();
    let long = format!("long={}&{}", "x".repeat(3000), many.join("&"));
    let webhook = WebhookRequest::new(7, AFTER).signed("hush");
    let target = format!("{}&{long}", webhook.path_and_query());
    let request = http::Request::post(listen.url(&target)).body(MESSAGE.into());
    let answered = send(request.expect("a request")).await;
    assert_eq!(answered.status, StatusCode::OK);
    let again = listen.api(Method::POST, "/deliveries/1/resend", "{}").await;
    assert_eq!(again.status, StatusCode::ACCEPTED, "{}", again.body);
    assert_eq!(listen.stop().await.0, Some(0));
    let replayed = run(&[
        "replay", file, "--to", &to, "--app", "7:hush", "--speed", "1000",
    ])
    .await;
    assert_eq!(replayed.code, Some(0), "{replayed:?}");

    let got = got.lock().expect("not poisoned");
    assert_eq!(got.len(), 4, "forwarded, resent, and both replayed");
    for got in got.iter() {
        let query = got.uri.query().expect("a query");
        assert!(query.contains(&format!("&{long}&Sign=")), "{query}");
    }
}
