//! Handlers that share a state.

use std::fmt;

use super::{Handlers, IntoReply};
use crate::{delivery::Delivery, event::Webhook};

/// [`Handlers`] that all get a clone of the same state before their delivery.
///
/// Made by [`Handlers::with_state`]; becomes [`Handlers`] through
/// [`into_handlers`](StatefulHandlers::into_handlers), or [`Handlers::merge`].
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

    /// The handlers, as a service.
    #[must_use]
    pub fn into_handlers(self) -> Handlers {
        self.handlers
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
