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
use tokio::{
    net::TcpStream,
    sync::watch,
    time::{sleep, timeout},
};
use tower::{BoxError, Service};

use super::{
    activity::{Activity, Timeouts},
    progress::Progress,
};

/// The longest head of HTTP/1, in bytes, and what is buffered of a body or an answer.
const BUFFER: usize = 64 * 1024;
/// What a client of HTTP/2 may send of a body before it is read.
const WINDOW: u32 = 64 * 1024;

/// How a connection is served.
pub(super) struct Connection {
    pub(super) timeouts: Timeouts,
    pub(super) max_age: Option<Duration>,
    /// How long its last answers may take once it is to end.
    pub(super) grace: Duration,
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
        let activity = Activity::new();
        let stream = Progress::new(stream, activity.clone());
        let observed = activity.clone();
        let service = service_fn(move |request| observed.clone().handle(service.clone(), request));

        let mut builder = auto::Builder::new(TokioExecutor::new());
        builder
            .http1()
            .timer(TokioTimer::new())
            // It would end idle connections, too: `Activity` tells the two apart.
            .header_read_timeout(None)
            .max_buf_size(BUFFER);
        builder
            .http2()
            .timer(TokioTimer::new())
            .keep_alive_interval(self.timeouts.write)
            .keep_alive_timeout(self.timeouts.write)
            .max_concurrent_streams(64)
            .max_header_list_size(32 * 1024)
            .initial_stream_window_size(WINDOW)
            .initial_connection_window_size(4 * WINDOW)
            .max_send_buf_size(BUFFER);
        let served = builder.serve_connection(TokioIo::new(stream), service);
        let mut served = pin!(served);
        let age = async {
            match self.max_age {
                Some(age) => {
                    sleep(age).await;
                    activity.ages().await;
                }
                None => pending().await,
            }
        };
        let ceased = tokio::select! {
            biased;
            _ = served.as_mut() => return, // its error is the client's affair
            () = activity.ceases(&self.timeouts) => true,
            () = age => false,
            _ = self.stopping.wait_for(|stopping| *stopping) => false,
        };
        served.as_mut().graceful_shutdown();
        if ceased {
            // Nothing is owed to the client but the GOAWAY of HTTP/2, which this sends.
            let once = poll_fn(|cx| {
                let _ = served.as_mut().poll(cx);
                Poll::Ready(())
            });
            return once.await;
        }
        // What is being handled gets its answer, within a time of its own whatever the client does.
        let end = async {
            tokio::select! {
                _ = served => {}
                () = activity.ceases(&self.timeouts) => {}
            }
        };
        let _ = timeout(self.grace, end).await;
    }
}
