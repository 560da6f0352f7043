//! Forwards webhooks to an app, signed anew.

use std::time::Duration;

use tower::BoxError;
use tower_tencent_webhook::{Delivery, event::Undecoded};

use crate::{
    exchange::{head::Head, head::Origin},
    protocol::Envelope,
    secrets::{Keys, Secrets},
    send::{
        client::{Client, Received},
        outgoing::{Credential, Outgoing},
        target::Target,
    },
    time,
};

/// How long an app may go on after the webhook was cut off, so that its answer is still shown.
const TIMEOUT: Duration = Duration::from_secs(30);

/// The app, and what to sign with.
#[derive(Debug)]
pub(crate) struct Forward {
    target: Target,
    client: Client,
    secrets: Secrets,
}

impl Forward {
    pub(crate) fn new(target: Target, client: Client, secrets: Secrets) -> Self {
        Self {
            target,
            client,
            secrets,
        }
    }

    /// Sends the same body, signed anew with the token or key of its app, to the path of the
    /// target, or to its own path if the target has none.
    pub(crate) async fn send(&self, delivery: &Delivery<Undecoded>) -> Result<Received, BoxError> {
        let outgoing = Outgoing {
            sdk_app_id: delivery.sdk_app_id(),
            envelope: Envelope::of(delivery.command()),
            query: Head::of(delivery.parts()).unsigned_query(),
            body: delivery.body().clone(),
        };
        let none = Keys::default();
        let keys = self.secrets.get(delivery.sdk_app_id()).unwrap_or(&none);
        let target = match self.target.uri().path() {
            "/" => self.target.at(delivery.parts().uri.path())?,
            _ => self.target.clone(),
        };
        let now = time::now();
        let request = outgoing.request(&target, keys, &Credential::First, now, Origin::Network)?;
        self.client.send(request, TIMEOUT).await
    }
}
