//! The live rows of the API: server-sent events.

use http::{Request, Response};
use http_body_util::{BodyExt, Empty};
use hyper::body::Incoming;
use hyper_util::{client::legacy::Client, rt::TokioExecutor};
use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::support::{AFTER, BEFORE, Listen, MESSAGE, soon};

/// An open stream of events.
struct Events {
    response: Response<Incoming>,
    seen: String,
}

impl Events {
    async fn open(listen: &Listen, last: &str) -> Self {
        let url = format!("http://{}/api/events?token={}", listen.page, listen.token);
        let request = Request::get(url)
            .header("last-event-id", last)
            .body(Empty::<bytes::Bytes>::new())
            .expect("a request");
        let client = Client::builder(TokioExecutor::new()).build_http();
        let response = soon("events", client.request(request))
            .await
            .expect("events");
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Self {
            response,
            seen: String::new(),
        }
    }

    /// Reads until the text appears, and gives all that was read.
    async fn until(&mut self, text: &str) -> &str {
        while !self.seen.contains(text) {
            let frame = soon(text, self.response.frame()).await;
            let frame = frame.expect("open").expect("open");
            let data = frame.into_data().unwrap_or_default();
            self.seen
                .push_str(std::str::from_utf8(&data).expect("UTF-8"));
        }
        &self.seen
    }
}

#[tokio::test]
async fn events_are_live_and_resume_after_the_last_one_seen() {
    let listen = Listen::start(&["--app", "7"]).await;
    listen.deliver(7, AFTER, MESSAGE).await;
    listen.deliver(7, AFTER, MESSAGE).await;
    let mut events = Events::open(&listen, "1").await;
    let missed = events.until("id: 2").await;
    assert!(!missed.contains("\"id\":1,"), "{missed}");
    listen.deliver(7, BEFORE, MESSAGE).await;
    let live = events.until("id: 3").await;
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
async fn a_reader_that_is_too_slow_loses_rows_and_is_told() {
    let listen = Listen::start(&["--app", "7"]).await;
    let mut events = Events::open(&listen, "0").await;
    // Long rows, more of them than the sockets and the ring hold, over one connection.
    let command = "x".repeat(7000);
    let get = format!("GET /?CallbackCommand={command} HTTP/1.1\r\nhost: x\r\n\r\n");
    let close = "GET /last HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
    let stream = TcpStream::connect(&listen.address)
        .await
        .expect("it listens");
    let (mut answers, mut requests) = stream.into_split();
    let sent = async {
        requests
            .write_all((get.repeat(2500) + close).as_bytes())
            .await
    };
    let mut answered = String::new();
    let (sent, _) = soon("all answers", async {
        tokio::join!(sent, answers.read_to_string(&mut answered))
    })
    .await;
    sent.expect("open");
    assert_eq!(answered.matches("HTTP/1.1 405").count(), 2501);
    events.until("event: lost\ndata: {\"n\":").await;
    // Afterwards it is live again.
    listen.deliver(7, AFTER, MESSAGE).await;
    events.until("id: 2502\n").await;
}
