//! One connection, from its first byte to its end.

use std::{
    convert::Infallible,
    future::{pending, poll_fn},
    pin::pin,
    task::Poll,
    time::Duration,
};

use bytes::Bytes;
use http::{Request, Response};
use hyper::{
    body::{Body, Incoming},
    service::service_fn,
};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::conn::auto,
};
use tokio::{net::TcpStream, sync::watch, time::sleep};
use tokio_io_timeout::TimeoutStream;
use tower::{BoxError, Service};

use super::activity::{Activity, Timeouts};

/// The longest head, in bytes, and what is read of a body at once.
const MAX_BUFFER: usize = 64 * 1024;

/// How a connection is served.
pub(super) struct Connection {
    pub(super) timeouts: Timeouts,
    pub(super) max_age: Option<Duration>,
    /// Becomes true when the server stops.
    pub(super) stopping: watch::Receiver<bool>,
}

impl Connection {
    pub(super) async fn serve<S, B>(mut self, stream: TcpStream, service: S)
    where
        S: Service<Request<Incoming>, Response = Response<B>, Error = Infallible, Future: Send>
            + Clone
            + Send
            + 'static,
        B: Body<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
    {
        let mut stream = TimeoutStream::new(stream);
        stream.set_write_timeout(Some(self.timeouts.write));
        let activity = Activity::new();
        let observed = activity.clone();
        let service = service_fn(move |request| observed.clone().handle(service.clone(), request));

        let mut builder = auto::Builder::new(TokioExecutor::new());
        builder
            .http1()
            .timer(TokioTimer::new())
            // It would end idle connections, too: `Activity` tells the two apart.
            .header_read_timeout(None)
            .max_buf_size(MAX_BUFFER);
        builder
            .http2()
            .timer(TokioTimer::new())
            .keep_alive_interval(self.timeouts.write)
            .keep_alive_timeout(self.timeouts.write)
            .max_concurrent_streams(64)
            .max_header_list_size(32 * 1024);
        let served = builder.serve_connection(TokioIo::new(Box::pin(stream)), service);
        let mut served = pin!(served);
        let age = async {
            match self.max_age {
                Some(age) => sleep(age).await,
                None => pending().await,
            }
        };
        let end = tokio::select! {
            biased;
            _ = served.as_mut() => return, // its error is the client's affair
            () = activity.ceases(&self.timeouts) => End::Ceased,
            () = age => End::Old,
            _ = self.stopping.wait_for(|stopping| *stopping) => End::Stopping,
        };
        // What is being handled gets its answer, and the client connects again.
        served.as_mut().graceful_shutdown();
        match end {
            // Nothing is owed to the client but the GOAWAY of HTTP/2, which this sends.
            End::Ceased => {
                let once = poll_fn(|cx| {
                    let _ = served.as_mut().poll(cx);
                    Poll::Ready(())
                });
                once.await;
            }
            End::Old => tokio::select! {
                _ = served => {}
                () = activity.ceases(&self.timeouts) => {}
            },
            // The server itself decides how long it waits.
            End::Stopping => drop(served.await),
        }
    }
}

/// Why a connection is ended.
enum End {
    /// The client has kept it waiting.
    Ceased,
    Old,
    Stopping,
}
