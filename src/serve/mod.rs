//! A server that hostile clients cannot wear down, for any tower service.
//!
//! The layer bounds what one request may cost. It cannot see a connection that never sends a request,
//! or one that never reads its answer: those are for the server to bound, and the defaults of
//! hyper, axum and tonic let them stay. [`Server`] bounds
//!
//! | what | unless set | by |
//! | --- | --- | --- |
//! | connections at a time; others wait in the queue of the operating system | 1,024 | [`connections`](Server::connections) |
//! | silence before the first request | 5 s | [`first_request_timeout`](Server::first_request_timeout) |
//! | silence between two requests, on HTTP/2 with or without PINGs | 75 s | [`idle_timeout`](Server::idle_timeout) |
//! | an answer of which the client takes nothing | 10 s | [`write_timeout`](Server::write_timeout) |
//! | the age of a connection | 10 min | [`max_age`](Server::max_age) |
//! | the end, once it is asked for | 5 s | [`shutdown_timeout`](Server::shutdown_timeout) |
//! | the head of a request | 64 KiB and 100 headers; on HTTP/2 32 KiB | |
//!
//! and goes on when `accept` fails, for want of file descriptors for example. Clients speak
//! HTTP/1 or HTTP/2, without TLS: that is for a proxy in front of it. Upgrades, such as those of
//! WebSockets, are not served. A client of HTTP/2 that takes an answer byte by byte is ended by the idle
//! time-out.
//!
//! **Idle connections are kept for 75 seconds** because Tencent keeps its own for reuse. A server that
//! closes one at the moment at which the next webhook is sent loses that webhook, and most are
//! never sent again; so the server has to be the one that waits longer.
//!
//! # Example
//!
//! ```
//! use tower_tencent_webhook::{App, Handlers, WebhookLayer, serve::Server};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let webhooks = WebhookLayer::new(App::signed(1_400_000_000, "token")?, Handlers::new());
//! let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
//! let stop = async { /* until a signal comes */ };
//!
//! let cut_off = Server::new().serve(listener, webhooks.into_service(), stop).await;
//! assert_eq!(cut_off, 0);
//! # Ok(())
//! # }
//! ```

mod activity;
mod connection;
mod progress;

use std::{convert::Infallible, time::Duration};

use bytes::Bytes;
use http::{Request, Response};
use hyper::body::{Body, Incoming};
use tokio::{
    net::{TcpListener, TcpStream},
    pin,
    sync::watch,
    task::JoinSet,
    time::{sleep, timeout},
};
use tower::{BoxError, Service};

use self::{activity::Timeouts, connection::Connection};

/// How long to wait after an error of `accept`, which the next one would most likely have, too.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Caps time-outs so that adding one to the clock cannot overflow.
const LONGEST: Duration = Duration::from_secs(30 * 365 * 24 * 60 * 60);

/// A bounded HTTP server. See the [module docs](self) for its bounds and an example.
#[derive(Debug, Clone)]
#[must_use = "it does nothing until it serves"]
pub struct Server {
    connections: usize,
    timeouts: Timeouts,
    max_age: Option<Duration>,
    shutdown_timeout: Duration,
}

impl Default for Server {
    fn default() -> Self {
        Self {
            connections: 1024,
            timeouts: Timeouts {
                first_request: Duration::from_secs(5),
                idle: Duration::from_secs(75),
                write: Duration::from_secs(10),
            },
            max_age: Some(Duration::from_secs(600)),
            shutdown_timeout: Duration::from_secs(5),
        }
    }
}

impl Server {
    /// A server with the bounds of the [module docs](self).
    pub fn new() -> Self {
        Self::default()
    }

    /// How many connections are served at a time. 1,024 unless set; each buffers some 64 KiB, on HTTP/2 256 KiB
    /// of bodies and 64 KiB of each answer.
    ///
    /// # Panics
    ///
    /// If it is zero.
    #[track_caller]
    pub fn connections(mut self, connections: usize) -> Self {
        assert!(
            connections > 0,
            "a server without connections serves nobody"
        );
        self.connections = connections;
        self
    }

    /// How long a new connection may take for the head of its first request. 5 seconds unless set.
    ///
    /// # Panics
    ///
    /// If it is zero.
    #[track_caller]
    pub fn first_request_timeout(mut self, timeout: Duration) -> Self {
        self.timeouts.first_request = positive(timeout);
        self
    }

    /// How long a connection may be idle between two requests. 75 seconds unless set: longer than
    /// the clients and proxies in front of it keep connections, or requests are lost.
    ///
    /// # Panics
    ///
    /// If it is zero.
    #[track_caller]
    pub fn idle_timeout(mut self, timeout: Duration) -> Self {
        self.timeouts.idle = positive(timeout);
        self
    }

    /// How long a client may take nothing of an answer. 10 seconds unless set.
    ///
    /// # Panics
    ///
    /// If it is zero.
    #[track_caller]
    pub fn write_timeout(mut self, timeout: Duration) -> Self {
        self.timeouts.write = positive(timeout);
        self
    }

    /// How long a connection is kept. The first request after that is its last: its answer has as long as
    /// at a [shutdown](Server::shutdown_timeout). 10 minutes unless set; `None` for ever, as for streams
    /// that do not end.
    ///
    /// # Panics
    ///
    /// If it is zero.
    #[track_caller]
    pub fn max_age(mut self, age: impl Into<Option<Duration>>) -> Self {
        self.max_age = age.into().map(positive);
        self
    }

    /// How long connections may take to end once the server is asked to stop. 5 seconds unless set:
    /// every webhook is answered within 4.
    pub fn shutdown_timeout(mut self, timeout: Duration) -> Self {
        self.shutdown_timeout = timeout;
        self
    }

    /// Serves until `stop` resolves, then answers what it has begun to read. Returns how many connections
    /// were cut off because they did not end in time.
    ///
    /// Handlers of after-webhooks may still be running then: [drain](crate::WebhookLayer::drain) a
    /// clone of the layer.
    pub async fn serve<S, B>(
        self,
        listener: TcpListener,
        service: S,
        stop: impl Future<Output = ()>,
    ) -> usize
    where
        S: Service<Request<Incoming>, Response = Response<B>, Error = Infallible, Future: Send>
            + Clone
            + Send
            + 'static,
        B: Body<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
    {
        pin!(stop);
        let (stopping, is_stopping) = watch::channel(false);
        let mut connections = JoinSet::new();
        loop {
            let has_room = connections.len() < self.connections;
            tokio::select! {
                biased;
                () = stop.as_mut() => break,
                Some(_) = connections.join_next() => {}
                stream = accept(&listener), if has_room => {
                    let connection = Connection {
                        timeouts: self.timeouts,
                        max_age: self.max_age,
                        grace: self.shutdown_timeout,
                        stopping: is_stopping.clone(),
                    };
                    connections.spawn(connection.serve(stream, service.clone()));
                }
            }
        }
        drop(listener);
        stopping.send_replace(true);
        let all_ended = async { while connections.join_next().await.is_some() {} };
        let _ = timeout(self.shutdown_timeout, all_ended).await; // the rest is cut off
        connections.len()
    }
}

/// The next connection, however often `accept` fails until then.
async fn accept(listener: &TcpListener) -> TcpStream {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => return stream,
            Err(_) => sleep(ACCEPT_PAUSE).await,
        }
    }
}

#[track_caller]
fn positive(timeout: Duration) -> Duration {
    assert!(
        !timeout.is_zero(),
        "a time-out of zero ends every connection"
    );
    timeout.min(LONGEST)
}
