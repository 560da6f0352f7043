//! Exchanges as lines for people.

use std::io::{self, Write as _};

use serde_json::Value;

use super::outbox;
use crate::{
    exchange::{Exchange, Fate, advice, typed::Typed},
    protocol::{self, Envelope},
};

/// Members of an event that tell who did something; the first one present counts.
const WHO: [&str; 6] = [
    "From_Account",
    "Operator_Account",
    "Requester_Account",
    "UserId",
    "Account",
    "Owner_Account",
];
/// Members that tell where or to whom.
const WHERE: [&str; 5] = ["GroupId", "To_Account", "RoomId", "TopicId", "CallId"];

/// Which exchanges get a line, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lines {
    /// Every one, on stdout.
    All,
    /// What went wrong, on stderr, beside NDJSON on stdout.
    Problems,
}

impl outbox::Write for Lines {
    fn write(&mut self, exchange: &Exchange) -> io::Result<()> {
        let line = line(exchange);
        match self {
            Self::All => writeln!(io::stdout(), "{line}"),
            // When stderr is gone, too, there is nobody else to tell.
            Self::Problems if advice::of(exchange).is_some() => {
                let _ = writeln!(io::stderr(), "{line}");
                Ok(())
            }
            Self::Problems => Ok(()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::All => io::stdout().flush(),
            Self::Problems => Ok(()),
        }
    }
}

/// Time in UTC, command, app, who and where, end, milliseconds; below, the cause and what to do.
fn line(exchange: &Exchange) -> String {
    let seconds = exchange.received / 1000;
    let (hours, minutes) = (seconds / 3600 % 24, seconds / 60 % 60);
    let command = match (&exchange.command, exchange.fate) {
        // A number says nothing.
        (Some(command), _) if exchange.envelope == Some(Envelope::Trtc) => {
            let summary = protocol::command(command).map_or("", |row| row.summary);
            format!("{command} {summary}")
        }
        (Some(command), _) => command.clone(),
        (None, Some(Fate::NotAWebhook)) => {
            format!("{} {}", exchange.head.method, exchange.head.path)
        }
        (None, _) => "TRTC event".to_owned(),
    };
    let mut line = format!(
        "{hours:02}:{minutes:02}:{:02}Z  {command:<40} ",
        seconds % 60
    );
    if let Some(app) = exchange.sdk_app_id {
        line.push_str(&format!(" {app}"));
    }
    if let Some(who) = who(exchange) {
        line.push_str(&format!("  {who}"));
    }
    line.push_str(&format!("  {}", exchange.end()));
    if let Some(status) = exchange.status() {
        line.push_str(&format!(" {status}"));
    }
    line.push_str(&format!("  {} ms", exchange.ms()));
    let mut lines = printable(&line);
    if let Some(advice) = advice::of(exchange) {
        // The reason of a failure says what the advice does not.
        let reason = matches!(exchange.end(), "failed" | "failed_late")
            .then(|| exchange.reason())
            .flatten()
            .map(|reason| format!("{reason}; "));
        let why = format!("{}{}", reason.unwrap_or_default(), advice.en);
        lines.push_str(&format!("\n           {}", printable(&why)));
    }
    lines
}

/// `mei → @TGS#1`, from the typed event.
fn who(exchange: &Exchange) -> Option<String> {
    let Typed::Event(event) = exchange.typed()? else {
        return None;
    };
    let event: Value = serde_json::from_str(event.get()).ok()?;
    let first = |names: &[&str]| {
        let places = [Some(&event), event.get("EventInfo"), event.get("Info")];
        names.iter().find_map(|name| {
            places
                .into_iter()
                .flatten()
                .find_map(|place| match place.get(name)? {
                    Value::String(text) if !text.is_empty() => Some(text.clone()),
                    Value::Number(number) => Some(number.to_string()),
                    _ => None,
                })
        })
    };
    match (first(&WHO), first(&WHERE)) {
        (Some(who), Some(place)) => Some(format!("{who} → {place}")),
        (who, place) => who.or(place),
    }
}

/// Without control characters, which could steer a terminal: names come from strangers.
fn printable(text: &str) -> String {
    text.chars()
        .map(|char| if char.is_control() { '\u{fffd}' } else { char })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tower_tencent_webhook::{
        FailureAnswer,
        outcome::{End, FailureKind},
    };

    use super::*;
    use crate::exchange::{Answer, head::Head, head::Origin};

    fn exchange(command: &str, body: &'static str, end: End) -> Exchange {
        let uri = format!("/?SdkAppid=7&CallbackCommand={command}");
        let (parts, ()) = http::Request::post(uri)
            .body(())
            .expect("a request")
            .into_parts();
        // 09:05:07 UTC.
        let mut exchange = Exchange::new(Head::of(&parts), Origin::Network, 32_707_000);
        exchange.body = Some(body.into());
        exchange.fate = Some(Fate::Webhook(end));
        exchange.took = Duration::from_millis(12);
        exchange.answer = Some(Answer {
            status: 200,
            body: "".into(),
        });
        exchange
    }

    #[test]
    fn a_line_says_when_what_who_and_how_it_ended() {
        let body = r#"{"GroupId":"@TGS#1","Type":"Live","From_Account":"mei","MsgBody":[]}"#;
        let answered = exchange("Group.CallbackAfterSendMsg", body, End::Answered);
        assert_eq!(
            line(&answered),
            "09:05:07Z  Group.CallbackAfterSendMsg                7  mei → @TGS#1  answered 200  12 ms"
        );
    }

    #[test]
    fn the_cause_and_the_advice_are_below() {
        let failed = End::Failed(FailureKind::Undecodable, FailureAnswer::HttpError);
        let mut exchange = exchange("Group.CallbackAfterSendMsg", "[]", failed);
        exchange.error = Some("no GroupId".to_owned());
        let line = line(&exchange);
        let (_, below) = line.split_once('\n').expect("a second line");
        assert!(
            below.trim_start().starts_with("no GroupId; the body"),
            "{line}"
        );
    }

    #[test]
    fn nothing_of_a_stranger_steers_the_terminal() {
        let body = r#"{"GroupId":"\u001b[2J","Type":"Live","From_Account":"a\nb","MsgBody":[]}"#;
        let line = line(&exchange("Group.CallbackAfterSendMsg", body, End::Answered));
        assert!(!line.contains(char::is_control), "{line:?}");
        assert!(line.contains("a\u{fffd}b → \u{fffd}[2J"), "{line:?}");
        let rejected = End::Rejected(tower_tencent_webhook::outcome::Rejection::UnknownApp);
        let named = exchange("%1b]0;x%07%0a", "", rejected);
        let lines = super::line(&named);
        assert_eq!(lines.matches(char::is_control).count(), 1, "{lines:?}");
    }
}
