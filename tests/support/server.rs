//! Real servers, each on a port of its own that the system chooses.

use std::{convert::Infallible, future::pending, net::SocketAddr, time::Duration};

use bytes::Bytes;
use http::{Request, Response};
use hyper::body::{Body, Incoming};
use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    server::conn::auto,
    service::TowerToHyperService,
};
use tokio::{
    net::{TcpListener, TcpStream},
    task::{JoinHandle, JoinSet},
};
use tower::{BoxError, Service};
use tower_tencent_webhook::serve;

/// A server that ends when this is dropped.
#[derive(Debug)]
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    task: JoinHandle<()>,
}

impl Server {
    /// A server that runs as a task.
    pub(crate) fn of(address: SocketAddr, task: JoinHandle<()>) -> Self {
        Self { address, task }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Serves each connection by a future of its own.
pub(crate) async fn serve<F>(connection: impl Fn(TcpStream) -> F + Send + 'static) -> Server
where
    F: Future<Output = ()> + Send + 'static,
{
    let (listener, address) = listen().await;
    let task = tokio::spawn(async move {
        let mut connections = JoinSet::new();
        loop {
            let (stream, _) = listener.accept().await.expect("a connection");
            connections.spawn(connection(stream));
        }
    });
    Server::of(address, task)
}

pub(crate) async fn listen() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    (listener, address)
}

/// A bare hyper server of HTTP/1, with a service of its own trait.
pub(crate) async fn hyper1<S, B>(service: S) -> Server
where
    S: hyper::service::Service<Request<Incoming>, Response = Response<B>> + Clone + Send + 'static,
    S::Error: Into<BoxError>,
    S::Future: Send,
    B: Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    serve(move |stream| {
        let connection = hyper::server::conn::http1::Builder::new()
            .serve_connection(TokioIo::new(stream), service.clone());
        async move {
            // A client that breaks off is an error here, and part of many tests.
            let _ = connection.await;
        }
    })
    .await
}

/// A bare hyper server of HTTP/1, with a tower service.
pub(crate) async fn http1<S, B>(service: S) -> Server
where
    S: Service<Request<Incoming>, Response = Response<B>> + Clone + Send + 'static,
    S::Error: Into<BoxError>,
    S::Future: Send,
    B: Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    hyper1(TowerToHyperService::new(service)).await
}

/// A server of HTTP/1 and HTTP/2, whichever the client begins.
pub(crate) async fn http1_and_2<S, B>(service: S) -> Server
where
    S: Service<Request<Incoming>, Response = Response<B>> + Clone + Send + 'static,
    S::Error: Into<BoxError>,
    S::Future: Send,
    B: Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    serve(move |stream| {
        let service = TowerToHyperService::new(service.clone());
        async move {
            let _ = auto::Builder::new(TokioExecutor::new())
                .serve_connection(TokioIo::new(stream), service)
                .await;
        }
    })
    .await
}

/// axum's own server.
pub(crate) async fn axum(router: axum::Router) -> Server {
    let (listener, address) = listen().await;
    let task = tokio::spawn(async move {
        axum::serve(listener, router).await.expect("it serves");
    });
    Server::of(address, task)
}

/// The library's own server, which ends a connection that its client keeps waiting for so long, and
/// after five times as long whatever it does.
pub(crate) async fn bounded<S, B>(connections: usize, patience: Duration, service: S) -> Server
where
    S: Service<Request<Incoming>, Response = Response<B>, Error = Infallible, Future: Send>
        + Clone
        + Send
        + 'static,
    B: Body<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
{
    let (listener, address) = listen().await;
    let server = serve::Server::new()
        .connections(connections)
        .first_request_timeout(patience)
        .idle_timeout(patience)
        .write_timeout(patience)
        .max_age(5 * patience);
    let task = tokio::spawn(async move {
        server.serve(listener, service, pending()).await;
    });
    Server::of(address, task)
}
