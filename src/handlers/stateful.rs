//! Handlers that share a state.

use std::{
    fmt,
    task::{Context, Poll},
};

use tower::{BoxError, Service};

use super::{HandlerFuture, Handlers, IntoReply};
use crate::{delivery::Delivery, event::Webhook, reply::Reply};

/// [`Handlers`] that all get a clone of the same state before their delivery.
///
/// Made by [`Handlers::with_state`]. They are a service like [`Handlers`], which also take them in by
/// [`merge`](Handlers::merge).
///
/// ```
/// use std::sync::{Arc, atomic::{AtomicUsize, Ordering}};
/// use tower_tencent_webhook::{Delivery, Handlers, event::group, reply::Ack};
///
/// type Count = Arc<AtomicUsize>;
///
/// async fn sent(count: Count, _: Delivery<group::AfterSendMsg>) -> Ack {
///     count.fetch_add(1, Ordering::Relaxed);
///     Ack
/// }
///
/// async fn recalled(count: Count, _: Delivery<group::AfterRecallMsg>) -> Ack {
///     count.fetch_sub(1, Ordering::Relaxed);
///     Ack
/// }
///
/// let messages = Handlers::with_state(Count::default()).on(sent).on(recalled);
/// let handlers = Handlers::new()
///     .on(|_: Delivery<group::AfterGroupFull>| async { Ack })
///     .merge(messages);
/// # let _ = handlers;
/// ```
#[derive(Clone)]
pub struct StatefulHandlers<S> {
    state: S,
    handlers: Handlers,
}

impl Handlers {
    /// Handlers that all get a clone of `state`, without naming it at each registration. See
    /// [`StatefulHandlers`] for an example.
    #[must_use]
    pub fn with_state<S>(state: S) -> StatefulHandlers<S>
    where
        S: Clone + Send + Sync + 'static,
    {
        StatefulHandlers {
            state,
            handlers: Self::new(),
        }
    }
}

impl<S> StatefulHandlers<S>
where
    S: Clone + Send + Sync + 'static,
{
    /// Registers the handler of the event `E`, which gets a clone of the state with each delivery.
    ///
    /// # Panics
    ///
    /// As for [`Handlers::on`].
    #[must_use]
    #[track_caller]
    pub fn on<E, F, Fut>(mut self, handler: F) -> Self
    where
        E: Webhook,
        F: Fn(S, Delivery<E>) -> Fut + Send + Sync + 'static,
        Fut: Future<Output: IntoReply<E::Reply>> + Send + 'static,
    {
        self.handlers = self.handlers.on_with(self.state.clone(), handler);
        self
    }

    /// Registers the handler of all commands that have none, as [`Handlers::fallback`] does; it gets a clone
    /// of the state, too.
    ///
    /// # Panics
    ///
    /// If there is a fallback already.
    #[must_use]
    #[track_caller]
    pub fn fallback<R, F, Fut>(mut self, handler: F) -> Self
    where
        R: Into<Reply>,
        F: Fn(S, Delivery) -> Fut + Send + Sync + 'static,
        Fut: Future<Output: IntoReply<R>> + Send + 'static,
    {
        let state = self.state.clone();
        self.handlers = self
            .handlers
            .fallback(move |delivery| handler(state.clone(), delivery));
        self
    }
}

impl<S> Service<Delivery> for StatefulHandlers<S> {
    type Response = Reply;
    type Error = BoxError;
    type Future = HandlerFuture;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.handlers.poll_ready(cx)
    }

    fn call(&mut self, delivery: Delivery) -> HandlerFuture {
        self.handlers.call(delivery)
    }
}

impl<S> From<StatefulHandlers<S>> for Handlers {
    fn from(stateful: StatefulHandlers<S>) -> Self {
        stateful.handlers
    }
}

/// Does not show the state.
impl<S> fmt::Debug for StatefulHandlers<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StatefulHandlers")
            .field("handlers", &self.handlers)
            .finish_non_exhaustive()
    }
}
