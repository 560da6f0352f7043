//! The ways to mount the layer, each on a real server.

use crate::support::{
    AFTER, MESSAGE, OK, OPEN_APP,
    connection::{self, Answer},
    open_apps,
    probe::{App, Recorder},
    script::{Script, frames},
    server::{self, Server},
};
use axum::{Router, routing};
use bytes::Bytes;
use http::{Request, StatusCode};
use hyper::server::conn::http1;
use hyper_util::{rt::TokioIo, service::TowerToHyperService};
use tonic_health::pb::{
    HealthCheckRequest, health_check_response::ServingStatus, health_client::HealthClient,
};
use tower::{BoxError, Layer, ServiceBuilder, buffer::Buffer, service_fn};
use tower_tencent_webhook::{Delivery, WebhookLayer, reply::Reply, testing::WebhookRequest};

fn layer(recorder: &Recorder) -> WebhookLayer {
    WebhookLayer::new(open_apps(), recorder.handlers())
}

fn target(app: u64, path: &str) -> String {
    WebhookRequest::new(app, AFTER).path(path).path_and_query()
}

async fn get(server: &Server, path: &str) -> Answer {
    connection::exchange(server.address, connection::request("GET", path, "", "")).await
}

/// A webhook over HTTP/1.
async fn post(server: &Server, app: u64, path: &str) -> Answer {
    let bytes = connection::request("POST", &target(app, path), "", MESSAGE);
    connection::exchange(server.address, bytes).await
}

/// A webhook is taken at the path, and one of an unknown app is refused.
async fn takes_webhooks(server: &Server, path: &str, recorder: &Recorder) {
    let answer = post(server, OPEN_APP, path).await;
    assert_eq!((answer.status, answer.text()), (StatusCode::OK, OK));
    assert_eq!(answer.header("content-type"), Some("application/json"));
    let deliveries = recorder.deliveries.take();
    assert_eq!(deliveries.len(), 1, "handled once");
    assert_eq!(deliveries[0].body(), MESSAGE.as_bytes());

    let answer = post(server, 1, path).await;
    assert_eq!(
        (answer.status, answer.text()),
        (StatusCode::FORBIDDEN, "Forbidden")
    );
    assert_eq!(recorder.deliveries.len(), 0);
}

/// A webhook at this path does not reach the handler.
async fn misses_webhooks(server: &Server, path: &str, recorder: &Recorder) -> Answer {
    let answer = post(server, OPEN_APP, path).await;
    assert_eq!(recorder.deliveries.len(), 0, "not at {path}");
    answer
}

/// The same over HTTP/2.
async fn takes_webhooks_over_http2(server: &Server, path: &str, recorder: &Recorder) {
    let uri = format!("http://{}{}", server.address, target(OPEN_APP, path));
    let (head, tail) = MESSAGE.split_at(10);
    let body = Script::new()
        .data(head)
        .data("")
        .data(tail)
        .trailer("x-checksum", "1");
    let request = Request::post(uri).body(body).expect("a request");
    let response = connection::send_http2(server.address, request)
        .await
        .expect("an answer");
    assert_eq!(response.status(), StatusCode::OK);
    let (data, _) = frames(response.into_body()).await;
    assert_eq!(data.concat(), OK.as_bytes());
    let deliveries = recorder.deliveries.take();
    assert_eq!(deliveries[0].parts().version, http::Version::HTTP_2);
    assert_eq!(deliveries[0].body(), MESSAGE.as_bytes());
}

fn home() -> Router {
    Router::new().route("/", routing::get(async || "home"))
}

