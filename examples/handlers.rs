//! Typed handlers: one that decides on messages and one that stores them, with shared state,
//! an answer for failures, and a log line for every webhook.
//!
//! ```sh
//! export TOKEN=secret # the token that the Tencent console has for the app
//! cargo run --example handlers
//! ```
//!
//! Then, in a shell with the same `TOKEN`, what Tencent would ask before a message is sent:
//!
//! ```sh
//! NOW=$(date +%s) && SIGN=$(printf %s "$TOKEN$NOW" | sha256sum | cut -d' ' -f1)
//! curl "http://127.0.0.1:3000/im?SdkAppid=1400000000&CallbackCommand=Group.CallbackBeforeSendMsg&Sign=$SIGN&RequestTime=$NOW" \
//!     -d '{"GroupId":"@TGS#1","Type":"Live","From_Account":"mei","MsgBody":[{"MsgType":"TIMTextElem","MsgContent":{"Text":"casino!"}}]}'
//! ```

use std::{
    error::Error,
    fmt,
    sync::{Arc, Mutex},
};

use axum::Router;
use tokio::net::TcpListener;
use tower_tencent_webhook::{
    App, Apps, Delivery, FailureAnswer, Handlers, Outcome, WebhookLayer,
    event::{Webhook, group},
    outcome::{End, Failure},
    reply::{Ack, MessageVerdict},
    value::Account,
};

/// The code that a sender's client gets with a refusal. A number that Tencent would not pass
/// on does not compile.
pub const ADVERT: group::Code = group::Code::new(10_150).unwrap();

/// What the handlers share.
#[derive(Debug, Default)]
pub struct Chat {
    /// Words that no message may contain.
    pub(crate) blocked: Vec<String>,
    /// The senders so far, oldest first. An application has a database here.
    pub(crate) senders: Mutex<Vec<Account>>,
}

/// Before a message is sent: the reply decides on it.
async fn moderate(
    chat: Arc<Chat>,
    delivery: Delivery<group::BeforeSendMsg>,
) -> MessageVerdict<group::Code> {
    let mut texts = delivery
        .event
        .msg_body
        .iter()
        .filter_map(|element| element.as_text());
    if texts.any(|text| chat.blocked.iter().any(|word| text.contains(word))) {
        MessageVerdict::refuse_with(ADVERT, "no adverts, please")
    } else {
        MessageVerdict::Allow
    }
}

/// After a message was sent: there is nothing left to decide, but storing it may fail.
async fn store(
    chat: Arc<Chat>,
    delivery: Delivery<group::AfterSendMsg>,
) -> Result<Ack, StoreError> {
    let mut senders = chat.senders.lock().map_err(|_| StoreError)?;
    senders.push(delivery.event.from_account);
    Ok(Ack)
}

/// A message could not be stored. Any error type will do.
#[derive(Debug)]
struct StoreError;

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the store is gone")
    }
}

impl Error for StoreError {}

/// Everything else that is switched on in the console. An acknowledgement lets it pass.
async fn ignore(delivery: Delivery) -> Ack {
    tracing::debug!(command = delivery.command(), "no handler");
    Ack
}

/// Called for every failure: a body that cannot be decoded, an error of a handler, a panic.
fn answer(failure: &Failure<'_>) -> FailureAnswer {
    tracing::error!(
        command = failure.command(),
        kind = ?failure.kind(),
        error = failure.error(),
        "a webhook failed"
    );
    // On an HTTP error Tencent does what the console is set to, which is to deliver the message
    // unless somebody changed it. A moderator that is down must not open the gates.
    if failure.command() == group::BeforeSendMsg::COMMAND {
        FailureAnswer::Refuse
    } else {
        FailureAnswer::HttpError
    }
}

/// Called once for every webhook, rejected ones included. It holds none of the content, so all
/// of it can be logged or become a metric.
fn log(outcome: &Outcome) {
    let Outcome {
        command,
        sdk_app_id,
        end,
        duration,
        ..
    } = *outcome;
    match end {
        // The client is told nothing but 403. Here is why.
        End::Rejected(cause) => tracing::warn!(command, sdk_app_id, %cause, "refused"),
        end => tracing::info!(command, sdk_app_id, ?end, ?duration, "done"),
    }
}

/// The app: webhooks at `/im`.
pub fn app(apps: Apps, chat: Arc<Chat>) -> Router {
    let handlers = Handlers::new()
        .on_with(Arc::clone(&chat), moderate)
        .on_with(chat, store)
        .fallback(ignore);
    let webhooks = WebhookLayer::new(apps, handlers)
        .on_failure(answer)
        .on_outcome(log);
    Router::new().route_service("/im", webhooks.into_service())
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    tracing_subscriber::fmt::init();
    let token = std::env::var("TOKEN").map_err(|_| "set TOKEN to the token of the app")?;
    let apps = Apps::new([App::signed(1_400_000_000, token)?])?;
    let chat = Arc::new(Chat {
        blocked: vec!["casino".to_owned()],
        ..Chat::default()
    });

    let listener = TcpListener::bind("127.0.0.1:3000").await?;
    axum::serve(listener, app(apps, chat)).await?;
    Ok(())
}
