//! The live rows of the API: server-sent events.

use http::Request;
use http_body_util::{BodyExt, Empty};
use hyper_util::{client::legacy::Client, rt::TokioExecutor};
use serde_json::Value;

use crate::support::{AFTER, BEFORE, Listen, MESSAGE, soon};

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
