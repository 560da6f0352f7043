//! The judgement: what Tencent documents to do with an answer, by command, status, body and time.

use std::time::Duration;

use serde_json::Value;
use tower_tencent_webhook::{Phase, reply::ReplyKind};

use super::Effect;
use crate::{commands, envelope::Envelope};

/// How long Tencent waits for the answer to a webhook in a URL.
const URL_PATIENCE: Duration = Duration::from_secs(2);
/// How long TRTC waits.
const TRTC_PATIENCE: Duration = Duration::from_secs(5);

/// Judges the answer to a command; no status means no answer.
pub(super) fn judge(command: &str, status: Option<u16>, body: &[u8], took: Duration) -> Effect {
    let envelope = Envelope::of(command);
    let phase = commands::phase(command).unwrap_or(Phase::After);
    let kind = commands::find(command).map(|row| row.reply_kind);
    let patience = match envelope {
        Envelope::Url => URL_PATIENCE,
        Envelope::Trtc => TRTC_PATIENCE,
    };
    let failure = match status {
        None => Some("there was no answer".to_owned()),
        Some(_) if took > patience => Some(format!(
            "the answer came after {} s, when Tencent no longer waits",
            patience.as_secs()
        )),
        Some(200) => None,
        Some(status) => Some(format!("the status is {status}, not 200")),
    };
    match (failure, envelope) {
        (Some(why), _) => failed(phase, kind, why),
        // TRTC does not read the body.
        (None, Envelope::Trtc) => Effect::of_kind("acknowledged"),
        (None, Envelope::Url) => match serde_json::from_slice(body) {
            Ok(reply) => replied(phase, kind, &reply),
            Err(_) => failed(phase, kind, "the answer is not JSON".to_owned()),
        },
    }
}

/// A gift is blocked, any other action passes, unless the console says otherwise. A report is lost.
fn failed(phase: Phase, kind: Option<ReplyKind>, why: String) -> Effect {
    let effect = match (phase, kind) {
        (Phase::Before, Some(ReplyKind::Gift)) => "not_delivered",
        (Phase::Before, _) => "passed_unchecked",
        _ => "not_delivered",
    };
    Effect {
        why: Some(why),
        ..Effect::of_kind(effect)
    }
}

/// The answer is one that Tencent reads.
fn replied(phase: Phase, kind: Option<ReplyKind>, reply: &Value) -> Effect {
    if phase != Phase::Before {
        return Effect::of_kind("acknowledged");
    }
    let Some(code) = reply["ErrorCode"].as_i64() else {
        return failed(phase, kind, "the answer has no ErrorCode".to_owned());
    };
    match kind {
        Some(ReplyKind::Friends) => return friends(code, reply),
        // Its data goes to the bot, or none does; the message passes in any case.
        Some(ReplyKind::Signal) => return Effect::of_kind("delivered"),
        _ => {}
    }
    let is_message = matches!(
        kind,
        Some(ReplyKind::GroupMessage | ReplyKind::C2CMessage | ReplyKind::OfficialAccountMessage)
    );
    let has = |field: &str| !reply[field].is_null();
    let some_refused = ["RefusedMembers_Account", "RefusedSubscribers_Account"]
        .iter()
        .any(|field| reply[field].as_array().is_some_and(|list| !list.is_empty()));
    match code {
        0 if is_message && (has("MsgBody") || has("CloudCustomData")) => {
            Effect::of_kind("rewritten")
        }
        0 if some_refused => Effect {
            why: Some("for the accounts that the answer names; the others pass".to_owned()),
            ..Effect::of_kind("refused")
        },
        0 => Effect::of_kind("delivered"),
        2 if is_message => Effect::of_kind("dropped"),
        code => Effect {
            code: Some(code),
            text: text(&reply["ErrorInfo"]),
            ..Effect::of_kind("refused")
        },
    }
}

