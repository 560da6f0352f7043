//! The service that stores after-webhooks before they are acknowledged.

use std::{
    fmt,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::{Duration, Instant},
};

use tokio::time::timeout;
use tower::{BoxError, Service, ServiceExt, load_shed::error::Overloaded};
use tower_tencent_webhook::{
    Apps, Delivery, EventKey, Phase, WebhookLayer,
    reply::{Ack, Reply},
};

use crate::{
    observe::{InboxEvent, Observer, Put},
    store::{Entry, Store, StoreError, StoreErrorKind, Stored},
};

/// How long before the layer's deadline a put is given up, so that the answer still goes out.
const MARGIN: Duration = Duration::from_millis(100);

/// How long a put may take if no layer waits for its answer.
const TIMEOUT: Duration = Duration::from_secs(10);

type Key = Arc<dyn Fn(&Delivery) -> Option<EventKey> + Send + Sync>;
type Only = Arc<dyn Fn(&Delivery) -> bool + Send + Sync>;

/// A service of deliveries that stores after-webhooks, and hands before-webhooks to the service
/// `H` at once.
///
/// What is acknowledged is stored: the store's [`put`](Store::put) has resolved by then. What
/// could not be stored in time gets 503 instead. A before-webhook is one by the table, by its
/// declaration or by its name; it never touches the store.
///
/// See the [crate docs](crate) for an example.
pub struct Inbox<S, H> {
    store: S,
    service: H,
    key: Option<Key>,
    only: Option<Only>,
    observer: Observer,
}

impl<S: Store, H> Inbox<S, H> {
    /// An inbox that stores in `store`, and hands before-webhooks to `service`.
    ///
    /// A [`Worker`](crate::Worker) of the same store, here or elsewhere, hands over what is stored.
    #[must_use]
    pub fn new(store: S, service: H) -> Self {
        Self {
            store,
            service,
            key: None,
            only: None,
            observer: Observer::default(),
        }
    }

    /// Makes the keys, instead of [`Delivery::event_key`]. Of two deliveries with the same key
    /// only the first is handed over; one without a key is never taken for a repeat.
    #[must_use]
    pub fn key(
        mut self,
        key: impl Fn(&Delivery) -> Option<EventKey> + Send + Sync + 'static,
    ) -> Self {
        self.key = Some(Arc::new(key));
        self
    }

    /// Stores only the after-webhooks for which `only` is true; all others go to the service at
    /// once. **For those nothing is promised.**
    ///
    /// It saves the store what nobody handles:
    /// `.only(move |delivery| handlers.takes(delivery.command()))`.
    #[must_use]
    pub fn only(mut self, only: impl Fn(&Delivery) -> bool + Send + Sync + 'static) -> Self {
        self.only = Some(Arc::new(only));
        self
    }

    /// Sees everything that happens. It must not block.
    #[must_use]
    pub fn on_event(mut self, on_event: impl Fn(&InboxEvent) + Send + Sync + 'static) -> Self {
        self.observer.set(on_event);
        self
    }

    fn is_stored(&self, delivery: &Delivery) -> bool {
        delivery.phase() != Some(Phase::Before)
            && self.only.as_ref().is_none_or(|only| only(delivery))
    }

    async fn put(self, delivery: Delivery) -> Result<Reply, BoxError> {
        if delivery.acknowledges_late() {
            return Err(BoxError::from(
                "the layer acknowledges late: create it with `Inbox::layer`, or set `acknowledge_late(false)`",
            ));
        }
        let command = delivery.label();
        let begun = Instant::now();
        let time_left = delivery.time_left().unwrap_or(TIMEOUT);
        let limit = time_left.saturating_sub(MARGIN);
        let key = match &self.key {
            Some(key) => key(&delivery),
            None => delivery.event_key(),
        };
        let entry = Entry::new(key, delivery.to_record())?;
        drop(delivery);
        let put = timeout(limit, self.store.put(vec![entry])).await;
        let put = put.unwrap_or_else(|_| Err(StoreError::of(StoreErrorKind::TimedOut)));
        let (result, reply) = match put.as_deref() {
            Ok([Stored::New]) => (Put::Stored, Ok(Ack.into())),
            Ok([Stored::Known]) => (Put::Known, Ok(Ack.into())),
            // A store that does not answer for the one entry has promised nothing.
            Ok(_) => (Put::Failed(StoreErrorKind::Failed), Err(unavailable())),
            Err(error) => (Put::Failed(error.kind()), Err(unavailable())),
        };
        self.observer.tell(InboxEvent::Put {
            command,
            result,
            took: begun.elapsed(),
        });
        reply
    }
}

impl<S, H> Inbox<S, H>
where
    S: Store,
    H: Service<Delivery> + Clone + Send + Sync + 'static,
    H::Response: Into<Reply>,
    H::Error: Into<BoxError>,
    H::Future: Send,
{
    /// The layer that takes the webhooks of `apps` and hands them to this inbox. It never
    /// acknowledges late: at the deadline an after-webhook is a failure.
    #[must_use]
    pub fn layer(self, apps: impl Into<Apps>) -> WebhookLayer {
        WebhookLayer::new(apps, self).acknowledge_late(false)
    }
}

/// The layer answers it with 503.
fn unavailable() -> BoxError {
    Overloaded::new().into()
}

impl<S, H> Service<Delivery> for Inbox<S, H>
where
    S: Store,
    H: Service<Delivery> + Clone + Send + 'static,
    H::Response: Into<Reply>,
    H::Error: Into<BoxError>,
    H::Future: Send,
{
    type Response = Reply;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Reply, BoxError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        // Whether the service is ready matters only to before-webhooks.
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, delivery: Delivery) -> Self::Future {
        if self.is_stored(&delivery) {
            return Box::pin(self.clone().put(delivery));
        }
        let handled = self.service.clone().oneshot(delivery);
        Box::pin(async { handled.await.map(Into::into).map_err(Into::into) })
    }
}

impl<S: Clone, H: Clone> Clone for Inbox<S, H> {
    fn clone(&self) -> Self {
        Self {
            store: self.store.clone(),
            service: self.service.clone(),
            key: self.key.clone(),
            only: self.only.clone(),
            observer: self.observer.clone(),
        }
    }
}

impl<S, H> fmt::Debug for Inbox<S, H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inbox")
            .field("observer", &self.observer)
            .finish_non_exhaustive()
    }
}
