//! What Tencent does with an answer.

use std::time::Duration;

use http::StatusCode;
use serde::Serialize;
use tower_tencent_webhook::{
    Phase,
    event::Command,
    outcome::End,
    reply::Rewrite,
    testing::{self, Why},
    value::Account,
};

use super::{Exchange, Fate};
use crate::protocol::{self, Envelope};

/// How much of a text a sentence quotes, in characters.
const MAX_QUOTED: usize = 80;

/// What Tencent does with an answer, as the API gives it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Effect {
    pub(crate) kind: &'static str,
    pub(crate) code: Option<i64>,
    /// What the client of a refused action sees, what the message is rewritten to, or which accounts
    /// are refused while the others pass.
    pub(crate) text: Option<String>,
    pub(crate) why: Option<String>,
    /// The name of why, by which the page finds its own words, and what they need: seconds, a
    /// status, or the name of a field.
    pub(crate) why_code: Option<&'static str>,
    pub(crate) why_value: Option<String>,
    /// What becomes of an event that is not delivered; `None` if it stops an action.
    pub(crate) loss: Option<Loss>,
}

/// What becomes of an event that was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Loss {
    /// It is lost, unless the console is set to repeat it.
    Lost,
    /// TRTC sends it again.
    Repeated,
}

impl Loss {
    fn of(command: &str) -> Option<Self> {
        match protocol::command(command).map(Command::phase) {
            _ if Envelope::of(command) == Envelope::Trtc => Some(Self::Repeated),
            Some(Phase::Before) => None,
            _ => Some(Self::Lost),
        }
    }
}

impl Effect {
    /// What Tencent does with the answer of an exchange; `None` for what is not an event.
    pub(crate) fn of(exchange: &Exchange) -> Option<Self> {
        let command = exchange.command.as_deref().unwrap_or_default();
        let took = match exchange.fate? {
            // There is no action behind it.
            Fate::NotAWebhook | Fate::Webhook(End::Probed) => return None,
            // The layer acknowledged it at the deadline, which may be the last moment that counts.
            Fate::Webhook(End::FinishedLate | End::FailedLate(_)) => {
                exchange.took.min(Envelope::of(command).timeout())
            }
            Fate::Webhook(_) => exchange.took,
        };
        Some(match &exchange.answer {
            Some(answer) => Self::judge(command, Some(answer.status), &answer.body, took),
            None => Self::judge(command, None, b"", took),
        })
    }

    /// Judges the answer to a command; no status means no answer.
    pub(crate) fn judge(command: &str, status: Option<u16>, body: &[u8], took: Duration) -> Self {
        let status = status.and_then(|status| StatusCode::from_u16(status).ok());
        let effect = match status {
            Some(status) => testing::judge(command, status, body, took),
            None => testing::unanswered(command),
        };
        let is_lost = matches!(effect, testing::Effect::NotDelivered(_));
        Self {
            loss: is_lost.then(|| Loss::of(command)).flatten(),
            ..effect.into()
        }
    }

    /// The same in words, on one line.
    pub(crate) fn sentence(&self) -> String {
        let what = match self.kind {
            _ if self.loss == Some(Loss::Lost) => {
                "counts it as a failure; the event is lost, unless the console is set to repeat it"
            }
            _ if self.loss == Some(Loss::Repeated) => {
                "counts it as a failure, and sends the event again, at once and then every 10 s for a minute"
            }
            "delivered" => "lets the action pass",
            "rewritten" => "delivers the message as rewritten",
            "refused" => "refuses the action",
            "dropped" => "drops the message, and tells the sender that it was sent",
            "acknowledged" => "takes it as received",
            "passed_unchecked" => {
                "counts it as a failure and, unless the console says otherwise, lets the action pass unchecked"
            }
            _ => "counts it as a failure, and delivers nothing",
        };
        let code = self
            .code
            .map(|code| format!("; the client sees code {code}"));
        let text = self.text.as_ref().map(|text| format!(" {}", quoted(text)));
        let why = self.why.as_ref().map(|why| format!(": {why}"));
        format!(
            "Tencent {what}{}{}{}",
            code.unwrap_or_default(),
            text.unwrap_or_default(),
            why.unwrap_or_default()
        )
    }
}

