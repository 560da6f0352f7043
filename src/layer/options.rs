//! The settings of a layer, as its builder methods.

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use http::uri::PathAndQuery;

use super::WebhookLayer;
use crate::{
    event::Webhook,
    outcome::{Failure, FailureAnswer, Outcome},
    reply::TypedReply,
};

/// Caps deadlines so that adding one to the clock cannot overflow.
const NO_DEADLINE: Duration = Duration::from_secs(30 * 365 * 24 * 60 * 60);

impl<E> WebhookLayer<E> {
    /// Takes webhooks at this path only, compared byte for byte with the path of the request.
    ///
    /// Without it, webhooks are taken at every path. Inside axum's `nest`, the path is what is
    /// left after the prefix. The first webhook that comes to another path is logged.
    ///
    /// # Panics
    ///
    /// If no request has this path: it does not begin with a slash, or has a query or characters that
    /// a URL cannot hold.
    #[must_use]
    #[track_caller]
    pub fn path(mut self, path: impl Into<String>) -> Self {
        let path = path.into();
        let parsed = path.parse::<PathAndQuery>();
        assert!(
            path.starts_with('/')
                && parsed.is_ok_and(|parsed| parsed.as_str() == path && parsed.path() == path),
            "no request has the path {path:?}; a path begins with `/` and has no query"
        );
        self.settings.admission.path = Some(path.into());
        self
    }

    /// Declares your own event `T`, whose command this release does not know: a failure of
    /// it is answered in the form of its reply, and outcomes have its command as their label.
    ///
    /// It is also what makes an event whose reply is `Ack` an after-webhook, acknowledged at the
    /// deadline and handled to its end, where its name does not begin with `CallbackAfter`.
    ///
    /// A layer for a single event type does this automatically; with [`Handlers`](crate::Handlers) you
    /// must call it, since the layer cannot look into its service.
    ///
    /// # Panics
    ///
    /// If the command is known to take another kind of reply.
    #[must_use]
    #[track_caller]
    pub fn declare<T: Webhook>(mut self) -> Self {
        self.settings
            .custom
            .declare(T::COMMAND, <T::Reply as TypedReply>::KIND);
        self
    }

    /// How far `RequestTime` may be from the clock, in either direction, counted in whole seconds;
    /// exactly this far is accepted. 60 seconds unless set, as the vendor advises.
    ///
    /// # Panics
    ///
    /// If it is not between one second and one hour.
    #[must_use]
    #[track_caller]
    pub fn signature_window(mut self, window: Duration) -> Self {
        self.settings.admission.window = within_an_hour(window);
        self
    }

    /// How far `CallbackTs` of an [event of TRTC](crate::trtc) may be from the clock, in either
    /// direction; exactly this far is accepted. `None` accepts any age. 5 minutes unless set: the
    /// vendor states no rule, and sends an event again for one minute.
    ///
    /// An event without `CallbackTs` is accepted only with `None`. **Within the window the same
    /// bytes are accepted again**: an event has no nonce.
    ///
    /// # Panics
    ///
    /// If it is not between one second and one hour.
    #[must_use]
    #[track_caller]
    pub fn event_window(mut self, window: impl Into<Option<Duration>>) -> Self {
        self.settings.event_window = window.into().map(within_an_hour);
        self
    }

    /// The longest body that is accepted, in bytes; exactly this long is accepted. 1 MiB unless
    /// set. It applies to the body as this layer sees it, after outer layers (decompression, for example).
    ///
    /// # Panics
    ///
    /// If it is zero.
    #[must_use]
    #[track_caller]
    pub fn body_limit(mut self, bytes: usize) -> Self {
        assert!(bytes > 0, "a body limit of zero refuses every webhook");
        self.settings.admission.body_limit = bytes;
        self
    }

