//! What Tencent does with an answer.

use std::time::Duration;

use http::StatusCode;
use serde::Serialize;
use tower_tencent_webhook::testing;

use crate::exchange::Exchange;

/// What Tencent does with an answer, as the API gives it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Effect {
    pub(crate) kind: &'static str,
    pub(crate) code: Option<i64>,
    pub(crate) text: Option<String>,
    pub(crate) why: Option<String>,
}

impl Effect {
    pub(crate) fn of(exchange: &Exchange) -> Self {
        let command = exchange.command.as_deref().unwrap_or_default();
        match &exchange.answer {
            Some(answer) => Self::judge(command, Some(answer.status), &answer.body, exchange.took),
            None => Self::judge(command, None, b"", exchange.took),
        }
    }

    /// Judges the answer to a command; no status means no answer.
    pub(crate) fn judge(command: &str, status: Option<u16>, body: &[u8], took: Duration) -> Self {
        let status = status.and_then(|status| StatusCode::from_u16(status).ok());
        match status {
            Some(status) => testing::judge(command, status, body, took),
            None => testing::unanswered(command),
        }
        .into()
    }

    /// The same in words, on one line.
    pub(crate) fn sentence(&self) -> String {
        let what = match self.kind {
            "delivered" => "lets the action pass",
            "rewritten" => "delivers the message as rewritten",
            "refused" => "refuses the action",
            "dropped" => "drops the message, and tells the sender that it was sent",
            "acknowledged" => "takes it as received",
            "passed_unchecked" => {
                "counts it as a failure and, unless the console says otherwise, lets the action pass unchecked"
            }
            _ => {
                "counts it as a failure; the event is lost unless the console is set to send it again"
            }
        };
        let code = self
            .code
            .map(|code| format!("; the client sees code {code}"));
        let why = self.why.as_ref().map(|why| format!(": {why}"));
        format!(
            "Tencent {what}{}{}",
            code.unwrap_or_default(),
            why.unwrap_or_default()
        )
    }
}

impl From<testing::Effect> for Effect {
    fn from(effect: testing::Effect) -> Self {
        let mut why = effect.why().map(ToString::to_string);
        let (code, text) = match &effect {
            testing::Effect::Refused { code, text } => (Some(*code), Some(text.clone())),
            testing::Effect::RefusedSome(_) => {
                why = Some("for the accounts that the answer names; the others pass".to_owned());
                (None, None)
            }
            _ => (None, None),
        };
        Self {
            kind: effect.as_str(),
            code,
            text: text.filter(|text| !text.is_empty()),
            why,
        }
    }
}
