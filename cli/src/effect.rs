//! What Tencent does with an answer.

use std::time::Duration;

use serde::Serialize;
use serde_json::Value;
use tower_tencent_webhook::Phase;

use crate::{commands, exchange::Exchange};

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
        let phase = commands::phase(command).unwrap_or(Phase::After);
        let why = match status {
            None => Some("it got no answer".to_owned()),
            Some(_) if took > Duration::from_secs(2) => {
                Some("the answer came after 2 s, when Tencent no longer waits".to_owned())
            }
            Some(200) => None,
            Some(status) => Some(format!("the status is {status}, not 200")),
        };
        let reply: Option<Value> = serde_json::from_slice(body).ok();
        let why = why.or_else(|| {
            let Some(reply) = &reply else {
                return Some("the answer is not JSON".to_owned());
            };
            let complete = reply["ActionStatus"].is_string()
                && reply["ErrorInfo"].is_string()
                && reply["ErrorCode"].is_i64();
            (!complete).then(|| "the answer does not have the three fields".to_owned())
        });
        let none = |kind, why| Self {
            kind,
            code: None,
            text: None,
            why,
        };
        match (phase, why, reply) {
            (Phase::Before, Some(why), _) => none("passed_unchecked", Some(why)),
            (_, Some(why), _) => none("not_delivered", Some(why)),
            (Phase::Before, None, Some(reply)) => {
                let text = reply["ErrorInfo"].as_str().filter(|text| !text.is_empty());
                match reply["ErrorCode"].as_i64() {
                    Some(0) if reply.get("MsgBody").is_some() => none("rewritten", None),
                    Some(0) => none("delivered", None),
                    Some(2) => none("dropped", None),
                    code => Self {
                        kind: "refused",
                        code,
                        text: text.map(str::to_owned),
                        why: None,
                    },
                }
            }
            _ => none("acknowledged", None),
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