    /// How long a webhook may take, from the arrival of its head: over its body, the readiness of
    /// the service and its reply. 1.5 seconds unless set, since Tencent waits for 2.
    ///
    /// When it passes, a body that is not complete gets 408, and a before-webhook that has no
    /// reply is a [failure](crate::outcome::FailureKind::TimedOut), its handler dropped. **An after-webhook is
    /// acknowledged, and its handler keeps running in the background**: if the process ends before it
    /// does, that event is lost.
    ///
    /// What waits needs a tokio runtime with timers (`enable_time`), and panics with tokio's own
    /// message outside one. What is answered at once needs no runtime.
    ///
    /// # Panics
    ///
    /// If it is zero.
    #[must_use]
    #[track_caller]
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.settings.deadline = bounded(deadline);
        self
    }

    /// As [`deadline`](WebhookLayer::deadline), for events of TRTC: 4 seconds unless set, since TRTC
    /// waits for 5.
    ///
    /// # Panics
    ///
    /// As for [`deadline`](WebhookLayer::deadline).
    #[must_use]
    #[track_caller]
    pub fn event_deadline(mut self, deadline: Duration) -> Self {
        self.settings.event_deadline = bounded(deadline);
        self
    }

    /// Whether an after-webhook whose handler is not done at the deadline is acknowledged. It is,
    /// unless set.
    ///
    /// If not, it is a [failure](crate::outcome::FailureKind::TimedOut) at the deadline: for a handler that
    /// must be done before Tencent is told so, such as one that stores the event. The handler keeps
    /// running in the background either way, and the outcome is reported once, at its end.
    #[must_use]
    pub fn acknowledge_late(mut self, acknowledge_late: bool) -> Self {
        self.settings.acknowledge_late = acknowledge_late;
        self
    }

    /// How many after-webhooks may be in progress at a time, answered or not: from the moment their
    /// body is complete until their handler ends. 1,024 unless set. One more is a
    /// [failure](crate::outcome::FailureKind::Overloaded), and is not decoded.
    ///
    /// # Panics
    ///
    /// If it is zero.
    #[must_use]
    #[track_caller]
    pub fn background_limit(mut self, limit: usize) -> Self {
        assert!(
            limit > 0,
            "a background limit of zero fails every after-webhook"
        );
        self.settings.in_flight = self.settings.in_flight.with_limit(limit);
        self
    }

    /// How many before-webhooks may be in progress at a time: from the moment their body is complete until
    /// their answer, so that slow bodies of one leaked URL cannot use it up. 1,024 unless set. One more is
    /// a [failure](crate::outcome::FailureKind::Overloaded), and is not decoded: better refused at once
    /// than let pass too late.
    ///
    /// # Panics
    ///
    /// If it is zero.
    #[must_use]
    #[track_caller]
    pub fn before_limit(mut self, limit: usize) -> Self {
        assert!(
            limit > 0,
            "a before limit of zero fails every before-webhook"
        );
        self.settings.before = self.settings.before.with_limit(limit);
        self
    }

    /// How long an after-webhook may be handled in the background, after its answer or without one. 5 minutes
    /// unless set. What takes longer is ended, and reported as
    /// [`FailedLate`](crate::outcome::End::FailedLate): handlers that hang must not use up the
    /// [`background_limit`](WebhookLayer::background_limit) for good.
    ///
    /// # Panics
    ///
    /// If it is zero.
    #[must_use]
    #[track_caller]
    pub fn background_timeout(mut self, timeout: Duration) -> Self {
        assert!(
            !timeout.is_zero(),
            "a background time-out of zero ends every late handler"
        );
        self.settings.background_timeout = timeout;
        self
    }

    /// The clock that signatures are compared with: for tests, and for machines whose own clock
    /// is off.
    #[must_use]
    pub fn clock(mut self, clock: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        self.settings.clock = Arc::new(clock);
        self
    }

    /// Decides how a failed webhook is answered; sees every failure. [`FailureAnswer::HttpError`]
    /// unless set; [`FailureAnswer::Refuse`] if it panics.
    ///
    /// **An authentic before-webhook gets the reply of the handler or the answer of this policy, and
    /// nothing else**, whatever is wrong with its body, its age, its decoding, or the load.
    ///
    /// It runs inside the response future: it must not block.
    #[must_use]
    pub fn on_failure(
        mut self,
        on_failure: impl Fn(&Failure<'_>) -> FailureAnswer + Send + Sync + 'static,
    ) -> Self {
        self.settings.on_failure = Some(Arc::new(on_failure));
        self
    }

    /// Sees the outcome of every intercepted request, once. Attach metrics here; `tracing` events
    /// are [emitted](crate::observe) anyway.
    ///
    /// It runs inside the response future: it must not block.
    #[must_use]
    pub fn on_outcome(mut self, on_outcome: impl Fn(&Outcome) + Send + Sync + 'static) -> Self {
        Arc::make_mut(&mut self.settings.observer).on_outcome = Some(Arc::new(on_outcome));
        self
    }

    /// Whether each response of this layer carries its [`Outcome`] in the extensions, for outer
    /// layers to log. Off unless set, since it allocates.
    ///
    /// The acknowledgement of an after-webhook that is still being handled carries none: its
    /// outcome is not known yet, and goes to [`on_outcome`](WebhookLayer::on_outcome) only.
    #[must_use]
    pub fn outcome_in_extensions(mut self, yes: bool) -> Self {
        Arc::make_mut(&mut self.settings.observer).in_extensions = yes;
        self
    }

    /// Whether the handler of each webhook runs in a span `webhook`, also in the background. Off
    /// unless set. See the [chapter](crate::docs::observability) for its fields.
    #[must_use]
    pub fn webhook_span(mut self, yes: bool) -> Self {
        Arc::make_mut(&mut self.settings.observer).span = yes;
        self
    }
}

/// A window that is neither too narrow for a clock nor open to old requests.
#[track_caller]
fn within_an_hour(window: Duration) -> Duration {
    assert!(
        (Duration::from_secs(1)..=Duration::from_secs(3600)).contains(&window),
        "a window of {window:?} is not between one second and one hour"
    );
    window
}

#[track_caller]
fn bounded(deadline: Duration) -> Duration {
    assert!(
        !deadline.is_zero(),
        "a deadline of zero fails every webhook"
    );
    deadline.min(NO_DEADLINE)
}
