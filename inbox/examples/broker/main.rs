//! Puts webhooks into a message broker, and handles them as a worker does.
//!
//! ```sh
//! cargo run -p tower-tencent-webhook-inbox --example broker
//! ```
//!
//! The broker is a channel here. With `rdkafka` the producer is its `FutureProducer`.

mod store;

use std::{collections::HashSet, io::Write};

use bytes::Bytes;
use tokio::sync::mpsc;
use tower::{BoxError, Service, ServiceExt};
use tower_tencent_webhook::EventKey;
use tower_tencent_webhook::{
    Auth, Delivery, Handlers, Record,
    reply::Ack,
    testing,
    value::{Platform, UnixMillis},
};
use tower_tencent_webhook_inbox::{Attempt, Inbox, handle};

use self::store::{Producer, Topic};

/// A message, as a consumer gets it.
struct Message {
    key: [u8; 32],
    headers: Vec<(&'static str, String)>,
    body: Bytes,
}

#[derive(Clone)]
struct Channel(mpsc::Sender<Message>);

impl Producer for Channel {
    async fn send(
        &self,
        key: &[u8; 32],
        headers: &[(&'static str, String)],
        body: &Bytes,
    ) -> Result<(), BoxError> {
        let message = Message {
            key: *key,
            headers: headers.to_vec(),
            body: body.clone(),
        };
        Ok(self.0.send(message).await?)
    }
}

/// Puts the record of a message together again.
fn record(message: &Message) -> Record {
    let find = |name| {
        let found = message.headers.iter().find(|(header, _)| *header == name);
        found.map(|(_, value)| value.as_str())
    };
    let header = |name| find(name).unwrap_or_default();
    let app = header("app").parse().unwrap_or_default();
    let received = header("received").parse().unwrap_or_default();
    Record::new(app, header("command"), message.body.clone())
        .with_received(UnixMillis(received))
        .with_client_ip(header("client_ip").parse().ok())
        .with_platform(find("platform").map(Platform::from))
        .with_auth(Auth::from_name(header("auth")).unwrap_or(Auth::Unsigned))
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), BoxError> {
    let handlers = Handlers::new().fallback(|_: Delivery| async { Ack });
    let (sender, mut receiver) = mpsc::channel(16);
    let mut inbox = Inbox::new(Topic(Channel(sender)), handlers.clone());
    for _ in 0..2 {
        let delivery = testing::undecoded(
            "Group.CallbackAfterSendMsg",
            r#"{"GroupId":"g","From_Account":"mei","MsgSeq":1}"#,
        );
        inbox.ready().await?.call(delivery).await?;
    }
    drop(inbox);

    let mut known = HashSet::new();
    let mut offset = 0;
    while let Some(message) = receiver.recv().await {
        offset += 1;
        if known.insert(message.key) {
            let attempt = Attempt::new(offset, 1, EventKey::from(message.key));
            let verdict = handle(handlers.clone(), record(&message), attempt).await;
            writeln!(std::io::stdout(), "message {offset}: {verdict:?}")?;
        }
    }
    Ok(())
}
