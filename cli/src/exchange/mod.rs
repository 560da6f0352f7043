//! One request that arrived, and what became of it: what the list, the detail, the NDJSON, the
//! recording and the log are made of.

pub(crate) mod advice;
pub(crate) mod effect;
pub(crate) mod head;
pub(crate) mod row;
pub(crate) mod typed;

use std::time::Duration;

use bytes::Bytes;
use tower_tencent_webhook::{
    Phase,
    outcome::{End, FailureKind},
};

use self::{head::Head, head::Origin, typed::Typed};
use crate::protocol::Envelope;

/// What became of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// The layer let it pass.
    NotAWebhook,
    /// It was ours, and ended like this.
    Webhook(End),
}

impl Fate {
    /// Its name in the API.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::NotAWebhook => "not_a_webhook",
            Self::Webhook(end) => end.as_str(),
        }
    }
}

/// A status and a body that were sent.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Bytes,
}

/// One request and what became of it. What is not known (yet) is `None`.
#[derive(Clone, Debug)]
pub(crate) struct Exchange {
    /// Counts up from 1; 0 until it is in the store.
    pub(crate) id: u64,
    /// Unix milliseconds.
    pub(crate) received: u64,
    pub(crate) origin: Origin,
    pub(crate) envelope: Option<Envelope>,
    pub(crate) head: Head,
    pub(crate) command: Option<String>,
    pub(crate) sdk_app_id: Option<u64>,
    pub(crate) client_ip: Option<String>,
    pub(crate) platform: Option<String>,
    pub(crate) phase: Option<Phase>,
    /// The whole body, of a webhook whose signature is right.
    pub(crate) body: Option<Bytes>,
    /// The length of the body: declared, or read.
    pub(crate) bytes: u64,
    pub(crate) fate: Option<Fate>,
    /// The error of a failure: of the decoder, or of forwarding.
    pub(crate) error: Option<String>,
    /// Whether a rule answered it.
    pub(crate) by_rule: bool,
    pub(crate) answer: Option<Answer>,
    /// What the app behind `--forward-to` answered after the webhook had been acknowledged for it.
    pub(crate) late_answer: Option<Answer>,
    /// Until the answer, or the end.
    pub(crate) took: Duration,
}

impl Exchange {
    pub(crate) fn new(head: Head, origin: Origin, received: u64) -> Self {
        Self {
            id: 0,
            received,
            origin,
            envelope: head.envelope(),
            command: head.command(),
            sdk_app_id: head.sdk_app_id(),
            client_ip: None,
            platform: None,
            phase: None,
            body: None,
            bytes: head
                .header("content-length")
                .and_then(|length| length.parse().ok())
                .unwrap_or(0),
            fate: None,
            error: None,
            by_rule: false,
            answer: None,
            late_answer: None,
            took: Duration::ZERO,
            head,
        }
    }

    /// The API's name for its end; a webhook that was acknowledged while its handler goes on
    /// counts as answered.
    pub(crate) fn end(&self) -> &'static str {
        self.fate.map_or("answered", Fate::as_str)
    }

    /// Why it ended that way.
    pub(crate) fn reason(&self) -> Option<String> {
        if self.by_rule {
            return Some("rule".to_owned());
        }
        match self.fate? {
            Fate::NotAWebhook => None,
            Fate::Webhook(End::Rejected(cause)) => Some(cause.to_string()),
            Fate::Webhook(End::Failed(kind, _) | End::FailedLate(kind)) => {
                Some(self.error.clone().unwrap_or_else(|| kind.to_string()))
            }
            Fate::Webhook(_) => None,
        }
    }

    /// The name of that reason, such as `unknown_app`.
    pub(crate) fn cause(&self) -> Option<&'static str> {
        match self.fate? {
            _ if self.by_rule => Some("rule"),
            Fate::NotAWebhook => None,
            Fate::Webhook(end) => end.reason(),
        }
    }

    pub(crate) fn status(&self) -> Option<u16> {
        self.answer.as_ref().map(|answer| answer.status)
    }

    pub(crate) fn ms(&self) -> u64 {
        self.took.as_millis().try_into().unwrap_or(u64::MAX)
    }

    /// The typed event of a webhook whose signature is right.
    pub(crate) fn typed(&self) -> Option<Typed> {
        let command = self.command.as_deref()?;
        let typed = Typed::read(self.envelope?, command, self.body.as_ref()?);
        Some(match (typed, self.fate) {
            (Typed::Unknown, Some(Fate::Webhook(End::Failed(FailureKind::Undecodable, _)))) => {
                Typed::Unreadable
            }
            (typed, _) => typed,
        })
    }

    /// Roughly what it takes in memory.
    pub(crate) fn weight(&self) -> usize {
        let headers = self.head.headers.iter();
        512 + self.head.path.len()
            + self.head.query.len()
            + headers
                .map(|(name, value)| 64 + name.len() + value.len())
                .sum::<usize>()
            + self.body.as_ref().map_or(0, Bytes::len)
            + [&self.answer, &self.late_answer]
                .into_iter()
                .flatten()
                .map(|answer| answer.body.len())
                .sum::<usize>()
    }
}
