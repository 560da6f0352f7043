//! What is wrong with an answer, and what it means.

use http::StatusCode;
use serde_json::Value;
use tower::BoxError;

use crate::{
    exchange::effect::Effect,
    protocol::Envelope,
    send::{
        Fault,
        client::{NoAnswer, Received, is_unreachable},
        effect, unanswered,
    },
    terminal::{Finding, chain},
};

/// What came back, or why nothing did.
pub(super) type Answered = Result<Received, BoxError>;

/// 200 with code 0; TRTC looks only at the status.
pub(super) fn is_accepted(command: &str, answered: &Answered) -> Result<(), Finding> {
    let received = received(command, answered)?;
    let code = code(&received.body);
    let accepted = received.status == StatusCode::OK
        && (code == Some(0) || Envelope::of(command) == Envelope::Trtc);
    if accepted {
        return Ok(());
    }
    let code = match code {
        Some(code) => format!(" with code {code}"),
        None => String::new(),
    };
    Err(Finding::bad(format!(
        "answered {}{code}; {}",
        received.status,
        effect(command, received).sentence()
    )))
}

/// The three fields as JSON.
pub(super) fn has_form(command: &str, good: &Answered) -> Result<(), Finding> {
    if Envelope::of(command) == Envelope::Trtc {
        return Err(Finding::skipped("TRTC does not read the answer's body"));
    }
    let received = received(command, good)?;
    let Ok(reply) = serde_json::from_slice::<Value>(&received.body) else {
        let lost = effect(command, received).sentence();
        return Err(Finding::bad(format!("the answer is not JSON; {lost}")));
    };
    for (field, fits) in [
        ("ActionStatus", reply["ActionStatus"].is_string()),
        ("ErrorInfo", reply["ErrorInfo"].is_string()),
        ("ErrorCode", reply["ErrorCode"].is_i64()),
    ] {
        if !fits {
            return Err(Finding::bad(format!(
                "the answer has no {field} of the documented type; Tencent may count it as a failure"
            )));
        }
    }
    Ok(())
}

/// Within the time that Tencent waits.
pub(super) fn is_in_time(command: &str, good: &Answered) -> Result<(), Finding> {
    let received = received(command, good)?;
    if received.took <= Envelope::of(command).timeout() {
        return Ok(());
    }
    let late = Effect::judge(command, Some(200), &received.body, received.took);
    Err(Finding::bad(format!(
        "answered after {:.1} s; {}",
        received.took.as_secs_f64(),
        late.sentence()
    )))
}

/// What came back.
pub(super) fn received<'a>(command: &str, answered: &'a Answered) -> Result<&'a Received, Finding> {
    answered.as_ref().map_err(|error| no_answer(command, error))
}

fn no_answer(command: &str, error: &BoxError) -> Finding {
    Finding::bad(format!(
        "no answer: {}; {}",
        chain(error.as_ref()),
        unanswered(command).sentence()
    ))
}

/// The error code of the three fields.
fn code(body: &[u8]) -> Option<i64> {
    serde_json::from_slice::<Value>(body).ok()?["ErrorCode"].as_i64()
}

/// Anything but 200, or no answer at all.
pub(super) fn is_refused(command: &str, fault: Fault, answered: &Answered) -> Result<(), Finding> {
    let received = match answered {
        Ok(received) if received.status == StatusCode::OK => received,
        Err(error) if is_unreachable(error) => return Err(no_answer(command, error)),
        _ => return Ok(()),
    };
    let harm = match fault {
        Fault::WrongToken | Fault::MissingSign => {
            "anybody who knows the URL can send events in the name of the app"
        }
        Fault::TimeAlone => {
            "without Sign it believes RequestTime alone, so anybody who knows the URL can send events"
        }
        Fault::SignAlone => "without RequestTime it believes Sign alone, so its age is not checked",
        Fault::Stale | Fault::Future => "whoever has seen one URL can use it forever",
        Fault::UnknownApp => "events of other apps are taken for yours",
        Fault::RepeatedParameter => {
            "which of the two it checked, and which it used, is a matter of luck"
        }
        _ => "the event is lost, and Tencent believes that it arrived",
    };
    Err(Finding::bad(format!(
        "answered 200: {harm}; {}",
        effect(command, received).sentence()
    )))
}

/// An answer, or a closed connection, within the timeout.
pub(super) fn gives_up(command: &str, answered: &Answered) -> Result<(), Finding> {
    match answered {
        Err(error) if error.is::<NoAnswer>() => Err(Finding::bad(format!(
            "unanswered and open after 10 s: a few such requests hold all its connections; {}",
            unanswered(command).sentence()
        ))),
        Err(error) if is_unreachable(error) => Err(no_answer(command, error)),
        _ => Ok(()),
    }
}

/// No answer, or one that is neither an error nor a reply to a webhook.
pub(super) fn is_no_webhook(answered: &Answered) -> Result<(), Finding> {
    let what = match answered {
        Ok(received) if received.status.is_server_error() => {
            format!("answered {}", received.status)
        }
        Ok(received) if code(&received.body).is_some() => {
            "answered a non-webhook with the three fields".to_owned()
        }
        _ => return Ok(()),
    };
    Err(Finding::bad(format!(
        "{what}; Tencent sends no GET, but people and scanners do"
    )))
}
