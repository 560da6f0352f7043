//! The examples do what they say, over real sockets.

use std::{net::SocketAddr, sync::Arc};

use http::{Request, Response, StatusCode, header};
use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper_util::{client::legacy::Client, rt::TokioExecutor};
use tokio::{net::TcpListener, sync::mpsc};
use tonic::transport::Endpoint;
use tonic_health::pb::{HealthCheckRequest, health_client::HealthClient};
use tower_tencent_webhook::{
    App, Apps, Delivery,
    event::{Webhook, group},
    reply::{Ack, MessageVerdict},
    testing::{self, WebhookRequest},
};

macro_rules! example {
    ($file:literal $name:ident) => {
        #[path = $file]
        #[allow(dead_code, reason = "`main` is not called")]
        #[allow(unreachable_pub, reason = "public for this test")]
        mod $name;
    };
}
example!("../../../examples/axum.rs" axum_example);
example!("../../../examples/axum_state.rs" axum_state_example);
example!("../../../examples/handlers.rs" handlers_example);
example!("../../../examples/hyper.rs" hyper_example);
example!("../../../examples/service.rs" service_example);
example!("../../../examples/shutdown.rs" shutdown_example);
example!("../../../examples/tonic.rs" tonic_example);

mod on_shutdown;
#[cfg(unix)]
mod process;

const APP: u64 = 1_400_000_000;
const TOKEN: &str = "a token";
const OK: &str = r#"{"ActionStatus":"OK","ErrorInfo":"","ErrorCode":0}"#;

fn apps() -> Apps {
    let app = App::signed(APP, TOKEN).expect("a token");
    Apps::new([app]).expect("one app")
}

async fn listen() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    (listener, address)
}

/// Serves a router; it ends with the test's runtime.
async fn serve(app: axum::Router) -> SocketAddr {
    let (listener, address) = listen().await;
    tokio::spawn(axum::serve(listener, app).into_future());
    address
}

/// A signed sample of the webhook `E`.
fn sample<E: Webhook>(path: &str) -> Request<String> {
    let body = testing::sample_body(E::COMMAND).expect("a documented command");
    with_body::<E>(path, body)
}

fn with_body<E: Webhook>(path: &str, body: &str) -> Request<String> {
    WebhookRequest::new(APP, E::COMMAND)
        .path(path)
        .signed(TOKEN)
        .body(body.to_owned())
}

fn get(path: &str) -> Request<String> {
    Request::get(path).body(String::new()).expect("a path")
}

/// Sends a request, given with only its path, over a connection of its own.
async fn send(address: SocketAddr, mut request: Request<String>) -> Response<String> {
    *request.uri_mut() = format!("http://{address}{}", request.uri())
        .parse()
        .expect("a URL");
    let client = Client::builder(TokioExecutor::new()).build_http();
    let response = client
        .request(request.map(|body| Full::new(Bytes::from(body))))
        .await
        .expect("a response");
    let (parts, body) = response.into_parts();
    let body = body.collect().await.expect("a whole body").to_bytes();
    let text = String::from_utf8(body.into()).expect("UTF-8");
    Response::from_parts(parts, text)
}

#[track_caller]
fn assert_ok(response: &Response<String>) {
    assert_eq!(
        (response.status(), &**response.body()),
        (StatusCode::OK, OK)
    );
}

/// The webhook without its signature.
fn unsigned(path: &str) -> Request<String> {
    WebhookRequest::new(APP, group::AfterSendMsg::COMMAND)
        .path(path)
        .body("{}".to_owned())
}

