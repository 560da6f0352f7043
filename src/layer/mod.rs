//! The layer, its services, and what their responses are made of.
//!
//! [`WebhookLayer`] wraps an application as a [`WebhookService`], or becomes a [`WebhookEndpoint`] for a
//! route.
//!
//! ```
//! use tower::{Layer, ServiceExt};
//! use tower_tencent_webhook::{App, Handlers, WebhookLayer, testing::{WebhookRequest, sample_body}};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let webhooks = WebhookLayer::new(App::signed(1_400_000_000, "token")?, Handlers::new());
//! let command = "Group.CallbackAfterSendMsg";
//! let body = axum::body::Body::from(sample_body(command).unwrap_or_default());
//! let webhook = WebhookRequest::new(1_400_000_000, command).signed("token").body(body);
//! let response = webhooks.layer(axum::Router::new()).oneshot(webhook).await?;
//! assert_eq!(response.status(), 200);
//! # Ok(())
//! # }
//! ```

mod admit;
mod answer;
mod body;
mod endpoint;
mod future;
mod handling;
mod hints;
mod in_flight;
mod options;
mod response;
mod service;
mod settings;
mod started;
mod waiting;
mod webhook;

use std::{
    fmt,
    marker::PhantomData,
    sync::Arc,
    time::{Duration, SystemTime},
};

use tower::{BoxError, Layer, Service};

use self::{
    admit::AdmissionPolicy,
    handling::{Handler, ServiceOf},
    in_flight::InFlight,
    settings::{CustomCommands, Settings},
};
pub use self::{
    endpoint::WebhookEndpoint, future::ResponseFuture, response::ResponseBody,
    service::WebhookService,
};
use crate::{
    app::Apps,
    delivery::Delivery,
    event::{Payload, Undecoded},
};

/// A [`tower::Layer`] that takes webhooks out of the requests to an application and hands them,
/// checked and typed, to a service of yours.
///
/// Every other request reaches the application as it came. See the [crate docs](crate) for
/// mounting and for the order of the checks.
///
/// `E` decides what is intercepted and how it is decoded; it follows from the request type of
/// the service:
///
/// | a `Service` of | intercepted |
/// | --- | --- |
/// | [`Delivery<Undecoded>`](Undecoded), as [`Handlers`](crate::Handlers) is | every webhook, and every event of [TRTC](crate::trtc) |
/// | [`Delivery<Event>`](crate::event::Event) | every webhook, decoded |
/// | [`Delivery<trtc::Event>`](crate::trtc::Event) | every event of TRTC, decoded |
/// | `Delivery<E>` of one event type | that command only |
///
/// The type of an event of TRTC is in its body, so a layer of one such type takes them all, and
/// acknowledges the others without handing them on.
///
/// **A layer of one event type lets all other commands pass through to the application, where
/// nothing has authenticated them.** That is what makes such layers stack.
///
/// The service is cloned for each webhook, so it must be `Clone + Send + Sync`. `ConcurrencyLimit`,
/// `Timeout`, `LoadShed` and `Buffer` of tower are; `RateLimit` and `BoxService` are not. Its type
/// is not part of the layer's, so that a field or a function can name the layer.
pub struct WebhookLayer<E = Undecoded> {
    settings: Settings,
    handler: Arc<dyn Handler>,
    payload: PhantomData<fn(E)>,
}

impl WebhookLayer {
    /// The age of a signature that is accepted, unless set.
    pub const DEFAULT_SIGNATURE_WINDOW: Duration = Duration::from_secs(60);

    /// The longest body that is accepted, in bytes, unless set.
    pub const DEFAULT_BODY_LIMIT: usize = 1024 * 1024;

    /// How long a webhook may take, unless set.
    pub const DEFAULT_DEADLINE: Duration = Duration::from_millis(1500);

    /// How long an event of TRTC may take, unless set.
    pub const DEFAULT_EVENT_DEADLINE: Duration = Duration::from_secs(4);

    /// The age of an event of TRTC that is accepted, unless set.
    pub const DEFAULT_EVENT_WINDOW: Duration = Duration::from_secs(300);

    /// How many after-webhooks may be in progress at a time, unless set.
    pub const DEFAULT_BACKGROUND_LIMIT: usize = 1024;

    /// How many before-webhooks may be in progress at a time, unless set.
    pub const DEFAULT_BEFORE_LIMIT: usize = 1024;

