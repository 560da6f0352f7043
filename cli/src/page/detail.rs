//! Everything about one delivery, as JSON.

use serde::Serialize;
use serde_json::value::RawValue;
use tower_tencent_webhook::testing;

use crate::{
    exchange::{
        Answer, Exchange,
        effect::Effect,
        row::Row,
        typed::{self, Typed},
    },
    protocol::Envelope,
};

/// A row and all that is behind it.
#[derive(Serialize)]
pub(crate) struct Detail<'a> {
    #[serde(flatten)]
    row: Row<'a>,
    envelope: Option<Envelope>,
    method: &'a str,
    path: &'a str,
    query: Vec<(&'a str, &'a str)>,
    headers: &'a [(String, String)],
    client_ip: Option<&'a str>,
    platform: Option<&'a str>,
    /// `event`, `unknown` or `undecodable`, of a webhook that was admitted.
    kind: Option<&'static str>,
    body: Option<String>,
    /// What Tencent is known to send for the command.
    sample: Option<&'static str>,
    event: Option<Box<RawValue>>,
    untyped: Vec<String>,
    reply: Option<Reply>,
    late_reply: Option<Reply>,
    effect: Option<Effect>,
}

/// What was answered.
#[derive(Serialize)]
struct Reply {
    status: u16,
    body: String,
}

impl Reply {
    fn of(answer: &Answer) -> Self {
        Self {
            status: answer.status,
            body: text(&answer.body),
        }
    }
}

impl<'a> Detail<'a> {
    pub(crate) fn of(exchange: &'a Exchange) -> Self {
        let typed = exchange.typed();
        let kind = typed.as_ref().map(Typed::kind);
        let event = match typed {
            Some(Typed::Event(event)) => Some(event),
            _ => None,
        };
        let untyped = match (&event, exchange.envelope, &exchange.command, &exchange.body) {
            (Some(_), Some(envelope), Some(command), Some(body)) => {
                typed::untyped(envelope, command, body)
            }
            _ => Vec::new(),
        };
        Self {
            row: Row::of(exchange),
            envelope: exchange.envelope,
            method: &exchange.head.method,
            path: &exchange.head.path,
            query: exchange.head.query().collect(),
            headers: &exchange.head.headers,
            client_ip: exchange.client_ip.as_deref(),
            platform: exchange.platform.as_deref(),
            kind,
            body: exchange.body.as_deref().map(text),
            sample: exchange.command.as_deref().and_then(testing::sample_body),
            event,
            untyped,
            reply: exchange.answer.as_ref().map(Reply::of),
            late_reply: exchange.late_answer.as_ref().map(Reply::of),
            effect: Effect::of(exchange),
        }
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
