//! A service that dispatches each command to a handler of its own.

mod into_reply;
mod stateful;

use std::{
    collections::HashMap,
    fmt,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use pin_project_lite::pin_project;
use tower::{BoxError, Service};

pub use self::{into_reply::IntoReply, stateful::StatefulHandlers};
use crate::{
    catalog,
    delivery::Delivery,
    event::{Undecodable, Webhook},
    reply::{Ack, Reply, TypedReply},
};

type HandlerFuture = Pin<Box<dyn Future<Output = Result<Reply, BoxError>> + Send>>;
type Handler = Arc<dyn Fn(Delivery) -> Result<HandlerFuture, Delivery<Undecodable>> + Send + Sync>;
type UndecodableHandler = Arc<dyn Fn(Delivery<Undecodable>) -> HandlerFuture + Send + Sync>;

/// Dispatches deliveries by command, to async functions or closures.
///
/// The argument of a handler fixes its event, and the event fixes the reply: a handler of
/// `Delivery<group::BeforeSendMsg>` returns a `MessageVerdict<group::Code>`, or a `Result` of one
/// with any error. An error is a [failure](crate::outcome::FailureKind::Handler), answered as
/// [`on_failure`](crate::WebhookLayer::on_failure) decides. Only what is registered is decoded.
///
/// A command without a handler goes to the [`fallback`](Handlers::fallback). Without one it is
/// acknowledged, so that the console's probe and new webhooks succeed. **For a before-webhook
/// that means: allowed.**
///
/// ```
/// use tower_tencent_webhook::{Delivery, Handlers, event::group, reply::{Ack, MessageVerdict}};
///
/// async fn moderate(
///     delivery: Delivery<group::BeforeSendMsg>,
/// ) -> Result<MessageVerdict<group::Code>, std::io::Error> {
///     let bad = delivery.event.msg_body.iter().any(|element| element.as_text() == Some("spam"));
///     Ok(if bad { MessageVerdict::Refuse } else { MessageVerdict::Allow })
/// }
///
/// let handlers = Handlers::new()
///     .on(moderate)
///     .on(|delivery: Delivery<group::AfterSendMsg>| async move {
///         println!("a message in an app's group: {}", delivery.sdk_app_id());
///         Ack
///     });
/// ```
///
/// A reply of another command does not compile:
///
/// ```compile_fail,E0277
/// # use tower_tencent_webhook::{Delivery, Handlers, event::group, reply::Ack};
/// Handlers::new().on(|_: Delivery<group::BeforeSendMsg>| async { Ack });
/// ```
#[derive(Clone, Default)]
pub struct Handlers {
    routes: Arc<Routes>,
}

#[derive(Clone, Default)]
struct Routes {
    by_command: HashMap<&'static str, Handler>,
    fallback: Option<Handler>,
    undecodable: Option<UndecodableHandler>,
}

impl Routes {
    #[track_caller]
    fn register(&mut self, command: &'static str, handler: Handler) {
        let twice = self.by_command.insert(command, handler);
        assert!(
            twice.is_none(),
            "command `{command}` has a handler already: register one that does both"
        );
    }

    #[track_caller]
    fn fall_back_to(&mut self, handler: Handler) {
        let twice = self.fallback.replace(handler);
        assert!(twice.is_none(), "there is a fallback already");
    }

    #[track_caller]
    fn hand_undecodable_to(&mut self, handler: UndecodableHandler) {
        let twice = self.undecodable.replace(handler);
        assert!(
            twice.is_none(),
            "there is a handler of undecodable bodies already"
        );
    }
}

impl Handlers {
    /// No handlers yet: every command is acknowledged.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Registers the handler of the event `E`.
    ///
    /// It takes the delivery and nothing else: extractors such as axum's `State` do not reach it. For
    /// a state there are [`on_with`](Handlers::on_with) and [`with_state`](Handlers::with_state). A
    /// closure with `?` ends in `Ok::<_, E>(..)`, since nothing else names its error.
    ///
    /// # Panics
    ///
    /// If the command has a handler already, or if `E` is a struct of your own whose reply is not
    /// the one that [`COMMANDS`](crate::event::COMMANDS) has for the command.
    #[must_use]
    #[track_caller]
    pub fn on<E, F, Fut>(mut self, handler: F) -> Self
    where
        E: Webhook,
        // The compiler shows these lines, with their comments, to whoever registers another function.
        F: Fn(Delivery<E>) -> Fut + Send + Sync + 'static, // takes one `Delivery`; with a state: `on_with(state, handler)`
        Fut: Future<Output: IntoReply<E::Reply>> + Send + 'static, // as an `async fn` is: `async` may be missing
    {
        catalog::check_reply_kind(E::COMMAND, <E::Reply as TypedReply>::KIND);
        let handler: Handler = Arc::new(move |delivery| {
            let delivery = delivery.decode::<E>()?;
            Ok(run::<E::Reply, _>(handler(delivery)))
        });
        Arc::make_mut(&mut self.routes).register(catalog::first_name(E::COMMAND), handler);
        self
    }

    /// Registers the handler of the event `E`, which gets a clone of `state` with each delivery.
    ///
    /// ```
    /// # use std::sync::{Arc, Mutex};
    /// # use tower_tencent_webhook::{Delivery, Handlers, event::group, reply::Ack};
    /// let log = Arc::new(Mutex::new(Vec::new()));
    /// let handlers = Handlers::new().on_with(log, |log, delivery: Delivery<group::AfterSendMsg>| async move {
    ///     log.lock().map_err(|_| "poisoned")?.push(delivery.event.group_id);
    ///     Ok::<_, &str>(Ack)
    /// });
    /// ```
    ///
    /// # Panics
    ///
    /// As for [`on`](Handlers::on).
    #[must_use]
    #[track_caller]
    pub fn on_with<S, E, F, Fut>(self, state: S, handler: F) -> Self
    where
        S: Clone + Send + Sync + 'static,
        E: Webhook,
        F: Fn(S, Delivery<E>) -> Fut + Send + Sync + 'static,
        Fut: Future<Output: IntoReply<E::Reply>> + Send + 'static,
    {
        self.on(move |delivery: Delivery<E>| handler(state.clone(), delivery))
    }

    /// Whether `command`, by any of its names, has a handler of its own. The
    /// [`fallback`](Handlers::fallback) does not count.
    #[must_use]
    pub fn takes(&self, command: &str) -> bool {
        let first = catalog::find(command).map_or(command, |row| row.command);
        self.routes.by_command.contains_key(first)
    }

    /// Takes over what is registered in `others`: handlers of another module, or with another
    /// state.
    ///
    /// # Panics
    ///
    /// If both have a handler of the same command, a fallback, or a handler of undecodable bodies.
    #[must_use]
    #[track_caller]
    pub fn merge(mut self, others: impl Into<Self>) -> Self {
        let others = Arc::unwrap_or_clone(others.into().routes);
        let routes = Arc::make_mut(&mut self.routes);
        for (command, handler) in others.by_command {
            routes.register(command, handler);
        }
        if let Some(fallback) = others.fallback {
            routes.fall_back_to(fallback);
        }
        if let Some(undecodable) = others.undecodable {
            routes.hand_undecodable_to(undecodable);
        }
        self
    }

    /// Registers the handler of all commands that have none. Their bodies are not decoded.
    ///
    /// It returns any typed reply, or a [`Reply`] for commands of more than one form. The layer
    /// compares its form with that of the command. **An [`Ack`] lets every action pass**, as
    /// without a fallback; use it for a before-webhook only if that is what you want.
    ///
    /// # Panics
    ///
    /// If there is a fallback already.
    #[must_use]
    #[track_caller]
    pub fn fallback<R, F, Fut>(mut self, handler: F) -> Self
    where
        R: Into<Reply>,
        F: Fn(Delivery) -> Fut + Send + Sync + 'static,
        Fut: Future<Output: IntoReply<R>> + Send + 'static,
    {
        let handler: Handler = Arc::new(move |delivery| {
            let reply = run::<R, _>(handler(delivery));
            Ok(Box::pin(async { reply.await.map(pass_on_ack) }))
        });
        Arc::make_mut(&mut self.routes).fall_back_to(handler);
        self
    }

    /// Registers the handler of deliveries whose body does not have the documented shape, of all
    /// commands that have a handler. Without it they are
    /// [failures](crate::outcome::FailureKind::Undecodable).
    ///
    /// # Panics
    ///
    /// If there is one already.
    #[must_use]
    #[track_caller]
    pub fn undecodable<R, F, Fut>(mut self, handler: F) -> Self
    where
        R: Into<Reply>,
        F: Fn(Delivery<Undecodable>) -> Fut + Send + Sync + 'static,
        Fut: Future<Output: IntoReply<R>> + Send + 'static,
    {
        let handler: UndecodableHandler = Arc::new(move |delivery| run::<R, _>(handler(delivery)));
        Arc::make_mut(&mut self.routes).hand_undecodable_to(handler);
        self
    }
}

/// In a fallback an acknowledgement is meant for whatever command it is.
fn pass_on_ack(reply: Reply) -> Reply {
    match reply {
        Reply::Ack(Ack) => Reply::Pass,
        reply => reply,
    }
}

/// Boxes the future of a handler, with its outcome in the common form.
fn run<R, F>(future: F) -> HandlerFuture
where
    R: Into<Reply>,
    F: Future<Output: IntoReply<R>> + Send + 'static,
{
    Box::pin(Run {
        future,
        into_reply: |outcome| outcome.into_reply().map(Into::into),
    })
}

pin_project! {
    /// Not an `async` block, which has room for the future twice: where it captures it, and where
    /// it awaits it. Twice a delivery is too big for the allocator's fast path.
    struct Run<F: Future> {
        #[pin]
        future: F,
        into_reply: fn(F::Output) -> Result<Reply, BoxError>,
    }
}

impl<F: Future> Future for Run<F> {
    type Output = Result<Reply, BoxError>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        this.future.poll(cx).map(this.into_reply)
    }
}

impl Service<Delivery> for Handlers {
    type Response = Reply;
    type Error = BoxError;
    type Future = HandlerFuture;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, delivery: Delivery) -> HandlerFuture {
        let handler = self
            .routes
            .by_command
            .get(delivery.command())
            .or(self.routes.fallback.as_ref());
        let Some(handler) = handler else {
            return Box::pin(async { Ok(Reply::Pass) });
        };
        handler(delivery).unwrap_or_else(|undecodable| match &self.routes.undecodable {
            Some(handler) => handler(undecodable),
            None => Box::pin(async { Err(undecodable.event.error.into()) }),
        })
    }
}

impl fmt::Debug for Handlers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Handlers")
            .field("commands", &self.routes.by_command.keys())
            .field("fallback", &self.routes.fallback.is_some())
            .field("undecodable", &self.routes.undecodable.is_some())
            .finish()
    }
}