#[tokio::test]
async fn axum_has_webhooks_at_one_route_beside_a_page() {
    let address = serve(axum_example::app(apps())).await;
    assert_eq!(send(address, get("/")).await.body(), "home");

    assert_ok(&send(address, sample::<group::AfterSendMsg>("/im")).await);
    let refused = send(address, unsigned("/im")).await;
    assert_eq!(refused.status(), StatusCode::FORBIDDEN);
    let no_webhook = send(address, get("/im")).await;
    assert_eq!(no_webhook.status(), StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(no_webhook.headers()[header::ALLOW], "POST");

    let elsewhere = send(address, sample::<group::AfterSendMsg>("/")).await;
    assert_eq!(elsewhere.status(), StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn axum_state_counts_in_the_state_of_the_app_by_the_parameter_of_its_route() {
    let state = axum_state_example::AppState::default();
    let address = serve(axum_state_example::app(apps(), state)).await;
    assert_ok(&send(address, sample::<group::AfterSendMsg>("/eu/im")).await);
    assert_ok(&send(address, sample::<group::AfterSendMsg>("/eu/im")).await);
    assert_eq!(send(address, get("/eu")).await.body(), "2");
    assert_eq!(send(address, get("/us")).await.body(), "0");
}

#[tokio::test]
async fn hyper_serves_the_mounted_layer_as_its_own_service() {
    let (listener, address) = listen().await;
    tokio::spawn(hyper_example::serve(listener, apps()));

    assert_ok(&send(address, sample::<group::AfterSendMsg>("/")).await);
    let refused = send(address, unsigned("/")).await;
    assert_eq!(refused.status(), StatusCode::FORBIDDEN);
    let no_webhook = send(address, get("/")).await;
    assert_eq!(no_webhook.status(), StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn tonic_answers_webhooks_and_grpc_on_one_port() {
    let (listener, address) = listen().await;
    tokio::spawn(tonic_example::serve(listener, apps()));

    assert_ok(&send(address, sample::<group::AfterSendMsg>("/im")).await);
    let refused = send(address, unsigned("/im")).await;
    assert_eq!(refused.status(), StatusCode::FORBIDDEN);

    let channel = Endpoint::from_shared(format!("http://{address}")).expect("a URL");
    let channel = channel.connect().await.expect("a gRPC server");
    let mut health = HealthClient::new(channel);
    let served = health.check(HealthCheckRequest::default()).await;
    assert!(served.is_ok(), "{served:?}");
}

#[tokio::test]
async fn handlers_moderate_and_store_with_shared_state() {
    let chat = Arc::new(handlers_example::Chat {
        blocked: vec!["everyone".to_owned()],
        ..Default::default()
    });
    let address = serve(handlers_example::app(apps(), Arc::clone(&chat))).await;

    let blocked = send(address, sample::<group::BeforeSendMsg>("/im")).await;
    assert_eq!(
        testing::reply::<group::BeforeSendMsg>(blocked.status(), blocked.body().as_bytes()),
        MessageVerdict::refuse_with(handlers_example::ADVERT, "no adverts, please"),
    );
    let harmless = testing::sample_body(group::BeforeSendMsg::COMMAND)
        .expect("a documented command")
        .replace("everyone", "all");
    assert_ok(&send(address, with_body::<group::BeforeSendMsg>("/im", &harmless)).await);

    let stored = send(address, sample::<group::AfterSendMsg>("/im")).await;
    assert_eq!(
        testing::reply::<group::AfterSendMsg>(stored.status(), stored.body().as_bytes()),
        Ack
    );
    let sender = testing::sample::<group::AfterSendMsg>().from_account;
    assert_eq!(*chat.senders.lock().expect("not poisoned"), [sender]);

    let other = WebhookRequest::new(APP, "State.StateChange")
        .path("/im")
        .signed(TOKEN);
    assert_ok(&send(address, other.body("{}".to_owned())).await);
}

#[tokio::test]
async fn handlers_answer_failures_of_moderation_with_a_refusal() {
    let chat = Arc::<handlers_example::Chat>::default();
    let address = serve(handlers_example::app(apps(), Arc::clone(&chat))).await;

    let before = send(address, with_body::<group::BeforeSendMsg>("/im", "[]")).await;
    assert_eq!(
        testing::reply::<group::BeforeSendMsg>(before.status(), before.body().as_bytes()),
        MessageVerdict::Refuse,
    );
    let after = send(address, with_body::<group::AfterSendMsg>("/im", "[]")).await;
    assert_eq!(after.status(), StatusCode::BAD_REQUEST);

    let poisoned = Arc::clone(&chat);
    let panicked = std::thread::spawn(move || {
        let _senders = poisoned.senders.lock();
        panic!("poisons the lock");
    });
    assert!(panicked.join().is_err());
    let failed = send(address, sample::<group::AfterSendMsg>("/im")).await;
    assert_eq!(failed.status(), StatusCode::INTERNAL_SERVER_ERROR);
}

#[tokio::test]
async fn service_acknowledges_what_is_in_its_queue() {
    let (queue, mut deliveries) = mpsc::channel::<Delivery>(8);
    let address = serve(service_example::app(apps(), queue)).await;

    let request = sample::<group::AfterSendMsg>("/im");
    let body = request.body().clone();
    assert_ok(&send(address, request).await);
    let delivery = deliveries.try_recv().expect("in the queue already");
    assert_eq!(delivery.command(), group::AfterSendMsg::COMMAND);
    assert_eq!(delivery.body(), &body);

    drop(deliveries);
    let nobody_there = send(address, sample::<group::AfterSendMsg>("/im")).await;
    assert_eq!(nobody_there.status(), StatusCode::INTERNAL_SERVER_ERROR);
}

#[test]
fn every_example_says_how_to_run_it() {
    for file in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/examples")).expect("there")
    {
        let path = file.expect("an entry").path();
        if path.extension().is_some_and(|extension| extension == "md") {
            continue;
        }
        let name = path
            .file_stem()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        let text = std::fs::read_to_string(&path).expect("UTF-8");
        let docs: String = text
            .lines()
            .take_while(|line| line.starts_with("//!"))
            .collect();
        assert!(
            docs.contains(&format!("cargo run --example {name}")),
            "{name}"
        );
        assert!(docs.contains("curl "), "{name}");
        let index = include_str!("../../../examples/README.md");
        assert!(index.contains(&format!("[{name}]({name}.rs)")), "{name}");
    }
}
