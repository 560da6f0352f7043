//! What the user's service makes of a webhook: the only code of the layer that names its type.
//!
//! If the layer's type named the service, every use of the layer would have to prove the bounds of
//! the service again, which the compiler cannot do inside `tokio::spawn` for a service whose error
//! is boxed.

use std::{
    any::type_name,
    future::poll_fn,
    marker::PhantomData,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use tower::{BoxError, Service};

use super::answer::HandlingError;
use crate::{
    catch_panic::{caught, caught_poll},
    delivery::{self, Delivery},
    event::Payload,
    reply::Reply,
};

/// The user's service, whatever its type.
pub(crate) trait Handler: Send + Sync {
    /// Decodes the body of a webhook and calls the service, once the result is polled.
    fn handle(self: Arc<Self>, context: Box<delivery::Context>) -> Handling;

    /// The name of its type.
    fn name(&self) -> &'static str;
}

/// The service `H`, which takes webhooks as `E`.
pub(crate) struct ServiceOf<H, E> {
    service: H,
    payload: PhantomData<fn(E)>,
}

impl<H, E> ServiceOf<H, E> {
    pub(crate) fn new(service: H) -> Self {
        Self {
            service,
            payload: PhantomData,
        }
    }
}

impl<H, E> Handler for ServiceOf<H, E>
where
    H: Service<Delivery<E>> + Clone + Send + Sync + 'static,
    H::Response: Into<E::Reply>,
    H::Error: Into<BoxError>,
    H::Future: Send + 'static,
    E: Payload,
{
    fn handle(self: Arc<Self>, context: Box<delivery::Context>) -> Handling {
        // A block, since an `async fn` stores each argument twice.
        Handling::new(async move {
            let event = E::decode(&context.command, &context.body)?;
            let reply = {
                // The clone lives until the call, not until its future ends: it may hold a permit.
                let mut service = self.service.clone();
                poll_fn(|cx| service.poll_ready(cx))
                    .await
                    .map_err(HandlingError::from_readiness)?;
                service.call(Delivery::new(event, context))
            }
            .await
            .map_err(HandlingError::from_error)?;
            let reply: E::Reply = reply.into();
            Ok(reply.into())
        })
    }

    fn name(&self) -> &'static str {
        type_name::<H>()
    }
}

type BoxFuture = Pin<Box<dyn Future<Output = Result<Reply, HandlingError>> + Send>>;

/// The user's code at work on one webhook. A panic gets past neither its poll nor its drop; a second
/// one while the first unwinds ends the process.
pub(crate) struct Handling(Option<BoxFuture>);

impl Handling {
    /// Nothing is being handled: not yet, or no longer.
    pub(crate) const NONE: Self = Self(None);

    pub(crate) fn new(
        handling: impl Future<Output = Result<Reply, HandlingError>> + Send + 'static,
    ) -> Self {
        Self(Some(Box::pin(handling)))
    }

    /// Drives the service until it has replied or failed.
    pub(crate) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Result<Reply, HandlingError>> {
        let handling = self.0.as_mut().expect("polled after completion");
        caught_poll(|| handling.as_mut().poll(cx)).map(|handled| {
            *self = Self::NONE;
            handled.unwrap_or_else(|panicked| Err(panicked.into()))
        })
    }
}

impl Drop for Handling {
    fn drop(&mut self) {
        if let Some(handling) = self.0.take() {
            let _ = caught(|| drop(handling)); // nobody waits for it any more
        }
    }
}