#[tokio::test]
async fn at_one_route_of_axum() {
    let recorder = Recorder::new();
    let router = home().route_service("/im", layer(&recorder).into_service());
    let server = server::axum(router).await;
    takes_webhooks(&server, "/im", &recorder).await;
    takes_webhooks_over_http2(&server, "/im", &recorder).await;
    assert_eq!(get(&server, "/").await.text(), "home");
    let answer = misses_webhooks(&server, "/", &recorder).await;
    assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "of axum");
    let answer = get(&server, "/im").await;
    assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(answer.header("allow"), Some("POST"));
    let answer =
        connection::exchange(server.address, connection::request("POST", "/im", "", "{}")).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn around_a_finished_router_of_axum() {
    let recorder = Recorder::new();
    let around = layer(&recorder).layer(home());
    let server = server::http1_and_2(around).await;
    for path in ["/", "/im", "/no/such/route"] {
        takes_webhooks(&server, path, &recorder).await;
        takes_webhooks_over_http2(&server, path, &recorder).await;
    }
    assert_eq!(get(&server, "/").await.text(), "home");
    assert_eq!(get(&server, "/im").await.status, StatusCode::NOT_FOUND);

    // axum's own server asks for axum's own body, which a router around it makes.
    let around = layer(&recorder).path("/im").layer(home());
    let server = server::axum(Router::new().fallback_service(around)).await;
    takes_webhooks(&server, "/im", &recorder).await;
    misses_webhooks(&server, "/no/such/route", &recorder).await;
    assert_eq!(get(&server, "/").await.text(), "home");
}

#[tokio::test]
async fn as_a_layer_of_an_axum_router() {
    let recorder = Recorder::new();
    let router = home()
        .route("/im", routing::post(async || "posted"))
        .layer(layer(&recorder))
        .route("/late", routing::post(async || "late"));
    let server = server::axum(router).await;
    for path in ["/", "/im", "/no/such/route"] {
        takes_webhooks(&server, path, &recorder).await;
    }
    assert_eq!(get(&server, "/").await.text(), "home");
    // The caveat: a route that is added later is not below the layer.
    assert_eq!(
        misses_webhooks(&server, "/late", &recorder).await.text(),
        "late"
    );
}

/// The caveat: axum's method router writes into whatever answer leaves a route without POST.
#[tokio::test]
async fn a_layer_of_an_axum_router_gets_axums_allow_on_a_route_without_post() {
    let recorder = Recorder::new();
    let router = home()
        .route("/im", routing::post(async || "posted"))
        .layer(layer(&recorder));
    let server = server::axum(router).await;
    for (path, allow) in [
        ("/", Some("GET,HEAD")),
        ("/im", None),
        ("/no/such/route", None),
    ] {
        let answer = post(&server, OPEN_APP, path).await;
        assert_eq!(answer.status, StatusCode::OK);
        assert_eq!(answer.header("allow"), allow, "{path}");
    }
    // Around the finished router, and at a route of its own, our answers stay ours.
    let around = server::http1(layer(&recorder).layer(home())).await;
    assert_eq!(post(&around, OPEN_APP, "/").await.header("allow"), None);
}

#[tokio::test]
async fn inside_a_nested_axum_router_the_path_is_what_is_left() {
    let recorder = Recorder::new();
    let layer = layer(&recorder).path("/im");
    let nested = Router::new()
        .route("/im", routing::post(async || "posted"))
        .layer(layer.clone());
    let server = server::axum(home().nest("/hooks", nested)).await;
    takes_webhooks(&server, "/hooks/im", &recorder).await;
    misses_webhooks(&server, "/im", &recorder).await;

    // The caveat: what the nested router does not match misses its layer.
    let empty = Router::new().layer(layer.clone());
    let server = server::axum(home().nest("/hooks", empty)).await;
    misses_webhooks(&server, "/hooks/im", &recorder).await;

    // At a route of the nested router, the mounted form works as anywhere else.
    let nested = Router::new().route_service("/im", layer.into_service());
    let server = server::axum(home().nest("/hooks", nested)).await;
    takes_webhooks(&server, "/hooks/im", &recorder).await;
}

#[tokio::test]
async fn on_a_bare_hyper_server() {
    let recorder = Recorder::new();
    // The mounted form is a service of hyper's own.
    let server = server::hyper1(layer(&recorder).into_service()).await;
    takes_webhooks(&server, "/", &recorder).await;
    assert_eq!(
        get(&server, "/").await.status,
        StatusCode::METHOD_NOT_ALLOWED
    );

    // A whole stack goes over the bridge.
    let stack = ServiceBuilder::new()
        .layer(layer(&recorder))
        .service(App::new());
    let server = server::hyper1(TowerToHyperService::new(stack)).await;
    takes_webhooks(&server, "/", &recorder).await;
    let answer = get(&server, "/").await;
    assert_eq!((answer.status, answer.text()), (App::STATUS, App::BODY));
}

