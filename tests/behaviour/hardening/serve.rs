//! Part G, as far as the server decides: the one of this crate, and clients that wear servers down.

use std::{convert::Infallible, net::SocketAddr, time::Duration};

use bytes::Bytes;
use http::{Method, Request, Response, StatusCode};
use http_body_util::Full;
use hyper::{body::Incoming, client::conn::http2};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::{net::TcpStream, task::JoinSet};
use tower::{Layer, service_fn};
use tower_tencent_webhook::{WebhookLayer, testing::WebhookRequest};

use super::case::Row;
use crate::support::{
    AFTER, APP, MESSAGE, OPEN_APP,
    connection::{self, Connection},
    open_apps,
    probe::Recorder,
    script::Script,
    server::{self, Server},
};

const SERVED: usize = 4;
const PATIENCE: Duration = Duration::from_millis(200);
/// More than sockets hold.
const LARGE: usize = 16 * 1024 * 1024;

/// An application with a large page, and webhooks, behind the server.
async fn serve() -> Server {
    let page = Bytes::from(vec![b'a'; LARGE]);
    let app = service_fn(move |_: Request<Incoming>| {
        let page = Full::new(page.clone());
        async { Ok::<_, Infallible>(Response::new(page)) }
    });
    let layer = WebhookLayer::new(open_apps(), Recorder::new().handlers());
    server::bounded(SERVED, PATIENCE, layer.layer(app)).await
}

/// A webhook is answered although all connections were taken.
async fn is_answered(address: SocketAddr) {
    let target = WebhookRequest::new(OPEN_APP, AFTER).path_and_query();
    let webhook = connection::request("POST", &target, "Connection: close\r\n", MESSAGE);
    let answer = connection::exchange(address, webhook).await;
    assert_eq!(answer.status, StatusCode::OK);
}

pub(crate) async fn the_server_holds_against_clients_that_idle_or_never_read(row: &mut Row) {
    row.no_tower("a service sees requests, not connections");
    for _way in row.ways() {
        let server = serve().await;
        let address = server.address;
        let _idle = idle_after_one_request(address).await;
        is_answered(address).await;
        let _deaf = never_reading(address).await;
        is_answered(address).await;
        let _closed = of_no_window(address).await;
        is_answered(address).await;
        let _busy = always_asking(address).await;
        is_answered(address).await;
    }
    // `resources` has the process that is out of file descriptors.
}

/// HTTP/2 connections that got one 403. Their client answers PINGs.
async fn idle_after_one_request(address: SocketAddr) -> Vec<http2::SendRequest<Script>> {
    let mut idle = Vec::new();
    for _ in 0..SERVED {
        let mut client = connection::http2(address).await;
        let target = WebhookRequest::new(APP, AFTER).path_and_query();
        let webhook = Request::post(format!("http://test{target}"))
            .body(Script::whole(MESSAGE))
            .expect("a request");
        let answer = client.send_request(webhook).await.expect("an answer");
        assert_eq!(answer.status(), StatusCode::FORBIDDEN);
        idle.push(client);
    }
    idle
}

/// Connections that send one request after the other and read nothing.
async fn never_reading(address: SocketAddr) -> JoinSet<Connection> {
    let mut deaf = JoinSet::new();
    for _ in 0..SERVED {
        let mut connection = Connection::open(address).await;
        let request = connection::request("GET", "/", "", "");
        connection.send(request.repeat(64)).await;
        deaf.spawn(async move {
            std::future::pending::<()>().await;
            connection
        });
    }
    deaf
}

/// Connections that ask for a page before the patience is over, again and again.
async fn always_asking(address: SocketAddr) -> JoinSet<()> {
    let mut busy = JoinSet::new();
    for _ in 0..SERVED {
        let mut connection = Connection::open(address).await;
        let rejected = WebhookRequest::new(APP, AFTER).path_and_query();
        let rejected = connection::request("POST", &rejected, "", "");
        busy.spawn(async move {
            loop {
                connection.send(&rejected).await;
                if connection.answer().await.is_none() {
                    return;
                }
                tokio::time::sleep(PATIENCE / 2).await;
            }
        });
    }
    busy
}

/// HTTP/2 connections that let no part of an answer through.
async fn of_no_window(address: SocketAddr) -> Vec<Response<Incoming>> {
    let mut closed = Vec::new();
    for _ in 0..SERVED {
        let stream = TcpStream::connect(address).await.expect("a server");
        let (mut client, connection) = http2::Builder::new(TokioExecutor::new())
            .initial_stream_window_size(0)
            .handshake(TokioIo::new(stream))
            .await
            .expect("HTTP/2");
        tokio::spawn(connection);
        let request = Request::builder()
            .method(Method::GET)
            .uri("http://test/")
            .body(Script::new())
            .expect("a request");
        closed.push(client.send_request(request).await.expect("a head"));
    }
    closed
}
