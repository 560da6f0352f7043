//! Both protocols at one URL and at two, on real servers.

use axum::{Router, routing};
use hyper_util::service::TowerToHyperService;
use tower::{Layer, ServiceBuilder};
use tower_tencent_webhook::{
    App, WebhookLayer,
    testing::{TrtcRequest, WebhookRequest},
};

use super::sample;
use crate::support::{
    AFTER, APP, EVENT_OK, KEY, MESSAGE, OK, TOKEN, connection,
    probe::{self, Recorder},
    server::{self, Server},
};

fn layer(recorder: &Recorder) -> WebhookLayer {
    let app = App::signed(APP, TOKEN).and_then(|app| app.event_key(KEY));
    WebhookLayer::new(app.expect("an app"), recorder.handlers())
}

/// Both webhooks are taken at these paths.
async fn takes_both(server: &Server, url_path: &str, event_path: &str, recorder: &Recorder) {
    let request = WebhookRequest::new(APP, AFTER).path(url_path).signed(TOKEN);
    let bytes = connection::request("POST", &request.path_and_query(), "", MESSAGE);
    let answer = connection::exchange(server.address, bytes).await;
    assert_eq!((answer.status.as_u16(), answer.text()), (200, OK));

    for command in ["TRTC.103", "TRTC.311"] {
        let answer = connection::exchange(server.address, event(event_path, command)).await;
        assert_eq!((answer.status.as_u16(), answer.text()), (200, EVENT_OK));
    }
    let deliveries = recorder.deliveries.take();
    let commands: Vec<&str> = deliveries
        .iter()
        .map(|delivery| delivery.command())
        .collect();
    assert_eq!(commands, [AFTER, "TRTC.103", "TRTC.311"]);
}

/// An event as it goes over a socket.
fn event(path: &str, command: &str) -> Vec<u8> {
    let request = TrtcRequest::new(APP)
        .path(path)
        .signed(KEY)
        .body::<Vec<u8>>(sample(command));
    let mut bytes = format!("POST {path} HTTP/1.1\r\nHost: test\r\n").into_bytes();
    for (name, value) in request.headers() {
        bytes.extend([name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"].concat());
    }
    bytes.extend(format!("Content-Length: {}\r\n\r\n", request.body().len()).bytes());
    bytes.extend(request.body());
    bytes
}

fn home() -> Router {
    Router::new().route("/", routing::get(async || "home"))
}

#[tokio::test]
async fn in_axum() {
    let recorder = Recorder::new();
    let at_one = home().route_service("/tencent", layer(&recorder).into_service());
    let server = server::axum(at_one).await;
    takes_both(&server, "/tencent", "/tencent", &recorder).await;

    let webhooks = layer(&recorder).into_service();
    let at_two = home()
        .route_service("/im", webhooks.clone())
        .route_service("/trtc", webhooks);
    let server = server::axum(at_two).await;
    takes_both(&server, "/im", "/trtc", &recorder).await;

    let around = server::http1_and_2(layer(&recorder).path("/both").layer(home())).await;
    takes_both(&around, "/both", "/both", &recorder).await;
    let elsewhere = connection::exchange(around.address, event("/", "TRTC.103")).await;
    assert_eq!(elsewhere.status.as_u16(), 405, "of axum");
    assert_eq!(recorder.deliveries.len(), 0);
}

#[tokio::test]
async fn in_hyper() {
    let recorder = Recorder::new();
    let server = server::hyper1(layer(&recorder).into_service()).await;
    takes_both(&server, "/", "/", &recorder).await;
    takes_both(&server, "/im", "/trtc?room=events", &recorder).await;

    let stack = ServiceBuilder::new()
        .layer(layer(&recorder))
        .service(probe::App::new());
    let server = server::hyper1(TowerToHyperService::new(stack)).await;
    takes_both(&server, "/im", "/trtc", &recorder).await;
}

#[tokio::test]
async fn in_tonic() {
    let recorder = Recorder::new();
    let (_, health) = tonic_health::server::health_reporter();
    let router = tonic::transport::Server::builder()
        .accept_http1(true)
        .layer(layer(&recorder))
        .add_service(health);
    let (listener, address) = server::listen().await;
    let incoming = tokio_stream::wrappers::TcpListenerStream::new(listener);
    let task = tokio::spawn(async move {
        let served = router.serve_with_incoming(incoming).await;
        served.expect("it serves");
    });
    let server = Server::of(address, task);
    takes_both(&server, "/tencent", "/tencent", &recorder).await;
    takes_both(&server, "/im", "/trtc", &recorder).await;
}