#[tokio::test]
async fn beside_grpc_on_a_tonic_server() {
    let recorder = Recorder::new();
    let (reporter, health) = tonic_health::server::health_reporter();
    reporter
        .set_service_status("chat", tonic_health::ServingStatus::Serving)
        .await;
    let (listener, address) = server::listen().await;
    let router = tonic::transport::Server::builder()
        .accept_http1(true)
        .layer(layer(&recorder))
        .add_service(health);
    let incoming = tokio_stream::wrappers::TcpListenerStream::new(listener);
    let task = tokio::spawn(async move {
        router
            .serve_with_incoming(incoming)
            .await
            .expect("it serves");
    });
    let server = Server::of(address, task);

    let endpoint = tonic::transport::Endpoint::from_shared(format!("http://{address}"));
    let channel = endpoint
        .expect("an address")
        .connect()
        .await
        .expect("a server");
    let mut client = HealthClient::new(channel);
    let mut check = async |service: &str| {
        let service = service.to_owned();
        client.check(HealthCheckRequest { service }).await
    };
    for _ in 0..2 {
        let checked = check("chat").await.expect("a status");
        assert_eq!(checked.into_inner().status(), ServingStatus::Serving);
        // An error of gRPC is in the trailers.
        let error = check("cake").await.expect_err("no such service");
        assert_eq!(error.code(), tonic::Code::NotFound);
        takes_webhooks(&server, "/im", &recorder).await;
        takes_webhooks_over_http2(&server, "/im", &recorder).await;
    }
}

#[tokio::test]
async fn requests_follow_each_other_on_one_connection() {
    let recorder = Recorder::new();
    let server = server::http1(layer(&recorder).layer(App::new())).await;
    let mut connection = connection::Connection::open(server.address).await;
    for _ in 0..3 {
        let webhook = connection::request("POST", &target(OPEN_APP, "/"), "", MESSAGE);
        assert_eq!(connection.exchange(webhook).await.text(), OK);
        let other = connection::request("POST", "/home", "", "other");
        assert_eq!(connection.exchange(other).await.text(), App::BODY);
        // Refused without reading its body, which the server then skips.
        let refused = connection::request("POST", &target(1, "/"), "", MESSAGE);
        assert_eq!(
            connection.exchange(refused).await.status,
            StatusCode::FORBIDDEN
        );
    }
    assert_eq!(recorder.deliveries.len(), 3);
    let bodies: Vec<Bytes> = recorder
        .deliveries
        .take()
        .iter()
        .map(|delivery| delivery.body().clone())
        .collect();
    assert!(bodies.iter().all(|body| body == MESSAGE));
}

/// The compiler has to see that such a connection is `Send`, without knowing how long the error of
/// the service lives.
#[tokio::test]
async fn services_whose_error_is_boxed_serve_inside_a_task() {
    let recorder = Recorder::new();
    let keep = recorder.clone();
    let boxed = service_fn(move |delivery: Delivery| {
        keep.keep(delivery);
        async { Ok::<_, BoxError>(Reply::Pass) }
    });
    let buffered = Buffer::new(boxed.clone(), 8);
    for webhooks in [
        WebhookLayer::new(open_apps(), boxed).into_service(),
        WebhookLayer::new(open_apps(), buffered).into_service(),
    ] {
        let (listener, address) = server::listen().await;
        let task = tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.expect("a connection");
                let connection =
                    http1::Builder::new().serve_connection(TokioIo::new(stream), webhooks.clone());
                tokio::spawn(async move { connection.await.expect("no error") });
            }
        });
        let server = Server::of(address, task);
        takes_webhooks(&server, "/", &recorder).await;
    }
}
