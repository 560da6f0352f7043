//! What is wrong with an answer, and what it means.

use http::StatusCode;
use serde_json::Value;
use tower::BoxError;

use crate::{
    client::{NoAnswer, Received},
    effect::Effect,
    envelope::Envelope,
    failure::chain,
    report::Finding,
    send::{Fault, effect},
};

/// What came back, or why nothing did.
pub(super) type Answered = Result<Received, BoxError>;

/// 200 with code 0; TRTC looks only at the status.
pub(super) fn is_accepted(command: &str, answered: &Answered) -> Result<(), Finding> {
    let received = received(answered)?;
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
    let received = received(good)?;
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
    let received = received(good)?;
    if received.took <= Envelope::of(command).patience() {
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
pub(super) fn received(answered: &Answered) -> Result<&Received, Finding> {
    answered
        .as_ref()
        .map_err(|error| Finding::bad(format!("no answer: {}", chain(error.as_ref()))))
}

/// The error code of the three fields.
pub(super) fn code(body: &[u8]) -> Option<i64> {
    serde_json::from_slice::<Value>(body).ok()?["ErrorCode"].as_i64()
}

/// Anything but 200, or no answer at all.
pub(super) fn is_refused(fault: Fault, answered: &Answered) -> Result<(), Finding> {
    match answered {
        Ok(received) if received.status == StatusCode::OK => Err(Finding::bad(match fault {
            Fault::WrongToken | Fault::MissingSign => {
                "answered 200: anybody who knows the URL can send events in the name of the app"
            }
            Fault::Stale | Fault::Future => {
                "answered 200: who has seen one URL can use it for ever"
            }
            Fault::UnknownApp => "answered 200: events of other apps are taken for yours",
            Fault::RepeatedParameter => {
                "answered 200: which of the two it checked, and which it used, is luck"
            }
            _ => "answered 200: the event is lost, and Tencent believes that it arrived",
        })),
        _ => Ok(()),
    }
}

/// An answer, or a closed connection, within the patience.
pub(super) fn gives_up(answered: &Answered) -> Result<(), Finding> {
    match answered {
        Err(error) if error.is::<NoAnswer>() => Err(Finding::bad(
            "unanswered and open after 10 s: a few such requests hold all its connections",
        )),
        _ => Ok(()),
    }
}
