//! The parts of a delivery that are worth storing.

use std::{borrow::Cow, fmt, net::IpAddr};

use bytes::Bytes;

use crate::{
    app::Auth,
    catalog,
    value::{Platform, UnixMillis},
};

/// The parts of a delivery that a store or a message broker keeps: body, command, app, where it
/// came from, how it was authenticated and when.
///
/// Never the URL, the signature or the headers: whoever reads the store must not be able to send
/// webhooks. [`Delivery::to_record`](crate::Delivery::to_record) makes one, and
/// [`Delivery::from_record`](crate::Delivery::from_record) hands it to the same handlers later.
///
/// A store writes the parts as columns and puts a record together again:
///
/// ```
/// use tower_tencent_webhook::{Auth, value::{Platform, UnixMillis}, Record};
///
/// let record = Record::new(1_400_000_000, "Group.CallbackAfterSendMsg", "{}")
///     .with_received(UnixMillis(1_669_872_112_000))
///     .with_client_ip("127.0.0.1".parse().ok())
///     .with_platform(Some(Platform::from("Web")))
///     .with_auth(Auth::from_name("token").unwrap());
/// assert_eq!(record.command(), "Group.CallbackAfterSendMsg");
/// ```
///
/// `Debug` shows the command and the app, never the content or the address.
#[derive(Clone, PartialEq)]
pub struct Record {
    sdk_app_id: u64,
    command: Cow<'static, str>,
    client_ip: Option<IpAddr>,
    platform: Option<Platform>,
    auth: Auth,
    received: UnixMillis,
    body: Bytes,
}

impl Record {
    /// A record of an app, a command and a body: unsigned, from nowhere, received in 1970.
    #[must_use]
    pub fn new(sdk_app_id: u64, command: impl Into<String>, body: impl Into<Bytes>) -> Self {
        Self {
            sdk_app_id,
            command: catalog::intern(Cow::Owned(command.into())),
            client_ip: None,
            platform: None,
            auth: Auth::Unsigned,
            received: UnixMillis(0),
            body: body.into(),
        }
    }

    /// Sets the address of the client that caused the event.
    #[must_use]
    pub fn with_client_ip(self, client_ip: Option<IpAddr>) -> Self {
        Self { client_ip, ..self }
    }

    /// Sets the platform of that client.
    #[must_use]
    pub fn with_platform(self, platform: Option<Platform>) -> Self {
        Self { platform, ..self }
    }

    /// Sets how the delivery was authenticated.
    #[must_use]
    pub fn with_auth(self, auth: Auth) -> Self {
        Self { auth, ..self }
    }

    /// Sets when the delivery was received.
    #[must_use]
    pub fn with_received(self, received: UnixMillis) -> Self {
        Self { received, ..self }
    }

    /// The app.
    #[must_use]
    pub fn sdk_app_id(&self) -> u64 {
        self.sdk_app_id
    }

    /// The callback command, by its primary name.
    #[must_use]
    pub fn command(&self) -> &str {
        &self.command
    }

    /// The command for logs and metrics: from a closed set, whatever the URL says.
    ///
    /// ```
    /// use tower_tencent_webhook::Record;
    ///
    /// let label = |command| Record::new(1_400_000_000, command, "{}").label();
    /// assert_eq!(label("C2C.CallbackAfterSendMsg"), "C2C.CallbackAfterSendMsg");
    /// assert_eq!(label("TRTC.103"), "TRTC.103");
    /// assert_eq!(label("Cake.CallbackAfterBake"), "other");
    /// ```
    #[must_use]
    pub fn label(&self) -> &'static str {
        catalog::label(&self.command)
    }

    /// The address of the client that caused the event.
    #[must_use]
    pub fn client_ip(&self) -> Option<IpAddr> {
        self.client_ip
    }

    /// The platform of that client.
    #[must_use]
    pub fn platform(&self) -> Option<&Platform> {
        self.platform.as_ref()
    }

    /// How the delivery was authenticated.
    #[must_use]
    pub fn auth(&self) -> Auth {
        self.auth
    }

    /// When the delivery was received, by the clock of the machine.
    #[must_use]
    pub fn received(&self) -> UnixMillis {
        self.received
    }

    /// The body as it came.
    #[must_use]
    pub fn body(&self) -> &Bytes {
        &self.body
    }
}

impl fmt::Debug for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Record")
            .field("command", &self.label())
            .field("sdk_app_id", &self.sdk_app_id)
            .finish_non_exhaustive()
    }
}
