//! Serves one address so that hostile or stuck clients cannot wear it down: connections are bounded in
//! number, and each is ended that sends no request, or takes no answer, for too long.

use std::{sync::Arc, time::Duration};

use axum::{Router, body::Body};
use http::Request;
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Semaphore,
    time::sleep,
};
use tokio_io_timeout::TimeoutStream;
use tower::ServiceExt;

use crate::stop::Stop;

/// The longest head, in bytes, and what is read of a body at once.
const MAX_BUFFER: usize = 64 * 1024;

/// What one address puts up with.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// How many connections are served at a time; the others wait in the queue of the system.
    pub(crate) connections: u32,
    /// How long a client may be silent before its request, or leave a part of an answer untaken.
    pub(crate) patience: Duration,
}

/// Serves until it is time to stop and every connection has ended.
pub(crate) async fn serve(listener: TcpListener, router: Router, limits: Limits, stop: Stop) {
    let permits = Arc::new(Semaphore::new(limits.connections as usize));
    let accept = async {
        while let Ok(permit) = Arc::clone(&permits).acquire_owned().await {
            let Ok((stream, _)) = listener.accept().await else {
                // Out of file descriptors, for example. It must not end the server.
                sleep(Duration::from_millis(50)).await;
                continue;
            };
            let (router, stop) = (router.clone(), stop.clone());
            tokio::spawn(async move {
                connection(stream, router, limits.patience, stop).await;
                drop(permit);
            });
        }
    };
    tokio::select! {
        () = accept => {}
        () = stop.stopped() => {}
    }
    drop(listener);
    // Each connection holds one. The semaphore is never closed, so this cannot fail.
    let _ = permits.acquire_many(limits.connections).await;
}

async fn connection(stream: TcpStream, router: Router, patience: Duration, stop: Stop) {
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(patience));
    let service = service_fn(move |request: Request<Incoming>| {
        router.clone().oneshot(request.map(Body::new))
    });
    let mut builder = http1::Builder::new();
    builder
        .timer(TokioTimer::new())
        .header_read_timeout(patience)
        .max_buf_size(MAX_BUFFER);
    let served = builder.serve_connection(TokioIo::new(Box::pin(stream)), service);
    tokio::pin!(served);
    // How a connection ends is the client's affair.
    tokio::select! {
        _ = served.as_mut() => return,
        () = stop.stopped() => served.as_mut().graceful_shutdown(),
    }
    let _ = served.await;
}

#[cfg(test)]
mod tests {
    use std::{convert::Infallible, net::SocketAddr};

    use axum::routing::get;
    use futures_util::{StreamExt, stream};
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        task::JoinHandle,
    };

    use super::*;

    /// Serves with room for `connections`; a short text at `/`, one without an end at `/endless`.
    async fn start(connections: u32, millis: u64) -> (SocketAddr, Stop, JoinHandle<()>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let endless = || {
            let chunk = axum::body::Bytes::from(vec![b'x'; 64 * 1024]);
            Body::from_stream(stream::repeat(chunk).map(Ok::<_, Infallible>))
        };
        let router = Router::new()
            .route("/", get(async || "fine"))
            .route("/endless", get(async move || endless()));
        let limits = Limits {
            connections,
            patience: Duration::from_millis(millis),
        };
        let stop = Stop::new();
        let serving = tokio::spawn(serve(listener, router, limits, stop.clone()));
        (address, stop, serving)
    }

    async fn ask(address: SocketAddr, path: &str) -> TcpStream {
        let mut stream = TcpStream::connect(address).await.expect("it listens");
        let head = format!("GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
        stream.write_all(head.as_bytes()).await.expect("open");
        stream
    }

    async fn answer(mut stream: TcpStream) -> String {
        let mut answer = String::new();
        // One that is reset has what it has.
        let _ = stream.read_to_string(&mut answer).await;
        answer
    }

    #[tokio::test]
    async fn silent_and_greedy_clients_make_room_for_others() {
        let (address, stop, serving) = start(2, 200).await;
        let silent = TcpStream::connect(address).await.expect("it listens");
        let greedy = ask(address, "/endless").await; // and reads nothing
        let other = ask(address, "/").await;
        assert!(answer(other).await.ends_with("fine"));
        drop((silent, greedy));
        stop.now();
        serving.await.expect("it ends");
    }

    #[tokio::test]
    async fn a_stop_waits_for_the_connections_that_are_open() {
        let (address, stop, serving) = start(2, 60_000).await;
        let mut reader = ask(address, "/endless").await;
        reader.read_exact(&mut [0; 100]).await.expect("an answer");
        stop.now();
        tokio::task::yield_now().await;
        assert!(!serving.is_finished());
        drop(reader);
        serving.await.expect("it ends");
    }
}
