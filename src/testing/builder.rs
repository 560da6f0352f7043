//! A builder of deliveries.

use std::{fmt, net::IpAddr};

use bytes::Bytes;
use http::Extensions;

use crate::{
    app::Auth,
    delivery::{Delivery, Record},
    event::{Undecoded, Webhook},
    value::{Platform, UnixMillis},
};

/// Builds deliveries without HTTP, for handlers that look at more than the event.
///
/// ```
/// use tower_tencent_webhook::{Auth, event::group, testing::{self, DeliveryBuilder}};
///
/// let delivery = DeliveryBuilder::new()
///     .sdk_app_id(1_400_000_001)
///     .client_ip("203.0.113.7".parse().unwrap())
///     .auth(Auth::Token)
///     .extension("the state of an outer layer")
///     .event(testing::sample::<group::AfterSendMsg>());
/// assert_eq!(delivery.sdk_app_id(), 1_400_000_001);
/// assert_eq!(delivery.extensions().get(), Some(&"the state of an outer layer"));
/// ```
#[derive(Clone)]
pub struct DeliveryBuilder {
    sdk_app_id: u64,
    client_ip: Option<IpAddr>,
    platform: Option<Platform>,
    auth: Auth,
    received: UnixMillis,
    extensions: Extensions,
    body: Bytes,
}

impl DeliveryBuilder {
    /// App 1400000000, unsigned, from nowhere, an empty body.
    #[must_use]
    pub fn new() -> Self {
        Self {
            sdk_app_id: 1_400_000_000,
            client_ip: None,
            platform: None,
            auth: Auth::Unsigned,
            received: UnixMillis(0),
            extensions: Extensions::new(),
            body: Bytes::new(),
        }
    }

    /// Sets the app.
    #[must_use]
    pub fn sdk_app_id(self, sdk_app_id: u64) -> Self {
        Self { sdk_app_id, ..self }
    }

    /// Sets the address of the client that caused the event.
    #[must_use]
    pub fn client_ip(self, client_ip: IpAddr) -> Self {
        Self {
            client_ip: Some(client_ip),
            ..self
        }
    }

    /// Sets the platform of that client.
    #[must_use]
    pub fn platform(self, platform: Platform) -> Self {
        Self {
            platform: Some(platform),
            ..self
        }
    }

    /// Sets how the delivery was authenticated.
    #[must_use]
    pub fn auth(self, auth: Auth) -> Self {
        Self { auth, ..self }
    }

    /// Sets when the delivery was received.
    #[must_use]
    pub fn received(self, received: UnixMillis) -> Self {
        Self { received, ..self }
    }

    /// Adds an extension, as an outer layer would.
    #[must_use]
    pub fn extension<T: Clone + Send + Sync + 'static>(mut self, extension: T) -> Self {
        self.extensions.insert(extension);
        self
    }

    /// Sets the raw body.
    #[must_use]
    pub fn body(self, body: impl Into<Bytes>) -> Self {
        Self {
            body: body.into(),
            ..self
        }
    }

    /// The delivery of an event. Its raw body is what was [set](Self::body), whatever the event.
    #[must_use]
    pub fn event<E: Webhook>(self, event: E) -> Delivery<E> {
        self.undecoded(E::COMMAND).map(|_| event)
    }

    /// The delivery of a command that is not decoded, as a service of undecoded deliveries gets it.
    #[must_use]
    pub fn undecoded(self, command: impl Into<String>) -> Delivery<Undecoded> {
        let record = Record::new(self.sdk_app_id, command, self.body)
            .with_client_ip(self.client_ip)
            .with_platform(self.platform)
            .with_auth(self.auth)
            .with_received(self.received);
        let mut delivery = Delivery::from_record(record);
        *delivery.extensions_mut() = self.extensions;
        delivery
    }
}

impl Default for DeliveryBuilder {
    fn default() -> Self {
        Self::new()
    }
}

/// Shows what a delivery would: never the body or an address.
impl fmt::Debug for DeliveryBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DeliveryBuilder")
            .field("sdk_app_id", &self.sdk_app_id)
            .field("auth", &self.auth)
            .finish_non_exhaustive()
    }
}