/// The results decide, account by account; a general error code lets every request pass.
fn friends(code: i64, reply: &Value) -> Effect {
    let refused = reply["ResultItem"]
        .as_array()
        .filter(|_| code == 0)
        .and_then(|results| results.iter().find(|result| result["ResultCode"] != 0));
    match refused {
        Some(result) => Effect {
            code: result["ResultCode"].as_i64(),
            text: text(&result["ResultInfo"]),
            ..Effect::of_kind("refused")
        },
        None => Effect::of_kind("delivered"),
    }
}

fn text(value: &Value) -> Option<String> {
    let text = value.as_str().filter(|text| !text.is_empty());
    text.map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_answer_has_the_documented_effect() {
        const MESSAGE: &str = "Group.CallbackBeforeSendMsg";
        const FRIENDS: &str = "Sns.CallbackPrevFriendAdd";
        const GIFT: &str = "Live.CallbackBeforeSendGift";
        const AFTER: &str = "Group.CallbackAfterSendMsg";
        const INVITE: &str = "Group.CallbackBeforeInviteJoinGroup";
        let three =
            |code: i64| format!(r#"{{"ActionStatus":"OK","ErrorInfo":"no","ErrorCode":{code}}}"#);
        let with =
            |more: &str| format!(r#"{{"ActionStatus":"OK","ErrorInfo":"","ErrorCode":0,{more}}}"#);
        for (command, status, body, ms, effect) in [
            (MESSAGE, 200, three(0), 0, "delivered"),
            (MESSAGE, 200, three(1), 0, "refused"),
            (MESSAGE, 200, three(2), 0, "dropped"),
            (MESSAGE, 200, with(r#""MsgBody":[]"#), 0, "rewritten"),
            (
                MESSAGE,
                200,
                with(r#""CloudCustomData":"x""#),
                0,
                "rewritten",
            ),
            (MESSAGE, 200, three(0), 2001, "passed_unchecked"),
            (MESSAGE, 200, three(0), 2000, "delivered"),
            (MESSAGE, 204, three(0), 0, "passed_unchecked"),
            (MESSAGE, 200, "fine".to_owned(), 0, "passed_unchecked"),
            (MESSAGE, 200, "{}".to_owned(), 0, "passed_unchecked"),
            (INVITE, 200, three(2), 0, "refused"),
            (
                INVITE,
                200,
                with(r#""RefusedMembers_Account":["a"]"#),
                0,
                "refused",
            ),
            (
                INVITE,
                200,
                with(r#""RefusedMembers_Account":[]"#),
                0,
                "delivered",
            ),
            (FRIENDS, 200, three(38_000), 0, "delivered"),
            (
                FRIENDS,
                200,
                with(r#""ResultItem":[{"ResultCode":0}]"#),
                0,
                "delivered",
            ),
            (
                FRIENDS,
                200,
                with(r#""ResultItem":[{"ResultCode":0},{"ResultCode":38000}]"#),
                0,
                "refused",
            ),
            (GIFT, 500, String::new(), 0, "not_delivered"),
            ("Chatbot.OnC2CSignalMessage", 200, three(1), 0, "delivered"),
            (AFTER, 200, three(0), 0, "acknowledged"),
            (AFTER, 200, "{}".to_owned(), 0, "acknowledged"),
            (AFTER, 200, String::new(), 0, "not_delivered"),
            (AFTER, 403, String::new(), 0, "not_delivered"),
            ("New.CallbackBeforeThing", 200, three(9), 0, "refused"),
            ("New.Thing", 200, three(9), 0, "acknowledged"),
            ("TRTC.103", 200, String::new(), 4999, "acknowledged"),
            ("TRTC.103", 200, String::new(), 5001, "not_delivered"),
            ("TRTC.103", 500, three(0), 0, "not_delivered"),
        ] {
            let took = Duration::from_millis(ms);
            let judged = judge(command, Some(status), body.as_bytes(), took);
            assert_eq!(judged.kind, effect, "{command} {status} {body} {ms}");
        }
        assert_eq!(
            judge(MESSAGE, None, b"", Duration::ZERO).kind,
            "passed_unchecked"
        );
        let refused = judge(MESSAGE, Some(200), three(10_150).as_bytes(), Duration::ZERO);
        assert_eq!(
            (refused.code, refused.text.as_deref()),
            (Some(10_150), Some("no"))
        );
    }
}
