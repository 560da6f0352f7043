//! Handlers and applications that show how they are treated.

use std::{
    convert::Infallible,
    sync::Arc,
    task::{Context, Poll},
};

use bytes::Bytes;
use tokio::sync::Semaphore;
use tower::{Service, service_fn};
use tower_tencent_webhook::{Delivery, reply::Reply};

use super::probe::Log;

/// Panics when it is called without having been polled ready since its last call, or its clone.
#[derive(Debug)]
pub(crate) struct Strict<S> {
    inner: S,
    /// How often it says `Pending` first.
    pending: usize,
    left: usize,
    /// Whether it was polled ready and not called since.
    pub(crate) ready: bool,
}

impl<S> Strict<S> {
    pub(crate) fn new(inner: S, pending: usize) -> Self {
        Self {
            inner,
            pending,
            left: pending,
            ready: false,
        }
    }
}

/// A clone has to be made ready by itself.
impl<S: Clone> Clone for Strict<S> {
    fn clone(&self) -> Self {
        Self::new(self.inner.clone(), self.pending)
    }
}

impl<T, S: Service<T>> Service<T> for Strict<S> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        if self.left > 0 {
            self.left -= 1;
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        let polled = self.inner.poll_ready(cx);
        self.ready = polled.is_ready();
        polled
    }

    fn call(&mut self, request: T) -> S::Future {
        assert!(self.ready, "called unready");
        self.ready = false;
        self.left = self.pending;
        self.inner.call(request)
    }
}

/// A handler that waits to be let go, and keeps the bodies of what it gets.
#[derive(Debug, Clone)]
pub(crate) struct Blocked {
    gate: Arc<Semaphore>,
    /// What has been called.
    pub(crate) begun: Log<Bytes>,
    /// What has come to its end.
    pub(crate) ended: Log<Bytes>,
}

impl Blocked {
    pub(crate) fn new() -> Self {
        Self {
            gate: Arc::new(Semaphore::new(0)),
            begun: Log::new(),
            ended: Log::new(),
        }
    }

    /// Lets all go, from now on.
    pub(crate) fn open(&self) {
        self.gate.close();
    }

    /// Waits until it is let go.
    pub(crate) async fn pass(&self, delivery: &Delivery) {
        self.begun.push(delivery.body().clone());
        let _ = self.gate.acquire().await; // an error once it is closed, which lets all go
        self.ended.push(delivery.body().clone());
    }

    pub(crate) fn service(
        &self,
    ) -> impl Service<Delivery, Response = Reply, Error = Infallible, Future: Send>
    + Clone
    + Send
    + Sync
    + 'static
    + use<> {
        let blocked = self.clone();
        service_fn(move |delivery: Delivery| {
            let blocked = blocked.clone();
            async move {
                blocked.pass(&delivery).await;
                Ok(Reply::Pass)
            }
        })
    }
}

/// Tells when it is first asked whether it is ready; each clone of it anew.
#[derive(Debug)]
pub(crate) struct Asked<S> {
    inner: S,
    log: Log<()>,
    asked: bool,
}

impl<S> Asked<S> {
    pub(crate) fn new(inner: S, log: Log<()>) -> Self {
        Self {
            inner,
            log,
            asked: false,
        }
    }
}

impl<S: Clone> Clone for Asked<S> {
    fn clone(&self) -> Self {
        Self::new(self.inner.clone(), self.log.clone())
    }
}

impl<T, S: Service<T>> Service<T> for Asked<S> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        if !self.asked {
            self.asked = true;
            self.log.push(());
        }
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: T) -> S::Future {
        self.inner.call(request)
    }
}

/// Tells when it is dropped.
#[derive(Debug)]
pub(crate) struct OnDrop(pub(crate) Log<()>);

impl Drop for OnDrop {
    fn drop(&mut self) {
        self.0.push(());
    }
}
