//! What a test can see of the layer: its clock, its reports, its handler, its application.

use std::{
    convert::Infallible,
    future::{Ready, ready},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll},
    time::{Duration, SystemTime},
};

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::Full;
use tokio::sync::Notify;
use tower::Service;
use tower_tencent_webhook::{
    Delivery, Handlers, WebhookLayer,
    event::{Payload, Undecoded, group},
    reply::{Ack, MessageVerdict, Reply},
};

/// A clock that stands still until it is set.
#[derive(Debug, Clone)]
pub(crate) struct Clock(Arc<Mutex<SystemTime>>);

impl Clock {
    pub(crate) fn at(seconds: u64) -> Self {
        Self(Arc::new(Mutex::new(after_1970(seconds))))
    }

    pub(crate) fn set(&self, time: SystemTime) {
        *lock(&self.0) = time;
    }

    pub(crate) fn read(&self) -> SystemTime {
        *lock(&self.0)
    }

    /// In the form that the layer takes.
    pub(crate) fn reader(&self) -> impl Fn() -> SystemTime + Send + Sync + 'static {
        let clock = self.clone();
        move || clock.read()
    }
}

pub(crate) fn after_1970(seconds: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
}

/// A list that grows while the server runs.
#[derive(Debug)]
pub(crate) struct Log<T> {
    entries: Arc<Mutex<Vec<T>>>,
    grown: Arc<Notify>,
}

impl<T> Log<T> {
    pub(crate) fn new() -> Self {
        Self {
            entries: Arc::default(),
            grown: Arc::default(),
        }
    }

    pub(crate) fn push(&self, entry: T) {
        lock(&self.entries).push(entry);
        self.grown.notify_one();
    }

    pub(crate) fn len(&self) -> usize {
        lock(&self.entries).len()
    }

    /// What there is, taken out.
    pub(crate) fn take(&self) -> Vec<T> {
        std::mem::take(&mut *lock(&self.entries))
    }

    /// Waits until there are this many entries. One task at a time may wait.
    pub(crate) async fn reaches(&self, count: usize) {
        while self.len() < count {
            super::soon("an entry in a log", self.grown.notified()).await;
        }
    }
}

impl<T> Clone for Log<T> {
    fn clone(&self) -> Self {
        Self {
            entries: Arc::clone(&self.entries),
            grown: Arc::clone(&self.grown),
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Keeps the deliveries that reach the handler. It lets everything pass.
#[derive(Debug, Clone)]
pub(crate) struct Recorder {
    pub(crate) deliveries: Log<Delivery>,
}

impl Recorder {
    pub(crate) fn new() -> Self {
        Self {
            deliveries: Log::new(),
        }
    }

    pub(crate) fn keep<E>(&self, delivery: Delivery<E>) {
        self.deliveries.push(delivery.map(|_| Undecoded::default()));
    }

    /// Decodes the two commands of a group message, and takes all others as they are.
    pub(crate) fn handlers(&self) -> Handlers {
        let recorder = self.clone();
        Handlers::new()
            .on_with(
                self.clone(),
                |recorder: Self, delivery: Delivery<group::AfterSendMsg>| async move {
                    recorder.keep(delivery);
                    Ack
                },
            )
            .on_with(
                self.clone(),
                |recorder: Self, delivery: Delivery<group::BeforeSendMsg>| async move {
                    recorder.keep(delivery);
                    MessageVerdict::Allow
                },
            )
            .fallback(move |delivery: Delivery| {
                recorder.keep(delivery);
                async { Ack }
            })
    }
}

/// As a service of its own, of everything that is answered with a [`Reply`].
impl<E: Payload<Reply = Reply>> Service<Delivery<E>> for Recorder {
    type Response = Reply;
    type Error = Infallible;
    type Future = Ready<Result<Reply, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, delivery: Delivery<E>) -> Self::Future {
        self.keep(delivery);
        ready(Ok(Reply::Pass))
    }
}

/// An application that counts its requests and answers 418, `the app`.
#[derive(Debug, Clone)]
pub(crate) struct App {
    pub(crate) requests: Log<http::request::Parts>,
}

impl App {
    pub(crate) const STATUS: StatusCode = StatusCode::IM_A_TEAPOT;
    pub(crate) const BODY: &str = "the app";

    pub(crate) fn new() -> Self {
        Self {
            requests: Log::new(),
        }
    }
}

impl<B> Service<Request<B>> for App {
    type Response = Response<Full<Bytes>>;
    type Error = Infallible;
    type Future = Ready<Result<Self::Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        self.requests.push(request.into_parts().0);
        let mut response = Response::new(Full::from(Self::BODY));
        *response.status_mut() = Self::STATUS;
        ready(Ok(response))
    }
}

/// The outcomes of a layer.
pub(crate) fn outcomes<E>(
    layer: WebhookLayer<E>,
) -> (WebhookLayer<E>, Log<tower_tencent_webhook::Outcome>) {
    let log = Log::new();
    let writer = log.clone();
    let layer = layer.on_outcome(move |outcome| writer.push(*outcome));
    (layer, log)
}