/// The name of why an answer is a failure, and the value in it.
fn name(why: &Why) -> (&'static str, Option<String>) {
    match why {
        Why::NoAnswer => ("no_answer", None),
        Why::TimedOut(limit) => ("timed_out", Some(limit.as_secs().to_string())),
        Why::Status(status) => ("status", Some(status.as_u16().to_string())),
        Why::NotJson => ("not_json", None),
        Why::Field(name) => ("field", Some((*name).to_owned())),
        // Of a later release.
        _ => ("other", None),
    }
}

/// The beginning of a text, in quotes and on one line.
fn quoted(text: &str) -> String {
    match text.char_indices().nth(MAX_QUOTED) {
        Some((end, _)) => format!("{:?}…", &text[..end]),
        None => format!("{text:?}"),
    }
}

/// What a message is rewritten to: the texts of its elements, the JSON of those that are no text.
fn rewritten(rewrite: &Rewrite) -> String {
    let elements = rewrite.msg_body.iter().flatten();
    let elements = elements.map(|element| {
        let text = element.as_text().map(str::to_owned);
        text.unwrap_or_else(|| element.as_json().to_owned())
    });
    let data = rewrite.cloud_custom_data.iter();
    let data = data.map(|data| format!("CloudCustomData {data}"));
    elements.chain(data).collect::<Vec<_>>().join(" ")
}

impl From<testing::Effect> for Effect {
    fn from(effect: testing::Effect) -> Self {
        let mut why = effect.why().map(ToString::to_string);
        let (mut why_code, why_value) = effect.why().map(name).unzip();
        let (code, text) = match &effect {
            testing::Effect::Refused { code, text } => (Some(*code), Some(text.clone())),
            testing::Effect::RefusedSome(accounts) => {
                why = Some("for the accounts that the answer names; the others pass".to_owned());
                why_code = Some("some");
                let accounts: Vec<_> = accounts.iter().map(Account::as_str).collect();
                (None, Some(accounts.join(", ")))
            }
            testing::Effect::Rewritten(rewrite) => (None, Some(rewritten(rewrite))),
            _ => (None, None),
        };
        Self {
            kind: effect.as_str(),
            code,
            text: text.filter(|text| !text.is_empty()),
            why,
            why_code,
            why_value: why_value.flatten(),
            loss: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_failure_tells_what_becomes_of_the_event() {
        for (command, loss, told) in [
            ("TRTC.103", Some(Loss::Repeated), "every 10 s for a minute"),
            (
                "Group.CallbackAfterSendMsg",
                Some(Loss::Lost),
                "the event is lost, unless the console",
            ),
            ("Group.CallbackBeforeSendMsg", None, "pass unchecked"),
        ] {
            let effect = Effect::judge(command, Some(500), b"", Duration::ZERO);
            assert_eq!(effect.loss, loss, "{command}");
            let sentence = effect.sentence();
            assert!(sentence.contains(told), "{sentence}");
        }
    }

    #[test]
    fn a_sentence_tells_what_the_answer_names() {
        let sentence = |command: &str, answer: serde_json::Value| {
            let answer = answer.to_string();
            Effect::judge(command, Some(200), answer.as_bytes(), Duration::ZERO).sentence()
        };
        let message = "C2C.CallbackBeforeSendMsg";
        let rewrite = json!({
            "ActionStatus": "OK", "ErrorInfo": "", "ErrorCode": 0, "CloudCustomData": "d",
            "MsgBody": [
                {"MsgType": "TIMTextElem", "MsgContent": {"Text": "two\nlines"}},
                {"MsgType": "TIMCustomElem", "MsgContent": {}},
            ],
        });
        let told = sentence(message, rewrite);
        assert!(told.contains(r#"rewritten "two\nlines {"#), "{told}");
        assert!(
            told.contains("TIMCustomElem") && told.contains("CloudCustomData d"),
            "{told}"
        );

        let long = "字".repeat(MAX_QUOTED + 1);
        let refuse = json!({"ActionStatus": "OK", "ErrorInfo": long, "ErrorCode": 120_001});
        let told = sentence(message, refuse);
        let cut = "字".repeat(MAX_QUOTED);
        assert!(told.ends_with(&format!("code 120001 \"{cut}\"…")), "{told}");

        let some = json!({"ActionStatus": "OK", "ErrorInfo": "", "ErrorCode": 0, "RefusedMembers_Account": ["mei", "ren"]});
        let told = sentence("Group.CallbackBeforeInviteJoinGroup", some);
        assert!(told.contains("\"mei, ren\": for the accounts"), "{told}");
    }
}