    /// How long an after-webhook may go on in the background, unless set.
    pub const DEFAULT_BACKGROUND_TIMEOUT: Duration = Duration::from_secs(300);
}

impl<E> WebhookLayer<E> {
    /// A layer that hands the webhooks of `apps` to `handler`.
    ///
    /// # Panics
    ///
    /// If `E` is a struct of your own whose reply is not the one that
    /// [`COMMANDS`](crate::event::COMMANDS) has for its command.
    #[track_caller]
    pub fn new<H>(apps: impl Into<Apps>, handler: H) -> Self
    where
        H: Service<Delivery<E>> + Clone + Send + Sync + 'static,
        H::Response: Into<E::Reply>,
        H::Error: Into<BoxError>,
        H::Future: Send + 'static,
        E: Payload,
    {
        let mut custom = CustomCommands::default();
        if let Some((command, kind)) = E::ONLY.and_then(|only| Some((only, E::reply_kind(only)?))) {
            custom.declare(command, kind);
        }
        let settings = Settings {
            admission: AdmissionPolicy {
                apps: apps.into(),
                only: E::ONLY,
                path: None,
                window: WebhookLayer::DEFAULT_SIGNATURE_WINDOW,
                body_limit: WebhookLayer::DEFAULT_BODY_LIMIT,
            },
            hints: Arc::default(),
            custom,
            deadline: WebhookLayer::DEFAULT_DEADLINE,
            event_deadline: WebhookLayer::DEFAULT_EVENT_DEADLINE,
            event_window: Some(WebhookLayer::DEFAULT_EVENT_WINDOW),
            acknowledge_late: true,
            in_flight: InFlight::new(WebhookLayer::DEFAULT_BACKGROUND_LIMIT),
            before: InFlight::new(WebhookLayer::DEFAULT_BEFORE_LIMIT),
            background_timeout: WebhookLayer::DEFAULT_BACKGROUND_TIMEOUT,
            clock: Arc::new(SystemTime::now),
            on_failure: None,
            observer: Arc::default(),
        };
        Self {
            settings,
            handler: Arc::new(ServiceOf::<H, E>::new(handler)),
            payload: PhantomData,
        }
    }

    /// Waits until no after-webhook is being handled, for at most `timeout`, and returns how many are
    /// left.
    ///
    /// For a shutdown: first let the server finish its connections, then drain a clone of the
    /// layer that was kept. All clones, and the services they made, count together.
    ///
    /// # Panics
    ///
    /// If there is something to wait for, and no tokio runtime with timers (`enable_time`).
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use tower_tencent_webhook::{App, Apps, Handlers, WebhookLayer};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let apps = Apps::new([App::signed(1_400_000_000, "token")?])?;
    /// let webhooks = WebhookLayer::new(apps, Handlers::new());
    /// let service = webhooks.clone().into_service();
    /// // .. serve `service` until it is time to stop ..
    /// let left = webhooks.drain(Duration::from_secs(5)).await;
    /// assert_eq!(left, 0);
    /// # Ok(())
    /// # }
    /// ```
    pub async fn drain(&self, timeout: Duration) -> usize {
        self.settings.in_flight.drain(timeout).await
    }

    /// How many after-webhooks are being handled, answered or not, in all clones of the layer and
    /// the services they made. [`drain`](WebhookLayer::drain) waits until there are none.
    #[must_use]
    pub fn in_flight(&self) -> usize {
        self.settings.in_flight.count()
    }

    /// The layer as a service of its own, to be mounted at a route. Other requests
    /// get 405 with `Allow: POST`, or 400 if they are a POST.
    ///
    /// It is a [`tower::Service`] and a [`hyper::service::Service`].
    pub fn into_service(self) -> WebhookEndpoint<E> {
        WebhookEndpoint::new(Arc::new(self.settings), self.handler)
    }
}

impl<S, E> Layer<S> for WebhookLayer<E> {
    type Service = WebhookService<S, E>;

    fn layer(&self, inner: S) -> Self::Service {
        WebhookService::new(
            inner,
            Arc::new(self.settings.clone()),
            Arc::clone(&self.handler),
        )
    }
}

impl<E> Clone for WebhookLayer<E> {
    fn clone(&self) -> Self {
        Self {
            settings: self.settings.clone(),
            handler: Arc::clone(&self.handler),
            payload: PhantomData,
        }
    }
}

impl<E> fmt::Debug for WebhookLayer<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WebhookLayer")
            .field("settings", &self.settings)
            .field("handler", &self.handler.name())
            .finish()
    }
}
