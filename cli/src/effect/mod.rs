//! What Tencent does with an answer.

mod judge;

use std::time::Duration;

use serde::Serialize;

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
        judge::judge(command, status, body, took)
    }

    /// An effect with nothing more to tell.
    fn of_kind(kind: &'static str) -> Self {
        Self {
            kind,
            code: None,
            text: None,
            why: None,
        }
    }

    /// It in words, on one line.
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
