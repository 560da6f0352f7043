//! What a handler receives.

mod event_key;
mod key_rules;
mod record;

use std::{borrow::Cow, fmt, net::IpAddr, time::Duration};

use bytes::Bytes;
use http::{Extensions, Request, request::Parts};
use tokio::time::Instant;

pub use self::{event_key::EventKey, record::Record};
use crate::{
    app::Auth,
    catalog,
    event::{Payload, Undecodable, Undecoded, Webhook},
    reply::Phase,
    value::{Platform, UnixMillis},
    wire::{DecodeError, DecodeErrorKind},
};

/// A webhook that passed every check, with its event.
///
/// No part of the request is lost: [`body`](Delivery::body) is the body byte for byte, and
/// headers, extensions and URI are there as outer layers left them.
///
/// `Debug` shows the command and the app, never the content, the address or the URL.
pub struct Delivery<E = Undecoded> {
    /// The event.
    pub event: E,
    context: Box<Context>,
}

/// All of a delivery but the event.
pub(crate) struct Context {
    pub(crate) sdk_app_id: u64,
    pub(crate) command: Cow<'static, str>,
    pub(crate) phase: Option<Phase>,
    pub(crate) client_ip: Option<IpAddr>,
    pub(crate) platform: Option<Platform>,
    pub(crate) auth: Auth,
    pub(crate) received: UnixMillis,
    /// `None` if no layer waits for the answer.
    pub(crate) layer: Option<Layer>,
    pub(crate) body: Bytes,
    pub(crate) parts: Parts,
}

/// What the layer does with the answer.
#[derive(Clone, Copy)]
pub(crate) struct Layer {
    pub(crate) deadline: Instant,
    pub(crate) acknowledges_late: bool,
}

impl<E> Delivery<E> {
    pub(crate) fn new(event: E, context: Box<Context>) -> Self {
        Self { event, context }
    }

    /// The app the webhook is for; one of those configured.
    #[must_use]
    pub fn sdk_app_id(&self) -> u64 {
        self.context.sdk_app_id
    }

    /// The callback command, as in the URL.
    #[must_use]
    pub fn command(&self) -> &str {
        &self.context.command
    }

    /// The command for logs and metrics: from a closed set, whatever the URL says. See
    /// [`Record::label`].
    #[must_use]
    pub fn label(&self) -> &'static str {
        catalog::label(&self.context.command)
    }

    /// Whether the reply decides; `None` if neither the table nor the name of the command tells.
    #[must_use]
    pub fn phase(&self) -> Option<Phase> {
        self.context.phase
    }

    /// The address of the client that caused the event, as the URL gives it.
    ///
    /// `None` if it is absent or not an address. The signature does not cover it.
    #[must_use]
    pub fn client_ip(&self) -> Option<IpAddr> {
        self.context.client_ip
    }

    /// The platform of that client, as the URL gives it. The signature does not cover it.
    #[must_use]
    pub fn platform(&self) -> Option<&Platform> {
        self.context.platform.as_ref()
    }

    /// How the delivery was authenticated.
    #[must_use]
    pub fn auth(&self) -> Auth {
        self.context.auth
    }

    /// When its head arrived, by the clock of the machine.
    #[must_use]
    pub fn received(&self) -> UnixMillis {
        self.context.received
    }

    /// How long the layer still waits for the reply. `None` if no layer does, as for a delivery that
    /// was stored.
    #[must_use]
    pub fn time_left(&self) -> Option<Duration> {
        let layer = self.context.layer?;
        Some(layer.deadline.saturating_duration_since(Instant::now()))
    }

    /// Whether the layer acknowledges it at the deadline if its handler is not done by then; see
    /// [`WebhookLayer::acknowledge_late`](crate::WebhookLayer::acknowledge_late).
    #[must_use]
    pub fn acknowledges_late(&self) -> bool {
        self.context
            .layer
            .is_some_and(|layer| layer.acknowledges_late)
    }

    /// The body as it came.
    #[must_use]
    pub fn body(&self) -> &Bytes {
        &self.context.body
    }

    /// The extensions that outer layers put into the request.
    #[must_use]
    pub fn extensions(&self) -> &Extensions {
        &self.context.parts.extensions
    }

    /// The extensions, for a service that adds to what its inner one sees.
    pub fn extensions_mut(&mut self) -> &mut Extensions {
        &mut self.context.parts.extensions
    }

    /// The head of the request: method, URI, headers, extensions. **Its URI holds the signature: do not
    /// log it.**
    #[must_use]
    pub fn parts(&self) -> &Parts {
        &self.context.parts
    }

    /// The parts that are worth storing: never the URL, the signature or the headers.
    ///
    /// The body is copied, so that what waits to be stored does not hold the server's buffers.
    #[must_use]
    pub fn to_record(&self) -> Record {
        Record::new(self.sdk_app_id(), self.command(), self.body().to_vec())
            .with_client_ip(self.client_ip())
            .with_platform(self.platform().cloned())
            .with_auth(self.auth())
            .with_received(self.received())
    }

    /// The same delivery with another event.
    #[must_use]
    pub fn map<F>(self, map: impl FnOnce(E) -> F) -> Delivery<F> {
        Delivery {
            event: map(self.event),
            context: self.context,
        }
    }
}

impl Delivery<Undecoded> {
    /// The delivery that was stored as `record`, for the same handlers. Its URI, headers and
    /// extensions are empty.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// use tower::ServiceExt;
    /// use tower_tencent_webhook::{Delivery, Handlers, Record, event::group, reply::{Ack, Reply}};
    ///
    /// let handlers = Handlers::new().on(|_: Delivery<group::AfterGroupFull>| async { Ack });
    /// let record = Record::new(1_400_000_000, "Group.CallbackAfterGroupFull", r#"{"GroupId":"g"}"#);
    /// let reply = handlers.oneshot(Delivery::from_record(record)).await.unwrap();
    /// assert_eq!(reply, Reply::Ack(Ack));
    /// # }
    /// ```
    #[must_use]
    pub fn from_record(record: Record) -> Self {
        let command = catalog::intern(Cow::Owned(record.command().to_owned()));
        let phase = catalog::phase(&command, catalog::reply_kind(&command));
        let (parts, ()) = Request::new(()).into_parts();
        let context = Box::new(Context {
            sdk_app_id: record.sdk_app_id(),
            command,
            phase,
            client_ip: record.client_ip(),
            platform: record.platform().cloned(),
            auth: record.auth(),
            received: record.received(),
            layer: None,
            body: record.body().clone(),
            parts,
        });
        Self::new(Undecoded, context)
    }

    /// Decodes the body as the event `E`, for a service that dispatches by itself.
    ///
    /// # Errors
    ///
    /// The delivery again, with the reason, if it is of another command, or if the body does not
    /// have the documented shape.
    pub fn decode<E: Webhook>(self) -> Result<Delivery<E>, Delivery<Undecodable>> {
        let decoded = if self.command() == catalog::first_name(E::COMMAND) {
            <E as Payload>::decode(self.command(), self.body())
        } else {
            Err(DecodeError::new(DecodeErrorKind::CommandMismatch))
        };
        match decoded {
            Ok(event) => Ok(self.map(|_| event)),
            Err(error) => Err(self.map(|_| Undecodable { error })),
        }
    }
}

impl<E> fmt::Debug for Delivery<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Delivery")
            .field("command", &self.label())
            .field("sdk_app_id", &self.context.sdk_app_id)
            .finish_non_exhaustive()
    }
}
