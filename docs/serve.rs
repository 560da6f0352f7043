// A server that a flood of connections cannot wear down. The docs show it as a recipe.

use std::{convert::Infallible, io, sync::Arc, time::Duration};

use bytes::Bytes;
use http::{Request, Response};
use hyper::body::{Body, Incoming};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::conn::auto,
    service::TowerToHyperService,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{Notify, Semaphore},
    time::timeout,
};
use tower::{BoxError, Service, ServiceExt};

/// Serves as many connections at a time as there are `permits`; the others wait in the queue of
/// the operating system. A connection has `patience` for the head of its first request, and of
/// each later one.
pub(crate) async fn serve<S, B>(
    listener: TcpListener,
    permits: Arc<Semaphore>,
    patience: Duration,
    service: S,
) -> io::Result<()>
where
    S: Service<Request<Incoming>, Response = Response<B>, Error = Infallible, Future: Send>
        + Clone
        + Send
        + 'static,
    B: Body<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
{
    loop {
        let Ok(permit) = Arc::clone(&permits).acquire_owned().await else {
            return Ok(()); // the semaphore is closed
        };
        let (stream, _) = listener.accept().await?;
        let service = service.clone();
        tokio::spawn(async move {
            connection(stream, patience, service).await;
            drop(permit);
        });
    }
}

async fn connection<S, B>(stream: TcpStream, patience: Duration, service: S)
where
    S: Service<Request<Incoming>, Response = Response<B>, Error = Infallible, Future: Send>
        + Clone
        + Send
        + 'static,
    B: Body<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
{
    // hyper-util has no time limit for the bytes that tell HTTP/1 and HTTP/2 apart.
    let first = Arc::new(Notify::new());
    let arrived = Arc::clone(&first);
    let service = service.map_request(move |request| {
        arrived.notify_one();
        request
    });
    let silent = async {
        if timeout(patience, first.notified()).await.is_ok() {
            std::future::pending::<()>().await;
        }
    };

    let mut builder = auto::Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(patience)
        .max_buf_size(32 * 1024)
        .max_headers(64);
    builder
        .http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(patience)
        .keep_alive_timeout(patience)
        .max_concurrent_streams(64)
        .max_header_list_size(32 * 1024);
    let served = builder.serve_connection(TokioIo::new(stream), TowerToHyperService::new(service));
    tokio::select! {
        biased;
        _ = served => {} // its error is the client's affair
        () = silent => {}
    }
}
