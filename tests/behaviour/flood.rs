//! A thousand connections that never finish a request do not keep a webhook from its answer, on a
//! bounded server.

use std::{net::SocketAddr, time::Duration};

use crate::support::{
    AFTER, MESSAGE, OPEN_APP,
    connection::{self, Answer, Connection},
    open_apps,
    probe::{self, App, Recorder},
    script::Script,
    server,
};
use http::{Request, StatusCode};
use tokio::task::JoinSet;
use tower::Layer;
use tower_tencent_webhook::{WebhookLayer, outcome::End, testing::WebhookRequest};

/// How many connections are served at a time.
const SERVED: usize = 256;
const FLOOD: usize = 1000;
/// How long a connection may be silent.
const PATIENCE: Duration = Duration::from_millis(500);

fn target() -> String {
    WebhookRequest::new(OPEN_APP, AFTER).path_and_query()
}

/// The beginnings of requests that never end: nothing, a letter, a part of the head, the whole
/// head, almost all of the body, and the same of HTTP/2.
fn beginnings() -> Vec<Vec<u8>> {
    const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    let whole = connection::request("POST", &target(), "", MESSAGE).into_bytes();
    let head = whole.len() - MESSAGE.len();
    let mut beginnings: Vec<_> = [0, 1, 20, head - 1, head, whole.len() - 1]
        .map(|length| whole[..length].to_vec())
        .into();
    beginnings.push(PREFACE[..10].to_vec());
    beginnings.push(PREFACE.to_vec());
    // A preface, and the settings without which HTTP/2 does not begin.
    beginnings.push([PREFACE, &[0, 0, 0, 4, 0, 0, 0, 0, 0]].concat());
    beginnings
}

/// Sends a whole webhook over a connection of its own, by one version of HTTP or the other.
async fn post(address: SocketAddr, http2: bool) -> StatusCode {
    if !http2 {
        let request = connection::request("POST", &target(), "Connection: close\r\n", MESSAGE);
        return connection::exchange(address, request).await.status;
    }
    let request = Request::post(format!("http://test{}", target()))
        .body(Script::whole(MESSAGE))
        .expect("a request");
    let response = connection::send_http2(address, request).await;
    Answer::of(response.expect("an answer")).await.status
}

#[tokio::test]
async fn a_thousand_silent_connections_do_not_keep_a_webhook_from_its_answer() {
    const HEALTHY: usize = 20;
    let recorder = Recorder::new();
    let layer = WebhookLayer::new(open_apps(), recorder.handlers());
    let (layer, outcomes) = probe::outcomes(layer);
    let server = server::bounded(SERVED, PATIENCE, layer.layer(App::new())).await;
    let address = server.address;

    let beginnings = beginnings();
    let mut flood = Vec::new();
    for number in 0..FLOOD {
        let mut connection = Connection::open(address).await;
        connection
            .send(&beginnings[number % beginnings.len()])
            .await;
        flood.push(connection);
    }
    let mut healthy = JoinSet::new();
    for number in 0..HEALTHY {
        healthy.spawn(post(address, number % 2 == 1));
    }
    while let Some(status) = healthy.join_next().await {
        assert_eq!(status.expect("no panic"), StatusCode::OK);
    }
    assert_eq!(recorder.deliveries.len(), HEALTHY);

    // Every one of the flood is ended, though its client holds on.
    for mut connection in flood {
        connection.read_to_end().await;
    }
    let answered = |end: &End| *end == End::Answered;
    let ends: Vec<End> = outcomes.take().iter().map(|outcome| outcome.end).collect();
    assert_eq!(ends.iter().filter(|end| answered(end)).count(), HEALTHY);
}
