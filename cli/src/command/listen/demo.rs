//! `--demo`: an app that nobody else knows, and samples of everything in its name.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use http::Request;
use tower::BoxError;

use crate::{
    exchange::head::Origin,
    output::Hub,
    protocol,
    receive::Receiver,
    secrets::{Keys, Secret, Secrets},
    send::{
        client::SendBody,
        outgoing::{Credential, Outgoing},
        sample,
        target::Target,
    },
    time,
};

/// How long to wait for one sample.
const TIMEOUT: Duration = Duration::from_secs(10);
const HOUR: u64 = 3_600_000;

/// The app.
#[derive(Debug)]
pub(crate) struct Demo {
    sdk_app_id: u64,
    keys: Keys,
}

/// What is sent besides the samples.
struct Wrong {
    command: &'static str,
    body: &'static [u8],
    credential: Credential,
    /// How old the signature is, in milliseconds.
    age: u64,
    /// Added to the id of the app.
    other_app: u64,
}

impl Demo {
    /// One whose id is not in `secrets`, with a token and a key that nobody can guess.
    ///
    /// # Errors
    ///
    /// If the system has no random numbers.
    pub(crate) fn beside(secrets: &Secrets) -> Result<Self, getrandom::Error> {
        let sdk_app_id = (1_400_000_000..)
            .find(|id| secrets.get(*id).is_none())
            .unwrap_or_default();
        let keys = Keys {
            tokens: vec![Secret::random()?],
            event_keys: vec![Secret::random()?],
            unsigned: false,
        };
        Ok(Self { sdk_app_id, keys })
    }

    pub(crate) fn app(&self) -> (u64, Keys) {
        (self.sdk_app_id, self.keys.clone())
    }

    /// Sends everything, and tells on stderr what there is to see.
    pub(crate) async fn run(self, receiver: Receiver, hub: Arc<Hub>, page: Option<String>) {
        let mut samples = 0;
        for row in protocol::commands() {
            let command = row.command;
            let Ok(body) = sample::body(command, None) else {
                continue;
            };
            let sample = Outgoing::new(self.sdk_app_id, command, body);
            self.send(&receiver, sample, &Credential::First, 0).await;
            samples += 1;
        }
        let wrong = wrong();
        for wrong in &wrong {
            let body = Bytes::from_static(wrong.body);
            let id = self.sdk_app_id + wrong.other_app;
            let outgoing = Outgoing::new(id, wrong.command, body);
            self.send(&receiver, outgoing, &wrong.credential, wrong.age)
                .await;
        }
        receiver
            .send(Request::new(SendBody::default()), Origin::Demo, TIMEOUT)
            .await;
        settle(&hub).await;
        let rejected = hub
            .store
            .after(0)
            .iter()
            .filter(|exchange| exchange.end() == "rejected")
            .count();
        tracing::info!(
            "demo: {samples} samples of app {} sent; {rejected} more were rejected on purpose, one \
             could not be decoded and one is not a webhook, each with its cause",
            self.sdk_app_id
        );
        if let Some(page) = page {
            tracing::info!("open {page} to see them");
        }
        tracing::info!("still listening; Ctrl-C ends it");
    }

    async fn send(
        &self,
        receiver: &Receiver,
        outgoing: Outgoing,
        credential: &Credential,
        age: u64,
    ) {
        let sent: Result<u64, BoxError> = async {
            let now = time::now();
            let request = outgoing.sent_at(now - age).request(
                &Target::here(),
                &self.keys,
                credential,
                now - age,
                Origin::Demo,
            )?;
            Ok(receiver.send(request, Origin::Demo, TIMEOUT).await)
        }
        .await;
        if let Err(error) = sent {
            tracing::warn!(error, "a sample was not sent");
        }
    }
}

/// Waits until the lines are printed, so that the summary is the last one; not for long, since
/// there may be no reader.
async fn settle(hub: &Hub) {
    for _ in 0..100 {
        if hub.is_idle() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// One of each common mistake.
fn wrong() -> [Wrong; 6] {
    let fine = || Wrong {
        command: "C2C.CallbackBeforeSendMsg",
        body: b"{}",
        credential: Credential::First,
        age: 0,
        other_app: 0,
    };
    [
        Wrong {
            credential: Credential::Other(Secret::new("the token of another app")),
            ..fine()
        },
        Wrong {
            age: 3 * HOUR,
            ..fine()
        },
        Wrong {
            credential: Credential::None,
            ..fine()
        },
        Wrong {
            other_app: 1,
            ..fine()
        },
        Wrong {
            command: "State.StateChange",
            body: b"{\"Info\":",
            ..fine()
        },
        Wrong {
            command: "Cake.CallbackAfterBake",
            body: b"{\"CallbackCommand\":\"Cake.CallbackAfterBake\",\"Flour\":\"rye\"}",
            ..fine()
        },
    ]
}
